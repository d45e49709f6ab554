package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What the transports of a {@link VirtualHost} reach: the other end of every wire. All of it runs
 * on the thread of {@link VirtualTime}.
 */
public interface Network {

  /**
   * A request arrives.
   *
   * @param answer takes what becomes of it, at once, later, or never; only the first counts
   */
  void http(HttpRequest request, Consumer<Delivery> answer);

  /**
   * Somebody opens a WebSocket.
   *
   * @param channel this end's words to the other; open it now, later, or never
   * @return what hears the other end
   */
  Peer connect(URI uri, Map<String, String> headers, Channel channel);

  /** Several of them, each address being one's. */
  static Network of(Function<URI, Network> whose) {
    return new Network() {
      @Override
      public void http(HttpRequest request, Consumer<Delivery> answer) {
        whose.apply(request.uri()).http(request, answer);
      }

      @Override
      public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
        return whose.apply(uri).connect(uri, headers, channel);
      }
    };
  }

  /** This end of a WebSocket: hears what the other end says. */
  interface Peer {
    void text(String frame);

    void ping();

    /** The other end closed it; nothing follows. */
    void closed();
  }

  /** The way to the other end of a WebSocket. What is said after the close is lost. */
  interface Channel {
    /** Accepts the connection. */
    void open();

    void text(String frame);

    /** A ping or a pong. */
    void heartbeat();

    /**
     * Closes it, or refuses to open it.
     *
     * @param code the close code; 1006 for a cut without a close frame
     */
    void close(int code, String reason);
  }
}
