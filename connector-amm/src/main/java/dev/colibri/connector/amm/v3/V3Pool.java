package dev.colibri.connector.amm.v3;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.PoolTooThin;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Token;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A pool with concentrated liquidity, as it was at the end of a block.
 *
 * @param pool which one
 * @param block when
 * @param state what its contract held
 */
public record V3Pool(Pool pool, Block block, V3State state) implements PoolState {
  private static final int LEVEL_TICKS = 10;
  private static final int DIGITS = 34;
  private static final BigDecimal Q192 = new BigDecimal(BigInteger.ONE.shiftLeft(192));

  /**
   * Checks that the parts of the state belong together.
   *
   * @throws IllegalArgumentException if they do not: they were read in two, or not all of them
   */
  public V3Pool {
    state.requireConsistent();
  }

  @Override
  public BigDecimal price() {
    BigDecimal raw = new BigDecimal(state.sqrtPriceX96().pow(2)).divide(Q192);
    return raw.movePointRight(pool.token0().decimals() - pool.token1().decimals())
        .round(new MathContext(DIGITS, RoundingMode.HALF_EVEN));
  }

  @Override
  public BigInteger out(Token in, BigInteger amount) {
    return whole(amount, () -> state.exactIn(isZero(in), amount)).amountOut();
  }

  @Override
  public BigInteger in(Token out, BigInteger amount) {
    return whole(amount, () -> state.exactOut(!isZero(out), amount)).amountIn();
  }

  @Override
  public V3Pool after(Token in, BigInteger amount) {
    return new V3Pool(pool, block, whole(amount, () -> state.exactIn(isZero(in), amount)).after());
  }

  private V3Swap whole(BigInteger amount, Supplier<V3Swap> swap) {
    if (amount.bitLength() > V3Swap.AMOUNT_BITS) {
      throw new PoolTooThin(pool + " cannot take " + amount);
    }
    try {
      V3Swap s = swap.get();
      if (!s.isWhole()) {
        throw new PoolTooThin(pool + " ends after " + s);
      }
      return s;
    } catch (TicksNotLoaded e) {
      throw new PoolTooThin(pool + " is known in part only: " + e.getMessage());
    }
  }

  @Override
  public List<Level> levels(Token base, Side side, int most) {
    Token quote = pool.other(base);
    boolean zeroForOne = isZero(side == Side.SELL ? quote : base);
    int step = Math.min(LEVEL_TICKS, state.ticks().tickSpacing());
    List<Level> levels = new ArrayList<>();
    for (V3Swap.Chunk c : V3Swap.chunks(state, zeroForOne, step, most)) {
      BigDecimal size = base.units(side == Side.SELL ? c.out() : c.in());
      BigDecimal paid = quote.units(side == Side.SELL ? c.in() : c.out());
      levels.add(new Level(paid.divide(size, MathContext.DECIMAL128), size));
    }
    return levels;
  }

  private boolean isZero(Token token) {
    // Refuses one that is not in the pool.
    return pool.other(token).equals(pool.token1());
  }
}
