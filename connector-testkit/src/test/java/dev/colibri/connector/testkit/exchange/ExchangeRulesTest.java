package dev.colibri.connector.testkit.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Order.Status;
import dev.colibri.connector.testkit.exchange.Order.TimeInForce;
import dev.colibri.connector.testkit.exchange.Refused.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExchangeRulesTest {

  private static final String M = "BTC-USDT";

  private final Exchange exchange =
      new Exchange(
          List.of(
              Market.of("BTC", "USDT", "0.01", "0.001")
                  .withQuantity("0.002", "50", "10")
                  .withNotional("5", "200000")
                  .withBand(
                      new Market.Band(
                          new BigDecimal("1.2"),
                          new BigDecimal("0.5"),
                          new BigDecimal("2"),
                          new BigDecimal("0.8")))
                  .withMaxOrders(5)));

  @BeforeEach
  void twoAccountsAndATradeAtHundred() {
    for (var name : List.of("ann", "bob")) {
      exchange.openAccount(name);
      exchange.deposit(name, "BTC", new BigDecimal("1000"), 0);
      exchange.deposit(name, "USDT", new BigDecimal("10000"), 0);
    }
    place("ann", Side.BUY, "100", "1", "a0");
    place("bob", Side.SELL, "100", "1", "b0");
  }

  private Order place(String account, Side side, String price, String quantity, String id) {
    return exchange.place(account, limit(side, price, quantity, id), 1).order();
  }

  private static OrderRequest limit(Side side, String price, String quantity, String id) {
    return OrderRequest.limit(M, side, new BigDecimal(price), new BigDecimal(quantity), id);
  }

  @ParameterizedTest
  @CsvSource({
    "BUY,  100.005, 1,      PRICE",
    "BUY,  0,       1,      PRICE",
    "BUY,  120.01,  1,      PRICE_BAND",
    "BUY,  49.99,   1,      PRICE_BAND",
    "SELL, 200.01,  1,      PRICE_BAND",
    "SELL, 79.99,   1,      PRICE_BAND",
    "BUY,  100,     0.001,  QUANTITY",
    "BUY,  100,     50.001, QUANTITY",
    "BUY,  100,     1.0005, QUANTITY",
    "BUY,  100,     0,      QUANTITY",
    "BUY,  100,     0.049,  NOTIONAL",
    "BUY,  100,     0.05,   ''",
    "SELL, 200,     50,     ''",
    "BUY,  120,     50,     ''",
  })
  void aLimitOrderOutsideARuleIsRefusedByTheRulesNameAndOneOnItsEdgeIsNot(
      Side side, String price, String quantity, String reason) {
    var before = exchange.ledger().balances("ann");
    var request = limit(side, price, quantity, "x");
    if (reason.isEmpty()) {
      exchange.test("ann", request, 2);
    } else {
      var refused = assertThrows(Refused.class, () -> exchange.place("ann", request, 2));
      assertEquals(Reason.valueOf(reason), refused.reason());
    }
    assertEquals(before, exchange.ledger().balances("ann"));
    assertTrue(exchange.openOrders("ann", null).isEmpty());
  }

  @Test
  void aMarketOrderHasItsOwnLargestQuantity() {
    var request = OrderRequest.market(M, Side.SELL, new BigDecimal("10.001"), "x");
    assertRefused(Reason.MARKET_QUANTITY, request);
  }

  @Test
  void aQuoteAmountWithoutLiquidityIsRefusedAndAMarketOrderExpires() {
    assertRefused(
        Reason.NO_LIQUIDITY, OrderRequest.marketByQuote(M, Side.BUY, new BigDecimal("50"), "x"));
    var order =
        exchange.place("ann", OrderRequest.market(M, Side.BUY, BigDecimal.ONE, "y"), 2).order();
    assertEquals(Status.EXPIRED, order.status());
    assertEquals(Order.Expiry.INSUFFICIENT_LIQUIDITY, order.expiry());
  }

  @Test
  void anAccountCannotLockWhatItHasNot() {
    place("ann", Side.BUY, "110", "50", "first");
    assertRefused(Reason.INSUFFICIENT_BALANCE, limit(Side.BUY, "110", "50", "x"));
  }

  private void assertRefused(Reason reason, OrderRequest request) {
    var refused = assertThrows(Refused.class, () -> exchange.place("ann", request, 2));
    assertEquals(reason, refused.reason());
  }

  @Test
  void aClientIdIsUniqueAmongOpenOrdersAndFreeAgainAfterwards() {
    var first = place("ann", Side.BUY, "90", "1", "same");
    assertRefused(Reason.DUPLICATE_CLIENT_ID, limit(Side.BUY, "91", "1", "same"));
    exchange.cancel("ann", M, first.id(), "c", 2);
    var second = exchange.place("ann", limit(Side.BUY, "91", "1", "same"), 3).order();
    assertEquals(second, exchange.order("ann", M, "same").orElseThrow(), "the latest is found");
    assertEquals(Status.CANCELED, exchange.order("ann", M, first.id()).orElseThrow().status());
  }

  @Test
  void openOrdersAreLimitedPerMarket() {
    for (int i = 0; i < 5; i++) {
      place("ann", Side.BUY, "90", "1", "n" + i);
    }
    assertRefused(Reason.TOO_MANY_ORDERS, limit(Side.BUY, "90", "1", "x"));
  }

  @Test
  void aPostOnlyOrderThatWouldTakeIsRefused() {
    place("bob", Side.SELL, "101", "1", "b1");
    assertRefused(Reason.WOULD_TAKE, limit(Side.BUY, "101", "1", "x").postOnly());
    assertEquals(
        Status.NEW,
        exchange.place("ann", limit(Side.BUY, "100.99", "1", "y").postOnly(), 3).order().status());
  }

  @Test
  void aClosedMarketRefusesOrdersAndAllowsCancels() {
    var order = place("ann", Side.BUY, "90", "1", "n");
    exchange.setStatus(M, Market.Status.BREAK, 2);
    assertRefused(Reason.MARKET_CLOSED, limit(Side.BUY, "90", "1", "x"));
    assertEquals(Status.CANCELED, exchange.cancel("ann", M, order.id(), "c", 3).status());
  }

  @Test
  void anotherAccountsOrderIsUnknown() {
    var order = place("bob", Side.SELL, "110", "1", "n");
    var refused = assertThrows(Refused.class, () -> exchange.cancel("ann", M, order.id(), "c", 2));
    assertEquals(Reason.UNKNOWN_ORDER, refused.reason());
    assertTrue(exchange.order("ann", M, order.id()).isEmpty());
  }

  @Test
  void feesAreTakenFromWhatIsReceivedAndTheLedgerTellsTheStory() {
    var btc = exchange.ledger().totals("ann", "BTC");
    assertEquals(new BigDecimal("1.00000000"), btc.received());
    assertEquals(new BigDecimal("0.00100000"), btc.fees());
    assertEquals(new BigDecimal("1000.99900000"), btc.balance());
    var usdt = exchange.ledger().totals("ann", "USDT");
    assertEquals(new BigDecimal("100.00000000"), usdt.delivered());
    assertEquals(new BigDecimal("0.10000000"), exchange.ledger().collected("USDT"));
  }

  @Test
  void eventsComeInExactOrderAndLevelChangesRebuildTheBook() {
    var heard = new ArrayList<String>();
    var bids = new TreeMap<BigDecimal, BigDecimal>(Comparator.reverseOrder());
    exchange.listen(
        new ExchangeListener() {
          @Override
          public void level(
              Market m, long id, Side side, BigDecimal price, BigDecimal quantity, long now) {
            heard.add("level " + id);
            if (quantity.signum() == 0) {
              bids.remove(price);
            } else {
              bids.put(price, quantity);
            }
          }

          @Override
          public void trade(Trade trade) {
            heard.add("trade " + trade.id());
          }

          @Override
          public void execution(Execution e) {
            heard.add(e.order().account() + " " + e.type() + " " + e.order().status());
          }

          @Override
          public void balances(String account, List<String> assets, long now) {
            heard.add(account + " " + assets);
          }

          @Override
          public void settled(long now) {
            heard.add("settled");
          }
        });
    place("ann", Side.BUY, "99", "1", "a1");
    exchange.place("bob", limit(Side.SELL, "98", "1.5", "b1").with(TimeInForce.IOC), 2);
    assertEquals(
        List.of(
            "ann NEW NEW",
            "level 3",
            "ann [USDT]",
            "settled",
            "bob NEW NEW",
            "level 4",
            "trade 2",
            "bob TRADE PARTIALLY_FILLED",
            "ann TRADE FILLED",
            "bob EXPIRED EXPIRED",
            "bob [BTC, USDT]",
            "ann [BTC, USDT]",
            "settled"),
        heard);
    assertTrue(bids.isEmpty());
  }

  @Test
  void anAmendedOrderKeepsItsPlaceInTheQueue() {
    var first = place("ann", Side.BUY, "99", "2", "first");
    place("ann", Side.BUY, "99", "2", "second");
    exchange.amend("ann", M, first.id(), BigDecimal.ONE, "renamed", 1);
    place("bob", Side.SELL, "99", "1", "taker");
    assertEquals(Status.FILLED, exchange.order("ann", M, "renamed").orElseThrow().status());
    assertTrue(exchange.order("ann", M, "first").isEmpty());
    exchange.verify();
  }

  @Test
  void aChangedOrderStandsBehindTheOthersAndMayTradeAtOnce() {
    var first = place("ann", Side.BUY, "99", "2", "first");
    place("bob", Side.BUY, "98", "1", "second");
    exchange.change("ann", M, first.id(), new BigDecimal("98"), new BigDecimal("3"), 1);
    exchange.verify();
    place("bob", Side.SELL, "100", "1", "ask");
    var changed =
        exchange.change("ann", M, first.id(), new BigDecimal("100"), new BigDecimal("2"), 1);
    assertEquals(Status.PARTIALLY_FILLED, changed.status());
    assertEquals("first", changed.clientId());
    for (String size : List.of("1", "0.5", "0.0000000001")) {
      assertThrows(
          Refused.class,
          () ->
              exchange.change("ann", M, first.id(), new BigDecimal("100"), new BigDecimal(size), 1),
          size);
    }
    exchange.verify();
  }

  @Test
  void anAccountForgetsItsOldestFinishedOrdersAndFills() {
    exchange.openAccount("cyd", 3);
    exchange.deposit("cyd", "USDT", new BigDecimal("10000"), 1);
    for (int i = 1; i <= 10; i++) {
      place("bob", Side.SELL, "100", "0.1", "s" + i);
      place("cyd", Side.BUY, "100", "0.1", "c" + i);
    }
    assertEquals(
        List.of("c8", "c9", "c10"),
        exchange.orders("cyd", M).stream().map(Order::clientId).toList());
    assertEquals(
        List.of("c8", "c9", "c10"), exchange.fills("cyd", M).stream().map(Fill::clientId).toList());
    assertTrue(exchange.order("cyd", M, "c7").isEmpty());
    assertTrue(exchange.sizes().stream().skip(exchange.sizes().size() - 4).allMatch(n -> n <= 3));
    assertEquals(
        new BigDecimal("1.00000000"),
        exchange.ledger().totals("cyd", "BTC").received(),
        "the ledger's sums forget nothing");
  }

  @Test
  void timeNeverGoesBack() {
    assertThrows(
        IllegalArgumentException.class,
        () -> exchange.place("ann", limit(Side.BUY, "99", "1", "x"), 0));
  }

  @Test
  void barsFillPausesWithTheLastPrice() {
    exchange.place("ann", limit(Side.BUY, "101", "1", "p"), 200_000);
    exchange.place("bob", limit(Side.SELL, "101", "1", "q"), 200_000);
    var bars = exchange.bars(M, Bar.Interval.MINUTE, 260_000, 100);
    assertEquals(
        List.of(0L, 60_000L, 120_000L, 180_000L, 240_000L),
        bars.stream().map(Bar::openTime).toList());
    assertEquals(
        List.of("100.00000000", "100.00000000", "100.00000000", "101.00000000", "101.00000000"),
        bars.stream().map(b -> b.close().toPlainString()).toList());
    assertEquals(List.of(1L, 0L, 0L, 1L, 0L), bars.stream().map(Bar::trades).toList());
    assertEquals(bars.subList(3, 5), exchange.bars(M, Bar.Interval.MINUTE, 260_000, 2));
    assertEquals(2, exchange.day(M, 260_000).orElseThrow().trades());
  }
}
