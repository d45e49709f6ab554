package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.util.List;

/**
 * The account: a signed login opens its events.
 *
 * <pre>{@code
 * {"op":"login","key":"…","time":1700000000123,"sign":"…"}        {"ok":"login"}     {"error":"KEY"}
 * {"e":"order","market":"BTC-USDT","order":12,…}
 * {"e":"balances","time":1700000000123,"balances":[{"asset":"USDT","free":"900","locked":"100"}]}
 * {"e":"moved"}
 * }</pre>
 */
final class ToyAccountSession implements Session {

  @Override
  public Call<Endpoint> endpoint() {
    return Call.of(Endpoint.at(ToySpot.STREAM, "/account"));
  }

  @Override
  public void opened(SessionContext context) {
    context.send(
        signing ->
            new JsonWriter()
                .object()
                .put("op", "login")
                .put("key", signing.credentials().apiKey())
                .put("time", signing.millis())
                .put("sign", ToySpot.sign(signing, ""))
                .end()
                .toString());
  }

  /** The login was the subscription: there is nothing more to ask for. */
  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    topics.forEach(context::accepted);
  }

  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {}

  @Override
  public void received(Frame frame, SessionContext context) {
    Json message = frame.json();
    if (message.has("ok")) {
      context.ready();
    } else if (message.has("error")) {
      context.refusedLogin(ToySpot.fault(message.text("error")));
    } else {
      event(message, context);
    }
  }

  private static void event(Json message, SessionContext context) {
    switch (message.text("e")) {
      case "order" -> {
        Instrument instrument = context.instrument(message.text("market"));
        if (instrument == null) {
          throw new TextException("an order of an unknown market");
        }
        context.order(ToyParser.order(message, instrument));
      }
      case "balances" ->
          context.balances(
              Json.rows(
                  message.get("balances"),
                  ToyParser::balance,
                  (row, problem) -> context.quarantined(row.toString(), problem)),
              false,
              message.longValue("time"));
      case "moved" -> context.balancesMoved();
      default -> {}
    }
  }
}
