package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;

/**
 * By what positions of a margined market are valued and funded.
 *
 * @param price the mark price, zero as long as nothing has been traded or quoted
 * @param index the price elsewhere
 * @param rate what longs pay to shorts at the next funding, as a fraction of the notional
 * @param nextFunding in milliseconds since 1970, 0 as long as the exchange has no time
 */
public record Mark(BigDecimal price, BigDecimal index, BigDecimal rate, long nextFunding) {

  /** Whether there is a price yet. */
  public boolean isKnown() {
    return price.signum() > 0;
  }
}
