package dev.colibri.connector;

import dev.colibri.connector.engine.ConnectorEngine;
import dev.colibri.connector.engine.Limiter;
import dev.colibri.connector.engine.Paper;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.Host;
import dev.colibri.connector.io.Journal;
import dev.colibri.connector.io.LiveHost;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Dialect;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.Venue;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Redactor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A runtime: connectors, one strategy thread, and a clock.
 *
 * <p>A strategy is a function of a runtime; only where the runtime comes from differs between live
 * trading and tests. Thread-safe.
 */
public final class Colibri implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Colibri.class);

  private final Host host;
  private final Settings settings;
  private final Opening opening;
  private final @Nullable PaperAccount paper;
  private final Redactor redactor = new Redactor();
  private final Map<List<@Nullable Object>, Limiter> limiters = new LinkedHashMap<>();
  private final List<Connector> connectors = new ArrayList<>();

  /** Which wallet on which chain a connector has to itself. */
  private final Map<Connector, String> lanes = new LinkedHashMap<>();

  private final CompletableFuture<Void> shutdown = new CompletableFuture<>();
  private @Nullable Journal journal;
  private boolean closed;
  private volatile boolean ended;

  /** What is opened instead of what a strategy asks for, as a test kit does. */
  @FunctionalInterface
  public interface Opening {
    /** The spot venue to open. */
    SpotVenue spot(SpotVenue asked);

    /** The venue of perpetuals to open; what was asked for unless said otherwise. */
    default PerpVenue perp(PerpVenue asked) {
      return asked;
    }

    /** The wallet and market makers to open; what was asked for unless said otherwise. */
    default AmmVenue amm(AmmVenue asked) {
      return asked;
    }
  }

  private Colibri(Host host, Settings settings, Opening opening, @Nullable PaperAccount paper) {
    this.host = host;
    this.settings = settings;
    this.opening = opening;
    this.paper = paper;
  }

  /** A runtime on the real clock and real sockets. */
  public static Colibri live() {
    return new Colibri(new LiveHost(), Settings.DEFAULT, venue -> venue, null);
  }

  /**
   * As {@link #live()}, with simulated accounts that hold these balances.
   *
   * @param balances by asset, as the venue's instruments spell it
   * @see #paper(PaperAccount)
   */
  public static Colibri paper(Map<String, String> balances) {
    return paper(PaperAccount.of(balances));
  }

  /**
   * As {@link #live()}, with simulated accounts: every connector shows its venue's real market
   * data, fills orders by it, and sends the venue nothing but public queries. Credentials are not
   * needed, and not used where they are given.
   *
   * @param account what each connector begins with
   */
  public static Colibri paper(PaperAccount account) {
    return paper(new LiveHost(), Settings.DEFAULT, venue -> venue, account);
  }

  /**
   * A runtime on another outside world, as a test kit's.
   *
   * @param host is closed along with the runtime
   * @param settings the engine's bounds
   * @param opening what is opened instead of what a strategy asks for
   */
  public static Colibri on(Host host, Settings settings, Opening opening) {
    return new Colibri(host, settings, opening, null);
  }

  /**
   * As {@link #on(Host, Settings, UnaryOperator)}, with simulated accounts.
   *
   * @param host is closed along with the runtime
   * @param settings the engine's bounds
   * @param opening what is opened instead of what a strategy asks for
   * @param account what each connector begins with
   */
  public static Colibri paper(Host host, Settings settings, Opening opening, PaperAccount account) {
    return new Colibri(host, settings, opening, account);
  }

  /**
   * Keeps every order in a journal in a file: see {@link #journal(Journal)}.
   *
   * @param file is made where there is none; one process at a time has it
   * @return this runtime
   * @throws dev.colibri.connector.io.JournalException when it cannot be opened, saying why
   */
  public Colibri journal(Path file) {
    Journal opened = Journal.at(file);
    try {
      return journal(opened);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  /**
   * Keeps every order in a journal, so that a process which was killed finds it again: see {@link
   * OrderEvent.Kind#RECOVERED}. To be said before any connector is opened.
   *
   * @param journal is closed along with the runtime
   * @return this runtime
   * @throws IllegalStateException when there is a journal already, a connector was opened, or
   *     accounts are simulated
   */
  public synchronized Colibri journal(Journal journal) {
    if (this.journal != null || closed || !connectors.isEmpty()) {
      throw new IllegalStateException(
          "a runtime has one journal, and is told of it before any connector is opened");
    }
    if (paper != null) {
      throw new IllegalStateException(
          "simulated accounts end with the process: there is nothing to keep of them");
    }
    this.journal = journal;
    return this;
  }

  /** Opens a connector, which does nothing until it is started. */
  public SpotConnector open(SpotVenue asked) {
    SpotVenue venue = opening.spot(asked);
    if (paper == null) {
      return open(venue, venue.dialect(), SpotConnector::new);
    }
    SpotVenue simulated = simulated(venue);
    return open(simulated, Paper.of(simulated.dialect(), paper), SpotConnector::new);
  }

  /** Opens a connector to perpetual swaps, which does nothing until it is started. */
  public PerpConnector open(PerpVenue asked) {
    PerpVenue venue = opening.perp(asked);
    if (paper == null) {
      return open(venue, venue.dialect(), PerpConnector::new);
    }
    PerpVenue simulated = simulated(venue);
    PerpDialect dialect = simulated.dialect();
    return open(simulated, Paper.of(dialect, paper, venue.marginMode()), PerpConnector::new);
  }

  /** The same venue without its account, by a name that says so. */
  private <V extends Venue<V>> V simulated(V venue) {
    register(venue);
    String label = venue.account().isEmpty() ? "paper" : "paper-" + venue.account();
    return venue.withoutCredentials().account(label);
  }

  /**
   * Opens a connector to automated market makers, which does nothing until it is started.
   *
   * @throws IllegalStateException where accounts are simulated, or this runtime has the wallet open
   *     on the same chain: its transactions have one order
   */
  public AmmConnector open(AmmVenue asked) {
    AmmVenue venue = opening.amm(asked);
    if (paper != null) {
      throw new IllegalStateException(
          "simulated accounts hold no tokens: "
              + venue.dialect().profile().name()
              + " is tried live, on a fork of the chain or on a test network, with a wallet of test"
              + " money");
    }
    ChainDialect chain = venue.dialect();
    String wallet = chain.wallet();
    // A chain has one order for a wallet, by whatever name and nodes it is reached.
    String lane = wallet == null ? null : chain.chain() + "/" + wallet.toLowerCase(Locale.ROOT);
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the runtime is closed");
      }
      if (lane != null && lanes.containsValue(lane)) {
        throw new IllegalStateException(
            wallet
                + " is open on "
                + chain.profile().name()
                + " already: one connector orders what a wallet does; open it with all its market"
                + " makers");
      }
      Journal.Part part = journal == null || lane == null ? null : journal.open(lane);
      try {
        AmmConnector connector = new AmmConnector(this, venue, chain, limiter(venue, chain), part);
        connectors.add(connector);
        if (lane != null) {
          lanes.put(connector, lane);
        }
        return connector;
      } catch (RuntimeException e) {
        if (part != null) {
          part.close();
        }
        throw e;
      }
    }
  }

  /** Makes a connector of a kind. */
  private interface Maker<V extends Venue<V>, C extends BookConnector> {
    C make(
        Colibri colibri,
        V venue,
        BookDialect dialect,
        Limiter limiter,
        Journal.@Nullable Part journal);
  }

  private void register(Venue<?> venue) {
    if (venue.credentials() != null) {
      redactor.register(venue.credentials());
    }
  }

  private <V extends Venue<V>, C extends BookConnector> C open(
      V venue, BookDialect dialect, Maker<V, C> maker) {
    register(venue);
    synchronized (this) {
      if (closed) {
        throw new IllegalStateException("the runtime is closed");
      }
      Journal.Part part = part(venue, dialect);
      try {
        C connector = maker.make(this, venue, dialect, limiter(venue, dialect), part);
        connectors.add(connector);
        return connector;
      } catch (RuntimeException e) {
        if (part != null) {
          part.close();
        }
        throw e;
      }
    }
  }

  /** Where a connector is kept; null where nothing is, and for public data. */
  private Journal.@Nullable Part part(Venue<?> venue, Dialect dialect) {
    return journal == null || venue.credentials() == null
        ? null
        : journal.open(
            dialect.profile().name() + "/" + venue.environment() + "/" + venue.account());
  }

  /**
   * Opens a connector by name, among those that {@link ServiceLoader} finds.
   *
   * @param name as in {@code binance-spot}
   * @param credentials null for public data only
   * @throws IllegalArgumentException naming the known ones when there is none of that name, or more
   *     than one
   */
  public BookConnector open(String name, @Nullable Credentials credentials) {
    Venue<?> venue = Providers.find(name, credentials);
    return venue instanceof PerpVenue perp ? open(perp) : open((SpotVenue) venue);
  }

  /** The connectors that were opened and are not closed, in that order. */
  public synchronized List<Connector> connectors() {
    return List.copyOf(connectors);
  }

  /** What connects to the same hosts from the same address shares its limits. */
  private Limiter limiter(Venue<?> venue, Dialect dialect) {
    List<@Nullable Object> scope =
        Arrays.asList(
            ConnectorEngine.hosts(venue, dialect.profile()), venue.localAddress(), venue.proxy());
    return limiters.computeIfAbsent(scope, s -> new Limiter(List.of()));
  }

  /** Now, by the runtime's clock. */
  public Instant now() {
    long nanos = host.nanos();
    return Instant.ofEpochSecond(nanos / 1_000_000_000L, nanos % 1_000_000_000L);
  }

  /** Runs a task on the strategy thread after a while. */
  public Subscription after(Duration delay, Runnable task) {
    Repeat r = new Repeat(task, null);
    r.set(delay);
    return r;
  }

  /** Runs a task on the strategy thread again and again, first after one pause. */
  public Subscription every(Duration pause, Runnable task) {
    if (pause.isNegative() || pause.isZero()) {
      throw new IllegalArgumentException("a pause must be positive, is " + pause);
    }
    Repeat r = new Repeat(task, pause);
    r.set(pause);
    return r;
  }

  /** Runs a task on the strategy thread. */
  public void execute(Runnable task) {
    host.strategy(guarded("task", task));
  }

  /**
   * Every instrument of any of these connectors that trades the same base asset, in their order.
   */
  public static List<Instrument> sameAsset(
      Instrument of, List<? extends BookConnector> connectors) {
    List<Instrument> same = new ArrayList<>();
    for (BookConnector c : connectors) {
      c.instruments().stream().filter(of::sameAsset).forEach(same::add);
    }
    return same;
  }

  private final class Repeat implements Subscription {
    private final Runnable task;
    private final @Nullable Duration pause;
    private final Host.Alarm alarm;
    private volatile boolean over;

    Repeat(Runnable task, @Nullable Duration pause) {
      this.task = guarded("timer", task);
      this.pause = pause;
      this.alarm = host.alarm(() -> host.strategy(this::ring));
    }

    void set(Duration delay) {
      alarm.at(host.nanos() + delay.toNanos());
    }

    private void ring() {
      if (over) {
        return;
      }
      task.run();
      if (pause != null && !over) {
        set(pause);
      }
    }

    @Override
    public void close() {
      over = true;
      alarm.cancel();
    }
  }

  private Runnable guarded(String what, Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (Throwable e) {
        failed(what, e);
      }
    };
  }

  /** Code of the user threw: it is logged, and everything goes on. */
  void failed(String what, Throwable e) {
    Listeners.rethrowFatal(e);
    LOG.error("a {} of the strategy threw", what, e);
  }

  /**
   * Waits until the runtime is closed, from wherever. A process that is told to end meanwhile, as
   * by Ctrl-C, closes it first: orders are canceled as {@link #close()} does it, and the process
   * ends when that is through. Code behind this call need not run then.
   */
  public void awaitShutdown() {
    if (host.onStrategyThread()) {
      throw new IllegalStateException("the strategy thread cannot wait for its own end");
    }
    host.awaited(shutdown);
    Runnable takeBack = host.atExit(this::close);
    try {
      shutdown.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a shutdown cannot fail", e);
    } finally {
      takeBack.run();
    }
  }

  /**
   * Closes every connector, each within its own bound, and then the runtime's threads. On the
   * strategy thread it only begins to.
   */
  @Override
  public void close() {
    List<Connector> open;
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      open = List.copyOf(connectors);
    }
    // A connector with nothing left to do ends at once, is forgotten, and may tell listeners of it.
    List<CompletableFuture<?>> stages = new ArrayList<>();
    open.forEach(c -> stages.add(c.closeAsync()));
    CompletableFuture<?> told =
        CompletableFuture.allOf(stages.toArray(new CompletableFuture<?>[0]))
            .handle(
                (v, e) -> {
                  end();
                  return null;
                });
    if (!host.onStrategyThread()) {
      host.awaited(told);
      open.forEach(Connector::awaitGone);
      Listeners.awaitTold(told, "the runtime");
      // Unless the strategy thread did, which a listener that never returns keeps from it.
      end();
    }
  }

  private void end() {
    host.close();
    synchronized (this) {
      if (!ended && journal != null) {
        journal.close();
      }
      ended = true;
    }
    shutdown.complete(null);
  }

  /** Whether there is no strategy thread any more. */
  boolean isEnded() {
    return ended;
  }

  Host host() {
    return host;
  }

  Settings settings() {
    return settings;
  }

  Redactor redactor() {
    return redactor;
  }

  synchronized void forget(Connector connector) {
    connectors.remove(connector);
    lanes.remove(connector);
  }
}
