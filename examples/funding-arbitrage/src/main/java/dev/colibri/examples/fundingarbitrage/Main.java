package dev.colibri.examples.fundingarbitrage;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.perp.binance.BinancePerp;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Runs the arbitrage for a while between two embedded exchanges, one of spot and one of perpetuals
 * that pays funding every few seconds instead of every few hours, and prints what came of it.
 */
public final class Main {
  private static final String MARKET = "BTC-USDT";
  private static final BigDecimal RATE = new BigDecimal("0.0005");
  private static final Duration FUNDING = Duration.ofSeconds(4);
  private static final long PATIENCE_SECONDS = 20;
  private static final String HELP =
      """
      funding-arbitrage [--seconds N]

        --seconds N    how long before it unwinds, 5 to 86400 (default 20)
      """;

  private Main() {}

  /** Ends with 0 when funding came and nothing is left open, 1 otherwise, 2 for wrong arguments. */
  public static void main(String[] args) {
    long seconds = 20;
    try {
      if (args.length == 2 && args[0].equals("--seconds")) {
        seconds = Long.parseLong(args[1]);
      } else if (args.length > 0) {
        throw new IllegalArgumentException("not understood: " + String.join(" ", args));
      }
      if (seconds < 5 || seconds > 86_400) {
        throw new IllegalArgumentException("--seconds must be 5 to 86400");
      }
    } catch (IllegalArgumentException e) {
      System.err.print("funding-arbitrage: " + e.getMessage() + "\n" + HELP);
      System.exit(2);
    }
    try (EmbeddedExchange spot = EmbeddedExchange.start(EmbeddedExchange.Options.of(42));
        EmbeddedExchange perps = EmbeddedExchange.start(EmbeddedExchange.Options.perps(43));
        Colibri colibri = Colibri.live()) {
      System.out.println("funding-arbitrage: OK " + run(colibri, spot, perps, seconds));
    } catch (Exception e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      System.out.println("funding-arbitrage: FAILED " + cause);
      System.exit(1);
    }
  }

  static String run(Colibri colibri, EmbeddedExchange spot, EmbeddedExchange perps, long seconds)
      throws Exception {
    SpotConnector holds = colibri.open(spotVenue(spot));
    PerpConnector perp = colibri.open(perpVenue(perps));
    holds.start().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    perp.start().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Instrument held = holds.instrument(MARKET);
    Instrument shorted = perp.instrument(MARKET);
    perp.leverage(shorted, "5").get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    Carry.Plan plan =
        new Carry.Plan(
            new BigDecimal("0.05"),
            new BigDecimal("0.01"),
            new BigDecimal("0.0001"),
            new BigDecimal("0.00005"),
            new BigDecimal("0.001"));
    List<FundingPayment> payments = new CopyOnWriteArrayList<>();
    perp.fundingPayments().listen(payments::add);
    Inventory inventory =
        Inventory.found(List.of(holds, perp), holding(holds))
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    try (Carry carry = new Carry(colibri, holds, held, perp, shorted, inventory, plan);
        Subscription lines =
            colibri.every(Duration.ofSeconds(2), () -> System.out.println(carry.report()))) {
      for (long left = seconds; left > 0; left -= FUNDING.toSeconds()) {
        pay(perps);
        Thread.sleep(FUNDING.toMillis());
      }
      carry.unwind().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      lines.close();
      if (payments.isEmpty()) {
        throw new IllegalStateException("no funding came: " + carry.report());
      }
      return payments.size() + " payments of funding, " + carry.report();
    }
  }

  /** What the accounts began with is not the strategy's. */
  private static Map<String, BigDecimal> holding(SpotConnector holds) {
    Map<String, BigDecimal> all = new LinkedHashMap<>();
    holds.balances().forEach((asset, balance) -> all.put(asset, balance.total()));
    return all;
  }

  /** What is due every eight hours, now. */
  private static void pay(EmbeddedExchange perps) {
    perps.call(
        exchange -> {
          long now = perps.now();
          exchange.setFundingRate(MARKET, RATE, now);
          exchange.payFunding(MARKET, now);
          return null;
        });
  }

  static SpotVenue spotVenue(EmbeddedExchange exchange) {
    return Binance.spot(Credentials.of(exchange.apiKey(), exchange.secret()))
        .plainTextOnLoopback()
        .host("rest", URI.create(exchange.restUrl()))
        .host("stream", URI.create(exchange.streamUrl()))
        .host("ws-api", URI.create(exchange.streamUrl()));
  }

  static PerpVenue perpVenue(EmbeddedExchange exchange) {
    return BinancePerp.of(Credentials.of(exchange.apiKey(), exchange.secret()))
        .positionMode(PositionMode.ONE_WAY)
        .plainTextOnLoopback()
        .host("rest", URI.create(exchange.restUrl()))
        .host("stream", URI.create(exchange.streamUrl()));
  }
}
