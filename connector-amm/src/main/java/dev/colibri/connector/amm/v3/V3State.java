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

  /**
   * Refuses ticks that do not belong to the liquidity in range: walking out from the price, it is
   * never below nothing, and where all ticks are known it ends at nothing. So a swap over these
   * ticks cannot meet a contradiction.
   *
   * @throws IllegalArgumentException if they do not: they were read in two, or not all of them
   */
  V3State requireConsistent() {
    int price = ticks.floor(tick);
    BigInteger down = liquidity;
    for (int i = price; i >= 0; i--) {
      down = requireLiquidity(down.subtract(ticks.at(i).liquidityNet()), i);
    }
    BigInteger up = liquidity;
    for (int i = price + 1; i < ticks.count(); i++) {
      up = requireLiquidity(up.add(ticks.at(i).liquidityNet()), i);
    }
    if (ticks.isKnown(true) && down.signum() != 0 || ticks.isKnown(false) && up.signum() != 0) {
      throw new IllegalArgumentException(
          "beyond the last ticks there are " + down + " and " + up + " of liquidity");
    }
    return this;
  }

  private BigInteger requireLiquidity(BigInteger n, int position) {
    FullMath.require(n, FullMath.MAX_128, "liquidity at tick " + ticks.at(position).index());
    return n;
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

  /**
   * The pool after liquidity was added between two ticks, or taken out if negative.
   *
   * @throws IllegalArgumentException if the ticks cannot be used, if more is taken than there is,
   *     or if a tick would hold more than the contract lets it
   * @throws TicksNotLoaded if the ticks are not among those that were read
   */
  public V3State provide(int lowerTick, int upperTick, BigInteger delta) {
    int spacing = ticks.tickSpacing();
    if (lowerTick >= upperTick || lowerTick % spacing != 0 || upperTick % spacing != 0) {
      throw new IllegalArgumentException(
          "from tick " + lowerTick + " to " + upperTick + ", " + spacing + " apart");
    }
    boolean inRange = lowerTick <= tick && tick < upperTick;
    return new V3State(
        feePips,
        protocolFee,
        sqrtPriceX96,
        tick,
        inRange ? liquidity.add(delta) : liquidity,
        feeGrowthGlobal0X128,
        feeGrowthGlobal1X128,
        ticks
            .with(lowerTick, changed(lowerTick, delta, delta))
            .with(upperTick, changed(upperTick, delta, delta.negate())));
  }

  private @Nullable V3Tick changed(int index, BigInteger delta, BigInteger rising) {
    V3Tick old = ticks.get(index);
    BigInteger gross = old == null ? delta : old.liquidityGross().add(delta);
    if (gross.signum() < 0 || gross.compareTo(ticks.maxLiquidity()) > 0) {
      throw new IllegalArgumentException("tick " + index + " cannot hold " + gross);
    }
    if (gross.signum() == 0) {
      return null;
    }
    // What was earned before a tick is used counts, by convention, as earned below it.
    boolean below = index <= tick;
    return new V3Tick(
        index,
        gross,
        old == null ? rising : old.liquidityNet().add(rising),
        old != null ? old.feeGrowthOutside0X128() : below ? feeGrowthGlobal0X128 : BigInteger.ZERO,
        old != null ? old.feeGrowthOutside1X128() : below ? feeGrowthGlobal1X128 : BigInteger.ZERO);
  }

  /**
   * What a unit of liquidity between two ticks has earned, modulo 2<sup>256</sup>, with 128 bits
   * behind the point. Only differences of two such numbers mean anything.
   *
   * @throws TicksNotLoaded if the ticks are not among those that were read
   */
  public Amounts feeGrowthInsideX128(int lowerTick, int upperTick) {
    V3Tick lower = ticks.get(lowerTick);
    V3Tick upper = ticks.get(upperTick);
    return new Amounts(
        inside(
            feeGrowthGlobal0X128,
            lower == null ? BigInteger.ZERO : lower.feeGrowthOutside0X128(),
            upper == null ? BigInteger.ZERO : upper.feeGrowthOutside0X128(),
            lowerTick,
            upperTick),
        inside(
            feeGrowthGlobal1X128,
            lower == null ? BigInteger.ZERO : lower.feeGrowthOutside1X128(),
            upper == null ? BigInteger.ZERO : upper.feeGrowthOutside1X128(),
            lowerTick,
            upperTick));
  }

  private BigInteger inside(
      BigInteger global, BigInteger lower, BigInteger upper, int lowerTick, int upperTick) {
    BigInteger below = tick >= lowerTick ? lower : global.subtract(lower);
    BigInteger above = tick < upperTick ? upper : global.subtract(upper);
    return FullMath.wrap(global.subtract(below).subtract(above));
  }
}
