package com.example.larkspur;

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
 * Market data, a line of it for each market and kind.
 *
 * <pre>{@code
 * {"ref":7,"ask":"begin","line":"book","market":"BTC/USDT"}
 * {"ref":7,"data":"begun"}                        {"ref":7,"fault":{"code":"E-201","says":"…"}}
 * {"line":"book","market":"BTC/USDT","part":"image","data":{"rev":160,"at":1767225600000,
 *  "bids":[["67210.10","0.431"]],"asks":[["67210.11","1.2"]]}}
 * {"line":"book","market":"BTC/USDT","part":"change","data":{"from":161,"rev":162,
 *  "at":1767225600020,"bids":[["67210.10","0"]],"asks":[]}}
 * {"line":"trades","market":"BTC/USDT","data":[{"id":28457,"at":1767225600123,"taker":"sell",
 *  "price":"67210.10","size":"0.012"}]}
 * {"line":"touch","market":"BTC/USDT","data":{"rev":160,"at":1767225600123,"bid":"67210.10",
 *  "bidSize":"0.431","ask":"67210.11","askSize":"1.2"}}
 * }</pre>
 */
final class LarkspurMarketSession extends MarketSession {
  private static final String BOOK = "book";
  private static final String TRADES = "trades";
  private static final String TOUCH = "touch";

  private static final MarketFormat FORMAT =
      MarketFormat.of(
              Fields.of().kind("line").symbol("market").action("part", "image").rows("data"))
          .book(BOOK, Fields.of().first("from").last("rev").millis("at").bids("bids").asks("asks"))
          .trades(
              TRADES,
              Fields.of()
                  .id("id")
                  .millis("at")
                  .side("taker", "buy", "sell")
                  .price("price")
                  .size("size"))
          .top(
              TOUCH,
              Fields.of().last("rev").millis("at").bid("bid", "bidSize").ask("ask", "askSize"));

  LarkspurMarketSession() {
    super(FORMAT, LarkspurSpot.STREAM, "/v2/markets");
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    Topic topic = topics.get(0);
    return JsonWriter.of(
            "ref", signing.requestId(),
            "ask", subscribe ? "begin" : "end",
            "line", topic.named(BOOK, TRADES, TOUCH),
            "market", topic.requireInstrument().symbol())
        .toString();
  }

  @Override
  protected void other(Frame frame, SessionContext context) {
    Json answer = frame.json();
    Json fault = answer.find("fault");
    answered(
        answer.longValue("ref"), fault == null ? null : LarkspurSpot.fault(200, fault), context);
  }
}
