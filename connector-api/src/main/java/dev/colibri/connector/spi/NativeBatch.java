package dev.colibri.connector.spi;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import java.util.List;

/** An ability: The venue takes several orders in one request. */
public interface NativeBatch {
  /**
   * Places the orders; the values stand in the order of the arguments, refusals as rejected
   * updates.
   */
  Call<List<OrderUpdate>> placeAll(List<Order> orders);
}
