package dev.colibri.examples.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.text.Frame;
import info.bitrich.xchangestream.binance.dto.trade.ExecutionReportBinanceUserTransaction;
import info.bitrich.xchangestream.service.netty.StreamingObjectMapperHelper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.knowm.xchange.dto.Order;
import org.knowm.xchange.dto.trade.UserTrade;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A report of the account's own order: from its bytes to immutable objects that hold everything the
 * venue said, of which what a strategy looks at first is read. Neither side keeps orders here: what
 * an engine does with a report is no part of it, for XChange has none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
public class Reports {
  private static final int MESSAGES = 1000;

  /** Whose way. */
  @Param({"colibri", "xchange"})
  public String of = "";

  private Path path;

  /** Somebody's way. */
  interface Path {
    /** Reads a report; gives its objects to whoever keeps them. */
    Object apply(int i) throws IOException;

    /** What was filled by it, as {@code price:size}; empty for nothing. */
    String filled(Object event);
  }

  /** Opens a session. */
  @Setup
  public void open() {
    path = open(of, EventTape.reports(MESSAGES));
  }

  static Path open(String of, byte[][] reports) {
    return of.equals("colibri") ? new Ours(reports) : new XChanges(reports);
  }

  /** All messages. */
  @Benchmark
  @OperationsPerInvocation(MESSAGES)
  public void report(Busy busy, Blackhole seen) throws IOException {
    busy.begin();
    for (int i = 0; i < MESSAGES; i++) {
      seen.consume(path.apply(i));
    }
    busy.end(MESSAGES);
  }

  /** The session that reads the account's events. */
  private static final class Ours implements Path {
    private final Frame frame = new Frame();
    private final Session session =
        Binance.spot().dialect().streams().stream()
            .filter(s -> !s.carries().contains(Topic.Kind.BOOK))
            .findFirst()
            .orElseThrow()
            .open();
    private final Listening context;
    private final byte[][] reports;
    private long read;

    Ours(byte[][] reports) {
      this.reports = reports;
      TradingRules rules =
          TradingRules.builder(new BigDecimal("0.01"), new BigDecimal("0.00001")).build();
      context =
          new Listening(
              Instrument.builder("binance-spot", "BTCUSDT", "BTC", "USDT", rules).build());
    }

    @Override
    public Object apply(int i) {
      byte[] report = reports[i];
      session.received(frame.wrap(report, 0, report.length, true), context);
      OrderUpdate update = context.order();
      read += update.status().ordinal();
      if (!update.fills().isEmpty()) {
        Fill fill = update.fills().get(0);
        read += fill.price().signum() + fill.size().signum();
      }
      return update;
    }

    @Override
    public String filled(Object event) {
      OrderUpdate update = (OrderUpdate) event;
      return update.fills().isEmpty()
          ? ""
          : DatabindBook.text(update.fills().get(0).price(), update.fills().get(0).size());
    }
  }

  /** What XChange's stream of the account does with a report, one step after the other. */
  private static final class XChanges implements Path {
    private final ObjectMapper mapper = StreamingObjectMapperHelper.getObjectMapper();
    private final byte[][] reports;

    /** Both of its objects. */
    private record Told(Order order, @Nullable UserTrade trade) {}

    XChanges(byte[][] reports) {
      this.reports = reports;
      XChange.exchange();
    }

    @Override
    public Object apply(int i) throws IOException {
      JsonNode tree = mapper.readTree(new String(reports[i], StandardCharsets.UTF_8));
      if (!tree.get("e").asText().equals("executionReport")) {
        throw new IllegalStateException("not a report");
      }
      ExecutionReportBinanceUserTransaction report =
          mapper.treeToValue(tree, ExecutionReportBinanceUserTransaction.class);
      boolean fill =
          report.getExecutionType() == ExecutionReportBinanceUserTransaction.ExecutionType.TRADE;
      return new Told(report.toOrder(false), fill ? report.toUserTrade(false) : null);
    }

    @Override
    public String filled(Object event) {
      UserTrade trade = ((Told) event).trade();
      return trade == null ? "" : DatabindBook.text(trade.getPrice(), trade.getOriginalAmount());
    }
  }
}
