package dev.colibri.examples.benchmarks;

import dev.colibri.connector.model.TradeView;
import info.bitrich.xchangestream.binance.BinanceStreamingMarketDataService;
import info.bitrich.xchangestream.binance.KlineSubscription;
import info.bitrich.xchangestream.core.ProductSubscription;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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

  /** Whose way. */
  @Param({"colibri", "xchange"})
  public String of = "";

  private Path path;

  /** Somebody's way. */
  interface Path extends AutoCloseable {
    /** Reads a trade; gives something that depends on its price and size. */
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
    return of.equals("colibri") ? new Ours(trades) : new XChanges(trades);
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
    for (int i = 0; i < MESSAGES; i++) {
      seen.consume(path.apply(i));
    }
    busy.end(MESSAGES);
  }

  /** All of ours, from the bytes of a socket on. */
  private static final class Ours implements Path {
    private final VenueScript script;
    private final ByteBuffer[] frames;
    private final Wire wire;
    private long seen;
    private long sum;

    Ours(byte[][] trades) {
      script = VenueScript.of(List.of("BTC"), base -> "", DepthTape.LEVELS);
      frames =
          Arrays.stream(trades).map(Frames::text).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
      script.connector().trades(script.instrument("BTC")).listenDirect(this::heard);
      wire = new Wire(script.socket());
    }

    private void heard(TradeView trade) {
      seen++;
      sum += trade.price() ^ trade.size();
    }

    @Override
    public long apply(int i) {
      long before = seen;
      wire.deliver(frames[i]);
      if (seen != before + 1) {
        throw new IllegalStateException("the listener was told of no trade");
      }
      return sum;
    }

    @Override
    public void close() {
      script.close();
    }
  }

  /** XChange's, from the text of a frame on. */
  private static final class XChanges implements Path {
    private final byte[][] messages;
    private final XChange.Stream stream;
    private @Nullable Trade last;

    XChanges(byte[][] trades) {
      messages = Arrays.stream(trades).map(EventTape::combined).toArray(byte[][]::new);
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
      var unused = service.getTrades((Instrument) XChange.PAIR).subscribe(trade -> last = trade);
    }

    @Override
    public long apply(int i) {
      last = null;
      stream.messageHandler(new String(messages[i], StandardCharsets.UTF_8));
      Trade trade = last;
      if (trade == null) {
        throw new IllegalStateException("XChange told of no trade");
      }
      return trade.getPrice().hashCode() ^ trade.getOriginalAmount().hashCode();
    }
  }
}
