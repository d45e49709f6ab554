package dev.colibri.connector.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names and values in order, as venues take them in a query or in a form body. Written with RFC
 * 3986's unreserved characters bare and everything else, the space included, as {@code %XX} of its
 * UTF-8, so that what is signed is what is sent. Names may repeat. Not thread-safe.
 */
public final class Form {
  private final List<Map.Entry<String, String>> pairs = new ArrayList<>();

  public static Form of(String name, String value) {
    return new Form().add(name, value);
  }

  /**
   * Reads a query or a form body, without its question mark; {@code +} is a space. Throws {@link
   * TextException} for a broken {@code %} or bytes that are not UTF-8.
   */
  public static Form parse(String text) {
    var form = new Form();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('&', start);
      if (end < 0) {
        end = text.length();
      }
      if (end > start) {
        int equals = text.indexOf('=', start);
        boolean bare = equals < 0 || equals > end;
        form.add(
            decode(text.substring(start, bare ? end : equals)),
            bare ? "" : decode(text.substring(equals + 1, end)));
      }
      start = end + 1;
    }
    return form;
  }

  public Form add(String name, String value) {
    pairs.add(Map.entry(name, value));
    return this;
  }

  public Form add(String name, long value) {
    return add(name, Long.toString(value));
  }

  public boolean isEmpty() {
    return pairs.isEmpty();
  }

  /** The pairs in order, unmodifiable. */
  public List<Map.Entry<String, String>> pairs() {
    return Collections.unmodifiableList(pairs);
  }

  /** The first value of that name, or null. */
  public @Nullable String find(String name) {
    for (var pair : pairs) {
      if (pair.getKey().equals(name)) {
        return pair.getValue();
      }
    }
    return null;
  }

  /** The encoded text: {@code a=1&b=x%20y}. */
  @Override
  public String toString() {
    var out = new FormText(64);
    for (var pair : pairs) {
      out.add(pair.getKey(), pair.getValue());
    }
    return out.toString();
  }

  /** One name or value, encoded; also right for a segment of a path. */
  public static String encode(String text) {
    if (FormText.bare(text) == text.length()) {
      return text;
    }
    var out = new FormText(text.length() + 16);
    out.encode(text);
    return out.toString();
  }

  /** The reverse of {@link #encode(String)}, with {@code +} as a space. */
  public static String decode(String text) {
    if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
      return text;
    }
    byte[] from = text.getBytes(StandardCharsets.UTF_8);
    var out = new ByteArrayOutputStream(from.length);
    for (int i = 0; i < from.length; i++) {
      if (from[i] == '%') {
        int high = i + 2 < from.length ? Character.digit(from[i + 1], 16) : -1;
        int low = i + 2 < from.length ? Character.digit(from[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          throw new TextException("a broken % in " + TextException.excerpt(text));
        }
        out.write(high << 4 | low);
        i += 2;
      } else {
        out.write(from[i] == '+' ? ' ' : from[i]);
      }
    }
    byte[] bytes = out.toByteArray();
    if (Utf8.malformed(bytes, 0, bytes.length) >= 0) {
      throw new TextException("malformed UTF-8 in " + TextException.excerpt(text));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
