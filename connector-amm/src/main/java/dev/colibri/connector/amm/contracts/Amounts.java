package dev.colibri.connector.amm.contracts;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** So much of both of a pool's tokens, in smallest parts. */
record Amounts(BigInteger amount0, BigInteger amount1) {

  /**
   * The least of each that is taken, rounded down.
   *
   * @param slippage 0.01 is a per cent
   * @throws IllegalArgumentException unless it is at least 0 and less than 1
   */
  Amounts less(BigDecimal slippage) {
    if (slippage.signum() < 0 || slippage.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException(
          "slippage must be at least 0 and less than 1, is " + slippage.toPlainString());
    }
    BigDecimal left = BigDecimal.ONE.subtract(slippage);
    return new Amounts(part(amount0, left), part(amount1, left));
  }

  private static BigInteger part(BigInteger amount, BigDecimal of) {
    return new BigDecimal(amount).multiply(of).setScale(0, RoundingMode.FLOOR).toBigInteger();
  }
}
