package dev.colibri.connector.io;

import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Frame;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ServerHandshake;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket over Java-WebSocket. The library reads on a thread of its own and writes on
 * another; messages are told on the reader. Its end is told on a thread of the host, because the
 * library tells it under a lock that {@link #close} takes too.
 */
final class LiveSocket implements Transport.Socket {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSocket.class);

  /** Frames that wait to be written; a peer that lets more pile up does not read. */
  private static final int MAX_QUEUED = 1_000;

  private static final Duration FAREWELL = Duration.ofSeconds(2);
  private static final int ABNORMAL = 1006;

  private final LiveHost host;
  private final Transport.SocketListener listener;
  private final StreamSocket socket;
  private final Client client;
  private final Duration timeout;

  /** Held while the listener is called, so that it hears one thing at a time. */
  private final Object turn = new Object();

  private boolean told;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile @Nullable Future<?> deadline;
  private volatile String trouble = "";

  /**
   * A socket that is not connected yet.
   *
   * @param forget told when nothing of it is left on the wire
   */
  LiveSocket(
      LiveHost host,
      Dialer dialer,
      URI uri,
      Map<String, String> headers,
      Duration timeout,
      Transport.SocketListener listener,
      Consumer<LiveSocket> forget) {
    this.host = host;
    this.listener = listener;
    this.timeout = timeout;
    socket = new Wire(dialer, uri.getScheme().equals("wss"), () -> forget.accept(this));
    client = new Client(uri, headers, (int) Math.min(Integer.MAX_VALUE, timeout.toMillis()));
  }

  void connect() {
    deadline = host.after(timeout, () -> end(ABNORMAL, "not open within " + timeout));
    client.connect();
  }

  @Override
  public void send(String text) {
    sending(() -> client.send(text));
  }

  @Override
  public void ping() {
    sending(client::sendPing);
  }

  private void sending(Runnable send) {
    if (client.queue().size() >= MAX_QUEUED) {
      end(ABNORMAL, "the peer does not read: " + MAX_QUEUED + " frames wait");
      return;
    }
    try {
      send.run();
    } catch (WebsocketNotConnectedException e) {
      LOG.debug("dropped a frame: {} is not open", client.getURI().getHost());
    }
  }

  @Override
  public void close() {
    if (client.isOpen()) {
      host.after(FAREWELL, () -> end(1000, "closed; the peer said no farewell"));
      client.close();
    } else {
      end(1000, "closed before it was open");
    }
  }

  /** Ends it at once, without farewell; the first reason is told. Returns at once. */
  void end(int code, String reason) {
    tellEnd(code, reason);
    shut();
  }

  private void shut() {
    try {
      socket.cut();
    } catch (IOException e) {
      LOG.debug("closing a socket of {}", client.getURI().getHost(), e);
    }
  }

  private void tellEnd(int code, String reason) {
    if (!ended.compareAndSet(false, true)) {
      return;
    }
    Future<?> timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
    host.run(
        () -> {
          synchronized (turn) {
            told = true;
            tell(() -> listener.closed(code, Escape.text(reason)));
          }
        });
  }

  /** What a listener throws is its own affair, but must not end the reader. */
  private void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      LOG.error("a socket listener threw", e);
    }
  }

  private void turn(Runnable event) {
    synchronized (turn) {
      if (!told) {
        tell(event);
      }
    }
  }

  /** Like {@link #turn(Runnable)}, but allocates nothing. */
  private void message(Frame frame) {
    synchronized (turn) {
      if (!told) {
        try {
          listener.received(frame);
        } catch (RuntimeException e) {
          LOG.error("a socket listener threw", e);
        }
      }
    }
  }

  /**
   * The socket as the library has it, whose writer closes it as its last act. A writer that is told
   * to stop while it writes would leave behind what waits: our farewell, and what was sent before.
   */
  private final class Wire extends StreamSocket {

    Wire(Dialer dialer, boolean tls, Runnable atClose) {
      super(dialer, tls, atClose);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
          // What the writer writes at the end it leaves in its queue.
          client.queue().removeIf(frame -> frame.array() == bytes);
          out.write(bytes, from, length);
        }
      };
    }

    /** Not under a lock: writing may hang until it is {@link #cut}. */
    @Override
    public void close() throws IOException {
      try {
        OutputStream out = getOutputStream();
        ByteBuffer frame = client.queue().poll();
        while (frame != null) {
          out.write(frame.array(), 0, frame.limit());
          frame = client.queue().poll();
        }
        out.flush();
      } catch (IOException e) {
        LOG.debug("the last words to {}", client.getURI().getHost(), e);
      }
      cut();
    }
  }

  private final class Client extends WebSocketClient {

    Client(URI uri, Map<String, String> headers, int timeoutMillis) {
      super(
          uri,
          new InPlaceDraft(InPlaceDraft.MAX_MESSAGE, host::nanos, LiveSocket.this::message),
          headers,
          timeoutMillis);
      setDaemon(true);
      // The engine has heartbeats of its own, by each venue's rules.
      setConnectionLostTimeout(0);
      // Names are resolved by our socket, or by the proxy.
      setDnsResolver(null);
      setSocketFactory(
          new Unconnected() {
            @Override
            public Socket createSocket() {
              Thread.currentThread().setName("colibri-stream-" + getURI().getHost());
              return socket;
            }
          });
    }

    /** What waits to be written. */
    BlockingQueue<ByteBuffer> queue() {
      return ((WebSocketImpl) getConnection()).outQueue;
    }

    @Override
    public void onOpen(ServerHandshake handshake) {
      Future<?> timer = deadline;
      if (timer != null) {
        timer.cancel(false);
      }
      turn(listener::opened);
    }

    @Override
    public void onMessage(String message) {
      throw new AssertionError("the draft hands messages over");
    }

    @Override
    public void onWebsocketPing(WebSocket connection, Framedata ping) {
      sending(() -> super.onWebsocketPing(connection, ping));
      turn(listener::heartbeat);
    }

    @Override
    public void onWebsocketPong(WebSocket connection, Framedata pong) {
      turn(listener::heartbeat);
    }

    @Override
    public void onError(Exception e) {
      if (trouble.isEmpty()) {
        trouble = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      }
    }

    @Override
    public void onClose(int code, String reason, boolean remote) {
      String why = reason == null || reason.isEmpty() ? trouble : reason;
      why = why.isEmpty() ? "the peer went away" : why;
      if (code == CloseFrame.NEVER_CONNECTED) {
        end(ABNORMAL, why);
        return;
      }
      tellEnd(code < 1000 || code == CloseFrame.NOCODE ? ABNORMAL : code, why);
      // The library's writer sends what is left, our own farewell perhaps, and closes the socket.
      host.after(FAREWELL, LiveSocket.this::shut);
    }
  }
}
