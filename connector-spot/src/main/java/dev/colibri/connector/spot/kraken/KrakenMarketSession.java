package dev.colibri.connector.spot.kraken;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.BookChecksum;
import dev.colibri.connector.spi.ChecksumText;
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
    super(FORMAT, "ws", "/v2");
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    Topic topic = topics.get(0);
    List<String> symbols = List.of(topic.requireInstrument().symbol());
    JsonWriter params =
        switch (topic.kind()) {
          case BOOK -> JsonWriter.of("channel", "book", "depth", topic.depth(), "symbol", symbols);
          case TRADES -> JsonWriter.of("channel", "trade", "snapshot", false, "symbol", symbols);
          case TOP -> JsonWriter.of("channel", "ticker", "event_trigger", "bbo", "symbol", symbols);
          default -> throw new IllegalArgumentException("the market stream has no " + topic);
        };
    return JsonWriter.of(
            "method",
            subscribe ? "subscribe" : "unsubscribe",
            "params",
            params,
            "req_id",
            signing.requestId())
        .toString();
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
    Json answer = frame.json();
    String error = answer.findText("error");
    Fault fault = error == null ? null : KrakenSpot.fault(200, error);
    answered(answer.longOr("req_id", 0), fault, context);
  }

  /**
   * The ten best asks, then the ten best bids: of each level price and size, without their points
   * and leading zeros, with the digits of the pair.
   */
  static long checksum(
      Instrument instrument,
      BookChecksum.Levels bids,
      BookChecksum.Levels asks,
      ChecksumText text) {
    add(instrument, asks, text);
    add(instrument, bids, text);
    return text.crc32();
  }

  private static void add(Instrument instrument, BookChecksum.Levels side, ChecksumText text) {
    for (int i = 0; i < Math.min(10, side.count()); i++) {
      text.withoutPoint(side.price(i), side.priceDigits(i), instrument.priceDigits());
      text.withoutPoint(side.size(i), side.sizeDigits(i), instrument.sizeDigits());
    }
  }
}
