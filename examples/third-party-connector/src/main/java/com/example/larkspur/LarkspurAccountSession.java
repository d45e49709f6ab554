package com.example.larkspur;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;

/**
 * The account: a signed login opens all of its lines.
 *
 * <pre>{@code
 * {"ref":1,"ask":"login","key":"…","time":1767225600000,"mac":"…"}
 * {"ref":1,"data":"welcome"}                      {"ref":1,"fault":{"code":"E-103","says":"…"}}
 * {"line":"orders","market":"BTC/USDT","data":{"id":"28","tag":"a1",…}}
 * {"line":"fills","market":"BTC/USDT","data":{"id":56,"order":"28",…}}
 * {"line":"funds","at":1767225600000,"data":[{"asset":"USDT","total":"1000","free":"900"}]}
 * {"line":"bye","data":"restarting"}
 * }</pre>
 */
final class LarkspurAccountSession extends AccountSession {
  LarkspurAccountSession() {
    super(LarkspurSpot.STREAM, "/v2/account");
  }

  @Override
  public void opened(SessionContext context) {
    context.send(LarkspurAccountSession::login);
  }

  private static String login(SigningContext signing) {
    String time = Long.toString(signing.millis());
    return JsonWriter.of(
            "ref", signing.requestId(),
            "ask", "login",
            "key", signing.credentials().apiKey(),
            "time", time,
            "mac", LarkspurSpot.mac(signing, "login", time))
        .toString();
  }

  @Override
  protected void message(Json message, SessionContext context) {
    Json fault = message.find("fault");
    if (fault != null) {
      context.refusedLogin(LarkspurSpot.fault(200, fault));
    } else if (message.has("ref")) {
      context.ready();
    } else {
      line(message.text("line"), message, context);
    }
  }

  private static void line(String line, Json message, SessionContext context) {
    Json data = message.get("data");
    BadRows rows = context::quarantined;
    switch (line) {
      case "orders" ->
          context.order(
              LarkspurParser.order(data, context.requireInstrument(message.text("market"))));
      case "fills" ->
          context.fill(
              LarkspurParser.fill(data, context.requireInstrument(message.text("market"))));
      case "funds" ->
          context.balances(
              rows.read(data, LarkspurParser::balance), false, message.longValue("at"));
      case "bye" -> context.lost(null, BookState.DISCONNECTED, data.asText());
      default -> {}
    }
  }
}
