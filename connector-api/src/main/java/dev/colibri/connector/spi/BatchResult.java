package dev.colibri.connector.spi;

import dev.colibri.connector.model.OrderUpdate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a venue answers about one of several orders in a request: exactly one of both is there.
 *
 * @param update what it says of the order
 * @param fault how it refuses this one, named as {@link Dialect#fault} names it: one of {@link
 *     Fault.Kind#OUTCOME_UNKNOWN} or {@link Fault.Kind#DUPLICATE_ID} is no refusal here either
 */
public record BatchResult(@Nullable OrderUpdate update, @Nullable Fault fault) {

  /** A result. */
  public BatchResult {
    if ((update == null) == (fault == null)) {
      throw new IllegalArgumentException("either an update or a fault");
    }
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
