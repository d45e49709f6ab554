package dev.colibri.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.conformance.SpotConformance;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The connector of a third party, and the bot that newcomers copy, are built by Maven, in a process
 * and a repository of their own: with Colibri's artifacts of now, and of everything else what this
 * build has resolved already. Nothing is downloaded.
 */
class ThirdPartyTest {
  private static final Path PROJECT = Page.ROOT.resolve("examples/third-party-connector");
  private static final Path BOT = Page.ROOT.resolve("examples/first-bot");
  private static final String VERSION = "0.1.0-SNAPSHOT";

  /** Kept between builds: what is in it already need not be copied again. */
  private static final Path WORK = Page.ROOT.resolve("docs/target/third-party");

  private static final Path REPOSITORY = WORK.resolve("repository");
  private static final int MINUTES = 20;

  /** What a block of a page begins with that shows a part of the example. */
  private static final String FROM = "java from ";

  /** What stands before a line of the example in the templates of the generator. */
  private static final String QUOTE = "// Larkspur: ";

  @Test
  void a_connector_from_outside_builds_and_meets_every_card() throws Exception {
    Path copy = WORK.resolve("project");

    String words = verify(PROJECT, copy);

    assertTrue(Files.exists(copy.resolve("target/larkspur-connector-1.0.0-SNAPSHOT.jar")), words);
    String report =
        Files.readString(
            copy.resolve("target/surefire-reports/com.example.larkspur.LarkspurSpotTest.txt"));
    // The cards of abilities that it does not have are skipped, and so counted.
    assertTrue(report.contains("Failures: 0, Errors: 0, Skipped: 8"), report);
  }

  @Test
  void the_bot_that_newcomers_copy_builds_and_its_test_runs() throws Exception {
    publish("connector-spot", Page.ROOT.resolve("connector-spot/pom.xml"), Binance.class);
    Path copy = WORK.resolve("first-bot");

    String words = verify(BOT, copy);

    assertTrue(Files.exists(copy.resolve("target/first-bot-1.0.0-SNAPSHOT.jar")), words);
    String report =
        Files.readString(
            copy.resolve("target/surefire-reports/com.example.firstbot.JoinTheBidTest.txt"));
    assertTrue(report.contains("Tests run: 1, Failures: 0, Errors: 0, Skipped: 0"), report);
  }

  /** Builds a copy of a project, and gives what Maven said. */
  private static String verify(Path project, Path copy) throws Exception {
    publish("colibri", Page.ROOT.resolve("pom.xml"), null);
    publish("connector-api", Page.ROOT.resolve("connector-api/pom.xml"), SpotDialect.class);
    publish(
        "connector-testkit", Page.ROOT.resolve("connector-testkit/pom.xml"), SpotConformance.class);
    delete(copy);
    copy(project, copy);
    return String.join("\n", maven(copy, settings()));
  }

  /** What a new project is told to look at is there. */
  @Test
  void the_generator_quotes_the_example() throws IOException {
    StringBuilder code = new StringBuilder();
    walk(PROJECT.resolve("src/main/java"), (file, relative) -> code.append(Files.readString(file)));
    List<String> quotes = new ArrayList<>();
    walk(
        Page.ROOT.resolve(
            "connector-testkit/src/main/resources/dev/colibri/connector/testkit/newvenue"),
        (file, relative) ->
            Files.readAllLines(file).stream()
                .filter(line -> line.contains(QUOTE))
                .map(line -> line.substring(line.indexOf(QUOTE) + QUOTE.length()))
                .forEach(quotes::add));

    assertTrue(quotes.size() > 5, "only " + quotes);
    assertEquals(List.of(), quotes.stream().filter(q -> code.indexOf(q) < 0).toList());
  }

  /** What a page shows of the examples stands in it, whatever the indentation. */
  @Test
  void pages_quote_the_examples() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (Path project : List.of(PROJECT, BOT)) {
      walk(
          project.resolve("src"),
          (file, relative) -> {
            if (file.toString().endsWith(".java")) {
              files.put(String.valueOf(file.getFileName()), text(Files.readAllLines(file)));
            }
          });
    }
    List<String> wrong = new ArrayList<>();
    int count = 0;
    for (Page page : Page.all()) {
      for (Page.Block block : page.blocks()) {
        if (block.language().startsWith(FROM)) {
          String file = block.language().substring(FROM.length());
          count++;
          if (!files.getOrDefault(file, "").contains(text(block.lines()))) {
            wrong.add(page.file() + ":" + block.line() + " is not in " + file);
          }
        }
      }
    }
    assertTrue(count > 5, "only " + count + " quotes");
    assertEquals(List.of(), wrong);
  }

  private static String text(List<String> lines) {
    return lines.stream().map(String::strip).collect(Collectors.joining("\n"));
  }

  /** Puts an artifact where Maven looks for what was installed. */
  private static void publish(String artifact, Path pom, @Nullable Class<?> of) throws Exception {
    Path folder = REPOSITORY.resolve("dev/colibri/" + artifact + "/" + VERSION);
    Files.createDirectories(folder);
    String name = artifact + "-" + VERSION;
    Files.copy(pom, folder.resolve(name + ".pom"), StandardCopyOption.REPLACE_EXISTING);
    if (of != null) {
      Path built = built(of);
      Path jar = folder.resolve(name + ".jar");
      if (Files.isDirectory(built)) {
        zip(built, jar);
      } else {
        Files.copy(built, jar, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** The jar that a class came from, or the folder where nothing was packaged yet. */
  private static Path built(Class<?> type) throws URISyntaxException {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private static void zip(Path folder, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      walk(
          folder,
          (file, relative) -> {
            zip.putNextEntry(new ZipEntry(relative.toString().replace('\\', '/')));
            Files.copy(file, zip);
          });
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    walk(
        from,
        (file, relative) -> {
          Path target = to.resolve(relative.toString());
          Files.createDirectories(target.getParent());
          Files.copy(file, target);
        });
  }

  private interface Visit {
    void file(Path file, Path relative) throws IOException;
  }

  /** Every file but what is built. */
  private static void walk(Path root, Visit visit) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return folder.endsWith("target") && !folder.equals(root)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            visit.file(file, root.relativize(file));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, IOException problem)
              throws IOException {
            Files.delete(done);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** Whatever is not Colibri's comes from the repository of this build, and from nowhere else. */
  private static Path settings() throws IOException {
    String local = System.getProperty("localRepository");
    Path of =
        local == null ? Path.of(System.getProperty("user.home"), ".m2/repository") : Path.of(local);
    Path file = WORK.resolve("settings.xml");
    Files.writeString(
        file,
        "<settings><mirrors><mirror><id>this-build</id><mirrorOf>*</mirrorOf><url>"
            + of.toUri()
            + "</url></mirror></mirrors></settings>\n");
    return file;
  }

  private static List<String> maven(Path project, Path settings) throws Exception {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    String home = System.getProperty("maven.home");
    String mvn = windows ? "mvn.cmd" : "mvn";
    Path log = WORK.resolve("maven.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                home == null ? mvn : Path.of(home, "bin", mvn).toString(),
                "-B",
                "-q",
                "-s",
                settings.toString(),
                "-gs",
                settings.toString(),
                "-Dmaven.repo.local=" + REPOSITORY,
                "verify")
            .directory(project.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    List.of("MAVEN_ARGS", "MAVEN_OPTS", "MAVEN_CONFIG", "TAPE_UPDATE").forEach(environment::remove);
    Process process = builder.start();
    boolean over = process.waitFor(MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly();
    List<String> said = Files.readAllLines(log);
    assertTrue(over, () -> "no end after " + MINUTES + " minutes:\n" + String.join("\n", said));
    assertEquals(0, process.exitValue(), () -> String.join("\n", said));
    return said;
  }
}
