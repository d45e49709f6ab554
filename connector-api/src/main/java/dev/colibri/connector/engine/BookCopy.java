package dev.colibri.connector.engine;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import java.util.Objects;

/**
 * A book that never changes, safe to hand to any thread.
 *
 * @param reason why it is invalid; empty when it is valid
 * @param bids price and size of each level that is shown, best last
 * @param asks negated price and size of each level that is shown, best last
 */
record BookCopy(
    Instrument instrument,
    BookState state,
    String reason,
    long stateSinceNanos,
    long sequence,
    int epoch,
    long venueMillis,
    long receivedNanos,
    int priceDigits,
    int sizeDigits,
    long[] bids,
    long[] asks)
    implements OrderBook {

  @Override
  public int depth(Side side) {
    return levels(side).length / 2;
  }

  @Override
  public long price(Side side, int level) {
    long key = levels(side)[place(side, level)];
    return side == Side.BUY ? key : -key;
  }

  @Override
  public long size(Side side, int level) {
    return levels(side)[place(side, level) + 1];
  }

  private int place(Side side, int level) {
    return levels(side).length - 2 - 2 * Objects.checkIndex(level, depth(side));
  }

  private long[] levels(Side side) {
    if (state != BookState.VALID) {
      throw Book.invalid(this, reason);
    }
    return side == Side.BUY ? bids : asks;
  }

  @Override
  public OrderBook copy() {
    return this;
  }
}
