package dev.colibri.connector.testkit.sim;

/**
 * How a host's own clock runs beside {@link VirtualTime}: it may stand wrong, run fast or slow, and
 * jump. It never goes back. Times are nanoseconds since the epoch.
 */
final class HostClock {
  private static final long MILLION = 1_000_000;

  private long sinceTrue;
  private long sinceShown;
  private long partsPerMillion;

  /** A clock that is right. */
  HostClock(long now) {
    sinceTrue = now;
    sinceShown = now;
  }

  /** What the clock shows. */
  long at(long now) {
    long passed = now - sinceTrue;
    return sinceShown
        + (partsPerMillion == 0 ? passed : passed + passed / MILLION * partsPerMillion);
  }

  /** When the clock will show that, or a little later; a time that has passed gives that time. */
  long when(long shown) {
    long left = shown - sinceShown;
    if (partsPerMillion == 0 || left <= 0) {
      return sinceTrue + left;
    }
    long speed = MILLION + partsPerMillion;
    long when = sinceTrue + left / speed * MILLION + left % speed * MILLION / speed;
    // What at() leaves out below a millionth is made up for, so that an alarm never rings early.
    while (at(when) < shown) {
      when += MILLION;
    }
    return when;
  }

  /** From now on it shows so much more. */
  void jump(long now, long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException("a host's clock never goes back");
    }
    sinceShown = at(now) + nanos;
    sinceTrue = now;
  }

  /** It stood still for a while that ends now. */
  void stood(long now, long nanos) {
    sinceShown = Math.max(sinceShown, at(now) - nanos);
    sinceTrue = now;
  }

  /** From now on it gains so much; loses, when negative. */
  void drift(long now, long partsPerMillion) {
    if (Math.abs(partsPerMillion) > MILLION / 2) {
      throw new IllegalArgumentException("a drift of more than half is none");
    }
    sinceShown = at(now);
    sinceTrue = now;
    this.partsPerMillion = partsPerMillion;
  }
}
