package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Function;

/** Private keys in PEM (RFC 7468). */
final class Pem {
  /** A key of any kind, which PKCS #8 names. */
  static final String PKCS8 = "PRIVATE KEY";

  /** A key on an elliptic curve (RFC 5915). */
  static final String SEC1 = "EC PRIVATE KEY";

  private Pem() {}

  /** Whether a text says of itself that it is one. */
  static boolean is(String label, byte[] ascii) {
    return text(ascii).startsWith(begin(label));
  }

  /**
   * Makes a value of the file's bytes, which are wiped afterwards. Line breaks may also be spelled
   * {@code \n}, as environment variables have them. Throws {@link TextException} when it is none.
   */
  static <T> T read(String label, byte[] ascii, Function<byte[], T> make) {
    String text = text(ascii);
    String end = "-----END " + label + "-----";
    if (!text.startsWith(begin(label)) || !text.endsWith(end)) {
      throw new TextException("the secret is not a PEM private key (" + begin(label) + ")");
    }
    String body = text.substring(begin(label).length(), text.length() - end.length());
    byte[] bytes = Base64.decode(body.replaceAll("\\s", ""));
    try {
      return make.apply(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static String begin(String label) {
    return "-----BEGIN " + label + "-----";
  }

  private static String text(byte[] ascii) {
    return new String(ascii, StandardCharsets.ISO_8859_1).replace("\\n", "\n").strip();
  }
}
