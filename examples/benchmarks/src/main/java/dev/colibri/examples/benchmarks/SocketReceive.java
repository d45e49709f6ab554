package dev.colibri.examples.benchmarks;

import dev.colibri.connector.io.LiveHost;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.text.Frame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.WebSocketListener;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;

/**
 * What receiving a text message from a WebSocket costs, on loopback, from a server in another
 * process that always has more. Every client hands messages over in its own way: ours bytes, the
 * others text.
 */
public final class SocketReceive {
  /** What Java-WebSocket asks the socket for. */
  private static final int READ = 64 << 10;

  private final AtomicLong messages = new AtomicLong();
  private final @Nullable Tls tls;
  private int length;

  private SocketReceive(@Nullable Tls tls) {
    this.tls = tls;
  }

  /** {@code <client> <bytes> <server>}: {@code flood}, {@code paced}, both also {@code -tls}. */
  public static void main(String[] args) throws IOException {
    int bytes = Integer.parseInt(args[1]);
    try (Child server = Child.server(args[2], bytes)) {
      String[] at = Objects.requireNonNull(server.line()).split(" ");
      Tls tls = at.length > 1 ? Tls.client(Path.of(at[1])) : null;
      URI uri = URI.create((tls == null ? "ws" : "wss") + "://127.0.0.1:" + at[0] + "/");
      SocketReceive receive = new SocketReceive(tls);
      receive.connect(args[0], uri, bytes);
      server.go();
      Meter.Use use =
          Meter.measure(
              receive.messages::get, args[2].startsWith("paced") ? 20_000 : 200_000, 3, 1_200, 400);
      if (receive.length != bytes) {
        throw new IllegalStateException("messages of " + receive.length + " bytes");
      }
      Child.figure("cpu", use.cpuNanos());
      Child.figure("bytes", use.bytes());
      Child.figure("rate", use.perSecond());
    }
    System.exit(0);
  }

  /** Called by one thread at a time. */
  private void received(int length) {
    this.length = length;
    messages.lazySet(messages.get() + 1);
  }

  private void connect(String client, URI uri, int bytes) {
    switch (client) {
      case "colibri" -> colibri(uri);
      case "java-websocket" -> javaWebSocket(uri);
      case "okhttp" -> okhttp(uri);
      case "jdk" -> jdk(uri);
      case "floor" -> floor(uri, bytes);
      default -> throw new IllegalArgumentException("no client " + client);
    }
  }

  private void colibri(URI uri) {
    SpotVenue plain = Binance.spot().plainTextOnLoopback();
    SpotVenue venue = tls == null ? plain : plain.trustStore(tls.trustStore());
    Transport transport = new LiveHost().transport(venue, Set.of(uri.getHost()));
    transport.connect(
        uri,
        Map.of(),
        Duration.ofSeconds(5),
        new Transport.SocketListener() {
          @Override
          public void opened() {}

          @Override
          public void received(Frame frame) {
            SocketReceive.this.received(frame.length());
          }

          @Override
          public void heartbeat() {}

          @Override
          public void closed(int code, String reason) {}
        });
  }

  private void javaWebSocket(URI uri) {
    WebSocketClient client =
        new WebSocketClient(uri) {
          @Override
          public void onOpen(ServerHandshake handshake) {}

          @Override
          public void onMessage(String message) {
            received(message.length());
          }

          @Override
          public void onClose(int code, String reason, boolean remote) {}

          @Override
          public void onError(Exception e) {
            throw new IllegalStateException(e);
          }
        };
    client.setTcpNoDelay(true);
    if (tls != null) {
      client.setSocketFactory(tls.context().getSocketFactory());
    }
    client.connect();
  }

  private void okhttp(URI uri) {
    OkHttpClient client = new OkHttpClient();
    if (tls != null) {
      client =
          client
              .newBuilder()
              .sslSocketFactory(tls.context().getSocketFactory(), tls.trust())
              .build();
    }
    var unused =
        client.newWebSocket(
            new Request.Builder().url(uri.toString()).build(),
            new WebSocketListener() {
              @Override
              public void onMessage(okhttp3.WebSocket socket, String text) {
                received(text.length());
              }
            });
  }

  private void jdk(URI uri) {
    var unused =
        (tls == null
                ? HttpClient.newHttpClient()
                : HttpClient.newBuilder().sslContext(tls.context()).build())
            .newWebSocketBuilder()
            .buildAsync(
                uri,
                new java.net.http.WebSocket.Listener() {
                  private final StringBuilder text = new StringBuilder();

                  @Override
                  public void onOpen(java.net.http.WebSocket socket) {
                    socket.request(Long.MAX_VALUE);
                  }

                  @Override
                  public @Nullable CompletionStage<?> onText(
                      java.net.http.WebSocket socket, CharSequence part, boolean last) {
                    text.append(part);
                    if (last) {
                      received(text.toString().length());
                      text.setLength(0);
                    }
                    return null;
                  }
                });
  }

  /** Asks for the stream, and throws away what is read. */
  private void floor(URI uri, int message) {
    String request =
        "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    Thread thread =
        new Thread(
            () -> {
              try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                byte[] room = new byte[READ];
                int frame = Frames.text(new byte[message]).length;
                length = message;
                long bytes = 0;
                for (int read = 0; read >= 0; read = socket.getInputStream().read(room)) {
                  bytes += read;
                  messages.lazySet(bytes / frame);
                }
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "floor");
    thread.setDaemon(true);
    thread.start();
  }
}
