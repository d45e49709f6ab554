package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.BTC;
import static dev.colibri.connector.engine.OrderDesk.SECOND;
import static dev.colibri.connector.engine.OrderDesk.VISIBILITY;
import static dev.colibri.connector.engine.OrderDesk.d;
import static dev.colibri.connector.engine.OrderDesk.fill;
import static dev.colibri.connector.engine.OrderDesk.fillOf;
import static dev.colibri.connector.engine.OrderDesk.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.ConnectorEvent.BalanceDrift;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The venue's numbers, less what of ours they cannot have seen: never more than there is. */
class BalancesTest {
  /** The venue's time of the reports that {@link OrderDesk#says} makes. */
  private static final long SHOWN_MILLIS = 1_700_000_000_001L;

  private OrderDesk desk = new OrderDesk();
  private Balances balances = new Balances(desk.profile, desk.orders, new Fees(desk.profile));

  private static Balance usd(String free, String locked) {
    return Balance.of("USD", d(free), d(locked));
  }

  private List<BalanceDrift> answered(long askedAt, Balance... all) {
    return balances.answered(List.of(all), true, askedAt, desk.now);
  }

  private void told(long millis, Balance... some) {
    balances.told(List.of(some), false, millis, desk.now);
  }

  private void assertAvailable(String expected, String asset) {
    assertEquals(
        0,
        d(expected).compareTo(balances.available(asset)),
        () -> balances.balance(asset).toString());
  }

  @Test
  void nothingIsAvailableBeforeTheVenueHasSaidSo() {
    assertFalse(balances.isComplete());
    assertAvailable("0", "USD");
    answered(desk.now, usd("1000", "50"));
    assertTrue(balances.isComplete());
    assertAvailable("1000", "USD");
    assertEquals(0, d("1050").compareTo(balances.balance("USD").total()));
  }

  @Test
  void anOrderReservesFromItsRegistrationOn() {
    answered(desk.now, usd("1000", "0"), Balance.of("BTC", d("3"), d("0")));
    desk.orders.register(Order.buy(BTC).limit("100").size("1").clientId("a"), null, desk.now);
    assertAvailable("900", "USD");
    desk.orders.register(Order.sell(BTC).limit("100").size("2").clientId("b"), null, desk.now);
    assertAvailable("1", "BTC");
  }

  @Test
  void aFeeOnTopIsReservedToo() {
    desk = new OrderDesk(FeeCharge.ADDED_TO_COST);
    balances = new Balances(desk.profile, desk.orders, new Fees(desk.profile));
    answered(desk.now, usd("1000", "0"));
    desk.buys("a");
    assertAvailable("899.9", "USD");
  }

  @Test
  void anOrderOfUnknownOutcomeStaysReservedWhateverTheBalanceSays() {
    answered(desk.now, usd("1000", "0"));
    desk.buys("a");
    desk.orders.outcomeUnknown("a", desk.now);
    desk.later(60 * SECOND);
    answered(desk.now, usd("900", "100"));
    assertAvailable("800", "USD");
  }

  @Test
  void anAnswerAskedAfterTheAckIncludesTheOrderAndOneAskedBeforeMayNot() {
    answered(desk.now, usd("1000", "0"));
    desk.later(SECOND).buys("a");
    long before = desk.now;
    desk.later(SECOND).acks("a").later(SECOND);
    answered(before, usd("900", "100"));
    assertAvailable("800", "USD");
    answered(desk.now, usd("900", "100"));
    assertAvailable("900", "USD");
  }

  @Test
  void aStreamsBalanceOfALaterVenueTimeIncludesTheOrder() {
    told(SHOWN_MILLIS - 10, usd("1000", "0"));
    desk.buys("a").acks("a");
    told(SHOWN_MILLIS + 1, usd("900", "100"));
    assertAvailable("900", "USD");
  }

  @Test
  void atTheSameMillisecondItDoesIfTheStreamToldOfTheOrderBefore() {
    desk.buys("a").acks("a");
    told(SHOWN_MILLIS, usd("1000", "0"));
    assertAvailable("900", "USD");
    desk.streams(says("a", OrderStatus.OPEN, "0"));
    told(SHOWN_MILLIS, usd("900", "100"));
    assertAvailable("900", "USD");
  }

  @Test
  void withoutVenueTimeItDoesWhenTheOrderWasShownLongBefore() {
    desk.buys("a").acks("a");
    told(0, usd("900", "100"));
    assertAvailable("800", "USD");
    desk.later(VISIBILITY);
    told(0, usd("900", "100"));
    assertAvailable("900", "USD");
  }

  @Test
  void whatAnUnseenOrderSpentStaysTakenOffAfterItsEnd() {
    told(SHOWN_MILLIS - 10, usd("1000", "0"));
    desk.buys("a").acks("a").streams(fill("a", "1", "0.4", "90"));
    assertAvailable("904", "USD");
    desk.streams(says("a", OrderStatus.CANCELED, "0.4"));
    assertAvailable("964", "USD");
    told(SHOWN_MILLIS + 2, usd("964", "0"));
    assertAvailable("964", "USD");
  }

  @Test
  void anUnseenOrderThatCameToNothingReservesNothingMore() {
    answered(desk.now, usd("1000", "0"));
    desk.buys("a");
    desk.orders.notSent("a", "no route", desk.now);
    assertAvailable("1000", "USD");
  }

  @Test
  void whatAFillBroughtCountsOnceTheVenueSaysSo() {
    answered(desk.now, usd("1000", "0"));
    desk.buys("a").acks("a").streams(fill("a", "1", "1", "100"));
    assertAvailable("0", "BTC");
    told(SHOWN_MILLIS + 5, Balance.of("BTC", d("1"), d("0")));
    assertAvailable("1", "BTC");
  }

  @Test
  void anOlderBalanceNeverOverwritesANewerOne() {
    told(2000, usd("900", "0"));
    told(1000, usd("1000", "0"));
    assertAvailable("900", "USD");
    long asked = desk.now;
    desk.later(SECOND);
    told(3000, usd("800", "0"));
    desk.later(SECOND);
    answered(asked, usd("1000", "0"), Balance.of("BTC", d("2"), d("0")));
    assertAvailable("800", "USD");
    assertAvailable("2", "BTC");
  }

  @Test
  void whatACompleteAnswerDoesNotNameIsGone() {
    answered(desk.now, usd("1000", "0"), Balance.of("BTC", d("2"), d("0")));
    answered(desk.later(SECOND).now, usd("1000", "0"));
    assertAvailable("0", "BTC");
    assertEquals(List.of("USD"), balances.all().stream().map(Balance::asset).toList());
    balances.told(List.of(), true, 0, desk.later(SECOND).now);
    assertEquals(List.of(), balances.all());
  }

  @Test
  void anAssetWhoseRowCouldNotBeReadIsNotGone() {
    answered(desk.now, usd("1000", "0"), Balance.of("BTC", d("2"), d("0")));
    balances.answered(List.of(usd("900", "0")), false, desk.later(SECOND).now, desk.now);
    assertAvailable("900", "USD");
    assertAvailable("2", "BTC");
  }

  @Test
  void aFeeInAThirdAssetIsTakenOffUntilABalanceIncludesIt() {
    answered(desk.now, usd("1000", "0"), Balance.of("BNB", d("1"), d("0")));
    desk.buys("a").acks("a");
    Fill f = fillOf("a", "1", "1", "100").fee(new Fee("BNB", d("0.01"))).build();
    balances.filled(f, desk.now);
    assertAvailable("0.99", "BNB");
    answered(desk.later(SECOND).now, usd("900", "0"), Balance.of("BNB", d("0.99"), d("0")));
    assertAvailable("0.99", "BNB");
  }

  @Test
  void aMarketOrderOfNoKnownPriceLeavesNothing() {
    answered(desk.now, usd("1000", "0"));
    desk.restores(Order.buy(BTC).market().size("1").clientId("a"));
    assertAvailable("0", "USD");
  }

  @Test
  void anAuditTellsWhatMovedWithoutUs() {
    assertEquals(List.of(), answered(desk.now, usd("1000", "0")));
    assertEquals(List.of(), answered(desk.later(SECOND).now, usd("600", "400")), "locked is held");
    List<BalanceDrift> drifts =
        answered(desk.later(SECOND).now, usd("500", "0"), Balance.of("ETH", d("1"), d("0")));
    assertEquals(2, drifts.size());
    assertEquals(0, d("1000").compareTo(drifts.get(0).expected().total()));
    assertEquals(0, d("500").compareTo(drifts.get(0).venue().total()));
    assertEquals("ETH", drifts.get(1).venue().asset());
  }

  @Test
  void anAuditSaysNothingOfWhatOurOwnFillsMoved() {
    answered(desk.now, usd("1000", "0"));
    desk.later(SECOND).buys("a").acks("a");
    Fill f = fill("a", "1", "1", "100");
    desk.streams(f);
    balances.filled(f, desk.now);
    Balance btc = Balance.of("BTC", d("1"), d("0"));
    assertEquals(List.of(), answered(desk.later(SECOND).now, usd("900", "0"), btc));
    desk.later(10 * SECOND);
    assertEquals(List.of(), answered(desk.now, usd("800", "0"), btc), "the fill is too near");
    desk.later(10 * SECOND);
    assertEquals(1, answered(desk.now, usd("700", "0"), btc).size());
  }
}
