package dev.colibri.connector.testkit.exchange;

import dev.colibri.connector.testkit.exchange.binance.BinancePerpProtocol;
import dev.colibri.connector.testkit.exchange.binance.BinanceProtocol;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.exchange.binance.RateLimits;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A running exchange on localhost that speaks Binance over real sockets, with a crowd that trades
 * and one funded account with an API key: spot, or USDⓈ-M futures where its markets are margined.
 *
 * <pre>{@code
 * try (var venue = EmbeddedExchange.start(EmbeddedExchange.Options.of(7))) {
 *   connect(venue.restUrl(), venue.streamUrl(), venue.apiKey(), venue.secret());
 *   venue.call(x -> x.openOrders(EmbeddedExchange.ACCOUNT, null));
 * }
 * }</pre>
 *
 * <p>One thread carries out requests, frames and crowd rounds, one after the other: for one seed,
 * the exchange is as deterministic as the order and time in which requests arrive. Every method may
 * be called from any thread. Closing ends all threads and connections.
 */
public final class EmbeddedExchange implements AutoCloseable {

  /** The name of the funded account. */
  public static final String ACCOUNT = "user";

  private static final long WARM_UP_MILLIS = 120_000L;

  /**
   * A market, and how the crowd trades it.
   *
   * @param price the fair price the crowd begins at and returns to
   * @param size an everyday order, in base units
   */
  public record Listing(Market market, String price, String size) {}

  /**
   * What to start.
   *
   * @param port of REST; WebSockets take the next one. 0 takes any two free ports
   * @param listings at least one, all spot or all margined: that decides the protocol
   * @param crowded whether a crowd trades; without one, books begin empty
   */
  public record Options(
      int port, long seed, List<Listing> listings, boolean crowded, RateLimits limits) {

    public Options {
      if (port < 0 || port > 65_534) {
        throw new IllegalArgumentException("no such port: " + port);
      }
      if (listings.isEmpty()) {
        throw new IllegalArgumentException("an exchange needs a market");
      }
      if (listings.stream().map(l -> l.market().isMargined()).distinct().count() > 1) {
        throw new IllegalArgumentException("spot and margined markets speak unlike protocols");
      }
      listings = List.copyOf(listings);
    }

    /** Any free ports, four markets, a crowd, the venue's own limits. */
    public static Options of(long seed) {
      return new Options(
          0,
          seed,
          List.of(
              new Listing(Market.of("BTC", "USDT", "0.01", "0.00001"), "60000", "0.01"),
              new Listing(Market.of("ETH", "USDT", "0.01", "0.0001"), "3000", "0.2"),
              new Listing(
                  Market.of("ETH", "BTC", "0.00001", "0.001").withNotional("0.0001", "9000000"),
                  "0.05",
                  "0.2"),
              new Listing(Market.of("SOL", "USDT", "0.01", "0.001"), "150", "5")),
          true,
          RateLimits.VENUE);
    }

    /** The same with three perpetuals. */
    public static Options perps(long seed) {
      return new Options(
          0,
          seed,
          List.of(
              new Listing(Market.perp("BTC", "USDT", "0.1", "0.001"), "60000", "0.01"),
              new Listing(Market.perp("ETH", "USDT", "0.01", "0.001"), "3000", "0.2"),
              new Listing(Market.perp("SOL", "USDT", "0.01", "0.01"), "150", "5")),
          true,
          RateLimits.PERP);
    }

    /** Whether it trades perpetuals. */
    public boolean isMargined() {
      return listings.get(0).market().isMargined();
    }

    public Options withPort(int other) {
      return new Options(other, seed, listings, crowded, limits);
    }

    public Options withListings(Listing... other) {
      return new Options(port, seed, List.of(other), crowded, limits);
    }

    /** The same without a crowd: nothing happens but what clients do. */
    public Options quiet() {
      return new Options(port, seed, listings, false, limits);
    }

    public Options withLimits(RateLimits other) {
      return new Options(port, seed, listings, crowded, other);
    }
  }

  private final ScheduledThreadPoolExecutor thread;
  private volatile @Nullable Thread owner;
  private final Exchange exchange;
  private final BinanceProtocol protocol;
  private final Timeline timeline;
  private final HttpEndpoint http;
  private final WebSocketEndpoint webSockets;
  private final String apiKey;
  private final String secret;

  private EmbeddedExchange(Options options) throws IOException {
    exchange = new Exchange(options.listings().stream().map(Listing::market).toList());
    protocol =
        options.isMargined()
            ? new BinancePerpProtocol(exchange, options.seed(), options.limits())
            : new BinanceSpotProtocol(exchange, options.seed(), options.limits());
    // Not the protocol's sequence, or the ids it makes would tell the secret.
    var random = new SplittableRandom(~options.seed());
    apiKey = randomText(random);
    secret = randomText(random);
    protocol.addHmacKey(apiKey, secret, ACCOUNT);
    long start = System.currentTimeMillis() - WARM_UP_MILLIS;
    open(options, start);
    var crowd = new Crowd(exchange, options.seed());
    if (options.crowded()) {
      options.listings().forEach(l -> crowd.trade(l.market().name(), l.price(), l.size()));
    }
    timeline = new Timeline(crowd, protocol, start);
    for (long t = start; t < start + WARM_UP_MILLIS; t += 1_000) {
      timeline.advance(t);
    }

    thread = new ScheduledThreadPoolExecutor(1, this::newOwner);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    var loopback = InetAddress.getLoopbackAddress();
    try {
      http = new HttpEndpoint(this, loopback, options.port());
    } catch (IOException e) {
      thread.shutdownNow();
      throw e;
    }
    try {
      webSockets =
          new WebSocketEndpoint(this, loopback, options.port() == 0 ? 0 : options.port() + 1);
    } catch (IOException e) {
      http.close();
      thread.shutdownNow();
      throw e;
    }
    thread.execute(this::tick);
  }

  private void open(Options options, long now) {
    exchange.openAccount(ACCOUNT);
    for (var listing : options.listings()) {
      var market = listing.market();
      var margin = market.margin();
      if (margin == null) {
        fund(market.base(), new BigDecimal(listing.size()).multiply(new BigDecimal(1_000)), now);
      }
      fund(
          margin == null ? market.quote() : margin.settle(),
          new BigDecimal(listing.size())
              .multiply(new BigDecimal(listing.price()))
              .multiply(new BigDecimal(1_000)),
          now);
    }
  }

  private void fund(String asset, BigDecimal amount, long now) {
    exchange.deposit(ACCOUNT, asset, amount, now);
  }

  private static String randomText(SplittableRandom random) {
    var letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    var text = new StringBuilder();
    for (int i = 0; i < 64; i++) {
      text.append(letters.charAt((int) ((random.nextLong() >>> 1) % letters.length())));
    }
    return text.toString();
  }

  /**
   * Starts an exchange and returns when it accepts connections.
   *
   * @throws IOException if a port is taken
   */
  public static EmbeddedExchange start(Options options) throws IOException {
    return new EmbeddedExchange(options);
  }

  /** Where REST is, such as {@code http://127.0.0.1:9080}. */
  public String restUrl() {
    return "http://127.0.0.1:" + http.port();
  }

  /** Where {@code /ws} and {@code /stream} are, such as {@code ws://127.0.0.1:9081}. */
  public String streamUrl() {
    return "ws://127.0.0.1:" + webSockets.port();
  }

  /** The WebSocket API of spot. */
  public String wsApiUrl() {
    return streamUrl() + "/ws-api/v3";
  }

  /** The API key of {@link #ACCOUNT}; the same for the same seed. */
  public String apiKey() {
    return apiKey;
  }

  /** Its HMAC secret; the same for the same seed. */
  public String secret() {
    return secret;
  }

  /**
   * Asks or does something on the exchange's thread, and waits for it. Inside, {@link #now()} is
   * the time to give the exchange: {@code venue.call(x -> x.place("bob", order, venue.now()))}.
   */
  public <T> T call(Function<Exchange, T> question) {
    return onThread(() -> question.apply(exchange));
  }

  /** Does something to the protocol on its thread, and waits: adds keys, faults. */
  public void configure(Consumer<BinanceProtocol> change) {
    onThread(
        () -> {
          change.accept(protocol);
          return null;
        });
  }

  /** The exchange's time now, in milliseconds since 1970: what a call must give it. */
  public long now() {
    return onThread(timeline::now);
  }

  /** Cuts all WebSocket connections without a word. */
  public void disconnectAll() {
    webSockets.disconnectAll();
  }

  /** Ends all connections and threads. */
  @Override
  public void close() {
    webSockets.close();
    http.close();
    stop();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the exchange's thread does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() {
    for (var waiting : thread.shutdownNow()) {
      if (waiting instanceof Future<?> question) {
        // Whoever waits for an answer hears that there will be none.
        question.cancel(false);
      }
    }
  }

  // For the endpoints

  Protocol protocol() {
    return protocol;
  }

  /** The time, brought forward to the clock; only on the exchange's thread. */
  long advance() {
    timeline.advance(System.currentTimeMillis());
    return timeline.now();
  }

  /** Carries out on the exchange's thread, after what is due, and waits. */
  <T> T onThread(Callable<T> task) {
    try {
      if (Thread.currentThread() == owner) {
        return task.call(); // already here, so waiting would be for ever
      }
      return thread
          .submit(
              () -> {
                advance();
                return task.call();
              })
          .get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the exchange was asked", e);
    } catch (RejectedExecutionException | CancellationException e) {
      throw new IllegalStateException("the exchange is closed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Carries out on the exchange's thread, later; nothing if the exchange is closing. */
  void later(Runnable task) {
    try {
      thread.execute(
          () -> {
            try {
              task.run();
            } catch (RuntimeException e) {
              report(e);
            }
          });
    } catch (RejectedExecutionException e) {
      // Closing: there is nobody left to hear it.
    }
  }

  private void tick() {
    long wait = Crowd.ROUND_MILLIS;
    try {
      long now = advance();
      wait = Math.max(1, timeline.next() - now);
    } catch (RuntimeException e) {
      report(e);
    }
    try {
      thread.schedule(this::tick, wait, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      // Closing.
    }
  }

  /** A bug of the exchange itself must not pass in silence, nor stop the others' trading. */
  static void report(RuntimeException bug) {
    var thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
  }

  private Thread newOwner(Runnable task) {
    var created = daemon(task, "embedded-exchange");
    owner = created;
    return created;
  }

  static Thread daemon(Runnable task, String name) {
    var thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
