package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Position;
import dev.colibri.connector.testkit.exchange.Refused;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Orders of perpetuals, and the settings they are placed under. */
final class PerpTradingOperations extends Operations {

  private static final int MAX_PLACED = 5;
  private static final int MAX_CANCELED = 10;
  private static final long LEAST_GOOD_MILLIS = 600_000L;
  private static final long MOST_GOOD_TILL = 253_402_300_799_000L;

  private final BinancePerpProtocol perps;

  PerpTradingOperations(BinancePerpProtocol protocol, Exchange exchange) {
    super(protocol, exchange);
    this.perps = protocol;
    addOrdering("POST /fapi/v1/order", "", 0, this::place);
    addOrdering("PUT /fapi/v1/order", "", 0, this::modify);
    addOrdering("POST /fapi/v1/batchOrders", "", 5, this::placeAll);
    addOrdering("PUT /fapi/v1/batchOrders", "", 5, this::modifyAll);
    add("POST /fapi/v1/order/test", "", Access.SIGNED, 1, this::test);
    add("DELETE /fapi/v1/order", "", Access.SIGNED, 1, this::cancel);
    add("DELETE /fapi/v1/batchOrders", "", Access.SIGNED, 1, this::cancelSome);
    add("DELETE /fapi/v1/allOpenOrders", "", Access.SIGNED, 1, this::cancelAll);
    add(
        "POST /fapi/v1/countdownCancelAll",
        "",
        Access.SIGNED,
        10,
        (call, out) -> {
          var market = market(call.params());
          long millis = call.params().number("countdownTime");
          call.params().done();
          perps.count(call.account(), market.name(), millis == 0 ? 0 : call.now() + millis);
          out.object()
              .put("symbol", symbol(market))
              .put("countdownTime", Long.toString(millis))
              .end();
        });
    settings();
  }

  // Placing

  private enum Detail {
    ACK,
    RESULT
  }

  private record NewOrder(OrderRequest request, Detail detail) {}

  private NewOrder newOrder(Params p, long now) {
    var market = market(p);
    var side = p.oneOf(Order.Side.class, "side", new ApiError(-1117, "Invalid side."));
    var type = p.text("type");
    switch (type) {
      case "LIMIT", "MARKET" -> {}
      case "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET" ->
          throw new ApiError(
              -4120,
              "Order type not supported for this endpoint. Please use the Algo Order API endpoints"
                  + " instead.");
      default -> throw new ApiError(-1116, "Invalid orderType.");
    }
    var position = Position.Side.BOTH;
    if (p.has("positionSide")) {
      position =
          p.oneOf(
              Position.Side.class, "positionSide", new ApiError(-4060, "Invalid position side."));
    }
    boolean reduceOnly = p.flag("reduceOnly", false);
    if (p.has("reduceOnly") && position != Position.Side.BOTH) {
      throw ApiError.notRequired("reduceonly");
    }
    refuseUnsupported(p);
    var quantity = p.decimal("quantity");
    var mode = protocol.faults().selfTrade();
    if (p.has("selfTradePreventionMode")) {
      mode =
          p.oneOf(
              Order.SelfTrade.class,
              "selfTradePreventionMode",
              new ApiError(
                  -1130, "Data sent for parameter 'selfTradePreventionMode' is not valid."));
    }
    var detail = Detail.ACK;
    if (p.has("newOrderRespType")) {
      detail =
          p.oneOf(
              Detail.class,
              "newOrderRespType",
              new ApiError(-1130, "Data sent for parameter 'newOrderRespType' is not valid."));
    }
    var given = p.findPerpClientId("newClientOrderId");
    var id = given == null ? protocol.randomId(22) : given;
    var orderType = Order.Type.MARKET;
    var time = Order.TimeInForce.GTC;
    BigDecimal price = null;
    long goodTill = 0;
    if (type.equals("LIMIT")) {
      price = p.decimal("price");
      orderType = Order.Type.LIMIT;
      switch (p.text("timeInForce")) {
        case "GTC" -> {}
        case "IOC" -> time = Order.TimeInForce.IOC;
        case "FOK" -> time = Order.TimeInForce.FOK;
        case "GTX" -> orderType = Order.Type.LIMIT_MAKER;
        case "GTD" -> goodTill = goodTill(p, now);
        default -> throw new ApiError(-1115, "Invalid timeInForce.");
      }
    } else if (p.has("price")) {
      throw ApiError.notRequired("price");
    }
    if (goodTill == 0 && p.number("goodTillDate", 0) != 0) {
      throw ApiError.notRequired("goodTillDate");
    }
    p.find("timeInForce");
    requireRange(market, price, quantity);
    return new NewOrder(
        new OrderRequest(
            market.name(),
            side,
            orderType,
            time,
            mode,
            price,
            quantity,
            null,
            id,
            position,
            reduceOnly,
            goodTill),
        detail);
  }

  private static long goodTill(Params p, long now) {
    // Only whole seconds count.
    long till = p.number("goodTillDate") / 1_000 * 1_000;
    if (till <= now + LEAST_GOOD_MILLIS || till >= MOST_GOOD_TILL) {
      throw new ApiError(-1130, "Data sent for parameter 'goodTillDate' is not valid.");
    }
    return till;
  }

  private static void refuseUnsupported(Params p) {
    // Labels without effect on these types.
    p.find("workingType");
    p.find("priceProtect");
    for (var name : List.of("stopPrice", "activationPrice", "callbackRate")) {
      if (p.has(name)) {
        throw ApiError.notRequired(name);
      }
    }
    if (p.flag("closePosition", false)) {
      throw new ApiError(-4136, "Target strategy invalid for orderType, closePosition");
    }
    var match = p.find("priceMatch");
    if (match != null && !match.equals("NONE")) {
      throw new ApiError(-1130, "Data sent for parameter 'priceMatch' is not valid.");
    }
  }

  /** Bounds have their own codes here; steps are the matcher's. */
  private static void requireRange(Market m, @Nullable BigDecimal price, BigDecimal quantity) {
    if (price != null) {
      if (price.signum() <= 0) {
        throw new ApiError(-4001, "Price less than 0.");
      }
      if (price.compareTo(m.price().min()) < 0) {
        throw new ApiError(-4013, "Price less than min price.");
      }
      if (price.compareTo(m.price().max()) > 0) {
        throw new ApiError(-4002, "Price greater than max price.");
      }
    }
    if (quantity.signum() <= 0) {
      throw new ApiError(-4003, "Quantity less than or equal to zero.");
    }
    if (quantity.compareTo(m.quantity().min()) < 0) {
      throw new ApiError(-4004, "Quantity less than min quantity.");
    }
    if (quantity.compareTo(m.quantity().max()) > 0) {
      throw new ApiError(-4005, "Quantity greater than max quantity.");
    }
  }

  private void place(Call call, JsonWriter out) {
    var order = newOrder(call.params(), call.now());
    call.params().done();
    protocol.limits().requireOrder(call.account(), call.now());
    protocol.limits().placed(call.account(), call.now());
    write(out, place(call, order), order.detail());
  }

  private Order place(Call call, NewOrder order) {
    try {
      return exchange.place(call.account(), order.request(), call.now()).order();
    } catch (Refused e) {
      throw ApiError.ofPerp(e, order.request().side() == Order.Side.BUY);
    }
  }

  private static void write(JsonWriter out, Order order, Detail detail) {
    // An acknowledgement is of the order as it came, whatever it has traded by then.
    PerpBodies.changed(out, order, detail == Detail.ACK);
  }

  private void test(Call call, JsonWriter out) {
    var order = newOrder(call.params(), call.now());
    call.params().done();
    try {
      exchange.test(call.account(), order.request(), call.now());
    } catch (Refused e) {
      throw ApiError.ofPerp(e, order.request().side() == Order.Side.BUY);
    }
    out.object().end();
  }

  // Batches

  private void placeAll(Call call, JsonWriter out) {
    batch(
        call,
        out,
        (p, w) -> {
          var order = newOrder(p, call.now());
          p.done();
          write(w, place(call, order), order.detail());
        });
  }

  private void modifyAll(Call call, JsonWriter out) {
    batch(call, out, (p, w) -> modify(call, p, w));
  }

  /** One answer for each, in their order; any may be an error. */
  private void batch(Call call, JsonWriter out, BiConsumer<Params, JsonWriter> each) {
    var items = list(call.params(), "batchOrders", Json::isObject);
    call.params().done();
    if (items.isEmpty() || items.size() > MAX_PLACED) {
      throw new ApiError(-4082, "Invalid number of batch place orders.");
    }
    protocol.limits().requireOrder(call.account(), call.now());
    protocol.limits().placed(call.account(), items.size(), call.now());
    out.array();
    for (var item : items) {
      answer(out, w -> each.accept(Params.of(item), w));
    }
    out.end();
  }

  private interface Answer {
    void write(JsonWriter out);
  }

  private void answer(JsonWriter out, Answer answer) {
    var one = new JsonWriter();
    try {
      answer.write(one);
    } catch (Refused e) {
      one = new JsonWriter();
      protocol.error(e).write(one);
    } catch (ApiError e) {
      one = new JsonWriter();
      e.write(one);
    }
    out.value(Json.parse(one.toString()));
  }

  private static List<Json> list(Params p, String name, Predicate<Json> kind) {
    var items = new ArrayList<Json>();
    try {
      Json.parse(p.text(name)).items().forEach(items::add);
    } catch (TextException e) {
      items.add(Json.parse("null"));
    }
    if (!items.stream().allMatch(kind)) {
      throw new ApiError(-1130, "Data sent for parameter '" + name + "' is not valid.");
    }
    return items;
  }

  // Changing and canceling

  private void modify(Call call, JsonWriter out) {
    protocol.limits().requireOrder(call.account(), call.now());
    protocol.limits().placed(call.account(), call.now());
    modify(call, call.params(), out);
  }

  private void modify(Call call, Params p, JsonWriter out) {
    var market = market(p);
    var side = p.oneOf(Order.Side.class, "side", new ApiError(-1117, "Invalid side."));
    var id = p.findNumber("orderId");
    var clientId = p.find("origClientOrderId");
    var quantity = p.decimal("quantity");
    var price = p.decimal("price");
    p.find("priceMatch");
    p.find("modifyId");
    p.done();
    requireRange(market, price, quantity);
    var before =
        found(call, market.name(), id, clientId)
            .filter(o -> o.status().isOpen() && o.side() == side)
            .orElseThrow(() -> new ApiError(-2013, "Order does not exist."));
    if (before.price().compareTo(price) == 0 && before.quantity().compareTo(quantity) == 0) {
      throw new ApiError(-5027, "No need to modify the order.");
    }
    Order after;
    try {
      after =
          exchange.change(call.account(), market.name(), before.id(), price, quantity, call.now());
    } catch (Refused e) {
      if (e.reason() != Refused.Reason.AMEND_QUANTITY && e.reason() != Refused.Reason.WOULD_TAKE) {
        throw ApiError.ofPerp(e, side == Order.Side.BUY);
      }
      // As its page says: a modification that cannot be is a cancel.
      after =
          exchange.cancel(
              call.account(), market.name(), before.id(), protocol.randomId(22), call.now());
    }
    PerpBodies.changed(out, after, false);
  }

  /** Where both ids are sent, the number decides. */
  private Optional<Order> found(
      Call call, String market, @Nullable Long id, @Nullable String clientId) {
    return find(call, market, id, id == null ? clientId : null);
  }

  private void cancel(Call call, JsonWriter out) {
    var p = call.params();
    var market = marketName(p);
    var id = p.findNumber("orderId");
    var clientId = p.find("origClientOrderId");
    p.done();
    cancel(call, market, id, clientId, out);
  }

  private void cancel(
      Call call, String market, @Nullable Long id, @Nullable String clientId, JsonWriter out) {
    var order =
        found(call, market, id, clientId)
            .filter(o -> o.status().isOpen())
            .orElseThrow(() -> new ApiError(-2011, "Unknown order sent."));
    PerpBodies.changed(
        out,
        exchange.cancel(call.account(), market, order.id(), protocol.randomId(22), call.now()),
        false);
  }

  private void cancelSome(Call call, JsonWriter out) {
    var p = call.params();
    var market = marketName(p);
    var ids = p.has("orderIdList") ? list(p, "orderIdList", Json::isNumber) : List.<Json>of();
    var clientIds =
        p.has("origClientOrderIdList")
            ? list(p, "origClientOrderIdList", Json::isString)
            : List.<Json>of();
    p.done();
    int count = ids.size() + clientIds.size();
    if (count == 0 || count > MAX_CANCELED) {
      throw new ApiError(-4082, "Invalid number of batch place orders.");
    }
    out.array();
    for (var id : ids) {
      answer(out, w -> cancel(call, market, id.asLong(), null, w));
    }
    for (var id : clientIds) {
      answer(out, w -> cancel(call, market, null, id.asText(), w));
    }
    out.end();
  }

  private void cancelAll(Call call, JsonWriter out) {
    var market = marketName(call.params());
    call.params().done();
    exchange.cancelAll(call.account(), market, protocol.randomId(22), call.now());
    done(out, "The operation of cancel all open order is done.");
  }

  // Settings

  private static void done(JsonWriter out, String words) {
    out.object().put("code", 200).put("msg", words).end();
  }

  private void settings() {
    add(
        "POST /fapi/v1/leverage",
        "",
        Access.SIGNED,
        1,
        (call, out) -> {
          var market = market(call.params());
          long leverage = call.params().number("leverage");
          call.params().done();
          try {
            int wanted = (int) Math.min(leverage, Integer.MAX_VALUE);
            exchange.setLeverage(call.account(), market.name(), wanted, call.now());
          } catch (Refused e) {
            throw e.reason() == Refused.Reason.LEVERAGE
                ? new ApiError(-4028, "Leverage " + leverage + " is not valid")
                : new ApiError(
                    -2028, "Leverage is smaller than permitted: insufficient margin balance.");
          }
          out.object()
              .put("symbol", symbol(market))
              .put("leverage", leverage)
              .put("maxNotionalValue", text(market.notional().max()))
              .end();
        });
    add(
        "POST /fapi/v1/marginType",
        "",
        Access.SIGNED,
        1,
        (call, out) -> {
          market(call.params());
          var type = call.params().text("marginType");
          call.params().done();
          if (type.equals("CROSSED")) {
            throw new ApiError(-4046, "No need to change margin type.");
          }
          throw new ApiError(-4168, "Unable to adjust to isolated-margin mode.");
        });
    add(
        "POST /fapi/v1/positionSide/dual",
        "",
        Access.SIGNED,
        1,
        (call, out) -> {
          call.params().text("dualSidePosition");
          boolean hedged = call.params().flag("dualSidePosition", false);
          call.params().done();
          if (exchange.isHedged(call.account()) == hedged) {
            throw new ApiError(-4059, "No need to change position side.");
          }
          exchange.setHedged(call.account(), hedged, call.now());
          done(out, "success");
        });
    add(
        "GET /fapi/v1/positionSide/dual",
        "",
        Access.SIGNED,
        30,
        (call, out) -> {
          call.params().done();
          out.object().put("dualSidePosition", exchange.isHedged(call.account())).end();
        });
    add(
        "GET /fapi/v1/multiAssetsMargin",
        "",
        Access.SIGNED,
        30,
        (call, out) -> {
          call.params().done();
          out.object().put("multiAssetsMargin", false).end();
        });
  }
}
