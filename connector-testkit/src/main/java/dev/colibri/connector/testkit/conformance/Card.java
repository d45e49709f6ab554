package dev.colibri.connector.testkit.conformance;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One demand on every spot connector.
 *
 * @param number as in {@code S07}; the name of its tape begins with it
 * @param name what it is about
 * @param demand what is demanded, in a sentence
 * @param ability what a dialect must implement for the card to be asked of it; null for every one
 * @param check fails unless the demand is met
 */
record Card(
    String number,
    String name,
    String demand,
    @Nullable Class<?> ability,
    Consumer<Findings> check) {

  String title() {
    return number + " " + name;
  }
}
