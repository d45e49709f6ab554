package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.spi.AmmDialect;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pools that somebody watches, as they were at the end of one block: read anew at every head,
 * all of them at the same block, and shown together. What could not be read of a block is left out
 * of it, and is stale after a few more.
 */
final class PoolKeeper {
  /** Pools of one connector: each is asked for at every block. */
  static final int MOST = 500;

  private static final class Watched {
    final Pool pool;
    final AmmDialect amm;
    int wants;
    boolean fresh;
    @Nullable PoolState state;

    Watched(Pool pool, AmmDialect amm) {
      this.pool = pool;
      this.amm = amm;
    }
  }

  private final Context context;
  private final Calls calls;
  private final Consumer<PoolState> told;

  /** By how many blocks a state may be behind before it counts as stale. */
  private final long mostBehind;

  private final Map<String, Watched> watched = new LinkedHashMap<>();

  /** The block of the states that are shown; null before the first. */
  private @Nullable Block shown;

  private long shownNanos;

  /** What is being read now: how many answers are missing. */
  private int reading;

  private @Nullable Block readingAt;
  private final Map<String, PoolState> read = new LinkedHashMap<>();

  /** The head that came meanwhile, or for which somebody began to watch. */
  private @Nullable Block next;

  PoolKeeper(Context context, Calls calls, long mostBehind, Consumer<PoolState> told) {
    this.context = context;
    this.calls = calls;
    this.mostBehind = mostBehind;
    this.told = told;
  }

  /**
   * Watches a pool; each time needs its {@link #unwatch}.
   *
   * @param tip the latest block; null while none is known
   */
  void watch(Pool pool, AmmDialect amm, @Nullable Block tip) {
    Watched w = watched.get(pool.address());
    if (w == null) {
      if (watched.size() >= MOST) {
        throw new IllegalStateException("at most " + MOST + " pools may be watched");
      }
      w = new Watched(pool, amm);
      watched.put(pool.address(), w);
      if (tip != null) {
        head(tip);
      }
    }
    w.wants++;
  }

  /** Watches it no more. */
  void unwatch(Pool pool) {
    Watched w = watched.get(pool.address());
    if (w != null && --w.wants == 0) {
      watched.remove(pool.address());
    }
  }

  /** Every pool that is watched, in the order in which that began. */
  List<Pool> pools() {
    return watched.values().stream().map(w -> w.pool).toList();
  }

  /** Reads all of them at this block. */
  void head(Block tip) {
    if (readingAt != null) {
      next = tip;
      return;
    }
    Map<AmmDialect, List<Pool>> byAmm = new LinkedHashMap<>();
    for (Watched w : watched.values()) {
      byAmm.computeIfAbsent(w.amm, a -> new ArrayList<>()).add(w.pool);
    }
    if (byAmm.isEmpty()) {
      return;
    }
    readingAt = tip;
    reading = byAmm.size();
    read.clear();
    byAmm.forEach((amm, pools) -> read(amm, pools, tip));
  }

  private void read(AmmDialect amm, List<Pool> pools, Block at) {
    Rows rows = new Rows(context, "pools of " + amm.name());
    calls.perform(
        () -> amm.states(pools, at, rows),
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<PoolState>> a) {
            a.value().forEach(s -> read.put(s.pool().address(), s));
          } else {
            context.faulted("pools of " + amm.name(), outcome);
          }
          if (--reading == 0) {
            show(at);
          }
        });
  }

  private void show(Block at) {
    readingAt = null;
    if (!read.isEmpty()) {
      shown = at;
      shownNanos = context.now;
    }
    for (Watched w : watched.values()) {
      PoolState state = read.get(w.pool.address());
      if (state != null && state.block().equals(at)) {
        w.state = state;
        if (!w.fresh) {
          w.fresh = true;
          context.event(new ConnectorEvent.PoolValid(w.pool));
        }
        told.accept(state);
      }
    }
    read.clear();
    Block waiting = next;
    next = null;
    if (waiting != null && !waiting.equals(at)) {
      head(waiting);
    } else if (watched.values().stream().anyMatch(w -> w.state == null && waiting != null)) {
      head(at);
    }
  }

  /**
   * Tells of those whose state is too old.
   *
   * @param why the chain is not heard; null while it is
   */
  void judge(@Nullable Block tip, @Nullable String why) {
    for (Watched w : watched.values()) {
      PoolState s = w.state;
      if (!w.fresh || s == null || tip == null) {
        continue;
      }
      long behind = tip.number() - s.block().number();
      String stale =
          why != null ? why : behind > mostBehind ? behind + " blocks behind the latest" : null;
      if (stale != null) {
        w.fresh = false;
        context.event(new ConnectorEvent.PoolInvalid(w.pool, stale));
      }
    }
  }

  /** Whether all that are watched were read lately. */
  boolean allFresh() {
    return watched.values().stream().allMatch(w -> w.fresh);
  }

  /** A pool as it was when it was last read; null where it is not watched, or never was. */
  @Nullable PoolState state(Pool pool) {
    Watched w = watched.get(pool.address());
    return w == null ? null : w.state;
  }

  /** When the states were read that are shown, in nanoseconds since the epoch. */
  long receivedNanos() {
    return shownNanos;
  }

  /** Whether that is of late. */
  boolean isFresh(Pool pool) {
    Watched w = watched.get(pool.address());
    return w != null && w.fresh;
  }

  /** Those that may be quoted from: all of one block, the latest that was read. */
  List<PoolState> quotable() {
    List<PoolState> states = new ArrayList<>();
    for (Watched w : watched.values()) {
      PoolState s = w.state;
      if (w.fresh && s != null && s.block().equals(shown)) {
        states.add(s);
      }
    }
    return states;
  }
}
