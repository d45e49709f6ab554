package dev.colibri.connector.io;

import dev.colibri.connector.spi.Venue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

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
   * Makes a transport.
   *
   * @param venue says proxy, local address, trust store and whether plain text is lawful
   * @param hosts the only hosts it may talk to, and names under them
   */
  Transport transport(Venue<?> venue, Set<String> hosts);

  /** Ends threads and timers; bounded in time. */
  @Override
  void close();

  /** A timer that rings at most once each time it is set. */
  interface Alarm {
    /** Rings at that time or soon after, on any thread; replaces what was set before. */
    void at(long nanos);

    /** Rings no more. */
    void cancel();
  }
}
