package dev.colibri.connector.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchesTest {
  private static final long MILLI = 1_000_000;

  private long nanos;
  private final List<String> told = new ArrayList<>();
  private final Watches watches = new Watches(() -> nanos);
  private final Host.Watch watch = add();

  private Host.Watch add() {
    return watches.add(
        Duration.ofMillis(100), (whom, took) -> told.add(whom + " " + took.toMillis()));
  }

  private void look(long millis) {
    nanos = millis * MILLI;
    watches.look();
  }

  @Test
  void a_call_that_lasts_is_told_of_once() {
    look(0);
    watch.begin("a");
    look(50);
    look(100);
    assertEquals(List.of(), told);
    look(150);
    assertEquals(List.of("a 100"), told);
    look(1000);
    watch.end(0);
    look(1050);
    assertEquals(List.of("a 100"), told);
  }

  @Test
  void many_quick_calls_are_no_slow_one() {
    for (int at = 0; at < 1000; at += 50) {
      watch.begin("a");
      look(at);
      watch.end(0);
      look(at + 25);
    }
    assertEquals(List.of(), told);
  }

  @Test
  void the_next_call_counts_anew() {
    watch.begin("a");
    look(0);
    look(100);
    watch.end(0);
    watch.begin("b");
    look(150);
    look(200);
    look(250);
    assertEquals(List.of("a 100", "b 100"), told);
  }

  @Test
  void every_watch_counts_by_itself_and_time_without_a_call_is_none() {
    Host.Watch other = add();
    other.begin("x");
    other.end(0);
    watch.begin("a");
    look(0);
    look(200);
    assertEquals(List.of("a 200"), told);
    other.begin("y");
    look(250);
    look(350);
    assertEquals(List.of("a 200", "y 100"), told);
  }
}
