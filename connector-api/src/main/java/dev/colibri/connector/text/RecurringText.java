package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
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
    if (length > MAX_BYTES) {
      return make(b, from, to);
    }
    if (length == 0) {
      return "";
    }
    long first = (long) EIGHT.get(b, from);
    long second = 0;
    if (length <= 8) {
      first &= -1L >>> 64 - 8 * length;
    } else {
      second = (long) EIGHT.get(b, to - 8);
    }
    long hash = (first ^ Long.rotateLeft(second, 29)) * 0x9E37_79B9_7F4A_7C15L;
    int place = (int) (hash >>> 64 - PLACES_BITS);
    RecurringText known = KNOWN[place];
    // Of more than eight bytes the last eight are compared, too, so the length must be.
    if (known != null
        && known.first == first
        && known.second == second
        && known.text.length() == length) {
      return known.text;
    }
    String text = make(b, from, to);
    if (!hasDigit(text)) {
      KNOWN[place] = new RecurringText(first, second, text);
    }
    return text;
  }

  private static String make(byte[] b, int from, int to) {
    return new String(b, from, to - from, StandardCharsets.ISO_8859_1);
  }

  private static boolean hasDigit(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= '0' && text.charAt(i) <= '9') {
        return true;
      }
    }
    return false;
  }
}
