package dev.colibri.connector.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Funding that was paid or received for a position. It moves money, and never the position.
 *
 * @param id the venue's, or one made of what the venue tells; unique within the instrument
 * @param amount in units of the asset; negative when paid
 * @param rate it was reckoned with, as a fraction; null where the venue does not tell
 * @param size of the position it was for, in base units, negative when short; null where the venue
 *     does not tell
 * @param venueMillis the venue's time of it, in milliseconds since the epoch
 */
public record FundingPayment(
    Instrument instrument,
    String id,
    String asset,
    BigDecimal amount,
    @Nullable BigDecimal rate,
    @Nullable BigDecimal size,
    long venueMillis) {

  /** A payment of which neither rate nor size is told. */
  public static FundingPayment of(
      Instrument instrument, String id, String asset, BigDecimal amount, long venueMillis) {
    return new FundingPayment(instrument, id, asset, amount, null, null, venueMillis);
  }
}
