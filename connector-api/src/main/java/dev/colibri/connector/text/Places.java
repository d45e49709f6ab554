package dev.colibri.connector.text;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a document stand. Another document of the same length is {@link #in at} the
 * same places when it has digits where this one has the digits of a number, anything where it has
 * another value, and the same bytes everywhere else; so its numbers can be read without looking for
 * their ends, and without looking at their digits once more. Immutable.
 */
public final class Places {
  /** So many digits before or after a point are read at once. */
  private static final int MOST_DIGITS = 8;

  private final Bounds bounds;

  private Places(Bounds bounds) {
    this.bounds = bounds;
  }

  /** Whether a document has its values at these places. */
  public boolean in(Frame frame) {
    return bounds.contain(frame.array(), frame.from(), frame.to());
  }

  /**
   * A number of one to sixteen digits, or of one to eight before and after a point each, at a known
   * place. Immutable.
   */
  public static final class Number {
    private final int at;
    private final int first;
    private final int secondAt;
    private final int second;
    private final long power;
    private final int fraction;

    private Number(int at, int whole, int fraction) {
      this.at = at;
      this.fraction = fraction;
      first = Math.min(whole, MOST_DIGITS);
      second = fraction == 0 ? whole - first : fraction;
      secondAt = at + first + (fraction == 0 ? 0 : 1);
      power = Decimal.power(second);
    }

    /** How many digits follow a point. */
    public int fraction() {
      return fraction;
    }

    /**
     * The number without its point, of a document that {@link Places#in has} its values there.
     *
     * @param from where the document begins
     */
    public long of(byte[] bytes, int from) {
      long value = Digits.number(Digits.at(bytes, from + at), first);
      return second == 0
          ? value
          : value * power + Digits.number(Digits.at(bytes, from + secondAt), second);
    }
  }

  /** Takes down the places of a document. */
  public static final class Builder {
    private final byte[] bytes;
    private final Bounds.Builder bounds;

    /**
     * Of a document.
     *
     * @throws IllegalArgumentException when it is shorter than eight bytes
     */
    public Builder(Frame frame) {
      if (frame.length() < Bounds.MIN_BYTES) {
        throw new IllegalArgumentException("a document of " + frame.length() + " bytes");
      }
      bytes = Arrays.copyOfRange(frame.array(), frame.from(), frame.to());
      bounds = new Bounds.Builder(bytes, 0, bytes.length);
    }

    /** Here may stand another value, of which no more is said. */
    public void any(int from, int to) {
      bounds.any(from, to);
    }

    /** Whether a string stands here that is its own text, as any other then is at this place. */
    public boolean text(int from, int to) {
      if (bytes[from] != '"') {
        return false;
      }
      for (int i = from + 1; i < to - 1; i++) {
        if (bytes[i] == '"' || bytes[i] == '\\') {
          return false;
        }
      }
      bounds.letters(from + 1, to - 1);
      return true;
    }

    /** Whether a value is a word without quotes, as true. */
    public boolean isWord(int from) {
      return bytes[from] >= 'a' && bytes[from] <= 'z';
    }

    /**
     * Here stands a value that is a number, bare or quoted.
     *
     * @param broken whether it may have a fraction
     * @return how to read it; null, and nothing is said of it, where that is not so simple
     */
    public @Nullable Number number(int from, int to, boolean broken) {
      int start = bytes[from] == '"' ? from + 1 : from;
      int whole = digits(start, to);
      int end = start + whole;
      int fraction = 0;
      if (broken && whole > 0 && end < to && bytes[end] == '.') {
        fraction = digits(end + 1, to);
        end += 1 + fraction;
        if (fraction == 0 || fraction > MOST_DIGITS || whole > MOST_DIGITS) {
          return null;
        }
      }
      // Eight bytes are read from wherever a part of it begins.
      int part = fraction > 0 ? end - fraction : whole > MOST_DIGITS ? start + MOST_DIGITS : start;
      boolean room = part + Long.BYTES <= bytes.length;
      int closed = start == from ? end : end + 1;
      if (whole == 0 || whole > 2 * MOST_DIGITS || closed != to || !room) {
        return null;
      }
      bounds.digits(start, end);
      return new Number(start, whole, fraction);
    }

    private int digits(int from, int to) {
      int p = from;
      while (p < to && bytes[p] >= '0' && bytes[p] <= '9') {
        p++;
      }
      return p - from;
    }

    /** The places. */
    public Places build() {
      return new Places(bounds.build());
    }
  }
}
