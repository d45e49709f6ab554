package dev.colibri.connector.testkit.sim;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * A clock that stands still until it is told to go on, and the tasks that wait for it. Tasks run in
 * order of their time, and those of one time in the order in which they were given, on the thread
 * that lets time pass: the one that made the clock.
 *
 * <p>What a task throws reaches the caller that let time pass.
 */
public final class VirtualTime {
  /** More tasks than this at one moment mean that two parties answer each other for ever. */
  private static final int MOST_AT_ONCE = 1_000_000;

  private record Task(long at, long sequence, Runnable run) {}

  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::sequence));
  private final Thread owner = Thread.currentThread();
  private long now;
  private long sequence;
  private int atOnce;
  private boolean running;

  /** A clock that stands at the beginning of 2026. */
  public VirtualTime() {
    this(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** A clock that stands at an instant. */
  public VirtualTime(Instant start) {
    now =
        Math.addExact(Math.multiplyExact(start.getEpochSecond(), 1_000_000_000L), start.getNano());
  }

  /** Now, in nanoseconds since the epoch. */
  public long nanos() {
    return now;
  }

  /** Now, in milliseconds since the epoch. */
  public long millis() {
    return Math.floorDiv(now, 1_000_000L);
  }

  /**
   * Runs a task at a time, or next if the time has passed.
   *
   * @param nanos since the epoch
   */
  public void at(long nanos, Runnable task) {
    requireOwner();
    tasks.add(new Task(Math.max(nanos, now), sequence++, task));
  }

  /** Runs a task after a pause. */
  public void after(Duration pause, Runnable task) {
    at(Math.addExact(now, pause.toNanos()), task);
  }

  /** Runs the next task, whenever it is due; false when none waits. */
  public boolean step() {
    requireOutside();
    Task next = tasks.poll();
    if (next == null) {
      return false;
    }
    atOnce = next.at() == now ? atOnce + 1 : 0;
    if (atOnce > MOST_AT_ONCE) {
      throw new IllegalStateException(
          "time stands still: " + MOST_AT_ONCE + " tasks ran at " + Instant.ofEpochMilli(millis()));
    }
    now = next.at();
    running = true;
    try {
      next.run().run();
    } finally {
      running = false;
    }
    return true;
  }

  /** Runs everything that is due now, and what that makes due. */
  public void settle() {
    advance(Duration.ZERO);
  }

  /** Lets so much time pass, and runs everything that falls due. */
  public void advance(Duration duration) {
    advanceTo(Math.addExact(now, duration.toNanos()));
  }

  /** Lets time pass up to a moment, in nanoseconds since the epoch, and runs all that falls due. */
  public void advanceTo(long nanos) {
    advanceUntil(() -> false, nanos);
  }

  /**
   * Lets time pass until something holds, at most so long.
   *
   * @return whether it holds
   */
  public boolean advanceUntil(BooleanSupplier holds, Duration most) {
    return advanceUntil(holds, Math.addExact(now, most.toNanos()));
  }

  private boolean advanceUntil(BooleanSupplier holds, long until) {
    requireOutside();
    while (!holds.getAsBoolean()) {
      Task next = tasks.peek();
      if (next == null || next.at() > until) {
        now = Math.max(now, until);
        return false;
      }
      step();
    }
    return true;
  }

  /** Whether nothing waits for its time. */
  public boolean isIdle() {
    return tasks.isEmpty();
  }

  private void requireOutside() {
    requireOwner();
    if (running) {
      throw new IllegalStateException("a task cannot let time pass: it runs at one moment");
    }
  }

  private void requireOwner() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "virtual time belongs to thread " + owner.getName() + "; it has no other");
    }
  }
}
