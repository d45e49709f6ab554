package dev.colibri.connector.io;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches over calls without a look at the clock for each: every call counts, and who finds at
 * several looks that it is still the same call knows for how long it has lasted at least. A call
 * that never ends is so told of, too.
 */
final class Watches {
  private static final VarHandle CALLS;

  static {
    try {
      CALLS = MethodHandles.lookup().findVarHandle(Watched.class, "calls", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final LongSupplier nanos;

  /** Whoever makes calls holds its own. */
  private final List<WeakReference<Watched>> all = new CopyOnWriteArrayList<>();

  /**
   * No watches.
   *
   * @param nanos the clock
   */
  Watches(LongSupplier nanos) {
    this.nanos = nanos;
  }

  Host.Watch add(Duration limit, BiConsumer<Object, Duration> slow) {
    Watched watched = new Watched(limit.toNanos(), slow);
    all.add(new WeakReference<>(watched));
    return watched;
  }

  /** Looks at all of them; to be done a few times within the limit, by one thread at a time. */
  void look() {
    long now = nanos.getAsLong();
    for (WeakReference<Watched> each : all) {
      Watched watched = each.get();
      if (watched == null) {
        all.remove(each);
      } else {
        watched.look(now);
      }
    }
  }

  private static final class Watched implements Host.Watch {
    private final long limit;
    private final BiConsumer<Object, Duration> slow;

    /** Beginnings and ends: odd while a call lasts. Written by whoever calls. */
    private long calls;

    /** Of the call in progress; written before it counts. */
    private @Nullable Object whom;

    // Of the last look at another call than before.
    private long seen;
    private long since;
    private boolean told;

    Watched(long limit, BiConsumer<Object, Duration> slow) {
      this.limit = limit;
      this.slow = slow;
    }

    @Override
    public long begin(Object whom) {
      this.whom = whom;
      CALLS.setRelease(this, calls + 1);
      return 0;
    }

    @Override
    public void end(long begun) {
      CALLS.setRelease(this, calls + 1);
      whom = null;
    }

    void look(long now) {
      long count = (long) CALLS.getAcquire(this);
      if (count != seen || count % 2 == 0) {
        seen = count;
        since = now;
        told = false;
      } else if (!told && now - since >= limit) {
        Object slowOne = whom;
        VarHandle.acquireFence();
        if (slowOne != null && (long) CALLS.getAcquire(this) == count) {
          told = true;
          slow.accept(slowOne, Duration.ofNanos(now - since));
        }
      }
    }
  }
}
