package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.testkit.exchange.Equity;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Income;
import dev.colibri.connector.testkit.exchange.Mark;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.Position;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What must hold of an account of perpetuals besides: positions, funding, leverage and margin. */
final class PerpInvariants implements ExchangeListener {
  /**
   * What may keep a fill from whoever asks for it, or from being placed in time, so that the
   * venue's size has to be believed.
   */
  private static final Set<FaultKind> LOSING =
      EnumSet.of(FaultKind.ORDERS_INVISIBLE, FaultKind.FILLS_LATE, FaultKind.CLOCK_JUMP);

  /** What takes money, or margin, before anybody can be told. */
  private static final Set<FaultKind> SUDDEN =
      EnumSet.of(FaultKind.MONEY_MOVED, FaultKind.PRICE_LEAP, FaultKind.DELEVERAGED);

  /** By how much the start of a process may be mistaken, in milliseconds of the venue's clock. */
  private static final long CLOCK_MILLIS = 40_000;

  /** For how long what an account may spend may be judged by prices of before. */
  private static final long JUDGED_NANOS = 180_000_000_000L;

  /** The same of what a fill moved: the host may sleep again and again before it can ask. */
  private static final long MOVED_NANOS = 600_000_000_000L;

  private record Key(String market, PositionSide side) {}

  /** A mark price, or an amount of money, and since when. */
  private record Marked(long nanos, BigDecimal price) {}

  private final VirtualTime time;
  private final Exchange exchange;
  private final String account;
  private final Invariants all;
  private final Trace trace;
  private final FaultMenu menu;

  // What the exchange did.
  private final Map<String, Fill> fills = new LinkedHashMap<>();
  private final Map<Key, BigDecimal> held = new LinkedHashMap<>();
  private final List<Income> funding = new ArrayList<>();
  private final Map<String, Deque<Marked>> marks = new TreeMap<>();

  /** What fills took that nobody could know before. */
  private final Deque<Marked> sudden = new ArrayDeque<>();

  // What the present process told.
  private final Map<Key, BigDecimal> told = new LinkedHashMap<>();

  /** What closes more than is open of a hedged position, as long as a fill before it is missing. */
  private final Map<Key, BigDecimal> beyond = new LinkedHashMap<>();

  private final Set<Key> begun = new LinkedHashSet<>();
  private final Set<String> trades = new LinkedHashSet<>();
  private final Set<String> paymentIds = new LinkedHashSet<>();
  private final Set<Long> payments = new LinkedHashSet<>();
  private @Nullable PerpConnector connector;
  private @Nullable VirtualHost host;
  private long leverageSet = Long.MIN_VALUE;
  private long startedMillis;
  private long readyMillis;

  PerpInvariants(
      VirtualTime time,
      Exchange exchange,
      String account,
      Invariants all,
      Trace trace,
      FaultMenu menu) {
    this.time = time;
    this.exchange = exchange;
    this.account = account;
    this.all = all;
    this.trace = trace;
    this.menu = menu;
    exchange.listen(this);
  }

  /** What is wrong is spelt out only where it is: this is asked at every step. */
  private void require(boolean holds, String invariant, Supplier<String> what) {
    if (!holds) {
      all.violated(invariant, what.get(), null);
    }
  }

  // ---------------------------------------------------------------- what the exchange does

  @Override
  public void execution(Execution e) {
    Order order = e.order();
    Fill fill = e.fill();
    if (!order.account().equals(account)) {
      return;
    }
    boolean ours = order.cause() == Order.Cause.OWNER && !Invariants.isForeign(order.clientId());
    PerpConnector c = connector;
    if (ours && c != null && e.type() == Execution.Type.NEW) {
      c.order(order.clientId()).ifPresent(meant -> asMeant(order, meant));
    }
    if (fill == null) {
      return;
    }
    fills.put(trade(fill.market(), Long.toString(fill.tradeId()), side(fill.side())), fill);
    Key key = new Key(fill.market(), side(fill.positionSide()));
    BigDecimal before = held.getOrDefault(key, BigDecimal.ZERO);
    BigDecimal now =
        fill.side() == Order.Side.BUY
            ? before.add(fill.quantity())
            : before.subtract(fill.quantity());
    held.put(key, now);
    // What it lost at once against the mark price, by which it is margined, too: of that only the
    // exchange can tell.
    BigDecimal mark = exchange.mark(fill.market()).price();
    BigDecimal leverage = BigDecimal.valueOf(exchange.leverage(account, fill.market()));
    BigDecimal away = fill.price().subtract(mark).abs().multiply(fill.quantity());
    // What filled better than its limit and was not told yet counts at its limit, its fee as well.
    BigDecimal better =
        order.price().signum() == 0
            ? BigDecimal.ZERO
            : fill.price().subtract(order.price()).abs().multiply(fill.quantity());
    BigDecimal lost =
        away.add(away.add(better).divide(leverage, 8, RoundingMode.UP))
            .add(better.movePointLeft(2));
    if (now.abs().compareTo(before.abs()) < 0) {
      // Orders of the other side may need margin now that the position stood for.
      lost =
          lost.add(fill.quoteQuantity().divide(leverage, 8, RoundingMode.UP))
              .add(fill.quoteQuantity().movePointLeft(2));
    }
    sudden.add(new Marked(time.nanos(), lost));
    if (ours
        && c != null
        && c.order(order.clientId()).map(o -> o.order().isReduceOnly()).orElse(false)) {
      require(
          now.abs().compareTo(before.abs()) < 0 && now.signum() * before.signum() >= 0,
          "I16",
          () -> "what may only reduce made %s of %s: %s".formatted(now, before, order));
    }
  }

  /** An order arrived as its user said it. */
  private void asMeant(Order order, LiveOrder meant) {
    boolean hedged = exchange.isHedged(account);
    require(
        hedged || order.reduceOnly() == meant.order().isReduceOnly(),
        "I16",
        () -> "at the exchange it is " + order + ", meant was " + meant.order());
    PositionMode mode = hedged ? PositionMode.HEDGE : PositionMode.ONE_WAY;
    PositionSide side = PositionSide.of(mode, meant.order().side(), meant.order().isReduceOnly());
    require(
        side(order.positionSide()) == side,
        "I16",
        () -> "of " + side + " was meant " + meant.order() + ", at the exchange it is " + order);
  }

  private static String trade(String market, String id, Side side) {
    return market + " " + id + " " + side;
  }

  private static Side side(Order.Side side) {
    return side == Order.Side.BUY ? Side.BUY : Side.SELL;
  }

  private static PositionSide side(Position.Side side) {
    return switch (side) {
      case BOTH -> PositionSide.NET;
      case LONG -> PositionSide.LONG;
      case SHORT -> PositionSide.SHORT;
    };
  }

  private static Position.Side side(PositionSide side) {
    return switch (side) {
      case NET -> Position.Side.BOTH;
      case LONG -> Position.Side.LONG;
      case SHORT -> Position.Side.SHORT;
    };
  }

  @Override
  public void income(String whose, Income income) {
    if (whose.equals(account) && income.type() == Income.Type.FUNDING) {
      funding.add(income);
      trace.line(time.millis(), "exchange " + income);
    }
  }

  @Override
  public void leverage(String whose, String market, int leverage, long now) {
    if (whose.equals(account)) {
      leverageSet = time.nanos();
    }
  }

  @Override
  public void marked(String market, Mark mark, long now) {
    Deque<Marked> some = marks.computeIfAbsent(market, m -> new ArrayDeque<>());
    some.add(new Marked(time.nanos(), mark.price()));
    // The last one before is what held then.
    while (some.size() > 1 && some.element().nanos < time.nanos() - JUDGED_NANOS) {
      some.remove();
    }
  }

  // ---------------------------------------------------------------- processes

  /** Another process trades from now on. */
  void watch(VirtualHost host, PerpConnector connector, long venueMillis) {
    this.host = host;
    this.connector = connector;
    told.clear();
    beyond.clear();
    begun.clear();
    trades.clear();
    paymentIds.clear();
    payments.clear();
    startedMillis = venueMillis;
    readyMillis = Long.MAX_VALUE;
    connector.positionUpdates().listen(this::told);
    connector.fundingPayments().listen(this::told);
  }

  void died() {
    connector = null;
    host = null;
  }

  // ---------------------------------------------------------------- what the connector tells

  private void told(PositionEvent e) {
    String text = e.kind() + " " + e.before() + " -> " + e.now() + " by " + e.fill();
    trace.line(time.millis(), "position " + text);
    require(
        host != null && host.onStrategyThread(), "I29", () -> "told on another thread: " + text);
    Key key = new Key(e.now().instrument().name(), e.now().side());
    BigDecimal before = told.getOrDefault(key, BigDecimal.ZERO);
    require(
        e.before().size().compareTo(before) == 0,
        "I16",
        () -> "it was " + before + " before: " + text);
    switch (e.kind()) {
      case START ->
          require(begun.add(key) && before.signum() == 0, "I16", () -> "no start: " + text);
      case ADOPTED ->
          require(
              LOSING.stream().anyMatch(menu.kinds()::contains),
              "I16",
              () -> "taken from the venue, and no fill was lost: " + text);
      case CORRECTED -> takenBack(e, key, text);
      default -> moved(e, key, text);
    }
    told.put(key, e.now().size());
    if (e.fill() == null) {
      beyond.remove(key);
    }
  }

  private void moved(PositionEvent e, Key key, String text) {
    dev.colibri.connector.model.Fill f = e.fill();
    if (f == null) {
      all.violated("I16", "nothing moved it: " + text, null);
      return;
    }
    String trade = trade(f.instrument().name(), f.tradeId(), f.side());
    Fill venue = fills.get(trade);
    if (venue == null) {
      all.violated("I17", "the exchange has no such trade: " + text, null);
      return;
    }
    require(trades.add(trade), "I16", () -> "a trade counts again: " + text);
    BigDecimal sum =
        e.before().size().add(beyond.getOrDefault(key, BigDecimal.ZERO)).add(f.signedSize());
    boolean impossible = sum.signum() == (key.side == PositionSide.LONG ? -1 : 1);
    BigDecimal now = key.side != PositionSide.NET && impossible ? BigDecimal.ZERO : sum;
    beyond.put(key, sum.subtract(now));
    require(
        e.now().size().compareTo(now) == 0
            && f.size().compareTo(venue.quantity()) == 0
            && e.now().side() == side(venue.positionSide()),
        "I16",
        () -> "the exchange's trade is " + venue + ": " + text);
    PositionEvent.Kind kind = kind(venue);
    // The venue's list of fills names neither its orders nor what made them.
    boolean named = f.clientId() != null || kind == PositionEvent.Kind.TRADE;
    require(
        e.kind() == kind
            || !named
                && (e.kind() == PositionEvent.Kind.EXTERNAL
                    || e.kind() == PositionEvent.Kind.TRADE),
        "I16",
        () -> "it was " + kind + " by " + venue + ": " + text);
  }

  /** Only what was told may be taken back, and only what was before the first look. */
  private void takenBack(PositionEvent e, Key key, String text) {
    dev.colibri.connector.model.Fill f = e.fill();
    if (f == null) {
      all.violated("I16", "nothing is taken back: " + text, null);
      return;
    }
    String trade = trade(f.instrument().name(), f.tradeId(), f.side());
    BigDecimal sum =
        e.before().size().add(beyond.getOrDefault(key, BigDecimal.ZERO)).subtract(f.signedSize());
    boolean impossible = sum.signum() == (key.side == PositionSide.LONG ? -1 : 1);
    BigDecimal now = key.side != PositionSide.NET && impossible ? BigDecimal.ZERO : sum;
    beyond.put(key, sum.subtract(now));
    require(
        trades.contains(trade)
            && e.now().size().compareTo(now) == 0
            && f.venueMillis() <= Math.min(readyMillis, time.millis()) + CLOCK_MILLIS,
        "I16",
        () -> "taken back, and not in the start: " + text);
  }

  private static PositionEvent.Kind kind(Fill venue) {
    return switch (venue.cause()) {
      case OWNER ->
          Invariants.isForeign(venue.clientId())
              ? PositionEvent.Kind.EXTERNAL
              : PositionEvent.Kind.TRADE;
      case LIQUIDATION -> PositionEvent.Kind.LIQUIDATION;
      case ADL -> PositionEvent.Kind.ADL;
      case SETTLEMENT -> PositionEvent.Kind.SETTLEMENT;
    };
  }

  private void told(FundingPayment p) {
    trace.line(time.millis(), "paid " + p);
    String text = p.toString();
    require(
        paymentIds.add(p.instrument().name() + " " + p.id()),
        "I17",
        () -> "a payment again: " + text);
    require(
        p.venueMillis() >= startedMillis - CLOCK_MILLIS,
        "I17",
        () -> "paid before the start: " + text);
    for (Income i : funding) {
      if (i.market().equals(p.instrument().name())
          && i.time() == p.venueMillis()
          && i.amount().compareTo(p.amount()) == 0
          && i.asset().equals(p.asset())
          && payments.add(i.id())) {
        return;
      }
    }
    all.violated("I17", "the exchange has no such payment: " + text, null);
  }

  // ---------------------------------------------------------------- now and then

  /**
   * An order is going to be placed: what it needs of margin, by what is known of leverage and
   * positions, must be there.
   *
   * @return to be told when it was not refused
   */
  Consumer<LiveOrder> places(PerpConnector c, dev.colibri.connector.model.Order order) {
    Instrument i = order.instrument();
    BigDecimal size = order.size();
    BigDecimal price = order.price();
    if (order.isReduceOnly() || size == null || price == null) {
      return placed -> {};
    }
    BigDecimal available = c.available(i.settle());
    BigDecimal leverage = c.knownLeverage(i).map(Leverage::leverage).orElse(BigDecimal.ONE);
    BigDecimal held = c.position(i, PositionSide.NET).size();
    boolean closes = held.signum() == (order.side() == Side.BUY ? -1 : 1);
    BigDecimal opens = closes ? size.subtract(held.abs()).max(BigDecimal.ZERO) : size;
    BigDecimal margin = opens.multiply(price).divide(leverage, 8, RoundingMode.DOWN);
    return placed ->
        require(
            margin.compareTo(available) <= 0,
            "budget",
            () -> "it needs %s, and %s were available: %s".formatted(margin, available, placed));
  }

  /** What is too dear to look at after every step. */
  void look(long venueMillis) {
    PerpConnector c = connector;
    VirtualHost h = host;
    if (c == null || h == null || !h.isFree()) {
      return;
    }
    if (c.isReady() && readyMillis == Long.MAX_VALUE) {
      readyMillis = venueMillis;
    }
    String wrong = positions(c, false);
    require(wrong == null, "I16", () -> String.valueOf(wrong));
  }

  /** How a position is not the sum of what was told, or not the exchange's. */
  private @Nullable String positions(PerpConnector c, boolean atExchange) {
    boolean hedged = exchange.isHedged(account);
    for (Instrument i : c.instruments()) {
      for (PositionSide side : PositionSide.values()) {
        BigDecimal mine = c.position(i, side).size();
        BigDecimal sum = told.getOrDefault(new Key(i.name(), side), BigDecimal.ZERO);
        if (mine.compareTo(sum) != 0) {
          return "the position of " + i + " is " + mine + ", and told was " + sum;
        }
        BigDecimal venue = exchange.position(account, i.name(), side(side)).size();
        if (atExchange && (side == PositionSide.NET) != hedged && mine.compareTo(venue) != 0) {
          return "at the exchange %s %s is %s, here %s".formatted(i, side, venue, mine);
        }
      }
    }
    return null;
  }

  /**
   * What can be spent is never more than what the exchange would let us spend, but for what prices
   * moved since it said so.
   */
  void spendable(PerpConnector c) {
    if (leverageSet > time.nanos() - JUDGED_NANOS
        || SUDDEN.stream().anyMatch(menu.kinds()::contains)) {
      return;
    }
    for (Balance mine : c.balances().values()) {
      Equity equity = exchange.equity(account, mine.asset());
      BigDecimal most = equity.available().add(leeway());
      require(
          mine.available().compareTo(most) <= 0,
          "I15",
          () -> "the exchange would let %s be spent, with %s: %s".formatted(most, equity, mine));
    }
  }

  /**
   * What may have moved since the exchange last said what may be spent, and is no order of ours.
   */
  private BigDecimal leeway() {
    BigDecimal leeway = BigDecimal.ZERO;
    while (!sudden.isEmpty() && sudden.element().nanos < time.nanos() - MOVED_NANOS) {
      sudden.remove();
    }
    for (Marked c : sudden) {
      leeway = leeway.add(c.price);
    }
    for (Market market : exchange.markets()) {
      BigDecimal least = null;
      BigDecimal most = null;
      for (Marked m : marks.getOrDefault(market.name(), new ArrayDeque<>())) {
        least = least == null ? m.price : least.min(m.price);
        most = most == null ? m.price : most.max(m.price);
      }
      if (least != null) {
        BigDecimal size = BigDecimal.ZERO;
        for (Position.Side side : Position.Side.values()) {
          size = size.add(exchange.position(account, market.name(), side).size().abs());
        }
        leeway = leeway.add(most.subtract(least).multiply(size).multiply(BigDecimal.valueOf(2)));
      }
    }
    return leeway;
  }

  /** Why not all is known and well; null when it is. */
  @Nullable String unsettled(PerpConnector c, Set<String> delisted) {
    PositionMode mode = exchange.isHedged(account) ? PositionMode.HEDGE : PositionMode.ONE_WAY;
    if (c.positionMode().orElse(null) != mode) {
      return "the position mode is " + mode + ", here " + c.positionMode();
    }
    String wrong = positions(c, true);
    if (wrong != null) {
      return wrong;
    }
    for (Instrument i : c.instruments()) {
      if (!delisted.contains(i.name())) {
        int leverage = exchange.leverage(account, i.name());
        BigDecimal mine = c.knownLeverage(i).map(Leverage::leverage).orElse(BigDecimal.ZERO);
        if (mine.compareTo(BigDecimal.valueOf(leverage)) != 0) {
          return "the leverage of " + i + " is " + leverage + ", here " + mine;
        }
      }
    }
    return null;
  }

  /** Which payment of the exchange was not told. */
  @Nullable String unpaid(Set<String> delisted) {
    for (Income i : funding) {
      if (readyMillis != Long.MAX_VALUE
          && !delisted.contains(i.market())
          && i.time() >= readyMillis + CLOCK_MILLIS
          && !payments.contains(i.id())) {
        return "not told of " + i;
      }
    }
    return null;
  }

  /** How the account's money differs from the exchange's; null when it does not. */
  @Nullable String unsettledMoney(BookConnector c) {
    for (String asset : exchange.ledger().balances(account).keySet()) {
      Equity equity = exchange.equity(account, asset);
      Balance mine = c.balances().get(asset);
      if (mine == null
          ? equity.wallet().signum() != 0
          : mine.total().compareTo(equity.wallet()) != 0
              || mine.available().compareTo(equity.available().min(equity.wallet())) != 0) {
        return asset + " is " + mine + ", at the exchange " + equity;
      }
    }
    return null;
  }
}
