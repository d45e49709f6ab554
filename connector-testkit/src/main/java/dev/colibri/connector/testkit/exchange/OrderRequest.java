package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What an account asks for. A market order has either a quantity or a quote amount; the others have
 * price and quantity.
 *
 * @param market the market's {@linkplain Market#name() name}
 * @param price quote per base unit, null for market orders
 * @param quantity base units, or null
 * @param quoteQuantity quote units to spend or to receive, or null
 * @param clientId unique among the open orders of the account in this market
 * @param positionSide the position it works on, {@code BOTH} unless the account is hedged
 * @param reduceOnly whether it may only make a position smaller
 * @param goodTill when it expires, in milliseconds since 1970, or 0 for never
 */
public record OrderRequest(
    String market,
    Order.Side side,
    Order.Type type,
    Order.TimeInForce timeInForce,
    Order.SelfTrade selfTrade,
    @Nullable BigDecimal price,
    @Nullable BigDecimal quantity,
    @Nullable BigDecimal quoteQuantity,
    String clientId,
    Position.Side positionSide,
    boolean reduceOnly,
    long goodTill) {

  public OrderRequest {
    boolean market_ = type == Order.Type.MARKET;
    if (market_ != (price == null)) {
      throw new IllegalArgumentException("a price belongs to limit orders, and only to them");
    }
    if (!market_ && quantity == null || market_ && (quantity == null) == (quoteQuantity == null)) {
      throw new IllegalArgumentException("exactly one amount is needed");
    }
    price = price == null ? null : Amounts.exact(price);
    quantity = quantity == null ? null : Amounts.exact(quantity);
    quoteQuantity = quoteQuantity == null ? null : Amounts.exact(quoteQuantity);
  }

  /** An order that says nothing of positions. */
  public OrderRequest(
      String market,
      Order.Side side,
      Order.Type type,
      Order.TimeInForce timeInForce,
      Order.SelfTrade selfTrade,
      @Nullable BigDecimal price,
      @Nullable BigDecimal quantity,
      @Nullable BigDecimal quoteQuantity,
      String clientId) {
    this(
        market,
        side,
        type,
        timeInForce,
        selfTrade,
        price,
        quantity,
        quoteQuantity,
        clientId,
        Position.Side.BOTH,
        false,
        0);
  }

  /** A limit order that stays until canceled and whose taker side expires own makers. */
  public static OrderRequest limit(
      String market, Order.Side side, BigDecimal price, BigDecimal quantity, String clientId) {
    return new OrderRequest(
        market,
        side,
        Order.Type.LIMIT,
        Order.TimeInForce.GTC,
        Order.SelfTrade.EXPIRE_MAKER,
        price,
        quantity,
        null,
        clientId);
  }

  /** A market order of so many base units. */
  public static OrderRequest market(
      String market, Order.Side side, BigDecimal quantity, String clientId) {
    return new OrderRequest(
        market,
        side,
        Order.Type.MARKET,
        Order.TimeInForce.GTC,
        Order.SelfTrade.EXPIRE_MAKER,
        null,
        quantity,
        null,
        clientId);
  }

  /** A market order that spends (buy) or receives (sell) so many quote units. */
  public static OrderRequest marketByQuote(
      String market, Order.Side side, BigDecimal quoteQuantity, String clientId) {
    return new OrderRequest(
        market,
        side,
        Order.Type.MARKET,
        Order.TimeInForce.GTC,
        Order.SelfTrade.EXPIRE_MAKER,
        null,
        null,
        quoteQuantity,
        clientId);
  }

  public OrderRequest with(Order.TimeInForce other) {
    return with(type, other, selfTrade, positionSide, reduceOnly, goodTill);
  }

  public OrderRequest with(Order.SelfTrade other) {
    return with(type, timeInForce, other, positionSide, reduceOnly, goodTill);
  }

  /** The same on this position. */
  public OrderRequest on(Position.Side other) {
    return with(type, timeInForce, selfTrade, other, reduceOnly, goodTill);
  }

  /** The same, and it only makes a position smaller. */
  public OrderRequest reducing() {
    return with(type, timeInForce, selfTrade, positionSide, true, goodTill);
  }

  /** The same, and it expires then. */
  public OrderRequest until(long millis) {
    return with(type, timeInForce, selfTrade, positionSide, reduceOnly, millis);
  }

  private OrderRequest with(
      Order.Type newType,
      Order.TimeInForce newTime,
      Order.SelfTrade newMode,
      Position.Side newSide,
      boolean newReduceOnly,
      long newGoodTill) {
    return new OrderRequest(
        market,
        side,
        newType,
        newTime,
        newMode,
        price,
        quantity,
        quoteQuantity,
        clientId,
        newSide,
        newReduceOnly,
        newGoodTill);
  }

  /** The same limit order, refused if it would take. */
  public OrderRequest postOnly() {
    return with(
        Order.Type.LIMIT_MAKER,
        Order.TimeInForce.GTC,
        selfTrade,
        positionSide,
        reduceOnly,
        goodTill);
  }

  /** Whether it can only make a position smaller: as it says, or because it closes a hedged one. */
  boolean reduces() {
    return reduceOnly
        || positionSide == Position.Side.LONG && side == Order.Side.SELL
        || positionSide == Position.Side.SHORT && side == Order.Side.BUY;
  }
}
