package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.Plan;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** So much of both of a pool's tokens, in smallest parts. */
record PoolAmounts(BigInteger amount0, BigInteger amount1) {
  private static final int AMOUNT_BITS = 128;

  /**
   * The least of each that is taken, rounded down.
   *
   * @param slippage 0.01 is a per cent
   * @throws IllegalArgumentException unless it is at least 0 and less than 1
   */
  PoolAmounts less(BigDecimal slippage) {
    if (slippage.signum() < 0 || slippage.compareTo(BigDecimal.ONE) >= 0) {
      throw new IllegalArgumentException(
          "slippage must be at least 0 and less than 1, is " + slippage.toPlainString());
    }
    BigDecimal left = BigDecimal.ONE.subtract(slippage);
    return new PoolAmounts(part(amount0, left), part(amount1, left));
  }

  private static BigInteger part(BigInteger amount, BigDecimal of) {
    return new BigDecimal(amount).multiply(of).setScale(0, RoundingMode.FLOOR).toBigInteger();
  }

  /** Of what a pool's tokens are given as. */
  static PoolAmounts of(Pool pool, TokenAmount amount0, TokenAmount amount1) {
    if (!amount0.token().equals(pool.token0()) || !amount1.token().equals(pool.token1())) {
      throw new IllegalArgumentException(
          amount0 + " and " + amount1 + " are not of the tokens of " + pool + ", in its order");
    }
    for (TokenAmount amount : List.of(amount0, amount1)) {
      if (amount.raw().signum() < 0 || amount.raw().bitLength() > AMOUNT_BITS) {
        throw new IllegalArgumentException("an amount of " + amount);
      }
    }
    return new PoolAmounts(amount0.raw(), amount1.raw());
  }

  static void requireBoth(PoolAmounts amounts) {
    if (amounts.amount0.signum() == 0 || amounts.amount1.signum() == 0) {
      throw new IllegalArgumentException("a pool at every price takes some of both tokens");
    }
  }

  static void requireShare(BigInteger liquidity) {
    if (liquidity.signum() <= 0 || liquidity.bitLength() > AMOUNT_BITS) {
      throw new IllegalArgumentException("liquidity of " + liquidity);
    }
  }

  /** A deadline as contracts count. */
  static long seconds(long deadlineMillis) {
    if (deadlineMillis < 1000) {
      throw new IllegalArgumentException("no deadline");
    }
    return deadlineMillis / 1000;
  }

  /** What must be allowed so that a contract can take them. */
  List<Plan.Allowance> allowances(Pool pool, Address spender) {
    List<Plan.Allowance> all = new ArrayList<>();
    for (TokenAmount amount :
        List.of(new TokenAmount(pool.token0(), amount0), new TokenAmount(pool.token1(), amount1))) {
      if (amount.raw().signum() > 0) {
        all.add(new Plan.Allowance(amount, spender.toString()));
      }
    }
    return List.copyOf(all);
  }

  /** In units, for people. */
  String text(Pool pool) {
    return new TokenAmount(pool.token0(), amount0)
        + " and "
        + new TokenAmount(pool.token1(), amount1);
  }
}
