package dev.colibri.connector.amm.v2;

import java.math.BigInteger;

/**
 * A pool with a constant product at one moment, as its contract holds it. All parts must have been
 * read at the same block. Immutable, for any thread.
 *
 * @param fees the fork's fees
 * @param reserve0 what the pool holds of token0, in raw units, at most 112 bits
 * @param reserve1 what it holds of token1
 * @param totalSupply how many shares there are, in raw units
 * @param protocolFeeOn whether the factory names somebody who gets the protocol's part
 * @param kLast the product of the reserves after the last deposit or withdrawal, 0 for none
 */
public record V2State(
    V2Fees fees,
    BigInteger reserve0,
    BigInteger reserve1,
    BigInteger totalSupply,
    boolean protocolFeeOn,
    BigInteger kLast) {

  /** Shares that the first deposit locks for ever. */
  public static final BigInteger MINIMUM_LIQUIDITY = BigInteger.valueOf(1000);

  private static final int RESERVE_BITS = 112;

  /** Checks the numbers against the widths that the contract stores. */
  public V2State {
    for (BigInteger n : new BigInteger[] {reserve0, reserve1}) {
      if (n.signum() < 0 || n.bitLength() > RESERVE_BITS) {
        throw new IllegalArgumentException("a reserve has 112 bits: " + n);
      }
    }
    if (totalSupply.signum() < 0 || kLast.signum() < 0) {
      throw new IllegalArgumentException("shares " + totalSupply + ", last product " + kLast);
    }
  }

  /** A state whose shares are of no interest: enough for quotes. */
  public static V2State of(V2Fees fees, BigInteger reserve0, BigInteger reserve1) {
    return new V2State(fees, reserve0, reserve1, BigInteger.ZERO, false, BigInteger.ZERO);
  }

  /**
   * What a swap gives that pays exactly {@code amountIn}.
   *
   * @param zeroForOne whether token0 is paid and token1 got
   * @throws IllegalArgumentException if the amount is not positive
   * @throws InsufficientLiquidity if the pool is empty
   */
  public V2Swap exactIn(boolean zeroForOne, BigInteger amountIn) {
    requirePositive(amountIn);
    requireReserves();
    BigInteger kept = amountIn.multiply(BigInteger.valueOf(fees.kept()));
    BigInteger in = zeroForOne ? reserve0 : reserve1;
    BigInteger out = zeroForOne ? reserve1 : reserve0;
    BigInteger amountOut =
        kept.multiply(out).divide(in.multiply(BigInteger.valueOf(fees.whole())).add(kept));
    return new V2Swap(this, zeroForOne, amountIn, amountOut);
  }

  /**
   * What a swap costs that gets exactly {@code amountOut}.
   *
   * @param zeroForOne whether token0 is paid and token1 got
   * @throws IllegalArgumentException if the amount is not positive
   * @throws InsufficientLiquidity if the pool does not hold more than that
   */
  public V2Swap exactOut(boolean zeroForOne, BigInteger amountOut) {
    requirePositive(amountOut);
    requireReserves();
    BigInteger in = zeroForOne ? reserve0 : reserve1;
    BigInteger out = zeroForOne ? reserve1 : reserve0;
    if (amountOut.compareTo(out) >= 0) {
      throw new InsufficientLiquidity(amountOut + " of " + out);
    }
    BigInteger amountIn =
        in.multiply(amountOut)
            .multiply(BigInteger.valueOf(fees.whole()))
            .divide(out.subtract(amountOut).multiply(BigInteger.valueOf(fees.kept())))
            .add(BigInteger.ONE);
    return new V2Swap(this, zeroForOne, amountIn, amountOut);
  }

  V2State withReserves(BigInteger newReserve0, BigInteger newReserve1) {
    return new V2State(fees, newReserve0, newReserve1, totalSupply, protocolFeeOn, kLast);
  }

  private void requireReserves() {
    if (reserve0.signum() == 0 || reserve1.signum() == 0) {
      throw new InsufficientLiquidity("the pool is empty");
    }
  }

  private static void requirePositive(BigInteger amount) {
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("an amount is positive: " + amount);
    }
  }
}
