package dev.colibri.connector.testkit.exchange;

import static dev.colibri.connector.testkit.exchange.Amounts.ZERO;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Who owns what, by double entry: every movement takes from one pocket what it gives to another.
 * Movements are folded into sums at once, so that a ledger does not grow with time.
 *
 * <p>Two descriptions are kept side by side, the balances and, for each account and asset, the
 * {@link Totals} of all movements; {@link #verify()} proves that they agree. Tests use the totals
 * as the oracle of what an account really traded.
 */
public final class Ledger {

  /** What an account has of one asset; {@code locked} waits in open orders. */
  public record Balance(BigDecimal free, BigDecimal locked) {

    static final Balance NONE = new Balance(ZERO, ZERO);

    public BigDecimal total() {
      return free.add(locked);
    }
  }

  /**
   * Sums of all movements of one asset of one account since it was opened.
   *
   * @param deposited what came from outside
   * @param withdrawn what went outside
   * @param received what trades brought, before fees
   * @param delivered what trades cost
   * @param fees what was taken from what trades brought
   * @param realised profit less loss of positions that were closed
   * @param funding what was received less what was paid for holding positions
   * @param insurance what the exchange paid for losses that the wallet did not cover
   */
  public record Totals(
      BigDecimal deposited,
      BigDecimal withdrawn,
      BigDecimal received,
      BigDecimal delivered,
      BigDecimal fees,
      BigDecimal realised,
      BigDecimal funding,
      BigDecimal insurance) {

    static final Totals NONE = new Totals(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO);

    /** What must be left. */
    public BigDecimal balance() {
      return deposited
          .subtract(withdrawn)
          .add(received)
          .subtract(delivered)
          .subtract(fees)
          .add(realised)
          .add(funding)
          .add(insurance);
    }
  }

  private static final class Pocket {
    BigDecimal free = ZERO;
    BigDecimal locked = ZERO;
    BigDecimal deposited = ZERO;
    BigDecimal withdrawn = ZERO;
    BigDecimal received = ZERO;
    BigDecimal delivered = ZERO;
    BigDecimal fees = ZERO;
    BigDecimal realised = ZERO;
    BigDecimal funding = ZERO;
    BigDecimal insurance = ZERO;
  }

  private final Map<String, Map<String, Pocket>> accounts = new LinkedHashMap<>();
  private final Map<String, BigDecimal> outside = new TreeMap<>();
  private final Map<String, BigDecimal> collected = new TreeMap<>();
  // What positions that are open have cost: it comes back when they are closed.
  private final Map<String, BigDecimal> cleared = new TreeMap<>();

  Ledger() {}

  /** The balances of an account by asset name, in the order of names; zero ones included. */
  public Map<String, Balance> balances(String account) {
    var result = new TreeMap<String, Balance>();
    accounts
        .getOrDefault(account, Collections.emptyMap())
        .forEach((asset, p) -> result.put(asset, new Balance(p.free, p.locked)));
    return result;
  }

  public Balance balance(String account, String asset) {
    var p = accounts.getOrDefault(account, Collections.emptyMap()).get(asset);
    return p == null ? Balance.NONE : new Balance(p.free, p.locked);
  }

  /** The sums of all movements of one asset of one account. */
  public Totals totals(String account, String asset) {
    var p = accounts.getOrDefault(account, Collections.emptyMap()).get(asset);
    return p == null
        ? Totals.NONE
        : new Totals(
            p.deposited,
            p.withdrawn,
            p.received,
            p.delivered,
            p.fees,
            p.realised,
            p.funding,
            p.insurance);
  }

  /** The fees the exchange has collected in one asset. */
  public BigDecimal collected(String asset) {
    return collected.getOrDefault(asset, ZERO);
  }

  /** All profit that was ever realised in an asset, less all loss. */
  BigDecimal cleared(String asset) {
    return cleared.getOrDefault(asset, ZERO);
  }

  /**
   * Proves the ledger: no pocket is negative, unless it is the wallet of open positions; each
   * balance is what its movements leave; for every asset, all accounts, all fees and what positions
   * have cost are together exactly what came from outside.
   *
   * @throws IllegalStateException naming the first account or asset that does not add up
   */
  public void verify() {
    verify((account, asset) -> false);
  }

  /** The same where some pockets may be overdrawn. */
  void verify(BiPredicate<String, String> overdraft) {
    var sums = new TreeMap<>(outside);
    accounts.forEach(
        (account, pockets) ->
            pockets.forEach(
                (asset, p) -> {
                  var name = account + "/" + asset;
                  boolean covered = p.free.signum() >= 0 || overdraft.test(account, asset);
                  require(covered && p.locked.signum() >= 0, name + " is negative");
                  var total = p.free.add(p.locked);
                  var owed = totals(account, asset).balance();
                  require(total.equals(owed), name + " has " + total + ", movements say " + owed);
                  sums.merge(asset, total, BigDecimal::add);
                }));
    collected.forEach((asset, fees) -> sums.merge(asset, fees, BigDecimal::add));
    cleared.forEach((asset, profit) -> sums.merge(asset, profit.negate(), BigDecimal::add));
    sums.forEach((asset, sum) -> require(sum.signum() == 0, asset + " does not sum to zero"));
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException("the ledger is wrong: " + otherwise);
    }
  }

  void open(String account) {
    if (accounts.putIfAbsent(account, new TreeMap<>()) != null) {
      throw new IllegalArgumentException("there is an account of this name: " + account);
    }
  }

  boolean has(String account) {
    return accounts.containsKey(account);
  }

  void deposit(String account, String asset, BigDecimal amount) {
    var p = pocket(account, asset);
    outside.merge(asset, amount.negate(), BigDecimal::add);
    p.free = p.free.add(amount);
    p.deposited = p.deposited.add(amount);
  }

  void withdraw(String account, String asset, BigDecimal amount) {
    var p = pocket(account, asset);
    p.free = take(p.free, amount);
    p.withdrawn = p.withdrawn.add(amount);
    outside.merge(asset, amount, BigDecimal::add);
  }

  void lock(String account, String asset, BigDecimal amount) {
    var p = pocket(account, asset);
    p.free = take(p.free, amount);
    p.locked = p.locked.add(amount);
  }

  void unlock(String account, String asset, BigDecimal amount) {
    var p = pocket(account, asset);
    p.locked = take(p.locked, amount);
    p.free = p.free.add(amount);
  }

  /**
   * One leg of a trade: out of what the payer locked, into what the payee may use, less the fee.
   */
  void pay(String payer, String payee, String asset, BigDecimal amount, BigDecimal fee) {
    var from = pocket(payer, asset);
    from.locked = take(from.locked, amount);
    from.delivered = from.delivered.add(amount);
    var to = pocket(payee, asset);
    to.free = to.free.add(amount.subtract(fee));
    to.received = to.received.add(amount);
    to.fees = to.fees.add(fee);
    collected.merge(asset, fee, BigDecimal::add);
  }

  /** Profit, or a loss, of a position that was closed; the wallet may fall below zero. */
  void realise(String account, String asset, BigDecimal profit) {
    var p = pocket(account, asset);
    p.free = p.free.add(profit);
    p.realised = p.realised.add(profit);
    cleared.merge(asset, profit, BigDecimal::add);
  }

  /** A fee of a trade that moved nothing but a position. */
  void charge(String account, String asset, BigDecimal fee) {
    var p = pocket(account, asset);
    p.free = p.free.subtract(fee);
    p.fees = p.fees.add(fee);
    collected.merge(asset, fee, BigDecimal::add);
  }

  /** Funding from one wallet into another; negative the other way. */
  void fund(String payer, String payee, String asset, BigDecimal amount) {
    var from = pocket(payer, asset);
    from.free = from.free.subtract(amount);
    from.funding = from.funding.subtract(amount);
    var to = pocket(payee, asset);
    to.free = to.free.add(amount);
    to.funding = to.funding.add(amount);
  }

  /** One wallet pays what another owes. */
  void insure(String payer, String payee, String asset, BigDecimal amount) {
    var from = pocket(payer, asset);
    from.free = from.free.subtract(amount);
    from.insurance = from.insurance.subtract(amount);
    var to = pocket(payee, asset);
    to.free = to.free.add(amount);
    to.insurance = to.insurance.add(amount);
  }

  private Pocket pocket(String account, String asset) {
    var pockets = accounts.get(account);
    if (pockets == null) {
      throw new IllegalArgumentException("no account of this name: " + account);
    }
    return pockets.computeIfAbsent(asset, a -> new Pocket());
  }

  private static BigDecimal take(BigDecimal from, BigDecimal amount) {
    var left = from.subtract(amount);
    if (left.signum() < 0) {
      throw new IllegalStateException("took " + amount + " where only " + from + " was");
    }
    return left;
  }
}
