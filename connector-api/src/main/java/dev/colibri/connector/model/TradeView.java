package dev.colibri.connector.model;

/**
 * A public trade as the market-data path shows it: a view that is reused and valid only during the
 * call. {@link #toTrade()} keeps it.
 */
public interface TradeView {
  Instrument instrument();

  /** The side of the order that took. */
  Side taker();

  /** The price, in units of 10<sup>-priceDigits</sup> of the instrument. */
  long price();

  /** The size, in units of 10<sup>-sizeDigits</sup> of the instrument. */
  long size();

  /** The venue's id where it is a number; otherwise 0, and {@link #toTrade()} has the text. */
  long id();

  /** The venue's time in milliseconds since the epoch. */
  long venueMillis();

  /** When its frame arrived here, in nanoseconds since the epoch by this host's clock. */
  long receivedNanos();

  /** An immutable copy. */
  Trade toTrade();
}
