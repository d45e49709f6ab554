package dev.colibri.examples.benchmarks;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.spot.kraken.Kraken;
import dev.colibri.connector.text.Json;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A runtime with one connector, whose venue answers from memory. */
final class VenueScript implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final ScriptedHost host;
  private final Colibri colibri;
  private final SpotConnector connector;

  private VenueScript(ScriptedHost host, Settings settings, SpotVenue venue) {
    this.host = host;
    colibri = Colibri.on(host, settings, asked -> asked);
    connector = colibri.open(venue);
    CompletableFuture<SpotConnector> start = connector.start();
    await("ready", start::isDone);
    start.join();
  }

  /**
   * Started and ready, with scripted sockets.
   *
   * @param bases the instruments, all against USDT
   * @param snapshot the book of an instrument, as the venue answers a request
   * @param levels how many a side are asked for and shown
   */
  static VenueScript of(List<String> bases, Function<String, String> snapshot, int levels) {
    return new VenueScript(
        new ScriptedHost(answers(bases, snapshot), VenueScript::accepted, false),
        settings(levels),
        Binance.spot());
  }

  /**
   * The same with real sockets.
   *
   * @param stream where they go
   */
  static VenueScript streaming(
      String stream, List<String> bases, Function<String, String> snapshot, int levels) {
    return new VenueScript(
        new ScriptedHost(answers(bases, snapshot), VenueScript::accepted, true),
        settings(levels),
        Binance.spot().plainTextOnLoopback().host("stream", URI.create(stream)));
  }

  /** Kraken, started and ready, with scripted sockets: BTC-USD of two and eight digits. */
  static VenueScript kraken(int levels) {
    String pairs =
        """
        {"error":[],"result":{"XXBTZUSD":{"altname":"XBTUSD","wsname":"XBT/USD","base":"XXBT",
        "quote":"ZUSD","pair_decimals":2,"lot_decimals":8,"ordermin":"0.00001","costmin":"0.5",
        "tick_size":"0.01","status":"online"}}}""";
    Function<Transport.HttpRequest, @Nullable String> answers =
        request ->
            switch (request.uri().getPath()) {
              case "/0/public/AssetPairs" -> pairs;
              case "/0/public/Time" ->
                  "{\"error\":[],\"result\":{\"unixtime\":"
                      + System.currentTimeMillis() / 1000
                      + "}}";
              default -> null;
            };
    return new VenueScript(
        new ScriptedHost(
            answers,
            text ->
                "{\"method\":\"subscribe\",\"success\":true,\"req_id\":"
                    + Json.parse(text).longOr("req_id", 0)
                    + "}",
            false),
        settings(levels),
        Kraken.spot());
  }

  private static String accepted(String text) {
    return "{\"result\":null,\"id\":" + Json.parse(text).longOr("id", 0) + "}";
  }

  /** What everybody has, but for the depth of books, and the time they may be silent. */
  private static Settings settings(int levels) {
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
        levels,
        levels);
  }

  private static Function<Transport.HttpRequest, @Nullable String> answers(
      List<String> bases, Function<String, String> snapshot) {
    String info = exchangeInfo(bases);
    return request ->
        switch (request.uri().getPath()) {
          case "/api/v3/exchangeInfo" -> info;
          case "/api/v3/depth" -> snapshot.apply(base(request.uri().getQuery()));
          case "/api/v3/time" -> "{\"serverTime\":" + System.currentTimeMillis() + "}";
          default -> null;
        };
  }

  private static String base(String query) {
    return query.replaceAll("^(?:.*&)?symbol=(\\w+)USDT(?:&.*)?$", "$1");
  }

  /** What the venue tells of instruments. */
  private static String exchangeInfo(List<String> bases) {
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

  /** Against USDT. */
  Instrument instrument(String base) {
    return connector.instrument(base + "-USDT");
  }

  /** The time of its host. */
  long nanos() {
    return host.nanos();
  }

  /** Whoever is told what the scripted socket of market data brings. */
  Transport.SocketListener socket() {
    await("connected", () -> !host.listeners().isEmpty());
    return host.listeners().get(0);
  }

  /**
   * Waits until nothing of the venue is still being told: who tells a direct listener goes on with
   * what comes meanwhile, whoever brings it.
   */
  void settle() {
    host.settle();
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
