package dev.colibri.connector.spot.coinbase;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
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
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what Coinbase writes, one function a payload. */
final class CoinbaseParser {
  /** The names of {@code order_configuration}; a limit order says beside it if it only rests. */
  static final OrderWords TYPES =
      OrderWords.of(
          "market_market_ioc",
          "limit_limit_gtc",
          "limit_limit_gtc",
          "sor_limit_ioc",
          "limit_limit_fok");

  private static final Words<Instrument.State> STATE =
      Words.of(Instrument.State.UNKNOWN, "TRADING: online, HALTED: offline, DELISTED: delisted");

  private static final Words<OrderStatus> STATUS =
      Words.of(
          OrderStatus.UNKNOWN,
          "OPEN: PENDING QUEUED EDIT_QUEUED OPEN, PENDING_CANCEL: CANCEL_QUEUED, FILLED: FILLED,"
              + " CANCELED: CANCELLED, EXPIRED: EXPIRED, REJECTED: FAILED");

  private static final Words<Liquidity> LIQUIDITY =
      Words.of(Liquidity.UNKNOWN, "MAKER: MAKER, TAKER: TAKER");

  private CoinbaseParser() {}

  // ---- market data

  /**
   * An instrument; null for one that is not spot. Market data of a product with an {@code alias} is
   * that of the alias.
   *
   * <pre>{@code
   * {"product_id":"BTC-USDC","price":"68923.67","base_increment":"0.00000001","quote_increment":"0.01",
   *  "quote_min_size":"1","quote_max_size":"150000000","base_min_size":"0.00000001","base_max_size":"3400",
   *  "is_disabled":false,"status":"online","cancel_only":false,"limit_only":false,"post_only":false,
   *  "trading_disabled":false,"auction_mode":false,"product_type":"SPOT","quote_currency_id":"USDC",
   *  "base_currency_id":"BTC","alias":"BTC-USD","alias_to":[],"view_only":false,"price_increment":"0.01"}
   * }</pre>
   */
  static @Nullable Instrument instrument(Json row) {
    if (!row.text("product_type").equals("SPOT")) {
      return null;
    }
    BigDecimal cent = row.decimal("quote_increment");
    BigDecimal tick = row.decimalOr("price_increment", cent);
    BigDecimal lot = row.decimal("base_increment");
    TradingRules.Builder rules =
        TradingRules.builder(tick, lot)
            .size(row.findDecimal("base_min_size"), row.findDecimal("base_max_size"))
            .notional(row.findDecimal("quote_min_size"), row.findDecimal("quote_max_size"))
            .market(EnumSet.allOf(Side.class), EnumSet.of(Side.BUY));
    if (row.boolOr("post_only", false)) {
      rules.orderTypes(EnumSet.of(OrderType.LIMIT_MAKER));
    } else if (row.boolOr("limit_only", false)) {
      rules.orderTypes(EnumSet.of(OrderType.LIMIT, OrderType.LIMIT_MAKER));
    }
    String status = row.textOr("status", "online");
    return Instrument.builder(
            CoinbaseSpot.PROFILE.name(),
            row.text("product_id"),
            row.text("base_currency_id"),
            row.text("quote_currency_id"),
            rules.build())
        .state(state(row, status))
        // Prices of orders that are older than the present tick have the digits of the currency.
        .digits(Math.max(tick.scale(), cent.scale()), Math.max(0, lot.scale()))
        .attribute("state", status)
        .attribute("alias", row.textOr("alias", row.text("product_id")))
        .build();
  }

  private static Instrument.State state(Json row, String status) {
    boolean halted =
        Stream.of("is_disabled trading_disabled cancel_only auction_mode view_only".split(" "))
            .anyMatch(flag -> row.boolOr(flag, false));
    return halted ? Instrument.State.HALTED : STATE.of(status);
  }

  /**
   * The touch of a book of one level, and the price of a trade.
   *
   * <pre>{@code
   * {"pricebook":{"product_id":"BTC-USD","bids":[{"price":"68923.66","size":"0.17"}],
   *  "asks":[{"price":"68923.67","size":"0.16"}],"time":"2026-04-07T00:28:59.662782Z"}}
   * }</pre>
   */
  static Ticker ticker(Json json, Instrument instrument, List<Trade> last) {
    Json book = json.get("pricebook");
    return new Ticker(
        instrument,
        best(book.get("bids")),
        best(book.get("asks")),
        last.isEmpty() ? null : last.get(0).price(),
        book.isoMillisOr("time", 0));
  }

  private static @Nullable Level best(Json side) {
    return side.size() == 0
        ? null
        : new Level(side.at(0).decimal("price"), side.at(0).decimal("size"));
  }

  /**
   * A public trade; {@code side} is that of the order that made.
   *
   * <pre>{@code
   * {"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.0015",
   *  "time":"2026-04-07T14:30:02.789012Z","side":"BUY"}
   * }</pre>
   */
  static Trade trade(Json row, Instrument instrument) {
    return new Trade(
        instrument,
        row.text("trade_id"),
        Side.named(row.text("side")) == Side.BUY ? Side.SELL : Side.BUY,
        row.decimal("price"),
        row.decimal("size"),
        row.isoMillisOr("time", 0));
  }

  /**
   * A candle.
   *
   * <pre>{@code
   * {"start":"1712192400","low":"66055.14","high":"66331.99","open":"66312.4","close":"66181.6",
   *  "volume":"355.82896243"}
   * }</pre>
   */
  static Candle candle(Json row, CandleRange range) {
    return range.candle(row.longValue("start") * 1000, row, "open high low close volume");
  }

  // ---- the account

  /** One tier for everything that is spot: {@code {"maker_fee_rate":"0.006",…}}. */
  static FeeRate fees(Json tier) {
    return new FeeRate(null, tier.decimal("maker_fee_rate"), tier.decimal("taker_fee_rate"));
  }

  /**
   * A balance; null for a vault, which does not trade.
   *
   * <pre>{@code
   * {"uuid":"8bfc20d7-…","currency":"BTC","available_balance":{"value":"1.23","currency":"BTC"},
   *  "type":"ACCOUNT_TYPE_CRYPTO","hold":{"value":"0.005","currency":"BTC"}}
   * }</pre>
   */
  static @Nullable Balance balance(Json row) {
    return row.textOr("type", "").endsWith("VAULT")
        ? null
        : Balance.of(
            row.text("currency"),
            row.get("available_balance").decimal("value"),
            row.get("hold").decimal("value"));
  }

  static Balance sum(Balance one, Balance other) {
    return Balance.of(
        one.asset(), one.available().add(other.available()), one.locked().add(other.locked()));
  }

  /**
   * A fill; {@code size} is in quote units where {@code size_in_quote} says so.
   *
   * <pre>{@code
   * {"entry_id":"2222-…","trade_id":"1111-…","order_id":"0000-…","trade_time":"2024-01-15T10:30:00Z",
   *  "trade_type":"FILL","price":"45123.45","size":"0.005","commission":"1.14","product_id":"BTC-USD",
   *  "sequence_timestamp":"2024-01-15T10:30:00.123456Z","liquidity_indicator":"MAKER",
   *  "size_in_quote":false,"side":"BUY"}
   * }</pre>
   */
  static Fill fill(Json row, Instrument instrument) {
    String type = row.textOr("trade_type", "FILL");
    if (!type.equals("FILL")) {
      throw new TextException("a trade of type " + Escape.text(type));
    }
    BigDecimal price = row.decimal("price");
    BigDecimal size = row.decimal("size");
    if (row.boolOr("size_in_quote", false)) {
      int digits = instrument.rules().lotSize().scale();
      size = size.divide(price, Math.max(0, digits), RoundingMode.HALF_UP);
    }
    return Fill.of(instrument, row.text("trade_id"))
        .order(null, row.text("order_id"))
        .side(Side.named(row.text("side")))
        .price(price)
        .size(size)
        .fee(new Fee(instrument.quote(), row.decimal("commission")))
        .liquidity(LIQUIDITY.of(row.textOr("liquidity_indicator", "")))
        .at(row.isoMillisOr("trade_time", 0))
        .build();
  }

  /**
   * What a reply says of an order. After edits, the latest one has its price and size.
   *
   * <pre>{@code
   * {"order_id":"0000-…","product_id":"BTC-USD","order_configuration":{"limit_limit_gtc":
   *  {"base_size":"0.001","limit_price":"10000.00","post_only":false}},"side":"BUY",
   *  "client_order_id":"1111-…","status":"OPEN","time_in_force":"GOOD_UNTIL_CANCELLED",
   *  "created_time":"2021-05-31T09:59:59Z","filled_size":"0.001","filled_value":"10",
   *  "pending_cancel":false,"total_fees":"5.00","reject_reason":"REJECT_REASON_UNSPECIFIED",
   *  "last_fill_time":"2021-05-31T10:30:00Z","edit_history":[{"price":"10000.00","size":"0.001",
   *  "replace_accept_timestamp":"2021-05-31T10:00:00Z"}]}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    OrderUpdate.Builder update =
        update(row, instrument, row.decimalOr("filled_size", BigDecimal.ZERO));
    for (Map.Entry<String, Json> type : row.get("order_configuration").fields().entrySet()) {
      Json terms = type.getValue();
      Json edit = lastEdit(row);
      Order order =
          TYPES.told(
              Order.of(instrument, Side.named(row.text("side"))),
              type.getKey(),
              edit == null ? terms.findDecimal("limit_price") : edit.findDecimal("price"),
              edit == null ? terms.findDecimal("base_size") : edit.findDecimal("size"),
              terms.findDecimal("quote_size"));
      update.describes(terms.boolOr("post_only", false) ? order.postOnly() : order);
    }
    return update.at(row.isoMillisOr("last_fill_time", row.isoMillisOr("created_time", 0))).build();
  }

  private static @Nullable Json lastEdit(Json row) {
    Json history = row.find("edit_history");
    return history == null
        ? null
        : history.items().stream()
            .max(Comparator.comparing(e -> e.isoMillisOr("replace_accept_timestamp", 0)))
            .orElse(null);
  }

  /**
   * What an event says of an order: amounts are totals, and there are no fills. A resting limit
   * order is described; what is left of others does not tell their size.
   *
   * <pre>{@code
   * {"order_id":"a1b2-…","client_order_id":"1111-…","cumulative_quantity":"0.2",
   *  "leaves_quantity":"0.3","avg_price":"67210.1","total_fees":"1.2","filled_value":"13442.02",
   *  "status":"OPEN","product_id":"BTC-USD","creation_time":"2026-04-07T14:29:55.123456Z",
   *  "order_side":"BUY","order_type":"Limit","limit_price":"67210.1","cancel_reason":"",
   *  "reject_reason":"","time_in_force":"GOOD_UNTIL_CANCELLED"}
   * }</pre>
   */
  static OrderUpdate event(Json row, Instrument instrument) {
    BigDecimal filled = row.decimal("cumulative_quantity");
    BigDecimal price = row.findDecimal("limit_price");
    OrderUpdate.Builder update = update(row, instrument, filled);
    boolean limit = row.textOr("order_type", "").equalsIgnoreCase("limit");
    if (limit && price != null && row.text("status").equals("OPEN")) {
      BigDecimal size = filled.add(row.decimal("leaves_quantity"));
      update.describes(
          Order.of(instrument, Side.named(row.text("order_side"))).limit(price).size(size));
    }
    return update.build();
  }

  private static OrderUpdate.Builder update(Json row, Instrument instrument, BigDecimal filled) {
    String word = row.text("status");
    boolean canceling = row.boolOr("pending_cancel", false);
    OrderStatus told = STATUS.of(word);
    OrderStatus status = canceling && told == OrderStatus.OPEN ? OrderStatus.PENDING_CANCEL : told;
    String reason = row.textOr("reject_reason", "");
    return OrderUpdate.of(instrument, status)
        .order(row.findText("client_order_id"), row.text("order_id"))
        .rawStatus(word)
        .filled(filled)
        .quoteFilled(row.findDecimal("filled_value"))
        .reject(
            reason.isEmpty() || reason.equals("REJECT_REASON_UNSPECIFIED")
                ? null
                : new Reject.Other(Escape.text(reason)));
  }
}
