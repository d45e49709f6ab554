package dev.colibri.connector.engine;

import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.TransactionDraft;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every transaction of the wallet that is remembered: what is not over and, for a while, what is.
 * What changes of them is told and kept from here.
 */
final class KnownTransactions {
  /** For how long what is over is remembered, unless it is too much. */
  static final long REMEMBERED_NANOS = Duration.ofHours(1).toNanos();

  private static final int MOST_ENDED = 10_000;

  private final Context context;
  private final Transactions.Sink sink;
  private final Consumer<TrackedTransaction> over;

  /** What is not over, by id, in the order of registration. */
  private final Map<String, TrackedTransaction> live = new LinkedHashMap<>();

  /** What is over, oldest first. */
  private final Map<String, TrackedTransaction> ended = new LinkedHashMap<>();

  private @Nullable Set<TrackedTransaction> unkept;
  private final ArrayDeque<TrackedTransaction> untold = new ArrayDeque<>();
  private long registered;
  private boolean begun;

  /**
   * Nothing is known yet.
   *
   * @param over told what got over
   */
  KnownTransactions(Context context, Transactions.Sink sink, Consumer<TrackedTransaction> over) {
    this.context = context;
    this.sink = sink;
    this.over = over;
  }

  /**
   * Takes something on, before anything is asked for it.
   *
   * @throws IllegalArgumentException when the id was used
   */
  TrackedTransaction register(
      String id, String note, TransactionDraft draft, List<Plan.Allowance> needs) {
    if (tracked(id) != null) {
      throw new IllegalArgumentException("there is a transaction " + id);
    }
    TrackedTransaction t =
        new TrackedTransaction(registered++, id, note, draft, needs, context.now);
    live.put(id, t);
    mark(t);
    return t;
  }

  /** An id that nothing else has, for what is done for the sake of something. */
  String idFor(String what) {
    return what + "~" + registered;
  }

  /** What goes by an id; null when it is not known, or not any more. */
  @Nullable TrackedTransaction tracked(String id) {
    TrackedTransaction t = live.get(id);
    return t == null ? ended.get(id) : t;
  }

  /** What is not over, in the order of registration; as it is, not a copy. */
  Collection<TrackedTransaction> live() {
    return live.values();
  }

  /** What is over and remembered, oldest first; as it is, not a copy. */
  Collection<TrackedTransaction> ended() {
    return ended.values();
  }

  /** Whether something that is not over has a nonce. */
  boolean isTaken(long nonce) {
    return live.values().stream().anyMatch(t -> t.nonce == nonce);
  }

  /** How many wait in front of the chain. */
  int inFlight() {
    int n = 0;
    for (TrackedTransaction t : live.values()) {
      n += t.isInFlight() ? 1 : 0;
    }
    return n;
  }

  /** The lowest nonce that waits in front of the chain; a very high one where none does. */
  long lowest() {
    long low = Long.MAX_VALUE;
    for (TrackedTransaction t : live.values()) {
      low = t.isInFlight() ? Math.min(low, t.nonce) : low;
    }
    return low;
  }

  // ---------------------------------------------------------------- what changes

  /** Something holds it up. */
  void hold(TrackedTransaction t, String why) {
    if (!why.equals(t.problem) && !t.isOver()) {
      t.problem = context.redactor.show(why);
      tell(t);
    }
  }

  /** It is over. To be told by whoever ends it, when it is done. */
  void end(TrackedTransaction t, TransactionStatus status, @Nullable String problem) {
    t.end = status;
    t.endedNanos = context.now;
    t.problem = problem;
    for (Timers.Timer timer : new Timers.Timer[] {t.again, t.deadline}) {
      if (timer != null) {
        timer.cancel();
      }
    }
    live.remove(t.id);
    ended.put(t.id, t);
    mark(t);
    over.accept(t);
    forget();
  }

  /** Forgets what was over long ago, or is too much, unless somebody asks for it. */
  void forget() {
    if (!begun) {
      return; // Who may still ask is not restored yet.
    }
    Iterator<TrackedTransaction> oldestFirst = ended.values().iterator();
    while (oldestFirst.hasNext()) {
      TrackedTransaction oldest = oldestFirst.next();
      if (ended.size() <= MOST_ENDED && context.now - oldest.endedNanos < REMEMBERED_NANOS) {
        return;
      }
      if (!sink.wants(oldest.id)) {
        oldestFirst.remove();
        mark(oldest);
      }
    }
  }

  /** Tells what it is like now, unless that was told. */
  void tell(TrackedTransaction t) {
    TransactionState state = t.state();
    if (!context.closed && !state.equals(t.told)) {
      t.told = state;
      sink.changed(state, t.mined == null ? null : t.receipt);
    }
  }

  // ---------------------------------------------------------------- from process to process

  /** From now on remembers what is to be kept. */
  void keeps() {
    unkept = new LinkedHashSet<>();
  }

  /** What is to be kept of it changed. */
  void mark(TrackedTransaction t) {
    if (unkept != null) {
      unkept.add(t);
    }
  }

  /** Whether there may be something to keep. */
  boolean isUnkept() {
    return unkept != null && !unkept.isEmpty();
  }

  /** Adds what changed since it was last asked. */
  void keep(Map<String, @Nullable String> changes) {
    if (unkept == null) {
      return;
    }
    for (TrackedTransaction t : unkept) {
      if (tracked(t.id) == t) {
        KeptTransaction.keep(t, changes);
      } else {
        KeptTransaction.forget(t, changes);
      }
    }
    unkept.clear();
  }

  /** Knows what an earlier process left. It is told at {@link #begin}. */
  void restore(List<TrackedTransaction> before) {
    for (TrackedTransaction t : before) {
      registered = Math.max(registered, t.number + 1);
      t.endedNanos = Math.min(t.endedNanos, context.now);
      if (t.isOver()) {
        ended.put(t.id, t);
      } else {
        live.put(t.id, t);
        untold.add(t);
      }
    }
  }

  /** Everybody who may ask is there: tells what was restored. */
  void begin() {
    begun = true;
    for (TrackedTransaction t = untold.poll(); t != null; t = untold.poll()) {
      tell(t);
    }
  }

  boolean isKeeping() {
    return unkept != null;
  }

  boolean isBegun() {
    return begun;
  }
}
