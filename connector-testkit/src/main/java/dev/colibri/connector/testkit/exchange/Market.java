package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.exact;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * One market and its trading rules. Amounts have eight decimals; prices are in the quote asset per
 * unit of the base asset, quantities in the base asset, rates are fractions.
 *
 * <p>A spot market exchanges base for quote. A margined one trades a linear perpetual: nothing is
 * delivered, positions are kept, and profit, fees and funding are in the settlement asset, of which
 * one unit is one of the quote.
 *
 * @param tick prices are multiples of it
 * @param lot quantities are multiples of it
 * @param maxMarket the largest quantity of a market order
 * @param notional bounds of price times quantity
 * @param band how far from the average price, or the mark price, a limit price may be; null for no
 *     such rule
 * @param maxOrders open orders one account may have in this market
 * @param makerFee fraction of what the maker receives; of the notional where margined
 * @param takerFee fraction of what the taker receives; of the notional where margined
 * @param margin what stands behind positions, or null for a spot market
 */
public record Market(
    String base,
    String quote,
    BigDecimal tick,
    BigDecimal lot,
    Range price,
    Range quantity,
    BigDecimal maxMarket,
    Range notional,
    @Nullable Band band,
    int maxOrders,
    BigDecimal makerFee,
    BigDecimal takerFee,
    @Nullable Margin margin) {

  /** Whether a market accepts orders; cancels are accepted in both. */
  public enum Status {
    TRADING,
    BREAK
  }

  /** Bounds, both allowed. */
  public record Range(BigDecimal min, BigDecimal max) {
    public Range {
      min = exact(min);
      max = exact(max);
    }

    static Range of(String min, String max) {
      return new Range(new BigDecimal(min), new BigDecimal(max));
    }

    boolean contains(BigDecimal number) {
      return number.compareTo(min) >= 0 && number.compareTo(max) <= 0;
    }
  }

  /**
   * How positions are margined.
   *
   * @param settle the asset of wallets, profit, fees and funding
   * @param maxLeverage the largest notional one unit of margin may carry
   * @param maintenance the fraction of the notional below which a position is liquidated
   * @param fundingMillis between two payments of funding, which fall on multiples of it
   */
  public record Margin(String settle, int maxLeverage, BigDecimal maintenance, long fundingMillis) {

    /** As on most venues: 125, 0.4 % and eight hours. */
    static final int MAX_LEVERAGE = 125;

    public Margin {
      if (settle.isEmpty() || maxLeverage < 1 || maintenance.signum() <= 0 || fundingMillis < 1) {
        throw new IllegalArgumentException("margin needs an asset, leverage, a rate and a time");
      }
    }

    static Margin in(String settle) {
      return new Margin(settle, MAX_LEVERAGE, new BigDecimal("0.004"), 28_800_000L);
    }
  }

  /**
   * Multiples of the average price of the last five minutes that bound a limit price.
   *
   * @param bidUp a bid may not be above this multiple
   * @param bidDown a bid may not be below this multiple
   * @param askUp an ask may not be above this multiple
   * @param askDown an ask may not be below this multiple
   */
  public record Band(BigDecimal bidUp, BigDecimal bidDown, BigDecimal askUp, BigDecimal askDown) {}

  public Market {
    if (base.isEmpty() || quote.isEmpty() || base.equals(quote)) {
      throw new IllegalArgumentException("a market needs two assets: " + base + ", " + quote);
    }
    tick = exact(tick);
    lot = exact(lot);
    maxMarket = exact(maxMarket);
    if (tick.signum() <= 0 || lot.signum() <= 0 || price.min().signum() <= 0) {
      throw new IllegalArgumentException("tick, lot and least price must be positive");
    }
    if (quantity.min().compareTo(lot) < 0) {
      throw new IllegalArgumentException("the least quantity must be at least one lot");
    }
    if (Amounts.decimals(tick) + Amounts.decimals(lot) > Amounts.DECIMALS) {
      // Otherwise price times quantity could not be paid exactly.
      throw new IllegalArgumentException("tick and lot together have more than eight decimals");
    }
  }

  /** A market with everyday limits: fees of 0.1 %, five quote units at least, 200 open orders. */
  public static Market of(String base, String quote, String tick, String lot) {
    var fee = new BigDecimal("0.001");
    return new Market(
        base,
        quote,
        new BigDecimal(tick),
        new BigDecimal(lot),
        Range.of(tick, "10000000"),
        Range.of(lot, "9000000"),
        new BigDecimal("90000"),
        Range.of("5", "9000000"),
        null,
        200,
        fee,
        fee,
        null);
  }

  /**
   * A perpetual settled in its quote asset, with everyday limits: fees of 0.02 % and 0.05 %,
   * leverage up to 125, funding every eight hours.
   */
  public static Market perp(String base, String quote, String tick, String lot) {
    return of(base, quote, tick, lot).withMargin(Margin.in(quote)).withFees("0.0002", "0.0005");
  }

  /** Base and quote joined by a hyphen, such as {@code BTC-USDT}: how the exchange names it. */
  public String name() {
    return base + "-" + quote;
  }

  public Market withFees(String maker, String taker) {
    var m = new BigDecimal(maker);
    var t = new BigDecimal(taker);
    return new Market(
        base, quote, tick, lot, price, quantity, maxMarket, notional, band, maxOrders, m, t,
        margin);
  }

  public Market withTick(BigDecimal other) {
    return new Market(
        base, quote, other, lot, price, quantity, maxMarket, notional, band, maxOrders, makerFee,
        takerFee, margin);
  }

  public Market withQuantity(String min, String max, String maxMarketQuantity) {
    var q = Range.of(min, max);
    var m = new BigDecimal(maxMarketQuantity);
    return new Market(
        base, quote, tick, lot, price, q, m, notional, band, maxOrders, makerFee, takerFee, margin);
  }

  public Market withNotional(String min, String max) {
    var n = Range.of(min, max);
    return new Market(
        base, quote, tick, lot, price, quantity, maxMarket, n, band, maxOrders, makerFee, takerFee,
        margin);
  }

  public Market withBand(Band b) {
    return new Market(
        base, quote, tick, lot, price, quantity, maxMarket, notional, b, maxOrders, makerFee,
        takerFee, margin);
  }

  public Market withMaxOrders(int max) {
    return new Market(
        base, quote, tick, lot, price, quantity, maxMarket, notional, band, max, makerFee, takerFee,
        margin);
  }

  public Market withMargin(@Nullable Margin other) {
    return new Market(
        base, quote, tick, lot, price, quantity, maxMarket, notional, band, maxOrders, makerFee,
        takerFee, other);
  }

  /** Whether it trades a perpetual, of which positions are kept. */
  public boolean isMargined() {
    return margin != null;
  }

  /** {@link #margin()} of a market that has it. */
  Margin requireMargin() {
    if (margin == null) {
      throw new IllegalArgumentException(name() + " is a spot market");
    }
    return margin;
  }

  BigDecimal feeRate(boolean maker) {
    return maker ? makerFee : takerFee;
  }
}
