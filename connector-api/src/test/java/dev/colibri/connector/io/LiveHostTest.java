package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LiveHostTest {
  private static final long MILLI = 1_000_000;
  private static final long HOUR = 3_600_000 * MILLI;

  private final LiveHost host = new LiveHost();

  @AfterEach
  void close() {
    host.close();
  }

  @Test
  void theClockNeverGoesBackAndIsTheWallClocks() {
    long last = host.nanos();
    assertEquals(System.currentTimeMillis(), last / MILLI, 60_000);
    for (int i = 0; i < 100_000; i++) {
      long now = host.nanos();
      assertTrue(now >= last);
      last = now;
    }
    assertNotEquals(host.random(), host.random());
  }

  @Test
  void strategyTasksRunOneByOneInOrderOnTheirThread() throws Exception {
    List<Integer> ran = new CopyOnWriteArrayList<>();
    List<Boolean> there = new CopyOnWriteArrayList<>();
    CountDownLatch done = new CountDownLatch(1);
    for (int i = 0; i < 100; i++) {
      int number = i;
      host.strategy(
          () -> {
            ran.add(number);
            there.add(host.onStrategyThread());
            if (number == 50) {
              throw new StackOverflowError("broken on purpose");
            }
          });
    }
    host.strategy(done::countDown);
    assertTrue(done.await(30, TimeUnit.SECONDS));
    for (int i = 0; i < 100; i++) {
      assertEquals(i, ran.get(i));
    }
    assertFalse(there.contains(false));
    assertFalse(host.onStrategyThread());
  }

  @Test
  void anAlarmRingsOnceEachTimeItIsSet() throws Exception {
    BlockingQueue<Long> rings = new LinkedBlockingQueue<>();
    Host.Alarm alarm = host.alarm(() -> rings.add(host.nanos()));
    alarm.at(host.nanos() + HOUR);
    long at = host.nanos() + MILLI;
    alarm.at(at);
    alarm.at(at);
    assertTrue(rings.take() >= at);
    alarm.at(at);
    assertTrue(rings.take() >= at, "a time that is over rings at once");
    alarm.at(host.nanos() - HOUR);
    rings.take();
    assertTrue(rings.isEmpty());
  }

  @Test
  void anAlarmThatIsCanceledWhileItIsDueDoesNotRing() throws Exception {
    // The timer's one thread is busy, so that what is due has to wait.
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    host.alarm(
            () -> {
              busy.countDown();
              try {
                free.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            })
        .at(host.nanos());
    assertTrue(busy.await(30, TimeUnit.SECONDS));
    List<String> rings = new CopyOnWriteArrayList<>();
    Host.Alarm canceled = host.alarm(() -> rings.add("canceled"));
    canceled.at(host.nanos() - MILLI);
    canceled.cancel();
    canceled.cancel();
    Host.Alarm replaced = host.alarm(() -> rings.add("replaced"));
    replaced.at(host.nanos() - MILLI);
    replaced.at(host.nanos() + HOUR);
    CountDownLatch later = new CountDownLatch(1);
    host.alarm(later::countDown).at(host.nanos());
    free.countDown();
    assertTrue(later.await(30, TimeUnit.SECONDS));
    assertEquals(List.of(), rings);
  }

  @Test
  void anAlarmThatThrowsHarmsNoOther() throws Exception {
    Host.Alarm broken =
        host.alarm(
            () -> {
              throw new IllegalStateException("broken on purpose");
            });
    broken.at(host.nanos());
    CountDownLatch other = new CountDownLatch(1);
    host.alarm(other::countDown).at(host.nanos() + MILLI);
    assertTrue(other.await(30, TimeUnit.SECONDS));
  }

  @Test
  void anAlarmMaySetItself() throws Exception {
    CountDownLatch thrice = new CountDownLatch(3);
    CompletableFuture<Host.Alarm> self = new CompletableFuture<>();
    Host.Alarm alarm =
        host.alarm(
            () -> {
              thrice.countDown();
              self.join().at(host.nanos());
            });
    self.complete(alarm);
    alarm.at(host.nanos());
    assertTrue(thrice.await(30, TimeUnit.SECONDS));
  }

  @Test
  void aCallThatDoesNotReturnIsToldOfWhileItLasts() throws Exception {
    CompletableFuture<Duration> told = new CompletableFuture<>();
    Host.Watch watch =
        host.watch(
            Duration.ofMillis(1),
            (whom, took) -> {
              assertEquals("me", whom);
              told.complete(took);
            });
    long begun = watch.begin("me");
    assertTrue(told.get(30, TimeUnit.SECONDS).compareTo(Duration.ofMillis(1)) >= 0);
    watch.end(begun);
  }

  @Test
  void closingRunsWhatWasGivenAndLeavesNoThread() throws Exception {
    List<Integer> ran = new CopyOnWriteArrayList<>();
    CompletableFuture<Thread> strategy = new CompletableFuture<>();
    CompletableFuture<Thread> timer = new CompletableFuture<>();
    CompletableFuture<Thread> worker = new CompletableFuture<>();
    host.strategy(() -> strategy.complete(Thread.currentThread()));
    host.alarm(() -> timer.complete(Thread.currentThread())).at(host.nanos());
    host.run(() -> worker.complete(Thread.currentThread()));
    for (CompletableFuture<Thread> thread : List.of(strategy, timer, worker)) {
      assertTrue(thread.get(30, TimeUnit.SECONDS).isDaemon());
    }
    for (int i = 0; i < 10; i++) {
      host.strategy(() -> ran.add(0));
    }
    host.close();
    assertEquals(10, ran.size());
    for (CompletableFuture<Thread> thread : List.of(strategy, timer, worker)) {
      thread.get().join(30_000);
      assertFalse(thread.get().isAlive());
    }
    host.strategy(() -> ran.add(0));
    host.alarm(() -> ran.add(0)).at(host.nanos());
    host.run(() -> ran.add(0));
    host.close();
    assertEquals(10, ran.size(), "after the end nothing happens, and nothing throws");
  }

  @Test
  void itMayBeClosedOnItsOwnStrategyThread() throws Exception {
    CompletableFuture<Thread> closed = new CompletableFuture<>();
    host.strategy(
        () -> {
          host.close();
          closed.complete(Thread.currentThread());
        });
    Thread thread = closed.get(30, TimeUnit.SECONDS);
    thread.join(30_000);
    assertFalse(thread.isAlive());
  }
}
