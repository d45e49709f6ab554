package dev.colibri.connector;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An order that was placed or adopted, as it stands now. Every method may be called from any
 * thread; several questions are best put to one {@link #state()}.
 */
public final class LiveOrder {
  private final Connector connector;
  private final Stage<OrderState> done;
  private volatile OrderState state;
  private volatile @Nullable Inventory inventory;

  LiveOrder(Connector connector, OrderState state, Stage<OrderState> done) {
    this.connector = connector;
    this.state = state;
    this.done = done;
  }

  void moveTo(OrderState next) {
    state = next;
  }

  Stage<OrderState> stage() {
    return done;
  }

  Connector connector() {
    return connector;
  }

  /** Who counts it; null for nobody. */
  @Nullable Inventory inventory() {
    return inventory;
  }

  void countedBy(Inventory one) {
    inventory = one;
  }

  /** Everything that is known at this moment. */
  public OrderState state() {
    return state;
  }

  /** What was asked for. */
  public Order order() {
    return state.order();
  }

  public String clientId() {
    return state.clientId();
  }

  /** The venue's id, or null while the venue has not told it. */
  public @Nullable String venueId() {
    return state.order().venueId();
  }

  public OrderStatus status() {
    return state.status();
  }

  /** Base units filled so far. */
  public BigDecimal filled() {
    return state.filled();
  }

  /** Base units that may still fill; null for a market order by quote amount. */
  public @Nullable BigDecimal remaining() {
    return state.remaining();
  }

  /** The average price of its fills, or null before the first. */
  public @Nullable BigDecimal averagePrice() {
    return state.averagePrice();
  }

  /** Fees charged so far, by asset. */
  public Map<String, BigDecimal> fees() {
    return state.fees();
  }

  /**
   * Asks the venue to cancel it. What becomes of it comes as an event; nothing happens if it ended.
   */
  public void cancel() {
    if (status().isTerminal()) {
      return; // So long ago, perhaps, that the connector has forgotten it.
    }
    connector.cancel(clientId());
  }

  /**
   * Gives up finding out what became of it, where it is over and nobody tells how: its swap was
   * carried out or replaced and no node proves which, or by how much; the venue ended it and never
   * tells the fills that it counts. It becomes {@link OrderStatus#DISMISSED}, and is neither
   * exposure nor in the way of anything any more. What it did is for you to find out; fills that a
   * venue still tells in the following hour are late ones. Nothing happens when it ended.
   *
   * @param why kept, and told with the event
   * @throws IllegalStateException when it is known where it stands, is being found out, or may
   *     still trade for all that is known here
   */
  public void dismiss(String why) {
    connector.dismiss(this, why, false);
  }

  /**
   * The same of an order that may still trade, now or later: one of unknown outcome, of which the
   * venue says nothing any more; a swap that was signed and is in no block. <b>Whatever is done in
   * its place may be done twice.</b> An order that the venue shows to live is canceled when it
   * shows, if that is within the hour.
   *
   * @param why kept, and told with the event
   * @throws IllegalStateException when it is known where it stands, or it can still be canceled
   *     before anything of it leaves
   */
  public void dismissThoughItMayHappen(String why) {
    connector.dismiss(this, why, true);
  }

  /**
   * Changes its price, its size or both in place: it stays the same order, with both its ids.
   * Absent where the venue cannot do that; {@link #replace} gives another order everywhere.
   *
   * <pre>{@code
   * order.amend(order.order().limit("59100").size("0.02"));
   * }</pre>
   *
   * @param changed this order with another price or size, the size being the whole one, what has
   *     filled included
   * @return completes with this order when the venue has shown the change; fails when the venue
   *     refuses it or did not make it, the order ended first, or it is being changed or canceled
   *     already. The order stays what it is then.
   * @throws dev.colibri.connector.model.Refused when the order as changed breaks a rule, the budget
   *     or the guard; it stays as it is
   * @throws IllegalArgumentException when anything but price and size differs, or it has no price
   */
  public Optional<CompletableFuture<LiveOrder>> amend(Order changed) {
    return connector.amend(this, changed);
  }

  /**
   * Replaces it: the new order is placed only when the venue has shown that the old one is gone.
   *
   * @return completes with the new order, or fails when the old one had filled, could not be
   *     canceled, or not soon; its cancel stays asked for
   * @throws dev.colibri.connector.model.Refused when the new order breaks a rule; the old one stays
   */
  public CompletableFuture<LiveOrder> replace(Order replacement) {
    return connector.replace(this, replacement);
  }

  /** Completes on the strategy thread with the terminal state. */
  public CompletableFuture<OrderState> done() {
    return done;
  }

  @Override
  public String toString() {
    return state.toString();
  }
}
