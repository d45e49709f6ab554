package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;

/** Where a public trade is laid out. Numbers are given as the venue writes them. */
public interface TradeStage {
  TradeStage price(long price, int digits);

  TradeStage size(long size, int digits);

  /**
   * Ends a trade.
   *
   * @param id the venue's id, unique within the instrument
   * @param taker the side that took
   * @param venueMillis the venue's time in milliseconds since the epoch
   */
  void commit(Instrument instrument, long id, Side taker, long venueMillis);
}
