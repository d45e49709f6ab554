package dev.colibri.connector.text;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes one compact JSON document, field by field in the caller's order:
 *
 * <pre>{@code
 * new JsonWriter().object().put("op", "subscribe").array("args").value("trades").end().end()
 * }</pre>
 *
 * <p>Words out of order (a value without a name inside an object, a second document, an end too
 * many) throw {@link IllegalStateException}, and so does taking the result before everything is
 * closed. Not thread-safe.
 */
public final class JsonWriter {
  private final StringBuilder out = new StringBuilder();

  /** One bit a level, the innermost lowest: 1 is an object. */
  private long objects;

  private int depth;
  private boolean named;
  private boolean separate;

  /**
   * An object of names and values in turn. A value is a text, a whole number, a {@link BigDecimal},
   * a truth, null, {@link Json}, another writer's object or array, or a list of such values.
   */
  public static JsonWriter of(@Nullable Object... namesAndValues) {
    JsonWriter out = new JsonWriter().object();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      out.name(String.valueOf(namesAndValues[i])).any(namesAndValues[i + 1]);
    }
    return out.end();
  }

  private void any(@Nullable Object value) {
    if (value == null) {
      nullValue();
    } else if (value instanceof String text) {
      value(text);
    } else if (value instanceof Long || value instanceof Integer) {
      value(((Number) value).longValue());
    } else if (value instanceof BigDecimal number) {
      value(number);
    } else if (value instanceof Boolean truth) {
      value(truth.booleanValue());
    } else if (value instanceof Json json) {
      value(json);
    } else if (value instanceof JsonWriter writer) {
      raw(writer.toString());
    } else if (value instanceof List<?> list) {
      array();
      list.forEach(this::any);
      end();
    } else {
      throw new IllegalArgumentException("no JSON: " + value.getClass().getName());
    }
  }

  /** Begins an object, closed by {@link #end()}. */
  public JsonWriter object() {
    return begin('{', 1);
  }

  /** Begins an array, closed by {@link #end()}. */
  public JsonWriter array() {
    return begin('[', 0);
  }

  public JsonWriter object(String field) {
    return name(field).object();
  }

  public JsonWriter array(String field) {
    return name(field).array();
  }

  private JsonWriter begin(char bracket, long kind) {
    before();
    if (depth == Json.MAX_DEPTH) {
      throw new IllegalStateException("more than " + Json.MAX_DEPTH + " levels");
    }
    depth++;
    objects = objects << 1 | kind;
    separate = false;
    out.append(bracket);
    return this;
  }

  /** Closes the innermost object or array. */
  public JsonWriter end() {
    if (depth == 0 || named) {
      throw new IllegalStateException(named ? "a name without a value" : "nothing to end");
    }
    out.append((objects & 1) == 1 ? '}' : ']');
    objects >>>= 1;
    depth--;
    separate = true;
    return this;
  }

  /** The name of the next value, inside an object. */
  public JsonWriter name(String field) {
    if (depth == 0 || (objects & 1) == 0 || named) {
      throw new IllegalStateException("no place for the name " + field);
    }
    if (separate) {
      out.append(',');
    }
    quote(field);
    out.append(':');
    named = true;
    return this;
  }

  public JsonWriter value(String text) {
    before();
    quote(text);
    return this;
  }

  /** A bare number in plain digits; venues that want it quoted get {@link Decimal#plain}. */
  public JsonWriter value(BigDecimal number) {
    return raw(Decimal.plain(number));
  }

  public JsonWriter value(long number) {
    before();
    out.append(number);
    return this;
  }

  public JsonWriter value(boolean truth) {
    before();
    out.append(truth);
    return this;
  }

  public JsonWriter nullValue() {
    return raw("null");
  }

  /** A copy of a value that was read. */
  public JsonWriter value(Json json) {
    json.write(this);
    return this;
  }

  public JsonWriter put(String field, String text) {
    return name(field).value(text);
  }

  public JsonWriter put(String field, BigDecimal number) {
    return name(field).value(number);
  }

  public JsonWriter put(String field, long number) {
    return name(field).value(number);
  }

  public JsonWriter put(String field, boolean truth) {
    return name(field).value(truth);
  }

  public JsonWriter put(String field, Json json) {
    return name(field).value(json);
  }

  JsonWriter raw(String token) {
    before();
    out.append(token);
    return this;
  }

  private void before() {
    boolean inObject = depth > 0 && (objects & 1) == 1;
    if (inObject != named || depth == 0 && separate) {
      throw new IllegalStateException(inObject ? "a value without a name" : "a second document");
    }
    if (separate && !named) {
      out.append(',');
    }
    named = false;
    separate = true;
  }

  private void quote(String text) {
    if (isPlain(text)) {
      out.append('"').append(text).append('"');
      return;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20 || Character.isSurrogate(c) && !paired(text, i)) {
            Escape.unicode(out, c);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** Whether nothing needs an escape, as in almost every text. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private static boolean paired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  /** The document. Throws {@link IllegalStateException} while it is incomplete. */
  @Override
  public String toString() {
    if (depth > 0 || !separate) {
      throw new IllegalStateException("the document is incomplete");
    }
    return out.toString();
  }

  /** The document as UTF-8. Throws {@link IllegalStateException} while it is incomplete. */
  public byte[] toBytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }
}
