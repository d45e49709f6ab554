package dev.colibri.connector.model;

import java.math.BigDecimal;

/**
 * How positions of an instrument are margined.
 *
 * @param leverage notional a unit of margin, at least 1
 * @param mode what stands behind them
 */
public record Leverage(Instrument instrument, BigDecimal leverage, MarginMode mode) {

  /**
   * Checks the leverage.
   *
   * @throws IllegalArgumentException when it is below 1
   */
  public Leverage {
    if (leverage.compareTo(BigDecimal.ONE) < 0) {
      throw new IllegalArgumentException(
          "leverage of " + instrument + " must be at least 1, is " + leverage.toPlainString());
    }
  }

  /** Whether both say the same; 10 and 10.0 do. */
  public boolean isSame(Leverage other) {
    return instrument.equals(other.instrument)
        && mode == other.mode
        && leverage.compareTo(other.leverage) == 0;
  }
}
