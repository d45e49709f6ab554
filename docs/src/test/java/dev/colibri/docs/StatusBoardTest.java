package dev.colibri.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The status board says what the tests of this build found, and no more. */
class StatusBoardTest {
  private static final Path JSON = Page.ROOT.resolve("docs/status.json");
  private static final Path HTML = Page.ROOT.resolve("docs/status.html");
  private static final String COMMAND =
      "mvn -B -pl docs -am test -Dtest='*SpotTest,*PerpTest,*CardsTest,TapesSimulationTest,"
          + "PeerVectorsTest,StatusBoardTest' -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dstatus.update=true";

  private Board board;

  @BeforeEach
  void find() throws Exception {
    List<String> missing = new ArrayList<>();
    board = Board.found(before(), missing);
    assumeTrue(
        missing.isEmpty(),
        () -> "the cards of " + missing + " were not played in this build; run " + COMMAND);
    if (Boolean.getBoolean("status.update")) {
      String today = LocalDate.now(ZoneOffset.UTC).toString();
      write(JSON, board.json(today));
      write(HTML, board.html(today));
    }
  }

  private static Json before() throws Exception {
    return Files.exists(JSON)
        ? Json.parse(Files.readString(JSON))
        : Json.parse("{\"connectors\":[]}");
  }

  private static void write(Path file, String text) throws Exception {
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }

  @Test
  void it_says_what_this_build_found() throws Exception {
    String written = before().text("written");

    assertEquals(board.json(written), Files.readString(JSON), "anew: " + COMMAND);
    assertEquals(board.html(written), Files.readString(HTML), "anew: " + COMMAND);
  }

  @Test
  void a_connector_says_of_itself_what_it_earned() {
    Map<String, String> said = new TreeMap<>();
    ServiceLoader.load(SpotVenueProvider.class)
        .forEach(p -> said.put(p.name(), status(p.venue(null).dialect().profile())));
    ServiceLoader.load(PerpVenueProvider.class)
        .forEach(p -> said.put(p.name(), status(p.venue(null).dialect().profile())));
    Map<String, String> earned = new TreeMap<>();
    board.rows().stream()
        .filter(r -> !r.kind().equals("amm"))
        .forEach(r -> earned.put(r.name(), r.status()));

    assertEquals(earned, said);
  }

  private static String status(Profile profile) {
    return Board.lower(profile.status());
  }

  @Test
  void the_front_page_says_the_same() {
    List<String> lines = Page.read(Path.of("README.md")).lines();
    for (Board.Row row : board.rows()) {
      if (!row.kind().equals("amm")) {
        String line =
            lines.stream()
                .filter(l -> l.startsWith("| `" + row.name() + "` |"))
                .findFirst()
                .orElse("no row of " + row.name());
        assertTrue(line.contains("| " + row.status() + " |"), line);
      }
    }
  }

  @Test
  void every_card_is_in_one_group() {
    for (Board.Row row : board.rows()) {
      for (Board.Card card : row.cards()) {
        long groups = Board.groups(row.kind()).stream().filter(g -> g.has(card.number())).count();
        assertEquals(1, groups, row.name() + ": " + card.title());
      }
    }
  }

  /** The rules, on cards that are made up. */
  @Test
  void a_dot_is_earned() {
    var docs = new Board.Card("S06 cancel", "PASSED", "", "docs", "2026-01-01");
    var live = new Board.Card("S06 cancel", "PASSED", "", "recorded", "2026-02-02");
    var rests = new Board.Card("S04 limit buy rests", "PASSED", "", "docs", "2026-01-01");
    var wrong = new Board.Card("S07 partial", "FAILED", "expected", "docs", "2026-01-01");
    var wrongLive = new Board.Card("S06 cancel", "FAILED", "expected", "recorded", "2026-02-02");

    assertEquals("yellow never", earned(docs));
    assertEquals("green 2026-02-02", earned(live));
    assertEquals("yellow 2026-02-02", earned(live, rests));
    assertEquals("red 2026-02-02", earned(live, wrong));
    assertEquals("red never", earned(wrongLive));
  }

  private static String earned(Board.Card... cards) {
    Board.Row row =
        new Board.Row("x", "X", "spot", "index.md", "m", "", "x", List.of(cards), Map.of());
    return row.status() + " " + row.live();
  }
}
