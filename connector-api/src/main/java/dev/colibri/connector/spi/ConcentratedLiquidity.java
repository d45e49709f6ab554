package dev.colibri.connector.spi;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.LiquidityPosition;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.TokenAmount;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/** The ability to give liquidity to ranges of price. */
public interface ConcentratedLiquidity extends AmmDialect {

  /** Every position of the wallet, with the fees that it is owed. */
  Call<List<LiquidityPosition>> positions(Block at, BadRows rows);

  /** One position. */
  Call<LiquidityPosition> position(String id, Block at);

  /**
   * The tick nearest to a price at which liquidity may begin or end.
   *
   * @param price units of token1 per unit of token0
   */
  int tick(Pool pool, BigDecimal price);

  /**
   * What opens a position.
   *
   * @param most0 how much of token0 goes in at the most
   * @param most1 how much of token1 goes in at the most
   * @param slippage by how much less than what goes in now each amount may be; 0.01 is a per cent
   * @param deadlineMillis until when, in milliseconds since the epoch
   */
  Call<Plan<LiquidityChange>> open(
      Pool pool,
      int lowerTick,
      int upperTick,
      TokenAmount most0,
      TokenAmount most1,
      BigDecimal slippage,
      long deadlineMillis);

  /** What gives a position more. */
  Call<Plan<LiquidityChange>> add(
      LiquidityPosition position,
      TokenAmount most0,
      TokenAmount most1,
      BigDecimal slippage,
      long deadlineMillis);

  /** What takes liquidity back, and the fees that are owed with it. */
  Call<Plan<LiquidityChange>> remove(
      LiquidityPosition position, BigInteger liquidity, BigDecimal slippage, long deadlineMillis);

  /** What takes the fees that are owed. */
  Call<Plan<LiquidityChange>> collect(LiquidityPosition position, long deadlineMillis);

  /** What takes all of it back and ends the position. */
  Call<Plan<LiquidityChange>> close(
      LiquidityPosition position, BigDecimal slippage, long deadlineMillis);
}
