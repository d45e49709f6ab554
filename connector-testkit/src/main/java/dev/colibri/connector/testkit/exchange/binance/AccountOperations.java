package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Account endpoints, and two wallet pages that other clients read when they start. */
final class AccountOperations extends Operations {

  private static final long DAY = 86_400_000L;

  AccountOperations(BinanceProtocol protocol, Exchange exchange) {
    super(protocol, exchange);
    account();
    wallet();
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
          Bodies.discount(out);
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
          var market = marketName(p);
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
          var market = call.params().has("symbol") ? marketName(call.params()) : null;
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
    var rates = protocol.markets().all().stream().findFirst().orElseThrow(ApiError::badSymbol);
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
    var market = marketName(p);
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
    var market = marketName(p);
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
            .filter(f -> protocol.faults().isFillVisible(f.time(), call.now()))
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
}
