package dev.colibri.connector.spi;

import dev.colibri.connector.model.Order;
import java.util.List;

/** An ability: The venue takes several orders in one request. */
public interface NativeBatch {
  /** The most orders of one request; at least 2. The engine splits what is more. */
  int mostPlaced();

  /**
   * Places the orders. A refusal of the whole request is a fault as always; a lost reply leaves
   * every one of them unknown. Where the venue counts each order against a limit, so do the costs
   * of the request.
   *
   * @param orders at least 2 and at most {@link #mostPlaced()} limit orders of one instrument, each
   *     with its client id
   * @return one result for each, in the order of the arguments: find it by its client id where the
   *     venue does not promise the order. With more or fewer nothing is known of any.
   */
  Call<List<BatchResult>> placeAll(List<Order> orders);
}
