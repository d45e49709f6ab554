package dev.colibri.connector.engine;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import org.jspecify.annotations.Nullable;

/**
 * Hears what {@link Orders} concludes. Called in the middle of it: a listener must not call back,
 * only keep what it hears for later.
 */
interface OrderListener {
  /** Something happened to an order of ours. */
  void event(OrderEvent event);

  /**
   * A fill of the account, however often it is told.
   *
   * @param order that of ours which it is of; null where it is of none, or not known
   * @param ours whether it is of ours, or may well be
   */
  void filled(Fill fill, @Nullable Order order, boolean ours);

  /** An order that is not ours appeared or changed. */
  void external(OrderState state);

  /**
   * A question brought what no stream had told of an order of ours: a fill, more filled, or an end.
   *
   * @param venueMillis when it happened, by the venue; 0 when it does not say
   */
  void answered(long venueMillis);

  /**
   * The venue said something that contradicts itself or that this version does not know. Nothing is
   * lost by it: the order keeps its state, and is asked about where that helps.
   *
   * @param where the order or the row it is about
   */
  void anomaly(String where, String what);
}
