package dev.colibri.connector.spi;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;

/** An ability: The venue replaces an order in one request, keeping what it may of its place. */
public interface NativeReplace {
  /**
   * Cancels {@code old} and, only if that succeeded, places {@code replacement}. The value is what
   * the venue says of the replacement.
   */
  Call<OrderUpdate> replace(Order old, Order replacement);
}
