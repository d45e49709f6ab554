package dev.colibri.connector.spi;

import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.TextException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a venue's words for a status, a state or the like mean, and which word it is for a meaning.
 * Immutable.
 *
 * <pre>{@code
 * Words.of(OrderStatus.UNKNOWN, "OPEN: live, PARTIALLY_FILLED: partially_filled, CANCELED: canceled mmp_canceled")
 * }</pre>
 */
public final class Words<E extends Enum<E>> {
  private final String what;
  private final @Nullable E unknown;
  private final Map<String, E> meanings = new LinkedHashMap<>();

  /** Of each meaning the first. */
  private final Map<E, String> words;

  private Words(Class<E> type, String what, @Nullable E unknown, String table) {
    this.what = what;
    this.unknown = unknown;
    words = new EnumMap<>(type);
    for (String row : table.split(",")) {
      String[] sides = row.strip().split("\\s*:\\s*");
      E meaning = Enum.valueOf(type, sides[0]);
      for (String word : sides[1].split("\\s+")) {
        if (meanings.put(word, meaning) != null) {
          throw new IllegalArgumentException("twice in the table: " + word);
        }
        words.putIfAbsent(meaning, word);
      }
    }
  }

  /**
   * A table in one text: a meaning, a colon, the venue's words for it; commas between meanings.
   *
   * @param unknown what any other word means
   */
  public static <E extends Enum<E>> Words<E> of(E unknown, String table) {
    return new Words<>(unknown.getDeclaringClass(), "", unknown, table);
  }

  /**
   * The same where no other word can be read.
   *
   * @param what they are words for, as in {@code "no position mode: odd"}
   */
  public static <E extends Enum<E>> Words<E> only(Class<E> type, String what, String table) {
    return new Words<>(type, what, null, table);
  }

  /**
   * What a word means.
   *
   * @throws TextException when it is not in a table that has {@link #only} its words
   */
  public E of(String word) {
    E meaning = meanings.getOrDefault(word, unknown);
    if (meaning == null) {
      throw new TextException("no " + what + ": " + Escape.text(word));
    }
    return meaning;
  }

  /** What a word means; null where the table does not have it. */
  public @Nullable E find(String word) {
    return meanings.get(word);
  }

  /**
   * The venue's word for a meaning: the first of the table.
   *
   * @throws IllegalArgumentException when it has none
   */
  public String word(E meaning) {
    String word = words.get(meaning);
    if (word == null) {
      throw new IllegalArgumentException("no word for " + meaning);
    }
    return word;
  }
}
