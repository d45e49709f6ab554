package dev.colibri.connector.spi;

import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a venue's errors mean: a table of its codes and of words in its messages, and the judgement
 * of a reply that every venue shares. Immutable; every word returns a new table.
 */
public final class Refusals {
  /** Errors are shorter; what is longer is an answer, and is not read twice. */
  private static final int LONGEST_ERROR = 16 << 10;

  private static final Pattern TROUBLE =
      Pattern.compile(
          "(?i)timed?[ _-]?out|internal[ _](server[ _])?error|unknown error"
              + "|(system|server|service)[ _](is )?(temporarily )?(busy|error|unavailable)");

  private final Map<String, Fault.Kind> codes;
  private final Map<String, Fault.Kind> words;

  private Refusals(Map<String, Fault.Kind> codes, Map<String, Fault.Kind> words) {
    this.codes = codes;
    this.words = words;
  }

  /** A table without rows. */
  public static Refusals of() {
    return new Refusals(new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  /** Codes that mean {@code kind} whatever the message says. */
  public Refusals codes(Fault.Kind kind, String... codes) {
    return new Refusals(with(this.codes, kind, codes), words);
  }

  /**
   * Codes as a table in one text: a kind, a colon, its codes; commas between kinds.
   *
   * <pre>{@code
   * "RATE_LIMITED: 10006 170222, CLOCK_SKEW: 10002"
   * }</pre>
   */
  public Refusals codes(String table) {
    Refusals all = this;
    for (String row : table.split(",")) {
      String[] sides = row.strip().split("\\s*:\\s*");
      all = all.codes(Fault.Kind.valueOf(sides[0]), sides[1].split("\\s+"));
    }
    return all;
  }

  /**
   * Parts of messages, or of codes that are words, that mean {@code kind} where the whole code does
   * not tell. The first row counts.
   */
  public Refusals words(Fault.Kind kind, String... parts) {
    return new Refusals(codes, with(words, kind, parts));
  }

  private static Map<String, Fault.Kind> with(
      Map<String, Fault.Kind> rows, Fault.Kind kind, String[] keys) {
    Map<String, Fault.Kind> more = new LinkedHashMap<>(rows);
    for (String key : keys) {
      if (more.putIfAbsent(key, kind) != null) {
        throw new IllegalArgumentException("twice in the table: " + key);
      }
    }
    return more;
  }

  /**
   * What an error means that the venue told.
   *
   * @param status the HTTP status, 200 for an error on a stream: a failure of the server says
   *     nothing of the request, whatever its body says
   * @param message the code itself where the venue says no more
   */
  public Fault fault(int status, String code, String message) {
    String raw = code.equals(message) ? code : code + " " + message;
    return Fault.of(kind(status, code, message), Escape.text(raw));
  }

  private Fault.Kind kind(int status, String code, String message) {
    if (status >= 500) {
      return Fault.Kind.OUTCOME_UNKNOWN;
    }
    Fault.Kind known = codes.get(code);
    if (known != null) {
      return known;
    }
    for (Map.Entry<String, Fault.Kind> word : words.entrySet()) {
      if (message.contains(word.getKey()) || code.contains(word.getKey())) {
        return word.getValue();
      }
    }
    return switch (status) {
      case 418 -> Fault.Kind.BANNED;
      case 429 -> Fault.Kind.RATE_LIMITED;
      case 401, 403, 451 -> Fault.Kind.UNAUTHORIZED;
      // A server in trouble does not know what became of a request, by whatever code it says so.
      default ->
          TROUBLE.matcher(code + ' ' + message).find()
              ? Fault.Kind.OUTCOME_UNKNOWN
              : Fault.Kind.REJECTED;
    };
  }

  /**
   * All of {@link BookDialect#fault} for a venue that speaks JSON: null for an answer, otherwise
   * what the venue told, otherwise what the status says by itself.
   *
   * @param told the fault that a JSON object tells, or null when it is no error; called with
   *     replies of every status
   */
  public @Nullable Fault judge(Request request, Reply reply, Function<Json, @Nullable Fault> told) {
    byte[] body = reply.body();
    boolean success = reply.status() >= 200 && reply.status() < 300;
    char first = body.length > 0 ? (char) body[0] : ' ';
    if (first == '{' && body.length <= LONGEST_ERROR) {
      try {
        Fault fault = told.apply(reply.json());
        if (fault != null) {
          return fault;
        }
      } catch (TextException e) {
        // No error that can be read: as an answer it will not be read either.
      }
    }
    return success && (first == '{' || first == '[') ? null : byStatus(request, reply);
  }

  private static Fault byStatus(Request request, Reply reply) {
    Fault fault = Fault.ofStatus(reply);
    return switch (reply.status()) {
      case 401, 418, 429 -> fault;
      // A firewall, which looks at the address and at the words of a request.
      case 403 -> Fault.of(Fault.Kind.BANNED, fault.raw());
      case 451 -> Fault.of(Fault.Kind.UNAUTHORIZED, fault.raw());
      // A page that is not there: certain for a question, not for what changes something.
      case 404 -> request.isMutation() ? unknown(fault) : fault;
      default -> unknown(fault);
    };
  }

  private static Fault unknown(Fault fault) {
    return Fault.of(Fault.Kind.OUTCOME_UNKNOWN, fault.raw() + ", no answer of the venue");
  }
}
