package dev.colibri.connector.io;

import dev.colibri.connector.spi.Venue;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * What a runtime has of the outside world: a clock, timers, sockets, randomness, and the thread
 * that strategies run on. {@link LiveHost} has the real ones; a test kit has virtual ones.
 */
public interface Host extends AutoCloseable {

  /** Now, in nanoseconds since the epoch; never goes back. */
  long nanos();

  /** 64 random bits, new at every call. */
  long random();

  /** Makes a timer. */
  Alarm alarm(Runnable ring);

  /**
   * Runs a task on the strategy thread, after those given before. What it throws is the task's own
   * business: tasks catch.
   */
  void strategy(Runnable task);

  /** Whether the caller is on the strategy thread. */
  boolean onStrategyThread();

  /**
   * A thread is about to wait for the stage. A host without threads of its own makes time pass
   * until it is done; one that has threads does nothing.
   */
  default void awaited(CompletableFuture<?> stage) {}

  /**
   * Makes what looks after calls that should be quick. Here the clock is looked at before and after
   * each of them; a host whose clock costs time may do otherwise.
   *
   * @param limit what a call may take
   * @param slow told of a call that takes longer, while it lasts or afterwards, on any thread: whom
   *     it is to, and how long it took by then
   */
  default Watch watch(Duration limit, BiConsumer<Object, Duration> slow) {
    long most = limit.toNanos();
    return new Watch() {
      private Object whom = slow;

      @Override
      public long begin(Object whom) {
        this.whom = whom;
        return nanos();
      }

      @Override
      public void end(long begun) {
        long took = nanos() - begun;
        if (took > most) {
          slow.accept(whom, Duration.ofNanos(took));
        }
      }
    };
  }

  /**
   * Runs a task when the process is told to end, as by Ctrl-C; the process waits for it. A host
   * without a process of its own does nothing.
   *
   * @param task bounded in time; called on any thread, and not when the process is killed
   * @return takes it back; does nothing once the process is ending
   */
  default Runnable atExit(Runnable task) {
    return () -> {};
  }

  /**
   * Makes a transport.
   *
   * @param venue says proxy, local address, trust store and whether plain text is lawful
   * @param hosts the only hosts it may talk to, and names under them
   */
  Transport transport(Venue<?> venue, Set<String> hosts);

  /** Ends threads and timers; bounded in time. */
  @Override
  void close();

  /** Looks after calls, one at a time. */
  interface Watch {
    /**
     * A call begins.
     *
     * @param whom it is to
     * @return what its end is to be told
     */
    long begin(Object whom);

    /** It is over, one way or the other. */
    void end(long begun);
  }

  /** A timer that rings at most once each time it is set. */
  interface Alarm {
    /** Rings at that time or soon after, on any thread; replaces what was set before. */
    void at(long nanos);

    /** Rings no more. */
    void cancel();
  }
}
