package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bounds that a trader sets on a connector, beside those of the venue: an order beyond one of them
 * is refused before it is sent. Immutable; every word returns a new guard. Notionals are in quote
 * units, whatever the quote asset is.
 */
public final class Guard {
  private static final Guard NONE = new Guard(Collections.emptyMap(), null, null, null, 0, 0);

  private final Map<String, BigDecimal> maxOrderSizes;
  private final @Nullable BigDecimal maxOrderNotional;
  private final @Nullable BigDecimal maxExposure;
  private final @Nullable BigDecimal priceBand;
  private final int maxOrdersPerSecond;
  private final int maxOrdersPerMinute;

  private Guard(
      Map<String, BigDecimal> maxOrderSizes,
      @Nullable BigDecimal maxOrderNotional,
      @Nullable BigDecimal maxExposure,
      @Nullable BigDecimal priceBand,
      int maxOrdersPerSecond,
      int maxOrdersPerMinute) {
    this.maxOrderSizes = maxOrderSizes;
    this.maxOrderNotional = maxOrderNotional;
    this.maxExposure = maxExposure;
    this.priceBand = priceBand;
    this.maxOrdersPerSecond = maxOrdersPerSecond;
    this.maxOrdersPerMinute = maxOrdersPerMinute;
  }

  /** No bound at all. */
  public static Guard none() {
    return NONE;
  }

  /**
   * The largest order of an instrument, in base units. One by quote amount is held to it by the mid
   * of the book, or by the price that it is expected to fill at where that is lower.
   */
  public Guard maxOrderSize(Instrument instrument, String size) {
    Map<String, BigDecimal> more = new TreeMap<>(maxOrderSizes);
    more.put(instrument.name(), positive(size, "order size"));
    return new Guard(
        Collections.unmodifiableMap(more),
        maxOrderNotional,
        maxExposure,
        priceBand,
        maxOrdersPerSecond,
        maxOrdersPerMinute);
  }

  /**
   * The largest order, in quote units. A sell below the mid of the book counts with the mid, where
   * that is known.
   */
  public Guard maxOrderNotional(String notional) {
    return new Guard(
        maxOrderSizes,
        positive(notional, "order notional"),
        maxExposure,
        priceBand,
        maxOrdersPerSecond,
        maxOrdersPerMinute);
  }

  /**
   * The most that the live orders of one side of an instrument may come to, in quote units; orders
   * whose outcome is unknown count as live. On a perpetual the position counts, too, and what it
   * may close is let through.
   */
  public Guard maxExposure(String notional) {
    return new Guard(
        maxOrderSizes,
        maxOrderNotional,
        positive(notional, "exposure"),
        priceBand,
        maxOrdersPerSecond,
        maxOrdersPerMinute);
  }

  /**
   * How far a buy may be above the reference price and a sell below it, as a fraction: 0.05 is 5 %.
   * The reference is the mid of the book; without a valid book no order passes. The passive side is
   * not bounded.
   */
  public Guard priceBand(String fraction) {
    return new Guard(
        maxOrderSizes,
        maxOrderNotional,
        maxExposure,
        positive(fraction, "price band"),
        maxOrdersPerSecond,
        maxOrdersPerMinute);
  }

  /** How many orders may be placed or changed within any second, at most 10,000. */
  public Guard maxOrdersPerSecond(int orders) {
    return new Guard(
        maxOrderSizes, maxOrderNotional, maxExposure, priceBand, count(orders), maxOrdersPerMinute);
  }

  /** How many orders may be placed or changed within any minute, at most 10,000. */
  public Guard maxOrdersPerMinute(int orders) {
    return new Guard(
        maxOrderSizes, maxOrderNotional, maxExposure, priceBand, maxOrdersPerSecond, count(orders));
  }

  private static BigDecimal positive(String text, String what) {
    BigDecimal n = Order.decimal(text, what);
    if (n.signum() <= 0) {
      throw new IllegalArgumentException("the largest " + what + " must be positive, is " + text);
    }
    return n;
  }

  private static int count(int orders) {
    if (orders < 1 || orders > 10_000) {
      throw new IllegalArgumentException("orders must be 1 to 10,000, is " + orders);
    }
    return orders;
  }

  /** The largest order of an instrument in base units; null when not bounded. */
  public @Nullable BigDecimal maxOrderSize(Instrument instrument) {
    return maxOrderSizes.get(instrument.name());
  }

  /** In quote units; null when not bounded. */
  public @Nullable BigDecimal maxOrderNotional() {
    return maxOrderNotional;
  }

  /** In quote units; null when not bounded. */
  public @Nullable BigDecimal maxExposure() {
    return maxExposure;
  }

  /** As a fraction; null when not bounded. */
  public @Nullable BigDecimal priceBand() {
    return priceBand;
  }

  /** 0 when not bounded. */
  public int maxOrdersPerSecond() {
    return maxOrdersPerSecond;
  }

  /** 0 when not bounded. */
  public int maxOrdersPerMinute() {
    return maxOrdersPerMinute;
  }
}
