package dev.colibri.connector.amm.v2;

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
import java.util.ArrayList;
import java.util.List;

/**
 * A pool with a constant product, as it was at the end of a block.
 *
 * @param pool which one
 * @param block when
 * @param state what its contract held
 */
public record V2Pool(Pool pool, Block block, V2State state) implements PoolState {
  /** A level is this part of what the pool holds, so that the price moves by about 0.1 %. */
  private static final BigInteger LEVELS_IN_ALL = BigInteger.valueOf(2000);

  @Override
  public BigDecimal price() {
    if (state.reserve0().signum() == 0) {
      throw new PoolTooThin(pool + " is empty");
    }
    return pool.token1()
        .units(state.reserve1())
        .divide(pool.token0().units(state.reserve0()), MathContext.DECIMAL128);
  }

  @Override
  public BigInteger out(Token in, BigInteger amount) {
    return lawful(state.exactIn(isZero(in), amount)).amountOut();
  }

  @Override
  public BigInteger in(Token out, BigInteger amount) {
    return lawful(state.exactOut(!isZero(out), amount)).amountIn();
  }

  @Override
  public V2Pool after(Token in, BigInteger amount) {
    return new V2Pool(pool, block, lawful(state.exactIn(isZero(in), amount)).after());
  }

  /** The router quotes what the pair then refuses, because its reserves would be too wide. */
  private V2Swap lawful(V2Swap swap) {
    BigInteger reserve = swap.zeroForOne() ? state.reserve0() : state.reserve1();
    if (reserve.add(swap.amountIn()).bitLength() > V2State.RESERVE_BITS) {
      throw new PoolTooThin(pool + " cannot take " + swap.amountIn());
    }
    return swap;
  }

  @Override
  public List<Level> levels(Token base, Side side, int most) {
    Token quote = pool.other(base);
    List<Level> levels = new ArrayList<>();
    BigInteger reserve =
        isZero(side == Side.SELL ? base : quote) ? state.reserve0() : state.reserve1();
    BigInteger out = BigInteger.ZERO;
    BigInteger in = BigInteger.ZERO;
    while (levels.size() < most) {
      // Sums from the pool as it is: level after level, the fees would be added to the reserves.
      BigInteger nextOut = out.add(reserve.subtract(out).divide(LEVELS_IN_ALL).max(BigInteger.ONE));
      if (nextOut.compareTo(reserve) >= 0) {
        break;
      }
      BigInteger nextIn =
          state.exactOut(isZero(side == Side.SELL ? quote : base), nextOut).amountIn();
      levels.add(
          side == Side.SELL
              ? level(base.units(nextOut.subtract(out)), quote.units(nextIn.subtract(in)))
              : level(base.units(nextIn.subtract(in)), quote.units(nextOut.subtract(out))));
      out = nextOut;
      in = nextIn;
    }
    return levels;
  }

  private static Level level(BigDecimal base, BigDecimal quote) {
    return new Level(quote.divide(base, MathContext.DECIMAL128), base);
  }

  private boolean isZero(Token token) {
    // Refuses one that is not in the pool.
    return pool.other(token).equals(pool.token1());
  }
}
