package dev.colibri.connector.amm.evm;

import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Hex;
import java.nio.charset.StandardCharsets;

/** Bytes as nodes and contracts write them. */
public final class Bytes {
  private static final byte[] NONE = {};

  private Bytes() {}

  /** No bytes. */
  public static byte[] none() {
    return NONE;
  }

  /** All of them, one after the other: what contracts call packed. */
  public static byte[] concat(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** {@code 0x} and two small digits a byte. */
  public static String hex(byte[] bytes) {
    return "0x" + Hex.encode(bytes);
  }

  /** The hash that chains use, of text in ASCII: what names events and functions. */
  static byte[] hash(String text) {
    return Digest.keccak256(text.getBytes(StandardCharsets.US_ASCII));
  }
}
