package dev.colibri.connector.spi;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which fills are wanted.
 *
 * @param instrument of this instrument
 * @param order only of this order, which has its venue id; null for all
 * @param sinceMillis not before this venue time in milliseconds since the epoch; 0 for no bound
 * @param cursor {@link Page#next()} of the page before; null for the first
 */
public record FillQuery(
    Instrument instrument, @Nullable Order order, long sinceMillis, @Nullable String cursor) {

  /** Every fill of an order. */
  public static FillQuery of(Order order) {
    return new FillQuery(order.instrument(), order, 0, null);
  }

  /** Every fill of an instrument since a time. */
  public static FillQuery since(Instrument instrument, long millis) {
    return new FillQuery(instrument, null, millis, null);
  }

  /**
   * The venue's id of the order asked about; null where all are.
   *
   * @throws NullPointerException when the order has none
   */
  public @Nullable String orderId() {
    return order == null ? null : Objects.requireNonNull(order.venueId(), "the order's venue id");
  }

  /**
   * The time from which fills of all orders are asked for, for the first page; null where an order
   * or a cursor says more, or without a bound.
   */
  public @Nullable String since() {
    return order == null && cursor == null && sinceMillis > 0 ? Long.toString(sinceMillis) : null;
  }

  /** The same, from a cursor on. */
  public FillQuery from(String cursor) {
    return new FillQuery(instrument, order, sinceMillis, cursor);
  }
}
