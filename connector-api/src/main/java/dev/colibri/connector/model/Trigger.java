package dev.colibri.connector.model;

import java.math.BigDecimal;

/**
 * What an order waits for before it goes into the book.
 *
 * @param kind against or for the position
 * @param price in quote units per base unit
 * @param by which price must reach it
 */
public record Trigger(Kind kind, BigDecimal price, By by) {

  /** On which side of the market it waits. */
  public enum Kind {
    /** A buy waits for the price to rise to it, a sell for it to fall. */
    STOP,
    /** A buy waits for the price to fall to it, a sell for it to rise. */
    TAKE_PROFIT
  }

  /** Which price is watched. */
  public enum By {
    /** That of the last trade. */
    LAST,
    /** The mark price. */
    MARK,
    /** The index of spot markets. */
    INDEX
  }

  /** A stop at a mark price, which no single trade can reach. */
  public static Trigger stop(String price) {
    return new Trigger(Kind.STOP, Order.decimal(price, "trigger price"), By.MARK);
  }

  /** A take-profit at a mark price. */
  public static Trigger takeProfit(String price) {
    return new Trigger(Kind.TAKE_PROFIT, Order.decimal(price, "trigger price"), By.MARK);
  }

  /** The same by another price. */
  public Trigger by(By by) {
    return new Trigger(kind, price, by);
  }

  /**
   * Whether the price it waits for is above the market.
   *
   * @param side of its order
   */
  public boolean isAbove(Side side) {
    return (side == Side.BUY) == (kind == Kind.STOP);
  }

  @Override
  public String toString() {
    return kind + " at " + by + " " + price.toPlainString();
  }
}
