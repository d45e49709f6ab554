package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names and values as they are written into a query or a form body, encoded as {@link Form} says.
 * It holds the very bytes that are signed and sent, so that neither is made from the other. Not
 * thread-safe.
 */
public final class FormText {
  private static final byte[] DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.ISO_8859_1);

  private static final long EIGHT_DIGITS = 100_000_000;

  /** Names that were encoded before; who finds another one in its place encodes anew. */
  private static final @Nullable Beginning[] KNOWN = new Beginning[512];

  /** Of each ASCII character, whether it stays as it is. */
  private static final boolean[] UNRESERVED = new boolean[0x80];

  static {
    for (char c = 0; c < UNRESERVED.length; c++) {
      UNRESERVED[c] =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '-'
              || c == '.'
              || c == '_'
              || c == '~';
    }
  }

  /** A name as it stands before its value, encoded: {@code &a=}. */
  private record Beginning(String name, byte[] text) {}

  private byte[] bytes;
  private int size;

  /**
   * An empty text.
   *
   * @param room how many bytes are expected; it grows as needed, but {@link #toBytes} copies none
   *     where it was exact
   */
  public FormText(int room) {
    bytes = new byte[room];
  }

  private FormText(byte[] bytes, int size) {
    this.bytes = bytes;
    this.size = size;
  }

  /**
   * The same text, to go on from.
   *
   * @param room how many bytes more are expected
   */
  public FormText copy(int room) {
    return new FormText(Arrays.copyOf(bytes, size + room), size);
  }

  /** How many bytes there are. */
  public int size() {
    return size;
  }

  /** Whether a value is written as it is, a byte for each character. */
  public static boolean isBare(String value) {
    return bare(value) == value.length();
  }

  /**
   * Puts a value in the place of another one, unless something in it is to be escaped.
   *
   * @param at where that begins
   * @param length how many bytes it has
   * @return whether it was put there
   */
  public boolean replace(int at, int length, String value) {
    if (!isBare(value)) {
      return false;
    }
    int more = value.length() - length;
    if (size == bytes.length) {
      bytes = bytes.clone(); // It may have been given away.
    }
    if (more != 0) {
      room(more);
      System.arraycopy(bytes, at + length, bytes, at + value.length(), size - at - length);
      size += more;
    }
    raw(value, value.length(), at);
    return true;
  }

  /** Adds a name and a value. Throws {@link TextException} for an unpaired surrogate. */
  public FormText add(String name, String value) {
    begin(name, value.length());
    encode(value);
    return this;
  }

  /** Adds a name and a number. */
  public FormText add(String name, long value) {
    long high = value / EIGHT_DIGITS;
    if (high <= 0 || high >= EIGHT_DIGITS) {
      return add(name, Long.toString(value));
    }
    // As a time in milliseconds has: the first digits, and eight more.
    long first = Digits.of((int) high);
    int zeros = Long.numberOfTrailingZeros(first) >>> 3;
    begin(name, 16 - zeros);
    Digits.put(bytes, size, first >>> 8 * zeros);
    size += 8 - zeros;
    Digits.put(bytes, size, Digits.of((int) (value % EIGHT_DIGITS)));
    size += 8;
    return this;
  }

  /** Adds a name and the signature, in lower-case hexadecimal, of all that stands before it. */
  public FormText addHex(String name, Hmac key) {
    int length = key.length();
    int signed = size;
    begin(name, 2 * length);
    // At the end of the place that its digits take.
    key.sign(bytes, signed, bytes, size + length);
    Hex.spread(bytes, size + length, length, size);
    size += 2 * length;
    return this;
  }

  /** The text as bytes, which nothing that is added later changes. */
  public byte[] toBytes() {
    // A full array is left behind by what is added next.
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /** The text: {@code a=1&b=x%20y}. */
  @Override
  public String toString() {
    return new String(bytes, 0, size, StandardCharsets.ISO_8859_1);
  }

  /** Writes a name, and makes room for so many characters of a value. */
  private void begin(String name, int more) {
    // Names stand in the text of programs, which ask for the same few objects again and again.
    int slot = name.hashCode() & KNOWN.length - 1;
    Beginning known = KNOWN[slot];
    if (known == null || known.name != name) {
      FormText text = new FormText(name.length() + 2);
      text.put('&');
      text.encode(name);
      text.put('=');
      KNOWN[slot] = known = new Beginning(name, text.toBytes());
    }
    int from = size == 0 ? 1 : 0;
    int length = known.text.length - from;
    room(length + more);
    System.arraycopy(known.text, from, bytes, size, length);
    size += length;
  }

  /** Adds a name or a value, without a sign before it. */
  void encode(String text) {
    int length = text.length();
    room(length);
    int bare = bare(text);
    raw(text, bare, size);
    size += bare;
    if (bare < length) {
      escape(text, bare);
    }
  }

  @SuppressWarnings("deprecation") // String.getBytes of low bytes: exact for ASCII, and at once.
  private void raw(String text, int length, int at) {
    text.getBytes(0, length, bytes, at);
  }

  /** How many characters at the beginning stay as they are. */
  static int bare(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80 || !UNRESERVED[c]) {
        return i;
      }
    }
    return length;
  }

  /** Adds what stands from there on. */
  private void escape(String text, int from) {
    String rest = text.substring(from);
    if (!Utf8.isPaired(rest)) {
      throw new TextException("unpaired surrogate in " + TextException.excerpt(text));
    }
    for (byte b : rest.getBytes(StandardCharsets.UTF_8)) {
      if (b >= 0 && UNRESERVED[b]) {
        put(b);
      } else {
        put('%');
        put(DIGITS[b >> 4 & 15]);
        put(DIGITS[b & 15]);
      }
    }
  }

  private void put(int b) {
    room(1);
    bytes[size++] = (byte) b;
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
