package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No order leaves after a halt or beyond a bound, wherever it waits by then. */
class GuardTest {
  private final ToyWorld world = new ToyWorld();
  private SpotConnector toy;
  private Instrument btc;

  private void start(Supplier<SpotDialect> dialect) {
    toy = world.started(ToyWorld.venue(dialect));
    btc = toy.instrument("BTC-USDT");
  }

  @AfterEach
  void close() {
    world.close();
  }

  private Order buy(String price) {
    return Order.buy(btc).limit(price).size("1");
  }

  private LiveOrder resting(String price) {
    LiveOrder order = toy.place(buy(price));
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, order.status());
    return order;
  }

  private String failure(CompletableFuture<?> stage) {
    world.advance(Duration.ofMillis(1));
    assertTrue(stage.isCompletedExceptionally(), "it should have failed by now: " + stage);
    return stage.handle((value, error) -> String.valueOf(error.getMessage())).join();
  }

  private static void assertHalted(LiveOrder order) {
    assertEquals(OrderStatus.REJECTED, order.status());
    String why = order.state().reject().raw();
    assertTrue(why.contains("halted"), why);
  }

  /** One order every three seconds. */
  private static final class Slow extends ToyVariant {
    @Override
    public List<Limit> limits() {
      List<Limit> limits = new ArrayList<>(super.limits());
      limits.add(Limit.rolling("orders", 1, Duration.ofSeconds(3), Limit.Scope.ACCOUNT));
      return limits;
    }

    @Override
    public Call<OrderUpdate> place(Order order) {
      Call.Ask<OrderUpdate> ask = (Call.Ask<OrderUpdate>) super.place(order);
      return ask.request().cost("orders", 1).read(ask.reader());
    }
  }

  @Test
  void an_order_that_waits_for_a_limit_does_not_leave_after_a_halt() {
    start(Slow::new);
    resting("90");
    LiveOrder waiting = toy.place(buy("91"));
    toy.halt();
    world.advance(Duration.ofMillis(1));
    assertHalted(waiting);
    world.advance(Duration.ofSeconds(10));
    assertEquals(1, world.network.count("POST /order"));
    toy.resume();
    resting("92");
  }

  @Test
  void an_order_that_the_venue_refused_for_its_time_does_not_leave_again_after_a_halt() {
    start(ToyVariant::new);
    world.refuseTimes(1);
    world.network.replies("GET /time", reply -> null);
    LiveOrder order = toy.place(buy("90"));
    world.advance(ToyWorld.SECOND);
    toy.halt();
    world.network.repliesAsTheyAre("GET /time");
    world.advance(Duration.ofSeconds(20));
    assertEquals(OrderStatus.REJECTED, order.status());
    assertEquals(1, world.network.count("POST /order"));
  }

  @Test
  void an_order_that_is_asked_for_after_a_question_does_not_leave_after_a_halt() {
    start(
        () ->
            new ToyVariant() {
              @Override
              public Call<OrderUpdate> place(Order order) {
                return time().then(millis -> super.place(order));
              }
            });
    LiveOrder order = toy.place(buy("90"));
    toy.halt();
    world.advance(ToyWorld.SECOND);
    assertHalted(order);
    assertEquals(0, world.network.count("POST /order"));
  }

  @Test
  void a_replacement_that_waits_for_a_cancel_does_not_leave_after_a_halt() {
    start(ToyVariant::new);
    LiveOrder old = resting("90");
    CompletableFuture<LiveOrder> next = old.replace(buy("91"));
    toy.halt();
    world.advance(ToyWorld.SECOND);
    assertTrue(failure(next).contains("halted"), failure(next));
    assertEquals(OrderStatus.CANCELED, old.status(), "it was asked for before");
    assertEquals(1, world.network.count("POST /order"));
  }

  @Test
  void cancels_leave_after_a_halt() {
    start(Slow::new);
    LiveOrder order = resting("90");
    toy.halt();
    order.cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.CANCELED, order.status());
  }

  @Test
  void an_order_that_waits_does_not_leave_once_the_connector_closes() {
    start(Slow::new);
    resting("90");
    LiveOrder waiting = toy.place(buy("91"));
    toy.closeAsync();
    world.advance(Duration.ofMillis(1));
    assertEquals(OrderStatus.REJECTED, waiting.status());
    world.advance(Duration.ofSeconds(10));
    assertEquals(1, world.network.count("POST /order"));
  }

  @Test
  void an_order_is_not_given_up_for_one_that_the_guard_forbids() {
    start(ToyVariant::new);
    LiveOrder old = resting("90");
    toy.guard(Guard.none().maxOrderNotional("95"));
    assertEquals(Rule.GUARD, assertThrows(Refused.class, () -> old.replace(buy("96"))).rule());
    toy.guard(Guard.none().maxExposure("95"));
    assertEquals(Rule.GUARD, assertThrows(Refused.class, () -> old.replace(buy("96"))).rule());
    toy.guard(Guard.none());
    toy.halt();
    assertEquals(Rule.NOT_READY, assertThrows(Refused.class, () -> old.replace(buy("91"))).rule());
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, old.status());
    assertEquals(0, world.network.count("DELETE /order"));
  }

  @Test
  void an_order_at_the_bound_of_the_exposure_is_replaced_by_one_within_it() {
    start(ToyVariant::new);
    toy.guard(Guard.none().maxExposure("95"));
    LiveOrder old = resting("90");
    CompletableFuture<LiveOrder> next = old.replace(buy("92"));
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, next.join().status());
    assertEquals(1, world.exchange.openOrders(ToyWorld.US, null).size());
  }

  @Test
  void the_bounds_hold_for_all_orders_of_a_batch_together() {
    start(ToySpot::new);
    toy.guard(Guard.none().maxExposure("200"));
    List<Order> three = List.of(buy("90"), buy("91"), buy("92"));
    assertEquals(Rule.GUARD, assertThrows(Refused.class, () -> toy.placeAll(three)).rule());
    assertEquals(List.of(), toy.openOrders());
    toy.placeAll(three.subList(0, 2));
    world.advance(ToyWorld.SECOND);
    assertEquals(2, world.exchange.openOrders(ToyWorld.US, null).size());
  }

  @Test
  void changes_and_replacements_count_towards_the_rate() {
    start(ToySpot.Amending::new);
    toy.guard(Guard.none().maxOrdersPerMinute(3));
    LiveOrder first = resting("90");
    first.amend(first.order().limit("91")).orElseThrow();
    world.advance(ToyWorld.SECOND);
    LiveOrder second = toy.place(buy("85"));
    world.advance(ToyWorld.SECOND);
    assertEquals(
        Rule.GUARD,
        assertThrows(Refused.class, () -> first.amend(first.order().limit("92"))).rule());
    assertEquals(Rule.GUARD, assertThrows(Refused.class, () -> second.replace(buy("86"))).rule());
    world.advance(Duration.ofMillis(57_500));
    CompletableFuture<LiveOrder> third = second.replace(buy("86"));
    world.advance(Duration.ofMillis(100));
    assertEquals(OrderStatus.OPEN, third.join().status());
    assertEquals(Rule.GUARD, assertThrows(Refused.class, () -> toy.place(buy("87"))).rule());
  }
}
