package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.Limit.Kind;
import dev.colibri.connector.spi.Limit.Scope;
import dev.colibri.connector.spi.Request.Cost;
import dev.colibri.connector.spi.Request.Urgency;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LimiterTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long MINUTE = 60 * SECOND;
  private static final long START = 29_833_334L * MINUTE;

  private static Limit limit(Kind kind, long amount, Duration window) {
    return new Limit("weight", amount, kind, window, Scope.IP);
  }

  private static Limiter limiter(Kind kind, long amount, Duration window) {
    return new Limiter(List.of(limit(kind, amount, window)));
  }

  private static List<Cost> cost(long amount) {
    return List.of(new Cost("weight", amount));
  }

  private static int drain(Limiter limiter, long now, Urgency urgency) {
    int taken = 0;
    while (limiter.acquire(now, cost(1), urgency) == 0) {
      taken++;
    }
    return taken;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatDidNotLeaveIsGivenBack(Kind kind) {
    Limiter limiter = limiter(kind, 100, Duration.ofMinutes(1));
    // A token bucket keeps a margin for what once left.
    int all = drain(limiter(kind, 100, Duration.ofMinutes(1)), START, Urgency.CANCEL);
    for (int n = 0; n < 1_000; n++) {
      assertEquals(0, limiter.acquire(START, cost(60), Urgency.CANCEL), "at " + n);
      limiter.giveBack(START, cost(60));
    }
    assertTrue(all - drain(limiter, START, Urgency.CANCEL) <= 1);
  }

  @Test
  void whatOthersTookMeanwhileIsNotGivenBack() {
    Limiter limiter = limiter(Kind.ROLLING, 10, Duration.ofMinutes(1));
    limiter.acquire(START, cost(5), Urgency.CANCEL);
    long later = START + 30 * SECOND;
    limiter.acquire(later, cost(5), Urgency.CANCEL);
    limiter.giveBack(START, cost(5));
    assertEquals(5, drain(limiter, later, Urgency.CANCEL));
    long again = limiter.acquire(later, cost(5), Urgency.CANCEL);
    assertTrue(again > later + MINUTE, "what was taken later counts from then on");
  }

  @Test
  void aFixedWindowBeginsAnewByTheVenuesClock() {
    Limiter limiter = limiter(Kind.FIXED, 100, Duration.ofMinutes(1));
    limiter.align(10 * SECOND);
    long now = START + 20 * SECOND;
    assertEquals(100, drain(limiter, now, Urgency.CANCEL));
    long again = limiter.acquire(now, cost(1), Urgency.CANCEL);
    assertEquals(START + 50 * SECOND + 500 * MILLI, again, "with half a second's margin");
    assertTrue(limiter.acquire(again - 1, cost(1), Urgency.CANCEL) > 0);
    assertEquals(100, drain(limiter, again, Urgency.CANCEL));
  }

  @Test
  void whatLeavesAtTheEndOfAFixedWindowCountsInTheNextTooForItMayArriveThere() {
    Limiter limiter = limiter(Kind.FIXED, 100, Duration.ofMinutes(1));
    assertEquals(100, drain(limiter, START + MINUTE - 100 * MILLI, Urgency.CANCEL));
    assertEquals(0, drain(limiter, START + MINUTE + 600 * MILLI, Urgency.CANCEL));
    assertEquals(100, drain(limiter, START + 2 * MINUTE + 600 * MILLI, Urgency.CANCEL));
  }

  @Test
  void aRollingWindowGivesBackOneByOne() {
    Limiter limiter = limiter(Kind.ROLLING, 3, Duration.ofSeconds(1));
    for (int i = 0; i < 3; i++) {
      assertEquals(0, limiter.acquire(START + i * 100 * MILLI, cost(1), Urgency.CANCEL));
    }
    long again = limiter.acquire(START + 300 * MILLI, cost(1), Urgency.CANCEL);
    // A twentieth of margin, and times rounded up to a 4096th of the window.
    assertEquals(START + 1_050 * MILLI, again, 0.25 * MILLI);
    assertTrue(limiter.acquire(again - 1, cost(1), Urgency.CANCEL) > 0);
    assertEquals(0, limiter.acquire(again, cost(1), Urgency.CANCEL));
    assertEquals(
        START + 1_250 * MILLI, limiter.acquire(again, cost(2), Urgency.CANCEL), 0.25 * MILLI);
  }

  @Test
  void aTokenBucketIsSpentAtOnceAndFlowsBackEvenly() {
    Limiter limiter = limiter(Kind.TOKEN_BUCKET, 10, Duration.ofSeconds(1));
    assertEquals(9, drain(limiter, START, Urgency.CANCEL), "half a token's margin");
    assertEquals(START + 50 * MILLI, limiter.acquire(START, cost(1), Urgency.CANCEL));
    assertEquals(0, limiter.acquire(START + 50 * MILLI, cost(1), Urgency.CANCEL));
    assertEquals(START + 150 * MILLI, limiter.acquire(START + 50 * MILLI, cost(1), Urgency.CANCEL));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aTenthIsKeptForCancelsAndOfItsHalfQuestionsOfTruthMayTake(Kind kind) {
    Limiter limiter = limiter(kind, 1_000, Duration.ofDays(1));
    long slack = kind == Kind.TOKEN_BUCKET ? 1 : 0;
    assertEquals(900, drain(limiter, START, Urgency.QUERY), slack);
    assertEquals(0, drain(limiter, START, Urgency.ORDER));
    assertEquals(50, drain(limiter, START, Urgency.TRUTH), slack);
    assertEquals(50, drain(limiter, START, Urgency.CANCEL), slack);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "5, 4", "19, 18", "20, 18"})
  void theReserveIsOneRequestAtLeastUnlessThereIsOnlyOne(long amount, int left) {
    Limiter limiter = limiter(Kind.ROLLING, amount, Duration.ofMinutes(1));
    assertEquals(left, drain(limiter, START, Urgency.ORDER));
    assertEquals(amount - left, drain(limiter, START, Urgency.CANCEL));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void whatCostsMoreThanTheReserveLeavesMayLeaveAlone(Kind kind) {
    Limiter limiter = limiter(kind, 100, Duration.ofSeconds(1));
    assertEquals(0, limiter.acquire(START, cost(100), Urgency.QUERY));
    long again = limiter.acquire(START, cost(95), Urgency.QUERY);
    assertTrue(again > START);
    assertEquals(0, limiter.acquire(START + 2_100 * MILLI, cost(95), Urgency.QUERY));
  }

  @Test
  void whatCanNeverPassIsRefusedByName() {
    Limiter limiter = limiter(Kind.ROLLING, 20, Duration.ofSeconds(1));
    Exception refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> limiter.acquire(START, List.of(cost(15).get(0), cost(6).get(0)), Urgency.QUERY));
    assertEquals(
        "a request costs 21 of weight, which never passes more than 20", refused.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> limiter.acquire(START, cost(Long.MAX_VALUE), Urgency.QUERY));
    assertThrows(
        IllegalArgumentException.class, () -> limiter.acquire(START, cost(-1), Urgency.QUERY));
    assertThrows(
        IllegalArgumentException.class,
        () -> limiter.acquire(START, List.of(new Cost("wieght", 1)), Urgency.QUERY));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Limiter(
                List.of(
                    limit(Kind.FIXED, 1, Duration.ofSeconds(1)),
                    limit(Kind.FIXED, 9, Duration.ofDays(1)))));
    assertEquals(20, drain(limiter, START, Urgency.CANCEL), "refusals take nothing");
  }

  @Test
  void ofSeveralBucketsAllAreTakenOrNone() {
    Limiter limiter =
        new Limiter(
            List.of(
                limit(Kind.ROLLING, 100, Duration.ofMinutes(1)),
                new Limit("orders", 2, Kind.ROLLING, Duration.ofSeconds(1), Scope.KEY)));
    List<Cost> both = List.of(new Cost("weight", 10), new Cost("orders", 1));
    assertEquals(0, limiter.acquire(START, both, Urgency.CANCEL));
    assertEquals(0, limiter.acquire(START, both, Urgency.CANCEL));
    assertTrue(limiter.acquire(START, both, Urgency.CANCEL) > 0);
    assertEquals(80, drain(limiter, START, Urgency.CANCEL));
    assertTrue(limiter.acquire(START + 2 * SECOND, both, Urgency.CANCEL) >= START + MINUTE);
    assertEquals(0, limiter.acquire(START, List.of(), Urgency.QUERY), "no cost, no limit");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theVenuesOwnCountRaisesOursAndNeverLowersIt(Kind kind) {
    Limiter limiter = limiter(kind, 100, Duration.ofMinutes(1));
    long now = START + 10 * SECOND;
    assertEquals(0, limiter.acquire(now, cost(40), Urgency.CANCEL));
    limiter.used(now, now, "weight", 10);
    assertTrue(limiter.acquire(now, cost(61), Urgency.CANCEL) > 0);
    limiter.used(now, now, "weight", 90);
    limiter.used(now, now, "weight", 90);
    limiter.used(now, now, "other", 100);
    assertEquals(10, drain(limiter, now, Urgency.CANCEL));
    limiter.used(now, now, "weight", Long.MAX_VALUE);
    assertEquals(0, drain(limiter, now, Urgency.CANCEL));
    assertEquals(100, drain(limiter, now + 2 * MINUTE, Urgency.CANCEL), 1);
  }

  @Test
  void whatALateReplySaysOfAnEarlierWindowIsIgnored() {
    Limiter fixed = limiter(Kind.FIXED, 100, Duration.ofMinutes(1));
    fixed.used(START + MINUTE - SECOND, START + MINUTE + SECOND, "weight", 100);
    assertEquals(100, drain(fixed, START + MINUTE + SECOND, Urgency.CANCEL));

    Limiter rolling = limiter(Kind.ROLLING, 100, Duration.ofSeconds(10));
    assertEquals(60, drain60(rolling));
    // The sixty have just left our window, but the venue still counted them when it wrote this.
    long now = START + 11 * SECOND;
    rolling.used(START + 5 * SECOND, now, "weight", 60);
    assertEquals(100, drain(rolling, now, Urgency.CANCEL));
  }

  private static int drain60(Limiter limiter) {
    int taken = 0;
    while (taken < 60 && limiter.acquire(START, cost(1), Urgency.CANCEL) == 0) {
      taken++;
    }
    return taken;
  }

  @Test
  void aLearntAmountReplacesTheDocumentedOne() {
    Limiter limiter = limiter(Kind.ROLLING, 100, Duration.ofSeconds(1));
    limiter.amount("weight", 10);
    limiter.amount("weight", 0);
    limiter.amount("other", 1);
    assertEquals(10, drain(limiter, START, Urgency.CANCEL));
    assertThrows(
        IllegalArgumentException.class, () -> limiter.acquire(START, cost(11), Urgency.CANCEL));
    limiter.amount("weight", Long.MAX_VALUE);
    assertEquals(0, limiter.acquire(START, cost(999_999_990), Urgency.CANCEL));
    assertTrue(limiter.acquire(START, cost(1), Urgency.CANCEL) > 0);
  }

  @Test
  void aPauseHoldsItsBucketCancelsIncluded() {
    Limiter limiter =
        new Limiter(
            List.of(
                limit(Kind.ROLLING, 100, Duration.ofMinutes(1)),
                new Limit("orders", 100, Kind.TOKEN_BUCKET, Duration.ofSeconds(1), Scope.KEY)));
    limiter.pause(START, "weight", 2_000);
    limiter.pause(START, "weight", 1_000);
    assertEquals(START + 2 * SECOND, limiter.acquire(START, cost(1), Urgency.CANCEL));
    assertEquals(0, limiter.acquire(START, List.of(new Cost("orders", 1)), Urgency.QUERY));
    assertEquals(0, limiter.acquire(START + 2 * SECOND, cost(1), Urgency.QUERY));
  }

  @ParameterizedTest
  @CsvSource({"*", "a name nobody knows"})
  void aPauseOfTheAddressHoldsEverything(String bucket) {
    Limiter limiter = limiter(Kind.TOKEN_BUCKET, 100, Duration.ofSeconds(1));
    limiter.pause(START, bucket, Long.MAX_VALUE);
    long day = 86_400 * SECOND;
    assertEquals(START + day, limiter.acquire(START, cost(1), Urgency.CANCEL));
    assertEquals(START + day, limiter.acquire(START, List.of(), Urgency.QUERY));
    assertEquals(0, limiter.acquire(START + day, List.of(), Urgency.QUERY));
  }

  @Test
  void afterAPauseItStartsSlowly() {
    Limiter limiter = limiter(Kind.ROLLING, 100, Duration.ofMinutes(1));
    limiter.pause(START, "*", 10_000);
    long now = START + 10 * SECOND;
    assertEquals(50, drain(limiter, now, Urgency.ORDER));
    assertEquals(50, drain(limiter, now, Urgency.CANCEL));
    assertEquals(90, drain(limiter, now + 2 * MINUTE, Urgency.ORDER));
  }

  /** One departure that a limiter permitted. */
  private record Departure(long at, long cost) {}

  /**
   * Whatever is asked, and however unevenly it travels within the margin, no window at the venue
   * ever gets more than its amount; and what may leave is used.
   */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void noWindowIsEverExceededAndNineTenthsAreUsed(Kind kind) {
    SplittableRandom random = new SplittableRandom(kind.ordinal());
    for (int run = 0; run < 60; run++) {
      long amount = run < 20 ? random.nextLong(1, 20) : random.nextLong(20, 3_000);
      long window = random.nextLong(100 * MILLI, 20 * SECOND);
      Limiter limiter = limiter(kind, amount, Duration.ofNanos(window));
      long offset = random.nextLong(-MINUTE, MINUTE);
      limiter.align(offset);
      boolean saturated = run % 2 == 0;
      long begin = START + random.nextLong(window);
      long end = begin + 40 * window;
      long now = begin;
      long sum = 0;
      List<Departure> departures = new ArrayList<>();
      while (now < end) {
        // Saturated: something of every urgency always waits.
        long next = Long.MAX_VALUE;
        for (Urgency urgency : Urgency.values()) {
          if (saturated || random.nextInt(4) == 0) {
            long cost = random.nextLong(1, Math.max(1, amount / (saturated ? 50 : 2)) + 1);
            long again = limiter.acquire(now, cost(cost), urgency);
            if (again == 0) {
              departures.add(new Departure(now, cost));
              sum += cost;
              next = now;
            } else {
              assertTrue(again > now, "later than now");
              assertTrue(again <= now + 2 * window, "soon enough");
              next = Math.min(next, again);
            }
          }
        }
        long pause = random.nextLong(random.nextInt(5) == 0 ? window : window / amount + 2);
        now = saturated ? next : now + pause;
      }
      exceedsNothing(kind, amount, window, offset, departures, random);
      if (saturated && amount >= 20) {
        double used = (double) sum / amount / 40;
        assertTrue(used >= 0.9, () -> "used only " + used + " of " + amount);
      }
    }
  }

  private static void exceedsNothing(
      Kind kind,
      long amount,
      long window,
      long offset,
      List<Departure> departures,
      SplittableRandom random) {
    long margin = Math.min(window / 20, 500 * MILLI);
    TreeMap<Long, Long> arrivals = new TreeMap<>();
    long early = kind == Kind.FIXED ? margin : 0;
    int mood = random.nextInt(3);
    for (Departure d : departures) {
      // All early, all late, or anything between.
      long way = mood == 0 ? random.nextLong(-early, margin) : mood == 1 ? margin - 1 : -early;
      if (mood == 2 && random.nextInt(4) == 0) {
        way = margin - 1;
      }
      arrivals.merge(d.at + offset + way, d.cost, Long::sum);
    }
    switch (kind) {
      case FIXED -> {
        TreeMap<Long, Long> windows = new TreeMap<>();
        arrivals.forEach((at, c) -> windows.merge(Math.floorDiv(at, window), c, Long::sum));
        windows.values().forEach(c -> assertTrue(c <= amount, c + " > " + amount));
      }
      case ROLLING -> {
        long inside = 0;
        var oldest = arrivals.entrySet().iterator();
        var out = oldest.hasNext() ? oldest.next() : null;
        for (var in : arrivals.entrySet()) {
          inside += in.getValue();
          while (out.getKey() <= in.getKey() - window) {
            inside -= out.getValue();
            out = oldest.next();
          }
          assertTrue(inside <= amount, inside + " > " + amount);
        }
      }
      case TOKEN_BUCKET -> {
        // In tokens times window, to stay exact.
        long last = Long.MIN_VALUE;
        BigInteger full = BigInteger.valueOf(amount).multiply(BigInteger.valueOf(window));
        BigInteger level = full;
        for (var in : arrivals.entrySet()) {
          if (last != Long.MIN_VALUE) {
            level =
                level
                    .add(
                        BigInteger.valueOf(in.getKey() - last).multiply(BigInteger.valueOf(amount)))
                    .min(full);
          }
          last = in.getKey();
          level =
              level.subtract(
                  BigInteger.valueOf(in.getValue()).multiply(BigInteger.valueOf(window)));
          assertTrue(level.signum() >= 0, "an empty bucket");
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void noFloodOfOthersMakesACancelWait(Kind kind) {
    SplittableRandom random = new SplittableRandom(5);
    long window = 10 * SECOND;
    Limiter limiter = limiter(kind, 200, Duration.ofNanos(window));
    int canceled = 0;
    for (long now = START; now < START + 30 * window; now += window / 4) {
      for (int i = 0; i < 500; i++) {
        Urgency flood = Urgency.values()[1 + random.nextInt(3)];
        limiter.acquire(now, cost(1), flood);
      }
      // Half of the reserve is theirs alone: ten in a window, less the margin.
      for (int i = 0; i < 2; i++) {
        assertEquals(0, limiter.acquire(now, cost(1), Urgency.CANCEL));
        canceled++;
      }
    }
    assertEquals(240, canceled);
  }

  @Test
  void manyThreadsTogetherTakeNoMoreThanTheAmount() throws Exception {
    Limiter limiter = limiter(Kind.ROLLING, 1_000, Duration.ofMinutes(1));
    int[] taken = new int[4];
    Thread[] threads = new Thread[taken.length];
    for (int t = 0; t < threads.length; t++) {
      int mine = t;
      threads[t] = new Thread(() -> taken[mine] = drain(limiter, START + mine, Urgency.CANCEL));
      threads[t].start();
    }
    int sum = 0;
    for (int t = 0; t < threads.length; t++) {
      threads[t].join();
      sum += taken[t];
    }
    assertEquals(1_000, sum);
  }
}
