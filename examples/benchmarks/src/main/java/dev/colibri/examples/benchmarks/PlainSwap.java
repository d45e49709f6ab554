package dev.colibri.examples.benchmarks;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.NavigableMap;

/**
 * A swap of a pool with concentrated liquidity as one writes it down at first: a tree of ticks, the
 * root of every tick multiplied out, and the tick looked for after every step. It is what the
 * connector's own is compared with.
 */
final class PlainSwap {
  private static final BigInteger ONE = BigInteger.ONE;
  private static final BigInteger ZERO = BigInteger.ZERO;
  private static final BigInteger Q96 = ONE.shiftLeft(96);
  private static final BigInteger Q128 = ONE.shiftLeft(128);
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
  private static final int MAX_TICK = 887272;
  private static final BigInteger[] POWERS = powers();

  private PlainSwap() {}

  private static BigInteger[] powers() {
    MathContext digits = new MathContext(120);
    BigInteger[] powers = new BigInteger[20];
    for (int i = 0; i < powers.length; i++) {
      BigDecimal root = new BigDecimal("1.0001").pow(1 << i, digits).sqrt(digits);
      powers[i] =
          new BigDecimal(Q128)
              .divide(root, digits)
              .setScale(0, RoundingMode.HALF_EVEN)
              .toBigIntegerExact();
    }
    return powers;
  }

  static BigInteger root(int tick) {
    BigInteger ratio = Q128;
    for (int i = 0; i < POWERS.length; i++) {
      if ((Math.abs(tick) >> i & 1) == 1) {
        ratio = ratio.multiply(POWERS[i]).shiftRight(128);
      }
    }
    if (tick > 0) {
      ratio = ONE.shiftLeft(256).subtract(ONE).divide(ratio);
    }
    return up(ratio, ONE.shiftLeft(32));
  }

  private static int tick(BigInteger root) {
    int shift = Math.max(0, root.bitLength() - 60);
    double log = Math.log(root.shiftRight(shift).longValue()) + (shift - 96) * Math.log(2);
    int tick = (int) Math.floor(2 * log / Math.log(1.0001));
    while (root(tick + 1).compareTo(root) <= 0) {
      tick++;
    }
    while (root(tick).compareTo(root) > 0) {
      tick--;
    }
    return tick;
  }

  private static BigInteger up(BigInteger a, BigInteger b) {
    return a.add(b).subtract(ONE).divide(b);
  }

  /** What comes out for an exact amount of token0. */
  static BigInteger sell(
      BigInteger price,
      int tick,
      BigInteger liquidity,
      int fee,
      int spacing,
      NavigableMap<Integer, BigInteger> net,
      BigInteger amount) {
    BigInteger left = amount;
    BigInteger out = ZERO;
    while (left.signum() > 0 && tick > -MAX_TICK) {
      int word = (Math.floorDiv(tick, spacing) >> 8 << 8) * spacing;
      Map.Entry<Integer, BigInteger> entry = net.floorEntry(tick);
      boolean isTick = entry != null && entry.getKey() >= word;
      int next = Math.max(-MAX_TICK, isTick ? entry.getKey() : word);
      BigInteger target = root(next);
      BigInteger l96 = liquidity.multiply(Q96);
      BigInteger reach = up(up(l96.multiply(price.subtract(target)), price), target);
      BigInteger kept = left.multiply(MILLION.subtract(BigInteger.valueOf(fee))).divide(MILLION);
      boolean arrives = kept.compareTo(reach) >= 0;
      BigInteger to = arrives ? target : up(l96.multiply(price), l96.add(kept.multiply(price)));
      BigInteger in = up(up(l96.multiply(price.subtract(to)), price), to);
      out = out.add(liquidity.multiply(price.subtract(to)).divide(Q96));
      BigInteger paid =
          arrives
              ? in.add(
                  up(
                      in.multiply(BigInteger.valueOf(fee)),
                      MILLION.subtract(BigInteger.valueOf(fee))))
              : left;
      left = left.subtract(paid);
      price = to;
      if (price.equals(target)) {
        liquidity = isTick ? liquidity.subtract(entry.getValue()) : liquidity;
        tick = next - 1;
      } else {
        tick = tick(price);
      }
    }
    return out;
  }
}
