package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Short texts that come over and over are made once: words for a side or a status, assets, symbols.
 * Whatever has a digit is taken for an id, which comes once.
 *
 * <p>Immutable. All threads share what is known, without a lock: a text that somebody else has just
 * replaced is made anew.
 */
final class RecurringText {
  /** How many bytes must be readable from the beginning of a text. */
  static final int MAX_BYTES = 16;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int PLACES_BITS = 10;
  private static final @Nullable RecurringText[] KNOWN = new RecurringText[1 << PLACES_BITS];

  private final long first;
  private final long second;
  private final String text;

  private RecurringText(long first, long second, String text) {
    this.first = first;
    this.second = second;
    this.text = text;
  }

  /** The text of bytes that are ASCII, without the control characters. */
  static String of(byte[] b, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return "";
    }
    if (length > MAX_BYTES || isDigit(b[to - 1])) {
      return make(b, from, to);
    }
    // No text has a zero byte, so what is behind its end need only be cut off.
    long first = (long) EIGHT.get(b, from);
    long second = 0;
    if (length <= 8) {
      first &= -1L >>> 64 - 8 * length;
    } else {
      second = (long) EIGHT.get(b, from + 8) & -1L >>> 128 - 8 * length;
    }
    long hash = (first ^ second * 31) * 0x9E37_79B9_7F4A_7C15L;
    int place = (int) (hash >>> 64 - PLACES_BITS);
    RecurringText known = KNOWN[place];
    if (known != null && known.first == first && known.second == second) {
      return known.text;
    }
    return learn(b, from, to, place, first, second);
  }

  private static String learn(byte[] b, int from, int to, int place, long first, long second) {
    String text = make(b, from, to);
    for (int i = from; i < to; i++) {
      if (isDigit(b[i])) {
        return text;
      }
    }
    if (KNOWN[place] == null) {
      // The very words that programs compare it with.
      text = text.intern();
    }
    KNOWN[place] = new RecurringText(first, second, text);
    return text;
  }

  // Deprecated because it is wrong beyond Latin-1; the other constructors ask for the charset
  // first.
  @SuppressWarnings("deprecation")
  private static String make(byte[] b, int from, int to) {
    return new String(b, 0, from, to - from);
  }

  private static boolean isDigit(byte letter) {
    return letter >= '0' && letter <= '9';
  }
}
