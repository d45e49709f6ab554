package dev.colibri.connector.spot.kucoin;

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
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Market data: {@code /market/level2}, {@code /market/match} and {@code /market/ticker} of many
 * instruments on one connection.
 *
 * <p>How the venue wants a book kept (Orderbook - Increment, "Calibration procedure"), in our
 * words, and who does it:
 *
 * <ol>
 *   <li>Subscribe, and keep the changes that come: {@link #subscribe}, and the engine.
 *   <li>Ask for a snapshot over REST: {@link KucoinSpot#book}.
 *   <li>Play what was kept.
 *   <li>A change goes on where the book stands when its {@code sequenceStart} is at most one beyond
 *       and its {@code sequenceEnd} is beyond; what ends earlier is dropped, what begins later is a
 *       gap. The numbers in the levels are of the last change of each, and prove nothing.
 *   <li>A level at price 0 is passed over, one of size 0 is removed, any other is replaced; the
 *       book is then at {@code sequenceEnd}.
 * </ol>
 *
 * <p>Steps 1, 3 and 4 are {@link
 * dev.colibri.connector.spi.BookDiscipline#REST_SNAPSHOT_THEN_DIFFS}. Messages, as they are read:
 *
 * <pre>{@code
 * {"topic":"/market/level2:BTC-USDT","type":"message","subject":"trade.l2update","data":{
 *  "changes":{"asks":[["67993.3","1.21427407","14701689783"]],"bids":[]},
 *  "sequenceEnd":14701689783,"sequenceStart":14701689783,"symbol":"BTC-USDT","time":1729816425625}}
 * {"topic":"/market/match:BTC-USDT","type":"message","subject":"trade.l3match","data":{
 *  "makerOrderId":"671b5007389355000701b1d3","price":"67523","sequence":"11067996711960577",
 *  "side":"buy","size":"0.003","symbol":"BTC-USDT","takerOrderId":"671b50161777ff00074c168d",
 *  "time":"1729843222921000000","tradeId":"11067996711960577","type":"match"}}
 * {"topic":"/market/ticker:BTC-USDT","type":"message","subject":"trade.ticker","data":{
 *  "bestAsk":"67218.7","bestAskSize":"1.92318539","bestBid":"67218.6","bestBidSize":"0.01045638",
 *  "price":"67220","sequence":"14691455768","size":"0.00004316","time":1729757723612}}
 * }</pre>
 */
final class KucoinMarketSession extends MarketSession {
  /** The content of a ticker does not name its instrument: its topic does. */
  private static final int TICKER = "/market/ticker:".length();

  private static final MarketFormat FORMAT =
      MarketFormat.of(Fields.of().symbolIn("topic", TICKER, '\0').kind("subject").rows("data"))
          .book(
              "trade.l2update",
              Fields.of()
                  .symbol("symbol")
                  .first("sequenceStart")
                  .last("sequenceEnd")
                  .millis("time")
                  .inside("changes", Fields.of().bids("bids").asks("asks").zeroPrices()))
          .trades(
              "trade.l3match",
              Fields.of()
                  .symbol("symbol")
                  .id("tradeId")
                  .price("price")
                  .size("size")
                  .side("side", "buy", "sell")
                  .nanos("time"))
          .top(
              "trade.ticker",
              Fields.of()
                  .bid("bestBid", "bestBidSize")
                  .ask("bestAsk", "bestAskSize")
                  .millis("time"));

  KucoinMarketSession() {
    super(FORMAT, KucoinSpot.endpoint(false));
  }

  /** Ready is when the venue says welcome. */
  @Override
  public void opened(SessionContext context) {}

  /** One frame carries many instruments, of one kind. */
  @Override
  public void subscribe(List<Topic> topics, SessionContext context) {
    kinds(topics).forEach(of -> super.subscribe(of, context));
  }

  @Override
  public void unsubscribe(List<Topic> topics, SessionContext context) {
    kinds(topics).forEach(of -> super.unsubscribe(of, context));
  }

  private static List<List<Topic>> kinds(List<Topic> topics) {
    return List.of(Topic.Kind.values()).stream()
        .map(kind -> topics.stream().filter(t -> t.kind() == kind).toList())
        .filter(of -> !of.isEmpty())
        .toList();
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    String channel = topics.get(0).named("/market/level2:", "/market/match:", "/market/ticker:");
    return KucoinSpot.begin(signing, subscribe ? "subscribe" : "unsubscribe")
        .put("topic", channel + symbols(topics))
        .put("response", true)
        .end()
        .toString();
  }

  private static String symbols(List<Topic> topics) {
    return topics.stream()
        .map(topic -> topic.requireInstrument().symbol())
        .collect(Collectors.joining(","));
  }

  /**
   * What is said besides data.
   *
   * <pre>{@code
   * {"id":"hQvf8jkno","type":"welcome"}      {"id":"1","type":"ack"}      {"id":"2","type":"pong"}
   * {"id":"1","type":"error","code":404,"data":"topic /market/level3:BTC-USDT is not found"}
   * }</pre>
   */
  @Override
  protected void other(Frame frame, SessionContext context) {
    Json message = frame.json();
    switch (message.text("type")) {
      case "welcome" -> context.ready();
      case "ack" -> answered(message.longValue("id"), null, context);
      case "error" -> refused(message, context, (id, fault) -> answered(id, fault, context));
      default -> {}
    }
  }

  /** An error of a frame has its number; any other is of the connection. */
  static void refused(Json error, SessionContext context, BiConsumer<Long, Fault> frame) {
    Fault fault = KucoinSpot.REFUSALS.fault(200, error.text("code"), error.textOr("data", ""));
    if (error.textOr("id", "").matches("[0-9]+")) {
      frame.accept(error.longValue("id"), fault);
    } else {
      context.lost(null, BookState.DISCONNECTED, "the venue says " + fault.raw());
    }
  }
}
