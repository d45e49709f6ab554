package dev.colibri.connector.engine;

import dev.colibri.connector.engine.PaperLedger.Account;
import dev.colibri.connector.engine.PaperOrder.Take;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Fault;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Money on spot: an order locks what it may spend, and a fill changes one asset for the other. */
final class PaperWallet implements PaperMoney {
  private final Fees fees;
  private final PaperLedger ledger;

  PaperWallet(Fees fees, PaperLedger ledger) {
    this.fees = fees;
    this.ledger = ledger;
  }

  @Override
  public PaperLedger ledger() {
    return ledger;
  }

  @Override
  public List<Balance> balances() {
    return ledger.balances();
  }

  private static String lockedAsset(Order order) {
    return order.side() == Side.BUY ? order.instrument().quote() : order.instrument().base();
  }

  @Override
  public @Nullable Fault hold(PaperOrder w, Order as, List<Take> takes) {
    String asset = lockedAsset(as);
    BigDecimal more = needed(w, as, takes).subtract(w.locked);
    BigDecimal free = ledger.get(asset, Account.FREE);
    if (more.compareTo(free) > 0) {
      return PaperMoney.lacking(as, more, asset, free);
    }
    ledger.move(asset, Account.FREE, Account.LOCKED, more);
    w.locked = w.locked.add(more);
    return null;
  }

  /** What an order locks: all that it may spend. */
  private BigDecimal needed(PaperOrder w, Order as, List<Take> takes) {
    if (as.type() != OrderType.MARKET && as.size() != null) {
      return w.remaining(as).multiply(unit(as));
    }
    BigDecimal needed = BigDecimal.ZERO;
    for (Take t : takes) {
      boolean buy = as.side() == Side.BUY;
      needed = needed.add(buy ? t.size().multiply(t.price()) : t.size());
    }
    return needed.multiply(fees.costFactor(as));
  }

  /** What a limit order locks for a base unit. */
  private BigDecimal unit(Order order) {
    return order.side() == Side.SELL || order.price() == null
        ? BigDecimal.ONE
        : order.price().multiply(fees.costFactor(order));
  }

  @Override
  public Fee filled(PaperOrder w, BigDecimal price, BigDecimal size, Liquidity liquidity) {
    Order order = w.order;
    Instrument i = order.instrument();
    boolean buy = order.side() == Side.BUY;
    BigDecimal quote = price.multiply(size);
    pay(w, Account.MARKET, buy ? quote : size);
    ledger.move(buy ? i.base() : i.quote(), Account.MARKET, Account.FREE, buy ? size : quote);
    Fee fee = fees.estimate(i, order.side(), price, size, liquidity);
    if (fee.asset().equals(lockedAsset(order))) {
      pay(w, Account.FEES, fee.amount());
    } else {
      ledger.move(fee.asset(), Account.FREE, Account.FEES, fee.amount());
    }
    if (order.type() != OrderType.MARKET) {
      // A price better than its own left something over.
      pay(w, Account.FREE, w.locked.subtract(w.remaining().multiply(unit(order))));
    }
    return fee;
  }

  private void pay(PaperOrder w, Account to, BigDecimal amount) {
    w.locked = w.locked.subtract(amount);
    ledger.move(lockedAsset(w.order), Account.LOCKED, to, amount);
  }

  @Override
  public void release(PaperOrder w) {
    pay(w, Account.FREE, w.locked);
  }

  @Override
  public @Nullable BigDecimal room(Order order) {
    return null;
  }
}
