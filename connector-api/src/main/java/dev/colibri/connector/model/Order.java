package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to be traded, said in words: {@code
 * Order.buy(btc).limit("67210.5").size("0.01").postOnly()}. Immutable; every word returns a new
 * order, and an order that is not said completely is refused when it is placed.
 */
public final class Order {
  private final Instrument instrument;
  private final Side side;
  private final @Nullable OrderType type;
  private final TimeInForce timeInForce;
  private final @Nullable BigDecimal price;
  private final @Nullable BigDecimal size;
  private final @Nullable BigDecimal quoteAmount;
  private final @Nullable String clientId;
  private final @Nullable String venueId;
  private final long sentMillis;
  private final Map<String, String> params;

  private Order(
      Instrument instrument,
      Side side,
      @Nullable OrderType type,
      TimeInForce timeInForce,
      @Nullable BigDecimal price,
      @Nullable BigDecimal size,
      @Nullable BigDecimal quoteAmount,
      @Nullable String clientId,
      @Nullable String venueId,
      long sentMillis,
      Map<String, String> params) {
    this.instrument = Objects.requireNonNull(instrument, "instrument");
    this.side = Objects.requireNonNull(side, "side");
    this.type = type;
    this.timeInForce = timeInForce;
    this.price = price;
    this.size = size;
    this.quoteAmount = quoteAmount;
    this.clientId = clientId;
    this.venueId = venueId;
    this.sentMillis = sentMillis;
    this.params = params;
  }

  /** Begins an order to buy. */
  public static Order buy(Instrument instrument) {
    return of(instrument, Side.BUY);
  }

  /** Begins an order to sell. */
  public static Order sell(Instrument instrument) {
    return of(instrument, Side.SELL);
  }

  /** Begins an order on a side. */
  public static Order of(Instrument instrument, Side side) {
    return new Order(
        instrument,
        side,
        null,
        TimeInForce.GTC,
        null,
        null,
        null,
        null,
        null,
        0,
        Collections.emptyMap());
  }

  /** At this price or better, in quote units per base unit. */
  public Order limit(BigDecimal price) {
    OrderType kind = type == OrderType.LIMIT_MAKER ? type : OrderType.LIMIT;
    return with(kind, timeInForce, Objects.requireNonNull(price, "price"), size, quoteAmount);
  }

  /** At this price or better, in quote units per base unit. */
  public Order limit(String price) {
    return limit(decimal(price, "price"));
  }

  /** At whatever price the book gives. */
  public Order market() {
    return with(OrderType.MARKET, TimeInForce.GTC, null, size, quoteAmount);
  }

  /** How much, in base units. */
  public Order size(BigDecimal size) {
    return with(type, timeInForce, price, Objects.requireNonNull(size, "size"), quoteAmount);
  }

  /** How much, in base units. */
  public Order size(String size) {
    return size(decimal(size, "size"));
  }

  /** How much, in quote units: what a market buy spends, or what a market sell brings. */
  public Order quoteAmount(BigDecimal amount) {
    return with(type, timeInForce, price, size, Objects.requireNonNull(amount, "amount"));
  }

  /** How much, in quote units: what a market buy spends, or what a market sell brings. */
  public Order quoteAmount(String amount) {
    return quoteAmount(decimal(amount, "quote amount"));
  }

  /** Only rests: refused by the venue when it would trade at once. */
  public Order postOnly() {
    return with(OrderType.LIMIT_MAKER, TimeInForce.GTC, price, size, quoteAmount);
  }

  /** What does not trade at once expires. */
  public Order ioc() {
    return with(type, TimeInForce.IOC, price, size, quoteAmount);
  }

  /** All of it trades at once, or none of it does. */
  public Order fok() {
    return with(type, TimeInForce.FOK, price, size, quoteAmount);
  }

  /**
   * Price and size rounded to lawful ones: a buy's price down, a sell's price up, the size down.
   */
  public Order rounded() {
    RoundingMode passive = side == Side.BUY ? RoundingMode.FLOOR : RoundingMode.CEILING;
    return with(
        type,
        timeInForce,
        price == null ? null : instrument.rules().roundPrice(price, passive),
        size == null ? null : instrument.rules().roundSize(size),
        quoteAmount);
  }

  /** The client order id to use, instead of one that the connector makes. */
  public Order clientId(String id) {
    return new Order(
        instrument,
        side,
        type,
        timeInForce,
        price,
        size,
        quoteAmount,
        id,
        venueId,
        sentMillis,
        params);
  }

  /** The same order under the id that the venue gave it. */
  public Order venueId(@Nullable String id) {
    return new Order(
        instrument,
        side,
        type,
        timeInForce,
        price,
        size,
        quoteAmount,
        clientId,
        id,
        sentMillis,
        params);
  }

  /** The same order, which left for the first time at a time of the venue's clock, or later. */
  public Order sentAt(long venueMillis) {
    return new Order(
        instrument,
        side,
        type,
        timeInForce,
        price,
        size,
        quoteAmount,
        clientId,
        venueId,
        venueMillis,
        params);
  }

  /**
   * The order as a venue tells it. Numbers that are null or 0 say nothing.
   *
   * @param type null for one that is none of ours: a limit order with a price, a market order
   *     without
   * @param timeInForce counts for limit orders only; null for one that is none of ours
   */
  public Order told(
      @Nullable OrderType type,
      @Nullable TimeInForce timeInForce,
      @Nullable BigDecimal price,
      @Nullable BigDecimal size,
      @Nullable BigDecimal quoteAmount) {
    BigDecimal limit = type == OrderType.MARKET ? null : notZero(price);
    if (limit == null) {
      BigDecimal amount = notZero(quoteAmount);
      BigDecimal base = amount == null ? notZero(size) : null;
      return with(OrderType.MARKET, TimeInForce.GTC, null, base, amount);
    }
    return with(
        type == null ? OrderType.LIMIT : type,
        timeInForce == null ? TimeInForce.GTC : timeInForce,
        limit,
        notZero(size),
        null);
  }

  private static @Nullable BigDecimal notZero(@Nullable BigDecimal number) {
    return number == null || number.signum() == 0 ? null : number;
  }

  /** A parameter of the venue's own, sent as it is. The caller vouches for it. */
  public Order with(String param, String value) {
    Map<String, String> more = new LinkedHashMap<>(params);
    more.put(param, value);
    return new Order(
        instrument,
        side,
        type,
        timeInForce,
        price,
        size,
        quoteAmount,
        clientId,
        venueId,
        sentMillis,
        Collections.unmodifiableMap(more));
  }

  private Order with(
      @Nullable OrderType type,
      TimeInForce timeInForce,
      @Nullable BigDecimal price,
      @Nullable BigDecimal size,
      @Nullable BigDecimal quoteAmount) {
    return new Order(
        instrument,
        side,
        type,
        timeInForce,
        price,
        size,
        quoteAmount,
        clientId,
        venueId,
        sentMillis,
        params);
  }

  static BigDecimal decimal(String text, String what) {
    // Longer texts are no prices; BigDecimal would take seconds over some of them.
    if (text.length() > 64) {
      throw new IllegalArgumentException(
          what + " has " + text.length() + " characters, at most 64");
    }
    try {
      BigDecimal n = new BigDecimal(text);
      if (Math.abs((long) n.scale()) > 40) {
        throw new IllegalArgumentException(what + " " + text + " has an exponent beyond 40");
      }
      return n;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(what + " is not a decimal number: \"" + text + "\"", e);
    }
  }

  /**
   * Checks that the order is said completely and lawfully for its instrument.
   *
   * @throws Refused naming the rule, the value and the nearest lawful value
   */
  public void check() {
    if (type == null) {
      throw incomplete("say limit(price), postOnly() or market()");
    }
    if (type != OrderType.MARKET && price == null) {
      throw incomplete("a limit order needs limit(price)");
    }
    if (size == null && quoteAmount == null) {
      throw incomplete("say size(…), or quoteAmount(…) for a market order");
    }
    if (size != null && quoteAmount != null) {
      throw incomplete("say size(…) or quoteAmount(…), not both");
    }
    if (quoteAmount != null && type != OrderType.MARKET) {
      throw incomplete("a limit order needs size(…), not quoteAmount(…)");
    }
    instrument.rules().check(this);
  }

  private Refused incomplete(String what) {
    return new Refused(Rule.INCOMPLETE, toString(), null, what);
  }

  public Instrument instrument() {
    return instrument;
  }

  public Side side() {
    return side;
  }

  /**
   * The type.
   *
   * @throws Refused when neither a price nor {@code market()} was said
   */
  public OrderType type() {
    if (type == null) {
      throw incomplete("say limit(price), postOnly() or market()");
    }
    return type;
  }

  public TimeInForce timeInForce() {
    return timeInForce;
  }

  /** The limit price in quote units per base unit; null for a market order. */
  public @Nullable BigDecimal price() {
    return price;
  }

  /** The size in base units; null for a market order by quote amount. */
  public @Nullable BigDecimal size() {
    return size;
  }

  /** The quote amount of a market order; null where a size is given. */
  public @Nullable BigDecimal quoteAmount() {
    return quoteAmount;
  }

  /** The client order id; null only before the connector has given one. */
  public @Nullable String clientId() {
    return clientId;
  }

  /** The venue's order id; null until the venue has told it. */
  public @Nullable String venueId() {
    return venueId;
  }

  /**
   * When it left for the first time at the earliest, in milliseconds since the epoch by the venue's
   * clock; 0 where that is not known, as of an order that this library did not place.
   */
  public long sentMillis() {
    return sentMillis;
  }

  /** Parameters of the venue's own, in the order they were said. */
  public Map<String, String> params() {
    return params;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(80);
    s.append(side).append(' ').append(instrument.name());
    if (type != null) {
      s.append(' ').append(type);
    }
    if (size != null) {
      s.append(" size ").append(size.toPlainString());
    }
    if (quoteAmount != null) {
      s.append(" amount ").append(quoteAmount.toPlainString());
    }
    if (price != null) {
      s.append(" at ").append(price.toPlainString());
    }
    if (type != OrderType.MARKET && timeInForce != TimeInForce.GTC) {
      s.append(' ').append(timeInForce);
    }
    return clientId == null ? s.toString() : s.append(" [").append(clientId).append(']').toString();
  }
}
