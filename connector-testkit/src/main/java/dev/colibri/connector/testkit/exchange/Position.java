package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * What an account holds in a margined market, as it stood at one moment.
 *
 * @param market the market's {@linkplain Market#name() name}
 * @param size base units, negative when short
 * @param cost quote units paid for the size, negative when short: entry price times size
 * @param realised profit less loss of everything ever closed, before fees and funding
 * @param updated when the size last changed, in milliseconds since 1970; 0 for never
 */
public record Position(
    String account,
    String market,
    Side side,
    BigDecimal size,
    BigDecimal cost,
    BigDecimal realised,
    long updated) {

  /** Which of a market's positions it is: one of both signs, or one of the two of a hedge. */
  public enum Side {
    BOTH,
    LONG,
    SHORT
  }

  public boolean isFlat() {
    return size.signum() == 0;
  }

  /** The average price of what is open, zero when nothing is. */
  public BigDecimal entryPrice() {
    return isFlat() ? Amounts.ZERO : cost.divide(size, Amounts.DECIMALS, RoundingMode.HALF_EVEN);
  }

  /** What closing at this price would bring, rounded to eight decimals. */
  public BigDecimal profitAt(BigDecimal price) {
    return Amounts.value(size, price).subtract(cost);
  }
}
