package dev.colibri.connector.spot.hyperliquid;

import dev.colibri.connector.model.Balance;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The account: what anybody may hear who knows its address. There is no login; the connection is
 * ready when all subscriptions are accepted, and what the venue says against one is taken for a
 * refused login.
 *
 * <p>The first message of fills is a history, which is passed over: the engine asks for what it
 * missed. Rows about other kinds of market are passed over, too.
 */
public class HyperliquidAccountSession extends AccountSession {
  private final List<String> channels;

  /** The channels that the venue has accepted; it may say so twice. */
  private final Set<String> accepted = new TreeSet<>();

  HyperliquidAccountSession() {
    this("spotState");
  }

  /** A fresh session with orders, fills, and these channels. */
  protected HyperliquidAccountSession(String... more) {
    super("ws", "/ws");
    channels = new ArrayList<>(List.of("orderUpdates", "userFills"));
    channels.addAll(List.of(more));
  }

  /**
   * The instrument that a row is about; null where it is about another kind of market.
   *
   * @throws TextException when it is of this kind, and not known
   */
  protected @Nullable Instrument traded(Json row, SessionContext context) {
    return HyperliquidParser.pair(row, context::instrument);
  }

  /** A message of one of the further channels, or of none that was asked for. */
  protected void told(String channel, Json data, SessionContext context) {
    if (channel.equals("spotState")) {
      Rows rows = new Rows(context);
      List<Balance> balances = balances(data, rows);
      context.balances(balances, rows.areWhole(), 0);
    }
  }

  /** What {@code spotState} tells. */
  protected static List<Balance> balances(Json data, BadRows rows) {
    return rows.read(data.get("spotState").get("balances"), HyperliquidParser::balance);
  }

  /** Rows of a message, of which those that are set aside are not taken for absent. */
  protected static final class Rows implements BadRows {
    private final SessionContext context;
    private boolean whole = true;

    /** None was set aside yet. */
    public Rows(SessionContext context) {
      this.context = context;
    }

    @Override
    public void bad(String row, RuntimeException problem) {
      whole = false;
      context.quarantined(row, problem);
    }

    /** Whether every one could be read. */
    public boolean areWhole() {
      return whole;
    }
  }

  @Override
  public void opened(SessionContext context) {
    for (String channel : channels) {
      context.send(
          signing -> {
            String user = HyperliquidApi.account(signing.credentials());
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
    String channel = message.text("channel");
    switch (channel) {
      case "subscriptionResponse" -> {
        accepted.add(message.get("data").get("subscription").text("type"));
        if (accepted.size() == channels.size()) {
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
      case "pong" -> {}
      default -> told(channel, message.get("data"), context);
    }
  }

  private void refused(String words, SessionContext context) {
    if (accepted.size() < channels.size()) {
      context.refusedLogin(HyperliquidApi.REFUSALS.fault(200, "error", words));
    } else {
      throw new TextException("the venue refuses a frame: " + Escape.text(words));
    }
  }

  private @Nullable OrderUpdate order(Json row, SessionContext context) {
    Instrument of = traded(row.get("order"), context);
    return of == null ? null : HyperliquidParser.update(row, of);
  }

  private @Nullable Fill fill(Json row, SessionContext context) {
    Instrument of = traded(row, context);
    return of == null ? null : HyperliquidParser.fill(row, of);
  }
}
