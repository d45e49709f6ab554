package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something a venue trades: what it is called here and there, and what orders it takes.
 *
 * <p>Two instruments are equal when venue and symbol are: a change of rules makes a new object of
 * the same instrument.
 */
public final class Instrument {

  /** Whether it can be traded. */
  public enum State {
    /** Listed, and not yet open. */
    PRE_OPEN,
    TRADING,
    /** Halted or in an auction; orders are refused for the time being. */
    HALTED,
    /** Gone. */
    DELISTED,
    /**
     * The venue says something this version does not know; {@link #attribute} "state" has its text.
     */
    UNKNOWN
  }

  private final String venue;
  private final String base;
  private final String quote;
  private final String name;
  private final String symbol;
  private final State state;
  private final TradingRules rules;
  private final int priceDigits;
  private final int sizeDigits;
  private final String settle;
  private final BigDecimal contractSize;
  private final long contractUnits;
  private final int contractDigits;
  private final @Nullable BigDecimal maxLeverage;
  private final Map<String, String> attributes;
  private final Order buy;
  private final Order sell;

  /** Every market-data message looks its instrument up. */
  private final int hash;

  private Instrument(Builder b) {
    venue = b.venue;
    base = b.base;
    quote = b.quote;
    name = base + "-" + quote;
    symbol = b.symbol;
    state = b.state;
    rules = b.rules;
    priceDigits = b.priceDigits >= 0 ? b.priceDigits : digits(rules.tickSize());
    sizeDigits = b.sizeDigits >= 0 ? b.sizeDigits : digits(rules.lotSize());
    settle = b.settle == null ? b.quote : b.settle;
    contractSize = b.contractSize.stripTrailingZeros();
    BigDecimal plain = contractSize.scale() < 0 ? contractSize.setScale(0) : contractSize;
    contractUnits = plain.unscaledValue().longValueExact();
    contractDigits = plain.scale();
    maxLeverage = b.maxLeverage;
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(b.attributes));
    hash = 31 * venue.hashCode() + symbol.hashCode();
    buy = new Order(this, Side.BUY);
    sell = new Order(this, Side.SELL);
    if (contractSize.signum() <= 0) {
      throw new IllegalArgumentException(
          "a contract of " + symbol + " must be positive, is " + contractSize.toPlainString());
    }
  }

  private static int digits(BigDecimal step) {
    return Math.max(0, step.stripTrailingZeros().scale());
  }

  /** The order that all others of that side are made from, of which nothing is said yet. */
  Order order(Side side) {
    return side == Side.BUY ? buy : sell;
  }

  /** The venue and kind, as in {@code binance-spot}. */
  public String venue() {
    return venue;
  }

  /** What is bought and sold, as the venue spells it. */
  public String base() {
    return base;
  }

  /** What it is paid with, as the venue spells it. */
  public String quote() {
    return quote;
  }

  /** {@code BASE-QUOTE}, the name strategies use. */
  public String name() {
    return name;
  }

  /** The venue's own spelling. */
  public String symbol() {
    return symbol;
  }

  public State state() {
    return state;
  }

  public TradingRules rules() {
    return rules;
  }

  /** Decimal places of the prices of its order book. */
  public int priceDigits() {
    return priceDigits;
  }

  /** Decimal places of the sizes of its order book. */
  public int sizeDigits() {
    return sizeDigits;
  }

  /**
   * The asset in which a perpetual's margin, profit, fees and funding are reckoned, as the venue
   * spells it; the quote on spot.
   */
  public String settle() {
    return settle;
  }

  /** Base units a contract, where the venue counts sizes in contracts; otherwise 1. */
  public BigDecimal contractSize() {
    return contractSize;
  }

  /** {@link #contractSize()} in units of 10<sup>-{@link #contractDigits()}</sup>. */
  public long contractUnits() {
    return contractUnits;
  }

  /** Decimal places of {@link #contractUnits()}. */
  public int contractDigits() {
    return contractDigits;
  }

  /** The most leverage that the venue takes at all; null where it does not tell, and on spot. */
  public @Nullable BigDecimal maxLeverage() {
    return maxLeverage;
  }

  /**
   * A size as the venue counts it.
   *
   * @param base in base units
   * @return in contracts, exactly
   * @throws Refused when that is no decimal number; a multiple of the lot size always is
   */
  public BigDecimal contracts(BigDecimal base) {
    if (contractSize.compareTo(BigDecimal.ONE) == 0) {
      return base;
    }
    try {
      BigDecimal exact = base.divide(contractSize).stripTrailingZeros();
      return exact.scale() < 0 ? exact.setScale(0) : exact;
    } catch (ArithmeticException e) {
      throw new Refused(
          Rule.LOT_SIZE,
          base.toPlainString(),
          rules.roundSize(base),
          "%s %s is no number of contracts of %s"
              .formatted(base.toPlainString(), this.base, contractSize.toPlainString()));
    }
  }

  /**
   * A size as strategies count it.
   *
   * @param contracts as the venue counts it
   * @return in base units
   */
  public BigDecimal baseSize(BigDecimal contracts) {
    return contractSize.compareTo(BigDecimal.ONE) == 0
        ? contracts
        : contracts.multiply(contractSize);
  }

  /**
   * The dialect's own fields, in the order it gave them: other spellings, asset ids, multipliers.
   */
  public Map<String, String> attributes() {
    return attributes;
  }

  /** One of the dialect's own fields, or null. */
  public @Nullable String attribute(String key) {
    return attributes.get(key);
  }

  /**
   * A price of a view as a number, written with the digits of the tick size where they suffice.
   *
   * @param scaled in units of 10<sup>-digits</sup>
   */
  public BigDecimal price(long scaled, int digits) {
    return written(scaled, digits, rules.tickSize().scale());
  }

  /**
   * A size of a view as a number, written with the digits of the lot size where they suffice.
   *
   * @param scaled in units of 10<sup>-digits</sup>
   */
  public BigDecimal size(long scaled, int digits) {
    return written(scaled, digits, rules.lotSize().scale());
  }

  private static BigDecimal written(long scaled, int digits, int enough) {
    long n = scaled;
    int scale = digits;
    while (scale > Math.max(0, enough) && n % 10 == 0) {
      n /= 10;
      scale--;
    }
    return BigDecimal.valueOf(n, scale);
  }

  /** The price of a whole number of ticks. */
  public BigDecimal ticks(long ticks) {
    return rules.tickSize().multiply(BigDecimal.valueOf(ticks));
  }

  /**
   * A lawful price from a floating-point one: the only door through which a double becomes money.
   *
   * @throws IllegalArgumentException when it is not a positive finite number
   */
  public BigDecimal price(double price, RoundingMode mode) {
    return rules.roundPrice(exact(price, "price"), mode);
  }

  /** A lawful size, rounded down, from a floating-point one. */
  public BigDecimal size(double size) {
    return rules.roundSize(exact(size, "size"));
  }

  private static BigDecimal exact(double n, String what) {
    if (!(n > 0) || Double.isInfinite(n)) {
      throw new IllegalArgumentException(what + " must be a positive finite number, is " + n);
    }
    // The shortest decimal that reads back as the same double: 0.1 is 0.1 and not
    // 0.1000000000000000055.
    return BigDecimal.valueOf(n);
  }

  /** Whether both trade the same base asset, on whatever venue and against whatever quote. */
  public boolean sameAsset(Instrument other) {
    return base.equals(other.base);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Instrument i && venue.equals(i.venue) && symbol.equals(i.symbol);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return name + "@" + venue;
  }

  /**
   * Begins an instrument.
   *
   * @param venue the venue and kind, as in {@code binance-spot}
   * @param symbol the venue's own spelling
   */
  public static Builder builder(
      String venue, String symbol, String base, String quote, TradingRules rules) {
    return new Builder(venue, symbol, base, quote, rules);
  }

  /** Collects what an instrument is. */
  public static final class Builder {
    private final String venue;
    private final String symbol;
    private final String base;
    private final String quote;
    private final TradingRules rules;
    private final Map<String, String> attributes = new LinkedHashMap<>();
    private State state = State.TRADING;
    private int priceDigits = -1;
    private int sizeDigits = -1;
    private @Nullable String settle;
    private BigDecimal contractSize = BigDecimal.ONE;
    private @Nullable BigDecimal maxLeverage;

    private Builder(String venue, String symbol, String base, String quote, TradingRules rules) {
      this.venue = venue;
      this.symbol = symbol;
      this.base = base;
      this.quote = quote;
      this.rules = rules;
    }

    public Builder state(State state) {
      this.state = state;
      return this;
    }

    /** Decimal places of book prices and sizes, where they are not those of tick and lot size. */
    public Builder digits(int price, int size) {
      priceDigits = price;
      sizeDigits = size;
      return this;
    }

    /** The asset of a perpetual's margin, where it is not the quote. */
    public Builder settle(String asset) {
      settle = asset;
      return this;
    }

    /**
     * Base units a contract, where the venue counts sizes in contracts. Rules and digits are in
     * base units all the same.
     */
    public Builder contractSize(BigDecimal base) {
      contractSize = base;
      return this;
    }

    public Builder maxLeverage(@Nullable BigDecimal leverage) {
      maxLeverage = leverage;
      return this;
    }

    public Builder attribute(String key, String value) {
      attributes.put(key, value);
      return this;
    }

    public Instrument build() {
      return new Instrument(this);
    }
  }
}
