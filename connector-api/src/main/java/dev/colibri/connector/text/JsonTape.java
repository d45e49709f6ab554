package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigDecimal;
import java.nio.ByteOrder;
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
  private static final int MAX_BYTES = 1 << 24;

  /**
   * Zeros behind the document, so that eight bytes can be read wherever it ends. As no zero is
   * lawful in a document, whatever is read ends there, too.
   */
  private static final int BEHIND = 16;

  // A value is a word, for most of what reading a message costs is the memory that it takes. Its
  // bits, the highest first: what it is, how long its text is, where that begins. A container has
  // instead of the latter two the number of its items (an object: of its shape), and a second word
  // with the number of the value after it and all that is inside. While it is open, that is the
  // number of the one around it, plus 1.
  private static final int KIND = 29;
  private static final int LENGTH = 24;
  private static final int FROM = (1 << LENGTH) - 1;
  private static final int CONTENT = (1 << KIND) - 1;

  /** The length of a text that is this long or longer, whose end is looked for again. */
  private static final int LONG = 31;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;

  private static final long FOUR = 0xffff_ffffL;
  private static final long FIVE = 0xff_ffff_ffffL;
  private static final long TRUE_TEXT = 0x6575_7274L;
  private static final long FALSE_TEXT = 0x65_736c_6166L;
  private static final long NULL_TEXT = 0x6c6c_756eL;

  private final byte[] b;
  private final int to;
  private int[] values;

  private JsonShape[] shapes;
  private int objects;

  /** Where the value begins of the name that {@link #named} found. */
  private int behindName;

  /** The tape of a document at the beginning of bytes that nobody changes. */
  JsonTape(byte[] b, int to, int[] values, JsonShape[] shapes) {
    this.b = b;
    this.to = to;
    this.values = values;
    this.shapes = shapes;
  }

  /** The tape of a document, of which it keeps a copy; null where it is out of the ordinary. */
  static @Nullable JsonTape of(byte[] array, int from, int to) {
    if (to - from > MAX_BYTES) {
      return null;
    }
    int length = to - from;
    JsonTemplate known = JsonTemplate.of(array, from, to);
    byte[] b = new byte[length + BEHIND];
    System.arraycopy(array, from, b, 0, length);
    if (known != null) {
      return new JsonTape(b, length, known.values(), known.shapes());
    }
    JsonTape tape = new JsonTape(b, length, new int[8 + length / 12], new JsonShape[2]);
    int words = tape.read();
    if (words == 0) {
      return null;
    }
    JsonTemplate.learn(b, length, tape.values, words, tape.shapes);
    return tape;
  }

  // ---- what is on it

  int kind(int value) {
    return values[value] >>> KIND;
  }

  private int content(int value) {
    return values[value] & CONTENT;
  }

  /** How many values a container has. */
  int size(int value) {
    return kind(value) == OBJECT ? shapes[content(value)].size() : content(value);
  }

  /** The number of the first value in a container, should it have any. */
  static int first(int value) {
    return value + 2;
  }

  /** The number of the value that follows in the same container. */
  int next(int value) {
    return kind(value) <= ARRAY ? values[value + 1] : value + 1;
  }

  /** Where the text of a string or number begins. */
  int from(int value) {
    return values[value] & FROM;
  }

  int to(int value) {
    int length = content(value) >>> LENGTH;
    int from = from(value);
    return length < LONG ? from + length : kind(value) == STRING ? quote(from) : number(from);
  }

  boolean isEmpty(int value) {
    return from(value) == to(value);
  }

  String text(int value) {
    return RecurringText.of(b, from(value), to(value));
  }

  byte[] bytes() {
    return b;
  }

  /** How many bytes the document has. */
  int length() {
    return to;
  }

  /** The names of an object's fields; null for all that is no object. */
  @Nullable JsonShape shape(int value) {
    return kind(value) == OBJECT ? shapes[content(value)] : null;
  }

  /** The number of an object's field; 0 where it has none of that name. */
  int find(int object, JsonShape shape, String name) {
    int place = shape.find(name);
    if (place < 0) {
      return 0;
    }
    int value = first(object);
    if (next(object) == value + shape.size()) {
      // Nothing is inside its fields.
      return value + place;
    }
    for (int i = place; i > 0; i--) {
      value = next(value);
    }
    return value;
  }

  /** The number of an object's field that is a string or a number; 0 where it has none. */
  int findText(int object, JsonShape shape, String name) {
    int value = find(object, shape, name);
    int kind = kind(value);
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
    boolean usual = from < end && end - from <= 16 && (b[from] != '0' || end == from + 1);
    return usual ? Digits.number(b, from, end) : -1;
  }

  // ---- reading

  /** Reads the document; gives how many words it takes, or 0 where there is no tape of it. */
  private int read() {
    final byte[] b = this.b;
    int[] values = this.values;
    int count = 0;
    int depth = 0;
    int top = -1;
    // Of the innermost container; null in an array, and around the document.
    JsonShape shape = null;
    int p = white(0);
    // Each time from where a value begins to where the next one does.
    while (true) {
      if (count + 2 > values.length) {
        if (values.length > Json.MAX_VALUES) {
          return 0;
        }
        values = this.values = Arrays.copyOf(values, 2 * values.length);
      }
      int c = b[p];
      if (c == '"') {
        int end = quote(p + 1);
        if (end < 0) {
          return 0;
        }
        values[count++] = value(STRING, p + 1, end);
        p = end + 1;
      } else if (c == '-' || c >= '0' && c <= '9') {
        int end = number(p);
        if (end < 0 || end - p > Decimal.MAX_CHARS) {
          return 0;
        }
        values[count++] = value(NUMBER, p, end);
        p = end;
      } else if (c == '{' || c == '[') {
        if (++depth > Json.MAX_DEPTH) {
          return 0;
        }
        if (shape != null) {
          shapes[content(top)] = shape;
        }
        boolean object = c == '{';
        values[count] = object ? OBJECT << KIND | newObject() : ARRAY << KIND;
        values[count + 1] = top + 1;
        top = count;
        count += 2;
        shape = object ? JsonShape.NONE : null;
        p = white(p + 1);
        if (b[p] != (object ? '}' : ']')) {
          if (shape != null) {
            shape = named(shape, p);
            if (shape == null) {
              return 0;
            }
            p = behindName;
          } else {
            values[top]++;
          }
          continue;
        }
      } else {
        int kind = word(p);
        if (kind < 0) {
          return 0;
        }
        p += kind == FALSE ? 5 : 4;
        values[count++] = value(kind, 0, 0);
      }
      // Behind a value, or at the end of an empty container.
      if (shape != null) {
        JsonShape next = shape.usual();
        if (next != null && next.stands(b, p)) {
          shape = next;
          p += next.length();
          continue;
        }
      }
      while (true) {
        p = white(p);
        if (top < 0) {
          boolean lawful =
              p == to && count <= Json.MAX_VALUES && (to <= Json.MAX_STRING || areShort(count));
          return lawful ? count : 0;
        }
        c = b[p++];
        if (c == ',') {
          p = white(p);
          if (shape != null) {
            shape = named(shape, p);
            if (shape == null) {
              return 0;
            }
            p = behindName;
          } else {
            values[top]++;
          }
          break;
        }
        if (c != (shape == null ? ']' : '}')) {
          return 0;
        }
        if (shape != null) {
          shapes[content(top)] = shape;
        }
        int around = values[top + 1] - 1;
        values[top + 1] = count;
        top = around;
        shape = top >= 0 && kind(top) == OBJECT ? shapes[content(top)] : null;
        depth--;
      }
    }
  }

  private static int value(int kind, int from, int to) {
    return kind << KIND | Math.min(to - from, LONG) << LENGTH | from;
  }

  private int newObject() {
    if (objects == shapes.length) {
      shapes = Arrays.copyOf(shapes, 4 * objects);
    }
    return objects++;
  }

  /**
   * The shape with one more name, which stands there; null where what stands there is out of the
   * ordinary. Its value begins at {@link #behindName}.
   */
  private @Nullable JsonShape named(JsonShape shape, int p) {
    JsonShape next = shape.usual();
    if (next == null || !next.standsBehind(b, p - 1)) {
      next = shape.following(b, p - 1);
    }
    if (next != null) {
      behindName = white(p - 1 + next.length());
      return next;
    }
    int end = b[p] == '"' ? quote(p + 1) : -1;
    if (end < 0 || end - p > Json.MAX_NAME + 1) {
      return null;
    }
    int colon = white(end + 1);
    if (b[colon] != ':') {
      return null;
    }
    behindName = white(colon + 1);
    return shape.with(b, p + 1, end);
  }

  /** What a word is; -1 where there is none. */
  private int word(int p) {
    long eight = (long) EIGHT.get(b, p);
    if ((eight & FOUR) == TRUE_TEXT) {
      return TRUE;
    }
    if ((eight & FIVE) == FALSE_TEXT) {
      return FALSE;
    }
    return (eight & FOUR) == NULL_TEXT ? NULL : -1;
  }

  /** Where the quote is that ends a text; negative where something odd comes before. */
  private int quote(int from) {
    final byte[] b = this.b;
    for (int i = from; ; i += 8) {
      long eight = (long) EIGHT.get(b, i);
      // A byte's top bit is set where it is a quote or below a space, a backslash, or beyond
      // ASCII; above the first of these it may be set for no reason. The difference of a quote and
      // a space is turned into that of a space and a quote, so that one comparison finds both.
      long ends =
          ((eight ^ 0x0202_0202_0202_0202L) - 0x2121_2121_2121_2121L
                  | (eight ^ 0x5c5c_5c5c_5c5c_5c5cL) - ONES
                  | eight)
              & TOPS;
      if (ends != 0) {
        boolean quote = (byte) (eight >>> Long.numberOfTrailingZeros(ends) - 7) == '"';
        return quote ? i + Digits.first(ends) : -1;
      }
    }
  }

  private boolean areShort(int count) {
    for (int i = 0; i < count; i += kind(i) <= ARRAY ? 2 : 1) {
      if (kind(i) == STRING && to(i) - from(i) > Json.MAX_STRING) {
        return false;
      }
    }
    return true;
  }

  /** Where the number ends that begins there; negative where it does not end as one. */
  private int number(int p) {
    int begin = b[p] == '-' ? p + 1 : p;
    int end = Digits.end(b, begin);
    if (end == begin || b[begin] == '0' && end > begin + 1) {
      return -1;
    }
    if (b[end] == '.') {
      int point = end + 1;
      end = Digits.end(b, point);
      if (end == point) {
        return -1;
      }
    }
    if ((b[end] | 0x20) == 'e') {
      int power = b[end + 1] == '+' || b[end + 1] == '-' ? end + 2 : end + 1;
      end = Digits.end(b, power);
      if (end <= power) {
        return -1;
      }
    }
    return end;
  }

  private int white(int p) {
    final byte[] b = this.b;
    while (b[p] <= ' ' && (b[p] == ' ' || b[p] == '\n' || b[p] == '\r' || b[p] == '\t')) {
      p++;
    }
    return p;
  }
}
