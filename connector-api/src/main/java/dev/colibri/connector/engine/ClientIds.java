package dev.colibri.connector.engine;

import dev.colibri.connector.spi.ClientIdRule;

/**
 * Makes client ids: the prefix, and a number in the base of the venue's alphabet. One thread at a
 * time.
 *
 * <p>The numbers are consecutive, so that no two of one maker are equal, and begin at a place drawn
 * from the time and a random number among at least 2^59 places: two makers, in one process or many,
 * meet with a chance of about the ids they make in 2^59. The first digit is never zero and the
 * number fits 63 bits, because some venues read ids as numbers.
 */
final class ClientIds {
  private final String prefix;
  private final String alphabet;
  private final int digits;
  private final long lowest;
  private final long places;
  private long place;

  /**
   * A maker of ids.
   *
   * @param nanos the time it is made, in nanoseconds since the epoch
   * @param random 64 random bits
   */
  ClientIds(ClientIdRule rule, long nanos, long random) {
    prefix = rule.prefix();
    alphabet = rule.alphabet();
    int room = rule.maxLength() - prefix.length();
    int base = alphabet.length();
    // Of all lawful lengths the one with the most numbers: 0.9 * 2^60 at least, by ClientIdRule.
    int digits = 1;
    long lowest = 1;
    long places = base - 1;
    long low = 1;
    for (int n = 2; n <= room && low <= Long.MAX_VALUE / base; n++) {
      low *= base;
      long end = low <= Long.MAX_VALUE / base ? low * base : Long.MAX_VALUE;
      if (end - low > places) {
        digits = n;
        lowest = low;
        places = end - low;
      }
    }
    this.digits = digits;
    this.lowest = lowest;
    this.places = places;
    // The sum of anything and 64 random bits is as random as they are.
    place = Long.remainderUnsigned(nanos + random, places);
  }

  /** The next id. */
  String next() {
    char[] id = new char[digits];
    long rest = lowest + place;
    for (int i = digits - 1; i >= 0; i--) {
      id[i] = alphabet.charAt((int) (rest % alphabet.length()));
      rest /= alphabet.length();
    }
    place = place + 1 == places ? 0 : place + 1;
    return prefix + new String(id);
  }
}
