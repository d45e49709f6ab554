package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Income;
import dev.colibri.connector.testkit.exchange.Mark;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.Position;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** The JSON objects of perpetuals that are unlike those of spot. */
final class PerpBodies {

  private static final String ZERO = "0.00000000";

  private PerpBodies() {}

  // Orders

  /** A post-only order is a limit order here. */
  static String type(Order o) {
    return o.type() == Order.Type.MARKET ? "MARKET" : "LIMIT";
  }

  static String timeInForce(Order o) {
    return o.type() == Order.Type.LIMIT_MAKER
        ? "GTX"
        : o.goodTill() > 0 ? "GTD" : o.timeInForce().name();
  }

  private static String averagePrice(Order o) {
    return o.executed().signum() == 0
        ? ZERO
        : o.quoteExecuted().divide(o.executed(), 8, RoundingMode.HALF_EVEN).toPlainString();
  }

  /** The order as queries show it. */
  static void order(JsonWriter out, Order o) {
    out.object()
        .put("orderId", o.id())
        .put("symbol", symbol(o.market()))
        .put("status", o.status().name())
        .put("clientOrderId", o.clientId())
        .put("price", text(o.price()))
        .put("avgPrice", averagePrice(o))
        .put("origQty", text(o.quantity()))
        .put("executedQty", text(o.executed()))
        .put("cumQuote", text(o.quoteExecuted()))
        .put("time", o.created());
    rest(out, o);
    out.end();
  }

  /**
   * The order as the answer to a request that changes it.
   *
   * @param fresh whether to show it as it was accepted, whatever has happened since
   */
  static void changed(JsonWriter out, Order o, boolean fresh) {
    var executed = fresh ? ZERO : text(o.executed());
    out.object()
        .put("orderId", o.id())
        .put("symbol", symbol(o.market()))
        .put("status", fresh ? Order.Status.NEW.name() : o.status().name())
        .put("clientOrderId", o.clientId())
        .put("price", text(o.price()))
        .put("origQty", text(o.quantity()))
        .put("executedQty", executed)
        .put("cumQty", executed);
    rest(out, o);
    out.end();
  }

  private static void rest(JsonWriter out, Order o) {
    out.put("timeInForce", timeInForce(o))
        .put("type", type(o))
        .put("reduceOnly", o.reduceOnly())
        .put("closePosition", false)
        .put("side", o.side().name())
        .put("positionSide", o.positionSide().name())
        .put("stopPrice", ZERO)
        .put("workingType", "CONTRACT_PRICE")
        .put("priceProtect", false)
        .put("origType", type(o))
        .put("priceMatch", "NONE")
        .put("selfTradePreventionMode", o.selfTrade().name())
        .put("goodTillDate", o.goodTill())
        .put("updateTime", o.updated());
  }

  static void fill(JsonWriter out, Fill f) {
    out.object()
        .put("symbol", symbol(f.market()))
        .put("id", f.tradeId())
        .put("orderId", f.orderId())
        .put("side", f.side().name())
        .put("price", text(f.price()))
        .put("qty", text(f.quantity()))
        .put("realizedPnl", text(f.realised()))
        .put("quoteQty", text(f.quoteQuantity()))
        .put("commission", text(f.fee()))
        .put("commissionAsset", f.feeAsset())
        .put("time", f.time())
        .put("positionSide", f.positionSide().name())
        .put("maker", f.maker())
        .put("buyer", f.side() == Order.Side.BUY)
        .end();
  }

  static String incomeType(Income income) {
    return switch (income.type()) {
      case TRANSFER -> "TRANSFER";
      case REALISED_PROFIT -> "REALIZED_PNL";
      case FUNDING -> "FUNDING_FEE";
      case FEE -> "COMMISSION";
      case INSURANCE -> "INSURANCE_CLEAR";
    };
  }

  static void income(JsonWriter out, Income i) {
    var type = incomeType(i);
    out.object()
        .put("symbol", i.market().isEmpty() ? "" : symbol(i.market()))
        .put("incomeType", type)
        .put("income", text(i.amount()))
        .put("asset", i.asset())
        .put("time", i.time())
        .put("info", i.tradeId() == 0 ? type : Long.toString(i.tradeId()))
        .put("tranId", i.id())
        .put("tradeId", i.tradeId() == 0 ? "" : Long.toString(i.tradeId()))
        .end();
  }

  // User data events

  static String orderUpdate(Execution e) {
    var o = e.order();
    var fill = e.fill();
    var did =
        switch (e.type()) {
          case REPLACED -> "AMENDMENT";
          case TRADE_PREVENTION -> "EXPIRED";
          default -> e.type().name();
        };
    var type = o.cause() == Order.Cause.LIQUIDATION ? "LIQUIDATION" : type(o);
    var out =
        new JsonWriter()
            .object()
            .put("e", "ORDER_TRADE_UPDATE")
            .put("T", o.updated())
            .put("E", o.updated())
            .object("o")
            .put("s", symbol(o.market()))
            .put("c", o.clientId())
            .put("S", o.side().name())
            .put("o", type)
            .put("f", timeInForce(o))
            .put("q", text(o.quantity()))
            .put("p", text(o.price()))
            .put("ap", averagePrice(o))
            .put("sp", ZERO)
            .put("x", did)
            .put("X", o.status().name())
            .put("i", o.id())
            .put("l", fill == null ? ZERO : text(fill.quantity()))
            .put("z", text(o.executed()))
            .put("L", fill == null ? ZERO : text(fill.price()));
    if (fill != null && fill.fee().signum() != 0) {
      out.put("n", text(fill.fee())).put("N", fill.feeAsset());
    }
    return out.put("T", o.updated())
        .put("t", fill == null ? 0 : fill.tradeId())
        .put("b", ZERO)
        .put("a", ZERO)
        .put("m", fill != null && fill.maker())
        .put("R", o.reduceOnly())
        .put("wt", "CONTRACT_PRICE")
        .put("ot", type(o))
        .put("ps", o.positionSide().name())
        .put("cp", false)
        .put("rp", fill == null ? "0" : text(fill.realised()))
        .put("pP", false)
        .put("si", 0)
        .put("ss", 0)
        .put("V", o.selfTrade().name())
        .put("pm", "NONE")
        .put("gtd", o.goodTill())
        .put("er", Integer.toString(expiryReason(o)))
        .end()
        .end()
        .toString();
  }

  private static int expiryReason(Order o) {
    if (o.status() == Order.Status.EXPIRED_IN_MATCH) {
      return 1;
    }
    return switch (o.expiry()) {
      case NONE, GOOD_TILL_DATE -> 0;
      case UNFILLED_IOC_QUANTITY_EXPIRED, UNFILLED_FOK_ORDER_EXPIRED -> 2;
      case NOTHING_TO_REDUCE -> 4;
      case LIQUIDATED -> 5;
      case EXCHANGE_CANCELED -> 7;
      case INSUFFICIENT_LIQUIDITY -> 9;
    };
  }

  /** The short form of a fill, which is told before the long one. */
  static String tradeLite(Execution e) {
    var o = e.order();
    var fill = e.fill();
    if (fill == null) {
      throw new IllegalArgumentException("not a trade: " + e);
    }
    return new JsonWriter()
        .object()
        .put("e", "TRADE_LITE")
        .put("E", o.updated())
        .put("T", o.updated())
        .put("s", symbol(o.market()))
        .put("q", text(o.quantity()))
        .put("p", text(o.price()))
        .put("m", fill.maker())
        .put("c", o.clientId())
        .put("S", o.side().name())
        .put("L", text(fill.price()))
        .put("l", text(fill.quantity()))
        .put("t", fill.tradeId())
        .put("i", o.id())
        .end()
        .toString();
  }

  /** Begins an account's update; its list of balances is open. */
  static JsonWriter accountUpdate(String reason, long now) {
    return new JsonWriter()
        .object()
        .put("e", "ACCOUNT_UPDATE")
        .put("T", now)
        .put("E", now)
        .object("a")
        .put("m", reason)
        .array("B");
  }

  static void wallet(JsonWriter out, String asset, BigDecimal wallet, BigDecimal change) {
    out.object()
        .put("a", asset)
        .put("wb", text(wallet))
        .put("cw", text(wallet))
        .put("bc", text(change))
        .end();
  }

  /** A position that changed. */
  static void changed(JsonWriter out, Position p, Mark mark) {
    out.object()
        .put("s", symbol(p.market()))
        .put("pa", text(p.size()))
        .put("ep", text(p.entryPrice()))
        .put("bep", text(p.entryPrice()))
        .put("cr", text(p.realised()))
        .put("up", text(p.profitAt(mark.price())))
        .put("mt", "cross")
        .put("iw", "0")
        .put("ps", p.side().name())
        .end();
  }

  static String leverage(String market, int leverage, long now) {
    return new JsonWriter()
        .object()
        .put("e", "ACCOUNT_CONFIG_UPDATE")
        .put("E", now)
        .put("T", now)
        .object("ac")
        .put("s", symbol(market))
        .put("l", leverage)
        .end()
        .end()
        .toString();
  }

  static String marginCall(
      Exchange exchange, BigDecimal wallet, List<Position> positions, long now) {
    var out =
        new JsonWriter()
            .object()
            .put("e", "MARGIN_CALL")
            .put("E", now)
            .put("cw", text(wallet))
            .array("p");
    for (var p : positions) {
      var mark = exchange.mark(p.market()).price();
      out.object()
          .put("s", symbol(p.market()))
          .put("ps", p.side().name())
          .put("pa", text(p.size()))
          .put("mt", "CROSSED")
          .put("iw", "0")
          .put("mp", text(mark))
          .put("up", text(p.profitAt(mark)))
          .put("mm", text(maintenance(exchange, p)))
          .end();
    }
    return out.end().end().toString();
  }

  /** What a position needs at the least. */
  static BigDecimal maintenance(Exchange exchange, Position p) {
    var margin = exchange.market(p.market()).orElseThrow().margin();
    var rate = margin == null ? BigDecimal.ZERO : margin.maintenance();
    return p.size().abs().multiply(exchange.mark(p.market()).price()).multiply(rate);
  }

  // Market data

  static void markPrice(JsonWriter out, Market m, Mark mark, long now) {
    out.object()
        .put("e", "markPriceUpdate")
        .put("E", now)
        .put("s", symbol(m))
        .put("p", text(mark.price()))
        .put("ap", text(mark.price()))
        .put("P", text(mark.price()))
        .put("i", text(mark.index()))
        .put("r", text(mark.rate()))
        .put("T", mark.nextFunding())
        .end();
  }

  static void premiumIndex(JsonWriter out, Market m, Mark mark, long now) {
    out.object()
        .put("symbol", symbol(m))
        .put("markPrice", text(mark.price()))
        .put("indexPrice", text(mark.index()))
        .put("estimatedSettlePrice", text(mark.price()))
        .put("lastFundingRate", text(mark.rate()))
        .put("interestRate", "0.00010000")
        .put("nextFundingTime", mark.nextFunding())
        .put("time", now)
        .end();
  }

  static String forceOrder(Execution e) {
    var o = e.order();
    var fill = e.fill();
    return new JsonWriter()
        .object()
        .put("e", "forceOrder")
        .put("E", o.updated())
        .object("o")
        .put("s", symbol(o.market()))
        .put("S", o.side().name())
        .put("o", "LIMIT")
        .put("f", "IOC")
        .put("q", text(o.quantity()))
        .put("p", text(o.price()))
        .put("ap", averagePrice(o))
        .put("X", o.status().name())
        .put("l", fill == null ? ZERO : text(fill.quantity()))
        .put("z", text(o.executed()))
        .put("T", o.updated())
        .end()
        .end()
        .toString();
  }

  // Rules

  static void symbolRules(JsonWriter out, Market m, Market.Status status) {
    var margin = m.margin();
    if (margin == null) {
      throw new IllegalArgumentException("not margined: " + m.name());
    }
    out.object()
        .put("symbol", symbol(m))
        .put("pair", symbol(m))
        .put("contractType", "PERPETUAL")
        .put("deliveryDate", 4_133_404_800_000L)
        .put("onboardDate", 1_569_398_400_000L)
        .put("status", status == Market.Status.TRADING ? "TRADING" : "PENDING_TRADING")
        .put("maintMarginPercent", "2.5000")
        .put("requiredMarginPercent", "5.0000")
        .put("baseAsset", m.base())
        .put("quoteAsset", m.quote())
        .put("marginAsset", margin.settle())
        .put("pricePrecision", decimals(m.tick()))
        .put("quantityPrecision", decimals(m.lot()))
        .put("baseAssetPrecision", 8)
        .put("quotePrecision", 8)
        .put("underlyingType", "COIN")
        .array("underlyingSubType")
        .value("PoW")
        .end()
        .put("triggerProtect", "0.0500")
        .put("liquidationFee", "0.000000")
        .put("marketTakeBound", "0.05")
        .array("filters");
    out.object()
        .put("filterType", "PRICE_FILTER")
        .put("minPrice", text(m.price().min()))
        .put("maxPrice", text(m.price().max()))
        .put("tickSize", text(m.tick()))
        .end();
    lots(out, "LOT_SIZE", m, m.quantity().max());
    lots(out, "MARKET_LOT_SIZE", m, m.maxMarket());
    out.object().put("filterType", "MAX_NUM_ORDERS").put("limit", m.maxOrders()).end();
    out.object().put("filterType", "MIN_NOTIONAL").put("notional", text(m.notional().min())).end();
    var band = m.band();
    if (band != null) {
      out.object()
          .put("filterType", "PERCENT_PRICE")
          .put("multiplierUp", band.bidUp().toPlainString())
          .put("multiplierDown", band.askDown().toPlainString())
          .put("multiplierDecimal", "4")
          .end();
    }
    out.end().array("orderTypes").value("LIMIT").value("MARKET").end();
    out.array("timeInForce");
    for (var time : List.of("GTC", "IOC", "FOK", "GTX", "GTD")) {
      out.value(time);
    }
    out.end().end();
  }

  private static void lots(JsonWriter out, String filter, Market m, BigDecimal most) {
    out.object()
        .put("filterType", filter)
        .put("minQty", text(m.quantity().min()))
        .put("maxQty", text(most))
        .put("stepSize", text(m.lot()))
        .end();
  }

  private static int decimals(BigDecimal number) {
    return Math.max(0, number.stripTrailingZeros().scale());
  }
}
