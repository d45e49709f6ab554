package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;

/** The body of a PEM file (RFC 7468). */
final class Pem {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";

  private Pem() {}

  /**
   * The PKCS #8 bytes of a private key. Line breaks may also be spelled {@code \n}, as environment
   * variables have them.
   */
  static byte[] read(byte[] ascii) {
    String text = new String(ascii, StandardCharsets.ISO_8859_1).replace("\\n", "\n").strip();
    if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
      throw new TextException("the secret is not a PEM private key (" + BEGIN + ")");
    }
    String body = text.substring(BEGIN.length(), text.length() - END.length());
    return Base64.decode(body.replaceAll("\\s", ""));
  }
}
