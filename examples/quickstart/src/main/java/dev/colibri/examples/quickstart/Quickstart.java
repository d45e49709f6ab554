package dev.colibri.examples.quickstart;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.NotReadyException;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Trades on an exchange that runs inside this program, over real sockets, and proves that the books
 * balance. With {@code --live binance BTC-USDT} it shows a real venue instead.
 */
public final class Quickstart {
  private static final String HELP =
      """
      quickstart                            trades on an embedded exchange for 20 seconds
      quickstart --live binance BTC-USDT    shows the public data of a venue for 20 seconds;
                                            with BINANCE_API_KEY and BINANCE_API_SECRET set, it
                                            rests and cancels a tiny order on the test network

        --seconds N    how long, 1 to 86400
        --plain        lines instead of a screen that is redrawn
      """;
  private static final long PATIENCE_SECONDS = 15;

  private Quickstart() {}

  /** Ends with 0 when all went well, 1 when it did not, 2 when an argument is wrong. */
  public static void main(String[] args) {
    String venue = "";
    String instrument = "";
    long seconds = 20;
    boolean terminal = Screen.isTerminal();
    try {
      for (int i = 0; i < args.length; i++) {
        switch (args[i]) {
          case "--live" -> {
            venue = value(args, ++i);
            instrument = value(args, ++i);
          }
          case "--seconds" -> seconds = Long.parseLong(value(args, ++i));
          case "--plain" -> terminal = false;
          default -> throw new IllegalArgumentException("no such option: " + args[i]);
        }
      }
      if (seconds < 1 || seconds > 86_400) {
        throw new IllegalArgumentException("--seconds must be 1 to 86400");
      }
    } catch (IllegalArgumentException e) {
      System.err.print("quickstart: " + e.getMessage() + "\n" + HELP);
      System.exit(2);
    }
    Screen screen = new Screen(System.out, terminal);
    Duration duration = Duration.ofSeconds(seconds);
    try {
      String result =
          venue.isEmpty()
              ? embedded(screen, duration)
              : Live.run(venue, instrument, System.getenv(), screen, duration);
      System.out.println("quickstart: OK " + result);
    } catch (Exception e) {
      System.out.println("quickstart: FAILED " + reason(e));
      System.exit(1);
    }
  }

  private static String value(String[] args, int index) {
    if (index == args.length) {
      throw new IllegalArgumentException("a value is missing after " + args[index - 1]);
    }
    return args[index];
  }

  private static String reason(Throwable e) {
    boolean wrapper = e instanceof ExecutionException || e instanceof CompletionException;
    return wrapper && e.getCause() != null
        ? reason(e.getCause())
        : e.getClass().getSimpleName() + ": " + e.getMessage();
  }

  /** Trades on an embedded exchange, then compares three accounts of what happened. */
  static String embedded(Screen screen, Duration duration) throws Exception {
    try (EmbeddedExchange exchange = EmbeddedExchange.start(EmbeddedExchange.Options.of(42));
        Colibri colibri = Colibri.live()) {
      System.out.printf(
          "An exchange that speaks Binance's language listens at %s; trading BTC-USDT on it%n",
          exchange.restUrl());
      BookConnector connector = colibri.open(venue(exchange));
      start(connector);
      Instrument instrument = connector.instrument("BTC-USDT");
      Map<String, Balance> before = connector.balances();

      Trader trader = new Trader(colibri, connector, instrument);
      long updates = screen.show(colibri, connector, instrument, trader::news, duration);
      await("the end of every order", trader.stop(), connector);

      reconcile(colibri, connector, exchange, Reconciliation.expected(before, trader.inventory()));
      int orders = trader.orders();
      if (updates == 0 || orders == 0 || trader.fills() == 0) {
        throw new IllegalStateException(
            "too quiet: %d book updates, %d orders, %d fills; the last news was: %s"
                .formatted(updates, orders, trader.fills(), trader.news()));
      }
      return "%d book updates, %d orders, %d fills, balances reconciled"
          .formatted(updates, orders, trader.fills());
    }
  }

  /** The connector for the real venue; only the hosts are others. */
  static SpotVenue venue(EmbeddedExchange exchange) {
    return Binance.spot(Credentials.of(exchange.apiKey(), exchange.secret()))
        .plainTextOnLoopback()
        .host("rest", URI.create(exchange.restUrl()))
        .host("stream", URI.create(exchange.streamUrl()))
        .host("ws-api", URI.create(exchange.streamUrl()));
  }

  static void start(BookConnector connector) throws Exception {
    await("every part to be ready", connector.start(), connector);
  }

  /** Waits, but not for ever, and says for what it waited in vain. */
  static <T> T await(String what, Future<T> future, BookConnector connector) throws Exception {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      String problem = connector.readiness().problem();
      throw new NotReadyException(
          "%s: waited %d s for %s; missing: %s; live orders: %s%s"
              .formatted(
                  connector,
                  PATIENCE_SECONDS,
                  what,
                  connector.readiness().missing(),
                  connector.openOrders(),
                  problem == null ? "" : "; " + problem));
    }
  }

  /** The last balances may still be on their way: what must agree may take a moment to. */
  private static void reconcile(
      Colibri colibri,
      BookConnector connector,
      EmbeddedExchange exchange,
      Map<String, BigDecimal> expected)
      throws InterruptedException {
    Instant deadline = colibri.now().plusSeconds(PATIENCE_SECONDS);
    List<String> differences;
    do {
      differences = Reconciliation.differences(exchange, connector.balances(), expected);
      if (differences.isEmpty()) {
        return;
      }
      Thread.sleep(50);
    } while (colibri.now().isBefore(deadline));
    throw new IllegalStateException("balances do not agree: " + differences);
  }
}
