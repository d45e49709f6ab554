package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Effect;
import dev.colibri.connector.engine.Engine;
import dev.colibri.connector.engine.EngineListener;
import dev.colibri.connector.engine.Limiter;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.Redactor;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;

/**
 * Bytes of the venue to the listener of the engine, through everything that lies between: session,
 * scanner, stage, sequence, book. In steady state nothing is made on the way.
 */
class BinanceHotPathTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int MESSAGES = 100_000;
  private static final String TRADE =
      "{\"e\":\"trade\",\"E\":1700000000123,\"s\":\"BTCUSDT\",\"t\":4000000000,"
          + "\"p\":\"60000.01000000\",\"q\":\"0.00123000\",\"T\":1700000000122,"
          + "\"m\":true,\"M\":true}";

  private static final String SYMBOL =
      """
      {"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,
       "quoteAsset":"USDT","quotePrecision":8,"quoteAssetPrecision":8,
       "orderTypes":["LIMIT","LIMIT_MAKER","MARKET"],"quoteOrderQtyMarketAllowed":true,
       "isSpotTradingAllowed":true,"permissions":[],"permissionSets":[["SPOT"]],
       "filters":[
        {"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000.00","tickSize":"0.01"},
        {"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000.0","stepSize":"0.00001"}]}
      """;

  /** Counts what the engine tells; a listener that makes nothing. */
  private static final class Counts implements EngineListener {
    long books;
    long trades;
    long tops;
    long sum;

    @Override
    public void order(OrderEvent event) {}

    @Override
    public void event(ConnectorEvent event) {}

    @Override
    public void balance(Balance balance) {}

    @Override
    public void book(OrderBook book) {
      if (book.isValid()) {
        books++;
        sum += book.price(Side.BUY, 0) + book.size(Side.SELL, 0);
      }
    }

    @Override
    public void trade(TradeView trade) {
      trades++;
      sum += trade.price() + trade.size();
    }

    @Override
    public void top(TopView top) {
      tops++;
      sum += top.price(Side.BUY);
    }
  }

  private final Counts counts = new Counts();
  private final SpotVenue venue = Binance.spot();
  private final Engine engine =
      new Engine(
          venue,
          venue.dialect(),
          Settings.DEFAULT,
          new Limiter(List.of()),
          counts,
          new Redactor(),
          7,
          SECOND);
  private final Frame frame = new Frame();
  private final TreeMap<Long, Long> bids = new TreeMap<>();
  private final TreeMap<Long, Long> asks = new TreeMap<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private long now = SECOND;
  private long connection;

  /** Answers whatever the engine asks for, until it asks for nothing. */
  private void serve() {
    engine.settle();
    for (Effect e = engine.poll(); e != null; e = engine.poll()) {
      if (e instanceof Effect.Http http) {
        engine.delivered(now, http.ticket(), new Delivery.Replied(reply(http.uri().getPath())));
      } else if (e instanceof Effect.Open open) {
        connection = open.connection();
        engine.opened(now, connection);
      } else if (e instanceof Effect.Send send) {
        receive(bytes("{\"result\":null,\"id\":" + Json.parse(send.text()).longValue("id") + "}"));
      }
      engine.settle();
    }
  }

  private Reply reply(String path) {
    String body =
        switch (path) {
          case "/api/v3/time" -> "{\"serverTime\":" + now / 1_000_000 + "}";
          case "/api/v3/exchangeInfo" -> "{\"symbols\":[" + SYMBOL + "]}";
          case "/api/v3/depth" ->
              "{\"lastUpdateId\":100,\"bids\":"
                  + levels(bids.descendingMap())
                  + ",\"asks\":"
                  + levels(asks)
                  + "}";
          default -> throw new AssertionError(path);
        };
    return new Reply(200, new TreeMap<>(), bytes(body));
  }

  private static String levels(SortedMap<Long, Long> side) {
    StringBuilder s = new StringBuilder("[");
    side.forEach(
        (price, size) ->
            s.append(s.length() == 1 ? "" : ",")
                .append("[\"")
                .append(BigDecimal.valueOf(price, 2).toPlainString())
                .append("000000\",\"")
                .append(BigDecimal.valueOf(size, 5).toPlainString())
                .append("000\"]"));
    return s.append(']').toString();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void receive(byte[] message) {
    var unused = leavesMore(message);
  }

  /** Receives a message; whether anything may follow from it. */
  private boolean leavesMore(byte[] message) {
    now += 10;
    boolean more = engine.received(now, connection, frame.wrap(message, 0, message.length, true));
    engine.settle();
    return more;
  }

  private byte[] depth(long first, long last, int changes) {
    TreeMap<Long, Long> b = new TreeMap<>();
    TreeMap<Long, Long> a = new TreeMap<>();
    for (int i = 0; i < changes; i++) {
      boolean bid = random.nextBoolean();
      long distance = 1 + random.nextInt(60);
      long size = random.nextInt(4) == 0 && distance > 1 ? 0 : 1 + random.nextInt(100_000);
      (bid ? b : a).put(bid ? 6_000_000 - distance : 6_000_000 + distance, size);
    }
    return bytes(
        "{\"e\":\"depthUpdate\",\"E\":1700000000123,\"s\":\"BTCUSDT\",\"U\":"
            + first
            + ",\"u\":"
            + last
            + ",\"b\":"
            + levels(b.descendingMap())
            + ",\"a\":"
            + levels(a)
            + "}");
  }

  private Instrument start(Topic.Kind... kinds) {
    for (long i = 1; i <= 400; i++) {
      bids.put(6_000_000 - i, 1000 + i);
      asks.put(6_000_000 + i, 2000 + i);
    }
    engine.start(now);
    serve();
    Instrument btc = engine.instrument("BTC-USDT");
    for (Topic.Kind kind : kinds) {
      engine.want(
          now,
          switch (kind) {
            case BOOK -> engine.bookTopic(btc);
            case TRADES -> Topic.trades(btc);
            default -> Topic.top(btc);
          });
      serve();
    }
    return btc;
  }

  /** Plays until everything is compiled, then once more measured. */
  private static long bytesMade(IntConsumer play) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    play.accept(MESSAGES / 2);
    long made = Long.MAX_VALUE;
    // The compiler may still be at it the first time, and leaves a few bytes at any time; garbage
    // of our own would come with every message.
    for (int i = 0; i < 3 && made >= MESSAGES; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      play.accept(MESSAGES);
      made = threads.getCurrentThreadAllocatedBytes() - before;
    }
    return made;
  }

  @Test
  void depthMessagesMakeNothing() {
    Instrument btc = start(Topic.Kind.BOOK);
    assertTrue(engine.book(btc).isValid());
    // One message carries the book from the snapshot's number to numbers of twelve digits, which
    // are
    // then written over in place, so that the sequence goes on for ever.
    long[] sequence = {100_000_000_000L};
    receive(
        bytes(
            "{\"e\":\"depthUpdate\",\"E\":1,\"s\":\"BTCUSDT\",\"U\":101,\"u\":"
                + sequence[0]
                + ",\"b\":[],\"a\":[]}"));
    byte[][] tape = new byte[500][];
    for (int i = 0; i < tape.length; i++) {
      tape[i] = depth(sequence[0], sequence[0], 30);
    }
    int firstAt = indexOf(tape[0], "\"U\":") + 4;
    int lastAt = indexOf(tape[0], "\"u\":") + 4;
    IntConsumer play =
        count -> {
          for (int i = 0; i < count; i++) {
            byte[] m = tape[i % tape.length];
            write(m, firstAt, ++sequence[0]);
            write(m, lastAt, sequence[0]);
            receive(m);
          }
        };
    long made = bytesMade(play);
    assertTrue(counts.books > MESSAGES);
    assertTrue(engine.book(btc).isValid());
    assertEquals(sequence[0], engine.book(btc).sequence());
    assertTrue(made < MESSAGES, made + " bytes made by " + MESSAGES + " messages");
  }

  private static int indexOf(byte[] message, String text) {
    return new String(message, StandardCharsets.UTF_8).indexOf(text);
  }

  private static void write(byte[] message, int at, long number) {
    long n = number;
    for (int i = at + 11; i >= at; i--) {
      message[i] = (byte) ('0' + n % 10);
      n /= 10;
    }
  }

  @Test
  void tradesAndTopsMakeNothing() {
    start(Topic.Kind.TRADES, Topic.Kind.TOP);
    byte[] trade = bytes(TRADE);
    byte[] top =
        bytes(
            "{\"u\":400900217,\"s\":\"BTCUSDT\",\"b\":\"60000.01000000\",\"B\":\"0.31000000\","
                + "\"a\":\"60000.02000000\",\"A\":\"0.40000000\"}");
    IntConsumer play =
        count -> {
          for (int i = 0; i < count; i++) {
            receive(trade);
            receive(top);
          }
        };
    long made = bytesMade(play);
    assertTrue(counts.trades > MESSAGES);
    assertEquals(counts.trades, counts.tops);
    assertTrue(made < MESSAGES, made + " bytes made by " + 2 * MESSAGES + " messages");
  }

  @Test
  void afterAMessageOfATradeThereIsNothingToSettle() {
    start(Topic.Kind.BOOK, Topic.Kind.TRADES);
    byte[] trade = bytes(TRADE);
    for (int i = 0; i < 3; i++) {
      receive(trade);
    }
    assertFalse(leavesMore(trade), "one like those before");
    assertTrue(leavesMore(bytes(TRADE.replace("BTCUSDT", "BTCUSDX"))), "of an unknown symbol");
    assertTrue(leavesMore(bytes(TRADE.replace("60000.01", "00000.00"))), "without a price");
    assertTrue(leavesMore(bytes("{\"result\":null,\"id\":77}")), "an answer");
    assertTrue(leavesMore(depth(101, 101, 3)), "a change of a book");
    assertFalse(leavesMore(trade), "and a trade again");
    now = engine.nextWakeup();
    assertTrue(leavesMore(trade), "a trade when a timer is due");
    assertEquals(6, counts.trades);
  }
}
