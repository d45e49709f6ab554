package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Bodies.symbol;
import static dev.colibri.connector.testkit.exchange.binance.Bodies.text;

import dev.colibri.connector.testkit.exchange.Bar;
import dev.colibri.connector.testkit.exchange.Depth;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
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
  private final boolean perps;
  private final AggTrades aggTrades;
  private final Map<String, Feed> feeds = new LinkedHashMap<>();
  // Lists that are replaced and never changed, because listening to an event may end a feed.
  private final Map<String, List<Feed>> byMarket = new LinkedHashMap<>();
  private List<Feed> running = List.of();
  private final Map<String, String> names = new LinkedHashMap<>();
  private long lastTick = Long.MIN_VALUE;

  /**
   * The streams of an exchange's spot markets, or of its perpetuals.
   *
   * @param perps which; the formats differ a little
   */
  MarketStreams(Exchange exchange, boolean perps) {
    this.exchange = exchange;
    this.perps = perps;
    this.aggTrades = new AggTrades(t -> of(t.market()).forEach(f -> f.aggTrade(t)));
    all().forEach(m -> names.put(symbol(m), m.name()));
  }

  /** The listed markets of this kind. */
  List<Market> all() {
    return exchange.markets().stream().filter(m -> m.isMargined() == perps).toList();
  }

  AggTrades aggTrades() {
    return aggTrades;
  }

  /** The feed of this name, begun if need be; null if no such stream exists. */
  @Nullable Feed feed(String name) {
    var begun = feeds.get(name);
    if (begun != null) {
      return begun;
    }
    int at = name.indexOf('@');
    if (at < 0) {
      return null;
    }
    var type = name.substring(at + 1);
    if (name.startsWith("!")) {
      return switch (name) {
        case "!miniTicker@arr", "!ticker@arr" ->
            begin(new AllTickers(name, name.startsWith("!mini")), all());
        case "!markPrice@arr", "!markPrice@arr@1s" ->
            perps ? begin(new MarkPrices(name, all(), true), all()) : null;
        case "!forceOrder@arr" -> perps ? begin(new ForcedOrders(name), all()) : null;
        default -> null;
      };
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
        return perps ? null : new AveragePrice(name, m);
      case "markPrice", "markPrice@1s", "markPrice@3s":
        return perps ? new MarkPrices(name, List.of(m), false) : null;
      case "forceOrder":
        return perps ? new ForcedOrders(name) : null;
      default:
        break;
    }
    if (type.startsWith("kline_")) {
      var interval = Intervals.find(type.substring("kline_".length()));
      return interval == null ? null : new Klines(name, m, interval, type.substring(6));
    }
    int at = type.indexOf('@');
    var plain = at < 0 ? type : type.substring(0, at);
    long period = period(at < 0 ? "" : type.substring(at + 1));
    if (period < 0) {
      return null;
    }
    return switch (plain) {
      case "depth" -> new DiffDepth(name, m, period);
      case "depth5" -> new PartialDepth(name, m, 5, period);
      case "depth10" -> new PartialDepth(name, m, 10, period);
      case "depth20" -> new PartialDepth(name, m, 20, period);
      default -> null;
    };
  }

  /** Between two updates of a book at this speed; negative for no such speed. */
  private long period(String speed) {
    return switch (speed) {
      case "100ms" -> 100;
      case "250ms" -> perps ? 250 : -1;
      case "500ms" -> perps ? 500 : -1;
      case "1000ms" -> perps ? -1 : 1_000;
      case "" -> perps ? 250 : 1_000;
      default -> -1;
    };
  }

  private Feed begin(Feed feed, List<Market> markets) {
    feeds.put(feed.name(), feed);
    running = List.copyOf(feeds.values());
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
        running = List.copyOf(feeds.values());
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
    for (var feed : running) {
      feed.settled(now);
    }
  }

  void wake(long now) {
    for (var feed : running) {
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

  @Override
  public void execution(Execution e) {
    if (perps && e.fill() != null && e.order().cause() == Order.Cause.LIQUIDATION) {
      of(e.order().market()).forEach(f -> f.forced(e));
    }
  }

  private final class Trades extends Feed {
    Trades(String name) {
      super(name);
    }

    @Override
    void trade(Trade t) {
      var out =
          event("trade", t.time())
              .put("s", symbol(t.market()))
              .put("t", t.id())
              .put("p", text(t.price()))
              .put("q", text(t.quantity()))
              .put("T", t.time());
      if (perps) {
        out.put("X", "MARKET").put("m", t.buyerIsMaker());
      } else {
        out.put("m", t.buyerIsMaker()).put("M", true);
      }
      publish(out.end().toString());
    }
  }

  private final class Aggregates extends Feed {
    Aggregates(String name) {
      super(name);
    }

    @Override
    void aggTrade(AggTrades.AggTrade t) {
      var out = event("aggTrade", t.time()).put("s", symbol(t.market()));
      Bodies.aggTrade(out, t, perps);
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
      var out = update(market, told + 1, last, told, now);
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

  /** Begins a change of a book, which of a perpetual says what the last one ended with. */
  private JsonWriter update(Market market, long first, long last, long before, long now) {
    var out = event("depthUpdate", now);
    if (perps) {
      out.put("T", now);
    }
    out.put("s", symbol(market)).put("U", first).put("u", last);
    return perps ? out.put("pu", before) : out;
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
      long last = depth.lastUpdateId();
      if (last == told) {
        return;
      }
      var out = new JsonWriter();
      if (perps) {
        out = update(market, told + 1, last, told, now);
        Bodies.levels(out, "b", depth.bids());
        Bodies.levels(out, "a", depth.asks());
        out.end();
      } else {
        Bodies.depth(out, depth);
      }
      told = last;
      publish(out.toString());
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
        var out = new JsonWriter().object();
        if (perps) {
          out.put("e", "bookTicker");
        }
        out.put("u", top.lastUpdateId()).put("s", symbol(market));
        best(out, "b", "B", top.bids());
        best(out, "a", "A", top.asks());
        if (perps) {
          out.put("T", now).put("E", now);
        }
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
      out.put("p", text(s.change())).put("P", s.changePercent()).put("w", text(s.average()));
      if (!perps) {
        out.put("x", text(s.open()));
      }
      out.put("c", text(s.last())).put("Q", text(s.lastQuantity()));
      if (!perps) {
        best(out, "b", "B", s.top().bids());
        best(out, "a", "A", s.top().asks());
      }
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
      all().forEach(m -> writeTicker(out, m, mini, now));
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

  /** Mark price, index price and funding of a market, or of all in one list. */
  private final class MarkPrices extends Feed {
    private final List<Market> markets;
    private final boolean list;

    MarkPrices(String name, List<Market> markets, boolean list) {
      super(name);
      this.markets = markets;
      this.list = list;
    }

    @Override
    long period() {
      return name().endsWith("@1s") ? 1_000 : 3_000;
    }

    @Override
    void tick(long now) {
      var out = new JsonWriter();
      if (list) {
        out.array();
      }
      boolean any = list;
      for (var market : markets) {
        var mark = exchange.mark(market.name());
        if (mark.isKnown() && isListed(market)) {
          PerpBodies.markPrice(out, market, mark, now);
          any = true;
        }
      }
      if (list) {
        out.end();
      }
      if (any) {
        publish(out.toString());
      }
    }
  }

  private static final class ForcedOrders extends Feed {
    ForcedOrders(String name) {
      super(name);
    }

    @Override
    void forced(Execution e) {
      publish(PerpBodies.forceOrder(e));
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
    return many.apply(symbols == null ? all() : symbols.stream().map(this::require).toList());
  }
}
