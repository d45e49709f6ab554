package dev.colibri.connector;

import dev.colibri.connector.io.Host;
import dev.colibri.connector.spi.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A feed of market data. The engine's thread takes note under the engine's lock; listeners run
 * later, outside of it: those of {@link #listen} on the strategy thread, however many notes there
 * were in the meantime, those of {@link #listenDirect} on the thread that took the note.
 */
abstract class MarketFeed<T> implements Feed<T> {
  private final MarketFeeds owner;
  private final Topic topic;

  // Replaced as a whole when somebody comes or leaves, so that who is told meanwhile loses nothing.
  private volatile List<Consumer<? super T>> later = List.of();
  private volatile List<Consumer<? super T>> direct = List.of();

  /** To tell direct listeners; taken under the engine's lock. */
  private final Turn turn = new Turn();

  /** Of direct listeners; made at the first call, by who tells them. */
  private Host.@Nullable Watch watch;

  private final Runnable delivery = this::deliverLater;

  /**
   * Whether the strategy thread was sent for. Always exchanged, never only looked at or set: who
   * finds that it was sees to it so that what he noted is seen by who comes.
   */
  private final AtomicBoolean sent = new AtomicBoolean();

  /**
   * Whether this is among what the visiting thread tells afterwards. Guarded by the engine's lock.
   */
  boolean touched;

  /** What the same thread tells next. Of whoever has the turn. */
  @Nullable MarketFeed<?> next;

  private final Latencies.Way laterWay;
  private final Latencies.Way directWay;

  MarketFeed(MarketFeeds owner, Topic topic, Latencies.Way laterWay, Latencies.Way directWay) {
    this.owner = owner;
    this.topic = topic;
    this.laterWay = laterWay;
    this.directWay = directWay;
  }

  Topic topic() {
    return topic;
  }

  @Override
  public Subscription listen(Consumer<? super T> listener) {
    return subscribe(listener, false);
  }

  @Override
  public Subscription listenDirect(Consumer<? super T> listener) {
    return subscribe(listener, true);
  }

  private Subscription subscribe(Consumer<? super T> listener, boolean directly) {
    change(listener, directly, true);
    try {
      owner.want(this);
    } catch (RuntimeException e) {
      change(listener, directly, false);
      throw e;
    }
    AtomicBoolean open = new AtomicBoolean(true);
    return () -> {
      if (open.getAndSet(false)) {
        change(listener, directly, false);
        owner.unwant(this);
      }
    };
  }

  private synchronized void change(Consumer<? super T> listener, boolean directly, boolean comes) {
    List<Consumer<? super T>> changed = new ArrayList<>(directly ? direct : later);
    if (comes) {
      changed.add(listener);
    } else {
      changed.remove(listener);
    }
    if (directly) {
      direct = List.copyOf(changed);
    } else {
      later = List.copyOf(changed);
    }
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
    if (hasLater()) {
      notedLater();
    }
    if (hasDirect()) {
      notedDirect();
    }
  }

  final void notedLater() {
    if (!sent.getAndSet(true)) {
      owner.listeners().later(delivery);
    }
  }

  final void notedDirect() {
    if (!touched && turn.take()) {
      touched = true;
      owner.touch(this);
    }
  }

  private void deliverLater() {
    // First the flag, then the look: what comes in between sends for the strategy thread again.
    sent.getAndSet(false);
    tellLater();
  }

  /** Tells direct listeners, on the thread that took the note, outside the engine's lock. */
  final void deliverDirect() {
    boolean over = false;
    try {
      while (!over) {
        tellDirect();
        over = turn.end();
      }
    } finally {
      if (!over) {
        leave();
      }
    }
  }

  /** Nobody tells direct listeners any more; what they were not told, they are later. */
  final void leave() {
    turn.leave();
  }

  /** Tells those on the strategy thread what was noted. */
  abstract void tellLater();

  /** Tells direct listeners what was noted. */
  abstract void tellDirect();

  /** When the message of a thing was received. */
  abstract long receivedNanos(T thing);

  private void time(Latencies.Way way, T thing) {
    Latencies taken = owner.latencies();
    if (taken != null) {
      taken.record(way, owner.now() - receivedNanos(thing));
    }
  }

  final void callLater(T thing) {
    time(laterWay, thing);
    List<Consumer<? super T>> all = later;
    for (int i = 0; i < all.size(); i++) {
      // One that was told before may have closed it.
      if (all == later || later.contains(all.get(i))) {
        owner.listeners().call(all.get(i), thing);
      }
    }
  }

  final void callDirect(T thing) {
    time(directWay, thing);
    Host.Watch own = watch;
    if (own == null) {
      watch = own = owner.listeners().watch();
    }
    List<Consumer<? super T>> all = direct;
    for (int i = 0; i < all.size(); i++) {
      if (all == direct || direct.contains(all.get(i))) {
        owner.listeners().call(all.get(i), thing, own);
      }
    }
  }
}
