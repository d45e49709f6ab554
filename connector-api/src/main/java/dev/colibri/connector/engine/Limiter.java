package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.Request.Cost;
import dev.colibri.connector.spi.Request.Urgency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lets requests leave so that none of a venue's limits is ever exceeded where the venue counts: at
 * its end of the line. One limiter serves everything that shares the limits (an address, a key).
 *
 * <p>Thread-safe; never waits. Times are nanoseconds since the epoch, given by the caller.
 *
 * <ul>
 *   <li><b>Margin.</b> What leaves evenly may arrive unevenly. Windows are kept as though they were
 *       longer by a twentieth of their length, at most {@value #MARGIN_MILLIS} ms: so much may the
 *       way there vary, or for fixed windows the venue's clock be misjudged, without harm.
 *   <li><b>Reserve.</b> A tenth of each amount, at least 1 (nothing of an amount of 1), is kept for
 *       {@link Urgency#CANCEL}; of its half {@link Urgency#TRUTH} may take too. What costs more
 *       than the rest may leave when nothing else did.
 *   <li><b>After a pause</b> half of the amount is kept so for one window.
 * </ul>
 */
public final class Limiter {
  private static final long MARGIN_MILLIS = 500;
  private static final long DAY_MILLIS = 86_400_000;
  private static final long MILLI = 1_000_000;

  /** More than any venue allows; keeps arithmetic far from overflow. */
  private static final long MOST = 1_000_000_000;

  private final Map<String, Bucket> buckets = new LinkedHashMap<>();
  private long offset;
  private long pausedUntil = Long.MIN_VALUE;

  /**
   * A limiter.
   *
   * @param limits of different buckets
   */
  public Limiter(List<Limit> limits) {
    for (Limit limit : limits) {
      if (buckets.put(limit.bucket(), bucket(limit)) != null) {
        throw new IllegalArgumentException("two limits of " + limit.bucket());
      }
    }
  }

  private Bucket bucket(Limit limit) {
    return limit.kind() == Limit.Kind.TOKEN_BUCKET ? new Tokens(limit) : new Window(limit);
  }

  /** Adds a limit, unless there is one of its bucket, which is then shared. */
  public synchronized void join(Limit limit) {
    if (!buckets.containsKey(limit.bucket())) {
      buckets.put(limit.bucket(), bucket(limit));
    }
  }

  /**
   * Takes what a request costs, of all its buckets or of none.
   *
   * @return 0 when it is taken and the request must leave now; otherwise the time, later than now,
   *     at which to try again
   * @throws IllegalArgumentException when a bucket is not known, or never passes so much
   */
  public synchronized long acquire(long now, List<Cost> costs, Urgency urgency) {
    for (Cost cost : costs) {
      Bucket bucket = known(cost.bucket());
      bucket.asked = 0;
      if (cost.amount() < 0) {
        throw new IllegalArgumentException("a request costs " + cost);
      }
    }
    long at = pausedUntil > now ? pausedUntil : 0;
    for (Cost cost : costs) {
      Bucket bucket = known(cost.bucket());
      bucket.asked += Math.min(cost.amount(), MOST + 1);
      if (bucket.asked > bucket.amount) {
        throw new IllegalArgumentException(
            "a request costs %s of %s, which never passes more than %s"
                .formatted(bucket.asked, cost.bucket(), bucket.amount));
      }
    }
    for (Cost cost : costs) {
      at = Math.max(at, known(cost.bucket()).room(now, urgency));
    }
    if (at > 0) {
      return Math.max(at, now + 1);
    }
    for (Cost cost : costs) {
      Bucket bucket = known(cost.bucket());
      if (bucket.asked > 0) {
        bucket.take(now, bucket.asked);
        bucket.asked = 0;
      }
    }
    return 0;
  }

  /**
   * Gives back what {@link #acquire} took for a request that did not leave after all.
   *
   * @param taken when it was taken
   */
  public synchronized void giveBack(long taken, List<Cost> costs) {
    for (Cost cost : costs) {
      known(cost.bucket()).giveBack(taken, cost.amount());
    }
  }

  /**
   * The venue told how much of a bucket it counts as used. It may have counted others that share
   * the limit, so our count may rise by it; it never falls, because what is on its way is not
   * counted there yet.
   *
   * @param sent when the request left whose reply says so: what it says of an earlier window is
   *     ignored
   */
  public synchronized void used(long sent, long now, String bucket, long amount) {
    Bucket b = buckets.get(bucket);
    if (b != null && amount > 0) {
      b.used(sent, now, Math.min(amount, b.amount));
    }
  }

  /** The venue told that a bucket passes another amount. Amounts below 1 are ignored. */
  public synchronized void amount(String bucket, long amount) {
    Bucket b = buckets.get(bucket);
    if (b != null && amount >= 1) {
      b.amount = Math.min(amount, MOST);
    }
  }

  /**
   * Nothing leaves that costs of the bucket, for so long.
   *
   * @param bucket {@code *}, or one that is not known, means everything, without costs too
   * @param millis from now; at most a day is believed. It never shortens an earlier pause.
   */
  public synchronized void pause(long now, String bucket, long millis) {
    long until = now + Math.min(Math.max(millis, 0), DAY_MILLIS) * MILLI;
    Bucket one = buckets.get(bucket);
    if (one != null) {
      one.pause(until);
    } else {
      pausedUntil = Math.max(pausedUntil, until);
      buckets.values().forEach(b -> b.pause(until));
    }
  }

  /**
   * Aligns fixed windows to the venue's clock.
   *
   * @param arrivalOffset the venue's time at which something that leaves now arrives, less now
   */
  public synchronized void align(long arrivalOffset) {
    offset = arrivalOffset;
  }

  private Bucket known(String name) {
    Bucket bucket = buckets.get(name);
    if (bucket == null) {
      throw new IllegalArgumentException("no limit is known of " + name);
    }
    return bucket;
  }

  private abstract static class Bucket {
    final long window;
    final long margin;
    long amount;

    /** What the request in question costs of it. */
    long asked;

    private long pausedUntil = Long.MIN_VALUE;
    private long carefulUntil = Long.MIN_VALUE;

    Bucket(Limit limit) {
      window = limit.window().toNanos();
      margin = Math.min(window / 20, MARGIN_MILLIS * MILLI);
      amount = Math.min(limit.amount(), MOST);
    }

    final void pause(long until) {
      pausedUntil = Math.max(pausedUntil, until);
      carefulUntil = pausedUntil + window;
    }

    /** 0 when there is room for what is asked, otherwise when there may be. */
    final long room(long now, Urgency urgency) {
      if (pausedUntil > now) {
        return pausedUntil;
      }
      return asked == 0 ? 0 : room(now, asked, allowed(now, urgency));
    }

    private long allowed(long now, Urgency urgency) {
      long reserve;
      if (now < carefulUntil) {
        reserve = amount / 2;
      } else {
        reserve = amount == 1 ? 0 : Math.max(1, amount / 10);
      }
      long kept =
          switch (urgency) {
            case CANCEL -> 0;
            case TRUTH -> (reserve + 1) / 2;
            case ORDER, QUERY -> reserve;
          };
      return Math.max(amount - kept, asked);
    }

    abstract long room(long now, long cost, long allowed);

    abstract void take(long now, long cost);

    abstract void giveBack(long taken, long cost);

    abstract void used(long sent, long now, long amount);
  }

  /**
   * A fixed or a rolling window: it remembers what left when. Times are rounded up to a grain, so
   * that what it remembers is bounded whatever the amount.
   */
  private final class Window extends Bucket {
    private static final int GRAINS = 4096;

    private final boolean fixed;
    private final long grain;
    private long[] slots = new long[16];
    private long[] counts = new long[16];
    private int head;
    private int size;

    Window(Limit limit) {
      super(limit);
      fixed = limit.kind() == Limit.Kind.FIXED;
      grain = Math.max(1, window / GRAINS);
    }

    /** What left at this time or later may be counted together with what leaves now. */
    private long from(long now) {
      return fixed ? start(now) - margin : now - window - margin;
    }

    /** When the latest fixed window began that has certainly begun at the venue. */
    private long start(long now) {
      return Math.floorDiv(now + offset - margin, window) * window - offset;
    }

    @Override
    long room(long now, long cost, long allowed) {
      long excess = count(from(now)) + cost - allowed;
      if (excess <= 0) {
        return 0;
      }
      if (fixed) {
        return start(now) + window + margin;
      }
      for (int i = 0; i < size; i++) {
        if (end(i) >= from(now)) {
          excess -= counts[index(i)];
          if (excess <= 0) {
            return end(i) + window + margin + 1;
          }
        }
      }
      throw new AssertionError("all of it left, and still no room");
    }

    @Override
    void take(long now, long cost) {
      long slot = Math.floorDiv(now, grain);
      if (size > 0 && slots[index(size - 1)] >= slot) {
        counts[index(size - 1)] += cost;
        return;
      }
      // Kept for a window longer than it counts, to be compared with late replies.
      while (size > 0 && end(0) < now - 2 * (window + margin)) {
        head = index(1);
        size--;
      }
      if (size == slots.length) {
        grow();
      }
      slots[index(size)] = slot;
      counts[index(size)] = cost;
      size++;
    }

    @Override
    void giveBack(long taken, long cost) {
      long slot = Math.floorDiv(taken, grain);
      int i = size - 1;
      // What others took meanwhile stands in later ones.
      while (i > 0 && slots[index(i)] > slot) {
        i--;
      }
      if (i >= 0) {
        counts[index(i)] = Math.max(0, counts[index(i)] - cost);
      }
    }

    @Override
    void used(long sent, long now, long amount) {
      if (fixed ? start(sent) != start(now) : now - sent > window) {
        return;
      }
      long more = amount - count(from(sent));
      if (more > 0) {
        take(now, more);
      }
    }

    private long count(long from) {
      long sum = 0;
      for (int i = size - 1; i >= 0 && end(i) >= from; i--) {
        sum += counts[index(i)];
      }
      return sum;
    }

    private long end(int i) {
      return (slots[index(i)] + 1) * grain - 1;
    }

    private int index(int i) {
      return (head + i) & (slots.length - 1);
    }

    private void grow() {
      long[] moreSlots = new long[2 * size];
      long[] moreCounts = new long[2 * size];
      for (int i = 0; i < size; i++) {
        moreSlots[i] = slots[index(i)];
        moreCounts[i] = counts[index(i)];
      }
      slots = moreSlots;
      counts = moreCounts;
      head = 0;
    }
  }

  /**
   * A token bucket, as the time at which it is certainly full again at the venue (GCRA). Each token
   * puts that off by the time in which one flows back; what leaves now is reckoned to arrive as
   * late as it may when it empties the bucket, and as early as it may when it needs room.
   */
  private static final class Tokens extends Bucket {
    private long fullAt = Long.MIN_VALUE;

    Tokens(Limit limit) {
      super(limit);
    }

    @Override
    long room(long now, long cost, long allowed) {
      long at = Math.max(fullAt, now) + span(cost) - span(allowed);
      return at <= now ? 0 : at;
    }

    @Override
    void take(long now, long cost) {
      fullAt = Math.max(fullAt, now + margin) + span(cost);
    }

    @Override
    void giveBack(long taken, long cost) {
      fullAt -= span(cost);
    }

    @Override
    void used(long sent, long now, long amount) {
      fullAt = Math.max(fullAt, now + span(amount));
    }

    /** In which so many tokens flow back, rounded up. */
    private long span(long tokens) {
      return tokens * (window / amount) + (tokens * (window % amount) + amount - 1) / amount;
    }
  }
}
