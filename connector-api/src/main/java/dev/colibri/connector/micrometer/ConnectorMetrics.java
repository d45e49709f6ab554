package dev.colibri.connector.micrometer;

import dev.colibri.connector.Connector;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Latency;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Statistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The figures of a connector as meters, each with the connector's name as the tag {@code
 * connector}.
 *
 * <p>Nothing is measured anew and nothing runs with a message: a meter asks the connector when the
 * registry asks the meter, and what one second asks is asked of the connector once. Thread-safe. It
 * may be bound before the connector starts, and to several registries; a closed connector keeps its
 * last figures until {@link #close}.
 */
public final class ConnectorMetrics implements MeterBinder, AutoCloseable {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What {@link Connector#latency} may name. */
  private static final List<String> WAYS =
      List.of(
          "books",
          "books direct",
          "tops",
          "tops direct",
          "trades",
          "trades direct",
          "changes",
          "changes direct",
          "orders");

  private final Connector connector;
  private final List<Bound> bound = new ArrayList<>();

  /** Binds nothing yet. */
  public ConnectorMetrics(Connector connector) {
    this.connector = connector;
  }

  /**
   * Adds the connector's meters to a registry.
   *
   * @throws IllegalStateException when it was bound to this registry before
   */
  @Override
  public void bindTo(MeterRegistry registry) {
    synchronized (bound) {
      if (bound.stream().anyMatch(b -> b.registry == registry)) {
        throw new IllegalStateException(connector + " is bound to this registry already");
      }
      bound.add(new Bound(registry));
    }
  }

  /** Takes the meters out of every registry again. The connector stays as it is. */
  @Override
  public void close() {
    synchronized (bound) {
      bound.forEach(Bound::close);
      bound.clear();
    }
  }

  /** What is asked of the connector no more than once a second. */
  private static final class Recent<T> {
    private final MeterRegistry registry;
    private final Supplier<T> source;
    private T value;
    private long at;

    Recent(MeterRegistry registry, Supplier<T> source) {
      this.registry = registry;
      this.source = source;
      this.value = source.get();
      this.at = registry.config().clock().monotonicTime();
    }

    synchronized T get() {
      long now = registry.config().clock().monotonicTime();
      if (now - at >= FRESH_NANOS) {
        value = source.get();
        at = now;
      }
      return value;
    }
  }

  /** The meters of one registry. */
  private final class Bound {
    private final MeterRegistry registry;
    private final Tags tags = Tags.of("connector", connector.name());
    private final Recent<Statistics> stats;
    private final Recent<List<LiveOrder>> orders;
    private final Recent<Map<String, Latency>> latency;
    private final Set<String> streams = new LinkedHashSet<>();
    private final List<Meter> meters = new ArrayList<>();
    private final Subscription connections;
    private boolean closed;

    Bound(MeterRegistry registry) {
      this.registry = registry;
      stats = new Recent<>(registry, connector::stats);
      orders = new Recent<>(registry, connector::openOrders);
      latency = new Recent<>(registry, connector::latency);
      requests();
      events();
      latencies();
      gauge("ready", "1 while every part is ready", tags, c -> c.isReady() ? 1 : 0);
      ordersThat("live", o -> true);
      ordersThat("unknown", o -> o.status() == OrderStatus.UNKNOWN);
      connections = connector.events().listen(this::connected);
      connector.stats().streams().keySet().forEach(this::stream);
    }

    private void requests() {
      counter("requests", "Requests handed over to leave", tags, Statistics::requests);
      counter("replies", "Replies to them", tags, Statistics::replies);
      counter("refusals", "Replies that refuse", tags, Statistics::refusals);
      counter("requests.lost", "Requests of unknown outcome", tags, Statistics::lost);
      counter("requests.unsent", "Requests that did not leave", tags, Statistics::notSent);
    }

    /** All kinds there are: an alert on one that never came needs its zero. */
    private void events() {
      for (Class<?> kind : ConnectorEvent.class.getPermittedSubclasses()) {
        String name = kind.getSimpleName();
        counter(
            "events",
            "Events told, by kind",
            tags.and("kind", name),
            s -> s.events().getOrDefault(name, 0L));
      }
    }

    private void latencies() {
      for (String way : WAYS) {
        quantile(way, "0.5", Latency::p50);
        quantile(way, "0.99", Latency::p99);
        quantile(way, "1", Latency::max);
      }
    }

    private void quantile(String way, String quantile, ToLongFunction<Latency> figure) {
      add(
          TimeGauge.builder(
                  "colibri.latency",
                  () -> {
                    Latency took = latency.get().get(way);
                    return took == null ? Double.NaN : figure.applyAsLong(took);
                  },
                  TimeUnit.NANOSECONDS)
              .description("From a message in memory to a listener, since measureLatency")
              .tags(tags.and("listener", way, "quantile", quantile))
              .strongReference(true)
              .register(registry));
    }

    private void ordersThat(String state, Predicate<LiveOrder> which) {
      gauge(
          "orders",
          "Orders that may still trade",
          tags.and("state", state),
          c -> orders.get().stream().filter(which).count());
    }

    private void connected(ConnectorEvent event) {
      if (event instanceof ConnectorEvent.Connected c) {
        stream(c.stream());
      }
    }

    private synchronized void stream(String name) {
      if (closed || !streams.add(name)) {
        return;
      }
      Tags of = tags.and("stream", name);
      ofStream("messages", "Messages of a stream", of, name, Statistics.Stream::messages);
      ofStream("bytes", "Bytes of these messages", of, name, Statistics.Stream::bytes);
      ofStream("connects", "Connections that got ready", of, name, Statistics.Stream::connects);
      ofStream("disconnects", "Connections that ended", of, name, Statistics.Stream::disconnects);
    }

    private void ofStream(
        String name,
        String description,
        Tags of,
        String stream,
        ToLongFunction<Statistics.Stream> figure) {
      counter(
          "stream." + name,
          description,
          of,
          s -> {
            Statistics.Stream counted = s.streams().get(stream);
            return counted == null ? 0 : figure.applyAsLong(counted);
          });
    }

    private void counter(
        String name, String description, Tags of, ToLongFunction<Statistics> figure) {
      // The registry keeps what is asked weakly, and the function strongly, which keeps it here.
      add(
          FunctionCounter.builder(
                  "colibri." + name, connector, c -> figure.applyAsLong(stats.get()))
              .description(description)
              .tags(of)
              .register(registry));
    }

    private void gauge(
        String name, String description, Tags of, ToDoubleFunction<Connector> figure) {
      add(
          Gauge.builder("colibri." + name, connector, figure)
              .description(description)
              .tags(of)
              .strongReference(true)
              .register(registry));
    }

    private synchronized void add(Meter meter) {
      meters.add(meter);
    }

    synchronized void close() {
      closed = true;
      connections.close();
      meters.forEach(registry::remove);
    }
  }
}
