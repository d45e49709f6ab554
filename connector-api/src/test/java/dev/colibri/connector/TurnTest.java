package dev.colibri.connector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class TurnTest {
  private static final int NOTES = 500_000;

  private final Turn turn = new Turn();
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger overlaps = new AtomicInteger();
  private volatile long noted;
  private long done;

  @Test
  void who_comes_while_it_is_taken_leaves_word() {
    assertTrue(turn.take());
    assertFalse(turn.take());
    assertFalse(turn.take());
    assertFalse(turn.end());
    assertTrue(turn.end());
    assertTrue(turn.take());
    turn.leave();
    assertTrue(turn.take());
    assertTrue(turn.end());
  }

  @Test
  void one_at_a_time_does_it_and_nothing_is_left_undone() throws Exception {
    Callable<Void> noting =
        () -> {
          for (int i = 0; i < NOTES; i++) {
            lock.lock();
            boolean mine;
            try {
              noted++;
              mine = turn.take();
            } finally {
              lock.unlock();
            }
            if (mine) {
              do {
                overlaps.addAndGet(inside.getAndIncrement());
                done = noted;
                // Others come at every point of it.
                for (int spin = i % 16; spin > 0; spin--) {
                  Thread.onSpinWait();
                }
                inside.decrementAndGet();
              } while (!turn.end());
            }
          }
          return null;
        };
    var threads = Executors.newFixedThreadPool(2);
    for (Future<Void> thread : threads.invokeAll(List.of(noting, noting))) {
      thread.get(1, TimeUnit.MINUTES);
    }
    threads.shutdown();
    assertEquals(0, overlaps.get());
    assertEquals(2 * NOTES, done);
  }
}
