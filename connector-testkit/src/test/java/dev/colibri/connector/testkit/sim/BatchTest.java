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
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several orders at once, to a venue that takes five in a request, and to one that takes one. */
class BatchTest {
  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.started();
  private final Instrument btc = toy.instrument("BTC-USDT");
  private final Instrument eth = toy.instrument("ETH-USDT");

  @AfterEach
  void close() {
    world.close();
  }

  private static Order buy(Instrument instrument, int price) {
    return Order.buy(instrument).limit(String.valueOf(price)).size("1");
  }

  private List<Order> buys(int count) {
    List<Order> orders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      orders.add(buy(btc, 90 - i));
    }
    return orders;
  }

  private List<OrderStatus> statuses(List<LiveOrder> orders) {
    world.advance(ToyWorld.SECOND);
    return orders.stream().map(LiveOrder::status).toList();
  }

  @Test
  void they_leave_in_parts_of_one_instrument_that_the_venue_takes_in_one_request() {
    List<Order> orders = buys(6);
    orders.add(2, buy(eth, 80));
    orders.add(buy(eth, 81));
    List<LiveOrder> placed = toy.placeAll(orders);
    assertEquals(8, toy.openOrders().size(), "all are registered at once");
    statuses(placed).forEach(s -> assertEquals(OrderStatus.OPEN, s));
    for (int i = 0; i < orders.size(); i++) {
      assertEquals(orders.get(i).price(), placed.get(i).order().price());
    }
    assertEquals(2, world.network.count("POST /orders"), "five of one, two of the other");
    assertEquals(1, world.network.count("POST /order"), "one that was left alone");
  }

  @Test
  void each_is_refused_for_itself() {
    world.quote(btc);
    List<LiveOrder> placed =
        toy.placeAll(
            List.of(buy(btc, 90), Order.buy(btc).limit("102").size("1").postOnly(), buy(btc, 89)));
    assertEquals(
        List.of(OrderStatus.OPEN, OrderStatus.REJECTED, OrderStatus.OPEN), statuses(placed));
    assertTrue(placed.get(1).state().reject() instanceof Reject.WouldCross);
  }

  @Test
  void a_lost_reply_leaves_every_one_unknown_until_it_is_asked_about() {
    world.network.frames("/account", frame -> null);
    world.network.replies("GET /order", reply -> null);
    world.protocol.faults().dropReply("POST /orders");
    List<LiveOrder> placed = toy.placeAll(buys(3));
    world.advance(Duration.ofSeconds(11));
    statuses(placed).forEach(s -> assertEquals(OrderStatus.UNKNOWN, s));
    assertEquals(3, toy.openOrders().size(), "they count as live");
    world.network.repliesAsTheyAre("GET /order");
    world.advance(Duration.ofMinutes(1));
    statuses(placed).forEach(s -> assertEquals(OrderStatus.OPEN, s));
    assertEquals(1, world.network.count("POST /orders"));
  }

  @Test
  void a_lost_request_ends_every_one_by_the_venues_word() {
    world.protocol.faults().dropRequest("POST /orders");
    List<LiveOrder> placed = toy.placeAll(buys(3));
    world.advance(Duration.ofMinutes(2));
    statuses(placed).forEach(s -> assertEquals(OrderStatus.REJECTED, s));
  }

  @Test
  void an_answer_of_another_length_says_nothing_of_any() {
    world.network.frames("/account", frame -> null);
    world.network.replies("GET /order", reply -> null);
    world.network.bodies("POST /orders", good -> "[]");
    List<LiveOrder> placed = toy.placeAll(buys(2));
    statuses(placed).forEach(s -> assertEquals(OrderStatus.UNKNOWN, s));
  }

  @Test
  void all_are_registered_or_none() {
    List<Order> orders = buys(2);
    orders.add(Order.buy(btc).limit("90.05").size("1"));
    assertEquals(Rule.TICK_SIZE, assertThrows(Refused.class, () -> toy.placeAll(orders)).rule());
    List<Order> dear = List.of(buy(btc, 90).size("600"), buy(btc, 90).size("600"));
    assertEquals(
        Rule.BUDGET,
        assertThrows(Refused.class, () -> toy.placeAll(dear)).rule(),
        "each counts for the next");
    toy.guard(Guard.none().maxOrdersPerMinute(3));
    List<Order> twice = List.of(buy(btc, 90).clientId("toyA"), buy(btc, 90).clientId("toyA"));
    assertEquals(Rule.CLIENT_ID, assertThrows(Refused.class, () -> toy.placeAll(twice)).rule());
    assertEquals(List.of(), toy.openOrders());
    assertEquals(3, toy.placeAll(buys(3)).size(), "what was not placed does not count");
    assertEquals("100000", toy.balances().get("USDT").total().stripTrailingZeros().toPlainString());
  }

  @Test
  void market_orders_leave_alone() {
    world.quote(btc);
    toy.books(btc).listen(b -> {});
    world.advance(ToyWorld.SECOND);
    List<Order> orders = buys(2);
    orders.add(1, Order.buy(btc).market().size("0.1"));
    List<LiveOrder> placed = toy.placeAll(orders);
    assertEquals(List.of(OrderStatus.OPEN, OrderStatus.FILLED, OrderStatus.OPEN), statuses(placed));
    assertEquals(1, world.network.count("POST /order"));
  }

  @Test
  void a_venue_without_batches_takes_them_one_by_one() {
    SpotConnector other = world.started(ToyWorld.venue(ToyVariant::new).account("other"));
    statuses(other.placeAll(buys(3))).forEach(s -> assertEquals(OrderStatus.OPEN, s));
    assertEquals(3, world.network.count("POST /order"));
    assertEquals(3, other.cancelAll(btc));
    world.advance(ToyWorld.SECOND);
    assertEquals(List.of(), other.openOrders());
    assertEquals(3, world.network.count("DELETE /order"));
  }

  @Test
  void cancel_all_goes_in_parts_too_and_each_has_its_own_end() {
    List<LiveOrder> placed = toy.placeAll(buys(7));
    world.advance(ToyWorld.SECOND);
    world.network.frames("/account", frame -> null);
    world.sell(btc, "90", "1");
    assertEquals(7, toy.cancelAll());
    assertEquals(7, toy.cancelAll(), "again while they are on their way");
    world.advance(Duration.ofSeconds(30));
    assertEquals(OrderStatus.FILLED, placed.get(0).status());
    placed.subList(1, 7).forEach(o -> assertEquals(OrderStatus.CANCELED, o.status()));
    assertEquals(2, world.network.count("DELETE /orders"), "five and two, once each");
    assertEquals(0, world.network.count("DELETE /order"));
  }

  @Test
  void a_cancel_that_the_venue_puts_off_goes_on_alone() {
    List<LiveOrder> placed = toy.placeAll(buys(2));
    world.advance(ToyWorld.SECOND);
    world.protocol.faults().dropRequest("DELETE /orders");
    world.network.replies(
        "DELETE /orders",
        lost ->
            AlteredNetwork.reply(
                200, "[{\"error\":\"TOO_MANY_REQUESTS\"},{\"error\":\"TOO_MANY_REQUESTS\"}]"));
    toy.cancelAll();
    world.advance(Duration.ofSeconds(30));
    placed.forEach(o -> assertEquals(OrderStatus.CANCELED, o.status()));
    assertEquals(2, world.network.count("DELETE /order"));
  }

  @Test
  void the_close_cancels_in_few_requests() {
    toy.placeAll(buys(10));
    world.advance(ToyWorld.SECOND);
    var left = toy.closeAsync();
    world.advance(ToyWorld.SECOND);
    assertEquals(List.of(), left.join());
    assertEquals(2, world.network.count("DELETE /orders"));
  }
}
