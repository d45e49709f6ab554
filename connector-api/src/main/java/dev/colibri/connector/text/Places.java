package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a document stand. Another document of the same length is {@link #in at} the
 * same places when it has digits where this one has the digits of a number, anything where it has
 * another value, and the same bytes everywhere else; so its numbers can be read without looking for
 * their ends, and without looking at their digits once more. Immutable.
 */
public final class Places {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** So many digits before or after a point are read at once. */
  private static final int MOST_DIGITS = 8;

  private static final long TOPS = 0x8080808080808080L;

  private final int length;

  // For each eight bytes, the last of which may overlap:
  /** What they must be, with zeros for digits. */
  private final long[] same;

  /** Which of them are compared. */
  private final long[] compared;

  /** What, added to the difference of a byte that differs too much, reaches its top bit. */
  private final long[] reach;

  /** The first digits of numbers of several, which must not be zero. */
  private final int[] heads;

  /** Where each text begins and ends. */
  private final int[] texts;

  private Places(Builder b) {
    length = b.bytes.length;
    int count = (length + Long.BYTES - 1) / Long.BYTES;
    same = new long[count];
    compared = new long[count];
    reach = new long[count];
    heads = b.heads.stream().mapToInt(Integer::intValue).toArray();
    texts = b.texts.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Whether a document has its values at these places. */
  public boolean in(Frame frame) {
    if (frame.length() != length) {
      return false;
    }
    final byte[] b = frame.array();
    final int from = frame.from();
    final int last = same.length - 1;
    if (differs(b, from + length - Long.BYTES, last)) {
      return false;
    }
    for (int i = 0; i < last; i++) {
      if (differs(b, from + Long.BYTES * i, i)) {
        return false;
      }
    }
    for (int head : heads) {
      if (b[from + head] == '0') {
        return false;
      }
    }
    for (int i = 0; i < texts.length; i += 2) {
      if (!JsonScanner.isPlain(b, from + texts[i], from + texts[i + 1])) {
        return false;
      }
    }
    return true;
  }

  private boolean differs(byte[] b, int p, int i) {
    long differs = ((long) EIGHT.get(b, p) ^ same[i]) & compared[i];
    // What is carried out of a byte comes from one that has its top bit already.
    return ((differs | differs + reach[i]) & TOPS) != 0;
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
    private static final byte SAME = 0;
    private static final byte DIGIT = 1;
    private static final byte ANY = 2;

    private final byte[] bytes;
    private final byte[] kinds;
    private final List<Integer> heads = new ArrayList<>();
    private final List<Integer> texts = new ArrayList<>();

    /** Of a document. */
    public Builder(Frame frame) {
      bytes = Arrays.copyOfRange(frame.array(), frame.from(), frame.to());
      kinds = new byte[bytes.length];
    }

    /** Here may stand any value. */
    public void any(int from, int to) {
      Arrays.fill(kinds, from, to, ANY);
    }

    /** Here stands a string; whether it, and any other, can be had without a closer look. */
    public boolean text(int from, int to) {
      if (bytes[from] != '"' || from + 1 + Long.BYTES > bytes.length) {
        return false;
      }
      any(from + 1, to - 1);
      texts.add(from + 1);
      texts.add(to - 1);
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
      Arrays.fill(kinds, start, start + whole, DIGIT);
      Arrays.fill(kinds, end - fraction, end, DIGIT);
      if (whole > 1) {
        heads.add(start);
      }
      return new Number(start, whole, fraction);
    }

    private int digits(int from, int to) {
      int p = from;
      while (p < to && bytes[p] >= '0' && bytes[p] <= '9') {
        p++;
      }
      return p - from;
    }

    /**
     * The places.
     *
     * @throws IllegalStateException when the document is shorter than eight bytes
     */
    public Places build() {
      int length = bytes.length;
      if (length < Long.BYTES) {
        throw new IllegalStateException("a document of " + length + " bytes");
      }
      byte[] same = new byte[length];
      byte[] compared = new byte[length];
      byte[] reach = new byte[length];
      for (int i = 0; i < length; i++) {
        same[i] = kinds[i] == DIGIT ? (byte) '0' : kinds[i] == SAME ? bytes[i] : 0;
        compared[i] = (byte) (kinds[i] == ANY ? 0 : -1);
        reach[i] = (byte) (kinds[i] == DIGIT ? 0x7f - 9 : 0x7f);
      }
      Places places = new Places(this);
      for (int i = 0; i < places.same.length; i++) {
        int at = Math.min(Long.BYTES * i, length - Long.BYTES);
        places.same[i] = (long) EIGHT.get(same, at);
        places.compared[i] = (long) EIGHT.get(compared, at);
        places.reach[i] = (long) EIGHT.get(reach, at);
      }
      return places;
    }
  }
}
