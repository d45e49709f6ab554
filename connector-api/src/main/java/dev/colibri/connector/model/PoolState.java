package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;

/**
 * A pool as it was at the end of a block. Immutable, so that any thread may ask it. Quotes are
 * exact: they are what the pool itself would give or take in the next transaction.
 */
public interface PoolState {
  Pool pool();

  /** When it was so. */
  Block block();

  /** Units of token1 per unit of token0, before fees, to 34 digits. */
  BigDecimal price();

  /**
   * What comes out when this goes in.
   *
   * @param in one of the pool's tokens
   * @param amount positive, in its smallest parts, fee included
   * @throws PoolTooThin when the pool cannot take it, or not within what is known of it
   */
  BigInteger out(Token in, BigInteger amount);

  /**
   * What must go in so that this comes out.
   *
   * @param out one of the pool's tokens
   * @param amount positive, in its smallest parts
   * @throws PoolTooThin when the pool cannot give it, or not within what is known of it
   */
  BigInteger in(Token out, BigInteger amount);

  /** The state after {@link #out}, for what follows in the same transaction. */
  PoolState after(Token in, BigInteger amount);

  /**
   * What a taker finds, as levels: each holds what can be bought or sold between two prices, at its
   * average price with the fee, to 34 digits. The best is the first. They end where the pool does,
   * or what is known of it.
   *
   * @param base the token that is bought and sold; prices are in units of the other
   * @param side {@code SELL} for what a buyer takes, {@code BUY} for what a seller does
   * @param most how many levels at the most
   */
  List<Level> levels(Token base, Side side, int most);
}
