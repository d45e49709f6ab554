package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;

/**
 * Where the changes of one book message are laid out before they count. Levels come first, because
 * sequence and checksum often stand last in a message; {@link #commit} judges the sequence,
 * applies, cuts to the subscribed depth and verifies the checksum. Nothing is published unless all
 * pass.
 *
 * <p>Numbers are given as the venue writes them: a mantissa and the digits behind the point, so
 * that {@code "0.0500"} is 500 with 4. A size of 0 deletes the level.
 */
public interface DepthStage {
  /** What a message is. */
  enum Kind {
    /** The whole book, or its subscribed depth. */
    SNAPSHOT,
    /** Changes since the message before. */
    DIFF,
    /** The best bid and ask only, which touch no book. */
    TOP
  }

  /** Stands for a sequence number or checksum that the venue does not give. */
  long NONE = Long.MIN_VALUE;

  /** Forgets what was laid out. Implied by the end of every message. */
  void begin();

  void bid(long price, int priceDigits, long size, int sizeDigits);

  void ask(long price, int priceDigits, long size, int sizeDigits);

  /**
   * Ends a message.
   *
   * @param first the sequence number of its first change, or {@link #NONE}
   * @param last the sequence number of its last change, or {@link #NONE}
   * @param previous the {@code last} of the message that must have come before, or {@link #NONE}
   * @param venueMillis the venue's time in milliseconds since the epoch, or 0
   * @param checksum the venue's checksum of the book afterwards, or {@link #NONE}; compared by
   *     {@link Profile#bookChecksum()}
   */
  void commit(
      Instrument instrument,
      Kind kind,
      long first,
      long last,
      long previous,
      long venueMillis,
      long checksum);
}
