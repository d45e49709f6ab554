package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;

/**
 * An order as it stood at one moment. Times are milliseconds since 1970.
 *
 * @param market the market's {@linkplain Market#name() name}
 * @param clientId the id its owner gave it
 * @param price zero for market orders
 * @param quantity in base units; for a market order by quote amount, what the amount bought or sold
 * @param quoteQuantity the quote amount of a market order by quote amount, else zero
 * @param executed base units traded so far
 * @param quoteExecuted quote units traded so far
 * @param prevented base units that self-trade prevention expired
 * @param preventedMatch number of the last prevented match, or -1
 * @param expiry why it expired, NONE while it has not
 * @param created when it was accepted
 * @param updated when it last changed
 * @param positionSide the position it works on
 * @param reduceOnly whether it may only make a position smaller
 * @param goodTill when it expires, or 0 for never
 * @param cause whose it is
 */
public record Order(
    long id,
    String account,
    String market,
    String clientId,
    Side side,
    Type type,
    TimeInForce timeInForce,
    SelfTrade selfTrade,
    BigDecimal price,
    BigDecimal quantity,
    BigDecimal quoteQuantity,
    BigDecimal executed,
    BigDecimal quoteExecuted,
    BigDecimal prevented,
    long preventedMatch,
    Status status,
    Expiry expiry,
    long created,
    long updated,
    Position.Side positionSide,
    boolean reduceOnly,
    long goodTill,
    Cause cause) {

  /** The side of an order or of a book. */
  public enum Side {
    BUY,
    SELL;

    public Side opposite() {
      return this == BUY ? SELL : BUY;
    }
  }

  /** {@code LIMIT_MAKER} is a limit order that is refused if it would take. */
  public enum Type {
    LIMIT,
    LIMIT_MAKER,
    MARKET
  }

  /** How long an order works. */
  public enum TimeInForce {
    GTC,
    IOC,
    FOK
  }

  /**
   * What happens instead of a trade between two orders of one account; the taker's mode decides.
   */
  public enum SelfTrade {
    NONE,
    EXPIRE_TAKER,
    EXPIRE_MAKER,
    EXPIRE_BOTH
  }

  /** Where an order stands; the last four are final. */
  public enum Status {
    NEW,
    PARTIALLY_FILLED,
    FILLED,
    CANCELED,
    EXPIRED,
    EXPIRED_IN_MATCH;

    public boolean isOpen() {
      return this == NEW || this == PARTIALLY_FILLED;
    }
  }

  /** Why an order expired. */
  public enum Expiry {
    NONE,
    UNFILLED_IOC_QUANTITY_EXPIRED,
    UNFILLED_FOK_ORDER_EXPIRED,
    INSUFFICIENT_LIQUIDITY,
    /** The venue itself took it out. */
    EXCHANGE_CANCELED,
    /** Nothing is left that it could make smaller. */
    NOTHING_TO_REDUCE,
    /** Its account was liquidated. */
    LIQUIDATED,
    /** It was good till now. */
    GOOD_TILL_DATE
  }

  /** Whose order it is. */
  public enum Cause {
    OWNER,
    /** The venue closes a position whose margin does not suffice. */
    LIQUIDATION,
    /** The venue closes a position against one that was liquidated. */
    ADL,
    /** The venue closes all positions of a market that goes. */
    SETTLEMENT
  }

  /** Base units that can still trade, zero once the order is final. */
  public BigDecimal remaining() {
    return status.isOpen() ? quantity.subtract(executed).subtract(prevented) : Amounts.ZERO;
  }
}
