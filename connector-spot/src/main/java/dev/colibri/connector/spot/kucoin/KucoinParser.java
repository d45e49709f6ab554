package dev.colibri.connector.spot.kucoin;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
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
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what KuCoin writes, one function a payload; each is the {@code data} of its reply. */
final class KucoinParser {
  private static final long NANOS = 1_000_000;

  private static final Fields BOOK =
      Fields.of()
          .inside(
              "data", Fields.of().sequence("sequence").millis("time").bids("bids").asks("asks"));

  private static final Words<Liquidity> LIQUIDITY =
      Words.of(Liquidity.UNKNOWN, "MAKER: maker, TAKER: taker");

  private static final Words<OrderStatus> STATUS =
      Words.of(
          OrderStatus.UNKNOWN, "OPEN: received open match, FILLED: filled, CANCELED: canceled");

  private KucoinParser() {}

  // ---- market data

  /**
   * An instrument.
   *
   * <pre>{@code
   * {"symbol":"BTC-USDT","name":"BTC-USDT","baseCurrency":"BTC","quoteCurrency":"USDT",
   *  "feeCurrency":"USDT","market":"USDS","baseMinSize":"0.00001","quoteMinSize":"0.1",
   *  "baseMaxSize":"10000000000","quoteMaxSize":"99999999","baseIncrement":"0.00000001",
   *  "quoteIncrement":"0.000001","priceIncrement":"0.1","priceLimitRate":"0.1","minFunds":"0.1",
   *  "enableTrading":true}
   * }</pre>
   */
  static Instrument instrument(Json row, String venue) {
    TradingRules rules =
        TradingRules.builder(row.decimal("priceIncrement"), row.decimal("baseIncrement"))
            .size(row.decimal("baseMinSize"), row.decimal("baseMaxSize"))
            .notional(row.findDecimal("minFunds"), null)
            .marketByQuote(true)
            .build();
    return Instrument.builder(
            venue, row.text("symbol"), row.text("baseCurrency"), row.text("quoteCurrency"), rules)
        .state(row.bool("enableTrading") ? Instrument.State.TRADING : Instrument.State.HALTED)
        .attribute("feeCurrency", row.text("feeCurrency"))
        .build();
  }

  /**
   * A book, whole or its best levels. The whole reply.
   *
   * <pre>{@code
   * {"code":"200000","data":{"time":1729176273859,"sequence":"14610502970",
   *  "bids":[["66976.4","0.69109872"]],"asks":[["66976.5","0.05408199"]]}}
   * }</pre>
   */
  static BookSnapshot book(byte[] body, Instrument instrument) {
    return BOOK.snapshot(body, instrument);
  }

  /**
   * The touch and the last price; what never traded has null for its prices.
   *
   * <pre>{@code
   * {"symbol":"BTC-USDT","symbolName":"BTC-USDT","buy":"67192.5","bestBidSize":"0.000025",
   *  "sell":"67192.6","bestAskSize":"1.24949204","last":"67193"}
   * }</pre>
   */
  static Ticker ticker(Json row, Instrument instrument, long millis) {
    return Ticker.of(
        instrument,
        row.findDecimal("buy"),
        row.findDecimal("bestBidSize"),
        row.findDecimal("sell"),
        row.findDecimal("bestAskSize"),
        row.findDecimal("last"),
        millis);
  }

  /**
   * A public trade; its number is its id on the stream, too, and the side is the taker's.
   *
   * <pre>{@code
   * {"sequence":"10976028003549185","price":"67122","size":"0.000025","side":"buy",
   *  "time":1729177117877000000}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.wholeText("sequence"),
        Side.named(row.text("side")),
        row.decimal("price"),
        row.decimal("size"),
        row.longValue("time") / NANOS);
  }

  /**
   * A candle: its beginning in seconds, open, close, high, low, volume, turnover.
   *
   * <pre>{@code
   * ["1566789720","10411.5","10401.9","10411.5","10396.3","29.11357276","302889.301529914"]
   * }</pre>
   */
  static Candle candle(Json row, CandleRange range) {
    return range.candle(row.at(0).asLong() * 1000, row, 1, 3, 4, 2, 5, 6);
  }

  // ---- the account

  /**
   * Rates of an instrument, or of the account.
   *
   * <pre>{@code
   * {"symbol":"BTC-USDT","takerFeeRate":"0.001","makerFeeRate":"0.001"}
   * }</pre>
   */
  static FeeRate fees(Json row, @Nullable Instrument instrument) {
    return new FeeRate(instrument, row.decimal("makerFeeRate"), row.decimal("takerFeeRate"));
  }

  /**
   * A balance of a reply, or, with {@code total}, of the stream.
   *
   * <pre>{@code
   * {"id":"548674591753","currency":"USDT","type":"trade","balance":"26.66759503",
   *  "available":"26.66759503","holds":"0"}
   * {"accountId":"548674591753","currency":"USDT","total":"21.133773386762",
   *  "available":"20.132773386762","hold":"1.001","availableChange":"-0.5005","holdChange":"0.5005",
   *  "relationContext":{"symbol":"BTC-USDT","orderId":"6721d0632db25b0007071fdc"},
   *  "relationEvent":"trade.hold","relationEventId":"354689988084000","time":"1730269283892"}
   * }</pre>
   */
  static Balance balance(Json row, String total) {
    return new Balance(row.text("currency"), row.decimal(total), row.decimal("available"));
  }

  /**
   * A fill of the account's history.
   *
   * <pre>{@code
   * {"id":19814995255305,"orderId":"6717422bd51c29000775ea03","counterOrderId":"67174228135f9e00",
   *  "tradeId":11029373945659392,"symbol":"BTC-USDT","side":"buy","liquidity":"taker",
   *  "type":"limit","forceTaker":false,"price":"67717.6","size":"0.00001","funds":"0.677176",
   *  "fee":"0.000677176","feeRate":"0.001","feeCurrency":"USDT","stop":"","tradeType":"TRADE",
   *  "taxRate":"0","tax":"0","createdAt":1729577515473}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    return Fill.of(instrument, row.text("tradeId"))
        .order(null, row.text("orderId"))
        .side(Side.named(row.text("side")))
        .price(row.decimal("price"))
        .size(row.decimal("size"))
        .fee(new Fee(row.text("feeCurrency"), row.decimal("fee")))
        .liquidity(LIQUIDITY.of(row.text("liquidity")))
        .at(row.longValue("createdAt"))
        .build();
  }

  /**
   * The venue took an order, and has not matched it yet.
   *
   * <pre>{@code
   * {"orderId":"670fd33bf9406e0007ab3945","clientOid":"clbrA1"}
   * }</pre>
   */
  static OrderUpdate taken(Json data, Order order) {
    return OrderUpdate.of(order.instrument(), OrderStatus.OPEN)
        .order(data.textOr("clientOid", order.clientId()), data.text("orderId"))
        .build();
  }

  /**
   * The venue took a cancel, by whichever id.
   *
   * <pre>{@code
   * {"orderId":"671124f9365ccb00073debd4"}      {"clientOid":"clbrA1"}
   * }</pre>
   */
  static OrderUpdate canceling(Json data, Order order) {
    return OrderUpdate.of(order.instrument(), OrderStatus.PENDING_CANCEL)
        .order(order.clientId(), data.textOr("orderId", order.venueId()))
        .build();
  }

  /**
   * What a question about an order is answered.
   *
   * <pre>{@code
   * {"id":"6717422bd51c29000775ea03","clientOid":"clbrA1","symbol":"BTC-USDT","opType":"DEAL",
   *  "type":"limit","side":"buy","price":"70000","size":"0.00001","funds":"0.7",
   *  "dealSize":"0.00001","dealFunds":"0.677176","remainSize":"0","remainFunds":"0.022824",
   *  "cancelledSize":"0","cancelledFunds":"0","fee":"0.000677176","feeCurrency":"USDT",
   *  "stp":null,"timeInForce":"GTC","postOnly":false,"hidden":false,"iceberg":false,
   *  "cancelExist":false,"tradeType":"TRADE","inOrderBook":false,"active":false,"tax":"0",
   *  "createdAt":1729577515444,"lastUpdatedAt":1729577515481}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    BigDecimal filled = row.decimal("dealSize");
    return OrderUpdate.of(instrument, status(row, filled))
        .rawStatus("done, and neither filled nor canceled")
        .order(row.findText("clientOid"), row.text("id"))
        .filled(filled)
        .quoteFilled(row.findDecimal("dealFunds"))
        .describes(
            Order.of(instrument, Side.named(row.text("side")))
                .told(
                    row.boolOr("postOnly", false) ? OrderType.LIMIT_MAKER : null,
                    null,
                    row.findDecimal("price"),
                    row.findDecimal("size"),
                    row.findDecimal("funds")))
        .at(row.longValue("lastUpdatedAt"))
        .build();
  }

  /**
   * A part of an order may have been canceled before the rest filled; an order by quote amount has
   * no size to compare with.
   */
  private static OrderStatus status(Json row, BigDecimal filled) {
    BigDecimal size = row.decimalOr("size", BigDecimal.ZERO);
    boolean whole = filled.signum() > 0 && filled.compareTo(size) >= 0;
    if (row.bool("active")) {
      return OrderStatus.OPEN;
    } else if (row.bool("cancelExist") && (size.signum() == 0 || !whole)) {
      return OrderStatus.CANCELED;
    }
    return whole ? OrderStatus.FILLED : OrderStatus.UNKNOWN;
  }

  /**
   * An order event. Its {@code type} says what happened, its {@code status} where the order stands
   * afterwards: new, open, match, done. A match has no fee; the history of fills tells it.
   *
   * <pre>{@code
   * {"canceledSize":"0","clientOid":"clbrA1","feeType":"takerFee","filledSize":"0.00001",
   *  "liquidity":"taker","matchPrice":"71171.9","matchSize":"0.00001",
   *  "orderId":"6720da3fa30a360007f5f832","orderTime":1730206271588,"orderType":"market",
   *  "originSize":"0.00001","remainSize":"0","side":"buy","size":"0.00001","status":"match",
   *  "symbol":"BTC-USDT","tradeId":"11116472408358913","ts":1730206271616000000,"type":"match"}
   * }</pre>
   */
  static OrderUpdate orderChange(Json row, Instrument instrument) {
    String type = row.text("type");
    String status = row.text("status");
    BigDecimal size = row.findDecimal("originSize");
    BigDecimal funds = row.findDecimal("originFunds");
    // An order that was cut down stands where its status says; when that ended it, it is asked for.
    return OrderUpdate.of(instrument, STATUS.of(type.equals("update") ? status : type))
        .rawStatus(type + " " + status)
        .order(row.findText("clientOid"), row.text("orderId"))
        .filled(row.findDecimal("filledSize"))
        .fills(type.equals("match") ? List.of(match(row, instrument)) : List.of())
        .describes(
            Order.of(instrument, Side.named(row.text("side")))
                .told(
                    null,
                    null,
                    row.findDecimal("price"),
                    size == null ? row.findDecimal("size") : size,
                    funds == null ? row.findDecimal("funds") : funds))
        .at(row.longValue("ts") / NANOS)
        .build();
  }

  private static Fill match(Json row, Instrument instrument) {
    return Fill.of(instrument, row.text("tradeId"))
        .order(row.findText("clientOid"), row.text("orderId"))
        .side(Side.named(row.text("side")))
        .price(row.decimal("matchPrice"))
        .size(row.decimal("matchSize"))
        .liquidity(LIQUIDITY.of(row.text("liquidity")))
        .at(row.longValue("ts") / NANOS)
        .build();
  }

  // ---- streams

  /**
   * A token, and where to go with it. The whole reply.
   *
   * <pre>{@code
   * {"code":"200000","data":{"token":"2neAiuYvAU61ZDXA…","instanceServers":[{
   *  "endpoint":"wss://ws-api-spot.kucoin.com/","encrypt":true,"protocol":"websocket",
   *  "pingInterval":18000,"pingTimeout":10000}]}}
   * }</pre>
   */
  static Endpoint endpoint(Json reply) {
    Json data = reply.get("data");
    String server = data.get("instanceServers").at(0).text("endpoint");
    return Endpoint.handedOut(
        KucoinSpot.STREAM, server + "?token=" + Form.encode(data.text("token")));
  }
}
