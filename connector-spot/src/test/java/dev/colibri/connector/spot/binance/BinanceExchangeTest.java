package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Depth;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The dialect, driven by the real engine in virtual time, against an exchange that speaks the
 * venue's language and was written from the venue's pages by other hands. Its ledger has the last
 * word.
 */
class BinanceExchangeTest {
  private static final String US = "us";
  private static final String KEY = "k".repeat(64);
  private static final String OTHER_KEY = "o".repeat(64);

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
  private final BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 7);
  private final Crowd crowd = new Crowd(exchange, 7).trade("BTC-USDT", "60000", "0.01");
  private final ProtocolNetwork network =
      new ProtocolNetwork(
          time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));
  private final Colibri colibri =
      Colibri.on(new VirtualHost(time, network, 7), Settings.DEFAULT, venue -> venue);
  private final List<String> trouble = new ArrayList<>();

  BinanceExchangeTest() {
    exchange.openAccount(US);
    exchange.deposit(US, "BTC", new BigDecimal("1"), time.millis());
    exchange.deposit(US, "USDT", new BigDecimal("100000"), time.millis());
    protocol.addHmacKey(KEY, "not-a-secret", US);
    time.advance(Duration.ofSeconds(30));
  }

  @AfterEach
  void theBooksOfTheExchangeBalance() {
    colibri.close();
    exchange.verify();
    assertEquals(List.of(), trouble);
  }

  private SpotConnector open(SpotVenue venue) {
    SpotConnector c = colibri.open(venue);
    c.events()
        .listen(
            e -> {
              if (e instanceof ConnectorEvent.Quarantined
                  || e instanceof ConnectorEvent.Faulted
                  || e instanceof ConnectorEvent.BalanceDrift) {
                trouble.add(e.toString());
              }
            });
    await(c.start());
    return c;
  }

  private SpotConnector open() {
    return open(Binance.spot(Credentials.of(KEY, "not-a-secret")).allowWithdrawingKey());
  }

  private <T> T await(CompletableFuture<T> stage) {
    assertTrue(time.advanceUntil(stage::isDone, Duration.ofMinutes(2)), "nothing comes of it");
    return stage.join();
  }

  /** Market orders are priced by a book. */
  private void watch(SpotConnector c, Instrument instrument) {
    c.books(instrument).listen(b -> {});
    time.advance(Duration.ofSeconds(5));
    assertTrue(c.book(instrument).isValid());
  }

  private OrderStatus end(LiveOrder order) {
    return await(order.done()).status();
  }

  private void agreesWithTheLedger(SpotConnector c) {
    time.advance(Duration.ofSeconds(1));
    for (String asset : List.of("BTC", "USDT")) {
      var ledger = exchange.ledger().balance(US, asset);
      assertEquals(0, ledger.total().compareTo(c.balances().get(asset).total()), asset);
      assertEquals(0, ledger.free().compareTo(c.available(asset)), asset + " available");
    }
  }

  @Test
  void keepsTheBookThatTheExchangeHas() {
    SpotConnector c = open(Binance.spot());
    Instrument btc = c.instrument("BTC-USDT");
    List<String> trades = new ArrayList<>();
    c.books(btc).listen(b -> {});
    c.trades(btc).listen(t -> trades.add(t.toTrade().id()));
    c.tops(btc).listen(t -> {});
    time.advance(Duration.ofSeconds(20));
    OrderBook book = c.book(btc);
    assertTrue(book.isValid());
    int compared = 0;
    for (int i = 0; i < 50; i++) {
      time.advance(Duration.ofMillis(100));
      Depth truth = exchange.depth("BTC-USDT", 5);
      if (truth.lastUpdateId() == c.book(btc).sequence()) {
        compared++;
        for (int level = 0; level < Math.min(5, truth.bids().size()); level++) {
          assertEquals(
              0,
              truth
                  .bids()
                  .get(level)
                  .price()
                  .compareTo(c.book(btc).level(Side.BUY, level).price()));
          assertEquals(
              0,
              truth
                  .bids()
                  .get(level)
                  .quantity()
                  .compareTo(c.book(btc).level(Side.BUY, level).size()));
        }
      }
    }
    assertTrue(compared > 5, compared + " books compared");
    assertTrue(trades.size() > 5, trades.size() + " trades");
    assertEquals(1, await(c.tickers(List.of(btc))).size());
    assertFalse(await(c.recentTrades(btc, 10)).isEmpty());
    Instant now = colibri.now();
    assertFalse(
        await(
                c.candles()
                    .orElseThrow()
                    .between(btc, Duration.ofMinutes(1), now.minusSeconds(60), now))
            .isEmpty());
  }

  @Test
  void anOrderRestsAndIsCanceled() {
    SpotConnector c = open();
    Instrument btc = c.instrument("BTC-USDT");
    LiveOrder order = c.place(Order.buy(btc).limit("50000").size("0.01"));
    time.advance(Duration.ofSeconds(1));
    assertEquals(OrderStatus.OPEN, order.status());
    agreesWithTheLedger(c);
    order.cancel();
    assertEquals(OrderStatus.CANCELED, end(order));
    agreesWithTheLedger(c);
  }

  @Test
  void ordersOfEveryKindFillAsTheLedgerSays() {
    SpotConnector c = open();
    Instrument btc = c.instrument("BTC-USDT");
    LiveOrder limit = c.place(Order.buy(btc).limit("66000").size("0.01"));
    assertEquals(OrderStatus.FILLED, end(limit));
    assertEquals(List.of("BTC"), List.copyOf(limit.fees().keySet()));
    agreesWithTheLedger(c);
    watch(c, btc);
    LiveOrder bySize = c.place(Order.sell(btc).market().size("0.002"));
    assertEquals(OrderStatus.FILLED, end(bySize));
    LiveOrder byAmount = c.place(Order.buy(btc).market().quoteAmount("100"));
    assertEquals(OrderStatus.FILLED, end(byAmount));
    assertTrue(byAmount.filled().signum() > 0);
    LiveOrder unlucky = c.place(Order.buy(btc).limit("50000").size("0.01").ioc());
    assertEquals(OrderStatus.EXPIRED, end(unlucky));
    LiveOrder crossing = c.place(Order.buy(btc).limit("66000").size("0.01").postOnly());
    assertEquals(OrderStatus.REJECTED, end(crossing));
    assertInstanceOf(Reject.WouldCross.class, crossing.state().reject());
    agreesWithTheLedger(c);
  }

  @Test
  void anOrderIsReplacedInOneRequest() {
    SpotConnector c = open();
    Instrument btc = c.instrument("BTC-USDT");
    LiveOrder old = c.place(Order.buy(btc).limit("50000").size("0.01"));
    time.advance(Duration.ofSeconds(1));
    LiveOrder next = await(old.replace(Order.buy(btc).limit("50001").size("0.02")));
    time.advance(Duration.ofSeconds(1));
    assertEquals(OrderStatus.CANCELED, old.status());
    assertEquals(OrderStatus.OPEN, next.status());
    assertEquals(1, exchange.openOrders(US, null).size());
    assertEquals(1, await(c.cancelEverything(btc).orElseThrow()));
    assertEquals(OrderStatus.CANCELED, end(next));
    assertEquals(0, await(c.cancelEverything(btc).orElseThrow()), "nothing is no refusal");
    agreesWithTheLedger(c);
  }

  @Test
  void aLostReplyLeavesAnOrderUnknownUntilTheVenueTells() {
    SpotConnector c = open();
    Instrument btc = c.instrument("BTC-USDT");
    List<OrderStatus> seen = new ArrayList<>();
    c.orders().listen(e -> seen.add(e.state().status()));
    protocol.faults().dropReply("POST /api/v3/order");
    LiveOrder arrived = c.place(Order.buy(btc).limit("50000").size("0.01"));
    time.advance(Duration.ofMinutes(1));
    assertEquals(OrderStatus.OPEN, arrived.status());
    protocol.faults().dropRequest("POST /api/v3/order");
    LiveOrder never = c.place(Order.buy(btc).limit("50000").size("0.01"));
    time.advance(Duration.ofSeconds(2));
    assertEquals(OrderStatus.UNKNOWN, never.status());
    time.advance(Duration.ofMinutes(2));
    assertTrue(never.status().isTerminal(), never.toString());
    protocol
        .faults()
        .add(
            new Faults.Fault(
                "POST /api/v3/order",
                Faults.Kind.FAIL_AFTER,
                503,
                "{\"code\":-1008,\"msg\":\"\"}"));
    LiveOrder busy = c.place(Order.buy(btc).limit("50000").size("0.01"));
    time.advance(Duration.ofMinutes(1));
    assertEquals(OrderStatus.OPEN, busy.status());
    assertEquals(2, exchange.openOrders(US, null).size());
    agreesWithTheLedger(c);
  }

  @Test
  void ordersOfAnEarlierRunAreAdopted() {
    SpotConnector before = open();
    Instrument btc = before.instrument("BTC-USDT");
    LiveOrder order = before.place(Order.buy(btc).limit("50000").size("0.01"));
    time.advance(Duration.ofSeconds(1));
    SpotConnector after = open();
    assertEquals(
        List.of(order.clientId()), after.openOrders().stream().map(LiveOrder::clientId).toList());
  }

  @Test
  void anEd25519KeyOpensTheAccountToo() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    protocol.addEd25519Key(OTHER_KEY, pair.getPublic(), US);
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n";
    SpotConnector c = open(Binance.us(Credentials.of(OTHER_KEY, pem)));
    Instrument btc = c.instrument("BTC-USDT");
    watch(c, btc);
    LiveOrder order = c.place(Order.sell(btc).market().size("0.01"));
    assertEquals(OrderStatus.FILLED, end(order));
    assertNotNull(order.venueId());
    agreesWithTheLedger(c);
  }
}
