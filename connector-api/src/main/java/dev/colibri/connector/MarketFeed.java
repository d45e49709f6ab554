package dev.colibri.connector;

import dev.colibri.connector.spi.Topic;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A feed of market data. The engine's thread takes note under the engine's lock; listeners run
 * later, outside of it: those of {@link #listen} on the strategy thread, however many notes there
 * were in the meantime, those of {@link #listenDirect} on the thread that took the note.
 */
abstract class MarketFeed<T> implements Feed<T> {
  private final MarketFeeds owner;
  private final Topic topic;
  private final List<Consumer<? super T>> later = new CopyOnWriteArrayList<>();
  private final List<Consumer<? super T>> direct = new CopyOnWriteArrayList<>();

  /** Held while direct listeners run: two threads may have taken notes in turn. */
  private final ReentrantLock order = new ReentrantLock();

  private final Runnable delivery = this::deliverLater;

  /** Whether the strategy thread was sent for. Guarded by the engine's lock when set. */
  private volatile boolean sent;

  /**
   * Whether this is among what the visiting thread tells afterwards. Guarded by the engine's lock.
   */
  boolean touched;

  MarketFeed(MarketFeeds owner, Topic topic) {
    this.owner = owner;
    this.topic = topic;
  }

  Topic topic() {
    return topic;
  }

  @Override
  public Subscription listen(Consumer<? super T> listener) {
    return subscribe(later, listener);
  }

  @Override
  public Subscription listenDirect(Consumer<? super T> listener) {
    return subscribe(direct, listener);
  }

  private Subscription subscribe(List<Consumer<? super T>> list, Consumer<? super T> listener) {
    list.add(listener);
    owner.want(this);
    boolean[] open = {true};
    return () -> {
      synchronized (open) {
        if (open[0]) {
          open[0] = false;
          list.remove(listener);
          owner.unwant(this);
        }
      }
    };
  }

  /** One more listens; under the engine's lock, after its topic is wanted. */
  void begin() {}

  /** One fewer listens; under the engine's lock, before its topic is wanted no more. */
  void end() {}

  final boolean hasLater() {
    return !later.isEmpty();
  }

  final boolean hasDirect() {
    return !direct.isEmpty();
  }

  /** After a note was taken, under the engine's lock. */
  final void noted() {
    if (hasLater() && !sent) {
      sent = true;
      owner.listeners().later(delivery);
    }
    if (hasDirect() && !touched) {
      touched = true;
      owner.touch(this);
    }
  }

  private void deliverLater() {
    // First the flag, then the look: what comes in between sends for the strategy thread again.
    sent = false;
    tellLater();
  }

  /** Tells direct listeners, on the thread that took the note, outside the engine's lock. */
  final void deliverDirect() {
    order.lock();
    try {
      tellDirect();
    } finally {
      order.unlock();
    }
  }

  /** Tells those on the strategy thread what was noted. */
  abstract void tellLater();

  /** Tells direct listeners what was noted. */
  abstract void tellDirect();

  final void callLater(T thing) {
    for (int i = 0; i < later.size(); i++) {
      owner.listeners().call(later.get(i), thing);
    }
  }

  final void callDirect(T thing) {
    for (int i = 0; i < direct.size(); i++) {
      owner.listeners().call(direct.get(i), thing);
    }
  }
}
