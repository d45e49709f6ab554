package dev.colibri.connector.spot.gate;

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
import java.math.RoundingMode;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Reads what Gate writes, one function a payload. Replies and events have the same fields. */
final class GateParser {
  /** A market order is known by its type, the others by their time in force. */
  static final OrderWords KINDS = OrderWords.of("market", "gtc", "poc", "ioc", "fok");

  private static final Words<Instrument.State> STATE =
      Words.of(Instrument.State.UNKNOWN, "TRADING: tradable, HALTED: untradable buyable sellable");

  private static final Words<OrderStatus> ENDS =
      Words.of(
          OrderStatus.UNKNOWN,
          "FILLED: filled, CANCELED: cancelled liquidate_cancelled price_protect_cancelled,"
              + " REJECTED: poc, EXPIRED: ioc fok stp small depth_not_enough trader_not_enough"
              + " unified_check_failed");

  private static final Words<Liquidity> LIQUIDITY =
      Words.of(Liquidity.UNKNOWN, "MAKER: maker, TAKER: taker");

  private GateParser() {}

  // ---- market data

  /**
   * An instrument. Precisions are decimal places. Books may show more of them: orders rest that
   * were placed when the precision was finer.
   *
   * <pre>{@code
   * {"id":"BTC_USDT","base":"BTC","quote":"USDT","fee":"0.2","min_base_amount":"0.00001",
   *  "min_quote_amount":"3","max_base_amount":"9000","max_quote_amount":"9000000",
   *  "amount_precision":5,"precision":2,"trade_status":"tradable","sell_start":0,"buy_start":0}
   * }</pre>
   */
  static Instrument instrument(Json row, String venue) {
    int price = row.intValue("precision");
    int amount = row.intValue("amount_precision");
    BigDecimal lot = BigDecimal.ONE.movePointLeft(amount);
    TradingRules rules =
        TradingRules.builder(BigDecimal.ONE.movePointLeft(price), lot)
            .size(row.decimalOr("min_base_amount", lot), row.findDecimal("max_base_amount"))
            .notional(row.findDecimal("min_quote_amount"), row.findDecimal("max_quote_amount"))
            .market(EnumSet.of(Side.SELL), EnumSet.of(Side.BUY))
            .build();
    return Instrument.builder(venue, row.text("id"), row.text("base"), row.text("quote"), rules)
        .state(STATE.of(row.text("trade_status")))
        .digits(bookDigits(price), bookDigits(amount))
        .build();
  }

  private static int bookDigits(int precision) {
    return Math.max(precision, Math.min(precision + 4, 12));
  }

  /**
   * The touch and the last price. Sizes, and so the touch, are told only where one instrument is
   * asked for.
   *
   * <pre>{@code
   * {"currency_pair":"BTC_USDT","last":"67210.1","lowest_ask":"67210.11","lowest_size":"1.2",
   *  "highest_bid":"67210.1","highest_size":"0.431"}
   * }</pre>
   */
  static Ticker ticker(Json row, Instrument instrument) {
    return Ticker.of(
        instrument,
        row.findDecimal("highest_bid"),
        row.findDecimal("highest_size"),
        row.findDecimal("lowest_ask"),
        row.findDecimal("lowest_size"),
        row.findDecimal("last"),
        0);
  }

  /**
   * A public trade; the side is the taker's.
   *
   * <pre>{@code
   * {"id":"28457","create_time":"1700000000","create_time_ms":"1700000000123.457000",
   *  "currency_pair":"BTC_USDT","side":"sell","amount":"0.012","price":"67210.1"}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.wholeText("id"),
        Side.named(row.text("side")),
        row.decimal("price"),
        row.decimal("amount"),
        millis(row, "create_time_ms"));
  }

  /**
   * A candle: open time in seconds, quote volume, close, high, low, open, volume, whether it is
   * closed.
   *
   * <pre>{@code
   * ["1700000000","840126.25","67210.1","67220","67190","67200","12.5","true"]
   * }</pre>
   */
  static Candle candle(Json row, CandleRange range) {
    return range.candle(row.at(0).asLong() * 1000, row, 5, 3, 4, 2, 6, 1);
  }

  // ---- the account

  /**
   * The account's rates.
   *
   * <pre>{@code
   * {"user_id":1001,"taker_fee":"0.002","maker_fee":"0.002","gt_discount":false,"debit_fee":3}
   * }</pre>
   */
  static FeeRate rates(Json json) {
    return new FeeRate(null, json.decimal("maker_fee"), json.decimal("taker_fee"));
  }

  /**
   * A balance of a reply.
   *
   * <pre>{@code
   * {"currency":"BTC","available":"4.5","locked":"0.5","update_id":98}
   * }</pre>
   */
  static Balance balance(Json row) {
    return Balance.of(row.text("currency"), row.decimal("available"), row.decimal("locked"));
  }

  /**
   * A balance of the stream.
   *
   * <pre>{@code
   * {"timestamp_ms":"1700000000123","user":"1001","currency":"BTC","change":"0","total":"5",
   *  "available":"4.5","freeze":"0.5","freeze_change":"0.5","change_type":"order-create"}
   * }</pre>
   */
  static Balance streamed(Json row) {
    return new Balance(row.text("currency"), row.decimal("total"), row.decimal("available"));
  }

  /**
   * A fill, of the account's history or the stream. What it cost stands in one of three fields:
   * paid in GT or in points, {@code fee} is 0.
   *
   * <pre>{@code
   * {"id":"56","create_time_ms":"1700000000123.457000","currency_pair":"BTC_USDT","side":"buy",
   *  "role":"maker","amount":"0.2","price":"67210.1","order_id":"28","fee":"0.0004",
   *  "fee_currency":"BTC","point_fee":"0","gt_fee":"0","text":"t-clbrA1"}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    Side side = Side.named(row.text("side"));
    return Fill.of(instrument, row.wholeText("id"))
        .order(clientId(row), row.text("order_id"))
        .side(side)
        .price(row.decimal("price"))
        .size(row.decimal("amount"))
        .fee(fee(row, side == Side.BUY ? instrument.base() : instrument.quote()))
        .liquidity(LIQUIDITY.of(row.textOr("role", "")))
        .at(millis(row, "create_time_ms"))
        .build();
  }

  private static Fee fee(Json row, String received) {
    BigDecimal fee = row.decimal("fee");
    BigDecimal gt = row.decimalOr("gt_fee", BigDecimal.ZERO);
    BigDecimal points = row.decimalOr("point_fee", BigDecimal.ZERO);
    return fee.signum() != 0 || gt.signum() == 0 && points.signum() == 0
        ? new Fee(row.textOr("fee_currency", received), fee)
        : gt.signum() != 0 ? new Fee("GT", gt) : new Fee("POINT", points);
  }

  /**
   * An order, of a reply (with {@code status}) or the stream (with {@code event}). The amount of a
   * market buy, and what is left of it, are in quote units; what it filled is told by {@code
   * filled_amount} alone, which the stream does not fill in dependably.
   *
   * <pre>{@code
   * {"id":"28","text":"t-clbrA1","create_time_ms":1700000000123,"update_time_ms":1700000000456,
   *  "status":"open","currency_pair":"BTC_USDT","type":"limit","account":"spot","side":"buy",
   *  "amount":"0.5","price":"67210.1","time_in_force":"gtc","left":"0.3","filled_amount":"0.2",
   *  "filled_total":"13442.02","avg_deal_price":"67210.1","fee":"0.0004","fee_currency":"BTC",
   *  "finish_as":"open"}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    Side side = Side.named(row.text("side"));
    BigDecimal amount = row.decimal("amount");
    boolean market = row.text("type").startsWith("market");
    boolean spends = market && side == Side.BUY;
    boolean reply = row.has("status");
    String status = row.text(reply ? "status" : "event");
    String finish = row.textOr("finish_as", "");
    BigDecimal filled = amount.subtract(row.decimal("left"));
    if (spends) {
      filled = reply ? row.findDecimal("filled_amount") : null;
    }
    return OrderUpdate.of(instrument, status(status, finish, filled))
        .rawStatus(status + " " + finish)
        .order(clientId(row), row.text("id"))
        .filled(filled)
        .quoteFilled(row.findDecimal("filled_total"))
        .reject(
            switch (finish) {
              case "poc" -> new Reject.WouldCross(finish);
              case "", "-", "open", "filled", "cancelled", "ioc", "fok" -> null;
              default -> new Reject.Other(Escape.text(finish));
            })
        .describes(
            KINDS.told(
                Order.of(instrument, side),
                market ? "market" : row.textOr("time_in_force", "gtc"),
                row.findDecimal("price"),
                amount,
                spends ? amount : null))
        .at(millis(row, "update_time_ms"))
        .build();
  }

  /** Why an order ended says more than that it did; a reply tells how even without a reason. */
  private static OrderStatus status(String status, String finish, @Nullable BigDecimal filled) {
    boolean some = filled != null && filled.signum() > 0;
    OrderStatus end = ENDS.of(finish);
    boolean told = end != OrderStatus.UNKNOWN;
    return switch (status) {
      case "open", "put", "update" -> some ? OrderStatus.PARTIALLY_FILLED : OrderStatus.OPEN;
      case "closed" -> told ? end : OrderStatus.FILLED;
      case "cancelled" -> told ? end : OrderStatus.CANCELED;
      case "finish" -> end;
      default -> OrderStatus.UNKNOWN;
    };
  }

  /** Texts that clients choose begin with {@code t-}; others tell what the order was made with. */
  static @Nullable String clientId(Json row) {
    String text = row.textOr("text", "");
    return text.startsWith("t-") ? text : null;
  }

  /** A time in milliseconds, with or without a fraction. */
  static long millis(Json row, String field) {
    return row.decimal(field).setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  /** Whether an order or fill is of the spot account; margin accounts are others. */
  static boolean isSpot(Json row) {
    return !row.textOr("account", "spot").endsWith("margin");
  }
}
