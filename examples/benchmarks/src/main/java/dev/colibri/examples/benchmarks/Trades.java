package dev.colibri.examples.benchmarks;

import dev.colibri.connector.model.TradeView;
import info.bitrich.xchangestream.binance.BinanceStreamingMarketDataService;
import info.bitrich.xchangestream.binance.KlineSubscription;
import info.bitrich.xchangestream.core.ProductSubscription;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.knowm.xchange.binance.BinanceExchange;
import org.knowm.xchange.binance.service.BinanceMarketDataService;
import org.knowm.xchange.dto.marketdata.Trade;
import org.knowm.xchange.instrument.Instrument;
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

/** A public trade: from its bytes to a listener. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
public class Trades {
  private static final int MESSAGES = 1000;

  /** So many trades of a burst come in one read of a socket. */
  private static final int BURST = 20;

  /** One of them in each read, with a listener. */
  static final String OURS = Figure.OURS;

  /** As in a burst. */
  static final String IN_BURSTS = OURS + ": " + BURST + " in one read";

  /** To somebody who listens to other trades only. */
  static final String UNHEARD = OURS + ": nobody listens";

  /** By the session alone, without the engine. */
  static final String READ_ONLY = OURS + ": reading alone";

  /** XChange's, as ours. */
  static final String THEIRS = "xchange";

  static final String THEIRS_IN_BURSTS = THEIRS + ": " + BURST + " in one read";

  /** XChange's from the text of a message on: without its own reading of frames. */
  static final String THEIRS_OF_TEXT = THEIRS + ": from text";

  /** Whose way. */
  @Param({OURS, IN_BURSTS, UNHEARD, READ_ONLY, THEIRS, THEIRS_IN_BURSTS, THEIRS_OF_TEXT})
  public String of = "";

  private Path path;

  /** Somebody's way. */
  interface Path extends AutoCloseable {
    /** How many reads there are. */
    int count();

    /** Does what one read brings; gives something that depends on prices and sizes. */
    long apply(int i);

    @Override
    default void close() {}
  }

  /** Subscribes. */
  @Setup
  public void open() {
    path = open(of, EventTape.trades(MESSAGES));
  }

  static Path open(String of, byte[][] trades) {
    return switch (of) {
      case OURS -> new Ours(trades, 1, true);
      case IN_BURSTS -> new Ours(trades, BURST, true);
      case UNHEARD -> new Ours(trades, 1, false);
      case READ_ONLY -> new Read(trades);
      case THEIRS -> new XChanges(trades, 1);
      case THEIRS_IN_BURSTS -> new XChanges(trades, BURST);
      default -> new XChangesOfText(trades);
    };
  }

  /** Ends what was opened. */
  @TearDown
  public void close() throws Exception {
    path.close();
  }

  /** All messages. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void trade(Busy busy, Blackhole seen) {
    busy.begin();
    int count = path.count();
    for (int i = 0; i < count; i++) {
      seen.consume(path.apply(i));
    }
    busy.end(MESSAGES);
  }

  /** Frames of messages, so many in one read. */
  private static byte[][] reads(byte[][] messages, int burst) {
    byte[][] reads = new byte[messages.length / burst][];
    for (int i = 0; i < reads.length; i++) {
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      for (int k = 0; k < burst; k++) {
        read.writeBytes(Frames.text(messages[i * burst + k]));
      }
      reads[i] = read.toByteArray();
    }
    return reads;
  }

  /** All of ours, from the bytes of a socket on. */
  private static final class Ours implements Path {
    private final VenueScript script = VenueScript.of(List.of("BTC", "ETH"), base -> "", 1);
    private final int burst;
    private final boolean heard;
    private final ByteBuffer[] reads;
    private final Wire wire;
    private long seen;
    private long sum;

    /**
     * A path.
     *
     * @param burst how many trades come in one read, a part of all
     * @param heard whether somebody listens to them
     */
    Ours(byte[][] trades, int burst, boolean heard) {
      this.burst = burst;
      this.heard = heard;
      reads = Arrays.stream(reads(trades, burst)).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
      script.connector().trades(script.instrument(heard ? "BTC" : "ETH")).listenDirect(this::heard);
      wire = new Wire(script);
    }

    private void heard(TradeView trade) {
      seen++;
      sum += trade.price() ^ trade.size();
    }

    @Override
    public int count() {
      return reads.length;
    }

    @Override
    public long apply(int i) {
      long before = seen;
      wire.deliver(reads[i]);
      if (seen != before + (heard ? burst : 0)) {
        throw new IllegalStateException("told of " + (seen - before) + " trades");
      }
      return sum;
    }

    @Override
    public void close() {
      script.close();
    }
  }

  /** What reading a trade costs of that. */
  private static final class Read implements Path {
    private final MarketParsing parsing = new MarketParsing("binance-spot");
    private final byte[][] trades;

    Read(byte[][] trades) {
      this.trades = trades;
    }

    @Override
    public int count() {
      return trades.length;
    }

    @Override
    public long apply(int i) {
      return parsing.read(trades[i]);
    }
  }

  /** All of XChange's, from the bytes of a socket on. */
  private static final class XChanges implements Path {
    private final XChangeTrades trades = new XChangeTrades();
    private final XChangeWire wire = trades.stream.wire();
    private final ByteBuf[] reads;
    private final int burst;

    XChanges(byte[][] messages, int burst) {
      this.burst = burst;
      byte[][] combined = Arrays.stream(messages).map(EventTape::combined).toArray(byte[][]::new);
      reads =
          Arrays.stream(reads(combined, burst))
              .map(Unpooled::wrappedBuffer)
              .toArray(ByteBuf[]::new);
    }

    @Override
    public int count() {
      return reads.length;
    }

    @Override
    public long apply(int i) {
      long before = trades.seen;
      wire.deliver(reads[i]);
      trades.expect(before + burst);
      return trades.sum;
    }
  }

  /** XChange's, from the text of a message on. */
  private static final class XChangesOfText implements Path {
    private final XChangeTrades trades = new XChangeTrades();
    private final byte[][] messages;

    XChangesOfText(byte[][] messages) {
      this.messages = Arrays.stream(messages).map(EventTape::combined).toArray(byte[][]::new);
    }

    @Override
    public int count() {
      return messages.length;
    }

    @Override
    public long apply(int i) {
      long before = trades.seen;
      trades.stream.messageHandler(new String(messages[i], StandardCharsets.UTF_8));
      trades.expect(before + 1);
      return trades.sum;
    }
  }

  /** Somebody who listens to XChange's trades. */
  private static final class XChangeTrades {
    final XChange.Stream stream;
    long seen;
    long sum;

    XChangeTrades() {
      BinanceExchange exchange = XChange.exchange();
      ProductSubscription subscription =
          ProductSubscription.create().addTrades(XChange.PAIR).build();
      stream = new XChange.Stream(subscription, exchange);
      BinanceStreamingMarketDataService service =
          new BinanceStreamingMarketDataService(
              stream,
              new BinanceMarketDataService(exchange, exchange.getResilienceRegistries()),
              () -> {},
              "@100ms",
              false,
              DepthTape.LEVELS);
      service.openSubscriptions(subscription, new KlineSubscription(Map.of()));
      var unused = service.getTrades((Instrument) XChange.PAIR).subscribe(this::heard);
    }

    private void heard(Trade trade) {
      seen++;
      sum += trade.getPrice().hashCode() ^ trade.getOriginalAmount().hashCode();
    }

    void expect(long trades) {
      if (seen != trades) {
        throw new IllegalStateException("XChange told of " + seen + " trades, not " + trades);
      }
    }
  }
}
