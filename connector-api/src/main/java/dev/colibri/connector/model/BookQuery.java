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
