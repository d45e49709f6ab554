package dev.colibri.connector.model;

/** How an order meets the book. */
public enum OrderType {
  /** Trades at its price or better; what is left rests, as its time in force says. */
  LIMIT,
  /**
   * A limit order that only rests: the venue refuses it when it would trade at once (post-only).
   */
  LIMIT_MAKER,
  /** Trades at once at whatever price the book gives, by size or by quote amount. */
  MARKET
}
