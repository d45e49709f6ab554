package dev.colibri.connector.testkit.exchange;

/**
 * Lets a crowd and a protocol do what is due, in the order of time. The socket server moves it with
 * the clock, a test with virtual time.
 *
 * <p>Advance before every request, so that time never goes back on the exchange.
 */
public final class Timeline {

  // A process that slept does not make up for it: a minute is worth catching up, a night is not.
  private static final long CATCH_UP_MILLIS = 60_000L;

  private final Crowd crowd;
  private final Protocol protocol;
  private long now;

  /** A timeline that begins at {@code start}, in milliseconds since 1970. */
  public Timeline(Crowd crowd, Protocol protocol, long start) {
    this.crowd = crowd;
    this.protocol = protocol;
    this.now = start;
    crowd.step(start);
    protocol.wake(start);
  }

  public long now() {
    return now;
  }

  /** Does everything due up to {@code to}; an earlier time than {@link #now()} changes nothing. */
  public void advance(long to) {
    if (to - now > CATCH_UP_MILLIS) {
      crowd.skipTo(to - CATCH_UP_MILLIS);
    }
    for (long next = next(); next <= to; next = next()) {
      now = Math.max(now, next);
      crowd.step(now);
      protocol.wake(now);
    }
    now = Math.max(now, to);
  }

  /** When something is due next. */
  public long next() {
    return Math.min(crowd.nextRound(), protocol.nextWake());
  }
}
