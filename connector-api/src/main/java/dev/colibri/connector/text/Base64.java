package dev.colibri.connector.text;

/** Base64 (RFC 4648), the standard alphabet and the one for URLs. */
public final class Base64 {
  private Base64() {}

  /** Standard alphabet, padded. */
  public static String encode(byte[] bytes) {
    return java.util.Base64.getEncoder().encodeToString(bytes);
  }

  /** Alphabet for URLs, not padded, as JSON Web Tokens want it. */
  public static String urlEncode(byte[] bytes) {
    return java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Reads the standard alphabet, padded or not. Throws {@link TextException}. */
  public static byte[] decode(String text) {
    return decode(java.util.Base64.getDecoder(), text);
  }

  /** Reads the alphabet for URLs, padded or not. Throws {@link TextException}. */
  public static byte[] urlDecode(String text) {
    return decode(java.util.Base64.getUrlDecoder(), text);
  }

  private static byte[] decode(java.util.Base64.Decoder decoder, String text) {
    try {
      return decoder.decode(text);
    } catch (IllegalArgumentException e) {
      // The cause would quote the text, which may be a key.
      throw new TextException("not Base64: a text of " + text.length() + " characters");
    }
  }
}
