package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the engine wants done outside. Effects are drained after every verb, in order; whoever
 * performs them never calls back before the verb's caller has let go of the engine.
 */
public sealed interface Effect {

  /**
   * Keep these changes in the journal, before anything that follows is done.
   *
   * @param changes by key the text that is to be kept from now on; null for none any more
   */
  record Keep(Map<String, @Nullable String> changes) implements Effect {}

  /** Send a request; its {@link Delivery} comes back under the ticket. */
  record Http(long ticket, URI uri, Signed signed, Duration timeout) implements Effect {

    /** What is asked, and of which host: the rest of its address may hold a key. */
    @Override
    public String toString() {
      return "http " + ticket + " " + signed + " at " + uri.getHost();
    }

    /** Whether it must not leave while something is not kept. */
    public boolean places() {
      return Effect.places(signed.request());
    }
  }

  /** Open a WebSocket; what happens on it comes back under its number. */
  record Open(long connection, URI uri, Map<String, String> headers, Duration timeout)
      implements Effect {

    /** To which host: the rest of its address, and its headers, may hold a key. */
    @Override
    public String toString() {
      return "open " + connection + " " + uri.getScheme() + "://" + uri.getHost();
    }
  }

  /**
   * Send a text frame.
   *
   * @param placing the ticket of the request that it carries, when that must not leave while
   *     something is not kept; 0 otherwise
   */
  record Send(long connection, String text, long placing) implements Effect {}

  /** Send a ping frame. */
  record Ping(long connection) implements Effect {}

  /** Close a WebSocket; nothing more is heard of it. */
  record Close(long connection) implements Effect {}

  /** Whether a request may give the venue an order, or more of one: cancels and queries do not. */
  static boolean places(Request request) {
    return request.isMutation() && request.urgency() == Request.Urgency.ORDER;
  }
}
