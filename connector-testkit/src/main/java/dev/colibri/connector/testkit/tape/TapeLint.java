package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.testkit.tape.Tape.Kind;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.Redactor;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tape as a careful person would before it is sent to somebody or committed: that it can be
 * read at all, that its words are known and its times in order, and that no secret was left in.
 *
 * <p>What looks like a secret is judged by the name of its field and by its shape; a person has to
 * look all the same. The tape may be of any size: it is read line by line.
 */
public final class TapeLint {
  /** Findings of one file; what is wrong everywhere need not be said more often. */
  public static final int MOST = 100;

  /** Longer lines are worth a remark, in characters. */
  private static final int LONG_LINE = 1 << 20;

  /** Shorter values are placeholders. */
  private static final int SHORTEST_SECRET = 16;

  /** Values in which fewer characters differ are placeholders. */
  private static final int LEAST_UNLIKE = 8;

  private static final int MOST_NAMES = 10_000;

  private static final Map<Kind, Set<String>> WORDS = new EnumMap<>(Kind.class);

  static {
    WORDS.put(
        Kind.DO,
        words(
            "start advance place placeAll amend cancel cancelAll cancelEverything replace subscribe"
                + " unsubscribe ask guard halt resume audit call rotate close positionMode leverage"
                + " transfer"));
    WORDS.put(Kind.IN, words("reply drop unsent frame close heartbeat open"));
    WORDS.put(Kind.OUT, words("frame connect"));
    WORDS.put(Kind.ON, words("frame connect ping"));
    Set<String> events =
        words(
            "started notStarted closed order openOrders book trade top ticker candle balance"
                + " available exposure fee instrument instruments readiness refused impossible failed"
                + " absent amended replaced canceled called position held leverage positionMode"
                + " funding payment transferred");
    for (OrderEvent.Kind kind : OrderEvent.Kind.values()) {
      events.add(kind.name());
    }
    for (Class<?> event : ConnectorEvent.class.getPermittedSubclasses()) {
      events.add(event.getSimpleName());
    }
    WORDS.put(Kind.EVENT, events);
  }

  private static final Set<String> REPLIES = words("reply drop unsent");
  private static final Pattern REQUEST = Pattern.compile("(GET|POST|PUT|DELETE|PATCH|\\*) ?[/*].*");
  private static final Pattern TOKEN = Pattern.compile("eyJ[\\w-]{10,}\\.[\\w-]{10,}");
  private static final Pattern MAIL = Pattern.compile("[\\w.+-]+@[\\w-]+\\.[a-zA-Z]{2,}");
  private static final Pattern ADDRESS =
      Pattern.compile("(?<![\\w.])(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})(?![\\w.])");

  /** What no word and no path is as long as. */
  private static final int SHORTEST_KEY = 40;

  /**
   * What is to be looked at.
   *
   * @param file as it was asked for
   * @param line from 1
   * @param error whether the tape must not stay so; otherwise somebody should look
   */
  public record Finding(String file, int line, boolean error, String what) {
    /** As in {@code friday.tape:12: in a line with "in" …}. */
    @Override
    public String toString() {
      return file + ":" + line + ": " + (error ? "" : "look at this: ") + what;
    }
  }

  private final String file;
  private final List<Finding> findings = new ArrayList<>();
  private final Redactor redactor = new Redactor();
  private final Map<String, Boolean> secretNames = new LinkedHashMap<>();

  private TapeLint(String file) {
    this.file = file;
  }

  private static Set<String> words(String all) {
    return new TreeSet<>(List.of(all.split(" ")));
  }

  /**
   * What is wrong with a file, in its order, at most {@value #MOST} findings.
   *
   * @throws java.io.UncheckedIOException when it cannot be read
   */
  public static List<Finding> check(Path file) {
    TapeLint lint = new TapeLint(file.toString());
    try (TapeReader in = TapeReader.open(file)) {
      lint.read(in);
    } catch (TapeException e) {
      lint.unreadable(1, e);
    }
    return Collections.unmodifiableList(lint.findings);
  }

  /** What is wrong with the text of a tape. */
  public static List<Finding> check(String name, String text) {
    TapeLint lint = new TapeLint(name);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (TapeReader in = TapeReader.of(name, new ByteArrayInputStream(bytes), bytes.length)) {
      lint.read(in);
    } catch (TapeException e) {
      lint.unreadable(1, e);
    }
    return Collections.unmodifiableList(lint.findings);
  }

  private void find(int line, boolean error, String what) {
    if (findings.size() < MOST) {
      findings.add(new Finding(file, line, error, what));
    }
  }

  /** The message begins with where it is. */
  private void unreadable(int line, TapeException e) {
    find(line, true, String.valueOf(e.getMessage()).replaceFirst("^.*?:\\d+: ", ""));
  }

  private void read(TapeReader in) {
    secrets(1, "", in.header());
    boolean answers = false;
    long before = 0;
    while (findings.size() < MOST) {
      Line line;
      try {
        line = in.next();
      } catch (TapeException e) {
        unreadable(in.line(), e);
        continue;
      }
      if (line == null) {
        break;
      }
      if (line.millis() != null) {
        if (line.millis() < before) {
          find(
              line.number(),
              true,
              "its time is " + line.millis() + ", and there was " + before + " before");
        }
        before = Math.max(before, line.millis());
      }
      words(line);
      if (line.text().length() > LONG_LINE) {
        find(line.number(), false, line.text().length() + " characters in a line");
      }
      secrets(line.number(), "", line.json());
      answers |= line.kind() != Kind.ON;
    }
    if (in.size() > Tape.MAX_BYTES && answers) {
      find(1, false, in.size() + " bytes: only a replay can play more than " + Tape.MAX_BYTES);
    }
  }

  private void words(Line line) {
    if (line.toDo() != null) {
      find(line.number(), true, "to do: " + line.toDo());
      return;
    }
    String what = line.what();
    boolean known =
        WORDS.getOrDefault(line.kind(), Set.of()).contains(what)
            || (line.kind() == Kind.OUT || line.kind() == Kind.ON)
                && REQUEST.matcher(what).matches();
    if (!known) {
      find(line.number(), true, "\"" + line.kind().word() + "\" has no word \"" + what + "\"");
      return;
    }
    boolean ofSocket =
        line.kind() == Kind.IN && !REPLIES.contains(what)
            || (line.kind() == Kind.OUT || line.kind() == Kind.ON) && !what.contains(" ");
    if (ofSocket && !line.json().has("of")) {
      find(line.number(), true, "does not say of which connection: it needs \"of\"");
    }
  }

  // ---------------------------------------------------------------- secrets

  private void secrets(int line, String name, Json value) {
    if (value.isObject()) {
      value.fields().forEach((k, v) -> secrets(line, k, v));
    } else if (value.isArray()) {
      value.items().forEach(v -> secrets(line, name, v));
    } else if (value.isString()) {
      String text = value.asText();
      if (isSecret(name) && looksReal(text)) {
        find(line, true, "a secret was left in \"" + name + "\"");
      } else {
        String shape = shape(text);
        if (shape != null) {
          find(line, true, shape + " in \"" + name + "\"");
        }
        personal(line, name, text);
      }
    }
  }

  /** Whether a field of that name is taken out of recordings. */
  private boolean isSecret(String name) {
    Boolean known = secretNames.get(name);
    if (known == null) {
      String probe = name + "=a-value";
      known = !redactor.redact(probe).equals(probe);
      if (secretNames.size() < MOST_NAMES) {
        secretNames.put(name, known);
      }
    }
    return known;
  }

  private static boolean looksReal(String text) {
    return text.length() >= SHORTEST_SECRET
        && text.indexOf(' ') < 0
        && text.chars().distinct().count() >= LEAST_UNLIKE;
  }

  private @Nullable String shape(String text) {
    if (text.length() <= SHORTEST_SECRET) {
      return null;
    }
    if (text.contains("PRIVATE KEY-----")) {
      return "a private key";
    }
    if (text.contains("eyJ") && TOKEN.matcher(text).find()) {
      return "a signed token";
    }
    // What stands in addresses and bodies that are text: a=b&c=d, or JSON.
    return text.indexOf('=') < 0 && text.indexOf(':') < 0 ? null : redacted(text);
  }

  private @Nullable String redacted(String text) {
    String[] kept = redactor.redact(text).split("\\*\\*\\*", -1);
    int at = 0;
    for (int i = 0; i + 1 < kept.length; i++) {
      at += kept[i].length();
      int end = kept[i + 1].isEmpty() ? text.length() : text.indexOf(kept[i + 1], at);
      if (end > at && looksReal(text.substring(at, end))) {
        return "a secret was left in the text";
      }
      at = Math.max(at, end);
    }
    return null;
  }

  private void personal(int line, String name, String text) {
    if (text.indexOf('@') > 0 && MAIL.matcher(text).find()) {
      find(line, false, "an e-mail address in \"" + name + "\"");
    }
    Matcher address = ADDRESS.matcher(text);
    // Most strings are numbers, with one point.
    while (text.indexOf('.') < text.lastIndexOf('.') && address.find()) {
      if (!address.group(1).matches("0|10|127")) {
        find(line, false, "the address of a computer, or a version, in \"" + name + "\"");
        break;
      }
    }
    if (text.length() >= SHORTEST_KEY && hasKey(text)) {
      find(line, false, "what may be a key in \"" + name + "\"");
    }
  }

  /** Whether somewhere in it small and capital letters and digits follow each other for long. */
  private static boolean hasKey(String text) {
    int from = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || !isOfKey(text.charAt(i))) {
        if (i - from >= SHORTEST_KEY) {
          String run = text.substring(from, i);
          if (run.chars().anyMatch(c -> c >= 'a' && c <= 'z')
              && run.chars().anyMatch(c -> c >= 'A' && c <= 'Z')
              && run.chars().anyMatch(c -> c >= '0' && c <= '9')) {
            return true;
          }
        }
        from = i + 1;
      }
    }
    return false;
  }

  private static boolean isOfKey(char c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '_'
        || c == '+'
        || c == '-';
  }
}
