package dev.colibri.connector.spi;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolShare;
import dev.colibri.connector.model.TokenAmount;
import java.math.BigDecimal;
import java.math.BigInteger;

/** The ability to give liquidity to pools that hold it at every price. */
public interface PoolLiquidity extends AmmDialect {

  /** What the wallet has of a pool. */
  Call<PoolShare> share(Pool pool, Block at);

  /**
   * What gives liquidity.
   *
   * @param most0 how much of token0 goes in at the most; the pool's price says how much of one of
   *     them is left
   * @param most1 how much of token1 goes in at the most
   * @param slippage by how much worse than the pool's price now each amount may be; 0.01 is a per
   *     cent
   * @param deadlineMillis until when, in milliseconds since the epoch
   */
  Call<Plan<LiquidityChange>> add(
      Pool pool, TokenAmount most0, TokenAmount most1, BigDecimal slippage, long deadlineMillis);

  /**
   * What takes it back.
   *
   * @param liquidity how much of the wallet's share
   * @param slippage by how much less than what it is worth now each amount may be
   * @param deadlineMillis until when, in milliseconds since the epoch
   */
  Call<Plan<LiquidityChange>> remove(
      Pool pool, BigInteger liquidity, BigDecimal slippage, long deadlineMillis);
}
