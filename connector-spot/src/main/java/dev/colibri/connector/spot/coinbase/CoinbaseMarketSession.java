package dev.colibri.connector.spot.coinbase;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.MarketFormat;
import dev.colibri.connector.spi.MarketSession;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
 *       channel: one that is skipped is a message that was lost, and everything is asked for anew;
 *       a lower one is to be ignored.
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

  /** What was asked for and not answered; answers come in the same order. */
  private final Deque<List<Topic>> asked = new ArrayDeque<>();

  CoinbaseMarketSession() {
    super(FORMAT);
  }

  @Override
  public Call<Endpoint> endpoint() {
    return Call.of(Endpoint.at("market", "/"));
  }

  /** A product that is heard under its other name has sent its snapshot: it is left first. */
  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    for (Topic topic : topics) {
      Instrument instrument = topic.requireInstrument();
      Instrument said = context.instrument(feed(topic));
      if (said != null && !said.equals(instrument)) {
        alsoFor(said, instrument);
      }
    }
    send("unsubscribe", topics.stream().filter(this::isHeard).toList(), context);
    boolean first = wanted.isEmpty();
    wanted.addAll(topics);
    send("subscribe", topics, context);
    if (first) {
      context.send(
          signing -> {
            asked.add(List.of());
            return "{\"type\":\"subscribe\",\"channel\":\"heartbeats\"}";
          });
    }
  }

  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {
    topics.forEach(wanted::remove);
    send("unsubscribe", topics.stream().filter(t -> !isHeard(t)).toList(), context);
  }

  private boolean isHeard(Topic topic) {
    return wanted.stream().anyMatch(w -> w.kind() == topic.kind() && feed(w).equals(feed(topic)));
  }

  /** One frame a channel. */
  private void send(String type, List<Topic> topics, SessionContext context) {
    Map<Topic.Kind, List<Topic>> kinds = new EnumMap<>(Topic.Kind.class);
    topics.forEach(t -> kinds.computeIfAbsent(t.kind(), k -> new ArrayList<>()).add(t));
    for (List<Topic> of : kinds.values()) {
      JsonWriter frame = new JsonWriter().object().put("type", type).array("product_ids");
      of.stream().map(CoinbaseMarketSession::feed).distinct().forEach(frame::value);
      String text = frame.end().put("channel", channel(of.get(0))).end().toString();
      context.send(
          signing -> {
            asked.add(type.equals("subscribe") ? of : List.of());
            return text;
          });
    }
  }

  private static String channel(Topic topic) {
    return switch (topic.kind()) {
      case BOOK -> "level2";
      case TRADES -> "market_trades";
      case TOP -> "ticker";
      case ACCOUNT -> throw new IllegalArgumentException("the market stream has no account");
    };
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
    if (message.textOr("channel", "").equals("subscriptions")) {
      asked.poll();
      Json now = message.get("events").at(0).get("subscriptions");
      for (Topic topic : wanted) {
        Json feeds = now.find(channel(topic));
        if (feeds != null && feeds.items().stream().anyMatch(f -> f.asText().equals(feed(topic)))) {
          context.accepted(topic);
        }
      }
    } else if (message.textOr("type", "").equals("error")) {
      List<Topic> refused = asked.poll();
      if (refused == null) {
        throw new TextException("an error: " + Escape.text(message.textOr("message", "")));
      }
      String words = Escape.text(message.textOr("message", ""));
      refused.forEach(t -> context.refused(t, Fault.of(Fault.Kind.REJECTED, words)));
    }
  }
}
