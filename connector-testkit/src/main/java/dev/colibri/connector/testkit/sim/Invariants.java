package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.io.Transport.HttpRequest;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Order;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What must hold at every step of a simulation. The exchange's own account of things is the truth;
 * what the connector tells is measured by it. The first violation is kept, because code of the
 * user's side may not throw through the engine.
 */
final class Invariants implements FaultyNetwork.Tap, Trader.Intents {
  /** Orders that the account's owner places by hand, elsewhere. */
  static final String FOREIGN = "byhand";

  /** How old what a valid book lacks may be, in milliseconds: silence is noticed by then. */
  private static final long STALE_MILLIS = 60_000;

  /** How much a request may be repeated, all in all. */
  private static final int MOST_REQUESTS = 30_000;

  private static final long WHOLE_BOOK_EVERY = 16;

  /** A ban is doubled each time; of those of a simulation none lasts longer. */
  private static final Duration LONGEST_STOP = Duration.ofMinutes(20);

  private static final Set<FaultKind> DISORDER =
      EnumSet.of(
          FaultKind.ACK_AFTER_FILL,
          FaultKind.ACK_LATE,
          FaultKind.EVENTS_REPLAYED,
          FaultKind.FRAME_LATE,
          FaultKind.FRAME_TWICE);

  /** What sets something to a value moves nothing when it comes again. */
  private static final List<String> SETTINGS =
      List.of("/listenKey", "/marginType", "/leverage", "/positionSide/dual");

  /** How long after it was sent a request may still arrive and be taken. */
  private static final long LATEST_NANOS = 60_000_000_000L;

  /** More connections in a minute than this are a storm. */
  private static final int MOST_CONNECTS = 60;

  private static final long MINUTE = 60_000_000_000L;

  /** What the exchange did with one client id. */
  private static final class Truth {
    final Set<Long> accepted = new LinkedHashSet<>();
    final Map<Long, Fill> fills = new LinkedHashMap<>();
    @Nullable Order order;

    BigDecimal filled() {
      return order == null ? BigDecimal.ZERO : order.executed();
    }
  }

  /** What one process told of one order. */
  private static final class Told {
    final Set<String> fills = new LinkedHashSet<>();
    BigDecimal filled = BigDecimal.ZERO;
    @Nullable OrderState last;
    boolean provisional;
    boolean ended;

    /** Whether each of its fills was told as the exchange made it, with its fee. */
    boolean isWhole = true;

    /** Whether an earlier process knew it: its fills until then are not told again. */
    boolean recovered;

    /** Whether it was found open at the exchange: its fills until then are not told. */
    boolean adopted;

    /** The exchange's own fills that were told, by number. */
    final Set<Long> trades = new TreeSet<>();
  }

  /** One subscribed book. */
  private static final class Shown {
    boolean valid;
    long sequence = -1;
    int epoch = -1;
    long updates;
  }

  private final VirtualTime time;
  private final @Nullable PerpInvariants perps;

  /** The stream of the books. */
  private final String bookStream;

  private final Exchange exchange;
  private final String account;
  private final List<String> secrets;
  private final BookMirror mirror;
  private final FaultCount faults;
  private final Trace trace;
  private final FaultMenu menu;
  private final Map<String, Truth> truths = new LinkedHashMap<>();

  /** Orders that some process told to have ended without a trace at the exchange. */
  private final Set<String> neverArrived = new LinkedHashSet<>();

  private final Set<String> intents = new LinkedHashSet<>();

  /** By client id, that of the order whose place it takes. */
  private final Map<String, String> replaced = new LinkedHashMap<>();

  private final Map<String, Told> told = new LinkedHashMap<>();

  /** Orders that any process told of. */
  private final Set<String> everTold = new LinkedHashSet<>();

  private final Map<String, Shown> books = new TreeMap<>();

  /** Whether the present process counts what its orders did as they did it. */
  private final InventoryLaw counts;

  /** The requests of the present process that nothing came back for yet. */
  private final Map<HttpRequest, Long> asked = new IdentityHashMap<>();

  private final Set<String> mutations = new LinkedHashSet<>();
  private final Set<String> delisted = new LinkedHashSet<>();
  private @Nullable BookConnector connector;
  private @Nullable VirtualHost host;
  private Predicate<String> provisional = id -> false;
  private @Nullable RuntimeException violation;
  private long bannedUntil = Long.MIN_VALUE;

  /** When the host hears of the ban, in nanoseconds of virtual time. */
  private long banHeard = Long.MIN_VALUE;

  private long stoppedUntil;

  /** When the present process asks again, by its host's clock, which stands still in a sleep. */
  private long askingAgain;

  /** The books that were told to be valid. */
  private final Set<String> toldValid = new TreeSet<>();

  /** When connections of the last minute were asked for. */
  private final Deque<Long> connects = new ArrayDeque<>();

  /** Whether the account's owner placed an order by hand. */
  private boolean tradedByHand;

  private int requests;
  private long diedAt = Long.MIN_VALUE;

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
    this.bookStream = bookStream;
    this.exchange = exchange;
    this.account = account;
    this.secrets = secrets;
    this.faults = faults;
    this.trace = trace;
    this.menu = menu;
    this.mirror = new BookMirror(time);
    exchange.listen(mirror);
    counts = new InventoryLaw(this, margined);
    exchange.listen(new AtExchange());
    perps = margined ? new PerpInvariants(time, exchange, account, this, trace, menu) : null;
  }

  BookMirror mirror() {
    return mirror;
  }

  /** The first violation, or null. */
  @Nullable RuntimeException violation() {
    return violation;
  }

  boolean isViolated() {
    return violation != null;
  }

  private void violated(String invariant, String what) {
    violated(invariant, what, null);
  }

  void violated(String invariant, String what, @Nullable Throwable cause) {
    if (violation == null) {
      violation = new Violation(invariant + ": " + what, cause);
      trace.line(time.millis(), "VIOLATION " + violation.getMessage());
    }
  }

  private void require(boolean holds, String invariant, String what) {
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
    this.provisional = provisional;
    this.connector = connector;
    told.clear();
    books.clear();
    connects.clear();
    toldValid.clear();
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
    diedAt = time.nanos();
    // The next one knows nothing of a ban, and will be told.
    bannedUntil = Long.MIN_VALUE;
    asked.clear();
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
      Shown shown = new Shown();
      books.put(instrument.name(), shown);
      connector.books(instrument).listenDirect(book -> shown(shown, book));
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
    intents.add(order.clientId());
    counts.placed(order);
  }

  @Override
  public void replaced(LiveOrder old, LiveOrder order) {
    intents.add(order.clientId());
    replaced.put(order.clientId(), old.clientId());
    Truth truth = truths.get(order.clientId());
    counts.replaced(old, order, truth == null ? List.of() : truth.fills.values());
  }

  // ---------------------------------------------------------------- what the exchange does

  private final class AtExchange implements ExchangeListener {
    @Override
    public void execution(Execution e) {
      Order order = e.order();
      if (!order.account().equals(account)) {
        return;
      }
      trace.line(time.millis(), "exchange " + e.type() + " " + describe(order));
      if (order.cause() != Order.Cause.OWNER) {
        counts.closedByVenue(order.market());
        return; // The exchange's own.
      }
      Truth t = truths.computeIfAbsent(order.clientId(), id -> new Truth());
      t.order = order;
      t.accepted.add(order.id());
      if (e.fill() != null) {
        t.fills.put(e.fill().tradeId(), e.fill());
        counts.filled(order.clientId(), e.fill());
      }
      if (isForeign(order.clientId())) {
        tradedByHand = true;
        require(
            e.type() != Execution.Type.CANCELED || e.requestId().startsWith(FOREIGN),
            "I7",
            "an order that is not ours was canceled: " + order);
        return;
      }
      require(
          t.accepted.size() == 1, "I2", "the exchange has two orders of one intent: " + t.accepted);
      require(
          !neverArrived.contains(order.clientId()),
          "I5",
          "it was told to have ended without arriving, and now it is here: " + order);
      BookConnector c = connector;
      if (e.type() == Execution.Type.NEW) {
        takesThePlaceOf(order);
      }
      // What a process sent just before it died, the next one finds in its journal when it starts.
      if (e.type() == Execution.Type.NEW && c != null && diedAt < time.nanos() - LATEST_NANOS) {
        require(
            intents.contains(order.clientId()) || c.order(order.clientId()).isPresent(),
            "I1",
            "an order that nobody knows arrived: " + order);
      }
    }
  }

  /** What takes another order's place must not come before that one is gone, nor beside a fill. */
  private void takesThePlaceOf(Order order) {
    String id = replaced.get(order.clientId());
    if (id == null) {
      return;
    }
    Truth old = truths.get(id);
    require(
        old != null && old.order != null && old.order.status() == Order.Status.CANCELED,
        "I4",
        "%s arrived in the place of %s, which is not canceled"
            .formatted(order.clientId(), old == null || old.order == null ? id : old.order));
  }

  private static String describe(Order o) {
    return "%s %s %s %s %s at %s, executed %s"
        .formatted(
            o.clientId(),
            o.status(),
            o.side(),
            o.quantity().toPlainString(),
            o.market(),
            o.price().toPlainString(),
            o.executed().toPlainString());
  }

  static boolean isForeign(String clientId) {
    return clientId.startsWith(FOREIGN);
  }

  // ---------------------------------------------------------------- what the connector tells

  private void told(OrderEvent e) {
    OrderState s = e.state();
    String id = s.clientId();
    String text = e.toString();
    trace.line(time.millis(), "told " + text);
    noSecret(text);
    require(host != null && host.onStrategyThread(), "I29", "told on another thread: " + text);
    counts.told(s.instrument());
    Told before = told.computeIfAbsent(id, i -> new Told());
    OrderState last = before.last;
    before.last = s;
    if (before.ended) {
      require(
          e.kind() == OrderEvent.Kind.FEE
              || e.kind() == OrderEvent.Kind.CORRECTED
              || e.kind() == OrderEvent.Kind.LATE_FILL,
          "I4",
          "after its end: " + text);
    }
    if (last != null) {
      require(s.filled().compareTo(last.filled()) >= 0, "I8", "less is filled than was: " + text);
    }
    BigDecimal size = s.order().size();
    require(
        size == null || s.filled().compareTo(size) <= 0,
        "I8",
        "filled more than its size: " + text);
    if (!s.status().isTerminal() && size != null) {
      require(
          s.remaining() != null && s.remaining().add(s.filled()).compareTo(size) == 0,
          "I12",
          "remaining and filled are not its size: " + text);
    }
    if (e.fill() != null && !e.fill().isProvisional()) {
      before.trades.add(Long.parseLong(e.fill().tradeId()));
    }
    before.adopted |= last == null && !intents.contains(id);
    before.recovered |= last == null && !everTold.add(id) || e.kind() == OrderEvent.Kind.RECOVERED;
    if (last == null && before.recovered && provisional.test(id)) {
      before.provisional = true;
      before.isWhole = false;
    }
    switch (e.kind()) {
      case FILL, LATE_FILL -> fill(e, before, text);
      case REJECTED, CANCELED, EXPIRED, FILLED -> ended(e, before, text);
      default -> {
        if (before.last == s && last == null && s.filled().signum() > 0) {
          before.filled = s.filled(); // Known from an earlier process.
        }
      }
    }
  }

  private void fill(OrderEvent e, Told before, String text) {
    dev.colibri.connector.model.Fill f = e.fill();
    Truth truth = truths.get(e.state().clientId());
    before.provisional |= f.isProvisional();
    require(before.fills.add(f.tradeId()), "I10", "a fill is told again: " + text);
    before.filled = before.filled.add(f.size());
    require(
        before.provisional
            || e.kind() == OrderEvent.Kind.LATE_FILL
            || before.filled.compareTo(e.state().filled()) == 0,
        "I8",
        "the sum of its fills is not what is filled: " + before.filled + " " + text);
    before.isWhole &= !before.provisional && f.fee() != null;
    if (f.isProvisional()) {
      return;
    }
    Fill venue = truth == null ? null : truth.fills.get(Long.parseLong(f.tradeId()));
    if (venue == null) {
      violated("I9", "the exchange has no such fill: " + text);
      return;
    }
    require(
        venue.price().compareTo(f.price()) == 0 && venue.quantity().compareTo(f.size()) == 0,
        "I11",
        "the exchange's fill is " + venue + ": " + text);
    require(
        f.fee() == null
            || f.fee().asset().equals(venue.feeAsset())
                && f.fee().amount().compareTo(venue.fee()) == 0,
        "I11",
        "the exchange's fee is " + venue + ": " + text);
  }

  private void ended(OrderEvent e, Told before, String text) {
    OrderState s = e.state();
    before.ended = true;
    Truth truth = truths.get(s.clientId());
    Order order = truth == null ? null : truth.order;
    if (order == null) {
      neverArrived.add(s.clientId());
      require(
          s.status() == OrderStatus.REJECTED, "I5", "it never arrived at the exchange: " + text);
      return;
    }
    require(!order.status().isOpen(), "I5", "the exchange has it open: " + text);
    require(
        s.filled().compareTo(order.executed()) == 0,
        "I8",
        "of it " + order.executed().toPlainString() + " filled at the exchange: " + text);
    require(s.status() != OrderStatus.REJECTED, "I5", "it was an order of the exchange: " + text);
    require(
        (s.status() == OrderStatus.FILLED) == (order.status() == Order.Status.FILLED),
        "I5",
        "at the exchange it is " + order.status() + ": " + text);
    require(
        before.provisional || before.filled.compareTo(s.filled()) == 0,
        "I9",
        "only %s of it was told as fills: %s".formatted(before.filled.toPlainString(), text));
    if (before.isWhole) {
      amounts(s, truth, text);
    }
  }

  /** What it spent and was charged, all in all. */
  private void amounts(OrderState s, Truth truth, String text) {
    BigDecimal quote = BigDecimal.ZERO;
    Map<String, BigDecimal> fees = new TreeMap<>();
    for (Fill f : truth.fills.values()) {
      quote = quote.add(f.price().multiply(f.quantity()));
      fees.merge(f.feeAsset(), f.fee(), BigDecimal::add);
    }
    require(
        quote.compareTo(s.quoteFilled()) == 0,
        "I11",
        "filled for %s at the exchange, here for %s: %s".formatted(quote, s.quoteFilled(), text));
    fees.forEach(
        (asset, fee) ->
            require(
                fee.compareTo(s.fees().getOrDefault(asset, BigDecimal.ZERO)) == 0,
                "I11",
                "the exchange charged " + fee + " " + asset + ", here " + s.fees() + ": " + text));
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
    } else if (e instanceof ConnectorEvent.BookValid b) {
      toldValid.add(b.instrument().name());
    } else if (e instanceof ConnectorEvent.BookInvalid b) {
      toldValid.remove(b.instrument().name());
    } else if (e instanceof ConnectorEvent.Disconnected d && d.stream().equals(bookStream)) {
      require(toldValid.isEmpty(), "I21", toldValid + " are valid and cut off");
    }
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

  private void shown(Shown before, OrderBook book) {
    boolean wasValid = before.valid;
    before.valid = book.isValid();
    if (!before.valid) {
      return;
    }
    trace.add(book.sequence());
    require(book.epoch() >= before.epoch, "I19", "its epoch went back: " + book);
    require(
        !wasValid || book.epoch() != before.epoch || book.sequence() >= before.sequence,
        "I19",
        book.instrument() + " went back to " + book.sequence() + " from " + before.sequence);
    before.epoch = book.epoch();
    before.sequence = book.sequence();
    boolean whole = !wasValid || before.updates++ % WHOLE_BOOK_EVERY == 0;
    String difference = mirror.difference(book, whole);
    require(difference == null, "I18", book.instrument() + " is wrong: " + difference);
    require(
        book.depth(Side.BUY) == 0
            || book.depth(Side.SELL) == 0
            || book.price(Side.BUY, 0) < book.price(Side.SELL, 0),
        "I20",
        book.instrument() + " is crossed");
  }

  // ---------------------------------------------------------------- what goes over the wires

  @Override
  public void departs(HttpRequest request) {
    trace.line(time.millis(), "sends " + words(request));
    if (host != null) {
      asked.put(request, time.nanos());
    }
    trace.add(request.uri().toString());
    byte[] body = request.body();
    if (body != null) {
      trace.add(body);
    }
    require(++requests <= MOST_REQUESTS, "I26", "more than " + MOST_REQUESTS + " requests");
    require(
        time.nanos() >= bannedUntil || time.nanos() <= banHeard,
        "I23",
        "sent while banned: " + words(request));
    if (isMutation(request)) {
      require(
          mutations.add(bytes(request)), "I25", "the same bytes are sent again: " + words(request));
    }
  }

  /** Without query, headers and body, in which one request differs from the next. */
  private static String words(HttpRequest request) {
    return request.method() + " " + request.uri().getHost() + request.uri().getPath();
  }

  private static boolean isMutation(HttpRequest request) {
    String path = request.uri().getPath();
    return (request.method().equals("POST") || request.method().equals("PUT"))
        && SETTINGS.stream().noneMatch(path::endsWith);
  }

  private static String bytes(HttpRequest request) {
    return request.uri() + " " + request.headers() + " " + Arrays.toString(request.body());
  }

  @Override
  public void told(HttpRequest request, Delivery delivery) {
    if (delivery instanceof Delivery.Replied r) {
      trace.line(time.millis(), "reply " + r.reply().status() + " to " + words(request));
      trace.add(r.reply().body());
      if (r.reply().status() == 400) {
        // What the venue refused for a time that was ahead may be stamped with that very time
        // again.
        mutations.remove(bytes(request));
      }
      if (isStop(r.reply()) && isHeard(request)) {
        long seconds = r.reply().number("Retry-After");
        // A tenth less: the host's clock may run fast.
        bannedUntil = Math.max(bannedUntil, time.nanos() + seconds * 900_000_000L);
        banHeard = host == null ? time.nanos() : Math.max(time.nanos(), host.awakeSince());
      }
    } else {
      trace.line(time.millis(), delivery + " for " + words(request));
    }
    asked.remove(request);
  }

  /** Whether the process lives that asked, and waits for the answer. */
  private boolean isHeard(HttpRequest request) {
    Long since = asked.get(request);
    return since != null && time.nanos() < since + request.timeout().toNanos();
  }

  /** Whether nothing at all may be asked for a while. A limit of orders stops orders alone. */
  private static boolean isStop(Reply reply) {
    return reply.status() == 418 || reply.status() == 429 && !reply.text().contains("-1015");
  }

  @Override
  public void departs(String path, String frame) {
    trace.add(frame);
  }

  @Override
  public void connects(String path) {
    connects.add(time.nanos());
    while (connects.element() < time.nanos() - MINUTE) {
      connects.remove();
    }
    require(connects.size() <= MOST_CONNECTS, "I26", connects.size() + " connections in a minute");
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
    books.forEach(
        (market, shown) -> {
          long lacks = shown.valid ? mirror.nextAfter(market, shown.sequence) : Long.MAX_VALUE;
          require(
              lacks == Long.MAX_VALUE || isFresh(lacks),
              "I21",
              market + " is shown as valid and lacks what came at " + lacks);
        });
    for (LiveOrder order : c.openOrders()) {
      Told t = told.get(order.clientId());
      require(t == null || !t.ended, "I1", "it ended and is live: " + order);
    }
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
        || tradedByHand
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
  private boolean isFresh(long millis) {
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
    Set<String> open = new LinkedHashSet<>();
    for (LiveOrder order : c.openOrders()) {
      Truth truth = truths.get(order.clientId());
      if (truth == null || truth.order == null || !truth.order.status().isOpen()) {
        return "it is live, and at the exchange it is not: " + order;
      }
      if (!order.status().isResting()) {
        return "nobody knows where it stands: " + order;
      }
      if (order.filled().compareTo(truth.filled()) != 0) {
        return "filled " + truth.filled() + " at the exchange: " + order;
      }
      if (truth.order.price().compareTo(order.order().price()) != 0
          || truth.order.quantity().compareTo(order.order().size()) != 0) {
        return "at the exchange it is " + describe(truth.order) + ": " + order;
      }
      open.add(order.clientId());
    }
    for (Order order : exchange.openOrders(account, null)) {
      if (!isForeign(order.clientId()) && !open.contains(order.clientId())) {
        return "open at the exchange, and not known: " + order;
      }
    }
    for (Map.Entry<String, Told> entry : told.entrySet()) {
      Truth truth = truths.get(entry.getKey());
      OrderState last = entry.getValue().last;
      if (truth != null && last != null && last.filled().compareTo(truth.filled()) != 0) {
        return "filled " + truth.filled() + " at the exchange: " + last;
      }
    }
    for (Map.Entry<String, Shown> book : books.entrySet()) {
      if (!book.getValue().valid && !delisted.contains(book.getKey())) {
        return "the book of " + book.getKey() + " is not valid";
      }
    }
    String perp = perps == null ? null : perps.unsettled((PerpConnector) c, delisted);
    return perp != null ? perp : moneyToo ? unsettledMoney(c) : null;
  }

  /** Which payment of funding was not told; null when all were. */
  @Nullable String unpaid() {
    return perps == null ? null : perps.unpaid(delisted);
  }

  /** What was told of fills and fees, all in all. */
  private @Nullable String unsettledFills() {
    for (Map.Entry<String, Told> entry : told.entrySet()) {
      Truth truth = truths.get(entry.getKey());
      Told t = entry.getValue();
      if (truth == null || t.last == null || t.recovered || t.adopted) {
        continue;
      }
      if (!t.trades.equals(truth.fills.keySet())) {
        return "told of trades " + t.trades + " of " + truth.fills.keySet() + ": " + t.last;
      }
      Map<String, BigDecimal> fees = new TreeMap<>();
      truth.fills.values().forEach(f -> fees.merge(f.feeAsset(), f.fee(), BigDecimal::add));
      for (Map.Entry<String, BigDecimal> fee : fees.entrySet()) {
        BigDecimal mine = t.last.fees().get(fee.getKey());
        if (mine == null ? fee.getValue().signum() != 0 : mine.compareTo(fee.getValue()) != 0) {
          return "fees " + t.last.fees() + " of " + fees + ": " + t.last;
        }
      }
    }
    return null;
  }

  private @Nullable String unsettledMoney(BookConnector c) {
    for (Map.Entry<String, Shown> book : books.entrySet()) {
      if (book.getValue().sequence != mirror.latest(book.getKey())
          && !delisted.contains(book.getKey())) {
        return book.getKey()
            + " is at "
            + book.getValue().sequence
            + " of "
            + mirror.latest(book.getKey());
      }
    }
    String fills = unsettledFills();
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
    int n = 0;
    for (String id : truths.keySet()) {
      n += isForeign(id) ? 0 : 1;
    }
    return n;
  }

  int requests() {
    return requests;
  }
}
