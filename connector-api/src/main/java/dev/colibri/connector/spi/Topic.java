package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import org.jspecify.annotations.Nullable;

/**
 * Something a stream carries.
 *
 * @param kind what
 * @param instrument of which instrument; null for what belongs to the account
 * @param depth for a book, how many levels a side are wanted: one of {@link Profile#bookDepths()}
 *     where the venue names any; 0 for all
 */
public record Topic(Kind kind, @Nullable Instrument instrument, int depth) {

  /** What a stream may carry. */
  public enum Kind {
    /** Changes of an order book. */
    BOOK,
    /** Public trades. */
    TRADES,
    /** The best bid and ask. */
    TOP,
    /** Mark price, index price and funding rate of a perpetual. */
    FUNDING,
    /** Our orders, fills, balances and positions. */
    ACCOUNT,
    /** Every new block of a chain. */
    HEADS
  }

  /** The account's own orders, fills and balances. */
  public static Topic account() {
    return new Topic(Kind.ACCOUNT, null, 0);
  }

  public static Topic book(Instrument instrument, int depth) {
    return new Topic(Kind.BOOK, instrument, depth);
  }

  public static Topic trades(Instrument instrument) {
    return new Topic(Kind.TRADES, instrument, 0);
  }

  public static Topic top(Instrument instrument) {
    return new Topic(Kind.TOP, instrument, 0);
  }

  public static Topic funding(Instrument instrument) {
    return new Topic(Kind.FUNDING, instrument, 0);
  }

  /** Every new block of a chain. */
  public static Topic heads() {
    return new Topic(Kind.HEADS, null, 0);
  }

  /** The one of three words that names what is carried of the market. */
  public String named(String book, String trades, String top) {
    return switch (kind) {
      case BOOK -> book;
      case TRADES -> trades;
      case TOP -> top;
      case FUNDING -> throw new IllegalStateException("no word for funding");
      case ACCOUNT, HEADS -> throw new IllegalStateException(kind + " is no market data");
    };
  }

  /** The same of four words, for perpetuals. */
  public String named(String book, String trades, String top, String funding) {
    return kind == Kind.FUNDING ? funding : named(book, trades, top);
  }

  /** The instrument of a topic that has one. */
  public Instrument requireInstrument() {
    if (instrument == null) {
      throw new IllegalStateException(kind + " has no instrument");
    }
    return instrument;
  }

  @Override
  public String toString() {
    return instrument == null ? kind.toString() : kind + " " + instrument.name();
  }
}
