package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a venue takes for an instrument. Sizes are in base units, notionals in quote units; a bound
 * that is null does not exist.
 */
public final class TradingRules {
  private final BigDecimal tickSize;
  private final BigDecimal lotSize;
  private final @Nullable BigDecimal minPrice;
  private final @Nullable BigDecimal maxPrice;
  private final @Nullable BigDecimal minSize;
  private final @Nullable BigDecimal maxSize;
  private final @Nullable BigDecimal maxMarketSize;
  private final @Nullable BigDecimal minNotional;
  private final @Nullable BigDecimal maxNotional;
  private final int maxPriceDigits;
  private final Set<OrderType> orderTypes;
  private final Set<TimeInForce> timesInForce;
  private final Set<Side> marketBySize;
  private final Set<Side> marketByQuote;
  private final Set<Trigger.By> triggers;

  private TradingRules(Builder b) {
    tickSize = positive(b.tickSize, "tick size");
    lotSize = positive(b.lotSize, "lot size");
    minPrice = b.minPrice;
    maxPrice = b.maxPrice;
    minSize = b.minSize;
    maxSize = b.maxSize;
    maxMarketSize = b.maxMarketSize;
    minNotional = b.minNotional;
    maxNotional = b.maxNotional;
    maxPriceDigits = b.maxPriceDigits;
    orderTypes = Collections.unmodifiableSet(EnumSet.copyOf(b.orderTypes));
    timesInForce = Collections.unmodifiableSet(EnumSet.copyOf(b.timesInForce));
    marketBySize = Collections.unmodifiableSet(b.marketBySize);
    marketByQuote = Collections.unmodifiableSet(b.marketByQuote);
    triggers = Collections.unmodifiableSet(b.triggers);
  }

  private static BigDecimal positive(@Nullable BigDecimal n, String name) {
    if (n == null || n.signum() <= 0) {
      throw new IllegalArgumentException(name + " must be positive, is " + n);
    }
    return n.stripTrailingZeros();
  }

  /** Prices are multiples of it. */
  public BigDecimal tickSize() {
    return tickSize;
  }

  /** Sizes are multiples of it. */
  public BigDecimal lotSize() {
    return lotSize;
  }

  public @Nullable BigDecimal minPrice() {
    return minPrice;
  }

  public @Nullable BigDecimal maxPrice() {
    return maxPrice;
  }

  public @Nullable BigDecimal minSize() {
    return minSize;
  }

  public @Nullable BigDecimal maxSize() {
    return maxSize;
  }

  /** The largest market order where the venue bounds it apart from {@link #maxSize()}. */
  public @Nullable BigDecimal maxMarketSize() {
    return maxMarketSize;
  }

  /** The least notional of an order that may open something; null where there is none. */
  public @Nullable BigDecimal minNotional() {
    return minNotional;
  }

  public @Nullable BigDecimal maxNotional() {
    return maxNotional;
  }

  /**
   * How many significant digits a price with a fraction may have, or 0 when only the tick size
   * counts. A whole price may have any number.
   */
  public int maxPriceDigits() {
    return maxPriceDigits;
  }

  /** The order types the instrument takes, in the order of the enum. */
  public Set<OrderType> orderTypes() {
    return orderTypes;
  }

  /** The times in force a limit order may have, in the order of the enum. */
  public Set<TimeInForce> timesInForce() {
    return timesInForce;
  }

  /** The sides on which a market order may be given by its size. */
  public Set<Side> marketBySize() {
    return marketBySize;
  }

  /** The sides on which a market order may be given by its quote amount. */
  public Set<Side> marketByQuote() {
    return marketByQuote;
  }

  /** By which prices an order may be triggered; empty where the venue takes no such orders. */
  public Set<Trigger.By> triggers() {
    return triggers;
  }

  /**
   * The lawful price nearest to {@code price} in the direction of {@code mode}.
   *
   * @param price any positive price, in quote units per base unit
   * @param mode {@code FLOOR} for a passive buy, {@code CEILING} for a passive sell
   */
  public BigDecimal roundPrice(BigDecimal price, RoundingMode mode) {
    BigDecimal rounded = toMultiple(price, tickSize, mode);
    if (hasTooManyDigits(rounded)) {
      int scale = Math.max(0, rounded.scale() - (rounded.precision() - maxPriceDigits));
      rounded = toMultiple(rounded.setScale(scale, mode), tickSize, mode);
    }
    return rounded;
  }

  private boolean hasTooManyDigits(BigDecimal price) {
    BigDecimal plain = price.stripTrailingZeros();
    return maxPriceDigits > 0 && plain.scale() > 0 && plain.precision() > maxPriceDigits;
  }

  /** The largest lawful multiple of the lot size that is at most {@code size}. */
  public BigDecimal roundSize(BigDecimal size) {
    return toMultiple(size, lotSize, RoundingMode.FLOOR);
  }

  /**
   * The least size that may be ordered at a price, in base units, unless the order only closes: of
   * what is less, nothing can be bought or sold.
   *
   * @param price positive, in quote units per base unit
   */
  public BigDecimal leastSize(BigDecimal price) {
    BigDecimal least = minSize == null ? lotSize : minSize.max(lotSize);
    if (minNotional != null) {
      BigDecimal lots = minNotional.divide(price.multiply(lotSize), 0, RoundingMode.CEILING);
      least = least.max(lots.multiply(lotSize));
    }
    return toMultiple(least, lotSize, RoundingMode.CEILING);
  }

  /**
   * Checks everything about an order that needs no account and no book.
   *
   * @param order the order; complete or not
   * @throws Refused naming the rule, the value and the nearest lawful value
   */
  public void check(Order order) {
    if (!orderTypes.contains(order.type())) {
      throw new Refused(
          Rule.ORDER_TYPE,
          order.type().name(),
          null,
          order.instrument() + " takes " + orderTypes + ", not " + order.type());
    }
    if (order.type() != OrderType.MARKET && !timesInForce.contains(order.timeInForce())) {
      throw new Refused(
          Rule.TIME_IN_FORCE,
          order.timeInForce().name(),
          null,
          order.instrument() + " takes " + timesInForce + ", not " + order.timeInForce());
    }
    BigDecimal price = order.price();
    if (price != null) {
      checkPrice(order, price);
    }
    Trigger trigger = order.trigger();
    if (trigger != null) {
      if (!triggers.contains(trigger.by())) {
        throw new Refused(
            Rule.TRIGGER,
            trigger.by().name(),
            null,
            order.instrument()
                + (triggers.isEmpty()
                    ? " takes no orders that wait for a price"
                    : " takes triggers by " + triggers + ", not by " + trigger.by()));
      }
      checkPrice(order, trigger.price());
    }
    BigDecimal size = order.size();
    if (size != null) {
      checkSize(order, size);
    }
    BigDecimal amount = order.quoteAmount();
    if (amount != null && !marketByQuote.contains(order.side())) {
      throw unit(order, amount, "quote amount; say size(…)");
    }
    if (size != null && order.type() == OrderType.MARKET && !marketBySize.contains(order.side())) {
      throw unit(order, size, "size; say quoteAmount(…)");
    }
    BigDecimal notional = price != null && size != null ? price.multiply(size) : amount;
    if (notional != null) {
      checkNotional(order, notional);
    }
  }

  private static Refused unit(Order order, BigDecimal value, String what) {
    return new Refused(
        Rule.ORDER_TYPE,
        value.toPlainString(),
        null,
        order.instrument() + " takes no market " + order.side() + " by " + what);
  }

  private void checkPrice(Order order, BigDecimal price) {
    RoundingMode passive = order.side() == Side.BUY ? RoundingMode.FLOOR : RoundingMode.CEILING;
    if (price.signum() <= 0) {
      throw new Refused(
          Rule.PRICE_RANGE,
          price.toPlainString(),
          tickSize,
          "a price must be positive, is " + price);
    }
    if (price.remainder(tickSize).signum() != 0) {
      refuse(Rule.TICK_SIZE, "price", price, roundPrice(price, passive), "a multiple of", tickSize);
    }
    if (hasTooManyDigits(price)) {
      refuse(
          Rule.PRICE_DIGITS,
          "price",
          price,
          roundPrice(price, passive),
          "written with significant digits of at most",
          BigDecimal.valueOf(maxPriceDigits));
    }
    if (minPrice != null && price.compareTo(minPrice) < 0) {
      refuse(Rule.PRICE_RANGE, "price", price, minPrice, "at least", minPrice);
    }
    if (maxPrice != null && price.compareTo(maxPrice) > 0) {
      refuse(Rule.PRICE_RANGE, "price", price, maxPrice, "at most", maxPrice);
    }
  }

  private void checkSize(Order order, BigDecimal size) {
    if (size.signum() <= 0) {
      throw new Refused(
          Rule.MIN_SIZE,
          size.toPlainString(),
          minSize == null ? lotSize : minSize,
          "a size must be positive, is " + size.toPlainString());
    }
    if (minSize != null && size.compareTo(minSize) < 0) {
      refuse(Rule.MIN_SIZE, "size", size, minSize, "at least", minSize);
    }
    BigDecimal max =
        order.type() == OrderType.MARKET && maxMarketSize != null ? maxMarketSize : maxSize;
    if (max != null && size.compareTo(max) > 0) {
      refuse(Rule.MAX_SIZE, "size", size, max, "at most", max);
    }
    if (size.remainder(lotSize).signum() != 0) {
      refuse(Rule.LOT_SIZE, "size", size, roundSize(size), "a multiple of", lotSize);
    }
  }

  private void checkNotional(Order order, BigDecimal notional) {
    if (notional.signum() <= 0) {
      throw new Refused(
          Rule.MIN_NOTIONAL,
          notional.toPlainString(),
          minNotional,
          "a quote amount must be positive, is " + notional.toPlainString());
    }
    // What is left of a position may be worth less, and venues let it be closed.
    boolean small = minNotional != null && notional.compareTo(minNotional) < 0;
    if (small && !order.isReduceOnly()) {
      BigDecimal price = order.price();
      throw new Refused(
          Rule.MIN_NOTIONAL,
          notional.toPlainString(),
          minNotional,
          "notional %s must be at least %s%s"
              .formatted(
                  notional.toPlainString(),
                  minNotional.toPlainString(),
                  price == null
                      ? ""
                      : "; at %s the least size is %s"
                          .formatted(price.toPlainString(), leastSize(price).toPlainString())));
    }
    if (maxNotional != null && notional.compareTo(maxNotional) > 0) {
      refuse(Rule.MAX_NOTIONAL, "notional", notional, maxNotional, "at most", maxNotional);
    }
  }

  private static void refuse(
      Rule rule, String what, BigDecimal value, BigDecimal nearest, String must, BigDecimal bound) {
    throw new Refused(
        rule,
        value.toPlainString(),
        nearest,
        "%s %s must be %s %s; the nearest lawful value is %s"
            .formatted(
                what, value.toPlainString(), must, bound.toPlainString(), nearest.toPlainString()));
  }

  private static BigDecimal toMultiple(BigDecimal n, BigDecimal step, RoundingMode mode) {
    return n.divide(step, 0, mode).multiply(step);
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof TradingRules r && describe().equals(r.describe());
  }

  @Override
  public int hashCode() {
    return describe().hashCode();
  }

  @Override
  public String toString() {
    return describe();
  }

  private String describe() {
    return "tick "
        + plain(tickSize)
        + ", lot "
        + plain(lotSize)
        + ", price "
        + plain(minPrice)
        + ".."
        + plain(maxPrice)
        + ", size "
        + plain(minSize)
        + ".."
        + plain(maxSize)
        + ", market size .."
        + plain(maxMarketSize)
        + ", notional "
        + plain(minNotional)
        + ".."
        + plain(maxNotional)
        + ", price digits "
        + maxPriceDigits
        + ", "
        + orderTypes
        + ", "
        + timesInForce
        + (marketBySize.size() == 2 ? "" : ", market by size " + marketBySize)
        + switch (marketByQuote.size()) {
          case 0 -> "";
          case 1 -> ", market by quote " + marketByQuote;
          default -> ", market by quote";
        }
        + (triggers.isEmpty() ? "" : ", triggers by " + triggers);
  }

  private static String plain(@Nullable BigDecimal n) {
    return n == null ? "" : n.stripTrailingZeros().toPlainString();
  }

  /** Rules that begin with a tick and a lot size; every order type, GTC, IOC and FOK; no bounds. */
  public static Builder builder(BigDecimal tickSize, BigDecimal lotSize) {
    return new Builder(tickSize, lotSize);
  }

  /** Collects rules; a bound that is null or zero is taken as absent, as venues write it. */
  public static final class Builder {
    private final BigDecimal tickSize;
    private final BigDecimal lotSize;
    private @Nullable BigDecimal minPrice;
    private @Nullable BigDecimal maxPrice;
    private @Nullable BigDecimal minSize;
    private @Nullable BigDecimal maxSize;
    private @Nullable BigDecimal maxMarketSize;
    private @Nullable BigDecimal minNotional;
    private @Nullable BigDecimal maxNotional;
    private int maxPriceDigits;
    private Set<OrderType> orderTypes = EnumSet.allOf(OrderType.class);
    private Set<TimeInForce> timesInForce =
        EnumSet.of(TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK);
    private final Set<Side> marketBySize = EnumSet.allOf(Side.class);
    private final Set<Side> marketByQuote = EnumSet.noneOf(Side.class);
    private final Set<Trigger.By> triggers = EnumSet.noneOf(Trigger.By.class);

    private Builder(BigDecimal tickSize, BigDecimal lotSize) {
      this.tickSize = tickSize;
      this.lotSize = lotSize;
    }

    public Builder price(@Nullable BigDecimal min, @Nullable BigDecimal max) {
      minPrice = bound(min);
      maxPrice = bound(max);
      return this;
    }

    public Builder size(@Nullable BigDecimal min, @Nullable BigDecimal max) {
      minSize = bound(min);
      maxSize = bound(max);
      return this;
    }

    public Builder maxMarketSize(@Nullable BigDecimal max) {
      maxMarketSize = bound(max);
      return this;
    }

    public Builder notional(@Nullable BigDecimal min, @Nullable BigDecimal max) {
      minNotional = bound(min);
      maxNotional = bound(max);
      return this;
    }

    /** How many significant digits a price may have that is not whole. */
    public Builder maxPriceDigits(int digits) {
      maxPriceDigits = digits;
      return this;
    }

    public Builder orderTypes(Set<OrderType> types) {
      orderTypes = types;
      return this;
    }

    public Builder timesInForce(Set<TimeInForce> times) {
      timesInForce = times;
      return this;
    }

    /** Whether market orders of both sides may be given by their quote amount, too. */
    public Builder marketByQuote(boolean lawful) {
      marketByQuote.clear();
      if (lawful) {
        marketByQuote.addAll(EnumSet.allOf(Side.class));
      }
      return this;
    }

    /** On which sides market orders may be given by size, and on which by quote amount. */
    public Builder market(Set<Side> bySize, Set<Side> byQuote) {
      marketBySize.retainAll(bySize);
      marketByQuote.clear();
      marketByQuote.addAll(byQuote);
      return this;
    }

    /** By which prices orders may be triggered; none unless said. */
    public Builder triggers(Set<Trigger.By> by) {
      triggers.clear();
      triggers.addAll(by);
      return this;
    }

    public TradingRules build() {
      return new TradingRules(this);
    }

    private static @Nullable BigDecimal bound(@Nullable BigDecimal n) {
      return n == null || n.signum() == 0 ? null : n;
    }
  }
}
