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
 * <p>It works thrice. By value: whatever was {@link #register registered}, as it is and in the
 * forms in which it travels (URL-encoded, Base64, hexadecimal, JSON-escaped), wherever it stands.
 * By name: the values of fields that hold secrets by their name ({@code signature}, {@code apiKey},
 * {@code X-…-APIKEY}, {@code …-ACCESS-SIGN}, {@code listenKey}, {@code token}, …) in queries,
 * forms, JSON and headers, and private keys in PEM, also when nobody registered them. By shape:
 * bare hexadecimal of 64 or 128 digits, as signatures are that stand under no name. It errs towards
 * taking out too much. Thread-safe.
 */
public final class Redactor implements AutoCloseable {
  static final String MASK = "***";

  /** Shorter values would take ordinary text out; they are found by name only. */
  private static final int SHORTEST = 4;

  /** Shorter words of an address, as {@code /rpc}, are no keys. */
  private static final int SHORTEST_KEY = 8;

  /** Of a text longer than this only so much is looked at to show its beginning. */
  private static final int SHOWN_FROM = 1 << 16;

  private static final Pattern PRIVATE_KEY =
      Pattern.compile(
          "-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*-----|$)", Pattern.DOTALL);

  /** With {@code 0x} before it, it is a hash or a number of a chain. */
  private static final Pattern BARE_SIGNATURE =
      Pattern.compile("(?<![0-9A-Za-z])[0-9a-fA-F]{64}(?:[0-9a-fA-F]{64})?(?![0-9A-Za-z])");

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*+");

  /** Where an unquoted value ends. */
  private static final String DELIMITERS = "&,;{}[]()<>\"' \t\r\n";

  private static final Set<String> SECRET_WORDS =
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
          "mnemonic");

  private static final Set<String> SECRET_KEYS =
      Set.of("api", "access", "listen", "private", "secret", "signing");

  /** Not any token: those of automated market makers are public. */
  private static final Set<String> SECRET_TOKENS =
      Set.of("access", "auth", "bearer", "refresh", "session");

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

  /**
   * What may be a key in the address of a node: whatever stands beside the host, all of it and each
   * word, unless it is shorter than keys are.
   */
  public void register(BaseUri base) {
    base.secrets().stream().filter(s -> s.length() >= SHORTEST_KEY).forEach(this::register);
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
    return BARE_SIGNATURE.matcher(byName(byValue(text))).replaceAll(MASK);
  }

  /** One line for a log: without secrets, escaped and cut as {@link Escape} does. */
  public String show(String text) {
    if (text.length() <= SHOWN_FROM) {
      return Escape.text(redact(text));
    }
    // Of a long text the beginning is shown, and only that is worth the work: all of a reply of the
    // largest size would take seconds. What is cut off may begin inside a secret: it is not shown.
    String head = redact(text.substring(0, SHOWN_FROM));
    int safe = head.length() - longest();
    return safe > Escape.MAX_CHARS
        ? Escape.text(head.substring(0, safe) + text.substring(SHOWN_FROM))
        : Escape.text(redact(text));
  }

  private synchronized int longest() {
    return values.isEmpty() ? 0 : values.get(0).length;
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
      if (text.charAt(i) == value[0]) {
        int same = same(text, i, value);
        if (same == value.length || same >= SHORTEST && isCut(text, i + same)) {
          return same;
        }
      }
    }
    return 0;
  }

  /** How many characters are those of a value. */
  private static int same(String text, int i, char[] value) {
    int most = Math.min(value.length, text.length() - i);
    int k = 1;
    while (k < most && text.charAt(i + k) == value[k]) {
      k++;
    }
    return k;
  }

  /** Whether an excerpt ends there that was made before this came to see it. */
  private static boolean isCut(String text, int i) {
    return text.startsWith("…", i) || text.startsWith("\"…", i);
  }

  private static String byName(String text) {
    if (text.contains("PRIVATE KEY-----")) {
      text = PRIVATE_KEY.matcher(text).replaceAll(MASK);
    }
    Matcher names = NAME.matcher(text);
    var out = new StringBuilder(text.length());
    int done = 0;
    int at = 0;
    while (names.find(at)) {
      at = names.end();
      if (!isSecret(names.group()) && !isSecret(afterEscape(text, names))) {
        continue;
      }
      int closed = skip(text, at, "\\\"'");
      int separator = skip(text, closed, " \t");
      if (separator == text.length() || "=:".indexOf(text.charAt(separator)) < 0) {
        continue;
      }
      int open = skip(text, separator + 1, " \t");
      int start = skip(text, open, "\\");
      boolean quoted = start < text.length() && "\"'".indexOf(text.charAt(start)) >= 0;
      int end;
      String mask = MASK;
      if (quoted) {
        end = closingQuote(text, start, start - open);
        start++;
      } else if (open < text.length() && "{[".indexOf(text.charAt(open)) >= 0) {
        start = open;
        end = closingBracket(text, start);
        mask = closed > at ? '"' + MASK + '"' : MASK;
      } else {
        start = open;
        boolean wholeLine = names.group().matches("(?i)(.*-)?(authorization|cookie)");
        end = until(text, start, wholeLine ? "\r\n" : DELIMITERS);
        end = Math.min(end, lineEnd(text, start));
        if (closed > at) {
          mask = '"' + MASK + '"'; // so that a bare number leaves valid JSON behind
        }
      }
      String value = text.substring(start, end);
      if (!value.isEmpty() && !(value.equals("null") && !quoted)) {
        out.append(text, done, start).append(mask);
        done = end;
      }
      at = Math.max(at, end);
    }
    return out.append(text, done, text.length()).toString();
  }

  private static int skip(String text, int i, String characters) {
    while (i < text.length() && characters.indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    return i;
  }

  private static int until(String text, int i, String characters) {
    while (i < text.length() && characters.indexOf(text.charAt(i)) < 0) {
      i++;
    }
    return i;
  }

  /** After the bracket that closes the one at {@code open}; the text's end where none does. */
  private static int closingBracket(String text, int open) {
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
      if (depth == 0) {
        return i + 1;
      }
    }
    return text.length();
  }

  /** Where a line ends whose end was escaped before this came to see it; the text's end else. */
  private static int lineEnd(String text, int i) {
    for (int at = text.indexOf('\\', i); at >= 0; at = text.indexOf('\\', at)) {
      int letter = skip(text, at, "\\");
      if (letter < text.length() && "nrt".indexOf(text.charAt(letter)) >= 0) {
        return at;
      }
      at = letter;
    }
    return text.length();
  }

  /** A name without what is the letter of an escape before it, as in {@code \nsignature}. */
  private static String afterEscape(String text, Matcher names) {
    int at = names.start();
    boolean follows = at > 0 && text.charAt(at - 1) == '\\' && "nrt".indexOf(text.charAt(at)) >= 0;
    return follows ? names.group().substring(1) : "";
  }

  /**
   * The end of the value whose opening quote is at {@code open}, after that many backslashes: JSON
   * inside a JSON string writes its quotes with one. A quote with the same number of backslashes
   * before it closes; a backslash of the value itself is written as twice one more.
   */
  private static int closingQuote(String text, int open, int backslashes) {
    int before = 0;
    for (int i = open + 1; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        before++;
      } else if (text.charAt(i) == text.charAt(open)
          && before % (2 * backslashes + 2) == backslashes) {
        return i - backslashes;
      } else {
        before = 0;
      }
    }
    return text.length();
  }

  /**
   * Whether a field or header of that name holds a secret: {@code apiKey}, {@code OK-ACCESS-SIGN}.
   */
  private static boolean isSecret(String name) {
    String[] words = name.split("[_-]+|(?<=[a-z0-9])(?=[A-Z])");
    String last = words[words.length - 1].toLowerCase(Locale.ROOT);
    if (SECRET_WORDS.contains(last)) {
      return true;
    }
    if (words.length == 1) {
      return last.equals("token");
    }
    String before = words[words.length - 2].toLowerCase(Locale.ROOT);
    return last.equals("key") && SECRET_KEYS.contains(before)
        || last.equals("token") && SECRET_TOKENS.contains(before);
  }

  /** Wipes what was registered. */
  @Override
  public synchronized void close() {
    values.forEach(value -> Arrays.fill(value, '\0'));
    values.clear();
  }
}
