package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
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
  private @Nullable OrderType type;
  private TimeInForce timeInForce = TimeInForce.GTC;
  private @Nullable BigDecimal price;
  private @Nullable BigDecimal size;
  private @Nullable BigDecimal quoteAmount;
  private long goodTillMillis;
  private @Nullable Trigger trigger;
  private boolean reduceOnly;
  private @Nullable PositionSide positionSide;
  private @Nullable MarginMode marginMode;
  private @Nullable String clientId;
  private @Nullable String venueId;
  private long sentMillis;
  private Map<String, String> params = Collections.emptyMap();

  Order(Instrument instrument, Side side) {
    this.instrument = instrument;
    this.side = side;
  }

  /** A copy, which the word that asked for it changes once before anyone else sees it. */
  private Order copy() {
    Order o = new Order(instrument, side);
    o.type = type;
    o.timeInForce = timeInForce;
    o.price = price;
    o.size = size;
    o.quoteAmount = quoteAmount;
    o.goodTillMillis = goodTillMillis;
    o.trigger = trigger;
    o.reduceOnly = reduceOnly;
    o.positionSide = positionSide;
    o.marginMode = marginMode;
    o.clientId = clientId;
    o.venueId = venueId;
    o.sentMillis = sentMillis;
    o.params = params;
    return o;
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
    return Objects.requireNonNull(instrument, "instrument")
        .order(Objects.requireNonNull(side, "side"));
  }

  /** Begins an order that closes a position: at the market, all of it, and never more. */
  public static Order close(Position position) {
    Side side = position.size().signum() > 0 ? Side.SELL : Side.BUY;
    return of(position.instrument(), side).market().size(position.size().abs()).reduceOnly();
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
   * What has not traded by then expires at the venue, where it takes {@link TimeInForce#GTD}.
   *
   * @param time to the millisecond; many venues know whole seconds only
   */
  public Order goodTill(Instant time) {
    Order o = copy();
    o.timeInForce = TimeInForce.GTD;
    o.goodTillMillis = time.toEpochMilli();
    return o;
  }

  /**
   * Waits at the venue, out of the book, until a price reaches the trigger, where it takes such
   * orders: see {@link TradingRules#triggers()}.
   */
  public Order trigger(Trigger trigger) {
    Order o = copy();
    o.trigger = Objects.requireNonNull(trigger, "trigger");
    return o;
  }

  /**
   * Closes, all or part of, a position, and never opens or turns one: what would, the venue cuts
   * off or refuses. Where long and short are held side by side, a buy closes the short position and
   * a sell the long one.
   */
  public Order reduceOnly() {
    Order o = copy();
    o.reduceOnly = true;
    return o;
  }

  /**
   * The same order for a position of its own: {@link PositionAction#CLOSE} is {@link
   * #reduceOnly()}, {@link PositionAction#OPEN} an order without it.
   */
  public Order action(PositionAction action) {
    Order o = copy();
    o.reduceOnly = action == PositionAction.CLOSE;
    return o;
  }

  /**
   * The same order, which works on this position. The connector says so for every order on a
   * perpetual, by the account's position mode.
   */
  public Order positionSide(PositionSide side) {
    Order o = copy();
    o.positionSide = side;
    return o;
  }

  /**
   * The same order, margined so; null where nobody says how. The connector says so for every order
   * on a perpetual.
   */
  public Order marginMode(@Nullable MarginMode mode) {
    Order o = copy();
    o.marginMode = mode;
    return o;
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
    Order o = copy();
    o.clientId = id;
    return o;
  }

  /** The same order under the id that the venue gave it. */
  public Order venueId(@Nullable String id) {
    Order o = copy();
    o.venueId = id;
    return o;
  }

  /** The same order under both ids. */
  Order ids(@Nullable String clientId, @Nullable String venueId) {
    Order o = copy();
    o.clientId = clientId;
    o.venueId = venueId;
    return o;
  }

  /** The same order, which left for the first time at a time of the venue's clock, or later. */
  public Order sentAt(long venueMillis) {
    Order o = copy();
    o.sentMillis = venueMillis;
    return o;
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
    BigDecimal amount = limit == null ? notZero(quoteAmount) : null;
    BigDecimal base = amount == null ? notZero(size) : null;
    OrderType kind = limit == null ? OrderType.MARKET : type == null ? OrderType.LIMIT : type;
    boolean rests = limit != null && timeInForce != null;
    return with(kind, rests ? timeInForce : TimeInForce.GTC, limit, base, amount);
  }

  /**
   * The order as a venue of perpetuals tells it. In {@link PositionMode#HEDGE} an order that closes
   * is known by the position that it works on.
   *
   * @param position null where it is not told
   * @param reduceOnly whether the venue says that it only closes
   */
  public Order told(@Nullable PositionSide position, boolean reduceOnly) {
    Order o = copy();
    o.positionSide = position;
    o.reduceOnly = reduceOnly || position == PositionSide.of(PositionMode.HEDGE, side, true);
    return o;
  }

  private static @Nullable BigDecimal notZero(@Nullable BigDecimal number) {
    return number == null || number.signum() == 0 ? null : number;
  }

  /** A parameter of the venue's own, sent as it is. The caller vouches for it. */
  public Order with(String param, String value) {
    Map<String, String> more = new LinkedHashMap<>(params);
    more.put(param, value);
    Order o = copy();
    o.params = Collections.unmodifiableMap(more);
    return o;
  }

  private Order with(
      @Nullable OrderType type,
      TimeInForce timeInForce,
      @Nullable BigDecimal price,
      @Nullable BigDecimal size,
      @Nullable BigDecimal quoteAmount) {
    Order o = copy();
    o.type = type;
    o.timeInForce = timeInForce;
    o.price = price;
    o.size = size;
    o.quoteAmount = quoteAmount;
    if (timeInForce != TimeInForce.GTD) {
      o.goodTillMillis = 0;
    }
    return o;
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
    if (timeInForce == TimeInForce.GTD && type != OrderType.LIMIT) {
      throw incomplete("goodTill(…) is for limit orders");
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

  /**
   * When it expires, in milliseconds since the epoch by the venue's clock; 0 unless its time in
   * force is {@link TimeInForce#GTD}.
   */
  public long goodTillMillis() {
    return goodTillMillis;
  }

  /** What it waits for; null for an order that goes into the book at once. */
  public @Nullable Trigger trigger() {
    return trigger;
  }

  /** Whether it may only close a position. */
  public boolean isReduceOnly() {
    return reduceOnly;
  }

  /** Whether it closes a position or may open one. */
  public PositionAction action() {
    return reduceOnly ? PositionAction.CLOSE : PositionAction.OPEN;
  }

  /** The position it works on; null before the connector has said so, and on spot. */
  public @Nullable PositionSide positionSide() {
    return positionSide;
  }

  /** Whether it works on one of the two positions of {@link PositionMode#HEDGE}. */
  public boolean isHedged() {
    return positionSide != null && positionSide != PositionSide.NET;
  }

  /** How it is margined; null before the connector has said so, and on spot. */
  public @Nullable MarginMode marginMode() {
    return marginMode;
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
    if (trigger != null) {
      s.append(' ').append(trigger);
    }
    if (reduceOnly) {
      s.append(" reduce only");
    }
    if (isHedged()) {
      s.append(' ').append(positionSide);
    }
    return clientId == null ? s.toString() : s.append(" [").append(clientId).append(']').toString();
  }
}
