package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Inventory;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A strategy that goes on where one before it ended begins with what is there. */
class InventoryStartTest {
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final Duration WHILE = Duration.ofMinutes(1);
  private static final Map<String, BigDecimal> STAYS =
      Map.of("BTC", new BigDecimal(100_000), "USDT", new BigDecimal(100_000));

  private final ToyWorld world = new ToyWorld();
  private final SpotVenue venue = ToyWorld.venue(ToySpot::new).cancelAtClose(false);
  private SpotConnector toy = world.started(venue);
  private Instrument btc = toy.instrument("BTC-USDT");

  @AfterEach
  void close() {
    world.close();
  }

  private CompletableFuture<Inventory> found() {
    return Inventory.found(List.of(toy), STAYS);
  }

  private void bought(String size) {
    toy.place(Order.buy(btc).limit("90").size(size));
    world.advance(MOMENT);
    world.sell(btc, "90", size);
    world.advance(MOMENT);
  }

  private void restart() {
    toy.close();
    toy = world.started(venue);
    btc = toy.instrument("BTC-USDT");
  }

  /** What our account has beyond what it began with, by the venue's own word. */
  private BigDecimal gained(String asset) {
    return world
        .exchange
        .ledger()
        .balance(ToyWorld.US, asset)
        .total()
        .subtract(new BigDecimal(100_000));
  }

  private void assertRight(Inventory inventory) {
    for (String asset : List.of("BTC", "USDT")) {
      assertEquals(0, gained(asset).compareTo(inventory.held(asset)), inventory.toString());
    }
    assertTrue(gained("BTC").signum() > 0);
  }

  @Test
  void what_a_process_before_left_is_held() {
    bought("2");
    restart();
    Inventory inventory = found().join();
    assertRight(inventory);
    assertEquals(0, inventory.held("BTC").compareTo(inventory.net("BTC")));

    inventory.place(toy, Order.buy(btc).limit("90").size("1"));
    world.advance(MOMENT);
    world.sell(btc, "90", "1");
    world.advance(MOMENT);
    assertRight(inventory);
  }

  @Test
  void an_order_that_is_found_is_canceled_and_what_it_fills_until_then_counts_once() {
    toy.place(Order.buy(btc).limit("90").size("1"));
    world.advance(MOMENT);
    restart();
    assertEquals(1, toy.openOrders().size());
    world.sell(btc, "90", "0.4");
    Inventory inventory = found().join();

    assertEquals(List.of(), toy.openOrders());
    assertFalse(inventory.isLive());
    assertRight(inventory);
  }

  @Test
  void nothing_is_found_while_the_outcome_of_an_order_is_unknown() {
    world.network.replies("GET /order", d -> null);
    world.network.replies("GET /orders", d -> null);
    world.network.replies("GET /fills", d -> null);
    world.network.frames("/account", frame -> null);
    world.protocol.faults().dropReply("POST /order");
    toy.place(Order.buy(btc).limit("90").size("1"));
    world.advance(MOMENT);
    world.sell(btc, "90", "1");
    CompletableFuture<Inventory> found = found();
    world.advance(WHILE);
    assertFalse(found.isDone());

    world.network.repliesAsTheyAre("GET /order");
    world.network.repliesAsTheyAre("GET /orders");
    world.network.repliesAsTheyAre("GET /fills");
    world.network.framesAsTheyAre("/account");
    assertRight(found.join());
  }

  @Test
  void an_answer_that_does_not_come_is_asked_for_again() {
    bought("1");
    world.network.replies("GET /balances", d -> null);
    CompletableFuture<Inventory> found = found();
    world.advance(WHILE);
    assertFalse(found.isDone());

    world.network.repliesAsTheyAre("GET /balances");
    assertRight(found.join());
  }

  @Test
  void a_balance_that_cannot_be_read_is_not_none() {
    bought("1");
    world.network.bodies("GET /balances", body -> body.replace("\"BTC\"", "null"));
    CompletableFuture<Inventory> found = found();
    world.advance(WHILE);
    assertFalse(found.isDone());

    world.network.repliesAsTheyAre("GET /balances");
    assertRight(found.join());
  }

  @Test
  void when_the_connector_is_closed_nothing_is_found() {
    CompletableFuture<Inventory> found = found();
    toy.close();
    world.advance(WHILE);
    assertTrue(found.isCompletedExceptionally());
  }
}
