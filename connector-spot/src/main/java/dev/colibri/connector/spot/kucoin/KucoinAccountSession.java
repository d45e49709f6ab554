package dev.colibri.connector.spot.kucoin;

import dev.colibri.connector.spi.AccountSession;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The account: {@code /spotMarket/tradeOrdersV2} and {@code /account/balance}. The token in the
 * address is the login.
 */
final class KucoinAccountSession extends AccountSession {
  private static final List<String> CHANNELS =
      List.of("/spotMarket/tradeOrdersV2", "/account/balance");

  /** The ids of the frames that the venue has accepted; it may say so twice. */
  private final Set<String> accepted = new TreeSet<>();

  KucoinAccountSession() {
    super(KucoinSpot.endpoint(true));
  }

  /** Ready is when the venue says welcome. */
  @Override
  public void opened(SessionContext context) {}

  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    for (String channel : CHANNELS) {
      context.send(
          signing ->
              KucoinSpot.begin(signing, "subscribe")
                  .put("topic", channel)
                  .put("privateChannel", true)
                  .put("response", true)
                  .end()
                  .toString());
    }
  }

  @Override
  protected void message(Json message, SessionContext context) {
    switch (message.text("type")) {
      case "message" -> data(message.text("subject"), message.get("data"), context);
      case "welcome" -> context.ready();
      case "ack" -> {
        accepted.add(message.text("id"));
        if (accepted.size() == CHANNELS.size()) {
          context.accepted(Topic.account());
        }
      }
      case "error" ->
          KucoinMarketSession.refused(
              message, context, (id, fault) -> context.refused(Topic.account(), fault));
      default -> {}
    }
  }

  private static void data(String subject, Json data, SessionContext context) {
    if (subject.equals("orderChange")) {
      context.order(KucoinParser.orderChange(data, context.requireInstrument(data.text("symbol"))));
    } else if (data.text("relationEvent").startsWith("trade")) {
      // Accounts for deposits, margin and futures report here, too.
      context.balances(List.of(KucoinParser.balance(data, "total")), false, data.longValue("time"));
    }
  }
}
