package dev.colibri.connector.testkit.tidy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which package may see which: an arrow may only point down. */
final class Arrows {
  private static final String ROOT = "dev.colibri.";
  private static final Pattern OURS =
      Pattern.compile("\\bdev\\.colibri((?:\\.[a-z]\\w*)+)(?=\\.\\*|\\.[A-Z]|;)");
  private static final Pattern OTHERS =
      Pattern.compile("\\b(?:javax?|org|com|okhttp3|okio)(?:\\.[a-z]\\w*)*\\.(?:[A-Z]\\w*|\\*)");
  private static final Pattern VENUE = Pattern.compile("(spot|perp|amm)\\.(\\w+)");

  private static final String TOP = "connector";

  /** Where the clients of others are, for comparison. */
  static final String BENCHMARKS = "benchmarks";

  /** For every layer, what it sees besides itself. Venues are asked in {@link #sees}. */
  private static final Map<String, List<String>> SEES = new LinkedHashMap<>();

  static {
    SEES.put("model", List.of());
    SEES.put("text", List.of("model"));
    SEES.put("spi", List.of("text", "model"));
    SEES.put("engine", List.of("spi", "text", "model"));
    SEES.put("io", List.of("engine", "spi", "text", "model"));
    SEES.put(TOP, List.of("io", "engine", "spi", "text", "model"));
    SEES.put("micrometer", List.of(TOP, "model"));
    SEES.put("testkit", List.of(TOP, "io", "engine", "spi", "text", "model", "exchange"));
    // An oracle that shares code with its subject proves nothing.
    SEES.put("exchange", List.of("text"));
    SEES.put("examples", List.of(TOP, "model", "spi", "text", "testkit", "exchange", "venue"));
    // What measures takes the whole apart.
    SEES.put(
        BENCHMARKS,
        List.of(TOP, "io", "engine", "model", "spi", "text", "testkit", "exchange", "venue"));
  }

  /** What a venue may use of the outside: values, and nothing that waits, listens or remembers. */
  private static final Pattern LAWFUL_IN_A_VENUE =
      Pattern.compile(
          "java\\.(math|nio\\.charset|time)\\..*"
              + "|java\\.util\\.([A-Z]|function\\.|stream\\.|regex\\.).*"
              + "|java\\.net\\.URI"
              + "|org\\.jspecify\\..*");

  private Arrows() {}

  static final Rule OWN =
      Rule.eachJavaFile(
          "package-arrows",
          "A line of code knows its place: venues are values, the engine decides, io acts.",
          Arrows::own);

  static final Rule VENUE_OUTSIDE =
      Rule.eachJavaFile(
          "venue-imports",
          "A venue is values in, values out: no socket, no thread, no file, no log.",
          Arrows::outside);

  private static void own(Source source, Rule.Report report) {
    // Tests may see everything they test.
    if (!source.isMain() || !source.packageName().startsWith(ROOT)) {
      return;
    }
    String from = layer(source.packageName());
    if (from.isEmpty()) {
      report.finding(source, 1, source.packageName() + " is in no layer");
      return;
    }
    Matcher m = OURS.matcher(source.code());
    while (m.find()) {
      String to = layer("dev.colibri" + m.group(1));
      if (!sees(from, to)) {
        report.finding(source, source.line(m.start()), from + " must not see " + named(m, to));
      }
    }
  }

  private static String named(Matcher m, String to) {
    return to.isEmpty() ? m.group() + ", which is in no layer" : to;
  }

  private static void outside(Source source, Rule.Report report) {
    if (!source.isMain() || !isVenue(layer(source.packageName()))) {
      return;
    }
    Matcher m = OTHERS.matcher(source.code());
    while (m.find()) {
      if (!LAWFUL_IN_A_VENUE.matcher(m.group()).matches()) {
        report.finding(source, source.line(m.start()), "a venue must not use " + m.group());
      }
    }
  }

  /** The layer of a package: {@code model}, {@code spot.kraken}; empty for one that has none. */
  static String layer(String packageName) {
    String name = packageName.startsWith(ROOT) ? packageName.substring(ROOT.length()) : "";
    if (name.startsWith("examples.")) {
      return name.startsWith("examples.benchmarks") ? BENCHMARKS : "examples";
    }
    if (name.equals(TOP)) {
      return TOP;
    }
    if (!name.startsWith(TOP + ".")) {
      return "";
    }
    name = name.substring(TOP.length() + 1);
    Matcher venue = VENUE.matcher(name);
    if (venue.lookingAt()) {
      return venue.group();
    }
    if (name.startsWith("testkit.exchange")) {
      return "exchange";
    }
    String first = name.split("\\.")[0];
    return SEES.containsKey(first) ? first : "";
  }

  static boolean isVenue(String layer) {
    return VENUE.matcher(layer).matches();
  }

  /** Market makers share their chain and their mathematics, which know none of them. */
  private static final Map<String, List<String>> SHARED_BY_AMM = new LinkedHashMap<>();

  static {
    SHARED_BY_AMM.put("evm", List.of());
    SHARED_BY_AMM.put("v2", List.of());
    SHARED_BY_AMM.put("v3", List.of());
    SHARED_BY_AMM.put("route", List.of("amm.v2", "amm.v3"));
    SHARED_BY_AMM.put("contracts", List.of("amm.evm", "amm.v2", "amm.v3"));
  }

  private static boolean seesOfAmm(String from, String to) {
    List<String> all = SHARED_BY_AMM.keySet().stream().map("amm."::concat).toList();
    return SHARED_BY_AMM.getOrDefault(from, all).contains(to);
  }

  private static boolean sees(String from, String to) {
    if (from.equals(to)) {
      return true;
    }
    if (isVenue(from)) {
      // One company's perpetual swaps are often signed and limited as its spot market is.
      return List.of("spi", "text", "model").contains(to)
          || (from.startsWith("perp.") && to.equals(from.replace("perp.", "spot.")))
          || (from.startsWith("amm.") && seesOfAmm(from.substring(4), to));
    }
    return SEES.getOrDefault(from, List.of()).contains(isVenue(to) ? "venue" : to);
  }
}
