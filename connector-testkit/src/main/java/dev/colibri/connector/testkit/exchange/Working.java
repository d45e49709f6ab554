package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** An order while the exchange works on it: the only mutable form of an order. */
final class Working {

  private final long id;
  private final String account;
  private final Order.Side side;
  private final OrderRequest request;
  private BigDecimal price;
  private final long created;
  private String clientId;
  private BigDecimal quantity;
  private BigDecimal executed = ZERO;
  private BigDecimal quoteExecuted = ZERO;
  private BigDecimal prevented = ZERO;
  private long preventedMatch = -1;
  private Order.Status status = Order.Status.NEW;
  private Order.Expiry expiry = Order.Expiry.NONE;
  private long updated;
  private final Order.Cause cause;
  // What is left of it at its own price, until something changes: margin asks for it often.
  private @Nullable BigDecimal notional;

  /**
   * What is still locked for this order: quote units of a buy, base units of a sell; nothing where
   * margined.
   */
  BigDecimal locked = ZERO;

  Working(long id, String account, OrderRequest request, BigDecimal quantity, long now) {
    this(id, account, request, quantity, Order.Cause.OWNER, now);
  }

  Working(
      long id,
      String account,
      OrderRequest request,
      BigDecimal quantity,
      Order.Cause cause,
      long now) {
    this.cause = cause;
    this.id = id;
    this.account = account;
    this.request = request;
    this.side = request.side();
    this.price = request.price() == null ? ZERO : request.price();
    this.clientId = request.clientId();
    this.quantity = quantity;
    this.created = now;
    this.updated = now;
  }

  long id() {
    return id;
  }

  String account() {
    return account;
  }

  String clientId() {
    return clientId;
  }

  Order.Side side() {
    return side;
  }

  BigDecimal price() {
    return price;
  }

  BigDecimal executed() {
    return executed;
  }

  OrderRequest request() {
    return request;
  }

  Order.Cause cause() {
    return cause;
  }

  boolean isMarket() {
    return request.type() == Order.Type.MARKET;
  }

  BigDecimal remaining() {
    return quantity.subtract(executed).subtract(prevented);
  }

  /** Its remaining quantity at its own price, rounded to eight decimals. */
  BigDecimal notional() {
    var known = notional;
    if (known == null) {
      known = Amounts.value(price, remaining());
      notional = known;
    }
    return known;
  }

  /** Whether the order may trade at this price of the other side. */
  boolean accepts(BigDecimal other) {
    return isMarket()
        || (side == Order.Side.BUY ? other.compareTo(price) <= 0 : other.compareTo(price) >= 0);
  }

  void trade(BigDecimal qty, BigDecimal quote, long now) {
    notional = null;
    executed = executed.add(qty);
    quoteExecuted = quoteExecuted.add(quote);
    // Prevented quantity can no longer trade: what is left of the order is filled.
    status = remaining().signum() == 0 ? Order.Status.FILLED : Order.Status.PARTIALLY_FILLED;
    updated = now;
  }

  void prevent(long match, long now) {
    notional = null;
    prevented = prevented.add(remaining());
    preventedMatch = match;
    end(Order.Status.EXPIRED_IN_MATCH, Order.Expiry.NONE, now);
  }

  void end(Order.Status last, Order.Expiry why, long now) {
    status = last;
    expiry = why;
    updated = now;
  }

  void amend(BigDecimal newQuantity, String newClientId, long now) {
    notional = null;
    quantity = newQuantity;
    clientId = newClientId;
    updated = now;
  }

  void change(BigDecimal newPrice, BigDecimal newQuantity, long now) {
    notional = null;
    price = newPrice;
    quantity = newQuantity;
    updated = now;
  }

  @Nullable BigDecimal limit() {
    return request.price();
  }

  Order snapshot() {
    var quote = request.quoteQuantity();
    return new Order(
        id,
        account,
        request.market(),
        clientId,
        side,
        request.type(),
        request.timeInForce(),
        request.selfTrade(),
        price,
        quantity,
        quote == null ? ZERO : quote,
        executed,
        quoteExecuted,
        prevented,
        preventedMatch,
        status,
        expiry,
        created,
        updated,
        request.positionSide(),
        request.reduceOnly(),
        request.goodTill(),
        cause);
  }
}
