package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Equity;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.Position;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a margin account may ask of itself, and its listen key. */
final class PerpAccountOperations extends Operations {

  private static final long WEEK = 7 * 86_400_000L;
  private static final String NONE = "0";

  PerpAccountOperations(BinancePerpProtocol protocol, Exchange exchange) {
    super(protocol, exchange);
    orders();
    account();
    positions();
    listenKey();
  }

  // Orders and fills

  private void orders() {
    add("GET /fapi/v1/order", "", Access.SIGNED, 1, (call, out) -> order(call, false, out));
    add("GET /fapi/v1/openOrder", "", Access.SIGNED, 1, (call, out) -> order(call, true, out));
    add(
        "GET /fapi/v1/openOrders",
        "",
        Access.SIGNED,
        p -> p.has("symbol") ? 1 : 40,
        (call, out) -> {
          var market = call.params().has("symbol") ? marketName(call.params()) : null;
          call.params().done();
          array(
              out,
              exchange.openOrders(call.account(), market).stream()
                  .filter(o -> isPerp(o.market()) && isVisible(o.created(), call))
                  .toList(),
              PerpBodies::order);
        });
    add("GET /fapi/v1/allOrders", "", Access.SIGNED, 5, this::allOrders);
    add("GET /fapi/v1/userTrades", "", Access.SIGNED, 5, this::userTrades);
    add(
        "GET /fapi/v1/forceOrders",
        "",
        Access.SIGNED,
        p -> p.has("symbol") ? 20 : 50,
        this::forceOrders);
  }

  private boolean isPerp(String market) {
    return exchange.market(market).filter(Market::isMargined).isPresent();
  }

  private void order(Call call, boolean open, JsonWriter out) {
    var p = call.params();
    var market = marketName(p);
    var id = p.findNumber("orderId");
    var clientId = p.find("origClientOrderId");
    p.done();
    var order =
        find(call, market, id, id == null ? clientId : null)
            .filter(o -> isVisible(o.created(), call))
            .filter(o -> !open || o.status().isOpen())
            .orElseThrow(() -> new ApiError(-2013, "Order does not exist."));
    PerpBodies.order(out, order);
  }

  private void allOrders(Call call, JsonWriter out) {
    var p = call.params();
    var market = marketName(p);
    var from = p.findNumber("orderId");
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    int limit = p.limit(500, 1_000);
    p.done();
    requireWithinWeek(start, end);
    var orders =
        exchange.orders(call.account(), market).stream()
            .filter(o -> isVisible(o.created(), call))
            .toList();
    var found =
        from != null
            ? page(orders, Order::id, from, null, limit)
            : page(orders, Order::created, start, end, limit);
    array(out, found, PerpBodies::order);
  }

  private void userTrades(Call call, JsonWriter out) {
    var p = call.params();
    var market = marketName(p);
    var order = p.findNumber("orderId");
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    var from = p.findNumber("fromId");
    int limit = p.limit(500, 1_000);
    p.done();
    if (from != null && (start != null || end != null)) {
      throw new ApiError(-1128, "Combination of optional parameters invalid.");
    }
    requireWithinWeek(start, end);
    var fills =
        exchange.fills(call.account(), market).stream()
            .filter(f -> protocol.faults().isFillVisible(f.time(), call.now()))
            .filter(f -> order == null || f.orderId() == order)
            .toList();
    // Without any time, the last week; with one end of it, a week from there.
    Long least = start != null || from != null ? start : Long.valueOf(week(end, call) - WEEK);
    Long most = end != null || start == null ? end : Long.valueOf(start + WEEK);
    var found =
        from != null
            ? page(fills, Fill::tradeId, from, null, limit)
            : start == null
                ? last(page(fills, Fill::time, least, most, Integer.MAX_VALUE), limit)
                : page(fills, Fill::time, least, most, limit);
    array(out, found, PerpBodies::fill);
  }

  private static long week(@Nullable Long end, Call call) {
    return end == null ? call.now() : end;
  }

  private static void requireWithinWeek(@Nullable Long start, @Nullable Long end) {
    if (start != null && end != null) {
      if (start > end) {
        throw new ApiError(-1023, "Start time is greater than end time.");
      }
      if (end - start > WEEK) {
        throw new ApiError(-4166, "Search window is restricted to recent 7 days only.");
      }
    }
  }

  private void forceOrders(Call call, JsonWriter out) {
    var p = call.params();
    var names =
        p.has("symbol")
            ? List.of(marketName(p))
            : protocol.markets().all().stream().map(Market::name).toList();
    var type = p.find("autoCloseType");
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    int limit = p.limit(50, 100);
    p.done();
    var forced = new ArrayList<Order>();
    for (var name : names) {
      for (var order : exchange.orders(call.account(), name)) {
        boolean wanted =
            switch (order.cause()) {
              case LIQUIDATION -> type == null || type.equals("LIQUIDATION");
              case ADL -> type == null || type.equals("ADL");
              case OWNER, SETTLEMENT -> false;
            };
        if (wanted) {
          forced.add(order);
        }
      }
    }
    array(out, page(forced, Order::created, start, end, limit), PerpBodies::order);
  }

  // Wallets

  private void account() {
    for (var version : List.of("v2", "v3")) {
      boolean old = version.equals("v2");
      add(
          "GET /fapi/" + version + "/account",
          "",
          Access.SIGNED,
          5,
          (call, out) -> {
            call.params().done();
            account(call, old, out);
          });
      add(
          "GET /fapi/" + version + "/balance",
          "",
          Access.SIGNED,
          5,
          (call, out) -> {
            call.params().done();
            array(
                out,
                List.copyOf(assets(call)),
                (w, asset) -> {
                  var e = exchange.equity(call.account(), asset);
                  var wallet = wallet(call, asset);
                  w.object()
                      .put("accountAlias", "SgsR")
                      .put("asset", asset)
                      .put("balance", text(wallet))
                      .put("crossWalletBalance", text(wallet))
                      .put("crossUnPnl", text(e.unrealised()))
                      .put("availableBalance", text(e.available()))
                      .put("maxWithdrawAmount", text(e.available().min(wallet)))
                      .put("marginAvailable", true)
                      .put("updateTime", call.now())
                      .end();
                });
          });
      add(
          "GET /fapi/" + version + "/positionRisk",
          "",
          Access.SIGNED,
          5,
          (call, out) -> {
            var only = call.params().has("symbol") ? market(call.params()).name() : null;
            call.params().done();
            array(
                out,
                shown(call, old).stream()
                    .filter(position -> only == null || position.market().equals(only))
                    .toList(),
                (w, position) -> risk(w, position, old));
          });
    }
    add("GET /fapi/v1/income", "", Access.SIGNED, 30, this::incomes);
    add(
        "GET /fapi/v1/commissionRate",
        "",
        Access.SIGNED,
        20,
        (call, out) -> {
          var market = market(call.params());
          call.params().done();
          out.object()
              .put("symbol", symbol(market))
              .put("makerCommissionRate", market.makerFee().toPlainString())
              .put("takerCommissionRate", market.takerFee().toPlainString())
              .end();
        });
    add(
        "GET /fapi/v1/accountConfig",
        "",
        Access.SIGNED,
        5,
        (call, out) -> {
          call.params().done();
          out.object();
          permissions(out);
          out.put("dualSidePosition", exchange.isHedged(call.account()))
              .put("updateTime", 0)
              .put("multiAssetsMargin", false)
              .put("tradeGroupId", -1)
              .end();
        });
    add(
        "GET /fapi/v1/rateLimit/order",
        "",
        Access.SIGNED,
        1,
        (call, out) -> {
          call.params().done();
          protocol.limits().writeOrders(out.array(), call.account(), call.now());
          out.end();
        });
  }

  private static void permissions(JsonWriter out) {
    out.put("feeTier", 0).put("canTrade", true).put("canDeposit", true).put("canWithdraw", true);
  }

  private TreeSet<String> assets(Call call) {
    var assets = new TreeSet<>(exchange.ledger().balances(call.account()).keySet());
    protocol.markets().all().forEach(m -> assets.add(PerpMarketOperations.settle(m)));
    return assets;
  }

  private BigDecimal wallet(Call call, String asset) {
    return exchange.ledger().balance(call.account(), asset).total();
  }

  private void account(Call call, boolean old, JsonWriter out) {
    var equities = new TreeMap<String, Equity>();
    assets(call).forEach(asset -> equities.put(asset, exchange.equity(call.account(), asset)));
    out.object();
    if (old) {
      permissions(out);
      out.put("updateTime", 0).put("multiAssetsMargin", false).put("tradeGroupId", -1);
    }
    // In single-asset mode the totals are of the dollar assets: of all here, at one for one.
    out.put("totalInitialMargin", sum(equities, e -> e.positionMargin().add(e.orderMargin())))
        .put("totalMaintMargin", sum(equities, Equity::maintenance))
        .put("totalWalletBalance", sum(equities, Equity::wallet))
        .put("totalUnrealizedProfit", sum(equities, Equity::unrealised))
        .put("totalMarginBalance", sum(equities, Equity::total))
        .put("totalPositionInitialMargin", sum(equities, Equity::positionMargin))
        .put("totalOpenOrderInitialMargin", sum(equities, Equity::orderMargin))
        .put("totalCrossWalletBalance", sum(equities, Equity::wallet))
        .put("totalCrossUnPnl", sum(equities, Equity::unrealised))
        .put("availableBalance", sum(equities, Equity::available))
        .put("maxWithdrawAmount", sum(equities, e -> e.available().min(e.wallet())))
        .array("assets");
    equities.forEach(
        (asset, e) -> {
          out.object()
              .put("asset", asset)
              .put("walletBalance", text(e.wallet()))
              .put("unrealizedProfit", text(e.unrealised()))
              .put("marginBalance", text(e.total()))
              .put("maintMargin", text(e.maintenance()))
              .put("initialMargin", text(e.positionMargin().add(e.orderMargin())))
              .put("positionInitialMargin", text(e.positionMargin()))
              .put("openOrderInitialMargin", text(e.orderMargin()))
              .put("crossWalletBalance", text(e.wallet()))
              .put("crossUnPnl", text(e.unrealised()))
              .put("availableBalance", text(e.available()))
              .put("maxWithdrawAmount", text(e.available().min(e.wallet())));
          if (old) {
            out.put("marginAvailable", true);
          }
          out.put("updateTime", call.now()).end();
        });
    out.end().array("positions");
    for (var position : shown(call, old)) {
      var mark = exchange.mark(position.market()).price();
      var margin = margin(position);
      out.object()
          .put("symbol", symbol(position.market()))
          .put("positionSide", position.side().name())
          .put("positionAmt", text(position.size()))
          .put("unrealizedProfit", text(position.profitAt(mark)))
          .put("initialMargin", text(margin))
          .put("maintMargin", text(PerpBodies.maintenance(exchange, position)))
          .put("notional", text(position.size().multiply(mark)))
          .put("updateTime", position.updated());
      if (old) {
        out.put("positionInitialMargin", text(margin))
            .put("openOrderInitialMargin", NONE)
            .put("leverage", Integer.toString(leverage(position)))
            .put("isolated", false)
            .put("entryPrice", text(position.entryPrice()))
            .put("maxNotional", text(rules(position).notional().max()))
            .put("bidNotional", NONE)
            .put("askNotional", NONE);
      } else {
        out.put("isolatedMargin", NONE).put("isolatedWallet", NONE);
      }
      out.end();
    }
    out.end().end();
  }

  private static String sum(TreeMap<String, Equity> equities, Function<Equity, BigDecimal> part) {
    return text(equities.values().stream().map(part).reduce(BigDecimal.ZERO, BigDecimal::add));
  }

  private void incomes(Call call, JsonWriter out) {
    var p = call.params();
    var market = p.has("symbol") ? marketName(p) : null;
    var type = p.find("incomeType");
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    int number = (int) Math.min(p.number("page", 1), 1_000_000);
    int limit = p.limit(100, 1_000);
    p.done();
    if (start != null && end != null && start > end) {
      throw new ApiError(-1023, "Start time is greater than end time.");
    }
    long least = start != null ? start : end == null ? call.now() - WEEK : 0;
    var found =
        exchange.incomes(call.account()).stream()
            .filter(i -> market == null || i.market().equals(market))
            .filter(i -> type == null || type.equals(PerpBodies.incomeType(i)))
            .filter(i -> i.time() >= least && (end == null || i.time() <= end))
            .skip((long) Math.max(0, number - 1) * limit)
            .limit(limit)
            .toList();
    array(out, found, PerpBodies::income);
  }

  // Positions

  /** What an answer lists: of the old kind every market, of the new one only what is in use. */
  private List<Position> shown(Call call, boolean all) {
    var sides =
        exchange.isHedged(call.account())
            ? List.of(Position.Side.LONG, Position.Side.SHORT)
            : List.of(Position.Side.BOTH);
    var used = new TreeSet<String>();
    exchange.openOrders(call.account(), null).forEach(o -> used.add(o.market()));
    return protocol.markets().all().stream()
        .flatMap(m -> positions(call, m, sides, all || used.contains(m.name())))
        .toList();
  }

  private Stream<Position> positions(
      Call call, Market market, List<Position.Side> sides, boolean all) {
    return sides.stream()
        .map(side -> exchange.position(call.account(), market.name(), side))
        .filter(position -> all || !position.isFlat());
  }

  private Market rules(Position position) {
    return exchange.market(position.market()).orElseThrow(ApiError::badSymbol);
  }

  private int leverage(Position position) {
    return exchange.leverage(position.account(), position.market());
  }

  private BigDecimal margin(Position position) {
    var notional = position.size().abs().multiply(exchange.mark(position.market()).price());
    return notional.divide(BigDecimal.valueOf(leverage(position)), 8, RoundingMode.HALF_EVEN);
  }

  private void risk(JsonWriter out, Position p, boolean old) {
    var mark = exchange.mark(p.market()).price();
    var margin = text(margin(p));
    out.object()
        .put("symbol", symbol(p.market()))
        .put("positionSide", p.side().name())
        .put("positionAmt", text(p.size()))
        .put("entryPrice", text(p.entryPrice()))
        .put("breakEvenPrice", text(p.entryPrice()))
        .put("markPrice", text(mark))
        .put("unRealizedProfit", text(p.profitAt(mark)))
        .put("liquidationPrice", text(exchange.liquidationPrice(p).max(BigDecimal.ZERO)))
        .put("isolatedMargin", NONE)
        .put("notional", text(p.size().multiply(mark)))
        .put("isolatedWallet", NONE);
    if (old) {
      out.put("leverage", Integer.toString(leverage(p)))
          .put("marginType", "cross")
          .put("isAutoAddMargin", "false")
          .put("maxNotionalValue", text(rules(p).notional().max()));
    } else {
      out.put("marginAsset", PerpMarketOperations.settle(rules(p)))
          .put("initialMargin", margin)
          .put("maintMargin", text(PerpBodies.maintenance(exchange, p)))
          .put("positionInitialMargin", margin)
          .put("openOrderInitialMargin", NONE)
          .put("adl", p.isFlat() ? 0 : 1)
          .put("bidNotional", NONE)
          .put("askNotional", NONE);
    }
    out.put("updateTime", p.updated()).end();
  }

  private void positions() {
    add(
        "GET /fapi/v1/symbolConfig",
        "",
        Access.SIGNED,
        5,
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
                      .put("marginType", "CROSSED")
                      .put("isAutoAddMargin", false)
                      .put("leverage", exchange.leverage(call.account(), m.name()))
                      .put("maxNotionalValue", text(m.notional().max()))
                      .end());
        });
    add(
        "GET /fapi/v1/leverageBracket",
        "",
        Access.SIGNED,
        1,
        (call, out) -> {
          List<Market> selected =
              protocol.markets().select(call.params(), List::of, Function.identity());
          call.params().done();
          array(out, selected, PerpAccountOperations::bracket);
        });
  }

  private static void bracket(JsonWriter out, Market m) {
    var margin = m.margin();
    if (margin == null) {
      throw new IllegalArgumentException("not margined: " + m.name());
    }
    out.object()
        .put("symbol", symbol(m))
        .array("brackets")
        .object()
        .put("bracket", 1)
        .put("initialLeverage", margin.maxLeverage())
        .put("notionalCap", m.notional().max())
        .put("notionalFloor", 0)
        .put("maintMarginRatio", margin.maintenance())
        .put("cum", 0)
        .end()
        .end()
        .end();
  }

  // User data streams

  private void listenKey() {
    add(
        "POST /fapi/v1/listenKey",
        "",
        Access.KEY,
        1,
        (call, out) -> {
          call.params().done();
          if (protocol.faults().refusesSubscription()) {
            throw new ApiError(429, -1003, "Too many requests queued.");
          }
          var users = protocol.users();
          var key = users.listenKey(call.account(), () -> protocol.randomId(64), call.now());
          out.object().put("listenKey", key).end();
        });
    add(
        "PUT /fapi/v1/listenKey",
        "",
        Access.KEY,
        1,
        (call, out) -> {
          call.params().find("listenKey");
          call.params().done();
          var key = protocol.users().requireKey(call.account());
          protocol.users().extend(call.account(), key, call.now());
          out.object().put("listenKey", key).end();
        });
    add(
        "DELETE /fapi/v1/listenKey",
        "",
        Access.KEY,
        1,
        (call, out) -> {
          call.params().find("listenKey");
          call.params().done();
          protocol.users().close(call.account(), protocol.users().requireKey(call.account()));
          out.object().end();
        });
  }
}
