package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Digits among bytes, eight of them at a time. */
final class Digits {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Eight of the digit zero; what a digit has beside it is its number. */
  private static final long ZEROS = 0x3030303030303030L;

  private Digits() {}

  /** Eight bytes for {@link #leading} and {@link #number}. */
  static long at(byte[] b, int p) {
    return (long) EIGHT.get(b, p) ^ ZEROS;
  }

  /** How many of eight bytes are digits before the first that is none. */
  static int leading(long chars) {
    return Long.numberOfTrailingZeros(others(chars)) >>> 3;
  }

  /** The same, where that is the same again and again: see {@link #first}. */
  static int guessed(long chars) {
    return first(others(chars));
  }

  /**
   * The place of the first of eight bytes whose top bit is set, of which all other bits are not; 8
   * for none. A switch, because processors guess where it leads to, and go on there without waiting
   * for the bytes.
   */
  static int first(long tops) {
    return switch (Long.numberOfTrailingZeros(tops)) {
      case 7 -> 0;
      case 15 -> 1;
      case 23 -> 2;
      case 31 -> 3;
      case 39 -> 4;
      case 47 -> 5;
      case 55 -> 6;
      case 63 -> 7;
      default -> 8;
    };
  }

  /** Whether the first one to eight of eight bytes are all digits. */
  static boolean are(long chars, int count) {
    return others(chars << 64 - 8 * count) == 0;
  }

  private static long others(long chars) {
    // A byte above 9 reaches its top bit, either itself or with 0x76 added. That of a byte outside
    // of ASCII carries into the next, which comes after the first that is no digit.
    return (chars | chars + 0x7676767676767676L) & 0x8080808080808080L;
  }

  /**
   * The number of the first one to eight such digits. Those that follow are shifted out, so that
   * zeros stand in front, and the digits are combined pairwise: into four numbers below 100, two
   * below 10,000, one.
   */
  static long number(long chars, int count) {
    long v = chars << 64 - 8 * count;
    v = v * 10 + (v >>> 8);
    v =
        (v & 0x000000ff_000000ffL) * (100L + (1_000_000L << 32))
            + (v >>> 16 & 0x000000ff_000000ffL) * (1L + (10_000L << 32));
    return v >>> 32;
  }

  /**
   * The reverse of {@link #number}: the eight digits of a number below 100,000,000, with zeros in
   * front.
   */
  static long of(int number) {
    // Two numbers below 10,000, four below 100, eight digits: the higher one of each in front.
    long v = number / 10_000 | (long) (number % 10_000) << 32;
    long hundreds = v * 5243 >>> 19 & 0x0000007f_0000007fL;
    v = hundreds | v - hundreds * 100 << 16;
    long tens = v * 103 >>> 10 & 0x000f000f_000f000fL;
    return tens | v - tens * 10 << 8;
  }

  /** Writes eight digits. */
  static void put(byte[] b, int p, long digits) {
    EIGHT.set(b, p, digits ^ ZEROS);
  }

  /**
   * Where a row of digits ends. There must be something else behind it, and eight bytes be readable
   * from each place up to there.
   */
  static int end(byte[] b, int from) {
    for (int p = from; ; p += 8) {
      long others = others(at(b, p));
      if (others != 0) {
        return p + first(others);
      }
    }
  }

  /**
   * The number of one to sixteen digits, of which eight bytes must be readable at each; -1 where
   * there is anything else among them.
   */
  static long number(byte[] b, int from, int to) {
    int first = to - from > 8 ? to - from - 8 : to - from;
    long chars = at(b, from);
    if (!are(chars, first)) {
      return -1;
    }
    long number = number(chars, first);
    if (to - from > 8) {
      chars = at(b, to - 8);
      number = others(chars) == 0 ? number * 100_000_000 + number(chars, 8) : -1;
    }
    return number;
  }
}
