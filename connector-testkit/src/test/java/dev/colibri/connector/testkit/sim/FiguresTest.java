package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Latency;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Statistics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connector counts, and the times it takes where it is asked to. */
class FiguresTest {
  private static final String MARKET = "/market";

  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.open(ToyWorld.venue(ToyVariant::new));
  private Instrument btc;

  @AfterEach
  void close() {
    world.close();
  }

  private void start() {
    toy.start().join();
    btc = toy.instrument("BTC-USDT");
    world.quote(btc);
  }

  private void settle() {
    world.advance(ToyWorld.SECOND);
  }

  private Statistics.Stream market() {
    return toy.stats().streams().entrySet().stream()
        .filter(e -> e.getKey().contains("market"))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  @Test
  void nothing_is_counted_before_the_start() {
    Statistics none = new Statistics(Map.of(), 0, 0, 0, 0, 0, Map.of());
    assertEquals(none, toy.stats());
    assertEquals(0, toy.stats().messages() + toy.stats().bytes() + toy.stats().connects());
  }

  @Test
  void messages_and_their_bytes_are_counted_by_stream() {
    start();
    toy.trades(btc).listen(t -> {});
    settle();
    Statistics.Stream before = market();
    assertEquals(1, before.connects());
    assertEquals(0, before.disconnects());
    String frame = "{\"e\":\"nothing that it knows\"}";
    world.host.receive(MARKET, frame);
    world.host.receive(MARKET, frame);
    assertEquals(before.messages() + 2, market().messages());
    assertEquals(before.bytes() + 2L * frame.length(), market().bytes());
    Statistics all = toy.stats();
    assertEquals(
        all.messages(), all.streams().values().stream().mapToLong(s -> s.messages()).sum());
  }

  @Test
  void connections_that_end_and_those_that_take_their_place_are_counted() {
    start();
    toy.books(btc).listen(b -> {});
    settle();
    world.network.cut(MARKET, 1006);
    world.advance(Duration.ofSeconds(30));
    assertEquals(2, market().connects());
    assertEquals(1, market().disconnects());
    Statistics stats = toy.stats();
    assertEquals(1, stats.events(ConnectorEvent.Disconnected.class));
    assertEquals(2, stats.events(ConnectorEvent.BookValid.class));
    assertTrue(stats.events(ConnectorEvent.BookInvalid.class) > 0);
    for (String kind : stats.events().keySet()) {
      long told =
          world.events.stream().filter(e -> e.getClass().getSimpleName().equals(kind)).count();
      assertEquals(told, stats.events().get(kind), kind);
    }
  }

  @Test
  void requests_are_counted_by_what_became_of_them() {
    start();
    settle();
    Statistics before = toy.stats();
    assertTrue(before.requests() > 0);
    assertEquals(before.requests(), before.replies());
    assertEquals(0, before.refusals() + before.lost() + before.notSent());

    world.refuseTimes(1); // Asked again when the venue has told its time, and taken then.
    toy.place(Order.buy(btc).limit("90").size("1"));
    settle();
    assertEquals(1, toy.stats().refusals());

    world.network.replies("POST /order", reply -> AlteredNetwork.reply(200, "no JSON"));
    toy.place(Order.buy(btc).limit("91").size("1"));
    world.advance(Duration.ofMillis(100));
    assertEquals(1, toy.stats().lost());

    world.network.repliesAsTheyAre("POST /order").reachable("POST /order", false);
    toy.place(Order.buy(btc).limit("92").size("1"));
    world.advance(Duration.ofMillis(100));
    assertEquals(1, toy.stats().notSent());
    assertTrue(toy.stats().requests() > before.requests() + 2);
    world.network.reachable("POST /order", true);
  }

  @Test
  void a_count_is_of_its_moment() {
    start();
    settle();
    Statistics early = toy.stats();
    long requests = early.requests();
    toy.tickers(List.of(btc)).join();
    assertEquals(requests, early.requests());
    assertEquals(requests + 1, toy.stats().requests());
  }

  @Test
  void times_are_taken_from_the_message_to_listeners_where_that_is_wanted() {
    start();
    toy.trades(btc)
        .listenDirect(
            t -> {
              world.virtual.jump(Duration.ofMillis(3));
            });
    toy.trades(btc).listen(t -> {});
    toy.books(btc).listen(b -> {});
    toy.orders().listen(o -> {});
    settle();
    world.trade(btc);
    settle();
    assertEquals(Map.of(), toy.latency());

    toy.measureLatency();
    assertEquals(Map.of(), toy.latency());
    for (int i = 0; i < 4; i++) {
      world.trade(btc);
      settle();
    }
    toy.place(Order.buy(btc).limit("90").size("1"));
    settle();
    Map<String, Latency> taken = toy.latency();
    assertEquals(Set.of("books", "orders", "trades", "trades direct"), taken.keySet());
    assertEquals(new Latency(4, 0, 0, 0, 0, 0), taken.get("trades direct"));
    Latency behind = taken.get("trades");
    assertEquals(4, behind.count());
    assertEquals(3e6, behind.p50(), 3e4, "as long as the direct listener took");
    assertEquals(3e6, behind.max(), 3e4);
    assertEquals(1, taken.get("orders").count());

    toy.measureLatency();
    assertEquals(Map.of(), toy.latency());
  }

  @Test
  void a_listener_that_takes_long_is_named_wherever_it_runs() {
    start();
    toy.trades(btc).listenDirect(t -> world.virtual.jump(Duration.ofMillis(101)));
    toy.trades(btc).listen(t -> world.virtual.jump(Duration.ofMillis(150)));
    toy.books(btc).listen(b -> world.virtual.jump(Duration.ofMillis(100)));
    settle();
    world.trade(btc);
    settle();
    assertEquals(
        List.of(Duration.ofMillis(101), Duration.ofMillis(150)),
        world.events(ConnectorEvent.ListenerSlow.class).stream()
            .map(ConnectorEvent.ListenerSlow::took)
            .toList());
    assertEquals(2, toy.stats().events(ConnectorEvent.ListenerSlow.class));
  }
}
