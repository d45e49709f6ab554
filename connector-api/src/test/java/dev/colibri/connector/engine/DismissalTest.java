package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.BTC;
import static dev.colibri.connector.engine.OrderDesk.SECOND;
import static dev.colibri.connector.engine.OrderDesk.VISIBILITY;
import static dev.colibri.connector.engine.OrderDesk.fill;
import static dev.colibri.connector.engine.OrderDesk.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Bounds;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent.Kind;
import dev.colibri.connector.model.OrderStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Orders that are given up by the user, as the venue never says what became of them. */
class DismissalTest {
  private final OrderDesk desk = new OrderDesk();
  private final Orders orders = desk.orders;

  private void lost() {
    desk.buys("a");
    orders.outcomeUnknown("a", desk.now);
  }

  private void dismiss(boolean mayHappen) {
    orders.dismiss("a", "the venue is bankrupt", mayHappen, desk.now);
  }

  private String refused(boolean mayHappen) {
    int told = desk.events.size();
    String why = assertThrows(IllegalStateException.class, () -> dismiss(mayHappen)).getMessage();
    assertEquals(told, desk.events.size());
    return why;
  }

  @Test
  void anOrderThatMayTradeIsDismissedOnlyByWhoSaysThatItMay() {
    lost();
    assertTrue(refused(false).contains("it may still trade"));
    assertEquals(OrderStatus.UNKNOWN, desk.status("a"));
    dismiss(true);
    assertEquals(OrderStatus.DISMISSED, desk.status("a"));
    assertEquals(List.of(Kind.UNKNOWN, Kind.DISMISSED), desk.kinds());
    assertEquals(
        "dismissed though it may still trade: the venue is bankrupt",
        desk.state("a").reject().raw());
    assertEquals(Bounds.ZERO, orders.exposure(BTC).buy());
    assertEquals(List.of(), orders.live());
    assertEquals(List.of(), desk.asksWithin(600 * SECOND));
  }

  @Test
  void aCancelWithoutAnAnswerIsNoEndEither() {
    desk.buys("a").acks("a");
    orders.cancelSent("a", desk.now);
    assertTrue(refused(false).contains("it may still trade"));
    dismiss(true);
    assertEquals(OrderStatus.DISMISSED, desk.status("a"));
  }

  @Test
  void whatIsKnownToLiveOrIsOnItsWayIsNotDismissedAtAll() {
    desk.buys("a");
    assertTrue(refused(true).contains("PENDING_NEW"));
    desk.acks("a");
    assertTrue(refused(true).contains("cancel it"));
    desk.streams(fill("a", "1", "0.4", "100"));
    assertTrue(refused(true).contains("PARTIALLY_FILLED"));
    desk.streams(fill("a", "2", "0.6", "100"));
    dismiss(true);
    assertEquals(Kind.FILLED, desk.kinds().get(desk.kinds().size() - 1), "it ended by itself");
    assertThrows(IllegalArgumentException.class, () -> orders.dismiss("b", "?", true, desk.now));
  }

  @Test
  void whatTheVenueEndedIsOverThoughItsFillsAreNotTold() {
    desk.buys("a").acks("a").streams(says("a", OrderStatus.CANCELED, "0.4"));
    assertEquals(OrderStatus.OPEN, desk.status("a"), "its fills are asked for");
    dismiss(false);
    assertEquals(OrderStatus.DISMISSED, desk.status("a"));
    assertEquals("dismissed: the venue is bankrupt", desk.state("a").reject().raw());
    desk.answers(fill("a", "1", "0.4", "100"));
    assertEquals(
        List.of(Kind.ACCEPTED, Kind.DISMISSED, Kind.LATE_FILL), desk.kinds(), "counted, and once");
    assertEquals(OrderStatus.DISMISSED, desk.status("a"));
    assertEquals(List.of(), desk.asksWithin(600 * SECOND));
  }

  @Test
  void whatTurnsOutToLiveIsExposureAgainAndIsCanceled() {
    lost();
    dismiss(true);
    desk.later(VISIBILITY);
    desk.answers(says("a", OrderStatus.OPEN, "0"), desk.now);
    assertEquals(1, desk.anomalies.size(), desk.anomalies.toString());
    assertEquals("1", orders.exposure(BTC).buy().most().toString());
    assertTrue(desk.asksWithin(SECOND).contains("CANCEL a"));
    assertEquals(OrderStatus.DISMISSED, desk.status("a"), "it ends once");
  }

  @Test
  void theNextProcessKnowsThatItWasDismissed() {
    orders.keeps();
    lost();
    dismiss(true);
    Map<String, @Nullable String> kept = new LinkedHashMap<>();
    orders.keep(kept);
    OrderDesk next = new OrderDesk();
    String entry = kept.get(KeptOrder.ORDER + "a");
    next.orders.restore(KeptOrder.read(entry).tracked(BTC, next.now), next.now);
    assertEquals(OrderStatus.DISMISSED, next.status("a"));
    assertEquals(List.of(), next.events);
    assertEquals(List.of(), next.orders.live());
    assertEquals(List.of(), next.asksWithin(600 * SECOND));
    assertNull(next.orders.find("b"));
    assertThrows(
        RuntimeException.class,
        () -> next.buys("a"),
        "its client id is taken: " + Order.buy(BTC).clientId("a"));
  }
}
