package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/**
 * A tick at which positions begin or end, as the contract's {@code ticks(index)} tells it.
 *
 * @param index the tick, a multiple of the pool's tick spacing
 * @param liquidityGross the liquidity of all positions that begin or end here, positive
 * @param liquidityNet what the liquidity gains when the price rises through here, or loses
 * @param feeGrowthOutside0X128 fees in token0 per unit of liquidity earned on the other side of
 *     this tick, modulo 2<sup>256</sup>, with 128 bits behind the point
 * @param feeGrowthOutside1X128 the same in token1
 */
public record V3Tick(
    int index,
    BigInteger liquidityGross,
    BigInteger liquidityNet,
    BigInteger feeGrowthOutside0X128,
    BigInteger feeGrowthOutside1X128) {

  /** Checks the numbers against the widths that the contract stores. */
  public V3Tick {
    if (Math.abs((long) index) > TickMath.MAX_TICK) {
      throw new IllegalArgumentException("no such tick: " + index);
    }
    FullMath.require(liquidityGross, FullMath.MAX_128, "liquidityGross of tick " + index);
    if (liquidityGross.signum() == 0 || liquidityNet.abs().compareTo(liquidityGross) > 0) {
      throw new IllegalArgumentException(
          "tick " + index + " has gross " + liquidityGross + " and net " + liquidityNet);
    }
    FullMath.require(feeGrowthOutside0X128, FullMath.MAX_256, "feeGrowthOutside0");
    FullMath.require(feeGrowthOutside1X128, FullMath.MAX_256, "feeGrowthOutside1");
  }

  /** A tick whose fees are of no interest: enough for a quote, not for what positions are owed. */
  public static V3Tick of(int index, BigInteger liquidityGross, BigInteger liquidityNet) {
    return new V3Tick(index, liquidityGross, liquidityNet, BigInteger.ZERO, BigInteger.ZERO);
  }
}
