package dev.colibri.connector.model;

/**
 * The best bid and ask as the market-data path shows them: a view that is reused and valid only
 * during the call. {@link #toTicker()} keeps it. It comes from the venue's stream of tops, which is
 * apart from its stream of books: the two need not agree at every moment.
 */
public interface TopView {
  Instrument instrument();

  /** Whether anybody bids ({@code BUY}) or asks ({@code SELL}). */
  boolean has(Side side);

  /**
   * The best price, in units of 10<sup>-priceDigits</sup> of the instrument; 0 when there is none.
   */
  long price(Side side);

  /** What rests there, in units of 10<sup>-sizeDigits</sup> of the instrument; 0 when none. */
  long size(Side side);

  /** The venue's time in milliseconds since the epoch, or 0 when it gives none. */
  long venueMillis();

  /** When its frame arrived here, in nanoseconds since the epoch by this host's clock. */
  long receivedNanos();

  /** An immutable copy, without a last price. */
  Ticker toTicker();
}
