package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;
import static dev.colibri.connector.testkit.exchange.Amounts.exact;
import static dev.colibri.connector.testkit.exchange.Amounts.times;

import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.exchange.Refused.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
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

  /** Public trades kept per market. */
  public static final int TRADES = 1_000;

  /** A new order and what happened to it at once. */
  public record Placed(Order order, List<Fill> fills) {}

  private final Turn turn = new Turn();
  private final Records records = new Records(turn);
  private final Liquidity liquidity = new Liquidity(records.clearing);
  private final Admission admission = new Admission(records, turn, liquidity);
  private final Marks marks = new Marks(records, turn);
  private final Matcher matcher = new Matcher(records, turn, liquidity, marks);
  private final Liquidation liquidation = new Liquidation(records, turn, matcher);

  /** An exchange of these markets, all trading, without accounts. */
  public Exchange(List<Market> markets) {
    for (var market : markets) {
      if (records.listings.putIfAbsent(market.name(), new Listing(market, turn)) != null) {
        throw new IllegalArgumentException("twice the same market: " + market.name());
      }
      if (market.isMargined()) {
        records.clearing.list(market);
      }
    }
    if (!records.clearing.markets().isEmpty()) {
      openAccount(HOUSE);
    }
  }

  /** Adds a listener; listeners hear in the order they were added. */
  public void listen(ExchangeListener listener) {
    turn.listen(listener);
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
    records.ledger.open(name);
    records.accounts.put(name, new Account(history));
    records.clearing.open(name);
  }

  /** Money from outside. */
  public void deposit(String account, String asset, BigDecimal amount, long time) {
    requirePositive(amount);
    begin(time);
    try {
      records.ledger.deposit(account, asset, exact(amount));
      records.income(account, "", Income.Type.TRANSFER, asset, exact(amount), 0);
      turn.tell(l -> l.transfer(account, asset, exact(amount), turn.now()));
      turn.touch(account, asset);
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
      if (records.free(account, asset).compareTo(amount) < 0) {
        throw new Refused(Reason.INSUFFICIENT_BALANCE);
      }
      records.ledger.withdraw(account, asset, exact(amount));
      records.income(account, "", Income.Type.TRANSFER, asset, exact(amount).negate(), 0);
      turn.tell(l -> l.transfer(account, asset, exact(amount).negate(), turn.now()));
      turn.touch(account, asset);
    } finally {
      settle();
    }
  }

  /** Balances, sums of movements, collected fees: what tests take for the truth. */
  public Ledger ledger() {
    return records.ledger;
  }

  /**
   * Proves the ledger and the clearing of positions, that what is locked is exactly what open
   * orders need, and that no book is crossed.
   *
   * @throws IllegalStateException naming what does not add up
   */
  public void verify() {
    records.verify();
  }

  // Markets

  /** All listed markets, in the order given. */
  public List<Market> markets() {
    return records.listings.values().stream().filter(l -> l.listed).map(l -> l.market).toList();
  }

  /** A listed market, under the rules of now. */
  public Optional<Market> market(String name) {
    return Optional.ofNullable(records.listings.get(name)).filter(l -> l.listed).map(l -> l.market);
  }

  /** Whether a market takes orders now; a market that was delisted does not. */
  public Market.Status status(String market) {
    return records.status(records.listing(market));
  }

  /** Opens or closes a market; its orders stay in the book. */
  public void setStatus(String market, Market.Status status, long time) {
    var listing = records.listing(market);
    begin(time);
    try {
      listing.status = status;
    } finally {
      settle();
    }
  }

  /** Lets trading stand still, or go on; orders stay in their books, and may be canceled. */
  public void setPaused(boolean pause, long time) {
    begin(time);
    try {
      records.paused = pause;
    } finally {
      settle();
    }
  }

  public boolean isPaused() {
    return records.paused;
  }

  /**
   * Changes the rules of a market of the same name. Open orders stay as they are; what comes from
   * now on is judged by the new rules.
   *
   * @throws IllegalArgumentException if a price of before times a quantity of now could not be paid
   *     exactly
   */
  public void setRules(Market rules, long time) {
    var listing = records.listing(rules.name());
    begin(time);
    try {
      listing.follow(rules);
      records.clearing.follow(rules);
    } finally {
      settle();
    }
  }

  /**
   * Takes a market off the list for good: its open orders expire, positions are settled at the mark
   * price, and their owners are told. What happened there can still be asked for.
   */
  public void delist(String market, long time) {
    var listing = records.listing(market);
    begin(time);
    try {
      expel(o -> o.request().market().equals(market));
      if (listing.market.isMargined()) {
        liquidation.settlePositions(listing);
      }
      listing.listed = false;
    } finally {
      settle();
    }
  }

  /** At most {@code limit} levels a side. */
  public Depth depth(String market, int limit) {
    var listing = records.listing(market);
    return new Depth(
        listing.lastUpdate,
        listing.book.levels(Side.BUY, limit),
        listing.book.levels(Side.SELL, limit));
  }

  /** The latest public trades, oldest first. */
  public List<Trade> trades(String market) {
    return List.copyOf(records.listing(market).trades);
  }

  /** The latest bars up to the one of {@code time}, oldest first, at most {@code limit}. */
  public List<Bar> bars(String market, Bar.Interval interval, long time, int limit) {
    return records.listing(market).bars.upTo(interval, time, limit);
  }

  /** The last 24 hours as one bar, to the minute; empty if nothing was traded. */
  public Optional<Bar> day(String market, long time) {
    return records.listing(market).bars.day(time);
  }

  /** Average price of the last five minutes, else the last price, else empty. */
  public Optional<BigDecimal> averagePrice(String market, long time) {
    return records.listing(market).bars.average(time);
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
      var order = admission.admit(account, request);
      var fills = new ArrayList<Fill>();
      matcher.open(order);
      matcher.execute(records.listing(order), order, fills);
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
      admission.admit(account, request);
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
      var order = records.open(account, market, orderId);
      matcher.cancel(order, requestId);
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
      for (var order : records.account(account).working()) {
        if (order.request().market().equals(market)) {
          matcher.cancel(order, requestId);
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
      var order = records.open(account, market, orderId);
      matcher.withdraw(order, Order.Expiry.EXCHANGE_CANCELED);
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
    for (var account : records.accounts.values()) {
      for (var order : account.working()) {
        if (which.test(order)) {
          matcher.withdraw(order, Order.Expiry.EXCHANGE_CANCELED);
        }
      }
    }
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
      var order = records.open(account, market, orderId);
      var listing = records.listing(market);
      var next = order.snapshot();
      Admission.requireQuantity(listing.market, quantity);
      if (quantity.compareTo(next.quantity()) == 0) {
        throw new Refused(Reason.AMEND_NOTHING);
      }
      if (quantity.compareTo(next.quantity()) > 0 || quantity.compareTo(order.executed()) <= 0) {
        throw new Refused(Reason.AMEND_QUANTITY);
      }
      var owner = records.account(account);
      if (!clientId.equals(order.clientId()) && owner.isOpen(market, clientId)) {
        throw new Refused(Reason.DUPLICATE_CLIENT_ID);
      }
      var less = next.quantity().subtract(quantity);
      owner.rename(order, clientId);
      order.amend(exact(quantity), clientId, turn.now());
      listing.book.reduce(order, less);
      if (!records.isMargined(order)) {
        matcher.release(order, order.side() == Side.BUY ? times(order.price(), less) : less);
      }
      return turn.report(Execution.Type.REPLACED, order, next.clientId(), null, ZERO, true);
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
      var order = records.open(account, market, orderId);
      var listing = records.listing(market);
      admission.requirePrice(listing, order.side(), price);
      Admission.requireQuantity(listing.market, quantity);
      var rest = exact(quantity).subtract(order.executed());
      if (rest.signum() <= 0) {
        throw new Refused(Reason.AMEND_QUANTITY);
      }
      boolean margined = records.isMargined(order);
      var needed = margined ? ZERO : order.side() == Side.SELL ? rest : times(exact(price), rest);
      var more = needed.subtract(order.locked);
      if (margined) {
        var others = new ArrayList<>(records.account(account).open.values());
        others.remove(order);
        admission.requireMargin(account, order.request(), price, rest, others);
      } else if (records.free(account, records.lockedAsset(order)).compareTo(more) < 0) {
        throw new Refused(Reason.INSUFFICIENT_BALANCE);
      }
      Admission.requirePassive(listing, order.request(), price);
      listing.book.remove(order);
      order.change(exact(price), exact(quantity), turn.now());
      if (more.signum() > 0) {
        matcher.lock(order, more);
        order.locked = needed;
      } else {
        matcher.release(order, more.negate());
      }
      turn.report(Execution.Type.REPLACED, order, order.clientId(), null, ZERO, true);
      matcher.execute(listing, order, new ArrayList<>());
      return order.snapshot();
    } finally {
      settle();
    }
  }

  /** An order by its number, open or finished, unless it is forgotten. */
  public Optional<Order> order(String account, String market, long orderId) {
    return Optional.ofNullable(records.account(account).order(orderId))
        .filter(o -> o.market().equals(market));
  }

  /** The latest order of this client id. */
  public Optional<Order> order(String account, String market, String clientId) {
    return Optional.ofNullable(records.account(account).order(market, clientId));
  }

  /** Open orders, oldest first; of all markets if {@code market} is null. */
  public List<Order> openOrders(String account, @Nullable String market) {
    return records.account(account).open.values().stream()
        .filter(o -> market == null || o.request().market().equals(market))
        .map(Working::snapshot)
        .toList();
  }

  /** Open orders of an account, oldest first; canceling some of them does not change the list. */
  List<Working> working(String account) {
    return records.account(account).working();
  }

  /** All orders of a market that are open or not yet forgotten, by rising number. */
  public List<Order> orders(String account, String market) {
    var owner = records.account(account);
    var result = new TreeMap<>(owner.finished);
    owner.open.forEach((id, order) -> result.put(id, order.snapshot()));
    return result.values().stream().filter(o -> o.market().equals(market)).toList();
  }

  /** Fills of a market, oldest first, unless forgotten. */
  public List<Fill> fills(String account, String market) {
    return records.account(account).fills.stream().filter(f -> f.market().equals(market)).toList();
  }

  // Positions

  /** A position as it stands, flat if it was never opened. */
  public Position position(String account, String market, Position.Side side) {
    records.account(account);
    requireMarket(market);
    return records.clearing.position(account, market, side);
  }

  /** The positions of an account that are open. */
  public List<Position> positions(String account) {
    records.account(account);
    return records.clearing.open(account, null).stream().map(Clearing.Holding::snapshot).toList();
  }

  /** What stands behind the positions of an account that are settled in an asset. */
  public Equity equity(String account, String asset) {
    return records.equity(account, asset);
  }

  /** The mark price at which a position is liquidated, others as marked; not positive for none. */
  public BigDecimal liquidationPrice(Position position) {
    var holding = records.clearing.holding(position.account(), position.market(), position.side());
    return holding.isOpen()
        ? records.clearing.priceOfEnd(holding, holding.market.requireMargin().maintenance())
        : ZERO;
  }

  /** What moved the wallet of an account, oldest first, unless forgotten. */
  public List<Income> incomes(String account) {
    return List.copyOf(records.account(account).incomes);
  }

  /** Whether an account has a long and a short position in each market instead of one. */
  public boolean isHedged(String account) {
    records.account(account);
    return records.clearing.isHedged(account);
  }

  /**
   * Sets the position mode of an account.
   *
   * @throws Refused if it would change while margined orders or positions are open
   */
  public void setHedged(String account, boolean hedged, long time) {
    begin(time);
    try {
      var owner = records.account(account);
      if (records.clearing.isHedged(account) == hedged) {
        return;
      }
      if (owner.open.values().stream().anyMatch(records::isMargined)) {
        throw new Refused(Reason.OPEN_ORDERS);
      }
      if (!records.clearing.open(account, null).isEmpty()) {
        throw new Refused(Reason.OPEN_POSITIONS);
      }
      records.clearing.hedge(account, hedged);
    } finally {
      settle();
    }
  }

  /** The leverage of an account in a margined market. */
  public int leverage(String account, String market) {
    records.account(account);
    requireMarket(market);
    return records.clearing.leverage(account, market);
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
      var owner = records.account(account);
      var margin = requireMarket(market);
      if (leverage < 1 || leverage > margin.maxLeverage()) {
        throw new Refused(Reason.LEVERAGE);
      }
      int before = records.clearing.leverage(account, market);
      records.clearing.leverage(account, market, leverage);
      var equity = records.clearing.equity(account, margin.settle(), owner.open.values());
      var needed = equity.positionMargin().add(equity.orderMargin());
      if (leverage < before && equity.total().compareTo(needed) < 0) {
        records.clearing.leverage(account, market, before);
        throw new Refused(Reason.INSUFFICIENT_MARGIN);
      }
      if (leverage != before) {
        turn.tell(l -> l.leverage(account, market, leverage, turn.now()));
      }
    } finally {
      settle();
    }
  }

  // Marks, funding, liquidation

  /** By what positions of a margined market are valued and funded now. */
  public Mark mark(String market) {
    requireMarket(market);
    return records.clearing.mark(market);
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
      var listing = records.listing(market);
      listing.fixed = true;
      marks.mark(listing, exact(price), exact(index));
      liquidation.liquidate();
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
      records.listing(market).fixed = false;
    } finally {
      settle();
    }
  }

  /** Sets the rate of the next payments of funding; longs pay it to shorts, if it is positive. */
  public void setFundingRate(String market, BigDecimal rate, long time) {
    requireMarket(market);
    begin(time);
    try {
      var mark = records.clearing.mark(market);
      marks.mark(market, new Mark(mark.price(), mark.index(), rate, mark.nextFunding()));
    } finally {
      settle();
    }
  }

  /** Pays funding now, besides the times when it is due. */
  public void payFunding(String market, long time) {
    requireMarket(market);
    begin(time);
    try {
      marks.fund(market);
      liquidation.liquidate();
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
      var holding = records.clearing.holding(account, market, side);
      if (holding.size.abs().compareTo(quantity) < 0) {
        throw new Refused(Reason.NOTHING_TO_REDUCE);
      }
      liquidation.deleverage(records.listing(market), holding, exact(quantity));
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
      matcher.endDue();
      if (time >= marks.nextWake()) {
        marks.wake();
        liquidation.liquidate();
      }
    } finally {
      settle();
    }
  }

  /** When {@link #wake} is due, or the end of time. */
  public long nextWake() {
    return Math.min(matcher.nextEnd(), marks.nextWake());
  }

  private void begin(long time) {
    turn.begin(time);
  }

  private void settle() {
    liquidation.insure();
    turn.end();
  }

  private Market.Margin requireMarket(String market) {
    return records.listing(market).market.requireMargin();
  }

  private static void requirePositive(BigDecimal amount) {
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("not a positive amount: " + amount.toPlainString());
    }
  }

  /** Sizes of everything that is kept; none may grow with time. */
  List<Integer> sizes() {
    return records.sizes();
  }
}
