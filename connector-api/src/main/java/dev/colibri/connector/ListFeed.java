package dev.colibri.connector;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A feed of immutable things that are never dropped, told on the strategy thread. */
final class ListFeed<T> implements Feed<T> {
  private final Listeners listeners;
  private final Consumer<? super T> first;
  private final List<Listening<T>> all = new CopyOnWriteArrayList<>();

  ListFeed(Listeners listeners) {
    this(listeners, thing -> {});
  }

  /**
   * A feed.
   *
   * @param first is told before every listener; must not throw
   */
  ListFeed(Listeners listeners, Consumer<? super T> first) {
    this.listeners = listeners;
    this.first = first;
  }

  /** One listener, each time it listens. */
  private static final class Listening<T> {
    final Consumer<? super T> listener;
    volatile boolean over;

    Listening(Consumer<? super T> listener) {
      this.listener = listener;
    }
  }

  @Override
  public Subscription listen(Consumer<? super T> listener) {
    Listening<T> one = new Listening<>(listener);
    all.add(one);
    return () -> {
      one.over = true;
      all.remove(one);
    };
  }

  boolean hasListeners() {
    return !all.isEmpty();
  }

  /** Tells it to everyone who listens by the time the strategy thread comes to it. */
  void tell(T thing) {
    tell(thing, null);
  }

  /** As {@link #tell(Object)}; does something when the strategy thread comes to it. */
  void tell(T thing, @Nullable Runnable before) {
    listeners.later(
        () -> {
          first.accept(thing);
          if (before != null && !all.isEmpty()) {
            before.run();
          }
          for (Listening<T> one : all) {
            // One that was told before may have closed it.
            if (!one.over) {
              listeners.call(one.listener, thing);
            }
          }
        });
  }
}
