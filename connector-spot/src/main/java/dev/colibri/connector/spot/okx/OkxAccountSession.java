package dev.colibri.connector.spot.okx;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The account: a login, and then its channels: of orders and of balances, and of what else there
 * is. The venue sends all balances that are not zero after the subscription, and those that changed
 * from then on.
 */
public class OkxAccountSession extends AccountSession {
  /** Channels that are of the whole account; all others are of a type of instrument. */
  private static final List<String> OF_ALL = List.of("account", "balance_and_position");

  private final OkxApi venue;
  private final List<JsonWriter> channels;
  private boolean ready;

  /** Which of the channels the venue has accepted; it may say so twice. */
  private final Set<String> accepted = new TreeSet<>();

  /** A fresh session of these channels, of which {@code venue} reads the rows. */
  protected OkxAccountSession(OkxApi venue, String... channels) {
    super(OkxApi.STREAM, "/ws/v5/private");
    this.venue = venue;
    this.channels = Arrays.stream(channels).map(this::channel).toList();
  }

  private JsonWriter channel(String name) {
    return OF_ALL.contains(name)
        ? JsonWriter.of("channel", name)
        : JsonWriter.of("channel", name, "instType", venue.type());
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
            "sign", OkxApi.sign(keys, seconds + "GET/users/self/verify"));
    return JsonWriter.of("op", "login", "args", List.of(login)).toString();
  }

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    context.send(signing -> JsonWriter.of("op", "subscribe", "args", channels).toString());
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
      case "" -> {
        String channel = message.get("arg").text("channel");
        told(channel, message.get("data"), context::quarantined, context);
      }
      case "login", "error" -> answered(message, context);
      case "subscribe" -> {
        accepted.add(message.get("arg").text("channel"));
        if (accepted.size() == channels.size()) {
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
    Fault fault = OkxApi.REFUSALS.fault(200, code, message.textOr("msg", ""));
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
  protected void told(String channel, Json data, BadRows rows, SessionContext context) {
    switch (channel) {
      case "orders" ->
          rows.read(data, row -> of(row, context, venue.reader.order())).forEach(context::order);
      case "account" ->
          data.items()
              .forEach(
                  account ->
                      context.balances(
                          rows.read(account.get("details"), venue.reader.balance()),
                          false,
                          account.longOr("uTime", 0)));
      default -> {}
    }
  }

  /** What is read of a row; null where its instrument is not offered. */
  protected final <T> @Nullable T of(
      Json row, SessionContext context, BiFunction<Json, Instrument, T> reader) {
    return venue.of(row, context::requireInstrument, reader);
  }
}
