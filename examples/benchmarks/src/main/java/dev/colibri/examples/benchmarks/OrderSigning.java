package dev.colibri.examples.benchmarks;

import com.binance.connector.client.utils.UrlBuilder;
import com.binance.connector.client.utils.signaturegenerator.HmacSignatureGenerator;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.text.Credentials;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchange.binance.BinanceAuthenticated;
import org.knowm.xchange.binance.BinanceExchange;
import org.knowm.xchange.binance.dto.trade.BinanceNewOrder;
import org.knowm.xchange.binance.dto.trade.OrderSide;
import org.knowm.xchange.binance.dto.trade.OrderType;
import org.knowm.xchange.binance.dto.trade.TimeInForce;
import org.knowm.xchange.binance.service.BinanceHmacDigest;
import org.knowm.xchange.client.ExchangeRestProxyBuilder;
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
import si.mazi.rescu.CapturedHandler;

/**
 * A limit order of Binance: from what a strategy says to a signed request, of which only the
 * sending is left. What an engine does besides (rules, budget, limits, bookkeeping) is no part of
 * it, for the others have none.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
public class OrderSigning {
  private static final int ORDERS = 1_000;
  private static final String KEY = "k".repeat(64);
  private static final String SECRET = "46".repeat(32);

  /** In turn: no two orders that follow each other have the same. */
  private static final double[] DOUBLES =
      IntStream.rangeClosed(1, 64).mapToDouble(i -> 67_100 + i / 100.0).toArray();

  private static final String[] IDS =
      IntStream.range(100_000, 101_000).mapToObj(i -> "bot-" + i).toArray(String[]::new);

  private static final BigDecimal[] PRICES =
      DoubleStream.of(DOUBLES).mapToObj(BigDecimal::valueOf).toArray(BigDecimal[]::new);

  private static final BigDecimal SIZE = new BigDecimal("0.01234");

  /** Whose way. */
  @Param({"colibri", "xchange", "binance-connector"})
  public String of = "";

  private Path path;
  private long orders;

  /** Somebody's way. */
  interface Path {
    /** The form of a signed order with this number in its id. */
    Object sign(long number) throws IOException;

    /** The same as text. */
    String text(Object signed);
  }

  /** Takes the keys. */
  @Setup
  public void open() {
    path = open(of, System::currentTimeMillis);
  }

  private static String id(long number) {
    return IDS[(int) (number % IDS.length)];
  }

  private static BigDecimal price(long number) {
    return PRICES[(int) (number % PRICES.length)];
  }

  static Path open(String of, LongSupplier clock) {
    return switch (of) {
      case "colibri" -> new Ours(clock);
      case "xchange" -> new XChanges(clock);
      default -> new Connectors(clock);
    };
  }

  /** A thousand orders. */
  @Benchmark
  @OperationsPerInvocation(ORDERS)
  public void sign(Busy busy, Blackhole seen) throws IOException {
    busy.begin();
    for (int i = 0; i < ORDERS; i++) {
      seen.consume(path.sign(100_000 + orders++ % 100_000));
    }
    busy.end(ORDERS);
  }

  /** The dialect's call for the order, and its departure. */
  private static final class Ours implements Path, SigningContext {
    private final LongSupplier clock;
    private final Credentials credentials = Credentials.of(KEY, SECRET);
    private final SpotDialect dialect = Binance.spot(credentials).dialect();
    private final Instrument instrument;

    Ours(LongSupplier clock) {
      this.clock = clock;
      TradingRules rules =
          TradingRules.builder(new BigDecimal("0.01"), new BigDecimal("0.00001")).build();
      instrument = Instrument.builder("binance-spot", "BTCUSDT", "BTC", "USDT", rules).build();
    }

    @Override
    public Object sign(long number) {
      Order order = Order.buy(instrument).limit(price(number)).size(SIZE).clientId(id(number));
      if (!(dialect.place(order) instanceof Call.Ask<?> ask)) {
        throw new IllegalStateException("not one request");
      }
      return Objects.requireNonNull(dialect.depart(ask.request(), this).body());
    }

    @Override
    public String text(Object signed) {
      return new String((byte[]) signed, StandardCharsets.US_ASCII);
    }

    @Override
    public long millis() {
      return clock.getAsLong();
    }

    @Override
    public long nonce() {
      return 0;
    }

    @Override
    public long requestId() {
      return 1;
    }

    @Override
    public long random() {
      return 1;
    }

    @Override
    public Credentials credentials() {
      return credentials;
    }
  }

  /** XChange's interface of the venue, carried out by RescU. */
  private static final class XChanges implements Path {
    private final LongSupplier clock;
    private final BinanceHmacDigest digest = BinanceHmacDigest.createInstance(SECRET);
    private final CapturedHandler handler =
        new CapturedHandler(
            BinanceAuthenticated.class,
            "https://api.binance.com",
            ExchangeRestProxyBuilder.createClientConfig(
                new BinanceExchange().getDefaultExchangeSpecification()),
            BinanceNewOrder.builder().build());
    private final BinanceAuthenticated api =
        (BinanceAuthenticated)
            Proxy.newProxyInstance(
                BinanceAuthenticated.class.getClassLoader(),
                new Class<?>[] {BinanceAuthenticated.class},
                handler);

    XChanges(LongSupplier clock) {
      this.clock = clock;
    }

    @Override
    public Object sign(long number) throws IOException {
      api.newOrder(
          "BTCUSDT",
          OrderSide.BUY,
          OrderType.LIMIT,
          TimeInForce.GTC,
          SIZE,
          null,
          price(number),
          id(number),
          null,
          null,
          null,
          null,
          5000L,
          clock::getAsLong,
          KEY,
          digest);
      return handler.body();
    }

    /** The signature travels in the query, the rest as a form. */
    @Override
    public String text(Object signed) {
      return signed + "&" + handler.url().replaceAll("^.*\\?", "");
    }
  }

  /** The venue's own client: a map, its builder of queries, its signer. */
  private static final class Connectors implements Path {
    private final LongSupplier clock;
    private final HmacSignatureGenerator signer = new HmacSignatureGenerator(SECRET);

    Connectors(LongSupplier clock) {
      this.clock = clock;
    }

    @Override
    public Object sign(long number) {
      Map<String, Object> order = new LinkedHashMap<>();
      order.put("symbol", "BTCUSDT");
      order.put("side", "BUY");
      order.put("type", "LIMIT");
      order.put("timeInForce", "GTC");
      // Its own examples have doubles here.
      order.put("quantity", 0.01234);
      order.put("price", DOUBLES[(int) (number % DOUBLES.length)]);
      order.put("newClientOrderId", id(number));
      order.put("recvWindow", 5000);
      order.put("timestamp", Long.toString(clock.getAsLong()));
      order.put("signature", signer.getSignature(UrlBuilder.joinQueryParameters(order)));
      return UrlBuilder.buildFullUrl("https://api.binance.com", "/api/v3/order", order);
    }

    @Override
    public String text(Object signed) {
      return ((String) signed).replaceAll("^.*\\?", "");
    }
  }
}
