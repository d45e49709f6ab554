package dev.colibri.connector.testkit.exchange;

/** The exchange refuses a request and has changed nothing. */
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;

  /** What is wrong; a protocol turns it into its venue's code and words. */
  public enum Reason {
    UNKNOWN_MARKET,
    MARKET_CLOSED,
    /** Price out of range or not a multiple of the tick. */
    PRICE,
    /** Price too far from the average. */
    PRICE_BAND,
    /** Quantity out of range or not a multiple of the lot. */
    QUANTITY,
    /** Quantity of a market order out of range. */
    MARKET_QUANTITY,
    /** Price times quantity out of range. */
    NOTIONAL,
    TOO_MANY_ORDERS,
    DUPLICATE_CLIENT_ID,
    INSUFFICIENT_BALANCE,
    /** A post-only order would take. */
    WOULD_TAKE,
    /** A quote amount finds too little in the book to trade one least quantity. */
    NO_LIQUIDITY,
    UNKNOWN_ORDER,
    /** An amend must lower the quantity and leave something open. */
    AMEND_QUANTITY,
    /** An amend that changes nothing. */
    AMEND_NOTHING,
    /** What a fill-or-kill order of a margined market asks for is not there. */
    WOULD_NOT_FILL,
    INSUFFICIENT_MARGIN,
    /** There is no position that a reduce-only order could make smaller. */
    NOTHING_TO_REDUCE,
    /** The order's position is not of the account's position mode. */
    POSITION_SIDE,
    LEVERAGE,
    /** Position mode cannot change while orders are open. */
    OPEN_ORDERS,
    /** Position mode cannot change while positions are open. */
    OPEN_POSITIONS
  }

  Refused(Reason reason) {
    // No stack trace: a refusal is an everyday answer, and the crowd causes many.
    super(reason.name(), null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
