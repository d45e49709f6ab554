package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON straight from bytes, in the order in which it stands, without allocating: for market
 * data. The caller drives it and knows the shapes it expects, in any order of fields:
 *
 * <pre>{@code
 * scanner.open(frame);
 * scanner.enterObject();
 * while (scanner.nextField()) {
 *   if (scanner.nameIs('u')) {
 *     last = scanner.longValue();
 *   } else if (scanner.nameIs(BIDS)) {
 *     scanner.enterArray();
 *     while (scanner.nextItem()) { … }
 *   } else {
 *     scanner.skip();
 *   }
 * }
 * scanner.end();
 * }</pre>
 *
 * <p>Every field and item must be consumed exactly once: by a value word, by {@code enter…} up to
 * the {@code false} of its {@code next…}, or by {@link #skip()}.
 *
 * <p>It is as strict as {@link Json}, also about what it skips, and throws {@link TextException}
 * for whatever is malformed, unterminated, of another kind than asked for, or too large for a long.
 * Two differences: it cannot notice a field given twice, and it refuses an escaped name in an
 * object that is entered, where {@code Json} would read it. Not thread-safe.
 */
public final class JsonScanner {
  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle FOUR =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle TWO =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  /** What stands before and between the two usual decimals of a level. */
  private static final short OPENS = '[' | '"' << 8;

  private static final int BETWEEN = '"' | ',' << 8 | '"' << 16;

  /** A point as the second of the bytes that {@link Digits#at} gives. */
  private static final int POINT_NEXT = ('.' ^ '0') << 8;

  /** So many digits always fit in a long. */
  private static final int SAFE_DIGITS = 18;

  /** A quote and two times eight bytes that are read at once, with some between and behind. */
  private static final int USUAL_BYTES = 20;

  /** Comma, bracket and the two usual decimals with what is read behind them. */
  private static final int USUAL_LEVEL_BYTES = 2 * USUAL_BYTES + 3;

  private byte[] b = new byte[0];
  private int from;
  private int to;
  private int pos;
  private int depth;

  /** Whether the next item or field is the first of its container, so has no comma before it. */
  private boolean first;

  private int nameFrom;
  private int nameTo;
  private int valueFrom;
  private int valueTo;
  private boolean escaped;
  private long mantissa;
  private int digits;
  private long price;
  private int priceDigits;
  private long size;
  private int sizeDigits;

  // ---- the document

  /** Begins at the only value of a frame. */
  public void open(Frame frame) {
    open(frame.array(), frame.from(), frame.to());
  }

  /** Begins at the only value of bytes {@code from} (inclusive) to {@code to} (exclusive). */
  public void open(byte[] array, int from, int to) {
    if (from < 0 || from > to || to > array.length) {
      throw new IndexOutOfBoundsException(from + ".." + to + " of " + array.length);
    }
    b = array;
    this.from = from;
    this.to = to;
    depth = 0;
    first = false;
    pos = white(from);
  }

  /** Checks that the value was consumed whole and that only white space follows it. */
  public void end() {
    pos = white(pos);
    if (!isEnd()) {
      throw refused(pos, "expected the end of the document");
    }
  }

  /** Whether nothing follows. */
  public boolean isEnd() {
    return depth == 0 && pos == to;
  }

  /** A place to come {@link #rewind back} to: the value that stands here, not yet consumed. */
  public long mark() {
    return (long) depth << 32 | pos;
  }

  /**
   * Goes back to a value of the same document, to read it now that later fields have told what it
   * is. What comes after that value comes again, too.
   */
  public void rewind(long mark) {
    depth = (int) (mark >> 32);
    pos = (int) mark;
    first = false;
  }

  // ---- what was there before

  /** How many bytes have been read, from the beginning of the document. */
  public int position() {
    return pos - from;
  }

  /**
   * What stands between a place that was reached before, and this one, to be known again in another
   * document. Allocates.
   *
   * @param since the {@link #position()} of that place
   */
  public Literal literal(int since) {
    return new Literal(b, from + since, pos, depth);
  }

  /**
   * Goes past a stretch of another document, and into as many containers as it did, when the very
   * same stands here; otherwise it does nothing. What follows in that document may follow here.
   */
  public boolean pass(Literal literal) {
    int end = pos + literal.length;
    if (end > to || end < Long.BYTES || !literal.endsAt(b, end)) {
      return false;
    }
    if (end < to && b[end] <= ' ') {
      return false; // White space that did not stand there.
    }
    pos = end;
    depth = literal.depth;
    first = false;
    return true;
  }

  /**
   * Goes to a value that stands behind such a stretch; false where white space stands there.
   *
   * @param position where the value begins
   */
  public boolean goTo(int position, Literal before) {
    pos = from + position;
    depth = before.depth;
    first = false;
    return pos < to && b[pos] > ' ';
  }

  // ---- containers

  public void enterObject() {
    enter('{', "expected an object");
  }

  public void enterArray() {
    enter('[', "expected an array");
  }

  private void enter(char bracket, String problem) {
    if (pos >= to || b[pos] != bracket) {
      throw refused(pos, problem);
    }
    if (++depth > Json.MAX_DEPTH) {
      throw refused(pos, "more than " + Json.MAX_DEPTH + " levels");
    }
    pos++;
    first = true;
  }

  /** Goes to the next field's value; false, and past the object, when there is none. */
  public boolean nextField() {
    final byte[] b = this.b;
    final int to = this.to;
    int p = pos;
    if (p < to && b[p] <= ' ') {
      p = white(p);
    }
    if (p < to && b[p] == '}') {
      first = false;
      depth--;
      pos = p + 1;
      return false;
    }
    if (first) {
      first = false;
    } else {
      if (p >= to || b[p] != ',') {
        throw refused(p, "expected , or }");
      }
      p++;
      if (p < to && b[p] <= ' ') {
        p = white(p);
      }
    }
    if (p >= to || b[p] != '"') {
      throw refused(p, "expected a name");
    }
    nameFrom = ++p;
    while (true) {
      if (p >= to) {
        throw refused(p, "unterminated name");
      }
      byte c = b[p];
      if (c == '"') {
        break;
      }
      if (c == '\\') {
        throw refused(p, "an escaped name");
      }
      p = c >= ' ' ? p + 1 : special(p);
    }
    nameTo = p;
    pos = colon(p + 1);
    return true;
  }

  /**
   * The same, and gives the place of the field's name among {@code names}, {@link FieldNames#OTHER}
   * or {@link FieldNames#END}.
   */
  public int nextField(FieldNames names) {
    final byte[] b = this.b;
    int p = pos;
    if (first) {
      names.restart();
    } else if (p < to && b[p] == ',') {
      p++;
    } else if (p < to && b[p] == '}') {
      depth--;
      pos = p + 1;
      return FieldNames.END;
    } else {
      return anyField(names);
    }
    FieldNames.Known expected = names.next();
    if (p + expected.reach > to || !expected.isAt(b, p)) {
      return anyField(names);
    }
    first = false;
    nameFrom = p + 1;
    p += expected.length;
    nameTo = p - 2;
    pos = p < to && b[p] <= ' ' ? white(p) : p;
    return names.came(expected);
  }

  private int anyField(FieldNames names) {
    return nextField() ? names.find(b, nameFrom, nameTo) : FieldNames.END;
  }

  /** Past the colon after a name that ends before {@code p}, and past the white space around it. */
  private int colon(int p) {
    final byte[] b = this.b;
    final int to = this.to;
    if (p - nameFrom > Json.MAX_NAME) {
      throw refused(nameFrom, "a name longer than " + Json.MAX_NAME + " bytes");
    }
    if (p < to && b[p] <= ' ') {
      p = white(p);
    }
    if (p >= to || b[p] != ':') {
      throw refused(p, "expected :");
    }
    p++;
    return p < to && b[p] <= ' ' ? white(p) : p;
  }

  /** Goes to the next item; false, and past the array, when there is none. */
  public boolean nextItem() {
    final byte[] b = this.b;
    final int to = this.to;
    int p = pos;
    if (p < to && b[p] <= ' ') {
      p = white(p);
    }
    byte c = p < to ? b[p] : 0;
    if (c == ']') {
      first = false;
      depth--;
      pos = p + 1;
      return false;
    }
    if (first) {
      first = false;
    } else {
      if (c != ',') {
        throw refused(p, "expected , or ]");
      }
      p++;
      if (p < to && b[p] <= ' ') {
        p = white(p);
      }
    }
    pos = p;
    return true;
  }

  /**
   * Goes past the next item, an array that begins with a price and a size as most venues write the
   * levels of a book, {@code ["67123.44","0.5", …]}; false, and past the outer array, when there is
   * none. Afterwards {@link #price()}, {@link #priceDigits()}, {@link #size()} and {@link
   * #sizeDigits()} hold the two decimals, as {@link #decimal()} reads them.
   */
  public boolean nextLevel() {
    final byte[] b = this.b;
    // The usual form, ,["67123.44","0.5"] in few steps.
    int p = first ? pos : pos + 1;
    if (pos + USUAL_LEVEL_BYTES <= to
        && (first || b[pos] == ',')
        && (short) TWO.get(b, p) == OPENS
        && depth < Json.MAX_DEPTH) {
      p = usualAt(p + 2);
      if (p >= 0 && ((int) FOUR.get(b, p) & 0xffffff) == BETWEEN) {
        price = mantissa;
        priceDigits = digits;
        p = usualAt(p + 3);
        if (p >= 0 && b[p] == '"') {
          size = mantissa;
          sizeDigits = digits;
          first = false;
          pos = p + 1;
          if (b[pos] == ']') {
            pos++;
          } else {
            depth++;
            skipItems();
          }
          return true;
        }
      }
    }
    return anyLevel();
  }

  private boolean anyLevel() {
    if (!nextItem()) {
      return false;
    }
    enterArray();
    requireItem("expected a price");
    decimal();
    price = mantissa;
    priceDigits = digits;
    requireItem("expected a size");
    decimal();
    size = mantissa;
    sizeDigits = digits;
    skipItems();
    return true;
  }

  private void skipItems() {
    while (nextItem()) {
      skip();
    }
  }

  private void requireItem(String problem) {
    if (!nextItem()) {
      throw refused(pos - 1, problem);
    }
  }

  /** The mantissa of the price of the last {@link #nextLevel()}. */
  public long price() {
    return price;
  }

  public int priceDigits() {
    return priceDigits;
  }

  /** The mantissa of the size of the last {@link #nextLevel()}. */
  public long size() {
    return size;
  }

  public int sizeDigits() {
    return sizeDigits;
  }

  /** Whether the current field has this one-letter ASCII name. */
  public boolean nameIs(char letter) {
    return nameTo - nameFrom == 1 && b[nameFrom] == letter;
  }

  /** Whether the current field has this name, in UTF-8. */
  public boolean nameIs(byte[] name) {
    return same(nameFrom, nameTo, name);
  }

  /** The place of the current field's name among {@code names}, or -1. */
  public int name(Names names) {
    return names.find(b, nameFrom, nameTo);
  }

  /** The name of the current field. Allocates. */
  public String nameText() {
    return new String(b, nameFrom, nameTo - nameFrom, StandardCharsets.UTF_8);
  }

  // ---- values

  public boolean isObject() {
    return pos < to && b[pos] == '{';
  }

  public boolean isArray() {
    return pos < to && b[pos] == '[';
  }

  public boolean isString() {
    return pos < to && b[pos] == '"';
  }

  public boolean isNumber() {
    return pos < to && (b[pos] == '-' || b[pos] >= '0' && b[pos] <= '9');
  }

  /** Whether {@code null} stands here; it is consumed by {@link #skip()}. */
  public boolean isNull() {
    return pos < to && b[pos] == 'n';
  }

  /** A whole number, bare or quoted, without point and exponent. */
  public long longValue() {
    final byte[] b = this.b;
    // The usual form, at most fifteen digits and more bytes behind, in few steps.
    if (pos + USUAL_BYTES <= to) {
      boolean quoted = b[pos] == '"';
      int start = quoted ? pos + 1 : pos;
      long chars = Digits.at(b, start);
      int length = Digits.guessed(chars);
      if (length > 0 && (length == 1 || b[start] != '0')) {
        long value = Digits.number(chars, length);
        if (length == 8) {
          chars = Digits.at(b, start + 8);
          int more = Digits.guessed(chars);
          value = more == 0 ? value : value * Decimal.power(more) + Digits.number(chars, more);
          length += more;
        }
        byte after = b[start + length];
        if (length < 16 && (quoted ? after == '"' : after == ',' || after == '}' || after == ']')) {
          pos = quoted ? start + length + 1 : start + length;
          return value;
        }
      }
    }
    return anyLong();
  }

  private long anyLong() {
    final byte[] b = this.b;
    final int to = this.to;
    int p = pos;
    boolean quoted = p < to && b[p] == '"';
    if (quoted) {
      p++;
    }
    boolean negative = p < to && b[p] == '-';
    if (negative) {
      p++;
    }
    int start = p;
    long value = 0;
    while (p < to) {
      int digit = b[p] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      value = value * 10 + digit;
      p++;
    }
    int length = p - start;
    if (length == 0 || length > 1 && b[start] == '0') {
      throw refused(pos, "expected a whole number");
    }
    if (length > SAFE_DIGITS) {
      value = exact(start, p, negative);
    } else if (negative) {
      value = -value;
    }
    pos = endNumber(pos, p, quoted, "expected a whole number");
    return value;
  }

  /**
   * A decimal, bare or quoted: afterwards {@link #mantissa()} and {@link #digits()} hold it as it
   * is written, trailing zeros included. An exponent is applied: {@code 1e-7} has 7 digits, {@code
   * 1.5e3} none. Zeros at the end of a fraction are dropped where a long has no room for them:
   * {@code 143000000000.00000000}. Refused when the mantissa still does not fit, or by the bounds
   * of {@link Decimal}.
   */
  public void decimal() {
    pos = decimalAt(pos);
  }

  /** Past the decimal at {@code at}. Everything unusual is left to {@link #anyDecimalAt}. */
  private int decimalAt(final int at) {
    final byte[] b = this.b;
    if (at + USUAL_BYTES > to) {
      return anyDecimalAt(at);
    }
    boolean quoted = b[at] == '"';
    int start = quoted ? at + 1 : at;
    int p = usualAt(start);
    if (p < 0) {
      p = wholeAt(start);
    }
    if (p < 0) {
      return anyDecimalAt(at);
    }
    byte after = b[p];
    if (quoted ? after != '"' : after != ',' && after != ']' && after != '}') {
      return anyDecimalAt(at);
    }
    return quoted ? p + 1 : p;
  }

  /**
   * Past a decimal of the usual form: at most seven digits, and perhaps a point and at most eight
   * digits. They are read eight at a time, and without a step that depends on how many there are.
   * {@link #USUAL_BYTES} less its quote must follow. Negative for others, and for some errors;
   * whoever calls looks at what stands behind.
   */
  private int usualAt(int start) {
    final byte[] b = this.b;
    long chars = Digits.at(b, start);
    // Two cases stand apart, so that neither waits for a guess: a number below ten, as most sizes
    // are, and eight digits behind the point.
    long value = chars & 0xff;
    int p = start + 1;
    if ((chars & 0xff00) != POINT_NEXT || value > 9) {
      int whole = Digits.guessed(chars);
      if (whole == 0 || whole == 8 || whole > 1 && value == 0) {
        return -1;
      }
      value = Digits.number(chars, whole);
      p = start + whole;
    }
    int fraction = 0;
    if (b[p] == '.') {
      chars = Digits.at(b, p + 1);
      fraction = Digits.are(chars, 8) ? 8 : Digits.guessed(chars);
      if (fraction == 0) {
        return -1;
      }
      value = value * Decimal.power(fraction) + Digits.number(chars, fraction);
      p += fraction + 1;
    }
    mantissa = value;
    digits = fraction;
    return p;
  }

  /** The same for a whole number of eight to fifteen digits. */
  private int wholeAt(int start) {
    final byte[] b = this.b;
    long chars = Digits.at(b, start);
    if (Digits.guessed(chars) < 8 || (byte) chars == 0) {
      return -1;
    }
    long value = Digits.number(chars, 8);
    chars = Digits.at(b, start + 8);
    int more = Digits.guessed(chars);
    if (more == 8) {
      return -1;
    }
    if (more > 0) {
      value = value * Decimal.power(more) + Digits.number(chars, more);
    }
    mantissa = value;
    digits = 0;
    return start + 8 + more;
  }

  private int anyDecimalAt(final int at) {
    final byte[] b = this.b;
    final int to = this.to;
    int p = at;
    boolean quoted = p < to && b[p] == '"';
    if (quoted) {
      p++;
    }
    boolean negative = p < to && b[p] == '-';
    if (negative) {
      p++;
    }
    int start = p;
    p = afterDigits(p);
    int fraction = 0;
    if (p > start + 1 && b[start] == '0') {
      throw refused(at, "expected a decimal");
    }
    if (p < to && b[p] == '.') {
      int point = p + 1;
      p = afterDigits(point);
      fraction = p - point;
    }
    int kept = p;
    while (fraction > 0 && b[kept - 1] == '0' && kept - start - 1 > SAFE_DIGITS) {
      kept--;
      fraction--;
    }
    long value = exact(start, kept, negative);
    if (p < to && (b[p] | 0x20) == 'e') {
      p++;
      boolean minus = p < to && b[p] == '-';
      if (minus || p < to && b[p] == '+') {
        p++;
      }
      int power = p;
      p = afterDigits(p);
      if (p > power + 2) {
        throw refused(at, "exponent out of range");
      }
      int exponent = b[p - 1] - '0' + (p == power + 2 ? 10 * (b[power] - '0') : 0);
      fraction += minus ? exponent : -exponent;
    }
    if (Math.abs(fraction) > Decimal.MAX_SCALE) {
      throw refused(at, "exponent out of range");
    }
    if (p - start + (negative ? 1 : 0) > Decimal.MAX_CHARS) {
      throw refused(at, "longer than " + Decimal.MAX_CHARS + " characters");
    }
    if (fraction < 0) {
      value = Decimal.rescale(value, 0, -fraction);
      fraction = 0;
    }
    mantissa = value;
    digits = fraction;
    return endNumber(at, p, quoted, "expected a decimal");
  }

  /** The mantissa of the last {@link #decimal()}. */
  public long mantissa() {
    return mantissa;
  }

  /** The number of digits after the point of the last {@link #decimal()}, 0 or more. */
  public int digits() {
    return digits;
  }

  public boolean bool() {
    if (word(TRUE)) {
      return true;
    }
    if (word(FALS) && pos < to && b[pos] == 'e') {
      pos++;
      return false;
    }
    throw refused(pos, "expected true or false");
  }

  /**
   * A string: afterwards {@link #valueFrom()} and {@link #valueTo()} are the bytes between its
   * quotes, and {@link #isEscaped()} tells whether they contain escapes and so are not its text
   * yet.
   */
  public void string() {
    if (pos >= to || b[pos] != '"') {
      throw refused(pos, "expected a string");
    }
    valueFrom = pos + 1;
    pos = afterString(pos);
    valueTo = pos - 1;
  }

  public int valueFrom() {
    return valueFrom;
  }

  public int valueTo() {
    return valueTo;
  }

  /** Whether the last {@link #string()} contains a backslash. */
  public boolean isEscaped() {
    return escaped;
  }

  /** Whether the bytes of the last {@link #string()}, as written, are these. */
  public boolean valueIs(byte[] text) {
    return same(valueFrom, valueTo, text);
  }

  /** The place of the last {@link #string()}, as written, among {@code words}, or -1. */
  public int value(Names words) {
    return words.find(b, valueFrom, valueTo);
  }

  /**
   * A string that holds a time of ISO 8601 in UTC, {@code "2026-11-22T09:08:57.715123Z"}, in
   * milliseconds since the epoch; what is finer is dropped.
   */
  public long isoMillis() {
    string();
    int p = valueFrom;
    // Letters as they stand in 2026-11-22T09:08:57
    boolean shaped =
        valueTo - p >= 20
            && b[p + 4] == '-'
            && b[p + 7] == '-'
            && (b[p + 10] == 'T' || b[p + 10] == ' ')
            && b[p + 13] == ':'
            && b[p + 16] == ':'
            && b[valueTo - 1] == 'Z';
    if (!shaped) {
      throw refused(p, "expected a time in UTC");
    }
    int year = twoDigits(p) * 100 + twoDigits(p + 2);
    int month = twoDigits(p + 5);
    int day = twoDigits(p + 8);
    int hour = twoDigits(p + 11);
    int minute = twoDigits(p + 14);
    int second = twoDigits(p + 17);
    int millis = 0;
    int unit = b[p + 19] == '.' ? 100 : 0;
    for (int at = p + 19 + (unit > 0 ? 1 : 0); at < valueTo - 1; at++) {
      int digit = b[at] - '0';
      if (unit == 0 && b[p + 19] != '.' || digit < 0 || digit > 9) {
        throw refused(p, "expected a time in UTC");
      }
      millis += digit * unit;
      unit /= 10;
    }
    if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60) {
      throw refused(p, "expected a time in UTC");
    }
    // Days since the epoch, counted in years that begin in March.
    int y = month > 2 ? year : year - 1;
    int ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    long days = 365L * y + y / 4 - y / 100 + y / 400 + ofYear - 719_468;
    return ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000L + millis;
  }

  private int twoDigits(int p) {
    int tens = b[p] - '0';
    int ones = b[p + 1] - '0';
    if (tens < 0 || tens > 9 || ones < 0 || ones > 9) {
      throw refused(p, "expected two digits");
    }
    return tens * 10 + ones;
  }

  /** The last {@link #string()} with its escapes resolved. Allocates. */
  public String valueText() {
    return Json.parse(b, valueFrom - 1, valueTo + 1).asText();
  }

  /** Passes over any value, and checks it. */
  public void skip() {
    byte first = pos < to ? b[pos] : 0;
    if (first == '"') {
      pos = afterString(pos);
    } else if (first >= '0' && first <= '9') {
      pos = afterNumber(pos);
    } else if (first == '{' || first == '[') {
      skipInside();
    } else if (first == '-') {
      pos = afterNumber(pos);
    } else {
      skipLiteral();
    }
  }

  private void skipLiteral() {
    if (word(TRUE) || word(NULL)) {
      return;
    }
    if (word(FALS) && pos < to && b[pos] == 'e') {
      pos++;
      return;
    }
    throw refused(pos, "expected a value");
  }

  private void skipInside() {
    final int to = this.to;
    long objects = 0; // one bit a level that was entered here, the innermost lowest
    int levels = 0;
    int p = pos;
    while (true) {
      // A value starts at p.
      byte c = p < to ? b[p] : 0;
      boolean entered = false;
      if (c == '"') {
        p = afterString(p);
      } else if (c == '{' || c == '[') {
        if (depth + ++levels > Json.MAX_DEPTH) {
          throw refused(p, "more than " + Json.MAX_DEPTH + " levels");
        }
        objects = objects << 1 | (c == '{' ? 1 : 0);
        p++;
        entered = true;
      } else if (c == '-' || c >= '0' && c <= '9') {
        p = afterNumber(p);
      } else {
        pos = p;
        skipLiteral();
        p = pos;
      }
      // To the next value, out of every container that ends here.
      while (true) {
        if (levels == 0) {
          pos = p;
          return;
        }
        boolean object = (objects & 1) == 1;
        p = white(p);
        c = p < to ? b[p] : 0;
        if (c == (object ? '}' : ']')) {
          p++;
          objects >>>= 1;
          levels--;
          entered = false;
          continue;
        }
        if (!entered) {
          if (c != ',') {
            throw refused(p, object ? "expected , or }" : "expected , or ]");
          }
          p = white(p + 1);
        }
        if (object) {
          if (p >= to || b[p] != '"') {
            throw refused(p, "expected a name");
          }
          nameFrom = p + 1;
          p = colon(afterString(p));
        }
        break;
      }
    }
  }

  // ---- parts

  // As four little-endian bytes.
  private static final int TRUE = 0x65757274;
  private static final int FALS = 0x736c6166;
  private static final int NULL = 0x6c6c756e;

  /** Passes over four letters, if they stand here. */
  private boolean word(int letters) {
    if (pos + Integer.BYTES > to || (int) FOUR.get(b, pos) != letters) {
      return false;
    }
    pos += Integer.BYTES;
    return true;
  }

  private boolean same(int start, int end, byte[] text) {
    if (end - start != text.length) {
      return false;
    }
    final byte[] b = this.b;
    for (int i = 0; i < text.length; i++) {
      if (b[start + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  private int white(int p) {
    final byte[] b = this.b;
    final int to = this.to;
    while (p < to && (b[p] == ' ' || b[p] == '\n' || b[p] == '\r' || b[p] == '\t')) {
      p++;
    }
    return p;
  }

  /** Past the string whose opening quote is at {@code p}. */
  private int afterString(int p) {
    final byte[] b = this.b;
    final int to = this.to;
    final int start = ++p;
    escaped = false;
    while (p + 8 <= to) {
      long odd = odd((long) EIGHT.get(b, p));
      if (odd != 0) {
        p += Long.numberOfTrailingZeros(odd) >>> 3;
        break;
      }
      p += 8;
    }
    while (p < to) {
      byte c = b[p];
      if (c == '"') {
        if (p - start > Json.MAX_STRING) {
          throw refused(start, "a string longer than " + Json.MAX_STRING + " bytes");
        }
        return p + 1;
      }
      if (c == '\\') {
        escaped = true;
        p = afterEscape(p);
      } else {
        p = c >= ' ' ? p + 1 : special(p);
      }
    }
    throw refused(p, "unterminated string");
  }

  /** Past a character of several bytes; control characters are refused. */
  private int special(int p) {
    int next = b[p] >= 0 ? -1 : Utf8.after(b, p, to);
    if (next < 0) {
      throw refused(p, b[p] >= 0 ? "a control character" : "malformed UTF-8");
    }
    return next;
  }

  private int afterEscape(int p) {
    int c = p + 1 < to ? b[p + 1] : 0;
    switch (c) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return p + 2;
      }
      case 'u' -> {
        for (int i = p + 2; i < p + 6; i++) {
          if (i >= to || Character.digit(b[i], 16) < 0) {
            throw refused(p, "expected four hexadecimal digits");
          }
        }
        return p + 6;
      }
      default -> throw refused(p, "an unknown escape");
    }
  }

  /** Past the bare number at {@code p}. */
  private int afterNumber(int p) {
    int start = p;
    // A whole number of few digits, as times and ids are.
    if (p + USUAL_BYTES <= to) {
      int length = Digits.guessed(Digits.at(b, p));
      if (length == 8) {
        length += Digits.guessed(Digits.at(b, p + 8));
      }
      byte after = b[p + length];
      if ((length == 1 || length > 1 && b[p] != '0')
          && (after == ',' || after == '}' || after == ']')) {
        return p + length;
      }
    }
    if (b[p] == '-') {
      p++;
    }
    int whole = p;
    p = afterDigits(p);
    if (p > whole + 1 && b[whole] == '0') {
      throw refused(start, "a leading zero");
    }
    if (p < to && b[p] == '.') {
      p = afterDigits(p + 1);
    }
    if (p < to && (b[p] | 0x20) == 'e') {
      p++;
      if (p < to && (b[p] == '+' || b[p] == '-')) {
        p++;
      }
      p = afterDigits(p);
    }
    if (p - start > Decimal.MAX_CHARS) {
      throw refused(start, "a number longer than " + Decimal.MAX_CHARS + " characters");
    }
    return p;
  }

  private int afterDigits(int p) {
    int start = p;
    while (p < to && b[p] >= '0' && b[p] <= '9') {
      p++;
    }
    if (p == start) {
      throw refused(p, "expected a digit");
    }
    return p;
  }

  /** Past the number that began at {@code at} and whose last character stands before {@code p}. */
  private int endNumber(int at, int p, boolean quoted, String expected) {
    if (quoted) {
      if (p >= to || b[p] != '"') {
        throw refused(at, expected);
      }
      return p + 1;
    }
    if (p < to && (b[p] == '.' || (b[p] | 0x20) == 'e')) {
      throw refused(at, expected);
    }
    return p;
  }

  /**
   * Zero where none of eight bytes is a quote, a backslash, a control character or outside of
   * ASCII; otherwise the first one that is such has its top bit set, and none before it has any
   * bit. All of these set the top bit of their byte below; what is borrowed from a later byte does
   * not matter.
   */
  private static long odd(long eight) {
    long quote = (eight ^ 0x2222222222222222L) - 0x0101010101010101L;
    long backslash = (eight ^ 0x5c5c5c5c5c5c5c5cL) - 0x0101010101010101L;
    long control = eight - 0x2020202020202020L;
    return (quote | backslash | control | eight) & 0x8080808080808080L;
  }

  /** The digits between, skipping a point, as a long; refused when they do not fit. */
  private long exact(int start, int end, boolean negative) {
    long value = 0;
    for (int p = start; p < end; p++) {
      if (b[p] == '.') {
        continue;
      }
      int digit = b[p] - '0';
      // Summed below zero, because the least long has no positive counterpart.
      if (value < (Long.MIN_VALUE + digit) / 10) {
        throw refused(start, "a number too large for 64 bits");
      }
      value = value * 10 - digit;
    }
    if (!negative && value == Long.MIN_VALUE) {
      throw refused(start, "a number too large for 64 bits");
    }
    return negative ? value : -value;
  }

  private TextException refused(int position, String problem) {
    return TextException.at(b, from, to, position, problem);
  }
}
