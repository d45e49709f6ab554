package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Hexadecimal, written in lower case, read in either. */
public final class Hex {
  private static final HexFormat LOWER = HexFormat.of();
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

  private Hex() {}

  /** Made by hand: it is a part of most signatures, and the JDK's takes four times as long. */
  public static String encode(byte[] bytes) {
    byte[] text = new byte[2 * bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      text[2 * i] = DIGITS[bytes[i] >> 4 & 15];
      text[2 * i + 1] = DIGITS[bytes[i] & 15];
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads pairs of digits, with or without {@code 0x} before them. Throws {@link TextException}.
   */
  public static byte[] decode(String text) {
    try {
      return LOWER.parseHex(text.startsWith("0x") ? text.substring(2) : text);
    } catch (IllegalArgumentException e) {
      // The cause would quote the text, which may be a key.
      throw new TextException("not hexadecimal: a text of " + text.length() + " characters");
    }
  }
}
