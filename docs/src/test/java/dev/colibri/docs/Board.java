package dev.colibri.docs;

import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the tests of this build found out about every connector. Immutable. */
final class Board {
  /** Cards that are about one thing, by their numbers. */
  record Group(String name, String numbers) {
    boolean has(int number) {
      for (String part : numbers.split(",")) {
        String[] ends = part.split("-");
        if (number >= Integer.parseInt(ends[0])
            && number <= Integer.parseInt(ends[ends.length - 1])) {
          return true;
        }
      }
      return false;
    }
  }

  private static final List<Group> BOOKS =
      List.of(
          new Group("account", "1-3,49-50,53-55,71-72"),
          new Group("orders", "4-20"),
          new Group("lost replies", "21-26"),
          new Group("cancel", "27-33"),
          new Group("fills", "34-48"),
          new Group("limits", "51-52"),
          new Group("instruments", "56-63"),
          new Group("market data", "64-70"),
          new Group("amend", "73-75"),
          new Group("batches", "76-77"),
          new Group("dead man", "78-79"));

  private static final List<Group> PERPS =
      Stream.concat(
              BOOKS.stream(),
              Stream.of(
                  new Group("leverage", "101-112"),
                  new Group("positions", "113-134"),
                  new Group("funding", "135-139"),
                  new Group("contracts", "140-146")))
          .toList();

  private static final List<Group> POOLS =
      List.of(
          new Group("pools", "1-9"),
          new Group("quotes", "10-17"),
          new Group("swaps", "18-26"),
          new Group("refusals", "27-37"),
          new Group("transactions", "38-46"),
          new Group("liquidity", "47-48"),
          new Group("restarts", "49-52"));

  /** The cards that record-a-venue.md says can be recorded. */
  private static final Group RECORDED =
      new Group(
          "recorded",
          "4-14,32-33,53,60,62,64,69,73-74,76,101-104,107-119,124,133-136,138,140,142-145");

  /** A card that was asked; {@code why} is empty when it passed, {@code source} without a tape. */
  record Card(String title, String verdict, String why, String source, String on) {
    /** As in {@code S07}. */
    String id() {
      return title.replaceFirst(" .*", "");
    }

    int number() {
      return Integer.parseInt(id().replaceFirst("^[A-Z]+", ""));
    }

    boolean is(String wanted) {
      return verdict.equals(wanted);
    }
  }

  /** What is found in a group: how many of its cards passed, failed, and were not asked. */
  record Cell(String group, long passed, long failed, long skipped, boolean recorded) {
    /** As in the legend. */
    String status() {
      return failed > 0 ? "red" : passed == 0 ? "none" : recorded ? "green" : "yellow";
    }
  }

  /**
   * A connector.
   *
   * @param kind {@code spot}, {@code perp} or {@code amm}
   * @param page its page, from {@code docs}
   * @param checked when it was read against the venue's pages; empty where its page says that
   * @param tapes whose cards these are: its own name, or the connector's that it shares them with
   * @param numbers of tests that are no cards, by kind of test
   */
  record Row(
      String name,
      String display,
      String kind,
      String page,
      String maintainer,
      String checked,
      String tapes,
      List<Card> cards,
      Map<String, Json> numbers) {

    /** Of the order that was placed and canceled at the venue itself; {@code never}. */
    String live() {
      return cards.stream()
          .filter(c -> c.source().equals("recorded") && c.is("PASSED"))
          .filter(c -> c.id().matches("[SP]06"))
          .map(Card::on)
          .findFirst()
          .orElse("never");
    }

    /**
     * Red when a card fails; green when what a venue shows on a good day was recorded from it, an
     * order that was placed and canceled among it; otherwise yellow.
     */
    String status() {
      if (cards.stream().anyMatch(c -> c.is("FAILED"))) {
        return "red";
      }
      boolean recorded =
          cards.stream()
              .filter(c -> !c.is("SKIPPED") && RECORDED.has(c.number()))
              .allMatch(c -> c.source().equals("recorded"));
      return recorded && !live().equals("never") ? "green" : "yellow";
    }

    List<Cell> cells() {
      List<Cell> cells = new ArrayList<>();
      for (Group g : groups(kind)) {
        List<Card> of = cards.stream().filter(c -> g.has(c.number())).toList();
        cells.add(
            new Cell(
                g.name(),
                of.stream().filter(c -> c.is("PASSED")).count(),
                of.stream().filter(c -> c.is("FAILED")).count(),
                of.stream().filter(c -> c.is("SKIPPED")).count(),
                of.stream()
                    .filter(c -> !c.is("SKIPPED"))
                    .allMatch(c -> c.source().equals("recorded"))));
      }
      return cells;
    }

    /** How many cards were played on tapes of each source. */
    Map<String, Long> sources() {
      Map<String, Long> sources = new TreeMap<>();
      cards.stream()
          .filter(c -> !c.source().isEmpty())
          .forEach(c -> sources.merge(c.source(), 1L, Long::sum));
      return sources;
    }
  }

  private final List<Row> rows;

  private Board(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  static List<Group> groups(String kind) {
    return kind.equals("spot") ? BOOKS : kind.equals("perp") ? PERPS : POOLS;
  }

  List<Row> rows() {
    return rows;
  }

  // ---------------------------------------------------------------- what the build found

  private static @Nullable Json found(String kind, String file) {
    Path path = Page.ROOT.resolve("connector-" + kind).resolve("target/conformance").resolve(file);
    try {
      return Files.exists(path) ? Json.parse(Files.readString(path).strip()) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What this build found. What it did not try, as it needs what not every machine has, is as it
   * was.
   *
   * @param before the board that is there
   * @param missing takes the names of connectors whose cards were not played
   */
  static Board found(Json before, List<String> missing) {
    Map<String, Json> was = new LinkedHashMap<>();
    before.get("connectors").items().forEach(c -> was.put(c.text("name"), c));
    Map<String, BookDialect> dialects = new LinkedHashMap<>();
    Map<String, BookDialect> perps = new TreeMap<>();
    Map<String, BookDialect> spots = new TreeMap<>();
    for (SpotVenueProvider p : ServiceLoader.load(SpotVenueProvider.class)) {
      spots.put(p.name(), p.venue(null).dialect());
    }
    for (PerpVenueProvider p : ServiceLoader.load(PerpVenueProvider.class)) {
      perps.put(p.name(), p.venue(null).dialect());
    }
    dialects.putAll(spots);
    dialects.putAll(perps);
    List<Row> rows = new ArrayList<>();
    dialects.forEach(
        (name, dialect) -> {
          String kind = spots.containsKey(name) ? "spot" : "perp";
          String tapes = name;
          Json cards = found(kind, name + ".cards.json");
          for (Map.Entry<String, BookDialect> other : dialects.entrySet()) {
            // A venue of two names is spoken in one package.
            if (cards == null && isSame(other.getValue(), dialect)) {
              tapes = other.getKey();
              cards = found(kind, tapes + ".cards.json");
            }
          }
          if (cards == null) {
            missing.add(name);
            return;
          }
          Profile p = dialect.profile();
          rows.add(
              new Row(
                  name,
                  p.displayName(),
                  kind,
                  page(name, tapes),
                  p.maintainer(),
                  p.checked().toString(),
                  tapes,
                  cards(cards),
                  numbers(kind, name, was.get(name))));
        });
    for (String name : List.of("uniswap-v2", "uniswap-v3", "pancake-v2", "pancake-v3")) {
      Json cards = found("amm", name + ".cards.json");
      Json old = was.get(name);
      if (cards != null || old != null) {
        rows.add(pool(name, cards != null ? cards(cards) : carried(old)));
      } else {
        missing.add(name);
      }
    }
    return new Board(rows);
  }

  private static boolean isSame(BookDialect one, BookDialect other) {
    return one.getClass().getPackageName().equals(other.getClass().getPackageName());
  }

  private static Row pool(String name, List<Card> cards) {
    boolean uniswap = name.startsWith("uniswap");
    String display = (uniswap ? "Uniswap V" : "PancakeSwap V") + name.charAt(name.length() - 1);
    String page = "connectors/" + (uniswap ? "uniswap" : "pancakeswap") + ".md";
    return new Row(name, display, "amm", page, "colibri", "", name, cards, Map.of());
  }

  private static String page(String name, String tapes) {
    for (String page : List.of(name, name.replace("-spot", ""), tapes.replace("-spot", ""))) {
      if (Files.exists(Page.ROOT.resolve("docs/connectors/" + page + ".md"))) {
        return "connectors/" + page + ".md";
      }
    }
    return "index.md";
  }

  private static List<Card> cards(Json of) {
    List<Card> cards = new ArrayList<>();
    for (Json c : of.get("cards").items()) {
      cards.add(
          new Card(
              c.text("card"),
              c.text("verdict"),
              c.textOr("why", ""),
              c.textOr("source", ""),
              c.textOr("on", "")));
    }
    return cards;
  }

  private static Map<String, Json> numbers(String kind, String name, @Nullable Json was) {
    Map<String, Json> numbers = new LinkedHashMap<>();
    for (String test : List.of("simulation", "vectors")) {
      Json now = found(kind, name + "." + test + ".json");
      Json old = was == null ? null : was.find(test);
      // Vectors are not part of the project: how many there are is whoever's who brings them.
      boolean asWritten =
          test.equals("vectors")
              && old != null
              && !Boolean.getBoolean("status.update")
              && (now == null || now.longOr("differ", 0) == 0);
      if (now != null && !asWritten) {
        JsonWriter w = new JsonWriter().object();
        // How far a simulation looks is said with the build, and no finding.
        for (String field : List.of("tapes", "violations", "agree", "differ")) {
          if (now.has(field)) {
            w.put(field, now.longValue(field));
          }
        }
        numbers.put(test, Json.parse(w.end().toString()));
      } else if (old != null) {
        numbers.put(test, old);
      }
    }
    return numbers;
  }

  // ---------------------------------------------------------------- as JSON

  /** Few things on a line, so that a difference can be read. */
  String json(String written) {
    StringBuilder out = new StringBuilder();
    out.append("{\"written\":\"").append(written).append("\",\n\"connectors\":[");
    String comma = "\n";
    for (Row row : rows) {
      out.append(comma).append(json(row));
      comma = ",\n";
    }
    return out.append("\n]}\n").toString();
  }

  private static String json(Row row) {
    JsonWriter w = new JsonWriter().object();
    w.put("name", row.name()).put("venue", row.display()).put("kind", row.kind());
    w.put("status", row.status()).put("live", row.live());
    w.put("maintainer", row.maintainer()).put("checked", row.checked()).put("page", row.page());
    w.put("cardsOf", row.tapes());
    w.object("tapes");
    row.sources().forEach(w::put);
    w.end().array("groups");
    for (Cell cell : row.cells()) {
      w.object().put("group", cell.group()).put("status", cell.status());
      w.put("passed", cell.passed()).put("failed", cell.failed());
      w.put("skipped", cell.skipped()).end();
    }
    w.end();
    row.numbers().forEach(w::put);
    return w.array("cards").end().end().toString().replace("\"cards\":[]", cards(row));
  }

  /** Cards of which the same is to be said share a line; of one that failed the title is told. */
  private static String cards(Row row) {
    Map<String, JsonWriter> lines = new LinkedHashMap<>();
    for (Card card : row.cards()) {
      JsonWriter line =
          lines.computeIfAbsent(
              String.join("\n", card.verdict(), card.why(), card.source(), card.on()),
              k -> {
                JsonWriter w = new JsonWriter().object().put("verdict", card.verdict());
                if (!card.why().isEmpty()) {
                  w.put("why", card.why());
                }
                if (!card.source().isEmpty()) {
                  w.put("source", card.source()).put("on", card.on());
                }
                return w.array("cards");
              });
      line.value(card.is("FAILED") ? card.title() : card.id());
    }
    List<String> ended = new ArrayList<>();
    lines.values().forEach(w -> ended.add(w.end().end().toString()));
    return "\"cards\":[\n  " + String.join(",\n  ", ended) + "]";
  }

  private static List<Card> carried(Json of) {
    List<Card> cards = new ArrayList<>();
    for (Json line : of.get("cards").items()) {
      for (Json title : line.get("cards").items()) {
        cards.add(
            new Card(
                title.asText(),
                line.text("verdict"),
                line.textOr("why", ""),
                line.textOr("source", ""),
                line.textOr("on", "")));
      }
    }
    cards.sort(Comparator.comparing(Card::id));
    return cards;
  }

  // ---------------------------------------------------------------- as a page

  private static final Map<String, String> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("spot", "Spot");
    KINDS.put("perp", "Perpetuals");
    KINDS.put("amm", "Market makers on chains");
  }

  /** A page of its own: it loads nothing, and runs nothing. */
  String html(String written) {
    StringBuilder out = new StringBuilder(HEAD.replace("WRITTEN", written));
    KINDS.forEach((kind, title) -> section(out, kind, title));
    return out.append(FOOT).toString();
  }

  private void section(StringBuilder out, String kind, String title) {
    out.append("<section>\n<h2>").append(title).append("</h2>\n<table>\n<thead><tr>");
    out.append("<th scope=\"col\">connector</th><th scope=\"col\">status</th>");
    groups(kind).forEach(g -> out.append("<th scope=\"col\">").append(g.name()).append("</th>"));
    if (!kind.equals("amm")) {
      out.append("<th scope=\"col\">simulated</th><th scope=\"col\">vectors</th>");
    }
    out.append("<th scope=\"col\">live check</th><th scope=\"col\">maintainer</th>");
    out.append("</tr></thead>\n<tbody>\n");
    List<Row> of = rows.stream().filter(r -> r.kind().equals(kind)).toList();
    of.forEach(row -> row(out, row));
    out.append("</tbody>\n</table>\n");
    of.forEach(row -> failures(out, row));
    out.append("<details><summary>What was not asked, and why</summary>\n<ul>\n");
    of.forEach(row -> skipped(out, row));
    out.append("</ul>\n</details>\n</section>\n");
  }

  private static void row(StringBuilder out, Row row) {
    out.append("<tr data-connector=\"")
        .append(row.name())
        .append("\"><th scope=\"row\"><a href=\"");
    out.append(row.page()).append("\">").append(text(row.display())).append("</a><code>");
    out.append(row.name());
    row.sources().forEach((source, n) -> out.append(" · ").append(n).append(' ').append(source));
    out.append("</code></th>");
    cell(out, "status", dot(row.status(), row.status()));
    for (Cell c : row.cells()) {
      long all = c.passed() + c.failed() + c.skipped();
      String words =
          c.failed() > 0
              ? c.failed() + " fail"
              : c.passed() == 0 ? "none" : c.passed() == all ? "" + all : c.passed() + "/" + all;
      cell(out, c.group(), dot(c.status(), words));
    }
    if (!row.kind().equals("amm")) {
      Json simulated = row.numbers().get("simulation");
      cell(
          out,
          "simulated",
          simulated == null
              ? dot("none", "none")
              : dot(
                  simulated.longOr("violations", 0) == 0 ? "green" : "red",
                  "" + simulated.longOr("tapes", 0)));
      Json vectors = row.numbers().get("vectors");
      cell(
          out,
          "vectors",
          vectors == null
              ? dot("none", "none")
              : dot(
                  vectors.longOr("differ", 0) == 0 ? "green" : "red",
                  vectors.longOr("differ", 0) == 0
                      ? "" + vectors.longOr("agree", 0)
                      : vectors.longOr("differ", 0) + " differ"));
    }
    cell(out, "live check", row.live());
    cell(out, "maintainer", text(row.maintainer()));
    out.append("</tr>\n");
  }

  private static void cell(StringBuilder out, String label, String html) {
    out.append("<td data-label=\"").append(label).append("\">").append(html).append("</td>");
  }

  private static final Map<String, String> SIGNS =
      Map.of("green", "●", "yellow", "◐", "red", "✕", "none", "○");

  /** A sign that differs in shape as well as in colour, and words. */
  private static String dot(String status, String words) {
    return "<span class=\"dot "
        + status
        + "\"><i aria-hidden=\"true\">"
        + SIGNS.get(status)
        + "</i> "
        + text(words)
        + "</span>";
  }

  private static void failures(StringBuilder out, Row row) {
    for (Card card : row.cards()) {
      if (card.is("FAILED")) {
        out.append("<p class=\"failure\"><a href=\"").append(row.page()).append("\">");
        out.append(row.name()).append("</a>: ").append(text(card.title())).append("<br><code>");
        out.append(text(card.why())).append("</code></p>\n");
      }
    }
  }

  private static void skipped(StringBuilder out, Row row) {
    Map<String, List<String>> by = new LinkedHashMap<>();
    for (Card card : row.cards()) {
      if (card.is("SKIPPED")) {
        by.computeIfAbsent(card.why(), w -> new ArrayList<>()).add(card.id());
      }
    }
    String shared = row.tapes().equals(row.name()) ? "" : "the cards are those of " + row.tapes();
    String all =
        Stream.concat(
                Stream.of(shared).filter(s -> !s.isEmpty()),
                by.entrySet().stream()
                    .map(e -> e.getKey() + ": " + String.join(", ", e.getValue())))
            .reduce((a, b) -> a + "; " + b)
            .orElse("every card was asked");
    out.append("<li><b>").append(row.name()).append("</b> ").append(text(all)).append("</li>\n");
  }

  private static String text(String plain) {
    return plain.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <link rel="icon" href="data:,">
      <title>Colibri: status of the connectors</title>
      <style>
      :root { --page: #fbfaf7; --card: #ffffff; --ink: #24292d; --soft: #6b7278; --line: #e6e3dc;
        --green: #2f7d51; --yellow: #8f6a00; --red: #b3332a; --link: #27608f; }
      @media (prefers-color-scheme: dark) {
        :root { --page: #16191c; --card: #1d2125; --ink: #dfe3e6; --soft: #939ba2; --line: #2d3338;
          --green: #6cc492; --yellow: #d9b04a; --red: #f08a80; --link: #8bbde6; } }
      * { box-sizing: border-box; }
      body { margin: 0 auto; padding: 2.5rem 1.5rem 3rem; max-width: 92rem; background: var(--page);
        color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
      h1 { font-size: 1.6rem; font-weight: 600; margin: 0 0 .4rem; letter-spacing: -.01em; }
      h2 { font-size: 1.05rem; font-weight: 600; margin: 2.4rem 0 .6rem; }
      p { max-width: 46rem; margin: .3rem 0; }
      a { color: var(--link); text-decoration: none; }
      a:hover { text-decoration: underline; }
      code { font: 12px/1.5 ui-monospace, "SFMono-Regular", Menlo, monospace; }
      .soft, .legend, footer { color: var(--soft); }
      .legend { display: grid; grid-template-columns: max-content 1fr; gap: .15rem .9rem;
        max-width: 46rem; margin: 1rem 0 0; }
      .legend dt, .legend dd { margin: 0; }
      table { width: 100%; border-collapse: collapse; background: var(--card);
        border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
      th, td { padding: .5rem .32rem; text-align: left; vertical-align: middle; white-space: nowrap;
        border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
      tbody tr:last-child > * { border-bottom: 0; }
      thead th { color: var(--soft); font-weight: 500; font-size: .78rem; white-space: normal;
        vertical-align: bottom; line-height: 1.25; }
      th:first-child { padding-left: 1rem; }
      tbody th { font-weight: 600; white-space: normal; min-width: 9.5rem; line-height: 1.3; }
      tbody th code { display: block; color: var(--soft); font-weight: 400; }
      td { font-size: .85rem; }
      .dot i { font-style: normal; font-size: .8em; }
      .green i { color: var(--green); }
      .yellow i { color: var(--yellow); }
      .red, .red i { color: var(--red); font-weight: 600; }
      .none { color: var(--soft); }
      .failure { border-left: 3px solid var(--red); padding-left: .8rem; margin-top: .8rem; }
      .failure code, li { overflow-wrap: anywhere; }
      details { margin-top: .6rem; color: var(--soft); font-size: .88rem; }
      summary { cursor: pointer; }
      footer { margin-top: 2.6rem; font-size: .88rem; }
      @media (max-width: 86rem) {
        body { padding: 1.5rem 1rem 2rem; }
        table, tbody { display: block; background: none; border: 0; border-radius: 0; }
        thead { display: none; }
        tbody tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.2rem, 1fr));
          gap: 0 1.2rem; background: var(--card); border: 1px solid var(--line);
          border-radius: 8px; padding: .8rem 1rem; margin-bottom: .8rem; }
        tbody th { grid-column: 1 / -1; border: 0; padding: 0 0 .35rem; }
        th:first-child { padding-left: 0; }
        tbody td { display: flex; justify-content: space-between; gap: .6rem; border: 0;
          padding: .12rem 0; }
        td::before { content: attr(data-label); color: var(--soft); }
      }
      </style>
      </head>
      <body>
      <h1>Status of the connectors</h1>
      <p class="soft">Nothing here was typed: the build plays every card on every connector and writes down what it found, last on WRITTEN.</p>
      <dl class="legend">
      <dt><span class="dot green"><i aria-hidden="true">●</i> green</span></dt><dd>every card passes on what was recorded from the venue, and an order was placed and canceled there; or a test passed that needs no venue</dd>
      <dt><span class="dot yellow"><i aria-hidden="true">◐</i> yellow</span></dt><dd>every card passes on what the venue's documentation says, or on the contracts themselves on a chain of the tests; it was never run against the venue</dd>
      <dt><span class="dot red"><i aria-hidden="true">✕</i> red</span></dt><dd>a card fails, and stands below the table with what it said</dd>
      <dt><span class="dot none"><i aria-hidden="true">○</i> none</span></dt><dd>not asked, as the venue has nothing of the kind, or not tried</dd>
      </dl>
      <p class="soft">Numbers are cards that pass; 5/7 means that two of seven were not asked. Behind a name stands how many tapes it has of which source. Simulated are tapes that were played while things went wrong; vectors are requests, frames and payloads on which an independent client agrees.</p>
      """;

  private static final String FOOT =
      """
      <footer>How a connector is recorded and becomes green is on <a href="record-a-venue.md">a page of its own</a>; the same as data: <a href="status.json">status.json</a>.</footer>
      </body>
      </html>
      """;

  static String lower(Profile.Status status) {
    return status.name().toLowerCase(Locale.ROOT);
  }
}
