package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderEvent.Kind;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches a connector while a tape is played, and says what is unlawful in what its user is told.
 * Two witnesses, one of a play in which nothing went wrong, tell what only went wrong could be.
 */
final class TapeWitness {
  private static final Set<OrderStatus> RESTING =
      EnumSet.of(OrderStatus.PENDING_NEW, OrderStatus.OPEN, OrderStatus.PARTIALLY_FILLED);

  private final @Nullable TapeWitness clean;
  private final Consumer<String> problem;
  private final Map<String, Seen> orders = new TreeMap<>();
  private final Set<String> ids = new TreeSet<>();
  private final Set<String> fills = new TreeSet<>();
  private final Map<String, Shown> books = new TreeMap<>();
  private final Map<String, Integer> sent = new TreeMap<>();
  private final Map<String, Held> positions = new TreeMap<>();
  private final Set<String> payments = new TreeSet<>();
  private final boolean refusesByStatus;
  private final boolean setsMode;
  private int disconnected;
  private int quarantined;
  private int endedHere;
  private int lives;
  private boolean ready;

  /** What was told of an order. */
  private static final class Seen {
    OrderStatus status = OrderStatus.PENDING_NEW;
    BigDecimal told = BigDecimal.ZERO;
    BigDecimal filled = BigDecimal.ZERO;
    BigDecimal largest = BigDecimal.ZERO;
    boolean provisional;
    boolean unknown;
    @Nullable Kind end;
  }

  /** What was told of a position. */
  private static final class Held {
    final Position first;
    final Set<String> fills = new TreeSet<>();

    /** Those of them that were taken back. */
    final Set<String> back = new TreeSet<>();

    BigDecimal size;

    Held(Position first) {
      this.first = first;
      size = first.size();
    }
  }

  /** What was shown of a book. */
  private static final class Shown {
    final Map<Long, String> bySequence = new LinkedHashMap<>();
    final Set<String> states = new LinkedHashSet<>();
    @Nullable Subscription direct;
    int epoch = -1;
    long sequence;
    BookState seen = BookState.LOADING;
    BookState told = BookState.LOADING;

    /** Whether its numbers are the venue's: our own count begins at 1. */
    boolean isNumbered() {
      return !bySequence.isEmpty() && bySequence.keySet().iterator().next() != 1;
    }
  }

  /**
   * A witness.
   *
   * @param clean of the same tape, when nothing went wrong; null for that one itself
   * @param refusesByStatus whether a reply may refuse by its status, whatever else it says
   * @param setsMode whether the account is put into a position mode at the start
   * @param problem takes what is unlawful
   */
  TapeWitness(
      @Nullable TapeWitness clean,
      boolean refusesByStatus,
      boolean setsMode,
      Consumer<String> problem) {
    this.clean = clean;
    this.refusesByStatus = refusesByStatus;
    this.setsMode = setsMode;
    this.problem = problem;
  }

  private void that(boolean holds, String law, Object what) {
    if (!holds) {
      problem.accept(law + ": " + what);
    }
  }

  // ---------------------------------------------------------------- orders

  void told(OrderEvent e) {
    OrderState s = e.state();
    Seen seen = orders.computeIfAbsent(s.clientId(), id -> new Seen());
    ids.add(s.clientId());
    if (s.order().venueId() != null) {
      ids.add(s.order().venueId());
    }
    that(isLawful(seen.status, e.kind(), s.status()), "lawful step from " + seen.status, e);
    that(
        seen.end == null || !e.isTerminal() && e.kind() != Kind.FILL,
        "one end, after the last fill",
        e);
    that(s.filled().compareTo(seen.filled) >= 0, "what is filled only grows", e);
    seen.unknown |= e.kind() == Kind.UNKNOWN;
    lives += e.kind() == Kind.RESOLVED ? 1 : 0;
    Fill fill = e.fill();
    boolean counted = e.kind() == Kind.FILL || e.kind() == Kind.LATE_FILL;
    if (fill != null && (counted || e.kind() == Kind.CORRECTED)) {
      that(
          fills.add(fill.instrument().name() + " " + fill.tradeId() + " " + fill.side()),
          "a fill is told once",
          e);
      seen.provisional |= fill.isProvisional();
      seen.told = counted ? seen.told.add(fill.size()) : seen.told;
    }
    that(
        seen.provisional || seen.told.compareTo(s.filled()) == 0,
        "what is filled is the sum of its fills",
        e);
    BigDecimal size = s.order().size();
    seen.largest = size == null ? seen.largest : seen.largest.max(size);
    that(
        size == null || s.filled().compareTo(seen.largest) <= 0, "no more filled than its size", e);
    seen.filled = s.filled();
    seen.status = s.status();
    if (e.isTerminal() && seen.end == null) {
      seen.end = e.kind();
      that(
          e.kind() != Kind.FILLED || size == null || s.filled().compareTo(size) == 0,
          "filled is all of it",
          e);
      if (clean != null) {
        Seen then = clean.orders.get(s.clientId());
        that(
            e.kind() == Kind.FILLED || then != null && then.end == e.kind() || isRefused(s, seen),
            "an end needs evidence, and was " + (then == null ? null : then.end),
            e);
      }
    }
  }

  /**
   * Whether an order was refused because something went wrong: it never left, or not after a first
   * attempt that was refused, or the mere status of a reply says that nothing was done.
   */
  private boolean isRefused(OrderState s, Seen seen) {
    String raw = s.reject() == null ? "" : s.reject().raw();
    return s.status() == OrderStatus.REJECTED
        && !seen.unknown
        && (raw.startsWith("not sent: ") || raw.startsWith("HTTP 4") && refusesByStatus);
  }

  /** By the published table of the life of an order. */
  private static boolean isLawful(OrderStatus from, Kind kind, OrderStatus to) {
    boolean same = from == to;
    boolean resting = RESTING.contains(from);
    boolean canceling = from == OrderStatus.PENDING_CANCEL;
    boolean unknown = from == OrderStatus.UNKNOWN;
    boolean shown = from != OrderStatus.PENDING_NEW && (resting || canceling);
    return switch (kind) {
      case ACCEPTED ->
          from == OrderStatus.PENDING_NEW && to == OrderStatus.OPEN || canceling && same;
      case FILL -> shown && to == (canceling ? from : OrderStatus.PARTIALLY_FILLED);
      case LATE_FILL -> from.isTerminal() && same;
      case CANCEL_SENT ->
          unknown ? same : (resting || canceling) && to == OrderStatus.PENDING_CANCEL;
      case CANCEL_REFUSED -> canceling ? RESTING.contains(to) : from.isLive() && same;
      case AMENDED, AMEND_REFUSED -> shown && same;
      case UNKNOWN ->
          to == OrderStatus.UNKNOWN && (from == OrderStatus.PENDING_NEW || canceling)
              || to == OrderStatus.PENDING_CANCEL && (resting || canceling)
              || shown && same;
      case RESOLVED ->
          unknown || canceling ? same && canceling || RESTING.contains(to) : shown && same;
      case FILLED, CANCELED, EXPIRED -> shown && to.name().equals(kind.name());
      case REJECTED ->
          (resting || canceling || unknown)
              && from != OrderStatus.PARTIALLY_FILLED
              && to == OrderStatus.REJECTED;
      case FEE, CORRECTED -> same;
      case RECOVERED, DISMISSED -> false; // No tape has a journal, or a user who gives up.
    };
  }

  int orders() {
    return orders.size();
  }

  /** Every id that was told, client ids and venue ids. */
  Set<String> ids() {
    return ids;
  }

  // ---------------------------------------------------------------- positions

  void told(PositionEvent e) {
    String name = e.now().instrument().name() + " " + e.now().side();
    Held held = positions.computeIfAbsent(name, n -> new Held(e.before()));
    that(
        e.before().size().compareTo(held.size) == 0,
        "a position is what it was and what changed it",
        e + ", and it was " + held.size.toPlainString());
    that(
        e.kind() != PositionEvent.Kind.START || e.before().isFlat() && held.fills.isEmpty(),
        "a position is known for the first time once",
        e);
    held.size = e.now().size();
    Fill fill = e.fill();
    if (fill != null) {
      String trade = fill.tradeId() + " " + fill.side();
      boolean back = e.kind() == PositionEvent.Kind.CORRECTED;
      that(
          back ? held.fills.contains(trade) && held.back.add(trade) : held.fills.add(trade),
          "a position changes by a fill once",
          e);
      BigDecimal change = back ? fill.signedSize().negate() : fill.signedSize();
      that(
          e.change().compareTo(change) == 0 || e.now().isFlat(),
          "a position changes by as much as its fill",
          e);
    }
  }

  void told(FundingPayment p) {
    that(payments.add(p.instrument().name() + " " + p.id()), "a payment is told once", p);
  }

  private void check(PerpConnector connector) {
    positions.forEach(
        (name, held) -> {
          BigDecimal is = connector.position(held.first.instrument(), held.first.side()).size();
          that(
              is.compareTo(held.size) == 0,
              "what becomes of a position is told",
              name + " is " + is.toPlainString() + ", told was " + held.size.toPlainString());
        });
  }

  /** Something that changes orders left. */
  void sent(Departure d) {
    // A dead man's switch is armed again and again, and an account set once more is set the same.
    boolean repeats = d.switches() || d.sets() && setsMode;
    if (d.request().isMutation() && !repeats) {
      String identity = d.identity();
      String what =
          (d.places() ? "place " : d.cancels() ? "cancel " : "change ")
              + (identity == null
                  ? d.request() + " " + d.request().params() + d.request().body()
                  : identity);
      int times = sent.merge(what, 1, Integer::sum);
      if (clean != null) {
        // A cancel is sent again when an order turns up, lives after all, and at the close.
        int again = d.cancels() ? 2 + lives : 0;
        that(
            times <= Math.max(1, clean.sent.getOrDefault(what, 0) + again),
            "nothing is sent twice",
            times + " times " + what);
      }
    }
  }

  int mutations() {
    return sent.values().stream().mapToInt(Integer::intValue).sum();
  }

  // ---------------------------------------------------------------- books

  /** Watches the book of an instrument, to which the user has just subscribed. */
  void watch(BookConnector connector, Instrument instrument) {
    Shown shown = books.computeIfAbsent(instrument.name(), n -> new Shown());
    if (shown.direct == null) {
      shown.seen = BookState.LOADING;
      shown.told = BookState.LOADING;
      shown.direct = connector.books(instrument).listenDirect(b -> shown(shown, b));
    }
  }

  /** Stops watching it, so that the user may leave it. */
  void leave(String instrument) {
    Shown shown = books.get(instrument);
    if (shown != null && shown.direct != null) {
      shown.direct.close();
      shown.direct = null;
    }
  }

  private void shown(Shown shown, OrderBook b) {
    shown.seen = b.state();
    if (!b.isValid()) {
      return;
    }
    String levels = levels(b, Side.BUY) + " | " + levels(b, Side.SELL);
    String what =
        b.instrument().name() + " epoch " + b.epoch() + " " + b.sequence() + ": " + levels;
    that(
        b.depth(Side.BUY) == 0
            || b.depth(Side.SELL) == 0
            || b.price(Side.BUY, 0) < b.price(Side.SELL, 0),
        "a valid book is not crossed",
        what);
    that(
        b.epoch() > shown.epoch
            || b.epoch() == shown.epoch
                && (b.sequence() >= shown.sequence || b.stateSinceNanos() == b.receivedNanos()),
        "while a book stays valid its sequence only rises",
        what + ", after " + shown.sequence);
    shown.epoch = b.epoch();
    shown.sequence = b.sequence();
    shown.states.add(levels);
    shown.bySequence.putIfAbsent(b.sequence(), levels);
    Shown then = clean == null ? null : clean.books.get(b.instrument().name());
    if (then == null) {
      return;
    }
    that(then.states.contains(levels), "a valid book is one that the venue had", what);
    String same = then.bySequence.get(b.sequence());
    that(
        !then.isNumbered() || same != null && same.equals(levels),
        "a valid book is the venue's at its sequence",
        what + ", which was " + same);
  }

  boolean sawBooks() {
    return !books.isEmpty();
  }

  /** The books that another one saw are as true. */
  void join(TapeWitness other) {
    other.books.forEach(
        (name, theirs) -> {
          Shown mine = books.computeIfAbsent(name, n -> new Shown());
          mine.states.addAll(theirs.states);
          theirs.bySequence.forEach(mine.bySequence::putIfAbsent);
        });
  }

  private static String levels(OrderBook b, Side side) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < b.depth(side); i++) {
      all.add(b.price(side, i) + "x" + b.size(side, i));
    }
    return String.join(" ", all);
  }

  // ---------------------------------------------------------------- the connector

  void told(ConnectorEvent e) {
    if (e instanceof ConnectorEvent.Disconnected d) {
      disconnected++;
      endedHere += d.reason().startsWith("closed by the venue") ? 0 : 1;
    } else if (e instanceof ConnectorEvent.Quarantined q) {
      quarantined += q.where().startsWith("stream") ? 1 : 0;
      lives += q.reason().endsWith("yet the venue says that it lives") ? 1 : 0;
    } else if (e instanceof ConnectorEvent.Ready r) {
      ready = r.ready();
    } else if (e instanceof ConnectorEvent.BookInvalid b) {
      books.computeIfAbsent(b.instrument().name(), n -> new Shown()).told = b.state();
    } else if (e instanceof ConnectorEvent.BookValid b) {
      books.computeIfAbsent(b.instrument().name(), n -> new Shown()).told = BookState.VALID;
    } else if (e instanceof ConnectorEvent.ListenerFailed f) {
      that(false, "no exception escapes", f);
    }
  }

  /** The connector is ready as nobody was told: it was so before anybody listened. */
  void ready(boolean ready) {
    this.ready = ready;
  }

  /** What must hold whenever nothing more happens at a moment. */
  void check(BookConnector connector) {
    that(connector.isReady() == ready, "readiness is told", connector.readiness().missing());
    books.forEach(
        (name, shown) ->
            that(
                shown.direct == null || shown.seen == shown.told,
                "what becomes of a book is told",
                name + " is " + shown.seen + ", told was " + shown.told));
    if (connector instanceof PerpConnector perp) {
      check(perp);
    }
    Set<String> open = new TreeSet<>();
    connector.openOrders().forEach(o -> open.add(o.clientId()));
    orders.forEach(
        (id, seen) ->
            that(
                open.contains(id) == (seen.end == null),
                "what has not ended is open",
                id + " is " + seen.status));
    for (Balance b : connector.balances().values()) {
      that(
          b.available().signum() >= 0 && b.available().compareTo(b.total()) <= 0,
          "a balance is what is free and what is locked",
          b);
    }
  }

  /** At least as much must have been told to go wrong as did. */
  void checkTold(int cuts, int truncated) {
    that(disconnected >= cuts, "the end of a connection is told", disconnected + " of " + cuts);
    // What comes while the engine itself ends a connection is not read any more.
    that(
        quarantined + endedHere >= truncated,
        "what cannot be read is told",
        quarantined + " of " + truncated);
  }
}
