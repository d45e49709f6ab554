package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.testkit.exchange.Faults;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orders between a strategy that errs and a venue that does. */
class TradingTest {
  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.started();
  private final Instrument btc = toy.instrument("BTC-USDT");

  @AfterEach
  void close() {
    world.close();
  }

  private LiveOrder resting() {
    LiveOrder order = toy.place(buy("90"));
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, order.status());
    return order;
  }

  private Order buy(String price) {
    return Order.buy(btc).limit(price).size("1");
  }

  @Test
  void balances_that_moved_are_asked_for_once_for_all_moves_of_a_while() {
    world.advance(ToyWorld.SECOND);
    int before = world.network.count("GET /balances");
    world.exchange.deposit(ToyWorld.US, "BTC", BigDecimal.ONE, world.time.millis());
    world.network.frames("/account", frame -> frame.contains("balances") ? null : frame);
    for (int i = 0; i < 5; i++) {
      world.network.say("/account", "{\"e\":\"moved\"}");
    }
    world.advance(Duration.ofSeconds(4));
    assertEquals(before + 1, world.network.count("GET /balances"));
    assertEquals("100001", toy.available("BTC").stripTrailingZeros().toPlainString());
  }

  @Test
  void an_order_is_not_given_up_for_one_that_the_rules_forbid() {
    LiveOrder old = resting();
    Refused refused = assertThrows(Refused.class, () -> old.replace(buy("91.05")));
    assertEquals(Rule.TICK_SIZE, refused.rule());
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, old.status());
  }

  @Test
  void an_order_is_replaced_by_one_other_only() {
    LiveOrder old = resting();
    CompletableFuture<LiveOrder> first = old.replace(buy("91"));
    CompletableFuture<LiveOrder> second = old.replace(buy("92"));
    world.advance(ToyWorld.SECOND);
    assertEquals("91", first.join().order().price().toPlainString());
    assertTrue(second.isCompletedExceptionally());
    assertEquals(1, world.exchange.openOrders(ToyWorld.US, null).size());
  }

  @Test
  void an_order_that_is_refused_here_does_not_count_towards_the_rate_of_the_guard() {
    toy.guard(Guard.none().maxOrdersPerMinute(2));
    toy.place(buy("90").clientId("toyMine"));
    Refused twice = assertThrows(Refused.class, () -> toy.place(buy("90").clientId("toyMine")));
    assertEquals(Rule.CLIENT_ID, twice.rule());
    toy.place(buy("90"));
    Refused third = assertThrows(Refused.class, () -> toy.place(buy("90")));
    assertEquals(Rule.GUARD, third.rule());
  }

  @Test
  void a_fill_that_claims_a_time_to_come_hides_none_of_those_that_come() {
    LiveOrder order = resting();
    world.network.bodies(
        "GET /fills", good -> good.replaceAll("\"time\":\\d+", "\"time\":9999999999999"));
    world.network.frames("/account", frame -> null);
    sell("0.4");
    world.advance(Duration.ofMinutes(2));
    assertEquals("0.4", order.filled().stripTrailingZeros().toPlainString());
    world.network.repliesAsTheyAre("GET /fills");
    // From here on nothing but the fills themselves tells of them.
    world.network.bodies(
        "GET /orders", good -> good.replaceAll("\"filled\":\"[^\"]*\"", "\"filled\":\"0.4\""));
    sell("0.2");
    world.advance(Duration.ofMinutes(2));
    assertEquals("0.6", order.filled().stripTrailingZeros().toPlainString());
  }

  private void sell(String size) {
    world.sell(btc, "90", size);
  }

  @Test
  void a_cancel_that_cannot_leave_is_told_and_the_order_goes_on() {
    LiveOrder order = resting();
    for (int i = 0; i < 4; i++) {
      world
          .protocol
          .faults()
          .add(
              new Faults.Fault(
                  "DELETE /order",
                  Faults.Kind.FAIL_BEFORE,
                  400,
                  "{\"error\":\"TOO_MANY_REQUESTS\"}"));
    }
    List<OrderEvent.Kind> told = new ArrayList<>();
    toy.orders().listen(e -> told.add(e.kind()));
    order.cancel();
    world.advance(Duration.ofMinutes(1));
    assertTrue(told.contains(OrderEvent.Kind.CANCEL_REFUSED), told.toString());
    assertEquals(OrderStatus.OPEN, order.status());
    assertTrue(world.events(ConnectorEvent.Limited.class).size() > 0);
    order.cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.CANCELED, order.status());
  }

  @Test
  void a_cancel_is_sent_once_however_often_it_is_asked_for() {
    LiveOrder order = resting();
    world.network.frames("/account", frame -> null);
    order.cancel();
    order.cancel();
    toy.cancelAll();
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.CANCELED, order.status());
    assertEquals(1, world.network.count("DELETE /order"));
  }

  @Test
  void a_cancel_is_sent_again_when_nobody_knows_what_became_of_the_first() {
    LiveOrder order = resting();
    world.protocol.faults().dropRequest("DELETE /order");
    world.network.replies("GET /order", reply -> null);
    order.cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.PENDING_CANCEL, order.status());
    order.cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.CANCELED, order.status());
    assertEquals(2, world.network.count("DELETE /order"));
  }

  @Test
  void a_cancel_that_could_not_leave_stays_wanted_until_it_does() {
    LiveOrder order = resting();
    for (String target : List.of("DELETE /order", "GET /order", "GET /orders", "GET /balances")) {
      world.network.reachable(target, false);
    }
    order.cancel();
    world.advance(Duration.ofMinutes(1));
    assertFalse(order.status().isTerminal(), order::toString);
    for (String target : List.of("DELETE /order", "GET /order", "GET /orders", "GET /balances")) {
      world.network.reachable(target, true);
    }
    world.advance(Duration.ofMinutes(1));
    assertEquals(OrderStatus.CANCELED, order.status(), order::toString);
  }

  @Test
  void an_order_that_could_not_leave_is_refused_at_once_and_is_not_sent_later() {
    world.network.reachable("POST /order", false);
    LiveOrder order = toy.place(buy("90"));
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.REJECTED, order.status());
    assertTrue(String.valueOf(order.state().reject()).contains("no route"), order::toString);
    world.network.reachable("POST /order", true);
    world.advance(Duration.ofMinutes(1));
    assertEquals(1, world.network.count("POST /order"));
  }

  @Test
  void a_replacement_is_not_placed_when_it_is_too_late() {
    LiveOrder old = resting();
    world.network.reachable("DELETE /order", false);
    CompletableFuture<LiveOrder> next = old.replace(buy("91"));
    world.advance(Duration.ofSeconds(20));
    assertTrue(next.isCompletedExceptionally());
    world.network.reachable("DELETE /order", true);
    world.advance(Duration.ofMinutes(2));
    assertEquals(OrderStatus.CANCELED, old.status(), "the cancel was asked for all the same");
    assertEquals(1, world.network.count("POST /order"));
  }
}
