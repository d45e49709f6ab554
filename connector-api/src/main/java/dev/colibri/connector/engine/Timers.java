package dev.colibri.connector.engine;

import java.util.Comparator;
import java.util.TreeSet;

/**
 * One-shot timers, run in the order of their times, and of their setting where times are equal.
 * Times are nanoseconds since the epoch. One thread at a time.
 */
final class Timers {

  /** Nothing is set. */
  static final long NEVER = Long.MAX_VALUE;

  private static final Comparator<Timer> ORDER =
      Comparator.<Timer>comparingLong(t -> t.at).thenComparingLong(t -> t.sequence);

  private final TreeSet<Timer> set = new TreeSet<>(ORDER);
  private long sequence;
  private long past = Long.MIN_VALUE;

  /** When the first of them is due: asked for after every message, however many are set. */
  private long next = NEVER;

  /** A timer that was set: it runs once, unless it is canceled first. */
  final class Timer {
    private final long at;
    private final long sequence;
    private final Runnable task;

    private Timer(long at, long sequence, Runnable task) {
      this.at = at;
      this.sequence = sequence;
      this.task = task;
    }

    /** Takes it back. Does nothing when it ran or was canceled. */
    void cancel() {
      if (set.remove(this) && at == next) {
        findNext();
      }
    }
  }

  /**
   * Sets a timer. Its time is always later than the last that was run: a task that sets itself
   * again for now does not run for ever within one {@link #runDue}.
   */
  Timer set(long at, Runnable task) {
    Timer timer = new Timer(Math.max(at, past + 1), sequence++, task);
    set.add(timer);
    next = Math.min(next, timer.at);
    return timer;
  }

  /**
   * Runs what is due. A task may set and cancel timers. What a task throws goes to the caller; the
   * other timers stay set.
   */
  void runDue(long now) {
    past = Math.max(past, now);
    while (next <= now && !set.isEmpty()) {
      Timer first = set.pollFirst();
      findNext();
      first.task.run();
    }
  }

  private void findNext() {
    next = set.isEmpty() ? NEVER : set.first().at;
  }

  /** When the next one is due, or {@link #NEVER}. */
  long next() {
    return next;
  }

  /** Takes all of them back. */
  void clear() {
    set.clear();
    next = NEVER;
  }

  /** How many are set. */
  int size() {
    return set.size();
  }
}
