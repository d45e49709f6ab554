package dev.colibri.connector.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a venue's clock says, judged from questions of its time. One thread at a time.
 *
 * <p>An answer tells that somewhere between question and answer the venue's clock stood at a
 * certain millisecond: the shorter the way, the narrower the place. Of the latest {@value #KEPT}
 * answers the one that is narrowest now is believed; an old one widens as two clocks may drift
 * apart. An answer that contradicts it needs another contradiction, because one server of many may
 * be wrong: then one of the clocks has jumped, and everything older is forgotten.
 *
 * <p>Without answers the local clock is taken. The time may go back when a better answer comes.
 */
final class VenueClock {
  private static final int KEPT = 8;
  private static final long MILLI = 1_000_000;

  /** Both clocks may be wrong by 100 parts in a million. */
  private static final long DRIFT = 10_000;

  /** An answer that took longer says nothing useful. */
  private static final long LONGEST = 10_000 * MILLI;

  /** The year 2200: what is later is no time, and would overflow nanoseconds in the year 2262. */
  private static final long LATEST = 7_258_118_400_000L;

  /**
   * One answer.
   *
   * @param at when it came
   * @param offset venue's time less local time
   * @param doubt how far the offset may be wrong, either way
   * @param way from here to there and back
   */
  private record Sample(long at, long offset, long doubt, long way) {
    long doubt(long now) {
      return doubt + Math.max(0, now - at) / DRIFT;
    }
  }

  private final Sample[] samples = new Sample[KEPT];
  private int taken;
  private boolean contradicted;

  /**
   * Takes an answer.
   *
   * @param sent when the question left, in local nanoseconds
   * @param received when the answer came
   * @param venueMillis what it said
   * @return whether the time is known by it; if not, ask again at once
   */
  boolean sample(long sent, long received, long venueMillis) {
    long way = received - sent;
    if (way < 0 || way > LONGEST || venueMillis <= 0 || venueMillis > LATEST) {
      return false;
    }
    // The venue cut its time to a whole millisecond: its middle is meant, half of it is doubt.
    long half = MILLI / 2;
    long offset = venueMillis * MILLI + half - (sent + way / 2);
    Sample sample = new Sample(received, offset, way / 2 + half, way);
    Sample best = best(received);
    if (best != null && Math.abs(offset - best.offset) > sample.doubt + best.doubt(received)) {
      if (!contradicted) {
        contradicted = true;
        return false;
      }
      taken = 0;
    }
    contradicted = false;
    samples[taken++ % KEPT] = sample;
    return true;
  }

  /** Forgets everything: the venue says that our time is wrong. */
  void distrust() {
    taken = 0;
    contradicted = false;
  }

  /** Whether an answer is known. */
  boolean isKnown() {
    return taken > 0;
  }

  /** The venue's time in milliseconds since the epoch. */
  long millis(long now) {
    Sample best = best(now);
    return Math.floorDiv(best == null ? now : now + best.offset, MILLI);
  }

  /** How far {@link #millis} may be wrong, in nanoseconds; {@link Long#MAX_VALUE} if not known. */
  long uncertainty(long now) {
    Sample best = best(now);
    return best == null ? Long.MAX_VALUE : best.doubt(now);
  }

  /**
   * The venue's time at which something that leaves now arrives, less now, in nanoseconds: what
   * {@link Limiter#align} needs. 0 if not known.
   */
  long arrivalOffset(long now) {
    Sample best = best(now);
    return best == null ? 0 : best.offset + best.way / 2;
  }

  private @Nullable Sample best(long now) {
    Sample best = null;
    for (int i = 0; i < Math.min(taken, KEPT); i++) {
      if (best == null || samples[i].doubt(now) < best.doubt(now)) {
        best = samples[i];
      }
    }
    return best;
  }
}
