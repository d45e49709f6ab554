package dev.colibri.connector.testkit.exchange;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.exceptions.WebsocketNotConnectedException;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/** The protocol's sessions over Java-WebSocket, on localhost. */
final class WebSocketEndpoint implements AutoCloseable {

  private static final int MAX_FRAME = 1 << 20;
  private static final int MAX_QUEUED_FRAMES = 10_000;
  private static final int STOP_MILLIS = 2_000;

  private final EmbeddedExchange exchange;
  private final Server server;

  WebSocketEndpoint(EmbeddedExchange exchange, InetAddress address, int port) throws IOException {
    this.exchange = exchange;
    this.server = new Server(new InetSocketAddress(address, port));
    server.start();
    try {
      server.started.get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the WebSocket server does not start", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  int port() {
    return server.getPort();
  }

  void disconnectAll() {
    List.copyOf(server.getConnections())
        .forEach(c -> c.closeConnection(CloseFrame.ABNORMAL_CLOSE, "cut"));
  }

  @Override
  public void close() {
    try {
      server.stop(STOP_MILLIS);
    } catch (ClosedSelectorException e) {
      // The server's own thread ended first, as it does when the last client leaves meanwhile.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a session may do with its connection; only the exchange's thread calls it. */
  private record SocketConnection(WebSocket socket) implements Protocol.Connection {

    @Override
    public void text(String frame) {
      if (socket instanceof WebSocketImpl impl && impl.outQueue.size() > MAX_QUEUED_FRAMES) {
        // A client that does not read would fill the memory.
        socket.closeConnection(CloseFrame.POLICY_VALIDATION, "too slow");
        return;
      }
      try {
        socket.send(frame);
      } catch (WebsocketNotConnectedException e) {
        // It is going; the session will hear that it is closed.
      }
    }

    @Override
    public void ping() {
      try {
        socket.sendPing();
      } catch (WebsocketNotConnectedException e) {
        // As above.
      }
    }

    @Override
    public void close(int code, String reason) {
      socket.close(code, reason);
    }
  }

  private final class Server extends WebSocketServer {
    final CompletableFuture<Boolean> started = new CompletableFuture<>();

    Server(InetSocketAddress address) {
      super(address, 2, List.of(new Draft_6455(Collections.emptyList(), MAX_FRAME)));
      setReuseAddr(true);
      setTcpNoDelay(true);
      // Pings are the protocol's business.
      setConnectionLostTimeout(0);
      setDaemon(true);
    }

    @Override
    public void onStart() {
      started.complete(true);
    }

    @Override
    public void onOpen(WebSocket connection, ClientHandshake handshake) {
      var remote = connection.getRemoteSocketAddress().getAddress().getHostAddress();
      var session =
          exchange.onThread(
              () ->
                  exchange
                      .protocol()
                      .open(
                          handshake.getResourceDescriptor(),
                          remote,
                          new SocketConnection(connection),
                          exchange.advance()));
      if (session == null) {
        connection.close(CloseFrame.POLICY_VALIDATION, "nothing is here");
      } else {
        connection.setAttachment(session);
      }
    }

    private Protocol.@Nullable Session session(WebSocket connection) {
      return connection.getAttachment();
    }

    @Override
    public void onMessage(WebSocket connection, String frame) {
      var session = session(connection);
      if (session != null) {
        // Waiting here is what keeps a client from flooding the exchange.
        exchange.onThread(
            () -> {
              session.text(frame, exchange.advance());
              return true;
            });
      }
    }

    @Override
    public void onWebsocketPong(WebSocket connection, Framedata frame) {
      var session = session(connection);
      if (session != null) {
        exchange.later(() -> session.pong(exchange.advance()));
      }
    }

    @Override
    public void onClose(WebSocket connection, int code, String reason, boolean remote) {
      var session = session(connection);
      if (session != null) {
        exchange.later(session::closed);
      }
    }

    @Override
    public void onError(@Nullable WebSocket connection, Exception e) {
      if (e instanceof RuntimeException bug) {
        EmbeddedExchange.report(bug);
      }
      if (connection == null) {
        started.completeExceptionally(e);
      }
    }
  }
}
