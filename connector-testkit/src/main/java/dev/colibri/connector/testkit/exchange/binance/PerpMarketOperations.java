package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.util.LinkedHashSet;

/** What anybody may ask about perpetuals. */
final class PerpMarketOperations extends MarketOperations {

  PerpMarketOperations(BinanceProtocol protocol, Exchange exchange) {
    super(protocol, exchange, "/fapi/v1", true);
    add("GET /fapi/v1/exchangeInfo", "", Access.PUBLIC, 1, this::exchangeInfo);
    add(
        "GET /fapi/v1/premiumIndex",
        "",
        Access.PUBLIC,
        p -> p.has("symbol") ? 1 : 10,
        (call, out) ->
            tickers(
                call,
                out,
                (w, m) -> PerpBodies.premiumIndex(w, m, exchange.mark(m.name()), call.now())));
    add("GET /fapi/v1/fundingInfo", "", Access.PUBLIC, 0, this::fundingInfo);
    add(
        "GET /fapi/v2/ticker/price",
        "",
        Access.PUBLIC,
        p -> p.has("symbol") ? 1 : 2,
        (call, out) -> tickers(call, out, (w, m) -> lastPrice(w, m, call.now())));
  }

  private void exchangeInfo(Call call, JsonWriter out) {
    call.params().done();
    var limits = protocol.limits().limits();
    out.object()
        .put("timezone", "UTC")
        .put("serverTime", call.now())
        .put("futuresType", "U_MARGINED");
    out.array("rateLimits");
    Limits.write(out, "REQUEST_WEIGHT", "MINUTE", 1, limits.weightPerMinute(), -1);
    Limits.write(out, "ORDERS", "MINUTE", 1, limits.orders(), -1);
    Limits.write(out, "ORDERS", "SECOND", 10, limits.ordersPerTenSeconds(), -1);
    out.end().array("exchangeFilters").end().array("assets");
    var assets = new LinkedHashSet<String>();
    for (var market : protocol.markets().all()) {
      assets.add(settle(market));
    }
    for (var asset : assets) {
      out.object()
          .put("asset", asset)
          .put("marginAvailable", true)
          .put("autoAssetExchange", "0")
          .end();
    }
    out.end().array("symbols");
    for (var market : protocol.markets().all()) {
      PerpBodies.symbolRules(out, market, exchange.status(market.name()));
    }
    out.end().end();
  }

  private void fundingInfo(Call call, JsonWriter out) {
    call.params().done();
    array(
        out,
        protocol.markets().all(),
        (w, m) -> {
          var margin = m.margin();
          w.object()
              .put("symbol", symbol(m))
              .put("adjustedFundingRateCap", text(new BigDecimal("0.02")))
              .put("adjustedFundingRateFloor", text(new BigDecimal("-0.02")))
              .put(
                  "fundingIntervalHours",
                  margin == null ? 8 : Math.max(1, margin.fundingMillis() / 3_600_000L))
              .put("disclaimer", false)
              .end();
        });
  }

  static String settle(Market market) {
    var margin = market.margin();
    return margin == null ? market.quote() : margin.settle();
  }
}
