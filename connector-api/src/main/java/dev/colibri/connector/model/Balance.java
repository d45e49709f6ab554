package dev.colibri.connector.model;

import java.math.BigDecimal;

/**
 * How much of an asset an account holds.
 *
 * @param asset the asset, as the venue's instruments spell it
 * @param total everything held, in units of the asset
 * @param available what is not locked by open orders; never more than the total
 */
public record Balance(String asset, BigDecimal total, BigDecimal available) {

  /** A balance of what is free and what open orders lock. */
  public static Balance of(String asset, BigDecimal free, BigDecimal locked) {
    return new Balance(asset, free.add(locked), free);
  }

  /** What open orders lock. */
  public BigDecimal locked() {
    return total.subtract(available);
  }
}
