package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values on a tape that stand for others. When comparing, {@code "*"} is anything, {@code "$x"}
 * takes the name x for what stands there (and must be the same where it stands again), and the
 * field {@code "*"} of an object allows further fields. When sending, {@code "$x"} is what was
 * named, and {@code "$now"} the time in milliseconds since the epoch, {@code "$seconds"} in
 * seconds.
 */
final class Pattern {
  static final String ANY = "*";

  private Pattern() {}

  /** How the actual value differs, or null; the names taken are added to {@code named}. */
  static @Nullable String difference(Json expected, Json actual, Map<String, Json> named) {
    if (isAny(expected)) {
      return null;
    }
    String name = name(expected);
    if (name != null) {
      Json before = named.putIfAbsent(name, actual);
      return before == null || before.toString().equals(actual.toString())
          ? null
          : actual.path() + ": $" + name + " was " + before + ", is now " + actual;
    }
    if (expected.isObject() && actual.isObject()) {
      return objects(expected, actual, named);
    }
    if (expected.isArray() && actual.isArray()) {
      return arrays(expected, actual, named);
    }
    return expected.toString().equals(actual.toString())
        ? null
        : actual.path() + ": expected " + expected + ", is " + actual;
  }

  private static @Nullable String objects(Json expected, Json actual, Map<String, Json> named) {
    for (Map.Entry<String, Json> e : expected.fields().entrySet()) {
      if (e.getKey().equals(ANY)) {
        continue;
      }
      Json value = actual.fields().get(e.getKey());
      if (value == null) {
        return actual.path() + ": no " + e.getKey() + ", expected " + e.getValue();
      }
      String difference = difference(e.getValue(), value, named);
      if (difference != null) {
        return difference;
      }
    }
    if (!expected.has(ANY)) {
      for (Map.Entry<String, Json> e : actual.fields().entrySet()) {
        if (!expected.has(e.getKey())) {
          return e.getValue().path() + ": not expected, is " + e.getValue();
        }
      }
    }
    return null;
  }

  private static @Nullable String arrays(Json expected, Json actual, Map<String, Json> named) {
    if (expected.size() != actual.size()) {
      return actual.path() + ": expected " + expected.size() + " items, has " + actual.size();
    }
    for (int i = 0; i < expected.size(); i++) {
      String difference = difference(expected.at(i), actual.at(i), named);
      if (difference != null) {
        return difference;
      }
    }
    return null;
  }

  /** The template with every name replaced by what it stands for. */
  static String fill(Json template, Map<String, Json> named, long nowMillis) {
    JsonWriter out = new JsonWriter();
    fill(template, named, nowMillis, out);
    return out.toString();
  }

  private static void fill(Json template, Map<String, Json> named, long now, JsonWriter out) {
    String name = name(template);
    if (name != null) {
      Json value = named.get(name);
      if (value != null) {
        out.value(value);
      } else if (name.equals("now")) {
        out.value(now);
      } else if (name.equals("seconds")) {
        out.value(now / 1000);
      } else {
        throw new IllegalArgumentException(template.path() + ": nothing was named $" + name);
      }
    } else if (template.isObject()) {
      out.object();
      template.fields().forEach((k, v) -> fill(v, named, now, out.name(k)));
      out.end();
    } else if (template.isArray()) {
      out.array();
      template.items().forEach(v -> fill(v, named, now, out));
      out.end();
    } else {
      out.value(template);
    }
  }

  /** Anything: as written by hand, or as left behind by redaction. */
  static boolean isAny(Json value) {
    return value.isString() && (value.asText().equals(ANY) || value.asText().equals("***"));
  }

  private static @Nullable String name(Json value) {
    if (!value.isString()) {
      return null;
    }
    String text = value.asText();
    return text.length() > 1 && text.charAt(0) == '$' && Character.isLetter(text.charAt(1))
        ? text.substring(1)
        : null;
  }

  /**
   * What a wire carried, as it is written on a tape: where the old line had a pattern, it keeps it,
   * and the values of the fields named in {@code stamps} become {@code "*"}.
   */
  static String generalised(Json actual, @Nullable Json old, java.util.Set<String> stamps) {
    JsonWriter out = new JsonWriter();
    generalise(actual, old, stamps, out);
    return out.toString();
  }

  private static void generalise(
      Json actual, @Nullable Json old, java.util.Set<String> stamps, JsonWriter out) {
    if (old != null && (isAny(old) || name(old) != null)) {
      out.value(old);
    } else if (actual.isObject()) {
      out.object();
      boolean open = old != null && old.isObject() && old.has(ANY);
      actual
          .fields()
          .forEach(
              (k, v) -> {
                Json before = old != null && old.isObject() ? old.fields().get(k) : null;
                if (before == null && open) {
                  return;
                }
                out.name(k);
                if (before == null && stamps.contains(k)) {
                  out.value(ANY);
                } else {
                  generalise(v, before, stamps, out);
                }
              });
      if (open) {
        out.put(ANY, ANY);
      }
      out.end();
    } else if (actual.isArray()) {
      out.array();
      for (int i = 0; i < actual.size(); i++) {
        Json before = old != null && old.isArray() && i < old.size() ? old.at(i) : null;
        generalise(actual.at(i), before, stamps, out);
      }
      out.end();
    } else {
      out.value(actual);
    }
  }
}
