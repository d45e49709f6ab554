package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Exact amounts: every price, quantity and balance of the exchange has eight decimals. */
final class Amounts {

  /** Decimals of every amount, as on most venues. */
  static final int DECIMALS = 8;

  static final BigDecimal ZERO = BigDecimal.ZERO.setScale(DECIMALS);

  private Amounts() {}

  /** The same number with eight decimals; a number that needs more is refused, never rounded. */
  static BigDecimal exact(BigDecimal number) {
    try {
      return number.setScale(DECIMALS, RoundingMode.UNNECESSARY);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("more than eight decimals: " + number.toPlainString(), e);
    }
  }

  static BigDecimal exact(String number) {
    return exact(new BigDecimal(number));
  }

  /**
   * The product of two exact amounts; exact too, because a market's tick and lot together have at
   * most eight decimals.
   */
  static BigDecimal times(BigDecimal a, BigDecimal b) {
    if (!isShort(a) || !isShort(b)) {
      return exact(a.multiply(b));
    }
    // The same in longs: BigDecimal would divide sixteen decimals away, a hundred times slower.
    long x = a.unscaledValue().longValue();
    long y = b.unscaledValue().longValue();
    int surplus = DECIMALS;
    for (; surplus > 0 && x % 10 == 0; surplus--) {
      x /= 10;
    }
    for (; surplus > 0 && y % 10 == 0; surplus--) {
      y /= 10;
    }
    boolean fits = surplus == 0 && Math.multiplyHigh(x, y) == x * y >> 63;
    return fits ? BigDecimal.valueOf(x * y, DECIMALS) : exact(a.multiply(b));
  }

  private static boolean isShort(BigDecimal number) {
    return number.scale() == DECIMALS && number.precision() <= 18;
  }

  /** What a rate takes from an amount, rounded down to eight decimals. */
  static BigDecimal share(BigDecimal amount, BigDecimal rate) {
    return amount.multiply(rate).setScale(DECIMALS, RoundingMode.DOWN);
  }

  /** The product of any two numbers, rounded to eight decimals. */
  static BigDecimal value(BigDecimal a, BigDecimal b) {
    return a.multiply(b).setScale(DECIMALS, RoundingMode.HALF_EVEN);
  }

  static boolean isMultiple(BigDecimal number, BigDecimal step) {
    return isShort(number) && isShort(step)
        ? number.unscaledValue().longValue() % step.unscaledValue().longValue() == 0
        : number.remainder(step).signum() == 0;
  }

  /** How many whole steps fit into a number. */
  static long count(BigDecimal number, BigDecimal step) {
    return isShort(number) && isShort(step)
        ? number.unscaledValue().longValue() / step.unscaledValue().longValue()
        : number.divideToIntegralValue(step).longValueExact();
  }

  /** How many decimals a number needs. */
  static int decimals(BigDecimal number) {
    return Math.max(0, number.stripTrailingZeros().scale());
  }

  static BigDecimal min(BigDecimal a, BigDecimal b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
