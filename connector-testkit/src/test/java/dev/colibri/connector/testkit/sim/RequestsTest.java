package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.NonceSequence;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.text.Credentials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every request is told once what became of it, whatever happens on its way. */
class RequestsTest {
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

  private LiveOrder place(String price) {
    return toy.place(Order.buy(btc).limit(price).size("1"));
  }

  private String failure(CompletableFuture<?> stage) {
    assertTrue(stage.isCompletedExceptionally(), "it should have failed by now: " + stage);
    return stage.handle((value, error) -> String.valueOf(error.getMessage())).join();
  }

  /** Orders leave one by one. */
  private static final class OneByOne extends ToyVariant {
    @Override
    public List<NonceSequence> nonces() {
      return List.of(new NonceSequence("orders", 1, null, 1));
    }

    @Override
    public Call<OrderUpdate> place(Order order) {
      Call.Ask<OrderUpdate> ask = (Call.Ask<OrderUpdate>) super.place(order);
      return ask.request().nonce("orders").read(ask.reader());
    }
  }

  @Test
  void orders_of_a_sequence_wait_for_their_turn_and_all_leave() {
    start(OneByOne::new);
    List<LiveOrder> orders = List.of(place("90"), place("91"), place("92"), place("93"));
    world.advance(ToyWorld.SECOND);
    orders.forEach(o -> assertEquals(OrderStatus.OPEN, o.status(), o::toString));
  }

  @Test
  void an_order_does_not_wait_for_the_venues_time_for_longer_than_its_patience() {
    start(ToyVariant::new);
    world.network.replies("GET /time", reply -> null);
    world.refuseTimes(1);
    LiveOrder order = place("90");
    world.advance(Duration.ofSeconds(7));
    assertEquals(OrderStatus.REJECTED, order.status());
    assertTrue(String.valueOf(order.state().reject()).contains("time"), order::toString);
    assertEquals(1, world.network.count("POST /order"));
  }

  @Test
  void orders_that_waited_for_the_venues_time_leave_in_the_order_in_which_they_were_placed() {
    start(ToyVariant::new);
    List<String> sent = new ArrayList<>();
    world.refuseTimes(3);
    List<LiveOrder> orders = List.of(place("90"), place("91"), place("92"));
    world.advance(ToyWorld.SECOND);
    world.exchange.openOrders(ToyWorld.US, null).forEach(o -> sent.add(o.clientId()));
    assertEquals(orders.stream().map(LiveOrder::clientId).toList(), sent);
  }

  @Test
  void a_conversation_that_throws_is_over_and_told() {
    start(
        () ->
            new ToyVariant() {
              @Override
              public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
                return super.tickers(instruments, rows)
                    .otherwise(
                        fault -> {
                          throw new IllegalStateException("a rescue that drowns");
                        });
              }
            });
    world.network.replies("GET /tickers", r -> AlteredNetwork.reply(400, "{\"error\":\"X\"}"));
    CompletableFuture<List<Ticker>> tickers = toy.tickers(List.of());
    world.advance(ToyWorld.SECOND);
    assertTrue(failure(tickers).contains("drowns"));
  }

  @Test
  void a_question_refused_after_something_was_changed_leaves_the_change_unknown() {
    start(
        () ->
            new ToyVariant() {
              @Override
              public Call<OrderUpdate> place(Order order) {
                return super.place(order).then(taken -> status(order));
              }
            });
    world.network.replies("GET /order", r -> AlteredNetwork.reply(400, "{\"error\":\"X\"}"));
    LiveOrder order = place("90");
    world.advance(ToyWorld.SECOND);
    assertFalse(order.status().isTerminal(), order::toString);
    world.network.repliesAsTheyAre("GET /order");
    world.advance(Duration.ofMinutes(1));
    assertEquals(OrderStatus.OPEN, order.status());
  }

  @Test
  void a_request_of_the_callers_own_that_names_what_is_not_there_fails_alone() {
    start(ToyVariant::new);
    List<CompletableFuture<?>> calls =
        List.of(
            toy.call(Request.get("/time").nonce("nobody's")),
            toy.call(Request.get("/time").cost("nothing", 1)),
            toy.call(Request.get("/time").cost("requests", 1_000_000)),
            toy.call(Request.get("/time").at("nowhere")),
            toy.call(Request.get("/a path")),
            toy.call(Request.get("/time").via("no stream")));
    world.advance(Duration.ofMinutes(1));
    assertTrue(failure(calls.get(0)).contains("nobody's"));
    assertTrue(failure(calls.get(1)).contains("nothing"));
    assertTrue(failure(calls.get(2)).contains("never passes more than"));
    assertTrue(failure(calls.get(3)).contains("no host for nowhere"));
    assertTrue(failure(calls.get(4)).contains("GET /a path"));
    assertTrue(failure(calls.get(5)).contains("not connected"));
    assertEquals(OrderStatus.OPEN, afterASecond(place("90")).status(), "everything else goes on");
  }

  /** Few requests are lawful. */
  private static class Narrow extends ToyVariant {
    @Override
    public List<Limit> limits() {
      return List.of(
          new Limit("requests", 20, Limit.Kind.ROLLING, Duration.ofMinutes(1), Limit.Scope.IP));
    }
  }

  @Test
  void an_order_of_unknown_outcome_is_asked_about_while_orders_wait_for_room() {
    start(Narrow::new);
    // The stream would tell of the order too: only questions shall.
    world.network.frames("/account", frame -> null);
    world.protocol.faults().dropReply("POST /order");
    LiveOrder unknown = place("90");
    List<LiveOrder> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      others.add(place("80"));
    }
    world.advance(Duration.ofSeconds(3));
    assertEquals(
        OrderStatus.PENDING_NEW, others.get(19).status(), "no room for it: the test is one");
    assertEquals(OrderStatus.OPEN, unknown.status());
  }

  @Test
  void what_could_not_be_signed_or_carried_costs_nothing() {
    boolean[] broken = {true};
    start(
        () ->
            new Narrow() {
              @Override
              public Signed depart(Request request, SigningContext context) {
                if (broken[0] && request.path().equals("/order")) {
                  throw new IllegalStateException("no hardware key");
                }
                return super.depart(request, context);
              }
            });
    for (int i = 0; i < 50; i++) {
      CompletableFuture<?> carried =
          toy.call(Request.post("/x").via("no stream").cost("requests", 1).urgency(Urgency.ORDER));
      assertEquals(OrderStatus.REJECTED, afterASecond(place("90")).status());
      assertTrue(failure(carried).contains("not connected"));
    }
    broken[0] = false;
    assertEquals(OrderStatus.OPEN, afterASecond(place("90")).status());
  }

  /** Few orders of one key are lawful. */
  private static final class NarrowKey extends ToyVariant {
    @Override
    public List<Limit> limits() {
      return List.of(
          Limit.rolling("requests", 20, Duration.ofMinutes(1), Limit.Scope.KEY),
          Limit.rolling("account", 1_000, Duration.ofMinutes(1), Limit.Scope.ACCOUNT));
    }
  }

  @Test
  void limits_of_a_key_begin_anew_with_another_key() {
    start(NarrowKey::new);
    world.protocol.addKey("key 2", "another secret", ToyWorld.US);
    for (int i = 0; i < 20; i++) {
      toy.tickers(List.of());
    }
    CompletableFuture<List<Ticker>> waits = toy.tickers(List.of());
    world.advance(ToyWorld.SECOND);
    assertFalse(waits.isDone(), "no room under the old key");
    toy.rotate(Credentials.of("key 2", "another secret"));
    world.advance(ToyWorld.SECOND);
    assertTrue(waits.isDone(), "the new one has spent nothing");
  }

  @Test
  void connectors_of_one_runtime_share_the_limits_of_an_address_and_what_the_venue_says_of_them() {
    start(Narrow::new);
    SpotConnector other = world.started(ToyWorld.venue(Narrow::new).account("other"));
    for (int i = 0; i < 30; i++) {
      toy.tickers(List.of());
      other.tickers(List.of());
    }
    for (int second = 0; second < 50; second++) {
      world.advance(ToyWorld.SECOND);
    }
    int asked = world.network.count("GET *");
    assertTrue(asked > 15 && asked <= 20, asked + " requests in a minute");

    toy.close();
    world.advance(Duration.ofMinutes(5));
    world.network.replies(
        "GET /tickers", r -> AlteredNetwork.reply(400, "{\"error\":\"TOO_MANY_REQUESTS\"}"));
    SpotConnector third = world.started(ToyWorld.venue(Narrow::new).account("third"));
    world.advance(Duration.ofMinutes(2));
    third.tickers(List.of());
    world.advance(Duration.ofMillis(20));
    world.network.repliesAsTheyAre("GET /tickers");
    CompletableFuture<List<Ticker>> later = other.tickers(List.of());
    world.advance(Duration.ofMillis(500));
    assertFalse(later.isDone(), "what is said to one is heard by all");
    world.advance(Duration.ofMinutes(2));
    assertFalse(later.join().isEmpty());
  }

  @Test
  void a_transport_that_throws_leaves_nobody_locked_out() {
    start(ToyVariant::new);
    world.host.broken = true;
    assertThrows(IllegalStateException.class, () -> toy.tickers(List.of()));
    world.host.broken = false;
    assertEquals(OrderStatus.OPEN, afterASecond(place("90")).status());
  }

  private LiveOrder afterASecond(LiveOrder order) {
    world.advance(ToyWorld.SECOND);
    return order;
  }
}
