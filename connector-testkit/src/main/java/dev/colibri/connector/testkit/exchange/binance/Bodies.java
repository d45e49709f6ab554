package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Bar;
import dev.colibri.connector.testkit.exchange.Depth;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Ledger;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.Trade;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/** The venue's JSON objects, field by field in its order; numbers with eight decimals, quoted. */
final class Bodies {

  private static final String ZERO = "0.00000000";

  private Bodies() {}

  static String symbol(Market market) {
    return market.base() + market.quote();
  }

  /** The symbol of a market given by its exchange name. */
  static String symbol(String market) {
    int hyphen = market.indexOf('-');
    return market.substring(0, hyphen) + market.substring(hyphen + 1);
  }

  static String text(BigDecimal number) {
    return number.setScale(8, RoundingMode.HALF_EVEN).toPlainString();
  }

  // Orders

  /** The order as queries show it. */
  static void order(JsonWriter out, Order o) {
    out.object()
        .put("symbol", symbol(o.market()))
        .put("orderId", o.id())
        .put("orderListId", -1)
        .put("clientOrderId", o.clientId())
        .put("price", text(o.price()))
        .put("origQty", text(o.quantity()))
        .put("executedQty", text(o.executed()))
        .put("cummulativeQuoteQty", text(o.quoteExecuted()))
        .put("status", o.status().name())
        .put("timeInForce", o.timeInForce().name())
        .put("type", o.type().name())
        .put("side", o.side().name())
        .put("stopPrice", ZERO)
        .put("icebergQty", ZERO)
        .put("time", o.created())
        .put("updateTime", o.updated())
        .put("isWorking", true)
        .put("workingTime", o.created())
        .put("origQuoteOrderQty", text(o.quoteQuantity()))
        .put("selfTradePreventionMode", o.selfTrade().name());
    conditional(out, o);
    out.end();
  }

  private static void conditional(JsonWriter out, Order o) {
    if (o.preventedMatch() >= 0) {
      out.put("preventedMatchId", o.preventedMatch()).put("preventedQuantity", text(o.prevented()));
    }
    if (o.expiry() != Order.Expiry.NONE) {
      out.put("expiryReason", o.expiry().name());
    }
  }

  /** How much the answer to a new order says. */
  enum Detail {
    ACK,
    RESULT,
    FULL
  }

  static void placed(JsonWriter out, Exchange.Placed placed, Detail detail) {
    var o = placed.order();
    out.object()
        .put("symbol", symbol(o.market()))
        .put("orderId", o.id())
        .put("orderListId", -1)
        .put("clientOrderId", o.clientId())
        .put("transactTime", o.updated());
    if (detail != Detail.ACK) {
      state(out, o);
      out.put("workingTime", o.created());
      if (detail == Detail.FULL) {
        out.array("fills");
        for (var fill : placed.fills()) {
          out.object()
              .put("price", text(fill.price()))
              .put("qty", text(fill.quantity()))
              .put("commission", text(fill.fee()))
              .put("commissionAsset", fill.feeAsset())
              .put("tradeId", fill.tradeId())
              .end();
        }
        out.end();
      }
      out.put("selfTradePreventionMode", o.selfTrade().name());
      conditional(out, o);
    }
    out.end();
  }

  static void canceled(JsonWriter out, Order o, String requestId) {
    out.object()
        .put("symbol", symbol(o.market()))
        .put("origClientOrderId", o.clientId())
        .put("orderId", o.id())
        .put("orderListId", -1)
        .put("clientOrderId", requestId)
        .put("transactTime", o.updated());
    state(out, o);
    out.put("selfTradePreventionMode", o.selfTrade().name()).end();
  }

  private static void state(JsonWriter out, Order o) {
    out.put("price", text(o.price()))
        .put("origQty", text(o.quantity()))
        .put("executedQty", text(o.executed()))
        .put("origQuoteOrderQty", text(o.quoteQuantity()))
        .put("cummulativeQuoteQty", text(o.quoteExecuted()))
        .put("status", o.status().name())
        .put("timeInForce", o.timeInForce().name())
        .put("type", o.type().name())
        .put("side", o.side().name());
  }

  static void amended(JsonWriter out, Execution e) {
    var o = e.order();
    out.object()
        .put("transactTime", o.updated())
        .put("executionId", e.id())
        .object("amendedOrder")
        .put("symbol", symbol(o.market()))
        .put("orderId", o.id())
        .put("orderListId", -1)
        .put("origClientOrderId", e.requestId())
        .put("clientOrderId", o.clientId())
        .put("price", text(o.price()))
        .put("qty", text(o.quantity()))
        .put("executedQty", text(o.executed()))
        .put("preventedQty", text(o.prevented()))
        .put("quoteOrderQty", text(o.quoteQuantity()))
        .put("cumulativeQuoteQty", text(o.quoteExecuted()))
        .put("status", o.status().name())
        .put("timeInForce", o.timeInForce().name())
        .put("type", o.type().name())
        .put("side", o.side().name())
        .put("workingTime", o.created())
        .put("selfTradePreventionMode", o.selfTrade().name())
        .end()
        .end();
  }

  static void fill(JsonWriter out, Fill f) {
    out.object()
        .put("symbol", symbol(f.market()))
        .put("id", f.tradeId())
        .put("orderId", f.orderId())
        .put("orderListId", -1)
        .put("price", text(f.price()))
        .put("qty", text(f.quantity()))
        .put("quoteQty", text(f.quoteQuantity()))
        .put("commission", text(f.fee()))
        .put("commissionAsset", f.feeAsset())
        .put("time", f.time())
        .put("isBuyer", f.side() == Order.Side.BUY)
        .put("isMaker", f.maker())
        .put("isBestMatch", true)
        .end();
  }

  // User data events

  static String executionReport(Execution e) {
    var o = e.order();
    var fill = e.fill();
    // A cancel's own id stands in c and the order's in C; an amend gives c the new one.
    boolean canceled = e.type() == Execution.Type.CANCELED;
    boolean replaced = e.type() == Execution.Type.REPLACED;
    var out =
        new JsonWriter()
            .object()
            .put("e", "executionReport")
            .put("E", o.updated())
            .put("s", symbol(o.market()))
            .put("c", canceled ? e.requestId() : o.clientId())
            .put("S", o.side().name())
            .put("o", o.type().name())
            .put("f", o.timeInForce().name())
            .put("q", text(o.quantity()))
            .put("p", text(o.price()))
            .put("P", ZERO)
            .put("F", ZERO)
            .put("g", -1)
            .put("C", canceled ? o.clientId() : replaced ? e.requestId() : "")
            .put("x", e.type().name())
            .put("X", o.status().name())
            .put("r", "NONE")
            .put("i", o.id())
            .put("l", fill == null ? ZERO : text(fill.quantity()))
            .put("z", text(o.executed()))
            .put("L", fill == null ? ZERO : text(fill.price()))
            .put("n", fill == null ? "0" : text(fill.fee()))
            .name("N");
    if (fill == null) {
      out.nullValue();
    } else {
      out.value(fill.feeAsset());
    }
    out.put("T", o.updated()).put("t", fill == null ? -1 : fill.tradeId());
    if (o.preventedMatch() >= 0) {
      out.put("v", o.preventedMatch())
          .put("A", text(o.prevented()))
          .put("B", text(e.prevented()))
          .put("u", -1);
    }
    out.put("I", e.id())
        .put("w", e.working())
        .put("m", fill != null && fill.maker())
        .put("M", fill != null)
        .put("O", o.created())
        .put("Z", text(o.quoteExecuted()))
        .put("Y", fill == null ? ZERO : text(fill.quoteQuantity()))
        .put("Q", text(o.quoteQuantity()))
        .put("W", o.created())
        .put("V", o.selfTrade().name());
    if (e.type() == Execution.Type.EXPIRED) {
      out.put("eR", o.expiry().name());
    }
    return out.end().toString();
  }

  static String accountPosition(
      Map<String, Ledger.Balance> balances, List<String> assets, long now) {
    var out =
        new JsonWriter()
            .object()
            .put("e", "outboundAccountPosition")
            .put("E", now)
            .put("u", now)
            .array("B");
    for (var asset : assets) {
      var balance = balances.get(asset);
      if (balance != null) {
        out.object()
            .put("a", asset)
            .put("f", text(balance.free()))
            .put("l", text(balance.locked()))
            .end();
      }
    }
    return out.end().end().toString();
  }

  static String balanceUpdate(String asset, BigDecimal delta, long now) {
    return new JsonWriter()
        .object()
        .put("e", "balanceUpdate")
        .put("E", now)
        .put("a", asset)
        .put("d", text(delta))
        .put("T", now)
        .end()
        .toString();
  }

  // Market data

  static void levels(JsonWriter out, String name, List<Depth.Level> levels) {
    out.array(name);
    for (var level : levels) {
      level(out, level.price(), level.quantity());
    }
    out.end();
  }

  static void level(JsonWriter out, BigDecimal price, BigDecimal quantity) {
    out.array().value(text(price)).value(text(quantity)).end();
  }

  static void depth(JsonWriter out, Depth depth) {
    out.object().put("lastUpdateId", depth.lastUpdateId());
    levels(out, "bids", depth.bids());
    levels(out, "asks", depth.asks());
    out.end();
  }

  static void trade(JsonWriter out, Trade t, boolean perp) {
    out.object()
        .put("id", t.id())
        .put("price", text(t.price()))
        .put("qty", text(t.quantity()))
        .put("quoteQty", text(t.quoteQuantity()))
        .put("time", t.time())
        .put("isBuyerMaker", t.buyerIsMaker())
        .put(perp ? "isRPITrade" : "isBestMatch", !perp)
        .end();
  }

  static void aggTrade(JsonWriter out, AggTrades.AggTrade t, boolean perp) {
    out.put("a", t.id()).put("p", text(t.price())).put("q", text(t.quantity()));
    if (perp) {
      out.put("nq", text(t.quantity()));
    }
    out.put("f", t.firstId()).put("l", t.lastId()).put("T", t.time()).put("m", t.buyerIsMaker());
    if (!perp) {
      out.put("M", true);
    }
  }

  static void kline(JsonWriter out, Bar b) {
    out.array()
        .value(b.openTime())
        .value(text(b.open()))
        .value(text(b.high()))
        .value(text(b.low()))
        .value(text(b.close()))
        .value(text(b.volume()))
        .value(b.closeTime())
        .value(text(b.quoteVolume()))
        .value(b.trades())
        .value(text(b.takerBuyVolume()))
        .value(text(b.takerBuyQuoteVolume()))
        .value("0")
        .end();
  }

  // Rules

  static void symbolRules(JsonWriter out, Market m, Market.Status status, boolean permissionSets) {
    out.object()
        .put("symbol", symbol(m))
        .put("status", status.name())
        .put("baseAsset", m.base())
        .put("baseAssetPrecision", 8)
        .put("quoteAsset", m.quote())
        .put("quotePrecision", 8)
        .put("quoteAssetPrecision", 8)
        .put("baseCommissionPrecision", 8)
        .put("quoteCommissionPrecision", 8)
        .array("orderTypes");
    for (var type : Order.Type.values()) {
      out.value(type.name());
    }
    out.end()
        .put("icebergAllowed", false)
        .put("ocoAllowed", false)
        .put("otoAllowed", false)
        .put("opoAllowed", false)
        .put("quoteOrderQtyMarketAllowed", true)
        .put("allowTrailingStop", false)
        .put("cancelReplaceAllowed", true)
        .put("amendAllowed", true)
        .put("pegInstructionsAllowed", false)
        .put("isSpotTradingAllowed", true)
        .put("isMarginTradingAllowed", false);
    filters(out.array("filters"), m);
    out.end().array("permissions").end().array("permissionSets");
    if (permissionSets) {
      out.array().value("SPOT").end();
    }
    out.end()
        .put("defaultSelfTradePreventionMode", Order.SelfTrade.EXPIRE_MAKER.name())
        .array("allowedSelfTradePreventionModes");
    for (var mode : Order.SelfTrade.values()) {
      out.value(mode.name());
    }
    out.end().end();
  }

  static void filters(JsonWriter out, Market m) {
    out.object()
        .put("filterType", "PRICE_FILTER")
        .put("minPrice", text(m.price().min()))
        .put("maxPrice", text(m.price().max()))
        .put("tickSize", text(m.tick()))
        .end();
    out.object()
        .put("filterType", "LOT_SIZE")
        .put("minQty", text(m.quantity().min()))
        .put("maxQty", text(m.quantity().max()))
        .put("stepSize", text(m.lot()))
        .end();
    out.object().put("filterType", "ICEBERG_PARTS").put("limit", 10).end();
    out.object()
        .put("filterType", "MARKET_LOT_SIZE")
        .put("minQty", ZERO)
        .put("maxQty", text(m.maxMarket()))
        .put("stepSize", ZERO)
        .end();
    var band = m.band();
    if (band != null) {
      out.object()
          .put("filterType", "PERCENT_PRICE_BY_SIDE")
          .put("bidMultiplierUp", band.bidUp().toPlainString())
          .put("bidMultiplierDown", band.bidDown().toPlainString())
          .put("askMultiplierUp", band.askUp().toPlainString())
          .put("askMultiplierDown", band.askDown().toPlainString())
          .put("avgPriceMins", 5)
          .end();
    }
    out.object()
        .put("filterType", "NOTIONAL")
        .put("minNotional", text(m.notional().min()))
        .put("applyMinToMarket", true)
        .put("maxNotional", text(m.notional().max()))
        .put("applyMaxToMarket", true)
        .put("avgPriceMins", 5)
        .end();
    out.object().put("filterType", "MAX_NUM_ORDERS").put("maxNumOrders", m.maxOrders()).end();
  }

  static void discount(JsonWriter out) {
    out.object("discount")
        .put("enabledForAccount", false)
        .put("enabledForSymbol", false)
        .put("discountAsset", "BNB")
        .put("discount", "0.25000000")
        .end();
  }
}
