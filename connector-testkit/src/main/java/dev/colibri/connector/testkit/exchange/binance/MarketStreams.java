package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Bar;
import dev.colibri.connector.testkit.exchange.Depth;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Trade;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The public streams: a feed for each stream name somebody listens to, and none for the others. */
final class MarketStreams implements ExchangeListener {

  /** The grid of time on which collected streams publish. */
  static final long TICK = 100;

  private final Exchange exchange;
  private final AggTrades aggTrades;
  private final Map<String, Feed> feeds = new LinkedHashMap<>();
  // Lists that are replaced and never changed, because listening to an event may end a feed.
  private final Map<String, List<Feed>> byMarket = new LinkedHashMap<>();
  private List<Feed> all = List.of();
  private final Map<String, String> names = new LinkedHashMap<>();
  private long lastTick = Long.MIN_VALUE;

  MarketStreams(Exchange exchange) {
    this.exchange = exchange;
    this.aggTrades = new AggTrades(t -> of(t.market()).forEach(f -> f.aggTrade(t)));
    exchange.markets().forEach(m -> names.put(symbol(m), m.name()));
  }

  AggTrades aggTrades() {
    return aggTrades;
  }

  /** The feed of this name, begun if need be; null if no such stream exists. */
  @Nullable Feed feed(String name) {
    var running = feeds.get(name);
    if (running != null) {
      return running;
    }
    int at = name.indexOf('@');
    if (at < 0) {
      return null;
    }
    var type = name.substring(at + 1);
    if (name.startsWith("!")) {
      return name.equals("!miniTicker@arr") || name.equals("!ticker@arr")
          ? begin(new AllTickers(name, name.startsWith("!mini")), exchange.markets())
          : null;
    }
    var symbol = name.substring(0, at);
    // Stream names are in lower case; an upper case name is accepted by the venue and stays silent.
    var market = find(symbol.toUpperCase(Locale.ROOT));
    if (market == null || !symbol.equals(symbol.toLowerCase(Locale.ROOT))) {
      return null;
    }
    var feed = feed(name, market, type);
    return feed == null ? null : begin(feed, List.of(market));
  }

  private @Nullable Feed feed(String name, Market m, String type) {
    switch (type) {
      case "trade":
        return new Trades(name);
      case "aggTrade":
        return new Aggregates(name);
      case "bookTicker":
        return new BookTicker(name, m);
      case "ticker":
        return new Ticker(name, m, false);
      case "miniTicker":
        return new Ticker(name, m, true);
      case "avgPrice":
        return new AveragePrice(name, m);
      default:
        break;
    }
    if (type.startsWith("kline_")) {
      var interval = Intervals.find(type.substring("kline_".length()));
      return interval == null ? null : new Klines(name, m, interval, type.substring(6));
    }
    boolean fast = type.endsWith("@100ms");
    var plain = fast ? type.substring(0, type.length() - "@100ms".length()) : type;
    long period = fast ? 100 : 1_000;
    return switch (plain) {
      case "depth" -> new DiffDepth(name, m, period);
      case "depth5" -> new PartialDepth(name, m, 5, period);
      case "depth10" -> new PartialDepth(name, m, 10, period);
      case "depth20" -> new PartialDepth(name, m, 20, period);
      default -> null;
    };
  }

  private Feed begin(Feed feed, List<Market> markets) {
    feeds.put(feed.name(), feed);
    all = List.copyOf(feeds.values());
    for (var market : markets) {
      var more = new ArrayList<>(of(market.name()));
      more.add(feed);
      byMarket.put(market.name(), more);
    }
    return feed;
  }

  void leave(String name, StreamSession session) {
    var feed = feeds.get(name);
    if (feed != null) {
      feed.remove(session);
      if (feed.isIdle()) {
        feeds.remove(name);
        all = List.copyOf(feeds.values());
        byMarket.replaceAll((market, list) -> list.stream().filter(f -> f != feed).toList());
      }
    }
  }

  private List<Feed> of(String market) {
    return byMarket.getOrDefault(market, List.of());
  }

  @Override
  public void level(
      Market m, long updateId, Side side, BigDecimal price, BigDecimal quantity, long now) {
    for (var feed : of(m.name())) {
      feed.level(updateId, side, price, quantity);
    }
  }

  @Override
  public void trade(Trade trade) {
    aggTrades.trade(trade);
    of(trade.market()).forEach(f -> f.trade(trade));
  }

  @Override
  public void settled(long now) {
    aggTrades.settled(now);
    for (var feed : all) {
      feed.settled(now);
    }
  }

  void wake(long now) {
    for (var feed : all) {
      long period = feed.period();
      if (period > 0 && Math.floorDiv(now, period) != Math.floorDiv(lastTick, period)) {
        feed.tick(now);
      }
    }
    lastTick = now;
  }

  private static JsonWriter event(String type, long now) {
    return new JsonWriter().object().put("e", type).put("E", now);
  }

  private static final class Trades extends Feed {
    Trades(String name) {
      super(name);
    }

    @Override
    void trade(Trade t) {
      publish(
          event("trade", t.time())
              .put("s", symbol(t.market()))
              .put("t", t.id())
              .put("p", text(t.price()))
              .put("q", text(t.quantity()))
              .put("T", t.time())
              .put("m", t.buyerIsMaker())
              .put("M", true)
              .end()
              .toString());
    }
  }

  private static final class Aggregates extends Feed {
    Aggregates(String name) {
      super(name);
    }

    @Override
    void aggTrade(AggTrades.AggTrade t) {
      var out = event("aggTrade", t.time()).put("s", symbol(t.market()));
      Bodies.aggTrade(out, t);
      publish(out.end().toString());
    }
  }

  /** Collects changed levels and tells each once a period, with the range of their numbers. */
  private final class DiffDepth extends Feed {
    private final Market market;
    private final long period;
    private final TreeMap<BigDecimal, BigDecimal> bids = new TreeMap<>(Comparator.reverseOrder());
    private final TreeMap<BigDecimal, BigDecimal> asks = new TreeMap<>();
    private long told;
    private long last;

    DiffDepth(String name, Market market, long period) {
      super(name);
      this.market = market;
      this.period = period;
      this.told = exchange.depth(market.name(), 0).lastUpdateId();
      this.last = told;
    }

    @Override
    long period() {
      return period;
    }

    @Override
    void level(long updateId, Side side, BigDecimal price, BigDecimal quantity) {
      (side == Side.BUY ? bids : asks).put(price, quantity);
      last = updateId;
    }

    @Override
    void tick(long now) {
      if (last == told) {
        return;
      }
      var out =
          event("depthUpdate", now).put("s", symbol(market)).put("U", told + 1).put("u", last);
      changes(out.array("b"), bids);
      changes(out.array("a"), asks);
      told = last;
      publish(out.end().toString());
    }

    private void changes(JsonWriter out, TreeMap<BigDecimal, BigDecimal> levels) {
      levels.forEach((price, quantity) -> Bodies.level(out, price, quantity));
      levels.clear();
      out.end();
    }
  }

  private final class PartialDepth extends Feed {
    private final Market market;
    private final int levels;
    private final long period;
    private long told = -1;

    PartialDepth(String name, Market market, int levels, long period) {
      super(name);
      this.market = market;
      this.levels = levels;
      this.period = period;
    }

    @Override
    long period() {
      return period;
    }

    @Override
    void tick(long now) {
      var depth = exchange.depth(market.name(), levels);
      if (depth.lastUpdateId() != told) {
        told = depth.lastUpdateId();
        var out = new JsonWriter();
        Bodies.depth(out, depth);
        publish(out.toString());
      }
    }
  }

  private final class BookTicker extends Feed {
    private final Market market;
    private boolean changed;
    private @Nullable Depth told;

    BookTicker(String name, Market market) {
      super(name);
      this.market = market;
    }

    @Override
    void level(long updateId, Side side, BigDecimal price, BigDecimal quantity) {
      changed = true;
    }

    @Override
    void settled(long now) {
      if (!changed) {
        return;
      }
      changed = false;
      var top = exchange.depth(market.name(), 1);
      var before = told;
      told = top;
      if (before == null
          || !before.bids().equals(top.bids())
          || !before.asks().equals(top.asks())) {
        var out = new JsonWriter().object().put("u", top.lastUpdateId()).put("s", symbol(market));
        best(out, "b", "B", top.bids());
        best(out, "a", "A", top.asks());
        publish(out.end().toString());
      }
    }
  }

  private static void best(
      JsonWriter out, String price, String quantity, List<Depth.Level> levels) {
    boolean none = levels.isEmpty();
    out.put(price, text(none ? BigDecimal.ZERO : levels.get(0).price()))
        .put(quantity, text(none ? BigDecimal.ZERO : levels.get(0).quantity()));
  }

  /** A market that was delisted falls silent. */
  private boolean isListed(Market market) {
    return exchange.market(market.name()).isPresent();
  }

  private void writeTicker(JsonWriter out, Market market, boolean mini, long now) {
    var s = DayStatistics.of(exchange, market, now);
    out.object()
        .put("e", mini ? "24hrMiniTicker" : "24hrTicker")
        .put("E", now)
        .put("s", symbol(market));
    if (mini) {
      out.put("c", text(s.last())).put("o", text(s.open()));
    } else {
      out.put("p", text(s.change()))
          .put("P", s.changePercent())
          .put("w", text(s.average()))
          .put("x", text(s.open()))
          .put("c", text(s.last()))
          .put("Q", text(s.lastQuantity()));
      best(out, "b", "B", s.top().bids());
      best(out, "a", "A", s.top().asks());
      out.put("o", text(s.open()));
    }
    out.put("h", text(s.high()))
        .put("l", text(s.low()))
        .put("v", text(s.volume()))
        .put("q", text(s.quoteVolume()));
    if (!mini) {
      out.put("O", s.openTime())
          .put("C", now)
          .put("F", s.firstId())
          .put("L", s.lastId())
          .put("n", s.count());
    }
    out.end();
  }

  private final class Ticker extends Feed {
    private final Market market;
    private final boolean mini;

    Ticker(String name, Market market, boolean mini) {
      super(name);
      this.market = market;
      this.mini = mini;
    }

    @Override
    long period() {
      return 1_000;
    }

    @Override
    void tick(long now) {
      if (isListed(market)) {
        var out = new JsonWriter();
        writeTicker(out, market, mini, now);
        publish(out.toString());
      }
    }
  }

  private final class AllTickers extends Feed {
    private final boolean mini;

    AllTickers(String name, boolean mini) {
      super(name);
      this.mini = mini;
    }

    @Override
    long period() {
      return 1_000;
    }

    @Override
    void tick(long now) {
      var out = new JsonWriter().array();
      exchange.markets().forEach(m -> writeTicker(out, m, mini, now));
      publish(out.end().toString());
    }
  }

  private final class AveragePrice extends Feed {
    private final Market market;

    AveragePrice(String name, Market market) {
      super(name);
      this.market = market;
    }

    @Override
    long period() {
      return 1_000;
    }

    @Override
    void tick(long now) {
      var trades = exchange.trades(market.name());
      if (!trades.isEmpty() && isListed(market)) {
        var price = exchange.averagePrice(market.name(), now).orElse(BigDecimal.ZERO);
        publish(
            event("avgPrice", now)
                .put("s", symbol(market))
                .put("i", "5m")
                .put("w", text(price))
                .put("T", trades.get(trades.size() - 1).time())
                .end()
                .toString());
      }
    }
  }

  /** The current bar when it has changed, and each ended bar once more as closed. */
  private final class Klines extends Feed {
    private final Market market;
    private final Bar.Interval interval;
    private final String intervalName;
    private @Nullable Bar told;

    Klines(String name, Market market, Bar.Interval interval, String intervalName) {
      super(name);
      this.market = market;
      this.interval = interval;
      this.intervalName = intervalName;
    }

    @Override
    long period() {
      return interval == Bar.Interval.SECOND ? 1_000 : 2_000;
    }

    @Override
    void tick(long now) {
      var before = told;
      for (var bar : exchange.bars(market.name(), interval, now, 3)) {
        boolean current = now <= bar.closeTime();
        boolean news = before == null ? current : bar.openTime() >= before.openTime();
        if (news && !(current && Objects.equals(bar, before))) {
          told = bar;
          publish(payload(bar, !current, now));
        }
      }
    }

    private String payload(Bar b, boolean closed, long now) {
      return event("kline", now)
          .put("s", symbol(market))
          .object("k")
          .put("t", b.openTime())
          .put("T", b.closeTime())
          .put("s", symbol(market))
          .put("i", intervalName)
          .put("f", b.firstTradeId())
          .put("L", b.lastTradeId())
          .put("o", text(b.open()))
          .put("c", text(b.close()))
          .put("h", text(b.high()))
          .put("l", text(b.low()))
          .put("v", text(b.volume()))
          .put("n", b.trades())
          .put("x", closed)
          .put("q", text(b.quoteVolume()))
          .put("V", text(b.takerBuyVolume()))
          .put("Q", text(b.takerBuyQuoteVolume()))
          .put("B", "0")
          .end()
          .end()
          .toString();
    }
  }

  private @Nullable Market find(String symbol) {
    var name = names.get(symbol);
    return name == null ? null : exchange.market(name).orElse(null);
  }

  /** Used where a symbol names a market; the venue's error if it does not. */
  Market require(String symbol) {
    var market = find(symbol);
    if (market == null) {
      throw ApiError.badSymbol();
    }
    return market;
  }

  /** The exchange's name of a market, also of one that was delisted: its past can be asked for. */
  String requireName(String symbol) {
    var name = names.get(symbol);
    if (name == null) {
      throw ApiError.badSymbol();
    }
    return name;
  }

  /** The markets a query is about: of {@code symbol}, of {@code symbols}, or all. */
  <T> T select(Params params, Function<Market, T> one, Function<List<Market>, T> many) {
    var symbol = params.find("symbol");
    var symbols = params.findList("symbols");
    if (symbol != null && symbols != null) {
      throw new ApiError(-1128, "Combination of optional parameters invalid.");
    }
    if (symbol != null) {
      return one.apply(require(symbol));
    }
    return many.apply(
        symbols == null ? exchange.markets() : symbols.stream().map(this::require).toList());
  }
}
