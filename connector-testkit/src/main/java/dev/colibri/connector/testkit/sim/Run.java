package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.Colibri;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.Refused;
import dev.colibri.connector.testkit.exchange.Timeline;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One simulation: one seed, some ten minutes of trading with faults, and the quiet after them. */
final class Run {
  private static final Duration TRADING = Duration.ofMinutes(10);
  private static final int LEAST_ORDERS = 100;

  /** How long a venue that was asked too much may refuse to answer, ban after ban. */
  private static final Duration LONGEST_BANS = Duration.ofMinutes(20);

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** How long all may take to be known and well after the last fault. */
  private static final Duration HEALING = Duration.ofSeconds(60);

  /** How long a dead connection may go unnoticed: silence, and the pause between two looks. */
  private static final Duration LONGEST_DEAD = Duration.ofSeconds(75);

  /** How long a payment of funding may go untold where its news was lost. */
  private static final Duration LONGEST_UNPAID = Duration.ofMinutes(6);

  private static final Duration LATENCY = Duration.ofMillis(20);
  private static final String ACCOUNT = "me";
  private static final String KEY = "canaryKey".repeat(7);
  private static final String SECRET = "canarySecret".repeat(3);
  private static final Map<String, BigDecimal> PRICES =
      new TreeMap<>(Map.of("BTC-USDT", new BigDecimal(60_000), "ETH-USDT", new BigDecimal(3_000)));

  private static final BigDecimal TEN = BigDecimal.TEN;
  private static final BigDecimal TICK = new BigDecimal("0.01");

  private final SimulatedVenue venue;
  private final long seed;
  private final FaultMenu menu;
  private final SplittableRandom random;
  private final VirtualTime time = new VirtualTime();
  private final Trace trace = new Trace();
  private final FaultCount count = new FaultCount();
  private final Exchange exchange;
  private final Protocol protocol;
  private final ProtocolNetwork wire;
  private final FaultyNetwork network;
  private final Invariants invariants;
  private final Trader trader;
  private final MemoryJournal journal = new MemoryJournal();
  private final Set<String> delisted = new LinkedHashSet<>();
  private final @Nullable PerpScene perps;
  private @Nullable Process process;

  /** When whatever holds the venue up is over, in nanoseconds of virtual time. */
  private long venueBack;

  private long foreign;
  private boolean trading = true;
  private boolean throwing;
  private boolean slow;
  private int processes;

  /** What came of a run. */
  record Result(
      long seed,
      long hash,
      Duration virtual,
      int intents,
      int orders,
      int requests,
      FaultCount faults,
      @Nullable RuntimeException violation,
      List<String> last) {}

  Run(SimulatedVenue venue, long seed, @Nullable FaultMenu menu) {
    this.venue = venue;
    this.seed = seed;
    this.random = new SplittableRandom(seed);
    boolean margined = venue.venue(KEY, SECRET) instanceof PerpVenue;
    this.menu = menu != null ? menu : FaultMenu.swarm(FaultMenu.possible(margined), random.split());
    perps = margined ? new PerpScene(ACCOUNT, random.split()) : null;
    exchange =
        perps != null
            ? perps.exchange()
            : new Exchange(
                List.of(
                    Market.of("BTC", "USDT", "0.01", "0.00001"),
                    Market.of("ETH", "USDT", "0.01", "0.0001")));
    invariants =
        new Invariants(
            time,
            exchange,
            ACCOUNT,
            List.of(SECRET),
            count,
            trace,
            this.menu,
            venue.books(),
            margined);
    if (perps != null) {
      perps.open(time.millis());
    } else {
      exchange.openAccount(ACCOUNT);
      exchange.deposit(ACCOUNT, "USDT", new BigDecimal("300000"), time.millis());
      exchange.deposit(ACCOUNT, "BTC", new BigDecimal("5"), time.millis());
      exchange.deposit(ACCOUNT, "ETH", new BigDecimal("100"), time.millis());
    }
    protocol = venue.protocol(exchange, seed, ACCOUNT, KEY, SECRET);
    Crowd crowd = new Crowd(exchange, seed, venue.crowdMillis());
    crowd.trade("BTC-USDT", "60000", "0.01").trade("ETH-USDT", "3000", "0.2");
    wire =
        new ProtocolNetwork(time, protocol, new Timeline(crowd, protocol, time.millis()), LATENCY);
    network = new FaultyNetwork(time, wire, random.split(), count, invariants.wires());
    trader =
        margined
            ? new PerpTrader(random.split(), PRICES, invariants)
            : new Trader(random.split(), PRICES, invariants);
  }

  private BookConnector open(Colibri colibri) {
    Venue<?> opened = venue.venue(KEY, SECRET);
    return perps != null
        ? colibri.open(perps.venue((PerpVenue) opened))
        : colibri.open((SpotVenue) opened);
  }

  /** A process that trades. */
  private final class Process {
    final VirtualHost host = new VirtualHost(time, network, seed * 1_000 + processes++);
    final Colibri colibri = Colibri.on(host, Settings.DEFAULT, v -> v).journal(journal);
    final BookConnector connector = open(colibri);
    private List<Instrument> instruments = List.of();

    void begin() {
      // No host's clock is right when it starts.
      host.jump(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(3_600_000) : 0));
      invariants.watch(host, connector, wire.millis(), journal::keepsProvisional);
      connector.orders().listen(e -> misbehave());
      connector.start();
      colibri.every(Duration.ofMillis(1_300 + random.nextInt(900)), this::act);
    }

    private void misbehave() {
      if (slow) {
        slow = false;
        count.fired(FaultKind.LISTENER_SLOW);
        host.busy(Duration.ofMillis(50 + random.nextInt(5_000)));
      }
      if (throwing) {
        throwing = false;
        count.fired(FaultKind.LISTENER_THROWS);
        throw new IllegalStateException("a listener that throws");
      }
    }

    private void act() {
      try {
        if (instruments.isEmpty()) {
          instruments = connector.instruments();
          instruments.forEach(invariants::watch);
          if (connector instanceof PerpConnector perp) {
            instruments.forEach(i -> perp.funding(i).listen(rate -> {}));
          }
        } else if (trading && connector.readiness().balances()) {
          trader.act(connector, instruments);
        }
      } catch (RuntimeException e) {
        invariants.violated("I34", "the connector throws", e);
      }
    }
  }

  Result run() {
    try {
      start();
      long end = time.nanos() + TRADING.toNanos();
      long last = end + TRADING.toNanos();
      while ((time.nanos() < end || time.nanos() < last && orders() < LEAST_ORDERS)
          && goOn(pause())) {
        if (!menu.kinds().isEmpty()) {
          List<FaultKind> kinds = new ArrayList<>(menu.kinds());
          apply(kinds.get(random.nextInt(kinds.size())));
        }
      }
      quieten();
    } catch (RuntimeException e) {
      invariants.violated("I34", "something throws", e);
    }
    countAtVenue();
    return new Result(
        seed,
        trace.hash(),
        Duration.ofNanos(time.nanos() - new VirtualTime().nanos()),
        trader.intents(),
        invariants.orders(),
        invariants.requests(),
        count,
        invariants.violation(),
        trace.last());
  }

  /** How many orders the strategy placed and the connector did not refuse. */
  private int orders() {
    return trader.intents() - trader.refused();
  }

  /** What the venue itself counts. */
  private void countAtVenue() {
    protocol
        .faults()
        .counts()
        .forEach(
            (effect, n) -> {
              FaultKind kind =
                  switch (effect) {
                    case ORDER_HIDDEN -> FaultKind.ORDERS_INVISIBLE;
                    case FILL_HIDDEN -> FaultKind.FILLS_LATE;
                    case FRAME_SWAPPED -> FaultKind.ACK_AFTER_FILL;
                    case FRAME_REPLAYED -> FaultKind.EVENTS_REPLAYED;
                    case REPLY_DELAYED -> FaultKind.VENUE_SLOW;
                    case REFUSED_IN_MAINTENANCE -> FaultKind.MAINTENANCE;
                    case RATE_LIMITED -> FaultKind.LIMITS_LOWERED;
                    default -> null;
                  };
              if (kind != null) {
                count.fired(kind, n);
              }
            });
  }

  private Duration pause() {
    return Duration.ofMillis(1 + random.nextLong(2 * menu.pause().toMillis()));
  }

  /** Lets time pass; false when something that must hold does not. */
  private boolean goOn(Duration how) {
    long until = time.nanos() + how.toNanos();
    while (time.nanos() < until && !invariants.isViolated()) {
      time.advanceUntil(
          invariants::isViolated,
          Duration.ofNanos(Math.min(until - time.nanos(), SECOND.toNanos())));
      invariants.look(wire.millis());
      buryTheDead();
    }
    return !invariants.isViolated();
  }

  private boolean goOnUntil(long nanos) {
    return goOn(Duration.ofNanos(Math.max(0, nanos - time.nanos())));
  }

  /** A connection that carries nothing is to be noticed and replaced. */
  private void buryTheDead() {
    Process p = process;
    if (p != null) {
      long dead = Math.max(network.deadSince(), p.host.awakeSince());
      if (dead < time.nanos() - LONGEST_DEAD.toNanos()) {
        invariants.violated("I21", "a connection is dead since " + dead / 1_000_000, null);
      }
    }
  }

  private void apply(FaultKind kind) {
    trace.line(time.millis(), "FAULT " + kind);
    if (network.apply(kind) || perps != null && perps.apply(kind, wire, time, count)) {
      return;
    }
    Process p = process;
    switch (kind) {
      case ORDERS_INVISIBLE -> protocol.faults().hideOrdersFor(random.nextInt(2_900));
      case FILLS_LATE -> protocol.faults().hideFillsFor(random.nextInt(20_000));
      case ACK_AFTER_FILL -> protocol.faults().swapFrames(Faults.PRIVATE, 1 + random.nextInt(3));
      case EVENTS_REPLAYED ->
          wire.atExchange(() -> protocol.replay(1 + random.nextInt(20), wire.millis()));
      case RESTART -> restart(kind, false);
      case RESTART_LOSING_ORDERS -> restart(kind, true);
      case MAINTENANCE -> {
        long millis = venueAway();
        wire.atExchange(() -> protocol.maintain(wire.millis(), millis, random.nextBoolean()));
      }
      case LIMITS_LOWERED -> {
        protocol.faults().divideLimits(2 + random.nextInt(100));
        time.after(Duration.ofMillis(venueAway()), () -> protocol.faults().divideLimits(1));
      }
      case VENUE_SLOW -> slowVenue();
      case TICK_CHANGED -> changeTick();
      case DELISTED -> delist();
      case SELF_TRADE -> meetOneself();
      case EXPELLED -> expel();
      case KILL -> kill();
      case DISK_FULL -> {
        count.fired(kind);
        journal.room(random.nextInt(3));
        time.after(
            Duration.ofMillis(1 + random.nextInt(10_000)), () -> journal.room(Long.MAX_VALUE));
      }
      case PAUSE -> onHost(kind, h -> h.pause(Duration.ofMillis(100 + random.nextInt(15_000))));
      case SLEEP -> onHost(kind, h -> h.sleep(Duration.ofMillis(100 + random.nextInt(60_000))));
      case CLOCK_JUMP -> {
        count.fired(kind);
        wire.jump(Duration.ofMillis(1 + random.nextInt(30_000)));
      }
      case CLOCK_DRIFT -> onHost(kind, h -> h.drift(random.nextInt(100_000) - 50_000));
      case LISTENER_THROWS -> throwing = true;
      case LISTENER_SLOW -> slow = true;
      default -> throw new IllegalStateException(kind + " cannot be simulated");
    }
  }

  private void onHost(FaultKind kind, Consumer<VirtualHost> what) {
    if (process != null) {
      count.fired(kind);
      what.accept(process.host);
    }
  }

  /** The account's owner places an order by hand where ours may meet it. */
  private void meetOneself() {
    String market = market();
    Order.Side side = random.nextBoolean() ? Order.Side.BUY : Order.Side.SELL;
    BigDecimal price = PRICES.get(market);
    BigDecimal size = new BigDecimal(market.startsWith("BTC") ? "0.01" : "0.2");
    wire.atExchange(
        () -> {
          try {
            exchange.place(
                ACCOUNT,
                OrderRequest.limit(market, side, price, size, Invariants.FOREIGN + ++foreign)
                    .with(Order.SelfTrade.EXPIRE_BOTH),
                wire.millis());
            count.fired(FaultKind.SELF_TRADE);
          } catch (Refused e) {
            // Not where it would stand now.
          }
        });
  }

  /** How long, in milliseconds, something holds the venue up. */
  private long venueAway() {
    long millis = 500 + random.nextInt(15_000);
    venueBack = Math.max(venueBack, time.nanos() + millis * 1_000_000);
    return millis;
  }

  private void restart(FaultKind kind, boolean losesOrders) {
    count.fired(kind);
    long millis = venueAway();
    int code = random.nextBoolean() ? 1012 : 1006;
    wire.atExchange(() -> protocol.restart(wire.millis(), millis, code, losesOrders));
  }

  private void slowVenue() {
    List<String> targets = network.targets();
    if (!targets.isEmpty()) {
      String target = targets.get(random.nextInt(targets.size()));
      protocol.faults().delayReplies(target, 1 + random.nextInt(15_000));
      time.after(
          Duration.ofMillis(1 + random.nextInt(20_000)),
          () -> protocol.faults().delayReplies(target, 0));
    }
  }

  /** A coarser tick for a while. */
  private void changeTick() {
    Market market = exchange.market(market()).orElse(null);
    if (market == null) {
      return; // Delisted.
    }
    count.fired(FaultKind.TICK_CHANGED);
    boolean coarse = market.tick().compareTo(TICK) > 0;
    BigDecimal tick = coarse ? TICK : TICK.multiply(TEN);
    wire.atExchange(() -> exchange.setRules(market.withTick(tick), wire.millis()));
  }

  /** One market goes for good; the other stays, or there would be nothing left to see. */
  private void delist() {
    String market = "ETH-USDT";
    if (delisted.add(market)) {
      count.fired(FaultKind.DELISTED);
      invariants.delisted(market);
      wire.atExchange(() -> exchange.delist(market, wire.millis()));
    }
  }

  private String market() {
    return random.nextBoolean() ? "BTC-USDT" : "ETH-USDT";
  }

  /** The process dies now, or in the middle of what it does next. */
  private void kill() {
    Process dying = process;
    if (dying == null) {
      return;
    }
    switch (random.nextInt(3)) {
      case 0 -> die(dying);
      case 1 -> network.atNextDeparture(() -> die(dying));
      default -> journal.at(journal.size(), random.nextBoolean(), () -> die(dying));
    }
  }

  private void die(Process dying) {
    if (process != dying) {
      return;
    }
    count.fired(FaultKind.KILL);
    trace.line(time.millis(), "killed");
    process = null;
    dying.host.kill();
    journal.kill();
    invariants.died();
    time.after(Duration.ofMillis(random.nextInt(20_000)), this::start);
  }

  private void start() {
    if (process == null) {
      trace.line(time.millis(), "a process starts");
      process = new Process();
      process.begin();
    }
  }

  /** The venue cancels one of ours. */
  private void expel() {
    List<Order> open = new ArrayList<>(exchange.openOrders(ACCOUNT, null));
    open.removeIf(o -> Invariants.isForeign(o.clientId()));
    if (!open.isEmpty()) {
      Order o = open.get(random.nextInt(open.size()));
      count.fired(FaultKind.EXPELLED);
      wire.atExchange(() -> exchange.expel(ACCOUNT, o.market(), o.id(), wire.millis()));
    }
  }

  /** The last fault is over: all must be known and well soon, and stay so. */
  private void quieten() {
    if (invariants.isViolated()) {
      return;
    }
    trace.line(time.millis(), "the last fault is over");
    network.heal();
    if (perps != null) {
      perps.heal(wire);
    }
    protocol.faults().hideOrdersFor(0).hideFillsFor(0).divideLimits(1);
    network.targets().forEach(t -> protocol.faults().delayReplies(t, 0));
    journal.room(Long.MAX_VALUE);
    journal.at(-1, true, () -> {});
    throwing = false;
    slow = false;
    trading = false;
    start();
    Process p = process;
    p.host.drift(0);
    if (random.nextBoolean()) {
      p.colibri.execute(p.connector::cancelAll);
    }
    // The last fault is over when the venue takes requests again, and the host can send them. A
    // sleep makes what is asked for later by the host's clock later still.
    long stopped = invariants.stoppedUntil();
    long askingAgain = invariants.askingAgain();
    if (!goOnUntil(Math.max(p.host.awakeSince(), venueBack))
        || !goOnUntil(Math.max(stopped, p.host.when(askingAgain)))) {
      return;
    }
    settle(false, HEALING);
    wire.atExchange(
        () ->
            PRICES.keySet().stream()
                .filter(m -> !delisted.contains(m))
                .forEach(m -> exchange.setStatus(m, Market.Status.BREAK, wire.millis())));
    settle(true, HEALING);
    if (perps != null && !invariants.isViolated()) {
      settle(LONGEST_UNPAID, invariants::unpaid);
    }
    // Nothing can be canceled while nothing may be asked.
    goOnUntil(invariants.stoppedUntil());
    if (!invariants.isViolated()) {
      p.colibri.close();
      time.advance(SECOND);
      invariants.closed(network.connections(), trader.intents());
      exchange.verify();
    }
  }

  private void settle(boolean moneyToo, Duration within) {
    settle(within, () -> invariants.unsettled(moneyToo));
  }

  private void settle(Duration within, Supplier<@Nullable String> unsettled) {
    long until = time.nanos() + within.toNanos();
    long latest = until + LONGEST_BANS.toNanos();
    String why = "";
    while (why != null && time.nanos() < until && goOn(SECOND)) {
      if (menu.mayBeLimited() && invariants.stoppedUntil() > time.nanos()) {
        // What the venue holds against us from before is not over.
        until = Math.min(latest, invariants.stoppedUntil() + within.toNanos());
      }
      why = unsettled.get();
    }
    if (why != null && !invariants.isViolated()) {
      invariants.violated("liveness", why, null);
    }
  }
}
