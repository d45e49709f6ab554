package dev.colibri.connector.spi;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;

/**
 * An ability: The venue changes the price or the size of a resting order in place, and the order
 * keeps both its ids. A request after which the order has another id is a {@link NativeReplace}.
 *
 * <p>The engine asks this only of limit orders that the venue has shown, of which no cancel and no
 * other amendment is on its way, and after the changed order passed every check. From then on the
 * order counts with the larger of both prices and sizes, until the venue has shown which one holds.
 *
 * <p>What holds is told by {@link OrderUpdate#order()}, and by nothing else: {@link
 * BookDialect#status}, {@link BookDialect#openOrders} and the account stream of a venue with this
 * ability must describe limit orders with the price and size that they have now, the size as below.
 */
public interface NativeAmend {
  /**
   * Changes an order.
   *
   * <ul>
   *   <li><b>Size</b> is the whole size of the order, what has filled already included, and larger
   *       than that. A venue that takes the whole size gets {@code changed.size()} as it is. One
   *       that takes what is still to fill cannot be told this safely, as some may fill on the way:
   *       it changes prices only, or does not have this ability.
   *   <li><b>The update</b> {@link OrderUpdate.Builder#describes describes} the order as changed
   *       when the venue answers that the change is made. A venue that answers only that it took
   *       the request returns {@link dev.colibri.connector.model.OrderStatus#OPEN} with the ids and
   *       without a description: the stream or the status shows the change.
   *   <li><b>A refusal</b> ({@link BookDialect#fault}, or {@link Call#failed} for one inside an
   *       envelope of success) says that the order stays as it was. Where the venue may cancel the
   *       order on a failure, tell it not to. {@link Fault.Kind#ORDER_NOT_FOUND}, as when it filled
   *       meanwhile, is a refusal after which the engine asks for the status.
   *   <li><b>A lost reply</b> leaves the amendment unknown, never the order: it stays open, and the
   *       engine asks for its status until one that was asked late enough describes it.
   *   <li><b>Fills</b> that come before the reply count as always. When they come to the size that
   *       was, and the change would have made it larger, the venue's word decides whether the order
   *       is filled.
   * </ul>
   *
   * @param order as it is known, with both ids
   * @param changed the same order with another price, another size, or both; nothing else differs.
   *     Its parameters are those it was placed with, and are not sent again.
   */
  Call<OrderUpdate> amend(Order order, Order changed);
}
