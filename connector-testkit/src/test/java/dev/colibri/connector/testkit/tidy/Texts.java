package dev.colibri.connector.testkit.tidy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What files must look like, and what must not stand in any. */
final class Texts {
  private static final int WIDTH = 100;

  /** Every class of the examples of strategies. */
  private static final String STRATEGY =
      "examples/(strategies|market-maker|funding-arbitrage|amm-arbitrage|first-bot)/src/main/.*";

  /** A strategy is shorter. */
  private static final int LINES = 150;

  private Texts() {}

  static final Rule JAVADOC =
      Rule.eachJavaFile(
          "javadoc",
          "Who uses a type reads its units, errors and threads before its code.",
          Texts::javadoc);

  static final Rule PACKAGES =
      new Rule(
          "package-info",
          "Every package says what belongs there, and that nothing is null unless it says so.",
          Texts::packages);

  static final Rule LAYOUT =
      Rule.eachFile(
          "layout",
          "Two files side by side must fit a screen, and look the same on every screen.",
          Texts::layout);

  static final Rule UNFINISHED =
      words(
          "unfinished",
          "What is not done is not in the repository; what is wanted is an issue.",
          "\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");

  static final Rule MACHINES =
      words(
          "machine-paths",
          "A path of one machine is wrong on every other.",
          "(?<![\\w.}>*/-])/(home|root|tmp|work|Users)/|\\b[A-Z]:\\\\Users\\\\");

  static final Rule REGISTRIES =
      words(
          "registry-hosts",
          "Where libraries come from is a setting of whoever builds.",
          "https?://(?!maven\\.apache\\.org/)[^/\\s\"'<>]*(repo|registry|maven|nexus|artifactory"
              + "|pypi|npm|mirror)[^/\\s\"'<>]*");

  static final Rule COMMANDS =
      Rule.eachFile(
          "readme-commands",
          "One command runs it and one tests it, and machines read them from the page.",
          (source, report) -> {
            if (source.path().equals("README.md")) {
              oneCommand(source, "## Run it", report);
              oneCommand(source, "## Test it", report);
            }
          });

  static final Rule STRATEGIES =
      Rule.eachJavaFile(
          "short-strategies",
          "Who copies a strategy reads all of it first; what makes it long belongs in the library.",
          (source, report) -> {
            if (source.path().matches(STRATEGY) && source.lines().size() >= LINES) {
              report.finding(source, LINES, source.lines().size() + " lines");
            }
          });

  static final Rule VENUE_SHAPE =
      new Rule(
          "venue-shape",
          "Who knows one venue's package knows where to look in all of them.",
          Texts::venueShape);

  static final Rule VENUE_NAMES =
      new Rule(
          "venue-names",
          "What only one venue does is said in that venue's package, and nowhere else.",
          Texts::venueNames);

  static final List<Rule> ALL =
      List.of(
          JAVADOC,
          PACKAGES,
          LAYOUT,
          UNFINISHED,
          MACHINES,
          REGISTRIES,
          COMMANDS,
          STRATEGIES,
          VENUE_SHAPE,
          VENUE_NAMES);

  private static Rule words(String name, String reason, String regex) {
    Pattern pattern = Pattern.compile(regex);
    return Rule.eachFile(
        name,
        reason,
        (source, report) -> {
          Matcher m = pattern.matcher(source.text());
          while (m.find()) {
            report.finding(source, source.line(m.start()), m.group());
          }
        });
  }

  private static void layout(Source source, Rule.Report report) {
    List<String> code = source.code().lines().toList();
    List<String> spoken = source.withoutComments().lines().toList();
    int number = 0;
    for (String line : source.lines()) {
      number++;
      if (line.indexOf('\t') >= 0) {
        report.finding(source, number, "a tab");
      }
      // What is quoted, a payload or a table, keeps the lines it has.
      boolean quoted =
          line.indexOf('"') >= 0
              || (code.get(number - 1).isBlank() && !spoken.get(number - 1).isBlank());
      if (source.isJava() && line.length() > WIDTH && !quoted) {
        report.finding(source, number, line.length() + " characters");
      }
    }
  }

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile(
          "(?m)^(?:@[\\w.]+(?:\\([^)]*\\))?\\s+)*public (?:(?:static|final|abstract|sealed|strictfp"
              + "|non-sealed) )*(?:class|interface|record|enum|@interface) (\\w+)");

  private static void javadoc(Source source, Rule.Report report) {
    if (source.isMain()) {
      Matcher m = PUBLIC_TYPE.matcher(source.code());
      if (m.find() && !endsWithJavadoc(source.text().substring(0, m.start()))) {
        report.finding(source, source.line(m.start()), m.group(1) + " has no Javadoc");
      }
    }
  }

  private static boolean endsWithJavadoc(String before) {
    return before.stripTrailing().endsWith("*/")
        && before.lastIndexOf("/**") >= 0
        && before.lastIndexOf("/**") == before.lastIndexOf("/*");
  }

  private static void packages(List<Source> sources, Rule.Report report) {
    Map<String, Source> first = new LinkedHashMap<>();
    Set<String> described = new TreeSet<>();
    for (Source s : sources) {
      if (!s.isJava() || !s.isMain()) {
        continue;
      }
      String folder = s.path().substring(0, s.path().lastIndexOf('/'));
      first.putIfAbsent(folder, s);
      if (s.path().endsWith("/package-info.java")) {
        described.add(folder);
        if (!s.text().startsWith("/**")) {
          report.finding(s, 1, "no Javadoc");
        }
        if (!s.code().contains("@NullMarked")) {
          report.finding(s, 1, "not @NullMarked");
        }
      }
    }
    first.forEach(
        (folder, source) -> {
          if (!described.contains(folder)) {
            report.finding(source, 1, "its package has no package-info");
          }
        });
  }

  private static void oneCommand(Source page, String heading, Rule.Report report) {
    List<String> lines = page.lines();
    int at = lines.indexOf(heading);
    if (at < 0) {
      report.finding(page, 1, "no heading \"" + heading + "\"");
      return;
    }
    List<String> commands = new ArrayList<>();
    boolean inside = false;
    for (int i = at + 1; i < lines.size() && (inside || !lines.get(i).startsWith("## ")); i++) {
      if (lines.get(i).startsWith("```")) {
        inside = !inside;
      } else if (inside && !lines.get(i).isBlank()) {
        commands.add(lines.get(i));
      }
    }
    if (commands.size() != 1) {
      report.finding(page, at + 1, commands.size() + " commands under \"" + heading + "\"");
    }
  }

  /** Spot venues only: how other kinds are laid out is settled by their first venue. */
  private static void venueShape(List<Source> sources, Rule.Report report) {
    Map<String, List<Source>> venues = new LinkedHashMap<>();
    for (Source s : sources) {
      String layer = s.isJava() && s.isMain() ? Arrows.layer(s.packageName()) : "";
      if (layer.startsWith("spot.")) {
        venues.computeIfAbsent(layer.substring("spot.".length()), v -> new ArrayList<>()).add(s);
      }
    }
    venues.forEach(
        (venue, files) -> {
          Set<String> missing = new TreeSet<>(List.of("package-info", venue));
          for (String part : List.of("spot", "parser", "marketsession", "accountsession")) {
            missing.add(venue + part);
          }
          for (Source file : files) {
            // What other markets of the same company share with it may have a file of its own.
            String name = file.name().toLowerCase(Locale.ROOT);
            if (!missing.remove(name) && !name.equals(venue + "api")) {
              report.finding(file, 1, "no venue has a file of this kind");
            }
          }
          for (String name : missing) {
            report.finding(files.get(0), 1, "its package has no " + name);
          }
        });
  }

  private static void venueNames(List<Source> sources, Rule.Report report) {
    Set<String> venues = new TreeSet<>();
    for (Source s : sources) {
      String layer = s.isJava() && s.isMain() ? Arrows.layer(s.packageName()) : "";
      if (layer.startsWith("spot.") || layer.startsWith("perp.")) {
        venues.add(layer.substring(layer.indexOf('.') + 1));
      }
    }
    for (String venue : venues) {
      // A word of its own, or of a name: a venue's may be the end of another word.
      String word = venue.substring(0, 1).toUpperCase(Locale.ROOT) + venue.substring(1);
      Pattern name =
          Pattern.compile(
              "(?<![A-Za-z])(?i:%s)(?![a-z])|(?<=[a-z])%s(?![a-z])".formatted(venue, word));
      for (Source s : sources) {
        if (!mayName(s, venue)) {
          // Comments may give an example.
          Matcher m = name.matcher(s.withoutComments());
          while (m.find()) {
            report.finding(s, s.line(m.start()), "names " + venue);
          }
        }
      }
    }
  }

  private static boolean mayName(Source source, String venue) {
    if (!source.isJava() || source.path().startsWith("docs/")) {
      return true;
    }
    String layer = Arrows.layer(source.packageName());
    if (List.of("examples", Arrows.BENCHMARKS).contains(layer) || layer.endsWith("." + venue)) {
      return true;
    }
    // The tests of a stand-in and of a venue's module say whom they are about.
    return source.packageName().endsWith(".testkit.exchange." + venue)
        || !(source.isMain() || source.path().startsWith("connector-api/"));
  }
}
