package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;
import static dev.colibri.connector.testkit.exchange.Amounts.exact;
import static dev.colibri.connector.testkit.exchange.Amounts.isMultiple;
import static dev.colibri.connector.testkit.exchange.Amounts.min;
import static dev.colibri.connector.testkit.exchange.Amounts.share;
import static dev.colibri.connector.testkit.exchange.Amounts.times;
import static dev.colibri.connector.testkit.exchange.Amounts.value;

import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Refused.Reason;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One price-time matcher with accounts and a {@link Ledger}. Deterministic: the same calls give the
 * same orders, trades, numbers and events.
 *
 * <p>Times are milliseconds since 1970, given by the caller, and never go back. Amounts have eight
 * decimals and are exact; fees are rounded down and taken from what an order receives. It runs for
 * days without growing: finished orders and fills are kept up to a number per account, trades and
 * bars up to a number per market, and the ledger is folded into sums.
 *
 * <p>In a {@linkplain Market#isMargined() margined} market nothing is delivered: orders move
 * positions, profit and fees move wallets, and {@link #wake} does what marks and funding demand.
 *
 * <p>Not thread-safe: one thread at a time.
 */
public final class Exchange {

  /** Finished orders, and fills, that an account opened without a number keeps. */
  public static final int HISTORY = 5_000;

  /**
   * The exchange's own margin account: the other side of funding and of what it takes over, the
   * payer of what liquidated accounts owe. It may owe without end, and is there where a market is
   * margined.
   */
  public static final String HOUSE = "exchange";

  /** Milliseconds between two looks at a margined market's price. */
  public static final long MARK_MILLIS = 1_000;

  // A position is called when this much of its equity is bound by maintenance.
  private static final BigDecimal CALL = new BigDecimal("0.8");

  private static final BigDecimal HALF = new BigDecimal("0.5");

  /** Public trades kept per market. */
  public static final int TRADES = 1_000;

  /** A new order and what happened to it at once. */
  public record Placed(Order order, List<Fill> fills) {}

  private final class Venue {
    Market market;
    final Book book;
    final Bars bars = new Bars();
    final Deque<Trade> trades = new ArrayDeque<>();
    Market.Status status = Market.Status.TRADING;
    boolean listed = true;
    // The most that any rules have allowed: orders of old rules stay.
    int priceDecimals;
    int quantityDecimals;
    long lastUpdate;
    long lastTrade;
    long lastPrevented = -1;
    // Whether the mark price was set by hand and does not follow the book.
    boolean fixed;

    Venue(Market market) {
      this.market = market;
      this.priceDecimals = Amounts.decimals(market.tick());
      this.quantityDecimals = Amounts.decimals(market.lot());
      this.book = new Book((side, price, quantity) -> level(this, side, price, quantity));
    }
  }

  private static final class Account {
    final int history;
    final Map<Long, Working> open = new LinkedHashMap<>();
    final Map<Long, Order> finished = new LinkedHashMap<>();
    // Market and client id, joined by a character neither contains, to the latest order of that id.
    final Map<String, Long> byClientId = new LinkedHashMap<>();
    final Deque<Fill> fills = new ArrayDeque<>();
    final Deque<Income> incomes = new ArrayDeque<>();
    // Settlement assets in which a margin call has been told.
    final TreeSet<String> called = new TreeSet<>();

    Account(int history) {
      this.history = history;
    }
  }

  private final Map<String, Venue> venues = new LinkedHashMap<>();
  private final Map<String, Account> accounts = new LinkedHashMap<>();
  private final Ledger ledger = new Ledger();
  private final Clearing clearing = new Clearing(ledger);
  private final List<ExchangeListener> listeners = new ArrayList<>();
  private final Map<String, TreeSet<String>> touched = new LinkedHashMap<>();
  private final Map<String, LinkedHashSet<Clearing.Holding>> moved = new LinkedHashMap<>();
  private long now = Long.MIN_VALUE;
  private boolean busy;
  private boolean paused;
  private long lastOrder;
  private long lastExecution;
  private long lastIncome;
  private long lastForced;
  // Orders that expire at a time, by that time and their number.
  private final TreeMap<Long, TreeMap<Long, Working>> ending = new TreeMap<>();
  private long nextMark = Long.MIN_VALUE;

  /** An exchange of these markets, all trading, without accounts. */
  public Exchange(List<Market> markets) {
    for (var market : markets) {
      if (venues.putIfAbsent(market.name(), new Venue(market)) != null) {
        throw new IllegalArgumentException("twice the same market: " + market.name());
      }
      if (market.isMargined()) {
        clearing.list(market);
      }
    }
    if (!clearing.markets().isEmpty()) {
      openAccount(HOUSE);
    }
  }

  /** Adds a listener; listeners hear in the order they were added. */
  public void listen(ExchangeListener listener) {
    listeners.add(listener);
  }

  // Accounts

  /** Opens an empty account. */
  public void openAccount(String name) {
    openAccount(name, HISTORY);
  }

  /** Opens an empty account that keeps so many finished orders and so many fills. */
  public void openAccount(String name, int history) {
    if (history < 1) {
      throw new IllegalArgumentException("an account must keep at least one finished order");
    }
    ledger.open(name);
    accounts.put(name, new Account(history));
    clearing.open(name);
  }

  /** Money from outside. */
  public void deposit(String account, String asset, BigDecimal amount, long time) {
    requirePositive(amount);
    begin(time);
    try {
      ledger.deposit(account, asset, exact(amount));
      income(account, "", Income.Type.TRANSFER, asset, exact(amount), 0);
      listeners.forEach(l -> l.transfer(account, asset, exact(amount), now));
      touch(account, asset);
    } finally {
      settle();
    }
  }

  /**
   * Money to outside.
   *
   * @throws Refused if less is free
   */
  public void withdraw(String account, String asset, BigDecimal amount, long time) {
    requirePositive(amount);
    begin(time);
    try {
      if (free(account, asset).compareTo(amount) < 0) {
        throw new Refused(Reason.INSUFFICIENT_BALANCE);
      }
      ledger.withdraw(account, asset, exact(amount));
      income(account, "", Income.Type.TRANSFER, asset, exact(amount).negate(), 0);
      listeners.forEach(l -> l.transfer(account, asset, exact(amount).negate(), now));
      touch(account, asset);
    } finally {
      settle();
    }
  }

  /** Balances, sums of movements, collected fees: what tests take for the truth. */
  public Ledger ledger() {
    return ledger;
  }

  /**
   * Proves the ledger and the clearing of positions, that what is locked is exactly what open
   * orders need, and that no book is crossed.
   *
   * @throws IllegalStateException naming what does not add up
   */
  public void verify() {
    ledger.verify(clearing::mayOwe);
    clearing.verify();
    accounts.forEach(
        (name, account) -> {
          var locked = new TreeMap<String, BigDecimal>();
          for (var order : account.open.values()) {
            if (isMargined(order)) {
              continue;
            }
            var needed =
                order.side() == Side.BUY
                    ? times(order.price(), order.remaining())
                    : order.remaining();
            locked.merge(lockedAsset(order), needed, BigDecimal::add);
          }
          ledger
              .balances(name)
              .forEach(
                  (asset, balance) -> {
                    if (!balance.locked().equals(locked.getOrDefault(asset, ZERO))) {
                      throw new IllegalStateException(name + "/" + asset + " locks a wrong amount");
                    }
                  });
        });
    for (var venue : venues.values()) {
      var bids = venue.book.side(Side.BUY);
      var asks = venue.book.side(Side.SELL);
      if (!bids.isEmpty() && !asks.isEmpty() && bids.firstKey().compareTo(asks.firstKey()) >= 0) {
        throw new IllegalStateException(venue.market.name() + " is crossed");
      }
    }
  }

  // Markets

  /** All listed markets, in the order given. */
  public List<Market> markets() {
    return venues.values().stream().filter(v -> v.listed).map(v -> v.market).toList();
  }

  /** A listed market, under the rules of now. */
  public Optional<Market> market(String name) {
    return Optional.ofNullable(venues.get(name)).filter(v -> v.listed).map(v -> v.market);
  }

  /** Whether a market takes orders now; a market that was delisted does not. */
  public Market.Status status(String market) {
    var venue = venue(market);
    return paused || !venue.listed ? Market.Status.BREAK : venue.status;
  }

  /** Opens or closes a market; its orders stay in the book. */
  public void setStatus(String market, Market.Status status, long time) {
    var venue = venue(market);
    begin(time);
    try {
      venue.status = status;
    } finally {
      settle();
    }
  }

  /** Lets trading stand still, or go on; orders stay in their books, and may be canceled. */
  public void setPaused(boolean pause, long time) {
    begin(time);
    try {
      paused = pause;
    } finally {
      settle();
    }
  }

  public boolean isPaused() {
    return paused;
  }

  /**
   * Changes the rules of a market of the same name. Open orders stay as they are; what comes from
   * now on is judged by the new rules.
   *
   * @throws IllegalArgumentException if a price of before times a quantity of now could not be paid
   *     exactly
   */
  public void setRules(Market rules, long time) {
    var venue = venue(rules.name());
    int price = Math.max(venue.priceDecimals, Amounts.decimals(rules.tick()));
    int quantity = Math.max(venue.quantityDecimals, Amounts.decimals(rules.lot()));
    if (price + quantity > Amounts.DECIMALS) {
      throw new IllegalArgumentException("old and new rules have more than eight decimals");
    }
    begin(time);
    try {
      if (venue.market.isMargined() != rules.isMargined()) {
        throw new IllegalArgumentException("a market stays what it is: " + rules.name());
      }
      venue.market = rules;
      clearing.follow(rules);
      venue.priceDecimals = price;
      venue.quantityDecimals = quantity;
    } finally {
      settle();
    }
  }

  /**
   * Takes a market off the list for good: its open orders expire, positions are settled at the mark
   * price, and their owners are told. What happened there can still be asked for.
   */
  public void delist(String market, long time) {
    var venue = venue(market);
    begin(time);
    try {
      expel(o -> o.request().market().equals(market));
      if (venue.market.isMargined()) {
        settlePositions(venue);
      }
      venue.listed = false;
    } finally {
      settle();
    }
  }

  /** At most {@code limit} levels a side. */
  public Depth depth(String market, int limit) {
    var venue = venue(market);
    return new Depth(
        venue.lastUpdate, venue.book.levels(Side.BUY, limit), venue.book.levels(Side.SELL, limit));
  }

  /** The latest public trades, oldest first. */
  public List<Trade> trades(String market) {
    return List.copyOf(venue(market).trades);
  }

  /** The latest bars up to the one of {@code time}, oldest first, at most {@code limit}. */
  public List<Bar> bars(String market, Bar.Interval interval, long time, int limit) {
    return venue(market).bars.upTo(interval, time, limit);
  }

  /** The last 24 hours as one bar, to the minute; empty if nothing was traded. */
  public Optional<Bar> day(String market, long time) {
    return venue(market).bars.day(time);
  }

  /** Average price of the last five minutes, else the last price, else empty. */
  public Optional<BigDecimal> averagePrice(String market, long time) {
    return venue(market).bars.average(time);
  }

  // Orders

  /**
   * Places an order.
   *
   * @throws Refused if a rule of the market or the balance forbids it; nothing has changed then
   */
  public Placed place(String account, OrderRequest request, long time) {
    begin(time);
    try {
      var owner = account(account);
      var order = admit(account, owner, request);
      lastOrder++;
      owner.open.put(order.id(), order);
      if (request.goodTill() > 0) {
        ending.computeIfAbsent(request.goodTill(), t -> new TreeMap<>()).put(order.id(), order);
      }
      owner.byClientId.put(key(request.market(), request.clientId()), order.id());
      if (!isMargined(order)) {
        lock(order, order.locked);
      }
      var fills = new ArrayList<Fill>();
      report(Execution.Type.NEW, order, order.clientId(), null, ZERO, true);
      execute(venue(request.market()), order, fills);
      return new Placed(order.snapshot(), List.copyOf(fills));
    } finally {
      settle();
    }
  }

  /**
   * Checks an order as {@link #place} would, and changes nothing.
   *
   * @throws Refused as {@link #place} would
   */
  public void test(String account, OrderRequest request, long time) {
    begin(time);
    try {
      admit(account, account(account), request);
    } finally {
      settle();
    }
  }

  /**
   * Cancels an open order.
   *
   * @param requestId the cancel's own client id
   * @return the order just after
   * @throws Refused if the account has no such open order in this market
   */
  public Order cancel(String account, String market, long orderId, String requestId, long time) {
    begin(time);
    try {
      var order = open(account, market, orderId);
      cancel(order, requestId);
      return order.snapshot();
    } finally {
      settle();
    }
  }

  /** Cancels all open orders of an account in a market, oldest first. */
  public List<Order> cancelAll(String account, String market, String requestId, long time) {
    begin(time);
    try {
      var result = new ArrayList<Order>();
      for (var order : List.copyOf(account(account).open.values())) {
        if (order.request().market().equals(market)) {
          cancel(order, requestId);
          result.add(order.snapshot());
        }
      }
      return result;
    } finally {
      settle();
    }
  }

  /**
   * The venue itself takes an open order out, and tells its owner: it expires.
   *
   * @throws Refused if the account has no such open order in this market
   */
  public Order expel(String account, String market, long orderId, long time) {
    begin(time);
    try {
      var order = open(account, market, orderId);
      expel(order);
      return order.snapshot();
    } finally {
      settle();
    }
  }

  /** The venue takes all open orders of everybody out. */
  public void expelAll(long time) {
    begin(time);
    try {
      expel(o -> true);
    } finally {
      settle();
    }
  }

  private void expel(Predicate<Working> which) {
    for (var account : accounts.values()) {
      account.open.values().stream().filter(which).toList().forEach(this::expel);
    }
  }

  private void expel(Working order) {
    venue(order.request().market()).book.remove(order);
    expire(order, Order.Expiry.EXCHANGE_CANCELED);
  }

  /**
   * Makes an open order smaller without losing its place in the queue.
   *
   * @param quantity the new total quantity, more than what has executed
   * @param clientId the order's client id from now on
   * @return what the owner also hears: the order just after, and its client id before
   * @throws Refused if there is no such open order or the quantity does not fit
   */
  public Execution amend(
      String account,
      String market,
      long orderId,
      BigDecimal quantity,
      String clientId,
      long time) {
    begin(time);
    try {
      var order = open(account, market, orderId);
      var venue = venue(market);
      var next = order.snapshot();
      requireQuantity(venue.market, quantity);
      if (quantity.compareTo(next.quantity()) == 0) {
        throw new Refused(Reason.AMEND_NOTHING);
      }
      if (quantity.compareTo(next.quantity()) > 0 || quantity.compareTo(order.executed()) <= 0) {
        throw new Refused(Reason.AMEND_QUANTITY);
      }
      var owner = account(account);
      if (!clientId.equals(order.clientId()) && isOpen(owner, market, clientId)) {
        throw new Refused(Reason.DUPLICATE_CLIENT_ID);
      }
      var less = next.quantity().subtract(quantity);
      owner.byClientId.remove(key(market, order.clientId()), orderId);
      owner.byClientId.put(key(market, clientId), orderId);
      order.amend(exact(quantity), clientId, now);
      venue.book.reduce(order, less);
      if (!isMargined(order)) {
        release(order, order.side() == Side.BUY ? times(order.price(), less) : less);
      }
      return report(Execution.Type.REPLACED, order, next.clientId(), null, ZERO, true);
    } finally {
      settle();
    }
  }

  /**
   * Changes price and quantity of an open limit order, which keeps both its ids, loses its place in
   * the queue, and may trade at once.
   *
   * @param quantity the new total quantity, more than what has executed
   * @return the order just after
   * @throws Refused if there is no such open order, or a rule or the balance forbids the change
   */
  public Order change(
      String account,
      String market,
      long orderId,
      BigDecimal price,
      BigDecimal quantity,
      long time) {
    begin(time);
    try {
      var order = open(account, market, orderId);
      var venue = venue(market);
      requirePrice(venue, order.side(), price);
      requireQuantity(venue.market, quantity);
      var rest = exact(quantity).subtract(order.executed());
      if (rest.signum() <= 0) {
        throw new Refused(Reason.AMEND_QUANTITY);
      }
      boolean margined = isMargined(order);
      var needed = margined ? ZERO : order.side() == Side.SELL ? rest : times(exact(price), rest);
      var more = needed.subtract(order.locked);
      if (margined) {
        var others = new ArrayList<>(account(account).open.values());
        others.remove(order);
        requireMargin(account, order.request(), price, rest, others);
      } else if (free(account, lockedAsset(order)).compareTo(more) < 0) {
        throw new Refused(Reason.INSUFFICIENT_BALANCE);
      }
      requirePassive(venue, order.request(), price);
      venue.book.remove(order);
      order.change(exact(price), exact(quantity), now);
      if (more.signum() > 0) {
        lock(order, more);
        order.locked = needed;
      } else {
        release(order, more.negate());
      }
      report(Execution.Type.REPLACED, order, order.clientId(), null, ZERO, true);
      execute(venue, order, new ArrayList<>());
      return order.snapshot();
    } finally {
      settle();
    }
  }

  /** An order by its number, open or finished, unless it is forgotten. */
  public Optional<Order> order(String account, String market, long orderId) {
    var owner = account(account);
    var order = owner.open.get(orderId);
    var found = order == null ? owner.finished.get(orderId) : order.snapshot();
    return Optional.ofNullable(found).filter(o -> o.market().equals(market));
  }

  /** The latest order of this client id. */
  public Optional<Order> order(String account, String market, String clientId) {
    var id = account(account).byClientId.get(key(market, clientId));
    return id == null ? Optional.empty() : order(account, market, id);
  }

  /** Open orders, oldest first; of all markets if {@code market} is null. */
  public List<Order> openOrders(String account, @Nullable String market) {
    return account(account).open.values().stream()
        .filter(o -> market == null || o.request().market().equals(market))
        .map(Working::snapshot)
        .toList();
  }

  /** Open orders of an account, oldest first; canceling some of them does not change the list. */
  List<Working> working(String account) {
    return new ArrayList<>(account(account).open.values());
  }

  /** All orders of a market that are open or not yet forgotten, by rising number. */
  public List<Order> orders(String account, String market) {
    var owner = account(account);
    var result = new TreeMap<>(owner.finished);
    owner.open.forEach((id, order) -> result.put(id, order.snapshot()));
    return result.values().stream().filter(o -> o.market().equals(market)).toList();
  }

  /** Fills of a market, oldest first, unless forgotten. */
  public List<Fill> fills(String account, String market) {
    return account(account).fills.stream().filter(f -> f.market().equals(market)).toList();
  }

  // Positions

  /** A position as it stands, flat if it was never opened. */
  public Position position(String account, String market, Position.Side side) {
    account(account);
    requireMarket(market);
    return clearing.position(account, market, side);
  }

  /** The positions of an account that are open. */
  public List<Position> positions(String account) {
    account(account);
    return clearing.open(account, null).stream().map(Clearing.Holding::snapshot).toList();
  }

  /** What stands behind the positions of an account that are settled in an asset. */
  public Equity equity(String account, String asset) {
    return clearing.equity(account, asset, account(account).open.values());
  }

  /** The mark price at which a position is liquidated, others as marked; not positive for none. */
  public BigDecimal liquidationPrice(Position position) {
    var holding = clearing.holding(position.account(), position.market(), position.side());
    return holding.isOpen()
        ? clearing.priceOfEnd(holding, holding.market.requireMargin().maintenance())
        : ZERO;
  }

  /** What moved the wallet of an account, oldest first, unless forgotten. */
  public List<Income> incomes(String account) {
    return List.copyOf(account(account).incomes);
  }

  /** Whether an account has a long and a short position in each market instead of one. */
  public boolean isHedged(String account) {
    account(account);
    return clearing.isHedged(account);
  }

  /**
   * Sets the position mode of an account.
   *
   * @throws Refused if it would change while margined orders or positions are open
   */
  public void setHedged(String account, boolean hedged, long time) {
    begin(time);
    try {
      var owner = account(account);
      if (clearing.isHedged(account) == hedged) {
        return;
      }
      if (owner.open.values().stream().anyMatch(this::isMargined)) {
        throw new Refused(Reason.OPEN_ORDERS);
      }
      if (!clearing.open(account, null).isEmpty()) {
        throw new Refused(Reason.OPEN_POSITIONS);
      }
      clearing.hedge(account, hedged);
    } finally {
      settle();
    }
  }

  /** The leverage of an account in a margined market. */
  public int leverage(String account, String market) {
    account(account);
    requireMarket(market);
    return clearing.leverage(account, market);
  }

  /**
   * Sets the leverage of an account in a margined market.
   *
   * @throws Refused if the market has no such leverage, or open positions and orders would need
   *     more than there is
   */
  public void setLeverage(String account, String market, int leverage, long time) {
    begin(time);
    try {
      var owner = account(account);
      var margin = requireMarket(market);
      if (leverage < 1 || leverage > margin.maxLeverage()) {
        throw new Refused(Reason.LEVERAGE);
      }
      int before = clearing.leverage(account, market);
      clearing.leverage(account, market, leverage);
      var equity = clearing.equity(account, margin.settle(), owner.open.values());
      var needed = equity.positionMargin().add(equity.orderMargin());
      if (leverage < before && equity.total().compareTo(needed) < 0) {
        clearing.leverage(account, market, before);
        throw new Refused(Reason.INSUFFICIENT_MARGIN);
      }
      if (leverage != before) {
        listeners.forEach(l -> l.leverage(account, market, leverage, now));
      }
    } finally {
      settle();
    }
  }

  // Marks, funding, liquidation

  /** By what positions of a margined market are valued and funded now. */
  public Mark mark(String market) {
    requireMarket(market);
    return clearing.mark(market);
  }

  /**
   * Sets mark and index price, which stay until they are set again or the market {@linkplain
   * #followBook follows} its book. Whoever falls below the maintenance margin is liquidated at
   * once.
   */
  public void setMark(String market, BigDecimal price, BigDecimal index, long time) {
    requirePositive(price);
    requirePositive(index);
    requireMarket(market);
    begin(time);
    try {
      var venue = venue(market);
      venue.fixed = true;
      mark(venue, exact(price), exact(index));
      liquidate();
    } finally {
      settle();
    }
  }

  /**
   * Lets the mark price of a market follow its book again: every second of {@link #wake}, it is the
   * last price, or the nearest of best bid and ask if that lies outside them.
   */
  public void followBook(String market, long time) {
    requireMarket(market);
    begin(time);
    try {
      venue(market).fixed = false;
    } finally {
      settle();
    }
  }

  /** Sets the rate of the next payments of funding; longs pay it to shorts, if it is positive. */
  public void setFundingRate(String market, BigDecimal rate, long time) {
    requireMarket(market);
    begin(time);
    try {
      var mark = clearing.mark(market);
      mark(market, new Mark(mark.price(), mark.index(), rate, mark.nextFunding()));
    } finally {
      settle();
    }
  }

  /** Pays funding now, besides the times when it is due. */
  public void payFunding(String market, long time) {
    requireMarket(market);
    begin(time);
    try {
      fund(market);
      liquidate();
    } finally {
      settle();
    }
  }

  /**
   * The exchange closes a part of a position against itself, at the mark price.
   *
   * @throws Refused if the position is smaller
   */
  public void deleverage(
      String account, String market, Position.Side side, BigDecimal quantity, long time) {
    requirePositive(quantity);
    requireMarket(market);
    begin(time);
    try {
      var venue = venue(market);
      var holding = clearing.holding(account, market, side);
      if (holding.size.abs().compareTo(quantity) < 0) {
        throw new Refused(Reason.NOTHING_TO_REDUCE);
      }
      var price = onTick(venue.market, clearing.mark(market).price());
      var order =
          begin(
              holding,
              price,
              exact(quantity),
              "adl_autoclose",
              Order.TimeInForce.GTC,
              Order.Cause.ADL);
      takeOver(venue, order, price);
      knockOut(venue, order, order);
    } finally {
      settle();
    }
  }

  /** Does what time alone causes: orders that end, marks, funding, and who is liquidated by it. */
  public void wake(long time) {
    if (time < nextWake()) {
      return;
    }
    begin(time);
    try {
      while (!ending.isEmpty() && ending.firstKey() <= now) {
        var order = ending.firstEntry().getValue().firstEntry().getValue();
        venue(order.request().market()).book.remove(order);
        expire(order, Order.Expiry.GOOD_TILL_DATE);
      }
      if (now >= nextMark && !clearing.markets().isEmpty()) {
        nextMark = (Math.floorDiv(now, MARK_MILLIS) + 1) * MARK_MILLIS;
        for (var market : List.copyOf(clearing.markets())) {
          var venue = venue(market.name());
          if (!venue.fixed) {
            follow(venue);
          }
          long due = clearing.mark(market.name()).nextFunding();
          if (due == 0 || due <= now) {
            if (due != 0) {
              fund(market.name());
            }
            long every = market.requireMargin().fundingMillis();
            var mark = clearing.mark(market.name());
            long next = (Math.floorDiv(now, every) + 1) * every;
            mark(market.name(), new Mark(mark.price(), mark.index(), mark.rate(), next));
          }
        }
        liquidate();
      }
    } finally {
      settle();
    }
  }

  /** When {@link #wake} is due, or the end of time. */
  public long nextWake() {
    long end = ending.isEmpty() ? Long.MAX_VALUE : ending.firstKey();
    return clearing.markets().isEmpty() ? end : Math.min(end, nextMark);
  }

  private Market.Margin requireMarket(String market) {
    return venue(market).market.requireMargin();
  }

  private boolean isMargined(Working order) {
    return venue(order.request().market()).market.isMargined();
  }

  private BigDecimal room(Working order) {
    return order.request().reduces() ? clearing.room(order) : order.remaining();
  }

  private static BigDecimal onTick(Market market, BigDecimal price) {
    return onTick(market, price, RoundingMode.HALF_EVEN);
  }

  private static BigDecimal onTick(Market market, BigDecimal price, RoundingMode rounding) {
    var ticks = price.divide(market.tick(), 0, rounding).max(BigDecimal.ONE);
    return exact(market.tick().multiply(ticks));
  }

  private void follow(Venue venue) {
    var before = clearing.mark(venue.market.name()).price();
    var last = venue.trades.peekLast();
    var bid = venue.book.side(Side.BUY).firstEntry();
    var ask = venue.book.side(Side.SELL).firstEntry();
    var price = last == null ? before : last.price();
    if (price.signum() == 0 && bid != null && ask != null) {
      price = value(bid.getKey().add(ask.getKey()), HALF);
    }
    if (price.signum() > 0 && bid != null) {
      price = price.max(bid.getKey());
    }
    if (price.signum() > 0 && ask != null) {
      price = price.min(ask.getKey());
    }
    if (price.compareTo(before) != 0) {
      mark(venue, price, price);
    }
  }

  /** The first trade of a market is its first mark price. */
  private void begin(Venue venue, BigDecimal price) {
    if (!clearing.mark(venue.market.name()).isKnown()) {
      mark(venue, price, price);
    }
  }

  private void mark(Venue venue, BigDecimal price, BigDecimal index) {
    var mark = clearing.mark(venue.market.name());
    mark(venue.market.name(), new Mark(price, index, mark.rate(), mark.nextFunding()));
  }

  private void mark(String market, Mark mark) {
    clearing.mark(market, mark);
    listeners.forEach(l -> l.marked(market, mark, now));
  }

  /** Every open position pays or receives; what rounding leaves is the exchange's. */
  private void fund(String market) {
    var mark = clearing.mark(market);
    for (var account : accounts.keySet()) {
      if (account.equals(HOUSE)) {
        continue;
      }
      for (var holding : clearing.open(account, null)) {
        if (holding.market.name().equals(market)) {
          var paid = value(value(holding.size, mark.price()), mark.rate());
          if (paid.signum() != 0) {
            ledger.fund(account, HOUSE, holding.settle(), paid);
            touch(account, holding.settle());
            tell(account, market, Income.Type.FUNDING, holding.settle(), paid.negate());
          }
        }
      }
    }
  }

  private void tell(
      String account, String market, Income.Type type, String asset, BigDecimal amount) {
    var income = income(account, market, type, asset, amount, 0);
    listeners.forEach(l -> l.income(account, income));
  }

  private Income income(
      String account,
      String market,
      Income.Type type,
      String asset,
      BigDecimal amount,
      long tradeId) {
    var income = new Income(++lastIncome, market, type, asset, amount, now, tradeId);
    var owner = account(account);
    owner.incomes.addLast(income);
    if (owner.incomes.size() > owner.history) {
      owner.incomes.removeFirst();
    }
    return income;
  }

  /** Moves the position that an order works on, and the wallet; returns what was realised. */
  private BigDecimal clear(
      Market market,
      Working order,
      BigDecimal price,
      BigDecimal quantity,
      BigDecimal fee,
      long tradeId) {
    var asset = market.requireMargin().settle();
    var account = order.account();
    var holding = clearing.holding(account, market.name(), order.request().positionSide());
    var profit = clearing.trade(holding, order.side(), price, quantity, now);
    ledger.charge(account, asset, fee);
    if (profit.signum() != 0) {
      income(account, market.name(), Income.Type.REALISED_PROFIT, asset, profit, tradeId);
    }
    if (fee.signum() != 0) {
      income(account, market.name(), Income.Type.FEE, asset, fee.negate(), tradeId);
    }
    touch(account, asset);
    moved.computeIfAbsent(account, a -> new LinkedHashSet<>()).add(holding);
    return profit;
  }

  /** Orders of an account that have nothing left to make smaller go; the taker sees to itself. */
  private void knockOut(Venue venue, Working traded, Working taker) {
    for (var order : List.copyOf(account(traded.account()).open.values())) {
      if (order != taker
          && order.request().reduces()
          && order.request().market().equals(venue.market.name())
          && room(order).signum() == 0) {
        venue.book.remove(order);
        expire(order, Order.Expiry.NOTHING_TO_REDUCE);
      }
    }
  }

  // Liquidation

  /** Calls whoever is near the maintenance margin, and liquidates whoever is below it. */
  private void liquidate() {
    for (var account : List.copyOf(accounts.keySet())) {
      if (account.equals(HOUSE)) {
        continue;
      }
      var assets = new TreeSet<String>();
      clearing.open(account, null).forEach(h -> assets.add(h.settle()));
      for (var asset : assets) {
        // What its orders need is no matter here, and this is asked at every trade.
        var equity = clearing.equity(account, asset, List.of());
        if (equity.isLiquidated()) {
          liquidate(account, asset);
        } else {
          call(account, asset, equity);
        }
      }
    }
  }

  private void call(String account, String asset, Equity equity) {
    var called = account(account).called;
    if (equity.maintenance().compareTo(equity.total().multiply(CALL)) < 0) {
      called.remove(asset);
    } else if (called.add(asset)) {
      var open = clearing.open(account, asset).stream().map(Clearing.Holding::snapshot).toList();
      listeners.forEach(l -> l.marginCall(account, asset, open, now));
    }
  }

  /**
   * All margined orders go, then the largest positions, until what is left suffices: by the book
   * where it is better than bankruptcy, and what it does not take the exchange takes over.
   */
  private void liquidate(String account, String asset) {
    for (var order : List.copyOf(account(account).open.values())) {
      var venue = venue(order.request().market());
      if (venue.market.isMargined() && venue.market.requireMargin().settle().equals(asset)) {
        venue.book.remove(order);
        expire(order, Order.Expiry.LIQUIDATED);
      }
    }
    while (equity(account, asset).isLiquidated()) {
      var largest =
          clearing.open(account, asset).stream()
              .max(Comparator.comparing(h -> h.notionalAt(clearing.mark(h.market.name()).price())))
              .orElseThrow();
      var venue = venue(largest.market.name());
      var price = bankruptcy(largest);
      var order =
          begin(
              largest,
              price,
              largest.size.abs(),
              "autoclose-" + now + String.format(Locale.ROOT, "%06d", ++lastForced),
              Order.TimeInForce.IOC,
              Order.Cause.LIQUIDATION);
      match(venue, order, new ArrayList<>());
      if (order.remaining().signum() == 0) {
        finish(order);
      } else if (equity(account, asset).isLiquidated()) {
        takeOver(venue, order, bankruptcy(largest));
      } else {
        expire(order, Order.Expiry.UNFILLED_IOC_QUANTITY_EXPIRED);
      }
    }
    account(account).called.remove(asset);
  }

  /** The price that leaves an account nothing, to the tick, which is rounded in its favour. */
  private BigDecimal bankruptcy(Clearing.Holding holding) {
    var rounding = holding.size.signum() > 0 ? RoundingMode.CEILING : RoundingMode.FLOOR;
    return onTick(holding.market, clearing.priceOfEnd(holding, ZERO), rounding);
  }

  /** An order of the venue itself, which nothing can refuse, that closes a position. */
  private Working begin(
      Clearing.Holding holding,
      BigDecimal price,
      BigDecimal quantity,
      String clientId,
      Order.TimeInForce time,
      Order.Cause cause) {
    var request =
        new OrderRequest(
            holding.market.name(),
            holding.size.signum() > 0 ? Side.SELL : Side.BUY,
            Order.Type.LIMIT,
            time,
            Order.SelfTrade.NONE,
            price,
            quantity,
            null,
            clientId,
            holding.side,
            false,
            0);
    var order = new Working(++lastOrder, holding.account, request, quantity, cause, now);
    var owner = account(holding.account);
    owner.open.put(order.id(), order);
    owner.byClientId.put(key(request.market(), clientId), order.id());
    report(Execution.Type.NEW, order, clientId, null, ZERO, true);
    return order;
  }

  private void settlePositions(Venue venue) {
    var price = onTick(venue.market, clearing.mark(venue.market.name()).price());
    for (var account : List.copyOf(accounts.keySet())) {
      for (var holding : clearing.open(account, null)) {
        if (holding.market.name().equals(venue.market.name()) && !account.equals(HOUSE)) {
          var id = "settlement_autoclose-" + now + String.format(Locale.ROOT, "%06d", ++lastForced);
          var quantity = holding.size.abs();
          var order =
              begin(holding, price, quantity, id, Order.TimeInForce.GTC, Order.Cause.SETTLEMENT);
          takeOver(venue, order, price);
        }
      }
    }
  }

  /** The exchange is the other side of what is left of an order; no trade is published. */
  private void takeOver(Venue venue, Working order, BigDecimal price) {
    var market = venue.market;
    var quantity = order.remaining();
    long id = ++venue.lastTrade;
    var profit = clear(market, order, price, quantity, ZERO, id);
    var own = clearing.holding(HOUSE, market.name(), Position.Side.BOTH);
    clearing.trade(own, order.side().opposite(), price, quantity, now);
    order.trade(quantity, times(price, quantity), now);
    var fill = fill(market, id, order, price, quantity, ZERO, profit, false);
    report(Execution.Type.CALCULATED, order, order.clientId(), fill, ZERO, false);
    finish(order);
  }

  /** What an account owes that has no position left, the exchange pays. */
  private void insure(String account) {
    for (var asset : touched.getOrDefault(account, new TreeSet<>())) {
      var owed = ledger.balance(account, asset).free().negate();
      if (owed.signum() > 0 && !clearing.mayOwe(account, asset)) {
        ledger.insure(HOUSE, account, asset, owed);
        tell(account, "", Income.Type.INSURANCE, asset, owed);
      }
    }
  }

  // Inside

  private void begin(long time) {
    if (busy) {
      throw new IllegalStateException("a listener must not change the exchange");
    }
    if (time < now) {
      throw new IllegalArgumentException("time went back from " + now + " to " + time);
    }
    now = time;
    busy = true;
  }

  private void settle() {
    moved.keySet().forEach(this::insure);
    touched.forEach(
        (account, assets) -> listeners.forEach(l -> l.balances(account, List.copyOf(assets), now)));
    moved.forEach(
        (account, holdings) -> {
          var positions = holdings.stream().map(Clearing.Holding::snapshot).toList();
          var assets =
              List.copyOf(new TreeSet<>(holdings.stream().map(Clearing.Holding::settle).toList()));
          listeners.forEach(l -> l.positions(account, positions, assets, now));
        });
    touched.clear();
    moved.clear();
    listeners.forEach(l -> l.settled(now));
    busy = false;
  }

  private void touch(String account, String asset) {
    touched.computeIfAbsent(account, a -> new TreeSet<>()).add(asset);
  }

  private void touch(String account, Market market) {
    var assets = touched.computeIfAbsent(account, a -> new TreeSet<>());
    assets.add(market.base());
    assets.add(market.quote());
  }

  private Venue venue(String market) {
    var venue = venues.get(market);
    if (venue == null) {
      throw new Refused(Reason.UNKNOWN_MARKET);
    }
    return venue;
  }

  private Account account(String name) {
    var account = accounts.get(name);
    if (account == null) {
      throw new IllegalArgumentException("no account of this name: " + name);
    }
    return account;
  }

  private static String key(String market, String clientId) {
    return market + '\n' + clientId;
  }

  private static boolean isOpen(Account owner, String market, String clientId) {
    var id = owner.byClientId.get(key(market, clientId));
    return id != null && owner.open.containsKey(id);
  }

  private Working open(String account, String market, long orderId) {
    venue(market);
    var order = account(account).open.get(orderId);
    if (order == null || !order.request().market().equals(market)) {
      throw new Refused(Reason.UNKNOWN_ORDER);
    }
    return order;
  }

  /** All rules, in the order in which venues check them; changes nothing. */
  private Working admit(String account, Account owner, OrderRequest request) {
    var venue = venue(request.market());
    var market = venue.market;
    if (!venue.listed) {
      throw new Refused(Reason.UNKNOWN_MARKET);
    }
    if (paused || venue.status != Market.Status.TRADING) {
      throw new Refused(Reason.MARKET_CLOSED);
    }
    var price = request.price();
    if (price != null) {
      requirePrice(venue, request.side(), price);
    }
    var quantity = request.quantity();
    if (quantity != null) {
      requireQuantity(market, quantity);
      if (price == null && quantity.compareTo(market.maxMarket()) > 0) {
        throw new Refused(Reason.MARKET_QUANTITY);
      }
    }
    requireNotional(venue, request);
    if (owner.open.size() >= market.maxOrders()
        && owner.open.values().stream()
                .filter(o -> o.request().market().equals(request.market()))
                .count()
            >= market.maxOrders()) {
      throw new Refused(Reason.TOO_MANY_ORDERS);
    }
    if (isOpen(owner, request.market(), request.clientId())) {
      throw new Refused(Reason.DUPLICATE_CLIENT_ID);
    }
    if (quantity == null) {
      quantity = quantityForQuote(account, venue, request);
    }
    var order = new Working(lastOrder + 1, account, request, quantity, now);
    if (market.isMargined()) {
      requireMargined(venue, order, owner);
    } else {
      order.locked =
          order.side() == Side.SELL
              ? quantity
              : price == null ? cost(venue, order) : times(price, quantity);
      if (free(account, lockedAsset(order)).compareTo(order.locked) < 0) {
        throw new Refused(Reason.INSUFFICIENT_BALANCE);
      }
    }
    requirePassive(venue, request, order.price());
    return order;
  }

  private void requireMargined(Venue venue, Working order, Account owner) {
    var request = order.request();
    boolean hedged = clearing.isHedged(order.account());
    if (hedged != (request.positionSide() != Position.Side.BOTH)) {
      throw new Refused(Reason.POSITION_SIDE);
    }
    if (request.reduces()) {
      if (clearing.room(order).signum() == 0) {
        throw new Refused(Reason.NOTHING_TO_REDUCE);
      }
    } else {
      var price = request.price() == null ? found(venue, order) : request.price();
      requireMargin(order.account(), request, price, order.remaining(), owner.open.values());
    }
    if (request.timeInForce() == Order.TimeInForce.FOK && !isFillable(venue, order)) {
      throw new Refused(Reason.WOULD_NOT_FILL);
    }
  }

  private void requireMargin(
      String account,
      OrderRequest request,
      BigDecimal price,
      BigDecimal quantity,
      Collection<Working> others) {
    if (!request.reduces() && !clearing.bears(account, request, price, quantity, others)) {
      throw new Refused(Reason.INSUFFICIENT_MARGIN);
    }
  }

  /** The worst price at which a market order would trade now; the mark price if it would not. */
  private BigDecimal found(Venue venue, Working order) {
    var left = order.remaining();
    var worst = clearing.mark(venue.market.name()).price();
    for (var e : venue.book.side(order.side().opposite()).entrySet()) {
      worst = e.getKey();
      left = left.subtract(e.getValue().quantity);
      if (left.signum() <= 0) {
        break;
      }
    }
    return worst;
  }

  /** What an account may spend or withdraw: its wallet less what stands behind positions. */
  private BigDecimal free(String account, String asset) {
    var free = ledger.balance(account, asset).free();
    return clearing.markets().stream().anyMatch(m -> m.requireMargin().settle().equals(asset))
        ? free.min(equity(account, asset).available())
        : free;
  }

  private static void requirePassive(Venue venue, OrderRequest request, BigDecimal price) {
    var best = venue.book.side(request.side().opposite()).firstEntry();
    if (request.type() == Order.Type.LIMIT_MAKER
        && best != null
        && best.getKey().compareTo(price) * (request.side() == Side.BUY ? 1 : -1) <= 0) {
      throw new Refused(Reason.WOULD_TAKE);
    }
  }

  private void requirePrice(Venue venue, Side side, BigDecimal price) {
    if (!venue.market.price().contains(price) || !isMultiple(price, venue.market.tick())) {
      throw new Refused(Reason.PRICE);
    }
    requireInBand(venue, side, price);
  }

  private static void requireQuantity(Market market, BigDecimal quantity) {
    if (!market.quantity().contains(quantity) || !isMultiple(quantity, market.lot())) {
      throw new Refused(Reason.QUANTITY);
    }
  }

  private void requireInBand(Venue venue, Side side, BigDecimal price) {
    var band = venue.market.band();
    if (band == null) {
      return;
    }
    if (venue.market.isMargined()) {
      var mark = clearing.mark(venue.market.name());
      boolean beyond =
          side == Side.BUY
              ? price.compareTo(mark.price().multiply(band.bidUp())) > 0
              : price.compareTo(mark.price().multiply(band.askDown())) < 0;
      if (mark.isKnown() && beyond) {
        throw new Refused(Reason.PRICE_BAND);
      }
      return;
    }
    var average = venue.bars.average(now);
    if (average.isEmpty()) {
      return;
    }
    var up = side == Side.BUY ? band.bidUp() : band.askUp();
    var down = side == Side.BUY ? band.bidDown() : band.askDown();
    if (price.compareTo(average.get().multiply(up)) > 0
        || price.compareTo(average.get().multiply(down)) < 0) {
      throw new Refused(Reason.PRICE_BAND);
    }
  }

  private void requireNotional(Venue venue, OrderRequest request) {
    if (venue.market.isMargined() && request.reduces()) {
      return;
    }
    var bounds = venue.market.notional();
    var notional = request.quoteQuantity();
    if (notional == null) {
      var price = request.price();
      if (price == null) {
        // A market order has no price: the average stands in, and without one the rule rests.
        price =
            venue.market.isMargined()
                ? known(clearing.mark(venue.market.name()))
                : venue.bars.average(now).orElse(null);
      }
      if (price == null || request.quantity() == null) {
        return;
      }
      notional =
          request.price() == null
              ? price.multiply(request.quantity())
              : times(price, request.quantity());
    }
    if (!bounds.contains(notional)) {
      throw new Refused(Reason.NOTIONAL);
    }
  }

  private static @Nullable BigDecimal known(Mark mark) {
    return mark.isKnown() ? mark.price() : null;
  }

  /** How many base units a quote amount buys or sells when it walks the book lot by lot. */
  private static BigDecimal quantityForQuote(String account, Venue venue, OrderRequest request) {
    var left = Objects.requireNonNull(request.quoteQuantity());
    var quantity = ZERO;
    for (var e : venue.book.side(request.side().opposite()).entrySet()) {
      var lotCost = times(e.getKey(), venue.market.lot());
      for (var maker : e.getValue().orders.values()) {
        if (!skipped(account, request.selfTrade(), maker)) {
          var affordable = times(left.divideToIntegralValue(lotCost), venue.market.lot());
          var traded = min(maker.remaining(), affordable);
          quantity = quantity.add(traded);
          left = left.subtract(times(e.getKey(), traded));
        }
      }
      if (left.compareTo(lotCost) < 0) {
        break;
      }
    }
    if (quantity.compareTo(venue.market.quantity().min()) < 0) {
      throw new Refused(Reason.NO_LIQUIDITY);
    }
    return quantity;
  }

  /** What a market buy will pay, as far as the book goes. */
  private static BigDecimal cost(Venue venue, Working order) {
    var cost = ZERO;
    var left = order.remaining();
    for (var e : venue.book.side(Side.SELL).entrySet()) {
      for (var maker : e.getValue().orders.values()) {
        if (!skipped(order.account(), order.request().selfTrade(), maker)) {
          var qty = min(left, maker.remaining());
          cost = cost.add(times(e.getKey(), qty));
          left = left.subtract(qty);
        }
      }
      if (left.signum() == 0) {
        break;
      }
    }
    return cost;
  }

  /** Whether a taker of this account would remove this maker instead of trading with it. */
  private static boolean skipped(String taker, Order.SelfTrade mode, Working maker) {
    return mode != Order.SelfTrade.NONE && maker.account().equals(taker);
  }

  private void execute(Venue venue, Working taker, List<Fill> fills) {
    var tif = taker.request().timeInForce();
    if (tif == Order.TimeInForce.FOK && !taker.isMarket() && !isFillable(venue, taker)) {
      expire(taker, Order.Expiry.UNFILLED_FOK_ORDER_EXPIRED);
      return;
    }
    if (match(venue, taker, fills)) {
      return;
    }
    if (taker.remaining().signum() == 0) {
      finish(taker);
    } else if (room(taker).signum() == 0) {
      expire(taker, Order.Expiry.NOTHING_TO_REDUCE);
    } else if (taker.isMarket()) {
      expire(taker, Order.Expiry.INSUFFICIENT_LIQUIDITY);
    } else if (tif != Order.TimeInForce.GTC) {
      expire(taker, Order.Expiry.UNFILLED_IOC_QUANTITY_EXPIRED);
    } else {
      venue.book.add(taker);
    }
  }

  /** Trades as far as prices meet; returns whether self-trade prevention took the taker out. */
  private boolean match(Venue venue, Working taker, List<Fill> fills) {
    var others = venue.book.side(taker.side().opposite());
    boolean prevented = false;
    while (!prevented && room(taker).signum() > 0 && !others.isEmpty()) {
      var level = others.firstEntry().getValue();
      var maker = level.orders.values().iterator().next();
      if (!taker.accepts(maker.price())) {
        break;
      }
      if (skipped(taker.account(), taker.request().selfTrade(), maker)) {
        prevented = prevent(venue, taker, maker);
      } else {
        trade(venue, taker, maker, fills);
      }
    }
    return prevented;
  }

  private boolean isFillable(Venue venue, Working taker) {
    var left = taker.remaining();
    for (var e : venue.book.side(taker.side().opposite()).entrySet()) {
      if (!taker.accepts(e.getKey())) {
        return false;
      }
      for (var maker : e.getValue().orders.values()) {
        if (skipped(taker.account(), taker.request().selfTrade(), maker)) {
          if (taker.request().selfTrade() != Order.SelfTrade.EXPIRE_MAKER) {
            return false;
          }
        } else {
          left = left.subtract(room(maker));
        }
        if (left.signum() <= 0) {
          return true;
        }
      }
    }
    return false;
  }

  private void trade(Venue venue, Working taker, Working maker, List<Fill> fills) {
    var market = venue.market;
    var price = maker.price();
    var quantity = min(room(taker), room(maker));
    var quote = times(price, quantity);
    var buyer = taker.side() == Side.BUY ? taker : maker;
    var seller = taker.side() == Side.BUY ? maker : taker;
    boolean buyerIsMaker = buyer == maker;
    boolean margined = market.isMargined();
    var baseFee = share(margined ? quote : quantity, market.feeRate(buyerIsMaker));
    var quoteFee = share(quote, market.feeRate(!buyerIsMaker));
    if (!margined) {
      ledger.pay(buyer.account(), seller.account(), market.quote(), quote, quoteFee);
      buyer.locked = buyer.locked.subtract(quote);
      ledger.pay(seller.account(), buyer.account(), market.base(), quantity, baseFee);
      seller.locked = seller.locked.subtract(quantity);
      touch(buyer.account(), market);
      touch(seller.account(), market);
    }
    buyer.trade(quantity, quote, now);
    seller.trade(quantity, quote, now);
    if (!margined && buyer.limit() != null) {
      // A limit buy had locked its own price and pays the maker's.
      release(buyer, times(buyer.price(), quantity).subtract(quote));
    }
    venue.book.reduce(maker, quantity);

    var trade =
        new Trade(
            market.name(),
            ++venue.lastTrade,
            price,
            quantity,
            buyer.id(),
            seller.id(),
            buyerIsMaker,
            now);
    venue.trades.addLast(trade);
    if (venue.trades.size() > TRADES) {
      venue.trades.removeFirst();
    }
    venue.bars.trade(trade);
    listeners.forEach(l -> l.trade(trade));
    var takerFee = taker == buyer ? baseFee : quoteFee;
    var makerFee = taker == buyer ? quoteFee : baseFee;
    // Both positions move before anybody hears of it.
    var takerProfit = margined ? clear(market, taker, price, quantity, takerFee, trade.id()) : ZERO;
    var makerProfit = margined ? clear(market, maker, price, quantity, makerFee, trade.id()) : ZERO;
    if (margined) {
      begin(venue, price);
    }
    fills.add(fill(market, trade, taker, takerFee, takerProfit, false));
    fill(market, trade, maker, makerFee, makerProfit, true);
    if (margined) {
      knockOut(venue, taker, taker);
      knockOut(venue, maker, taker);
    }
  }

  private Fill fill(
      Market market, Trade trade, Working order, BigDecimal fee, BigDecimal profit, boolean maker) {
    boolean left = order.remaining().signum() > 0;
    var fill = fill(market, trade.id(), order, trade.price(), trade.quantity(), fee, profit, maker);
    report(Execution.Type.TRADE, order, order.clientId(), fill, ZERO, left && !order.isMarket());
    if (maker && !left) {
      finish(order);
    }
    return fill;
  }

  private Fill fill(
      Market market,
      long tradeId,
      Working order,
      BigDecimal price,
      BigDecimal quantity,
      BigDecimal fee,
      BigDecimal profit,
      boolean maker) {
    var fill =
        new Fill(
            market.name(),
            tradeId,
            order.id(),
            order.clientId(),
            order.side(),
            price,
            quantity,
            fee,
            market.isMargined()
                ? market.requireMargin().settle()
                : order.side() == Side.BUY ? market.base() : market.quote(),
            maker,
            now,
            order.request().positionSide(),
            profit,
            order.cause());
    var owner = account(order.account());
    owner.fills.addLast(fill);
    if (owner.fills.size() > owner.history) {
      owner.fills.removeFirst();
    }
    return fill;
  }

  /** Two orders of one account met. Returns whether the taker is gone. */
  private boolean prevent(Venue venue, Working taker, Working maker) {
    var mode = taker.request().selfTrade();
    long match = ++venue.lastPrevented;
    if (mode != Order.SelfTrade.EXPIRE_TAKER) {
      venue.book.remove(maker);
      expireInMatch(maker, match);
    }
    if (mode != Order.SelfTrade.EXPIRE_MAKER) {
      expireInMatch(taker, match);
      return true;
    }
    return false;
  }

  private void expireInMatch(Working order, long match) {
    var quantity = order.remaining();
    order.prevent(match, now);
    finish(order);
    report(Execution.Type.TRADE_PREVENTION, order, order.clientId(), null, quantity, false);
  }

  private void expire(Working order, Order.Expiry why) {
    order.end(Order.Status.EXPIRED, why, now);
    finish(order);
    report(Execution.Type.EXPIRED, order, order.clientId(), null, ZERO, false);
  }

  private void cancel(Working order, String requestId) {
    venue(order.request().market()).book.remove(order);
    order.end(Order.Status.CANCELED, Order.Expiry.NONE, now);
    finish(order);
    report(Execution.Type.CANCELED, order, requestId, null, ZERO, false);
  }

  /** Frees what is still locked and moves the order to the history. */
  private void finish(Working order) {
    release(order, order.locked);
    long end = order.request().goodTill();
    if (end > 0) {
      ending.computeIfPresent(
          end,
          (time, orders) -> orders.remove(order.id()) != null && orders.isEmpty() ? null : orders);
    }
    var owner = account(order.account());
    owner.open.remove(order.id());
    owner.finished.put(order.id(), order.snapshot());
    if (owner.finished.size() > owner.history) {
      var oldest = owner.finished.values().iterator();
      var forgotten = oldest.next();
      oldest.remove();
      owner.byClientId.remove(key(forgotten.market(), forgotten.clientId()), forgotten.id());
    }
  }

  private void lock(Working order, BigDecimal amount) {
    ledger.lock(order.account(), lockedAsset(order), amount);
    touch(order.account(), lockedAsset(order));
  }

  private void release(Working order, BigDecimal amount) {
    if (amount.signum() != 0) {
      ledger.unlock(order.account(), lockedAsset(order), amount);
      order.locked = order.locked.subtract(amount);
      touch(order.account(), lockedAsset(order));
    }
  }

  private String lockedAsset(Working order) {
    var market = venue(order.request().market()).market;
    return order.side() == Side.BUY ? market.quote() : market.base();
  }

  private void level(Venue venue, Side side, BigDecimal price, BigDecimal quantity) {
    long id = ++venue.lastUpdate;
    for (var listener : listeners) {
      listener.level(venue.market, id, side, price, quantity, now);
    }
  }

  private Execution report(
      Execution.Type type,
      Working order,
      String requestId,
      @Nullable Fill fill,
      BigDecimal prevented,
      boolean working) {
    var execution =
        new Execution(++lastExecution, type, order.snapshot(), requestId, working, fill, prevented);
    listeners.forEach(l -> l.execution(execution));
    return execution;
  }

  private static void requirePositive(BigDecimal amount) {
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("not a positive amount: " + amount.toPlainString());
    }
  }

  /** Sizes of everything that is kept; none may grow with time. */
  List<Integer> sizes() {
    var result = new ArrayList<Integer>();
    venues.values().forEach(v -> result.add(v.trades.size()));
    accounts
        .values()
        .forEach(
            a ->
                List.<Collection<?>>of(
                        a.open.keySet(),
                        a.finished.keySet(),
                        a.byClientId.keySet(),
                        a.fills,
                        a.incomes)
                    .forEach(c -> result.add(c.size())));
    return result;
  }
}
