package dev.colibri.examples.benchmarks;

import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange.Listing;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.text.Json;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * What runs in a process of its own while a client is measured: a socket that sends as fast as it
 * is read, a venue of many instruments whose books change as fast as they are read, or the embedded
 * exchange. It says on its first line where it is, begins to send at the word {@code go}, and ends
 * with its standard input.
 */
public final class LoopbackServer {
  private static final int BATCH = 1 << 16;
  private static final long PAUSE_NANOS = 50_000;

  private final CountDownLatch go = new CountDownLatch(1);

  private LoopbackServer() {}

  /**
   * {@code flood <bytes>} or, a write for every message, {@code flood-tls <bytes>}; the same with
   * pauses, so that each is read alone, {@code paced <bytes>} and {@code paced-tls <bytes>}; {@code
   * venue <instruments>}; {@code exchange <instruments>}.
   */
  public static void main(String[] args) throws IOException {
    LoopbackServer server = new LoopbackServer();
    int number = Integer.parseInt(args[1]);
    switch (args[0]) {
      case "flood" -> server.flood(number);
      case "flood-tls" -> server.oneByOne(number, true, 0);
      case "paced" -> server.oneByOne(number, false, PAUSE_NANOS);
      case "paced-tls" -> server.oneByOne(number, true, PAUSE_NANOS);
      case "venue" -> server.venue(number);
      default -> exchange(number);
    }
    for (int c = System.in.read(); c >= 0; c = System.in.read()) {
      server.go.countDown();
    }
    System.exit(0);
  }

  /** What each of many instruments is called. */
  static List<String> bases(int count) {
    List<String> bases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      bases.add("C" + (100 + i));
    }
    return bases;
  }

  private static void exchange(int instruments) throws IOException {
    Listing[] listings =
        bases(instruments).stream()
            .map(base -> new Listing(Market.of(base, "USDT", "0.01", "0.00001"), "60000", "0.01"))
            .toArray(Listing[]::new);
    EmbeddedExchange exchange =
        EmbeddedExchange.start(EmbeddedExchange.Options.of(7).withListings(listings));
    System.out.println(
        String.join(
            " ", exchange.restUrl(), exchange.streamUrl(), exchange.apiKey(), exchange.secret()));
  }

  // ---------------------------------------------------------------- one message, again and again

  private void flood(int bytes) throws IOException {
    byte[] frame = Frames.text(message(bytes));
    byte[] batch = new byte[Math.max(1, BATCH / frame.length) * frame.length];
    for (int at = 0; at < batch.length; at += frame.length) {
      System.arraycopy(frame, 0, batch, at, frame.length);
    }
    serve(
        out -> {
          while (true) {
            out.write(batch);
          }
        });
  }

  /** As venues do, who write each message at once, which under TLS is a record of its own. */
  private void oneByOne(int bytes, boolean tls, long pauseNanos) throws IOException {
    byte[] frame = Frames.text(message(bytes));
    Talk talk =
        out -> {
          while (true) {
            out.write(frame);
            out.flush();
            if (pauseNanos > 0) {
              LockSupport.parkNanos(pauseNanos);
            }
          }
        };
    if (!tls) {
      serve(talk);
      return;
    }
    Tls own = Tls.server();
    ServerSocket server =
        own.context()
            .getServerSocketFactory()
            .createServerSocket(0, 8, InetAddress.getLoopbackAddress());
    System.out.println(server.getLocalPort() + " " + own.trustStore());
    accept(server, talk);
  }

  private static byte[] message(int bytes) {
    StringBuilder out = new StringBuilder("{\"e\":\"depthUpdate\",\"s\":\"BTCUSDT\",\"b\":[");
    while (out.length() < bytes - 40) {
      out.append("[\"67123.45000000\",\"0.01234000\"],");
    }
    out.append("[]]}");
    return (out + " ".repeat(bytes - out.length())).getBytes(StandardCharsets.US_ASCII);
  }

  // ---------------------------------------------------------------- many instruments

  private void venue(int instruments) throws IOException {
    // As many different messages in all, so that one instrument's are not learned by heart.
    int each = Math.max(20, 2000 / instruments / 2 * 2);
    List<DepthTape.Reel> reels = new ArrayList<>();
    for (String base : bases(instruments)) {
      reels.add(DepthTape.of(reels.size(), each).framed(base + "USDT"));
    }
    serve(
        socket -> {
          OutputStream out = new BufferedOutputStream(socket, BATCH);
          while (true) {
            for (int i = 0; i < each; i++) {
              for (DepthTape.Reel reel : reels) {
                out.write(reel.messages()[i]);
              }
            }
            reels.forEach(DepthTape.Reel::rewind);
          }
        });
  }

  // ---------------------------------------------------------------- the server's side of RFC 6455

  /** Writes until the client has gone. */
  private interface Talk {
    void to(OutputStream out) throws IOException;
  }

  private void serve(Talk talk) throws IOException {
    ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    System.out.println(server.getLocalPort());
    accept(server, talk);
  }

  private void accept(ServerSocket server, Talk talk) {
    daemon(
        "accept",
        () -> {
          while (true) {
            Socket socket = server.accept();
            daemon("client", () -> serve(socket, talk));
          }
        });
  }

  private interface Task {
    void run() throws IOException;
  }

  private static void daemon(String name, Task task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } catch (IOException e) {
                // The client has gone, which is how every measurement ends.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private void serve(Socket socket, Talk talk) throws IOException {
    socket.setTcpNoDelay(true);
    DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    OutputStream out = socket.getOutputStream();
    shake(in, out);
    daemon(
        "flood",
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          synchronized (out) {
            talk.to(out);
          }
        });
    while (true) {
      int opcode = in.readUnsignedByte() & 15;
      int length = in.readUnsignedByte() & 127;
      length =
          length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(length);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      if (opcode == 8) {
        socket.close();
        return;
      }
      if (opcode == 1 && go.getCount() > 0) {
        long id = Json.parse(new String(payload, StandardCharsets.UTF_8)).longOr("id", 0);
        byte[] answer = ("{\"result\":null,\"id\":" + id + "}").getBytes(StandardCharsets.UTF_8);
        out.write(Frames.text(answer));
      }
    }
  }

  private static void shake(DataInputStream in, OutputStream out) throws IOException {
    StringBuilder request = new StringBuilder();
    while (request.indexOf("\r\n\r\n") < 0) {
      request.append((char) in.readUnsignedByte());
    }
    String key =
        request
            .toString()
            .lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
            .map(line -> line.substring(line.indexOf(':') + 1).trim())
            .findFirst()
            .orElseThrow(() -> new IOException("no WebSocket"));
    byte[] accept = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.UTF_8);
    try {
      accept = MessageDigest.getInstance("SHA-1").digest(accept);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    out.write(
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: "
                + Base64.getEncoder().encodeToString(accept)
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII));
  }
}
