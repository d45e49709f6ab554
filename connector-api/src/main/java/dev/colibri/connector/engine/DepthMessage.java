package dev.colibri.connector.engine;

import dev.colibri.connector.spi.DepthStage;
import java.util.Arrays;

/**
 * One message about a book: its sequence numbers, times and levels, as the venue wrote them.
 * Reused.
 *
 * <p>A level is three longs: the price's mantissa, the size's mantissa, and the digits of both with
 * the side. So a message is kept for later by copying a range of longs.
 */
final class DepthMessage {
  /** Longs a level. */
  static final int STRIDE = 3;

  /** More levels than any venue sends at once; a message with more is refused. */
  static final int MAX_LEVELS = 1 << 17;

  DepthStage.Kind kind = DepthStage.Kind.DIFF;
  long first;
  long last;
  long previous;
  long venueMillis;
  long receivedNanos;
  long checksum;

  /** Levels lie in {@code levels[from..to)}. */
  long[] levels = new long[64 * STRIDE];

  int from;
  int to;

  void clear() {
    from = 0;
    to = 0;
  }

  void add(boolean bid, long price, int priceDigits, long size, int sizeDigits) {
    if (to == levels.length) {
      if (to >= MAX_LEVELS * STRIDE) {
        throw new IllegalStateException("more than " + MAX_LEVELS + " levels in one message");
      }
      levels = Arrays.copyOf(levels, 2 * to);
    }
    levels[to] = price;
    levels[to + 1] = size;
    levels[to + 2] = pack(bid, priceDigits, sizeDigits);
    to += STRIDE;
  }

  /** Makes base units of contracts: of so many units with so many digits each. */
  void scale(long units, int digits) {
    for (int i = from; i < to; i += STRIDE) {
      long packed = levels[i + 2];
      levels[i + 1] = Math.multiplyExact(levels[i + 1], units);
      levels[i + 2] = pack(isBid(packed), priceDigits(packed), sizeDigits(packed) + digits);
    }
  }

  /** The number that stands for the message's end, or {@link DepthStage#NONE}. */
  long sequence() {
    return last != DepthStage.NONE ? last : first;
  }

  /** The message's numbers, for people. */
  String describe() {
    if (sequence() == DepthStage.NONE) {
      return "a message without a number";
    }
    return (first == DepthStage.NONE || first == last ? "" : first + "..")
        + sequence()
        + (previous == DepthStage.NONE ? "" : " after " + previous);
  }

  static long pack(boolean bid, int priceDigits, int sizeDigits) {
    return (long) (byte) priceDigits << 16 | (sizeDigits & 0xff) << 8 | (bid ? 1 : 0);
  }

  static boolean isBid(long packed) {
    return (packed & 1) != 0;
  }

  static int priceDigits(long packed) {
    return (byte) (packed >> 16);
  }

  static int sizeDigits(long packed) {
    return (byte) (packed >> 8);
  }
}
