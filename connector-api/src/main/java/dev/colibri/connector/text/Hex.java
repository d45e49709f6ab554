package dev.colibri.connector.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Hexadecimal, written in lower case, read in either. */
public final class Hex {
  private static final HexFormat LOWER = HexFormat.of();

  /** The digits of each byte. */
  private static final short[] PAIRS = new short[0x100];

  private static final VarHandle PAIR =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  static {
    for (int i = 0; i < PAIRS.length; i++) {
      PAIRS[i] = (short) (Character.forDigit(i >> 4, 16) << 8 | Character.forDigit(i & 15, 16));
    }
  }

  private Hex() {}

  /** The digits, two a byte. */
  public static String encode(byte[] bytes) {
    byte[] text = new byte[2 * bytes.length];
    System.arraycopy(bytes, 0, text, bytes.length, bytes.length);
    spread(text, bytes.length, bytes.length, 0);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /**
   * Writes the digits of some bytes into the array that they stand in: from the beginning of the
   * place that these bytes are the end of, or apart from them. Made by hand: it is a part of most
   * signatures, and the JDK's takes four times as long.
   */
  static void spread(byte[] array, int from, int length, int to) {
    for (int i = 0; i < length; i++) {
      PAIR.set(array, to + 2 * i, PAIRS[array[from + i] & 0xff]);
    }
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
