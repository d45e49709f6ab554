package dev.colibri.connector.model;

/** The side of an order or a trade. */
public enum Side {
  BUY,
  SELL;

  /**
   * The side of a word, whatever its case.
   *
   * @throws IllegalArgumentException for any word but buy and sell
   */
  public static Side named(String word) {
    if (word.equalsIgnoreCase("buy")) {
      return BUY;
    }
    if (word.equalsIgnoreCase("sell")) {
      return SELL;
    }
    throw new IllegalArgumentException("not a side: " + word);
  }

  /** The other side. */
  public Side opposite() {
    return this == BUY ? SELL : BUY;
  }
}
