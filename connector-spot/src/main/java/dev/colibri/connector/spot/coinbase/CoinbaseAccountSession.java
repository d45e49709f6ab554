package dev.colibri.connector.spot.coinbase;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import org.jspecify.annotations.Nullable;

/**
 * The account: the {@code user} channel of all products, and {@code heartbeats}. The subscription
 * is the login: each frame carries a token of its own.
 *
 * <p>Events hold orders with their totals, without fills, and no balances: the engine asks for the
 * fills that a total speaks of, and for balances when it audits.
 */
final class CoinbaseAccountSession extends AccountSession {
  private boolean ready;

  /** The {@code sequence_num} that must come next; negative before the first. */
  private long next = -1;

  CoinbaseAccountSession() {
    super("account", "/");
  }

  @Override
  public void opened(SessionContext context) {
    subscribe(context, "user");
    subscribe(context, "heartbeats");
  }

  private static void subscribe(SessionContext context, String channel) {
    context.send(
        signing ->
            JsonWriter.of(
                    "type",
                    "subscribe",
                    "channel",
                    channel,
                    "jwt",
                    CoinbaseSpot.token(signing, null, 120))
                .toString());
  }

  @Override
  protected void message(Json message, SessionContext context) {
    if (message.textOr("type", "").equals("error")) {
      refused(message.textOr("message", ""), context);
      return;
    }
    long number = message.longValue("sequence_num");
    if (next >= 0 && number != next) {
      context.lost(null, BookState.GAP, "message " + number + " came instead of " + next);
      return;
    }
    next = number + 1;
    Json events = message.get("events");
    switch (message.text("channel")) {
      case "subscriptions" -> {
        if (!ready && events.at(0).get("subscriptions").has("user")) {
          ready = true;
          context.ready();
        }
      }
      case "user" -> {
        BadRows rows = context::quarantined;
        for (Json event : events.items()) {
          rows.read(event.get("orders"), row -> update(row, context)).forEach(context::order);
        }
      }
      default -> {}
    }
  }

  private static @Nullable OrderUpdate update(Json row, SessionContext context) {
    if (!row.textOr("product_type", "SPOT").equals("SPOT")) {
      return null;
    }
    return CoinbaseParser.event(row, context.requireInstrument(row.text("product_id")));
  }

  private void refused(String words, SessionContext context) {
    if (ready) {
      throw new TextException("an error: " + Escape.text(words));
    }
    Fault.Kind kind =
        words.contains("authentication") ? Fault.Kind.UNAUTHORIZED : Fault.Kind.REJECTED;
    context.refusedLogin(Fault.of(kind, Escape.text(words)));
  }
}
