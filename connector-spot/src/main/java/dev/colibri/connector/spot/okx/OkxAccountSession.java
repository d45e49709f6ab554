package dev.colibri.connector.spot.okx;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The account: a login, and then the channels of orders and of balances. The venue sends all
 * balances that are not zero after the subscription, and those that changed from then on.
 */
final class OkxAccountSession extends AccountSession {
  private boolean ready;

  /** Which of the two channels the venue has accepted; it may say so twice. */
  private final Set<String> accepted = new TreeSet<>();

  OkxAccountSession() {
    super(OkxSpot.STREAM, "/ws/v5/private");
  }

  @Override
  public void opened(SessionContext context) {
    context.send(OkxAccountSession::login);
  }

  private static String login(SigningContext signing) {
    Credentials keys = signing.credentials();
    String seconds = Long.toString(signing.millis() / 1000);
    JsonWriter login =
        JsonWriter.of(
            "apiKey", keys.apiKey(),
            "passphrase", keys.passphrase().revealText(),
            "timestamp", seconds,
            "sign", OkxSpot.sign(keys, seconds + "GET/users/self/verify"));
    return JsonWriter.of("op", "login", "args", List.of(login)).toString();
  }

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    context.send(
        signing ->
            "{\"op\":\"subscribe\",\"args\":[{\"channel\":\"orders\",\"instType\":\"SPOT\"},"
                + "{\"channel\":\"account\"}]}");
  }

  @Override
  protected void word(String text) {
    if (!text.equals("pong")) {
      super.word(text);
    }
  }

  @Override
  protected void message(Json message, SessionContext context) {
    String event = message.textOr("event", "");
    switch (event) {
      case "" -> push(message, context);
      case "login", "error" -> answered(message, context);
      case "subscribe" -> {
        accepted.add(message.get("arg").text("channel"));
        if (accepted.size() == 2) {
          context.accepted(Topic.account());
        }
      }
      case "notice" -> context.lost(null, BookState.DISCONNECTED, message.textOr("msg", event));
      default -> {}
    }
  }

  /**
   * The answer to the login, or an error: of the login, or else of the subscription.
   *
   * <pre>{@code
   * {"event":"login","code":"0","msg":"","connId":"a4d3ae55"}
   * {"event":"error","code":"60009","msg":"Login failed.","connId":"a4d3ae55"}
   * }</pre>
   */
  private void answered(Json message, SessionContext context) {
    String code = message.text("code");
    Fault fault = OkxSpot.REFUSALS.fault(200, code, message.textOr("msg", ""));
    if (ready) {
      context.refused(Topic.account(), fault);
    } else if (code.equals("0")) {
      ready = true;
      context.ready();
    } else {
      context.refusedLogin(fault);
    }
  }

  /**
   * What happened.
   *
   * <pre>{@code
   * {"arg":{"channel":"orders","instType":"SPOT","uid":"7798"},"data":[{"instId":"BTC-USDT",…}]}
   * {"arg":{"channel":"account","uid":"7798"},"data":[{"uTime":"1700000000123","details":[{"ccy":"BTC",…}]}]}
   * }</pre>
   */
  private static void push(Json message, SessionContext context) {
    BadRows rows = context::quarantined;
    Json data = message.get("data");
    switch (message.get("arg").text("channel")) {
      case "orders" ->
          rows.read(
                  data, row -> OkxParser.order(row, context.requireInstrument(row.text("instId"))))
              .forEach(context::order);
      case "account" ->
          data.items()
              .forEach(
                  account ->
                      context.balances(
                          rows.read(account.get("details"), OkxParser::balance),
                          false,
                          account.longOr("uTime", 0)));
      default -> {}
    }
  }
}
