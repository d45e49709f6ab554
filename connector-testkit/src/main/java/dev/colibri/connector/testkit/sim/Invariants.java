package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Order;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What must hold at every step of a simulation. The exchange's own account of things is the truth;
 * what the connector tells is measured by it. The first violation is kept, because code of the
 * user's side may not throw through the engine.
 */
final class Invariants implements Trader.Intents {
  /** Orders that the account's owner places by hand, elsewhere. */
  static final String FOREIGN = "byhand";

  /** How old what a valid book lacks may be, in milliseconds: silence is noticed by then. */
  private static final long STALE_MILLIS = 60_000;

  /** A ban is doubled each time; of those of a simulation none lasts longer. */
  private static final Duration LONGEST_STOP = Duration.ofMinutes(20);

  private static final Set<FaultKind> DISORDER =
      EnumSet.of(
          FaultKind.ACK_AFTER_FILL,
          FaultKind.ACK_LATE,
          FaultKind.EVENTS_REPLAYED,
          FaultKind.FRAME_LATE,
          FaultKind.FRAME_TWICE);

  private final VirtualTime time;
  private final @Nullable PerpInvariants perps;

  private final Exchange exchange;
  private final String account;
  private final List<String> secrets;
  private final BookMirror mirror;
  private final FaultCount faults;
  private final Trace trace;
  private final FaultMenu menu;
  private final WireLaw wires;
  private final BookLaw books;
  private final OrderLaw orders;

  /** Whether the present process counts what its orders did as they did it. */
  private final InventoryLaw counts;

  private final Set<String> delisted = new LinkedHashSet<>();
  private @Nullable BookConnector connector;
  private @Nullable VirtualHost host;
  private @Nullable RuntimeException violation;
  private long stoppedUntil;

  /** When the present process asks again, by its host's clock, which stands still in a sleep. */
  private long askingAgain;

  Invariants(
      VirtualTime time,
      Exchange exchange,
      String account,
      List<String> secrets,
      FaultCount faults,
      Trace trace,
      FaultMenu menu,
      String bookStream,
      boolean margined) {
    this.time = time;
    this.exchange = exchange;
    this.account = account;
    this.secrets = secrets;
    this.faults = faults;
    this.trace = trace;
    this.menu = menu;
    this.mirror = new BookMirror(time);
    exchange.listen(mirror);
    counts = new InventoryLaw(this, margined);
    orders = new OrderLaw(time, exchange, account, counts, trace, this);
    exchange.listen(orders);
    wires = new WireLaw(time, trace, this);
    books = new BookLaw(bookStream, mirror, trace, this);
    perps = margined ? new PerpInvariants(time, exchange, account, this, trace, menu) : null;
  }

  BookMirror mirror() {
    return mirror;
  }

  /** What watches the network. */
  WireLaw wires() {
    return wires;
  }

  /** The connector of the present process; null when none is alive. */
  @Nullable BookConnector connector() {
    return connector;
  }

  /** The host of the present process; null when none is alive. */
  @Nullable VirtualHost host() {
    return host;
  }

  /** The first violation, or null. */
  @Nullable RuntimeException violation() {
    return violation;
  }

  boolean isViolated() {
    return violation != null;
  }

  void violated(String invariant, String what) {
    violated(invariant, what, null);
  }

  void violated(String invariant, String what, @Nullable Throwable cause) {
    if (violation == null) {
      violation = new Violation(invariant + ": " + what, cause);
      trace.line(time.millis(), "VIOLATION " + violation.getMessage());
    }
  }

  void require(boolean holds, String invariant, String what) {
    if (!holds) {
      violated(invariant, what);
    }
  }

  // ---------------------------------------------------------------- processes

  /**
   * Another process trades from now on; what the one before told its user is history.
   *
   * @param venueMillis the exchange's time
   * @param provisional whether it knows of some of an order's fills by one alone that stands for
   *     them, without their fees
   */
  void watch(
      VirtualHost host, BookConnector connector, long venueMillis, Predicate<String> provisional) {
    this.host = host;
    this.connector = connector;
    orders.begin(provisional);
    books.begin();
    wires.begin();
    counts.begin();
    connector.orders().listen(this::told);
    connector.events().listen(this::told);
    connector.balanceUpdates().listen(this::told);
    if (perps != null) {
      perps.watch(host, (PerpConnector) connector, venueMillis);
    }
  }

  /** A process is dead. */
  void died() {
    stoppedUntil = stoppedUntil();
    askingAgain = 0;
    counts.end();
    connector = null;
    host = null;
    if (perps != null) {
      perps.died();
    }
    orders.died();
    wires.died();
  }

  /** Until when the venue said that nothing may be asked, in nanoseconds of virtual time. */
  long stoppedUntil() {
    VirtualHost h = host;
    return h == null ? stoppedUntil : Math.max(stoppedUntil, h.when(askingAgain));
  }

  /** The same of the present process, by its host's clock. */
  long askingAgain() {
    return askingAgain;
  }

  /** The exchange lists a market no more. */
  void delisted(String market) {
    delisted.add(market);
  }

  void watch(Instrument instrument) {
    if (connector != null) {
      books.watch(connector, instrument);
    }
  }

  @Override
  public Consumer<LiveOrder> places(
      BookConnector connector, dev.colibri.connector.model.Order order) {
    return perps == null ? placed -> {} : perps.places((PerpConnector) connector, order);
  }

  @Override
  public LiveOrder place(BookConnector connector, dev.colibri.connector.model.Order order) {
    return counts.place(connector, order);
  }

  @Override
  public List<LiveOrder> placeAll(
      BookConnector connector, List<dev.colibri.connector.model.Order> orders) {
    return counts.placeAll(connector, orders);
  }

  @Override
  public void placed(LiveOrder order) {
    orders.placed(order);
    counts.placed(order);
  }

  @Override
  public void replaced(LiveOrder old, LiveOrder order) {
    orders.replaced(old, order);
    counts.replaced(old, order, orders.fills(order));
  }

  static boolean isForeign(String clientId) {
    return clientId.startsWith(FOREIGN);
  }

  // ---------------------------------------------------------------- what the connector tells

  private void told(OrderEvent e) {
    String text = e.toString();
    trace.line(time.millis(), "told " + text);
    noSecret(text);
    require(host != null && host.onStrategyThread(), "I29", "told on another thread: " + text);
    counts.told(e.state().instrument());
    orders.told(e, text);
  }

  /** The name of a listener's class is another one in every process. */
  private static String describe(ConnectorEvent e) {
    if (e instanceof ConnectorEvent.ListenerFailed f) {
      return "ListenerFailed " + f.error().getMessage();
    }
    return e instanceof ConnectorEvent.ListenerSlow s ? "ListenerSlow " + s.took() : e.toString();
  }

  private void told(ConnectorEvent e) {
    String text = describe(e);
    if (e instanceof ConnectorEvent.Quarantined q && q.where().startsWith("stream ")) {
      // Of a market that is not listed any more, orders may still be told.
      require(
          faults.of(FaultKind.FRAME_CUT) > 0 || !delisted.isEmpty(),
          "I34",
          "a whole message was not read: " + text);
    }
    trace.line(time.millis(), "event " + text);
    noSecret(text);
    if (e instanceof ConnectorEvent.Limited l) {
      require(l.pause().compareTo(LONGEST_STOP) <= 0, "I26", "stopped for too long: " + text);
      if (host != null) {
        askingAgain = Math.max(askingAgain, host.nanos() + l.pause().toNanos());
      }
    }
    books.told(e);
  }

  private void told(Balance b) {
    String text = b.toString();
    trace.line(time.millis(), "balance " + text);
    require(
        b.available().signum() >= 0 && b.available().compareTo(b.total()) <= 0,
        "I13",
        "free and locked are not the total: " + text);
  }

  private void noSecret(String text) {
    for (String secret : secrets) {
      require(!text.contains(secret), "I31", "a secret is told");
    }
  }

  // ---------------------------------------------------------------- now and then

  /** The process has closed, with nothing wrong on its way: what it must have left behind. */
  void closed(int connections, int meant) {
    require(connections == 0, "I28", connections + " connections are open after the close");
    for (Order order : exchange.openOrders(account, null)) {
      require(isForeign(order.clientId()), "I28", "it is open after the close: " + order);
    }
    require(orders() <= meant, "I3", orders() + " orders for " + meant + " that were meant");
    connector = null;
    counts.end();
  }

  /** What is too dear to look at after every step. */
  void look(long venueMillis) {
    BookConnector c = connector;
    if (c == null) {
      return;
    }
    if (perps != null) {
      perps.look(venueMillis);
    }
    books.look();
    orders.look(c);
    spendable(c);
  }

  /**
   * What can be spent is never more than what the exchange would let us spend. Of market orders
   * nobody knows beforehand what they cost, and of orders by hand nobody is told. Where messages
   * come in another order than they were made, two balances of one millisecond cannot be told
   * apart.
   */
  private void spendable(BookConnector c) {
    if (DISORDER.stream().anyMatch(menu.kinds()::contains)
        || orders.tradedByHand()
        || c.openOrders().stream().anyMatch(o -> o.order().type() == OrderType.MARKET)) {
      return;
    }
    if (perps != null) {
      perps.spendable((PerpConnector) c);
      return;
    }
    for (Balance mine : c.balances().values()) {
      BigDecimal free = exchange.ledger().balance(account, mine.asset()).free();
      require(
          mine.available().compareTo(free) <= 0,
          "I15",
          "of %s are free at the exchange, and here %s".formatted(free, mine));
    }
  }

  /** Whether that is so short a time ago, for a host that was awake, that nobody can know yet. */
  boolean isFresh(long millis) {
    long awake = host == null ? 0 : host.awakeSince() / 1_000_000;
    return time.millis() - Math.max(millis, awake) <= STALE_MILLIS;
  }

  /** Why not all is known and well; null when it is. */
  @Nullable String unsettled(boolean moneyToo) {
    BookConnector c = connector;
    if (c == null) {
      return "no process is alive";
    }
    // When money is counted no market trades any more.
    if (!c.isReady() && !(moneyToo && c.readiness().missing().equals("rules"))) {
      return "the connector is not ready: " + c.readiness();
    }
    String order = orders.unsettled(c);
    if (order != null) {
      return order;
    }
    String book = books.unsettled(delisted);
    if (book != null) {
      return book;
    }
    String perp = perps == null ? null : perps.unsettled((PerpConnector) c, delisted);
    return perp != null ? perp : moneyToo ? unsettledMoney(c) : null;
  }

  /** Which payment of funding was not told; null when all were. */
  @Nullable String unpaid() {
    return perps == null ? null : perps.unpaid(delisted);
  }

  private @Nullable String unsettledMoney(BookConnector c) {
    String book = books.behind(delisted);
    if (book != null) {
      return book;
    }
    String fills = orders.unsettledFills();
    if (fills == null) {
      fills = counts.unsettled(c);
    }
    if (fills != null) {
      return fills;
    }
    if (perps != null) {
      return perps.unsettledMoney(c);
    }
    Map<String, Balance> mine = c.balances();
    List<String> wrong = new ArrayList<>();
    exchange
        .ledger()
        .balances(account)
        .forEach(
            (asset, venue) -> {
              Balance b = mine.get(asset);
              if (b == null
                  ? venue.total().signum() != 0
                  : b.total().compareTo(venue.total()) != 0
                      || b.available().compareTo(venue.free()) != 0) {
                wrong.add(asset + " is " + b + ", at the exchange " + venue);
              }
            });
    return wrong.isEmpty() ? null : wrong.toString();
  }

  /** How many orders the exchange took from us. */
  int orders() {
    return orders.count();
  }

  int requests() {
    return wires.requests();
  }
}
