package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;

import java.math.BigDecimal;

/**
 * What stands behind an account's positions of one settlement asset. All amounts are in it.
 *
 * @param wallet deposits, realised profit, fees and funding; nothing of open positions
 * @param unrealised profit of open positions at the mark price
 * @param positionMargin what open positions need
 * @param orderMargin what open orders need besides
 * @param maintenance below this much, wallet and unrealised profit together are liquidated
 */
public record Equity(
    BigDecimal wallet,
    BigDecimal unrealised,
    BigDecimal positionMargin,
    BigDecimal orderMargin,
    BigDecimal maintenance) {

  /** Wallet and unrealised profit. */
  public BigDecimal total() {
    return wallet.add(unrealised);
  }

  /** What new orders may use; never negative. */
  public BigDecimal available() {
    return total().subtract(positionMargin).subtract(orderMargin).max(ZERO);
  }

  boolean isLiquidated() {
    return maintenance.signum() > 0 && total().compareTo(maintenance) < 0;
  }
}
