package dev.colibri.connector.amm.v2;

import java.math.BigInteger;

/**
 * What a swap does to a pool.
 *
 * @param before the state that the swap was reckoned from
 * @param zeroForOne whether token0 is paid and token1 got
 * @param amountIn what is paid, with the fee, in raw units
 * @param amountOut what is got, in raw units; may be 0, which the contract refuses to execute
 */
public record V2Swap(
    V2State before, boolean zeroForOne, BigInteger amountIn, BigInteger amountOut) {

  /** What of {@link #amountIn} is the pool's fee, rounded up. */
  public BigInteger fee() {
    BigInteger whole = BigInteger.valueOf(before.fees().whole());
    return amountIn.subtract(
        amountIn.multiply(BigInteger.valueOf(before.fees().kept())).divide(whole));
  }

  /**
   * The pool after the swap.
   *
   * @throws IllegalArgumentException if a reserve would be wider than the contract can hold
   */
  public V2State after() {
    return zeroForOne
        ? before.withReserves(
            before.reserve0().add(amountIn), before.reserve1().subtract(amountOut))
        : before.withReserves(
            before.reserve0().subtract(amountOut), before.reserve1().add(amountIn));
  }
}
