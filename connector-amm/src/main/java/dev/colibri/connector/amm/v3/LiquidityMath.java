package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/** How much of both tokens a liquidity in a range is, and how much liquidity they are. */
public final class LiquidityMath {
  private LiquidityMath() {}

  /**
   * The tokens of a liquidity between two ticks.
   *
   * @param state the pool; only its price and tick matter
   * @param liquidity not negative
   * @param up whether to round up, as for what is given to a pool, rather than down, as for what is
   *     taken out of it
   */
  public static Amounts amounts(
      V3State state, int lowerTick, int upperTick, BigInteger liquidity, boolean up) {
    BigInteger lower = TickMath.sqrtRatio(lowerTick);
    BigInteger upper = TickMath.sqrtRatio(upperTick);
    // By the tick and not by the price, which may stand on a tick that was left downwards.
    if (state.tick() < lowerTick) {
      return new Amounts(SqrtPriceMath.amount0(lower, upper, liquidity, up), BigInteger.ZERO);
    }
    if (state.tick() >= upperTick) {
      return new Amounts(BigInteger.ZERO, SqrtPriceMath.amount1(lower, upper, liquidity, up));
    }
    return new Amounts(
        SqrtPriceMath.amount0(state.sqrtPriceX96(), upper, liquidity, up),
        SqrtPriceMath.amount1(lower, state.sqrtPriceX96(), liquidity, up));
  }

  /**
   * The most liquidity between two ticks that some tokens suffice for, as the position manager
   * reckons it. Above and below the range only one of them counts.
   *
   * @param sqrtPriceX96 the square root of the pool's price
   */
  public static BigInteger liquidity(
      BigInteger sqrtPriceX96,
      int lowerTick,
      int upperTick,
      BigInteger amount0,
      BigInteger amount1) {
    BigInteger lower = TickMath.sqrtRatio(lowerTick);
    BigInteger upper = TickMath.sqrtRatio(upperTick);
    if (sqrtPriceX96.compareTo(lower) <= 0) {
      return of0(lower, upper, amount0);
    }
    if (sqrtPriceX96.compareTo(upper) >= 0) {
      return of1(lower, upper, amount1);
    }
    return of0(sqrtPriceX96, upper, amount0).min(of1(lower, sqrtPriceX96, amount1));
  }

  private static BigInteger of0(BigInteger a, BigInteger b, BigInteger amount0) {
    // The product is cut before it is used, as the contract cuts it.
    return FullMath.mulDiv(amount0, FullMath.mulDiv(a, b, FullMath.Q96), b.subtract(a));
  }

  private static BigInteger of1(BigInteger a, BigInteger b, BigInteger amount1) {
    return FullMath.mulDiv(amount1, FullMath.Q96, b.subtract(a));
  }
}
