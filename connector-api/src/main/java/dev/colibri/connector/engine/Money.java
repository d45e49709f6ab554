package dev.colibri.connector.engine;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Exposure;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an order is checked against before it is registered, beside the venue's rules: the account's
 * balances and the user's guard. Used under the engine's lock.
 */
public final class Money {
  private final Context context;
  private final Orders orders;
  private final MarketData market;
  private final Fees fees;
  private final Balances balances;
  private final Budget budget;
  private final @Nullable PerpAccount perp;
  private final GuardCheck guard = new GuardCheck();

  /** By asset, every balance as it was told last. */
  private final Map<String, Balance> lastTold = new LinkedHashMap<>();

  /**
   * The money of an account.
   *
   * @param perp positions and leverage; null on spot
   */
  Money(Context context, Orders orders, MarketData market, @Nullable PerpAccount perp) {
    this.context = context;
    this.perp = perp;
    this.orders = orders;
    this.market = market;
    this.fees = new Fees(context.profile, i -> perp == null ? BigDecimal.ONE : perp.leverage(i));
    this.balances = new Balances(context.profile, orders, fees, perp != null);
    this.budget = new Budget(balances, fees, order -> perp == null ? null : closable(perp, order));
  }

  /** The size of an order that closes a position, beyond what others that are live may close. */
  private BigDecimal closable(PerpAccount perp, Order order) {
    Exposure live = orders.exposure(order.instrument());
    BigDecimal others = (order.side() == Side.BUY ? live.buy() : live.sell()).most();
    return others == null
        ? BigDecimal.ZERO
        : perp.closable(order).subtract(others).max(BigDecimal.ZERO);
  }

  /**
   * Checks an order that the venue's rules allow.
   *
   * @return for a market order, the worst price it is expected to meet; null for a limit order
   * @throws Refused when the account cannot afford it, or the guard forbids it
   */
  @Nullable BigDecimal check(Order order) {
    OrderBook book = market.book(order.instrument());
    BigDecimal mid = book != null && book.isValid() ? book.mid() : null;
    BigDecimal estimate = budget.check(order, book);
    guard.check(order, estimate, mid, exposure(order.instrument()), held(order, mid), context.now);
    return estimate;
  }

  /**
   * Checks an order that is to be placed when another is gone: against the guard only, as the
   * account can afford it then.
   *
   * @throws Refused when the guard forbids it even without the other order
   */
  void checkReplacement(OrderState old, Order replacement) {
    OrderBook book = market.book(replacement.instrument());
    BigDecimal mid = book != null && book.isValid() ? book.mid() : null;
    Exposure others = orders.exposure(replacement.instrument(), old.clientId());
    BigDecimal estimate = budget.estimate(replacement, book);
    guard.check(replacement, estimate, mid, others, held(replacement, mid), context.now);
  }

  /**
   * Checks a limit order that is to be changed, and that the venue's rules allow as changed.
   *
   * @param changed with its whole size, more than what has filled
   * @throws Refused as {@link #check} does
   */
  void checkAmended(OrderState order, Order changed) {
    OrderBook book = market.book(order.instrument());
    BigDecimal mid = book != null && book.isValid() ? book.mid() : null;
    budget.checkAmended(order, changed);
    Exposure others = orders.exposure(order.instrument(), order.clientId());
    guard.checkAmended(order, changed, mid, others, held(changed, mid), context.now);
  }

  /** The position that an order enlarges, at the mid, negative where it reduces it. */
  private BigDecimal held(Order order, @Nullable BigDecimal mid) {
    BigDecimal price = mid != null ? mid : order.price();
    if (perp == null || price == null) {
      return BigDecimal.ZERO;
    }
    BigDecimal size = perp.held(order);
    return size.multiply(price);
  }

  /** An order that was checked is registered or changed: it counts towards the guard's rate. */
  void placed() {
    guard.placed(context.now);
  }

  /** Orders that were counted are not placed after all. */
  void withdrawn(int orders) {
    guard.withdrawn(orders);
  }

  /** What a stream tells of balances. */
  void told(List<Balance> list, boolean complete, long venueMillis) {
    balances.told(list, complete, venueMillis, context.now);
    tellChanges();
  }

  /** The answer to a question for everything the account holds, whether or not it is whole. */
  void answered(List<Balance> list, boolean complete, long askedAt) {
    balances.answered(list, complete, askedAt, context.now).forEach(context::event);
    tellChanges();
  }

  /** Tells what differs from what was told last: our own orders may have locked some meanwhile. */
  private void tellChanges() {
    Map<String, Balance> now = balances();
    for (String asset : lastTold.keySet()) {
      now.putIfAbsent(asset, new Balance(asset, BigDecimal.ZERO, BigDecimal.ZERO));
    }
    now.forEach(
        (asset, b) -> {
          if (!same(b, lastTold.put(asset, b))) {
            context.out.balance(b);
          }
        });
  }

  private static boolean same(Balance a, @Nullable Balance b) {
    return b != null
        && a.total().compareTo(b.total()) == 0
        && a.available().compareTo(b.available()) == 0;
  }

  void filled(Fill fill) {
    balances.filled(fill, context.now);
  }

  /** Funding moves a balance, too. */
  void paid(FundingPayment payment) {
    balances.moved(payment.asset(), context.now);
  }

  /** Positions need so much more margin, which balances show that are asked for from now on. */
  void marginNeeded(String asset, BigDecimal amount) {
    long millis = context.clock.isKnown() ? context.clock.millis(context.now) : 0;
    balances.owe(asset, amount, millis, context.now);
  }

  void rates(List<FeeRate> rates) {
    fees.rates(rates);
  }

  /** Every asset that is held, in order of its name. */
  public Map<String, Balance> balances() {
    Map<String, Balance> all = new LinkedHashMap<>();
    balances.all().forEach(b -> all.put(b.asset(), b));
    return all;
  }

  /** What may be spent of an asset now; zero for an asset that is not known. */
  public BigDecimal available(String asset) {
    return balances.available(asset);
  }

  /** The least and most that everything live on an instrument can still trade. */
  public Exposure exposure(Instrument instrument) {
    return orders.exposure(instrument);
  }

  /**
   * What filling an order at a price would probably be charged.
   *
   * @throws Refused when the order has neither size nor quote amount
   */
  public Fee estimateFee(Order order, BigDecimal price, Liquidity liquidity) {
    BigDecimal size = order.size();
    BigDecimal amount = order.quoteAmount();
    if (size == null && amount == null) {
      throw new Refused(Rule.INCOMPLETE, order.toString(), null, "say size(…) or quoteAmount(…)");
    }
    BigDecimal base = size != null ? size : amount.divide(price, MathContext.DECIMAL128);
    return fees.estimate(order.instrument(), order.side(), price, base, liquidity);
  }

  /** The account's rates for an instrument as far as known. */
  public FeeRate rate(Instrument instrument) {
    return fees.rate(instrument);
  }

  /** Bounds on what is placed from now on. */
  public void guard(Guard bounds) {
    guard.guard(bounds);
  }

  /** Lets no new order out, and none that was placed and waits to leave. Cancels nothing. */
  public void halt() {
    guard.halt();
  }

  /** Whether no order may leave until {@link #resume}. */
  boolean isHalted() {
    return guard.isHalted();
  }

  /** Lets orders out again. */
  public void resume() {
    guard.resume();
  }
}
