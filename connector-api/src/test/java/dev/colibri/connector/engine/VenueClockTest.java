package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class VenueClockTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;
  private static final long START = 1_790_000_000L * SECOND;

  private final VenueClock clock = new VenueClock();

  /** A question whose answer was made at the venue after {@code there} of {@code way}. */
  private boolean ask(long sent, long way, long there, long offset) {
    return clock.sample(sent, sent + way, Math.floorDiv(sent + there + offset, MILLI));
  }

  @Test
  void withoutAnswersItIsTheLocalClock() {
    assertFalse(clock.isKnown());
    assertEquals(START / MILLI, clock.millis(START));
    assertEquals(0, clock.arrivalOffset(START));
    assertEquals(Long.MAX_VALUE, clock.uncertainty(START));
  }

  @Test
  void theShortestWayIsBelieved() {
    assertTrue(ask(START, 400 * MILLI, 390 * MILLI, 5 * SECOND));
    assertTrue(ask(START + SECOND, 10 * MILLI, 5 * MILLI, 5 * SECOND));
    assertTrue(ask(START + 2 * SECOND, 300 * MILLI, 5 * MILLI, 5 * SECOND));
    long now = START + 3 * SECOND;
    assertEquals((now + 5 * SECOND) / MILLI, clock.millis(now));
    assertTrue(clock.uncertainty(now) < 6 * MILLI);
    assertEquals(5 * SECOND + 5 * MILLI, clock.arrivalOffset(now), MILLI);
  }

  @Test
  void theTruthIsWithinTheUncertaintyWhateverTheWay() {
    SplittableRandom random = new SplittableRandom(11);
    for (int run = 0; run < 200; run++) {
      clock.distrust();
      long offset = random.nextLong(-3_600 * SECOND, 3_600 * SECOND);
      long now = START;
      for (int i = 0; i < 50; i++) {
        long way = random.nextLong(MILLI, 2 * SECOND);
        assertTrue(ask(now, way, random.nextLong(way + 1), offset), "honest answers agree");
        now += way + random.nextLong(60 * SECOND);
        // Two clocks drift apart by up to 100 parts in a million.
        offset += random.nextLong(-5_000, 5_001) * 100;
        long error = Math.abs(clock.millis(now) * MILLI - (now + offset));
        assertTrue(error <= clock.uncertainty(now) + 500_000 + MILLI, "off by " + error);
      }
    }
  }

  @Test
  void oneServerThatIsWrongChangesNothing() {
    assertTrue(ask(START, 10 * MILLI, 5 * MILLI, 0));
    assertFalse(ask(START + SECOND, 10 * MILLI, 5 * MILLI, 7 * SECOND), "ask again");
    assertTrue(ask(START + 2 * SECOND, 10 * MILLI, 5 * MILLI, 0));
    assertFalse(ask(START + 3 * SECOND, 10 * MILLI, 5 * MILLI, 7 * SECOND), "ask again");
    assertEquals((START + 4 * SECOND) / MILLI, clock.millis(START + 4 * SECOND));
  }

  @Test
  void aJumpIsBelievedWhenItIsConfirmed() {
    for (long jump : new long[] {3_600 * SECOND, -3_600 * SECOND, 50 * MILLI}) {
      clock.distrust();
      assertTrue(ask(START, 10 * MILLI, 5 * MILLI, 0));
      assertTrue(ask(START + SECOND, 12 * MILLI, 5 * MILLI, 0));
      long now = START + 2 * SECOND;
      assertFalse(ask(now, 20 * MILLI, 10 * MILLI, jump));
      assertTrue(ask(now + 20 * MILLI, 20 * MILLI, 10 * MILLI, jump));
      assertEquals((now + jump) / MILLI, clock.millis(now), 1);
    }
  }

  @Test
  void whatTheVenueRefusesIsForgottenAtOnce() {
    assertTrue(ask(START, 10 * MILLI, 5 * MILLI, 0));
    clock.distrust();
    assertFalse(clock.isKnown());
    assertTrue(ask(START + SECOND, 100 * MILLI, 50 * MILLI, 60 * SECOND));
    assertEquals(START / MILLI + 62_000, clock.millis(START + 2 * SECOND));
  }

  @Test
  void anAbsurdAnswerIsNotTaken() {
    assertFalse(clock.sample(START, START - 1, START / MILLI));
    assertFalse(clock.sample(START, START + 11 * SECOND, START / MILLI));
    assertFalse(clock.sample(START, START + MILLI, 0));
    assertFalse(clock.sample(START, START + MILLI, Long.MAX_VALUE));
    assertFalse(clock.isKnown());
  }

  @Test
  void anOldAnswerGivesWayToAWorseOneOnceItIsTooOld() {
    assertTrue(ask(START, 2 * MILLI, MILLI, 0));
    long later = START + 7_200 * SECOND;
    assertTrue(ask(later, 200 * MILLI, 100 * MILLI, 600 * MILLI), "7 200 s drift 720 ms at most");
    assertEquals((later + 600 * MILLI) / MILLI, clock.millis(later), 1);
  }
}
