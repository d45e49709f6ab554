package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/**
 * How much of each token lies between two prices, and where a price goes when an amount comes in or
 * goes out. What is paid to the pool is rounded up, what it pays is rounded down.
 *
 * <p>All square roots of prices have 96 bits behind the point; amounts are raw units.
 */
public final class SqrtPriceMath {
  private SqrtPriceMath() {}

  /** The token0 between two prices at a liquidity: {@code L / a - L / b}. */
  public static BigInteger amount0(BigInteger a, BigInteger b, BigInteger liquidity, boolean up) {
    BigInteger low = a.min(b);
    BigInteger high = a.max(b);
    BigInteger n = liquidity.shiftLeft(96);
    BigInteger width = high.subtract(low);
    // Two divisions that round each on its own, as the contract's do.
    return up
        ? FullMath.divUp(FullMath.mulDivUp(n, width, high), low)
        : FullMath.mulDiv(n, width, high).divide(low);
  }

  /** The token1 between two prices at a liquidity: {@code L * (b - a)}. */
  public static BigInteger amount1(BigInteger a, BigInteger b, BigInteger liquidity, boolean up) {
    BigInteger product = liquidity.multiply(b.subtract(a).abs());
    return up ? FullMath.shiftRightUp(product, 96) : product.shiftRight(96);
  }

  /** The price after an amount came in (less its fee); at a liquidity that is not 0. */
  static BigInteger afterInput(
      BigInteger sqrtPrice, BigInteger liquidity, BigInteger in, boolean zeroForOne) {
    if (!zeroForOne) {
      return sqrtPrice.add(in.shiftLeft(96).divide(liquidity));
    }
    if (in.signum() == 0) {
      return sqrtPrice;
    }
    BigInteger n = liquidity.shiftLeft(96);
    BigInteger product = in.multiply(sqrtPrice);
    BigInteger sum = n.add(product);
    // What does not fit into 256 bits, the contract reckons by a coarser formula.
    return product.bitLength() <= 256 && sum.bitLength() <= 256
        ? FullMath.mulDivUp(n, sqrtPrice, sum)
        : FullMath.divUp(n, n.divide(sqrtPrice).add(in));
  }

  /** The price after an amount went out; the amount must be less than what the pool has. */
  static BigInteger afterOutput(
      BigInteger sqrtPrice, BigInteger liquidity, BigInteger out, boolean zeroForOne) {
    BigInteger n = liquidity.shiftLeft(96);
    return zeroForOne
        ? sqrtPrice.subtract(FullMath.divUp(out.shiftLeft(96), liquidity))
        : FullMath.mulDivUp(n, sqrtPrice, n.subtract(out.multiply(sqrtPrice)));
  }
}
