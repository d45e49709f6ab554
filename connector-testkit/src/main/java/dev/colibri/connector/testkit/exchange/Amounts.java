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

  /** Price times quantity; exact, because a market's tick and lot have at most eight decimals. */
  static BigDecimal times(BigDecimal price, BigDecimal quantity) {
    return exact(price.multiply(quantity));
  }

  /** What a rate takes from an amount, rounded down to eight decimals. */
  static BigDecimal share(BigDecimal amount, BigDecimal rate) {
    return amount.multiply(rate).setScale(DECIMALS, RoundingMode.DOWN);
  }

  /** The largest multiple of {@code step} that is not above {@code number}. */
  static BigDecimal floor(BigDecimal number, BigDecimal step) {
    return exact(number.divideToIntegralValue(step).multiply(step));
  }

  static boolean isMultiple(BigDecimal number, BigDecimal step) {
    return number.remainder(step).signum() == 0;
  }

  static BigDecimal min(BigDecimal a, BigDecimal b) {
    return a.compareTo(b) <= 0 ? a : b;
  }
}
