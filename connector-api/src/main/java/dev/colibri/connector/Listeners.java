package dev.colibri.connector;

import dev.colibri.connector.io.Host;
import dev.colibri.connector.model.ConnectorEvent;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls listeners: what they throw is told, and so is how long they take when it is long. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final long SLOW_NANOS = Duration.ofMillis(100).toNanos();

  private final Host host;
  private final Consumer<ConnectorEvent> events;

  Listeners(Host host, Consumer<ConnectorEvent> events) {
    this.host = host;
    this.events = events;
  }

  void later(Runnable task) {
    host.strategy(task);
  }

  <T> void call(Consumer<? super T> listener, T thing) {
    long before = host.nanos();
    try {
      listener.accept(thing);
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError error) {
        throw error;
      }
      LOG.error("a listener threw", e);
      // A listener of events that throws would be told of it for ever.
      if (!(thing instanceof ConnectorEvent.ListenerFailed)) {
        events.accept(new ConnectorEvent.ListenerFailed(listener.getClass().getName(), e));
      }
    }
    long took = host.nanos() - before;
    if (took > SLOW_NANOS && !(thing instanceof ConnectorEvent.ListenerSlow)) {
      events.accept(
          new ConnectorEvent.ListenerSlow(listener.getClass().getName(), Duration.ofNanos(took)));
    }
  }
}
