package dev.colibri.connector.testkit.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Shows every rule what it must object to, and what looks like it and is lawful. */
class RulesTest {
  private static final String ENGINE = "connector-api/src/main/java/dev/colibri/connector/engine/";
  private static final String IO = "connector-api/src/main/java/dev/colibri/connector/io/";
  private static final String TOP = "connector-api/src/main/java/dev/colibri/connector/";
  private static final String TEST = "connector-api/src/test/java/dev/colibri/connector/engine/";
  private static final String EXAMPLE = "examples/e/src/main/java/dev/colibri/examples/e/";
  private static final String STRATEGY =
      "examples/strategies/src/main/java/dev/colibri/examples/strategies/";
  private static final String KIT =
      "connector-testkit/src/main/java/dev/colibri/connector/testkit/";
  private static final String VENUE =
      "connector-spot/src/main/java/dev/colibri/connector/spot/kraken/";
  private static final String HEADER =
      "{\"tape\":1,\"venue\":\"kraken-spot\",\"kind\":\"spot\",\"source\":\"docs\","
          + "\"on\":\"2026-11-22\",\"scenario\":\"S01 ready\"}";

  /** One or more files in which a rule finds something, or nothing. */
  private record Example(Rule rule, boolean wrong, List<Source> sources) {
    @Override
    public String toString() {
      Source last = sources.get(sources.size() - 1);
      return rule.name()
          + (wrong ? " finds " : " allows ")
          + last.path()
          + " "
          + last.text().strip();
    }
  }

  private static Example wrong(Rule rule, String path, String text) {
    return new Example(rule, true, List.of(source(path, text)));
  }

  private static Example right(Rule rule, String path, String text) {
    return new Example(rule, false, List.of(source(path, text)));
  }

  /** A package of A, B and C, of which A and B are empty, with a list of its parts. */
  private static Example parts(boolean wrong, String first, String second, String ofC) {
    String list = "/**\n * <li>%s\n * <li>%s\n */\npackage p;".formatted(first, second);
    return new Example(
        Parts.PARTS,
        wrong,
        List.of(
            new Source("m/src/main/java/p/package-info.java", list),
            new Source("m/src/main/java/p/A.java", "package p;\n"),
            new Source("m/src/main/java/p/B.java", "package p;\n"),
            new Source("m/src/main/java/p/C.java", "package p;\n" + ofC)));
  }

  /** A file; a folder of Java gets a file with the right package before the text. */
  private static Source source(String path, String text) {
    if (!path.endsWith("/")) {
      return new Source(path, text);
    }
    String folder = path.substring(path.indexOf("/java/") + "/java/".length(), path.length() - 1);
    return new Source(
        path + "X.java", "package " + folder.replace('/', '.') + ";\n\n" + text + "\n");
  }

  private static Stream<Example> examples() {
    return Stream.of(
        wrong(Arrows.OWN, VENUE, "import dev.colibri.connector.engine.Engine;"),
        wrong(Arrows.VENUE_OUTSIDE, VENUE, "import java.net.Socket;"),
        parts(false, "first: with words. {@code A B}", "second: {@code C}", "A a; B b; C c;"),
        parts(false, "first: {@code A C}", "second: {@code B}", "A.B b; /* B */ String s = \"B\";"),
        parts(false, "first: {@code C}", "second: {@code A B}", "import dev.other.A; class B {}"),
        parts(true, "first: {@code C}", "second: {@code A B}", "A a;"),
        parts(true, "first: {@code A B C}", "second: {@code C}", ""),
        parts(true, "first: {@code A B}", "second: {@code C D}", ""),
        parts(true, "first: {@code A}", "second: {@code B}", ""),
        wrong(Calls.TIME, ENGINE, "long t = System.currentTimeMillis();"),
        wrong(Calls.TIME, VENUE, "long t = System.nanoTime();"),
        wrong(Calls.TIME, VENUE, "Object t = Instant.now();"),
        wrong(Calls.TIME, VENUE, "Object t = LocalDate.now();"),
        wrong(Calls.TIME, VENUE, "Object t = Clock.systemUTC();"),
        right(Calls.TIME, IO, "long t = System.nanoTime();"),
        right(Calls.TIME, ENGINE, "// System.nanoTime()"),
        right(Calls.TIME, ENGINE, "String s = \"Instant.now()\";"),
        wrong(Calls.RANDOMNESS, ENGINE, "Object r = new Random(7);"),
        wrong(Calls.RANDOMNESS, ENGINE, "Object r = Math.random();"),
        wrong(Calls.RANDOMNESS, VENUE, "Object r = UUID.randomUUID();"),
        wrong(Calls.RANDOMNESS, VENUE, "Object r = new SplittableRandom();"),
        right(Calls.RANDOMNESS, ENGINE, "Object r = new SplittableRandom(seed);"),
        wrong(Calls.THREADS, ENGINE, "Object t = new Thread(r);"),
        wrong(Calls.THREADS, VENUE, "list.parallelStream();"),
        wrong(Calls.THREADS, VENUE, "import java.util.concurrent.locks.Lock;"),
        wrong(Calls.THREADS, VENUE, "stage.thenApplyAsync(f);"),
        right(Calls.THREADS, IO, "Object t = new Thread(r);"),
        wrong(Calls.SETTINGS, VENUE, "String s = System.getenv(\"KEY\");"),
        wrong(Calls.SETTINGS, ENGINE, "String s = System.getProperty(\"key\");"),
        wrong(Calls.PRINTING, ENGINE, "System.out.println(x);"),
        wrong(Calls.PRINTING, IO, "e.printStackTrace();"),
        right(Calls.PRINTING, EXAMPLE, "System.out.println(x);"),
        wrong(Calls.ITERATION, ENGINE, "Object m = new HashMap<>();"),
        wrong(Calls.ITERATION, ENGINE, "Object m = Set.of(1, 2);"),
        wrong(Calls.ITERATION, VENUE, "Object m = Map.copyOf(x);"),
        right(Calls.ITERATION, ENGINE, "Object m = new LinkedHashMap<>(List.of());"),
        wrong(Calls.LOCALE, VENUE, "s.toLowerCase();"),
        wrong(Calls.LOCALE, EXAMPLE, "String.format(\"%d\", 1);"),
        right(Calls.LOCALE, VENUE, "s.toUpperCase(Locale.ROOT);"),
        right(Calls.LOCALE, VENUE, "String.format(Locale.ROOT, \"%d\", 1);"),
        wrong(Calls.FORMATTED_NUMBERS, VENUE, "f(\"at most %,d\"\n + \" of\".formatted(n));"),
        right(Calls.FORMATTED_NUMBERS, VENUE, "f(\"%d\"); g(\"at most %s\".formatted(n));"),
        wrong(Calls.DOUBLES, VENUE, "x = new BigDecimal(0.1);"),
        wrong(Calls.DOUBLES, EXAMPLE, "double lastPrice = 1;"),
        wrong(Calls.DOUBLES, VENUE, "x = Double.parseDouble(text);"),
        right(Calls.DOUBLES, VENUE, "x = new BigDecimal(\"0.1\"); double bits = 1;"),
        wrong(Calls.SLEEPS, TEST, "Thread.sleep(50);"),
        wrong(Calls.SLEEPS, TEST, "TimeUnit.SECONDS.sleep(1);"),
        right(Calls.SLEEPS, EXAMPLE, "Thread.sleep(50);"),
        wrong(Calls.ANYWHERE, TEST, "import java.net.HttpURLConnection;"),
        wrong(Calls.ANYWHERE, IO, "new ObjectInputStream(in);"),
        wrong(Calls.BROAD_CATCH, IO, "try { f(); } catch (Exception e) { g(); }"),
        wrong(Calls.BROAD_CATCH, IO, "try { f(); } catch (final Throwable e) { g(); }"),
        right(Calls.BROAD_CATCH, IO, "try { f(); } catch (IOException e) { g(); }"),
        wrong(Calls.EMPTY_CATCH, IO, "try { f(); } catch (IOException e) {\n}"),
        right(Calls.EMPTY_CATCH, IO, "try { f(); } catch (IOException e) {\n// Closed twice.\n}"),
        wrong(Calls.JACKSON, ENGINE, "import com.fasterxml.jackson.core.JsonParser;"),
        wrong(Calls.JACKSON, TEST, "import com.fasterxml.jackson.core.JsonParser;"),
        wrong(Calls.SOCKETS, TOP, "import okhttp3.OkHttpClient;"),
        right(Calls.SOCKETS, IO, "import okhttp3.OkHttpClient;"),
        wrong(Calls.SOCKETS, TOP, "import org.java_websocket.WebSocket;"),
        right(Calls.SOCKETS, KIT + "exchange/", "import org.java_websocket.WebSocket;"),
        wrong(Tapes.TAPES, "a.tape", HEADER.replace(",\"kind\":\"spot\"", "")),
        wrong(Tapes.TAPES, "a.tape", HEADER.replace("docs", "memory")),
        wrong(Tapes.TAPES, "a.tape", HEADER + "\n{\"do\":\"start\""),
        wrong(Tapes.TAPES, "a.tape", ""),
        right(Tapes.TAPES, "a.tape", HEADER + "\n{\"do\":\"start\"}\n"),
        wrong(Texts.JAVADOC, ENGINE, "public final class X {}"),
        wrong(Texts.JAVADOC, ENGINE, "/* A comment. */\npublic record X() {}"),
        wrong(Texts.JAVADOC, ENGINE, "/** Of another. */\nclass Y {}\n\npublic enum X {}"),
        right(Texts.JAVADOC, ENGINE, "/** A. */\n@FunctionalInterface\npublic interface X {}"),
        right(Texts.JAVADOC, ENGINE, "final class X {}"),
        wrong(Texts.PACKAGES, ENGINE, "class X {}"),
        wrong(Texts.PACKAGES, ENGINE + "package-info.java", "@NullMarked\npackage a;\n"),
        wrong(Texts.PACKAGES, ENGINE + "package-info.java", "/** A. */\npackage a;\n"),
        right(Texts.PACKAGES, ENGINE + "package-info.java", "/** A. */\n@NullMarked\npackage a;\n"),
        wrong(Texts.LAYOUT, ENGINE, "int " + "x".repeat(100) + ";"),
        wrong(Texts.LAYOUT, ENGINE, "// " + "x".repeat(100)),
        wrong(Texts.LAYOUT, "a.md", "a\tb"),
        right(Texts.LAYOUT, ENGINE, "String s =\n\"\"\"\n" + "x".repeat(120) + "\n\"\"\";"),
        wrong(Texts.UNFINISHED, ENGINE, "// TO" + "DO later"),
        wrong(Texts.UNFINISHED, "docs/a.md", "FIX" + "ME"),
        wrong(Texts.MACHINES, "docs/a.md", "see `/ho" + "me/me/a`"),
        wrong(Texts.MACHINES, ENGINE, "f(\"/tm" + "p/x\");"),
        right(Texts.MACHINES, "docs/a.md", "https://venue.example/ho" + "me/api"),
        wrong(Texts.REGISTRIES, "pom.xml", "<url>https://re" + "po.example.org/maven2</url>"),
        right(Texts.REGISTRIES, "pom.xml", "http://maven.apache.org/POM/4.0.0"),
        wrong(Texts.COMMANDS, "README.md", "## Run it\n```\na\nb\n```\n## Test it\n```\nc\n```"),
        wrong(Texts.COMMANDS, "README.md", "## Run it\n```\na\n```\n## Test it\nNo.\n```"),
        wrong(Texts.COMMANDS, "README.md", "## Run it\n```\na\n```\n"),
        right(Texts.COMMANDS, "README.md", "## Run it\n```\na\n```\n## Test it\n```sh\nb\n```"),
        wrong(Texts.STRATEGIES, STRATEGY, "\n".repeat(147)),
        right(Texts.STRATEGIES, STRATEGY, "\n".repeat(146)),
        right(Texts.STRATEGIES, EXAMPLE, "\n".repeat(147)),
        new Example(
            Texts.VENUE_NAMES,
            true,
            List.of(source(VENUE, "class Kraken {}"), source(ENGINE, "f(\"kraken\");"))),
        new Example(
            Texts.VENUE_NAMES,
            true,
            List.of(source(VENUE, "class Kraken {}"), source(KIT + "sim/", "KrakenFaults f;"))),
        new Example(
            Texts.VENUE_NAMES,
            false,
            List.of(
                source(VENUE, "class Kraken {}"),
                source(ENGINE, "// As Kraken does."),
                source(KIT + "exchange/kraken/", "class KrakenProtocol {}"),
                source(EXAMPLE, "Kraken.spot();"),
                source("docs/a.md", "Kraken"))));
  }

  private static Stream<Example> venueShapes() {
    List<String> names =
        List.of("", "Spot", "Parser", "MarketSession", "AccountSession").stream()
            .map(part -> "Kraken" + part)
            .toList();
    Stream<Example> incomplete =
        names.stream().map(n -> shape(true, names.stream().filter(m -> !m.equals(n)).toList()));
    return Stream.concat(
        incomplete,
        Stream.of(
            shape(false, names),
            shape(false, Stream.concat(names.stream(), Stream.of("KrakenApi")).toList()),
            shape(true, Stream.concat(names.stream(), Stream.of("Helper")).toList())));
  }

  private static Example shape(boolean wrong, List<String> names) {
    List<Source> files =
        Stream.concat(names.stream(), Stream.of("package-info"))
            .map(
                n ->
                    new Source(VENUE + n + ".java", "package dev.colibri.connector.spot.kraken;\n"))
            .toList();
    return new Example(Texts.VENUE_SHAPE, wrong, files);
  }

  @TestFactory
  Stream<DynamicTest> a_rule_finds_what_breaks_it_and_nothing_else() {
    return Stream.concat(examples(), venueShapes())
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.toString(),
                    () -> {
                      List<Finding> found = e.rule().findings(e.sources());
                      assertEquals(e.wrong(), !found.isEmpty(), found::toString);
                    }));
  }

  @Test
  void no_rule_is_without_an_example_that_breaks_it() {
    Set<Rule> shown =
        Stream.concat(examples(), venueShapes())
            .filter(Example::wrong)
            .map(Example::rule)
            .collect(Collectors.toSet());
    assertEquals(
        List.of(), Tidy.RULES.stream().filter(r -> !shown.contains(r)).map(Rule::name).toList());
  }

  @Test
  void a_finding_names_the_line() {
    List<Finding> found =
        Calls.TIME.findings(List.of(source(ENGINE, "int a;\nlong t = System.nanoTime();")));
    assertEquals(ENGINE + "X.java:4 ambient-time: System.nanoTime", found.get(0).toString());
  }

  @Test
  void comments_and_literals_are_told_from_code_whatever_they_hold() {
    String text = "a /* \" */ b \"/* \\\" //\" c '\"' d // \" e\n\"\"\"\n \"f\" \n\"\"\" g";
    assertEquals(
        "a         b \"        \" c ' ' d       \n\"\"\"\n     \n\"\"\" g",
        JavaText.blank(text, true));
    assertEquals(
        "a         b \"/* \\\" //\" c '\"' d       \n\"\"\"\n \"f\" \n\"\"\" g",
        JavaText.blank(text, false));
  }
}
