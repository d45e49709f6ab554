package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a connector: bounded, complete, and told to whoever waits for something. */
class CloseTest {
  private static final Duration MOST = Duration.ofSeconds(10);

  private final ToyWorld world = new ToyWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private List<OrderState> closed(SpotConnector c) {
    long begun = world.time.nanos();
    List<OrderState> left = c.closeAsync().join();
    Duration took = Duration.ofNanos(world.time.nanos() - begun);
    assertTrue(took.compareTo(MOST) <= 0, "closing took " + took);
    return left;
  }

  private static Order order(Instrument instrument) {
    return Order.buy(instrument).limit("90").size("1");
  }

  private void assertFailed(CompletableFuture<?> stage, String message) {
    world.advance(Duration.ZERO);
    assertTrue(stage.isCompletedExceptionally(), "nobody was told: " + stage);
    String said = stage.handle((value, error) -> String.valueOf(error.getMessage())).join();
    assertTrue(said.contains(message), said);
  }

  @Test
  void before_it_was_started() {
    SpotConnector toy = world.open(ToyWorld.venue(ToySpot::new));
    assertEquals(List.of(), closed(toy));
    assertFailed(toy.start(), "was closed");
  }

  @Test
  void while_it_connects() {
    SpotConnector toy = world.open(ToyWorld.venue(ToySpot::new));
    CompletableFuture<SpotConnector> start = toy.start();
    world.advance(Duration.ofMillis(3));
    assertEquals(List.of(), closed(toy));
    assertFailed(start, "was closed");
  }

  @Test
  void twice() {
    SpotConnector toy = world.started();
    CompletableFuture<List<OrderState>> first = toy.closeAsync();
    assertSame(first, toy.closeAsync());
    first.join();
    toy.close();
  }

  @Test
  void from_the_strategy_thread_it_only_begins() {
    SpotConnector toy = world.started();
    boolean[] went = {false};
    world.colibri.execute(
        () -> {
          toy.close();
          went[0] = true;
        });
    world.advance(ToyWorld.SECOND);
    assertTrue(went[0]);
    assertTrue(toy.closeAsync().isDone());
  }

  @Test
  void our_orders_are_canceled() {
    SpotConnector toy = world.started();
    LiveOrder order = toy.place(order(toy.instrument("BTC-USDT")));
    assertEquals(List.of(), closed(toy));
    assertEquals(OrderStatus.CANCELED, order.status());
    assertEquals(OrderStatus.CANCELED, order.done().join().status());
    assertEquals(List.of(), world.exchange.openOrders(ToyWorld.US, null));
  }

  @Test
  void what_cannot_be_canceled_is_named_and_its_waiters_are_told() {
    SpotConnector toy = world.started();
    LiveOrder order = toy.place(order(toy.instrument("BTC-USDT")));
    world.advance(ToyWorld.SECOND);
    world.network.replies("DELETE /order", reply -> null);
    world.network.frames("/account", frame -> null);
    world.network.replies("GET /order", reply -> null);
    world.network.replies("GET /orders", reply -> null);
    List<OrderState> left = closed(toy);
    assertEquals(List.of(order.clientId()), left.stream().map(OrderState::clientId).toList());
    assertFailed(order.done(), order.clientId());
  }

  @Test
  void an_order_whose_reply_has_not_come_is_left_as_unknown() {
    SpotConnector toy = world.started(ToyWorld.venue(ToySpot::new).cancelAtClose(false));
    world.network.replies("POST /order", reply -> null);
    LiveOrder order = toy.place(order(toy.instrument("BTC-USDT")));
    world.advance(Duration.ofMillis(1));
    List<OrderState> left = closed(toy);
    assertEquals(List.of(OrderStatus.UNKNOWN), left.stream().map(OrderState::status).toList());
    assertFailed(order.done(), "UNKNOWN");
  }

  @Test
  void an_order_that_waits_for_its_turn_never_leaves() {
    SpotConnector toy = world.started(ToyWorld.venue(ToySpot::new).cancelAtClose(false));
    Instrument btc = toy.instrument("BTC-USDT");
    world.network.replies("GET /time", r -> null);
    world.refuseTimes(1);
    LiveOrder order = toy.place(order(btc));
    world.advance(ToyWorld.SECOND);
    assertEquals(List.of(), closed(toy));
    assertEquals(OrderStatus.REJECTED, order.status());
  }

  @Test
  void a_question_on_its_way_fails() {
    SpotConnector toy = world.started();
    world.network.replies("GET /tickers", reply -> null);
    CompletableFuture<List<Ticker>> tickers = toy.tickers(List.of());
    world.advance(ToyWorld.SECOND);
    closed(toy);
    assertFailed(tickers, "closed");
  }

  @Test
  void a_question_that_pauses_fails() {
    SpotConnector toy =
        world.started(
            ToyWorld.venue(
                () ->
                    new ToyVariant() {
                      @Override
                      public Call<List<Ticker>> tickers(List<Instrument> all, BadRows rows) {
                        return super.tickers(all, rows).after(Duration.ofHours(1));
                      }
                    }));
    CompletableFuture<List<Ticker>> tickers = toy.tickers(List.of());
    world.advance(ToyWorld.SECOND);
    closed(toy);
    assertFailed(tickers, "closed");
  }

  @Test
  void a_replacement_that_waits_fails() {
    SpotConnector toy = world.started(ToyWorld.venue(ToySpot::new).cancelAtClose(false));
    LiveOrder order = toy.place(order(toy.instrument("BTC-USDT")));
    world.advance(ToyWorld.SECOND);
    world.network.replies("DELETE /order", reply -> null);
    world.network.frames("/account", frame -> null);
    CompletableFuture<LiveOrder> next = order.replace(order(order.order().instrument()).size("2"));
    world.advance(ToyWorld.SECOND);
    closed(toy);
    assertFailed(next, "closed");
  }

  @Test
  void afterwards_everything_fails_at_once_or_does_nothing() {
    SpotConnector toy = world.started();
    Instrument btc = toy.instrument("BTC-USDT");
    LiveOrder order = toy.place(order(btc));
    closed(toy);

    assertFailed(toy.tickers(List.of()), "closed");
    assertFailed(toy.call(Request.get("/time")), "closed");
    assertFailed(order.replace(order(btc)), "not live");
    assertEquals(Rule.NOT_READY, assertThrows(Refused.class, () -> toy.place(order(btc))).rule());
    assertEquals(0, toy.cancelAll());
    order.cancel();
    toy.audit();
    toy.trades(btc).listen(t -> {}).close();
    String why = assertThrows(IllegalStateException.class, () -> toy.book(btc)).getMessage();
    assertTrue(why.contains("closed"), why);
    assertFalse(toy.isReady());
    int asked = world.network.count("CONNECT /market");
    world.advance(Duration.ofMinutes(10));
    assertEquals(asked, world.network.count("CONNECT /market"));
  }
}
