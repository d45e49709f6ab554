package dev.colibri.connector.model;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One order at one moment: everything that is known. Immutable.
 *
 * @param order what was asked for, with both ids as far as known
 * @param status where it stands
 * @param filled base units filled, summed over its fills
 * @param quoteFilled quote units filled, summed over its fills
 * @param fees fees charged by asset, in the order they first appeared; negative for rebates
 * @param reject why it was refused or ended; null otherwise
 * @param ours whether this runtime placed it, or adopted it as its own
 * @param createdNanos when it was registered, in nanoseconds since the epoch by this host's clock
 * @param updatedNanos when it last changed, likewise
 */
public record OrderState(
    Order order,
    OrderStatus status,
    BigDecimal filled,
    BigDecimal quoteFilled,
    Map<String, BigDecimal> fees,
    @Nullable Reject reject,
    boolean ours,
    long createdNanos,
    long updatedNanos) {

  public Instrument instrument() {
    return order.instrument();
  }

  /** The client order id; never null once registered. */
  public String clientId() {
    String id = order.clientId();
    return id == null ? "" : id;
  }

  /** Base units that may still fill; 0 when terminal, null for a market order by quote amount. */
  public @Nullable BigDecimal remaining() {
    if (status.isTerminal()) {
      return BigDecimal.ZERO;
    }
    BigDecimal size = order.size();
    return size == null ? null : size.subtract(filled).max(BigDecimal.ZERO);
  }

  /** The average price of its fills, to 34 digits; null before the first. */
  public @Nullable BigDecimal averagePrice() {
    return filled.signum() == 0 ? null : quoteFilled.divide(filled, MathContext.DECIMAL128);
  }

  @Override
  public String toString() {
    return status
        + " "
        + order
        + " filled "
        + filled.toPlainString()
        + (reject == null ? "" : " (" + reject.raw() + ")");
  }
}
