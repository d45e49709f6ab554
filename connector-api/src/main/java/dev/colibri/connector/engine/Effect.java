package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Signed;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/**
 * What the engine wants done outside. Effects are drained after every verb, in order; whoever
 * performs them never calls back before the verb's caller has let go of the engine.
 */
public sealed interface Effect {

  /** Send a request; its {@link Delivery} comes back under the ticket. */
  record Http(long ticket, URI uri, Signed signed, Duration timeout) implements Effect {}

  /** Open a WebSocket; what happens on it comes back under its number. */
  record Open(long connection, URI uri, Map<String, String> headers, Duration timeout)
      implements Effect {

    /** Where it goes, without query and headers: they may hold a token. */
    @Override
    public String toString() {
      return "open "
          + connection
          + " "
          + uri.getScheme()
          + "://"
          + uri.getAuthority()
          + uri.getPath();
    }
  }

  /** Send a text frame. */
  record Send(long connection, String text) implements Effect {}

  /** Send a ping frame. */
  record Ping(long connection) implements Effect {}

  /** Close a WebSocket; nothing more is heard of it. */
  record Close(long connection) implements Effect {}
}
