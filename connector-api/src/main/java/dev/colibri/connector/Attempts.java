package dev.colibri.connector;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places the orders of a quote or a hedge, which are wanted again and again: what is refused here
 * is logged once, and what the venue refuses is not sent again at once.
 */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Inventory inventory;
  private final BookConnector on;
  private @Nullable LiveOrder last;
  private @Nullable Refused refusal;

  Attempts(Inventory inventory, BookConnector on) {
    this.inventory = inventory;
    this.on = on;
  }

  /** Places an order, unless the one before was rejected just now. */
  void place(Order order) {
    if (last != null && isFresh(last.state())) {
      return;
    }
    try {
      last = inventory.place(on, order);
      refusal = null;
    } catch (Refused e) {
      // Too little, too dear, too many, not ready: nothing was sent, and the next may be placed.
      if (refusal == null || refusal.rule() != e.rule()) {
        LOG.info("{} is not placed: {}", order, e.getMessage());
      }
      refusal = e;
    }
  }

  private boolean isFresh(OrderState before) {
    return before.status() == OrderStatus.REJECTED
        && on.host().nanos() - before.updatedNanos() < PAUSE.toNanos();
  }

  /** Why the last order was refused here; null when it was not. */
  @Nullable Refused refusal() {
    return refusal;
  }
}
