package dev.colibri.connector.model;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a venue charges, as fractions of the notional: 0.001 is 0.1 %.
 *
 * @param instrument the instrument the rates hold for, or null for every instrument of the account
 * @param maker the rate of an order that rested
 * @param taker the rate of an order that took
 */
public record FeeRate(@Nullable Instrument instrument, BigDecimal maker, BigDecimal taker) {

  /**
   * The rate for a kind of liquidity; an unknown one is charged as a taker, the dearer of the two.
   */
  public BigDecimal rate(Liquidity liquidity) {
    return liquidity == Liquidity.MAKER ? maker : taker;
  }
}
