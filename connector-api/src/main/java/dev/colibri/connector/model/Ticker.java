package dev.colibri.connector.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The touch and the last price of an instrument; each part is null where the venue does not tell
 * it.
 *
 * @param instrument what it is about
 * @param bid the best bid, or null when there is none
 * @param ask the best ask, or null when there is none
 * @param last the price of the last trade, or null when unknown
 * @param venueMillis the venue's time in milliseconds since the epoch, or 0 when it gives none
 */
public record Ticker(
    Instrument instrument,
    @Nullable Level bid,
    @Nullable Level ask,
    @Nullable BigDecimal last,
    long venueMillis) {

  /** A ticker of bare numbers, of which null and 0 stand for none. */
  public static Ticker of(
      Instrument instrument,
      @Nullable BigDecimal bid,
      @Nullable BigDecimal bidSize,
      @Nullable BigDecimal ask,
      @Nullable BigDecimal askSize,
      @Nullable BigDecimal last,
      long venueMillis) {
    BigDecimal price = last == null || last.signum() == 0 ? null : last;
    return new Ticker(instrument, level(bid, bidSize), level(ask, askSize), price, venueMillis);
  }

  private static @Nullable Level level(@Nullable BigDecimal price, @Nullable BigDecimal size) {
    boolean none = price == null || size == null || price.signum() == 0 || size.signum() == 0;
    return none ? null : new Level(price, size);
  }
}
