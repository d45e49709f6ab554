package dev.colibri.connector.spot.binance;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.MarketFormat;
import dev.colibri.connector.spi.MarketSession;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Market data: {@code @depth@100ms}, {@code @trade} and {@code @bookTicker} of many instruments on
 * one connection.
 *
 * <p>How the venue wants a book kept (WebSocket Streams, "How to manage a local order book
 * correctly"), in our words, and who does it:
 *
 * <ol>
 *   <li>Subscribe to the changes first: {@link #subscribe}.
 *   <li>Keep what comes, and note {@code U} of the first event: the engine, from {@link #FORMAT}.
 *   <li>Ask for a snapshot: {@link BinanceSpot#book}.
 *   <li>When its {@code lastUpdateId} lies before that {@code U}, ask again.
 *   <li>Drop events whose {@code u} is not beyond {@code lastUpdateId}; the first one left has it,
 *       or its successor, between {@code U} and {@code u}.
 *   <li>The snapshot is the book, at {@code lastUpdateId}.
 *   <li>Apply what was kept, then what comes: an event whose {@code u} lies before the book says
 *       nothing; one whose {@code U} lies beyond the book's next is a gap, and all begins anew;
 *       sizes replace those that stood there, 0 removes the level; the book is then at {@code u}.
 * </ol>
 *
 * <p>Steps 2 and 4 to 7 are {@link
 * dev.colibri.connector.spi.BookDiscipline#REST_SNAPSHOT_THEN_DIFFS}, with {@code U} as the first
 * and {@code u} as the last number of a change.
 */
public class BinanceMarketSession extends MarketSession {
  /**
   * The messages. A trade's {@code m} tells that the buyer was the maker; a top comes without kind,
   * and its sizes are 0 where there is no order.
   *
   * <pre>{@code
   * {"e":"depthUpdate","E":1700000000123,"s":"BTCUSDT","U":157,"u":160,
   *  "b":[["67210.10","0.431"]],"a":[["67210.11","0.000"]]}
   * {"e":"trade","E":1700000000125,"s":"BTCUSDT","t":28457,"p":"67210.10","q":"0.012",
   *  "T":1700000000123,"m":true,"M":true}
   * {"u":400900217,"s":"BTCUSDT","b":"67210.10","B":"0.431","a":"67210.11","A":"1.2"}
   * }</pre>
   */
  private static final MarketFormat FORMAT =
      MarketFormat.of(Fields.of().kind("e"))
          .book(
              "depthUpdate",
              Fields.of().symbol("s").first("U").last("u").millis("E").bids("b").asks("a"))
          .trades(
              "trade",
              Fields.of().symbol("s").id("t").price("p").size("q").millis("T").buyerMaker("m"))
          .topWith("B", Fields.of().symbol("s").last("u").bid("b", "B").ask("a", "A"));

  private final Function<Topic, String> stream;

  BinanceMarketSession() {
    this(
        FORMAT,
        BinanceSpot.STREAM,
        "/ws",
        topic -> topic.named("depth@100ms", "trade", "bookTicker"));
  }

  /**
   * A fresh session of another market.
   *
   * @param stream what follows the symbol in the name of a topic's stream
   */
  protected BinanceMarketSession(
      MarketFormat format, String part, String path, Function<Topic, String> stream) {
    super(format, part, path);
    this.stream = stream;
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    return JsonWriter.of(
            "method", subscribe ? "SUBSCRIBE" : "UNSUBSCRIBE",
            "params", topics.stream().map(this::stream).toList(),
            "id", signing.requestId())
        .toString();
  }

  private String stream(Topic topic) {
    return topic.requireInstrument().symbol().toLowerCase(Locale.ROOT) + "@" + stream.apply(topic);
  }

  /**
   * An answer to a subscription. What the venue could not read has no id, and belongs to nothing.
   *
   * <pre>{@code
   * {"result":null,"id":1}      {"error":{"code":2,"msg":"Invalid request: …"},"id":1}
   * {"code":2,"msg":"Invalid request: …","id":1}
   * }</pre>
   */
  @Override
  protected void other(Frame frame, SessionContext context) {
    Json reply = frame.json();
    if (reply.textOr("e", "").equals("serverShutdown")) {
      context.lost(null, BookState.DISCONNECTED, "the venue is about to shut the server down");
      return;
    }
    Json error = reply.find("error");
    if (error == null && reply.find("code") != null) {
      error = reply;
    }
    Fault fault = error == null ? null : refused(error);
    answered(reply.longOr("id", 0), fault, context);
  }

  private static Fault refused(Json error) {
    String code = Integer.toString(error.intValue("code"));
    return Refusals.of().fault(400, code, error.textOr("msg", ""));
  }
}
