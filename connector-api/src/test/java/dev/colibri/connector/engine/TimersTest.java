package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimersTest {
  private final Timers timers = new Timers();
  private final List<String> ran = new ArrayList<>();

  private Timers.Timer set(long at, String name) {
    return timers.set(at, () -> ran.add(name));
  }

  @Test
  void runInOrderOfTimeAndThenOfSetting() {
    set(20, "d");
    set(10, "a");
    set(10, "b");
    set(15, "c");
    assertEquals(10, timers.next());
    timers.runDue(15);
    assertEquals(List.of("a", "b", "c"), ran);
    assertEquals(20, timers.next());
    timers.runDue(20);
    assertEquals(List.of("a", "b", "c", "d"), ran);
    assertEquals(Timers.NEVER, timers.next());
  }

  @Test
  void aCanceledOneDoesNotRunEvenWhenItIsDueWithTheOneThatCancels() {
    List<Timers.Timer> later = new ArrayList<>();
    timers.set(10, () -> later.forEach(Timers.Timer::cancel));
    later.add(set(10, "same time"));
    later.add(set(11, "later"));
    timers.runDue(50);
    assertEquals(List.of(), ran);
    assertEquals(0, timers.size());
    later.get(0).cancel();
    assertEquals(0, timers.size());
  }

  @Test
  void whatATaskSetsForTheMeantimeRunsInItsTurn() {
    timers.set(10, () -> set(15, "set by a task"));
    set(20, "set before");
    timers.runDue(12);
    timers.runDue(30);
    assertEquals(List.of("set by a task", "set before"), ran);
  }

  @Test
  void aTaskThatSetsItselfForNowRunsOncePerCall() {
    Runnable[] again = new Runnable[1];
    again[0] =
        () -> {
          ran.add("ran");
          timers.set(10, again[0]);
        };
    timers.set(10, again[0]);
    timers.runDue(10);
    assertEquals(List.of("ran"), ran);
    assertEquals(11, timers.next());
    timers.runDue(11);
    assertEquals(List.of("ran", "ran"), ran);
  }

  @Test
  void aTaskThatThrowsLeavesTheOthersSet() {
    timers.set(
        10,
        () -> {
          throw new IllegalStateException("broken");
        });
    set(10, "other");
    assertThrows(IllegalStateException.class, () -> timers.runDue(10));
    assertEquals(10, timers.next());
    timers.runDue(10);
    assertEquals(List.of("other"), ran);
  }
}
