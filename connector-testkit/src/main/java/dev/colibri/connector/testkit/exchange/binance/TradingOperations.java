package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Refused;
import dev.colibri.connector.testkit.exchange.binance.Bodies.Detail;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Trading endpoints: orders, cancels, replacements. */
final class TradingOperations extends Operations {

  TradingOperations(BinanceProtocol protocol, Exchange exchange) {
    super(protocol, exchange);
    trading();
  }

  // Trading

  private void trading() {
    addOrdering(
        "POST /api/v3/order",
        "order.place",
        (call, out) -> {
          var order = newOrder(call.params());
          call.params().done();
          Bodies.placed(out, place(call, order.request()), order.detail());
        });
    add(
        "POST /api/v3/order/test",
        "order.test",
        Access.SIGNED,
        p -> p.flag("computeCommissionRates", false) ? 20 : 1,
        this::testOrder);
    add("DELETE /api/v3/order", "order.cancel", Access.SIGNED, 1, this::cancelOrder);
    add("DELETE /api/v3/openOrders", "openOrders.cancelAll", Access.SIGNED, 1, this::cancelAll);
    addOrdering("POST /api/v3/order/cancelReplace", "order.cancelReplace", this::cancelReplace);
    add(
        "PUT /api/v3/order/amend/keepPriority",
        "order.amend.keepPriority",
        Access.SIGNED,
        4,
        this::amend);
  }

  private record NewOrder(OrderRequest request, Detail detail) {}

  private NewOrder newOrder(Params p) {
    var market = market(p);
    var side = p.oneOf(Order.Side.class, "side", new ApiError(-1117, "Invalid side."));
    var type = orderType(p);
    var tif = Order.TimeInForce.GTC;
    BigDecimal price = null;
    BigDecimal quantity = p.findDecimal("quantity");
    BigDecimal quote = p.findDecimal("quoteOrderQty");
    if (type == Order.Type.LIMIT) {
      var wrong = new ApiError(-1115, "Invalid timeInForce.");
      tif = p.oneOf(Order.TimeInForce.class, "timeInForce", wrong);
    } else if (p.has("timeInForce")) {
      throw ApiError.notRequired("timeInForce");
    }
    if (type == Order.Type.MARKET) {
      if (p.has("price")) {
        throw ApiError.notRequired("price");
      }
      if (quantity == null && quote == null) {
        throw new ApiError(
            -1102, "Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!");
      }
      if (quantity != null && quote != null) {
        throw ApiError.notRequired("quoteOrderQty");
      }
    } else {
      quantity = p.decimal("quantity");
      price = p.decimal("price");
      if (quote != null) {
        throw ApiError.notRequired("quoteOrderQty");
      }
    }
    refuseUnsupported(p);
    var mode = protocol.faults().selfTrade();
    if (p.has("selfTradePreventionMode")) {
      mode =
          p.oneOf(
              Order.SelfTrade.class,
              "selfTradePreventionMode",
              new ApiError(
                  -1013, "This symbol does not allow the specified self-trade prevention mode."));
    }
    var detail = type == Order.Type.LIMIT_MAKER ? Detail.ACK : Detail.FULL;
    if (p.has("newOrderRespType")) {
      detail =
          p.oneOf(
              Detail.class,
              "newOrderRespType",
              new ApiError(-1130, "Data sent for parameter 'newOrderRespType' is not valid."));
    }
    var id = clientId(p, "newClientOrderId");
    return new NewOrder(
        new OrderRequest(market.name(), side, type, tif, mode, price, quantity, quote, id), detail);
  }

  private static Order.Type orderType(Params p) {
    var type = p.text("type");
    switch (type) {
      case "STOP_LOSS", "STOP_LOSS_LIMIT", "TAKE_PROFIT", "TAKE_PROFIT_LIMIT" -> {
        var words = type.replace('_', ' ').toLowerCase(Locale.ROOT);
        throw new ApiError(
            -2010,
            words.substring(0, 1).toUpperCase(Locale.ROOT)
                + words.substring(1)
                + " orders are not supported for this symbol.");
      }
      default -> {
        return p.oneOf(Order.Type.class, "type", new ApiError(-1116, "Invalid orderType."));
      }
    }
  }

  private static void refuseUnsupported(Params p) {
    // Labels without effect.
    p.findNumber("strategyId");
    p.findNumber("strategyType");
    for (var name : List.of("stopPrice", "trailingDelta")) {
      if (p.has(name)) {
        throw ApiError.notRequired(name);
      }
    }
    if (p.has("icebergQty")) {
      throw new ApiError(-2010, "Iceberg orders are not supported for this symbol.");
    }
    if (p.has("pegPriceType")) {
      throw new ApiError(-2010, "Pegged orders are not supported for this symbol.");
    }
  }

  private String clientId(Params p, String name) {
    var id = p.findClientId(name);
    return id == null ? protocol.randomId(22) : id;
  }

  private Exchange.Placed place(Call call, OrderRequest request) {
    var limits = protocol.limits();
    limits.requireOrder(call.account(), call.now());
    // Counted first, because a fill inside the call gives its place back.
    limits.placed(call.account(), call.now());
    try {
      return exchange.place(call.account(), request, call.now());
    } catch (Refused e) {
      limits.uncount(call.account(), call.now());
      throw e;
    }
  }

  private void testOrder(Call call, JsonWriter out) {
    boolean rates = call.params().flag("computeCommissionRates", false);
    var order = newOrder(call.params());
    call.params().done();
    exchange.test(call.account(), order.request(), call.now());
    out.object();
    if (rates) {
      var market = exchange.market(order.request().market()).orElseThrow(ApiError::badSymbol);
      var zero = BigDecimal.ZERO;
      orderRates(out.object("standardCommissionForOrder"), market.makerFee(), market.takerFee());
      orderRates(out.object("specialCommissionForOrder"), zero, zero);
      orderRates(out.object("taxCommissionForOrder"), zero, zero);
      Bodies.discount(out);
    }
    out.end();
  }

  private static void orderRates(JsonWriter out, BigDecimal maker, BigDecimal taker) {
    out.put("maker", text(maker)).put("taker", text(taker)).end();
  }

  private static ApiError unknownOrder() {
    return new ApiError(-2011, "Unknown order sent.");
  }

  /** Which orders a cancel is content with. */
  private enum Restriction {
    NONE,
    ONLY_NEW,
    ONLY_PARTIALLY_FILLED;

    static Restriction of(Params p) {
      return p.has("cancelRestrictions")
          ? p.oneOf(
              Restriction.class,
              "cancelRestrictions",
              new ApiError(-1145, "Invalid cancelRestrictions"))
          : NONE;
    }

    void require(Order order) {
      boolean fits =
          switch (this) {
            case NONE -> true;
            case ONLY_NEW -> order.status() == Order.Status.NEW;
            case ONLY_PARTIALLY_FILLED -> order.status() == Order.Status.PARTIALLY_FILLED;
          };
      if (!fits) {
        throw new ApiError(-2011, "Order was not canceled due to cancel restrictions.");
      }
    }
  }

  private void cancelOrder(Call call, JsonWriter out) {
    var p = call.params();
    var market = marketName(p);
    var id = p.findNumber("orderId");
    var clientId = p.find("origClientOrderId");
    var requestId = clientId(p, "newClientOrderId");
    var restriction = Restriction.of(p);
    p.done();
    var order = cancel(call, market, id, clientId, requestId, restriction);
    Bodies.canceled(out, order, requestId);
  }

  private Order cancel(
      Call call,
      String market,
      @Nullable Long id,
      @Nullable String clientId,
      String requestId,
      Restriction restriction) {
    var order =
        find(call, market, id, clientId)
            .filter(o -> o.status().isOpen())
            .orElseThrow(TradingOperations::unknownOrder);
    restriction.require(order);
    return exchange.cancel(call.account(), market, order.id(), requestId, call.now());
  }

  private void cancelAll(Call call, JsonWriter out) {
    var market = marketName(call.params());
    call.params().done();
    var requestId = protocol.randomId(22);
    var canceled = exchange.cancelAll(call.account(), market, requestId, call.now());
    if (canceled.isEmpty()) {
      throw unknownOrder();
    }
    array(out, canceled, (w, order) -> Bodies.canceled(w, order, requestId));
  }

  private enum ReplaceMode {
    STOP_ON_FAILURE,
    ALLOW_FAILURE
  }

  private enum ExceededMode {
    DO_NOTHING,
    CANCEL_ONLY
  }

  /** What came of one half of a cancel-replace. */
  private record Half(@Nullable ApiError error, BiConsumer<JsonWriter, String> write) {

    static Half of(Supplier<BiConsumer<JsonWriter, String>> action) {
      try {
        return new Half(null, action.get());
      } catch (Refused e) {
        return failed(ApiError.of(e));
      } catch (ApiError e) {
        return failed(e);
      }
    }

    static Half failed(ApiError error) {
      return new Half(error, (out, name) -> error.write(out.name(name)));
    }

    static final Half NOT_ATTEMPTED = new Half(null, (out, name) -> out.name(name).nullValue());

    boolean isSuccess() {
      return error == null && this != NOT_ATTEMPTED;
    }

    String result() {
      return this == NOT_ATTEMPTED ? "NOT_ATTEMPTED" : error == null ? "SUCCESS" : "FAILURE";
    }
  }

  private void cancelReplace(Call call, JsonWriter out) {
    var p = call.params();
    var order = newOrder(p);
    var mode =
        p.oneOf(
            ReplaceMode.class,
            "cancelReplaceMode",
            new ApiError(-1130, "Data sent for parameter 'cancelReplaceMode' is not valid."));
    var exceeded = ExceededMode.DO_NOTHING;
    if (p.has("orderRateLimitExceededMode")) {
      exceeded =
          p.oneOf(
              ExceededMode.class,
              "orderRateLimitExceededMode",
              new ApiError(
                  -1130, "Data sent for parameter 'orderRateLimitExceededMode' is not valid."));
    }
    var id = p.findNumber("cancelOrderId");
    var clientId = p.find("cancelOrigClientOrderId");
    if (id == null && clientId == null) {
      throw new ApiError(
          -1102,
          "Param 'cancelOrigClientOrderId' or 'cancelOrderId' must be sent, but both were"
              + " empty/null!");
    }
    var requestId = clientId(p, "cancelNewClientOrderId");
    var restriction = Restriction.of(p);
    p.done();
    boolean only = exceeded == ExceededMode.CANCEL_ONLY;
    if (!only) {
      protocol.limits().requireOrder(call.account(), call.now());
    }
    var market = order.request().market();
    var cancel =
        Half.of(
            () -> {
              var canceled = cancel(call, market, id, clientId, requestId, restriction);
              return (w, name) -> Bodies.canceled(w.name(name), canceled, requestId);
            });
    var create = Half.NOT_ATTEMPTED;
    if (cancel.isSuccess() || mode == ReplaceMode.ALLOW_FAILURE) {
      create =
          Half.of(
              () -> {
                var placed = place(call, order.request());
                return (w, name) -> Bodies.placed(w.name(name), placed, order.detail());
              });
    }
    var created = create;
    if (cancel.isSuccess() && created.isSuccess()) {
      write(out, cancel, created);
      return;
    }
    boolean partly = cancel.isSuccess() || created.isSuccess();
    int status = partly ? 409 : 400;
    if (created.error() != null && created.error().status() == 429) {
      status = 429;
    }
    throw new ApiError(
        status,
        partly ? -2021 : -2022,
        partly ? "Order cancel-replace partially failed." : "Order cancel-replace failed.",
        (JsonWriter w) -> write(w, cancel, created));
  }

  private static void write(JsonWriter out, Half cancel, Half create) {
    out.object().put("cancelResult", cancel.result()).put("newOrderResult", create.result());
    cancel.write().accept(out, "cancelResponse");
    create.write().accept(out, "newOrderResponse");
    out.end();
  }

  private void amend(Call call, JsonWriter out) {
    var p = call.params();
    var market = marketName(p);
    var id = p.findNumber("orderId");
    var clientId = p.find("origClientOrderId");
    var newId = clientId(p, "newClientOrderId");
    var quantity = p.decimal("newQty");
    p.done();
    var before =
        find(call, market, id, clientId)
            .filter(o -> o.status().isOpen())
            .orElseThrow(TradingOperations::unknownOrder);
    var after = exchange.amend(call.account(), market, before.id(), quantity, newId, call.now());
    Bodies.amended(out, after);
  }
}
