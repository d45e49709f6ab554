package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/**
 * Ticks and the square roots of their prices.
 *
 * <p>The price at tick {@code i} is 1.0001<sup>i</sup>. Its square root is reckoned by multiplying,
 * for every bit that is set in {@code |i|}, the inverse root of that power, each product cut to 128
 * bits behind the point; the contract's roots are the results of exactly these cuts, so that nearby
 * roundings do not do.
 */
public final class TickMath {
  /** The lowest tick. */
  public static final int MIN_TICK = -887272;

  /** The highest tick. */
  public static final int MAX_TICK = 887272;

  /** The square root of the price at {@link #MIN_TICK}, the lowest a pool may have. */
  public static final BigInteger MIN_SQRT_RATIO;

  /** The square root of the price at {@link #MAX_TICK}, which a pool may not reach. */
  public static final BigInteger MAX_SQRT_RATIO;

  /**
   * 2<sup>128</sup> / 1.0001<sup>2^i / 2</sup> as the contract has them: the upper 64 bits and the
   * lower ones, for i from 0 to 19.
   */
  private static final long[] POWERS = {
    0xfffcb933bd6fad37L, 0xaa2d162d1a594001L,
    0xfff97272373d4132L, 0x59a46990580e213aL,
    0xfff2e50f5f656932L, 0xef12357cf3c7fdccL,
    0xffe5caca7e10e4e6L, 0x1c3624eaa0941cd0L,
    0xffcb9843d60f6159L, 0xc9db58835c926644L,
    0xff973b41fa98c081L, 0x472e6896dfb254c0L,
    0xff2ea16466c96a38L, 0x43ec78b326b52861L,
    0xfe5dee046a99a2a8L, 0x11c461f1969c3053L,
    0xfcbe86c7900a88aeL, 0xdcffc83b479aa3a4L,
    0xf987a7253ac41317L, 0x6f2b074cf7815e54L,
    0xf3392b0822b70005L, 0x940c7a398e4b70f3L,
    0xe7159475a2c29b74L, 0x43b29c7fa6e889d9L,
    0xd097f3bdfd2022b8L, 0x845ad8f792aa5825L,
    0xa9f746462d870fdfL, 0x8a65dc1f90e061e5L,
    0x70d869a156d2a1b8L, 0x90bb3df62baf32f7L,
    0x31be135f97d08fd9L, 0x81231505542fcfa6L,
    0x09aa508b5b7a84e1L, 0xc677de54f3e99bc9L,
    0x005d6af8dedb8119L, 0x6699c329225ee604L,
    0x00002216e584f5faL, 0x1ea926041bedfe98L,
    0x00000000048a1703L, 0x91f7dc42444e8fa2L,
  };

  private static final double LOG_OF_ROOT = Math.log(1.0001) / 2;
  private static final double LOG_OF_2 = Math.log(2);

  static {
    MIN_SQRT_RATIO = sqrtRatio(MIN_TICK);
    MAX_SQRT_RATIO = sqrtRatio(MAX_TICK);
  }

  private TickMath() {}

  /**
   * The square root of the price at a tick, with 96 bits behind the point, rounded up.
   *
   * @throws IllegalArgumentException if there is no such tick
   */
  public static BigInteger sqrtRatio(int tick) {
    int left = Math.abs(tick);
    if (left < 0 || left > MAX_TICK) {
      throw new IllegalArgumentException("tick " + tick + " is not within +-" + MAX_TICK);
    }
    if (left == 0) {
      return FullMath.Q96;
    }
    int bit = Integer.numberOfTrailingZeros(left);
    long high = POWERS[2 * bit];
    long low = POWERS[2 * bit + 1];
    for (left &= left - 1; left != 0; left &= left - 1) {
      bit = Integer.numberOfTrailingZeros(left);
      long h = POWERS[2 * bit];
      long l = POWERS[2 * bit + 1];
      // The upper 128 of the 256 bits of the product, from four products of 64 bits.
      long middle = high * l;
      long other = low * h;
      long sum = middle + other;
      long carry = Long.compareUnsigned(sum, middle) < 0 ? 1 : 0;
      long lowest = sum + multiplyHigh(low, l);
      carry += Long.compareUnsigned(lowest, sum) < 0 ? 1 : 0;
      long a = multiplyHigh(high, l);
      long b = multiplyHigh(low, h);
      long product = high * h;
      long newLow = product + a;
      long newHigh = multiplyHigh(high, h) + (Long.compareUnsigned(newLow, product) < 0 ? 1 : 0);
      product = newLow;
      newLow += b;
      newHigh += Long.compareUnsigned(newLow, product) < 0 ? 1 : 0;
      product = newLow;
      newLow += carry;
      high = newHigh + (Long.compareUnsigned(newLow, product) < 0 ? 1 : 0);
      low = newLow;
    }
    BigInteger ratio = unsigned(high).shiftLeft(64).or(unsigned(low));
    if (tick > 0) {
      ratio = FullMath.MAX_256.divide(ratio);
    }
    return FullMath.shiftRightUp(ratio, 32);
  }

  /**
   * The greatest tick whose price is not above this one.
   *
   * @param sqrtPriceX96 the square root of the price, with 96 bits behind the point
   * @throws IllegalArgumentException if the price is below {@link #MIN_SQRT_RATIO} or not below
   *     {@link #MAX_SQRT_RATIO}
   */
  public static int tick(BigInteger sqrtPriceX96) {
    if (sqrtPriceX96.compareTo(MIN_SQRT_RATIO) < 0 || sqrtPriceX96.compareTo(MAX_SQRT_RATIO) >= 0) {
      throw new IllegalArgumentException("no tick has the square root " + sqrtPriceX96);
    }
    // A guess by logarithm, which is mended exactly: it decides how long this takes, nothing else.
    int shift = Math.max(0, sqrtPriceX96.bitLength() - 53);
    double log = Math.log(sqrtPriceX96.shiftRight(shift).longValue()) + (shift - 96) * LOG_OF_2;
    int tick = (int) Math.floor(log / LOG_OF_ROOT);
    tick = Math.max(MIN_TICK, Math.min(MAX_TICK - 1, tick));
    while (sqrtRatio(tick).compareTo(sqrtPriceX96) > 0) {
      tick--;
    }
    while (sqrtRatio(tick + 1).compareTo(sqrtPriceX96) <= 0) {
      tick++;
    }
    return tick;
  }

  private static BigInteger unsigned(long n) {
    BigInteger low = BigInteger.valueOf(n & Long.MAX_VALUE);
    return n < 0 ? low.setBit(63) : low;
  }

  /** The upper 64 bits of the product of two unsigned numbers; the JDK has it from 18 on. */
  private static long multiplyHigh(long a, long b) {
    return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
  }
}
