package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the values of a document lie in its bytes: what {@link Json} is made from where a document
 * is as venues write them, so that nothing is made of a value that nobody reads.
 *
 * <p>Of whatever is out of the ordinary (an escape, anything beyond ASCII, a field given twice,
 * anything malformed or too large) there is no tape, and Jackson has the say.
 */
final class JsonTape {
  static final int OBJECT = 0;
  static final int ARRAY = 1;
  static final int STRING = 2;
  static final int NUMBER = 3;
  static final int TRUE = 4;
  static final int FALSE = 5;
  static final int NULL = 6;

  /** Beyond that much it is no message but a list of everything. */
  private static final int MAX_BYTES = 16 << 20;

  // A value's ints: what it is, where its text lies, where its name, the name's hash as that of a
  // String, and the number of the value after it and all that is inside. A container has no text:
  // it has the number of its values, and where its table begins.
  private static final int STRIDE = 7;
  private static final int FROM = 1;
  private static final int TO = 2;
  private static final int NAME_FROM = 3;
  private static final int NAME_TO = 4;
  private static final int HASH = 5;
  private static final int NEXT = 6;

  /** Objects of no more fields are searched one by one. */
  private static final int FEW = 6;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;

  private static final byte[] T = {'t', 'r', 'u', 'e'};
  private static final byte[] F = {'f', 'a', 'l', 's', 'e'};
  private static final byte[] N = {'n', 'u', 'l', 'l'};

  private final byte[] b;
  private final int to;
  private int[] values;
  private int count;

  /** For each object of more than a few fields, the number of the value at each place, or 0. */
  private int[] tables = {};

  private int tablesEnd;

  private JsonTape(byte[] b) {
    this.b = b;
    this.to = b.length;
    this.values = new int[STRIDE * Math.max(8, b.length / 10)];
  }

  /** The tape of a document, of which it keeps a copy; null where it is out of the ordinary. */
  static @Nullable JsonTape of(byte[] array, int from, int to) {
    if (to - from > MAX_BYTES) {
      return null;
    }
    JsonTape tape = new JsonTape(Arrays.copyOfRange(array, from, to));
    return tape.read() ? tape : null;
  }

  // ---- what is on it

  int kind(int value) {
    return values[STRIDE * value];
  }

  /** How many values a container has. */
  int size(int value) {
    return values[STRIDE * value + FROM];
  }

  /** The number of the first value in a container, should it have any. */
  static int first(int value) {
    return value + 1;
  }

  /** The number of the value that follows in the same container. */
  int next(int value) {
    return values[STRIDE * value + NEXT];
  }

  boolean isEmpty(int value) {
    return values[STRIDE * value + FROM] == values[STRIDE * value + TO];
  }

  String name(int value) {
    return string(values[STRIDE * value + NAME_FROM], values[STRIDE * value + NAME_TO]);
  }

  String text(int value) {
    return string(values[STRIDE * value + FROM], values[STRIDE * value + TO]);
  }

  int from(int value) {
    return values[STRIDE * value + FROM];
  }

  int to(int value) {
    return values[STRIDE * value + TO];
  }

  byte[] bytes() {
    return b;
  }

  /** The number of an object's field that is a string or a number; 0 where it has none. */
  int findText(int object, String name) {
    int value = find(object, name);
    int kind = values[STRIDE * value];
    return kind == STRING || kind == NUMBER ? value : 0;
  }

  /** A decimal of not many digits; null for all else. */
  @Nullable BigDecimal usualDecimal(int value) {
    return Decimal.usual(b, from(value), to(value));
  }

  /** A whole number of not many digits; -1 for all else. */
  long usualLong(int value) {
    int from = from(value);
    int end = to(value);
    if (from == end || end - from > 18 || b[from] == '0' && end > from + 1) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < end; i++) {
      int digit = b[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = 10 * number + digit;
    }
    return number;
  }

  private String string(int from, int to) {
    return new String(b, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** The number of an object's field; 0 where it has none of that name. */
  int find(int object, String name) {
    int fields = size(object);
    int h = name.hashCode();
    if (fields <= FEW) {
      int value = first(object);
      for (int i = 0; i < fields; i++) {
        if (values[STRIDE * value + HASH] == h && isNamed(value, name)) {
          return value;
        }
        value = next(value);
      }
      return 0;
    }
    int table = values[STRIDE * object + TO];
    int mask = places(fields) - 1;
    for (int i = spread(h) & mask; ; i = (i + 1) & mask) {
      int value = tables[table + i];
      if (value == 0 || values[STRIDE * value + HASH] == h && isNamed(value, name)) {
        return value;
      }
    }
  }

  private boolean isNamed(int value, String name) {
    int at = values[STRIDE * value + NAME_FROM];
    if (values[STRIDE * value + NAME_TO] - at != name.length()) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      if (b[at + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static int places(int fields) {
    return Integer.highestOneBit(fields) * 4;
  }

  private static int spread(int hash) {
    return hash ^ hash >>> 15;
  }

  // ---- reading

  private boolean read() {
    int[] open = new int[Json.MAX_DEPTH];
    int depth = 0;
    int p = white(0);
    while (true) {
      if (p >= to) {
        return false;
      }
      int value = add(depth == 0 ? -1 : open[depth - 1]);
      int c = b[p];
      if (c == '{' || c == '[') {
        values[STRIDE * value] = c == '{' ? OBJECT : ARRAY;
        if (depth == Json.MAX_DEPTH) {
          return false;
        }
        open[depth++] = value;
        p = white(p + 1);
        if (p >= to) {
          return false;
        }
        if (b[p] != (c == '{' ? '}' : ']')) {
          if (c == '{') {
            p = behindName(p);
          }
          continue;
        }
      } else {
        p = scalar(value, p);
      }
      // Behind a value, or before the end of an empty container.
      while (true) {
        p = white(p);
        if (depth == 0) {
          return p == to;
        }
        if (p >= to) {
          return false;
        }
        int top = open[depth - 1];
        boolean object = values[STRIDE * top] == OBJECT;
        if (b[p] == ',' && size(top) > 0) {
          p = white(p + 1);
          if (object) {
            p = behindName(p);
          }
          break;
        }
        if (b[p] != (object ? '}' : ']')) {
          return false;
        }
        p++;
        depth--;
        values[STRIDE * top + NEXT] = count;
        if (object && !index(top)) {
          return false;
        }
      }
    }
  }

  private int add(int container) {
    int at = STRIDE * count;
    if (count == Json.MAX_VALUES) {
      throw new TextException("more than " + Json.MAX_VALUES + " values");
    }
    if (at + 2 * STRIDE > values.length) {
      // The next one's name is written before it is added.
      values = Arrays.copyOf(values, 2 * values.length);
    }
    if (container >= 0) {
      values[STRIDE * container + FROM]++;
    }
    values[at + NEXT] = count + 1;
    return count++;
  }

  /** Reads the name of the value to be added next; gives where that begins, or the end. */
  private int behindName(int start) {
    final byte[] b = this.b;
    if (start >= to || b[start] != '"') {
      return to;
    }
    int i = start + 1;
    int h = 0;
    for (; i < to && b[i] != '"'; i++) {
      if (b[i] < ' ' || b[i] == '\\') {
        return to;
      }
      h = 31 * h + b[i];
    }
    int at = STRIDE * count;
    values[at + NAME_FROM] = start + 1;
    values[at + NAME_TO] = i;
    values[at + HASH] = h;
    int colon = white(i + 1);
    return i - start > Json.MAX_NAME + 1 || colon >= to || b[colon] != ':' ? to : white(colon + 1);
  }

  /**
   * Reads a value that is no container; gives where it ends, or beyond the end of the document
   * where it is out of the ordinary.
   */
  private int scalar(int value, int p) {
    int at = STRIDE * value;
    int c = b[p];
    if (c == '"') {
      int end = plainEnd(p + 1);
      values[at] = STRING;
      values[at + FROM] = p + 1;
      values[at + TO] = end;
      return end >= to || b[end] != '"' || end - p > Json.MAX_STRING + 1 ? odd() : end + 1;
    }
    if (c == '-' || c >= '0' && c <= '9') {
      int end = number(p);
      values[at] = NUMBER;
      values[at + FROM] = p;
      values[at + TO] = end;
      return end - p > Decimal.MAX_CHARS ? odd() : end;
    }
    byte[] word = c == 't' ? T : c == 'f' ? F : N;
    values[at] = c == 't' ? TRUE : c == 'f' ? FALSE : NULL;
    int end = p + word.length;
    return end > to || !Arrays.equals(b, p, end, word, 0, word.length) ? odd() : end;
  }

  /** Where nothing goes on. */
  private int odd() {
    return to + 1;
  }

  /** The first byte from there on that is no plain text: the quote at its end, or what is odd. */
  private int plainEnd(int from) {
    int i = from;
    for (; i + 8 <= to; i += 8) {
      long eight = (long) EIGHT.get(b, i);
      long quotes = eight ^ 0x2222_2222_2222_2222L;
      long slashes = eight ^ 0x5c5c_5c5c_5c5c_5c5cL;
      // A byte's top bit is set where it is a quote, a backslash, below a space, or beyond ASCII;
      // above the first of these it may be set for no reason.
      long odd =
          (quotes - ONES & ~quotes
                  | slashes - ONES & ~slashes
                  | eight - 0x2020_2020_2020_2020L & ~eight
                  | eight)
              & TOPS;
      if (odd != 0) {
        return i + (Long.numberOfTrailingZeros(odd) >> 3);
      }
    }
    while (i < to && b[i] >= ' ' && b[i] != '"' && b[i] != '\\') {
      i++;
    }
    return i;
  }

  private int number(int p) {
    if (b[p] == '-') {
      p++;
    }
    int end = p < to && b[p] == '0' ? p + 1 : digits(p);
    if (end < to && b[end] == '.') {
      end = digits(end + 1);
    }
    if (end < to && (b[end] | 0x20) == 'e') {
      boolean signed = end + 1 < to && (b[end + 1] == '+' || b[end + 1] == '-');
      end = digits(end + (signed ? 2 : 1));
    }
    return end;
  }

  /** Where a row of digits ends that has one at least. */
  private int digits(int p) {
    int end = p;
    while (end < to && b[end] >= '0' && b[end] <= '9') {
      end++;
    }
    return end > p ? end : odd();
  }

  private int white(int i) {
    while (i < to && b[i] <= ' ' && (b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t')) {
      i++;
    }
    return i;
  }

  /** Makes the fields of an object findable; false when one is given twice. */
  private boolean index(int object) {
    int fields = size(object);
    int value = first(object);
    if (fields <= FEW) {
      for (int i = 0; i < fields; i++) {
        int other = first(object);
        for (int k = 0; k < i; k++) {
          if (isSameName(value, other)) {
            return false;
          }
          other = next(other);
        }
        value = next(value);
      }
      return true;
    }
    int places = places(fields);
    if (tablesEnd + places > tables.length) {
      tables = Arrays.copyOf(tables, Math.max(tablesEnd + places, 2 * tables.length));
    }
    int table = tablesEnd;
    tablesEnd += places;
    values[STRIDE * object + TO] = table;
    int mask = places - 1;
    for (int k = 0; k < fields; k++) {
      int i = spread(values[STRIDE * value + HASH]) & mask;
      for (; tables[table + i] != 0; i = (i + 1) & mask) {
        if (isSameName(value, tables[table + i])) {
          return false;
        }
      }
      tables[table + i] = value;
      value = next(value);
    }
    return true;
  }

  private boolean isSameName(int one, int other) {
    return values[STRIDE * one + HASH] == values[STRIDE * other + HASH]
        && Arrays.equals(
            b,
            values[STRIDE * one + NAME_FROM],
            values[STRIDE * one + NAME_TO],
            b,
            values[STRIDE * other + NAME_FROM],
            values[STRIDE * other + NAME_TO]);
  }
}
