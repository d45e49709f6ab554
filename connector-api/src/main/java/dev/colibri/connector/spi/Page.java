package dev.colibri.connector.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Part of a long answer.
 *
 * @param items what it holds, oldest first
 * @param next what to ask with for the following part; null after the last
 */
public record Page<T>(List<T> items, @Nullable String next) {
  /** The only part there is. */
  public static <T> Page<T> last(List<T> items) {
    return new Page<>(items, null);
  }
}
