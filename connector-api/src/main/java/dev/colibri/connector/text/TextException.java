package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Something a venue (or a caller) wrote cannot be read. The message says where, what was expected
 * and shows an escaped, shortened excerpt of what stood there.
 */
public final class TextException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int EXCERPT = 48;

  public TextException(String message) {
    super(message);
  }

  public TextException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** At a byte offset counted from {@code from}, with what stands there. */
  static TextException at(byte[] array, int from, int to, int position, String problem) {
    int start = Math.max(from, Math.min(position, to));
    int end = Math.min(to, start + EXCERPT);
    String found =
        start >= to
            ? "the end"
            : excerpt(new String(array, start, end - start, StandardCharsets.UTF_8), to - start);
    return new TextException("byte " + (start - from) + ": " + problem + ", found " + found);
  }

  /** The text quoted, escaped and cut. */
  static String excerpt(CharSequence text) {
    return excerpt(text, text.length());
  }

  private static String excerpt(CharSequence text, int length) {
    int end = Math.min(text.length(), EXCERPT);
    String shown = Escape.text(text.subSequence(0, end), Integer.MAX_VALUE);
    return '"' + shown + '"' + (length > end ? "…" : "");
  }
}
