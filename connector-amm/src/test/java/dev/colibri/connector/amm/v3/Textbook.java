package dev.colibri.connector.amm.v3;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The same arithmetic said as plainly as possible, and slowly: fractions that are rounded once, and
 * a search for the next tick that looks at one after the other. It shares no line with its subject.
 */
final class Textbook {
  private static final BigInteger Q96 = BigInteger.TWO.pow(96);
  private static final BigInteger Q128 = BigInteger.TWO.pow(128);
  private static final BigInteger Q256 = BigInteger.TWO.pow(256);
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
  private static final MathContext DIGITS = new MathContext(120);
  private static final BigInteger[] POWERS = new BigInteger[20];

  static {
    for (int i = 0; i < POWERS.length; i++) {
      BigDecimal root = new BigDecimal("1.0001").pow(1 << i, DIGITS).sqrt(DIGITS);
      POWERS[i] =
          new BigDecimal(Q128)
              .divide(root, DIGITS)
              .setScale(0, RoundingMode.HALF_EVEN)
              .toBigIntegerExact();
    }
  }

  private Textbook() {}

  static BigInteger sqrtRatio(int tick) {
    BigInteger ratio = Q128;
    for (int i = 0; i < POWERS.length; i++) {
      if ((Math.abs(tick) & 1 << i) != 0) {
        ratio = ratio.multiply(POWERS[i]).divide(Q128);
      }
    }
    if (tick > 0) {
      ratio = Q256.subtract(BigInteger.ONE).divide(ratio);
    }
    return up(ratio, BigInteger.TWO.pow(32));
  }

  /** By halves: the greatest tick whose root is not above. */
  static int tickAt(BigInteger root) {
    int low = -887272;
    int above = 887272;
    while (above - low > 1) {
      int middle = Math.floorDiv(low + above, 2);
      if (sqrtRatio(middle).compareTo(root) <= 0) {
        low = middle;
      } else {
        above = middle;
      }
    }
    return low;
  }

  static BigInteger up(BigInteger a, BigInteger b) {
    return a.add(b).subtract(BigInteger.ONE).divide(b);
  }

  /** A pool that is changed by swaps, as the contract is. */
  static final class Pool {
    final int fee;
    final int spacing;
    final int fee0Part;
    final int fee1Part;
    BigInteger price;
    int tick;
    BigInteger liquidity = BigInteger.ZERO;
    final BigInteger[] growth = {BigInteger.ZERO, BigInteger.ZERO};
    final TreeMap<Integer, BigInteger> net = new TreeMap<>();
    final TreeMap<Integer, BigInteger> gross = new TreeMap<>();
    final TreeMap<Integer, BigInteger[]> outside = new TreeMap<>();
    BigInteger in = BigInteger.ZERO;
    BigInteger out = BigInteger.ZERO;

    Pool(int fee, int spacing, int fee0Part, int fee1Part, int tick, BigInteger price) {
      this.fee = fee;
      this.spacing = spacing;
      this.fee0Part = fee0Part;
      this.fee1Part = fee1Part;
      this.tick = tick;
      this.price = price;
    }

    /** Adds liquidity (or takes it, if negative) between two ticks. */
    void provide(int lower, int upper, BigInteger amount) {
      change(lower, amount, amount);
      change(upper, amount, amount.negate());
      if (lower <= tick && tick < upper) {
        liquidity = liquidity.add(amount);
      }
    }

    private void change(int index, BigInteger amount, BigInteger rising) {
      if (!gross.containsKey(index)) {
        BigInteger zero = BigInteger.ZERO;
        outside.put(index, index <= tick ? growth.clone() : new BigInteger[] {zero, zero});
      }
      gross.merge(index, amount, BigInteger::add);
      net.merge(index, rising, BigInteger::add);
      if (gross.get(index).signum() == 0) {
        gross.remove(index);
        net.remove(index);
        outside.remove(index);
      }
    }

    void swap(boolean zeroForOne, boolean exactIn, BigInteger amount, BigInteger limit) {
      in = BigInteger.ZERO;
      out = BigInteger.ZERO;
      BigInteger left = amount;
      while (left.signum() != 0 && !price.equals(limit)) {
        int next = next(zeroForOne);
        BigInteger root = sqrtRatio(next);
        BigInteger target = zeroForOne ? root.max(limit) : root.min(limit);
        BigInteger reach = exactIn ? in(target, zeroForOne) : out(target, zeroForOne);
        BigInteger have =
            exactIn
                ? left.multiply(MILLION.subtract(BigInteger.valueOf(fee))).divide(MILLION)
                : left;
        boolean arrives = have.compareTo(reach) >= 0;
        BigInteger to = arrives ? target : price(have, zeroForOne, exactIn);
        BigInteger stepIn = in(to, zeroForOne);
        BigInteger stepOut = out(to, zeroForOne);
        if (!exactIn) {
          stepOut = stepOut.min(left);
        }
        BigInteger stepFee =
            exactIn && !arrives
                ? left.subtract(stepIn)
                : up(
                    stepIn.multiply(BigInteger.valueOf(fee)),
                    MILLION.subtract(BigInteger.valueOf(fee)));
        in = in.add(stepIn).add(stepFee);
        out = out.add(stepOut);
        left = left.subtract(exactIn ? stepIn.add(stepFee) : stepOut);
        int token = zeroForOne ? 0 : 1;
        int part = zeroForOne ? fee0Part : fee1Part;
        if (part > 0) {
          stepFee = stepFee.subtract(stepFee.divide(BigInteger.valueOf(part)));
        }
        if (liquidity.signum() > 0) {
          growth[token] = growth[token].add(stepFee.multiply(Q128).divide(liquidity)).mod(Q256);
        }
        boolean still = to.equals(price);
        price = to;
        if (price.equals(root)) {
          if (net.containsKey(next)) {
            liquidity = liquidity.add(zeroForOne ? net.get(next).negate() : net.get(next));
            BigInteger[] o = outside.get(next);
            for (int i = 0; i < 2; i++) {
              o[i] = growth[i].subtract(o[i]).mod(Q256);
            }
          }
          tick = zeroForOne ? next - 1 : next;
        } else if (!still) {
          tick = tickAt(price);
        }
      }
    }

    /** Goes from bit to bit until one is set, or the word of 256 bits ends. */
    private int next(boolean down) {
      int bit = Math.floorDiv(tick, spacing) + (down ? 0 : 1);
      int last = down ? 0 : 255;
      while (!net.containsKey(bit * spacing) && Math.floorMod(bit, 256) != last) {
        bit += down ? -1 : 1;
      }
      return Math.max(-887272, Math.min(887272, bit * spacing));
    }

    private BigInteger in(BigInteger to, boolean zeroForOne) {
      BigInteger width = price.subtract(to).abs();
      return zeroForOne
          ? up(liquidity.multiply(Q96).multiply(width), price.multiply(to))
          : up(liquidity.multiply(width), Q96);
    }

    private BigInteger out(BigInteger to, boolean zeroForOne) {
      BigInteger width = price.subtract(to).abs();
      return zeroForOne
          ? liquidity.multiply(width).divide(Q96)
          : liquidity.multiply(Q96).multiply(width).divide(price.multiply(to));
    }

    private BigInteger price(BigInteger amount, boolean zeroForOne, boolean isIn) {
      if (zeroForOne == isIn) {
        BigInteger x = liquidity.multiply(Q96);
        BigInteger moved = amount.multiply(price);
        return up(x.multiply(price), isIn ? x.add(moved) : x.subtract(moved));
      }
      return isIn
          ? price.add(amount.multiply(Q96).divide(liquidity))
          : price.subtract(up(amount.multiply(Q96), liquidity));
    }

    V3State state() {
      List<V3Tick> ticks = new ArrayList<>();
      net.forEach(
          (i, n) ->
              ticks.add(new V3Tick(i, gross.get(i), n, outside.get(i)[0], outside.get(i)[1])));
      return new V3State(
          fee,
          new ProtocolFee(
              fee0Part == 0 ? 0 : 1,
              Math.max(1, fee0Part),
              fee1Part == 0 ? 0 : 1,
              Math.max(1, fee1Part)),
          price,
          tick,
          liquidity,
          growth[0],
          growth[1],
          V3Ticks.all(spacing, ticks));
    }
  }
}
