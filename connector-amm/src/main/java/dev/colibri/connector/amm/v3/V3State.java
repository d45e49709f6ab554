package dev.colibri.connector.amm.v3;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A pool with concentrated liquidity at one moment: what its contract holds in {@code slot0},
 * {@code liquidity}, {@code feeGrowthGlobal} and {@code ticks}. Immutable, for any thread.
 *
 * <p>All parts must have been read at the same block. A state whose tick does not belong to its
 * price is refused: it was read in two.
 *
 * @param feePips the fee in millionths of what comes in: 3000 is 0.3 %
 * @param protocolFee the part of the fee that liquidity providers do not get
 * @param sqrtPriceX96 the square root of the price in token1 per token0, with 96 bits behind the
 *     point
 * @param tick the current tick; one below the price's own where a swap downwards ended on a tick
 * @param liquidity the liquidity in range
 * @param feeGrowthGlobal0X128 fees in token0 per unit of liquidity ever earned, modulo 2<sup>256
 *     </sup>, with 128 bits behind the point
 * @param feeGrowthGlobal1X128 the same in token1
 * @param ticks the initialised ticks, as far as they were read
 */
public record V3State(
    int feePips,
    ProtocolFee protocolFee,
    BigInteger sqrtPriceX96,
    int tick,
    BigInteger liquidity,
    BigInteger feeGrowthGlobal0X128,
    BigInteger feeGrowthGlobal1X128,
    V3Ticks ticks) {

  /** Checks the numbers, and that they belong together. */
  public V3State {
    if (feePips < 0 || feePips >= SwapMath.PIPS) {
      throw new IllegalArgumentException("fee in millionths: " + feePips);
    }
    FullMath.require(liquidity, FullMath.MAX_128, "liquidity");
    FullMath.require(feeGrowthGlobal0X128, FullMath.MAX_256, "feeGrowthGlobal0");
    FullMath.require(feeGrowthGlobal1X128, FullMath.MAX_256, "feeGrowthGlobal1");
    if (sqrtPriceX96.compareTo(TickMath.MIN_SQRT_RATIO) < 0
        || sqrtPriceX96.compareTo(TickMath.MAX_SQRT_RATIO) >= 0
        || tick < TickMath.MIN_TICK
        || tick >= TickMath.MAX_TICK
        || sqrtPriceX96.compareTo(TickMath.sqrtRatio(tick)) < 0
        || sqrtPriceX96.compareTo(TickMath.sqrtRatio(tick + 1)) > 0) {
      throw new IllegalArgumentException(
          "the square root " + sqrtPriceX96 + " does not belong to tick " + tick);
    }
  }

  /** A state whose fees are of no interest: enough for quotes, not for what positions earn. */
  public static V3State of(
      int feePips, BigInteger sqrtPriceX96, int tick, BigInteger liquidity, V3Ticks ticks) {
    return new V3State(
        feePips,
        ProtocolFee.NONE,
        sqrtPriceX96,
        tick,
        liquidity,
        BigInteger.ZERO,
        BigInteger.ZERO,
        ticks);
  }

  /**
   * What a swap gives that pays exactly {@code amountIn}; less where the pool runs dry before.
   *
   * @param zeroForOne whether token0 is paid and token1 got
   * @throws IllegalArgumentException if the amount is not positive or wider than 255 bits
   * @throws TicksNotLoaded if the swap leaves the ticks that were read
   */
  public V3Swap exactIn(boolean zeroForOne, BigInteger amountIn) {
    return exactIn(zeroForOne, amountIn, null);
  }

  /**
   * The same, but for a price at which it stops.
   *
   * @param sqrtPriceLimitX96 below the price for token0 in, above it for token1 in; null for none
   * @throws IllegalArgumentException also if the limit is on the wrong side of the price
   */
  public V3Swap exactIn(
      boolean zeroForOne, BigInteger amountIn, @Nullable BigInteger sqrtPriceLimitX96) {
    return V3Swap.of(this, zeroForOne, true, amountIn, sqrtPriceLimitX96);
  }

  /**
   * What a swap costs that gets exactly {@code amountOut}; where the pool runs dry before, what it
   * gives is less, and {@link V3Swap#isWhole} says so.
   *
   * @param zeroForOne whether token0 is paid and token1 got
   * @throws IllegalArgumentException if the amount is not positive or wider than 255 bits
   * @throws TicksNotLoaded if the swap leaves the ticks that were read
   */
  public V3Swap exactOut(boolean zeroForOne, BigInteger amountOut) {
    return exactOut(zeroForOne, amountOut, null);
  }

  /**
   * The same, but for a price at which it stops.
   *
   * @param sqrtPriceLimitX96 below the price for token0 in, above it for token1 in; null for none
   * @throws IllegalArgumentException also if the limit is on the wrong side of the price
   */
  public V3Swap exactOut(
      boolean zeroForOne, BigInteger amountOut, @Nullable BigInteger sqrtPriceLimitX96) {
    return V3Swap.of(this, zeroForOne, false, amountOut, sqrtPriceLimitX96);
  }
}
