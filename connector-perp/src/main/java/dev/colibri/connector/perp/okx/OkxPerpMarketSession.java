package dev.colibri.connector.perp.okx;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spot.okx.OkxMarketSession;
import dev.colibri.connector.text.Json;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Market data: as on spot, in contracts; and of each perpetual's funding the channels {@code
 * funding-rate}, {@code mark-price} and {@code index-tickers}, the last of which names the index.
 */
final class OkxPerpMarketSession extends OkxMarketSession {
  private static final List<String> OF_FUNDING =
      List.of("funding-rate", "mark-price", "index-tickers");

  /** The instruments whose funding was subscribed to. */
  private final Set<Instrument> funded = new LinkedHashSet<>();

  @Override
  protected List<Channel> channels(Topic topic) {
    if (topic.kind() != Topic.Kind.FUNDING) {
      return super.channels(topic);
    }
    Instrument of = topic.requireInstrument();
    funded.add(of);
    return List.of(
        new Channel("funding-rate", of.symbol()),
        new Channel("mark-price", of.symbol()),
        new Channel("index-tickers", OkxPerpParser.index(of)));
  }

  @Override
  protected void told(String channel, Json rows, SessionContext context) {
    if (OF_FUNDING.contains(channel)) {
      rows.items().forEach(row -> OkxPerpParser.funding(row, funded).forEach(context::funding));
    } else {
      super.told(channel, rows, context);
    }
  }
}
