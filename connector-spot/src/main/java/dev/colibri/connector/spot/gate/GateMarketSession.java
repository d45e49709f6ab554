package dev.colibri.connector.spot.gate;

import dev.colibri.connector.model.BookState;
import dev.colibri.connector.spi.Fault;
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

/**
 * Market data: {@code spot.obu}, {@code spot.trades} and {@code spot.book_ticker} of many
 * instruments on one connection.
 *
 * <p>How the venue wants a book kept (Spot WebSocket v4, "Order Book V2 API, maintain local
 * depth"), in our words, and who does it:
 *
 * <ol>
 *   <li>A message with {@code full} is the whole book, at {@code u}. The first one after a
 *       subscription is, and later ones may be: the engine.
 *   <li>Any other holds the changes from {@code U} to {@code u}. Sizes replace those that stood
 *       there, 0 removes the level.
 *       <ol>
 *         <li>Where {@code U} is the number of the book and 1, they follow, and the book is then at
 *             {@code u}: the engine.
 *         <li>Otherwise something is missing: unsubscribe, and subscribe anew for the whole book:
 *             the engine, by {@link #unsubscribe} and {@link #subscribe}.
 *       </ol>
 *   <li>A connection has a book once: a second subscription is refused.
 * </ol>
 *
 * <pre>{@code
 * {"channel":"spot.obu","result":{"t":1700000000123,"full":true,"s":"ob.BTC_USDT.50","u":160,
 *  "b":[["67210.1","0.431"]],"a":[["67210.11","1.2"]]},"time_ms":1700000000125}
 * {"channel":"spot.obu","result":{"t":1700000000143,"s":"ob.BTC_USDT.50","U":161,"u":163,
 *  "b":[["67210.1","0"]],"a":[]},"time_ms":1700000000145}
 * {"time":1700000000,"channel":"spot.trades","event":"update","result":{"id":28457,
 *  "create_time_ms":"1700000000123.457","side":"sell","currency_pair":"BTC_USDT","amount":"0.012",
 *  "price":"67210.1"}}
 * {"time":1700000000,"channel":"spot.book_ticker","event":"update","result":{"t":1700000000123,
 *  "u":160,"s":"BTC_USDT","b":"67210.1","B":"0.431","a":"67210.11","A":"1.2"}}
 * }</pre>
 */
final class GateMarketSession extends MarketSession {
  private static final String BOOK = "spot.obu";
  private static final String TRADES = "spot.trades";
  private static final String TOP = "spot.book_ticker";

  private static final Fields AROUND =
      Fields.of().kind("channel").unless("event", "subscribe", "unsubscribe").rows("result");
  private static final Fields CHANGES =
      Fields.of().whole("full").first("U").last("u").millis("t").bids("b").asks("a");
  private static final Fields TRADE =
      Fields.of().symbol("currency_pair").id("id").price("price").size("amount");
  private static final Fields TOUCH = Fields.of().symbol("s").last("u").bid("b", "B").ask("a", "A");
  private static final MarketFormat FORMAT =
      MarketFormat.of(AROUND)
          .book(BOOK, CHANGES.symbolIn("s", "ob.".length(), '.'))
          .trades(TRADES, TRADE.side("side", "buy", "sell").millis("create_time_ms"))
          .top(TOP, TOUCH.millis("t"));

  GateMarketSession() {
    super(FORMAT, GateSpot.STREAM, "");
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    Topic topic = topics.get(0);
    String symbol = topic.requireInstrument().symbol();
    String channel = topic.named(BOOK, TRADES, TOP);
    return begin(signing, channel, subscribe ? "subscribe" : "unsubscribe")
        .array("payload")
        .value(channel.equals(BOOK) ? "ob." + symbol + "." + topic.depth() : symbol)
        .end()
        .end()
        .toString();
  }

  /** What every frame begins with. */
  static JsonWriter begin(SigningContext signing, String channel, String event) {
    JsonWriter out = new JsonWriter().object().put("id", signing.requestId());
    return out.put("time", signing.millis() / 1000).put("channel", channel).put("event", event);
  }

  @Override
  protected void other(Frame frame, SessionContext context) {
    Json message = frame.json();
    ended(message, context);
    Json error = message.find("error");
    answered(message.longOr("id", 0), error == null ? null : fault(error), context);
  }

  /** An error of a stream: 1 and 2 are bad requests, 3 is the server's, 4 the key's. */
  static Fault fault(Json error) {
    return GateSpot.REFUSALS.fault(200, error.text("code"), error.text("message"));
  }

  /**
   * A word of the venue about the connection itself.
   *
   * <pre>{@code
   * {"type":"service_upgrade","msg":"The connection will soon be closed for a service upgrade. …"}
   * }</pre>
   */
  static void ended(Json message, SessionContext context) {
    if (message.textOr("type", "").equals("service_upgrade")) {
      context.lost(null, BookState.DISCONNECTED, "the venue is about to close the connection");
    }
  }
}
