package dev.colibri.connector.testkit.tape;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Decides by a seed what goes wrong: which faults are on, how often they strike, and where. */
final class TapeChance {
  /** More than this and a tape is not heard at all. */
  private static final int MOST_CUTS = 4;

  private static final int[] PERCENT = {3, 15, 50};

  private final SplittableRandom random;
  private final Map<TapeFault, Integer> percent = new EnumMap<>(TapeFault.class);
  private final Map<TapeFault, Integer> counts = new EnumMap<>(TapeFault.class);

  private TapeChance(SplittableRandom random) {
    this.random = random;
  }

  /** Nothing goes wrong. */
  static TapeChance none() {
    return new TapeChance(new SplittableRandom(0));
  }

  /**
   * What a seed decides for a tape.
   *
   * @param name of the tape, so that a seed is another one for each
   */
  static TapeChance of(long seed, String name) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + name.hashCode());
    TapeChance chance = new TapeChance(random);
    for (TapeFault f : TapeFault.values()) {
      if (random.nextBoolean()) {
        // What follows a cut needs a cut: it is not rare of itself.
        int often = PERCENT[random.nextInt(PERCENT.length)];
        chance.percent.put(f, f == TapeFault.RESUBSCRIBE ? 70 : often);
      }
    }
    return chance;
  }

  /** Whether a fault strikes now; counted if so. */
  boolean strikes(TapeFault fault) {
    Integer often = percent.get(fault);
    if (often == null
        || random.nextInt(100) >= often
        || fault == TapeFault.CUT && count(fault) >= MOST_CUTS) {
      return false;
    }
    counts.merge(fault, 1, Integer::sum);
    return true;
  }

  /** Whether a choice goes one way, once in so many times. */
  boolean onceIn(int times) {
    return random.nextInt(times) == 0;
  }

  /** Somewhere from 0 to before the bound. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** A delay, nanoseconds: mostly short, sometimes longer than anybody waits. */
  long delay() {
    long most = Duration.ofMillis(10L << random.nextInt(12)).toNanos();
    return 1 + random.nextLong(most);
  }

  int count(TapeFault fault) {
    return counts.getOrDefault(fault, 0);
  }

  /** What struck, and how often. */
  Map<TapeFault, Integer> counts() {
    return counts;
  }
}
