package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/** One step of a swap: between two prices that have the same liquidity. */
final class SwapMath {
  static final int PIPS = 1_000_000;
  private static final BigInteger MILLION = BigInteger.valueOf(PIPS);

  private SwapMath() {}

  /**
   * What a step does.
   *
   * @param sqrtPrice the price after it
   * @param in what comes in, without the fee
   * @param out what goes out
   * @param fee what comes in besides, in the same token
   */
  record Step(BigInteger sqrtPrice, BigInteger in, BigInteger out, BigInteger fee) {}

  /**
   * Steps from one price towards another, until there or until the amount is used up.
   *
   * @param left what is still to come in (with its fee) or to go out; positive
   * @param feePips the fee in millionths of what comes in
   */
  static Step step(
      BigInteger sqrtPrice,
      BigInteger target,
      BigInteger liquidity,
      BigInteger left,
      boolean zeroForOne,
      boolean exactIn,
      int feePips) {
    BigInteger net = BigInteger.valueOf(PIPS - feePips);
    BigInteger in;
    BigInteger out;
    BigInteger next;
    if (exactIn) {
      BigInteger lessFee = FullMath.mulDiv(left, net, MILLION);
      in = in(sqrtPrice, target, liquidity, zeroForOne);
      if (lessFee.compareTo(in) < 0) {
        next = SqrtPriceMath.afterInput(sqrtPrice, liquidity, lessFee, zeroForOne);
        in = in(sqrtPrice, next, liquidity, zeroForOne);
        out = out(sqrtPrice, next, liquidity, zeroForOne);
        // Whatever rounding left over is the pool's.
        return new Step(next, in, out, left.subtract(in));
      }
      out = out(sqrtPrice, target, liquidity, zeroForOne);
      next = target;
    } else {
      out = out(sqrtPrice, target, liquidity, zeroForOne);
      if (left.compareTo(out) >= 0) {
        next = target;
      } else {
        next = SqrtPriceMath.afterOutput(sqrtPrice, liquidity, left, zeroForOne);
        out = out(sqrtPrice, next, liquidity, zeroForOne).min(left);
      }
      in = in(sqrtPrice, next, liquidity, zeroForOne);
    }
    return new Step(next, in, out, FullMath.mulDivUp(in, BigInteger.valueOf(feePips), net));
  }

  private static BigInteger in(BigInteger a, BigInteger b, BigInteger liquidity, boolean zero) {
    return zero
        ? SqrtPriceMath.amount0(a, b, liquidity, true)
        : SqrtPriceMath.amount1(a, b, liquidity, true);
  }

  private static BigInteger out(BigInteger a, BigInteger b, BigInteger liquidity, boolean zero) {
    return zero
        ? SqrtPriceMath.amount1(a, b, liquidity, false)
        : SqrtPriceMath.amount0(a, b, liquidity, false);
  }
}
