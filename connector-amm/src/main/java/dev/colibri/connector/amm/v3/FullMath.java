package dev.colibri.connector.amm.v3;

import java.math.BigInteger;

/**
 * Products and quotients that round as told. The contracts reckon modulo 2<sup>256</sup>; here a
 * number grows, and where a contract would wrap around on purpose, {@link #wrap} says so.
 */
final class FullMath {
  static final BigInteger Q96 = BigInteger.ONE.shiftLeft(96);
  static final BigInteger Q128 = BigInteger.ONE.shiftLeft(128);
  static final BigInteger MAX_256 = BigInteger.ONE.shiftLeft(256).subtract(BigInteger.ONE);
  static final BigInteger MAX_128 = Q128.subtract(BigInteger.ONE);

  private FullMath() {}

  /** {@code a * b / c}, rounded down. None may be negative. */
  static BigInteger mulDiv(BigInteger a, BigInteger b, BigInteger c) {
    return a.multiply(b).divide(c);
  }

  /** {@code a * b / c}, rounded up. None may be negative. */
  static BigInteger mulDivUp(BigInteger a, BigInteger b, BigInteger c) {
    return divUp(a.multiply(b), c);
  }

  /** {@code a / b}, rounded up. Neither may be negative. */
  static BigInteger divUp(BigInteger a, BigInteger b) {
    BigInteger[] q = a.divideAndRemainder(b);
    return q[1].signum() == 0 ? q[0] : q[0].add(BigInteger.ONE);
  }

  /** {@code a / 2^bits}, rounded up. May not be negative. */
  static BigInteger shiftRightUp(BigInteger a, int bits) {
    BigInteger q = a.shiftRight(bits);
    return a.signum() != 0 && a.getLowestSetBit() < bits ? q.add(BigInteger.ONE) : q;
  }

  /** The value modulo 2<sup>256</sup>: growth counters overflow, and only differences count. */
  static BigInteger wrap(BigInteger a) {
    return a.and(MAX_256);
  }

  /** Refuses what is negative or above. */
  static void require(BigInteger n, BigInteger max, String name) {
    if (n.signum() < 0 || n.compareTo(max) > 0) {
      throw new IllegalArgumentException(name + " is outside 0 to " + max + ": " + n);
    }
  }
}
