package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every book that an exchange ever had, by sequence number: what a shown book must equal. */
final class BookMirror implements ExchangeListener {
  private static final int DIGITS = 8;

  /** How many levels are compared when not all are. */
  private static final int SOME = 5;

  private final VirtualTime time;
  private final Map<String, History> histories = new TreeMap<>();

  BookMirror(VirtualTime time) {
    this.time = time;
  }

  /** The changes of one market, and its book after some of them. */
  private static final class History {
    long[] prices = new long[1 << 12];
    long[] sizes = new long[1 << 12];
    long[] millis = new long[1 << 12];
    int changes;
    int applied;
    final TreeMap<Long, Long> bids = new TreeMap<>(Collections.reverseOrder());
    final TreeMap<Long, Long> asks = new TreeMap<>();

    void add(Order.Side side, long price, long size, long now) {
      if (changes == prices.length) {
        prices = Arrays.copyOf(prices, 2 * changes);
        sizes = Arrays.copyOf(sizes, 2 * changes);
        millis = Arrays.copyOf(millis, 2 * changes);
      }
      prices[changes] = side == Order.Side.BUY ? price : -price;
      sizes[changes] = size;
      millis[changes++] = now;
    }

    void moveTo(long sequence) {
      if (sequence < applied) {
        bids.clear();
        asks.clear();
        applied = 0;
      }
      for (; applied < sequence; applied++) {
        boolean bid = prices[applied] > 0;
        TreeMap<Long, Long> side = bid ? bids : asks;
        long price = Math.abs(prices[applied]);
        if (sizes[applied] == 0) {
          side.remove(price);
        } else {
          side.put(price, sizes[applied]);
        }
      }
    }
  }

  @Override
  public void level(
      Market market,
      long updateId,
      Order.Side side,
      BigDecimal price,
      BigDecimal quantity,
      long now) {
    History h = histories.computeIfAbsent(market.name(), name -> new History());
    if (updateId != h.changes + 1) {
      throw new IllegalStateException(
          "changes of " + market.name() + " are not numbered one by one");
    }
    h.add(side, scaled(price), scaled(quantity), time.millis());
  }

  private static long scaled(BigDecimal n) {
    return n.movePointRight(DIGITS).longValueExact();
  }

  /** The number of a market's latest change. */
  long latest(String market) {
    History h = histories.get(market);
    return h == null ? 0 : h.changes;
  }

  /** When the change came that a book of this sequence lacks; {@link Long#MAX_VALUE} for none. */
  long nextAfter(String market, long sequence) {
    History h = histories.get(market);
    return h == null || sequence >= h.changes ? Long.MAX_VALUE : h.millis[(int) sequence];
  }

  /** How a valid book differs from the exchange's at its sequence; null when it does not. */
  @Nullable String difference(OrderBook book, boolean whole) {
    History h = histories.get(book.instrument().name());
    if (h == null || book.sequence() > h.changes || book.sequence() < 0) {
      return "its sequence " + book.sequence() + " was never the exchange's";
    }
    h.moveTo(book.sequence());
    String bids = difference(book, dev.colibri.connector.model.Side.BUY, h.bids, whole);
    return bids != null
        ? bids
        : difference(book, dev.colibri.connector.model.Side.SELL, h.asks, whole);
  }

  private static @Nullable String difference(
      OrderBook book,
      dev.colibri.connector.model.Side side,
      TreeMap<Long, Long> truth,
      boolean whole) {
    int depth = book.depth(side);
    Iterator<Map.Entry<Long, Long>> levels = truth.entrySet().iterator();
    for (int i = 0; i < (whole ? depth : Math.min(depth, SOME)); i++) {
      long price = rescaled(book.price(side, i), book.priceDigits());
      long size = rescaled(book.size(side, i), book.sizeDigits());
      if (!levels.hasNext()) {
        return side + " level " + i + " at " + price + " is not the exchange's";
      }
      Map.Entry<Long, Long> level = levels.next();
      if (level.getKey() != price || level.getValue() != size) {
        return "%s level %d at sequence %d is %d of %d, at the exchange %d of %d"
            .formatted(side, i, book.sequence(), price, size, level.getKey(), level.getValue());
      }
    }
    return whole && levels.hasNext() && depth < 50
        ? side + " ends after " + depth + " levels of " + truth.size()
        : null;
  }

  private static long rescaled(long n, int digits) {
    for (int i = digits; i < DIGITS; i++) {
      n = Math.multiplyExact(n, 10L);
    }
    for (int i = DIGITS; i < digits; i++) {
      n /= 10;
    }
    return n;
  }
}
