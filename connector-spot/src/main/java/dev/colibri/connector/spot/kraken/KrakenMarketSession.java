package dev.colibri.connector.spot.kraken;

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
 * Market data: books, trades and the best bid and ask, on WebSocket v2.
 *
 * <p>How the venue says that a book is to be kept (guide to the book checksum, WebSocket v2):
 *
 * <ol>
 *   <li>Subscribe at a depth; the first message is a snapshot of so many levels a side.
 *   <li>Take over all changes of a message before anything is computed; a quantity of 0 removes the
 *       level.
 *   <li>Cut each side to the depth that was subscribed: of levels that fall out of it nothing is
 *       told.
 *   <li>The checksum is over the ten best levels of each side, as texts: asks from the lowest, then
 *       bids from the highest; of each price and quantity without point and leading zeros.
 *   <li>It is the CRC-32 of that text, unsigned. Where it differs, subscribe anew.
 * </ol>
 *
 * <p>Steps 1, 2 and 5 are {@link
 * dev.colibri.connector.spi.BookDiscipline#STREAM_SNAPSHOT_THEN_DIFFS}, 3 the profile's depths, 4
 * its checksum. Messages have no sequence numbers: the checksum is all that shows a gap.
 *
 * <pre>{@code
 * {"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":45283.5,"qty":0.10000000}],
 *  "asks":[],"checksum":3310070434,"timestamp":"2023-10-06T17:35:55.440295Z"}]}
 * {"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"sell","price":45283.5,"qty":0.2,
 *  "ord_type":"limit","trade_id":4665906,"timestamp":"2023-09-25T07:49:37.708706Z"}]}
 * {"channel":"ticker","type":"update","data":[{"symbol":"BTC/USD","bid":45283.5,"bid_qty":0.1,"ask":45285.2,
 *  "ask_qty":0.001,"last":45283.5}]}
 * }</pre>
 */
final class KrakenMarketSession extends MarketSession {
  private static final MarketFormat FORMAT =
      MarketFormat.of(Fields.of().kind("channel").action("type", "snapshot").rows("data"))
          .book(
              "book",
              Fields.of()
                  .symbol("symbol")
                  .bids("bids")
                  .asks("asks")
                  .levels("price", "qty")
                  .checksum("checksum")
                  .iso("timestamp"))
          .trades(
              "trade",
              Fields.of()
                  .symbol("symbol")
                  .id("trade_id")
                  .price("price")
                  .size("qty")
                  .side("side", "buy", "sell")
                  .iso("timestamp"))
          .top("ticker", Fields.of().symbol("symbol").bid("bid", "bid_qty").ask("ask", "ask_qty"));

  KrakenMarketSession() {
    super(FORMAT, KrakenSpot.MARKET, "/v2");
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    Topic topic = topics.get(0);
    JsonWriter out =
        new JsonWriter().object().put("method", subscribe ? "subscribe" : "unsubscribe");
    out.object("params");
    switch (topic.kind()) {
      case BOOK -> out.put("channel", "book").put("depth", topic.depth());
      case TRADES -> out.put("channel", "trade").put("snapshot", false);
      case TOP -> out.put("channel", "ticker").put("event_trigger", "bbo");
      case ACCOUNT -> throw new IllegalArgumentException("the market stream has no account");
    }
    out.array("symbol").value(topic.requireInstrument().symbol()).end().end();
    return out.put("req_id", signing.requestId()).end().toString();
  }

  /**
   * An answer to a subscription, a heartbeat, the venue's status.
   *
   * <pre>{@code
   * {"method":"subscribe","result":{"channel":"book","depth":10,"symbol":"BTC/USD"},"success":true,"req_id":1}
   * {"error":"Currency pair not supported BTC/XYZ","method":"subscribe","success":false,"symbol":"BTC/XYZ","req_id":1}
   * }</pre>
   */
  @Override
  protected void other(Frame frame, SessionContext context) {
    Json reply = frame.json();
    String error = reply.findText("error");
    answered(
        reply.longOr("req_id", 0), error == null ? null : KrakenSpot.fault(200, error), context);
  }
}
