package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * The resting orders of an instrument, summed by price.
 *
 * <p>Prices and sizes are whole numbers of 10<sup>-priceDigits</sup> and 10<sup>-sizeDigits</sup>;
 * the methods that return {@link BigDecimal} make them when asked. Level 0 is the best.
 *
 * <p>A book given to a listener is a view, reused and valid only during the call; {@link #copy()}
 * keeps it. A book asked for with {@code connector.book(instrument)} is such a copy: it never
 * changes.
 *
 * <p>Every method that reads levels throws {@link InvalidBook} unless {@link #isValid()}: a book
 * that missed a message is not served as if it were whole.
 */
public interface OrderBook {
  Instrument instrument();

  /** Valid, or why not. */
  BookState state();

  /** Whether the book is known to equal the venue's at {@link #sequence()}. */
  default boolean isValid() {
    return state() == BookState.VALID;
  }

  /** Since when the state has held, in nanoseconds since the epoch by this host's clock. */
  long stateSinceNanos();

  /** The venue's sequence number of the last change, or the number of changes where it has none. */
  long sequence();

  /** Which connection the book belongs to; rises with every reconnect. */
  int epoch();

  /**
   * The venue's time of the last change in milliseconds since the epoch, or 0 when it gives none.
   */
  long venueMillis();

  /** When the last change arrived here, in nanoseconds since the epoch by this host's clock. */
  long receivedNanos();

  /** Decimal places of {@link #price} values. */
  int priceDigits();

  /** Decimal places of {@link #size} values. */
  int sizeDigits();

  /** How many levels a side holds. {@code BUY} is the bids, {@code SELL} the asks. */
  int depth(Side side);

  /** The price of a level, scaled by {@link #priceDigits()}. Level 0 is the best. */
  long price(Side side, int level);

  /** The size of a level, scaled by {@link #sizeDigits()}. Level 0 is the best. */
  long size(Side side, int level);

  /** A copy that never changes. */
  OrderBook copy();

  /** The level itself. */
  default Level level(Side side, int level) {
    return new Level(
        instrument().price(price(side, level), priceDigits()),
        instrument().size(size(side, level), sizeDigits()));
  }

  /** The best bid, or null when nobody bids. */
  default @Nullable Level bestBid() {
    return depth(Side.BUY) == 0 ? null : level(Side.BUY, 0);
  }

  /** The best ask, or null when nobody asks. */
  default @Nullable Level bestAsk() {
    return depth(Side.SELL) == 0 ? null : level(Side.SELL, 0);
  }

  /** The mean of the best bid and the best ask, or null when a side is empty. */
  default @Nullable BigDecimal mid() {
    if (depth(Side.BUY) == 0 || depth(Side.SELL) == 0) {
      return null;
    }
    // One digit more than the prices have, so that the half is exact.
    BigDecimal sum =
        instrument()
            .price(price(Side.BUY, 0), priceDigits())
            .add(instrument().price(price(Side.SELL, 0), priceDigits()));
    return sum.multiply(new BigDecimal("0.5"));
  }

  /** The best ask less the best bid, or null when a side is empty. */
  default @Nullable BigDecimal spread() {
    return depth(Side.BUY) == 0 || depth(Side.SELL) == 0
        ? null
        : instrument().price(price(Side.SELL, 0) - price(Side.BUY, 0), priceDigits());
  }

  /**
   * A price at which an order rests: the wanted one, or, where it would trade with this book, a
   * tick behind the best price of the other side.
   *
   * @param price in quote units per base unit, positive
   * @return lawful; a buy's is rounded down and a sell's up
   */
  default BigDecimal passive(Side side, BigDecimal price) {
    boolean buy = side == Side.BUY;
    Level other = buy ? bestAsk() : bestBid();
    TradingRules rules = instrument().rules();
    BigDecimal rests = price;
    if (other != null) {
      rests =
          buy
              ? price.min(other.price().subtract(rules.tickSize()))
              : price.max(other.price().add(rules.tickSize()));
    }
    return rules.roundPrice(rests, buy ? RoundingMode.FLOOR : RoundingMode.CEILING);
  }

  /** What a taker on {@code side} finds: a buyer walks the asks. */
  default BookQuery taking(Side side) {
    return new BookQuery(this, side.opposite());
  }
}
