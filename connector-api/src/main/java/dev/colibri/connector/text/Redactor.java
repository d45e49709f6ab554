package dev.colibri.connector.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes secrets out of text before it reaches a log, an exception, a tape or a metric. There is one
 * in a runtime, and every sink goes through it.
 *
 * <p>It works twice. By value: whatever was {@link #register registered}, as it is and in the forms
 * in which it travels (URL-encoded, Base64, hexadecimal, JSON-escaped), wherever it stands. By
 * name: the values of fields that hold secrets by their name ({@code signature}, {@code apiKey},
 * {@code X-…-APIKEY}, {@code …-ACCESS-SIGN}, {@code listenKey}, {@code token}, …) in queries,
 * forms, JSON and headers, and private keys in PEM, also when nobody registered them. It errs
 * towards taking out too much. Thread-safe.
 */
public final class Redactor implements AutoCloseable {
  static final String MASK = "***";

  /** Shorter values would take ordinary text out; they are found by name only. */
  private static final int SHORTEST = 4;

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*-----|$)", Pattern.DOTALL);

  /** {@code name=value}, {@code name: value} and both quoted, also inside a quoted string. */
  private static final Pattern FIELD =
      Pattern.compile(
          "(?<name>[A-Za-z][A-Za-z0-9_-]{1,63}+)(?<sep>\\\\*+[\"']?+\\s{0,4}+[:=]\\s{0,4}+)"
              + "(?<value>(?<escapes>\\\\*+)\"(?:[^\"\\\\]|\\\\(?!\\k<escapes>\"))*+"
              + "|[^&\\s,;}\\]\"']++)");

  private static final Set<String> LAST =
      Set.of(
          "signature",
          "sign",
          "sig",
          "secret",
          "passphrase",
          "password",
          "passwd",
          "apikey",
          "jwt",
          "authorization",
          "cookie",
          "listenkey",
          "privatekey",
          "mnemonic",
          "seed");

  private static final Set<String> BEFORE_KEY =
      Set.of("api", "access", "listen", "private", "secret", "signing");

  private final List<char[]> values = new ArrayList<>();

  /** Everything secret in the credentials, the key included. */
  public void register(Credentials credentials) {
    register(credentials.apiKey().getBytes(StandardCharsets.UTF_8));
    register(credentials.secret());
    credentials.others().values().forEach(this::register);
  }

  public void register(Secret secret) {
    byte[] bytes = secret.reveal();
    register(bytes);
    Arrays.fill(bytes, (byte) 0);
  }

  /** A secret that came later: a session token, a listen key. */
  public void register(String secret) {
    register(secret.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized void register(byte[] bytes) {
    if (Utf8.malformed(bytes, 0, bytes.length) < 0) {
      String text = new String(bytes, StandardCharsets.UTF_8);
      add(text);
      String encoded = Form.encode(text);
      add(encoded);
      add(lowerEscapes(encoded));
      add(encoded.replace("%20", "+"));
      String quoted = new JsonWriter().value(text).toString();
      add(quoted.substring(1, quoted.length() - 1));
    }
    add(Base64.encode(bytes));
    add(Base64.urlEncode(bytes));
    add(Form.encode(Base64.encode(bytes)));
    add(Hex.encode(bytes));
    add(Hex.encode(bytes).toUpperCase(Locale.ROOT));
    // Longest first: a form may contain another.
    values.sort(Comparator.comparingInt((char[] value) -> value.length).reversed());
  }

  private void add(String form) {
    char[] value = form.toCharArray();
    if (value.length >= SHORTEST && values.stream().noneMatch(v -> Arrays.equals(v, value))) {
      values.add(value);
    }
  }

  private static String lowerEscapes(String encoded) {
    var out = new StringBuilder(encoded);
    for (int i = out.indexOf("%"); i >= 0; i = out.indexOf("%", i + 1)) {
      out.setCharAt(i + 1, Character.toLowerCase(out.charAt(i + 1)));
      out.setCharAt(i + 2, Character.toLowerCase(out.charAt(i + 2)));
    }
    return out.toString();
  }

  /** The text without secrets, otherwise as it was. */
  public String redact(String text) {
    return byName(byValue(text));
  }

  /** One line for a log: without secrets, escaped and cut as {@link Escape} does. */
  public String show(String text) {
    return Escape.text(redact(text));
  }

  private synchronized String byValue(String text) {
    StringBuilder out = null;
    int done = 0;
    int i = 0;
    while (i < text.length()) {
      int length = valueAt(text, i);
      if (length == 0) {
        i++;
        continue;
      }
      if (out == null) {
        out = new StringBuilder(text.length());
      }
      out.append(text, done, i).append(MASK);
      i += length;
      done = i;
    }
    return out == null ? text : out.append(text, done, text.length()).toString();
  }

  private int valueAt(String text, int i) {
    for (char[] value : values) {
      if (text.charAt(i) == value[0] && matches(text, i, value)) {
        return value.length;
      }
    }
    return 0;
  }

  private static boolean matches(String text, int i, char[] value) {
    if (text.length() - i < value.length) {
      return false;
    }
    for (int k = 1; k < value.length; k++) {
      if (text.charAt(i + k) != value[k]) {
        return false;
      }
    }
    return true;
  }

  private static String byName(String text) {
    if (text.contains("PRIVATE KEY-----")) {
      text = PRIVATE_KEY.matcher(text).replaceAll(MASK);
    }
    Matcher field = FIELD.matcher(text);
    StringBuilder out = null;
    int done = 0;
    int at = 0;
    while (field.find(at)) {
      at = field.end("sep");
      if (!isSecret(field.group("name"))) {
        continue;
      }
      String value = field.group("value");
      int quote = value.indexOf('"') + 1;
      int end = field.end("value");
      if (quote == 0 && field.group("sep").contains(":")) {
        // A header: its value may contain spaces and ends with the line.
        end = lineEnd(text, end);
      }
      if (out == null) {
        out = new StringBuilder(text.length());
      }
      out.append(text, done, at + quote).append(MASK);
      done = end;
      at = end;
    }
    return out == null ? text : out.append(text, done, text.length()).toString();
  }

  private static int lineEnd(String text, int from) {
    int i = from;
    while (i < text.length() && "\r\n,}]\"".indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  /** Whether a field or header of that name holds a secret. */
  static boolean isSecret(String name) {
    String[] words = name.split("[_-]|(?<=[a-z0-9])(?=[A-Z])");
    String last = words[words.length - 1].toLowerCase(Locale.ROOT);
    if (words.length == 1 && last.equals("token") || LAST.contains(last)) {
      return true;
    }
    if (words.length == 1) {
      return false;
    }
    String before = words[words.length - 2].toLowerCase(Locale.ROOT);
    return last.equals("key") && BEFORE_KEY.contains(before)
        || last.equals("token") && before.equals("access");
  }

  /** Wipes what was registered. */
  @Override
  public synchronized void close() {
    values.forEach(value -> Arrays.fill(value, '\0'));
    values.clear();
  }
}
