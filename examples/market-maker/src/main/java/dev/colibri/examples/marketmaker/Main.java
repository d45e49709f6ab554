package dev.colibri.examples.marketmaker;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.NotReadyException;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.text.Credentials;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Runs the market maker for a while and prints what came of it: on an embedded exchange, on paper,
 * on a test network or with money. Only the runtime and the venue differ.
 */
public final class Main {
  private static final String HELP =
      """
      market-maker [--paper | --testnet | --live] [--seconds N]

        (none)         on an embedded exchange, with a crowd that trades
        --paper        on Binance's real market data, with a simulated account
        --testnet      on Binance's test network, with the keys in BINANCE_API_KEY and
                       BINANCE_API_SECRET
        --live         the same with money
        --seconds N    how long, 1 to 86400 (default 20)
      """;
  private static final Map<String, String> MONEY = Map.of("USDT", "10000", "BTC", "0.1");
  private static final long PATIENCE_SECONDS = 15;

  private Main() {}

  /** Ends with 0 when it traded and left nothing behind, 1 otherwise, 2 for a wrong argument. */
  public static void main(String[] args) {
    String where = "";
    long seconds = 20;
    try {
      for (int i = 0; i < args.length; i++) {
        if (where.isEmpty() && List.of("--paper", "--testnet", "--live").contains(args[i])) {
          where = args[i];
        } else if (args[i].equals("--seconds") && i + 1 < args.length) {
          seconds = Long.parseLong(args[++i]);
        } else {
          throw new IllegalArgumentException("not understood: " + args[i]);
        }
      }
      if (seconds < 1 || seconds > 86_400) {
        throw new IllegalArgumentException("--seconds must be 1 to 86400");
      }
    } catch (IllegalArgumentException e) {
      System.err.print("market-maker: " + e.getMessage() + "\n" + HELP);
      System.exit(2);
    }
    try (EmbeddedExchange exchange =
            where.isEmpty() ? EmbeddedExchange.start(EmbeddedExchange.Options.of(42)) : null;
        Colibri colibri = where.equals("--paper") ? Colibri.paper(MONEY) : Colibri.live()) {
      SpotVenue venue = exchange == null ? venue(where) : venue(exchange);
      System.out.println("market-maker: OK " + run(colibri, venue, seconds));
    } catch (Exception e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      System.out.println("market-maker: FAILED " + cause);
      System.exit(1);
    }
  }

  private static SpotVenue venue(String where) {
    return switch (where) {
      case "--paper" -> Binance.spot();
      case "--testnet" -> Binance.spot(Credentials.fromEnv("BINANCE")).testnet();
      default -> Binance.spot(Credentials.fromEnv("BINANCE"));
    };
  }

  static SpotVenue venue(EmbeddedExchange exchange) {
    return Binance.spot(Credentials.of(exchange.apiKey(), exchange.secret()))
        .plainTextOnLoopback()
        .host("rest", URI.create(exchange.restUrl()))
        .host("stream", URI.create(exchange.streamUrl()))
        .host("ws-api", URI.create(exchange.streamUrl()));
  }

  static String run(Colibri colibri, SpotVenue venue, long seconds) throws Exception {
    MarketMaker maker =
        new MarketMaker(colibri, venue, MarketMaker.Settings.of("BTC-USDT", "0.002"));
    try {
      maker.start().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      Readiness readiness = maker.connector().readiness();
      throw new NotReadyException(
          "%s is not ready after %d s: %s missing; %s"
              .formatted(
                  maker.connector(), PATIENCE_SECONDS, readiness.missing(), readiness.problem()));
    }
    try (Subscription lines =
        colibri.every(Duration.ofSeconds(1), () -> System.out.println(summary(maker)))) {
      Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    }
    List<OrderState> left = maker.stop().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!left.isEmpty()) {
      throw new IllegalStateException("still live: " + left);
    }
    if (maker.orders() == 0) {
      throw new IllegalStateException("no order was placed; " + maker.refusal());
    }
    return summary(maker);
  }

  /** Of what was heard so far; asked on the strategy thread, or after the end. */
  private static String summary(MarketMaker maker) {
    Inventory held = maker.inventory();
    String profit =
        maker.middle() == null
            ? "unknown"
            : held.profit(maker.middle()).setScale(2, RoundingMode.HALF_UP).toPlainString();
    return "%d orders, %d fills, inventory %s BTC, profit %s USDT"
        .formatted(maker.orders(), held.fills(), held.base().toPlainString(), profit);
  }
}
