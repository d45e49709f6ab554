package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.BTC;
import static dev.colibri.connector.engine.OrderDesk.ETH;
import static dev.colibri.connector.engine.OrderDesk.SECOND;
import static dev.colibri.connector.engine.OrderDesk.VISIBILITY;
import static dev.colibri.connector.engine.OrderDesk.d;
import static dev.colibri.connector.engine.OrderDesk.fill;
import static dev.colibri.connector.engine.OrderDesk.fillOf;
import static dev.colibri.connector.engine.OrderDesk.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderEvent.Kind;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Fault;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OrdersTest {
  private final OrderDesk desk = new OrderDesk();
  private final Orders orders = desk.orders;

  private static void assertAmount(String expected, BigDecimal actual) {
    assertEquals(0, d(expected).compareTo(actual), "expected " + expected + ", was " + actual);
  }

  private Fault fault(Fault.Kind kind) {
    return Fault.of(kind, "the venue's words");
  }

  private OrderEvent last() {
    return desk.events.get(desk.events.size() - 1);
  }

  @Test
  void whatAQuestionBringsAndNoStreamHadToldIsNoted() {
    desk.buys("cba").acks("cba");
    desk.streams(says("cba", OrderStatus.PARTIALLY_FILLED, "0.4"));
    desk.streams(fill("cba", "t2", "0.1", "100"));
    assertEquals(List.of(), desk.answered);
    desk.answers(fill("cba", "t1", "0.3", "100"));
    assertEquals(List.of(), desk.answered, "the stream had told how much was filled");
    desk.answers(fill("cba", "t3", "0.2", "100"));
    assertEquals(List.of(1_700_000_000_002L), desk.answered);
    desk.answers(says("cba", OrderStatus.PARTIALLY_FILLED, "0.6"), desk.now);
    assertEquals(1, desk.answered.size(), "its fill was noted");
    desk.answers(says("cba", OrderStatus.CANCELED, "0.6"), desk.now);
    assertEquals(List.of(1_700_000_000_002L, 1_700_000_000_001L), desk.answered);
    desk.answers(says("cba", OrderStatus.CANCELED, "0.6"), desk.now);
    assertEquals(2, desk.answered.size(), "it is known");
  }

  @Nested
  class PlaceOutcomes {

    @Test
    void anOrderIsKnownAndPendingBeforeAnythingIsSent() {
      OrderState state =
          orders.register(Order.buy(BTC).limit("100").size("1").clientId("a"), null, desk.now);
      assertEquals(OrderStatus.PENDING_NEW, state.status());
      assertEquals(List.of(state), orders.live());
      assertEquals(List.of(), desk.events);
    }

    @Test
    void aClientIdThatIsInUseOrUnlawfulIsRefused() {
      desk.buys("a");
      Refused again = assertThrows(Refused.class, () -> desk.buys("a"));
      assertEquals(Rule.CLIENT_ID, again.rule());
      orders.notSent("a", "no route", desk.now);
      assertThrows(Refused.class, () -> desk.buys("a"), "its late fills would be the new one's");
      assertThrows(Refused.class, () -> desk.buys("spaced out"));
      assertThrows(Refused.class, () -> desk.takes(Order.buy(BTC).limit("1").size("1")));
    }

    @Test
    void anAnswerMayCarryFillsAndTheEnd() {
      desk.takes(Order.buy(BTC).market().size("1").clientId("a"));
      orders.accepted(
          "a",
          OrderUpdate.of(BTC, OrderStatus.FILLED)
              .order("a", "va")
              .filled(d("1"))
              .fills(List.of(fill("a", "1", "0.3", "100"), fill("a", "2", "0.7", "101")))
              .build(),
          desk.now);
      assertEquals(List.of(Kind.ACCEPTED, Kind.FILL, Kind.FILL, Kind.FILLED), desk.kinds());
      assertAmount("100.7", desk.state("a").quoteFilled());
      assertAmount("0.2", desk.state("a").fees().get("USD"));
      assertEquals("va", desk.state("a").order().venueId());
    }

    @Test
    void aRefusalRejectsWithItsReason() {
      desk.buys("a");
      orders.refused("a", fault(Fault.Kind.INSUFFICIENT_FUNDS), desk.now);
      assertEquals(List.of(Kind.REJECTED), desk.kinds());
      assertInstanceOf(Reject.InsufficientFunds.class, desk.state("a").reject());
      assertEquals(List.of(), desk.asksWithin(600 * SECOND));
    }

    @Test
    void everyFaultHasAReason() {
      for (Fault.Kind kind : Fault.Kind.values()) {
        assertEquals("the venue's words", Orders.reject(fault(kind)).raw());
      }
      assertInstanceOf(Reject.WouldCross.class, Orders.reject(fault(Fault.Kind.WOULD_CROSS)));
      assertInstanceOf(Reject.RateLimited.class, Orders.reject(fault(Fault.Kind.BANNED)));
      assertInstanceOf(Reject.Auth.class, Orders.reject(fault(Fault.Kind.UNAUTHORIZED)));
    }

    @Test
    void whatProvablyNeverLeftIsRejectedWithThatEvidence() {
      desk.buys("a");
      orders.notSent("a", "connection refused", desk.now);
      assertEquals(OrderStatus.REJECTED, desk.status("a"));
      assertEquals("not sent: connection refused", desk.state("a").reject().raw());
    }

    @Test
    void aLostReplyLeavesALiveOrderOfUnknownOutcomeThatIsAskedAtOnce() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      assertEquals(List.of(Kind.UNKNOWN), desk.kinds());
      assertTrue(desk.status("a").isLive());
      assertAmount("1", orders.exposure(BTC).buy().most());
      assertEquals(List.of("STATUS a"), desk.asksWithin(0));
    }

    @Test
    void aServersFailureIsALostReply() {
      desk.buys("a");
      orders.refused("a", fault(Fault.Kind.OUTCOME_UNKNOWN), desk.now);
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
    }

    @Test
    void anOrderThatTurnsOutToRestIsResolved() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      desk.answers(says("a", OrderStatus.OPEN, "0"), desk.now);
      assertEquals(List.of(Kind.UNKNOWN, Kind.RESOLVED), desk.kinds());
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertEquals(List.of(), desk.asksWithin(600 * SECOND));
    }

    @Test
    void aStreamThatShowsTheOrderSettlesALostReplyBeforehand() {
      desk.buys("a").streams(says("a", OrderStatus.OPEN, "0"));
      orders.outcomeUnknown("a", desk.now);
      assertEquals(List.of(Kind.ACCEPTED), desk.kinds());
      assertEquals(OrderStatus.OPEN, desk.status("a"));
    }

    @Test
    void aTakenClientIdMeansThatAnEarlierAttemptArrived() {
      desk.buys("a");
      orders.refused("a", fault(Fault.Kind.DUPLICATE_ID), desk.now);
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
      desk.answers(says("a", OrderStatus.OPEN, "0"), desk.now);
      assertEquals(OrderStatus.OPEN, desk.status("a"));
    }

    @Test
    void aClientIdTakenByAnotherOrderOfOldIsARefusal() {
      desk.buys("a");
      orders.refused("a", fault(Fault.Kind.DUPLICATE_ID), desk.now);
      desk.answers(
          OrderUpdate.of(BTC, OrderStatus.FILLED)
              .order("a", "old")
              .filled(d("5"))
              .describes(Order.buy(BTC).limit("90").size("5"))
              .build(),
          desk.now);
      assertEquals(OrderStatus.REJECTED, desk.status("a"));
      assertAmount("0", desk.state("a").filled());
    }

    @Test
    void aRefusalOfASecondAttemptSaysNothingAboutTheFirst() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      orders.sent("a", 0, desk.now);
      orders.refused("a", fault(Fault.Kind.INSUFFICIENT_FUNDS), desk.now);
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
      orders.notSent("a", "no route", desk.now);
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
    }

    @Test
    void aRefusalOfAnOrderThatTheVenueHasShownIsAQuestion() {
      desk.buys("a").streams(says("a", OrderStatus.OPEN, "0"));
      orders.refused("a", fault(Fault.Kind.REJECTED), desk.now);
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertEquals(1, desk.anomalies.size());
      assertEquals(List.of("STATUS a"), desk.asksWithin(0));
    }

    @Test
    void anOrderThatWaitsHereForALimitIsNotAskedAbout() {
      orders.register(Order.buy(BTC).limit("100").size("1").clientId("a"), null, desk.now);
      assertEquals(List.of(), desk.asksWithin(600 * SECOND));
      orders.sent("a", 0, desk.now);
      assertEquals(List.of(), desk.asksWithin(5 * SECOND - 1));
      assertEquals(List.of("STATUS a"), desk.asksWithin(1));
    }
  }

  @Nested
  class NegativeAnswers {

    @Test
    void twoOfThemAskedWhenTheOrderWouldHaveBeenVisibleEndIt() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      orders.absent("a", desk.now + VISIBILITY, desk.later(VISIBILITY + 1).now);
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
      orders.absent("a", desk.now + SECOND, desk.later(SECOND + 1).now);
      assertEquals(OrderStatus.REJECTED, desk.status("a"));
      assertEquals(List.of(Kind.UNKNOWN, Kind.REJECTED), desk.kinds());
    }

    @Test
    void askedTooEarlyTheyProveNothingHoweverMany() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      for (int i = 0; i < 50; i++) {
        orders.absent("a", desk.now, desk.now);
        desk.later(VISIBILITY / 50);
      }
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
    }

    @Test
    void askedAtTheSameTimeTheyAreOne() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      long asked = desk.now + VISIBILITY;
      desk.later(VISIBILITY + SECOND);
      orders.absent("a", asked, desk.now);
      orders.absent("a", asked, desk.now);
      orders.absent("a", asked + 1, desk.now);
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
    }

    @Test
    void aSignInBetweenStartsThemAnew() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      orders.absent("a", desk.later(VISIBILITY).now, desk.now);
      desk.later(SECOND).streams(says("a", OrderStatus.OPEN, "0"));
      orders.absent("a", desk.later(VISIBILITY).now, desk.now);
      assertEquals(List.of(), desk.asksWithin(0), "one more is not two");
      assertAmount("1", orders.exposure(BTC).buy().most());
      orders.absent("a", desk.later(SECOND).now, desk.now);
      assertTrue(desk.asksWithin(10 * SECOND).contains("FILLS a"));
    }

    @Test
    void whileTheRequestIsOnItsWayTheyProveNothing() {
      desk.buys("a");
      for (int i = 0; i < 5; i++) {
        orders.absent("a", desk.later(10 * SECOND).now, desk.now);
      }
      assertEquals(OrderStatus.PENDING_NEW, desk.status("a"));
      orders.outcomeUnknown("a", desk.now);
      orders.sent("a", 0, desk.now);
      for (int i = 0; i < 5; i++) {
        orders.absent("a", desk.later(10 * SECOND).now, desk.now);
      }
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"), "a second attempt is on its way");
    }

    @Test
    void aFurtherAttemptStartsThemAnew() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      orders.absent("a", desk.later(VISIBILITY).now, desk.now);
      orders.sent("a", 0, desk.now);
      orders.outcomeUnknown("a", desk.later(SECOND).now);
      orders.absent("a", desk.later(VISIBILITY).now, desk.now);
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
      orders.absent("a", desk.later(SECOND).now, desk.now);
      assertEquals(OrderStatus.REJECTED, desk.status("a"));
    }

    @Test
    void anOrderThatTheVenueHasForgottenEndsOnlyAfterItsFillsWereAsked() {
      desk.buys("a").acks("a");
      orders.absent("a", desk.later(VISIBILITY).now, desk.now);
      orders.absent("a", desk.later(SECOND).now, desk.now);
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertTrue(desk.asksWithin(10 * SECOND).contains("FILLS a"));
      desk.streams(fill("a", "1", "0.4", "100"));
      orders.fillsAnswered("a", desk.now, desk.now);
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
      assertAmount("0.4", desk.state("a").filled());
      assertEquals(List.of(Kind.ACCEPTED, Kind.FILL, Kind.CANCELED), desk.kinds());
    }

    @Test
    void missingFromTheOpenOrdersIsAQuestionAndNeverAnEnd() {
      desk.buys("a").acks("a");
      for (int i = 0; i < 10; i++) {
        desk.later(10 * SECOND);
        orders.openOrders(List.of(), null, desk.now - 1, desk.now);
      }
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertEquals(List.of("STATUS a"), desk.asksWithin(0));
    }

    @Test
    void anOrderYoungerThanTheListIsNotMissedInIt() {
      desk.buys("a").acks("a");
      orders.openOrders(List.of(), null, desk.now + VISIBILITY - 1, desk.later(VISIBILITY).now);
      orders.openOrders(List.of(), ETH, desk.later(60 * SECOND).now, desk.now);
      assertEquals(List.of(), desk.asksWithin(60 * SECOND));
    }

    @Test
    void anOldFillThatIsListedAgainDoesNotKeepAnOrderAlive() {
      desk.buys("a").acks("a").streams(fill("a", "1", "0.4", "100"));
      for (int i = 0; i < 10; i++) {
        desk.later(VISIBILITY / 2).streams(fill("a", "1", "0.4", "100"));
        orders.openOrders(List.of(), null, desk.now, desk.now);
      }
      assertEquals(List.of("STATUS a"), desk.asksWithin(0));
    }

    @Test
    void anOrderOfUnknownOutcomeIsResolvedByTheListThatNamesIt() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      orders.openOrders(List.of(says("a", OrderStatus.OPEN, "0")), BTC, desk.now, desk.now);
      assertEquals(OrderStatus.OPEN, desk.status("a"));
    }
  }

  @Nested
  class Cancels {

    @Test
    void anOrderThatIsNotKnownIsIgnored() {
      orders.cancelSent("x", desk.now);
      orders.cancelUnknown("x", desk.now);
      orders.cancelRefused("x", fault(Fault.Kind.REJECTED), desk.now);
      orders.cancelAnswered("x", says("x", OrderStatus.CANCELED, "0"), desk.now);
      assertEquals(List.of(), desk.events);
    }

    @Test
    void theEndWaitsForTheFillThatTheAnswerCounts() {
      desk.buys("a").acks("a");
      orders.cancelSent("a", desk.now);
      orders.cancelAnswered("a", says("a", OrderStatus.CANCELED, "0.4"), desk.now);
      assertEquals(OrderStatus.PENDING_CANCEL, desk.status("a"));
      assertAmount("0.4", orders.exposure(BTC).buy().most());
      desk.streams(fill("a", "1", "0.4", "100"));
      assertEquals(
          List.of(Kind.ACCEPTED, Kind.CANCEL_SENT, Kind.FILL, Kind.CANCELED), desk.kinds());
    }

    @Test
    void aCancelThatComesTooLateEndsInFilled() {
      desk.buys("a").acks("a");
      orders.cancelSent("a", desk.now);
      orders.cancelAnswered("a", says("a", OrderStatus.CANCELED, null), desk.now);
      desk.streams(fill("a", "1", "1", "100"));
      assertEquals(OrderStatus.FILLED, desk.status("a"));
    }

    @Test
    void takenAndNotDoneYetItWaitsForTheStream() {
      desk.buys("a").acks("a");
      orders.cancelSent("a", desk.now);
      orders.cancelAnswered("a", says("a", OrderStatus.OPEN, null), desk.now);
      assertEquals(OrderStatus.PENDING_CANCEL, desk.status("a"));
      desk.streams(says("a", OrderStatus.CANCELED, "0"));
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
    }

    @Test
    void ofAnOrderThatNeverRestsWithoutACancelItIsItsOwnEnd() {
      for (Order order :
          List.of(
              Order.buy(BTC).limit("100").size("1").ioc().clientId("a"),
              Order.buy(BTC).limit("100").size("1").fok().clientId("b"),
              Order.buy(BTC).market().size("1").clientId("c"))) {
        desk.takes(order).acks(order.clientId());
        desk.streams(says(order.clientId(), OrderStatus.CANCELED, "0"));
        assertEquals(OrderStatus.EXPIRED, desk.status(order.clientId()));
      }
      desk.takes(Order.buy(BTC).limit("100").size("1").ioc().clientId("d")).acks("d");
      orders.cancelSent("d", desk.now);
      desk.streams(says("d", OrderStatus.CANCELED, "0"));
      assertEquals(OrderStatus.CANCELED, desk.status("d"));
    }

    @Test
    void itMayBeTakenBeforeThePlacesAnswerComes() {
      desk.buys("a");
      orders.cancelSent("a", desk.now);
      assertEquals(OrderStatus.PENDING_CANCEL, desk.status("a"));
      orders.cancelAnswered("a", says("a", OrderStatus.OPEN, null), desk.now);
      desk.acks("a");
      assertEquals(
          OrderStatus.PENDING_CANCEL, desk.status("a"), "the ack does not undo the cancel");
      desk.streams(says("a", OrderStatus.CANCELED, "0"));
      assertEquals(List.of(Kind.CANCEL_SENT, Kind.ACCEPTED, Kind.CANCELED), desk.kinds());
    }

    @Test
    void anAckAfterTheEndChangesNothing() {
      desk.buys("a");
      orders.cancelSent("a", desk.now);
      orders.cancelAnswered("a", says("a", OrderStatus.CANCELED, "0"), desk.now);
      desk.acks("a");
      assertEquals(List.of(Kind.CANCEL_SENT, Kind.ACCEPTED, Kind.CANCELED), desk.kinds());
    }

    @Test
    void refusedItLeavesTheOrderAsItStood() {
      desk.buys("a").acks("a").streams(fill("a", "1", "0.4", "100"));
      orders.cancelSent("a", desk.now);
      orders.cancelRefused("a", fault(Fault.Kind.RATE_LIMITED), desk.now);
      assertEquals(OrderStatus.PARTIALLY_FILLED, desk.status("a"));
      assertEquals(Kind.CANCEL_REFUSED, last().kind());
      assertEquals(Orders.reject(fault(Fault.Kind.RATE_LIMITED)), last().refusal());
    }

    @Test
    void orderNotFoundSaysLittleAndIsAsked() {
      desk.buys("a").acks("a");
      orders.cancelSent("a", desk.now);
      orders.cancelRefused("a", fault(Fault.Kind.ORDER_NOT_FOUND), desk.now);
      assertEquals(OrderStatus.PENDING_CANCEL, desk.status("a"));
      assertEquals(List.of("STATUS a"), desk.asksWithin(0));
      desk.answers(says("a", OrderStatus.FILLED, "1"), desk.now)
          .streams(fill("a", "1", "1", "100"));
      assertEquals(OrderStatus.FILLED, desk.status("a"));
    }

    @Test
    void lostItKeepsTheOrderPendingUntilALateStatusSaysThatItRests() {
      desk.buys("a").acks("a");
      orders.cancelSent("a", desk.now);
      orders.cancelUnknown("a", desk.now);
      desk.answers(says("a", OrderStatus.OPEN, "0"), desk.now + VISIBILITY - 1);
      assertEquals(OrderStatus.PENDING_CANCEL, desk.status("a"), "it may not be visible yet");
      desk.streams(says("a", OrderStatus.OPEN, "0"));
      assertEquals(OrderStatus.PENDING_CANCEL, desk.status("a"), "a stream's report may be late");
      desk.answers(says("a", OrderStatus.OPEN, "0"), desk.now + VISIBILITY);
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertEquals(Kind.RESOLVED, last().kind());
    }

    @Test
    void anOrderWhoseEndWaitsForFillsDoesNotRestAgain() {
      desk.buys("a").acks("a");
      orders.cancelSent("a", desk.now);
      orders.cancelUnknown("a", desk.now);
      desk.streams(says("a", OrderStatus.CANCELED, "0.4"));
      desk.answers(says("a", OrderStatus.OPEN, "0"), desk.later(10 * SECOND).now);
      assertEquals(OrderStatus.PENDING_CANCEL, desk.status("a"));
    }

    @Test
    void aSecondCancelOnItsWayKeepsItPending() {
      desk.buys("a").acks("a");
      orders.cancelSent("a", desk.now);
      orders.cancelUnknown("a", desk.now);
      orders.cancelSent("a", desk.now);
      desk.answers(says("a", OrderStatus.OPEN, "0"), desk.later(10 * SECOND).now);
      assertEquals(OrderStatus.PENDING_CANCEL, desk.status("a"));
    }

    @Test
    void ofAnOrderOfUnknownOutcomeItEndsIt() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      orders.cancelSent("a", desk.now);
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
      orders.cancelAnswered("a", says("a", OrderStatus.CANCELED, "0"), desk.now);
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
    }
  }

  @Nested
  class FillsOfAnOrder {

    @Test
    void beforeTheAckOneShowsThatTheOrderIsThere() {
      desk.buys("a").streams(fill("a", "1", "0.4", "100"));
      assertEquals(List.of(Kind.ACCEPTED, Kind.FILL), desk.kinds());
      desk.acks("a");
      assertEquals(List.of(Kind.ACCEPTED, Kind.FILL), desk.kinds());
      assertEquals(OrderStatus.PARTIALLY_FILLED, desk.status("a"));
    }

    @Test
    void toldByStreamReplyAndListItCountsOnce() {
      desk.buys("a").acks("a");
      Fill f = fill("a", "1", "0.40", "100.0");
      desk.streams(fill("a", "1", "0.4", "100")).streams(f);
      orders.accepted(
          "a",
          OrderUpdate.of(BTC, OrderStatus.PARTIALLY_FILLED)
              .order("a", "va")
              .filled(d("0.4"))
              .fills(List.of(f))
              .build(),
          desk.now);
      assertAmount("0.4", desk.state("a").filled());
      assertAmount("0.1", desk.state("a").fees().get("USD"));
      assertEquals(List.of(Kind.ACCEPTED, Kind.FILL), desk.kinds());
      assertEquals(List.of(), desk.anomalies);
    }

    @Test
    void theLastOneEndsTheOrderByItself() {
      desk.buys("a").acks("a");
      desk.streams(fill("a", "1", "0.4", "100")).streams(fill("a", "2", "0.6", "100"));
      desk.streams(says("a", OrderStatus.FILLED, "1"));
      assertEquals(List.of(Kind.ACCEPTED, Kind.FILL, Kind.FILL, Kind.FILLED), desk.kinds());
    }

    @Test
    void afterTheEndItIsCountedAndToldApart() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.CANCELED, "0"));
      desk.streams(fill("a", "1", "0.4", "100"));
      assertEquals(Kind.LATE_FILL, last().kind());
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
      assertAmount("0.4", desk.state("a").filled());
    }

    @Test
    void itsFeeMayComeLater() {
      desk.buys("a").acks("a");
      desk.streams(fillOf("a", "1", "1", "100").build());
      assertEquals(OrderStatus.FILLED, desk.status("a"));
      desk.streams(fillOf("a", "1", "1", "100").fee(new Fee("BNB", d("0.002"))).build());
      assertEquals(Kind.FEE, last().kind());
      assertNotNull(last().fill());
      assertAmount("0.002", desk.state("a").fees().get("BNB"));
    }

    @Test
    void beyondTheSizeItIsCountedAndReported() {
      desk.buys("a").acks("a");
      desk.streams(fill("a", "1", "0.9", "100")).streams(fill("a", "2", "0.2", "100"));
      assertAmount("1.1", desk.state("a").filled());
      assertEquals(OrderStatus.FILLED, desk.status("a"));
      assertEquals(1, desk.anomalies.size());
    }

    @Test
    void itIsFoundByTheVenuesIdToo() {
      desk.buys("a").acks("a");
      desk.streams(fillOf("a", "1", "0.4", "100").order(null, "va").build());
      assertAmount("0.4", desk.state("a").filled());
    }

    @Test
    void theSameTradeUnderAnotherOrderIsNotCountedAgain() {
      desk.buys("a").acks("a").buys("b").acks("b");
      desk.streams(fill("a", "1", "0.4", "100")).streams(fill("b", "1", "0.4", "100"));
      assertAmount("0", desk.state("b").filled());
      assertEquals(1, desk.anomalies.size());
    }

    @Test
    void bothSidesOfATradeWithOneselfCount() {
      desk.buys("a").acks("a");
      desk.takes(Order.sell(BTC).limit("100").size("1").clientId("b"));
      desk.streams(fill("a", "1", "1", "100"));
      desk.streams(fillOf("b", "1", "1", "100").side(Side.SELL).build());
      assertEquals(OrderStatus.FILLED, desk.status("a"));
      assertEquals(OrderStatus.FILLED, desk.status("b"));
    }

    @Test
    void ofTheOtherSideOrInstrumentItIsNotCounted() {
      desk.buys("a").acks("a");
      desk.streams(fillOf("a", "1", "1", "100").side(Side.SELL).build());
      assertAmount("0", desk.state("a").filled());
      assertEquals(1, desk.anomalies.size());
    }

    @Test
    void toldDifferentlyTheFirstStands() {
      desk.buys("a").acks("a").streams(fill("a", "1", "0.4", "100"));
      desk.streams(fill("a", "1", "0.5", "100"));
      assertAmount("0.4", desk.state("a").filled());
      assertEquals(1, desk.anomalies.size());
    }

    @Test
    void ofAnOrderByQuoteAmountTheVenueSaysWhenItIsFull() {
      desk.takes(Order.buy(BTC).market().quoteAmount("50").clientId("a")).acks("a");
      desk.streams(fill("a", "1", "0.499", "100"));
      assertEquals(OrderStatus.PARTIALLY_FILLED, desk.status("a"));
      assertNull(desk.state("a").remaining());
      desk.streams(says("a", OrderStatus.FILLED, "0.499"));
      assertEquals(OrderStatus.FILLED, desk.status("a"));
    }
  }

  @Nested
  class FillsThatAreMissing {

    @Test
    void holdTheTerminalEventAndAreAskedFor() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.FILLED, "1"));
      assertEquals(List.of(Kind.ACCEPTED), desk.kinds());
      assertEquals(List.of("FILLS a"), desk.asksWithin(SECOND));
      desk.streams(fill("a", "1", "1", "100"));
      assertEquals(List.of(Kind.ACCEPTED, Kind.FILL, Kind.FILLED), desk.kinds());
      assertEquals(List.of(), desk.asksWithin(600 * SECOND));
    }

    private void venueNeverShowsThem(String id) {
      for (int n = 0; n < 20 && desk.state(id).status().isLive(); n++) {
        desk.later(SECOND);
        orders.fillsAnswered(id, desk.now - 1, desk.now);
      }
    }

    @Test
    void areStoodForByOneProvisionalFillAtTheVenuesOwnAverage() {
      desk.buys("a").acks("a").streams(fill("a", "1", "0.4", "100"));
      desk.streams(says("a", OrderStatus.FILLED, "1", "99"));
      venueNeverShowsThem("a");
      assertEquals(List.of(Kind.ACCEPTED, Kind.FILL, Kind.FILL, Kind.FILLED), desk.kinds());
      Fill provisional = desk.events.get(2).fill();
      assertTrue(provisional.isProvisional());
      assertAmount("0.6", provisional.size());
      assertEquals("provisional-a-1", provisional.tradeId());
      assertAmount("1", desk.state("a").filled());
      assertAmount("99", desk.state("a").quoteFilled());
    }

    @Test
    void areReplacedAndNeverAddedToWhenTheyComeAfterAll() {
      desk.buys("a").acks("a").streams(fill("a", "1", "0.4", "100"));
      desk.streams(says("a", OrderStatus.FILLED, "1", "99"));
      venueNeverShowsThem("a");
      desk.streams(fill("a", "2", "0.5", "98")).streams(fill("a", "3", "0.1", "98.5"));
      desk.streams(fill("a", "2", "0.5", "98"));
      assertEquals(
          List.of(Kind.CORRECTED, Kind.CORRECTED), desk.kinds().subList(4, desk.events.size()));
      assertAmount("1", desk.state("a").filled());
      assertAmount("98.85", desk.state("a").quoteFilled());
      assertAmount("0.3", desk.state("a").fees().get("USD"));
      assertEquals(List.of(), desk.anomalies);
    }

    @Test
    void areValuedAtTheLimitPriceWhereTheVenueTellsNoQuoteTotal() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.CANCELED, "0.3"));
      venueNeverShowsThem("a");
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
      assertAmount("30", desk.state("a").quoteFilled());
    }

    @Test
    void areNotGivenUpForAnswersThatWereAskedTooEarlyOrFailed() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.FILLED, "1"));
      for (int n = 0; n < 50; n++) {
        orders.fillsAnswered("a", desk.now, desk.now);
      }
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertTrue(desk.asksWithin(3600 * SECOND).size() > 100, "asked for without end");
    }

    @Test
    void areWaitedForAnewWhenTheVenueCountsMore() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.PARTIALLY_FILLED, "0.3"));
      desk.asksWithin(60 * SECOND);
      desk.streams(says("a", OrderStatus.PARTIALLY_FILLED, "0.5"));
      assertEquals(List.of("FILLS a"), desk.asksWithin(SECOND), "no longer at long intervals");
      for (int n = 0; n < 5; n++) {
        orders.fillsAnswered("a", desk.now, desk.now);
      }
      assertAmount("0", desk.state("a").filled());
    }

    @Test
    void areAskedForWhileTheOrderLivesAndAfterItsEnd() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.PARTIALLY_FILLED, "0.3"));
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertEquals(List.of("FILLS a"), desk.asksWithin(SECOND));
      desk.streams(fill("a", "1", "0.3", "100")).streams(says("a", OrderStatus.CANCELED, "0.3"));
      desk.answers(says("a", OrderStatus.CANCELED, "0.5"), desk.now);
      assertEquals(List.of("FILLS a"), desk.asksWithin(SECOND));
      desk.streams(fill("a", "2", "0.2", "100"));
      assertEquals(Kind.LATE_FILL, last().kind());
      assertEquals(List.of(), desk.asksWithin(600 * SECOND));
    }

    @Test
    void ofAnOrderWhoseVenueIdIsNotKnownAreAskedForOnceAStatusHasToldIt() {
      desk.buys("a");
      desk.streams(
          OrderUpdate.of(BTC, OrderStatus.PARTIALLY_FILLED)
              .order("a", null)
              .filled(d("0.4"))
              .build());
      assertEquals(List.of("STATUS a"), desk.asksWithin(SECOND));
      desk.answers(says("a", OrderStatus.PARTIALLY_FILLED, "0.4"), desk.now);
      assertEquals(List.of("FILLS a"), desk.asksWithin(SECOND));
    }

    @Test
    void anEndWithoutATotalIsAskedForItsTotal() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.CANCELED, null));
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertEquals(List.of("STATUS a"), desk.asksWithin(SECOND));
      desk.answers(says("a", OrderStatus.CANCELED, "0"), desk.now);
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
    }

    @Test
    void aSmallerTotalThatComesLateUndoesNothing() {
      desk.buys("a").acks("a").streams(fill("a", "1", "0.4", "100"));
      desk.streams(says("a", OrderStatus.PARTIALLY_FILLED, "0.2"));
      assertAmount("0.4", desk.state("a").filled());
      desk.streams(says("a", OrderStatus.CANCELED, "0.2"));
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
      assertAmount("0.4", desk.state("a").filled());
    }
  }

  @Nested
  class Contradictions {

    @Test
    void aWordThatIsNotKnownKeepsTheState() {
      desk.buys("a").acks("a");
      desk.streams(
          OrderUpdate.of(BTC, OrderStatus.UNKNOWN).order("a", "va").rawStatus("FROZEN").build());
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertTrue(desk.anomalies.get(0).contains("FROZEN"));
    }

    @Test
    void aLateReportDoesNotBringATerminalOrderBack() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.CANCELED, "0"));
      desk.later(60 * SECOND).streams(says("a", OrderStatus.OPEN, "0"));
      desk.streams(says("a", OrderStatus.FILLED, "0"));
      assertEquals(List.of(Kind.ACCEPTED, Kind.CANCELED), desk.kinds());
      assertEquals(List.of(), desk.anomalies);
    }

    @Test
    void anOrderThatLivesAfterItsEndIsCanceledAndCountsAsExposure() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      orders.absent("a", desk.later(VISIBILITY).now, desk.now);
      orders.absent("a", desk.later(SECOND).now, desk.now);
      assertEquals(OrderStatus.REJECTED, desk.status("a"));
      desk.later(SECOND).streams(says("a", OrderStatus.OPEN, "0"));
      assertEquals(List.of("STATUS a"), desk.asksWithin(0));
      desk.later(VISIBILITY).answers(says("a", OrderStatus.OPEN, "0"), desk.now);
      assertEquals(1, desk.anomalies.size());
      assertAmount("1", orders.exposure(BTC).buy().most());
      assertEquals(List.of("CANCEL a"), desk.asksWithin(0));
      orders.cancelAnswered("a", says("a", OrderStatus.CANCELED, "0"), desk.now);
      assertAmount("0", orders.exposure(BTC).buy().most());
      desk.answers(says("a", OrderStatus.CANCELED, "0"), desk.later(10 * SECOND).now);
      assertEquals(List.of(), desk.asksWithin(600 * SECOND));
      assertEquals(List.of(Kind.UNKNOWN, Kind.REJECTED), desk.kinds());
    }

    @Test
    void anOrderInTheOpenListLongAfterItsEndIsCanceled() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.CANCELED, "0"));
      orders.openOrders(List.of(says("a", OrderStatus.OPEN, "0")), null, desk.now, desk.now);
      assertEquals(List.of(), desk.asksWithin(600 * SECOND), "the list may be older than the end");
      orders.openOrders(List.of(says("a", OrderStatus.OPEN, "0")), null, desk.now, desk.now);
      assertEquals(List.of("CANCEL a"), desk.asksWithin(0));
      orders.cancelRefused("a", fault(Fault.Kind.ORDER_NOT_FOUND), desk.now);
      orders.absent("a", desk.later(VISIBILITY).now, desk.now);
      assertEquals(List.of(), desk.asksWithin(600 * SECOND));
    }

    @Test
    void rejectedWithFillsIsCanceled() {
      desk.buys("a").streams(fill("a", "1", "0.4", "100"));
      desk.streams(says("a", OrderStatus.REJECTED, "0.4"));
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
      assertEquals(1, desk.anomalies.size());
    }

    @Test
    void anotherOrderWithOurClientIdIsNotOurs() {
      desk.buys("a").acks("a");
      desk.streams(
          OrderUpdate.of(BTC, OrderStatus.FILLED)
              .order("a", "another")
              .filled(d("1"))
              .describes(Order.buy(BTC).limit("100").size("1"))
              .build());
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertEquals(1, desk.anomalies.size());
      assertEquals(1, desk.externals.size());
    }
  }

  @Nested
  class OrdersOfOthers {
    private OrderUpdate foreign(OrderStatus status, String filled) {
      return OrderUpdate.of(BTC, status)
          .order("web-1", "v9")
          .filled(d(filled))
          .describes(Order.sell(BTC).limit("120").size("3"))
          .build();
    }

    @Test
    void areShownOncePerChangeAndNeverAskedAbout() {
      desk.streams(foreign(OrderStatus.OPEN, "0")).streams(foreign(OrderStatus.OPEN, "0"));
      desk.streams(foreign(OrderStatus.PARTIALLY_FILLED, "1"));
      desk.streams(foreign(OrderStatus.OPEN, "0"));
      assertEquals(1, orders.external().size());
      assertFalse(orders.external().get(0).ours());
      desk.streams(foreign(OrderStatus.CANCELED, "1")).streams(foreign(OrderStatus.OPEN, "0"));
      assertEquals(List.of(), orders.external());
      assertEquals(List.of(), desk.events);
      assertEquals(List.of(), desk.asksWithin(600 * SECOND));
      assertAmount("0", orders.exposure(BTC).sell().most());
    }

    @Test
    void areForgottenWhenTheListNamesThemNoMore() {
      desk.streams(foreign(OrderStatus.OPEN, "0"));
      orders.openOrders(List.of(), null, desk.later(60 * SECOND).now, desk.now);
      assertEquals(List.of(), orders.external());
    }

    @Test
    void aFillIsToldAtOnceOfAnOrderThatMayBeOurs() {
      Fill f = fillOf("other", "9", "0.4", "100").order(null, "v9").build();
      desk.buys("a")
          .streams(
              OrderUpdate.of(BTC, OrderStatus.PARTIALLY_FILLED)
                  .order(null, "v9")
                  .filled(d("0.4"))
                  .fills(List.of(f))
                  .build());
      assertEquals(List.of(f), desk.filled);
    }

    @Test
    void anIdOnlyTheVenueKnowsMayBeOursUntilTheAckTells() {
      desk.buys("a");
      Fill f = fillOf("a", "1", "0.4", "100").order(null, "va").build();
      OrderUpdate u =
          OrderUpdate.of(BTC, OrderStatus.PARTIALLY_FILLED)
              .order(null, "va")
              .filled(d("0.4"))
              .build();
      desk.streams(f).streams(u).streams(f);
      assertEquals(List.of(), desk.events);
      desk.acks("a");
      assertEquals(List.of(Kind.FILL), desk.kinds().subList(1, desk.events.size()));
      assertAmount("0.4", desk.state("a").filled());
      assertEquals(List.of(), desk.externals);
    }

    @Test
    void anIdThatNoAckTakesOnIsAnothers() {
      desk.buys("a");
      desk.streams(
          OrderUpdate.of(BTC, OrderStatus.OPEN)
              .order(null, "v9")
              .describes(Order.sell(BTC).limit("120").size("3"))
              .build());
      desk.acks("a");
      orders.questions(desk.now, 10);
      assertEquals(1, desk.externals.size());
    }

    @Test
    void theVenuesIdsAreUniqueOnlyWithinAnInstrument() {
      desk.takes(Order.buy(BTC).limit("100").size("1").clientId("a"));
      desk.takes(Order.buy(ETH).limit("10").size("1").clientId("b"));
      orders.accepted("a", OrderUpdate.of(BTC, OrderStatus.OPEN).order("a", "1").build(), desk.now);
      orders.accepted("b", OrderUpdate.of(ETH, OrderStatus.OPEN).order("b", "1").build(), desk.now);
      desk.streams(
          Fill.of(ETH, "7").order(null, "1").side(Side.BUY).price(d("10")).size(d("1")).build());
      assertEquals(OrderStatus.OPEN, desk.status("a"));
      assertEquals(OrderStatus.FILLED, desk.status("b"));
      assertEquals("a", orders.byVenueId(BTC, "1").clientId());
    }

    @Test
    void aFillOfAnOrderOfOursThatIsForgottenIsReportedAndNotCounted() {
      desk.streams(fill("cb77", "1", "1", "100"));
      desk.streams(fill("web-1", "2", "1", "100"));
      assertEquals(1, desk.anomalies.size());
      assertEquals(List.of(), desk.events);
    }
  }

  @Nested
  class AfterARestart {

    @Test
    void anOrderFromTheJournalIsUnknownUntilTheVenueShowsIt() {
      Order order = Order.buy(BTC).limit("100").size("1").clientId("a");
      desk.restores(order, fill("a", "1", "0.4", "100"));
      assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
      assertEquals(List.of("STATUS a"), desk.asksWithin(0));
      desk.streams(fill("a", "1", "0.4", "100"));
      assertEquals(
          List.of(Kind.RECOVERED, Kind.RESOLVED),
          desk.kinds(),
          "its fill was told before the restart");
      assertEquals(OrderStatus.PARTIALLY_FILLED, desk.status("a"));
      assertAmount("0.4", desk.state("a").filled());
    }

    @Test
    void anOrderThatHasFilledIsNotTakenForOneThatNeverArrived() {
      Order order = Order.buy(BTC).limit("100").size("1").clientId("a").venueId("va");
      desk.restores(order, fill("a", "1", "0.4", "100"));
      orders.absent("a", desk.later(VISIBILITY).now, desk.now);
      orders.absent("a", desk.later(SECOND).now, desk.now);
      orders.fillsAnswered("a", desk.later(VISIBILITY + SECOND).now, desk.now);
      assertEquals(OrderStatus.CANCELED, desk.status("a"));
      assertEquals(List.of(Kind.RECOVERED, Kind.RESOLVED, Kind.CANCELED), desk.kinds());
    }

    @Test
    void anOpenOrderOfAnEarlierRunIsAdoptedWithItsFills() {
      OrderUpdate u =
          OrderUpdate.of(BTC, OrderStatus.PARTIALLY_FILLED)
              .order("cb1", "v1")
              .filled(d("0.4"))
              .describes(Order.buy(BTC).limit("100").size("1").venueId("v1"))
              .build();
      desk.streams(u);
      assertEquals(1, orders.external().size());
      OrderState state = orders.adopt(u, desk.now, desk.now);
      assertTrue(state.ours());
      assertEquals(List.of(), orders.external());
      assertEquals(List.of(Kind.ACCEPTED), desk.kinds());
      assertEquals(List.of("FILLS cb1"), desk.asksWithin(SECOND));
      desk.streams(fillOf("cb1", "1", "0.4", "100").order(null, "v1").build());
      assertEquals(OrderStatus.PARTIALLY_FILLED, desk.status("cb1"));
      assertNull(orders.adopt(u, desk.now, desk.now), "it is known");
    }
  }

  @Nested
  class Questions {

    @Test
    void areAskedWithinBoundsAndWithoutEnd() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      int firstMinute = desk.asksWithin(60 * SECOND).size();
      assertTrue(firstMinute >= 5 && firstMinute <= 8, firstMinute + " in the first minute");
      assertEquals(120, desk.asksWithin(3600 * SECOND).size(), "every half minute, for ever");
    }

    @Test
    void areDueAtOnceWhenTheVenueAnswersAgain() {
      desk.buys("a").buys("b");
      orders.outcomeUnknown("a", desk.now);
      orders.outcomeUnknown("b", desk.now);
      desk.asksWithin(3601 * SECOND);
      assertEquals(List.of(), desk.asksWithin(SECOND));
      orders.askAgain(desk.now);
      assertEquals(List.of("STATUS a", "STATUS b"), desk.asksWithin(0));
    }

    @Test
    void areHandedOutAFewAtATimeTheOldestFirst() {
      desk.buys("a").buys("b").buys("c");
      orders.outcomeUnknown("c", desk.now);
      desk.later(1);
      orders.outcomeUnknown("a", desk.now);
      assertEquals(
          List.of("c"),
          orders.questions(desk.now, 1).stream().map(q -> q.order().clientId()).toList());
      assertEquals(
          List.of("a"),
          orders.questions(desk.now, 9).stream().map(q -> q.order().clientId()).toList());
    }

    @Test
    void negativeAnswersAreAskedForWhenTheyWillCount() {
      desk.buys("a");
      orders.outcomeUnknown("a", desk.now);
      long lost = desk.now;
      for (int n = 0; desk.status("a").isLive() && n < 10; n++) {
        desk.now = Math.max(desk.now, orders.nextQuestion());
        orders.questions(desk.now, 9);
        orders.absent("a", desk.now, desk.later(SECOND / 10).now);
      }
      assertEquals(OrderStatus.REJECTED, desk.status("a"));
      assertTrue(desk.now - lost <= VISIBILITY + 2 * SECOND, "took " + (desk.now - lost));
    }

    @Test
    void aCancelThatTheVenueNeverFollowsUpIsAsked() {
      desk.buys("a").acks("a");
      orders.cancelSent("a", desk.now);
      orders.cancelAnswered("a", says("a", OrderStatus.PENDING_CANCEL, null), desk.now);
      assertEquals(List.of(), desk.asksWithin(5 * SECOND - 1));
      assertEquals(List.of("STATUS a"), desk.asksWithin(1));
      desk.answers(says("a", OrderStatus.OPEN, "0"), desk.later(VISIBILITY).now);
      assertEquals(OrderStatus.OPEN, desk.status("a"));
    }
  }

  @Nested
  class Exposures {

    @Test
    void countWhatIsPendingUnknownAndLeft() {
      desk.buys("a").acks("a").streams(fill("a", "1", "0.4", "100"));
      desk.buys("b");
      orders.outcomeUnknown("b", desk.now);
      desk.takes(Order.sell(BTC).limit("110").size("2").clientId("c"));
      desk.takes(Order.buy(ETH).limit("10").size("5").clientId("d"));
      Exposure e = orders.exposure(BTC);
      assertAmount("0", e.buy().least());
      assertAmount("1.6", e.buy().most());
      assertAmount("160", e.buyQuote().most());
      assertAmount("2", e.sell().most());
      assertAmount("220", e.sellQuote().most());
      assertAmount("1.6", e.mostRise());
      assertAmount("2", e.mostFall());
    }

    @Test
    void atLeastWhatTheVenueHasCountedAndNotShown() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.PARTIALLY_FILLED, "0.3"));
      Exposure e = orders.exposure(BTC);
      assertAmount("0.3", e.buy().least());
      assertAmount("1", e.buy().most());
    }

    @Test
    void ofAMarketOrderAreAtItsExpectedPriceOrUnbounded() {
      orders.register(Order.buy(BTC).market().quoteAmount("50").clientId("a"), d("100"), desk.now);
      assertAmount("0.5", orders.exposure(BTC).buy().most());
      assertAmount("50", orders.exposure(BTC).buyQuote().most());
      desk.restores(Order.sell(BTC).market().size("2").clientId("b"));
      assertAmount("2", orders.exposure(BTC).sell().most());
      assertNull(orders.exposure(BTC).sellQuote().most());
    }
  }

  @Nested
  class Memory {

    @Test
    void isBoundedHoweverManyOrdersComeAndGo() {
      int most = 0;
      for (int n = 0; n < 30_000; n++) {
        String id = "a" + n;
        desk.later(SECOND / 100).buys(id).acks(id);
        desk.streams(fill(id, "t" + n, "0.5", "100"))
            .streams(says(id, OrderStatus.CANCELED, "0.5"));
        desk.streams(
            OrderUpdate.of(BTC, OrderStatus.OPEN)
                .order("web" + n, "w" + n)
                .describes(Order.sell(BTC).limit("1").size("1"))
                .build());
        orders.questions(desk.now, 10);
        desk.events.clear();
        desk.externals.clear();
        most = Math.max(most, orders.remembered());
      }
      assertTrue(
          most <= 3 * (KnownOrders.MAX_ENDED + 1) + ExternalOrders.MAX_EXTERNAL, "kept " + most);
      assertNull(orders.find("a0"));
      assertNotNull(orders.find("a29999"));
    }

    @Test
    void isBoundedThoughNothingIsEverAsked() {
      for (int n = 0; n < 12_000; n++) {
        String id = "a" + n;
        desk.buys(id).acks(id).streams(says(id, OrderStatus.CANCELED, "0"));
        desk.events.clear();
      }
      assertTrue(orders.remembered() <= 2 * (KnownOrders.MAX_ENDED + 2), "" + orders.remembered());
    }

    @Test
    void keepsATerminalOrderForAnHour() {
      desk.buys("a").acks("a").streams(says("a", OrderStatus.CANCELED, "0"));
      orders.questions(desk.later(3599 * SECOND).now, 10);
      desk.streams(fill("a", "1", "1", "100"));
      assertEquals(Kind.LATE_FILL, last().kind());
      orders.questions(desk.later(SECOND).now, 10);
      assertNull(orders.find("a"));
      assertEquals(0, orders.remembered());
    }

    @Test
    void parksABoundedNumberOfReports() {
      desk.buys("a");
      for (int n = 0; n < 5_000; n++) {
        desk.streams(fillOf("x", "t" + n, "1", "1").order(null, "x" + n).build());
      }
      assertTrue(orders.remembered() <= ExternalOrders.MAX_PARKED + 10);
      orders.questions(desk.later(61 * SECOND).now, 10);
      assertTrue(orders.remembered() <= 10);
    }

    @Test
    void takesABoundedNumberOfLiveOrders() {
      for (int n = 0; n < Orders.MAX_LIVE; n++) {
        desk.buys("a" + n);
      }
      Refused refused = assertThrows(Refused.class, () -> desk.buys("b"));
      assertEquals(Rule.TOO_MANY_ORDERS, refused.rule());
    }
  }
}
