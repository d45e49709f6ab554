package dev.colibri.connector.testkit.exchange;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One venue's wire language over an {@link Exchange}, without a socket: requests and frames come in
 * as values, replies and frames go out as values. The socket server and a test in virtual time
 * drive the very same protocol.
 *
 * <p>Times are milliseconds since 1970, given by the driver, and never go back. Not thread-safe:
 * one thread at a time, the one that drives the exchange.
 */
public interface Protocol {

  /**
   * An HTTP request as it arrived.
   *
   * @param path without the query
   * @param query the raw query without its question mark, empty if there is none
   * @param headers names in lower case
   * @param remote the caller's address, to which request limits apply
   */
  record Request(
      String method,
      String path,
      String query,
      Map<String, String> headers,
      byte[] body,
      String remote) {

    /** A request without body, from the local host. */
    public static Request of(String method, String target, Map<String, String> headers) {
      int mark = target.indexOf('?');
      return new Request(
          method,
          mark < 0 ? target : target.substring(0, mark),
          mark < 0 ? "" : target.substring(mark + 1),
          headers,
          new byte[0],
          "127.0.0.1");
    }

    public String bodyText() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  /**
   * What to answer.
   *
   * @param status the HTTP status, or 0 for no answer at all: the connection is cut
   * @param delayMillis how long the venue takes to send it, though the request is carried out
   */
  record Reply(int status, Map<String, String> headers, String body, long delayMillis) {

    public static final Reply DROPPED = new Reply(0, Map.of(), "");

    /** A reply that leaves at once. */
    public Reply(int status, Map<String, String> headers, String body) {
      this(status, headers, body, 0);
    }

    /** The same reply, so much later. */
    public Reply after(long millis) {
      return new Reply(status, headers, body, delayMillis + millis);
    }

    public boolean isDropped() {
      return status == 0;
    }
  }

  /** The way out of a WebSocket session; the driver implements it. Nothing here blocks. */
  interface Connection {

    void text(String frame);

    void ping();

    /** Closes with a status code of RFC 6455; the session hears {@link Session#closed()} later. */
    void close(int code, String reason);
  }

  /** One WebSocket connection. */
  interface Session {

    void text(String frame, long now);

    void pong(long now);

    void closed();
  }

  /** Carries out one HTTP request. */
  Reply handle(Request request, long now);

  /**
   * Opens a WebSocket session.
   *
   * @param target path and raw query of the upgrade request
   * @return null if there is nothing at that path, or the venue takes no connections now
   */
  @Nullable Session open(String target, String remote, Connection connection, long now);

  /** Does what time alone causes: collected depth changes, tickers, pings, expiries. */
  void wake(long now);

  /** When {@link #wake} is due next. */
  long nextWake();

  /** What is to go wrong. */
  Faults faults();

  // What goes wrong for everybody at once

  /**
   * The venue's engine starts anew: every session is closed, and until it is back, connections are
   * refused and requests are answered with 503, or, after a close without a word, not at all.
   *
   * @param downMillis how long it is away
   * @param closeCode what sessions are told; 1006 for a cut without a close frame
   * @param losesOrders whether every open order is gone afterwards, of which nobody is told: it has
   *     expired when it is asked for
   */
  void restart(long now, long downMillis, int closeCode, boolean losesOrders);

  /**
   * Trading stands still for a while: markets say so, orders stay, and every private request is
   * refused.
   *
   * @param inWords whether in the venue's own words, else with a page and status 503
   */
  void maintain(long now, long millis, boolean inWords);

  /** Sends the last private events of every account again, at most so many, to who hears now. */
  void replay(int count, long now);
}
