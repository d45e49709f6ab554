package dev.colibri.connector.testkit.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.NewVenue;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opentest4j.TestAbortedException;

/** A new project compiles without a warning, and its cards are a list of what is to do. */
class NewVenueCardsTest {
  private static final Credentials KEYS = Credentials.of("a-key", "a secret");

  @TempDir private Path folder;

  private Path project(String... kind) {
    Path project = folder.resolve("project");
    NewVenue.main(
        Stream.concat(
                Stream.of("mine", "--package", "com.acme", "--to", project.toString()),
                Stream.of(kind))
            .toArray(String[]::new));
    return project;
  }

  /** What each card says: nothing, that it is skipped, or how it fails. */
  private static Map<String, String> play(Path project, String name, List<Card> cards)
      throws Exception {
    Map<String, String> said = new TreeMap<>();
    try (URLClassLoader loader = compiled(project)) {
      Class<?> type =
          loader.loadClass(
              name.endsWith("perp") ? "com.acme.MinePerp$Provider" : "com.acme.Mine$Provider");
      Object provider = type.getConstructor().newInstance();
      Venue<?> venue =
          provider instanceof PerpVenueProvider perp
              ? perp.venue(KEYS)
              : ((SpotVenueProvider) provider).venue(KEYS);
      Conformance tests =
          new Conformance(project.resolve("src/test/tapes/" + name), venue, cards) {};
      for (Card card : cards) {
        said.put(card.number(), outcome(tests, card));
      }
    }
    return said;
  }

  private static String outcome(Conformance tests, Card card) throws IOException {
    try {
      tests.play(card);
      return "";
    } catch (TestAbortedException e) {
      return "skipped";
    } catch (AssertionError e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static URLClassLoader compiled(Path project) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    Path classes = project.resolve("target/classes");
    Files.createDirectories(classes);
    StringWriter problems = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> all = Files.walk(project.resolve("src"))) {
      List<Path> sources = all.filter(f -> f.toString().endsWith(".java")).toList();
      List<String> options =
          List.of(
              "-proc:none",
              "-Xlint:all,-processing,-classfile,-options",
              "-Werror",
              "--release",
              "17",
              "-d",
              classes.toString(),
              "-classpath",
              System.getProperty(
                  "surefire.test.class.path", System.getProperty("java.class.path")));
      boolean done =
          compiler
              .getTask(
                  problems, files, null, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      assertTrue(done, problems.toString());
    }
    return new URLClassLoader(
        new URL[] {classes.toUri().toURL()}, NewVenueCardsTest.class.getClassLoader());
  }

  /** The needs of abilities alone: a new dialect has none. */
  private static List<String> abilities(List<Card> cards) {
    return cards.stream()
        .filter(card -> card.need().what().matches("[A-Z].*"))
        .map(Card::number)
        .toList();
  }

  private static void isToDo(Map<String, String> said, List<Card> cards) {
    List<String> abilities = abilities(cards);
    said.forEach(
        (card, what) -> {
          boolean expected =
              abilities.contains(card)
                  ? what.equals("skipped")
                  : what.matches("(?s).*: (\\S+\\.tape:\\d+: )?to do: .*");
          assertTrue(expected, card + ": " + what);
        });
    assertEquals(cards.size(), said.size());
  }

  @Test
  void every_card_of_a_new_spot_venue_says_what_to_write() throws Exception {
    Map<String, String> said = play(project(), "mine-spot", SpotCards.ALL);

    isToDo(said, SpotCards.ALL);
    assertEquals(
        "S01 ready only when every part is known: to do: MineSpot.time: the venue's clock, in"
            + " milliseconds",
        said.get("S01"));
    assertEquals(
        "S02 restore only open orders: S02-restore.tape:2: to do: GET …, in the venue's own words:"
            + " open orders: order 28 (clbrOld1): buy 0.5 BTC-USDT at 67210.1, open, 0.2 filled for"
            + " 13442.02; order 11 (no client id): buy 0.5 BTC-USDT at 67210.1, open",
        said.get("S02"));
    assertEquals(
        "S72 public data without keys: to do: MineSpot.instruments: everything that the venue"
            + " lists",
        said.get("S72"));
    assertEquals("skipped", said.get("S32"));
  }

  @Test
  void every_card_of_a_new_venue_of_perpetuals_says_what_to_write() throws Exception {
    Map<String, String> said = play(project("--perp"), "mine-perp", PerpCards.ALL);

    isToDo(said, PerpCards.ALL);
    assertEquals(
        "P101 ready only when positions are known: to do: MinePerpDialect.time: the venue's clock,"
            + " in milliseconds",
        said.get("P101"));
  }

  /** Two methods, one function of the parser and two lines of a tape, as its README says. */
  @ParameterizedTest
  @CsvSource({"spot, MineSpot, MineParser, S72", "perp, MinePerpDialect, MinePerpParser, P72"})
  void the_first_card_passes_when_the_venue_can_be_asked_what_it_lists(
      String kind, String dialect, String parser, String first) throws Exception {
    String name = "mine-" + kind;
    List<Card> cards = kind.equals("perp") ? PerpCards.ALL : SpotCards.ALL;
    Path project = kind.equals("perp") ? project("--perp") : project();
    Path code = project.resolve("src/main/java/com/acme");
    replace(
        code.resolve(dialect + ".java"),
        "return toDo\\(\"" + dialect + ".time[^;]*;",
        "return Request.get(\"/clock\").json(json -> json.longValue(\"now\"));");
    replace(
        code.resolve(dialect + ".java"),
        "return toDo\\(\"" + dialect + ".instruments[^;]*;",
        "return Request.get(\"/markets\").rows(\"\", rows, row -> "
            + parser
            + ".instrument(row, PROFILE.name())).map(symbols::learn);");
    replace(
        code.resolve(parser + ".java"),
        "return " + dialect + ".toDo\\(\"" + parser + ".instrument[^;]*;",
        "return Instrument.builder(venue, row.text(\"s\"), row.text(\"b\"), row.text(\"q\"),"
            + " dev.colibri.connector.model.TradingRules.builder(row.decimal(\"tick\"),"
            + " row.decimal(\"lot\")).build())"
            + (kind.equals("perp") ? ".contractSize(row.decimal(\"lot\"))" : "")
            + ".build();");
    Path tape = project.resolve("src/test/tapes/" + name + "/venue.tape");

    Map<String, String> said = play(project, name, cards);
    assertEquals(
        first
            + "-public-only.tape: the connector does not start: nothing answers GET /clock:"
            + " venue.tape needs a line for each, as {\"on\":\"GET /clock\",\"body\":…}",
        said.get(first).lines().findFirst().orElse(""));

    Files.writeString(
        tape,
        "{\"on\":\"GET /clock\",\"body\":{\"now\":\"$now\"}}\n"
            + "{\"on\":\"GET /markets\",\"body\":[{\"s\":\"BTC/USDT\",\"b\":\"BTC\",\"q\":\"USDT\","
            + "\"tick\":\"0.01\",\"lot\":\"0.00001\"}]}\n",
        StandardOpenOption.APPEND);
    said = play(project, name, cards);
    assertEquals(
        List.of(first),
        said.entrySet().stream()
            .filter(card -> card.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .collect(Collectors.toList()));
  }

  private static void replace(Path file, String regex, String by) throws IOException {
    String text = Files.readString(file);
    String replaced = text.replaceFirst(regex, java.util.regex.Matcher.quoteReplacement(by));
    assertTrue(!replaced.equals(text), regex);
    Files.writeString(file, replaced);
  }
}
