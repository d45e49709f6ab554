package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Venues tell a week of fills from the time that they are asked for, and no more. */
class FillHistoryTest {
  private static final long WEEK = Duration.ofDays(7).toMillis();
  private static final long NOW = 1_767_225_600_000L;

  @Test
  void what_was_lately_is_asked_for_once() {
    assertEquals(List.of(NOW - 60_000), FillHistory.weeks(NOW - 60_000, NOW));
    assertEquals(List.of(NOW - WEEK + 1), FillHistory.weeks(NOW - WEEK + 1, NOW));
    assertEquals(List.of(NOW + 5), FillHistory.weeks(NOW + 5, NOW), "by a clock that went back");
  }

  @Test
  void a_longer_time_is_asked_for_in_weeks_without_a_gap() {
    long since = NOW - 8 * WEEK / 7;
    assertEquals(List.of(since, since + WEEK), FillHistory.weeks(since, NOW));
    assertEquals(List.of(NOW - WEEK, NOW), FillHistory.weeks(NOW - WEEK, NOW));
  }

  @Test
  void of_long_ago_nothing_is_asked_for() {
    List<Long> weeks = FillHistory.weeks(0, NOW);
    assertEquals(27, weeks.size());
    assertEquals(NOW - 26 * WEEK, weeks.get(0));
    assertEquals(NOW, weeks.get(26));
  }
}
