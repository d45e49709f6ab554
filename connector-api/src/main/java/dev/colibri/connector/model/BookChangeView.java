package dev.colibri.connector.model;

/**
 * One change of an order book as the market-data path shows it: a view that is reused and valid
 * only during the call.
 *
 * <p>Who applies every change to an empty book holds the venue's book whenever {@link
 * #endOfMessage()} is true and the last {@link Kind#CLEARED} had the state {@link BookState#VALID}.
 * A level that did not change, and a deletion of a level that was not there, are not told.
 */
public interface BookChangeView {

  /** What a change is. */
  enum Kind {
    /**
     * Every level told so far is void. With the state {@link BookState#VALID} the levels that
     * follow are the whole book, best first on each side; with any other the book is not known.
     */
    CLEARED,
    /** A price has a new size; 0 when nothing rests there any more. */
    LEVEL
  }

  Kind kind();

  Instrument instrument();

  /** The book's state. */
  BookState state();

  /** Whether the book is whole again after this change: the last of its message. */
  boolean endOfMessage();

  /** Bids are {@code BUY}, asks {@code SELL}. Says nothing when {@link Kind#CLEARED}. */
  Side side();

  /** The price, in units of 10<sup>-{@link #priceDigits}</sup>; 0 when {@link Kind#CLEARED}. */
  long price();

  /** The new size, in units of 10<sup>-{@link #sizeDigits}</sup>; 0 when {@link Kind#CLEARED}. */
  long size();

  /** Decimal places of {@link #price()}; may rise between messages, with a {@code CLEARED}. */
  int priceDigits();

  /** Decimal places of {@link #size()}; may rise between messages, with a {@code CLEARED}. */
  int sizeDigits();

  /** See {@link OrderBook#sequence()}. */
  long sequence();

  /** See {@link OrderBook#venueMillis()}. */
  long venueMillis();

  /** See {@link OrderBook#receivedNanos()}. */
  long receivedNanos();
}
