package dev.colibri.connector.spot.hyperliquid;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Market data: {@code l2Book}, {@code trades} and {@code bbo} of many instruments on one
 * connection.
 *
 * <p>How the venue wants a book kept (WebSocket, "Subscriptions"), in our words: there is no
 * procedure.
 *
 * <ol>
 *   <li>Subscribe: {@link #subscribe}. With {@code fast} the five best levels of a side come every
 *       half second; without, the twenty best every five seconds, which is too late to trade by.
 *   <li>Every message is the whole of that, at its {@code time}: it takes the place of what was
 *       known.
 * </ol>
 *
 * <p>Step 2 is {@link dev.colibri.connector.spi.BookDiscipline#FULL_SNAPSHOTS}.
 */
final class HyperliquidMarketSession extends MarketSession {
  /**
   * A book, of the stream or of a reply.
   *
   * <pre>{@code
   * {"coin":"@107","time":1700000000123,"levels":[[{"px":"25.12","sz":"3.5","n":2}],[{"px":"25.13","sz":"1.0","n":1}]]}
   * }</pre>
   */
  static final Fields BOOK =
      Fields.of().symbol("coin").millis("time").sides("levels").levels("px", "sz");

  /**
   * All three; {@code side} is that of the taker, A for a sell.
   *
   * <pre>{@code
   * {"channel":"l2Book","data":{"coin":"@107","time":1700000000123,"levels":[[…],[…]]}}
   * {"channel":"trades","data":[{"coin":"@107","side":"A","px":"25.12","sz":"3.5","time":1700000000123,
   *  "tid":118906512037719,"hash":"0x…","users":["0x…","0x…"]}]}
   * {"channel":"bbo","data":{"coin":"@107","time":1700000000123,"bbo":[{"px":"25.12","sz":"3.5","n":2},null]}}
   * }</pre>
   */
  private static final MarketFormat FORMAT =
      MarketFormat.of(Fields.of().kind("channel").rows("data"))
          .wholeBook("l2Book", BOOK)
          .trades(
              "trades",
              Fields.of()
                  .symbol("coin")
                  .id("tid")
                  .price("px")
                  .size("sz")
                  .side("side", "B", "A")
                  .millis("time"))
          .top("bbo", Fields.of().symbol("coin").millis("time").sides("bbo").levels("px", "sz"));

  /** What was subscribed to and not answered, by type and coin. */
  private final Map<String, Topic> asked = new TreeMap<>();

  HyperliquidMarketSession() {
    super(FORMAT);
  }

  @Override
  public Call<Endpoint> endpoint() {
    return Call.of(Endpoint.at(HyperliquidSpot.WS, "/ws"));
  }

  /** One frame for each topic. */
  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    for (Topic topic : topics) {
      asked.put(name(type(topic), topic.requireInstrument().symbol()), topic);
      context.send(signing -> frame("subscribe", topic));
    }
  }

  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {
    topics.forEach(topic -> context.send(signing -> frame("unsubscribe", topic)));
  }

  private static String frame(String method, Topic topic) {
    JsonWriter out =
        new JsonWriter()
            .object()
            .put("method", method)
            .object("subscription")
            .put("type", type(topic))
            .put("coin", topic.requireInstrument().symbol());
    return (topic.kind() == Topic.Kind.BOOK ? out.put("fast", true) : out).end().end().toString();
  }

  private static String type(Topic topic) {
    return switch (topic.kind()) {
      case BOOK -> "l2Book";
      case TRADES -> "trades";
      case TOP -> "bbo";
      case ACCOUNT -> throw new IllegalArgumentException("the market stream has no account");
    };
  }

  private static String name(String type, String coin) {
    return type + " " + coin;
  }

  /**
   * Answers: both kinds repeat the subscription they are about. An error that quotes none, as of
   * too many subscriptions, is about all that were not answered.
   *
   * <pre>{@code
   * {"channel":"subscriptionResponse","data":{"method":"subscribe","subscription":{"type":"l2Book","coin":"@107",
   *  "nSigFigs":null,"mantissa":null}}}
   * {"channel":"error","data":"Invalid subscription {\"type\":\"l2Book\",\"coin\":\"@9999\"}"}
   * {"channel":"pong"}
   * }</pre>
   */
  @Override
  protected void other(Frame frame, SessionContext context) {
    Json message = frame.json();
    switch (message.text("channel")) {
      case "subscriptionResponse" -> {
        Json answer = message.get("data");
        if (answer.text("method").equals("subscribe")) {
          taken(answer.get("subscription")).forEach(context::accepted);
        }
      }
      case "error" -> refused(message.text("data"), context);
      default -> {}
    }
  }

  private void refused(String words, SessionContext context) {
    int quote = words.indexOf('{');
    List<Topic> topics =
        quote < 0 ? new ArrayList<>(asked.values()) : taken(Json.parse(words.substring(quote)));
    if (words.startsWith("Already subscribed")) {
      topics.forEach(context::accepted);
      return;
    }
    if (quote < 0) {
      asked.clear();
    }
    if (topics.isEmpty()) {
      throw new TextException("the venue refuses a frame: " + Escape.text(words));
    }
    Fault fault = HyperliquidSpot.REFUSALS.fault(200, "error", words);
    topics.forEach(topic -> context.refused(topic, fault));
  }

  /** Takes out the topic of a subscription, unless it was answered before. */
  private List<Topic> taken(Json subscription) {
    Topic topic = asked.remove(name(subscription.text("type"), subscription.text("coin")));
    return topic == null ? List.of() : List.of(topic);
  }
}
