package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.micrometer.ConnectorMetrics;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connector's figures as meters. */
class MetricsTest {
  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.open(ToyWorld.venue(ToyVariant::new));
  private final ConnectorMetrics metrics = new ConnectorMetrics(toy);
  private final MeterRegistry registry = registry();
  private Instrument btc;

  /** Its clock is the world's. */
  private MeterRegistry registry() {
    return new SimpleMeterRegistry(
        SimpleConfig.DEFAULT,
        new Clock() {
          @Override
          public long wallTime() {
            return world.host.nanos() / 1_000_000;
          }

          @Override
          public long monotonicTime() {
            return world.host.nanos();
          }
        });
  }

  @AfterEach
  void close() {
    world.close();
  }

  private void start() {
    metrics.bindTo(registry);
    toy.start().join();
    btc = toy.instrument("BTC-USDT");
    world.quote(btc);
    world.advance(ToyWorld.SECOND);
  }

  private double counted(String name, String... tags) {
    return registry.get(name).tag("connector", toy.name()).tags(tags).functionCounter().count();
  }

  private double gauge(String name, String... tags) {
    return registry.get(name).tag("connector", toy.name()).tags(tags).gauge().value();
  }

  @Test
  void meters_show_what_the_connector_counts() {
    start();
    toy.books(btc).listen(b -> {});
    world.advance(Duration.ofSeconds(2));

    assertEquals(toy.stats().requests(), counted("colibri.requests"));
    assertEquals(toy.stats().replies(), counted("colibri.replies"));
    toy.stats()
        .streams()
        .forEach(
            (name, s) -> {
              assertTrue(s.messages() > 0);
              assertEquals(s.messages(), counted("colibri.stream.messages", "stream", name));
              assertEquals(s.bytes(), counted("colibri.stream.bytes", "stream", name));
              assertEquals(s.connects(), counted("colibri.stream.connects", "stream", name));
            });
    assertEquals(2, toy.stats().streams().size());
    assertEquals(1, counted("colibri.events", "kind", "BookValid"));
    assertEquals(0, counted("colibri.events", "kind", "ListenerFailed"));
  }

  @Test
  void readiness_and_orders_are_gauges_and_unknown_ones_are_told_apart() {
    metrics.bindTo(registry);
    assertEquals(0, gauge("colibri.ready"));
    toy.start().join();
    btc = toy.instrument("BTC-USDT");
    world.advance(ToyWorld.SECOND);
    assertEquals(1, gauge("colibri.ready"));

    toy.place(Order.buy(btc).limit("90").size("1"));
    world.advance(ToyWorld.SECOND);
    assertEquals(1, gauge("colibri.orders", "state", "live"));
    assertEquals(0, gauge("colibri.orders", "state", "unknown"));

    world.protocol.faults().dropRequest("POST /order");
    world.network.replies("GET /order", r -> AlteredNetwork.reply(503, ""));
    toy.place(Order.buy(btc).limit("91").size("1"));
    world.advance(Duration.ofSeconds(30));
    assertEquals(2, gauge("colibri.orders", "state", "live"));
    assertEquals(1, gauge("colibri.orders", "state", "unknown"));

    world.network.repliesAsTheyAre("GET /order");
    world.advance(Duration.ofMinutes(2));
    assertEquals(1, gauge("colibri.orders", "state", "live"));
    assertEquals(0, gauge("colibri.orders", "state", "unknown"));
  }

  @Test
  void what_one_second_asks_is_asked_of_the_connector_once() {
    start();
    double before = counted("colibri.requests");
    toy.place(Order.buy(btc).limit("90").size("1"));
    world.advance(Duration.ofMillis(100));
    assertEquals(before, counted("colibri.requests"));
    world.advance(ToyWorld.SECOND);
    assertEquals(toy.stats().requests(), counted("colibri.requests"));
    assertTrue(toy.stats().requests() > before);
  }

  @Test
  void times_are_gauges_where_they_are_taken() {
    start();
    toy.trades(btc).listenDirect(t -> world.virtual.jump(Duration.ofMillis(3)));
    toy.trades(btc).listen(t -> {});
    assertTrue(Double.isNaN(gauge("colibri.latency", "listener", "trades", "quantile", "1")));
    toy.measureLatency();
    world.advance(Duration.ofSeconds(1));
    world.trade(btc);
    world.advance(Duration.ofSeconds(2));

    double most = gauge("colibri.latency", "listener", "trades", "quantile", "1");
    assertEquals(toy.latency().get("trades").max() / 1e9, most, 1e-12);
  }

  @Test
  void a_registry_is_bound_once_and_left_as_it_was() {
    start();
    assertThrows(IllegalStateException.class, () -> metrics.bindTo(registry));
    MeterRegistry other = registry();
    metrics.bindTo(other);
    assertEquals(registry.getMeters().size(), other.getMeters().size());

    metrics.close();
    assertEquals(0, registry.getMeters().size() + other.getMeters().size());
    world.network.cut("/market", 1006);
    world.advance(Duration.ofSeconds(10));
    assertEquals(0, registry.getMeters().size());
  }
}
