package dev.colibri.connector.testkit.conformance;

import java.util.List;
import java.util.function.Consumer;

/**
 * One demand on every connector of a kind.
 *
 * @param number as in {@code S07}; the name of its tape begins with it
 * @param name what it is about
 * @param demand what is demanded, in a sentence
 * @param need what a dialect must have for the card to be asked of it
 * @param check fails unless the demand is met
 */
record Card(String number, String name, String demand, Need need, Consumer<Findings> check) {

  /** A card whose title is its number and its name. */
  static Card of(String title, String demand, Need need, Consumer<Findings> check) {
    int space = title.indexOf(' ');
    return new Card(title.substring(0, space), title.substring(space + 1), demand, need, check);
  }

  String title() {
    return number + " " + name;
  }

  /** The same cards, numbered for a kind of venue. */
  static List<Card> lettered(String letter, List<Card> cards) {
    return cards.stream()
        .map(c -> new Card(letter + c.number, c.name, c.demand, c.need, c.check))
        .toList();
  }
}
