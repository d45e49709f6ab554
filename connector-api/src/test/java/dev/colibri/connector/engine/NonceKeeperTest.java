package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.spi.NonceSequence;
import dev.colibri.connector.spi.Request;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NonceKeeperTest {
  private static final long MILLIS = 1_790_000_000_000L;

  private static NonceKeeper clocked(int perMilli) {
    return new NonceKeeper(NonceSequence.clocked("clock", perMilli));
  }

  private static NonceKeeper counted(int window) {
    return new NonceKeeper(
        NonceSequence.counted("count", window, Request.get("/next").read(reply -> 0L)));
  }

  @Test
  void aClockedNonceIsTheVenuesTimeOrOneMoreThanTheLast() {
    NonceKeeper keeper = clocked(1_000);
    assertFalse(keeper.mustLearn());
    assertEquals(MILLIS * 1_000, keeper.next(MILLIS));
    assertEquals(MILLIS * 1_000 + 1, keeper.next(MILLIS));
    assertEquals(MILLIS * 1_000 + 2, keeper.next(MILLIS - 3_600_000));
    assertEquals((MILLIS + 1) * 1_000, keeper.next(MILLIS + 1));
  }

  @Test
  void aClockedNonceRisesWhateverTheClockDoes() {
    SplittableRandom random = new SplittableRandom(3);
    NonceKeeper keeper = clocked(1);
    long last = -1;
    long kept = -1;
    for (int i = 0; i < 100_000; i++) {
      if (random.nextInt(1_000) == 0) {
        keeper = clocked(1);
        keeper.restore(kept);
      }
      if (random.nextInt(100) == 0) {
        keeper.distrust();
      }
      long nonce = keeper.next(MILLIS + random.nextLong(-10_000, 10_000));
      assertTrue(nonce > last);
      last = nonce;
      Long unkept = keeper.unkept();
      kept = unkept == null ? kept : unkept;
    }
  }

  @Test
  void aClockedNonceIsKeptForSomeSecondsAtOnce() {
    NonceKeeper keeper = clocked(1_000);
    assertNull(keeper.unkept());
    keeper.next(MILLIS);
    assertEquals((MILLIS + 10_000) * 1_000, keeper.unkept());
    keeper.next(MILLIS + 10_000);
    assertNull(keeper.unkept());
    keeper.next(MILLIS + 10_001);
    assertEquals((MILLIS + 20_001) * 1_000, keeper.unkept());
  }

  @Test
  void aCountedNonceIsLearntFirstAndThenCounted() {
    NonceKeeper keeper = counted(2);
    assertTrue(keeper.mustLearn());
    assertFalse(keeper.ready());
    assertThrows(IllegalStateException.class, () -> keeper.next(MILLIS));
    keeper.learned(41);
    assertFalse(keeper.mustLearn());
    assertEquals(41, keeper.next(MILLIS));
    assertEquals(42, keeper.next(MILLIS));
    assertFalse(keeper.ready(), "two are on their way");
    keeper.settled();
    assertEquals(43, keeper.next(MILLIS));
  }

  @Test
  void aNumberThatNeverLeftIsDrawnAgainSoThatThereIsNoHole() {
    NonceKeeper keeper = counted(4);
    keeper.learned(0);
    assertEquals(0, keeper.next(MILLIS));
    assertEquals(1, keeper.next(MILLIS));
    assertEquals(2, keeper.next(MILLIS));
    keeper.returned(2);
    keeper.returned(1);
    assertEquals(1, keeper.next(MILLIS));
    assertEquals(2, keeper.next(MILLIS));
    assertEquals(3, keeper.next(MILLIS));
  }

  @Test
  void aStaleNumberIsLearntAgainOnceNothingIsOnItsWay() {
    NonceKeeper keeper = counted(3);
    keeper.learned(10);
    keeper.next(MILLIS);
    keeper.next(MILLIS);
    keeper.next(MILLIS);
    keeper.distrust();
    assertFalse(keeper.ready());
    keeper.settled();
    keeper.returned(11);
    assertFalse(keeper.mustLearn(), "one is on its way");
    assertThrows(IllegalStateException.class, () -> keeper.learned(12));
    keeper.settled();
    assertTrue(keeper.mustLearn());
    keeper.learned(9);
    assertEquals(9, keeper.next(MILLIS), "the venue alone is believed, and 11 is forgotten");
    assertEquals(10, keeper.next(MILLIS));
  }

  @Test
  void afterARestartAVenueThatLagsIsNotBelieved() {
    NonceKeeper keeper = counted(1);
    keeper.restore(7);
    keeper.learned(5);
    assertEquals(8, keeper.next(MILLIS));
  }
}
