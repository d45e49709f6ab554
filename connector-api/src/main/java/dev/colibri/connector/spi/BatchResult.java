package dev.colibri.connector.spi;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a venue answers about one of several orders in a request: exactly one of both is there.
 *
 * @param update what it says of the order
 * @param fault how it refuses this one, named as {@link BookDialect#fault} names it: one of {@link
 *     Fault.Kind#OUTCOME_UNKNOWN} or {@link Fault.Kind#DUPLICATE_ID} is no refusal here either
 */
public record BatchResult(@Nullable OrderUpdate update, @Nullable Fault fault) {

  /** A result. */
  public BatchResult {
    if ((update == null) == (fault == null)) {
      throw new IllegalArgumentException("either an update or a fault");
    }
  }

  /**
   * The results of orders by rows in the same order. With more or fewer rows than orders there are
   * as many results as rows, so that nothing is known of any order.
   *
   * @param rows an array
   */
  public static List<BatchResult> inOrder(
      List<Order> orders, Json rows, BiFunction<Json, Order, BatchResult> reader) {
    List<BatchResult> results = new ArrayList<>();
    for (Json row : rows.items()) {
      results.add(reader.apply(row, orders.get(Math.min(results.size(), orders.size() - 1))));
    }
    return results;
  }

  /**
   * The result of each order, read from the row that is about it.
   *
   * @param rows an array
   * @param about whether a row is about an order
   * @throws TextException when no row is about one of them
   */
  public static List<BatchResult> each(
      List<Order> orders,
      Json rows,
      BiPredicate<Json, Order> about,
      BiFunction<Json, Order, BatchResult> reader) {
    List<BatchResult> results = new ArrayList<>();
    for (Order order : orders) {
      Json row =
          rows.items().stream()
              .filter(r -> about.test(r, order))
              .findFirst()
              .orElseThrow(() -> new TextException("no answer about " + order));
      results.add(reader.apply(row, order));
    }
    return results;
  }

  /** The venue took this one. */
  public static BatchResult of(OrderUpdate update) {
    return new BatchResult(Objects.requireNonNull(update, "update"), null);
  }

  /** The venue refused this one. */
  public static BatchResult refused(Fault fault) {
    return new BatchResult(null, Objects.requireNonNull(fault, "fault"));
  }
}
