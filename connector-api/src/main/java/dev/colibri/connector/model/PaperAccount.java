package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated account begins with, and how far from the venue it is. Immutable; every word
 * returns a new account.
 */
public final class PaperAccount {
  private final Map<String, BigDecimal> balances;
  private final Duration latency;
  private final @Nullable FeeRate fees;

  private PaperAccount(Map<String, BigDecimal> balances, Duration latency, @Nullable FeeRate fees) {
    this.balances = balances;
    this.latency = latency;
    this.fees = fees;
  }

  /**
   * An account 50 milliseconds away, which is charged the venue's default fees.
   *
   * @param balances by asset, as the venue's instruments spell it; each at least 0
   */
  public static PaperAccount of(Map<String, String> balances) {
    Map<String, BigDecimal> sorted = new TreeMap<>();
    balances.forEach(
        (asset, amount) -> {
          BigDecimal n = Order.decimal(amount, asset);
          if (n.signum() < 0) {
            throw new IllegalArgumentException(asset + " must not be negative, is " + amount);
          }
          sorted.put(asset, n);
        });
    return new PaperAccount(Collections.unmodifiableMap(sorted), Duration.ofMillis(50), null);
  }

  /**
   * How long a place or a cancel takes until its answer is here: the way to the venue and back. An
   * order meets the market data that has arrived here by then, which is as old as the way back is
   * long: what the venue knew when the order reached it.
   *
   * @param roundTrip 0 to a minute
   */
  public PaperAccount latency(Duration roundTrip) {
    if (roundTrip.isNegative() || roundTrip.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("a latency must be 0 to a minute, is " + roundTrip);
    }
    return new PaperAccount(balances, roundTrip, fees);
  }

  /** The account's own rates, as fractions: 0.001 is 0.1 %. */
  public PaperAccount fees(String maker, String taker) {
    FeeRate rate =
        new FeeRate(null, Order.decimal(maker, "maker fee"), Order.decimal(taker, "taker fee"));
    return new PaperAccount(balances, latency, rate);
  }

  /** By asset, in order of its name. */
  public Map<String, BigDecimal> balances() {
    return balances;
  }

  /** The way to the venue and back. */
  public Duration latency() {
    return latency;
  }

  /** The account's own rates; null for the venue's default ones. */
  public @Nullable FeeRate fees() {
    return fees;
  }
}
