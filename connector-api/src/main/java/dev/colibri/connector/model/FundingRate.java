package dev.colibri.connector.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What holds a perpetual to its index. Where a venue tells parts of it one by one, a part that was
 * never told is null.
 *
 * @param markPrice what positions are valued and liquidated by, in quote units per base unit
 * @param indexPrice of the spot markets behind it, in quote units per base unit
 * @param rate of the payment that comes next, as a fraction of the notional at the mark price;
 *     positive: longs pay shorts
 * @param nextMillis the venue's time of that payment, in milliseconds since the epoch; 0 when not
 *     told
 * @param venueMillis the venue's time of what is told here, in milliseconds since the epoch, or 0
 */
public record FundingRate(
    Instrument instrument,
    @Nullable BigDecimal markPrice,
    @Nullable BigDecimal indexPrice,
    @Nullable BigDecimal rate,
    long nextMillis,
    long venueMillis) {

  /** What is known after more was told: what is not told again stays. */
  public FundingRate with(FundingRate told) {
    return new FundingRate(
        instrument,
        told.markPrice == null ? markPrice : told.markPrice,
        told.indexPrice == null ? indexPrice : told.indexPrice,
        told.rate == null ? rate : told.rate,
        told.nextMillis == 0 ? nextMillis : told.nextMillis,
        Math.max(venueMillis, told.venueMillis));
  }

  /** Whether every part was told. */
  public boolean isWhole() {
    return markPrice != null && indexPrice != null && rate != null && nextMillis > 0;
  }
}
