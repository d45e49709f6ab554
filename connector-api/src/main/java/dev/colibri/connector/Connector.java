package dev.colibri.connector;

import dev.colibri.connector.engine.ConnectorEngine;
import dev.colibri.connector.engine.EngineListener;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Journal;
import dev.colibri.connector.io.JournalException;
import dev.colibri.connector.io.Transport;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Latency;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Readiness;
import dev.colibri.connector.model.Statistics;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Dialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.BaseUri;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A live line to one account of one venue, or to its public data: what every connector has,
 * whatever it trades with. A strategy that only places orders need not know more. Thread-safe;
 * every method returns at once, and listeners and stages come back on the strategy thread.
 */
public abstract sealed class Connector implements AutoCloseable
    permits BookConnector, AmmConnector {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final int MOST_BAD_ROWS = 20;

  private final Colibri colibri;
  private final Host host;
  private final Venue<?> venue;
  private final Dialect dialect;
  private final ConnectorEngine engine;
  private final Driver driver;
  private final Listeners listeners;
  private final ListFeed<OrderEvent> orderFeed;
  private final ListFeed<ConnectorEvent> eventFeed;
  private final Map<String, LiveOrder> liveOrders = new LinkedHashMap<>();
  private final CopyOnWriteArrayList<Inventory> inventories = new CopyOnWriteArrayList<>();

  /** How many events of each kind were told, on whichever thread. */
  private final Map<String, LongAdder> told = new ConcurrentHashMap<>();

  private volatile @Nullable Latencies latencies;
  private final Stage<List<OrderState>> closeStage;

  /** Completes when it is closed, on whichever thread. */
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  private final Host.Alarm startAlarm;
  private final Host.Alarm closeAlarm;
  private volatile boolean starting;
  private volatile boolean closing;
  private boolean closed;

  /**
   * A connector at rest.
   *
   * @param hosts what it may connect to
   * @param engine makes its engine, which tells nothing before it is driven
   */
  Connector(
      Colibri colibri,
      Venue<?> venue,
      Dialect dialect,
      Map<String, BaseUri> hosts,
      Journal.@Nullable Part journal,
      Function<EngineListener, ConnectorEngine> engine) {
    this.colibri = colibri;
    this.host = colibri.host();
    this.venue = venue;
    this.dialect = dialect;
    Set<String> names = new LinkedHashSet<>();
    for (BaseUri base : hosts.values()) {
      names.add(base.host());
    }
    this.engine = engine.apply(ears());
    if (journal != null) {
      try {
        this.engine.remember(journal.entries());
      } catch (IllegalStateException e) {
        throw new JournalException(journal + ": " + e.getMessage() + "; nothing was changed", e);
      }
    }
    Transport transport = host.transport(venue, names);
    closeStage = new Stage<>(host);
    listeners = new Listeners(host, this::tellEvent);
    orderFeed = new ListFeed<>(listeners, e -> inventories.forEach(i -> i.heard(this, e)));
    eventFeed = new ListFeed<>(listeners);
    Keeper keeper = journal == null ? null : new Keeper(journal);
    driver = new Driver(this.engine, host, transport, this, keeper);
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
  public abstract CompletableFuture<? extends Connector> start();

  /** Told to the one who started it. */
  abstract Stage<? extends Connector> startStage();

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
                name()
                    + " is not ready after "
                    + START_TIMEOUT.toSeconds()
                    + " s, for want of: "
                    + r.missing()
                    + why));
  }

  /** Which parts are ready. */
  public final Readiness readiness() {
    return driver.read(engine::readiness);
  }

  /** What its tests have shown, and which parts are ready: for a screen, or a report. */
  public final ConnectorStatus status() {
    Profile p = profile();
    return new ConnectorStatus(name(), venue.environment(), p.status(), p.checked(), readiness());
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
    ended();
    closeStage.succeed(left);
    gone.complete(null);
  }

  private void failAtClose(LiveOrder order) {
    order.stage().fail(new VenueException(name() + " was closed; last known: " + order.state()));
  }

  /** A thread leaves the engine: the first feed that it is to tell directly; null for nothing. */
  @Nullable MarketFeed<?> leaving() {
    return null;
  }

  /** A thread has left the engine: what follows from its visit, outside. */
  final void left(@Nullable MarketFeed<?> touched) {
    if (touched != null) {
      tell(touched);
    }
    if (starting && !startStage().isDone()) {
      judgeStart();
    }
    if (closing && !closeStage.isDone() && driver.read(this::nothingLeft)) {
      finishClose();
    }
  }

  /** Tells of it directly. */
  void tell(MarketFeed<?> touched) {}

  /** It is closed: nothing that is still awaited will come. */
  void ended() {}

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
    return !closed && engine.mayClose();
  }

  // ---------------------------------------------------------------- orders

  /**
   * Places an order, and returns at once: what becomes of it comes as events.
   *
   * @throws dev.colibri.connector.model.Refused when it breaks a rule, the budget or the guard;
   *     nothing was sent, nothing is registered
   */
  public final LiveOrder place(Order order) {
    return place(order, null);
  }

  /** The same, counted by somebody before any event of it can pass. */
  final LiveOrder place(Order order, @Nullable Inventory by) {
    return driver.call(() -> counted(live(engine.place(host.nanos(), order)), by));
  }

  /** While the engine is held. */
  final LiveOrder counted(LiveOrder order, @Nullable Inventory by) {
    if (by != null) {
      by.count(this, order);
    }
    return order;
  }

  final void adopt(LiveOrder order, Inventory by) {
    driver.call(
        () -> {
          Inventory before = order.inventory();
          if (before != null && before != by && !before.isClosed()) {
            throw new IllegalStateException("another inventory counts " + order);
          }
          return before == by ? order : counted(order, by);
        });
  }

  /** Tells an inventory everything before listeners. */
  final void tell(Inventory inventory) {
    inventories.addIfAbsent(inventory);
  }

  final void tellNoMore(Inventory inventory) {
    inventories.remove(inventory);
  }

  /** Those who count orders of ours. */
  final List<Inventory> inventories() {
    return inventories;
  }

  /**
   * Asks the venue to cancel an order; does nothing when it ended.
   *
   * @throws IllegalArgumentException when no order of that id is known
   */
  public final void cancel(String clientId) {
    driver.run(() -> engine.cancel(host.nanos(), clientId));
  }

  final void dismiss(LiveOrder order, String why, boolean mayHappen) {
    if (!order.status().isTerminal()) {
      driver.run(() -> engine.dismiss(host.nanos(), order.clientId(), why, mayHappen));
    }
  }

  /** Cancels every live order of ours on an instrument; returns how many. */
  public final int cancelAll(Instrument instrument) {
    return driver.call(() -> engine.cancelAll(host.nanos(), known(instrument)));
  }

  /** Cancels every live order of ours; returns how many. */
  public final int cancelAll() {
    return driver.call(() -> engine.cancelAll(host.nanos(), null));
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
    return driver.read(() -> engine.exposure(known(instrument)));
  }

  final LiveOrder live(OrderState state) {
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

  /** Changes an order in place, where the venue can. */
  Optional<CompletableFuture<LiveOrder>> amend(LiveOrder order, Order changed) {
    return Optional.empty();
  }

  /** Places an order when another is gone. */
  abstract CompletableFuture<LiveOrder> replace(LiveOrder old, Order replacement);

  /** Bounds on what is placed, changed or replaced from now on. */
  public final void guard(Guard guard) {
    driver.run(() -> engine.guard(guard));
  }

  /**
   * Lets no new order out, and none that was placed and waits to leave: that one is rejected.
   * Cancels nothing.
   */
  public final void halt() {
    driver.run(() -> engine.halt());
  }

  /** Lets orders out again. */
  public final void resume() {
    driver.run(() -> engine.resume());
  }

  // ---------------------------------------------------------------- events and escape hatches

  /** Connections, gaps, listings, refusals: what a strategy should know beside its orders. */
  public final Feed<ConnectorEvent> events() {
    return eventFeed;
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

  final Colibri colibri() {
    return colibri;
  }

  /** Completes when it is closed, on whichever thread. */
  final CompletableFuture<Void> gone() {
    return gone;
  }

  Venue<?> venue() {
    return venue;
  }

  ConnectorEngine engine() {
    return engine;
  }

  final Listeners listeners() {
    return listeners;
  }

  final Driver driver() {
    return driver;
  }

  final Host host() {
    return host;
  }

  final void tellEvent(ConnectorEvent event) {
    told.computeIfAbsent(event.getClass().getSimpleName(), kind -> new LongAdder()).increment();
    eventFeed.tell(event);
  }

  // ---------------------------------------------------------------- figures

  /**
   * What was counted since it was opened: messages, bytes, connections, requests, refusals, events.
   * Counting costs an addition or two for a message; asking takes the engine for a moment.
   */
  public final Statistics stats() {
    Map<String, Long> events = new TreeMap<>();
    told.forEach((kind, count) -> events.put(kind, count.sum()));
    return driver.read(() -> engine.statistics(Collections.unmodifiableMap(events)));
  }

  /**
   * From now on takes the time from the socket to listeners, and forgets what was taken before. It
   * costs a look at the clock and an addition for everything that is told.
   *
   * @throws IllegalStateException saying what to add, when HdrHistogram is not on the class path
   */
  public final void measureLatency() {
    latencies = Latencies.begin();
  }

  /**
   * How long it took from the message to listeners since {@link #measureLatency}: by what they
   * listen to, {@code books}, {@code tops}, {@code trades} and {@code changes}, on the strategy
   * thread or {@code direct}, and {@code orders}, which count from when the engine had the event.
   * Empty before.
   */
  public final Map<String, Latency> latency() {
    Latencies taken = latencies;
    return taken == null ? Map.of() : taken.show();
  }

  /** Where times are kept; null when they are not taken. */
  final @Nullable Latencies latencies() {
    return latencies;
  }

  private void tellOrder(OrderEvent event) {
    Latencies taken = latencies;
    if (taken == null) {
      orderFeed.tell(event);
    } else {
      long had = host.nanos();
      orderFeed.tell(event, () -> taken.record(Latencies.Way.ORDERS, host.nanos() - had));
    }
  }

  /** What hears the engine; asked for once, while it is made. */
  abstract Ears ears();

  @Override
  public final String toString() {
    return name();
  }

  /** Takes note of what the engine tells; runs no code of users. */
  abstract class Ears implements EngineListener {
    @Override
    public final void order(OrderEvent event) {
      OrderState state = event.state();
      LiveOrder order = liveOrders.get(state.clientId());
      if (order != null) {
        order.moveTo(state);
      }
      tellOrder(event);
      if (event.isTerminal() && order != null) {
        liveOrders.remove(state.clientId());
        order.stage().succeed(state);
      }
    }

    @Override
    public final void event(ConnectorEvent event) {
      tellEvent(event);
    }
  }
}
