package dev.colibri.examples.strategies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spot.gate.Gate;
import dev.colibri.connector.spot.kraken.Kraken;
import dev.colibri.connector.testkit.Simulated;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two exchanges in virtual time; what they say that the accounts hold is the truth. */
class CrossVenueMakerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String HERE = "kraken-spot";
  private static final String THERE = "gate-spot";
  private static final BigDecimal SIZE = new BigDecimal("0.1");

  private final Simulated sim =
      Simulated.seeded(7)
          .market("BTC-USDT", "0.01", "0.0001")
          .balance("USDT", "100000")
          .balance("BTC", "5");
  private BookConnector here;
  private BookConnector there;
  private Instrument quoted;
  private Instrument hedge;
  private CrossVenueMaker maker;

  private void open() {
    var keys = Credentials.of("key", "a secret");
    here = sim.colibri().open(Kraken.spot(keys));
    there = sim.colibri().open(Gate.spot(keys));
    here.start().join();
    there.start().join();
    quoted = here.instrument("BTC-USDT");
    hedge = there.instrument("BTC-USDT");
  }

  private void start() {
    var plan =
        new CrossVenueMaker.Plan(
            SIZE, new BigDecimal("0.003"), new BigDecimal("0.0005"), new BigDecimal("0.01"));
    var stays = Map.of("BTC", new BigDecimal("10"));
    var held = Inventory.found(List.of(here, there), stays).join();
    maker = new CrossVenueMaker(sim.colibri(), here, quoted, there, hedge, held, plan);
    sim.advance(Duration.ofSeconds(8));
  }

  private void begin() {
    open();
    sim.book(quoted).bid("990", "5").ask("1010", "5");
    sim.book(hedge).bid("999", "20").ask("1001", "20");
    start();
  }

  @AfterEach
  void close() {
    sim.close();
  }

  private List<String> resting() {
    return sim.exchange(HERE).openOrders("main", null).stream()
        .map(o -> o.side() + " " + o.price().stripTrailingZeros().toPlainString())
        .sorted()
        .toList();
  }

  private BigDecimal held(String venue, String asset) {
    return sim.exchange(venue).ledger().balance("main", asset).total();
  }

  /** What both accounts hold in sum beyond what they began with. */
  private BigDecimal open(String asset, String began) {
    return held(HERE, asset).add(held(THERE, asset)).subtract(new BigDecimal(began));
  }

  private void assertHedged() {
    BigDecimal open = open("BTC", "10");
    assertEquals(0, open.compareTo(maker.open()), "counted " + maker.open());
    // Less than five dollars' worth is less than the venue takes.
    assertTrue(open.abs().compareTo(new BigDecimal("0.0051")) < 0, open.toPlainString());
  }

  @Test
  void it_quotes_at_the_prices_of_the_other_venue() {
    begin();
    assertEquals(List.of("BUY 996", "SELL 1004.01"), resting());
    sim.book(hedge).bid("1009", "20").ask("1011", "20");
    sim.advance(SECOND);
    sim.advance(SECOND);
    assertEquals(List.of("BUY 1005.97", "SELL 1014.04"), resting());
  }

  @Test
  void what_filled_is_hedged_and_there_is_a_profit() {
    begin();
    sim.book(quoted).bid("980", "5").ask("1010", "5");
    sim.trade(quoted, "996", "0.1");
    sim.advance(SECOND);
    assertHedged();
    assertTrue(held(THERE, "BTC").compareTo(new BigDecimal("4.91")) < 0);
    assertTrue(open("USDT", "200000").signum() > 0, "gained " + open("USDT", "200000"));
  }

  @Test
  void of_a_part_only_the_part_is_hedged() {
    begin();
    sim.book(quoted).bid("980", "5").ask("1010", "5");
    sim.trade(quoted, "996", "0.04");
    sim.advance(SECOND);
    assertHedged();
    assertEquals(0, held(THERE, "BTC").compareTo(new BigDecimal("4.9601")), "one lot is the fee's");
  }

  @Test
  void a_hedge_whose_reply_is_lost_is_not_sent_twice() {
    begin();
    sim.faults(THERE).dropReply("POST /order");
    sim.book(quoted).bid("980", "5").ask("1010", "5");
    sim.trade(quoted, "996", "0.1");
    for (int i = 0; i < 300; i++) {
      sim.advance(Duration.ofMillis(100));
      assertTrue(held(THERE, "BTC").compareTo(new BigDecimal("4.9")) >= 0, "hedged twice");
    }
    assertHedged();
  }

  @Test
  void a_strategy_that_hears_late_hedges_once() {
    begin();
    sim.book(quoted).bid("980", "5").ask("1010", "5");
    sim.trade(quoted, "996", "0.1");
    for (int i = 0; i < 100 && there.openOrders(hedge).isEmpty(); i++) {
      sim.advance(Duration.ofMillis(1));
    }
    assertEquals(1, there.openOrders(hedge).size(), "the hedge is on its way");
    // It is told of another book first, and of the hedge's fill behind that.
    sim.busy(Duration.ofMillis(200));
    sim.book(quoted).bid("979", "5").ask("1010", "5");
    sim.advance(Duration.ofMillis(199));
    assertEquals(0, there.openOrders(hedge).size(), "the connector knows that it is through");
    for (int i = 0; i < 200; i++) {
      sim.advance(Duration.ofMillis(5));
      assertTrue(held(THERE, "BTC").compareTo(new BigDecimal("4.9")) >= 0, "hedged twice");
    }
    assertHedged();
  }

  @Test
  void nothing_is_quoted_while_the_other_book_is_not_known() {
    begin();
    sim.cutConnections(THERE);
    sim.advance(Duration.ofMillis(50));
    assertEquals(List.of(), resting());
    sim.advance(Duration.ofSeconds(30));
    assertEquals(List.of("BUY 996", "SELL 1004.01"), resting());
  }

  @Test
  void a_side_that_could_not_be_hedged_is_not_quoted() {
    begin();
    sim.book(hedge).bid("999", "0.05").ask("1001", "20");
    sim.advance(SECOND);
    assertEquals(List.of("SELL 1004.01"), resting());
  }

  @Test
  void what_a_process_before_left_open_is_hedged_after_the_restart() {
    begin();
    sim.book(hedge); // Nobody there to hedge with.
    sim.trade(quoted, "996", "0.1");
    sim.advance(Duration.ofMillis(100));
    maker.close();
    here.close();
    there.close();
    open();
    sim.book(hedge).bid("999", "20").ask("1001", "20");
    start();
    sim.advance(SECOND);
    assertHedged();
  }

  @Test
  void stopping_leaves_nothing_open() {
    begin();
    sim.book(quoted).bid("980", "5").ask("1010", "5");
    sim.trade(quoted, "996", "0.1");
    var stopped = maker.stop();
    sim.advance(Duration.ofSeconds(5));
    assertTrue(stopped.isDone());
    assertEquals(List.of(), resting());
    assertHedged();
  }

  @Test
  void whatever_goes_wrong_no_more_than_one_quote_of_a_side_is_open() {
    begin();
    sim.crowd(hedge, "1000", "0.5");
    var random = new SplittableRandom(11);
    BigDecimal most = SIZE.add(new BigDecimal("0.0055"));
    for (int i = 0; i < 400; i++) {
      switch (random.nextInt(12)) {
        case 0 -> sim.faults(THERE).dropReply("POST /order");
        case 1 -> sim.faults(THERE).dropRequest("POST /order");
        case 2 -> sim.faults(HERE).dropReply("POST /order");
        case 3 -> sim.faults(HERE).dropReply("DELETE /order");
        case 4 -> sim.busy(Duration.ofMillis(random.nextInt(900)));
        case 5 -> {
          if (random.nextInt(5) == 0) {
            sim.cutConnections(random.nextBoolean() ? HERE : THERE);
          }
        }
        default -> {
          sim.trade(quoted, "" + (900 + random.nextInt(200)), "0.0" + (1 + random.nextInt(9)));
          sim.book(quoted).bid("980", "5").ask("1020", "5");
        }
      }
      sim.advance(Duration.ofMillis(random.nextInt(700)));
      BigDecimal open = open("BTC", "10");
      assertTrue(open.abs().compareTo(most) <= 0, i + ": " + open.toPlainString());
    }
    var stopped = maker.stop();
    sim.advance(Duration.ofMinutes(3));
    assertTrue(stopped.isDone());
    assertHedged();
    assertTrue(held(HERE, "BTC").compareTo(new BigDecimal("5")) != 0, "it traded");
    sim.exchange(HERE).verify();
    sim.exchange(THERE).verify();
  }
}
