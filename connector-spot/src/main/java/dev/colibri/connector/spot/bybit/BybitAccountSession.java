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
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * The account: a login, then the topics of a category ({@code order.spot}, {@code execution.spot})
 * and {@code wallet}. Orders tell no fills and executions no ends: each is told as it is, and the
 * engine joins them.
 */
public class BybitAccountSession extends AccountSession {
  /** A login is good until so long after it was made, by the venue's clock. */
  private static final long LOGIN_MILLIS = 10_000;

  private final BybitApi venue;
  private final List<String> topics;

  /** A fresh session, of which {@code venue} reads the rows. */
  protected BybitAccountSession(BybitApi venue, List<String> topics) {
    super("private", "/v5/private");
    this.venue = venue;
    this.topics = topics;
  }

  @Override
  public void opened(SessionContext context) {
    context.send(BybitAccountSession::login);
  }

  private static String login(SigningContext signing) {
    Credentials keys = signing.credentials();
    String expires = Long.toString(signing.millis() + LOGIN_MILLIS);
    String signature = BybitApi.sign(keys, "GET/realtime" + expires);
    return JsonWriter.of("op", "auth", "args", List.of(keys.apiKey(), expires, signature))
        .toString();
  }

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    context.send(signing -> JsonWriter.of("op", "subscribe", "args", this.topics).toString());
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
    String topic = message.textOr("op", message.textOr("topic", ""));
    switch (topic.replaceFirst("[.].*", "")) {
      case "auth", "subscribe" -> answer(message, context);
      case "order" ->
          rows.read(message.get("data"), row -> told(row, context, venue::order))
              .forEach(context::order);
      case "execution" ->
          rows.read(message.get("data"), row -> told(row, context, venue::fill))
              .forEach(context::fill);
      case "wallet" -> {
        Json coins = message.get("data").at(0).get("coin");
        context.balances(
            rows.read(coins, BybitParser::balance), false, message.longValue("creationTime"));
      }
      default -> {}
    }
  }

  /** What is read of a row; null where it is of a dated future. */
  protected static <T> @Nullable T told(
      Json row, SessionContext context, BiFunction<Json, Instrument, @Nullable T> reader) {
    return BybitApi.undated(row, s -> reader.apply(row, context.requireInstrument(s)));
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
}
