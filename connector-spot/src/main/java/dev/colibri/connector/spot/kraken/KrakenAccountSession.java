package dev.colibri.connector.spot.kraken;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.Map;
import java.util.TreeMap;

/**
 * The account: a token is fetched before the socket is opened, and told with each subscription. The
 * subscription to executions is the login.
 *
 * <p>The first message has every open order whole, later ones what changed: so what is known of an
 * order is kept until it ends. Changes of balances come without what open orders hold, so that they
 * only tell that the balances moved.
 */
final class KrakenAccountSession extends AccountSession {
  private final Map<String, Json> orders = new TreeMap<>();
  private String token = "";

  @Override
  public Call<Endpoint> endpoint() {
    return KrakenSpot.token()
        .map(
            fetched -> {
              token = fetched;
              return Endpoint.at("ws-auth", "/v2");
            });
  }

  @Override
  public void opened(SessionContext context) {
    subscribe("executions", "snap_orders", true, context);
    subscribe("balances", "snapshot", false, context);
  }

  private void subscribe(String channel, String option, boolean value, SessionContext context) {
    JsonWriter params = JsonWriter.of("channel", channel, option, value, "token", token);
    context.send(
        signing ->
            JsonWriter.of("method", "subscribe", "params", params, "req_id", signing.requestId())
                .toString());
  }

  @Override
  protected void message(Json message, SessionContext context) {
    switch (message.textOr("channel", "")) {
      case "executions" -> {
        BadRows rows = context::quarantined;
        rows.read(message.get("data"), row -> executed(row, context)).forEach(context::order);
      }
      case "balances" -> context.balancesMoved();
      case "" -> answered(message, context);
      default -> {}
    }
  }

  private OrderUpdate executed(Json row, SessionContext context) {
    String id = row.text("order_id");
    Json event = KrakenParser.merged(orders.get(id), row);
    Instrument instrument = context.requireInstrument(event.text("symbol"));
    OrderUpdate update = KrakenParser.execution(event, instrument);
    if (update.status().isTerminal()) {
      orders.remove(id);
    } else {
      orders.put(id, event);
    }
    return update;
  }

  /**
   * An answer to a subscription.
   *
   * <pre>{@code
   * {"method":"subscribe","result":{"channel":"executions","snap_orders":true},"success":true,"req_id":1}
   * {"error":"ESession:Invalid session","method":"subscribe","success":false,"req_id":1}
   * }</pre>
   */
  private static void answered(Json message, SessionContext context) {
    String error = message.findText("error");
    Json result = message.find("result");
    if (error != null) {
      context.refusedLogin(KrakenSpot.fault(200, error));
    } else if (result != null && result.textOr("channel", "").equals("executions")) {
      context.ready();
    }
  }
}
