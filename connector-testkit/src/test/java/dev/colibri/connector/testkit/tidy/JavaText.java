package dev.colibri.connector.testkit.tidy;

/** Tells Java's comments and literals from its code, as far as house rules need it. */
final class JavaText {
  private JavaText() {}

  /**
   * Overwrites comments with blanks, keeping line ends and with them every offset and line number.
   *
   * @param literals whether what stands between quotes is blanked too; the quotes stay
   */
  static String blank(String text, boolean literals) {
    char[] out = text.toCharArray();
    int at = 0;
    while (at < out.length) {
      int end;
      if (text.startsWith("//", at)) {
        end = endOf(text, "\n", at);
        erase(out, at, end);
      } else if (text.startsWith("/*", at)) {
        end = Math.min(out.length, endOf(text, "*/", at + 2) + 2);
        erase(out, at, end);
      } else if (text.startsWith("\"\"\"", at)) {
        end = closing(text, "\"\"\"", at + 3);
        eraseIf(literals, out, at + 3, end - 3);
      } else if (out[at] == '"' || out[at] == '\'') {
        end = closing(text, text.substring(at, at + 1), at + 1);
        eraseIf(literals, out, at + 1, end - 1);
      } else {
        end = at + 1;
      }
      at = end;
    }
    return new String(out);
  }

  private static int endOf(String text, String mark, int from) {
    int end = text.indexOf(mark, from);
    return end < 0 ? text.length() : end;
  }

  /** The offset after the quote that closes a literal. */
  private static int closing(String text, String quote, int from) {
    int at = from;
    while (at < text.length() && !text.startsWith(quote, at)) {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(text.length(), at + quote.length());
  }

  private static void eraseIf(boolean wanted, char[] out, int from, int to) {
    if (wanted) {
      erase(out, from, to);
    }
  }

  private static void erase(char[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      if (out[i] != '\n') {
        out[i] = ' ';
      }
    }
  }
}
