package dev.colibri.connector.testkit.vectors;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the peer's operations are in our words. */
final class Intents {
  /** As many levels as the peer gets from venues that are asked for no number. */
  private static final int DEPTH = 100;

  private static final int TRADES = 500;
  private static final BigDecimal LEVERAGE = BigDecimal.TEN;

  /** Takes no bad row; what is left out on purpose is none. */
  static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };

  private Intents() {}

  /** Our call for an operation over HTTP, also for reading its answer; null when there is none. */
  static @Nullable Call<?> call(BookDialect d, String op, Json input, Instrument i) {
    return switch (op) {
      case "createLimitBuy",
          "createLimitSell",
          "createMarketBuy",
          "createMarketSell",
          "createPostOnlyBuy",
          "createOrder" ->
          d.place(order(d, op, input, i));
      case "createReduceOnlySell", "createReduceOnlyLimitSell" ->
          d instanceof PerpDialect ? d.place(order(d, op, input, i)) : null;
      case "cancelOrderById", "cancelOrderByClientId" -> d.cancel(known(d, input, i));
      case "cancelAllOrders" -> d instanceof NativeCancelAll n ? n.cancelAll(i, NONE) : null;
      case "fetchOrder" -> d.status(known(d, input, i));
      case "fetchOpenOrders" -> d.openOrders(i, NONE);
      case "fetchOrderTrades" -> d.fills(FillQuery.of(known(d, input, i)), NONE);
      case "fetchMyTrades" -> d.fills(FillQuery.since(i, input.longOr("since", 0)), NONE);
      case "fetchTrades" -> d.trades(i, (int) input.longOr("limit", TRADES), NONE);
      case "fetchTicker" -> d.tickers(List.of(i), NONE);
      case "fetchTime" -> d.time();
      case "fetchBalance" -> d.balances(NONE);
      case "fetchOrderBook" -> d.book(i, (int) input.longOr("limit", DEPTH));
      case "fetchMarkets" -> d.instruments(NONE);
      default -> d instanceof PerpDialect p ? call(p, op, input, i) : null;
    };
  }

  private static @Nullable Call<?> call(PerpDialect d, String op, Json input, Instrument i) {
    return switch (op) {
      case "fetchPositions", "fetchPosition" -> d.positions(NONE);
      case "fetchLeverage" -> d.leverage(i, marginMode(input));
      case "setLeverage" ->
          d.setLeverage(new Leverage(i, input.decimalOr("leverage", LEVERAGE), marginMode(input)));
      case "setPositionModeOneWay" -> d.setPositionMode(PositionMode.ONE_WAY);
      case "setPositionModeHedge" -> d.setPositionMode(PositionMode.HEDGE);
      case "fetchPositionMode" -> d.positionMode();
      case "fetchFundingRate" -> d.fundingRates(List.of(i), NONE);
      case "fetchFundingRates" -> d.fundingRates(List.of(), NONE);
      case "fetchFundingHistory" ->
          d.fundingPayments(
              new FundingQuery(i, input.longOr("since", 0), input.longOr("until", 0), null), NONE);
      default -> null;
    };
  }

  /** What an operation over a stream subscribes to; null when it is none of ours. */
  static @Nullable Topic topic(String op, Instrument i, Profile profile) {
    return switch (op) {
      case "watchOrderBook" -> Topic.book(i, profile.bookDepth(0));
      case "watchTrades" -> Topic.trades(i);
      case "watchTicker" -> Topic.top(i);
      case "login", "watchOrders", "watchMyTrades", "watchBalance", "watchPositions" ->
          Topic.account();
      case "watchFundingRate", "watchMarkPrice" -> Topic.funding(i);
      default -> null;
    };
  }

  private static Order order(BookDialect d, String op, Json input, Instrument i) {
    String told = input.textOr("side", op.endsWith("Sell") ? "sell" : "buy");
    Order order = Order.of(i, Side.valueOf(told.toUpperCase(Locale.ROOT)));
    BigDecimal base = input.decimalOr("baseAmount", BigDecimal.ONE);
    BigDecimal hint = input.findDecimal("priceHint");
    boolean closes = op.startsWith("createReduceOnly") || input.boolOr("reduceOnly", false);
    if (op.startsWith("createMarket") || closes && isMarket(input)) {
      // A hint is given where the venue takes the quote amount; a perpetual's size is its base's.
      order =
          hint == null || d instanceof PerpDialect
              ? order.market().size(base)
              : order.market().quoteAmount(base.multiply(hint));
    } else {
      order = order.limit(input.decimalOr("price", BigDecimal.ONE)).size(base);
    }
    if (op.equals("createPostOnlyBuy") || input.boolOr("postOnly", false)) {
      order = order.postOnly();
    }
    return identified(d, closes ? order.reduceOnly() : order, input);
  }

  private static boolean isMarket(Json input) {
    return input.textOr("type", input.has("price") ? "limit" : "market").equals("market");
  }

  /** An order of which only an id matters. */
  private static Order known(BookDialect d, Json input, Instrument i) {
    return identified(
        d, Order.buy(i).limit("1").size("1").venueId(input.findText("orderId")), input);
  }

  /** The order as the engine hands it over: with its id, and on a perpetual with its position. */
  private static Order identified(BookDialect d, Order order, Json input) {
    String id = input.findText("clientOrderId");
    Order named = id == null ? order : order.clientId(id);
    if (!(d instanceof PerpDialect)) {
      return named;
    }
    Json params = input.find("ccxtParams");
    boolean hedged = params != null && params.boolOr("hedged", false);
    PositionMode mode = hedged ? PositionMode.HEDGE : PositionMode.ONE_WAY;
    return named
        .positionSide(PositionSide.of(mode, order.side(), order.isReduceOnly()))
        .marginMode(marginMode(input));
  }

  /** Cross unless the peer was told otherwise, in any of its words for that. */
  private static MarginMode marginMode(Json input) {
    Json params = input.find("ccxtParams");
    for (String word : List.of("marginMode", "mgnMode", "tdMode")) {
      if (params != null && params.textOr(word, "").equalsIgnoreCase("isolated")) {
        return MarginMode.ISOLATED;
      }
    }
    return MarginMode.CROSS;
  }
}
