package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.text.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a build found out about connectors, for whoever shows it: a file for each connector and kind
 * of test in {@code target/conformance} of the module whose tests run. A file is of the last run.
 */
public final class Outcomes {
  private static final Path FOLDER = Path.of("target", "conformance");
  private static final int LONGEST_REASON = 300;
  private static final Pattern NUMBER = Pattern.compile("\\b(\\w+)=(\\d{1,18})(?=\\s|$)");

  /** What became of a card. */
  enum Verdict {
    PASSED,
    FAILED,
    SKIPPED
  }

  /**
   * A card that was asked.
   *
   * @param title as in {@code S07 partial fill, then cancel}
   * @param why it failed or was skipped; empty when it passed
   * @param source of its tape: {@code docs}, {@code embedded}, {@code recorded}; or what else it is
   *     played on; empty when there is none
   * @param on the date of the tape; empty when there is none
   */
  record Asked(String title, Verdict verdict, String why, String source, String on) {}

  private final String connector;
  private final List<Asked> cards = new ArrayList<>();

  /** The cards of a connector. */
  Outcomes(String connector) {
    this.connector = connector;
  }

  void add(Asked card) {
    cards.add(card);
  }

  /** Writes all that were asked. */
  void write() {
    JsonWriter w = new JsonWriter().object().put("connector", connector).array("cards");
    for (Asked card : cards) {
      w.object().put("card", card.title()).put("verdict", card.verdict().name());
      if (!card.why().isEmpty()) {
        String line = card.why().lines().findFirst().orElse("");
        w.put("why", line.substring(0, Math.min(LONGEST_REASON, line.length())));
      }
      if (!card.source().isEmpty()) {
        w.put("source", card.source());
      }
      if (!card.on().isEmpty()) {
        w.put("on", card.on());
      }
      w.end();
    }
    write(connector, "cards", w.end().end().toString());
  }

  /**
   * Writes what was counted, in place of what was before.
   *
   * @param connector as in {@code kraken-spot}
   * @param kind of test, as in {@code simulation}
   * @param counts by what was counted
   */
  public static void counted(String connector, String kind, Map<String, Long> counts) {
    JsonWriter w = new JsonWriter().object().put("connector", connector);
    new TreeMap<>(counts).forEach(w::put);
    write(connector, kind, w.end().toString());
  }

  /**
   * Writes every number that a line tells, as in {@code seeds=2 tapes=72 violations=0}, in place of
   * what was before.
   *
   * @param connector as in {@code kraken-spot}
   * @param kind of test, as in {@code simulation}
   * @return the line
   */
  public static String told(String connector, String kind, String line) {
    Map<String, Long> counts = new LinkedHashMap<>();
    Matcher number = NUMBER.matcher(line);
    while (number.find()) {
      counts.put(number.group(1), Long.parseLong(number.group(2)));
    }
    counted(connector, kind, counts);
    return line;
  }

  private static void write(String connector, String kind, String json) {
    try {
      Files.createDirectories(FOLDER);
      Path file = FOLDER.resolve(connector + "." + kind + ".json");
      Files.writeString(file, json + "\n", StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
