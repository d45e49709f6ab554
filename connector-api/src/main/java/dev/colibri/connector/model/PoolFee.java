package dev.colibri.connector.model;

import java.math.BigInteger;

/**
 * What a pool keeps of a swap, in the token that goes into it. It is in the price already: whoever
 * sums what trades cost besides their price must not count it, as {@link Fill#fee()} is that.
 *
 * @param pool who keeps it, for those who give it liquidity
 * @param paid how much, of the token that goes in
 */
public record PoolFee(Pool pool, TokenAmount paid) {
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  /**
   * What the pool's rate makes of what goes in, rounded up. A pool with ranges rounds at every tick
   * that a swap comes to, which may make it some smallest parts more.
   *
   * @param in what goes into the pool, fee included
   */
  public static PoolFee of(Pool pool, TokenAmount in) {
    BigInteger rate = BigInteger.valueOf(pool.feeMillionths());
    BigInteger paid = in.raw().multiply(rate).add(MILLION).subtract(BigInteger.ONE).divide(MILLION);
    return new PoolFee(pool, new TokenAmount(in.token(), paid));
  }

  @Override
  public String toString() {
    return paid + " to " + pool;
  }
}
