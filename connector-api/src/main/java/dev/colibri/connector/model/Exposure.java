package dev.colibri.connector.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What every live order of an instrument can still trade, orders of unknown outcome included: the
 * least is what the venue has counted as traded and not yet shown, the most is all that is left.
 *
 * @param instrument the instrument
 * @param buy base units that can still be bought
 * @param sell base units that can still be sold
 * @param buyQuote quote units that this can still cost, at limit prices; for market orders at the
 *     price that was expected when they were placed
 * @param sellQuote quote units that this can still bring, likewise
 */
public record Exposure(
    Instrument instrument, Bounds buy, Bounds sell, Bounds buyQuote, Bounds sellQuote) {

  /** The most that the position can still rise, in base units; null when nothing bounds it. */
  public @Nullable BigDecimal mostRise() {
    return buy.most() == null ? null : buy.most().subtract(sell.least());
  }

  /** The most that the position can still fall, in base units; null when nothing bounds it. */
  public @Nullable BigDecimal mostFall() {
    return sell.most() == null ? null : sell.most().subtract(buy.least());
  }

  /** The bounds of a side, in quote units. */
  public Bounds quote(Side side) {
    return side == Side.BUY ? buyQuote : sellQuote;
  }
}
