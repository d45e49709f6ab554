package dev.colibri.connector.spi;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a venue's words for a status, a state or the like mean. Immutable.
 *
 * <pre>{@code
 * Words.of(OrderStatus.UNKNOWN, "OPEN: live, PARTIALLY_FILLED: partially_filled, CANCELED: canceled mmp_canceled")
 * }</pre>
 */
public final class Words<E extends Enum<E>> {
  private final E unknown;
  private final Map<String, E> meanings = new TreeMap<>();

  private Words(E unknown) {
    this.unknown = unknown;
  }

  /**
   * A table in one text: a meaning, a colon, the venue's words for it; commas between meanings.
   *
   * @param unknown what any other word means
   */
  public static <E extends Enum<E>> Words<E> of(E unknown, String table) {
    Words<E> words = new Words<>(unknown);
    for (String row : table.split(",")) {
      String[] sides = row.strip().split("\\s*:\\s*");
      E meaning = Enum.valueOf(unknown.getDeclaringClass(), sides[0]);
      for (String word : sides[1].split("\\s+")) {
        if (words.meanings.put(word, meaning) != null) {
          throw new IllegalArgumentException("twice in the table: " + word);
        }
      }
    }
    return words;
  }

  /** What a word means. */
  public E of(String word) {
    return meanings.getOrDefault(word, unknown);
  }
}
