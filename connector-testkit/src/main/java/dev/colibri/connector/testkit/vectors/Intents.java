package dev.colibri.connector.testkit.vectors;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Dialect;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.NativeCancelAll;
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
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };

  private Intents() {}

  /** Our call for an operation over HTTP, also for reading its answer; null when there is none. */
  static @Nullable Call<?> call(Dialect d, String op, Json input, Instrument i) {
    return switch (op) {
      case "createLimitBuy",
          "createLimitSell",
          "createMarketBuy",
          "createMarketSell",
          "createPostOnlyBuy",
          "createOrder" ->
          d.place(order(op, input, i));
      case "cancelOrderById", "cancelOrderByClientId" -> d.cancel(known(input, i));
      case "cancelAllOrders" -> d instanceof NativeCancelAll n ? n.cancelAll(i, NONE) : null;
      case "fetchOrder" -> d.status(known(input, i));
      case "fetchOpenOrders" -> d.openOrders(i, NONE);
      case "fetchOrderTrades" -> d.fills(FillQuery.of(known(input, i)), NONE);
      case "fetchMyTrades" -> d.fills(FillQuery.since(i, input.longOr("since", 0)), NONE);
      case "fetchTrades" -> d.trades(i, (int) input.longOr("limit", TRADES), NONE);
      case "fetchTicker" -> d.tickers(List.of(i), NONE);
      case "fetchTime" -> d.time();
      case "fetchBalance" -> d.balances(NONE);
      case "fetchOrderBook" -> d.book(i, (int) input.longOr("limit", DEPTH));
      case "fetchMarkets" -> d.instruments(NONE);
      default -> null;
    };
  }

  /** What an operation over a stream subscribes to; null when it is none of ours. */
  static @Nullable Topic topic(String op, Instrument i, Profile profile) {
    return switch (op) {
      case "watchOrderBook" -> Topic.book(i, profile.bookDepth(0));
      case "watchTrades" -> Topic.trades(i);
      case "watchTicker" -> Topic.top(i);
      case "login", "watchOrders", "watchMyTrades", "watchBalance" -> Topic.account();
      default -> null;
    };
  }

  private static Order order(String op, Json input, Instrument i) {
    String told = input.textOr("side", op.endsWith("Sell") ? "sell" : "buy");
    Order order = Order.of(i, Side.valueOf(told.toUpperCase(Locale.ROOT)));
    BigDecimal base = input.decimalOr("baseAmount", BigDecimal.ONE);
    BigDecimal hint = input.findDecimal("priceHint");
    if (op.startsWith("createMarket")) {
      // A hint is given where the venue takes the quote amount.
      order =
          hint == null
              ? order.market().size(base)
              : order.market().quoteAmount(base.multiply(hint));
    } else {
      order = order.limit(input.decimalOr("price", BigDecimal.ONE)).size(base);
    }
    if (op.equals("createPostOnlyBuy") || input.boolOr("postOnly", false)) {
      order = order.postOnly();
    }
    String id = input.findText("clientOrderId");
    return id == null ? order : order.clientId(id);
  }

  /** An order of which only an id matters. */
  private static Order known(Json input, Instrument i) {
    Order order = Order.buy(i).limit("1").size("1").venueId(input.findText("orderId"));
    String id = input.findText("clientOrderId");
    return id == null ? order : order.clientId(id);
  }
}
