package dev.colibri.connector.model;

/** Which side of the trade an order was, which decides its fee rate. */
public enum Liquidity {
  MAKER,
  TAKER,
  /** The venue has not said. */
  UNKNOWN
}
