package dev.colibri.connector.engine;

import dev.colibri.connector.spi.NonceSequence;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one {@link NonceSequence}. One thread at a time.
 *
 * <p>A clocked sequence draws the greater of the venue's time and one more than the last. A counted
 * one must {@linkplain #mustLearn() learn} its next number first, and again after the venue called
 * a number stale; it never leaves a hole, which would hold up everything behind it: a number whose
 * request did not leave is drawn again.
 */
final class NonceKeeper {
  /** Under which a journal keeps what may have been drawn, by sequence. */
  static final String KEPT = "nonce/";

  /** For how long one number is kept ahead, so that not every request writes one. */
  private static final long KEPT_MILLIS = 10_000;

  private final NonceSequence sequence;
  private final TreeSet<Long> unused = new TreeSet<>();
  private boolean known;
  private long last = -1;
  private long kept = -1;
  private int inFlight;

  NonceKeeper(NonceSequence sequence) {
    this.sequence = sequence;
    this.known = sequence.first() == null;
  }

  /**
   * Whether the next number must be asked for now. Not before everything on its way is settled: the
   * venue would count without it.
   */
  boolean mustLearn() {
    return !known && inFlight == 0;
  }

  /** The venue's answer: the next number it expects. */
  void learned(long next) {
    if (!mustLearn()) {
      throw new IllegalStateException(sequence.name() + " need not learn now");
    }
    unused.clear();
    last = Math.max(last, next - 1);
    known = true;
  }

  /** Whether a number may be drawn now. */
  boolean ready() {
    return known && inFlight < sequence.window();
  }

  /**
   * Draws a number, which is on its way until it is {@link #settled} or {@link #returned}.
   *
   * @param venueMillis the venue's time; a counted sequence ignores it
   */
  long next(long venueMillis) {
    if (!ready()) {
      throw new IllegalStateException(sequence.name() + " has no number to give now");
    }
    inFlight++;
    if (!unused.isEmpty()) {
      return unused.pollFirst();
    }
    long least = last + 1;
    last =
        sequence.first() == null
            ? Math.max(Math.multiplyExact(venueMillis, sequence.clockUnit()), least)
            : least;
    return last;
  }

  /** One that was drawn arrived, or may have. */
  void settled() {
    inFlight--;
  }

  /** One that was drawn provably never left this host. */
  void returned(long number) {
    inFlight--;
    if (sequence.first() != null && known) {
      unused.add(number);
    }
  }

  /**
   * The venue called a number stale. A counted sequence believes the venue alone from here on; a
   * clocked one goes on rising.
   */
  void distrust() {
    if (sequence.first() != null) {
      known = false;
      last = -1;
      unused.clear();
    }
  }

  /**
   * A number that is to be kept before the last one drawn is used, and that holds for those of the
   * next seconds too; null where what was kept last still holds, and for a counted sequence, whose
   * next number the venue tells.
   */
  @Nullable Long unkept() {
    if (sequence.first() != null || last <= kept) {
      return null;
    }
    kept = Math.addExact(last, Math.multiplyExact(KEPT_MILLIS, sequence.clockUnit()));
    return kept;
  }

  /** Goes on after the highest number that may have been drawn before a restart. */
  void restore(long highest) {
    last = Math.max(last, highest);
    kept = last;
  }
}
