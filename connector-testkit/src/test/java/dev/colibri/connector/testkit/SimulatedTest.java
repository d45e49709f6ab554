package dev.colibri.connector.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulatedTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final SpotVenue TOY =
      SpotVenue.of(ToySpot::new, Credentials.of("key", "a secret"));

  private final Simulated sim =
      Simulated.seeded(42)
          .market("BTC-USDT", "0.1", "0.001")
          .balance("USDT", "1000")
          .balance("BTC", "2");
  private final SpotConnector toy = sim.colibri().open(TOY);
  private final List<String> log = new ArrayList<>();
  private Instrument btc;

  private void start() {
    toy.orders().listen(e -> log.add(e.kind().name()));
    toy.start().join();
    btc = toy.instrument("BTC-USDT");
  }

  @AfterEach
  void close() {
    sim.close();
  }

  @Test
  void a_connector_becomes_ready_without_a_moment_of_real_time() {
    start();

    assertTrue(toy.isReady());
    assertEquals(0, new BigDecimal("1000").compareTo(toy.available("USDT")));
    assertEquals("toy-spot", btc.venue());
    assertEquals(0, new BigDecimal("0.1").compareTo(btc.rules().tickSize()));
  }

  @Test
  void the_book_is_what_others_quote_and_what_we_quote() {
    start();
    assertFalse(toy.book(btc).isValid());
    sim.book(btc).bid("99", "5").ask("101", "5");
    sim.advance(SECOND);
    assertEquals("99.0", toy.book(btc).bestBid().price().toPlainString());

    toy.place(Order.buy(btc).limit("99.5").size("1").postOnly());
    sim.advance(SECOND);
    assertEquals("99.5", toy.book(btc).bestBid().price().toPlainString());
    assertEquals(List.of("ACCEPTED"), log);
  }

  @Test
  void orders_are_amended_where_the_venue_that_is_simulated_can() {
    start();
    var order = toy.place(Order.buy(btc).limit("90").size("1"));
    sim.advance(SECOND);
    assertTrue(order.amend(order.order().limit("91")).isEmpty());

    var other = Simulated.seeded(42).market("BTC-USDT", "0.1", "0.001").balance("USDT", "1000");
    var amending =
        other
            .colibri()
            .open(SpotVenue.of(ToySpot.Amending::new, Credentials.of("key", "a secret")));
    amending.start().join();
    var same = amending.place(Order.buy(amending.instrument("BTC-USDT")).limit("90").size("1"));
    other.advance(SECOND);
    assertEquals(same, same.amend(same.order().limit("91")).orElseThrow().join());
    other.close();
  }

  @Test
  void a_trade_at_our_price_fills_us_and_the_ledger_agrees() {
    start();
    var order = toy.place(Order.buy(btc).limit("99.5").size("1").postOnly());
    sim.advance(SECOND);
    sim.trade(btc, "99.5", "0.4");
    sim.advance(SECOND);
    assertEquals("0.4", order.filled().stripTrailingZeros().toPlainString());
    sim.trade(btc, "99.4", "3");
    sim.advance(SECOND);

    assertEquals(OrderStatus.FILLED, order.status());
    assertEquals(List.of("ACCEPTED", "FILL", "FILL", "FILLED"), log);
    var held = sim.exchange("toy-spot").ledger().balance("main", "BTC").total();
    assertEquals(0, held.compareTo(toy.balances().get("BTC").total()));
    sim.exchange("toy-spot").verify();
  }

  @Test
  void whoever_listens_to_balances_knows_what_orders_lock() {
    Map<String, BigDecimal> heard = new TreeMap<>();
    toy.balanceUpdates().listen(b -> heard.put(b.asset(), b.available().stripTrailingZeros()));
    start();
    var order = toy.place(Order.buy(btc).limit("99.5").size("1").postOnly());
    sim.advance(SECOND);
    assertEquals(new BigDecimal("900.5"), heard.get("USDT"));
    assertEquals(0, toy.available("USDT").compareTo(heard.get("USDT")));

    order.cancel();
    sim.advance(SECOND);
    assertEquals(0, new BigDecimal("1000").compareTo(heard.get("USDT")));
  }

  @Test
  void what_the_venue_would_refuse_is_refused_here() {
    start();

    var refused =
        assertThrows(Refused.class, () -> toy.place(Order.buy(btc).limit("99.55").size("1")));
    assertEquals(Rule.TICK_SIZE, refused.rule());
    assertEquals("99.5", refused.nearest().toPlainString());
  }

  @Test
  void what_others_cannot_quote_is_told_with_the_rules() {
    start();

    var wrong = assertThrows(IllegalArgumentException.class, () -> sim.book(btc).bid("99.55", "5"));
    assertEquals(
        "the exchange refuses what others do, BUY 5.00000000 at 99.55000000: PRICE;"
            + " the tick is 0.10000000, the lot 0.00100000",
        wrong.getMessage());
  }

  @Test
  void a_lost_reply_leaves_an_order_unknown_until_the_venue_shows_it() {
    start();
    sim.faults("toy-spot").dropReply("POST /order");
    var order = toy.place(Order.buy(btc).limit("99.5").size("1"));
    sim.advance(Duration.ofMinutes(1));

    assertEquals(OrderStatus.OPEN, order.status());
    assertEquals(1, sim.exchange("toy-spot").openOrders("main", null).size());
  }

  @Test
  void fills_during_an_outage_are_caught_up() {
    start();
    var order = toy.place(Order.buy(btc).limit("99.5").size("1"));
    sim.advance(SECOND);
    sim.cutConnections("toy-spot");
    sim.trade(btc, "99.5", "1");
    sim.advance(Duration.ofMinutes(1));

    assertEquals(OrderStatus.FILLED, order.status());
    assertEquals(List.of("ACCEPTED", "FILL", "FILLED"), log);
  }

  @Test
  void a_strategy_that_waits_for_what_never_comes_is_told() {
    start();
    var order = toy.place(Order.buy(btc).limit("1").size("5"));

    assertThrows(IllegalStateException.class, () -> order.done().join());
  }

  @Test
  void the_same_seed_gives_the_same_run() {
    assertEquals(run(7), run(7));
    assertFalse(run(7).equals(run(8)));
  }

  private static List<String> run(long seed) {
    List<String> log = new ArrayList<>();
    try (var sim =
        Simulated.seeded(seed)
            .market("BTC-USDT", "0.1", "0.001")
            .balance("USDT", "100000")
            .balance("BTC", "20")) {
      Colibri colibri = sim.colibri();
      SpotConnector toy = colibri.open(TOY);
      toy.orders().listen((OrderEvent e) -> log.add(colibri.now() + " " + e));
      toy.start().join();
      Instrument btc = toy.instrument("BTC-USDT");
      sim.crowd(btc, "100", "1");
      colibri.every(
          SECOND,
          () -> {
            toy.cancelAll(btc);
            var book = toy.book(btc);
            if (book.isValid() && book.bestBid() != null) {
              toy.place(Order.buy(btc).limit(book.bestBid().price()).size("0.5").postOnly());
            }
          });
      sim.advance(Duration.ofSeconds(30));
      sim.exchange("toy-spot").verify();
    }
    assertTrue(log.size() > 20, log.toString());
    return log;
  }

  @Test
  void a_busy_strategy_hears_later_what_its_connector_knows() {
    start();
    var order = toy.place(Order.buy(btc).limit("90").size("1"));
    sim.busy(Duration.ofMillis(500));
    sim.advance(Duration.ofMillis(499));

    assertEquals(OrderStatus.OPEN, order.status());
    assertEquals(List.of(), log);
    sim.advance(Duration.ofMillis(1));
    assertEquals(List.of("ACCEPTED"), log);
  }
}
