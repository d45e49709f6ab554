package dev.colibri.connector.perp.binance;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.FundingFields;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.spot.binance.BinanceParser;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Binance's USDⓈ-M futures write, one function a payload, by the names that the venue
 * uses. Field names of replies are spelled out, those of stream events are letters.
 */
final class BinancePerpParser {
  /**
   * Mark price and funding, of a reply. The rate is that of the payment that comes next, as it
   * stands.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","markPrice":"67210.11","indexPrice":"67209.80","estimatedSettlePrice":"67200.1",
   *  "lastFundingRate":"0.00038246","interestRate":"0.0001","nextFundingTime":1700006400000,
   *  "time":1700000000123}
   * }</pre>
   */
  static final FundingFields PREMIUM_INDEX =
      new FundingFields("markPrice", "indexPrice", "lastFundingRate", "nextFundingTime", "time");

  /**
   * The same of the stream.
   *
   * <pre>{@code
   * {"e":"markPriceUpdate","E":1700000000123,"s":"BTCUSDT","p":"67210.11","ap":"67210.1","i":"67209.80",
   *  "P":"67200.1","r":"0.00038167","T":1700006400000}
   * }</pre>
   */
  static final FundingFields MARK_PRICE = new FundingFields("p", "i", "r", "T", "E");

  private static final Words<PositionSide> SIDES =
      Words.only(PositionSide.class, "side of a position", "NET: BOTH, LONG: LONG, SHORT: SHORT");

  /** Of requests and replies, and then of the stream. */
  static final Words<MarginMode> MARGIN_MODES =
      Words.only(
          MarginMode.class,
          "margin mode",
          "CROSS: CROSSED cross CROSS crossed, ISOLATED: ISOLATED isolated");

  private BinancePerpParser() {}

  // ---- market data

  /**
   * An instrument; null for a dated future, and for a contract that is not linear, which is left
   * out by name.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","pair":"BTCUSDT","contractType":"PERPETUAL","status":"TRADING",
   *  "baseAsset":"BTC","quoteAsset":"USDT","marginAsset":"USDT","baseAssetPrecision":8,"quotePrecision":8,
   *  "filters":[{"filterType":"PRICE_FILTER","minPrice":"556.80","maxPrice":"4529764","tickSize":"0.10"},
   *   {"filterType":"LOT_SIZE","minQty":"0.001","maxQty":"1000","stepSize":"0.001"},
   *   {"filterType":"MARKET_LOT_SIZE","minQty":"0.001","maxQty":"120","stepSize":"0.001"},
   *   {"filterType":"MIN_NOTIONAL","notional":"100"}],
   *  "orderTypes":["LIMIT","MARKET","STOP"],"timeInForce":["GTC","IOC","FOK","GTX","GTD"]}
   * }</pre>
   */
  static @Nullable Instrument instrument(Json row, String venue, BadRows rows) {
    // Of shares and metals the venue says TRADIFI_PERPETUAL.
    String type = row.text("contractType");
    if (!type.equals("PERPETUAL") && !type.equals("TRADIFI_PERPETUAL")) {
      return null;
    }
    String base = row.text("baseAsset");
    String quote = row.text("quoteAsset");
    String margin = row.text("marginAsset");
    if (!margin.equals(quote)) {
      String what = margin.equals(base) ? "it is an inverse contract: " : "it is not linear: ";
      rows.leftOut(base + "-" + quote, what + "its margin is in " + Escape.text(margin));
      return null;
    }
    Map<String, Json> filters = BinanceParser.filters(row);
    return BinanceParser.instrument(
            row,
            "quotePrecision",
            venue,
            BinanceParser.rules(row, "quotePrecision", filters)
                .notional(BinanceParser.bound(filters.get("MIN_NOTIONAL"), "notional"), null)
                .orderTypes(orderTypes(row))
                .timesInForce(named(row, "timeInForce", EnumSet.allOf(TimeInForce.class)))
                .build())
        .settle(margin)
        .build();
  }

  private static Set<OrderType> orderTypes(Json row) {
    Set<OrderType> types = named(row, "orderTypes", EnumSet.allOf(OrderType.class));
    if (row.get("timeInForce").items().stream().anyMatch(t -> t.asText().equals("GTX"))) {
      types.add(OrderType.LIMIT_MAKER);
    }
    return types;
  }

  private static <E extends Enum<E>> Set<E> named(Json row, String field, Set<E> all) {
    List<String> told = row.get(field).items().stream().map(Json::asText).toList();
    all.removeIf(each -> !told.contains(each.name()));
    return all;
  }

  /**
   * The touch; the last price is told elsewhere.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","bidPrice":"67210.10","bidQty":"0.431","askPrice":"67210.20","askQty":"1.2",
   *  "time":1700000000123}
   * }</pre>
   */
  static Ticker ticker(Json row, @Nullable BigDecimal last, Instrument instrument) {
    return Ticker.of(
        instrument,
        row.decimal("bidPrice"),
        row.decimal("bidQty"),
        row.decimal("askPrice"),
        row.decimal("askQty"),
        last,
        row.longOr("time", 0));
  }

  /**
   * Public trades of one price, side and tenth of a second, joined.
   *
   * <pre>{@code
   * {"a":26129,"p":"67210.10","q":"0.012","f":27781,"l":27781,"T":1700000000123,"m":true}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.text("a"),
        row.bool("m") ? Side.SELL : Side.BUY,
        row.decimal("p"),
        row.decimal("q"),
        row.longValue("T"));
  }

  // ---- the account

  /**
   * A balance. What is available may be more than the wallet holds, as with unrealised profit, or
   * less than nothing.
   *
   * <pre>{@code
   * {"asset":"USDT","walletBalance":"1000.5","unrealizedProfit":"12","availableBalance":"900.5"}
   * }</pre>
   */
  static Balance balance(Json row) {
    BigDecimal wallet = row.decimal("walletBalance");
    BigDecimal available = row.decimal("availableBalance").max(BigDecimal.ZERO).min(wallet);
    return new Balance(row.text("asset"), wallet, available);
  }

  /**
   * The account's rates of an instrument.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","makerCommissionRate":"0.0002","takerCommissionRate":"0.0005"}
   * }</pre>
   */
  static FeeRate commission(Json json, Instrument instrument) {
    return new FeeRate(
        instrument, json.decimal("makerCommissionRate"), json.decimal("takerCommissionRate"));
  }

  /**
   * A position, as of its last change. What was put aside for an isolated one is its wallet.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","positionSide":"BOTH","positionAmt":"0.5","entryPrice":"67210.10",
   *  "markPrice":"67210.11","unRealizedProfit":"0.005","liquidationPrice":"0","isolatedMargin":"0",
   *  "isolatedWallet":"0","positionInitialMargin":"1680.25","updateTime":1700000000123}
   * }</pre>
   */
  static Position positionRisk(Json row, Instrument instrument) {
    BigDecimal size = row.decimal("positionAmt");
    BigDecimal isolated = row.decimalOr("isolatedWallet", BigDecimal.ZERO);
    MarginMode flat = size.signum() == 0 ? null : MarginMode.CROSS;
    return Position.of(instrument, SIDES.of(row.text("positionSide")), size)
        .entryPrice(row.decimal("entryPrice"))
        .markPrice(row.decimal("markPrice"))
        .liquidationPrice(row.decimal("liquidationPrice"))
        .unrealisedProfit(row.decimal("unRealizedProfit"))
        .margin(isolated.signum() > 0 ? isolated : row.findDecimal("positionInitialMargin"))
        .leverage(null, isolated.signum() > 0 ? MarginMode.ISOLATED : flat)
        .asOf(row.longValue("updateTime"))
        .build();
  }

  /**
   * A position of the stream.
   *
   * <pre>{@code
   * {"s":"BTCUSDT","pa":"0.5","ep":"67210.10","bep":"67250","cr":"0","up":"0.005","mt":"isolated",
   *  "iw":"3360.5","ps":"BOTH"}
   * }</pre>
   *
   * @param leverage of the instrument, where known
   * @param millis the venue's time of the event
   */
  static Position position(
      Json row, Instrument instrument, @Nullable BigDecimal leverage, long millis) {
    return Position.of(instrument, SIDES.of(row.text("ps")), row.decimal("pa"))
        .entryPrice(row.decimal("ep"))
        .unrealisedProfit(row.decimal("up"))
        .margin(row.findDecimal("iw"))
        .leverage(leverage, MARGIN_MODES.of(row.text("mt")))
        .asOf(millis)
        .build();
  }

  /** {@code {"symbol":"BTCUSDT","marginType":"CROSSED","isAutoAddMargin":false,"leverage":21}} */
  static Leverage symbolConfig(Json row, Instrument instrument) {
    return new Leverage(
        instrument, row.decimal("leverage"), MARGIN_MODES.of(row.text("marginType")));
  }

  /**
   * A payment of funding; the venue's income has rows of many kinds, which were not asked for.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","incomeType":"FUNDING_FEE","income":"-0.375","asset":"USDT",
   *  "info":"FUNDING_FEE","time":1700006400000,"tranId":9689322392,"tradeId":""}
   * }</pre>
   */
  static FundingPayment fundingPayment(Json row, Instrument instrument) {
    if (!row.text("incomeType").equals("FUNDING_FEE")) {
      throw new TextException("no funding: " + Escape.text(row.text("incomeType")));
    }
    return FundingPayment.of(
        instrument,
        row.text("tranId"),
        row.text("asset"),
        row.decimal("income"),
        row.longValue("time"));
  }

  // ---- orders

  /**
   * A fill of the account's history, which does not tell what made it.
   *
   * <pre>{@code
   * {"buyer":false,"commission":"0.078","commissionAsset":"USDT","id":698759,"maker":false,
   *  "orderId":25851813,"price":"67210.10","qty":"0.002","realizedPnl":"-0.9","side":"SELL",
   *  "positionSide":"SHORT","symbol":"BTCUSDT","time":1700000000123}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    return Fill.of(instrument, row.wholeText("id"))
        .order(null, row.text("orderId"))
        .side(Side.named(row.text("side")))
        .price(row.decimal("price"))
        .size(row.decimal("qty"))
        .fee(BinanceParser.fee(row, "commissionAsset", "commission", instrument))
        .liquidity(row.bool("maker") ? Liquidity.MAKER : Liquidity.TAKER)
        .position(SIDES.of(row.text("positionSide")))
        .at(row.longValue("time"))
        .build();
  }

  /**
   * What a reply says of an order: to its placing, change or cancel, or to a question.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","orderId":28,"clientOrderId":"clbrA1","price":"67210.10","avgPrice":"67210.10",
   *  "origQty":"0.5","executedQty":"0.2","cumQuote":"13442.02","status":"PARTIALLY_FILLED",
   *  "timeInForce":"GTX","type":"LIMIT","side":"BUY","positionSide":"BOTH","reduceOnly":false,
   *  "goodTillDate":0,"updateTime":1700000000123}
   * }</pre>
   */
  static OrderUpdate order(Json json, Instrument instrument) {
    return BinanceParser.begin(instrument, json.text("status"))
        .order(json.text("clientOrderId"), json.text("orderId"))
        .filled(json.decimal("executedQty"))
        .quoteFilled(json.findDecimal("cumQuote"))
        .describes(
            describe(
                Order.of(instrument, Side.named(json.text("side"))),
                json.text("type"),
                json.text("timeInForce"),
                json.decimal("price"),
                json.decimal("origQty"),
                SIDES.of(json.text("positionSide")),
                json.bool("reduceOnly"),
                json.longOr("goodTillDate", 0)))
        .at(json.longValue("updateTime"))
        .build();
  }

  /**
   * An order event. A fill is told when {@code x} is TRADE, or CALCULATED for what the venue
   * liquidates; {@code c} tells orders of the venue's own: {@code autoclose-…} liquidates, {@code
   * adl_autoclose} is the other side of a liquidation, {@code settlement_autoclose-…} settles.
   *
   * <pre>{@code
   * {"s":"BTCUSDT","c":"clbrA1","S":"BUY","o":"LIMIT","f":"GTC","q":"0.5","p":"67210.10","ap":"67210.10",
   *  "x":"TRADE","X":"PARTIALLY_FILLED","i":28,"l":"0.2","z":"0.2","L":"67210.10","N":"USDT","n":"2.6",
   *  "T":1700000000123,"t":56,"m":true,"R":false,"ps":"BOTH","rp":"0","gtd":0,"er":"0"}
   * }</pre>
   */
  static OrderUpdate orderTradeUpdate(Json o, Instrument instrument) {
    String clientId = o.text("c");
    String venueId = o.text("i");
    Side side = Side.named(o.text("S"));
    PositionSide position = SIDES.of(o.text("ps"));
    boolean traded = o.text("x").equals("TRADE") || o.text("x").equals("CALCULATED");
    long trade = o.longOr("t", 0);
    // A fill without an id would be another one when it is asked for.
    List<Fill> fills =
        traded && trade > 0 && o.decimal("l").signum() > 0
            ? List.of(
                Fill.of(instrument, Long.toString(trade))
                    .order(clientId, venueId)
                    .side(side)
                    .price(o.decimal("L"))
                    .size(o.decimal("l"))
                    .fee(fee(o, instrument))
                    .liquidity(o.bool("m") ? Liquidity.MAKER : Liquidity.TAKER)
                    .cause(cause(clientId, o.text("o")))
                    .position(position)
                    .at(o.longValue("T"))
                    .build())
            : List.of();
    return BinanceParser.begin(instrument, o.text("X"))
        .order(clientId, venueId)
        .filled(o.decimal("z"))
        .fills(fills)
        .reject(reject(o))
        .describes(
            describe(
                Order.of(instrument, side),
                o.text("o"),
                o.text("f"),
                o.decimal("p"),
                o.decimal("q"),
                position,
                o.bool("R"),
                o.longOr("gtd", 0)))
        .at(o.longValue("T"))
        .build();
  }

  /** What charged nothing comes without both fields. */
  private static Fee fee(Json o, Instrument instrument) {
    return o.has("n")
        ? BinanceParser.fee(o, "N", "n", instrument)
        : new Fee(instrument.settle(), BigDecimal.ZERO);
  }

  private static Fill.Cause cause(String clientId, String type) {
    if (clientId.startsWith("adl_autoclose")) {
      return Fill.Cause.ADL;
    }
    if (clientId.startsWith("settlement_autoclose-")) {
      return Fill.Cause.SETTLEMENT;
    }
    boolean liquidates = clientId.startsWith("autoclose-") || type.equals("LIQUIDATION");
    return liquidates ? Fill.Cause.LIQUIDATION : Fill.Cause.ORDER;
  }

  /** Why an order expired, where that is not what it asked for. */
  private static @Nullable Reject reject(Json o) {
    String reason = o.textOr("er", "0");
    if (!o.text("X").equals("EXPIRED")) {
      return null;
    }
    return switch (reason) {
      case "0" -> o.text("f").equals("GTX") ? new Reject.WouldCross("GTX expired") : null;
      case "2", "9" -> null; // What could not trade at once.
      case "4" -> new Reject.ReduceOnly("er 4");
      default -> new Reject.Other("er " + Escape.text(reason));
    };
  }

  private static Order describe(
      Order order,
      String type,
      String timeInForce,
      BigDecimal price,
      BigDecimal size,
      PositionSide position,
      boolean reduceOnly,
      long goodTill) {
    boolean maker = type.equals("LIMIT") && timeInForce.equals("GTX");
    String kind = maker ? "LIMIT_MAKER" : type;
    Order told =
        BinanceParser.describe(order, kind, timeInForce, price, size, null)
            .told(position, reduceOnly);
    return goodTill > 0 ? told.goodTill(Instant.ofEpochMilli(goodTill)) : told;
  }
}
