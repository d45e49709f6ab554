package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Order;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of orders and their fills: the exchange has each once, and what is told of it is
 * what the exchange did.
 */
final class OrderLaw implements ExchangeListener {
  /** How long after it was sent a request may still arrive and be taken. */
  private static final long LATEST_NANOS = 60_000_000_000L;

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

  private final VirtualTime time;
  private final Exchange exchange;
  private final String account;
  private final InventoryLaw counts;
  private final Trace trace;
  private final Invariants all;
  private final Map<String, Truth> truths = new LinkedHashMap<>();

  /** Orders that some process told to have ended without a trace at the exchange. */
  private final Set<String> neverArrived = new LinkedHashSet<>();

  private final Set<String> intents = new LinkedHashSet<>();

  /** By client id, that of the order whose place it takes. */
  private final Map<String, String> replaced = new LinkedHashMap<>();

  private final Map<String, Told> told = new LinkedHashMap<>();

  /** Orders that any process told of. */
  private final Set<String> everTold = new LinkedHashSet<>();

  private Predicate<String> provisional = id -> false;

  /** Whether the account's owner placed an order by hand. */
  private boolean tradedByHand;

  private long diedAt = Long.MIN_VALUE;

  OrderLaw(
      VirtualTime time,
      Exchange exchange,
      String account,
      InventoryLaw counts,
      Trace trace,
      Invariants all) {
    this.time = time;
    this.exchange = exchange;
    this.account = account;
    this.counts = counts;
    this.trace = trace;
    this.all = all;
  }

  // ---------------------------------------------------------------- processes

  /** Another process trades from now on. */
  void begin(Predicate<String> provisional) {
    this.provisional = provisional;
    told.clear();
  }

  /** The process is dead. */
  void died() {
    diedAt = time.nanos();
  }

  void placed(LiveOrder order) {
    intents.add(order.clientId());
  }

  void replaced(LiveOrder old, LiveOrder order) {
    intents.add(order.clientId());
    replaced.put(order.clientId(), old.clientId());
  }

  /** What the exchange filled of an order. */
  Collection<Fill> fills(LiveOrder order) {
    Truth truth = truths.get(order.clientId());
    return truth == null ? List.of() : truth.fills.values();
  }

  // ---------------------------------------------------------------- what the exchange does

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
    if (Invariants.isForeign(order.clientId())) {
      tradedByHand = true;
      all.require(
          e.type() != Execution.Type.CANCELED || e.requestId().startsWith(Invariants.FOREIGN),
          "I7",
          "an order that is not ours was canceled: " + order);
      return;
    }
    all.require(
        t.accepted.size() == 1, "I2", "the exchange has two orders of one intent: " + t.accepted);
    all.require(
        !neverArrived.contains(order.clientId()),
        "I5",
        "it was told to have ended without arriving, and now it is here: " + order);
    BookConnector c = all.connector();
    if (e.type() == Execution.Type.NEW) {
      takesThePlaceOf(order);
    }
    // What a process sent just before it died, the next one finds in its journal when it starts.
    if (e.type() == Execution.Type.NEW && c != null && diedAt < time.nanos() - LATEST_NANOS) {
      all.require(
          intents.contains(order.clientId()) || c.order(order.clientId()).isPresent(),
          "I1",
          "an order that nobody knows arrived: " + order);
    }
  }

  /** What takes another order's place must not come before that one is gone, nor beside a fill. */
  private void takesThePlaceOf(Order order) {
    String id = replaced.get(order.clientId());
    if (id == null) {
      return;
    }
    Truth old = truths.get(id);
    all.require(
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

  // ---------------------------------------------------------------- what the connector tells

  /** An order of the present process moved on. */
  void told(OrderEvent e, String text) {
    OrderState s = e.state();
    String id = s.clientId();
    Told before = told.computeIfAbsent(id, i -> new Told());
    OrderState last = before.last;
    before.last = s;
    if (before.ended) {
      all.require(
          e.kind() == OrderEvent.Kind.FEE
              || e.kind() == OrderEvent.Kind.CORRECTED
              || e.kind() == OrderEvent.Kind.LATE_FILL,
          "I4",
          "after its end: " + text);
    }
    if (last != null) {
      all.require(
          s.filled().compareTo(last.filled()) >= 0, "I8", "less is filled than was: " + text);
    }
    BigDecimal size = s.order().size();
    all.require(
        size == null || s.filled().compareTo(size) <= 0,
        "I8",
        "filled more than its size: " + text);
    if (!s.status().isTerminal() && size != null) {
      all.require(
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
    all.require(before.fills.add(f.tradeId()), "I10", "a fill is told again: " + text);
    before.filled = before.filled.add(f.size());
    all.require(
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
      all.violated("I9", "the exchange has no such fill: " + text);
      return;
    }
    all.require(
        venue.price().compareTo(f.price()) == 0 && venue.quantity().compareTo(f.size()) == 0,
        "I11",
        "the exchange's fill is " + venue + ": " + text);
    all.require(
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
      all.require(
          s.status() == OrderStatus.REJECTED, "I5", "it never arrived at the exchange: " + text);
      return;
    }
    all.require(!order.status().isOpen(), "I5", "the exchange has it open: " + text);
    all.require(
        s.filled().compareTo(order.executed()) == 0,
        "I8",
        "of it " + order.executed().toPlainString() + " filled at the exchange: " + text);
    all.require(
        s.status() != OrderStatus.REJECTED, "I5", "it was an order of the exchange: " + text);
    all.require(
        (s.status() == OrderStatus.FILLED) == (order.status() == Order.Status.FILLED),
        "I5",
        "at the exchange it is " + order.status() + ": " + text);
    all.require(
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
    all.require(
        quote.compareTo(s.quoteFilled()) == 0,
        "I11",
        "filled for %s at the exchange, here for %s: %s".formatted(quote, s.quoteFilled(), text));
    fees.forEach(
        (asset, fee) ->
            all.require(
                fee.compareTo(s.fees().getOrDefault(asset, BigDecimal.ZERO)) == 0,
                "I11",
                "the exchange charged " + fee + " " + asset + ", here " + s.fees() + ": " + text));
  }

  // ---------------------------------------------------------------- now and then

  /** No order of the present process that is live was told to have ended. */
  void look(BookConnector c) {
    for (LiveOrder order : c.openOrders()) {
      Told t = told.get(order.clientId());
      all.require(t == null || !t.ended, "I1", "it ended and is live: " + order);
    }
  }

  /** Why it is not known where every order stands; null when it is. */
  @Nullable String unsettled(BookConnector c) {
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
      if (!Invariants.isForeign(order.clientId()) && !open.contains(order.clientId())) {
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
    return null;
  }

  /** What was told of fills and fees, all in all. */
  @Nullable String unsettledFills() {
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

  boolean tradedByHand() {
    return tradedByHand;
  }

  /** How many orders the exchange took from us. */
  int count() {
    int n = 0;
    for (String id : truths.keySet()) {
      n += Invariants.isForeign(id) ? 0 : 1;
    }
    return n;
  }
}
