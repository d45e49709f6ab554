package dev.colibri.connector.spi;

import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Instrument;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** An ability: The venue keeps candles. */
public interface Candles {
  /** The intervals it keeps, shortest first. */
  Set<Duration> intervals();

  /**
   * Candles that open in a range of venue time, oldest first; the last may be unfinished.
   *
   * @param fromMillis in milliseconds since the epoch, inclusive
   * @param toMillis in milliseconds since the epoch, exclusive
   */
  Call<List<Candle>> candles(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows);
}
