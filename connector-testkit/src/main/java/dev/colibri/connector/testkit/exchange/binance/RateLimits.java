package dev.colibri.connector.testkit.exchange.binance;

/**
 * How much one address and one account may ask.
 *
 * @param weightPerMinute request weight per address and minute of the clock
 * @param ordersPerTenSeconds orders per account; on spot, unfilled ones
 * @param orders unfilled orders per account and day on spot, orders per account and minute else
 */
public record RateLimits(int weightPerMinute, int ordersPerTenSeconds, int orders) {

  /** The venue's own on spot. */
  public static final RateLimits VENUE = new RateLimits(6_000, 100, 200_000);

  /** The venue's own of perpetuals. */
  public static final RateLimits PERP = new RateLimits(2_400, 300, 1_200);

  public RateLimits {
    if (weightPerMinute < 1 || ordersPerTenSeconds < 1 || orders < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
