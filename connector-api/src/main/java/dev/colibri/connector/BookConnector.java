package dev.colibri.connector;

import dev.colibri.connector.engine.ConnectorEngine;
import dev.colibri.connector.engine.Engine;
import dev.colibri.connector.engine.Limiter;
import dev.colibri.connector.engine.OldestFirst;
import dev.colibri.connector.engine.Paper;
import dev.colibri.connector.engine.Replaced;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Journal;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.RawMessage;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A live line to one account of one venue that trades on order books, or to its public data: what
 * spot and perpetuals have in common. Thread-safe; every method returns at once, and listeners and
 * stages come back on the strategy thread.
 */
public abstract sealed class BookConnector extends Connector permits SpotConnector, PerpConnector {
  /** How many names are told to whoever asks for an instrument that is not listed. */
  private static final int MOST_SIMILAR = 10;

  private final BookDialect dialect;
  private final Engine engine;
  private final Driver driver;
  private final Host host;
  private final MarketFeeds market;
  private final ListFeed<Balance> balanceFeed;
  private final ListFeed<RawMessage> rawFeed;

  BookConnector(
      Colibri colibri,
      Venue<?> venue,
      BookDialect dialect,
      Limiter limiter,
      Journal.@Nullable Part journal) {
    super(
        colibri,
        venue,
        dialect,
        ConnectorEngine.hosts(venue, dialect.profile()),
        journal,
        ears ->
            new Engine(
                venue,
                dialect,
                colibri.settings(),
                limiter,
                ears,
                colibri.redactor(),
                colibri.host().random(),
                colibri.host().nanos()));
    this.dialect = dialect;
    engine = (Engine) super.engine();
    driver = driver();
    host = host();
    balanceFeed = new ListFeed<>(listeners());
    rawFeed = new ListFeed<>(listeners());
    market = new MarketFeeds(this, listeners());
  }

  @Override
  public abstract CompletableFuture<? extends BookConnector> start();

  @Override
  final @Nullable MarketFeed<?> leaving() {
    return market.takeTouched();
  }

  @Override
  final void tell(MarketFeed<?> touched) {
    market.tell(touched);
  }

  // ---------------------------------------------------------------- instruments

  /** Every instrument the venue lists; empty before they are known. */
  public final List<Instrument> instruments() {
    return driver.read(() -> List.copyOf(engine.instruments()));
  }

  /**
   * The instrument of a name, {@code BASE-QUOTE}.
   *
   * @throws IllegalArgumentException naming similar ones when there is none
   */
  public final Instrument instrument(String name) {
    Instrument i = driver.read(() -> engine.instrument(name));
    if (i != null) {
      return i;
    }
    String leftOut = driver.read(() -> engine.leftOut(name));
    if (leftOut != null) {
      throw new IllegalArgumentException(name() + " does not offer " + name + ": " + leftOut);
    }
    List<Instrument> all = instruments();
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "the instruments of " + name() + " are not known yet; await start()");
    }
    String base = name.split("-", 2)[0].toUpperCase(Locale.ROOT);
    String letters = name.replaceAll("[^A-Za-z0-9]", "").toUpperCase(Locale.ROOT);
    List<String> similar =
        all.stream()
            .filter(o -> o.base().equals(base) || letters.equals(o.base() + o.quote()))
            .map(Instrument::name)
            .limit(MOST_SIMILAR)
            .toList();
    if (similar.isEmpty()) {
      similar = all.stream().map(Instrument::name).limit(MOST_SIMILAR).toList();
    }
    throw new IllegalArgumentException(
        name() + " lists no " + name + "; it lists " + all.size() + ", among them " + similar);
  }

  // ---------------------------------------------------------------- market data

  /**
   * The book as it stands now: a copy that never changes. The first call for an instrument
   * subscribes, and gives a book that is not valid yet.
   */
  public final OrderBook book(Instrument instrument) {
    return market.book(known(instrument));
  }

  /** The book of an instrument, at every change and whenever it becomes valid or invalid. */
  public final Feed<OrderBook> books(Instrument instrument) {
    return market.books(known(instrument));
  }

  /**
   * Every change of every level, told on the thread that read it: for those who keep their own book
   * or record.
   */
  public final Feed<BookChangeView> changes(Instrument instrument) {
    return market.changes(known(instrument));
  }

  /** Public trades. A slow listener loses the oldest, and is told of the gap. */
  public final Feed<TradeView> trades(Instrument instrument) {
    return market.trades(known(instrument));
  }

  /** The best bid and ask, without the book. */
  public final Feed<TopView> tops(Instrument instrument) {
    return market.tops(known(instrument));
  }

  /** The touch and last price of these instruments, or of all when none are named, asked now. */
  public final CompletableFuture<List<Ticker>> tickers(List<Instrument> of) {
    of.forEach(this::known);
    Set<Instrument> wanted = new LinkedHashSet<>(of);
    return ask(
        dialect
            .tickers(of, rows("tickers"))
            .map(
                all ->
                    all.stream()
                        .filter(t -> wanted.isEmpty() || wanted.contains(t.instrument()))
                        .toList()));
  }

  /** The latest public trades, oldest first, asked now. */
  public final CompletableFuture<List<Trade>> recentTrades(Instrument instrument, int limit) {
    return ask(
        dialect
            .trades(known(instrument), limit, rows("trades"))
            .map(trades -> OldestFirst.of(trades, Trade::venueMillis)));
  }

  /** Candles, where the venue keeps them. */
  public final Optional<CandleQuery> candles() {
    return Optional.ofNullable(Paper.ability(dialect, Candles.class))
        .map(c -> new CandleQuery(this, c));
  }

  /** Asks a venue for its candles. */
  public static final class CandleQuery {
    private final BookConnector connector;
    private final Candles venue;

    private CandleQuery(BookConnector connector, Candles venue) {
      this.connector = connector;
      this.venue = venue;
    }

    /** The intervals the venue keeps, shortest first. */
    public Set<Duration> intervals() {
      return venue.intervals().all();
    }

    /** Candles that open in a range of time, oldest first; the last may be unfinished. */
    public CompletableFuture<List<Candle>> between(
        Instrument instrument, Duration interval, Instant from, Instant to) {
      if (!intervals().contains(interval)) {
        throw new IllegalArgumentException(
            connector.name() + " keeps no candles of " + interval + "; it keeps " + intervals());
      }
      return connector.ask(
          venue.between(
              connector.known(instrument),
              interval,
              from.toEpochMilli(),
              to.toEpochMilli(),
              connector.rows("candles")));
    }
  }

  // ---------------------------------------------------------------- orders

  /**
   * Places several orders, in as few requests as the venue allows, and returns at once; each has
   * its own fate.
   *
   * @return the orders, in the order of the arguments
   * @throws dev.colibri.connector.model.Refused when one of them breaks a rule, the budget or the
   *     guard beside those before it; nothing was sent, and none is registered
   */
  public final List<LiveOrder> placeAll(List<Order> orders) {
    return placeAll(orders, null);
  }

  final List<LiveOrder> placeAll(List<Order> orders, @Nullable Inventory by) {
    return driver.call(
        () ->
            engine.placeAll(host.nanos(), orders).stream()
                .map(state -> counted(live(state), by))
                .toList());
  }

  /**
   * Cancels every order of the account on an instrument in one request of the venue's own, those of
   * other programs too; absent where the venue has no such request.
   */
  public final Optional<CompletableFuture<Integer>> cancelEverything(Instrument instrument) {
    if (!(dialect instanceof NativeCancelAll all)) {
      return Optional.empty();
    }
    return Optional.of(
        ask(all.cancelAll(known(instrument), rows("cancel all")))
            .thenApply(
                updates -> {
                  driver.run(
                      () -> {
                        engine.told(host.nanos(), updates);
                        engine.audit(host.nanos());
                      });
                  return updates.size();
                }));
  }

  @Override
  Optional<CompletableFuture<LiveOrder>> amend(LiveOrder order, Order changed) {
    NativeAmend can = Paper.ability(dialect, NativeAmend.class);
    if (can == null) {
      return Optional.empty();
    }
    Stage<LiveOrder> stage = stage();
    Inventory by = order.inventory();
    Runnable over = by == null ? () -> {} : by.amending(order, changed);
    Replaced told = completes(stage, "not amended: ");
    try {
      driver.run(
          () ->
              engine.amend(
                  host.nanos(),
                  can,
                  order.clientId(),
                  changed,
                  (state, why) -> {
                    // Behind the event that shows the change.
                    listeners().later(over);
                    told.done(state, why);
                  }));
    } catch (RuntimeException e) {
      over.run();
      throw e;
    }
    return Optional.of(stage);
  }

  @Override
  CompletableFuture<LiveOrder> replace(LiveOrder old, Order replacement) {
    Stage<LiveOrder> stage = stage();
    Inventory by = old.inventory();
    Runnable over = by == null ? () -> {} : by.replacing(this, replacement);
    Replaced told = completes(stage, "not replaced: ");
    try {
      driver.run(
          () ->
              engine.replace(
                  host.nanos(),
                  old.clientId(),
                  replacement,
                  (state, why) -> {
                    if (state != null) {
                      counted(live(state), by);
                    }
                    over.run();
                    told.done(state, why);
                  }));
    } catch (RuntimeException e) {
      over.run();
      throw e;
    }
    return stage;
  }

  private Replaced completes(Stage<LiveOrder> stage, String otherwise) {
    return (state, why) -> {
      if (state == null) {
        stage.fail(new VenueException(otherwise + why));
      } else {
        stage.succeed(live(state));
      }
    };
  }

  /** Open orders that this runtime did not place, as last shown by the venue; never touched. */
  public final List<OrderState> externalOrders() {
    return driver.read(engine::externalOrders);
  }

  // ---------------------------------------------------------------- money

  /** Every balance that is known, by asset. */
  public final Map<String, Balance> balances() {
    return driver.read(() -> engine.money().balances());
  }

  /**
   * Everything that the account holds, asked now; fails where a row could not be read, because what
   * is absent counts as nothing.
   */
  final CompletableFuture<List<Balance>> askBalances() {
    Stage<List<Balance>> stage = stage();
    List<String> unread = new ArrayList<>();
    BadRows rows = rows("balances");
    driver.run(
        () ->
            engine.ask(
                host.nanos(),
                dialect.balances(
                    (row, problem) -> {
                      unread.add(row);
                      rows.bad(row, problem);
                    }),
                all -> {
                  if (unread.isEmpty()) {
                    stage.succeed(all);
                  } else {
                    stage.fail(new VenueException(unread.size() + " balances cannot be read"));
                  }
                },
                why -> stage.fail(new VenueException(why))));
    return stage;
  }

  /**
   * What may be spent of an asset now: the venue's figure less what our newest orders will lock.
   */
  public final BigDecimal available(String asset) {
    return driver.read(() -> engine.money().available(asset));
  }

  /** Balances as they change. Never dropped. */
  public final Feed<Balance> balanceUpdates() {
    return balanceFeed;
  }

  /** What a trade would be charged, by the account's rates as far as known. */
  public final Fee estimateFee(Order order, BigDecimal price, Liquidity liquidity) {
    return driver.read(() -> engine.money().estimateFee(order, price, liquidity));
  }

  // ---------------------------------------------------------------- events and escape hatches

  /** Messages of the streams as they came, made into text only while somebody listens. */
  public final Feed<RawMessage> raw() {
    return rawFeed;
  }

  /** Compares orders, fills and balances with the venue's, now, instead of when it is due. */
  public final void audit() {
    driver.run(() -> engine.audit(host.nanos()));
  }

  /** Swaps the account's keys without losing anything. */
  public final void rotate(Credentials credentials) {
    driver.run(() -> engine.rotate(host.nanos(), credentials));
  }

  final BookDialect dialect() {
    return dialect;
  }

  @Override
  final Engine engine() {
    return engine;
  }

  /** A position changed. */
  void told(PositionEvent event) {}

  /** More is known of a perpetual's funding; the parts that are known by now. */
  void told(FundingRate rate) {}

  /** Funding was paid or received. */
  void told(FundingPayment payment) {}

  @Override
  final Ears ears() {
    return new BookEars();
  }

  private final class BookEars extends Ears {
    @Override
    public void balance(Balance balance) {
      balanceFeed.tell(balance);
    }

    @Override
    public void position(PositionEvent event) {
      told(event);
    }

    @Override
    public void funding(FundingRate rate) {
      told(rate);
    }

    @Override
    public void fundingPayment(FundingPayment payment) {
      told(payment);
    }

    @Override
    public boolean wantsRaw() {
      return rawFeed.hasListeners();
    }

    @Override
    public void raw(RawMessage message) {
      rawFeed.tell(message);
    }

    @Override
    public void book(OrderBook book) {
      market.changed(book);
    }

    @Override
    public void trade(TradeView trade) {
      market.traded(trade);
    }

    @Override
    public void top(TopView top) {
      market.topped(top);
    }
  }
}
