package dev.colibri.examples.marketmaker;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
    SpotConnector connector = colibri.open(venue);
    connector.start().join(); // Ready, or an error that names what is missing.
    Instrument btc = connector.instrument("BTC-USDT");
    Map<OrderEvent.Kind, Integer> told = new ConcurrentHashMap<>();
    connector.orders().listen(event -> told.merge(event.kind(), 1, Integer::sum));
    Inventory inventory = new Inventory();
    MarketMaker maker =
        new MarketMaker(colibri, connector, btc, inventory, MarketMaker.Plan.of("0.002"));
    Supplier<String> summary =
        () ->
            "%d orders, %d fills, inventory %s BTC, profit %s USDT"
                .formatted(
                    told.getOrDefault(OrderEvent.Kind.ACCEPTED, 0),
                    told.getOrDefault(OrderEvent.Kind.FILL, 0),
                    inventory.held(btc).toPlainString(),
                    profit(inventory, btc, maker.middle()));
    try (Subscription lines =
        colibri.every(Duration.ofSeconds(1), () -> System.out.println(summary.get()))) {
      Thread.sleep(Duration.ofSeconds(seconds).toMillis());
    }
    String end = summary.get();
    colibri.execute(maker::close);
    List<OrderState> left = connector.closeAsync().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (!left.isEmpty()) {
      throw new IllegalStateException("still live: " + left);
    }
    if (!told.containsKey(OrderEvent.Kind.ACCEPTED)) {
      throw new IllegalStateException("no order was placed");
    }
    return end;
  }

  /** In quote units, if what is held were worth this price. */
  private static String profit(Inventory inventory, Instrument i, @Nullable BigDecimal price) {
    return price == null
        ? "unknown"
        : inventory
            .cash(i)
            .add(inventory.held(i).multiply(price))
            .setScale(2, RoundingMode.HALF_UP)
            .toPlainString();
  }
}
