package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;

/**
 * How a venue computes the checksum that it sends along with changes of a book. It is a function of
 * the best levels as the venue wrote them, and keeps nothing between two calls.
 *
 * <p>The engine compares it with what a session gave to {@link DepthStage#commit}, on a book that
 * has every change of the message and is cut to the venue's depth. When they differ the book is
 * invalid before anyone sees it, and is had anew.
 */
@FunctionalInterface
public interface BookChecksum {
  /**
   * The checksum, in the form in which the venue sends it.
   *
   * @param text empty, to be written to; reused
   */
  long of(Instrument instrument, Levels bids, Levels asks, ChecksumText text);

  /** One side of a book, best first, in the venue's own numbers. Valid during the call. */
  interface Levels {
    int count();

    /** The mantissa of a price. */
    long price(int level);

    /** The digits after the point with which the venue wrote the price. */
    int priceDigits(int level);

    /** The mantissa of a size. */
    long size(int level);

    /** The digits after the point with which the venue wrote the size. */
    int sizeDigits(int level);
  }
}
