package dev.colibri.connector.spot.hyperliquid;

import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.MarketFormat;
import dev.colibri.connector.spi.MarketSession;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.List;
import java.util.function.Predicate;

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
public class HyperliquidMarketSession extends MarketSession {
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
          .wholeBook("l2Book", HyperliquidParser.BOOK)
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

  /** A fresh session. */
  public HyperliquidMarketSession() {
    super(FORMAT, "ws", "/ws");
  }

  /** One topic a frame. */
  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    Topic topic = topics.get(0);
    String type = type(topic);
    String coin = topic.requireInstrument().symbol();
    JsonWriter subscription =
        topic.kind() == Topic.Kind.BOOK
            ? JsonWriter.of("type", type, "coin", coin, "fast", true)
            : JsonWriter.of("type", type, "coin", coin);
    return JsonWriter.of(
            "method", subscribe ? "subscribe" : "unsubscribe", "subscription", subscription)
        .toString();
  }

  private static String type(Topic topic) {
    return topic.named("l2Book", "trades", "bbo", "activeAssetCtx");
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
      case "subscriptionResponse" ->
          answered(ANY, about(message.get("data").get("subscription")), null, context);
      case "error" -> {
        String words = message.text("data");
        int quote = words.indexOf('{');
        boolean twice = words.startsWith("Already subscribed");
        answered(
            ANY,
            quote < 0 ? topic -> true : about(Json.parse(words.substring(quote))),
            twice ? null : HyperliquidApi.REFUSALS.fault(200, "error", words),
            context);
      }
      default -> {}
    }
  }

  private static Predicate<Topic> about(Json subscription) {
    String type = subscription.text("type");
    String coin = subscription.text("coin");
    return topic -> type(topic).equals(type) && topic.requireInstrument().symbol().equals(coin);
  }
}
