package dev.colibri.connector;

import dev.colibri.connector.model.Bounds;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What one strategy holds by its own orders, and which of them may still change that, over any
 * number of connectors. Both are told by the same events, in the same order as listeners: an order
 * is live here until its terminal event was told, which is after its last fill was. {@link
 * Connector#openOrders()} knows more and sooner; who counts by events and asks there trades twice.
 *
 * <pre>{@code
 * var inventory = new Inventory();
 * inventory.place(connector, Order.buy(btc).limit("59000").size("0.01").postOnly());
 * // What is held at the most, whatever becomes of everything that is live:
 * var most = inventory.held(btc).add(inventory.exposure(btc).mostRise());
 * }</pre>
 *
 * <p>Totals of orders are counted, so that corrections, late fees and late fills count once. An
 * event is counted here before any listener of the connector is told of it. An order of unknown
 * outcome is live, and so is what an order is to be replaced by, from the moment on at which that
 * was asked for. A replacement is counted as the order that it replaces was.
 *
 * <p>Begins with nothing, and what was held before is said with {@link #adjust}; or with what the
 * accounts hold, by {@link #found}. What a venue closes by itself, as in a liquidation, is nobody's
 * order: it is counted as far as it closes what is held here of that connector. Funding is counted
 * of instruments that were traded or adjusted here, all of it, because the venue pays it to the
 * account.
 *
 * <p>Thread-safe. What it answers is consistent on the strategy thread, where nothing is counted
 * while a listener or task runs.
 */
public final class Inventory implements AutoCloseable {
  /** Ended orders that are remembered of a connector: as many as it tells late events of. */
  private static final int REMEMBERED = 10_000;

  /** What was traded on one instrument of one connector. */
  private static final class Line {
    final Map<PositionSide, BigDecimal> base = new EnumMap<>(PositionSide.class);
    BigDecimal cash = BigDecimal.ZERO;

    BigDecimal base(PositionSide side) {
      return base.getOrDefault(side, BigDecimal.ZERO);
    }

    BigDecimal net() {
      return base.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }
  }

  /** One order, as it was told last. */
  private static final class Counted {
    final LiveOrder order;
    OrderState told;

    /** What it was asked to be changed into, while nobody knows whether it was. */
    final List<Order> asked = new ArrayList<>();

    Counted(LiveOrder order) {
      this.order = order;
      told = order.state();
    }
  }

  /** What is known of one connector. */
  private static final class Account {
    final Map<Instrument, Line> lines = new LinkedHashMap<>();
    final Map<String, Counted> live = new LinkedHashMap<>();
    final Map<String, Counted> ended = new LinkedHashMap<>();

    /** Replacements that may be placed at any time. */
    final List<Order> wanted = new ArrayList<>();

    Line line(Instrument instrument) {
      return lines.computeIfAbsent(instrument, i -> new Line());
    }
  }

  private final Map<Connector, Account> accounts = new LinkedHashMap<>();
  private final Map<String, BigDecimal> assets = new LinkedHashMap<>();
  private final Map<String, BigDecimal> fees = new LinkedHashMap<>();
  private volatile boolean closed;

  /** Begins with nothing. */
  public Inventory() {}

  /**
   * Begins with what accounts hold now, for a strategy that goes on where one before it ended,
   * however that was. Orders of ours that are found are canceled; when nothing of ours has been
   * live for as long as the venues may take to show what they did, spot accounts are asked for
   * their balances. They are counted as assets, and positions of perpetuals as what is held of
   * their instruments; what they cost is not known, and not in {@link #cash}.
   *
   * @param on one or more of one runtime, ready or soon to be; nobody else trades on their accounts
   * @param stays by asset, how much of all these accounts in sum is not the strategy's: the same
   *     after a restart
   * @return completes on the strategy thread, as soon as every connector is ready and has answered;
   *     fails when one of them is closed
   */
  public static CompletableFuture<Inventory> found(
      List<? extends BookConnector> on, Map<String, BigDecimal> stays) {
    return new InventoryStart(on, stays).begin();
  }

  // ---------------------------------------------------------------- orders

  /**
   * As {@link Connector#place}, and counts the order: it is live here before this returns.
   *
   * @throws dev.colibri.connector.model.Refused when it breaks a rule, the budget or the guard;
   *     nothing was sent, nothing is counted
   * @throws IllegalStateException when this was closed
   */
  public LiveOrder place(Connector on, Order order) {
    return on.place(order, open());
  }

  /**
   * As {@link BookConnector#placeAll}, and counts every one of them.
   *
   * @throws dev.colibri.connector.model.Refused when one of them breaks a rule, the budget or the
   *     guard; nothing was sent, nothing is counted
   * @throws IllegalStateException when this was closed
   */
  public List<LiveOrder> placeAll(BookConnector on, List<Order> orders) {
    return on.placeAll(orders, open());
  }

  /**
   * As {@link AmmConnector#execute}, and counts the swap.
   *
   * @throws dev.colibri.connector.model.Refused when it has expired, was carried out before, or
   *     breaks the budget or the guard; nothing was sent, nothing is counted
   * @throws IllegalStateException when this was closed
   */
  public LiveOrder execute(
      AmmConnector on, SwapQuote quote, BigDecimal slippage, Instant deadline) {
    return on.execute(quote, slippage, deadline, open());
  }

  /**
   * Counts from now on an order that was placed otherwise, as by an earlier process. What its
   * connector knows by now to have filled is not counted, and what fills later is. Does nothing
   * when it is counted here already.
   *
   * @throws IllegalStateException when another inventory counts it that was not closed, or this was
   *     closed
   */
  public void adopt(LiveOrder order) {
    order.connector().adopt(order, open());
  }

  private Inventory open() {
    if (closed) {
      throw new IllegalStateException("the inventory was closed: it would not count the order");
    }
    return this;
  }

  boolean isClosed() {
    return closed;
  }

  /** The order is counted from here on. The connector's engine is held, so that no event passes. */
  synchronized void count(Connector on, LiveOrder order) {
    Account account = account(on);
    account.line(order.order().instrument());
    order.countedBy(this);
    if (order.status().isTerminal()) {
      remember(account, new Counted(order));
    } else {
      account.live.put(order.clientId(), new Counted(order));
    }
  }

  private Account account(Connector on) {
    Account account = accounts.get(on);
    if (account == null) {
      account = new Account();
      accounts.put(on, account);
      on.tell(this);
    }
    return account;
  }

  private static void remember(Account account, Counted order) {
    account.ended.put(order.told.clientId(), order);
    if (account.ended.size() > REMEMBERED) {
      Iterator<Counted> oldest = account.ended.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** An order may be placed in the place of another, until what is returned is run. */
  synchronized Runnable replacing(Connector on, Order replacement) {
    return until(account(on).wanted, replacement);
  }

  /** An order may become another price or size, until what is returned is run. */
  synchronized Runnable amending(LiveOrder order, Order changed) {
    Account account = accounts.get(order.connector());
    Counted counted = account == null ? null : account.live.get(order.clientId());
    return counted == null ? () -> {} : until(counted.asked, changed);
  }

  private Runnable until(List<Order> pending, Order order) {
    Order one = order.venueId(null); // A copy: the same may be asked for twice.
    pending.add(one);
    return () -> {
      synchronized (this) {
        pending.removeIf(o -> o == one);
      }
    };
  }

  // ---------------------------------------------------------------- what is told

  /** On the strategy thread, before listeners. */
  synchronized void heard(Connector on, OrderEvent event) {
    Account account = accounts.get(on);
    OrderState now = event.state();
    if (account == null) {
      return;
    }
    Counted order = account.live.get(now.clientId());
    if (order == null) {
      order = account.ended.get(now.clientId());
    }
    if (order == null) {
      return;
    }
    // What was on its way when it was adopted is older than what was known then.
    if (now.filled().compareTo(order.told.filled()) >= 0) {
      count(on, account, order.told, -1);
      count(on, account, now, 1);
      order.told = now;
    }
    if (event.isTerminal() && account.live.remove(now.clientId()) != null) {
      order.asked.clear();
      remember(account, order);
    }
  }

  private void count(Connector on, Account account, OrderState state, int times) {
    Instrument i = state.instrument();
    BigDecimal n = BigDecimal.valueOf(state.order().side() == Side.BUY ? times : -times);
    BigDecimal base = state.filled().multiply(n);
    BigDecimal cash = state.quoteFilled().multiply(n).negate();
    PositionSide side = state.order().positionSide();
    Line line = account.line(i);
    line.base.merge(side == null ? PositionSide.NET : side, base, BigDecimal::add);
    line.cash = line.cash.add(cash);
    if (!(on instanceof PerpConnector)) {
      add(assets, i.base(), base);
      add(assets, i.quote(), cash);
    }
    state
        .fees()
        .forEach((asset, fee) -> charge(on, i, asset, fee.multiply(BigDecimal.valueOf(times))));
  }

  private void charge(Connector on, Instrument i, String asset, BigDecimal fee) {
    add(fees, asset, fee);
    add(assets, asset, fee.negate());
    Line line = account(on).line(i);
    if (asset.equals(i.quote()) || asset.equals(i.settle())) {
      line.cash = line.cash.subtract(fee);
    } else if (asset.equals(i.base()) && !(on instanceof PerpConnector)) {
      line.base.merge(PositionSide.NET, fee.negate(), BigDecimal::add);
    }
  }

  private static void add(Map<String, BigDecimal> to, String asset, BigDecimal amount) {
    to.merge(asset, amount, BigDecimal::add);
  }

  /** On the strategy thread, before listeners: what no order did may have closed what is held. */
  synchronized void heard(Connector on, PositionEvent event) {
    Account account = accounts.get(on);
    Fill fill = event.fill();
    if (account == null || fill == null || fill.cause() == Fill.Cause.ORDER) {
      return;
    }
    Line line = account.lines.get(fill.instrument());
    PositionSide side = event.now().side();
    BigDecimal held = line == null ? BigDecimal.ZERO : line.base(side);
    if (line == null || held.signum() * fill.signedSize().signum() >= 0) {
      return;
    }
    BigDecimal closed = fill.signedSize().abs().min(held.abs());
    BigDecimal change = fill.side() == Side.BUY ? closed : closed.negate();
    line.base.merge(side, change, BigDecimal::add);
    line.cash = line.cash.subtract(change.multiply(fill.price()));
    if (fill.fee() != null) {
      charge(on, fill.instrument(), fill.fee().asset(), fill.fee().amount());
    }
  }

  /** On the strategy thread, before listeners. */
  synchronized void heard(Connector on, FundingPayment payment) {
    Account account = accounts.get(on);
    Line line = account == null ? null : account.lines.get(payment.instrument());
    if (line != null) {
      add(assets, payment.asset(), payment.amount());
      line.cash = line.cash.add(payment.amount());
    }
  }

  // ---------------------------------------------------------------- what is held

  /**
   * Adds what none of its orders did: what was held before, or what somebody moved.
   *
   * @param by in base units, signed
   */
  public synchronized void adjust(Connector on, Instrument instrument, BigDecimal by) {
    account(on).line(instrument).base.merge(PositionSide.NET, by, BigDecimal::add);
  }

  /**
   * Adds what none of its orders did: what was held before, a deposit, a conversion.
   *
   * @param asset as the venue's instruments spell it
   * @param by in units of the asset, signed
   */
  public synchronized void adjust(String asset, BigDecimal by) {
    add(assets, asset, by);
  }

  /** What was held before of a perpetual. */
  synchronized void adjust(PerpConnector on, Position position) {
    Line line = account(on).line(position.instrument());
    line.base.merge(position.side(), position.size(), BigDecimal::add);
  }

  /**
   * What is held of an instrument: what was bought less what was sold, in base units, and on spot
   * and in swaps less the fees that were charged in its base asset. Negative when short. Long and
   * short positions that are held side by side are summed.
   */
  public synchronized BigDecimal held(Instrument instrument) {
    BigDecimal held = BigDecimal.ZERO;
    for (Account account : accounts.values()) {
      Line line = account.lines.get(instrument);
      held = line == null ? held : held.add(line.net());
    }
    return held;
  }

  /**
   * What is held of an asset, in units of it: on spot and by swaps what was bought, sold, paid and
   * charged; of perpetuals fees and funding alone, because their profit is none before it is taken:
   * {@link #cash} has it. Assets of several venues are the same when they are spelt the same.
   *
   * @param asset as the venue's instruments spell it; a token by its symbol
   */
  public synchronized BigDecimal held(String asset) {
    return assets.getOrDefault(asset, BigDecimal.ZERO);
  }

  /**
   * What is held of an asset, and the positions of perpetuals on it: what there is to hedge.
   * Negative when more is short.
   *
   * @param asset as the venue's instruments spell it; a token by its symbol
   */
  public synchronized BigDecimal net(String asset) {
    BigDecimal net = held(asset);
    for (Map.Entry<Connector, Account> e : accounts.entrySet()) {
      for (Map.Entry<Instrument, Line> line : e.getValue().lines.entrySet()) {
        boolean counts = e.getKey() instanceof PerpConnector && line.getKey().base().equals(asset);
        net = counts ? net.add(line.getValue().net()) : net;
      }
    }
    return net;
  }

  /**
   * What trading an instrument brought less what it cost, in quote units, with funding and with the
   * fees that were charged in its quote or settlement asset. With what is held, at a price, it is
   * the profit: {@code cash(i).add(held(i).multiply(price))}.
   */
  public synchronized BigDecimal cash(Instrument instrument) {
    BigDecimal cash = BigDecimal.ZERO;
    for (Account account : accounts.values()) {
      Line line = account.lines.get(instrument);
      cash = line == null ? cash : cash.add(line.cash);
    }
    return cash;
  }

  /** Fees that were charged, by asset, in the order they first appeared; negative for rebates. */
  public synchronized Map<String, BigDecimal> fees() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(fees));
  }

  // ---------------------------------------------------------------- what is live

  /** The orders that are live by what was told, oldest first. */
  public synchronized List<LiveOrder> openOrders() {
    List<LiveOrder> open = new ArrayList<>();
    for (Account account : accounts.values()) {
      account.live.values().forEach(o -> open.add(o.order));
    }
    return open;
  }

  /** The orders of an instrument that are live by what was told, oldest first. */
  public List<LiveOrder> openOrders(Instrument instrument) {
    List<LiveOrder> open = openOrders();
    open.removeIf(o -> !o.order().instrument().equals(instrument));
    return open;
  }

  /** Those of one side on one connector. */
  List<LiveOrder> openOrders(Connector on, Instrument instrument, Side side) {
    List<LiveOrder> open = openOrders();
    open.removeIf(o -> o.connector() != on || !isOf(o.order(), instrument, side));
    return open;
  }

  /**
   * A book without the orders that are live here, as far as that can be told: the book and what is
   * known of orders come on different ways. Who follows a price that he made himself chases
   * himself.
   *
   * @param book of a connector on which this inventory trades with one account; one that is not
   *     valid stays as it is
   * @return a copy
   */
  public OrderBook others(OrderBook book) {
    OrderBook all = book.copy();
    List<LiveOrder> own = openOrders(book.instrument());
    return own.isEmpty() || !all.isValid()
        ? all
        : new OthersBook(all, own.stream().map(LiveOrder::state).toList());
  }

  /** Whether any order may still trade, or have traded without our having been told. */
  public synchronized boolean isLive() {
    return accounts.values().stream().anyMatch(a -> !a.live.isEmpty() || !a.wanted.isEmpty());
  }

  /** The same of one instrument. */
  public boolean isLive(Instrument instrument) {
    return isLive(instrument, Side.BUY) || isLive(instrument, Side.SELL);
  }

  /** The same of one side of an instrument. */
  public synchronized boolean isLive(Instrument instrument, Side side) {
    return accounts.values().stream().anyMatch(a -> isLive(a, instrument, side));
  }

  /** The same of one connector. */
  synchronized boolean isLive(Connector on, Instrument instrument, Side side) {
    Account account = accounts.get(on);
    return account != null && isLive(account, instrument, side);
  }

  /** The same of both sides. */
  boolean isLive(Connector on, Instrument instrument) {
    return isLive(on, instrument, Side.BUY) || isLive(on, instrument, Side.SELL);
  }

  private static boolean isLive(Account account, Instrument instrument, Side side) {
    return account.live.values().stream().anyMatch(o -> isOf(o.told.order(), instrument, side))
        || account.wanted.stream().anyMatch(o -> isOf(o, instrument, side));
  }

  private static boolean isOf(Order order, Instrument instrument, Side side) {
    return order.instrument().equals(instrument) && order.side() == side;
  }

  /**
   * What everything that is live here can still trade: {@code held(i)} with {@code mostRise()} is
   * the most that can be held, and with {@code mostFall()} the least, fees aside. The least of each
   * bound is 0, because what was not told is not counted. A market order has no price, so that
   * nothing bounds what it costs; one by quote amount has no size.
   */
  public synchronized Exposure exposure(Instrument instrument) {
    return new Exposure(
        instrument,
        bounds(instrument, Side.BUY, false),
        bounds(instrument, Side.SELL, false),
        bounds(instrument, Side.BUY, true),
        bounds(instrument, Side.SELL, true));
  }

  /**
   * How much more may be ordered on a side so that, whatever becomes of all that is live here, no
   * more than a bound is held, or is short: 0 where there is no room, or where nothing bounds what
   * is live.
   *
   * @param bound in base units, positive, for long and short likewise
   */
  public synchronized BigDecimal room(Instrument instrument, Side side, BigDecimal bound) {
    boolean buy = side == Side.BUY;
    Exposure live = exposure(instrument);
    BigDecimal pending = buy ? live.mostRise() : live.mostFall();
    BigDecimal held = buy ? held(instrument) : held(instrument).negate();
    return pending == null
        ? BigDecimal.ZERO
        : bound.subtract(held).subtract(pending).max(BigDecimal.ZERO);
  }

  private Bounds bounds(Instrument instrument, Side side, boolean inQuote) {
    Bounds sum = Bounds.ZERO;
    for (Account account : accounts.values()) {
      for (Counted o : account.live.values()) {
        if (isOf(o.told.order(), instrument, side)) {
          List<Order> any = new ArrayList<>(o.asked);
          any.add(o.told.order());
          sum = sum.plus(new Bounds(BigDecimal.ZERO, most(any, o.told, inQuote)));
        }
      }
      for (Order wanted : account.wanted) {
        if (isOf(wanted, instrument, side)) {
          sum = sum.plus(new Bounds(BigDecimal.ZERO, most(List.of(wanted), null, inQuote)));
        }
      }
    }
    return sum;
  }

  /** What an order may still trade at the most, if it is one of these; null for no bound. */
  private static @Nullable BigDecimal most(
      List<Order> any, @Nullable OrderState told, boolean inQuote) {
    BigDecimal most = BigDecimal.ZERO;
    for (Order o : any) {
      BigDecimal filled = told == null ? BigDecimal.ZERO : told.filled();
      BigDecimal base = o.size() == null ? null : o.size().subtract(filled);
      BigDecimal one = base;
      if (inQuote && o.quoteAmount() != null) {
        one = told == null ? o.quoteAmount() : o.quoteAmount().subtract(told.quoteFilled());
      } else if (inQuote) {
        one = base == null || o.price() == null ? null : base.multiply(o.price());
      }
      if (one == null) {
        return null;
      }
      most = most.max(one);
    }
    return most;
  }

  /**
   * Counts no more: what it knows stays as it is. What its orders do later is told to nobody here,
   * and they are not canceled.
   */
  @Override
  public void close() {
    closed = true;
    List<Connector> all;
    synchronized (this) {
      all = new ArrayList<>(accounts.keySet());
    }
    all.forEach(on -> on.tellNoMore(this));
  }

  @Override
  public synchronized String toString() {
    Set<String> held = new LinkedHashSet<>();
    assets.forEach((asset, n) -> held.add(n.stripTrailingZeros().toPlainString() + " " + asset));
    return "holds " + held + ", live " + openOrders();
  }
}
