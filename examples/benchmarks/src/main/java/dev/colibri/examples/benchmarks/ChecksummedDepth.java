package dev.colibri.examples.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Side;
import info.bitrich.xchangestream.kraken.KrakenStreamingExchange;
import info.bitrich.xchangestream.kraken.KrakenStreamingMarketDataService;
import info.bitrich.xchangestream.kraken.KrakenStreamingService;
import info.bitrich.xchangestream.kraken.dto.enums.KrakenSubscriptionName;
import io.reactivex.rxjava3.core.Observable;
import io.reactivex.rxjava3.core.ObservableEmitter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.knowm.xchange.ExchangeSpecification;
import org.knowm.xchange.currency.CurrencyPair;
import org.knowm.xchange.dto.trade.LimitOrder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * As {@link DepthToBook}, of Kraken: books carry a checksum, which both sides compute anew for
 * every message.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
public class ChecksummedDepth {
  private static final int MESSAGES = 1000;

  /** What the stream tells of; the tape's book stays within it. */
  private static final int WINDOW = 1000;

  private static final int LEVELS = 800;

  /** Whose way. */
  @Param({"colibri", "xchange"})
  public String of = "";

  private Path path;

  /** Somebody's way. */
  interface Path extends AutoCloseable {
    /** Reads a message; gives something that depends on the best bid and ask after it. */
    long apply(int i);

    /** The best levels, bids first. */
    List<String> best(int levels);

    @Override
    default void close() {}
  }

  /** Loads the book. */
  @Setup
  public void open() {
    path = open(of, tape(MESSAGES));
  }

  static DepthTape tape(int messages) {
    return DepthTape.of(7, messages, LEVELS);
  }

  static Path open(String of, DepthTape tape) {
    return of.equals("colibri") ? new Ours(tape) : new XChanges(tape);
  }

  /** Ends what was opened. */
  @TearDown
  public void close() throws Exception {
    path.close();
  }

  /** All messages. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void message(Busy busy, Blackhole seen) {
    busy.begin();
    for (int i = 0; i < MESSAGES; i++) {
      seen.consume(path.apply(i));
    }
    busy.end(MESSAGES);
  }

  /** All of ours, from the bytes of a socket on. */
  private static final class Ours implements Path {
    private final VenueScript script = VenueScript.kraken(WINDOW);
    private final ByteBuffer[] frames;
    private final Wire wire;
    private long seen;
    private long touch;

    Ours(DepthTape of) {
      KrakenTape tape = KrakenTape.second(of);
      frames =
          Arrays.stream(tape.messages())
              .map(Frames::text)
              .map(ByteBuffer::wrap)
              .toArray(ByteBuffer[]::new);
      script.connector().books(script.connector().instrument("BTC-USD")).listenDirect(this::heard);
      wire = new Wire(script);
      wire.deliver(ByteBuffer.wrap(Frames.text(tape.snapshot())));
      VenueScript.await("valid", () -> book().isValid());
    }

    private OrderBook book() {
      return script.connector().book(script.connector().instrument("BTC-USD"));
    }

    private void heard(OrderBook book) {
      if (book.isValid()) {
        seen++;
        touch = book.price(Side.BUY, 0) ^ book.price(Side.SELL, 0);
      }
    }

    @Override
    public long apply(int i) {
      long before = seen;
      wire.deliver(frames[i]);
      if (seen != before + 1) {
        throw new IllegalStateException("the listener was told of no valid book: " + book());
      }
      return touch;
    }

    @Override
    public List<String> best(int levels) {
      OrderBook book = book();
      List<String> best = new ArrayList<>();
      for (Side side : List.of(Side.BUY, Side.SELL)) {
        for (int i = 0; i < Math.min(levels, book.depth(side)); i++) {
          Level level = book.level(side, i);
          best.add(DatabindBook.text(level.price(), level.size()));
        }
      }
      return best;
    }

    @Override
    public void close() {
      script.close();
    }
  }

  /** XChange's, from the text of a frame on. */
  private static final class XChanges implements Path {
    private final byte[][] messages;
    private final Stream stream = new Stream(exchange());
    private org.knowm.xchange.dto.marketdata.@Nullable OrderBook book;

    XChanges(DepthTape of) {
      KrakenTape tape = KrakenTape.first(of);
      messages = tape.messages();
      var unused =
          new Service(stream)
              .getOrderBook(new CurrencyPair("XBT", "USD"), WINDOW)
              .subscribe(
                  now -> book = now,
                  failure -> {
                    throw new IllegalStateException(failure);
                  });
      stream.messageHandler(new String(tape.snapshot(), StandardCharsets.UTF_8));
    }

    private static KrakenStreamingExchange exchange() {
      KrakenStreamingExchange exchange = new KrakenStreamingExchange();
      ExchangeSpecification specification = exchange.getDefaultExchangeSpecification();
      specification.setShouldLoadRemoteMetaData(false);
      exchange.applySpecification(specification);
      return exchange;
    }

    @Override
    public long apply(int i) {
      book = null;
      stream.messageHandler(new String(messages[i], StandardCharsets.UTF_8));
      var now = book;
      if (now == null) {
        throw new IllegalStateException("XChange told of no book");
      }
      return now.getBids().get(0).getLimitPrice().hashCode()
          ^ now.getAsks().get(0).getLimitPrice().hashCode();
    }

    @Override
    public List<String> best(int levels) {
      var now = book;
      List<String> best = new ArrayList<>();
      if (now != null) {
        for (List<LimitOrder> side : List.of(now.getBids(), now.getAsks())) {
          side.stream()
              .limit(levels)
              .forEach(o -> best.add(DatabindBook.text(o.getLimitPrice(), o.getOriginalAmount())));
        }
      }
      return best;
    }
  }

  /** Its service of market data. */
  private static final class Service extends KrakenStreamingMarketDataService {
    Service(KrakenStreamingService stream) {
      super(stream, false);
    }

    /** Its own asks for a field that later versions of a pair hide. Called once. */
    @Override
    public String getChannelName(KrakenSubscriptionName name, CurrencyPair pair) {
      return name + "-" + pair;
    }
  }

  /** Its streaming service, whose one channel opens without a socket. */
  private static final class Stream extends KrakenStreamingService {
    private @Nullable ObservableEmitter<JsonNode> channel;

    Stream(KrakenStreamingExchange exchange) {
      super(exchange, false, "wss://localhost", () -> null);
    }

    @Override
    public Observable<JsonNode> subscribeChannel(String name, Object... arguments) {
      return Observable.<JsonNode>create(emitter -> channel = emitter).share();
    }

    @Override
    protected void handleChannelMessage(String name, JsonNode message) {
      if (channel != null) {
        channel.onNext(message);
      }
    }
  }
}
