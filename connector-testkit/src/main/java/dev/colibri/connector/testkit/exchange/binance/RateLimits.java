package dev.colibri.connector.testkit.exchange.binance;

/**
 * How much one address and one account may ask.
 *
 * @param weightPerMinute request weight per address and minute of the clock
 * @param ordersPerTenSeconds unfilled orders per account
 * @param ordersPerDay unfilled orders per account
 */
public record RateLimits(int weightPerMinute, int ordersPerTenSeconds, int ordersPerDay) {

  /** The venue's own. */
  public static final RateLimits VENUE = new RateLimits(6_000, 100, 200_000);

  public RateLimits {
    if (weightPerMinute < 1 || ordersPerTenSeconds < 1 || ordersPerDay < 1) {
      throw new IllegalArgumentException("limits must be positive");
    }
  }
}
