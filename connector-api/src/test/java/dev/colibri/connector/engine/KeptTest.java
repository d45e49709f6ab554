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
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent.Kind;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.spi.Fault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a journal holds of orders, and what the next process makes of it. */
class KeptTest {
  private final OrderDesk desk = keeping();
  private final Map<String, String> journal = new TreeMap<>();

  private static OrderDesk keeping() {
    OrderDesk desk = new OrderDesk();
    desk.orders.keeps();
    return desk;
  }

  /** What is kept at the end of a verb; how many entries changed. */
  private int keep() {
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    journal.putIfAbsent("format", "1");
    desk.orders.keep(changes);
    changes.forEach(
        (key, text) -> {
          if (text == null) {
            journal.remove(key);
          } else {
            journal.put(key, text);
          }
        });
    return changes.size();
  }

  /** A process that begins with the journal as it is. */
  private OrderDesk restarted() {
    OrderDesk next = keeping();
    next.now = desk.now;
    for (KeptOrder k : Kept.read(journal).orders()) {
      next.orders.restore(k.tracked(BTC, next.now), next.now);
    }
    return next;
  }

  private static void assertSame(OrderState before, OrderState after) {
    Order a = before.order();
    Order b = after.order();
    assertEquals(a.toString(), b.toString());
    assertEquals(a.venueId(), b.venueId());
    assertEquals(a.price(), b.price(), "the same digits");
    assertEquals(a.size(), b.size(), "the same digits");
    assertEquals(a.params(), b.params());
    assertEquals(List.copyOf(a.params().keySet()), List.copyOf(b.params().keySet()));
    assertEquals(a.sentMillis(), b.sentMillis());
    assertEquals(before.createdNanos(), after.createdNanos());
    assertEquals(before.filled(), after.filled());
    assertEquals(0, before.quoteFilled().compareTo(after.quoteFilled()));
    assertEquals(before.fees(), after.fees());
    assertEquals(before.reject(), after.reject());
  }

  @Test
  void everythingThatWasAskedForIsKeptBeforeItLeaves() {
    Order order =
        Order.buy(BTC)
            .limit("100.10")
            .size("1.000")
            .postOnly()
            .clientId("cb1")
            .with("selfTrade", "none \"or\" ever\u0000")
            .with("a", "");
    desk.takes(order);
    assertEquals(1, keep());
    OrderDesk next = restarted();
    assertSame(desk.state("cb1"), next.state("cb1"));
    assertEquals(desk.now / 1_000_000, next.state("cb1").order().sentMillis());
    assertEquals(OrderStatus.UNKNOWN, next.status("cb1"));
    assertEquals(List.of(Kind.RECOVERED), next.kinds());
  }

  @Test
  void whatChangesNothingThatIsKeptWritesNothing() {
    desk.buys("cb1").acks("cb1");
    keep();
    desk.later(SECOND).streams(says("cb1", OrderStatus.OPEN, "0"));
    assertEquals(0, keep());
  }

  @Test
  void aFillIsAnEntryOfItsOwnHoweverManyThereAre() {
    desk.buys("cb1").acks("cb1");
    keep();
    for (int i = 0; i < 100; i++) {
      desk.streams(fill("cb1", "t" + i, "0.001", "100"));
      assertEquals(1, keep());
    }
    assertSame(desk.state("cb1"), restarted().state("cb1"));
  }

  @Test
  void fillsThatWereToldAreCountedAndNotToldAgain() {
    desk.buys("cb1").acks("cb1").streams(fill("cb1", "t1", "0.4", "100"));
    keep();
    OrderDesk next = restarted();
    next.streams(fill("cb1", "t1", "0.4", "100")).streams(fill("cb1", "t2", "0.6", "100"));
    assertEquals(List.of(Kind.RECOVERED, Kind.RESOLVED, Kind.FILL, Kind.FILLED), next.kinds());
    assertEquals("1.0", next.state("cb1").filled().toPlainString());
  }

  @Test
  void aFeeThatBecameKnownLaterIsKept() {
    desk.buys("cb1").acks("cb1").streams(fillOf("cb1", "t1", "0.4", "100").build());
    keep();
    desk.streams(fillOf("cb1", "t1", "0.4", "100").fee(new Fee("BNB", d("0.001"))).build());
    assertEquals(1, keep());
    assertSame(desk.state("cb1"), restarted().state("cb1"));
    assertEquals("{BNB=0.001}", restarted().state("cb1").fees().toString());
  }

  @Test
  void whatMadeAFillAndWhichPositionItMovedIsKept() {
    desk.buys("cb1").acks("cb1").streams(fill("cb1", "t1", "0.4", "100"));
    desk.streams(
        fillOf("cb1", "t2", "0.1", "100")
            .cause(Fill.Cause.LIQUIDATION)
            .position(PositionSide.LONG)
            .build());
    keep();
    List<String> fills = new ArrayList<>();
    for (Fill f : Kept.read(journal).orders().get(0).tracked(BTC, desk.now).fills.all()) {
      fills.add(f.tradeId() + " " + f.cause() + " " + f.positionSide());
    }
    assertEquals(List.of("t1 ORDER null", "t2 LIQUIDATION LONG"), fills);
  }

  @Test
  void aProvisionalFillIsReplacedByTrueOnesAfterARestartToo() {
    desk.buys("cb1").acks("cb1").streams(says("cb1", OrderStatus.OPEN, "0.5", "50"));
    for (int i = 0; i < Evidence.FILL_ANSWERS; i++) {
      desk.later(VISIBILITY + SECOND).orders.fillsAnswered("cb1", desk.now, desk.now);
    }
    assertEquals("0.5", desk.state("cb1").filled().toPlainString());
    keep();
    OrderDesk next = restarted();
    assertSame(desk.state("cb1"), next.state("cb1"));
    next.streams(fill("cb1", "t1", "0.5", "101"));
    assertEquals("0.5", next.state("cb1").filled().toPlainString());
    assertEquals(Kind.CORRECTED, next.kinds().get(next.kinds().size() - 1));
  }

  @Test
  void ofAnAmendmentThatMayHaveArrivedBothSizesCountUntilTheVenueShowsOne() {
    desk.buys("cb1").acks("cb1");
    desk.orders.amendSent("cb1", desk.state("cb1").order().size("3"), desk.now);
    keep();
    OrderDesk next = restarted();
    assertTrue(next.orders.isAmending("cb1"));
    assertEquals("3", next.orders.exposure(BTC).buy().most().toPlainString());
    Order shown = desk.state("cb1").order().size("3");
    OrderUpdate u =
        OrderUpdate.of(BTC, OrderStatus.OPEN).order("cb1", "vcb1").describes(shown).build();
    next.streams(u);
    assertEquals(List.of(Kind.RECOVERED, Kind.RESOLVED, Kind.AMENDED), next.kinds());
    assertEquals("3", next.state("cb1").order().size().toPlainString());
  }

  @Test
  void anOrderThatNeverArrivedIsToldApartFromOneThatTheVenueForgot() {
    desk.buys("cb1").buys("cb2").acks("cb2");
    keep();
    OrderDesk next = restarted();
    for (int i = 0; i < 2; i++) {
      next.later(VISIBILITY + SECOND);
      next.orders.absent("cb1", next.now, next.now);
      next.orders.absent("cb2", next.now, next.now);
    }
    next.later(VISIBILITY + SECOND).orders.fillsAnswered("cb2", next.now, next.now);
    assertEquals(OrderStatus.REJECTED, next.status("cb1"));
    assertEquals(OrderStatus.CANCELED, next.status("cb2"));
  }

  @Test
  void anOrderThatTheVenueShowedWithoutAnIdDidArrive() {
    desk.buys("cb1");
    desk.streams(OrderUpdate.of(BTC, OrderStatus.OPEN).order("cb1", null).build());
    keep();
    OrderDesk next = restarted();
    for (int i = 0; i < 2; i++) {
      next.later(VISIBILITY + SECOND).orders.absent("cb1", next.now, next.now);
    }
    assertNotEquals(OrderStatus.REJECTED, next.status("cb1"));
  }

  @Test
  void anOrderThatEndedIsRememberedForAnHourAfterTheRestartAndThenForgotten() {
    desk.buys("cb1").acks("cb1").streams(fill("cb1", "t1", "1", "100"));
    keep();
    assertEquals(3, journal.size());
    desk.later(5 * KnownOrders.KEEP_NANOS);
    OrderDesk next = restarted();
    assertEquals(List.of(), next.events);
    assertEquals(OrderStatus.FILLED, next.status("cb1"));
    assertSame(desk.state("cb1"), next.state("cb1"));
    next.streams(fill("cb1", "t1", "1", "100"));
    assertEquals(List.of(), next.events, "its fill was counted");
    next.later(KnownOrders.KEEP_NANOS).orders.questions(next.now, 1);
    Map<String, @Nullable String> changes = new LinkedHashMap<>();
    next.orders.keep(changes);
    journal.keySet().removeAll(changes.keySet());
    assertEquals("{format=1}", journal.toString());
  }

  @Test
  void aRefusalIsKeptWithItsReason() {
    desk.buys("cb1");
    desk.orders.refused("cb1", Fault.of(Fault.Kind.INSUFFICIENT_FUNDS, "poor"), desk.now);
    keep();
    OrderDesk next = restarted();
    assertEquals(OrderStatus.REJECTED, next.status("cb1"));
    assertSame(desk.state("cb1"), next.state("cb1"));
  }

  @Test
  void aCancelThatLeftIsKnownToHaveLeft() {
    desk.takes(Order.buy(BTC).limit("100").size("1").ioc().clientId("cb1")).acks("cb1");
    desk.orders.cancelAsked("cb1", true);
    desk.orders.cancelSent("cb1", desk.now);
    keep();
    OrderDesk next = restarted();
    next.streams(says("cb1", OrderStatus.CANCELED, "0"));
    assertEquals(OrderStatus.CANCELED, next.status("cb1"), "and not expired");
    assertTrue(Kept.read(journal).orders().get(0).tracked(BTC, 1).cancelAsked);
  }

  @Test
  void anIdThatAnEarlierOrderHasIsStillTakenAfterARestart() {
    desk.buys("cb1");
    desk.orders.refused("cb1", Fault.of(Fault.Kind.DUPLICATE_ID, "taken"), desk.now);
    keep();
    OrderDesk next = restarted();
    Order other = Order.buy(BTC).limit("7").size("7").clientId("cb1");
    next.streams(OrderUpdate.of(BTC, OrderStatus.OPEN).order("cb1", "v0").describes(other).build());
    assertEquals(List.of(Kind.RECOVERED, Kind.REJECTED), next.kinds());
  }

  @Test
  void whatWasWithdrawnIsNotKept() {
    desk.orders.register(Order.buy(BTC).limit("100").size("1").clientId("cb1"), null, desk.now);
    desk.orders.withdraw("cb1");
    assertEquals(0, keep());
  }

  @Test
  void aClockThatWentBackMakesNoTimeOfTheFuture() {
    desk.buys("cb1");
    keep();
    desk.now -= 3_600 * SECOND;
    assertEquals(desk.now, restarted().state("cb1").createdNanos());
  }

  @Test
  void anOrderOfAnInstrumentThatIsGoneHasAStandInOfTheSameSpelling() {
    desk.buys("cb1");
    keep();
    Instrument standIn = Kept.read(journal).orders().get(0).standIn("toy-spot");
    assertEquals(BTC, standIn);
    assertEquals("BTC-USD", standIn.name());
    assertEquals(Instrument.State.DELISTED, standIn.state());
  }

  @Test
  void noneOfTheIdsThatAreKeptIsUsedAgain() {
    desk.buys("cb1");
    keep();
    OrderDesk next = keeping();
    next.orders.leaveAlone("cb1");
    assertThrows(RuntimeException.class, () -> next.buys("cb1"));
    assertThrows(RuntimeException.class, () -> restarted().buys("cb1"));
  }

  @Test
  void ordersComeBackInTheOrderInWhichTheyWerePlaced() {
    for (String id : List.of("cbz", "cba", "cbm")) {
      desk.buys(id);
    }
    keep();
    OrderDesk next = restarted();
    next.buys("cb0");
    assertEquals(
        List.of("cbz", "cba", "cbm", "cb0"),
        next.orders.live().stream().map(OrderState::clientId).toList());
  }

  @Test
  void anEntryThatCannotBeReadIsNamedAndNothingIsTakenOn() {
    desk.buys("cb1").acks("cb1").streams(fill("cb1", "t1", "0.4", "100"));
    keep();
    for (String key : List.of("order/cb1", "fill/cb1/t1")) {
      String good = journal.get(key);
      for (int length = 0; length < good.length(); length++) {
        journal.put(key, good.substring(0, length));
        assertNames(key);
      }
      for (String field : List.of("price", "size")) {
        journal.put(key, good.replace("\"" + field + "\"", "\"other\""));
        assertNames(key);
      }
      journal.put(key, good);
    }
    journal.put("surprise", "1");
    assertNames("surprise");
    journal.remove("surprise");
    journal.put("nonce/key", "many");
    assertNames("nonce/key");
    journal.remove("nonce/key");
    assertFalse(Kept.read(journal).orders().isEmpty());
  }

  private void assertNames(String key) {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> Kept.read(journal), journal.get(key));
    assertTrue(e.getMessage().contains("\"" + key + "\""), e.getMessage());
  }

  @Test
  void aFormatOfAnotherVersionIsRefused() {
    journal.put("format", "3");
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> Kept.read(journal));
    assertTrue(e.getMessage().contains("format is 3"), e.getMessage());
    journal.remove("format");
    journal.put("order/cb1", "{}");
    assertThrows(IllegalStateException.class, () -> Kept.read(journal));
  }

  @Test
  void whatEndedLastIsStillFoundFirst() {
    desk.buys("cb1").acks("cb1").buys("cb2").acks("cb2");
    desk.later(SECOND).streams(says("cb2", OrderStatus.CANCELED, "0"));
    desk.later(60 * SECOND);
    long since = desk.now;
    desk.later(SECOND).streams(says("cb1", OrderStatus.CANCELED, "0"));
    keep();
    desk.later(SECOND);
    List<Tracked> ended = restarted().orders.endedSince(since);
    assertEquals(List.of("cb1"), ended.stream().map(Tracked::clientId).toList());
  }
}
