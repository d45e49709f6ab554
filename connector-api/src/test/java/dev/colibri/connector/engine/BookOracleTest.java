package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.text.Decimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Two million changes of books of every kind: dense and sparse, shallow and deep, calm and wild. A
 * slow and obvious book takes the same changes and must show the same levels.
 */
class BookOracleTest {
  private static final int UPDATES = 2_000_000;
  private static final int MARKETS = 60;

  /** What the finest price and size have; a book begins with one and two. */
  private static final int DIGITS = 4;

  /** A side as maps are one: by price, in the finest digits. */
  private static final class Slow {
    final TreeMap<Long, Long> levels;
    final boolean bids;
    long bound;

    boolean bound() {
      return bound != 0;
    }

    Slow(boolean bids) {
      this.bids = bids;
      levels = bids ? new TreeMap<>((a, b) -> Long.compare(b, a)) : new TreeMap<>();
    }

    void set(long price, long size) {
      if (bound() && (bids ? price < bound : price > bound)) {
        return;
      }
      if (size == 0) {
        levels.remove(price);
      } else {
        levels.put(price, size);
      }
    }

    void cut(int most, boolean bind) {
      boolean cut = levels.size() > most;
      while (levels.size() > most) {
        levels.pollLastEntry();
      }
      if (cut && bind) {
        bound = levels.lastKey();
      }
    }

    void clear() {
      levels.clear();
      bound = 0;
    }
  }

  /** A market of some nature, and both books of it. */
  private static final class Market {
    final SplittableRandom random;
    final Book book = new Book(Books.instrument("BTC"), Integer.MAX_VALUE, true, 0);
    final Slow bids = new Slow(true);
    final Slow asks = new Slow(false);
    final DepthMessage message = new DepthMessage();

    /** Of prices, in the finest digits. */
    final long tick;

    /** How far from the best price most changes are, and how far it moves, in ticks. */
    final int reach;

    final int stride;
    final int levels;
    final int most;
    final boolean bind;
    final boolean finer;
    long middle = 500_000_000L;

    Market(long seed) {
      random = new SplittableRandom(seed);
      tick = new long[] {1_000, 1_000, 1_000, 5_000, 100_000, 10_000_000}[random.nextInt(6)];
      reach = new int[] {3, 30, 300, 3_000}[random.nextInt(4)];
      stride = new int[] {0, 1, 20, 1_000}[random.nextInt(4)];
      levels = new int[] {0, 20, 1_000, 5_000}[random.nextInt(4)];
      most = random.nextBoolean() ? Integer.MAX_VALUE : new int[] {10, 400}[random.nextInt(2)];
      bind = random.nextBoolean();
      finer = random.nextInt(3) == 0;
      book.state(BookState.VALID, "", 0);
    }

    Slow slow(boolean bid) {
      return bid ? bids : asks;
    }

    /** The whole book comes anew. */
    void snapshot(boolean inPlace) {
      book.clear(inPlace, levels, levels);
      for (boolean bid : new boolean[] {true, false}) {
        Slow slow = slow(bid);
        slow.clear();
        long price = Math.floorDiv(middle, tick) * tick + (bid ? 0 : tick);
        for (int i = 0; i < levels && price > tick; i++) {
          slow.levels.put(price, (1 + random.nextInt(1_000)) * 100L);
          price += (bid ? -tick : tick) * (1 + random.nextInt(1 + reach / 10));
        }
        for (Map.Entry<Long, Long> e : slow.levels.descendingMap().entrySet()) {
          book.load(bid, e.getKey(), DIGITS, e.getValue(), DIGITS);
        }
      }
      cut();
    }

    void cut() {
      book.cut(most, bind);
      bids.cut(most, bind);
      asks.cut(most, bind);
    }

    /** Some changes; gives how many. */
    int message() {
      middle += stride == 0 ? 0 : (random.nextInt(2 * stride + 1) - stride) * tick;
      middle = Math.max(middle, 20_000 * tick);
      message.clear();
      int changes = 1 + random.nextInt(60);
      int order = random.nextInt(3);
      for (boolean bid : new boolean[] {true, false}) {
        List<long[]> list = new ArrayList<>();
        for (int i = 0; i < changes / 2 + 1; i++) {
          list.add(change(bid, slow(bid)));
        }
        if (order > 0) {
          boolean up = bid == (order == 1);
          list.sort((a, b) -> up ? Long.compare(b[0], a[0]) : Long.compare(a[0], b[0]));
        }
        for (long[] c : list) {
          int priceDigits = digits(c[0]);
          int sizeDigits = digits(c[1]);
          message.add(
              bid,
              Decimal.rescale(c[0], DIGITS, priceDigits),
              priceDigits,
              Decimal.rescale(c[1], DIGITS, sizeDigits),
              sizeDigits);
          slow(bid).set(c[0], c[1]);
        }
      }
      book.apply(message);
      cut();
      return 2 * (changes / 2 + 1);
    }

    private long[] change(boolean bid, Slow slow) {
      int kind = random.nextInt(10);
      if (kind < 3 && !slow.levels.isEmpty()) {
        // One of the best goes or changes.
        Iterator<Long> keys = slow.levels.keySet().iterator();
        long price = keys.next();
        for (int i = random.nextInt(1 + Math.min(reach, 30)); i > 0 && keys.hasNext(); i--) {
          price = keys.next();
        }
        return new long[] {price, kind == 0 ? size() : 0};
      }
      long distance = (long) (-reach * Math.log(1 - random.nextDouble()));
      long price = Math.floorDiv(middle, tick) * tick + (bid ? -distance : 1 + distance) * tick;
      if (finer && random.nextInt(2_000) == 0) {
        price += 1 + random.nextInt(999);
      }
      return new long[] {Math.max(price, 1), random.nextInt(3) == 0 ? 0 : size()};
    }

    private long size() {
      long size = (1 + random.nextInt(10_000)) * 100L;
      return finer && random.nextInt(2_000) == 0 ? size + 1 + random.nextInt(99) : size;
    }

    /** With how many digits a number is written: as few as it needs, or more. */
    private int digits(long n) {
      int digits = DIGITS;
      long rest = n;
      while (digits > 0 && rest % 10 == 0 && random.nextInt(4) > 0) {
        rest /= 10;
        digits--;
      }
      return digits;
    }

    void checkTop() {
      for (Side side : Side.values()) {
        Slow slow = slow(side == Side.BUY);
        assertEquals(slow.levels.size(), book.depth(side));
        int i = 0;
        for (Map.Entry<Long, Long> e : slow.levels.entrySet()) {
          if (i == 3) {
            break;
          }
          checkLevel(e, book, side, i++);
        }
      }
    }

    void checkAll() {
      OrderBook copy = book.copy();
      for (Side side : Side.values()) {
        Slow slow = slow(side == Side.BUY);
        assertEquals(slow.levels.size(), copy.depth(side));
        int i = 0;
        for (Map.Entry<Long, Long> e : slow.levels.entrySet()) {
          checkLevel(e, book, side, i);
          checkLevel(e, copy, side, i++);
        }
      }
    }

    private static void checkLevel(Map.Entry<Long, Long> e, OrderBook is, Side side, int i) {
      long price = Decimal.rescale(is.price(side, i), is.priceDigits(), DIGITS);
      long size = Decimal.rescale(is.size(side, i), is.sizeDigits(), DIGITS);
      if (e.getKey() != price || e.getValue() != size) {
        assertEquals(e, Map.entry(price, size), side + " " + i);
      }
    }
  }

  @Test
  void showsWhatASlowBookShows() {
    long deepest = 0;
    int widened = 0;
    for (int seed = 0; seed < MARKETS; seed++) {
      Market market = new Market(seed);
      market.snapshot(false);
      int left = UPDATES / MARKETS;
      for (int message = 1; left > 0; message++) {
        left -= market.message();
        market.checkTop();
        if (message % 50 == 0) {
          market.checkAll();
        }
        if (market.random.nextInt(300) == 0) {
          market.snapshot(market.random.nextBoolean());
          market.checkAll();
        }
      }
      market.checkAll();
      deepest = Math.max(deepest, market.bids.levels.size());
      widened += market.book.priceDigits() == DIGITS ? 1 : 0;
    }
    long deep = deepest;
    int widenings = widened;
    assertTrue(deep > 4_000, () -> "no book was deep: " + deep);
    assertTrue(widenings > 5, () -> "too few took on digits: " + widenings);
  }
}
