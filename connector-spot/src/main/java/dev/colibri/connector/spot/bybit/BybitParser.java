package dev.colibri.connector.spot.bybit;

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
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.OrderWords;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Bybit writes, one function a payload; rows of replies and of streams are alike. Of use
 * to the dialects of Bybit only.
 */
public final class BybitParser {
  static final OrderWords KINDS = OrderWords.of("Market", "GTC", "PostOnly", "IOC", "FOK");

  private static final String CROSSING = "EC_PostOnlyWillTakeLiquidity";

  private static final Words<OrderStatus> STATUS =
      Words.of(
          OrderStatus.UNKNOWN,
          "OPEN: New Untriggered Triggered, PARTIALLY_FILLED: PartiallyFilled, FILLED: Filled,"
              + "REJECTED: Rejected, CANCELED: Cancelled PartiallyFilledCanceled Deactivated");

  private BybitParser() {}

  // ---- market data

  /**
   * An instrument. {@code minOrderQty} is no longer checked by the venue and lies far below {@code
   * minOrderAmt}; {@code maxOrderAmt} and {@code maxOrderQty} gave way to the maxima by type.
   *
   * <pre>{@code
   * {"symbolId":9,"symbol":"BTCUSDT","baseCoin":"BTC","quoteCoin":"USDT","status":"Trading",
   *  "marginTrading":"utaOnly","lotSizeFilter":{"basePrecision":"0.000001","quotePrecision":"0.0000001",
   *  "minOrderQty":"0.000011","maxOrderQty":"83","minOrderAmt":"5","maxOrderAmt":"8000000",
   *  "maxLimitOrderQty":"83","maxMarketOrderQty":"41.5","postOnlyMaxLimitOrderSize":"60000"},
   *  "priceFilter":{"tickSize":"0.1"}}
   * }</pre>
   */
  static Instrument instrument(Json row, String venue) {
    Json lot = row.get("lotSizeFilter");
    BigDecimal max = lot.findDecimal("maxLimitOrderQty");
    TradingRules rules =
        TradingRules.builder(
                row.get("priceFilter").decimal("tickSize"), lot.decimal("basePrecision"))
            .size(
                lot.findDecimal("minOrderQty"), max == null ? lot.findDecimal("maxOrderQty") : max)
            .maxMarketSize(lot.findDecimal("maxMarketOrderQty"))
            .notional(lot.findDecimal("minOrderAmt"), null)
            .marketByQuote(true)
            .build();
    return instrument(row, venue, rules).build();
  }

  /** Begins an instrument of any category. */
  public static Instrument.Builder instrument(Json row, String venue, TradingRules rules) {
    String status = row.text("status");
    boolean trading = status.equals("Trading");
    return Instrument.builder(
            venue, row.text("symbol"), row.text("baseCoin"), row.text("quoteCoin"), rules)
        .state(trading ? Instrument.State.TRADING : Instrument.State.UNKNOWN)
        .attribute("status", status);
  }

  /**
   * The touch and the last price.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","bid1Price":"67210.1","bid1Size":"2","ask1Price":"67210.2","ask1Size":"1.862172",
   *  "lastPrice":"67210.1","prevPrice24h":"66393.4","volume24h":"11801.27771","turnover24h":"243765620.65"}
   * }</pre>
   */
  static Ticker ticker(Json row, Instrument instrument) {
    return Ticker.of(
        instrument,
        row.findDecimal("bid1Price"),
        row.findDecimal("bid1Size"),
        row.findDecimal("ask1Price"),
        row.findDecimal("ask1Size"),
        row.findDecimal("lastPrice"),
        0);
  }

  /**
   * A public trade.
   *
   * <pre>{@code
   * {"execId":"2290000000007764263","symbol":"BTCUSDT","price":"67210.1","size":"0.00012","side":"Buy",
   *  "time":"1672052955758","isBlockTrade":false,"isRPITrade":true,"seq":"123456"}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.text("execId"),
        Side.named(row.text("side")),
        row.decimal("price"),
        row.decimal("size"),
        row.longValue("time"));
  }

  /**
   * A candle: start, open, high, low, close, volume, turnover.
   *
   * <pre>{@code
   * ["1670608800000","67171","67173","67127","67155.5","268.611","18037512.4"]
   * }</pre>
   */
  static Candle candle(Json row, CandleRange range) {
    return range.candle(row.at(0).asLong(), row, 1, 2, 3, 4, 5, 6);
  }

  // ---- the account

  /**
   * The account's rates of an instrument.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","takerFeeRate":"0.001","makerFeeRate":"0.001"}
   * }</pre>
   */
  static FeeRate feeRate(Json row, Instrument instrument) {
    return new FeeRate(instrument, row.decimal("makerFeeRate"), row.decimal("takerFeeRate"));
  }

  /**
   * A coin of the unified account. Open spot orders lock {@code locked}; orders and positions of
   * derivatives hold the {@code IM}s, which are blank in portfolio margin mode; what positions have
   * lost is still in the wallet, and margins nothing else.
   *
   * <pre>{@code
   * {"coin":"BTC","equity":"2.5","walletBalance":"2.5","locked":"0.5","totalOrderIM":"","totalPositionIM":"",
   *  "totalPositionMM":"","spotBorrow":"0","unrealisedPnl":"0"}
   * }</pre>
   */
  static Balance balance(Json row) {
    BigDecimal total = row.decimal("walletBalance");
    BigDecimal available = total;
    for (String held : new String[] {"locked", "totalOrderIM", "totalPositionIM"}) {
      available = available.subtract(row.decimalOr(held, BigDecimal.ZERO));
    }
    available = available.add(row.decimalOr("unrealisedPnl", BigDecimal.ZERO).min(BigDecimal.ZERO));
    return new Balance(row.text("coin"), total, available.max(BigDecimal.ZERO).min(total));
  }

  /**
   * A fill, of the stream {@code execution} or of the history. A rebate is a negative {@code
   * execFee}. Where no currency stands, fees are taken from what was received, and rebates are
   * given in the other asset.
   *
   * <pre>{@code
   * {"category":"spot","symbol":"BTCUSDT","orderId":"1321003749386327552","orderLinkId":"clbrA1","side":"Buy",
   *  "execId":"2290000000007764263","execPrice":"67210.1","execQty":"0.2","execType":"Trade","execFee":"0.0002",
   *  "feeCurrency":"BTC","feeRate":"0.001","isMaker":true,"execTime":"1672282722429","leavesQty":"0.3"}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    boolean buy = Side.named(row.text("side")) == Side.BUY;
    boolean inBase = buy == row.decimal("execFee").signum() >= 0;
    return fill(row, instrument, inBase ? instrument.base() : instrument.quote()).build();
  }

  /** The same, to which something may be added. */
  public static Fill.Builder fill(Json row, Instrument instrument, String feeAsset) {
    return Fill.of(instrument, row.text("execId"))
        .order(row.findText("orderLinkId"), row.text("orderId"))
        .side(Side.named(row.text("side")))
        .price(row.decimal("execPrice"))
        .size(row.decimal("execQty"))
        .fee(new Fee(row.textOr("feeCurrency", feeAsset), row.decimal("execFee")))
        .liquidity(row.bool("isMaker") ? Liquidity.MAKER : Liquidity.TAKER)
        .at(row.longValue("execTime"));
  }

  /**
   * That a request about an order was taken: {@code {"orderId":"1321…","orderLinkId":"clbrA1"}}.
   */
  static OrderUpdate taken(Json row, Instrument instrument, OrderStatus status) {
    return OrderUpdate.of(instrument, status)
        .order(row.findText("orderLinkId"), row.findText("orderId"))
        .build();
  }

  /**
   * An order, of the stream {@code order} or of a list. {@code qty} is an amount of the quote asset
   * where {@code marketUnit} says so, and for a market order to buy where nothing does.
   *
   * <pre>{@code
   * {"category":"spot","symbol":"BTCUSDT","orderId":"1321003749386327552","orderLinkId":"clbrA1","side":"Buy",
   *  "orderType":"Limit","timeInForce":"GTC","price":"67210.1","qty":"0.5","marketUnit":"",
   *  "orderStatus":"PartiallyFilled","cancelType":"UNKNOWN","rejectReason":"EC_NoError","avgPrice":"67210.1",
   *  "leavesQty":"0.3","leavesValue":"20163.03","cumExecQty":"0.2","cumExecValue":"13442.02",
   *  "createdTime":"1684738540559","updatedTime":"1684738540561"}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    boolean buy = Side.named(row.text("side")) == Side.BUY;
    String unit = row.textOr("marketUnit", buy ? "quoteCoin" : "baseCoin");
    return order(row, Order.of(instrument, buy ? Side.BUY : Side.SELL), unit.equals("quoteCoin"));
  }

  /**
   * The same.
   *
   * @param begun what is known of the order beside the words that every category has
   * @param inQuote whether the size of a market order is in units of the quote
   */
  public static OrderUpdate order(Json row, Order begun, boolean inQuote) {
    Instrument instrument = begun.instrument();
    boolean market = row.text("orderType").equals("Market");
    boolean byValue = market && inQuote;
    BigDecimal quantity = row.decimal("qty");
    Order order =
        KINDS.told(
            begun,
            market ? "Market" : row.text("timeInForce"),
            row.findDecimal("price"),
            byValue ? null : quantity,
            byValue ? quantity : null);
    BigDecimal filled = row.decimalOr("cumExecQty", BigDecimal.ZERO);
    String raw = row.text("orderStatus");
    String reason = row.textOr("rejectReason", "EC_NoError");
    OrderStatus status = STATUS.of(raw);
    if (status == OrderStatus.CANCELED) {
      boolean spent = byValue && isSpent(row, instrument);
      boolean crossing = filled.signum() == 0 && reason.equals(CROSSING);
      status = spent ? OrderStatus.FILLED : crossing ? OrderStatus.REJECTED : status;
    }
    return OrderUpdate.of(instrument, status)
        .rawStatus(raw)
        .order(row.findText("orderLinkId"), row.text("orderId"))
        .filled(filled)
        .quoteFilled(row.findDecimal("cumExecValue"))
        .reject(
            status.isTerminal() && status != OrderStatus.FILLED
                ? reject(reason, row.textOr("cancelType", ""))
                : null)
        .describes(order)
        .at(row.longValue("updatedTime"))
        .build();
  }

  /** Whether what is left of an amount buys no further lot. */
  private static boolean isSpent(Json row, Instrument instrument) {
    BigDecimal price = row.findDecimal("avgPrice");
    BigDecimal left = row.findDecimal("leavesValue");
    return price != null
        && left != null
        && left.compareTo(price.multiply(instrument.rules().lotSize())) < 0;
  }

  private static @Nullable Reject reject(String reason, String cancel) {
    return switch (reason) {
      case "EC_NoError", "EC_PerCancelRequest" ->
          switch (cancel) {
            case "", "UNKNOWN", "CancelByUser" -> null;
            case "CancelByReduceOnly" -> new Reject.ReduceOnly(cancel);
            default -> new Reject.Other(Escape.text(cancel));
          };
      case CROSSING -> new Reject.WouldCross(reason);
      default -> new Reject.Other(Escape.text(reason));
    };
  }
}
