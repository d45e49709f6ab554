package dev.colibri.connector.spot.bybit;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.List;

/**
 * The account: a login, then the topics {@code order.spot}, {@code execution.spot} and {@code
 * wallet}. Orders tell no fills and executions no ends: each is told as it is, and the engine joins
 * them.
 */
final class BybitAccountSession extends AccountSession {
  /** A login is good until so long after it was made, by the venue's clock. */
  private static final long LOGIN_MILLIS = 10_000;

  private static final String TOPICS =
      "{\"op\":\"subscribe\",\"args\":[\"order.spot\",\"execution.spot\",\"wallet\"]}";

  BybitAccountSession() {
    super("private", "/v5/private");
  }

  @Override
  public void opened(SessionContext context) {
    context.send(BybitAccountSession::login);
  }

  private static String login(SigningContext signing) {
    Credentials keys = signing.credentials();
    String expires = Long.toString(signing.millis() + LOGIN_MILLIS);
    String signature = BybitSpot.sign(keys, "GET/realtime" + expires);
    return JsonWriter.of("op", "auth", "args", List.of(keys.apiKey(), expires, signature))
        .toString();
  }

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    context.send(signing -> TOPICS);
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
    BadRows rows = context::quarantined;
    switch (message.textOr("op", message.textOr("topic", ""))) {
      case "auth", "subscribe" -> answer(message, context);
      case "order", "order.spot" ->
          rows.read(message.get("data"), row -> BybitParser.order(row, instrument(row, context)))
              .forEach(context::order);
      case "execution", "execution.spot" ->
          rows.read(message.get("data"), row -> BybitParser.fill(row, instrument(row, context)))
              .forEach(context::fill);
      case "wallet" -> {
        Json coins = message.get("data").at(0).get("coin");
        context.balances(
            rows.read(coins, BybitParser::balance), false, message.longValue("creationTime"));
      }
      default -> {}
    }
  }

  private static void answer(Json answer, SessionContext context) {
    if (!answer.bool("success")) {
      String message = Escape.text(answer.textOr("ret_msg", ""));
      context.refusedLogin(Fault.of(Fault.Kind.UNAUTHORIZED, message));
    } else if (answer.text("op").equals("auth")) {
      context.ready();
    } else {
      context.accepted(Topic.account());
    }
  }

  private static Instrument instrument(Json row, SessionContext context) {
    return context.requireInstrument(row.text("symbol"));
  }
}
