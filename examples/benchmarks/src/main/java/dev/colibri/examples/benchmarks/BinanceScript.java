package dev.colibri.examples.benchmarks;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spot.binance.Binance;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A runtime with one connector to Binance, whose venue answers from memory. */
final class BinanceScript implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final ScriptedHost host;
  private final Colibri colibri;
  private final SpotConnector connector;

  /**
   * Started and ready.
   *
   * @param bases the instruments, all against USDT
   * @param snapshot the book of each of them, as the venue answers a request
   */
  BinanceScript(List<String> bases, String snapshot) {
    String info = exchangeInfo(bases);
    host = new ScriptedHost(request -> answer(request, info, snapshot));
    colibri = Colibri.on(host, settings(), venue -> venue);
    connector = colibri.open(Binance.spot());
    CompletableFuture<SpotConnector> start = connector.start();
    await("ready", start::isDone);
    start.join();
  }

  /** What everybody has, but for the depth of books: as many levels as the others keep. */
  static Settings settings() {
    Settings s = Settings.DEFAULT;
    return new Settings(
        s.requestTimeout(),
        s.patience(),
        s.connectTimeout(),
        s.subscribeTimeout(),
        s.backoffBase(),
        s.backoffMost(),
        // A pause of the measurement is no silence of the venue.
        Duration.ofHours(1),
        s.auditPause(),
        s.pollPause(),
        s.rulesPause(),
        s.timePause(),
        s.maxWaiting(),
        s.maxOpenOrders(),
        2 * DepthTape.LEVELS,
        DepthTape.LEVELS);
  }

  private static @Nullable String answer(
      Transport.HttpRequest request, String info, String snapshot) {
    return switch (request.uri().getPath()) {
      case "/api/v3/exchangeInfo" -> info;
      case "/api/v3/depth" -> snapshot;
      case "/api/v3/time" -> "{\"serverTime\":" + System.currentTimeMillis() + "}";
      default -> null;
    };
  }

  /** What the venue tells of instruments. */
  static String exchangeInfo(List<String> bases) {
    return bases.stream()
        .map(
            base ->
                """
                {"symbol":"%1$sUSDT","status":"TRADING","baseAsset":"%1$s","baseAssetPrecision":8,
                "quoteAsset":"USDT","quoteAssetPrecision":8,"orderTypes":["LIMIT","LIMIT_MAKER","MARKET"],
                "quoteOrderQtyMarketAllowed":true,"isSpotTradingAllowed":true,"filters":[
                {"filterType":"PRICE_FILTER","minPrice":"0.01","maxPrice":"1000000.00","tickSize":"0.01"},
                {"filterType":"LOT_SIZE","minQty":"0.00001","maxQty":"9000.00","stepSize":"0.00001"},
                {"filterType":"NOTIONAL","minNotional":"5.00","applyMinToMarket":true,"maxNotional":"9000000.00"}]}"""
                    .formatted(base))
        .collect(Collectors.joining(",", "{\"symbols\":[", "]}"));
  }

  SpotConnector connector() {
    return connector;
  }

  Instrument instrument(String base) {
    return connector.instrument(base + "-USDT");
  }

  /** Whoever is told what the socket of market data brings. */
  Transport.SocketListener socket() {
    await("connected", () -> !host.listeners().isEmpty());
    return host.listeners().get(0);
  }

  /** Waits for something that happens on other threads. */
  static void await(String what, BooleanSupplier done) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!done.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("not " + what + " within " + PATIENCE_SECONDS + " s");
      }
      LockSupport.parkNanos(100_000);
    }
  }

  @Override
  public void close() {
    colibri.close();
  }
}
