package dev.colibri.connector.testkit.sim;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What may go wrong in one simulation.
 *
 * @param kinds the kinds that are on
 * @param pause the mean time between two faults
 */
public record FaultMenu(Set<FaultKind> kinds, Duration pause) {

  /** Nothing goes wrong. */
  public static final FaultMenu NONE =
      new FaultMenu(EnumSet.noneOf(FaultKind.class), Duration.ofSeconds(1));

  /** What makes requests arrive in other numbers a minute than they left, or counts them anew. */
  private static final Set<FaultKind> LIMITING =
      EnumSet.of(
          FaultKind.LIMITS_LOWERED,
          FaultKind.REQUEST_LATE,
          FaultKind.REQUEST_SLOW,
          FaultKind.LATENCY,
          FaultKind.PAUSE,
          FaultKind.SLEEP,
          FaultKind.CLOCK_JUMP,
          FaultKind.CLOCK_DRIFT,
          FaultKind.KILL);

  /** What happens to accounts of perpetuals alone. */
  private static final Set<FaultKind> OF_PERPETUALS =
      EnumSet.range(FaultKind.TRADED_BY_HAND, FaultKind.DELEVERAGED);

  public FaultMenu {
    // A set of a fixed order, whatever was given.
    EnumSet<FaultKind> ordered = EnumSet.noneOf(FaultKind.class);
    ordered.addAll(kinds);
    kinds = ordered;
    if (pause.isNegative() || pause.isZero()) {
      throw new IllegalArgumentException("a pause between faults must be positive, is " + pause);
    }
  }

  /** Whether the venue may have to refuse requests for their number. */
  boolean mayBeLimited() {
    return kinds.stream().anyMatch(LIMITING::contains);
  }

  /** What can happen to an account, of spot or of perpetuals. */
  static Set<FaultKind> possible(boolean perpetuals) {
    EnumSet<FaultKind> possible = EnumSet.allOf(FaultKind.class);
    if (!perpetuals) {
      possible.removeAll(OF_PERPETUALS);
    }
    return possible;
  }

  /**
   * Some of what is possible, drawn at random: that a kind is off lets others go further. One draw
   * in sixteen has none on, and one has all.
   */
  public static FaultMenu swarm(Set<FaultKind> possible, SplittableRandom random) {
    int odds = random.nextInt(16);
    EnumSet<FaultKind> on = EnumSet.noneOf(FaultKind.class);
    for (FaultKind kind : EnumSet.allOf(FaultKind.class)) {
      if (possible.contains(kind) && random.nextInt(15) < odds) {
        on.add(kind);
      }
    }
    return new FaultMenu(on, Duration.ofMillis(2_000L + random.nextInt(10_000)));
  }
}
