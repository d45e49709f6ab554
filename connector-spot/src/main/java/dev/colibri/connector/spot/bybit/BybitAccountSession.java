package dev.colibri.connector.spot.bybit;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The account: a login, then the topics {@code order.spot}, {@code execution.spot} and {@code
 * wallet}. Orders tell no fills and executions no ends: each is told as it is, and the engine joins
 * them.
 */
final class BybitAccountSession extends AccountSession {
  /** A login is good until so long after it was made, by the venue's clock. */
  private static final long LOGIN_MILLIS = 10_000;

  @Override
  public Call<Endpoint> endpoint() {
    return Call.of(Endpoint.at(BybitSpot.PRIVATE, "/v5/private"));
  }

  @Override
  public void opened(SessionContext context) {
    context.send(BybitAccountSession::login);
  }

  private static String login(SigningContext signing) {
    Credentials keys = signing.credentials();
    String expires = Long.toString(signing.millis() + LOGIN_MILLIS);
    JsonWriter out = new JsonWriter().object().put("op", "auth").array("args");
    out.value(keys.apiKey()).value(expires);
    return out.value(BybitSpot.sign(keys, "GET/realtime" + expires)).end().end().toString();
  }

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    context.send(
        signing ->
            "{\"op\":\"subscribe\",\"args\":[\"order.spot\",\"execution.spot\",\"wallet\"]}");
  }

  /**
   * Answers, and what happens.
   *
   * <pre>{@code
   * {"success":true,"ret_msg":"","op":"auth","conn_id":"cejreaspqfh3sjdnldmg-p"}
   * {"success":true,"ret_msg":"","op":"subscribe","conn_id":"cejreaspqfh3sjdnldmg-p"}
   * {"req_id":"","op":"pong","args":["1675418560633"],"conn_id":"cejreaspqfh3sjdnldmg-p"}
   * {"id":"5923…","topic":"order.spot","creationTime":1672364262474,"data":[{…}]}
   * {"id":"5923…","topic":"wallet","creationTime":1700034722104,"data":[{"accountType":"UNIFIED","coin":[{…}]}]}
   * }</pre>
   */
  @Override
  protected void message(Json message, SessionContext context) {
    boolean success = message.boolOr("success", true);
    Fault refusal = Fault.of(Fault.Kind.UNAUTHORIZED, Escape.text(message.textOr("ret_msg", "")));
    switch (message.textOr("op", message.textOr("topic", ""))) {
      case "auth" -> {
        if (success) {
          context.ready();
        } else {
          context.refusedLogin(refusal);
        }
      }
      case "subscribe" -> {
        if (success) {
          context.accepted(Topic.account());
        } else {
          context.refused(Topic.account(), refusal);
        }
      }
      case "order", "order.spot" ->
          each(message, context, (row, i) -> context.order(BybitParser.order(row, i)));
      case "execution", "execution.spot" ->
          each(message, context, (row, i) -> context.fill(BybitParser.fill(row, i)));
      case "wallet" -> {
        BadRows rows = context::quarantined;
        Json coins = message.get("data").at(0).get("coin");
        context.balances(
            rows.read(coins, BybitParser::balance), false, message.longValue("creationTime"));
      }
      default -> {}
    }
  }

  private static void each(
      Json message, SessionContext context, BiConsumer<Json, Instrument> take) {
    BadRows rows = context::quarantined;
    rows.read(
        message.get("data"),
        row -> {
          Instrument instrument = context.instrument(row.text("symbol"));
          if (instrument == null) {
            throw new TextException("an order of an unknown symbol");
          }
          take.accept(row, instrument);
          return null;
        });
  }
}
