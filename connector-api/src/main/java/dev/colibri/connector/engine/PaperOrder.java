package dev.colibri.connector.engine;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Reject;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A paper order while it works. */
final class PaperOrder {
  /**
   * How long after a level shrank the trades that made it shrink may still come: book and trades
   * travel apart.
   */
  static final long APART_NANOS = Duration.ofSeconds(1).toNanos();

  /** So much at a price. */
  record Take(BigDecimal price, BigDecimal size) {}

  Order order;

  /** The venue's time of the book that it met: trades up to then are in that book. */
  long sinceMillis;

  BigDecimal filled = BigDecimal.ZERO;
  BigDecimal quoteFilled = BigDecimal.ZERO;

  /** What its money keeps of it. */
  BigDecimal locked = BigDecimal.ZERO;

  /** What stands before it at its price; null while the book does not reach down to it. */
  @Nullable BigDecimal ahead;

  /** How much of what stood before it went out of the book, without a trade so far. */
  private BigDecimal gone = BigDecimal.ZERO;

  private long goneNanos;

  /** Whether a price has reached its trigger, and it waits for a book to go into. */
  boolean triggered;

  /** Why the venue ended it; null where it did not, or nobody need say. */
  @Nullable Reject reject;

  PaperOrder(Order order, long sinceMillis) {
    this.order = order;
    this.sinceMillis = sinceMillis;
  }

  String id() {
    return String.valueOf(order.clientId());
  }

  /** Of a limit order. */
  BigDecimal price() {
    return order.price() == null ? BigDecimal.ZERO : order.price();
  }

  /** Base units that may still fill; 0 for an order by quote amount. */
  BigDecimal remaining() {
    return remaining(order);
  }

  /** Base units that may still fill of it as changed; 0 for an order by quote amount. */
  BigDecimal remaining(Order changed) {
    return changed.size() == null ? BigDecimal.ZERO : changed.size().subtract(filled);
  }

  /** It goes behind everything at its price, as what comes new does. */
  void behind(long bookMillis) {
    ahead = null;
    gone = BigDecimal.ZERO;
    sinceMillis = bookMillis;
  }

  /** The book shows less at its price than stands before it. */
  void shrink(BigDecimal shown, BigDecimal before, long nanos) {
    gone = gone.add(before.subtract(shown));
    goneNanos = nanos;
    ahead = shown;
  }

  /** A trade at its price: how much of it comes after what stands before the order. */
  BigDecimal pass(BigDecimal traded, long nanos) {
    if (ahead == null) {
      return BigDecimal.ZERO;
    }
    if (nanos - goneNanos > APART_NANOS) {
      gone = BigDecimal.ZERO;
    }
    BigDecimal known = gone.min(traded);
    gone = gone.subtract(known);
    BigDecimal before = ahead.min(traded.subtract(known));
    ahead = ahead.subtract(before);
    return traded.subtract(known).subtract(before);
  }
}
