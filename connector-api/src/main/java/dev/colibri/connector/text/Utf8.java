package dev.colibri.connector.text;

/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing past U+10FFFF. */
final class Utf8 {
  private Utf8() {}

  /**
   * The position after the character of several bytes that starts at {@code p}, or -1 when it is
   * malformed or cut off.
   */
  static int after(byte[] b, int p, int to) {
    int lead = b[p] & 0xff;
    if (lead < 0xc2 || lead > 0xf4) {
      return -1;
    }
    int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (to - p < length) {
      return -1;
    }
    int second = b[p + 1] & 0xff;
    int low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < low || second > high) {
      return -1;
    }
    for (int i = p + 2; i < p + length; i++) {
      if ((b[i] & 0xc0) != 0x80) {
        return -1;
      }
    }
    return p + length;
  }

  /** The position of the first malformed byte, or -1 when all is well. */
  static int malformed(byte[] b, int from, int to) {
    int p = from;
    while (p < to) {
      if (b[p] >= 0) {
        p++;
      } else {
        int next = after(b, p, to);
        if (next < 0) {
          return p;
        }
        p = next;
      }
    }
    return -1;
  }

  /** Whether every surrogate of the text has its partner, so that it can be written as UTF-8. */
  static boolean isPaired(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || ++i == text.length()
            || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }
}
