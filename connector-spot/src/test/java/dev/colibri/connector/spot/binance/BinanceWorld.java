package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Depth;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.sim.AlteredNetwork;
import dev.colibri.connector.testkit.sim.ProtocolNetwork;
import dev.colibri.connector.testkit.sim.VirtualHost;
import dev.colibri.connector.testkit.sim.VirtualTime;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A quiet exchange of two markets that speaks the venue's language, a network that alters what it
 * says, and a connector with an order that rests and two books.
 */
final class BinanceWorld implements AutoCloseable {
  static final String US = "us";
  static final String KEY = "k".repeat(64);
  static final String MARKET = "/ws";
  static final String ACCOUNT = "/ws-api/v3";
  static final Duration SECOND = Duration.ofSeconds(1);

  /** As live, but looking at rules and time as often as at orders. */
  private static final Settings SETTINGS =
      new Settings(
          Settings.DEFAULT.requestTimeout(),
          Settings.DEFAULT.patience(),
          Settings.DEFAULT.connectTimeout(),
          Settings.DEFAULT.subscribeTimeout(),
          Settings.DEFAULT.backoffBase(),
          Settings.DEFAULT.backoffMost(),
          Settings.DEFAULT.dataDeadline(),
          Settings.DEFAULT.auditPause(),
          Settings.DEFAULT.pollPause(),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Settings.DEFAULT.maxWaiting(),
          Settings.DEFAULT.maxOpenOrders(),
          Settings.DEFAULT.bookDepth(),
          Settings.DEFAULT.snapshotDepth());

  final VirtualTime time = new VirtualTime();
  final Exchange exchange =
      new Exchange(
          List.of(
              Market.of("BTC", "USDT", "0.01", "0.00001"),
              Market.of("ETH", "USDT", "0.01", "0.0001")));
  final BinanceSpotProtocol protocol = new BinanceSpotProtocol(exchange, 7);
  final ProtocolNetwork wire =
      new ProtocolNetwork(
          time,
          protocol,
          new Timeline(new Crowd(exchange, 7), protocol, time.millis()),
          Duration.ofMillis(5));
  final AlteredNetwork network = new AlteredNetwork(wire);
  final Colibri colibri = Colibri.on(new VirtualHost(time, network, 7), SETTINGS, venue -> venue);
  final List<ConnectorEvent> events = new ArrayList<>();
  private final Set<String> ended = new LinkedHashSet<>();
  private long orders;

  BinanceWorld() {
    exchange.openAccount(US);
    exchange.openAccount("maker");
    for (String account : List.of(US, "maker")) {
      exchange.deposit(account, "BTC", new BigDecimal("10"), time.millis());
      exchange.deposit(account, "ETH", new BigDecimal("100"), time.millis());
      exchange.deposit(account, "USDT", new BigDecimal("1000000"), time.millis());
    }
    protocol.addHmacKey(KEY, "not-a-secret", US);
    for (String market : List.of("BTC-USDT", "ETH-USDT")) {
      for (int i = 1; i <= 5; i++) {
        quote(market, Order.Side.BUY, 60_000 - i);
        quote(market, Order.Side.SELL, 60_000 + i);
      }
    }
  }

  /** Somebody quotes. */
  void quote(String market, Order.Side side, int price) {
    place("maker", market, side, Integer.toString(price), "1");
  }

  void place(String account, String market, Order.Side side, String price, String size) {
    wire.atExchange(
        () ->
            exchange.place(
                account,
                OrderRequest.limit(
                    market, side, new BigDecimal(price), new BigDecimal(size), "world" + ++orders),
                time.millis()));
  }

  SpotConnector open(SpotVenue venue) {
    SpotConnector c = colibri.open(venue);
    c.events().listen(events::add);
    c.orders()
        .listen(
            e -> {
              if (e.isTerminal()) {
                assertTrue(ended.add(e.state().clientId()), "ended twice: " + e);
              }
            });
    return c;
  }

  static SpotVenue venue() {
    return Binance.spot(Credentials.of(KEY, "not-a-secret")).allowWithdrawingKey();
  }

  /** A connector that is ready, with both books. */
  SpotConnector started() {
    SpotConnector c = open(venue());
    c.start().join();
    c.instruments().forEach(i -> c.books(i).listen(book -> {}));
    advance(Duration.ofSeconds(5));
    assertTrue(c.isReady(), () -> c.readiness().missing());
    return c;
  }

  void advance(Duration duration) {
    time.advance(duration);
  }

  void fail(String target, int status, String body, int times) {
    for (int i = 0; i < times; i++) {
      protocol.faults().add(new Faults.Fault(target, Faults.Kind.FAIL_BEFORE, status, body));
    }
  }

  <E extends ConnectorEvent> List<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  boolean isFaulted(String request) {
    return events(ConnectorEvent.Faulted.class).stream()
        .anyMatch(f -> f.request().contains(request));
  }

  boolean isQuarantined(String where) {
    return events(ConnectorEvent.Quarantined.class).stream()
        .anyMatch(q -> q.where().contains(where));
  }

  boolean wasInvalid(Instrument instrument) {
    return events(ConnectorEvent.BookInvalid.class).stream()
        .anyMatch(b -> b.instrument().equals(instrument));
  }

  /** Nothing was lost: whatever the connector says is what the exchange says. */
  void assertWell(SpotConnector c) {
    assertTrue(time.advanceUntil(c::isReady, Duration.ofMinutes(3)), () -> c.readiness().missing());
    advance(Duration.ofSeconds(35));
    assertTrue(c.isReady(), () -> c.readiness().missing());
    for (Instrument i : c.instruments()) {
      // A change of the book, which a book that is behind would not follow.
      quote(i.name(), Order.Side.BUY, 59_000);
      advance(SECOND);
      assertSame(exchange.depth(i.name(), 5), c.book(i));
    }
    Instrument btc = c.instrument("BTC-USDT");
    LiveOrder next =
        c.place(dev.colibri.connector.model.Order.buy(btc).limit("49000").size("0.01"));
    advance(SECOND);
    assertEquals(OrderStatus.OPEN, next.status(), next::toString);
    next.cancel();
    advance(SECOND);
    assertEquals(OrderStatus.CANCELED, next.status(), next::toString);
    assertEquals(
        exchange.openOrders(US, null).stream().map(Order::clientId).toList(),
        c.openOrders().stream().map(LiveOrder::clientId).toList());
    for (String asset : List.of("BTC", "ETH", "USDT")) {
      var ledger = exchange.ledger().balance(US, asset);
      assertEquals(0, ledger.total().compareTo(c.balances().get(asset).total()), asset);
      assertEquals(0, ledger.free().compareTo(c.available(asset)), asset + " available");
    }
  }

  private static void assertSame(Depth truth, OrderBook book) {
    assertTrue(book.isValid(), () -> book.instrument() + " is " + book.state());
    for (int level = 0; level < truth.bids().size(); level++) {
      var bid = truth.bids().get(level);
      assertEquals(0, bid.price().compareTo(book.level(Side.BUY, level).price()));
      assertEquals(0, bid.quantity().compareTo(book.level(Side.BUY, level).size()));
    }
    for (int level = 0; level < truth.asks().size(); level++) {
      var ask = truth.asks().get(level);
      assertEquals(0, ask.price().compareTo(book.level(Side.SELL, level).price()));
      assertEquals(0, ask.quantity().compareTo(book.level(Side.SELL, level).size()));
    }
  }

  @Override
  public void close() {
    colibri.close();
    exchange.verify();
  }
}
