package dev.colibri.connector.model;

/** What an order may break before it is sent. Each refusal names one. */
public enum Rule {
  /** The order is not said completely: no size, no price, or both a size and a quote amount. */
  INCOMPLETE,
  /** Another venue's instrument, or one that this connector does not know. */
  INSTRUMENT,
  /** The instrument does not trade now. */
  NOT_TRADING,
  /** The venue has no such order type for the instrument. */
  ORDER_TYPE,
  /** The venue has no such time in force for the order type. */
  TIME_IN_FORCE,
  /** The price is not a multiple of the tick size. */
  TICK_SIZE,
  /** The price has more significant digits than the venue takes. */
  PRICE_DIGITS,
  /** The price is outside the venue's range. */
  PRICE_RANGE,
  /** The size is not a multiple of the lot size. */
  LOT_SIZE,
  /** The size is below the smallest the venue takes. */
  MIN_SIZE,
  /** The size is above the largest the venue takes. */
  MAX_SIZE,
  /** Price times size is below the smallest the venue takes. */
  MIN_NOTIONAL,
  /** Price times size is above the largest the venue takes. */
  MAX_NOTIONAL,
  /**
   * The venue has no trigger by that price for the instrument, or takes none with such an order.
   */
  TRIGGER,
  /** The order would do something to a position that orders of its kind do not: spot has none. */
  POSITION,
  /** The leverage is below 1 or above what the venue takes. */
  LEVERAGE,
  /** The client order id is in use, too long, or spelled with letters the venue refuses. */
  CLIENT_ID,
  /** The quote was carried out before, in whatever copy, has expired, or was never given. */
  QUOTE,
  /** The account does not have enough available. */
  BUDGET,
  /** The guard of the connector stands in the way; the message says which of its bounds. */
  GUARD,
  /** The connector is not ready, is halted, or is closed. */
  NOT_READY,
  /** More open orders than the venue or this runtime allows. */
  TOO_MANY_ORDERS
}
