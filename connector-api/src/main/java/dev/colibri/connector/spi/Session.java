package dev.colibri.connector.spi;

import dev.colibri.connector.text.Frame;
import java.util.List;

/**
 * One live stream connection. A fresh one is made for every connection, so its state dies with its
 * socket. All methods are called by one thread at a time.
 */
public interface Session {

  /** Where to connect; may first fetch a listen key or a token. */
  Call<Endpoint> endpoint();

  /** The socket is open: log in if the venue wants it, and call {@link SessionContext#ready()}. */
  default void opened(SessionContext context) {
    context.ready();
  }

  /**
   * Ask for topics; called only after {@link SessionContext#ready()}, within the stream's limits.
   */
  void subscribe(List<Topic> topics, SessionContext context);

  /** Stop asking for topics. */
  void unsubscribe(List<Topic> topics, SessionContext context);

  /**
   * A message came. Whatever it throws quarantines the message; the books and trades staged in it
   * are dropped, and the books it was for become invalid.
   *
   * @param frame valid only during the call
   */
  void received(Frame frame, SessionContext context);
}
