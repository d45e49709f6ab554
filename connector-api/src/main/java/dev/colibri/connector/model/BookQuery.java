package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.jspecify.annotations.Nullable;

/**
 * Questions to one side of a book, from a taker's point of view. Every answer is exact, except for
 * {@link #vwapForVolume}, which is a quotient of 34 digits; where the book is too thin the answer
 * is null, never a part of one.
 */
public final class BookQuery {
  private final OrderBook book;
  private final Side side;

  BookQuery(OrderBook book, Side side) {
    this.book = book;
    this.side = side;
  }

  /** The worst price that must be paid to take {@code size} base units; null if too thin. */
  public @Nullable BigDecimal priceForVolume(BigDecimal size) {
    requirePositive(size, "size");
    BigDecimal left = size;
    for (int i = 0; i < book.depth(side); i++) {
      Level level = book.level(side, i);
      left = left.subtract(level.size());
      if (left.signum() <= 0) {
        return level.price();
      }
    }
    return null;
  }

  /** The worst price that must be paid to take {@code amount} quote units; null if too thin. */
  public @Nullable BigDecimal priceForQuoteVolume(BigDecimal amount) {
    requirePositive(amount, "amount");
    BigDecimal left = amount;
    for (int i = 0; i < book.depth(side); i++) {
      Level level = book.level(side, i);
      left = left.subtract(level.price().multiply(level.size()));
      if (left.signum() <= 0) {
        return level.price();
      }
    }
    return null;
  }

  /** The quote units that {@code size} base units cost or bring; null if too thin. */
  public @Nullable BigDecimal quoteForVolume(BigDecimal size) {
    requirePositive(size, "size");
    BigDecimal left = size;
    BigDecimal quote = BigDecimal.ZERO;
    for (int i = 0; i < book.depth(side); i++) {
      Level level = book.level(side, i);
      BigDecimal take = level.size().min(left);
      quote = quote.add(take.multiply(level.price()));
      left = left.subtract(take);
      if (left.signum() == 0) {
        return quote;
      }
    }
    return null;
  }

  /** The average price of taking {@code size} base units; null if too thin. */
  public @Nullable BigDecimal vwapForVolume(BigDecimal size) {
    BigDecimal quote = quoteForVolume(size);
    return quote == null
        ? null
        : quote.divide(
            size, new MathContext(MathContext.DECIMAL128.getPrecision(), RoundingMode.HALF_EVEN));
  }

  /** How many base units rest at {@code price} or better for the taker; 0 when none do. */
  public BigDecimal volumeForPrice(BigDecimal price) {
    BigDecimal volume = BigDecimal.ZERO;
    for (int i = 0; i < book.depth(side) && reaches(book.level(side, i), price); i++) {
      volume = volume.add(book.level(side, i).size());
    }
    return volume;
  }

  /** How many quote units rest at {@code price} or better for the taker; 0 when none do. */
  public BigDecimal quoteVolumeForPrice(BigDecimal price) {
    BigDecimal volume = BigDecimal.ZERO;
    for (int i = 0; i < book.depth(side) && reaches(book.level(side, i), price); i++) {
      Level level = book.level(side, i);
      volume = volume.add(level.size().multiply(level.price()));
    }
    return volume;
  }

  /**
   * An order that takes at once as much of a size as the book shows, and ends with what it did not
   * get. Its limit is the worst price that this needs, made worse by a slippage.
   *
   * @param size in base units, not negative
   * @param slippage a fraction of the price, for the case that the book moves: 0.001 is a tenth of
   *     a per cent
   * @return lawful in price and size, or null where what would be left of the size is less than
   *     {@link TradingRules#leastSize}, as where the book is empty
   */
  public @Nullable Order order(BigDecimal size, BigDecimal slippage) {
    Side taker = side.opposite();
    TradingRules rules = book.instrument().rules();
    BigDecimal there = BigDecimal.ZERO;
    BigDecimal worst = null;
    for (int i = 0; i < book.depth(side) && there.compareTo(size) < 0; i++) {
      Level level = book.level(side, i);
      worst = level.price();
      there = there.add(level.size());
    }
    BigDecimal lawful = rules.roundSize(size.min(there));
    if (worst == null || lawful.signum() <= 0) {
      return null;
    }
    boolean buy = taker == Side.BUY;
    BigDecimal off = worst.multiply(slippage);
    BigDecimal limit =
        rules.roundPrice(
            buy ? worst.add(off) : worst.subtract(off),
            buy ? RoundingMode.CEILING : RoundingMode.FLOOR);
    // Some venues reckon the worth of an order at its limit, and some at the book's price.
    boolean tooLittle =
        limit.signum() <= 0 || lawful.compareTo(rules.leastSize(limit.min(worst))) < 0;
    return tooLittle ? null : Order.of(book.instrument(), taker).limit(limit).size(lawful).ioc();
  }

  private boolean reaches(Level level, BigDecimal price) {
    int c = level.price().compareTo(price);
    return side == Side.SELL ? c <= 0 : c >= 0;
  }

  private static void requirePositive(BigDecimal n, String name) {
    if (n.signum() <= 0) {
      throw new IllegalArgumentException(name + " must be positive, is " + n.toPlainString());
    }
  }
}
