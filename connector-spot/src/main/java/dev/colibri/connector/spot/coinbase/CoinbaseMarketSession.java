package dev.colibri.connector.spot.coinbase;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.MarketFormat;
import dev.colibri.connector.spi.MarketSession;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Market data: {@code level2}, {@code market_trades} and {@code ticker} of many products on one
 * connection, and {@code heartbeats}, without which a quiet subscription ends after a minute.
 *
 * <p>How the venue wants a book kept ("Level2 channel", "Sequence numbers"), in our words:
 *
 * <ol>
 *   <li>The first event of a product is of type {@code snapshot} and holds the whole book.
 *   <li>In an {@code update}, {@code new_quantity} is the size that rests at the price from now on,
 *       not a difference; 0 removes the level.
 *   <li>{@code sequence_num} rises by one with every message of the connection, of whatever
 *       channel: where one is skipped a message was lost. What comes out of order may be ignored,
 *       says the venue; here it counts as a loss, too: the connection is replaced, and every book
 *       begins anew.
 * </ol>
 *
 * <p>Products with an alias are heard under its name only. Trades name the side that made.
 */
final class CoinbaseMarketSession extends MarketSession {
  private static final MarketFormat FORMAT =
      MarketFormat.of(
              Fields.of().kind("channel").counter("sequence_num").iso("timestamp").rows("events"))
          .book(
              "l2_data",
              Fields.of()
                  .action("type", "snapshot")
                  .symbol("product_id")
                  .changes("updates", "side", "bid", "offer", "price_level", "new_quantity"))
          .trades(
              "market_trades",
              Fields.of()
                  .action("type", "snapshot")
                  .rows(
                      "trades",
                      Fields.of()
                          .symbol("product_id")
                          .id("trade_id")
                          .price("price")
                          .size("size")
                          .side("side", "SELL", "BUY")
                          .iso("time")))
          .top(
              "ticker",
              Fields.of()
                  .rows(
                      "tickers",
                      Fields.of()
                          .symbol("product_id")
                          .bid("best_bid", "best_bid_quantity")
                          .ask("best_ask", "best_ask_quantity")));

  private final Set<Topic> wanted = new LinkedHashSet<>();

  CoinbaseMarketSession() {
    super(FORMAT, "market", "/");
  }

  /** A product that is heard under its other name has sent its snapshot: it is left first. */
  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    for (Topic topic : topics) {
      Instrument said = context.instrument(feed(topic));
      if (said != null && !said.equals(topic.requireInstrument())) {
        alsoFor(said, topic.requireInstrument());
      }
    }
    kinds(topics, this::isHeard).forEach(of -> super.unsubscribe(of, context));
    kinds(topics, topic -> true).forEach(of -> super.subscribe(of, context));
    if (wanted.isEmpty()) {
      context.send(signing -> "{\"type\":\"subscribe\",\"channel\":\"heartbeats\"}");
    }
    wanted.addAll(topics);
  }

  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {
    topics.forEach(wanted::remove);
    kinds(topics, topic -> !isHeard(topic)).forEach(of -> super.unsubscribe(of, context));
  }

  private boolean isHeard(Topic topic) {
    return wanted.stream().anyMatch(w -> w.kind() == topic.kind() && feed(w).equals(feed(topic)));
  }

  /** A frame carries topics of one kind. */
  private static List<List<Topic>> kinds(List<Topic> topics, Predicate<Topic> which) {
    List<Topic> some = topics.stream().filter(which).toList();
    return List.of(Topic.Kind.values()).stream()
        .map(kind -> some.stream().filter(topic -> topic.kind() == kind).toList())
        .filter(of -> !of.isEmpty())
        .toList();
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    return JsonWriter.of(
            "type", subscribe ? "subscribe" : "unsubscribe",
            "product_ids", topics.stream().map(CoinbaseMarketSession::feed).distinct().toList(),
            "channel", channel(topics.get(0)))
        .toString();
  }

  private static String channel(Topic topic) {
    return topic.named("level2", "market_trades", "ticker");
  }

  private static String feed(Topic topic) {
    Instrument instrument = topic.requireInstrument();
    String alias = instrument.attribute("alias");
    return alias == null ? instrument.symbol() : alias;
  }

  /**
   * Answers to subscriptions, which name everything that is subscribed, and errors, which do not
   * say what is refused.
   *
   * <pre>{@code
   * {"channel":"subscriptions","client_id":"","timestamp":"…","sequence_num":0,
   *  "events":[{"subscriptions":{"level2":["BTC-USD"]}}]}
   * {"type":"error","message":"authentication failure"}
   * }</pre>
   */
  @Override
  protected void other(Frame frame, SessionContext context) {
    Json message = frame.json();
    if (message.textOr("type", "").equals("error")) {
      String words = Escape.text(message.textOr("message", ""));
      answered(ANY, Fault.of(Fault.Kind.REJECTED, words), context);
    } else if (message.textOr("channel", "").equals("subscriptions")) {
      Json now = message.get("events").at(0).get("subscriptions");
      answered(ANY, topic -> names(now.find(channel(topic)), feed(topic)), null, context);
    }
  }

  private static boolean names(@Nullable Json feeds, String feed) {
    return feeds != null && feeds.items().stream().anyMatch(f -> f.asText().equals(feed));
  }
}
