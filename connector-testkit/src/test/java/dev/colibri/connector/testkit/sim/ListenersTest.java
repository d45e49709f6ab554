package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a listener may do while it is told, and that others hear everything all the same. */
class ListenersTest {
  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.started();
  private final Instrument btc = toy.instrument("BTC-USDT");
  private final List<OrderEvent> heard = new ArrayList<>();

  @AfterEach
  void close() {
    world.close();
  }

  private void settle() {
    world.advance(ToyWorld.SECOND);
  }

  private LiveOrder place(String price) {
    return toy.place(Order.buy(btc).limit(price).size("0.1"));
  }

  private List<OrderStatus> heardOf(LiveOrder order) {
    return heard.stream()
        .map(OrderEvent::state)
        .filter(s -> s.clientId().equals(order.clientId()))
        .map(s -> s.status())
        .toList();
  }

  private static void fallForEver(int depth) {
    fallForEver(depth + 1);
  }

  @Test
  void whatever_one_throws_the_others_hear_every_order_event() {
    world.quote(btc);
    List<Error> thrown = List.of(new AssertionError("broken"), new NoSuchMethodError("broken"));
    thrown.forEach(
        error ->
            toy.orders()
                .listen(
                    event -> {
                      throw error;
                    }));
    toy.orders().listen(event -> fallForEver(0));
    toy.orders().listen(heard::add);
    LiveOrder order = place("101");
    settle();
    assertEquals(OrderStatus.FILLED, order.status());
    List<OrderStatus> all = heardOf(order);
    assertEquals(OrderStatus.FILLED, all.get(all.size() - 1));
    assertEquals(heard.size() * 3, world.events(ConnectorEvent.ListenerFailed.class).size());
  }

  @Test
  void a_timer_that_falls_for_ever_once_rings_again() {
    int[] rung = new int[1];
    world.colibri.every(
        Duration.ofMillis(100),
        () -> {
          if (rung[0]++ == 0) {
            fallForEver(0);
          }
        });
    settle();
    assertTrue(rung[0] >= 9, "rung " + rung[0]);
  }

  @Test
  void one_may_place_orders_and_everyone_hears_them_in_order() {
    world.quote(btc);
    List<LiveOrder> placed = new ArrayList<>();
    toy.orders()
        .listen(
            event -> {
              if (event.isTerminal() && placed.size() < 20) {
                placed.add(place("90"));
                placed.get(placed.size() - 1).cancel();
              }
            });
    toy.orders().listen(heard::add);
    place("90").cancel();
    world.advance(Duration.ofSeconds(30));
    assertEquals(20, placed.size());
    for (LiveOrder order : placed) {
      assertEquals(
          List.of(OrderStatus.OPEN, OrderStatus.PENDING_CANCEL, OrderStatus.CANCELED),
          heardOf(order));
    }
  }

  @Test
  void who_is_closed_by_another_listener_is_not_told_any_more() {
    world.quote(btc);
    List<String> told = new ArrayList<>();
    closing(c -> toy.orders().listen(x -> c.accept("orders")), told);
    closing(c -> toy.trades(btc).listen(x -> c.accept("trades")), told);
    closing(c -> toy.trades(btc).listenDirect(x -> c.accept("direct")), told);
    settle();
    place("101");
    settle();
    assertEquals(
        List.of("direct first", "orders first", "trades first"), told.stream().sorted().toList());
  }

  /** Two listen, and the first closes both. */
  private static void closing(Function<Consumer<String>, Subscription> listen, List<String> told) {
    List<Subscription> both = new ArrayList<>();
    both.add(
        listen.apply(
            what -> {
              told.add(what + " first");
              both.forEach(Subscription::close);
            }));
    both.add(listen.apply(what -> told.add(what + " second")));
  }

  @Test
  void to_close_twice_takes_nothing_from_one_who_listens_twice() {
    Consumer<OrderEvent> twice = heard::add;
    Subscription first = toy.orders().listen(twice);
    toy.orders().listen(twice);
    first.close();
    first.close();
    place("90");
    assertFalse(toy.openOrders().isEmpty());
    settle();
    assertFalse(heard.isEmpty());
  }

  @Test
  void one_may_close_the_connector() {
    world.quote(btc);
    toy.orders()
        .listen(
            event -> {
              if (event.state().status() == OrderStatus.OPEN) {
                toy.close();
              }
            });
    toy.orders().listen(heard::add);
    LiveOrder order = place("90");
    world.advance(Duration.ofSeconds(15));
    assertTrue(toy.closeAsync().isDone());
    List<OrderStatus> told = heardOf(order);
    assertEquals(OrderStatus.CANCELED, told.get(told.size() - 1), told::toString);
  }
}
