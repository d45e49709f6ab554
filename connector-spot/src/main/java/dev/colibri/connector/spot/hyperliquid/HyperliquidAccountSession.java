package dev.colibri.connector.spot.hyperliquid;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The account: what anybody may hear who knows its address. There is no login; the connection is
 * ready when all three subscriptions are accepted, and what the venue says against one is taken for
 * a refused login.
 *
 * <p>The first message of fills is a history, which is passed over: the engine asks for what it
 * missed. Rows about perpetual swaps and outcomes are passed over, too.
 */
final class HyperliquidAccountSession extends AccountSession {
  private static final List<String> CHANNELS = List.of("orderUpdates", "userFills", "spotState");

  /** The channels that the venue has accepted; it may say so twice. */
  private final Set<String> accepted = new TreeSet<>();

  HyperliquidAccountSession() {
    super("ws", "/ws");
  }

  @Override
  public void opened(SessionContext context) {
    for (String channel : CHANNELS) {
      context.send(
          signing -> {
            String user = HyperliquidSpot.account(signing.credentials());
            JsonWriter subscription = JsonWriter.of("type", channel, "user", user);
            return JsonWriter.of("method", "subscribe", "subscription", subscription).toString();
          });
    }
  }

  /**
   * By channel.
   *
   * <pre>{@code
   * {"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":{"type":"userFills","user":"0x…"}}}
   * {"channel":"error","data":"Invalid subscription {\"type\":\"userFills\",\"user\":\"0x…\"}"}
   * {"channel":"orderUpdates","data":[{"order":{…},"status":"open","statusTimestamp":1700000000123}]}
   * {"channel":"userFills","data":{"isSnapshot":true,"user":"0x…","fills":[…]}}
   * {"channel":"spotState","data":{"user":"0x…","spotState":{"balances":[…]}}}
   * }</pre>
   */
  @Override
  protected void message(Json message, SessionContext context) {
    BadRows rows = context::quarantined;
    switch (message.text("channel")) {
      case "subscriptionResponse" -> {
        accepted.add(message.get("data").get("subscription").text("type"));
        if (accepted.size() == CHANNELS.size()) {
          context.ready();
        }
      }
      case "error" -> refused(message.text("data"), context);
      case "orderUpdates" ->
          rows.read(message.get("data"), row -> order(row, context)).forEach(context::order);
      case "userFills" -> {
        Json data = message.get("data");
        if (!data.boolOr("isSnapshot", false)) {
          rows.read(data.get("fills"), row -> fill(row, context)).forEach(context::fill);
        }
      }
      case "spotState" ->
          context.balances(
              rows.read(
                  message.get("data").get("spotState").get("balances"), HyperliquidParser::balance),
              true,
              0);
      default -> {}
    }
  }

  private void refused(String words, SessionContext context) {
    if (accepted.size() < CHANNELS.size()) {
      context.refusedLogin(HyperliquidSpot.REFUSALS.fault(200, "error", words));
    } else {
      throw new TextException("the venue refuses a frame: " + Escape.text(words));
    }
  }

  private static @Nullable OrderUpdate order(Json row, SessionContext context) {
    Instrument pair = HyperliquidParser.pair(row.get("order"), context::instrument);
    return pair == null ? null : HyperliquidParser.update(row, pair);
  }

  private static @Nullable Fill fill(Json row, SessionContext context) {
    Instrument pair = HyperliquidParser.pair(row, context::instrument);
    return pair == null ? null : HyperliquidParser.fill(row, pair);
  }
}
