package dev.colibri.connector.spot.binance;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Binance writes, one function a payload, by the names that the venue uses. Field names
 * of replies are spelled out, those of stream events are letters.
 */
public final class BinanceParser {
  private static final Words<Instrument.State> STATE =
      Words.of(
          Instrument.State.UNKNOWN,
          "TRADING: TRADING, PRE_OPEN: PRE_TRADING PENDING_TRADING, DELISTED: DELIVERED CLOSE,"
              + " HALTED: HALT BREAK CANCEL_ONLY END_OF_DAY POST_TRADING AUCTION_MATCH"
              + " PRE_DELIVERING DELIVERING PRE_SETTLE SETTLING");

  private static final Words<OrderStatus> STATUS =
      Words.of(
          OrderStatus.UNKNOWN,
          "OPEN: NEW PENDING_NEW, PARTIALLY_FILLED: PARTIALLY_FILLED, FILLED: FILLED,"
              + " PENDING_CANCEL: PENDING_CANCEL, CANCELED: CANCELED, REJECTED: REJECTED,"
              + " EXPIRED: EXPIRED EXPIRED_IN_MATCH");

  private static final Words<OrderType> TYPE =
      Words.only(
          OrderType.class, "order type", "LIMIT: LIMIT, MARKET: MARKET, LIMIT_MAKER: LIMIT_MAKER");

  private static final Words<TimeInForce> TIME_IN_FORCE =
      Words.only(TimeInForce.class, "time in force", "GTC: GTC, IOC: IOC, FOK: FOK, GTD: GTD");

  private BinanceParser() {}

  // ---- market data

  /**
   * An instrument; null for one that is not traded on the spot market. A tick or lot size that is
   * absent or 0 means that only the precision of the asset bounds the number.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,"quoteAsset":"USDT",
   *  "quoteAssetPrecision":8,"orderTypes":["LIMIT","LIMIT_MAKER","MARKET","STOP_LOSS_LIMIT"],
   *  "quoteOrderQtyMarketAllowed":true,"isSpotTradingAllowed":true,"filters":[
   *   {"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000.00","tickSize":"0.01"},
   *   {"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000.00","stepSize":"0.00001"},
   *   {"filterType":"MARKET_LOT_SIZE","minQty":"0.00","maxQty":"71.3","stepSize":"0.00"},
   *   {"filterType":"NOTIONAL","minNotional":"5.00","applyMinToMarket":true,"maxNotional":"9000000.00"}]}
   * }</pre>
   */
  static @Nullable Instrument instrument(Json row, String venue) {
    if (!row.boolOr("isSpotTradingAllowed", false)) {
      return null;
    }
    Map<String, Json> filters = filters(row);
    Json notional = filters.getOrDefault("NOTIONAL", filters.get("MIN_NOTIONAL"));
    TradingRules.Builder rules =
        rules(row, "quoteAssetPrecision", filters)
            .notional(bound(notional, "minNotional"), bound(notional, "maxNotional"))
            .orderTypes(orderTypes(row.get("orderTypes")))
            .marketByQuote(row.boolOr("quoteOrderQtyMarketAllowed", false));
    return instrument(row, "quoteAssetPrecision", venue, rules.build()).build();
  }

  /** The filters of an instrument, by their names. */
  public static Map<String, Json> filters(Json row) {
    Map<String, Json> filters = new TreeMap<>();
    row.get("filters").items().forEach(filter -> filters.put(filter.text("filterType"), filter));
    return filters;
  }

  /**
   * What an instrument's filters say of prices and sizes.
   *
   * @param quotePrecision the field that tells the digits of the quote asset
   */
  public static TradingRules.Builder rules(
      Json row, String quotePrecision, Map<String, Json> filters) {
    Json price = filters.get("PRICE_FILTER");
    Json lot = filters.get("LOT_SIZE");
    return TradingRules.builder(
            step(price, "tickSize", precision(row, quotePrecision)),
            step(lot, "stepSize", precision(row, "baseAssetPrecision")))
        .price(bound(price, "minPrice"), bound(price, "maxPrice"))
        .size(bound(lot, "minQty"), bound(lot, "maxQty"))
        .maxMarketSize(bound(filters.get("MARKET_LOT_SIZE"), "maxQty"));
  }

  /** An instrument of those rules. */
  public static Instrument.Builder instrument(
      Json row, String quotePrecision, String venue, TradingRules rules) {
    String status = row.text("status");
    return Instrument.builder(
            venue, row.text("symbol"), row.text("baseAsset"), row.text("quoteAsset"), rules)
        .state(STATE.of(status))
        .attribute("state", status)
        .digits(
            bookDigits(precision(row, quotePrecision), rules.tickSize(), rules.maxPrice()),
            bookDigits(precision(row, "baseAssetPrecision"), rules.lotSize(), rules.maxSize()));
  }

  private static int precision(Json row, String field) {
    int digits = row.intValue(field);
    if (digits < 0 || digits > 18) {
      throw new TextException(row.path() + ": " + field + " of " + digits);
    }
    return digits;
  }

  private static BigDecimal step(@Nullable Json filter, String field, int digits) {
    BigDecimal step = bound(filter, field);
    return step == null || step.signum() == 0 ? BigDecimal.ONE.movePointLeft(digits) : step;
  }

  /** A bound of a filter; null where there is none. */
  public static @Nullable BigDecimal bound(@Nullable Json filter, String field) {
    return filter == null ? null : filter.findDecimal(field);
  }

  private static Set<OrderType> orderTypes(Json names) {
    List<String> told = names.items().stream().map(Json::asText).toList();
    Set<OrderType> types = EnumSet.allOf(OrderType.class);
    types.removeIf(type -> !told.contains(type.name()));
    return types;
  }

  /**
   * The digits of a book: those of the asset, because an order that is older than the present tick
   * or lot size may use them, as long as a thousand times the largest order fits a long.
   */
  private static int bookDigits(int asset, BigDecimal step, @Nullable BigDecimal max) {
    int whole = max == null ? 7 : Math.max(1, max.precision() - max.scale());
    return Math.max(step.scale(), Math.min(asset, 18 - 3 - whole));
  }

  /**
   * A whole book.
   *
   * <pre>{@code
   * {"lastUpdateId":1027024,"bids":[["67210.10","0.431"]],"asks":[["67210.11","1.2"]]}
   * }</pre>
   */
  public static final Fields BOOK = Fields.of().last("lastUpdateId").bids("bids").asks("asks");

  /**
   * The touch and the last price. A price of 0 stands for none.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","lastPrice":"67210.10","bidPrice":"67210.10","bidQty":"0.431",
   *  "askPrice":"67210.11","askQty":"1.2","closeTime":1700000000123}
   * }</pre>
   */
  static Ticker ticker(Json row, Instrument instrument) {
    return Ticker.of(
        instrument,
        row.decimal("bidPrice"),
        row.decimal("bidQty"),
        row.decimal("askPrice"),
        row.decimal("askQty"),
        row.decimal("lastPrice"),
        row.longValue("closeTime"));
  }

  /**
   * A public trade.
   *
   * <pre>{@code
   * {"id":28457,"price":"67210.10","qty":"0.012","time":1700000000123,"isBuyerMaker":true}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.text("id"),
        row.bool("isBuyerMaker") ? Side.SELL : Side.BUY,
        row.decimal("price"),
        row.decimal("qty"),
        row.longValue("time"));
  }

  /**
   * A candle: open time, open, high, low, close, volume, close time, quote volume, and more.
   *
   * <pre>{@code
   * [1700000000000,"67200.00","67220.00","67190.00","67210.10","12.5",1700000059999,"840126.25",308]
   * }</pre>
   */
  public static Candle candle(Json row, CandleRange range) {
    return range.candle(row.at(0).asLong(), row, 1, 2, 3, 4, 5, 7);
  }

  // ---- the account

  /**
   * A balance of a reply, or, with letters for names, of an event.
   *
   * <pre>{@code
   * {"asset":"BTC","free":"4.5","locked":"0.5"}      {"a":"BTC","f":"4.5","l":"0.5"}
   * }</pre>
   */
  static Balance balance(Json row, String asset, String free, String locked) {
    return Balance.of(row.text(asset), row.decimal(free), row.decimal(locked));
  }

  /**
   * The account's rates of an instrument: standard, special and tax commission summed, with the
   * dearer of the two sides, and without the discount for paying in another asset.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","standardCommission":{"maker":"0.001","taker":"0.001","buyer":"0","seller":"0"},
   *  "specialCommission":{…},"taxCommission":{…},"discount":{…}}
   * }</pre>
   */
  static FeeRate commission(Json json, Instrument instrument) {
    FeeRate sum = new FeeRate(instrument, BigDecimal.ZERO, BigDecimal.ZERO);
    for (String part : List.of("standardCommission", "specialCommission", "taxCommission")) {
      Json rates = json.find(part);
      if (rates != null) {
        FeeRate rate = rates(rates);
        sum = new FeeRate(instrument, sum.maker().add(rate.maker()), sum.taker().add(rate.taker()));
      }
    }
    return sum;
  }

  /**
   * Rates: the dearer of the two sides on top of maker and taker.
   *
   * <pre>{@code
   * {"maker":"0.0015","taker":"0.0015","buyer":"0.0","seller":"0.0"}
   * }</pre>
   */
  static FeeRate rates(Json json) {
    BigDecimal side = json.decimal("buyer").max(json.decimal("seller"));
    return new FeeRate(null, json.decimal("maker").add(side), json.decimal("taker").add(side));
  }

  /**
   * A fill of the account's history.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","id":28457,"orderId":100234,"price":"67210.10","qty":"0.012",
   *  "commission":"0.000012","commissionAsset":"BTC","time":1700000000123,"isBuyer":true,"isMaker":false}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    return Fill.of(instrument, row.wholeText("id"))
        .order(null, row.text("orderId"))
        .side(row.bool("isBuyer") ? Side.BUY : Side.SELL)
        .price(row.decimal("price"))
        .size(row.decimal("qty"))
        .fee(fee(row, "commissionAsset", "commission", instrument))
        .liquidity(row.bool("isMaker") ? Liquidity.MAKER : Liquidity.TAKER)
        .at(row.longValue("time"))
        .build();
  }

  /**
   * What a reply says of an order: to its placing (with {@code fills}, all taken at once), its
   * cancel (with {@code origClientOrderId}, and {@code clientOrderId} for the cancel itself), or a
   * question. A reply without status, which only orders sent with {@code newOrderRespType=ACK}
   * have, says that the order was taken. A negative quote quantity stands for one that is not
   * known.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","orderId":28,"clientOrderId":"clbrA1","transactTime":1700000000123,
   *  "price":"67210.10","origQty":"0.5","executedQty":"0.2","origQuoteOrderQty":"0.000000",
   *  "cummulativeQuoteQty":"13442.02","status":"PARTIALLY_FILLED","timeInForce":"GTC","type":"LIMIT",
   *  "side":"BUY","fills":[{"price":"67210.10","qty":"0.2","commission":"0.0002",
   *  "commissionAsset":"BTC","tradeId":56}]}
   * }</pre>
   */
  static OrderUpdate order(Json json, Instrument instrument) {
    String own = json.findText("origClientOrderId");
    String clientId = own == null ? json.findText("clientOrderId") : own;
    String venueId = json.text("orderId");
    long millis = json.longOr("transactTime", json.longOr("updateTime", json.longOr("time", 0L)));
    List<Fill> fills = new ArrayList<>();
    for (Json row : json.has("fills") ? json.get("fills").items() : List.<Json>of()) {
      fills.add(
          Fill.of(instrument, row.wholeText("tradeId"))
              .order(clientId, venueId)
              .side(Side.named(json.text("side")))
              .price(row.decimal("price"))
              .size(row.decimal("qty"))
              .fee(fee(row, "commissionAsset", "commission", instrument))
              .liquidity(Liquidity.TAKER)
              .at(millis)
              .build());
    }
    OrderUpdate.Builder update =
        begin(instrument, json.textOr("status", "NEW"))
            .order(clientId, venueId)
            .filled(json.findDecimal("executedQty"))
            .quoteFilled(known(json.findDecimal("cummulativeQuoteQty")))
            .fills(fills)
            .reject(reason(json.findText("expiryReason")))
            .at(millis);
    if (json.find("side") != null && json.find("type") != null) {
      update.describes(
          describe(
              Order.of(instrument, Side.named(json.text("side"))),
              json.text("type"),
              json.textOr("timeInForce", "GTC"),
              json.findDecimal("price"),
              json.findDecimal("origQty"),
              json.findDecimal("origQuoteOrderQty")));
    }
    return update.build();
  }

  /**
   * An order event. The id of a canceled order is in {@code C}, and {@code c} is that of the
   * cancel. A fill is told when {@code x} is TRADE.
   *
   * <pre>{@code
   * {"e":"executionReport","E":1700000000125,"s":"BTCUSDT","c":"clbrA1","S":"BUY","o":"LIMIT","f":"GTC",
   *  "q":"0.5","p":"67210.10","C":"","x":"TRADE","X":"PARTIALLY_FILLED","r":"NONE","i":28,"l":"0.2",
   *  "z":"0.2","L":"67210.10","n":"0.0002","N":"BTC","T":1700000000123,"t":56,"m":true,"Z":"13442.02",
   *  "Q":"0.00"}
   * }</pre>
   */
  static OrderUpdate executionReport(Json event, Instrument instrument) {
    String execution = event.text("x");
    String own = execution.equals("CANCELED") ? event.findText("C") : null;
    String clientId = own != null ? own : event.text("c");
    String venueId = event.text("i");
    Side side = Side.named(event.text("S"));
    long millis = event.longValue("T");
    List<Fill> fills = List.of();
    if (execution.equals("TRADE")) {
      fills =
          List.of(
              Fill.of(instrument, event.wholeText("t"))
                  .order(clientId, venueId)
                  .side(side)
                  .price(event.decimal("L"))
                  .size(event.decimal("l"))
                  .fee(fee(event, "N", "n", instrument))
                  .liquidity(event.bool("m") ? Liquidity.MAKER : Liquidity.TAKER)
                  .at(millis)
                  .build());
    }
    Order order =
        describe(
            Order.of(instrument, side),
            event.text("o"),
            event.text("f"),
            event.decimal("p"),
            event.decimal("q"),
            event.findDecimal("Q"));
    Reject refused = reason(event.textOr("r", "NONE"));
    return begin(instrument, event.text("X"))
        .order(clientId, venueId)
        .filled(event.decimal("z"))
        .quoteFilled(known(event.findDecimal("Z")))
        .fills(fills)
        .reject(refused == null ? reason(event.findText("eR")) : refused)
        .describes(order)
        .at(millis)
        .build();
  }

  /** An update by the venue's word for the status. */
  public static OrderUpdate.Builder begin(Instrument instrument, String status) {
    return OrderUpdate.of(instrument, STATUS.of(status)).rawStatus(status);
  }

  /** A fee of nothing comes without an asset. */
  public static Fee fee(Json row, String asset, String amount, Instrument instrument) {
    BigDecimal charged = row.decimal(amount);
    return new Fee(
        charged.signum() == 0 ? row.textOr(asset, instrument.quote()) : row.text(asset), charged);
  }

  private static @Nullable BigDecimal known(@Nullable BigDecimal quantity) {
    return quantity == null || quantity.signum() < 0 ? null : quantity;
  }

  private static @Nullable Reject reason(@Nullable String word) {
    if (word == null || word.equals("NONE")) {
      return null;
    }
    return switch (word) {
      case "INSUFFICIENT_BALANCES" -> new Reject.InsufficientFunds(word);
      case "WOULD_MATCH_IMMEDIATELY" -> new Reject.WouldCross(word);
      default -> new Reject.Other(Escape.text(word));
    };
  }

  /** An order as the venue tells it; of types that are not ours the venue's own word is kept. */
  public static Order describe(
      Order order,
      String type,
      String timeInForce,
      @Nullable BigDecimal price,
      @Nullable BigDecimal size,
      @Nullable BigDecimal quote) {
    OrderType known = TYPE.find(type);
    Order told = order.told(known, TIME_IN_FORCE.find(timeInForce), price, size, quote);
    return known == null ? told.with("type", type) : told;
  }
}
