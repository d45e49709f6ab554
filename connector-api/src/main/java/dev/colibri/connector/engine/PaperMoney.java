package dev.colibri.connector.engine;

import dev.colibri.connector.engine.PaperOrder.Take;
import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.spi.Fault;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What stands behind paper orders: what each may spend, and what its fills move. */
interface PaperMoney {
  PaperLedger ledger();

  /** Everything held, in order of its name. */
  List<Balance> balances();

  /**
   * Sets aside what an order needs.
   *
   * @param w the order, which may have been set aside for already
   * @param as what it is to be from now on
   * @param takes what it takes at once
   * @return why that is not possible, and nothing changed; null where it is done
   */
  @Nullable Fault hold(PaperOrder w, Order as, List<Take> takes);

  /**
   * An order that was set aside for fills; its own sums have the fill already.
   *
   * @return what that is charged
   */
  Fee filled(PaperOrder w, BigDecimal price, BigDecimal size, Liquidity liquidity);

  /** An order is over: what was set aside for it, and not spent, is free. */
  void release(PaperOrder w);

  /** The most of an order that the account lets trade; null where only its size says so. */
  @Nullable BigDecimal room(Order order);

  /** A refusal in the words of one for want of funds. */
  static Fault lacking(Order order, BigDecimal needed, String asset, BigDecimal free) {
    return Fault.of(
        Fault.Kind.INSUFFICIENT_FUNDS,
        "paper: %s needs %s %s, and %s is free"
            .formatted(order, needed.toPlainString(), asset, free.toPlainString()));
  }
}
