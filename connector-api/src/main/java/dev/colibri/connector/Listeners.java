package dev.colibri.connector;

import dev.colibri.connector.io.Host;
import dev.colibri.connector.model.ConnectorEvent;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls listeners: what they throw is told, and so is how long they take when it is long. */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final Duration SLOW = Duration.ofMillis(100);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Host host;
  private final Consumer<ConnectorEvent> events;
  private final Host.Watch strategy;

  Listeners(Host host, Consumer<ConnectorEvent> events) {
    this.host = host;
    this.events = events;
    strategy = watch();
  }

  void later(Runnable task) {
    host.strategy(task);
  }

  /** Waits until the strategy thread has told of an end, unless it is kept from it for long. */
  static void awaitTold(CompletableFuture<?> told, String whose) {
    try {
      told.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("the end of {} cannot be told: a listener or task does not return", whose);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an end cannot fail", e);
    }
  }

  /** Recursion without an end is the user's mistake as any other, and over when it was thrown. */
  static void rethrowFatal(Throwable e) {
    if (e instanceof VirtualMachineError error && !(e instanceof StackOverflowError)) {
      throw error;
    }
  }

  /** Looks after the calls of one who calls listeners, one at a time. */
  Host.Watch watch() {
    return host.watch(SLOW, this::slow);
  }

  private void slow(Object listener, Duration took) {
    // Who keeps the strategy thread for ever keeps it from hearing of that, too.
    LOG.warn("a listener takes long: {} has run for {}", listener.getClass().getName(), took);
    events.accept(new ConnectorEvent.ListenerSlow(listener.getClass().getName(), took));
  }

  /** On the strategy thread. */
  <T> void call(Consumer<? super T> listener, T thing) {
    if (thing instanceof ConnectorEvent.ListenerSlow) {
      // A listener of events that is slow would be told of it for ever.
      accept(listener, thing);
    } else {
      call(listener, thing, strategy);
    }
  }

  /** On the thread that the watch is of. */
  <T> void call(Consumer<? super T> listener, T thing, Host.Watch watch) {
    long begun = watch.begin(listener);
    try {
      accept(listener, thing);
    } finally {
      watch.end(begun);
    }
  }

  private <T> void accept(Consumer<? super T> listener, T thing) {
    try {
      listener.accept(thing);
    } catch (Throwable e) {
      rethrowFatal(e);
      LOG.error("a listener threw", e);
      // A listener of events that throws would be told of it for ever.
      if (!(thing instanceof ConnectorEvent.ListenerFailed)) {
        events.accept(new ConnectorEvent.ListenerFailed(listener.getClass().getName(), e));
      }
    }
  }
}
