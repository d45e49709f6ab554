package dev.colibri.connector.spi;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Part of a long answer.
 *
 * @param items what it holds, in the venue's order
 * @param next what to ask with for the following part; null after the last
 */
public record Page<T>(List<T> items, @Nullable String next) {
  /**
   * A part; the next one, if there is {@code more}, is asked for with the cursor of its last item.
   */
  public static <T> Page<T> of(List<T> items, boolean more, Function<T, String> cursor) {
    boolean next = more && !items.isEmpty();
    return new Page<>(items, next ? cursor.apply(items.get(items.size() - 1)) : null);
  }

  /** The only part there is. */
  public static <T> Page<T> last(List<T> items) {
    return new Page<>(items, null);
  }
}
