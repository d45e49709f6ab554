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
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a margined market demands, and what its positions do. */
class MarginRulesTest {

  private static final String PERP = "BTC-USDT";
  private static final String SPOT = "ETH-USDT";

  private final Exchange exchange =
      new Exchange(
          List.of(
              Market.perp("BTC", "USDT", "0.1", "0.001").withFees("0", "0"),
              Market.of("ETH", "USDT", "0.01", "0.001").withFees("0", "0")));
  private final List<Income> incomes = new ArrayList<>();
  private int ids;
  private long now = 1_000;

  MarginRulesTest() {
    for (var account : List.of("ann", "bob")) {
      exchange.openAccount(account);
      exchange.deposit(account, "USDT", new BigDecimal("10000"), now);
    }
    exchange.listen(
        new ExchangeListener() {
          @Override
          public void income(String account, Income income) {
            incomes.add(income);
          }
        });
    exchange.wake(now);
  }

  @AfterEach
  void everythingAddsUp() {
    exchange.verify();
  }

  private Order place(String account, Side side, String price, String quantity) {
    return place(account, side, price, quantity, request -> request);
  }

  private Order place(
      String account, Side side, String price, String quantity, UnaryOperator<OrderRequest> but) {
    var request =
        OrderRequest.limit(
            PERP, side, new BigDecimal(price), new BigDecimal(quantity), "c" + ++ids);
    return exchange.place(account, but.apply(request), now).order();
  }

  private Reason refused(Runnable action) {
    return assertThrows(Refused.class, action::run).reason();
  }

  private Position of(String account) {
    return exchange.position(account, PERP, Position.Side.BOTH);
  }

  private static void assertAmount(String expected, BigDecimal actual) {
    assertEquals(0, new BigDecimal(expected).compareTo(actual), "is " + actual);
  }

  private void mark(String price) {
    exchange.setMark(PERP, new BigDecimal(price), new BigDecimal(price), now);
  }

  /** Ann is long and bob is short, at this price. */
  private void trade(String price, String quantity) {
    place("bob", Side.SELL, price, quantity);
    place("ann", Side.BUY, price, quantity);
  }

  @Test
  void anOrderNeedsItsNotionalByTheLeverage() {
    place("ann", Side.BUY, "1000", "100");
    assertAmount("5000", exchange.equity("ann", "USDT").orderMargin());
    assertAmount("5000", exchange.equity("ann", "USDT").available());
    // The other side costs nothing as long as it is not the worse one.
    place("ann", Side.SELL, "1100", "90");
    assertAmount("5000", exchange.equity("ann", "USDT").available());
    assertEquals(
        Reason.INSUFFICIENT_MARGIN, refused(() -> place("ann", Side.BUY, "1000", "100.001")));
    exchange.setLeverage("ann", PERP, 50, now);
    assertAmount("8000", exchange.equity("ann", "USDT").available());
    assertEquals(Reason.LEVERAGE, refused(() -> exchange.setLeverage("ann", PERP, 126, now)));
    assertEquals(
        Reason.INSUFFICIENT_MARGIN, refused(() -> exchange.setLeverage("ann", PERP, 9, now)));
    assertEquals(50, exchange.leverage("ann", PERP));
  }

  @Test
  void whatAnOrderLosesAtOnceMustBeThereToo() {
    mark("1000");
    // 105 units at 1,100 need 5,775 at 20, and are worth 10,500 less at once.
    assertEquals(Reason.INSUFFICIENT_MARGIN, refused(() -> place("ann", Side.BUY, "1100", "105")));
    place("ann", Side.BUY, "1000", "105");
  }

  @Test
  void unrealisedProfitBearsOrdersAndCannotBeWithdrawn() {
    trade("1000", "100");
    mark("1050");
    var equity = exchange.equity("ann", "USDT");
    assertAmount("5000", equity.unrealised());
    assertAmount("9750", equity.available());
    assertAmount("10000", equity.wallet());
    assertEquals(
        Reason.INSUFFICIENT_BALANCE,
        refused(() -> exchange.withdraw("ann", "USDT", new BigDecimal("9751"), now)));
    exchange.withdraw("ann", "USDT", new BigDecimal("9750"), now);
  }

  @Test
  void spotOrdersOfTheSameWalletLeaveMarginAlone() {
    trade("1000", "100");
    var dear =
        OrderRequest.limit(
            SPOT, Side.BUY, new BigDecimal("100"), new BigDecimal("51"), "spot" + ++ids);
    assertEquals(Reason.INSUFFICIENT_BALANCE, refused(() -> exchange.place("ann", dear, now)));
    var cheap =
        OrderRequest.limit(
            SPOT, Side.BUY, new BigDecimal("100"), new BigDecimal("50"), "spot" + ++ids);
    exchange.place("ann", cheap, now);
    assertAmount("0", exchange.equity("ann", "USDT").available());
  }

  @Test
  void theMarkPriceFollowsTheBookWithinASecond() {
    assertEquals(1_000, now);
    trade("1000", "1");
    assertAmount("1000", exchange.mark(PERP).price());
    place("bob", Side.SELL, "900", "1");
    assertAmount("1000", exchange.mark(PERP).price());
    assertEquals(2_000, exchange.nextWake());
    exchange.wake(1_999);
    assertAmount("1000", exchange.mark(PERP).price());
    exchange.wake(2_000);
    assertAmount("900", exchange.mark(PERP).price()); // the best ask bounds the last price
    now = 2_000;
    mark("1234.5");
    exchange.wake(3_000);
    assertAmount("1234.5", exchange.mark(PERP).price());
    exchange.followBook(PERP, 3_000);
    exchange.wake(4_000);
    assertAmount("900", exchange.mark(PERP).price());
    now = 4_000;
  }

  @Test
  void fundingIsPaidByThoseWhoAreLongWhenItIsDue() {
    trade("1000", "1.001");
    exchange.setFundingRate(PERP, new BigDecimal("0.0001234567"), now);
    long due = exchange.mark(PERP).nextFunding();
    assertEquals(28_800_000L, due);
    exchange.wake(due - 1);
    assertEquals(List.of(), incomes);
    exchange.wake(due);
    now = due;
    assertEquals(2, incomes.size());
    assertAmount("-0.12358016", incomes.get(0).amount());
    assertAmount("0.12358016", incomes.get(1).amount());
    assertEquals(due, incomes.get(0).time());
    assertAmount("-0.12358016", exchange.ledger().totals("ann", "USDT").funding());
    assertEquals(2 * due, exchange.mark(PERP).nextFunding());
    assertAmount("1.001", of("ann").size());
    // Nobody is open: nobody pays.
    trade("1000", "1");
    place("ann", Side.SELL, "1000", "2.001", r -> r);
    place("bob", Side.BUY, "1000", "2.001", r -> r);
    incomes.clear();
    exchange.payFunding(PERP, now);
    assertEquals(List.of(), incomes);
  }

  @Test
  void whatALossOwesTheExchangePays() {
    trade("1000", "100");
    mark("1000"); // stays, so that nobody is liquidated
    place("bob", Side.BUY, "800", "100");
    place("ann", Side.SELL, "800", "100");
    assertAmount("0", exchange.ledger().balance("ann", "USDT").total());
    assertAmount("10000", exchange.ledger().totals("ann", "USDT").insurance());
    assertEquals(Income.Type.INSURANCE, incomes.get(0).type());
    assertAmount("-10000", exchange.ledger().balance(Exchange.HOUSE, "USDT").total());
    assertAmount("30000", exchange.ledger().balance("bob", "USDT").total());
  }

  @Test
  void aPositionIsLiquidatedAtThePriceThatWasSaid() {
    trade("1000", "100");
    var price = exchange.liquidationPrice(of("ann"));
    assertAmount("903.61445783", price); // (100,000 - 10,000) / (100 - 100 * 0.004)
    mark("903.7");
    assertAmount("100", of("ann").size());
    mark("903.6");
    assertTrue(of("ann").isFlat());
    assertAmount("0", exchange.ledger().balance("ann", "USDT").total());
    assertAmount("100", of(Exchange.HOUSE).size());
    var forced = exchange.orders("ann", PERP);
    assertEquals(Order.Cause.LIQUIDATION, forced.get(forced.size() - 1).cause());
  }

  @Test
  void aLiquidationStopsWhenWhatIsLeftSuffices() {
    trade("1000", "100");
    place("bob", Side.BUY, "950", "60");
    mark("903");
    assertAmount("40", of("ann").size());
    assertTrue(exchange.equity("ann", "USDT").total().signum() > 0);
    assertTrue(of(Exchange.HOUSE).isFlat());
  }

  @Test
  void anOrderThatMayOnlyReduceIsCutToThePosition() {
    assertEquals(
        Reason.NOTHING_TO_REDUCE,
        refused(() -> place("ann", Side.SELL, "1000", "1", OrderRequest::reducing)));
    trade("1000", "1");
    var order = place("ann", Side.SELL, "1001", "3", OrderRequest::reducing);
    place("bob", Side.BUY, "1001", "5");
    var ended = exchange.order("ann", PERP, order.id()).orElseThrow();
    assertEquals(Status.EXPIRED, ended.status());
    assertEquals(Order.Expiry.NOTHING_TO_REDUCE, ended.expiry());
    assertAmount("1", ended.executed());
    assertTrue(of("ann").isFlat());
    assertEquals(1, exchange.depth(PERP, 5).bids().size());
    assertEquals(0, exchange.depth(PERP, 5).asks().size());
  }

  @Test
  void aTakerThatMayOnlyReduceIsCutToo() {
    trade("1000", "1");
    place("bob", Side.BUY, "999", "5");
    var order = place("ann", Side.SELL, "999", "3", OrderRequest::reducing);
    assertEquals(Status.EXPIRED, order.status());
    assertAmount("1", order.executed());
    assertTrue(of("ann").isFlat());
  }

  @Test
  void fillOrKillIsRefusedWhereItIsNotThere() {
    place("bob", Side.SELL, "1000", "1");
    assertEquals(
        Reason.WOULD_NOT_FILL,
        refused(() -> place("ann", Side.BUY, "1000", "2", r -> r.with(TimeInForce.FOK))));
    assertEquals(
        Status.FILLED, place("ann", Side.BUY, "1000", "1", r -> r.with(TimeInForce.FOK)).status());
  }

  @Test
  void theTwoPositionsOfAHedgeAreClosedApart() {
    exchange.setHedged("ann", true, now);
    assertEquals(Reason.POSITION_SIDE, refused(() -> place("ann", Side.BUY, "1000", "1")));
    place("bob", Side.SELL, "1000", "2");
    place("bob", Side.BUY, "999", "3");
    place("ann", Side.BUY, "1000", "2", r -> r.on(Position.Side.LONG));
    place("ann", Side.SELL, "999", "1", r -> r.on(Position.Side.SHORT));
    assertAmount("2", exchange.position("ann", PERP, Position.Side.LONG).size());
    assertAmount("-1", exchange.position("ann", PERP, Position.Side.SHORT).size());
    // Both need margin, and a close needs none.
    assertAmount("150", exchange.equity("ann", "USDT").positionMargin());
    place("ann", Side.SELL, "5000", "2", r -> r.on(Position.Side.LONG));
    assertAmount("0", exchange.equity("ann", "USDT").orderMargin());
    assertEquals(
        Reason.NOTHING_TO_REDUCE,
        refused(
            () -> {
              place("ann", Side.SELL, "999", "2", r -> r.on(Position.Side.LONG));
              place("ann", Side.SELL, "999", "1", r -> r.on(Position.Side.LONG));
            }));
    assertEquals(1, exchange.positions("ann").size());
    assertEquals(Reason.OPEN_POSITIONS, refused(() -> exchange.setHedged("ann", false, now)));
  }

  @Test
  void aMarketThatGoesSettlesItsPositionsAtTheMarkPrice() {
    trade("1000", "2");
    mark("1100");
    exchange.delist(PERP, now);
    assertAmount("10200", exchange.ledger().balance("ann", "USDT").total());
    assertAmount("9800", exchange.ledger().balance("bob", "USDT").total());
    assertEquals(List.of(), exchange.positions(Exchange.HOUSE));
    assertEquals(Order.Cause.SETTLEMENT, exchange.fills("ann", PERP).get(1).cause());
  }

  @Test
  void aCrowdTradesPerpetualsForHours() {
    var crowd = new Crowd(exchange, 7, 1_000).trade(PERP, "1000", "0.5");
    for (long time = now; time < 3_600_000L; time += 1_000) {
      crowd.step(time);
      exchange.wake(time);
    }
    now = 3_600_000L;
    assertTrue(exchange.trades(PERP).size() > 100);
    assertTrue(exchange.mark(PERP).isKnown());
    assertEquals(List.of(), exchange.positions(Exchange.HOUSE), "nobody was liquidated");
  }
}
