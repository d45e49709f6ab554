package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** From the frame to a direct listener of each kind, through everything a connector is made of. */
class BinanceDirectListenersTest {
  private static final int MESSAGES = 50_000;
  private static final String RULES =
      """
      {"symbols":[{"symbol":"BTCUSDT","status":"TRADING","baseAsset":"BTC","baseAssetPrecision":8,
       "quoteAsset":"USDT","quotePrecision":8,"quoteAssetPrecision":8,
       "orderTypes":["LIMIT","LIMIT_MAKER","MARKET"],"isSpotTradingAllowed":true,
       "permissions":[],"permissionSets":[["SPOT"]],
       "filters":[
        {"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000.00","tickSize":"0.01"},
        {"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000.0","stepSize":"0.00001"}]}]}
      """;
  private static final long FIRST = 100_000_000_000L;

  private final Frame frame = new Frame();
  private final ArrayDeque<Runnable> world = new ArrayDeque<>();
  private Transport.SocketListener socket;
  private long books;
  private long changes;
  private volatile long trades;
  private long tops;
  private long sum;

  /** A host on the thread of the test; whatever comes back comes when the test lets it. */
  private final class Here implements Host {
    private final AtomicLong nanos = new AtomicLong(1_700_000_000_000_000_000L);

    @Override
    public long nanos() {
      return nanos.addAndGet(100);
    }

    @Override
    public long random() {
      return 7;
    }

    @Override
    public Alarm alarm(Runnable ring) {
      return new Alarm() {
        @Override
        public void at(long at) {}

        @Override
        public void cancel() {}
      };
    }

    @Override
    public void strategy(Runnable task) {
      task.run();
    }

    @Override
    public boolean onStrategyThread() {
      return false;
    }

    @Override
    public Transport transport(Venue<?> venue, Set<String> hosts) {
      return new Wire();
    }

    @Override
    public void close() {}
  }

  private final class Wire implements Transport {
    @Override
    public void http(HttpRequest request, Consumer<Delivery> done) {
      String body =
          switch (request.uri().getPath()) {
            case "/api/v3/time" -> "{\"serverTime\":1700000000000}";
            case "/api/v3/exchangeInfo" -> RULES;
            default ->
                "{\"lastUpdateId\":"
                    + FIRST
                    + ",\"bids\":[[\"60000.00\",\"1\"],[\"59999.00\",\"1\"]],"
                    + "\"asks\":[[\"60001.00\",\"1\"]]}";
          };
      world.add(
          () ->
              done.accept(
                  new Delivery.Replied(
                      new Reply(200, new TreeMap<>(), body.getBytes(StandardCharsets.UTF_8)))));
    }

    @Override
    public Socket connect(
        URI uri, Map<String, String> headers, Duration timeout, SocketListener listener) {
      socket = listener;
      world.add(listener::opened);
      return new Socket() {
        @Override
        public void send(String text) {
          long id = Json.parse(text).longValue("id");
          world.add(() -> receive(bytes("{\"result\":null,\"id\":" + id + "}")));
        }

        @Override
        public void ping() {}

        @Override
        public void close() {}
      };
    }

    @Override
    public void close() {}
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void receive(byte[] message) {
    socket.received(frame.wrap(message, 0, message.length, true));
  }

  private void settle() {
    for (Runnable next = world.poll(); next != null; next = world.poll()) {
      next.run();
    }
  }

  private long sequence = FIRST;

  /** The same message again, with the next number. */
  private void depth(byte[] message, int firstAt, int lastAt) {
    write(message, firstAt, ++sequence);
    write(message, lastAt, sequence);
    receive(message);
  }

  private static void write(byte[] message, int at, long number) {
    long n = number;
    for (int i = at + 11; i >= at; i--) {
      message[i] = (byte) ('0' + n % 10);
      n /= 10;
    }
  }

  private static final int ROUNDS = 2_000;
  private static final int TRADES = 50;

  @Test
  void of_several_readers_one_at_a_time_tells_and_nothing_is_left_untold() throws Exception {
    byte[] trade =
        bytes(
            "{\"e\":\"trade\",\"E\":1700000000123,\"s\":\"BTCUSDT\",\"t\":4000000000,"
                + "\"p\":\"60000.01\",\"q\":\"0.00123\",\"T\":1700000000122,\"m\":true}");
    try (Colibri colibri = Colibri.on(new Here(), Settings.DEFAULT, venue -> venue)) {
      SpotConnector c = colibri.open(Binance.spot());
      c.start();
      settle();
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger overlaps = new AtomicInteger();
      AtomicInteger missed = new AtomicInteger();
      c.trades(c.instrument("BTC-USDT"))
          .listenDirect(
              t -> {
                overlaps.addAndGet(inside.getAndIncrement());
                trades++;
                inside.decrementAndGet();
              });
      settle();
      CyclicBarrier round =
          new CyclicBarrier(
              2,
              () -> {
                missed.addAndGet(trades == 2 * TRADES ? 0 : 1);
                trades = 0;
              });
      Callable<Void> reader =
          () -> {
            Frame own = new Frame();
            for (int i = 0; i < ROUNDS; i++) {
              for (int k = 0; k < TRADES; k++) {
                socket.received(own.wrap(trade, 0, trade.length, true));
              }
              round.await(1, TimeUnit.MINUTES);
            }
            return null;
          };
      var readers = Executors.newFixedThreadPool(2);
      for (Future<Void> done : readers.invokeAll(List.of(reader, reader))) {
        done.get(1, TimeUnit.MINUTES);
      }
      readers.shutdown();
      assertEquals(0, overlaps.get());
      assertEquals(0, missed.get(), "rounds after which not every trade was told");
    }
  }

  @Test
  void nothing_is_made_for_a_message() {
    try (Colibri colibri = Colibri.on(new Here(), Settings.DEFAULT, venue -> venue)) {
      SpotConnector c = colibri.open(Binance.spot());
      c.start();
      settle();
      Instrument btc = c.instrument("BTC-USDT");
      c.books(btc)
          .listenDirect(
              b -> {
                if (b.isValid()) {
                  books++;
                  sum += b.price(Side.BUY, 0) + b.size(Side.SELL, 0);
                }
              });
      c.changes(btc)
          .listenDirect(
              change -> {
                changes++;
                sum += change.price();
              });
      c.trades(btc)
          .listenDirect(
              t -> {
                trades++;
                sum += t.price();
              });
      c.tops(btc)
          .listenDirect(
              t -> {
                tops++;
                sum += t.price(Side.BUY);
              });
      settle();
      assertTrue(c.isReady(), () -> c.readiness().missing());

      String text =
          "{\"e\":\"depthUpdate\",\"E\":1700000000123,\"s\":\"BTCUSDT\",\"U\":%d,\"u\":%d,"
              + "\"b\":[[\"60000.00\",\"%d.5\"],[\"59998.00\",\"%d\"]],\"a\":[[\"60002.00\",\"%d\"]]}";
      byte[] even = bytes(text.formatted(FIRST, FIRST, 1, 1, 1));
      byte[] odd = bytes(text.formatted(FIRST, FIRST, 2, 0, 0));
      int firstAt = text.indexOf("\"U\":") + 4;
      int lastAt = firstAt + 12 + ",\"u\":".length();
      byte[] trade =
          bytes(
              "{\"e\":\"trade\",\"E\":1700000000123,\"s\":\"BTCUSDT\",\"t\":4000000000,"
                  + "\"p\":\"60000.01\",\"q\":\"0.00123\",\"T\":1700000000122,\"m\":true}");
      byte[] top =
          bytes(
              "{\"u\":400900217,\"s\":\"BTCUSDT\",\"b\":\"60000.01\",\"B\":\"0.31\","
                  + "\"a\":\"60000.02\",\"A\":\"0.4\"}");
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      long made = Long.MAX_VALUE;
      // The compiler may still be at it the first time, and leaves a few bytes at any time; garbage
      // of our own would come with every message.
      for (int round = 0; round < 6 && made >= MESSAGES; round++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < MESSAGES; i++) {
          depth(i % 2 == 0 ? even : odd, firstAt, lastAt);
          receive(trade);
          receive(top);
        }
        made = threads.getCurrentThreadAllocatedBytes() - before;
      }
      assertTrue(books >= MESSAGES && changes >= 3 * books - 3, books + " books, " + changes);
      assertTrue(trades >= MESSAGES && tops >= MESSAGES, trades + " trades, " + tops + " tops");
      assertTrue(c.book(btc).isValid());
      assertEquals(sequence, c.book(btc).sequence());
      assertTrue(made < MESSAGES, made + " bytes made by " + 3 * MESSAGES + " messages");
    }
  }
}
