package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What each byte of a document may be so that its values stand where those of another one of the
 * same length stood: inside of a text anything that is neither quote nor escape, among the digits
 * of a number other digits, and everywhere else the same, names and words included. Eight bytes at
 * a time are compared with their least and greatest, so there is nothing to look for.
 *
 * <p>Immutable.
 */
final class Bounds {
  /** The fewest bytes of a document. */
  static final int MIN_BYTES = Long.BYTES;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;
  private static final long BACKSLASHES = 0x5c5c_5c5c_5c5c_5c5cL;

  /** The bytes in a text that may become others: those that are above a quote. */
  private static final byte LEAST_LETTER = '"' + 1;

  private static final byte GREATEST_LETTER = 0x7f;

  private final int length;

  /**
   * By turns the least and the greatest of eight bytes, the latter with their top bits set. The
   * last eight end with the document.
   */
  private final long[] words;

  private Bounds(byte[] least, byte[] greatest) {
    length = least.length;
    int eights = (length + Long.BYTES - 1) / Long.BYTES;
    words = new long[2 * eights];
    for (int i = 0; i < eights; i++) {
      int at = Math.min(Long.BYTES * i, length - Long.BYTES);
      words[2 * i] = (long) EIGHT.get(least, at);
      words[2 * i + 1] = (long) EIGHT.get(greatest, at) | TOPS;
    }
  }

  /** Whether a document is within them. */
  boolean contain(byte[] array, int from, int to) {
    if (to - from != length) {
      return false;
    }
    final long[] words = this.words;
    int last = words.length - 2;
    for (int i = 0; i < last; i += 2) {
      if (isOutside((long) EIGHT.get(array, from + 4 * i), words[i], words[i + 1])) {
        return false;
      }
    }
    return !isOutside((long) EIGHT.get(array, to - Long.BYTES), words[last], words[last + 1]);
  }

  /**
   * Whether one of eight bytes is below its least, above its greatest, beyond ASCII or a backslash.
   * No byte takes from the next one before it is found to be outside itself.
   */
  private static boolean isOutside(long eight, long least, long greatest) {
    long odd = eight | (eight ^ BACKSLASHES) - ONES;
    return (((eight | TOPS) - least & greatest - eight & ~odd) & TOPS) != TOPS;
  }

  /** Takes down what may differ from a document, of {@value #MIN_BYTES} bytes or more. */
  static final class Builder {
    private final byte[] least;
    private final byte[] greatest;

    /** Of a document, of which nothing may differ yet. */
    Builder(byte[] array, int from, int to) {
      least = Arrays.copyOfRange(array, from, to);
      greatest = least.clone();
    }

    /** Anything but a backslash may stand here. */
    void any(int from, int to) {
      Arrays.fill(least, from, to, (byte) 0);
      Arrays.fill(greatest, from, to, GREATEST_LETTER);
    }

    /** Here stands a text, which may be another one. */
    void letters(int from, int to) {
      for (int i = from; i < to; i++) {
        if (least[i] >= LEAST_LETTER) {
          least[i] = LEAST_LETTER;
          greatest[i] = GREATEST_LETTER;
        }
      }
    }

    /**
     * Here stands a number, of which digits may be others. Where more than one stands in front, the
     * first of them is not to be zero.
     */
    void digits(int from, int to) {
      int first = least[from] == '-' ? from + 1 : from;
      boolean one = first + 1 == to || !isDigit(least[first + 1]);
      for (int i = first; i < to; i++) {
        if (isDigit(least[i])) {
          least[i] = (byte) (i > first || one ? '0' : '1');
          greatest[i] = '9';
        }
      }
    }

    private static boolean isDigit(byte letter) {
      return letter >= '0' && letter <= '9';
    }

    Bounds build() {
      return new Bounds(least, greatest);
    }
  }
}
