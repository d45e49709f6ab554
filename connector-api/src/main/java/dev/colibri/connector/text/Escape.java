package dev.colibri.connector.text;

/**
 * Makes text that came from elsewhere safe to show: control and formatting characters (line breaks,
 * terminal sequences, direction overrides) and unpaired surrogates become {@code \}{@code uXXXX},
 * and what is too long is cut.
 */
public final class Escape {
  /** The longest text {@link #text(CharSequence)} shows, in characters. */
  public static final int MAX_CHARS = 512;

  private Escape() {}

  /** Escapes and cuts to {@value #MAX_CHARS} characters. */
  public static String text(CharSequence text) {
    return text(text, MAX_CHARS);
  }

  /**
   * Escapes, and cuts after {@code max} characters of the result; a cut text ends with {@code …}
   * and the number of characters that were left out.
   */
  public static String text(CharSequence text, int max) {
    var out = new StringBuilder(Math.min(text.length(), max) + 16);
    int i = 0;
    while (i < text.length()) {
      int point = Character.codePointAt(text, i);
      int before = out.length();
      append(out, point);
      if (out.length() > max) {
        out.setLength(before);
        return out.append("… (").append(text.length() - i).append(" more)").toString();
      }
      i += Character.charCount(point);
    }
    return out.toString();
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        switch (Character.getType(point)) {
          case Character.CONTROL,
              Character.FORMAT,
              Character.SURROGATE,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR -> {
            for (char c : Character.toChars(point)) {
              unicode(out, c);
            }
          }
          default -> out.appendCodePoint(point);
        }
      }
    }
  }

  static void unicode(StringBuilder out, char c) {
    out.append("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) {
      out.append(Character.forDigit(c >> shift & 15, 16));
    }
  }
}
