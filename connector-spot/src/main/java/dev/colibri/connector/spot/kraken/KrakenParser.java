package dev.colibri.connector.spot.kraken;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.OrderWords;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Kraken writes, one function a payload. Replies over REST hold numbers as texts, times
 * in seconds and rows by their ids; messages of streams hold bare numbers and times of ISO 8601.
 */
final class KrakenParser {
  static final Fields BOOK =
      Fields.of().inside("result", Fields.of().inside("*", Fields.of().bids("bids").asks("asks")));

  private static final Words<Instrument.State> STATE =
      Words.of(
          Instrument.State.UNKNOWN,
          "TRADING: online, HALTED: cancel_only post_only limit_only reduce_only maintenance");
  private static final Words<OrderStatus> STATUS =
      Words.of(
          OrderStatus.UNKNOWN,
          "OPEN: pending pending_new new open, PARTIALLY_FILLED: partially_filled,"
              + " FILLED: closed filled, CANCELED: canceled, EXPIRED: expired");
  private static final Words<Liquidity> ROLES =
      Words.of(Liquidity.UNKNOWN, "MAKER: m true, TAKER: t false");
  private static final OrderWords KINDS = OrderWords.of("market", "GTC", "post", "IOC", "FOK");

  private KrakenParser() {}

  // ---- what every reply has

  /** The list of a result that names it by the pair, beside {@code last}. */
  static Json list(Json result) {
    for (Map.Entry<String, Json> field : result.fields().entrySet()) {
      if (!field.getKey().equals("last")) {
        return field.getValue();
      }
    }
    throw new TextException("no rows of a pair in " + result.path());
  }

  private static long millis(BigDecimal seconds) {
    return seconds.movePointRight(3).longValue();
  }

  /** An asset as streams spell it: bitcoin and dogecoin have names of their own over REST. */
  private static String asset(String name) {
    return switch (name) {
      case "XBT" -> "BTC";
      case "XDG" -> "DOGE";
      default -> name;
    };
  }

  // ---- market data

  /**
   * An instrument; null for a dark pool, which has no name on streams.
   *
   * <pre>{@code
   * "XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","base":"XXBT","quote":"ZUSD","pair_decimals":1,
   *  "lot_decimals":8,"ordermin":"0.00005","costmin":"0.5","tick_size":"0.1","status":"online"}
   * }</pre>
   */
  static @Nullable Instrument instrument(String pair, Json row) {
    String name = row.findText("wsname");
    if (name == null || row.text("altname").endsWith(".d")) {
      return null;
    }
    String[] assets = name.split("/", 2);
    String base = asset(assets[0]);
    String quote = asset(assets[1]);
    int priceDigits = row.intValue("pair_decimals");
    int sizeDigits = row.intValue("lot_decimals");
    BigDecimal tick = row.decimalOr("tick_size", BigDecimal.ONE.movePointLeft(priceDigits));
    TradingRules rules =
        TradingRules.builder(tick, BigDecimal.ONE.movePointLeft(sizeDigits))
            .size(row.decimal("ordermin"), null)
            .notional(row.findDecimal("costmin"), null)
            .market(EnumSet.allOf(Side.class), EnumSet.of(Side.BUY))
            .build();
    String status = row.textOr("status", "");
    return Instrument.builder(KrakenSpot.PROFILE.name(), base + "/" + quote, base, quote, rules)
        .state(STATE.of(status))
        .attribute("state", status)
        .attribute("pair", pair)
        .attribute("altname", row.text("altname"))
        .digits(Math.max(priceDigits, tick.stripTrailingZeros().scale()), sizeDigits)
        .build();
  }

  /**
   * The touch and the last price: ask and bid as price, whole lots and lots; the last trade.
   *
   * <pre>{@code
   * "XXBTZUSD":{"a":["30300.1","1","1.000"],"b":["30300.0","1","1.000"],"c":["30303.2","0.00067643"]}
   * }</pre>
   */
  static Ticker ticker(Json row, Instrument instrument) {
    Json bid = row.get("b");
    Json ask = row.get("a");
    return Ticker.of(
        instrument,
        bid.at(0).asDecimal(),
        bid.at(2).asDecimal(),
        ask.at(0).asDecimal(),
        ask.at(2).asDecimal(),
        row.get("c").at(0).asDecimal(),
        0);
  }

  /**
   * A public trade: price, volume, seconds, side that took, type, more, id.
   *
   * <pre>{@code
   * ["30243.4","0.34507674",1688669597.8277369,"b","m","",61044952]
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.at(6).asText(),
        row.at(3).asText().equals("b") ? Side.BUY : sell(row.at(3).asText()),
        row.at(0).asDecimal(),
        row.at(1).asDecimal(),
        millis(row.at(2).asDecimal()));
  }

  private static Side sell(String letter) {
    if (letter.equals("s")) {
      return Side.SELL;
    }
    throw new TextException("not a side: " + Escape.text(letter));
  }

  /**
   * A candle: seconds, open, high, low, close, average price by volume, volume, trades.
   *
   * <pre>{@code
   * [1688671200,"30306.1","30306.2","30305.7","30305.7","30306.1","3.39243896",23]
   * }</pre>
   */
  static Candle candle(Json row, CandleRange range) {
    BigDecimal volume = row.at(6).asDecimal();
    return new Candle(
        range.instrument(),
        1000 * row.at(0).asLong(),
        range.interval(),
        row.at(1).asDecimal(),
        row.at(2).asDecimal(),
        row.at(3).asDecimal(),
        row.at(4).asDecimal(),
        volume,
        volume.multiply(row.at(5).asDecimal()));
  }

  // ---- the account

  /**
   * Balances. Old assets have a letter before their names; what earns rewards and may be traded all
   * the same stands apart, with {@code .F}, and belongs to the asset. Others with a point, which
   * are bonded, are assets of their own.
   *
   * <pre>{@code
   * {"ZUSD":{"balance":"25435.21","hold_trade":"8249.76"},"XXBT":{"balance":"1.2435","hold_trade":"0.8423"},
   *  "XBT.F":{"balance":"0.5","hold_trade":"0"},"DOT.S":{"balance":"7","hold_trade":"0"}}
   * }</pre>
   */
  static List<Balance> balances(Json result, BadRows rows) {
    Map<String, Balance> sums = new TreeMap<>();
    for (Balance row : rows.named(result, KrakenParser::balance)) {
      sums.merge(row.asset(), row, KrakenParser::sum);
    }
    sums.values().removeIf(row -> row.total().signum() == 0);
    return List.copyOf(sums.values());
  }

  private static Balance sum(Balance one, Balance other) {
    return new Balance(
        one.asset(), one.total().add(other.total()), one.available().add(other.available()));
  }

  private static Balance balance(String name, Json row) {
    String plain = name.endsWith(".F") ? name.substring(0, name.length() - 2) : name;
    boolean old =
        plain.matches("X(ETC|ETH|LTC|MLN|REP|XBT|XDG|XLM|XMR|XRP|ZEC)|Z(AUD|CAD|EUR|GBP|JPY|USD)");
    BigDecimal total = row.decimal("balance");
    BigDecimal held = row.decimalOr("hold_trade", BigDecimal.ZERO);
    return new Balance(asset(old ? plain.substring(1) : plain), total, total.subtract(held));
  }

  /**
   * The account's rates in percent; without a rate of its own a maker pays as a taker.
   *
   * <pre>{@code
   * {"currency":"ZUSD","volume":"200709.5","fees":{"XXBTZUSD":{"fee":"0.1000"}},
   *  "fees_maker":{"XXBTZUSD":{"fee":"0.0600"}}}
   * }</pre>
   */
  static FeeRate fees(Json result, Instrument instrument) {
    String pair = KrakenSpot.pair(instrument);
    BigDecimal taker = result.get("fees").get(pair).decimal("fee").movePointLeft(2);
    Json makers = result.find("fees_maker");
    Json maker = makers == null ? null : makers.find(pair);
    return new FeeRate(
        instrument, maker == null ? taker : maker.decimal("fee").movePointLeft(2), taker);
  }

  /**
   * An order of {@code OpenOrders}, {@code ClosedOrders} and {@code QueryOrders}, by its id. Of one
   * by quote amount, totals may be in other units: only its fills tell what filled.
   *
   * <pre>{@code
   * "OQCLML-BW3P3-BUCMWZ":{"userref":0,"cl_ord_id":"clbrA1","status":"open","opentm":1688666559.8974,
   *  "descr":{"pair":"XBTUSD","type":"buy","ordertype":"limit","price":"30010.0"},"vol":"1.25000000",
   *  "vol_exec":"0.37500000","cost":"11253.7","fee":"0.00000","price":"30010.0","oflags":"fciq,post",
   *  "reason":null,"closetm":1688667796.8802,"trades":["TCCCTY-WE2O6-P3NB37"]}
   * }</pre>
   */
  static OrderUpdate order(String id, Json row, Instrument instrument) {
    Json descr = row.get("descr");
    String flags = row.textOr("oflags", "");
    boolean amount = flags.contains("viqc");
    BigDecimal filled = amount ? null : row.decimal("vol_exec");
    BigDecimal volume = row.decimal("vol");
    return begin(instrument, row.text("status"), filled)
        .order(row.findText("cl_ord_id"), id)
        .filled(filled)
        .quoteFilled(amount ? null : row.findDecimal("cost"))
        .reject(reason(row.findText("reason")))
        .at(millis(row.decimalOr("closetm", row.decimalOr("opentm", BigDecimal.ZERO))))
        .describes(
            KINDS.told(
                Order.of(instrument, Side.named(descr.text("type"))),
                kind(descr.text("ordertype"), flags.contains("post"), "GTC"),
                descr.findDecimal("price"),
                amount ? null : volume,
                amount ? volume : null))
        .build();
  }

  /** The ids of an order's trades, as {@code QueryOrders} tells them. */
  static List<String> trades(Json result) {
    List<String> ids = new ArrayList<>();
    for (Json row : result.fields().values()) {
      Json trades = row.find("trades");
      if (trades != null) {
        trades.items().forEach(id -> ids.add(id.asText()));
      }
    }
    return ids;
  }

  /** The word for a kind of order: its type, or what a limit order is beyond that. */
  private static String kind(String type, boolean postOnly, String timeInForce) {
    return !type.equals("limit") ? type : postOnly ? "post" : timeInForce;
  }

  private static OrderUpdate.Builder begin(
      Instrument instrument, String status, @Nullable BigDecimal filled) {
    OrderStatus known = STATUS.of(status);
    boolean some = known == OrderStatus.OPEN && filled != null && filled.signum() > 0;
    return OrderUpdate.of(instrument, some ? OrderStatus.PARTIALLY_FILLED : known)
        .rawStatus(status);
  }

  private static @Nullable Reject reason(@Nullable String word) {
    if (word == null || word.equals("User requested")) {
      return null;
    }
    String raw = Escape.text(word);
    return word.startsWith("Post only") ? new Reject.WouldCross(raw) : new Reject.Other(raw);
  }

  /**
   * A fill of the account's history, by its id; null for one of another pair. Fees are in the quote
   * asset.
   *
   * <pre>{@code
   * "THVRQM-33VKH-UCI7BS":{"ordertxid":"OQCLML-BW3P3-BUCMWZ","pair":"XXBTZUSD","time":1688667796.8802,
   *  "type":"buy","ordertype":"limit","price":"30010.00000","cost":"600.20000","fee":"0.00000",
   *  "vol":"0.02000000","trade_id":40274859,"maker":true}
   * }</pre>
   */
  static @Nullable Fill fill(String id, Json row, Instrument instrument) {
    String pair = row.text("pair");
    if (!pair.equals(KrakenSpot.pair(instrument))
        && !pair.equals(instrument.attribute("altname"))) {
      return null;
    }
    return Fill.of(instrument, id)
        .order(null, row.text("ordertxid"))
        .side(Side.named(row.text("type")))
        .price(row.decimal("price"))
        .size(row.decimal("vol"))
        .fee(new Fee(instrument.quote(), row.decimal("fee")))
        .liquidity(row.has("maker") ? ROLES.of("" + row.bool("maker")) : Liquidity.UNKNOWN)
        .at(millis(row.decimal("time")))
        .build();
  }

  // ---- the account's stream

  /**
   * What is known of an order, with what an event tells anew: events leave out what stayed. Fees
   * and reasons are those of one event.
   */
  static Json merged(@Nullable Json known, Json event) {
    if (known == null) {
      return event;
    }
    Map<String, Json> fields = new TreeMap<>(known.fields());
    fields.keySet().removeAll(List.of("fees", "reason"));
    fields.putAll(event.fields());
    JsonWriter out = new JsonWriter().object();
    fields.forEach((name, value) -> out.name(name).value(value));
    return Json.parse(out.end().toString());
  }

  /**
   * An order event. A fill is told when {@code exec_type} is {@code trade}, by the id that it has
   * in the history, too; the status of a fill is never the end, which has an event of its own.
   *
   * <pre>{@code
   * {"order_id":"OK4GJX-KSTLS-7DZZO5","cl_ord_id":"clbrA1","symbol":"BTC/USD","side":"sell","order_type":"limit",
   *  "limit_price":26500.0,"order_qty":0.005,"time_in_force":"GTC","post_only":false,"exec_type":"trade",
   *  "order_status":"partially_filled","exec_id":"TGBB7L-HT5LX-J3BZ4A","trade_id":62887576,"last_qty":0.005,
   *  "last_price":26599.9,"liquidity_ind":"t","cum_qty":0.005,"cum_cost":132.9995,
   *  "fees":[{"asset":"USD","qty":0.3458}],"timestamp":"2023-09-22T10:33:05.709993Z"}
   * }</pre>
   */
  static OrderUpdate execution(Json event, Instrument instrument) {
    String id = event.text("order_id");
    String clientId = event.findText("cl_ord_id");
    long millis = Instant.parse(event.text("timestamp")).toEpochMilli();
    BigDecimal filled = event.findDecimal("cum_qty");
    Side side = Side.named(event.text("side"));
    List<Fill> fills = new ArrayList<>();
    if (event.text("exec_type").equals("trade")) {
      Json fees = event.find("fees");
      Json fee = fees == null || fees.size() == 0 ? null : fees.at(0);
      fills.add(
          Fill.of(instrument, event.text("exec_id"))
              .order(clientId, id)
              .side(side)
              .price(event.decimal("last_price"))
              .size(event.decimal("last_qty"))
              .fee(fee == null ? null : new Fee(asset(fee.text("asset")), fee.decimal("qty")))
              .liquidity(ROLES.of(event.textOr("liquidity_ind", "")))
              .at(millis)
              .build());
    }
    return begin(instrument, event.text("order_status"), filled)
        .order(clientId, id)
        .filled(filled)
        .quoteFilled(event.findDecimal("cum_cost"))
        .fills(fills)
        .reject(reason(event.findText("reason")))
        .at(millis)
        .describes(
            KINDS.told(
                Order.of(instrument, side),
                kind(
                    event.text("order_type"),
                    event.boolOr("post_only", false),
                    event.textOr("time_in_force", "GTC")),
                event.findDecimal("limit_price"),
                event.findDecimal("order_qty"),
                event.findDecimal("cash_order_qty")))
        .build();
  }
}
