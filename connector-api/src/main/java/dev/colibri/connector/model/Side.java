package dev.colibri.connector.model;

/** The side of an order or a trade. */
public enum Side {
  BUY,
  SELL;

  /** The other side. */
  public Side opposite() {
    return this == BUY ? SELL : BUY;
  }
}
