package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/**
 * The part of the swap fee that a pool keeps for its protocol instead of its liquidity providers:
 * {@code numerator / denominator} of the fee, rounded down, for what comes in as token0 and as
 * token1. It changes what positions earn, never what a swap costs.
 *
 * @param numerator0 for token0; 0 for none
 * @param denominator0 for token0, positive
 * @param numerator1 for token1; 0 for none
 * @param denominator1 for token1, positive
 */
public record ProtocolFee(int numerator0, int denominator0, int numerator1, int denominator1) {
  /** Nothing for the protocol. */
  public static final ProtocolFee NONE = new ProtocolFee(0, 1, 0, 1);

  private static final int BASIS_POINTS = 10_000;

  /** Checks that no part is more than the whole. */
  public ProtocolFee {
    if (numerator0 < 0
        || numerator0 > denominator0
        || numerator1 < 0
        || numerator1 > denominator1
        || denominator0 == 0
        || denominator1 == 0) {
      throw new IllegalArgumentException(
          numerator0 + "/" + denominator0 + " and " + numerator1 + "/" + denominator1);
    }
  }

  /**
   * As the first V3 contracts write it in the one byte {@code slot0.feeProtocol}: the lower four
   * bits hold {@code n} for one n-th of token0's fees, the upper ones for token1's; 0 for none.
   */
  public static ProtocolFee parts(int feeProtocol) {
    if (feeProtocol < 0 || feeProtocol > 0xff) {
      throw new IllegalArgumentException("not a byte: " + feeProtocol);
    }
    int n0 = feeProtocol & 15;
    int n1 = feeProtocol >> 4;
    return new ProtocolFee(n0 == 0 ? 0 : 1, Math.max(1, n0), n1 == 0 ? 0 : 1, Math.max(1, n1));
  }

  /**
   * As a fork writes it in the four bytes of {@code slot0.feeProtocol}: the lower two hold
   * ten-thousandths of token0's fees, the upper two of token1's.
   */
  public static ProtocolFee basisPoints(long feeProtocol) {
    if (feeProtocol < 0 || feeProtocol > 0xffffffffL) {
      throw new IllegalArgumentException("not four bytes: " + feeProtocol);
    }
    return new ProtocolFee(
        (int) (feeProtocol & 0xffff), BASIS_POINTS, (int) (feeProtocol >> 16), BASIS_POINTS);
  }

  /** What of a fee remains for the liquidity providers. */
  BigInteger less(BigInteger fee, boolean zeroForOne) {
    int numerator = zeroForOne ? numerator0 : numerator1;
    int denominator = zeroForOne ? denominator0 : denominator1;
    return numerator == 0
        ? fee
        : fee.subtract(
            fee.multiply(BigInteger.valueOf(numerator)).divide(BigInteger.valueOf(denominator)));
  }
}
