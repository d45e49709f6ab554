package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.testkit.tape.Player;
import dev.colibri.connector.testkit.tape.Recorder;
import dev.colibri.connector.testkit.tape.Tape;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Conversations with an exchange that nobody wrote from the connector, as tapes. They show a reader
 * what goes over the wire, from the start on, and a change of the exchange, the dialect or the
 * engine shows as their difference. {@code TAPE_UPDATE=1} records them anew.
 */
class BinanceEmbeddedTapesTest {
  private static final Path TAPES = Path.of("src/test/tapes/binance-spot-embedded");
  private static final String KEY = "k".repeat(64);
  private static final String SECRET = "aSecretOfNobody";

  /** As on the venue's test network, nobody is asked there what a key may do. */
  private static final SpotVenue VENUE = Binance.spot(Credentials.of(KEY, SECRET)).testnet();

  private static final List<Scenario> SCENARIOS =
      List.of(
          new Scenario(
              "place-and-cancel",
              "an order rests and is canceled",
              desk ->
                  desk.does("'do':'place','buy':'BTC-USDT','limit':'59000','size':'0.01','id':'a1'")
                      .does("'do':'cancel','id':'a1'")),
          new Scenario(
              "partial-fill-then-full-fill",
              "a part fills, then the rest",
              desk ->
                  desk.does("'do':'place','buy':'BTC-USDT','limit':'59999','size':'0.01','id':'a1'")
                      .others(Order.Side.SELL, "59999", "0.004")
                      .others(Order.Side.SELL, "59999", "0.006")
                      .does("'do':'ask','for':'order','id':'a1'")),
          new Scenario(
              "market-by-quote",
              "a market order by quote amount",
              desk ->
                  desk.does("'do':'subscribe','to':'book','of':'BTC-USDT'")
                      .does("'do':'place','buy':'BTC-USDT','market':true,'quote':'100','id':'a1'")),
          new Scenario(
              "post-only-would-cross",
              "a post-only order that would cross",
              desk ->
                  desk.does(
                      "'do':'place','buy':'BTC-USDT','limit':'60001','size':'0.01','postOnly':true,'id':'a1'")),
          new Scenario(
              "no-funds",
              "funds that are gone when the order arrives",
              desk ->
                  desk.withdrawsUnseen("USDT", "9900")
                      .does(
                          "'do':'place','buy':'BTC-USDT','limit':'59000','size':'0.01','id':'a1'")),
          new Scenario(
              "cancel-unknown-to-the-venue",
              "a cancel of an order that is gone, of which the stream was silent",
              desk ->
                  desk.does("'do':'place','buy':'BTC-USDT','limit':'59000','size':'0.01','id':'a1'")
                      .cancelsUnseen("a1")
                      .does("'do':'cancel','id':'a1'")
                      .waits(Duration.ofSeconds(10))),
          new Scenario(
              "book-gap",
              "a book with a gap, and its recovery",
              desk -> {
                desk.does("'do':'subscribe','to':'book','of':'BTC-USDT'")
                    .others(Order.Side.BUY, "59998", "0.5");
                desk.faults().loseFrames("btcusdt@depth@100ms", 1);
                desk.others(Order.Side.BUY, "59997", "0.5")
                    .others(Order.Side.BUY, "59996", "0.5")
                    .waits(Duration.ofSeconds(5))
                    .others(Order.Side.SELL, "60003", "0.5")
                    .does("'do':'ask','for':'book','of':'BTC-USDT'");
              }),
          new Scenario(
              "trades-and-top",
              "public trades, and the best bid and ask",
              desk ->
                  desk.does("'do':'subscribe','to':'trades','of':'BTC-USDT'")
                      .does("'do':'subscribe','to':'top','of':'BTC-USDT'")
                      .others(Order.Side.BUY, "60001", "0.25")
                      .others(Order.Side.SELL, "59990", "0.1")),
          new Scenario(
              "balances",
              "balances by reply and by stream",
              desk ->
                  desk.does("'do':'ask','for':'balances'")
                      .does("'do':'subscribe','to':'balances'")
                      .receives("BTC", "0.5")
                      .does(
                          "'do':'place','sell':'BTC-USDT','limit':'59990','size':'0.01','id':'a1'")
                      .does("'do':'ask','for':'available','of':'BTC'")),
          new Scenario(
              "reply-lost-order-lives",
              "the reply is lost, the stream is silent, and the order lives",
              desk -> {
                desk.faults().dropReply("POST /api/v3/order").loseFrames("userDataStream", 2);
                desk.does("'do':'place','buy':'BTC-USDT','limit':'59000','size':'0.01','id':'a1'")
                    .waits(Duration.ofSeconds(10));
              }),
          new Scenario(
              "request-lost-order-absent",
              "the request is lost, and the order never arrived",
              desk -> {
                desk.faults().dropRequest("POST /api/v3/order");
                desk.does("'do':'place','buy':'BTC-USDT','limit':'59000','size':'0.01','id':'a1'")
                    .waits(Duration.ofSeconds(30));
              }));

  /** What is recorded, and into which file. */
  private record Scenario(String name, String title, Consumer<Desk> course) {
    Path file() {
      return TAPES.resolve(name + ".tape");
    }

    String recorded() {
      Desk desk = new Desk();
      course.accept(desk);
      return desk.recorder.tape("binance-spot", "embedded", title);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Scenario> scenarios() {
    return SCENARIOS;
  }

  private static Tape venueTape() {
    return Tape.read(TAPES.resolve("venue.tape"));
  }

  @BeforeAll
  static void update() throws IOException {
    if ("1".equals(System.getenv("TAPE_UPDATE"))) {
      for (Scenario scenario : SCENARIOS) {
        Files.writeString(scenario.file(), scenario.recorded(), StandardCharsets.UTF_8);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void recording_again_gives_the_same_tape(Scenario scenario) throws IOException {
    String recorded = scenario.recorded();
    assertEquals(Files.readString(scenario.file(), StandardCharsets.UTF_8), recorded);
    assertFalse(recorded.contains(KEY), "the key");
    assertFalse(recorded.contains(SECRET), "the secret");
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void the_tape_plays(Scenario scenario) {
    new Player(VENUE, venueTape()).play(Tape.read(scenario.file()));
  }

  @Test
  void no_tape_lies_about_that_nobody_records() throws IOException {
    var recorded = new TreeSet<>(List.of("venue.tape"));
    SCENARIOS.forEach(s -> recorded.add(String.valueOf(s.file().getFileName())));
    try (Stream<Path> files = Files.list(TAPES)) {
      assertEquals(
          recorded,
          files
              .map(f -> String.valueOf(f.getFileName()))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
  }

  /**
   * One account that is recorded, one whose quotes are there from the start, and one that acts when
   * it is told to: whoever has an order at both sides of a trade would not get one.
   */
  private static final class Desk {
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final VirtualTime time = new VirtualTime();
    private final Exchange exchange =
        new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
    private final BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 1);
    private final ProtocolNetwork network;
    private final Recorder recorder;
    private int requests;

    Desk() {
      List.of("me", "maker", "taker").forEach(exchange::openAccount);
      deposit("me", "USDT", "10000");
      deposit("me", "BTC", "1");
      for (String other : List.of("maker", "taker")) {
        deposit(other, "USDT", "1000000");
        deposit(other, "BTC", "10");
      }
      protocol.addHmacKey(KEY, SECRET, "me");
      var nobody = new Timeline(new Crowd(exchange, 1), protocol, time.millis());
      network = new ProtocolNetwork(time, protocol, nobody, Duration.ofMillis(5));
      order("maker", Order.Side.BUY, "59990", "1");
      order("maker", Order.Side.SELL, "60000", "1");
      recorder = new Recorder(new VirtualHost(time, network, 1), VENUE, venueTape());
      recorder.watch(Colibri.on(recorder, Settings.DEFAULT, v -> v).open(VENUE));
      does("'do':'start'");
    }

    private void deposit(String account, String asset, String amount) {
      exchange.deposit(account, asset, new BigDecimal(amount), time.millis());
    }

    Faults faults() {
      return protocol.faults();
    }

    Desk waits(Duration duration) {
      time.advance(duration);
      return this;
    }

    /** What the user does, as a line of a tape with the quotes that Java text can have. */
    Desk does(String line) {
      recorder.perform("{" + line.replace('\'', '"') + "}");
      return waits(PAUSE);
    }

    private void order(String account, Order.Side side, String price, String size) {
      exchange.place(
          account,
          OrderRequest.limit(
              "BTC-USDT", side, new BigDecimal(price), new BigDecimal(size), "o" + ++requests),
          time.millis());
    }

    /** Somebody else sends an order. */
    Desk others(Order.Side side, String price, String size) {
      network.atExchange(() -> order("taker", side, price, size));
      return waits(PAUSE);
    }

    /** A deposit, which no order of ours explains. */
    Desk receives(String asset, String amount) {
      network.atExchange(() -> deposit("me", asset, amount));
      return waits(PAUSE);
    }

    /** The stream is silent of it: two frames a change. */
    Desk withdrawsUnseen(String asset, String amount) {
      faults().loseFrames("userDataStream", 2);
      network.atExchange(
          () -> exchange.withdraw("me", asset, new BigDecimal(amount), time.millis()));
      return waits(PAUSE);
    }

    Desk cancelsUnseen(String clientId) {
      faults().loseFrames("userDataStream", 2);
      network.atExchange(
          () -> {
            var order = exchange.order("me", "BTC-USDT", clientId).orElseThrow();
            exchange.cancel("me", "BTC-USDT", order.id(), "elsewhere", time.millis());
          });
      return waits(PAUSE);
    }
  }
}
