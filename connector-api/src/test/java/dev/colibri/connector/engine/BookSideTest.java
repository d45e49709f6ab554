package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BookSideTest {

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void equalsATreeMapUnderRandomMessages(boolean bids) {
    for (long seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      BookSide side = new BookSide(bids, true);
      TreeMap<Long, Long> oracle = new TreeMap<>(bids ? Comparator.reverseOrder() : null);
      int spread = 10 << random.nextInt(8);
      int depth = random.nextBoolean() ? Integer.MAX_VALUE : 5 + random.nextInt(spread);
      for (int message = 0; message < 400; message++) {
        int count = random.nextInt(12);
        long[] prices = new long[count];
        for (int i = 0; i < count; i++) {
          prices[i] = 1_000 + random.nextInt(spread);
        }
        int order = random.nextInt(3);
        if (order > 0) {
          Arrays.sort(prices); // Best first for asks, worst first for bids; both must be right.
        }
        side.begin();
        for (int i = 0; i < count; i++) {
          long price = prices[order == 2 ? count - 1 - i : i];
          long size = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(4);
          Long before = size == 0 ? oracle.remove(price) : oracle.put(price, size);
          boolean changes = before == null ? size != 0 : before != size;
          assertEquals(
              changes,
              side.set(price, size, (int) (size << 8 | price & 0x7f)),
              () -> "changes at " + price);
        }
        while (oracle.size() > depth) {
          oracle.pollLastEntry();
          side.removeWorst();
        }
        assertSame(oracle, side);
        for (int i = 0; i < side.count(); i++) {
          assertEquals((short) (side.size(i) << 8 | side.price(i) & 0x7f), side.written(i));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void knowsNothingBeyondItsBound(boolean bids) {
    for (long seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      BookSide side = new BookSide(bids, false);
      TreeMap<Long, Long> venue = new TreeMap<>(bids ? Comparator.reverseOrder() : null);
      for (int i = 0; i < 300; i++) {
        venue.put((long) (1_000 + random.nextInt(1_000)), 1L);
      }
      // A snapshot of the best 100 levels.
      venue.entrySet().stream().limit(100).forEach(e -> side.set(e.getKey(), e.getValue(), 0));
      side.bind();
      long bound = side.price(99);
      for (int i = 0; i < 10_000 && !side.isThin(); i++) {
        long price = 1_000 + random.nextInt(1_000);
        long size = random.nextInt(10) == 0 ? 1 + random.nextInt(9) : 0;
        side.set(price, size, 0);
        if (size == 0) {
          venue.remove(price);
        } else {
          venue.put(price, size);
        }
        assertSame(venue.headMap(bound, true), side);
      }
      assertTrue(side.isThin());
      assertFalse(side.isUnknown());
    }
  }

  @Test
  void isUnknownAndNotEmptyOnceAllThatItKnewIsGone() {
    BookSide side = new BookSide(true, false);
    side.set(100, 1, 0);
    side.bind();
    side.set(99, 1, 0);
    side.set(100, 0, 0);
    assertEquals(0, side.count());
    assertTrue(side.isUnknown());
    side.clear();
    assertFalse(side.isUnknown());
  }

  @Test
  void itsBoundIsTheSamePriceWithMoreDigits() {
    BookSide side = new BookSide(false, false);
    side.set(100, 1, 0);
    side.set(101, 1, 0);
    side.bind();
    side.rescale(1, 2, 2, 2);
    assertFalse(side.set(1_011, 1, 0));
    assertTrue(side.set(1_009, 1, 0));
    assertEquals(1_010, side.price(2));
  }

  @Test
  void knowsHowLevelsWereWrittenThatGotMoreDigits() {
    BookSide side = new BookSide(true, true);
    side.set(90_000, 1, 7);
    side.set(100, 1, 8);
    side.rescale(1, 3, 2, 2);
    assertEquals(9_000_000, side.price(0));
    assertEquals(7, side.written(0));
    assertEquals(8, side.written(1));
  }

  @Test
  void holdsTheLeastAndTheGreatestPrice() {
    for (boolean bids : new boolean[] {true, false}) {
      BookSide side = new BookSide(bids, false);
      long[] prices = {1, Long.MAX_VALUE, 5_000_000_000L, 2, Long.MAX_VALUE - 3_000};
      TreeMap<Long, Long> oracle = new TreeMap<>(bids ? Comparator.reverseOrder() : null);
      for (long price : prices) {
        side.set(price, price, 0);
        oracle.put(price, price);
        assertSame(oracle, side);
      }
      for (long price : prices) {
        side.set(price, 0, 0);
        oracle.remove(price);
        assertSame(oracle, side);
      }
    }
  }

  @Test
  void takesAtMost64BytesALevel() {
    BookSide grown = new BookSide(false, false);
    for (int i = 0; i < 5_000; i++) {
      grown.begin();
      grown.set(1_000_000 - i, 1, 0);
    }
    BookSide loaded = new BookSide(false, false);
    loaded.renew(5_000);
    for (int i = 0; i < 5_000; i++) {
      loaded.set(1_000_000 - i, 1, 0);
    }
    assertEquals(5_000, grown.count());
    assertTrue(grown.bytes() <= 64 * 5_000, () -> grown.bytes() + " bytes");
    assertTrue(loaded.bytes() <= 64 * 5_000, () -> loaded.bytes() + " bytes");
  }

  @Test
  void doesNotGrowWhileLevelsComeAndGo() {
    BookSide side = new BookSide(true, false);
    for (int i = 0; i < 1_000; i++) {
      side.set(1_000 + i, 1, 0);
    }
    for (int i = 0; i < 200_000; i++) {
      side.begin();
      side.set(2_000 + i, 1, 0);
      side.removeWorst();
    }
    assertEquals(1_000, side.count());
    assertTrue(side.bytes() <= 64 * 1_000, () -> side.bytes() + " bytes");
  }

  @Test
  void leavesItsOldArrayAloneWhenRenewed() {
    BookSide side = new BookSide(true, false);
    side.set(100, 1, 0);
    long[] before = side.toArray();
    side.renew(1);
    side.set(200, 2, 0);
    assertEquals(100, before[0]);
    assertEquals(200, side.price(0));
  }

  @Test
  void refusesALevelThatIsNotThere() {
    BookSide side = new BookSide(true, false);
    side.set(100, 1, 0);
    assertThrows(IndexOutOfBoundsException.class, () -> side.price(1));
    assertThrows(IndexOutOfBoundsException.class, () -> side.size(-1));
  }

  private static void assertSame(NavigableMap<Long, Long> oracle, BookSide side) {
    assertEquals(oracle.size(), side.count());
    int i = 0;
    for (Map.Entry<Long, Long> e : oracle.entrySet()) {
      assertEquals(e.getKey(), side.price(i));
      assertEquals(e.getValue(), side.size(i));
      i++;
    }
  }
}
