package dev.colibri.examples.strategies;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.Simulated;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three markets of one exchange in virtual time. */
class TriangleTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final String VENUE = "binance-spot";

  private final Simulated sim =
      Simulated.seeded(7)
          .market("BTC-USDT", "0.01", "0.0001")
          .market("ETH-USDT", "0.01", "0.001")
          .market(Market.of("ETH", "BTC", "0.00001", "0.001").withNotional("0.0001", "9000"))
          .balance("USDT", "10000")
          .balance("BTC", "0.5");
  private BookConnector venue;
  private Inventory inventory;
  private Triangle triangle;

  private void open() {
    venue = sim.colibri().open(Binance.spot(Credentials.of("key", "a secret")));
    venue.start().join();
  }

  private void start() {
    var plan =
        new Triangle.Plan(
            new BigDecimal("1000"),
            new BigDecimal("0.001"),
            new BigDecimal("0.001"),
            new BigDecimal("0.02"));
    inventory = Inventory.found(List.of(venue), Map.of("BTC", new BigDecimal("0.5"))).join();
    triangle =
        new Triangle(
            sim.colibri(),
            venue,
            venue.instrument("BTC-USDT"),
            venue.instrument("ETH-USDT"),
            venue.instrument("ETH-BTC"),
            inventory,
            plan);
    sim.advance(Duration.ofSeconds(8));
  }

  private void quote(String market, String bid, String ask, String size) {
    sim.book(venue.instrument(market)).bid(bid, size).ask(ask, size);
  }

  /** One BTC is 50,000 or 20 ETH of 2,500: nothing to gain. */
  private void begin() {
    open();
    quote("BTC-USDT", "49990", "50010", "2");
    quote("ETH-USDT", "2499", "2501", "20");
    quote("ETH-BTC", "0.04998", "0.05002", "20");
    start();
  }

  @AfterEach
  void close() {
    sim.close();
  }

  private BigDecimal held(String asset) {
    return sim.exchange(VENUE).ledger().balance("main", asset).total();
  }

  /** It holds what it began with, but for what is too little for any order, and counts rightly. */
  private void assertHome() {
    BigDecimal btc = held("BTC").subtract(new BigDecimal("0.5"));
    assertEquals(0, btc.compareTo(inventory.held("BTC")));
    assertEquals(0, held("ETH").compareTo(inventory.held("ETH")));
    assertTrue(btc.abs().compareTo(new BigDecimal("0.00021")) < 0, "BTC " + btc);
    assertTrue(held("ETH").compareTo(new BigDecimal("0.0041")) < 0, "ETH " + held("ETH"));
  }

  @Test
  void nothing_is_traded_where_nothing_is_gained() {
    begin();
    assertEquals(0, triangle.rounds());
    assertHome();
  }

  @Test
  void a_round_gains_what_the_books_give() {
    begin();
    quote("ETH-BTC", "0.04898", "0.04902", "20"); // Two per cent too cheap in BTC.
    sim.advance(Duration.ofMillis(300));
    quote("ETH-BTC", "0.04998", "0.05002", "20");
    sim.advance(Duration.ofSeconds(5));
    assertTrue(triangle.rounds() > 0);
    assertTrue(held("USDT").compareTo(new BigDecimal("10010")) > 0, held("USDT").toPlainString());
    assertHome();
  }

  @Test
  void the_other_way_round_too() {
    begin();
    quote("ETH-BTC", "0.05098", "0.05102", "20");
    sim.advance(Duration.ofMillis(300));
    quote("ETH-BTC", "0.04998", "0.05002", "20");
    sim.advance(Duration.ofSeconds(5));
    assertTrue(held("USDT").compareTo(new BigDecimal("10010")) > 0, held("USDT").toPlainString());
    assertHome();
  }

  @Test
  void a_leg_that_is_gone_is_left_out_and_the_money_comes_home() {
    begin();
    quote("ETH-BTC", "0.04898", "0.04902", "20");
    sim.advance(Duration.ofMillis(6)); // It has decided.
    quote("ETH-BTC", "0.04998", "0.05002", "20");
    sim.advance(Duration.ofSeconds(5));
    assertEquals(1, triangle.rounds());
    assertHome();
    assertTrue(held("USDT").compareTo(new BigDecimal("9990")) > 0, "lost fees and spread only");
  }

  @Test
  void a_lost_reply_is_waited_for() {
    begin();
    sim.faults(VENUE).dropReply("POST /order");
    quote("ETH-BTC", "0.04898", "0.04902", "20");
    for (int i = 0; i < 100; i++) {
      sim.advance(Duration.ofMillis(1));
      BigDecimal btc = held("BTC").subtract(new BigDecimal("0.5"));
      assertTrue(btc.compareTo(new BigDecimal("0.02")) < 0, "bought twice: " + btc);
    }
    quote("ETH-BTC", "0.04998", "0.05002", "20");
    sim.advance(Duration.ofSeconds(60));
    assertTrue(triangle.rounds() > 0);
    assertHome();
  }

  @Test
  void what_a_process_before_left_comes_home() {
    begin();
    quote("ETH-BTC", "0.04898", "0.04902", "20");
    sim.advance(Duration.ofMillis(13));
    triangle.close();
    venue.close();
    assertTrue(held("BTC").compareTo(new BigDecimal("0.51")) > 0, "it was on its way");
    open();
    quote("ETH-BTC", "0.04998", "0.05002", "20");
    start();
    sim.advance(SECOND);
    assertHome();
  }

  @Test
  void whatever_goes_wrong_it_comes_home() {
    begin();
    var random = new SplittableRandom(5);
    for (int i = 0; i < 600; i++) {
      switch (random.nextInt(30)) {
        case 0 -> sim.faults(VENUE).dropReply("POST /order");
        case 1 -> sim.faults(VENUE).dropRequest("POST /order");
        case 2 -> sim.busy(Duration.ofMillis(random.nextInt(900)));
        case 3 -> {
          if (random.nextInt(5) == 0) {
            sim.cutConnections(VENUE);
          }
        }
        default -> {
          int off = random.nextInt(41) - 20;
          String bid = BigDecimal.valueOf(4998L + off * 5L, 5).toPlainString();
          String ask = BigDecimal.valueOf(5002L + off * 5L, 5).toPlainString();
          quote("ETH-BTC", bid, ask, "0." + (1 + random.nextInt(9)));
        }
      }
      sim.advance(Duration.ofMillis(random.nextInt(400)));
      BigDecimal btc = held("BTC").subtract(new BigDecimal("0.5"));
      assertTrue(btc.compareTo(new BigDecimal("0.0205")) < 0, i + ": more than a budget: " + btc);
      assertTrue(btc.compareTo(new BigDecimal("-0.0002")) > 0, i + ": of what stays: " + btc);
    }
    quote("ETH-BTC", "0.04998", "0.05002", "20");
    quote("BTC-USDT", "49990", "50010", "20");
    quote("ETH-USDT", "2499", "2501", "200");
    sim.advance(Duration.ofMinutes(3));
    assertTrue(triangle.rounds() > 10, triangle.rounds() + " rounds");
    assertHome();
    sim.exchange(VENUE).verify();
  }
}
