package dev.colibri.connector.text;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Exact decimals, read and written without {@code double} and without locale.
 *
 * <p>There is one grammar, JSON's number: an optional minus, digits without leading zeros, an
 * optional fraction, an optional exponent. A decimal has at most {@value #MAX_DIGITS} significant
 * digits and between {@code -}{@value #MAX_SCALE} and {@value #MAX_SCALE} digits after the point
 * once the exponent is applied; it is written in at most {@value #MAX_CHARS} characters. So no
 * number, however it is written, can make later arithmetic expensive.
 */
public final class Decimal {
  public static final int MAX_DIGITS = 40;
  public static final int MAX_SCALE = 40;
  public static final int MAX_CHARS = 64;

  private static final long[] POWERS = new long[19];

  static {
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private Decimal() {}

  /** Reads a decimal; trailing zeros stay in its scale. Throws {@link TextException}. */
  public static BigDecimal parse(CharSequence text) {
    int end = text.length();
    if (end > MAX_CHARS) {
      throw refused(text, "longer than " + MAX_CHARS + " characters");
    }
    int p = end > 0 && text.charAt(0) == '-' ? 1 : 0;
    int whole = p;
    p = digits(text, p);
    if (p == whole || p > whole + 1 && text.charAt(whole) == '0') {
      throw refused(text, "not a decimal");
    }
    if (p < end && text.charAt(p) == '.') {
      int fraction = ++p;
      p = digits(text, p);
      if (p == fraction) {
        throw refused(text, "not a decimal");
      }
    }
    if (p < end && (text.charAt(p) | 0x20) == 'e') {
      p++;
      if (p < end && (text.charAt(p) == '+' || text.charAt(p) == '-')) {
        p++;
      }
      int exponent = p;
      p = digits(text, p);
      if (p == exponent) {
        throw refused(text, "not a decimal");
      }
      if (p > exponent + 2) {
        throw refused(text, "exponent out of range");
      }
    }
    if (p < end || end == 0) {
      throw refused(text, "not a decimal");
    }
    var value = new BigDecimal(text.toString());
    if (value.precision() > MAX_DIGITS) {
      throw refused(text, "more than " + MAX_DIGITS + " digits");
    }
    if (Math.abs(value.scale()) > MAX_SCALE) {
      throw refused(text, "exponent out of range");
    }
    return value;
  }

  /** Reads bytes {@code from} (inclusive) to {@code to} (exclusive) as ASCII. */
  public static BigDecimal parse(byte[] array, int from, int to) {
    BigDecimal usual = usual(array, from, to);
    if (usual != null) {
      return usual;
    }
    int end = Math.min(to, from + MAX_CHARS + 1);
    return parse(new String(array, from, end - from, StandardCharsets.ISO_8859_1));
  }

  /** Digits that fit in a long, with a point among them or without; null for all else. */
  static @Nullable BigDecimal usual(byte[] array, int from, int to) {
    // One to seven digits, a point, and one to eight digits, where eight bytes can be read at each.
    if (from < to && to + 8 <= array.length) {
      boolean negative = array[from] == '-';
      int begin = negative ? from + 1 : from;
      long chars = Digits.at(array, begin);
      int whole = Digits.leading(chars);
      int fraction = to - begin - whole - 1;
      if (fraction > 0
          && fraction <= 8
          && array[begin + whole] == '.'
          && (whole == 1 || whole > 1 && array[begin] != '0')) {
        long more = Digits.at(array, to - fraction);
        if (Digits.are(more, fraction)) {
          long mantissa =
              Digits.number(chars, whole) * POWERS[fraction] + Digits.number(more, fraction);
          return BigDecimal.valueOf(negative ? -mantissa : mantissa, fraction);
        }
      }
    }
    return anyUsual(array, from, to);
  }

  private static @Nullable BigDecimal anyUsual(byte[] array, int from, int to) {
    int p = from < to && array[from] == '-' ? from + 1 : from;
    if (to - p > 19 || p == to || array[p] == '0' && p + 1 < to && array[p + 1] != '.') {
      return null;
    }
    long mantissa = 0;
    int point = -1;
    int begin = p;
    for (; p < to; p++) {
      int digit = array[p] - '0';
      if (digit >= 0 && digit <= 9) {
        mantissa = 10 * mantissa + digit;
      } else if (array[p] == '.' && point < 0 && p > begin) {
        point = p;
      } else {
        return null;
      }
    }
    if (point == to - 1 || point < 0 && to - begin > 18) {
      return null;
    }
    return BigDecimal.valueOf(begin > from ? -mantissa : mantissa, point < 0 ? 0 : to - 1 - point);
  }

  /** Plain digits, never an exponent, no trailing zeros; zero is {@code 0}. */
  public static String plain(BigDecimal value) {
    if (value.scale() >= 0 && value.scale() <= MAX_SCALE) {
      // A decimal remembers its text, which as a rule is plain but for zeros at its end; up to six
      // places it always is.
      String text = value.toString();
      if (text.length() <= MAX_CHARS && (value.scale() <= 6 || text.indexOf('E') < 0)) {
        return value.scale() == 0 ? text : withoutZeros(text);
      }
    }
    BigDecimal stripped = value.stripTrailingZeros();
    if (Math.abs((long) stripped.scale()) > 2 * MAX_SCALE) {
      throw new TextException("too large or too small to write: exponent " + -stripped.scale());
    }
    return stripped.toPlainString();
  }

  /** A text with a point, without the zeros at its end and a point that is left there. */
  private static String withoutZeros(String text) {
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  /** The decimal {@code mantissa / 10^digits}, with {@code digits} as its scale. */
  public static BigDecimal of(long mantissa, int digits) {
    return BigDecimal.valueOf(mantissa, digits);
  }

  /**
   * The mantissa of the same number with {@code toDigits} digits after the point. Throws {@link
   * TextException} when that would lose a digit or overflow: it never rounds. Does not allocate.
   */
  public static long rescale(long mantissa, int digits, int toDigits) {
    if (digits == toDigits || mantissa == 0) {
      return mantissa;
    }
    int shift = toDigits - digits;
    if (shift > 0 && shift < POWERS.length) {
      long power = POWERS[shift];
      long scaled = mantissa * power;
      if (Math.multiplyHigh(mantissa, power) == scaled >> 63) {
        return scaled;
      }
    } else if (shift < 0 && -shift < POWERS.length) {
      long power = POWERS[-shift];
      long scaled = mantissa / power;
      if (scaled * power == mantissa) {
        return scaled;
      }
    }
    throw new TextException(
        of(mantissa, digits).toPlainString()
            + " does not fit in "
            + toDigits
            + " digits after the point");
  }

  /** Ten to the power of {@code exponent}, 0 to 18. */
  public static long power(int exponent) {
    return POWERS[exponent];
  }

  private static int digits(CharSequence text, int p) {
    while (p < text.length() && text.charAt(p) >= '0' && text.charAt(p) <= '9') {
      p++;
    }
    return p;
  }

  private static TextException refused(CharSequence text, String why) {
    return new TextException(
        "expected a decimal, found " + TextException.excerpt(text) + ": " + why);
  }
}
