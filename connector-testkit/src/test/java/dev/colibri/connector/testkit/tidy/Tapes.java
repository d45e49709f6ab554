package dev.colibri.connector.testkit.tidy;

import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapeException;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.util.List;

/** What every tape must say of itself. */
final class Tapes {
  private Tapes() {}

  static final Rule TAPES =
      Rule.eachFile(
          "tapes",
          "A tape that does not say whose traffic it holds, and from where, proves nothing.",
          (source, report) -> {
            if (source.path().endsWith(".tape")) {
              check(source, report);
            }
          });

  private static void check(Source tape, Rule.Report report) {
    int number = 0;
    for (String line : tape.lines()) {
      number++;
      try {
        Json json = Json.parse(line);
        for (String field : List.of("tape", "venue", "kind", "source", "on", "scenario")) {
          if (number == 1 && !json.has(field)) {
            report.finding(tape, 1, "its header has no " + field);
          }
        }
      } catch (TextException e) {
        report.finding(tape, number, String.valueOf(e.getMessage()));
        return;
      }
    }
    try {
      Tape.parse(tape.path(), tape.text());
    } catch (TapeException e) {
      report.finding(tape, 1, String.valueOf(e.getMessage()));
    }
  }
}
