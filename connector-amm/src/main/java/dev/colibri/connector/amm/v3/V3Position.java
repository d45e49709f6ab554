package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/**
 * A position as the contract that keeps it tells it: {@code positions(…)} of the pool or of the
 * position manager. Immutable, for any thread.
 *
 * @param lowerTick where it begins
 * @param upperTick where it ends, above {@code lowerTick}
 * @param liquidity how much it is
 * @param feeGrowthInside0LastX128 what a unit of liquidity had earned in token0 when the position
 *     was last touched, modulo 2<sup>256</sup>
 * @param feeGrowthInside1LastX128 the same in token1
 * @param tokensOwed0 what was owed of token0 when it was last touched: fees, and what was burned
 * @param tokensOwed1 the same of token1
 */
public record V3Position(
    int lowerTick,
    int upperTick,
    BigInteger liquidity,
    BigInteger feeGrowthInside0LastX128,
    BigInteger feeGrowthInside1LastX128,
    BigInteger tokensOwed0,
    BigInteger tokensOwed1) {

  /** Checks the numbers against the widths that the contract stores. */
  public V3Position {
    if (lowerTick >= upperTick || lowerTick < TickMath.MIN_TICK || upperTick > TickMath.MAX_TICK) {
      throw new IllegalArgumentException("from tick " + lowerTick + " to " + upperTick);
    }
    FullMath.require(liquidity, FullMath.MAX_128, "liquidity");
    FullMath.require(feeGrowthInside0LastX128, FullMath.MAX_256, "feeGrowthInside0Last");
    FullMath.require(feeGrowthInside1LastX128, FullMath.MAX_256, "feeGrowthInside1Last");
    FullMath.require(tokensOwed0, FullMath.MAX_128, "tokensOwed0");
    FullMath.require(tokensOwed1, FullMath.MAX_128, "tokensOwed1");
  }

  /** What burning all of it would give now, without what is owed. */
  public Amounts amounts(V3State state) {
    return LiquidityMath.amounts(state, lowerTick, upperTick, liquidity, false);
  }

  /**
   * What collecting would give now: what was owed when the position was last touched, and the fees
   * that it earned since.
   *
   * @throws TicksNotLoaded if its ends are not among the ticks that were read
   */
  public Amounts owed(V3State state) {
    V3Position now = touched(state);
    return new Amounts(now.tokensOwed0, now.tokensOwed1);
  }

  /** The position after the contract brought it up to date, as every change of it begins. */
  public V3Position touched(V3State state) {
    Amounts inside = state.feeGrowthInsideX128(lowerTick, upperTick);
    return new V3Position(
        lowerTick,
        upperTick,
        liquidity,
        inside.amount0(),
        inside.amount1(),
        grown(tokensOwed0, inside.amount0(), feeGrowthInside0LastX128),
        grown(tokensOwed1, inside.amount1(), feeGrowthInside1LastX128));
  }

  private BigInteger grown(BigInteger owed, BigInteger inside, BigInteger last) {
    BigInteger earned =
        FullMath.mulDiv(FullMath.wrap(inside.subtract(last)), liquidity, FullMath.Q128);
    // 128 bits hold what is owed, and what is more is lost, in the contract as here.
    return owed.add(earned).and(FullMath.MAX_128);
  }

  /**
   * The position after liquidity was added, or taken off it if negative. What is taken off is owed.
   *
   * @throws IllegalArgumentException if more is taken than there is
   */
  public V3Position changed(V3State state, BigInteger delta) {
    V3Position now = touched(state);
    Amounts burned =
        delta.signum() < 0
            ? LiquidityMath.amounts(state, lowerTick, upperTick, delta.negate(), false)
            : new Amounts(BigInteger.ZERO, BigInteger.ZERO);
    return new V3Position(
        lowerTick,
        upperTick,
        liquidity.add(delta),
        now.feeGrowthInside0LastX128,
        now.feeGrowthInside1LastX128,
        now.tokensOwed0.add(burned.amount0()),
        now.tokensOwed1.add(burned.amount1()));
  }
}
