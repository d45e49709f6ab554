package dev.colibri.connector.testkit.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Order.Side;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrowdTest {

  private static final String MARKET = "BTC-USDT";
  private static final long START = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000L;

  private final Exchange exchange =
      new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
  private final Crowd crowd = new Crowd(exchange, 7).trade(MARKET, "60000", "0.01");

  @Test
  void movesTheBookAndPrintsTrades() {
    crowd.step(START);
    var before = exchange.depth(MARKET, 5);
    crowd.step(START + 10_000);
    var after = exchange.depth(MARKET, 5);
    assertEquals(5, after.bids().size());
    assertEquals(5, after.asks().size());
    assertNotEquals(before, after);
    assertTrue(exchange.trades(MARKET).size() > 10, "trades in ten seconds");
  }

  @Test
  void fillsAQuoteAtTheBestPriceWithinSeconds() {
    exchange.openAccount("ann");
    exchange.deposit("ann", "USDT", new BigDecimal("10000"), START);
    crowd.step(START + 2_000);
    var best = exchange.depth(MARKET, 1).bids().get(0).price();
    var order =
        exchange
            .place(
                "ann",
                OrderRequest.limit(MARKET, Side.BUY, best, new BigDecimal("0.001"), "a"),
                START + 2_000)
            .order();
    long now = START + 2_000;
    while (exchange.order("ann", MARKET, order.id()).orElseThrow().status().isOpen()) {
      now += Crowd.ROUND_MILLIS;
      crowd.step(now);
      assertTrue(now < START + 60_000, "filled within a minute");
    }
    exchange.verify();
  }

  @Test
  void followsTheRulesOfItsMarketUntilItIsGone() {
    crowd.step(START);
    crowd.step(START + 10_000);
    exchange.setRules(Market.of("BTC", "USDT", "0.5", "0.001"), START + 10_000);
    crowd.step(START + 60_000);
    var trades = exchange.trades(MARKET);
    var last = trades.get(trades.size() - 1);
    assertTrue(last.time() > START + 50_000, "it goes on");
    assertTrue(Amounts.isMultiple(last.price(), new BigDecimal("0.50000000")), last.toString());
    assertTrue(last.price().intValue() / 1_000 == 59 || last.price().intValue() / 1_000 == 60);
    exchange.verify();

    exchange.delist(MARKET, START + 60_000);
    crowd.step(START + 61_000);
    assertEquals(List.of(), exchange.depth(MARKET, 1).bids());
    assertEquals(List.of(), exchange.markets());
    exchange.verify();
  }

  @Test
  void sameSeedSameTradesOtherSeedOtherTrades() {
    assertEquals(tradesOf(7), tradesOf(7));
    assertNotEquals(tradesOf(7), tradesOf(8));
  }

  private static List<Trade> tradesOf(long seed) {
    var exchange = new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
    var crowd = new Crowd(exchange, seed).trade(MARKET, "60000", "0.01");
    var trades = new ArrayList<Trade>();
    exchange.listen(
        new ExchangeListener() {
          @Override
          public void trade(Trade trade) {
            trades.add(trade);
          }
        });
    crowd.step(START);
    crowd.step(START + 20_000);
    return trades;
  }

  @Test
  void hoursOfTradingKeepNothingThatGrowsAndLoseNothing() {
    crowd.step(START);
    crowd.step(START + HOUR / 4);
    var early = exchange.sizes();
    crowd.step(START + 2 * HOUR);
    var late = exchange.sizes();
    for (int i = 0; i < late.size(); i++) {
      // A crowd account may have a few more open orders at one moment than at another.
      assertTrue(late.get(i) <= early.get(i) + 100, early + " grew to " + late);
    }
    var price = exchange.trades(MARKET).get(Exchange.TRADES - 1).price();
    assertTrue(
        price.compareTo(new BigDecimal("30000")) > 0
            && price.compareTo(new BigDecimal("120000")) < 0,
        "the price stays in reach: " + price);
    exchange.verify();
  }
}
