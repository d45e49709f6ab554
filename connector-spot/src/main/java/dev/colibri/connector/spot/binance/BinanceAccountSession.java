package dev.colibri.connector.spot.binance;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;

/**
 * The account: one signed request on the WebSocket API opens its events, with any kind of key.
 * Events come inside {@code event}, with the id of the subscription beside it; they are taken bare,
 * too.
 *
 * <p>Balances come with every change of one ({@code outboundAccountPosition}), so the amounts of
 * {@code balanceUpdate} and {@code externalLockUpdate} are passed over: they would count twice.
 */
final class BinanceAccountSession extends AccountSession {
  private String login = "";
  private boolean ready;

  BinanceAccountSession() {
    super(BinanceSpot.WS_API, "/ws-api/v3");
  }

  @Override
  public void opened(SessionContext context) {
    context.send(this::subscription);
  }

  /** What is signed are the parameters in alphabetical order, as they are. */
  private String subscription(SigningContext signing) {
    login = Long.toString(signing.requestId());
    Credentials keys = signing.credentials();
    long millis = signing.millis();
    String payload =
        "apiKey=%s&recvWindow=%s&timestamp=%s"
            .formatted(keys.apiKey(), BinanceApi.RECEIVE_WINDOW, millis);
    JsonWriter params =
        new JsonWriter()
            .object()
            .put("apiKey", keys.apiKey())
            .put("recvWindow", BinanceApi.RECEIVE_WINDOW)
            .put("timestamp", millis)
            .put("signature", BinanceApi.sign(keys, payload))
            .end();
    String method = "userDataStream.subscribe.signature";
    return JsonWriter.of("id", login, "method", method, "params", params).toString();
  }

  @Override
  protected void message(Json message, SessionContext context) {
    Json event = message.find("event");
    if (event != null) {
      event(event, context);
    } else if (message.find("e") != null) {
      event(message, context);
    } else if (!ready && message.find("status") != null) {
      reply(message, context);
    }
  }

  /**
   * The answer to the login. A request that could not be read is answered without its id.
   *
   * <pre>{@code
   * {"id":"1","status":200,"result":{"subscriptionId":0}}
   * {"id":"1","status":400,"error":{"code":-1022,"msg":"Signature for this request is not valid."}}
   * }</pre>
   */
  private void reply(Json message, SessionContext context) {
    if (!message.textOr("id", login).equals(login)) {
      return;
    }
    int status = message.intValue("status");
    if (status == 200) {
      ready = true;
      context.ready();
    } else {
      context.refusedLogin(BinanceSpot.fault(status, message.get("error")));
    }
  }

  private static void event(Json event, SessionContext context) {
    switch (event.text("e")) {
      case "executionReport" ->
          context.order(
              BinanceParser.executionReport(event, context.requireInstrument(event.text("s"))));
      // {"e":"outboundAccountPosition","E":…,"u":1700000000123,"B":[{"a":"BTC","f":"4.5","l":"0.5"}]}
      case "outboundAccountPosition" -> {
        BadRows rows = context::quarantined;
        context.balances(
            rows.read(event.get("B"), row -> BinanceParser.balance(row, "a", "f", "l")),
            false,
            event.longValue("u"));
      }
      case "eventStreamTerminated" ->
          context.lost(null, BookState.DISCONNECTED, "the venue ended the account's events");
      case "serverShutdown" ->
          context.lost(null, BookState.DISCONNECTED, "the venue is about to shut the server down");
      default -> {}
    }
  }
}
