package dev.colibri.connector.testkit.tidy;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What code must not say, and where. */
final class Calls {
  private static final Set<String> BELOW_IO = Set.of("model", "text", "spi", "engine");

  private Calls() {}

  static final Rule TIME =
      ban(
          "ambient-time",
          "Time is an argument below io, so that the same events give the same effects.",
          Calls::isBelowIo,
          "\\bSystem\\.(currentTimeMillis|nanoTime)\\b"
              + "|\\b(Instant|(Local|Zoned|Offset)Date(Time)?|(Local|Offset)Time|Year(Month)?)\\.now\\b"
              + "|\\bClock\\.(system|tick)|\\bnew Date\\(\\s*\\)|\\bCalendar\\b");

  static final Rule RANDOMNESS =
      ban(
          "ambient-randomness",
          "Random bits come from a seed that is given, so that a run can be run again.",
          // Its own source, reckoned from key and message, is what makes its signatures repeatable.
          s -> isBelowIo(s) && !s.path().endsWith("/text/P256.java"),
          "\\bnew (Secure)?Random\\b|\\bMath\\.random\\b|\\b(ThreadLocalRandom|SecureRandom)\\b"
              + "|\\bUUID\\.randomUUID\\b|\\bnew SplittableRandom\\(\\s*\\)|\\bidentityHashCode\\b");

  static final Rule THREADS =
      ban(
          "threads",
          "Only io has threads; below it one thread at a time drives, and nothing waits.",
          Calls::isBelowIo,
          "\\bjava\\.util\\.concurrent\\b|\\b(Inheritable)?Thread(Local)?\\b|\\bjava\\.util\\.Timer\\b"
              + "|\\b(Executors|ExecutorService|CompletableFuture|ForkJoinPool)\\b|\\w+Async\\("
              + "|\\bparallel(Stream)?\\(|\\b(wait|notify|notifyAll)\\(\\s*\\)");

  static final Rule SETTINGS =
      ban(
          "ambient-settings",
          "What a connector does is what its caller said, not what the process was started with.",
          Calls::isBelowIo,
          "\\bSystem\\.(getenv|getProperty|getProperties)\\b"
              + "|\\b(Boolean\\.getBoolean|Integer\\.getInteger|Long\\.getLong)\\b");

  static final Rule PRINTING =
      ban(
          "printing",
          "A library has no console: what happened is an event, an exception or a log of io.",
          s -> s.isMain() && (isBelowIo(s) || List.of("io", "connector").contains(layer(s))),
          "\\bSystem\\.(out|err)\\b|\\bprintStackTrace\\(");

  static final Rule ITERATION =
      ban(
          "iteration-order",
          "These iterate differently from run to run, and what iterates reaches the wire.",
          Calls::isBelowIo,
          "\\b(HashMap|HashSet|IdentityHashMap|WeakHashMap|Hashtable)\\b"
              + "|\\b(Set|Map)\\.(of|ofEntries|copyOf)\\(|\\b(toSet|toMap|groupingBy)\\("
              + "|\\btoUnmodifiable(Set|Map)\\(");

  static final Rule LOCALE =
      ban(
          "locale",
          "In Turkish the small letter of I is not i, and in Arabic 7 is not written 7.",
          s -> true,
          "\\.to(Lower|Upper)Case\\(\\s*\\)|\\bString\\.format\\(\\s*+(?!Locale\\b|locale\\b)");

  static final Rule FORMATTED_NUMBERS =
      Rule.eachJavaFile(
          "locale-of-numbers",
          "formatted() writes %d with the digits of the user's language; %s does not.",
          Calls::formattedNumbers);

  static final Rule DOUBLES =
      ban(
          "money-double",
          "A double cannot hold 0.1, and the difference is somebody's money.",
          Source::isMain,
          "\\bnew BigDecimal\\(\\s*-?(\\d[\\d_]*\\.|\\.\\d|\\d[\\d_]*[dDfF])"
              + "|\\b(double|float|Double|Float) \\w*(?i:price|size|amount|balance|fee|quantity|qty"
              + "|notional)\\w*|\\.(doubleValue|floatValue)\\(|\\b(Double|Float)\\.parse");

  static final Rule SLEEPS =
      ban(
          "sleeping-test",
          "A test that sleeps is slow on a fast machine and wrong on a slow one.",
          s -> s.path().contains("src/test/"),
          "\\bThread\\.sleep\\b|\\bTimeUnit\\.[A-Z]+\\.sleep\\b|\\b[A-Z]+S\\.sleep\\("
              + "|\\bLockSupport\\.park");

  static final Rule ANYWHERE =
      ban(
          "banned-anywhere",
          "The first sends again what it was told once, the others run what they read.",
          s -> true,
          "\\bHttpURLConnection\\b|\\bObject(Input|Output)Stream\\b");

  static final Rule BROAD_CATCH =
      ban(
          "broad-catch",
          "Whoever catches everything takes an error for an answer.",
          Source::isMain,
          "\\bcatch \\((final )?(Exception|Throwable|Error)\\b");

  static final Rule EMPTY_CATCH =
      Rule.eachJavaFile(
          "empty-catch",
          "An error that nobody hears of needs a sentence that says why that is right.",
          (source, report) -> {
            Matcher m = Pattern.compile("\\bcatch \\([^)]*\\)\\s*\\{\\s*}").matcher(source.text());
            while (m.find()) {
              if (source.code().startsWith("catch", m.start())) {
                report.finding(source, source.line(m.start()), "nothing is done, or said");
              }
            }
          });

  static final Rule JACKSON =
      ban(
          "jackson",
          "Jackson stops at text, so that it can be replaced there.",
          s -> !layer(s).equals("text") && !layer(s).equals(Arrows.BENCHMARKS),
          "\\bcom\\.fasterxml\\b");

  static final Rule SOCKETS =
      ban(
          "socket-libraries",
          "Sockets belong to io, and to the exchanges and tapes that stand in for a venue.",
          s -> s.isMain() && !mayHaveSockets(s),
          "\\b(okhttp3|okio|mockwebserver3|org\\.java_websocket)\\.");

  static final List<Rule> ALL =
      List.of(
          TIME,
          RANDOMNESS,
          THREADS,
          SETTINGS,
          PRINTING,
          ITERATION,
          LOCALE,
          FORMATTED_NUMBERS,
          DOUBLES,
          SLEEPS,
          ANYWHERE,
          BROAD_CATCH,
          EMPTY_CATCH,
          JACKSON,
          SOCKETS);

  private static Rule ban(String name, String reason, Predicate<Source> where, String regex) {
    Pattern pattern = Pattern.compile(regex);
    return Rule.eachJavaFile(
        name,
        reason,
        (source, report) -> {
          if (where.test(source)) {
            Matcher m = pattern.matcher(source.code());
            while (m.find()) {
              report.finding(source, source.line(m.start()), m.group().strip());
            }
          }
        });
  }

  private static String layer(Source source) {
    return Arrows.layer(source.packageName());
  }

  private static boolean mayHaveSockets(Source source) {
    return List.of("io", "exchange", Arrows.BENCHMARKS).contains(layer(source))
        || source.packageName().startsWith("dev.colibri.connector.testkit.tape");
  }

  private static boolean isBelowIo(Source source) {
    return source.isMain() && (BELOW_IO.contains(layer(source)) || Arrows.isVenue(layer(source)));
  }

  private static final Pattern FORMATTED = Pattern.compile("\\.formatted\\(");
  private static final Pattern NUMBER = Pattern.compile("%[-#+ 0,(\\d.$]*[dxXofeEgG]");

  /** The words before the call, back to the end of the statement before, are what it formats. */
  private static void formattedNumbers(Source source, Rule.Report report) {
    if (!isBelowIo(source)) {
      return;
    }
    Matcher m = FORMATTED.matcher(source.code());
    while (m.find()) {
      int from = m.start();
      while (from > 0 && ";{}".indexOf(source.code().charAt(from - 1)) < 0) {
        from--;
      }
      Matcher number = NUMBER.matcher(source.withoutComments().substring(from, m.start()));
      if (number.find()) {
        report.finding(source, source.line(m.start()), number.group() + " with formatted()");
      }
    }
  }
}
