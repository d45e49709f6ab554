package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Depth;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.exchange.binance.RateLimits;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The connector against an exchange that nobody wrote from it, in virtual time: minutes of trading
 * with requests and replies lost on the way, streams cut, and orders that cannot be seen at once.
 * The exchange's ledger is the truth. {@code -Dseeds=400} looks further.
 */
class BinanceSimulationTest {
  private static final Duration TRADING = Duration.ofMinutes(3);
  private static final String KEY = "k".repeat(64);
  private static final List<String> TARGETS =
      List.of(
          "POST /api/v3/order",
          "DELETE /api/v3/order",
          "GET /api/v3/order",
          "GET /api/v3/openOrders",
          "GET /api/v3/myTrades",
          "GET /api/v3/account",
          "GET /api/v3/depth");

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
  private final List<String> log = new ArrayList<>();
  private final Map<String, BigDecimal> fills = new LinkedHashMap<>();
  private int round;

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("seeds", 5));
  }

  private BinanceSpotProtocol open(long seed) {
    var protocol = new BinanceSpotProtocol(exchange, seed, RateLimits.VENUE);
    exchange.openAccount("me");
    exchange.deposit("me", "USDT", new BigDecimal("100000"), time.millis());
    exchange.deposit("me", "BTC", new BigDecimal("2"), time.millis());
    protocol.addHmacKey(KEY, "a secret", "me");
    return protocol;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void orders_fills_balances_and_books_are_the_exchanges_own(long seed) {
    var protocol = open(seed);
    var crowd = new Crowd(exchange, seed).trade("BTC-USDT", "60000", "0.01");
    var network =
        new ProtocolNetwork(
            time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(20));
    try (var colibri = Colibri.on(new VirtualHost(time, network, seed), Settings.DEFAULT, v -> v)) {
      var binance = colibri.open(Binance.spot(Credentials.of(KEY, "a secret")).testnet());
      binance.orders().listen(this::told);
      binance.start().join();
      var btc = binance.instrument("BTC-USDT");
      binance.book(btc);
      var rounds = colibri.every(Duration.ofSeconds(2), () -> trade(binance, btc));
      for (int i = 0; i < TRADING.toSeconds(); i += 10) {
        goWrong(new SplittableRandom(seed * 1_000 + i), protocol.faults(), network);
        time.advance(Duration.ofSeconds(10));
      }
      rounds.close();
      binance.cancelAll();
      time.advance(Duration.ofMinutes(2));
      network.atExchange(() -> exchange.setStatus("BTC-USDT", Market.Status.BREAK, time.millis()));
      time.advance(Duration.ofSeconds(1));

      assertTrue(log.size() > 100, log.size() + " events");
      assertEquals(List.of(), binance.openOrders());
      assertEquals(List.of(), exchange.openOrders("me", null));
      fillsAgree();
      balancesAgree(binance);
      bookAgrees(binance.book(btc));
      exchange.verify();
    }
  }

  /** What may go wrong within the next seconds. */
  private static void goWrong(SplittableRandom random, Faults faults, ProtocolNetwork network) {
    for (String target : TARGETS) {
      switch (random.nextInt(6)) {
        case 0 -> faults.dropReply(target);
        case 1 -> faults.dropRequest(target);
        default -> {}
      }
    }
    faults.hideOrdersFor(random.nextInt(3) == 0 ? 1_500 : 0);
    if (random.nextInt(4) == 0) {
      network.cut(random.nextBoolean() ? 1006 : 1012);
    }
  }

  /** Quotes both sides anew, and takes a little now and then. */
  private void trade(SpotConnector binance, Instrument btc) {
    OrderBook book = binance.book(btc);
    binance.cancelAll(btc);
    if (!book.isValid() || book.bestBid() == null || book.bestAsk() == null) {
      return;
    }
    binance.place(Order.buy(btc).limit(book.bestBid().price()).size("0.01").postOnly());
    binance.place(Order.sell(btc).limit(book.bestAsk().price()).size("0.01").postOnly());
    if (++round % 3 == 0) {
      Side side = round % 2 == 0 ? Side.BUY : Side.SELL;
      binance.place(Order.of(btc, side).market().size("0.002"));
    }
  }

  private void told(OrderEvent e) {
    log.add(e.toString());
    var fill = e.fill();
    if (e.kind() == OrderEvent.Kind.FILL || e.kind() == OrderEvent.Kind.LATE_FILL) {
      var before = fills.put(fill.tradeId() + fill.side(), fill.size());
      assertEquals(null, before, "told twice: " + e);
    }
  }

  private void fillsAgree() {
    Map<String, BigDecimal> venue = new LinkedHashMap<>();
    exchange
        .fills("me", "BTC-USDT")
        .forEach(f -> venue.put(f.tradeId() + f.side().name(), f.quantity()));
    assertTrue(venue.size() > 10, venue.size() + " fills");
    assertEquals(venue.keySet(), fills.keySet());
    venue.forEach((id, size) -> assertEquals(0, size.compareTo(fills.get(id)), id));
  }

  private void balancesAgree(SpotConnector binance) {
    for (String asset : List.of("BTC", "USDT")) {
      Balance mine = binance.balances().get(asset);
      var venue = exchange.ledger().balance("me", asset);
      assertEquals(0, venue.total().compareTo(mine.total()), asset + " " + venue + " " + mine);
      assertEquals(0, venue.free().compareTo(mine.available()), asset);
    }
  }

  /** Nobody trades any more, and every change is told after 100 ms. */
  private void bookAgrees(OrderBook book) {
    Depth venue = exchange.depth("BTC-USDT", 5);
    assertEquals(venue.lastUpdateId(), book.sequence());
    for (int i = 0; i < venue.bids().size(); i++) {
      Level mine = book.level(Side.BUY, i);
      assertEquals(0, venue.bids().get(i).price().compareTo(mine.price()));
      assertEquals(0, venue.bids().get(i).quantity().compareTo(mine.size()));
    }
  }
}
