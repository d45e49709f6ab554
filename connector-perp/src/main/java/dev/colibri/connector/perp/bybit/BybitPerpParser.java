package dev.colibri.connector.perp.bybit;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.FundingFields;
import dev.colibri.connector.spi.Words;
import dev.colibri.connector.spot.bybit.BybitParser;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** Reads what Bybit writes of perpetuals, one function a payload. */
final class BybitPerpParser {
  /** The venue numbers them. */
  static final Words<PositionSide> SIDES =
      Words.only(PositionSide.class, "side of a position", "NET: 0, LONG: 1, SHORT: 2");

  /** What such a number says of the instrument's position mode. */
  static final Words<PositionMode> POSITION_MODES =
      Words.only(PositionMode.class, "side of a position", "ONE_WAY: 0, HEDGE: 1 2");

  /** The price that a trigger watches. */
  static final Words<Trigger.By> WATCHED =
      Words.of(Trigger.By.LAST, "LAST: LastPrice, MARK: MarkPrice, INDEX: IndexPrice");

  /** Margin modes of accounts. In portfolio margin the account stands behind everything, too. */
  static final Words<MarginMode> MARGIN_MODES =
      Words.of(MarginMode.CROSS, "ISOLATED: ISOLATED_MARGIN");

  /** Types of executions that are trades, and who made the order where the account did not. */
  private static final Words<Fill.Cause> CAUSES =
      Words.only(
          Fill.Cause.class,
          "execution",
          "ORDER: Trade BlockTrade MovePosition FutureSpread,"
              + " ADL: AdlTrade CreateByAdl_PassThrough, SETTLEMENT: Delivery Settle CreateBySettle,"
              + " LIQUIDATION: BustTrade CreateByLiq CreateByTakeOver_PassThrough");

  /**
   * Mark, index and funding, of a reply or of the stream, which tells what changed.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","markPrice":"67210.55","indexPrice":"67208.19","fundingRate":"0.0001","nextFundingTime":"1760371200000"}
   * }</pre>
   */
  static final FundingFields FUNDING =
      new FundingFields("markPrice", "indexPrice", "fundingRate", "nextFundingTime", "time");

  private BybitPerpParser() {}

  // ---- market data

  /**
   * An instrument; null for a dated future. Sizes are in base units.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","contractType":"LinearPerpetual","status":"Trading","baseCoin":"BTC","quoteCoin":"USDT",
   *  "launchTime":"1585526400000","deliveryTime":"0","priceScale":"2",
   *  "leverageFilter":{"minLeverage":"1","maxLeverage":"100.00","leverageStep":"0.01"},
   *  "priceFilter":{"minPrice":"0.10","maxPrice":"1999999.80","tickSize":"0.10"},
   *  "lotSizeFilter":{"maxOrderQty":"1190.000","minOrderQty":"0.001","qtyStep":"0.001","postOnlyMaxOrderQty":"1190.000",
   *   "maxMktOrderQty":"500.000","minNotionalValue":"5"},"fundingInterval":480,"settleCoin":"USDT"}
   * }</pre>
   */
  static @Nullable Instrument instrument(Json row, String venue, BadRows rows) {
    String base = row.text("baseCoin");
    String quote = row.text("quoteCoin");
    String contract = row.text("contractType");
    if (contract.equals("InversePerpetual")) {
      rows.inverse(base, quote, "counted in " + quote + " and settled in " + base);
    }
    if (!contract.equals("LinearPerpetual")) {
      return null;
    }
    Json lot = row.get("lotSizeFilter");
    Json prices = row.get("priceFilter");
    TradingRules rules =
        TradingRules.builder(prices.decimal("tickSize"), lot.decimal("qtyStep"))
            .price(prices.findDecimal("minPrice"), prices.findDecimal("maxPrice"))
            .size(lot.findDecimal("minOrderQty"), lot.findDecimal("maxOrderQty"))
            .maxMarketSize(lot.findDecimal("maxMktOrderQty"))
            .notional(lot.findDecimal("minNotionalValue"), null)
            .triggers(EnumSet.allOf(Trigger.By.class))
            .build();
    return BybitParser.instrument(row, venue, rules)
        .settle(row.text("settleCoin"))
        .maxLeverage(row.get("leverageFilter").findDecimal("maxLeverage"))
        .build();
  }

  // ---- the account

  private static PositionSide side(Json row) {
    return SIDES.of(row.text("positionIdx"));
  }

  /**
   * A position. The entry price is {@code avgPrice} in replies and {@code entryPrice} on the
   * stream.
   *
   * <pre>{@code
   * {"positionIdx":0,"symbol":"BTCUSDT","side":"Sell","size":"0.3","avgPrice":"67464.5","positionStatus":"Normal",
   *  "leverage":"10","markPrice":"67224.5","liqPrice":"","positionIM":"2024.1","positionMM":"101.2",
   *  "unrealisedPnl":"72","curRealisedPnl":"0.1","seq":5723621632,"createdTime":"1676538056258","updatedTime":"1697673600012"}
   * }</pre>
   *
   * @param mode the account's, which no position tells; null where it is not known
   */
  static Position position(Json row, Instrument instrument, @Nullable MarginMode mode) {
    BigDecimal size = row.decimal("size");
    boolean sold = size.signum() != 0 && Side.named(row.text("side")) == Side.SELL;
    String entry = row.has("avgPrice") ? "avgPrice" : "entryPrice";
    return Position.of(instrument, side(row), sold ? size.negate() : size)
        .entryPrice(row.findDecimal(entry))
        .markPrice(row.findDecimal("markPrice"))
        .liquidationPrice(row.findDecimal("liqPrice"))
        .unrealisedProfit(row.findDecimal("unrealisedPnl"))
        .margin(row.findDecimal("positionIM"))
        .leverage(row.findDecimal("leverage"), mode)
        .asOf(row.longValue("updatedTime"))
        .build();
  }

  /**
   * An order as of spot, with its position and its trigger; those of {@code triggerDirection} 0
   * have none.
   *
   * <pre>{@code
   * {"symbol":"BTCUSDT","orderId":"fd4300ae-7847-404e-b947-b46980a4d140","orderLinkId":"clbrA1","side":"Sell",
   *  "orderType":"Market","timeInForce":"IOC","price":"","qty":"0.10","positionIdx":0,"orderStatus":"Untriggered",
   *  "createType":"CreateByUser","cancelType":"UNKNOWN","rejectReason":"EC_NoError","stopOrderType":"Stop",
   *  "triggerPrice":"61000.00","triggerDirection":2,"triggerBy":"MarkPrice","reduceOnly":true,"closeOnTrigger":false,
   *  "avgPrice":"","leavesQty":"0.10","cumExecQty":"0.00","cumExecValue":"0","updatedTime":"1684738540561"}
   * }</pre>
   */
  static OrderUpdate order(Json row, Instrument instrument) {
    Side side = Side.named(row.text("side"));
    Order order = Order.of(instrument, side).told(side(row), row.boolOr("reduceOnly", false));
    long direction = row.longOr("triggerDirection", 0);
    BigDecimal price = row.findDecimal("triggerPrice");
    if (direction != 0 && price != null) {
      boolean above = direction == 1;
      Trigger.Kind kind =
          above == (side == Side.BUY) ? Trigger.Kind.STOP : Trigger.Kind.TAKE_PROFIT;
      Trigger.By by = WATCHED.of(row.textOr("triggerBy", ""));
      order = order.trigger(new Trigger(kind, price, by));
    }
    return BybitParser.order(row, order, false);
  }

  /** Whether an execution is a payment of funding. */
  static boolean isFunding(Json row) {
    return row.textOr("execType", "").equals("Funding");
  }

  /**
   * A fill; null where it is funding, which moves no position. Which position it moved no row says:
   * of orders of ours the order does; of others the part that it closed.
   *
   * <pre>{@code
   * {"category":"linear","symbol":"BTCUSDT","orderId":"9aac161b-8ed6-450d-9cab-c5cc67c21784","orderLinkId":"","side":"Sell",
   *  "execId":"0ab1bdf7-4219-438b-b30a-32ec863018f7","execPrice":"67190.1","execQty":"0.5","execType":"Trade","execFee":"18.4",
   *  "feeCurrency":"USDT","feeRate":"0.00055","isMaker":false,"execTime":"1746270400353","closedSize":"0.5",
   *  "createType":"CreateByUser","seq":140612148849382}
   * }</pre>
   *
   * @param mode the position mode of the instrument; null where it is not known
   */
  static @Nullable Fill fill(Json row, Instrument instrument, @Nullable PositionMode mode) {
    if (isFunding(row)) {
      return null;
    }
    Fill.Cause cause = cause(row);
    Side side = Side.named(row.text("side"));
    boolean ours = row.findText("orderLinkId") != null;
    boolean closes =
        cause != Fill.Cause.ORDER || row.decimalOr("closedSize", BigDecimal.ZERO).signum() > 0;
    return BybitParser.fill(row, instrument, instrument.settle())
        .cause(cause)
        .position(mode == null || ours ? null : PositionSide.of(mode, side, closes))
        .build();
  }

  private static Fill.Cause cause(Json row) {
    Fill.Cause cause = CAUSES.of(row.text("execType"));
    Fill.Cause maker = CAUSES.find(row.textOr("createType", ""));
    return cause == Fill.Cause.ORDER && maker != null ? maker : cause;
  }

  /**
   * A payment of funding; null for a settlement without one, as USDC contracts have every eight
   * hours. {@code feeRate} has the sign of the one who pays it, {@code id} is shared with trades.
   *
   * <pre>{@code
   * {"id":"592324_BTCUSDT_161440249321","symbol":"BTCUSDT","category":"linear","side":"Buy","funding":"-2.01","fee":"0",
   *  "change":"-2.01","cashFlow":"0","transactionTime":"1672128000000","type":"SETTLEMENT","feeRate":"0.0001","size":"0.3",
   *  "qty":"0.3","currency":"USDT","tradePrice":"67210.5","tradeId":"534c0003-4bf7-486f-aa02-78cee36825e4"}
   * }</pre>
   */
  static @Nullable FundingPayment payment(Json row, Instrument instrument) {
    BigDecimal amount = row.findDecimal("funding");
    if (amount == null || amount.signum() == 0) {
      return null;
    }
    BigDecimal rate = row.findDecimal("feeRate");
    boolean sold = Side.named(row.text("side")) == Side.SELL;
    return new FundingPayment(
        instrument,
        row.text("tradeId"),
        row.text("currency"),
        amount,
        rate != null && sold ? rate.negate() : rate,
        row.findDecimal("size"),
        row.longValue("transactionTime"));
  }
}
