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
    return switch (word) {
      case "BUY", "buy", "Buy" -> BUY;
      case "SELL", "sell", "Sell" -> SELL;
      default -> {
        if (word.equalsIgnoreCase("buy")) {
          yield BUY;
        }
        if (word.equalsIgnoreCase("sell")) {
          yield SELL;
        }
        throw new IllegalArgumentException("not a side: " + word);
      }
    };
  }

  /** The other side. */
  public Side opposite() {
    return this == BUY ? SELL : BUY;
  }
}
