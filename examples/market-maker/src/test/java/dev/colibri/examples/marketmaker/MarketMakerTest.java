package dev.colibri.examples.marketmaker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Inventory;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.Simulated;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The strategy as it is, on the real engine and an embedded exchange, in virtual time. */
class MarketMakerTest {
  private static final String VENUE = "binance-spot";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Simulated sim =
      Simulated.seeded(42)
          .market("BTC-USDT", "0.01", "0.0001")
          .balance("USDT", "1000000")
          .balance("BTC", "10");
  private final SpotVenue venue =
      Binance.spot(Credentials.of("key", "a secret")).cancelAtClose(false);
  private final Inventory inventory = new Inventory();
  private SpotConnector connector = opened();
  private Instrument btc = connector.instrument("BTC-USDT");
  private MarketMaker maker;

  private SpotConnector opened() {
    return sim.colibri().open(venue).start().join();
  }

  private void make(Inventory inventory) {
    var plan =
        new MarketMaker.Plan(
            new BigDecimal("0.1"),
            new BigDecimal("0.001"),
            new BigDecimal("0.004"),
            new BigDecimal("0.2"),
            new BigDecimal("0.0001"));
    maker = new MarketMaker(sim.colibri(), connector, btc, inventory, plan);
  }

  private void start() {
    make(inventory);
    sim.book(btc).bid("999", "5").ask("1001", "5");
    sim.advance(SECOND);
  }

  @AfterEach
  void close() {
    sim.close();
  }

  /** What rests, by the exchange's own word. */
  private List<String> resting() {
    return sim.exchange(VENUE).openOrders("main", null).stream()
        .map(o -> o.side() + " " + o.price().stripTrailingZeros().toPlainString())
        .sorted()
        .toList();
  }

  /** What was bought in sum, by the exchange's own word. */
  private BigDecimal held() {
    return sim.exchange(VENUE)
        .ledger()
        .balance("main", "BTC")
        .total()
        .subtract(new BigDecimal("10"));
  }

  @Test
  void it_quotes_both_sides_of_the_middle() {
    start();

    assertEquals(List.of("BUY 999", "SELL 1001"), resting());
  }

  @Test
  void its_own_quotes_do_not_move_the_middle() {
    start();
    sim.book(btc).bid("990", "5").ask("1010", "5");
    sim.advance(Duration.ofSeconds(10));

    assertEquals(0, new BigDecimal("1000").compareTo(maker.middle()));
    assertEquals(List.of("BUY 999", "SELL 1001"), resting());
  }

  @Test
  void quotes_follow_the_market() {
    start();
    sim.book(btc).bid("1000.5", "5").ask("1002.5", "5");
    sim.advance(Duration.ofSeconds(5));

    assertEquals(0, held().signum());
    assertEquals(List.of("BUY 1000.49", "SELL 1002.51"), resting());
  }

  @Test
  void an_inventory_moves_both_quotes_against_it() {
    start();
    sim.book(btc).bid("990", "5").ask("1010", "5");
    sim.trade(btc, "999", "0.1");
    sim.advance(Duration.ofSeconds(5));

    assertEquals(0, held().compareTo(inventory.held(btc)));
    assertEquals(1, held().signum());
    // 0.0999 of 0.2, after the fee: the center is 0.4995 times 4 in 1000 below 1000.
    assertEquals(List.of("BUY 997", "SELL 999.01"), resting());
  }

  @Test
  void the_inventory_is_bounded_whatever_others_sell() {
    start();
    for (int i = 0; i < 20; i++) {
      sim.trade(btc, "900", "10");
      sim.book(btc).bid("999", "5").ask("1001", "5");
      sim.advance(SECOND);
      assertTrue(held().compareTo(new BigDecimal("0.2")) <= 0, held().toPlainString());
    }

    assertTrue(held().compareTo(new BigDecimal("0.19")) > 0, held().toPlainString());
    assertTrue(resting().stream().allMatch(o -> o.startsWith("SELL")), resting().toString());
  }

  @Test
  void the_inventory_is_bounded_when_a_fill_is_heard_late() {
    start();
    sellTo();
    sim.advance(SECOND);
    sim.busy(Duration.ofMillis(400));
    sim.advance(Duration.ofMillis(300)); // It is to look at the market first, and then at the fill.
    sellTo();
    sim.advance(Duration.ofMillis(110));
    sellTo();
    sim.advance(SECOND);

    assertEquals(0, held().compareTo(new BigDecimal("0.1998")), held().toPlainString());
  }

  private void sellTo() {
    sim.trade(btc, "900", "10");
    sim.book(btc).bid("990", "5").ask("1010", "5");
  }

  @Test
  void a_lost_reply_leads_to_no_second_order_on_that_side() {
    make(inventory);
    sim.faults(VENUE).dropReply("POST /order");
    sim.book(btc).bid("999", "5").ask("1001", "5");
    for (int i = 0; i < 200; i++) {
      sim.advance(Duration.ofMillis(100));
      long buys = resting().stream().filter(o -> o.startsWith("BUY")).count();
      assertTrue(buys <= 1, resting().toString());
    }

    assertTrue(connector.openOrders(btc).stream().allMatch(o -> o.status() == OrderStatus.OPEN));
    assertEquals(List.of("BUY 999", "SELL 1001"), resting());
  }

  @Test
  void nothing_rests_while_the_book_is_not_known() {
    start();
    sim.cutConnections(VENUE);
    sim.advance(Duration.ofMillis(50));
    assertEquals(List.of(), resting());

    sim.advance(Duration.ofSeconds(30));
    assertEquals(List.of("BUY 999", "SELL 1001"), resting());
  }

  @Test
  void stopping_leaves_nothing() {
    start();
    assertNotEquals(0, resting().size());

    maker.close();
    sim.advance(SECOND);
    assertEquals(List.of(), resting());
    assertFalse(inventory.isLive());
  }

  @Test
  void what_a_process_before_left_resting_is_moved_and_counted() {
    start();
    connector.close();
    assertEquals(List.of("BUY 999", "SELL 1001"), resting(), "as after a crash");

    connector = opened();
    btc = connector.instrument("BTC-USDT");
    var next = new Inventory();
    make(next);
    sim.book(btc).bid("990", "5").ask("1002", "5");
    sim.trade(btc, "999", "0.1");
    sim.advance(Duration.ofSeconds(5));

    assertEquals(0, held().compareTo(next.held(btc)), held().toPlainString());
    assertEquals(2, resting().size(), resting().toString());
  }

  @Test
  void a_crowd_trades_with_it_and_its_books_are_the_venues() {
    make(inventory);
    var fills = new AtomicInteger();
    connector.orders().listen(e -> fills.addAndGet(e.kind() == OrderEvent.Kind.FILL ? 1 : 0));
    sim.crowd(btc, "1000", "0.1");
    BigDecimal most = new BigDecimal("0.2");
    for (int i = 0; i < 120; i++) {
      if (i % 10 == 0) {
        sim.faults(VENUE).dropReply("POST /order").dropReply("DELETE /order");
      }
      if (i % 30 == 0) {
        sim.cutConnections(VENUE);
      }
      sim.advance(SECOND);
      assertTrue(held().abs().compareTo(most) <= 0, held().toPlainString());
    }
    maker.close();
    sim.advance(Duration.ofSeconds(30));

    assertFalse(inventory.isLive());
    assertTrue(fills.get() > 10, "fills: " + fills);
    assertEquals(0, held().compareTo(inventory.held(btc)));
    BigDecimal quote =
        sim.exchange(VENUE)
            .ledger()
            .balance("main", "USDT")
            .total()
            .subtract(new BigDecimal("1000000"));
    assertEquals(0, quote.compareTo(inventory.cash(btc)));
    sim.exchange(VENUE).verify();
  }
}
