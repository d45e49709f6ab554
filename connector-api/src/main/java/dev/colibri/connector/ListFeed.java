package dev.colibri.connector;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A feed of immutable things that are never dropped, told on the strategy thread. */
final class ListFeed<T> implements Feed<T> {
  private final Listeners listeners;
  private final List<Consumer<? super T>> all = new CopyOnWriteArrayList<>();

  ListFeed(Listeners listeners) {
    this.listeners = listeners;
  }

  @Override
  public Subscription listen(Consumer<? super T> listener) {
    all.add(listener);
    return () -> all.remove(listener);
  }

  boolean hasListeners() {
    return !all.isEmpty();
  }

  /** Tells it to everyone who listens by the time the strategy thread comes to it. */
  void tell(T thing) {
    listeners.later(
        () -> {
          for (Consumer<? super T> l : all) {
            listeners.call(l, thing);
          }
        });
  }
}
