package dev.colibri.connector.spot.bybit;

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
import java.util.List;

/**
 * Market data: {@code orderbook.{50|200|1000}}, {@code orderbook.1} as the best bid and ask, and
 * {@code publicTrade}, of many instruments on one connection.
 *
 * <p>How the venue wants a book kept (WebSocket Stream, Orderbook, "Process snapshot/delta"), in
 * our words and with numbers of ours:
 *
 * <ol>
 *   <li>Subscribe: a {@code snapshot} comes first, {@code delta}s from then on.
 *   <li>Whenever another {@code snapshot} comes, begin anew with it. One of {@code u} 1 comes when
 *       the venue restarted.
 *   <li>Of a {@code delta}, a size of 0 deletes the level, any other is put in or replaces.
 *   <li>{@code u} numbers the messages of a topic one by one: what does not follow is a gap, and
 *       the topic is subscribed to again. {@code seq} goes over all depths and is not looked at.
 *   <li>Depth 1 has snapshots only, repeated after three seconds without a change.
 * </ol>
 *
 * <p>All of it is {@link dev.colibri.connector.spi.BookDiscipline#STREAM_SNAPSHOT_THEN_DIFFS}.
 *
 * <pre>{@code
 * {"topic":"orderbook.50.BTCUSDT","ts":1687940967466,"type":"delta","data":{"s":"BTCUSDT",
 *  "b":[["67210.1","0.431"],["67209.9","0"]],"a":[],"u":177400507,"seq":66544703342},"cts":1687940967464}
 * {"topic":"publicTrade.BTCUSDT","ts":1672304486868,"type":"snapshot","data":[{"i":"2290000000587387108",
 *  "T":1672304486865,"p":"67210.1","v":"0.001","S":"Buy","s":"BTCUSDT","seq":1783284617,"BT":false,"RPI":false}]}
 * }</pre>
 */
public class BybitMarketSession extends MarketSession {
  private static final Fields BOOK = Fields.of().bids("b").asks("a").sequence("u");

  /** The body of a reply: as on the stream, within an envelope. */
  static final Fields SNAPSHOT = Fields.of().inside("result", BOOK.millis("ts"));

  private static final Fields TRADE =
      Fields.of().symbol("s").price("p").size("v").side("S", "Buy", "Sell").millis("T");

  private static final MarketFormat FORMAT = format(TRADE.id("i"));
  private static final MarketFormat NAMELESS = format(TRADE);

  BybitMarketSession() {
    super(FORMAT, "public", "/v5/public/spot");
  }

  /** A fresh session of a category in which trades have no number. */
  protected BybitMarketSession(String category) {
    super(NAMELESS, "public", "/v5/public/" + category);
  }

  private static MarketFormat format(Fields trade) {
    return MarketFormat.of(
            Fields.of().kind("topic").action("type", "snapshot").millis("ts").rows("data"))
        .top("orderbook.1.*", BOOK.symbol("s"))
        .book("orderbook.*", BOOK.symbol("s"))
        .liveTrades("publicTrade.*", trade);
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    return JsonWriter.of(
            "op", subscribe ? "subscribe" : "unsubscribe",
            "req_id", Long.toString(signing.requestId()),
            "args", topics.stream().map(BybitMarketSession::channel).toList())
        .toString();
  }

  /** The venue's name of a topic; what holds perpetuals to their index is among their tickers. */
  private static String channel(Topic topic) {
    String symbol = topic.requireInstrument().symbol();
    return topic.named(
        "orderbook." + topic.depth() + "." + symbol,
        "publicTrade." + symbol,
        "orderbook.1." + symbol,
        "tickers." + symbol);
  }

  /**
   * An answer to a subscription, of all its topics; or a pong, which calls itself a ping.
   *
   * <pre>{@code
   * {"success":true,"ret_msg":"subscribe","conn_id":"2324d924-…","req_id":"7","op":"subscribe"}
   * {"success":false,"ret_msg":"error:handler not found,topic:orderbook.7.BTCUSDT","conn_id":"2324d924-…","req_id":"7","op":"subscribe"}
   * {"success":true,"ret_msg":"pong","conn_id":"2324d924-…","op":"ping"}
   * }</pre>
   */
  @Override
  protected void other(Frame frame, SessionContext context) {
    Json answer = frame.json();
    String message = Escape.text(answer.textOr("ret_msg", ""));
    boolean success = answer.boolOr("success", true);
    Fault fault = success ? null : Fault.of(Fault.Kind.REJECTED, message);
    answered(answer.longOr("req_id", 0), fault, context);
  }
}
