package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Inventory;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.InvalidBook;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a strategy holds and has live, by the events that it was told. */
class InventoryTest {
  private static final Duration MOMENT = Duration.ofMillis(100);

  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.started(ToyWorld.venue(ToySpot.Amending::new));
  private final Instrument btc = toy.instrument("BTC-USDT");
  private final Inventory inventory = new Inventory();

  @AfterEach
  void close() {
    world.close();
  }

  private static Order buy(Instrument i, String price, String size) {
    return Order.buy(i).limit(price).size(size);
  }

  private LiveOrder resting(String price, String size) {
    LiveOrder order = inventory.place(toy, buy(btc, price, size));
    world.advance(MOMENT);
    assertEquals(OrderStatus.OPEN, order.status());
    return order;
  }

  /** What somebody else sells, told to us late: the strategy is busy for a second. */
  private void soldWhileBusy(String price, String size) {
    world.virtual.busy(ToyWorld.SECOND);
    world.sell(btc, price, size);
    world.advance(Duration.ofMillis(500));
  }

  private static void assertIs(String expected, BigDecimal n) {
    assertEquals(0, new BigDecimal(expected).compareTo(n), () -> n + " is not " + expected);
  }

  /** Base units beyond what the account began with, by the venue's own word. */
  private BigDecimal atVenue(String asset) {
    return world
        .exchange
        .ledger()
        .balance(ToyWorld.US, asset)
        .total()
        .subtract(new BigDecimal(100_000));
  }

  @Test
  void an_order_is_live_from_its_placing_until_its_end_was_told() {
    LiveOrder order = inventory.place(toy, buy(btc, "90", "1"));
    assertTrue(inventory.isLive(btc, Side.BUY));
    assertFalse(inventory.isLive(btc, Side.SELL));
    assertEquals(List.of(order), inventory.openOrders(btc));
    assertIs("1", inventory.exposure(btc).mostRise());
    assertIs("0", inventory.exposure(btc).mostFall());
    world.advance(MOMENT);

    soldWhileBusy("90", "1");
    assertEquals(List.of(), toy.openOrders(), "the connector knows that it is through");
    assertTrue(inventory.isLive(btc));
    assertIs("0", inventory.held(btc));
    assertIs("1", inventory.exposure(btc).mostRise());

    world.advance(ToyWorld.SECOND);
    assertFalse(inventory.isLive());
    assertIs("0", inventory.exposure(btc).mostRise());
    assertIs("1", inventory.held(btc).add(inventory.fees().get("BTC")));
  }

  @Test
  void what_filled_and_what_may_still_fill_are_one_sum() {
    resting("90", "1");
    List<BigDecimal> sums = new ArrayList<>();
    toy.orders()
        .listen(
            e -> {
              BigDecimal before = e.state().fees().getOrDefault("BTC", BigDecimal.ZERO);
              sums.add(inventory.held(btc).add(before).add(inventory.exposure(btc).mostRise()));
            });
    for (int i = 0; i < 4; i++) {
      world.sell(btc, "90", "0.25");
      world.advance(MOMENT);
    }
    assertEquals(5, sums.size(), "four fills and the end");
    sums.forEach(sum -> assertIs("1", sum));
  }

  @Test
  void it_counts_before_every_listener_also_before_one_that_was_there_first() {
    List<BigDecimal> told = new ArrayList<>();
    List<BigDecimal> held = new ArrayList<>();
    toy.orders()
        .listen(
            e -> {
              told.add(e.state().quoteFilled().negate());
              held.add(inventory.cash(btc));
            });
    resting("90", "1");
    world.sell(btc, "90", "0.4");
    world.advance(MOMENT);
    assertEquals(told.size(), held.size());
    assertIs("-36", held.get(held.size() - 1));
    for (int i = 0; i < told.size(); i++) {
      assertIs(told.get(i).toPlainString(), held.get(i));
    }
  }

  @Test
  void assets_are_what_the_account_gained_fees_included() {
    toy.books(btc).listen(book -> {});
    world.quote(btc);
    resting("90", "1");
    world.sell(btc, "90", "5");
    inventory.place(toy, Order.sell(btc).market().size("0.3"));
    inventory.place(toy, Order.buy(btc).market().quoteAmount("20"));
    Instrument eth = toy.instrument("ETH-USDT");
    world.quote(eth);
    world.advance(MOMENT);
    inventory.place(toy, Order.buy(eth).limit("101").size("0.5").ioc());
    world.advance(ToyWorld.SECOND);

    assertFalse(inventory.isLive());
    for (String asset : List.of("BTC", "ETH", "USDT")) {
      assertIs(atVenue(asset).toPlainString(), inventory.held(asset));
    }
    assertIs(atVenue("ETH").toPlainString(), inventory.held(eth));
    assertTrue(inventory.fees().get("ETH").signum() > 0);
    assertIs("-50.5", inventory.cash(eth));
  }

  @Test
  void only_its_own_orders_count() {
    toy.place(buy(btc, "90", "1"));
    var other = new Inventory();
    other.place(toy, buy(btc, "90", "1"));
    resting("90", "1");
    world.sell(btc, "90", "3");
    world.advance(MOMENT);
    assertIs("-90", inventory.cash(btc));
    assertIs("-90", other.cash(btc));
  }

  @Test
  void what_is_refused_here_is_not_counted() {
    assertThrows(Refused.class, () -> inventory.place(toy, buy(btc, "90.05", "1")));
    assertThrows(
        Refused.class,
        () -> inventory.placeAll(toy, List.of(buy(btc, "90", "1"), buy(btc, "90", "0.0001"))));
    assertFalse(inventory.isLive());
    assertIs("0", inventory.exposure(btc).mostRise());
  }

  @Test
  void what_the_venue_refuses_is_live_until_that_is_told() {
    world.quote(btc);
    inventory.place(toy, buy(btc, "150", "1").postOnly());
    assertTrue(inventory.isLive(btc, Side.BUY));
    world.advance(MOMENT);
    assertFalse(inventory.isLive());
    assertIs("0", inventory.held(btc));
  }

  @Test
  void several_orders_count_one_by_one() {
    List<LiveOrder> orders =
        inventory.placeAll(toy, List.of(buy(btc, "90", "1"), buy(btc, "89", "2")));
    assertEquals(orders, inventory.openOrders());
    assertIs("3", inventory.exposure(btc).mostRise());
    assertIs("268", inventory.exposure(btc).buyQuote().most());
    world.advance(MOMENT);
    world.sell(btc, "90", "1");
    world.advance(MOMENT);
    assertIs("2", inventory.exposure(btc).mostRise());
    assertIs("-90", inventory.cash(btc));
  }

  @Test
  void an_unknown_outcome_is_live() {
    world.protocol.faults().dropReply("POST /order");
    LiveOrder order = inventory.place(toy, buy(btc, "90", "1"));
    world.advance(Duration.ofMillis(20));
    assertTrue(inventory.isLive(btc, Side.BUY), order.toString());
    world.advance(Duration.ofMinutes(1));
    assertEquals(OrderStatus.OPEN, order.status());
    assertEquals(List.of(order), inventory.openOrders(btc));
  }

  @Test
  void a_market_order_by_amount_is_not_bounded_in_size() {
    toy.books(btc).listen(book -> {});
    inventory.place(toy, Order.buy(btc).limit("90").size("1"));
    world.quote(btc);
    world.advance(MOMENT);
    inventory.place(toy, Order.buy(btc).market().quoteAmount("20"));
    assertNull(inventory.exposure(btc).mostRise());
    assertIs("110", inventory.exposure(btc).buyQuote().most());
    world.advance(MOMENT);
    assertIs("1", inventory.exposure(btc).mostRise());
  }

  @Test
  void a_replacement_is_live_from_the_moment_it_is_asked_for() {
    LiveOrder old = resting("90", "1");
    CompletableFuture<LiveOrder> replaced = old.replace(buy(btc, "91", "2"));
    assertIs("3", inventory.exposure(btc).mostRise());
    world.advance(MOMENT);

    assertEquals(List.of(replaced.join()), inventory.openOrders());
    assertIs("2", inventory.exposure(btc).mostRise());
    world.sell(btc, "91", "2");
    world.advance(MOMENT);
    assertIs("-182", inventory.cash(btc));
    assertFalse(inventory.isLive());
  }

  @Test
  void between_the_end_of_one_order_and_the_placing_of_its_replacement_nothing_is_free() {
    LiveOrder old = resting("90", "1");
    old.replace(buy(btc, "91", "1"));
    List<Boolean> live = new ArrayList<>();
    toy.orders().listen(e -> live.add(inventory.isLive(btc, Side.BUY)));
    world.advance(ToyWorld.SECOND);
    assertTrue(live.size() >= 3, "the cancel, the end, and the new order");
    assertFalse(live.contains(false));
  }

  @Test
  void a_replacement_that_does_not_come_is_not_live_any_more() {
    LiveOrder old = resting("90", "1");
    assertThrows(Refused.class, () -> old.replace(buy(btc, "91.05", "2")));
    assertIs("1", inventory.exposure(btc).mostRise());
    CompletableFuture<LiveOrder> replaced = old.replace(Order.sell(btc).limit("120").size("2"));
    assertTrue(inventory.isLive(btc, Side.SELL));
    world.sell(btc, "90", "1");
    world.advance(ToyWorld.SECOND);
    assertTrue(replaced.isCompletedExceptionally(), "it had filled: " + old);
    assertFalse(inventory.isLive());
    assertIs("-90", inventory.cash(btc));
  }

  @Test
  void a_change_counts_with_the_larger_size_until_it_was_told() {
    LiveOrder order = resting("90", "1");
    order.amend(order.order().size("3")).orElseThrow();
    assertIs("3", inventory.exposure(btc).mostRise());
    world.virtual.busy(ToyWorld.SECOND);
    world.advance(MOMENT);
    world.sell(btc, "90", "3");
    world.advance(MOMENT);
    assertEquals(List.of(), toy.openOrders(), "changed, and filled");
    assertIs("3", inventory.exposure(btc).mostRise());
    assertIs("0", inventory.cash(btc));
    world.advance(ToyWorld.SECOND);
    assertIs("-270", inventory.cash(btc));
    assertFalse(inventory.isLive());
  }

  @Test
  void a_change_that_was_not_made_does_not_count() {
    LiveOrder order = resting("90", "1");
    assertThrows(Refused.class, () -> order.amend(order.order().size("3.0001")));
    assertIs("1", inventory.exposure(btc).mostRise());
    order.amend(order.order().size("3")).orElseThrow();
    CompletableFuture<LiveOrder> second = order.amend(order.order().size("5")).orElseThrow();
    assertIs("5", inventory.exposure(btc).mostRise());
    world.advance(MOMENT);
    assertTrue(second.isCompletedExceptionally(), "one change at a time");
    assertIs("3", inventory.exposure(btc).mostRise());
  }

  @Test
  void a_change_of_unknown_outcome_counts_until_the_venue_shows_what_holds() {
    LiveOrder order = resting("90", "1");
    world.protocol.faults().dropRequest("PUT /order");
    order.amend(order.order().size("3")).orElseThrow();
    world.advance(MOMENT);
    assertIs("3", inventory.exposure(btc).mostRise());
    world.advance(Duration.ofMinutes(1));
    assertIs("1", inventory.exposure(btc).mostRise());
  }

  @Test
  void an_adopted_order_counts_from_now_on() {
    LiveOrder order = toy.place(buy(btc, "90", "1"));
    world.advance(MOMENT);
    world.sell(btc, "90", "0.4");
    world.advance(MOMENT);
    inventory.adopt(order);
    inventory.adopt(order);
    assertIs("0", inventory.cash(btc));
    assertIs("0.6", inventory.exposure(btc).mostRise());
    assertThrows(IllegalStateException.class, () -> new Inventory().adopt(order));
    world.sell(btc, "90", "0.6");
    world.advance(MOMENT);
    assertIs("-54", inventory.cash(btc));
    assertFalse(inventory.isLive());
  }

  @Test
  void what_its_connector_knew_when_an_order_was_adopted_is_not_counted_later() {
    LiveOrder order = toy.place(buy(btc, "90", "1"));
    world.advance(MOMENT);
    soldWhileBusy("90", "0.4");
    inventory.adopt(order);
    world.advance(ToyWorld.SECOND);
    assertIs("0", inventory.cash(btc));
    assertIs("0.6", inventory.exposure(btc).mostRise());
  }

  @Test
  void an_order_that_ended_is_adopted_as_one_that_ended() {
    LiveOrder order = toy.place(buy(btc, "90", "1"));
    world.advance(MOMENT);
    order.cancel();
    world.advance(MOMENT);
    inventory.adopt(order);
    assertFalse(inventory.isLive());
  }

  @Test
  void what_was_held_before_is_said() {
    inventory.adjust(toy, btc, new BigDecimal("0.5"));
    inventory.adjust("BTC", new BigDecimal("0.5"));
    resting("90", "1");
    world.sell(btc, "90", "1");
    world.advance(MOMENT);
    BigDecimal fee = inventory.fees().get("BTC");
    assertIs("1.5", inventory.held(btc).add(fee));
    assertIs("1.5", inventory.held("BTC").add(fee));
  }

  @Test
  void there_is_room_for_what_a_bound_leaves_if_all_that_is_live_fills() {
    BigDecimal bound = new BigDecimal("2");
    resting("90", "1");
    assertIs("1", inventory.room(btc, Side.BUY, bound));
    assertIs("2", inventory.room(btc, Side.SELL, bound));

    soldWhileBusy("90", "0.4");
    assertIs("1", inventory.room(btc, Side.BUY, bound));
    assertIs("2", inventory.room(btc, Side.SELL, bound));
    world.advance(ToyWorld.SECOND);
    BigDecimal fee = inventory.fees().get("BTC");
    assertIs("1", inventory.room(btc, Side.BUY, bound).subtract(fee));
    assertIs("2.4", inventory.room(btc, Side.SELL, bound).add(fee));

    assertIs("0", inventory.room(btc, Side.BUY, BigDecimal.ONE.subtract(fee)));
    assertIs("0", inventory.room(btc, Side.BUY, new BigDecimal("0.1")));
  }

  @Test
  void there_is_no_room_beside_what_nothing_bounds() {
    toy.books(btc).listen(book -> {});
    world.quote(btc);
    world.advance(MOMENT);
    inventory.place(toy, Order.buy(btc).market().quoteAmount("20"));
    assertIs("0", inventory.room(btc, Side.BUY, new BigDecimal("1000")));
  }

  @Test
  void a_book_of_others_is_without_what_is_live_here() {
    toy.books(btc).listen(book -> {});
    world.quote(btc);
    world.quote(btc, dev.colibri.connector.testkit.exchange.Order.Side.BUY, "98");
    resting("99", "0.5");
    resting("98.5", "2");
    inventory.place(toy, Order.sell(btc).limit("100").size("1"));
    world.advance(MOMENT);
    assertEquals("99.0=1.5 98.5=2 98.0=1 | 100.0=1 101.0=1", show(toy.book(btc)));
    assertEquals("99.0=1 98.0=1 | 101.0=1", show(inventory.others(toy.book(btc))));
    assertIs("100", inventory.others(toy.book(btc)).mid());

    world.sell(btc, "99", "1.2");
    world.advance(MOMENT);
    assertEquals("98.0=1 | 101.0=1", show(inventory.others(toy.book(btc))));
    assertEquals(show(toy.book(btc)), show(new Inventory().others(toy.book(btc))));
  }

  private static String show(OrderBook book) {
    return show(book, Side.BUY) + " | " + show(book, Side.SELL);
  }

  private static String show(OrderBook book, Side side) {
    List<String> levels = new ArrayList<>();
    for (int i = 0; i < book.depth(side); i++) {
      Level level = book.level(side, i);
      levels.add(level.price() + "=" + level.size().stripTrailingZeros().toPlainString());
    }
    return String.join(" ", levels);
  }

  @Test
  void of_a_book_that_is_not_valid_nobody_knows_what_others_quote() {
    OrderBook book = inventory.others(toy.book(btc));
    assertFalse(book.isValid());
    assertThrows(InvalidBook.class, book::bestBid);
  }

  @Test
  void a_closed_one_counts_no_more_and_another_may_go_on() {
    LiveOrder order = resting("90", "1");
    inventory.close();
    inventory.close();
    assertThrows(IllegalStateException.class, () -> inventory.place(toy, buy(btc, "80", "1")));
    assertEquals(1, toy.openOrders().size(), "nothing was placed");
    var next = new Inventory();
    next.adopt(order);
    world.sell(btc, "90", "1");
    world.advance(MOMENT);
    assertIs("0", inventory.cash(btc));
    assertIs("-90", next.cash(btc));
  }
}
