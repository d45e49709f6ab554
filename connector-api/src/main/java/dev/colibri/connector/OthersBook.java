package dev.colibri.connector;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/** A valid book less some orders that rest in it. Never changes. */
final class OthersBook implements OrderBook {
  private final OrderBook all;
  private final Rest bids;
  private final Rest asks;

  /** The levels of a side that are left: which of all, and how much of each. */
  private record Rest(int[] levels, long[] sizes) {}

  /**
   * Takes orders out.
   *
   * @param all valid, and a copy
   */
  OthersBook(OrderBook all, List<OrderState> orders) {
    this.all = all;
    bids = rest(Side.BUY, orders);
    asks = rest(Side.SELL, orders);
  }

  private Rest rest(Side side, List<OrderState> orders) {
    int[] levels = new int[all.depth(side)];
    long[] sizes = new long[levels.length];
    int left = 0;
    for (int i = 0; i < levels.length; i++) {
      BigDecimal price = all.level(side, i).price();
      long size = all.size(side, i);
      for (OrderState o : orders) {
        BigDecimal at = o.order().price();
        BigDecimal remaining = o.remaining();
        if (o.order().side() == side
            && at != null
            && remaining != null
            && at.compareTo(price) == 0) {
          size -= remaining.setScale(sizeDigits(), RoundingMode.UP).unscaledValue().longValue();
        }
      }
      if (size > 0) {
        levels[left] = i;
        sizes[left++] = size;
      }
    }
    return new Rest(Arrays.copyOf(levels, left), Arrays.copyOf(sizes, left));
  }

  private Rest of(Side side) {
    return side == Side.BUY ? bids : asks;
  }

  @Override
  public int depth(Side side) {
    return of(side).levels.length;
  }

  @Override
  public long price(Side side, int level) {
    return all.price(side, of(side).levels[level]);
  }

  @Override
  public long size(Side side, int level) {
    return of(side).sizes[level];
  }

  @Override
  public OrderBook copy() {
    return this;
  }

  @Override
  public Instrument instrument() {
    return all.instrument();
  }

  @Override
  public BookState state() {
    return all.state();
  }

  @Override
  public long stateSinceNanos() {
    return all.stateSinceNanos();
  }

  @Override
  public long sequence() {
    return all.sequence();
  }

  @Override
  public int epoch() {
    return all.epoch();
  }

  @Override
  public long venueMillis() {
    return all.venueMillis();
  }

  @Override
  public long receivedNanos() {
    return all.receivedNanos();
  }

  @Override
  public int priceDigits() {
    return all.priceDigits();
  }

  @Override
  public int sizeDigits() {
    return all.sizeDigits();
  }
}
