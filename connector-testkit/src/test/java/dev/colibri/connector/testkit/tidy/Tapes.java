package dev.colibri.connector.testkit.tidy;

import dev.colibri.connector.testkit.tape.TapeLint;

/** What every tape must say of itself, and must not hold. */
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
    for (TapeLint.Finding f : TapeLint.check(tape.path(), tape.text())) {
      if (f.error()) {
        report.finding(tape, f.line(), f.what());
      }
    }
  }
}
