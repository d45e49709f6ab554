package dev.colibri.connector.testkit.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The cards that a run is about: all, or those that the system property {@code cards} names by
 * their numbers, as in {@code -Dcards=S04,S21}.
 *
 * @param cards in the order of their numbers
 * @param all whether none was left out: only then is what became of them that of the connector
 */
record Chosen<C>(List<C> cards, boolean all) {

  /** Those that the property names. */
  static <C> Chosen<C> of(List<C> cards, Function<C, String> number) {
    return of(cards, number, System.getProperty("cards", ""));
  }

  /**
   * Those that are named.
   *
   * @param numbers with commas between them; empty for all
   * @throws AssertionError when there is no card of a number
   */
  static <C> Chosen<C> of(List<C> cards, Function<C, String> number, String numbers) {
    if (numbers.isBlank()) {
      return new Chosen<>(cards, true);
    }
    Set<String> wanted = new TreeSet<>(Arrays.asList(numbers.strip().split("\\s*,\\s*")));
    List<C> chosen = cards.stream().filter(c -> wanted.contains(number.apply(c))).toList();
    chosen.forEach(c -> wanted.remove(number.apply(c)));
    if (!wanted.isEmpty()) {
      throw new AssertionError(
          "no card "
              + String.join(", ", wanted)
              + "; there are those from "
              + number.apply(cards.get(0))
              + " to "
              + number.apply(cards.get(cards.size() - 1)));
    }
    return new Chosen<>(chosen, false);
  }
}
