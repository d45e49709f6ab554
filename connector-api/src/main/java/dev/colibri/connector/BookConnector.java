package dev.colibri.connector;

import dev.colibri.connector.engine.Engine;
import dev.colibri.connector.engine.EngineListener;
import dev.colibri.connector.engine.Limiter;
import dev.colibri.connector.engine.OldestFirst;
import dev.colibri.connector.engine.Replaced;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Journal;
import dev.colibri.connector.io.JournalException;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookChangeView;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.RawMessage;
import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TopView;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.model.TradeView;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
public abstract sealed class BookConnector implements AutoCloseable
    permits SpotConnector, PerpConnector {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final int MOST_BAD_ROWS = 20;

  private final Colibri colibri;
  private final Host host;
  private final Venue<?> venue;
  private final BookDialect dialect;
  private final Engine engine;
  private final Driver driver;
  private final Listeners listeners;
  private final MarketFeeds market;
  private final ListFeed<OrderEvent> orderFeed;
  private final ListFeed<ConnectorEvent> eventFeed;
  private final ListFeed<Balance> balanceFeed;
  private final ListFeed<RawMessage> rawFeed;
  private final Map<String, LiveOrder> liveOrders = new LinkedHashMap<>();
  private final Stage<List<OrderState>> closeStage;

  /** Completes when it is closed, on whichever thread. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private final Host.Alarm startAlarm;
  private final Host.Alarm closeAlarm;
  private volatile boolean starting;
  private volatile boolean closing;
  private boolean closed;

  BookConnector(
      Colibri colibri,
      Venue<?> venue,
      BookDialect dialect,
      Limiter limiter,
      Journal.@Nullable Part journal) {
    this.colibri = colibri;
    this.host = colibri.host();
    this.venue = venue;
    this.dialect = dialect;
    Set<String> names = new LinkedHashSet<>();
    for (URI u : Engine.hosts(venue, dialect.profile()).values()) {
      names.add(u.getHost());
    }
    engine =
        new Engine(
            venue,
            dialect,
            colibri.settings(),
            limiter,
            new Ears(),
            colibri.redactor(),
            host.random(),
            host.nanos());
    if (journal != null) {
      try {
        engine.remember(journal.entries());
      } catch (IllegalStateException e) {
        throw new JournalException(journal + ": " + e.getMessage() + "; nothing was changed", e);
      }
    }
    Transport transport = host.transport(venue, names);
    closeStage = new Stage<>(host);
    listeners = new Listeners(host, this::tellEvent);
    orderFeed = new ListFeed<>(listeners);
    eventFeed = new ListFeed<>(listeners);
    balanceFeed = new ListFeed<>(listeners);
    rawFeed = new ListFeed<>(listeners);
    market = new MarketFeeds(this, listeners);
    Keeper keeper = journal == null ? null : new Keeper(journal);
    driver = new Driver(engine, host, transport, new Aftermath(), keeper);
    startAlarm = host.alarm(this::startTimedOut);
    closeAlarm = host.alarm(this::finishClose);
  }

  // ---------------------------------------------------------------- start, readiness, close

  /** The venue and kind, with the account's label where it has one: {@code binance-spot:mm-1}. */
  public final String name() {
    return venue.account().isEmpty()
        ? dialect.profile().name()
        : dialect.profile().name() + ":" + venue.account();
  }

  /** What the venue is and takes. */
  public final Profile profile() {
    return dialect.profile();
  }

  /**
   * Connects.
   *
   * @return completes when every part is ready; fails with {@link NotReadyException} naming what is
   *     missing when the venue refuses the key, or after half a minute. The connector goes on
   *     trying.
   */
  public abstract CompletableFuture<? extends BookConnector> start();

  /** Told to the one who started it. */
  abstract Stage<? extends BookConnector> startStage();

  /** Tells {@link #startStage} that all is ready. */
  abstract void started();

  final void beginStart() {
    driver.run(
        () -> {
          if (!starting && !closing) {
            starting = true;
            startAlarm.at(host.nanos() + START_TIMEOUT.toNanos());
            engine.start(host.nanos());
          }
        });
  }

  private void startTimedOut() {
    Readiness r = readiness();
    String why = r.problem() == null ? "" : " (" + r.problem() + ")";
    startStage()
        .fail(
            new NotReadyException(
                name() + " is not ready after " + START_TIMEOUT + ": " + r.missing() + why));
  }

  /** Which parts are ready. */
  public final Readiness readiness() {
    return driver.read(engine::readiness);
  }

  /** Whether every part is ready. */
  public final boolean isReady() {
    return driver.read(engine::isReady);
  }

  /**
   * Takes no more orders, cancels ours unless the venue was opened to leave them, and ends.
   *
   * @return completes with the orders that are still live, or of unknown outcome; within ten
   *     seconds
   */
  public final CompletableFuture<List<OrderState>> closeAsync() {
    driver.run(
        () -> {
          if (closing) {
            return;
          }
          closing = true;
          startAlarm.cancel();
          closeAlarm.at(host.nanos() + CLOSE_TIMEOUT.toNanos());
          engine.beginClose(host.nanos(), venue.cancelsAtClose());
        });
    return closeStage;
  }

  /** As {@link #closeAsync()}, and waits for it unless called on the strategy thread. */
  @Override
  public final void close() {
    CompletableFuture<List<OrderState>> stage = closeAsync();
    if (!host.onStrategyThread()) {
      host.awaited(stage);
      awaitGone();
      Listeners.awaitTold(stage, name());
    }
  }

  /** Waits until it is closed, which its own thread need not have told. */
  void awaitGone() {
    gone.join();
  }

  private void finishClose() {
    @Nullable List<OrderState> left =
        driver.call(
            () -> {
              if (closed) {
                return null;
              }
              closed = true;
              closeAlarm.cancel();
              return engine.close(host.nanos());
            });
    if (left == null) {
      return;
    }
    driver.close();
    colibri.forget(this);
    startStage().fail(new NotReadyException(name() + " was closed"));
    driver.read(() -> List.copyOf(liveOrders.values())).forEach(this::failAtClose);
    closeStage.succeed(left);
    gone.complete(null);
  }

  private void failAtClose(LiveOrder order) {
    order.stage().fail(new VenueException(name() + " was closed; last known: " + order.state()));
  }

  /** What follows every visit to the engine, outside of it. */
  private final class Aftermath implements Driver.Visit {
    @Override
    public @Nullable List<MarketFeed<?>> leaving() {
      return market.takeTouched();
    }

    @Override
    public void left(@Nullable List<MarketFeed<?>> touched) {
      if (touched != null) {
        market.tell(touched);
      }
      if (starting && !startStage().isDone()) {
        judgeStart();
      }
      if (closing && !closeStage.isDone() && driver.read(BookConnector.this::nothingLeft)) {
        finishClose();
      }
    }
  }

  private void judgeStart() {
    String fatal = driver.read(engine::fatal);
    if (fatal != null) {
      startAlarm.cancel();
      startStage().fail(new NotReadyException(name() + " cannot start: " + fatal));
    } else if (driver.read(engine::isReady)) {
      startAlarm.cancel();
      started();
    }
  }

  private boolean nothingLeft() {
    return !closed
        && (!venue.cancelsAtClose() || engine.liveOrders().isEmpty())
        && engine.isDisarmed();
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
    List<String> similar = new ArrayList<>();
    for (Instrument other : all) {
      if (other.base().equals(base) && similar.size() < 10) {
        similar.add(other.name());
      }
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
    return dialect instanceof Candles c ? Optional.of(new CandleQuery(this, c)) : Optional.empty();
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

  final Instrument known(Instrument instrument) {
    if (!instrument.venue().equals(dialect.profile().name())) {
      throw new IllegalArgumentException(instrument + " is not an instrument of " + name());
    }
    return instrument;
  }

  /** Tells of the first rows of one answer that could not be read. */
  final BadRows rows(String what) {
    int[] told = {0};
    return (row, e) -> {
      if (told[0]++ < MOST_BAD_ROWS) {
        tellEvent(
            new ConnectorEvent.Quarantined(
                what,
                colibri.redactor().show(String.valueOf(e.getMessage())),
                colibri.redactor().show(row)));
      }
    };
  }

  // ---------------------------------------------------------------- orders

  /**
   * Places an order, and returns at once: what becomes of it comes as events.
   *
   * @throws dev.colibri.connector.model.Refused when it breaks a rule, the budget or the guard;
   *     nothing was sent, nothing is registered
   */
  public final LiveOrder place(Order order) {
    return driver.call(() -> live(engine.place(host.nanos(), order)));
  }

  /**
   * Places several orders, in as few requests as the venue allows, and returns at once; each has
   * its own fate.
   *
   * @return the orders, in the order of the arguments
   * @throws dev.colibri.connector.model.Refused when one of them breaks a rule, the budget or the
   *     guard beside those before it; nothing was sent, and none is registered
   */
  public final List<LiveOrder> placeAll(List<Order> orders) {
    return driver.call(
        () -> engine.placeAll(host.nanos(), orders).stream().map(this::live).toList());
  }

  /**
   * Asks the venue to cancel an order; does nothing when it ended.
   *
   * @throws IllegalArgumentException when no order of that id is known
   */
  public final void cancel(String clientId) {
    driver.run(() -> engine.cancel(host.nanos(), clientId));
  }

  /** Cancels every live order of ours on an instrument; returns how many. */
  public final int cancelAll(Instrument instrument) {
    return driver.call(() -> engine.cancelAll(host.nanos(), known(instrument)));
  }

  /** Cancels every live order of ours; returns how many. */
  public final int cancelAll() {
    return driver.call(() -> engine.cancelAll(host.nanos(), null));
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

  Optional<CompletableFuture<LiveOrder>> amend(LiveOrder order, Order changed) {
    if (!(dialect instanceof NativeAmend can)) {
      return Optional.empty();
    }
    Stage<LiveOrder> stage = stage();
    driver.run(
        () ->
            engine.amend(
                host.nanos(), can, order.clientId(), changed, completes(stage, "not amended: ")));
    return Optional.of(stage);
  }

  CompletableFuture<LiveOrder> replace(LiveOrder old, Order replacement) {
    Stage<LiveOrder> stage = stage();
    driver.run(
        () ->
            engine.replace(
                host.nanos(), old.clientId(), replacement, completes(stage, "not replaced: ")));
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

  /** The order of ours of a client id; empty when none is known. */
  public final Optional<LiveOrder> order(String clientId) {
    return driver.read(
        () -> {
          OrderState s = engine.order(clientId);
          return s == null ? Optional.empty() : Optional.of(live(s));
        });
  }

  /** Every live order of ours, pending ones and those of unknown outcome too, oldest first. */
  public final List<LiveOrder> openOrders() {
    return driver.read(
        () -> {
          List<LiveOrder> all = new ArrayList<>();
          engine.liveOrders().forEach(s -> all.add(live(s)));
          return all;
        });
  }

  /** Open orders that this runtime did not place, as last shown by the venue; never touched. */
  public final List<OrderState> externalOrders() {
    return driver.read(engine::externalOrders);
  }

  /** Every live order of ours on an instrument. */
  public final List<LiveOrder> openOrders(Instrument instrument) {
    Instrument of = known(instrument);
    List<LiveOrder> all = new ArrayList<>(openOrders());
    all.removeIf(o -> !o.order().instrument().equals(of));
    return all;
  }

  /** What happens to our orders. Never dropped. */
  public final Feed<OrderEvent> orders() {
    return orderFeed;
  }

  /** The least and most that everything live on an instrument can still fill. */
  public final Exposure exposure(Instrument instrument) {
    return driver.read(() -> engine.money().exposure(known(instrument)));
  }

  private LiveOrder live(OrderState state) {
    LiveOrder order = liveOrders.get(state.clientId());
    if (order == null) {
      order = new LiveOrder(this, state, new Stage<>(host));
      if (state.status().isTerminal()) {
        order.stage().succeed(state);
      } else {
        liveOrders.put(state.clientId(), order);
        if (closed) {
          failAtClose(order);
        }
      }
    }
    return order;
  }

  // ---------------------------------------------------------------- money

  /** Every balance that is known, by asset. */
  public final Map<String, Balance> balances() {
    return driver.read(() -> engine.money().balances());
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

  /** Bounds on what is placed, changed or replaced from now on. */
  public final void guard(Guard guard) {
    driver.run(() -> engine.money().guard(guard));
  }

  /**
   * Lets no new order out, and none that was placed and waits to leave: that one is rejected.
   * Cancels nothing.
   */
  public final void halt() {
    driver.run(() -> engine.money().halt());
  }

  /** Lets orders out again. */
  public final void resume() {
    driver.run(() -> engine.money().resume());
  }

  // ---------------------------------------------------------------- events and escape hatches

  /** Connections, gaps, listings, refusals: what a strategy should know beside its orders. */
  public final Feed<ConnectorEvent> events() {
    return eventFeed;
  }

  /** Messages of the streams as they came, made into text only while somebody listens. */
  public final Feed<RawMessage> raw() {
    return rawFeed;
  }

  /**
   * Sends a request of the caller's own: signed if it says so, within the limits. Paths that
   * withdraw are refused.
   */
  public final CompletableFuture<Reply> call(Request request) {
    if (request.path().toLowerCase(Locale.ROOT).contains("withdraw")) {
      throw new IllegalArgumentException(
          "this library does not withdraw: " + request.path() + " is refused");
    }
    return ask(request.read(reply -> reply));
  }

  /** Compares orders, fills and balances with the venue's, now, instead of when it is due. */
  public final void audit() {
    driver.run(() -> engine.audit(host.nanos()));
  }

  /** Swaps the account's keys without losing anything. */
  public final void rotate(Credentials credentials) {
    driver.run(() -> engine.rotate(host.nanos(), credentials));
  }

  /** Something to come; failed when there is no thread any more that could tell of it. */
  final <T> Stage<T> stage() {
    Stage<T> stage = new Stage<>(host);
    if (colibri.isEnded()) {
      stage.completeExceptionally(new VenueException(name() + " was closed"));
    }
    return stage;
  }

  final <T> CompletableFuture<T> ask(Call<T> call) {
    Stage<T> stage = stage();
    driver.run(
        () ->
            engine.ask(
                host.nanos(), call, stage::succeed, why -> stage.fail(new VenueException(why))));
    return stage;
  }

  final BookDialect dialect() {
    return dialect;
  }

  final Listeners listeners() {
    return listeners;
  }

  Engine engine() {
    return engine;
  }

  Driver driver() {
    return driver;
  }

  Host host() {
    return host;
  }

  void tellEvent(ConnectorEvent event) {
    eventFeed.tell(event);
  }

  /** A position changed. */
  void told(PositionEvent event) {}

  /** More is known of a perpetual's funding; the parts that are known by now. */
  void told(FundingRate rate) {}

  /** Funding was paid or received. */
  void told(FundingPayment payment) {}

  @Override
  public final String toString() {
    return name();
  }

  /** Takes note of what the engine tells; runs no code of users. */
  private final class Ears implements EngineListener {
    @Override
    public void order(OrderEvent event) {
      OrderState state = event.state();
      LiveOrder order = liveOrders.get(state.clientId());
      if (order != null) {
        order.moveTo(state);
      }
      orderFeed.tell(event);
      if (event.isTerminal() && order != null) {
        liveOrders.remove(state.clientId());
        order.stage().succeed(state);
      }
    }

    @Override
    public void event(ConnectorEvent event) {
      tellEvent(event);
    }

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
