package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A document that was read, and which bytes may differ from it so that another one of the same
 * length has its values at the same places: inside of a text anything that is neither quote nor
 * escape, among the digits of a number other digits. All else must be the same, names and words
 * included. So a document that fits needs no reading: eight of its bytes at a time are compared
 * with their bounds, and its tape is the tape of the first one.
 *
 * <p>Venues write the same few messages over and over, and most numbers with the same number of
 * digits. A document that does not fit is read, which tells nothing else than the template would.
 *
 * <p>Immutable, but for a count on which nothing depends that is read. All threads share what is
 * known, without a lock. There is one template for each length, up to {@value #MAX_BYTES} bytes and
 * {@value #PLACES} templates.
 */
final class JsonTemplate {
  private static final int MIN_BYTES = 8;
  private static final int MAX_BYTES = 2048;
  private static final int PLACES = 512;

  /** After so many documents that were others, the next one takes the place of a template. */
  private static final int PATIENCE = 64;

  private static final @Nullable JsonTemplate[] KNOWN = new JsonTemplate[PLACES];

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
  private final long[] bounds;

  private final int[] values;
  private final JsonShape[] shapes;
  private int others;

  private JsonTemplate(int length, long[] bounds, int[] values, JsonShape[] shapes) {
    this.length = length;
    this.bounds = bounds;
    this.values = values;
    this.shapes = shapes;
  }

  /** The template that a document fits; null where none is known. */
  static @Nullable JsonTemplate of(byte[] array, int from, int to) {
    JsonTemplate known = KNOWN[to - from & PLACES - 1];
    return known != null && known.length == to - from && known.isFittedBy(array, from)
        ? known
        : null;
  }

  /** What is on the tape of every document that fits. */
  int[] values() {
    return values;
  }

  /** The shapes of its objects. */
  JsonShape[] shapes() {
    return shapes;
  }

  private boolean isFittedBy(byte[] array, int from) {
    final long[] bounds = this.bounds;
    int last = bounds.length - 2;
    for (int i = 0; i < last; i += 2) {
      if (isOutside((long) EIGHT.get(array, from + 4 * i), bounds[i], bounds[i + 1])) {
        return false;
      }
    }
    long eight = (long) EIGHT.get(array, from + length - 8);
    return !isOutside(eight, bounds[last], bounds[last + 1]);
  }

  /**
   * Whether one of eight bytes is below its least, above its greatest, beyond ASCII or a backslash.
   * No byte takes from the next one before it is found to be outside itself.
   */
  private static boolean isOutside(long eight, long least, long greatest) {
    long odd = eight | (eight ^ BACKSLASHES) - ONES;
    return (((eight | TOPS) - least & greatest - eight & ~odd) & TOPS) != TOPS;
  }

  /** Remembers a document that was read, of which the first words of a tape tell. */
  static void learn(byte[] b, int length, int[] tape, int words, JsonShape[] shapes) {
    if (length < MIN_BYTES || length > MAX_BYTES) {
      return;
    }
    JsonTemplate known = KNOWN[length & PLACES - 1];
    if (known == null || ++known.others > PATIENCE) {
      int[] values = Arrays.copyOf(tape, words);
      long[] bounds = bounds(new JsonTape(b, length, values, shapes), words);
      KNOWN[length & PLACES - 1] = new JsonTemplate(length, bounds, values, shapes);
    }
  }

  private static long[] bounds(JsonTape tape, int words) {
    byte[] least = Arrays.copyOf(tape.bytes(), tape.length());
    byte[] greatest = least.clone();
    for (int value = 0; value < words; value += tape.kind(value) <= JsonTape.ARRAY ? 2 : 1) {
      if (tape.kind(value) == JsonTape.STRING) {
        letters(least, greatest, tape.from(value), tape.to(value));
      } else if (tape.kind(value) == JsonTape.NUMBER) {
        digits(least, greatest, tape.from(value), tape.to(value));
      }
    }
    int eights = (least.length + 7) / 8;
    long[] bounds = new long[2 * eights];
    for (int i = 0; i < eights; i++) {
      int at = Math.min(8 * i, least.length - 8);
      bounds[2 * i] = (long) EIGHT.get(least, at);
      bounds[2 * i + 1] = (long) EIGHT.get(greatest, at) | TOPS;
    }
    return bounds;
  }

  private static void letters(byte[] least, byte[] greatest, int from, int to) {
    for (int i = from; i < to; i++) {
      if (least[i] >= LEAST_LETTER) {
        least[i] = LEAST_LETTER;
        greatest[i] = GREATEST_LETTER;
      }
    }
  }

  /** Where more than one digit stands in front, the first of them is not to be zero. */
  private static void digits(byte[] least, byte[] greatest, int from, int to) {
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
}
