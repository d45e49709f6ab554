package dev.colibri.connector.testkit.exchange;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Something happened to an order; its owner hears it.
 *
 * @param id rises by one over the whole exchange
 * @param order the order just after
 * @param requestId the client id of the request that did it: the order's own, or the cancel's
 * @param working whether the order is in the book just after
 * @param fill the account's side of the trade, exactly when {@code type} is {@code TRADE} or {@code
 *     CALCULATED}
 * @param prevented base units expired by this event, zero unless self-trade prevention did it
 */
public record Execution(
    long id,
    Type type,
    Order order,
    String requestId,
    boolean working,
    @Nullable Fill fill,
    BigDecimal prevented) {

  /** What happened. */
  public enum Type {
    NEW,
    TRADE,
    /** A fill outside the book: the venue took the position over. */
    CALCULATED,
    CANCELED,
    REPLACED,
    EXPIRED,
    TRADE_PREVENTION
  }
}
