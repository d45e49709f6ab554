package dev.colibri.connector.spot.okx;

import dev.colibri.connector.model.BookState;
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
import dev.colibri.connector.text.TextException;
import java.util.List;

/**
 * Market data: the channels {@code books}, {@code trades} and {@code bbo-tbt} of many instruments
 * on one connection.
 *
 * <p>How the venue wants a book kept (change log of 2026-02-12, "How to manage a local order book
 * correctly"), in our words, and who does it:
 *
 * <ol>
 *   <li>Subscribe to the changes: {@link #frame}.
 *   <li>Keep what comes, and note {@code prevSeqId} of the first change: the engine. The whole book
 *       that the venue may send first is not needed; while it does, the book begins with it.
 *   <li>Ask for a snapshot: {@link OkxApi#book}.
 *   <li>When its {@code seqId} lies before that {@code prevSeqId}, ask again.
 *   <li>Drop changes whose {@code seqId} is not beyond the snapshot's.
 *   <li>Of the first one left, {@code prevSeqId} does not exceed the snapshot's {@code seqId},
 *       which lies before its {@code seqId}.
 *   <li>The snapshot is the book, at its {@code seqId}.
 *   <li>Apply what was kept, then what comes: the {@code prevSeqId} of each is the {@code seqId} of
 *       the one before, or there is a gap, and all begins anew; sizes replace those that stood
 *       there, 0 removes the level. A message without changes has two equal numbers. After
 *       maintenance a {@code seqId} may be smaller than its {@code prevSeqId}: the venue counts
 *       anew.
 * </ol>
 *
 * <p>Steps 2 and 4 to 8 are {@link
 * dev.colibri.connector.spi.BookDiscipline#REST_SNAPSHOT_THEN_DIFFS}. The field {@code checksum} is
 * always 0 since 2026-06-23.
 */
public class OkxMarketSession extends MarketSession {
  /**
   * The three channels; trades of one taker at one price may come as one.
   *
   * <pre>{@code
   * {"arg":{"channel":"books","instId":"BTC-USDT"},"action":"update","data":[{"asks":[["67210.2","0","0","0"]],
   *  "bids":[["67210.1","0.431","0","2"]],"ts":"1700000000123","checksum":0,"seqId":1027025,"prevSeqId":1027024}]}
   * {"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"28457","px":"67210.1",
   *  "sz":"0.012","side":"sell","ts":"1700000000123","count":"1"}]}
   * {"arg":{"channel":"bbo-tbt","instId":"BTC-USDT"},"data":[{"asks":[["67210.2","1.2","0","3"]],
   *  "bids":[["67210.1","0.431","0","2"]],"ts":"1700000000123","seqId":1027025}]}
   * }</pre>
   */
  private static final MarketFormat FORMAT =
      MarketFormat.of(
              Fields.of()
                  .inside("arg", Fields.of().kind("channel").symbol("instId"))
                  .action("action", "snapshot")
                  .rows("data"))
          .book("books", OkxParser.LEVELS.previous("prevSeqId"))
          .trades(
              "trades",
              Fields.of()
                  .id("tradeId")
                  .price("px")
                  .size("sz")
                  .side("side", "buy", "sell")
                  .millis("ts"))
          .top("bbo-tbt", OkxParser.LEVELS);

  /** A channel, and what it is about. */
  public record Channel(String name, String symbol) {
    /** As errors write it. */
    @Override
    public String toString() {
      return "channel:" + name + ",instId:" + symbol + " ";
    }
  }

  /** A fresh session. */
  public OkxMarketSession() {
    super(FORMAT, OkxApi.STREAM, "/ws/v5/public");
  }

  /** The channels that carry a topic; an answer about the first one counts for all. */
  protected List<Channel> channels(Topic topic) {
    String channel = topic.named("books", "trades", "bbo-tbt");
    return List.of(new Channel(channel, topic.requireInstrument().symbol()));
  }

  /** A message of a channel that carries neither books nor trades. */
  protected void told(String channel, Json rows, SessionContext context) {
    throw new TextException("of no channel that was asked for: " + Escape.text(channel));
  }

  @Override
  protected String frame(boolean subscribe, List<Topic> topics, SigningContext signing) {
    return JsonWriter.of(
            "id", Long.toString(signing.requestId()),
            "op", subscribe ? "subscribe" : "unsubscribe",
            "args",
                topics.stream()
                    .flatMap(topic -> channels(topic).stream())
                    .map(c -> JsonWriter.of("channel", c.name(), "instId", c.symbol()))
                    .toList())
        .toString();
  }

  /**
   * Answers: one for each topic that is accepted, and one for a frame or a topic that is not.
   *
   * <pre>{@code
   * {"id":"1","event":"subscribe","arg":{"channel":"books","instId":"BTC-USDT"},"connId":"a4d3ae55"}
   * {"id":"1","event":"error","code":"60018","msg":"Wrong URL or channel:books,instId:BTC-USDQ doesn't exist. …"}
   * {"event":"notice","code":"64008","msg":"The connection will soon be closed …","connId":"a4d3ae55"}
   * }</pre>
   */
  @Override
  protected void other(Frame frame, SessionContext context) {
    if (frame.utf8().equals("pong")) {
      return;
    }
    Json message = frame.json();
    if (message.has("data")) {
      told(message.get("arg").text("channel"), message.get("data"), context);
      return;
    }
    long id = message.longOr("id", ANY);
    String words = message.textOr("msg", "");
    switch (message.text("event")) {
      case "subscribe" -> {
        Json arg = message.get("arg");
        Channel said = new Channel(arg.text("channel"), arg.text("instId"));
        answered(id, topic -> channels(topic).get(0).equals(said), null, context);
      }
      case "error" -> {
        Fault fault = OkxApi.REFUSALS.fault(200, message.text("code"), words);
        boolean all = !words.contains("instId:");
        String about = words + " ";
        answered(
            id,
            topic -> all || channels(topic).stream().anyMatch(c -> about.contains(c.toString())),
            fault,
            context);
      }
      case "notice" -> context.lost(null, BookState.DISCONNECTED, words);
      default -> {}
    }
  }
}
