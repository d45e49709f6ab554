package dev.colibri.examples.benchmarks;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Frame;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The cost of reading a market message of each venue, from the bytes of a frame to laid-out levels
 * or a trade; {@code bytes} beside the time is what was read in a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MarketParsing {
  private static final byte[] COUNTER = "\"sequence_num\":".getBytes(StandardCharsets.US_ASCII);

  /** Which connector. */
  @Param({
    "binance-spot",
    "okx-spot",
    "bybit-spot",
    "kraken-spot",
    "coinbase-spot",
    "kucoin-spot",
    "gate-spot",
    "hyperliquid-spot"
  })
  public String venue = "";

  /** How many bytes were read. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Read {
    public long bytes;
  }

  private final Frame frame = new Frame();
  private Session session;
  private Listening context;
  private byte[] depth;
  private byte[] trade;
  private int depthCounter;
  private int tradeCounter;
  private long counter = 1_000_000_000;

  /** For JMH, which sets {@link #venue}. */
  public MarketParsing() {}

  /** Of one connector. */
  MarketParsing(String venue) {
    this.venue = venue;
    setUp();
  }

  /** Opens a session and copies the messages. */
  @Setup
  public void setUp() {
    MarketMessages.Venue messages = MarketMessages.of(venue);
    session =
        provider(venue).venue(null).dialect().streams().stream()
            .filter(s -> s.carries().contains(Topic.Kind.BOOK))
            .findFirst()
            .orElseThrow()
            .open();
    TradingRules rules =
        TradingRules.builder(new BigDecimal("0.01"), new BigDecimal("0.00001")).build();
    context =
        new Listening(Instrument.builder(venue, messages.symbol(), "BTC", "USD", rules).build());
    depth = messages.depth().clone();
    trade = messages.trade().clone();
    depthCounter = counterAt(depth);
    tradeCounter = counterAt(trade);
  }

  private static SpotVenueProvider provider(String name) {
    return ServiceLoader.load(SpotVenueProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(p -> p.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no connector " + name));
  }

  /**
   * Where a message counts the messages of its connection, which must go on; -1 where it does not.
   */
  private static int counterAt(byte[] message) {
    for (int i = 0; i + COUNTER.length < message.length; i++) {
      if (Arrays.equals(message, i, i + COUNTER.length, COUNTER, 0, COUNTER.length)) {
        return i + COUNTER.length;
      }
    }
    return -1;
  }

  private void receive(byte[] message, int counterAt) {
    if (counterAt >= 0) {
      long rest = ++counter;
      for (int i = counterAt + 9; i >= counterAt; i--) {
        message[i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
    session.received(frame.wrap(message, 0, message.length, true), context);
  }

  /** A change of forty levels. */
  @Benchmark
  public long depth(Read read) {
    receive(depth, depthCounter);
    read.bytes += depth.length;
    return context.levels();
  }

  /** A trade. */
  @Benchmark
  public long trade(Read read) {
    receive(trade, tradeCounter);
    read.bytes += trade.length;
    return context.trades();
  }

  /** Another message of the venue; gives something that depends on what it told. */
  long read(byte[] message) {
    session.received(frame.wrap(message, 0, message.length, true), context);
    return context.numbers();
  }

  /** What was heard. */
  Listening heard() {
    return context;
  }
}
