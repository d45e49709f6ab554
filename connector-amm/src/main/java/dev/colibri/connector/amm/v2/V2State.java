package dev.colibri.connector.amm.v2;

import dev.colibri.connector.model.PoolTooThin;
import java.math.BigInteger;

/**
 * A pool with a constant product at one moment, as its contract holds it. All parts must have been
 * read at the same block. Immutable, for any thread.
 *
 * @param fees the fork's fees
 * @param reserve0 what the pool holds of token0, in raw units, at most 112 bits
 * @param reserve1 what it holds of token1
 * @param totalSupply how many shares there are, in raw units
 * @param protocolFeeOn whether the factory names somebody who gets the protocol's part
 * @param kLast the product of the reserves after the last deposit or withdrawal, 0 for none
 */
public record V2State(
    V2Fees fees,
    BigInteger reserve0,
    BigInteger reserve1,
    BigInteger totalSupply,
    boolean protocolFeeOn,
    BigInteger kLast) {

  /** Shares that the first deposit locks for ever. */
  public static final BigInteger MINIMUM_LIQUIDITY = BigInteger.valueOf(1000);

  static final int RESERVE_BITS = 112;

  /** Checks the numbers against the widths that the contract stores. */
  public V2State {
    for (BigInteger n : new BigInteger[] {reserve0, reserve1}) {
      if (n.signum() < 0 || n.bitLength() > RESERVE_BITS) {
        throw new IllegalArgumentException("a reserve has 112 bits: " + n);
      }
    }
    if (totalSupply.signum() < 0 || kLast.signum() < 0) {
      throw new IllegalArgumentException("shares " + totalSupply + ", last product " + kLast);
    }
  }

  /** A state whose shares are of no interest: enough for quotes. */
  public static V2State of(V2Fees fees, BigInteger reserve0, BigInteger reserve1) {
    return new V2State(fees, reserve0, reserve1, BigInteger.ZERO, false, BigInteger.ZERO);
  }

  /**
   * What a swap gives that pays exactly {@code amountIn}.
   *
   * @param zeroForOne whether token0 is paid and token1 got
   * @throws IllegalArgumentException if the amount is not positive
   * @throws PoolTooThin if the pool is empty
   */
  public V2Swap exactIn(boolean zeroForOne, BigInteger amountIn) {
    requirePositive(amountIn);
    requireReserves();
    BigInteger kept = amountIn.multiply(BigInteger.valueOf(fees.kept()));
    BigInteger in = zeroForOne ? reserve0 : reserve1;
    BigInteger out = zeroForOne ? reserve1 : reserve0;
    BigInteger amountOut =
        kept.multiply(out).divide(in.multiply(BigInteger.valueOf(fees.whole())).add(kept));
    return new V2Swap(this, zeroForOne, amountIn, amountOut);
  }

  /**
   * What a swap costs that gets exactly {@code amountOut}.
   *
   * @param zeroForOne whether token0 is paid and token1 got
   * @throws IllegalArgumentException if the amount is not positive
   * @throws PoolTooThin if the pool does not hold more than that
   */
  public V2Swap exactOut(boolean zeroForOne, BigInteger amountOut) {
    requirePositive(amountOut);
    requireReserves();
    BigInteger in = zeroForOne ? reserve0 : reserve1;
    BigInteger out = zeroForOne ? reserve1 : reserve0;
    if (amountOut.compareTo(out) >= 0) {
      throw new PoolTooThin("the pool holds " + out + ", of which " + amountOut + " is asked");
    }
    BigInteger amountIn =
        in.multiply(amountOut)
            .multiply(BigInteger.valueOf(fees.whole()))
            .divide(out.subtract(amountOut).multiply(BigInteger.valueOf(fees.kept())))
            .add(BigInteger.ONE);
    return new V2Swap(this, zeroForOne, amountIn, amountOut);
  }

  /**
   * What a deposit or a withdrawal does.
   *
   * @param amount0 what goes in or comes out of token0
   * @param amount1 likewise, of token1
   * @param shares how many shares are made or destroyed
   * @param after the pool after it
   */
  public record Change(BigInteger amount0, BigInteger amount1, BigInteger shares, V2State after) {}

  /**
   * The shares that the protocol gets before anything else happens at the next deposit or
   * withdrawal: its part of what the pool grew by fees since the last.
   */
  public BigInteger protocolShares() {
    if (!protocolFeeOn || kLast.signum() == 0) {
      return BigInteger.ZERO;
    }
    BigInteger root = reserve0.multiply(reserve1).sqrt();
    BigInteger rootLast = kLast.sqrt();
    if (root.compareTo(rootLast) <= 0) {
      return BigInteger.ZERO;
    }
    BigInteger part = BigInteger.valueOf(fees.protocolPart());
    BigInteger rest = BigInteger.valueOf((long) fees.protocolWhole() - fees.protocolPart());
    return totalSupply
        .multiply(root.subtract(rootLast))
        .multiply(part)
        .divide(root.multiply(rest).add(rootLast.multiply(part)));
  }

  /**
   * A deposit of exactly these amounts. What is more than the pool's price asks for is given away;
   * {@link #fit} says what to give.
   *
   * @throws IllegalArgumentException if that is not worth a share
   */
  public Change deposit(BigInteger amount0, BigInteger amount1) {
    BigInteger supply = totalSupply.add(protocolShares());
    BigInteger shares;
    BigInteger supplyAfter;
    if (supply.signum() == 0) {
      shares = amount0.multiply(amount1).sqrt().subtract(MINIMUM_LIQUIDITY);
      supplyAfter = shares.add(MINIMUM_LIQUIDITY);
    } else {
      requireReserves();
      shares =
          amount0.multiply(supply).divide(reserve0).min(amount1.multiply(supply).divide(reserve1));
      supplyAfter = supply.add(shares);
    }
    if (shares.signum() <= 0) {
      throw new IllegalArgumentException(amount0 + " and " + amount1 + " are not worth a share");
    }
    return new Change(
        amount0,
        amount1,
        shares,
        withShares(reserve0.add(amount0), reserve1.add(amount1), supplyAfter));
  }

  /**
   * The deposit that uses as much as it can of two amounts, in the pool's proportion, as the router
   * makes it.
   *
   * @throws IllegalArgumentException if that is not worth a share
   */
  public Change fit(BigInteger most0, BigInteger most1) {
    if (reserve0.signum() == 0 && reserve1.signum() == 0) {
      return deposit(most0, most1);
    }
    requireReserves();
    BigInteger needed1 = most0.multiply(reserve1).divide(reserve0);
    return needed1.compareTo(most1) <= 0
        ? deposit(most0, needed1)
        : deposit(most1.multiply(reserve0).divide(reserve1), most1);
  }

  /**
   * A withdrawal.
   *
   * @param shares how many are given back
   * @throws IllegalArgumentException if there are not so many, or if they are worth nothing
   */
  public Change withdraw(BigInteger shares) {
    BigInteger supply = totalSupply.add(protocolShares());
    if (shares.signum() <= 0 || shares.compareTo(totalSupply) > 0) {
      throw new IllegalArgumentException(shares + " of " + totalSupply + " shares");
    }
    BigInteger amount0 = shares.multiply(reserve0).divide(supply);
    BigInteger amount1 = shares.multiply(reserve1).divide(supply);
    if (amount0.signum() == 0 || amount1.signum() == 0) {
      throw new IllegalArgumentException(shares + " shares are worth nothing");
    }
    return new Change(
        amount0,
        amount1,
        shares,
        withShares(
            reserve0.subtract(amount0), reserve1.subtract(amount1), supply.subtract(shares)));
  }

  private V2State withShares(BigInteger new0, BigInteger new1, BigInteger supply) {
    return new V2State(
        fees,
        new0,
        new1,
        supply,
        protocolFeeOn,
        protocolFeeOn ? new0.multiply(new1) : BigInteger.ZERO);
  }

  V2State withReserves(BigInteger newReserve0, BigInteger newReserve1) {
    return new V2State(fees, newReserve0, newReserve1, totalSupply, protocolFeeOn, kLast);
  }

  private void requireReserves() {
    if (reserve0.signum() == 0 || reserve1.signum() == 0) {
      throw new PoolTooThin("the pool is empty");
    }
  }

  private static void requirePositive(BigInteger amount) {
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("an amount is positive: " + amount);
    }
  }
}
