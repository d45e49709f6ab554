package dev.colibri.connector.spot.gate;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The account: orders, fills and balances, each a channel whose subscription is signed by itself.
 * There is no login; the account is watched when all three are granted.
 */
final class GateAccountSession extends AccountSession {
  private static final List<String> CHANNELS =
      List.of("spot.orders", "spot.usertrades", "spot.balances");

  /** The channels that the venue has granted; it may say so twice. */
  private final Set<String> granted = new TreeSet<>();

  GateAccountSession() {
    super(GateSpot.STREAM, "");
  }

  @Override
  public void opened(SessionContext context) {
    CHANNELS.forEach(channel -> context.send(signing -> subscription(signing, channel)));
  }

  private static String subscription(SigningContext signing, String channel) {
    Credentials keys = signing.credentials();
    String text = "channel=" + channel + "&event=subscribe&time=" + signing.millis() / 1000;
    String signature = Hmac.sha512(keys.secret()).hex(text);
    JsonWriter out = GateMarketSession.begin(signing, channel, "subscribe").array("payload");
    out = channel.equals("spot.balances") ? out.end() : out.value("!all").end();
    out.object("auth").put("method", "api_key").put("KEY", keys.apiKey()).put("SIGN", signature);
    return out.end().end().toString();
  }

  /**
   * A grant or refusal of a subscription, or rows of a channel.
   *
   * <pre>{@code
   * {"time":1700000000,"id":1,"channel":"spot.orders","event":"subscribe","error":null,
   *  "result":{"status":"success"}}
   * {"time":1700000000,"id":1,"channel":"spot.orders","event":"subscribe",
   *  "error":{"code":4,"message":"Authentication fail"},"result":null}
   * {"time":1700000000,"channel":"spot.orders","event":"update","result":[{"id":"28",…}]}
   * }</pre>
   */
  @Override
  protected void message(Json message, SessionContext context) {
    GateMarketSession.ended(message, context);
    String event = message.textOr("event", "");
    Json error = message.find("error");
    if (error != null) {
      context.refusedLogin(GateMarketSession.fault(error));
    } else if (event.equals("subscribe")) {
      granted.add(message.text("channel"));
      if (granted.size() == CHANNELS.size()) {
        context.ready();
      }
    } else if (event.equals("update")) {
      BadRows rows = context::quarantined;
      rows.read(message.get("result"), row -> row(message.text("channel"), row, context));
    }
  }

  /** Tells what a row says; there is nothing to keep of it. */
  private static @Nullable Void row(String channel, Json row, SessionContext context) {
    if (channel.equals("spot.balances")) {
      long millis = GateParser.millis(row, "timestamp_ms");
      context.balances(List.of(GateParser.streamed(row)), false, millis);
    } else if (GateParser.isSpot(row)) {
      Instrument instrument = context.requireInstrument(row.text("currency_pair"));
      if (channel.equals("spot.orders")) {
        context.order(GateParser.order(row, instrument));
      } else {
        context.fill(GateParser.fill(row, instrument));
      }
    }
    return null;
  }
}
