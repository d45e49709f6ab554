package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class VirtualTimeTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final VirtualTime time = new VirtualTime(Instant.EPOCH);
  private final List<String> log = new ArrayList<>();

  private void note(String what) {
    log.add(what + "@" + time.millis());
  }

  @Test
  void tasks_run_in_order_of_their_time_and_then_of_their_making() {
    time.after(Duration.ofMillis(20), () -> note("c"));
    time.after(Duration.ofMillis(10), () -> note("a"));
    time.after(Duration.ofMillis(10), () -> note("b"));

    time.advance(Duration.ofMillis(10));
    assertEquals(List.of("a@10", "b@10"), log);

    time.advance(Duration.ofMillis(9));
    assertEquals(2, log.size());

    time.advance(Duration.ofMillis(1));
    assertEquals(List.of("a@10", "b@10", "c@20"), log);
  }

  @Test
  void a_task_that_is_due_at_once_runs_before_time_goes_on() {
    time.after(
        SECOND,
        () -> {
          note("first");
          time.at(0, () -> note("then"));
        });
    time.after(SECOND.plusMillis(1), () -> note("later"));

    time.advance(Duration.ofSeconds(2));

    assertEquals(List.of("first@1000", "then@1000", "later@1001"), log);
    assertEquals(2000, time.millis());
  }

  @Test
  void waiting_for_something_stops_at_the_moment_it_holds() {
    time.after(SECOND, () -> note("it"));

    assertTrue(time.advanceUntil(() -> !log.isEmpty(), Duration.ofSeconds(5)));
    assertEquals(1000, time.millis());
    assertFalse(time.advanceUntil(() -> log.size() == 2, SECOND));
    assertEquals(2000, time.millis());
  }

  @Test
  void two_that_answer_each_other_for_ever_are_found_out() {
    Runnable[] again = new Runnable[1];
    again[0] = () -> time.at(0, again[0]);
    time.at(0, again[0]);

    var e = assertThrows(IllegalStateException.class, () -> time.advance(SECOND));
    assertTrue(e.getMessage().startsWith("time stands still"), e.getMessage());
  }

  @Test
  void a_task_cannot_let_time_pass() {
    time.after(SECOND, () -> time.advance(SECOND));

    assertThrows(IllegalStateException.class, () -> time.advance(SECOND));
  }

  @Test
  void what_a_task_throws_reaches_whoever_let_time_pass_and_the_clock_goes_on() {
    time.after(
        SECOND,
        () -> {
          throw new AssertionError("no");
        });
    time.after(SECOND, () -> note("next"));

    assertThrows(AssertionError.class, () -> time.advance(SECOND));
    time.settle();
    assertEquals(List.of("next@1000"), log);
  }

  @Test
  void another_thread_is_refused() throws InterruptedException {
    var error = new AtomicReference<Throwable>();
    var thread = new Thread(() -> time.at(0, () -> {}));
    thread.setUncaughtExceptionHandler((t, e) -> error.set(e));
    thread.start();
    thread.join();

    assertEquals(IllegalStateException.class, error.get().getClass());
  }
}
