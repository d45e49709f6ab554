package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Bar;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Refused;
import dev.colibri.connector.testkit.exchange.binance.Bodies.Detail;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.testkit.exchange.binance.Operation.Handler;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Everything a caller may ask, in the order of the venue's pages. */
final class Operations {

  private static final long DAY = 86_400_000L;
  private static final int MAX_BARS = 1_000;

  private final BinanceSpotProtocol protocol;
  private final Exchange exchange;
  private final List<Operation> all = new ArrayList<>();

  Operations(BinanceSpotProtocol protocol, Exchange exchange) {
    this.protocol = protocol;
    this.exchange = exchange;
    general();
    marketData();
    trading();
    account();
    wallet();
    userData();
    session();
  }

  List<Operation> all() {
    return all;
  }

  private void add(String target, String method, Access access, int weight, Handler handler) {
    add(target, method, access, p -> weight, handler);
  }

  private void add(
      String target, String method, Access access, ToIntFunction<Params> weight, Handler handler) {
    all.add(new Operation(target, method, access, weight, false, handler));
  }

  // General

  private void general() {
    add(
        "GET /api/v3/ping",
        "ping",
        Access.PUBLIC,
        1,
        (call, out) -> {
          call.params().done();
          out.object().end();
        });
    add(
        "GET /api/v3/time",
        "time",
        Access.PUBLIC,
        1,
        (call, out) -> {
          call.params().done();
          out.object().put("serverTime", call.now()).end();
        });
    add("GET /api/v3/exchangeInfo", "exchangeInfo", Access.PUBLIC, 20, this::exchangeInfo);
  }

  private void exchangeInfo(Call call, JsonWriter out) {
    var p = call.params();
    var permissions = p.findList("permissions");
    var status = p.find("symbolStatus");
    boolean sets = p.flag("showPermissionSets", true);
    List<Market> selected = protocol.markets().select(p, List::of, Function.identity());
    p.done();
    var limits = protocol.limits().limits();
    out.object().put("timezone", "UTC").put("serverTime", call.now()).array("rateLimits");
    Limits.write(out, "REQUEST_WEIGHT", "MINUTE", 1, limits.weightPerMinute(), -1);
    Limits.write(out, "ORDERS", "SECOND", 10, limits.ordersPerTenSeconds(), -1);
    Limits.write(out, "ORDERS", "DAY", 1, limits.ordersPerDay(), -1);
    out.end().array("exchangeFilters").end().array("symbols");
    for (var market : selected) {
      var is = exchange.status(market.name());
      if ((permissions == null || permissions.contains("SPOT"))
          && (status == null || status.equals(is.name()))) {
        Bodies.symbolRules(out, market, is, sets);
      }
    }
    out.end().end();
  }

  // Market data

  private void marketData() {
    add(
        "GET /api/v3/depth",
        "depth",
        Access.PUBLIC,
        p -> {
          int limit = p.limit(100, 5_000);
          return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1_000 ? 50 : 250;
        },
        (call, out) -> {
          var market = market(call.params());
          int limit = call.params().limit(100, 5_000);
          call.params().done();
          Bodies.depth(out, exchange.depth(market.name(), limit));
        });
    add(
        "GET /api/v3/trades",
        "trades.recent",
        Access.PUBLIC,
        25,
        (call, out) -> {
          var trades = exchange.trades(market(call.params()).name());
          int limit = call.params().limit(500, 1_000);
          call.params().done();
          array(out, last(trades, limit), Bodies::trade);
        });
    add(
        "GET /api/v3/historicalTrades",
        "trades.historical",
        Access.PUBLIC,
        25,
        (call, out) -> {
          var trades = exchange.trades(market(call.params()).name());
          var from = call.params().findNumber("fromId");
          int limit = call.params().limit(500, 1_000);
          call.params().done();
          array(out, page(trades, t -> t.id(), from, null, limit), Bodies::trade);
        });
    add("GET /api/v3/aggTrades", "trades.aggregate", Access.PUBLIC, 4, this::aggTrades);
    add("GET /api/v3/klines", "klines", Access.PUBLIC, 2, this::klines);
    add("GET /api/v3/uiKlines", "uiKlines", Access.PUBLIC, 2, this::klines);
    add(
        "GET /api/v3/avgPrice",
        "avgPrice",
        Access.PUBLIC,
        2,
        (call, out) -> {
          var market = market(call.params());
          call.params().done();
          var trades = exchange.trades(market.name());
          var price = exchange.averagePrice(market.name(), call.now()).orElse(BigDecimal.ZERO);
          out.object()
              .put("mins", 5)
              .put("price", text(price))
              .put("closeTime", trades.isEmpty() ? 0 : trades.get(trades.size() - 1).time())
              .end();
        });
    add(
        "GET /api/v3/ticker/24hr",
        "ticker.24hr",
        Access.PUBLIC,
        p -> p.has("symbol") ? 2 : p.has("symbols") ? 2 : 80,
        (call, out) -> {
          boolean mini = call.params().has("type") && call.params().text("type").equals("MINI");
          tickers(call, out, (w, m) -> ticker24h(w, m, mini, call.now()));
        });
    add(
        "GET /api/v3/ticker/price",
        "ticker.price",
        Access.PUBLIC,
        p -> p.has("symbol") ? 2 : 4,
        (call, out) ->
            tickers(
                call,
                out,
                (w, m) -> {
                  var trades = exchange.trades(m.name());
                  var price =
                      trades.isEmpty() ? BigDecimal.ZERO : trades.get(trades.size() - 1).price();
                  w.object().put("symbol", symbol(m)).put("price", text(price)).end();
                }));
    add(
        "GET /api/v3/ticker/bookTicker",
        "ticker.book",
        Access.PUBLIC,
        p -> p.has("symbol") ? 2 : 4,
        (call, out) ->
            tickers(
                call,
                out,
                (w, m) -> {
                  w.object().put("symbol", symbol(m));
                  bestPrices(w, DayStatistics.of(exchange, m, call.now()));
                  w.end();
                }));
  }

  private Market market(Params p) {
    return protocol.markets().require(p.text("symbol"));
  }

  private void tickers(Call call, JsonWriter out, BiConsumer<JsonWriter, Market> write) {
    boolean one = call.params().has("symbol");
    List<Market> selected = protocol.markets().select(call.params(), List::of, Function.identity());
    call.params().done();
    if (one) {
      write.accept(out, selected.get(0));
    } else {
      array(out, selected, write);
    }
  }

  private void ticker24h(JsonWriter out, Market market, boolean mini, long now) {
    var s = DayStatistics.of(exchange, market, now);
    out.object().put("symbol", symbol(market));
    if (mini) {
      out.put("openPrice", text(s.open()))
          .put("highPrice", text(s.high()))
          .put("lowPrice", text(s.low()))
          .put("lastPrice", text(s.last()));
    } else {
      out.put("priceChange", text(s.change()))
          .put("priceChangePercent", s.changePercent())
          .put("weightedAvgPrice", text(s.average()))
          .put("prevClosePrice", text(s.open()))
          .put("lastPrice", text(s.last()))
          .put("lastQty", text(s.lastQuantity()));
      bestPrices(out, s);
      out.put("openPrice", text(s.open()))
          .put("highPrice", text(s.high()))
          .put("lowPrice", text(s.low()));
    }
    out.put("volume", text(s.volume()))
        .put("quoteVolume", text(s.quoteVolume()))
        .put("openTime", s.openTime())
        .put("closeTime", now)
        .put("firstId", s.firstId())
        .put("lastId", s.lastId())
        .put("count", s.count())
        .end();
  }

  private static void bestPrices(JsonWriter out, DayStatistics s) {
    var bids = s.top().bids();
    var asks = s.top().asks();
    var zero = BigDecimal.ZERO;
    out.put("bidPrice", text(bids.isEmpty() ? zero : bids.get(0).price()))
        .put("bidQty", text(bids.isEmpty() ? zero : bids.get(0).quantity()))
        .put("askPrice", text(asks.isEmpty() ? zero : asks.get(0).price()))
        .put("askQty", text(asks.isEmpty() ? zero : asks.get(0).quantity()));
  }

  private void aggTrades(Call call, JsonWriter out) {
    var p = call.params();
    var trades = protocol.markets().aggTrades().latest(market(p).name());
    var from = p.findNumber("fromId");
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    int limit = p.limit(500, 1_000);
    p.done();
    var found =
        from != null
            ? page(trades, t -> t.id(), from, null, limit)
            : page(trades, t -> t.time(), start, end, limit);
    array(
        out,
        found,
        (w, t) -> {
          w.object();
          Bodies.aggTrade(w, t);
          w.end();
        });
  }

  private void klines(Call call, JsonWriter out) {
    var p = call.params();
    var market = market(p);
    var interval = Intervals.find(p.text("interval"));
    if (interval == null) {
      throw new ApiError(-1120, "Invalid interval.");
    }
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    if (p.has("timeZone") && !p.text("timeZone").equals("0")) {
      throw new ApiError(-1130, "Data sent for parameter 'timeZone' is not valid.");
    }
    int limit = p.limit(500, MAX_BARS);
    p.done();
    boolean latest = start == null && end == null;
    var bars = exchange.bars(market.name(), interval, call.now(), latest ? limit : 5 * MAX_BARS);
    array(out, page(bars, Bar::openTime, start, end, limit), Bodies::kline);
  }

  // Trading

  private void trading() {
    all.add(
        new Operation(
            "POST /api/v3/order",
            "order.place",
            Access.SIGNED,
            p -> 1,
            true,
            (call, out) -> {
              var order = newOrder(call.params());
              call.params().done();
              Bodies.placed(out, place(call, order.request()), order.detail());
            }));
    add(
        "POST /api/v3/order/test",
        "order.test",
        Access.SIGNED,
        p -> p.flag("computeCommissionRates", false) ? 20 : 1,
        this::testOrder);
    add("DELETE /api/v3/order", "order.cancel", Access.SIGNED, 1, this::cancelOrder);
    add("DELETE /api/v3/openOrders", "openOrders.cancelAll", Access.SIGNED, 1, this::cancelAll);
    all.add(
        new Operation(
            "POST /api/v3/order/cancelReplace",
            "order.cancelReplace",
            Access.SIGNED,
            p -> 1,
            true,
            this::cancelReplace));
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
    var mode = Order.SelfTrade.EXPIRE_MAKER;
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
      discount(out);
    }
    out.end();
  }

  private static void orderRates(JsonWriter out, BigDecimal maker, BigDecimal taker) {
    out.put("maker", text(maker)).put("taker", text(taker)).end();
  }

  private static void discount(JsonWriter out) {
    out.object("discount")
        .put("enabledForAccount", false)
        .put("enabledForSymbol", false)
        .put("discountAsset", "BNB")
        .put("discount", "0.25000000")
        .end();
  }

  /** The order that {@code orderId} and {@code origClientOrderId} name; both must fit. */
  private Optional<Order> find(
      Call call, String market, @Nullable Long id, @Nullable String clientId) {
    if (id == null && clientId == null) {
      throw new ApiError(
          -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!");
    }
    if (id == null) {
      return exchange.order(call.account(), market, String.valueOf(clientId));
    }
    return exchange
        .order(call.account(), market, id)
        .filter(o -> clientId == null || o.clientId().equals(clientId));
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
    var market = market(p).name();
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
            .orElseThrow(Operations::unknownOrder);
    restriction.require(order);
    return exchange.cancel(call.account(), market, order.id(), requestId, call.now());
  }

  private void cancelAll(Call call, JsonWriter out) {
    var market = market(call.params()).name();
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
    var market = market(p).name();
    var id = p.findNumber("orderId");
    var clientId = p.find("origClientOrderId");
    var newId = clientId(p, "newClientOrderId");
    var quantity = p.decimal("newQty");
    p.done();
    var before =
        find(call, market, id, clientId)
            .filter(o -> o.status().isOpen())
            .orElseThrow(Operations::unknownOrder);
    var after = exchange.amend(call.account(), market, before.id(), quantity, newId, call.now());
    Bodies.amended(out, after);
  }

  // Account

  private void account() {
    add("GET /api/v3/account", "account.status", Access.SIGNED, 20, this::accountStatus);
    add(
        "GET /api/v3/account/commission",
        "account.commission",
        Access.SIGNED,
        20,
        (call, out) -> {
          var market = market(call.params());
          call.params().done();
          var zero = BigDecimal.ZERO;
          out.object().put("symbol", symbol(market));
          rates(out.object("standardCommission"), market.makerFee(), market.takerFee());
          rates(out.object("specialCommission"), zero, zero);
          rates(out.object("taxCommission"), zero, zero);
          discount(out);
          out.end();
        });
    add(
        "GET /api/v3/rateLimit/order",
        "account.rateLimits.orders",
        Access.SIGNED,
        40,
        (call, out) -> {
          call.params().done();
          protocol.limits().writeOrders(out.array(), call.account(), call.now());
          out.end();
        });
    add(
        "GET /api/v3/order",
        "order.status",
        Access.SIGNED,
        4,
        (call, out) -> {
          var p = call.params();
          var market = market(p).name();
          var id = p.findNumber("orderId");
          var clientId = p.find("origClientOrderId");
          p.done();
          var order =
              find(call, market, id, clientId)
                  .filter(o -> isVisible(o.created(), call))
                  .orElseThrow(() -> new ApiError(-2013, "Order does not exist."));
          Bodies.order(out, order);
        });
    add(
        "GET /api/v3/openOrders",
        "openOrders.status",
        Access.SIGNED,
        p -> p.has("symbol") ? 6 : 80,
        (call, out) -> {
          var market = call.params().has("symbol") ? market(call.params()).name() : null;
          call.params().done();
          array(
              out,
              exchange.openOrders(call.account(), market).stream()
                  .filter(o -> isVisible(o.created(), call))
                  .toList(),
              Bodies::order);
        });
    add("GET /api/v3/allOrders", "allOrders", Access.SIGNED, 20, this::allOrders);
    add(
        "GET /api/v3/myTrades",
        "myTrades",
        Access.SIGNED,
        p -> p.has("orderId") ? 5 : 20,
        this::myTrades);
  }

  private boolean isVisible(long since, Call call) {
    return protocol.faults().isVisible(since, call.now());
  }

  private static void rates(JsonWriter out, BigDecimal maker, BigDecimal taker) {
    out.put("maker", text(maker))
        .put("taker", text(taker))
        .put("buyer", text(BigDecimal.ZERO))
        .put("seller", text(BigDecimal.ZERO))
        .end();
  }

  private void accountStatus(Call call, JsonWriter out) {
    boolean omitZero = call.params().flag("omitZeroBalances", false);
    call.params().done();
    var rates = exchange.markets().get(0);
    out.object()
        .put("makerCommission", basisPoints(rates.makerFee()))
        .put("takerCommission", basisPoints(rates.takerFee()))
        .put("buyerCommission", 0)
        .put("sellerCommission", 0);
    rates(out.object("commissionRates"), rates.makerFee(), rates.takerFee());
    out.put("canTrade", true)
        .put("canWithdraw", false)
        .put("canDeposit", false)
        .put("brokered", false)
        .put("requireSelfTradePrevention", false)
        .put("preventSor", false)
        .put("updateTime", call.now())
        .put("accountType", "SPOT")
        .array("balances");
    exchange
        .ledger()
        .balances(call.account())
        .forEach(
            (asset, balance) -> {
              if (!omitZero || balance.total().signum() != 0) {
                out.object()
                    .put("asset", asset)
                    .put("free", text(balance.free()))
                    .put("locked", text(balance.locked()))
                    .end();
              }
            });
    out.end().array("permissions").value("SPOT").end();
    out.put("uid", 1 + Math.floorMod(call.account().hashCode(), 1_000_000_000)).end();
  }

  private static long basisPoints(BigDecimal rate) {
    return rate.movePointRight(4).longValue();
  }

  private void allOrders(Call call, JsonWriter out) {
    var p = call.params();
    var market = market(p).name();
    var from = p.findNumber("orderId");
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    int limit = p.limit(500, 1_000);
    p.done();
    requireWithinDay(start, end);
    var orders =
        exchange.orders(call.account(), market).stream()
            .filter(o -> isVisible(o.created(), call))
            .toList();
    var found =
        from != null
            ? page(orders, Order::id, from, null, limit)
            : page(orders, Order::created, start, end, limit);
    array(out, found, Bodies::order);
  }

  private void myTrades(Call call, JsonWriter out) {
    var p = call.params();
    var market = market(p).name();
    var order = p.findNumber("orderId");
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    var from = p.findNumber("fromId");
    int limit = p.limit(500, 1_000);
    p.done();
    if (start != null && from != null || order != null && start != null) {
      throw new ApiError(-1128, "Combination of optional parameters invalid.");
    }
    requireWithinDay(start, end);
    var fills =
        exchange.fills(call.account(), market).stream()
            .filter(f -> isVisible(f.time(), call))
            .filter(f -> order == null || f.orderId() == order)
            .toList();
    var found =
        from != null
            ? page(fills, Fill::tradeId, from, null, limit)
            : page(fills, Fill::time, start, end, limit);
    array(out, found, Bodies::fill);
  }

  private static void requireWithinDay(@Nullable Long start, @Nullable Long end) {
    if (start != null && end != null && end - start > DAY) {
      throw new ApiError(-1127, "More than 24 hours between startTime and endTime.");
    }
  }

  // Two wallet pages that other clients read when they start

  private void wallet() {
    add(
        "GET /sapi/v1/asset/tradeFee",
        "",
        Access.SIGNED,
        1,
        (call, out) -> {
          List<Market> selected =
              protocol.markets().select(call.params(), List::of, Function.identity());
          call.params().done();
          array(
              out,
              selected,
              (w, m) ->
                  w.object()
                      .put("symbol", symbol(m))
                      .put("makerCommission", m.makerFee().toPlainString())
                      .put("takerCommission", m.takerFee().toPlainString())
                      .end());
        });
    add(
        "GET /sapi/v1/asset/assetDetail",
        "",
        Access.SIGNED,
        1,
        (call, out) -> {
          call.params().done();
          out.object();
          for (var asset : exchange.ledger().balances(call.account()).keySet()) {
            out.object(asset)
                .put("minWithdrawAmount", "0")
                .put("depositStatus", false)
                .put("withdrawFee", "0")
                .put("withdrawStatus", false)
                .end();
          }
          out.end();
        });
  }

  // User data streams

  private void userData() {
    add(
        "POST /api/v3/userDataStream",
        "userDataStream.start",
        Access.KEY,
        2,
        (call, out) -> {
          call.params().done();
          var key =
              protocol.users().listenKey(call.account(), () -> protocol.randomId(60), call.now());
          out.object().put("listenKey", key).end();
        });
    add(
        "PUT /api/v3/userDataStream",
        "userDataStream.ping",
        Access.KEY,
        2,
        (call, out) -> {
          var name = call.params().text("listenKey");
          call.params().done();
          protocol.users().extend(call.account(), name, call.now());
          out.object().end();
        });
    add(
        "DELETE /api/v3/userDataStream",
        "userDataStream.stop",
        Access.KEY,
        2,
        (call, out) -> {
          var name = call.params().text("listenKey");
          call.params().done();
          protocol.users().close(call.account(), name);
          out.object().end();
        });
  }

  // Sessions of the WebSocket API

  private interface InSession {
    void handle(ApiSession session, Call call, JsonWriter out);
  }

  private void session(String method, Access access, InSession handler) {
    add(
        "",
        method,
        access,
        2,
        (call, out) -> {
          var session = call.session();
          if (session == null) {
            throw new IllegalStateException("asked outside a session: " + method);
          }
          handler.handle(session, call, out);
        });
  }

  private void session() {
    session(
        "session.logon",
        Access.SIGNED,
        (session, call, out) -> {
          call.params().done();
          if (call.key() != null) {
            session.logOn(call.key(), out, call.now());
          }
        });
    session(
        "session.status", Access.PUBLIC, (session, call, out) -> session.status(out, call.now()));
    session(
        "session.logout", Access.PUBLIC, (session, call, out) -> session.logOut(out, call.now()));
    session("session.subscriptions", Access.PUBLIC, (session, call, out) -> session.list(out));
    session(
        "userDataStream.subscribe",
        Access.PUBLIC,
        (session, call, out) -> {
          var key = session.key();
          if (key == null) {
            throw new ApiError(401, -2015, "Invalid API-key, IP, or permissions for action.");
          }
          session.subscribe(key.account(), true, out);
        });
    session(
        "userDataStream.subscribe.signature",
        Access.SIGNED,
        (session, call, out) -> {
          call.params().done();
          session.subscribe(call.account(), false, out);
        });
    session(
        "userDataStream.unsubscribe",
        Access.PUBLIC,
        (session, call, out) -> {
          var id = call.params().findNumber("subscriptionId");
          call.params().done();
          session.unsubscribe(id, out, call.now());
        });
  }

  // Lists

  private static <T> void array(JsonWriter out, List<T> items, BiConsumer<JsonWriter, T> write) {
    out.array();
    items.forEach(item -> write.accept(out, item));
    out.end();
  }

  private static <T> List<T> last(List<T> items, int limit) {
    return items.subList(Math.max(0, items.size() - limit), items.size());
  }

  /** The venue's rule for all lists: the oldest from {@code start}, else the latest. */
  private static <T> List<T> page(
      List<T> items,
      ToLongFunction<T> position,
      @Nullable Long start,
      @Nullable Long end,
      int limit) {
    var found =
        items.stream()
            .filter(i -> start == null || position.applyAsLong(i) >= start)
            .filter(i -> end == null || position.applyAsLong(i) <= end)
            .toList();
    return start == null ? last(found, limit) : found.subList(0, Math.min(limit, found.size()));
  }
}
