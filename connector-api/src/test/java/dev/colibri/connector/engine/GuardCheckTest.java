package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.BTC;
import static dev.colibri.connector.engine.OrderDesk.SECOND;
import static dev.colibri.connector.engine.OrderDesk.d;
import static dev.colibri.connector.engine.OrderDesk.says;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;

class GuardCheckTest {
  private static final Order BUY = Order.buy(BTC).limit("100").size("1");
  private static final Order SELL = Order.sell(BTC).limit("100").size("1");

  private final OrderDesk desk = new OrderDesk();
  private final GuardCheck check = new GuardCheck();

  private void passes(Order order) {
    check.check(order, null, d("100"), desk.orders.exposure(BTC), BigDecimal.ZERO, desk.now);
  }

  private BigDecimal refused(Order order) {
    Refused r = assertThrows(Refused.class, () -> passes(order));
    assertEquals(Rule.GUARD, r.rule());
    return r.nearest();
  }

  private static void assertAmount(String expected, BigDecimal actual) {
    assertEquals(0, d(expected).compareTo(actual), "expected " + expected + ", was " + actual);
  }

  @Test
  void withoutBoundsEverythingPasses() {
    assertDoesNotThrow(() -> passes(Order.buy(BTC).limit("1000000").size("1000000")));
  }

  @Test
  void anOrderMayBeTooLargeInSizeOrNotional() {
    check.guard(Guard.none().maxOrderSize(BTC, "0.505").maxOrderNotional("40"));
    assertAmount("0.5", refused(BUY));
    assertAmount("0.4", refused(BUY.size("0.5")));
    passes(BUY.size("0.4"));
    check.guard(Guard.none().maxOrderNotional("40"));
    assertAmount("40", refused(Order.buy(BTC).market().quoteAmount("50")));
  }

  @Test
  void anOrderByQuoteAmountIsAsLargeAsItMayBuyOrSell() {
    check.guard(Guard.none().maxOrderSize(BTC, "0.5"));
    Order buy = Order.buy(BTC).market();
    assertAmount("50", refused(buy.quoteAmount("51")));
    passes(buy.quoteAmount("50"));
    Order sell = Order.sell(BTC).market().quoteAmount("49");
    Refused r =
        assertThrows(
            Refused.class,
            () ->
                check.check(
                    sell, d("95"), d("100"), desk.orders.exposure(BTC), BigDecimal.ZERO, desk.now));
    assertAmount("47.5", r.nearest());
    assertThrows(
        Refused.class,
        () -> check.check(sell, null, null, desk.orders.exposure(BTC), BigDecimal.ZERO, desk.now),
        "there is no price to reckon its size with");
  }

  @Test
  void anOrderThatSellsFarBelowTheMarketIsWorthTheMarket() {
    Order cheap = SELL.limit("1").size("10");
    check.guard(Guard.none().maxOrderNotional("500"));
    assertAmount("5", refused(cheap));
    check.guard(Guard.none().maxExposure("500"));
    assertAmount("5", refused(cheap));
    passes(cheap.size("5"));
  }

  @Test
  void ordersOfUnknownOutcomeCountAsExposure() {
    check.guard(Guard.none().maxExposure("250"));
    desk.buys("a").acks("a").buys("b");
    desk.orders.outcomeUnknown("b", desk.now);
    assertAmount("0.5", refused(BUY));
    passes(BUY.size("0.5"));
    passes(SELL.size("2.5"));
    desk.streams(says("b", OrderStatus.CANCELED, "0"));
    passes(BUY);
  }

  @Test
  void anExposureThatNothingBoundsLetsNothingPass() {
    check.guard(Guard.none().maxExposure("250"));
    desk.restores(Order.buy(BTC).market().size("1").clientId("a"));
    assertNull(refused(BUY));
    passes(SELL);
  }

  @Test
  void thePriceBandBoundsTheSideThatCosts() {
    check.guard(Guard.none().priceBand("0.05"));
    assertAmount("105", refused(BUY.limit("105.01")));
    assertAmount("95", refused(SELL.limit("94.99")));
    passes(BUY.limit("105"));
    passes(BUY.limit("1"));
    passes(SELL.limit("95"));
    passes(SELL.limit("900"));
  }

  @Test
  void aMarketOrderIsJudgedByTheWorstPriceThatItMeets() {
    check.guard(Guard.none().priceBand("0.05"));
    Order market = Order.buy(BTC).market().size("1");
    assertThrows(
        Refused.class,
        () ->
            check.check(
                market, d("106"), d("100"), desk.orders.exposure(BTC), BigDecimal.ZERO, desk.now));
    check.check(market, d("104"), d("100"), desk.orders.exposure(BTC), BigDecimal.ZERO, desk.now);
  }

  @Test
  void aBandWithoutAPriceToJudgeByLetsNothingPass() {
    check.guard(Guard.none().priceBand("0.05"));
    Refused r =
        assertThrows(
            Refused.class,
            () ->
                check.check(BUY, null, null, desk.orders.exposure(BTC), BigDecimal.ZERO, desk.now));
    assertTrue(r.getMessage().contains("subscribe"), r.getMessage());
  }

  @Test
  void ordersAreCountedInEverySecondAndMinute() {
    check.guard(Guard.none().maxOrdersPerSecond(2).maxOrdersPerMinute(5));
    for (int second = 0; second < 2; second++) {
      passes(BUY);
      check.placed(desk.now);
      passes(BUY);
      check.placed(desk.later(SECOND / 2).now);
      refused(BUY);
      desk.later(SECOND);
    }
    passes(BUY);
    check.placed(desk.now);
    desk.later(10 * SECOND);
    refused(BUY);
    desk.later(50 * SECOND);
    passes(BUY);
  }

  @Test
  void haltedItTakesNoOrderUntilItResumes() {
    check.halt();
    Refused r = assertThrows(Refused.class, () -> passes(BUY));
    assertEquals(Rule.NOT_READY, r.rule());
    check.resume();
    passes(BUY);
  }

  @Test
  void aBoundMustBePositive() {
    assertThrows(IllegalArgumentException.class, () -> Guard.none().maxExposure("0"));
    assertThrows(IllegalArgumentException.class, () -> Guard.none().priceBand("-0.1"));
    assertThrows(IllegalArgumentException.class, () -> Guard.none().maxOrdersPerSecond(0));
  }

  @Test
  void aPositionCountsTowardsTheExposureAndMayAlwaysBeClosed() {
    check.guard(Guard.none().maxExposure("1000"));
    Order buy = Order.buy(BTC).limit("100").size("5");
    check.check(buy, null, d("100"), desk.orders.exposure(BTC), d("500"), desk.now);
    Refused r =
        assertThrows(
            Refused.class,
            () -> check.check(buy, null, d("100"), desk.orders.exposure(BTC), d("800"), desk.now));
    assertAmount("2", r.nearest());
    check.check(buy, null, d("100"), desk.orders.exposure(BTC), d("-5000"), desk.now);
    check.check(buy.reduceOnly(), null, d("100"), desk.orders.exposure(BTC), d("5000"), desk.now);
  }

  @Test
  void aPositionMayBeClosedWhenNothingShowsThePrice() {
    check.guard(Guard.none().priceBand("0.01").maxOrderNotional("100"));
    Order close = Order.sell(BTC).market().size("5");
    check.check(
        close.reduceOnly(), null, null, desk.orders.exposure(BTC), BigDecimal.ZERO, desk.now);
    assertThrows(
        Refused.class,
        () -> check.check(close, null, null, desk.orders.exposure(BTC), BigDecimal.ZERO, desk.now));
  }
}
