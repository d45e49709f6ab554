package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.VenueException;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.testkit.sim.toy.ToyProtocol;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A paper connector to a venue where others trade: the whole way from the strategy to the wire, and
 * back. What the Hummingbot standard's paper trade gets wrong is right here.
 */
class PaperTradingTest {
  private static final Duration LATENCY = Duration.ofMillis(50);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String KEY = "a key that must not travel";
  private static final SpotVenue TOY =
      SpotVenue.of(ToySpot::new, Credentials.of(KEY, "a secret that must not travel"));

  private final VirtualTime time = new VirtualTime();
  private final Exchange exchange =
      new Exchange(
          List.of(
              Market.of("BTC", "USDT", "0.1", "0.001"), Market.of("ETH", "USDT", "0.1", "0.001")));
  private final ToyProtocol protocol = new ToyProtocol(exchange);
  private final Crowd crowd = new Crowd(exchange, 7);
  private final ProtocolNetwork network =
      new ProtocolNetwork(
          time, protocol, new Timeline(crowd, protocol, time.millis()), Duration.ofMillis(5));
  private final List<HttpRequest> requests = new ArrayList<>();
  private final List<String> frames = new ArrayList<>();
  private final List<String> paths = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final List<OrderEvent> events = new ArrayList<>();
  private Colibri colibri;
  private SpotConnector paper;
  private Instrument btc;
  private int others;

  /** Everything that leaves, on its way. */
  private final class Tap implements Network {
    @Override
    public void http(HttpRequest request, Consumer<Delivery> answer) {
      requests.add(request);
      network.http(request, answer);
    }

    @Override
    public Peer connect(URI uri, Map<String, String> headers, Channel channel) {
      paths.add(uri.getPath());
      Peer peer = network.connect(uri, headers, channel);
      return new Peer() {
        @Override
        public void text(String frame) {
          frames.add(frame);
          peer.text(frame);
        }

        @Override
        public void ping() {
          peer.ping();
        }

        @Override
        public void closed() {
          peer.closed();
        }
      };
    }
  }

  private void start(PaperAccount account) {
    exchange.openAccount("others");
    for (String asset : List.of("BTC", "ETH", "USDT")) {
      exchange.deposit("others", asset, new BigDecimal("1000000"), time.millis());
    }
    colibri = Colibri.paper(new VirtualHost(time, new Tap(), 1), Settings.DEFAULT, v -> v, account);
    paper = colibri.open(TOY);
    paper
        .orders()
        .listen(
            e -> {
              log.add(e.kind().name());
              events.add(e);
            });
    paper.start().join();
    btc = paper.instrument("BTC-USDT");
    others(Side.BUY, "99", "5");
    others(Side.SELL, "101", "5");
  }

  private void start() {
    start(PaperAccount.of(new TreeMap<>(Map.of("USDT", "10000", "BTC", "10"))));
  }

  private void watchTheBook() {
    paper.book(btc);
    time.advance(SECOND);
  }

  /** Somebody else quotes, or trades with whom he meets; what he does not find stays. */
  private void others(Side side, String price, String size) {
    network.atExchange(
        () ->
            exchange.place(
                "others",
                OrderRequest.limit(
                        "BTC-USDT",
                        side,
                        new BigDecimal(price),
                        new BigDecimal(size),
                        "o" + ++others)
                    .with(dev.colibri.connector.testkit.exchange.Order.SelfTrade.NONE),
                time.millis()));
  }

  private LiveOrder placed(Order order) {
    LiveOrder live = paper.place(order);
    time.advance(SECOND);
    return live;
  }

  private static String plain(BigDecimal n) {
    return n.stripTrailingZeros().toPlainString();
  }

  private String total(String asset) {
    return plain(paper.balances().get(asset).total());
  }

  /** Whatever a test did, the venue was asked for nothing but what is public. */
  @AfterEach
  void nothing_left_but_public_queries() {
    if (colibri != null) {
      colibri.close();
    }
    assertFalse(requests.isEmpty());
    for (HttpRequest r : requests) {
      assertEquals("GET", r.method(), r.toString());
      assertFalse(r.headers().containsKey("Key") || r.headers().containsKey("Sign"), r.toString());
      assertFalse((r.uri() + " " + r.headers()).contains("must"), r.toString());
    }
    assertFalse(paths.contains("/account"));
    assertFalse(String.join("\n", frames).contains("login"));
  }

  @Test
  void it_is_ready_without_an_account_at_the_venue_and_says_that_it_is_paper() {
    start();

    assertTrue(paper.isReady());
    assertEquals("toy-spot:paper", paper.name());
    assertEquals("toy-spot:paper-mm-1", colibri.open(TOY.account("mm-1")).name());
    assertEquals("10000", plain(paper.available("USDT")));
  }

  @Test
  void a_market_order_takes_effect_after_the_latency_and_not_five_seconds_later() {
    start();
    watchTheBook();
    LiveOrder order = paper.place(Order.buy(btc).market().size("2"));
    time.advance(LATENCY.minusMillis(1));
    assertEquals(OrderStatus.PENDING_NEW, order.status());
    time.advance(Duration.ofMillis(1));

    assertEquals(OrderStatus.FILLED, order.status());
    assertEquals("101", plain(order.averagePrice()));
    assertEquals(List.of("ACCEPTED", "FILL", "FILLED"), log);
    assertEquals("9798", total("USDT"));
    assertEquals("11.998", total("BTC"));
    assertEquals("{BTC=0.002}", order.fees().toString());
  }

  @Test
  void it_meets_the_book_as_it_is_after_the_latency() {
    start();
    watchTheBook();
    LiveOrder order = paper.place(Order.buy(btc).limit("101").size("2"));
    others(Side.BUY, "101", "5");
    time.advance(LATENCY);
    assertEquals(OrderStatus.OPEN, order.status());
  }

  @Test
  void a_thin_book_fills_what_it_has_and_events_balances_and_order_say_the_same() {
    start();
    watchTheBook();
    LiveOrder order = paper.place(Order.buy(btc).limit("200").size("8").ioc());
    time.advance(SECOND);

    assertEquals(OrderStatus.EXPIRED, order.status());
    assertEquals("5", plain(order.filled()));
    assertEquals("9495", total("USDT"));
    assertEquals("14.995", total("BTC"));
    assertEquals("101.0", paper.book(btc).bestAsk().price().toPlainString());
    assertEquals(OrderStatus.EXPIRED, placed(Order.buy(btc).limit("200").size("8").ioc()).status());
    assertEquals("9495", total("USDT"));
  }

  @Test
  void a_resting_order_is_filled_in_parts_by_what_others_trade_after_its_turn() {
    start();
    LiveOrder order = placed(Order.buy(btc).limit("99").size("2"));
    others(Side.SELL, "99", "4");
    time.advance(SECOND);
    assertEquals("0", plain(order.filled()));
    others(Side.BUY, "99", "5");
    time.advance(SECOND);
    others(Side.SELL, "99", "1.5");
    time.advance(SECOND);
    assertEquals("0.5", plain(order.filled()));
    assertEquals(OrderStatus.PARTIALLY_FILLED, order.status());
    others(Side.SELL, "99", "3");
    time.advance(SECOND);

    assertEquals(OrderStatus.FILLED, order.status());
    assertEquals(List.of("ACCEPTED", "FILL", "FILL", "FILLED"), log);
    assertEquals(Liquidity.MAKER, events.get(1).fill().liquidity());
    assertEquals("paper-1", order.venueId());
  }

  @Test
  void a_tiny_trade_beyond_the_price_fills_a_tiny_part() {
    start();
    LiveOrder order = placed(Order.buy(btc).limit("100").size("2"));
    others(Side.SELL, "99", "0.06");
    time.advance(SECOND);

    assertEquals("0.06", plain(order.filled()));
    assertEquals(1, paper.openOrders().size());
  }

  @Test
  void a_post_only_order_is_open_and_can_fill_and_one_that_would_cross_is_rejected() {
    start();
    LiveOrder crossing = placed(Order.buy(btc).limit("101").size("1").postOnly());
    assertEquals(OrderStatus.REJECTED, crossing.status());
    assertInstanceOf(Reject.WouldCross.class, crossing.state().reject());

    LiveOrder resting = placed(Order.buy(btc).limit("100").size("1").postOnly());
    assertEquals(
        List.of(resting.clientId()), paper.openOrders().stream().map(LiveOrder::clientId).toList());
    others(Side.SELL, "98", "6");
    time.advance(SECOND);
    assertEquals(OrderStatus.FILLED, resting.status());
  }

  @Test
  void what_a_resting_order_needs_is_locked_and_cannot_be_spent_twice() {
    start();
    placed(Order.buy(btc).limit("90").size("100"));
    assertEquals("1000", plain(paper.available("USDT")));
    assertEquals("10000", total("USDT"));

    var refused =
        assertThrows(Refused.class, () -> paper.place(Order.buy(btc).limit("90").size("12")));
    assertEquals(Rule.BUDGET, refused.rule());
    paper.cancelAll();
    time.advance(SECOND);
    assertEquals("10000", plain(paper.available("USDT")));
    assertEquals(List.of("ACCEPTED", "CANCEL_SENT", "CANCELED"), log);
  }

  @Test
  void a_market_order_that_the_price_ran_away_from_is_rejected_whole() {
    start();
    watchTheBook();
    others(Side.SELL, "102", "100");
    time.advance(SECOND);
    LiveOrder late = paper.place(Order.buy(btc).market().size("90"));
    others(Side.BUY, "102", "105");
    others(Side.SELL, "120", "200");
    time.advance(SECOND);

    assertEquals(OrderStatus.REJECTED, late.status());
    assertInstanceOf(Reject.InsufficientFunds.class, late.state().reject());
    assertEquals("10000", plain(paper.available("USDT")));
  }

  @Test
  void the_venues_rules_hold_on_paper() {
    start();

    var refused =
        assertThrows(Refused.class, () -> paper.place(Order.buy(btc).limit("99.55").size("1")));
    assertEquals(Rule.TICK_SIZE, refused.rule());
    assertEquals(
        Rule.MIN_NOTIONAL,
        assertThrows(Refused.class, () -> paper.place(Order.buy(btc).limit("90").size("0.001")))
            .rule());
  }

  @Test
  void a_cancel_takes_effect_after_the_latency_and_an_order_may_fill_until_then() {
    start();
    LiveOrder order = placed(Order.buy(btc).limit("100").size("1"));
    order.cancel();
    others(Side.SELL, "99", "1");
    time.advance(SECOND);

    assertEquals(OrderStatus.FILLED, order.status());
    assertEquals(List.of("ACCEPTED", "CANCEL_SENT", "FILL", "FILLED"), log);
    assertThrows(IllegalArgumentException.class, () -> paper.cancel("nobody"));
  }

  @Test
  void an_order_can_be_replaced() {
    start();
    LiveOrder order = placed(Order.buy(btc).limit("98").size("1"));
    LiveOrder next = order.replace(Order.buy(btc).limit("98.5").size("1")).join();
    time.advance(SECOND);

    assertEquals(OrderStatus.CANCELED, order.status());
    assertEquals(OrderStatus.OPEN, next.status());
    assertEquals("9901.5", plain(paper.available("USDT")));
  }

  @Test
  void orders_fill_though_the_strategy_looks_at_no_market_data() {
    start();
    LiveOrder order = placed(Order.buy(btc).limit("100").size("1"));
    assertTrue(String.join("\n", frames).contains("\"topic\":\"TRADES\",\"market\":\"BTC-USDT\""));
    others(Side.SELL, "100", "1");
    time.advance(SECOND);

    assertEquals(OrderStatus.FILLED, order.status());
  }

  @Test
  void without_a_valid_book_an_order_waits_and_an_immediate_one_is_rejected() {
    start();
    watchTheBook();
    network.cut(1006);
    time.advance(Duration.ofMillis(20));
    assertEquals(BookState.DISCONNECTED, paper.book(btc).state());
    LiveOrder waiting = paper.place(Order.buy(btc).limit("100").size("1"));
    LiveOrder immediate = paper.place(Order.buy(btc).limit("101").size("1").ioc());
    time.advance(LATENCY);
    assertEquals(OrderStatus.PENDING_NEW, waiting.status());
    assertInstanceOf(Reject.Maintenance.class, immediate.state().reject());
    time.advance(Duration.ofSeconds(3));
    assertEquals(OrderStatus.OPEN, waiting.status());

    time.advance(Duration.ofMinutes(1));
    assertEquals(OrderStatus.OPEN, waiting.status(), "an outage ends no order");
  }

  @Test
  void a_venue_that_stays_away_rejects_orders_in_the_end() {
    start();
    watchTheBook();
    network.cut(1006);
    time.advance(Duration.ofMillis(20));
    LiveOrder order = paper.place(Order.buy(btc).limit("100").size("1"));
    for (int i = 0; i < 600; i++) {
      network.cut(1006);
      time.advance(Duration.ofMillis(10));
    }

    assertEquals(OrderStatus.REJECTED, order.status());
    assertInstanceOf(Reject.Maintenance.class, order.state().reject());
  }

  @Test
  void requests_of_the_users_own_that_are_signed_or_change_something_do_not_leave() {
    start();
    int before = requests.size();
    for (Request r : List.of(Request.post("/order"), Request.get("/balances").signed())) {
      var failed = assertThrows(CompletionException.class, () -> paper.call(r).join());
      assertInstanceOf(VenueException.class, failed.getCause());
    }
    assertEquals(before, requests.size());
    assertEquals(200, paper.call(Request.get("/time")).join().status());
    assertTrue(paper.cancelEverything(btc).isEmpty());
    paper.rotate(Credentials.of(KEY + " too", "another"));
    time.advance(SECOND);
  }

  @Test
  void closing_cancels_what_rests() {
    start();
    placed(Order.buy(btc).limit("98").size("1"));

    assertEquals(List.of(), paper.closeAsync().join());
    assertEquals(List.of("ACCEPTED", "CANCEL_SENT", "CANCELED"), log);
  }

  @Test
  void the_accounts_own_fees_are_charged() {
    start(PaperAccount.of(new TreeMap<>(Map.of("USDT", "10000"))).fees("0", "0.01"));
    LiveOrder order = placed(Order.buy(btc).limit("101").size("1"));

    assertEquals("{BTC=0.01}", order.fees().toString());
  }

  /** A strategy among a crowd: its fills account for every balance, to the last digit. */
  @Test
  void balances_are_what_the_fills_say_and_no_audit_finds_a_drift() {
    assertEquals(run(), new PaperTradingTest().run(), "the same bytes in, the same events out");
  }

  private List<String> run() {
    start();
    network.atExchange(() -> crowd.trade("BTC-USDT", "100", "1"));
    List<String> drifts = new ArrayList<>();
    List<Balance> told = new ArrayList<>();
    paper
        .events()
        .listen(
            e -> {
              if (e instanceof ConnectorEvent.BalanceDrift
                  || e instanceof ConnectorEvent.Quarantined) {
                drifts.add(e.toString());
              }
            });
    paper.balanceUpdates().listen(told::add);
    watchTheBook();
    var quoting = colibri.every(Duration.ofMillis(700), this::quote);
    time.advance(Duration.ofMinutes(2));
    quoting.close();
    time.advance(SECOND);
    paper.cancelAll();
    time.advance(SECOND);

    Map<String, BigDecimal> held = new TreeMap<>();
    held.put("USDT", new BigDecimal("10000"));
    held.put("BTC", new BigDecimal("10"));
    int fills = 0;
    for (OrderEvent e : events) {
      Fill f = e.fill();
      if (f != null) {
        fills++;
        boolean buy = f.side() == dev.colibri.connector.model.Side.BUY;
        held.merge("BTC", buy ? f.size() : f.size().negate(), BigDecimal::add);
        held.merge("USDT", buy ? f.quoteSize().negate() : f.quoteSize(), BigDecimal::add);
        held.merge(f.fee().asset(), f.fee().amount().negate(), BigDecimal::add);
      }
    }
    assertTrue(fills > 30, "too little happened: " + fills);
    assertEquals(List.of(), drifts);
    assertFalse(told.isEmpty());
    held.forEach((asset, n) -> assertEquals(plain(n), total(asset)));
    held.forEach((asset, n) -> assertEquals(plain(n), plain(paper.available(asset))));
    return events.stream().map(OrderEvent::toString).toList();
  }

  /** Both sides at the touch, and sometimes across it. */
  private void quote() {
    paper.cancelAll(btc);
    var book = paper.book(btc);
    if (!book.isValid() || book.bestBid() == null || book.bestAsk() == null) {
      return;
    }
    long n = time.nanos() / 700_000_000L;
    try {
      paper.place(Order.buy(btc).limit(book.bestBid().price()).size("0.7").postOnly());
      paper.place(Order.sell(btc).limit(book.bestAsk().price()).size("0.7"));
      if (n % 5 == 0) {
        paper.place(Order.buy(btc).market().size("0.3"));
      } else if (n % 5 == 1) {
        paper.place(Order.sell(btc).limit(book.bestBid().price()).size("0.4").ioc());
      }
    } catch (Refused e) {
      assertEquals(Rule.BUDGET, e.rule());
    }
  }
}
