package dev.colibri.connector.spi;

import dev.colibri.connector.model.Order;
import java.util.List;

/**
 * An ability: The venue cancels several orders in one request. Unlike {@link NativeCancelAll} it
 * touches only those that are named.
 */
public interface NativeBatchCancel {
  /** The most orders of one request; at least 2. The engine splits what is more. */
  int mostCanceled();

  /**
   * Cancels the orders, by whichever of their ids the venue takes. Otherwise as {@link
   * NativeBatch#placeAll}: a refusal of one, as of an order that is gone, is its own result.
   *
   * @param orders at least 2 and at most {@link #mostCanceled()} orders of one instrument
   * @return one result for each, in the order of the arguments
   */
  Call<List<BatchResult>> cancelEach(List<Order> orders);
}
