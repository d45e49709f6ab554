package dev.colibri.connector.testkit.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.testkit.exchange.Order.Side;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class OracleTest {
  private static final String MARKET = "BTC-USDT";
  private static final long START = 1_700_000_000_000L;

  private final Exchange exchange =
      new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
  private final Oracle oracle = new Oracle(exchange, "ann");

  OracleTest() {
    for (var account : List.of("ann", "bob")) {
      exchange.openAccount(account, 1);
      exchange.deposit(account, "BTC", new BigDecimal("10"), START);
      exchange.deposit(account, "USDT", new BigDecimal("10000"), START);
    }
  }

  private Order place(String account, Side side, String price, String quantity, String id) {
    return exchange
        .place(
            account,
            OrderRequest.limit(MARKET, side, new BigDecimal(price), new BigDecimal(quantity), id),
            START)
        .order();
  }

  private long sumNow() {
    long sum = 0;
    var depth = exchange.depth(MARKET, Integer.MAX_VALUE);
    for (var level : depth.bids()) {
      sum += Oracle.hash(Side.BUY, level.price(), level.quantity());
    }
    for (var level : depth.asks()) {
      sum += Oracle.hash(Side.SELL, level.price(), level.quantity());
    }
    return sum;
  }

  @Test
  void remembersOrdersAndFillsThatTheExchangeForgot() {
    for (var id : List.of("a", "b", "a")) {
      place("bob", Side.SELL, "100", "1", "other");
      place("ann", Side.BUY, "100", "1", id);
    }
    assertEquals(List.of(), exchange.order("ann", MARKET, "b").stream().toList());
    assertEquals(Map.of("a", 2, "b", 1), oracle.accepted("ann"));
    assertEquals(2, oracle.accepted("ann", "a"));
    assertEquals(0, oracle.accepted("ann", "c"));
    assertEquals(3, oracle.fills("ann").size());
    assertEquals(3, oracle.orders("ann").size());
    oracle.orders("ann").values().forEach(o -> assertEquals(Order.Status.FILLED, o.status()));
    assertThrows(IllegalArgumentException.class, () -> oracle.fills("bob"));
  }

  @Test
  void anOrderNobodyAcceptedIsNotCounted() {
    assertThrows(Refused.class, () -> place("ann", Side.BUY, "100", "1000", "a"));
    assertEquals(Map.of(), oracle.accepted("ann"));
    assertEquals(Map.of(), oracle.orders("ann"));
  }

  @Test
  void knowsEveryBookOfThePastByItsSum() {
    var crowd = new Crowd(exchange, 7).trade(MARKET, "60000", "0.01");
    var past = new LinkedHashMap<Long, Long>();
    for (int i = 0; i < 100; i++) {
      crowd.step(START + i * 100);
      past.put(exchange.depth(MARKET, 0).lastUpdateId(), sumNow());
    }
    past.forEach((id, sum) -> assertEquals(OptionalLong.of(sum), oracle.sum(MARKET, id)));
    long last = oracle.lastUpdateId(MARKET);
    assertEquals(exchange.depth(MARKET, 0).lastUpdateId(), last);
    assertEquals(OptionalLong.empty(), oracle.sum(MARKET, last + 1));
    assertEquals(OptionalLong.of(0), oracle.sum(MARKET, 0), "it began empty");
  }

  @Test
  void aLevelsHashKnowsSideAndValueButNotScale() {
    long hash = Oracle.hash(Side.BUY, new BigDecimal("100"), new BigDecimal("1"));
    assertEquals(hash, Oracle.hash(Side.BUY, new BigDecimal("100.00"), new BigDecimal("1.0")));
    assertNotEquals(hash, Oracle.hash(Side.SELL, new BigDecimal("100"), new BigDecimal("1")));
    assertNotEquals(hash, Oracle.hash(Side.BUY, new BigDecimal("100"), new BigDecimal("2")));
  }

  @Test
  void knowsAPositionByItsFillsAndWhatWasPaidForHoldingIt() {
    var perps = new Exchange(List.of(Market.perp("BTC", "USDT", "0.01", "0.001")));
    var watching = new Oracle(perps, "ann");
    for (var account : List.of("ann", "bob")) {
      perps.openAccount(account, 1);
      perps.deposit(account, "USDT", new BigDecimal("10000"), START);
    }
    for (var side : List.of(Side.BUY, Side.SELL, Side.BUY)) {
      for (var account : List.of("bob", "ann")) {
        var request =
            OrderRequest.limit(
                MARKET,
                account.equals("ann") ? side : side.opposite(),
                new BigDecimal("100"),
                new BigDecimal("2"),
                "x");
        perps.place(account, request, START);
      }
    }
    var position = perps.position("ann", MARKET, Position.Side.BOTH);
    assertEquals(position.size(), watching.size("ann", MARKET, Position.Side.BOTH));
    perps.payFunding(MARKET, START);
    perps.payFunding(MARKET, START);
    assertEquals(2, watching.funding("ann").size(), "though the account keeps one");
    assertEquals(1, perps.incomes("ann").size());
  }
}
