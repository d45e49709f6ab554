package dev.colibri.connector.perp.binance;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.MarketFormat;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spot.binance.BinanceMarketSession;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;

/**
 * Market data: {@code @depth@100ms} and {@code @bookTicker} at {@code /public}, {@code @aggTrade}
 * and {@code @markPrice@1s} at {@code /market}. The wrong path accepts a subscription, and is
 * silent.
 *
 * <p>How the venue wants a book kept, in our words, and who does it:
 *
 * <ol>
 *   <li>Subscribe to the changes first: {@link #subscribe}.
 *   <li>Keep what comes: the engine, as all that follows but the asking.
 *   <li>Ask for a snapshot: {@link BinancePerpDialect#book}.
 *   <li>Drop events whose {@code u} lies before its {@code lastUpdateId}.
 *   <li>The first one left has it between {@code U} and {@code u}.
 *   <li>Each further event names in {@code pu} the {@code u} of the one before; otherwise all
 *       begins anew.
 *   <li>Sizes replace those that stood there, 0 removes the level.
 * </ol>
 */
final class BinancePerpMarketSession extends BinanceMarketSession {
  /**
   * The messages.
   *
   * <pre>{@code
   * {"e":"depthUpdate","E":1700000000123,"T":1700000000120,"s":"BTCUSDT","U":157,"u":160,"pu":149,
   *  "b":[["67210.10","0.431"]],"a":[["67210.20","0"]]}
   * {"e":"aggTrade","E":1700000000125,"s":"BTCUSDT","a":5933014,"p":"67210.10","q":"0.012",
   *  "nq":"0.012","f":100,"l":105,"T":1700000000123,"m":true}
   * {"e":"bookTicker","u":400900217,"E":1700000000123,"T":1700000000120,"s":"BTCUSDT",
   *  "b":"67210.10","B":"0.431","a":"67210.20","A":"1.2"}
   * }</pre>
   */
  private static final MarketFormat FORMAT =
      MarketFormat.of(Fields.of().kind("e"))
          .book(
              "depthUpdate",
              Fields.of()
                  .symbol("s")
                  .first("U")
                  .last("u")
                  .previous("pu")
                  .millis("T")
                  .bids("b")
                  .asks("a"))
          .trades(
              "aggTrade",
              Fields.of().symbol("s").id("a").price("p").size("q").millis("T").buyerMaker("m"))
          .top("bookTicker", Fields.of().symbol("s").last("u").bid("b", "B").ask("a", "A"));

  /** A fresh session of one of the two paths. */
  BinancePerpMarketSession(String path) {
    super(
        FORMAT,
        BinancePerpDialect.STREAM,
        path,
        topic -> topic.named("depth@100ms", "aggTrade", "bookTicker", "markPrice@1s"));
  }

  @Override
  protected void other(Frame frame, SessionContext context) {
    Json message = frame.json();
    if (message.textOr("e", "").equals("markPriceUpdate")) {
      Instrument of = context.requireInstrument(message.text("s"));
      context.funding(BinancePerpParser.MARK_PRICE.read(message, of));
    } else {
      super.other(frame, context);
    }
  }
}
