package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent.Kind;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orders that are changed in place, on a venue and a network that err. */
class AmendTest {
  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.started(ToyWorld.venue(ToySpot.Amending::new));
  private final Instrument btc = toy.instrument("BTC-USDT");
  private final List<Kind> told = new ArrayList<>();
  private final List<Reject> refusals = new ArrayList<>();
  private final LiveOrder order = toy.place(Order.buy(btc).limit("90").size("1"));

  AmendTest() {
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, order.status());
    toy.orders().listen(e -> told.add(e.kind()));
    toy.orders().listen(e -> refusals.add(e.refusal()));
  }

  @AfterEach
  void close() {
    world.close();
  }

  private CompletableFuture<LiveOrder> amend(String price, String size) {
    return order.amend(order.order().limit(price).size(size)).orElseThrow();
  }

  private void holds(String price, String size) {
    holdsHere(price, size);
    var there = world.exchange.openOrders(ToyWorld.US, null).get(0);
    assertEquals(0, new BigDecimal(price).compareTo(there.price()), "at the venue");
    assertEquals(0, new BigDecimal(size).compareTo(there.quantity()), "at the venue");
  }

  private String failure(CompletableFuture<?> stage) {
    world.advance(Duration.ofMillis(1));
    assertTrue(stage.isCompletedExceptionally(), "it should have failed by now: " + stage);
    return stage.handle((value, error) -> String.valueOf(error.getMessage())).join();
  }

  @Test
  void price_and_size_change_and_both_ids_stay() {
    String venueId = order.venueId();
    CompletableFuture<LiveOrder> stage = amend("91.5", "2");
    holdsHere("90", "1");
    world.advance(ToyWorld.SECOND);
    assertSame(order, stage.join());
    holds("91.5", "2");
    assertEquals(venueId, order.venueId());
    assertEquals(List.of(Kind.AMENDED), told);
    assertEquals(1, world.network.count("POST /order"));
  }

  private void holdsHere(String price, String size) {
    assertEquals(
        price + " " + size, plain(order.order().price()) + " " + plain(order.order().size()));
  }

  @Test
  void a_refusal_is_told_with_the_venues_words_and_changes_nothing() {
    world.network.replies(
        "PUT /order", r -> AlteredNetwork.reply(400, "{\"error\":\"PRICE_BAND\"}"));
    world.protocol.faults().dropRequest("PUT /order");
    CompletableFuture<LiveOrder> stage = amend("91", "1");
    world.advance(ToyWorld.SECOND);
    assertTrue(failure(stage).contains("PRICE_BAND"), failure(stage));
    assertEquals(List.of(Kind.AMEND_REFUSED), told);
    assertEquals(List.of(new Reject.BadPrice("PRICE_BAND")), refusals);
    holds("90", "1");
  }

  @Test
  void a_lost_reply_is_found_out_by_asking_when_the_change_was_made() {
    world.network.frames("/account", frame -> null);
    world.protocol.faults().dropReply("PUT /order");
    CompletableFuture<LiveOrder> stage = amend("91", "2");
    world.advance(Duration.ofSeconds(30));
    assertSame(order, stage.join());
    assertEquals(List.of(Kind.UNKNOWN, Kind.AMENDED), told);
    holds("91", "2");
    assertEquals(1, world.network.count("PUT /order"), "it is not sent again");
  }

  @Test
  void a_lost_request_is_found_out_by_asking_too() {
    world.protocol.faults().dropRequest("PUT /order");
    CompletableFuture<LiveOrder> stage = amend("91", "2");
    world.advance(Duration.ofSeconds(30));
    assertTrue(failure(stage).contains("did not change it"));
    assertEquals(List.of(Kind.UNKNOWN, Kind.RESOLVED), told);
    holds("90", "1");
    assertEquals(1, world.network.count("PUT /order"));
  }

  @Test
  void while_nothing_is_known_the_larger_of_both_counts() {
    world.network.frames("/account", frame -> null);
    world.network.replies("GET /order", reply -> null);
    world.network.replies("GET /orders", reply -> null);
    world.protocol.faults().dropReply("PUT /order");
    amend("80", "2");
    world.advance(Duration.ofSeconds(12));
    assertEquals(List.of(Kind.UNKNOWN), told);
    assertEquals("180", plain(toy.exposure(btc).buyQuote().most()));
    assertEquals(OrderStatus.OPEN, order.status());
  }

  private static String plain(BigDecimal n) {
    return n.stripTrailingZeros().toPlainString();
  }

  @Test
  void an_order_that_filled_before_the_change_arrived_is_filled() {
    world.network.frames("/account", frame -> null);
    world.sell(btc, "90", "1");
    CompletableFuture<LiveOrder> stage = amend("91", "2");
    world.advance(Duration.ofSeconds(30));
    assertTrue(failure(stage).contains("UNKNOWN_ORDER"), failure(stage));
    assertEquals(List.of(Kind.AMEND_REFUSED, Kind.FILL, Kind.FILLED), told);
    assertEquals("1", plain(order.filled()));
  }

  @Test
  void a_part_that_filled_before_the_reply_counts_within_the_size() {
    world.sell(btc, "90", "0.4");
    amend("90", "0.6");
    world.advance(ToyWorld.SECOND);
    holds("90", "0.6");
    assertEquals("0.2", plain(order.remaining()));
    world.sell(btc, "90", "0.2");
    world.advance(ToyWorld.SECOND);
    assertEquals(List.of(Kind.FILL, Kind.AMENDED, Kind.FILL, Kind.FILLED), told);
  }

  @Test
  void a_cancel_goes_out_while_a_change_is_on_its_way() {
    world.protocol.faults().dropRequest("PUT /order");
    CompletableFuture<LiveOrder> stage = amend("91", "2");
    order.cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.CANCELED, order.status());
    assertTrue(failure(stage).contains("CANCELED"));
    world.advance(Duration.ofMinutes(1));
    assertEquals(List.of(Kind.CANCEL_SENT, Kind.UNKNOWN, Kind.CANCELED), told);
    assertEquals(1, world.network.count("DELETE /order"));
  }

  @Test
  void one_change_at_a_time_and_none_of_what_is_being_canceled() {
    CompletableFuture<LiveOrder> first = amend("91", "2");
    assertTrue(failure(amend("92", "2")).contains("already"));
    world.advance(ToyWorld.SECOND);
    assertTrue(first.isDone());
    order.cancel();
    assertTrue(failure(amend("93", "2")).contains("canceled"));
    world.advance(ToyWorld.SECOND);
    assertTrue(failure(amend("93", "2")).contains("not live"));
    assertEquals(1, world.network.count("PUT /order"));
  }

  @Test
  void the_order_as_changed_is_checked_before_anything_is_sent() {
    assertEquals(Rule.TICK_SIZE, refused("91.05", "1").rule());
    assertEquals(Rule.MIN_NOTIONAL, refused("90", "0.01").rule());
    Refused budget = refused("90", "2000");
    assertEquals(Rule.BUDGET, budget.rule());
    assertEquals("1111.111", plain(budget.nearest()), "what it holds is available to it");
    toy.guard(Guard.none().maxExposure("100"));
    Refused exposure = refused("90", "1.2");
    assertEquals(Rule.GUARD, exposure.rule());
    assertEquals("1.111", plain(exposure.nearest()));
    toy.guard(Guard.none().maxExposure("50"));
    amend("80", "1").whenComplete((o, e) -> assertEquals(null, e));
    world.advance(ToyWorld.SECOND);
    holds("80", "1");
    world.sell(btc, "80", "0.5");
    world.advance(ToyWorld.SECOND);
    assertEquals("0.501", plain(refused("80", "0.5").nearest()), "more than has filled");
    toy.halt();
    assertEquals(Rule.NOT_READY, refused("81", "1").rule());
    assertEquals(1, world.network.count("PUT /order"));
  }

  private Refused refused(String price, String size) {
    return assertThrows(Refused.class, () -> amend(price, size));
  }

  @Test
  void nothing_but_price_and_size_changes() {
    for (Order other :
        List.of(
            Order.sell(btc).limit("91").size("1"),
            Order.buy(btc).limit("91").size("1").postOnly(),
            Order.buy(btc).limit("91").size("1").ioc(),
            Order.buy(btc).market().size("1"),
            Order.buy(btc).limit("91").size("1").clientId("toyOther"),
            Order.buy(btc).limit("91").size("1").with("a", "b"),
            Order.buy(toy.instrument("ETH-USDT")).limit("91").size("1"))) {
      assertThrows(IllegalArgumentException.class, () -> order.amend(other), other::toString);
    }
    assertSame(order, order.amend(Order.buy(btc).limit("90.0").size("1")).orElseThrow().join());
    assertEquals(0, world.network.count("PUT /order"), "there was nothing to change");
  }

  @Test
  void a_venue_that_cannot_says_so() {
    SpotConnector other = world.started(ToyWorld.venue(ToySpot::new).account("other"));
    LiveOrder theirs = other.place(Order.buy(btc).limit("85").size("1"));
    world.advance(ToyWorld.SECOND);
    assertFalse(theirs.amend(theirs.order().limit("86")).isPresent());
  }

  @Test
  void what_is_pending_at_the_close_is_told() {
    world.protocol.faults().dropRequest("PUT /order");
    world.network.replies("GET /order", reply -> null);
    world.network.reachable("DELETE /order", false);
    CompletableFuture<LiveOrder> stage = amend("91", "1");
    toy.closeAsync();
    world.advance(Duration.ofSeconds(15));
    assertTrue(failure(stage).contains("closed"));
  }
}
