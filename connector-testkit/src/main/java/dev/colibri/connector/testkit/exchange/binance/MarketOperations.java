package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Bar;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.testkit.exchange.binance.Operation.Handler;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** General and market data endpoints: what anybody may ask, of spot markets or of perpetuals. */
class MarketOperations extends Operations {

  private static final List<Integer> PERP_DEPTHS = List.of(5, 10, 20, 50, 100, 500, 1_000);

  private final String api;
  private final boolean perps;
  private final int maxBars;

  /** The endpoints of spot. */
  MarketOperations(BinanceProtocol protocol, Exchange exchange) {
    this(protocol, exchange, "/api/v3", false);
    add("GET /api/v3/exchangeInfo", "exchangeInfo", Access.PUBLIC, 20, this::exchangeInfo);
    add("GET /api/v3/uiKlines", "uiKlines", Access.PUBLIC, 2, this::klines);
    add("GET /api/v3/avgPrice", "avgPrice", Access.PUBLIC, 2, this::averagePrice);
  }

  /** Those that both kinds have, below a path. */
  MarketOperations(BinanceProtocol protocol, Exchange exchange, String api, boolean perps) {
    super(protocol, exchange);
    this.api = api;
    this.perps = perps;
    this.maxBars = perps ? 1_500 : 1_000;
    general();
    marketData();
  }

  /** An endpoint of both kinds; perpetuals have no WebSocket API here. */
  private void both(String path, String method, ToIntFunction<Params> weight, Handler handler) {
    add("GET " + api + path, perps ? "" : method, Access.PUBLIC, weight, handler);
  }

  // General

  private void general() {
    both(
        "/ping",
        "ping",
        p -> 1,
        (call, out) -> {
          call.params().done();
          out.object().end();
        });
    both(
        "/time",
        "time",
        p -> 1,
        (call, out) -> {
          call.params().done();
          out.object().put("serverTime", call.now()).end();
        });
  }

  private void exchangeInfo(Call call, JsonWriter out) {
    var p = call.params();
    var permissions = p.findList("permissions");
    var status = p.find("symbolStatus");
    boolean sets = p.flag("showPermissionSets", true);
    List<Market> selected = protocol.markets().select(p, List::of, Function.identity());
    p.done();
    var limits = protocol.limits().limits();
    out.object().put("timezone", "UTC").put("serverTime", call.now()).array("rateLimits");
    Limits.write(out, "REQUEST_WEIGHT", "MINUTE", 1, limits.weightPerMinute(), -1);
    Limits.write(out, "ORDERS", "SECOND", 10, limits.ordersPerTenSeconds(), -1);
    Limits.write(out, "ORDERS", "DAY", 1, limits.orders(), -1);
    out.end().array("exchangeFilters").end().array("symbols");
    for (var market : selected) {
      var is = exchange.status(market.name());
      if ((permissions == null || permissions.contains("SPOT"))
          && (status == null || status.equals(is.name()))) {
        Bodies.symbolRules(out, market, is, sets);
      }
    }
    out.end().end();
  }

  // Market data

  private void marketData() {
    both("/depth", "depth", this::depthWeight, this::depth);
    both(
        "/trades",
        "trades.recent",
        p -> perps ? 5 : 25,
        (call, out) -> {
          var trades = exchange.trades(market(call.params()).name());
          int limit = call.params().limit(500, 1_000);
          call.params().done();
          array(out, last(trades, limit), (w, t) -> Bodies.trade(w, t, perps));
        });
    both(
        "/historicalTrades",
        "trades.historical",
        p -> perps ? 20 : 25,
        (call, out) -> {
          var trades = exchange.trades(market(call.params()).name());
          var from = call.params().findNumber("fromId");
          int limit = call.params().limit(500, 1_000);
          call.params().done();
          array(
              out,
              page(trades, t -> t.id(), from, null, limit),
              (w, t) -> Bodies.trade(w, t, perps));
        });
    both("/aggTrades", "trades.aggregate", p -> perps ? 20 : 4, this::aggTrades);
    both("/klines", "klines", this::klinesWeight, this::klines);
    both(
        "/ticker/24hr",
        "ticker.24hr",
        p -> p.has("symbol") ? perps ? 1 : 2 : perps ? 40 : p.has("symbols") ? 2 : 80,
        (call, out) -> {
          boolean mini =
              !perps && call.params().has("type") && call.params().text("type").equals("MINI");
          tickers(call, out, (w, m) -> ticker24h(w, m, mini, call.now()));
        });
    both(
        "/ticker/price",
        "ticker.price",
        p -> p.has("symbol") ? perps ? 1 : 2 : perps ? 2 : 4,
        (call, out) -> tickers(call, out, (w, m) -> lastPrice(w, m, call.now())));
    both(
        "/ticker/bookTicker",
        "ticker.book",
        p -> p.has("symbol") ? 2 : perps ? 5 : 4,
        (call, out) ->
            tickers(
                call,
                out,
                (w, m) -> {
                  w.object().put("symbol", symbol(m));
                  bestPrices(w, DayStatistics.of(exchange, m, call.now()));
                  timed(w, call.now());
                  w.end();
                }));
  }

  private int depthWeight(Params p) {
    if (perps) {
      long limit = p.number("limit", 500);
      return limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20;
    }
    int limit = p.limit(100, 5_000);
    return limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1_000 ? 50 : 250;
  }

  private void depth(Call call, JsonWriter out) {
    var market = market(call.params());
    int limit = perps ? call.params().limit(500, 1_001) : call.params().limit(100, 5_000);
    call.params().done();
    if (perps && !PERP_DEPTHS.contains(limit)) {
      throw new ApiError(-4021, limit + " is not valid depth limit.");
    }
    var depth = exchange.depth(market.name(), limit);
    out.object().put("lastUpdateId", depth.lastUpdateId());
    if (perps) {
      out.put("E", call.now()).put("T", call.now());
    }
    Bodies.levels(out, "bids", depth.bids());
    Bodies.levels(out, "asks", depth.asks());
    out.end();
  }

  private int klinesWeight(Params p) {
    long limit = p.number("limit", 500);
    return !perps ? 2 : limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1_000 ? 5 : 10;
  }

  private void averagePrice(Call call, JsonWriter out) {
    var market = market(call.params());
    call.params().done();
    var trades = exchange.trades(market.name());
    var price = exchange.averagePrice(market.name(), call.now()).orElse(BigDecimal.ZERO);
    out.object()
        .put("mins", 5)
        .put("price", text(price))
        .put("closeTime", trades.isEmpty() ? 0 : trades.get(trades.size() - 1).time())
        .end();
  }

  final void lastPrice(JsonWriter out, Market market, long now) {
    var trades = exchange.trades(market.name());
    var price = trades.isEmpty() ? BigDecimal.ZERO : trades.get(trades.size() - 1).price();
    out.object().put("symbol", symbol(market)).put("price", text(price));
    timed(out, now);
    out.end();
  }

  /** Answers about perpetuals tell their time. */
  private void timed(JsonWriter out, long now) {
    if (perps) {
      out.put("time", now);
    }
  }

  final void tickers(Call call, JsonWriter out, BiConsumer<JsonWriter, Market> write) {
    boolean one = call.params().has("symbol");
    List<Market> selected = protocol.markets().select(call.params(), List::of, Function.identity());
    call.params().done();
    if (one) {
      write.accept(out, selected.get(0));
    } else {
      array(out, selected, write);
    }
  }

  private void ticker24h(JsonWriter out, Market market, boolean mini, long now) {
    var s = DayStatistics.of(exchange, market, now);
    out.object().put("symbol", symbol(market));
    if (mini) {
      out.put("openPrice", text(s.open()))
          .put("highPrice", text(s.high()))
          .put("lowPrice", text(s.low()))
          .put("lastPrice", text(s.last()));
    } else {
      out.put("priceChange", text(s.change()))
          .put("priceChangePercent", s.changePercent())
          .put("weightedAvgPrice", text(s.average()));
      if (!perps) {
        out.put("prevClosePrice", text(s.open()));
      }
      out.put("lastPrice", text(s.last())).put("lastQty", text(s.lastQuantity()));
      if (!perps) {
        bestPrices(out, s);
      }
      out.put("openPrice", text(s.open()))
          .put("highPrice", text(s.high()))
          .put("lowPrice", text(s.low()));
    }
    out.put("volume", text(s.volume()))
        .put("quoteVolume", text(s.quoteVolume()))
        .put("openTime", s.openTime())
        .put("closeTime", now)
        .put("firstId", s.firstId())
        .put("lastId", s.lastId())
        .put("count", s.count())
        .end();
  }

  private static void bestPrices(JsonWriter out, DayStatistics s) {
    var bids = s.top().bids();
    var asks = s.top().asks();
    var zero = BigDecimal.ZERO;
    out.put("bidPrice", text(bids.isEmpty() ? zero : bids.get(0).price()))
        .put("bidQty", text(bids.isEmpty() ? zero : bids.get(0).quantity()))
        .put("askPrice", text(asks.isEmpty() ? zero : asks.get(0).price()))
        .put("askQty", text(asks.isEmpty() ? zero : asks.get(0).quantity()));
  }

  private void aggTrades(Call call, JsonWriter out) {
    var p = call.params();
    var trades = protocol.markets().aggTrades().latest(market(p).name());
    var from = p.findNumber("fromId");
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    int limit = p.limit(500, 1_000);
    p.done();
    var found =
        from != null
            ? page(trades, t -> t.id(), from, null, limit)
            : page(trades, t -> t.time(), start, end, limit);
    array(
        out,
        found,
        (w, t) -> {
          w.object();
          Bodies.aggTrade(w, t, perps);
          w.end();
        });
  }

  private void klines(Call call, JsonWriter out) {
    var p = call.params();
    var market = market(p);
    var interval = Intervals.find(p.text("interval"));
    if (interval == null) {
      throw new ApiError(-1120, "Invalid interval.");
    }
    var start = p.findNumber("startTime");
    var end = p.findNumber("endTime");
    if (p.has("timeZone") && !p.text("timeZone").equals("0")) {
      throw new ApiError(-1130, "Data sent for parameter 'timeZone' is not valid.");
    }
    int limit = p.limit(500, maxBars);
    p.done();
    boolean latest = start == null && end == null;
    var bars = exchange.bars(market.name(), interval, call.now(), latest ? limit : 5 * maxBars);
    array(out, page(bars, Bar::openTime, start, end, limit), Bodies::kline);
  }
}
