package dev.colibri.connector.perp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.perp.binance.BinancePerp;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.testkit.Replay;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinancePerpProtocol;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Recorder;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.testkit.tape.TapeLint;
import dev.colibri.connector.testkit.tape.TapePlayback;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What was told while it was recorded is told again, at the same moments, when it is replayed. */
class ReplayTest {
  private static final PaperAccount ACCOUNT =
      PaperAccount.of(Map.of("USDT", "100000", "USDC", "100000")).latency(Duration.ofMillis(10));

  private static final String KEY = "k".repeat(64);
  private static final String SECRET = "not-a-secret";

  @TempDir Path dir;

  /**
   * What a strategy trades.
   *
   * @param pause between two orders
   * @param length how long it runs
   */
  private record Scene(String instrument, String size, Duration pause, Duration length) {
    static final Map<String, Scene> DOCUMENTED =
        Map.of(
            "binance-perp", of("BTC-USDT", "0.01"),
            "bybit-perp", of("BTC-USDT", "0.01"),
            "okx-perp", of("BTC-USDT", "0.01"),
            "hyperliquid-perp", of("HYPE-USDC", "1"));

    private static Scene of(String instrument, String size) {
      return new Scene(instrument, size, Duration.ofSeconds(1), Duration.ofSeconds(15));
    }
  }

  private static final Scene EMBEDDED =
      new Scene("BTC-USDT", "0.01", Duration.ofSeconds(7), Duration.ofSeconds(90));

  /** Trades a little, whoever it is run by, and writes down all that it is told. */
  private static final class Strategy {
    List<String> market = new ArrayList<>();
    List<String> account = new ArrayList<>();
    final PerpConnector perp;
    private final Colibri colibri;
    private final Scene scene;
    private int round;

    Strategy(Colibri colibri, PerpVenue venue, Scene scene) {
      this.colibri = colibri;
      this.scene = scene;
      perp = colibri.open(venue);
      perp.orders()
          .listen(e -> account.add(at(e.kind() + " " + e.state().filled() + fill(e.fill()))));
      perp.positionUpdates().listen(e -> account.add(at(position(e))));
      perp.fundingPayments().listen(p -> account.add(at(p.toString())));
      perp.balanceUpdates().listen(b -> account.add(at(balance(b))));
      perp.events().listen(e -> heard(e));
    }

    void run() {
      perp.start().join();
      colibri.after(Duration.ofSeconds(1), this::begin);
    }

    private void begin() {
      Instrument i = perp.instrument(scene.instrument);
      perp.books(i).listen(b -> market.add(at(book(b))));
      perp.changes(i)
          .listen(
              c ->
                  market.add(
                      at(
                          c.kind()
                              + " "
                              + c.side()
                              + " "
                              + c.price()
                              + " "
                              + c.size()
                              + " "
                              + c.sequence())));
      perp.trades(i).listen(t -> market.add(at(t.toTrade().toString())));
      perp.tops(i).listen(t -> market.add(at(t.toTicker().toString())));
      perp.funding(i).listen(r -> market.add(at(r.toString())));
      colibri.every(scene.pause, () -> trade(i));
    }

    /** What it was told so far: to close tells more. */
    Strategy told() {
      market = List.copyOf(market);
      account = List.copyOf(account);
      return this;
    }

    private void trade(Instrument i) {
      OrderBook book = perp.book(i);
      if (!book.isValid()) {
        return;
      }
      Side side = round++ % 3 == 0 ? Side.BUY : Side.SELL;
      perp.place(Order.of(i, side).market().size(scene.size));
      perp.cancelAll(i);
      perp.place(Order.buy(i).limit(book.bestBid().price()).size(scene.size).postOnly());
    }

    private String at(String what) {
      return colibri.now() + " " + what;
    }

    private static String fill(Fill f) {
      return f == null ? "" : " " + f.side() + " " + f.price() + " " + f.size() + " " + f.fee();
    }

    private static String position(PositionEvent e) {
      return e.kind() + " " + e.before().size() + " " + e.now();
    }

    private static String balance(Balance b) {
      return b.asset() + " " + b.total() + " " + b.available();
    }

    /** Connections open at once when they are played, and readiness is of the account, too. */
    private void heard(ConnectorEvent e) {
      if (!(e instanceof ConnectorEvent.Connected || e instanceof ConnectorEvent.Ready)) {
        market.add(at(e.toString()));
      }
    }

    private static String book(OrderBook b) {
      StringBuilder all = new StringBuilder(b.state() + " " + b.stateSinceNanos());
      if (b.isValid()) {
        all.append(" ").append(b.sequence()).append(" ").append(b.venueMillis());
        for (Side side : Side.values()) {
          for (int n = 0; n < b.depth(side); n++) {
            all.append(" ").append(b.price(side, n)).append("*").append(b.size(side, n));
          }
        }
      }
      return all.toString();
    }
  }

  /** A market that somebody else makes, with marks that move and funding every half minute. */
  private static final class World {
    final VirtualTime time = new VirtualTime();
    private final Exchange exchange =
        new Exchange(
            List.of(
                Market.perp("BTC", "USDT", "0.1", "0.001")
                    .withMargin(new Market.Margin("USDT", 125, new BigDecimal("0.004"), 30_000))));
    private final BinancePerpProtocol protocol = new BinancePerpProtocol(exchange, 7);
    private final Crowd crowd = new Crowd(exchange, 7, 500).trade("BTC-USDT", "60000", "1");
    private final ProtocolNetwork network =
        new ProtocolNetwork(
            time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));

    Host host() {
      exchange.openAccount("us");
      exchange.deposit("us", "USDT", new BigDecimal("100000"), time.millis());
      protocol.addHmacKey(KEY, SECRET, "us");
      time.advance(Duration.ofSeconds(30));
      return new VirtualHost(time, network, 7);
    }
  }

  private static Path folder(PerpVenue venue) {
    return Path.of("src", "test", "tapes", venue.dialect().profile().name());
  }

  private static Tape venueTape(PerpVenue venue) {
    return Tape.read(folder(venue).resolve("venue.tape"));
  }

  /** Records what a strategy does and is told for so long, from when it is ready. */
  private static Strategy record(
      Recorder recorder, Colibri runtime, PerpVenue venue, Scene scene, VirtualTime time) {
    try (Colibri colibri = runtime) {
      Strategy live = new Strategy(colibri, venue, scene);
      recorder.watch(live.perp);
      live.run();
      time.advance(scene.length);
      recorder.finish();
      return live.told();
    }
  }

  private static Strategy replayed(Path file, PerpVenue venue, Scene scene) {
    assertEquals(List.of(), TapeLint.check(file));
    try (Replay replay = Replay.of(file, ACCOUNT)) {
      Strategy again = new Strategy(replay.colibri(), venue, scene);
      again.run();
      replay.toEnd();
      return again.told();
    }
  }

  /** Names the first difference, not all that there is. */
  private static void same(List<String> live, List<String> again) {
    for (int n = 0; n < Math.min(live.size(), again.size()); n++) {
      assertEquals(live.get(n), again.get(n), "line " + n);
    }
    assertEquals(live.size(), again.size());
  }

  private static void holds(List<String> told, String... words) {
    for (String word : words) {
      assertTrue(told.stream().anyMatch(l -> l.contains(word)), "nothing told of " + word);
    }
  }

  private Recorder into(Path file, Host host, PerpVenue venue) throws IOException {
    return new Recorder(host, venue, venueTape(venue)).into(file, 50 << 20, "embedded", "a test");
  }

  @Test
  void a_strategy_on_paper_does_and_is_told_the_same_on_a_recording_of_itself() throws IOException {
    World world = new World();
    Path file = dir.resolve("paper.tape");
    PerpVenue venue = BinancePerp.of();
    Recorder recorder = into(file, world.host(), venue);
    Colibri paper = Colibri.paper(recorder, Settings.DEFAULT, v -> v, ACCOUNT);
    Strategy live = record(recorder, paper, venue, EMBEDDED, world.time);
    Strategy again = replayed(file, venue, EMBEDDED);

    holds(live.market, "BookValid", "LEVEL SELL", "Trade[", "Ticker[", "markPrice=");
    holds(live.account, "FILL", "CANCELED", "FundingPayment[", "TRADE");
    same(live.market, again.market);
    same(live.account, again.account);
  }

  @Test
  void what_a_live_account_was_told_of_the_market_is_told_again_on_paper() throws IOException {
    World world = new World();
    Path file = dir.resolve("live.tape");
    PerpVenue venue = BinancePerp.of(Credentials.of(KEY, SECRET));
    Recorder recorder = into(file, world.host(), venue);
    Colibri live = Colibri.on(recorder, Settings.DEFAULT, v -> v);
    Strategy there = record(recorder, live, venue, EMBEDDED, world.time);
    Strategy again = replayed(file, BinancePerp.of(), EMBEDDED);

    assertFalse(Files.readString(file).contains(SECRET));
    holds(there.account, "FILL", "FundingPayment[", "TRADE");
    same(ofMarket(there.market), ofMarket(again.market));
    holds(again.account, "FILL", "FundingPayment[", "TRADE");
  }

  private static List<String> ofMarket(List<String> told) {
    return told.stream().filter(l -> !l.matches(".*(PositionModeIs|key permissions).*")).toList();
  }

  /** Book, trades, marks and funding as the documentation has them, up to a time of funding. */
  @ParameterizedTest
  @MethodSource("dev.colibri.connector.perp.TapesSimulationTest#venues")
  void every_venue_tells_the_same_again(PerpVenue venue) throws IOException {
    TapePlayback world = new TapePlayback(venueTape(venue), documented(venue));
    Path file = dir.resolve("documented.tape");
    Recorder recorder = into(file, world.host(), venue);
    Scene scene = Scene.DOCUMENTED.get(venue.dialect().profile().name());
    Colibri paper = Colibri.paper(recorder, world.settings(), v -> v, ACCOUNT);
    Strategy live = record(recorder, paper, venue, scene, world.time());
    Strategy again = replayed(file, venue, scene);

    holds(live.market, "BookValid", "Trade[", "markPrice=");
    holds(live.account, "FILL", "FundingPayment[", "TRADE");
    same(live.market, again.market);
    same(live.account, again.account);
  }

  /** A recording as the command makes it: who recorded it subscribed a second after the start. */
  private Path commanded(PerpVenue venue, List<String> books) throws IOException {
    TapePlayback world = new TapePlayback(venueTape(venue), documented(venue));
    Path file = dir.resolve("commanded.tape");
    Recorder recorder = into(file, world.host(), venue);
    try (Colibri colibri = Colibri.on(recorder, world.settings(), v -> v)) {
      PerpConnector perp = colibri.open(venue.withoutCredentials());
      recorder.watch(perp);
      recorder.perform("{\"do\":\"start\"}");
      world.time().advance(Duration.ofSeconds(1));
      Scene scene = Scene.DOCUMENTED.get(venue.dialect().profile().name());
      perp.books(perp.instrument(scene.instrument)).listen(b -> books.add(Strategy.book(b)));
      for (String to : List.of("book", "trades", "funding")) {
        recorder.perform(
            "{\"do\":\"subscribe\",\"to\":\"" + to + "\",\"of\":\"" + scene.instrument + "\"}");
      }
      world.time().advance(Duration.ofSeconds(14));
      recorder.finish();
    }
    return file;
  }

  /** What a strategy is told of the book that subscribes so late, and the book that it is given. */
  private static List<String> late(Path file, PerpVenue venue) {
    List<String> told = new ArrayList<>();
    try (Replay replay = Replay.of(file, ACCOUNT)) {
      PerpConnector perp = replay.colibri().open(venue);
      perp.start().join();
      replay.advance(Duration.ofSeconds(8));
      Scene scene = Scene.DOCUMENTED.get(venue.dialect().profile().name());
      Instrument i = perp.instrument(scene.instrument);
      perp.books(i).listen(b -> told.add(Strategy.book(b)));
      told.add(Strategy.book(perp.book(i)));
      replay.advance(Duration.ofSeconds(1));
      told.add(Strategy.book(perp.book(i)));
    }
    return told.stream().filter(b -> b.startsWith("VALID")).toList();
  }

  @ParameterizedTest
  @MethodSource("dev.colibri.connector.perp.TapesSimulationTest#venues")
  void who_subscribes_late_finds_the_book_as_it_was_by_then(PerpVenue venue) throws IOException {
    List<String> books = new ArrayList<>();
    Path file = commanded(venue, books);
    String last =
        books.stream().filter(b -> b.startsWith("VALID")).reduce((a, b) -> b).orElseThrow();

    assertEquals(List.of(last, last), late(file, venue));
  }

  /**
   * Without a word of what was subscribed to, nothing is known of a book whose beginning is past.
   */
  @ParameterizedTest
  @MethodSource("dev.colibri.connector.perp.TapesSimulationTest#venues")
  void a_book_is_not_valid_rather_than_old(PerpVenue venue) throws IOException {
    List<String> books = new ArrayList<>();
    Path file = commanded(venue, books);
    Files.write(
        file, Files.readAllLines(file).stream().filter(l -> !l.contains("\"do\":\"sub")).toList());

    assertEquals(List.of(), late(file, venue));
  }

  @Test
  void a_snapshot_is_given_to_whoever_asks_for_that_instrument_only() throws IOException {
    PerpVenue venue = BinancePerp.of();
    Path file = commanded(venue, new ArrayList<>());
    try (Replay replay = Replay.of(file, ACCOUNT)) {
      PerpConnector perp = replay.colibri().open(venue);
      perp.start().join();
      perp.book(perp.instrument("ETH-USDT"));
      perp.book(perp.instrument("BTC-USDT"));
      replay.toEnd();
      assertTrue(perp.book(perp.instrument("BTC-USDT")).isValid());
      assertFalse(perp.book(perp.instrument("ETH-USDT")).isValid());
    }
  }

  /** One conversation of three cards of a venue. */
  private static Tape documented(PerpVenue venue) throws IOException {
    Path folder = folder(venue);
    StringBuilder text = new StringBuilder();
    TreeMap<Long, List<String>> timed = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path f :
          files.filter(f -> f.getFileName().toString().matches("P(64|68|136)-.*")).toList()) {
        Tape tape = Tape.read(f);
        long later = f.getFileName().toString().startsWith("P136") ? 5_000 : 1_100;
        for (Tape.Line line : tape.lines()) {
          if (line.kind() == Tape.Kind.ON) {
            text.append(line.text()).append("\n");
          } else if (line.kind() == Tape.Kind.IN) {
            long at = line.millis() % 5_000 + later;
            timed
                .computeIfAbsent(at, t -> new ArrayList<>())
                .add(line.text().replaceFirst("\"t\":\\d+", "\"t\":" + at));
          }
        }
      }
    }
    String last = timed.lastEntry().getValue().get(0);
    timed.put(15_000L, List.of(last.replaceFirst("\"t\":\\d+", "\"t\":15000")));
    timed.values().forEach(all -> all.forEach(l -> text.append(l).append("\n")));
    String header =
        "{\"tape\":1,\"venue\":\"x\",\"kind\":\"perp\",\"source\":\"docs\",\"on\":\"2026-11-22\","
            + "\"scenario\":\"x\",\"clock\":\"2026-01-01T07:59:50Z\"}\n";
    return Tape.parse("documented", header + text);
  }
}
