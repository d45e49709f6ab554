package dev.colibri.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.colibri.connector.text.Json;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The status page as a browser shows it: Chromium, from {@code -Dchromium=…} or the path. Skipped
 * where there is none.
 */
class StatusPageTest {
  private static final Path PAGE = Page.ROOT.resolve("docs/status.html");
  private static final Path SHOTS = Path.of("target", "status");
  private static final int PHONE = 390;

  @TempDir static Path dir;
  private static String browser;

  /** What the browser made of the page at a phone's width, and what it said meanwhile. */
  private static String dom;

  private static String said;

  @BeforeAll
  static void show() throws Exception {
    String found = browser();
    assumeTrue(
        found != null,
        "no browser: the status page was not looked at; install chromium, or say -Dchromium=…");
    browser = found;
    Path page = dir.resolve("phone.html");
    Files.writeString(page, phone(Files.readString(PAGE)));
    Path shown = dir.resolve("dom.html");
    Path log = dir.resolve("log.txt");
    run(shown, log, "--dump-dom", "--enable-logging=stderr", page.toUri().toString());
    dom = Files.readString(shown);
    said = Files.readString(log);
  }

  /** The page in a frame as wide as a phone, measured: windows have a least width of their own. */
  private static String phone(String page) {
    String quoted = page.replace("&", "&amp;").replace("\"", "&quot;");
    return "<!doctype html><body><iframe style=\"border:0\" width=\""
        + PHONE
        + "\" height=\"844\" srcdoc=\""
        + quoted
        + "\"></iframe><div id=\"in\"></div><script>onload = () => {"
        + "const f = document.querySelector('iframe');"
        + "const d = f.contentDocument;"
        + "document.body.dataset.scroll = d.documentElement.scrollWidth;"
        + "document.body.dataset.view = d.documentElement.clientWidth;"
        + "document.getElementById('in').innerHTML = d.body.innerHTML;"
        + "f.remove(); };</script></body>";
  }

  private static @Nullable String browser() {
    String told = System.getProperty("chromium");
    if (told != null) {
      return told;
    }
    return Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }

  private static void run(Path out, Path log, String... args) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                browser,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
                "--hide-scrollbars",
                "--user-data-dir=" + dir.resolve("profile")));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(browser + " did not end");
    }
    assertEquals(0, process.exitValue(), () -> "see " + log);
  }

  private static List<String> all(String pattern) {
    List<String> found = new ArrayList<>();
    Matcher m = Pattern.compile(pattern, Pattern.DOTALL).matcher(dom);
    while (m.find()) {
      found.add(m.group(1));
    }
    return found;
  }

  @Test
  void every_connector_has_a_row() throws Exception {
    Json board = Json.parse(Files.readString(Page.ROOT.resolve("docs/status.json")));
    TreeSet<String> names = new TreeSet<>();
    board.get("connectors").items().forEach(c -> names.add(c.text("name")));

    assertEquals(names, new TreeSet<>(all("<tr data-connector=\"([^\"]*)\"")));
    assertTrue(names.contains("binance-spot"), names::toString);
  }

  @Test
  void no_dot_says_something_by_its_colour_alone() {
    List<String> dots = all("<span class=\"dot [a-z]+\">(.*?)</span>");

    assertTrue(dots.size() > 100, "dots: " + dots.size());
    for (String dot : dots) {
      assertFalse(dot.replaceFirst("<i[^>]*>.</i>", "").isBlank(), dot);
    }
  }

  @Test
  void nothing_is_beside_a_phone() {
    assertEquals(List.of("" + PHONE), all("<body [^>]*data-view=\"(\\d+)\""));
    assertEquals(List.of("" + PHONE), all("<body [^>]*data-scroll=\"(\\d+)\""));
  }

  @Test
  void the_browser_has_no_complaints() {
    assertEquals(List.of(), said.lines().filter(l -> l.contains("CONSOLE")).toList());
  }

  @Test
  void it_needs_nothing_of_elsewhere() throws Exception {
    String page = Files.readString(PAGE, StandardCharsets.UTF_8);

    assertFalse(page.matches("(?s).*(src|@import|url\\()\\s*=?.*https?:.*"), "it loads something");
    assertFalse(page.contains("<script"), "it runs something");
  }

  /** For people: {@code target/status/*.png}. */
  @Test
  void it_can_be_looked_at() throws Exception {
    Files.createDirectories(SHOTS);
    Path log = dir.resolve("shots.txt");
    Path shot = SHOTS.resolve("wide.png").toAbsolutePath();
    run(
        dir.resolve("out.txt"),
        log,
        "--window-size=1440,2000",
        "--screenshot=" + shot,
        PAGE.toUri().toString());
    assertTrue(Files.size(shot) > 20_000, "an empty picture");
  }
}
