package dev.colibri.connector.text;

import java.util.HexFormat;

/** Hexadecimal, written in lower case, read in either. */
public final class Hex {
  private static final HexFormat LOWER = HexFormat.of();

  private Hex() {}

  public static String encode(byte[] bytes) {
    return LOWER.formatHex(bytes);
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
