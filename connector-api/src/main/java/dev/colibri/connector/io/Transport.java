package dev.colibri.connector.io;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.text.Frame;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries requests and frames of one connector. It keeps nothing back, retries nothing and follows
 * no redirect: a request handed over is on the wire once, or not at all.
 */
public interface Transport extends AutoCloseable {

  /**
   * Sends a request. Returns at once.
   *
   * @param request what to send
   * @param done told once what became of it, on any thread, never before this method returns
   */
  void http(HttpRequest request, Consumer<Delivery> done);

  /**
   * Opens a WebSocket. Returns at once.
   *
   * @param uri where to
   * @param headers of the handshake
   * @param timeout until it must be open
   * @param listener told what happens, by one thread at a time, never before this method returns
   */
  Socket connect(URI uri, Map<String, String> headers, Duration timeout, SocketListener listener);

  /** Drops what is on its way and closes every socket. Listeners hear of their close. */
  @Override
  void close();

  /**
   * A request as it goes on the wire.
   *
   * @param method the HTTP method
   * @param uri the whole address; its query is encoded and must not be encoded again
   * @param headers by name
   * @param contentType of the body; null without one
   * @param body the bytes; null for none
   * @param timeout for the whole exchange
   */
  record HttpRequest(
      String method,
      URI uri,
      Map<String, String> headers,
      @Nullable String contentType,
      byte @Nullable [] body,
      Duration timeout) {
    /** Of the address only the host: all else, the path too, may hold secrets. */
    @Override
    public String toString() {
      return method + " " + uri.getHost();
    }
  }

  /**
   * An open or opening WebSocket. Every method returns at once and may be called from any thread.
   */
  interface Socket {
    /** Sends a text frame; dropped when the socket is not open. */
    void send(String text);

    /** Sends a ping frame; dropped when the socket is not open. */
    void ping();

    /** Closes with a normal close frame, and for good when none comes back soon. */
    void close();
  }

  /** What happens on a WebSocket: opened at most once, closed exactly once and last. */
  interface SocketListener {
    void opened();

    /**
     * A whole text or binary message.
     *
     * @param frame its bytes, valid only during the call
     */
    void received(Frame frame);

    /** A ping or a pong came. */
    void heartbeat();

    /**
     * It is closed, or never opened.
     *
     * @param code the close code; 1006 when there was none
     * @param reason for people
     */
    void closed(int code, String reason);
  }
}
