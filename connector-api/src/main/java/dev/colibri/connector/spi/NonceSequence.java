package dev.colibri.connector.spi;

import org.jspecify.annotations.Nullable;

/**
 * An ordered departure. Requests that name it leave in order, each with a number.
 *
 * @param name requests name it so
 * @param window how many may be on their way at once, at least 1
 * @param first asks for the next number where the venue or chain counts; null where the clock gives
 *     it: the greater of the venue's time in {@code clockUnit} and one more than the last
 * @param clockUnit for a clocked sequence, how many numbers a millisecond has: 1 for milliseconds,
 *     1000 for microseconds
 */
public record NonceSequence(String name, int window, @Nullable Call<Long> first, int clockUnit) {
  public NonceSequence {
    if (window < 1 || clockUnit < 1) {
      throw new IllegalArgumentException(name + ": window and clock unit must be positive");
    }
  }

  /** Rising by the clock, any number on their way at once. */
  public static NonceSequence clocked(String name, int perMilli) {
    return new NonceSequence(name, Integer.MAX_VALUE, null, perMilli);
  }

  /** Counted by the venue or chain. */
  public static NonceSequence counted(String name, int window, Call<Long> first) {
    return new NonceSequence(name, window, first, 1);
  }
}
