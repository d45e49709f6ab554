package dev.colibri.connector.spi;

import dev.colibri.connector.text.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes the rows of a reply that could not be read, so that one bad row never hides the others. The
 * engine tells the user of each.
 */
@FunctionalInterface
public interface BadRows {
  /**
   * A row was set aside.
   *
   * @param row the row's text, any length
   * @param problem what is wrong with it
   */
  void bad(String row, RuntimeException problem);

  /**
   * An instrument is left out on purpose, as an inverse contract is: whoever asks for it by that
   * name is told why.
   *
   * @param name as a strategy would call it
   * @param why as {@code "it is an inverse contract: …"}
   */
  default void leftOut(String name, String why) {}

  /**
   * An inverse contract is left out.
   *
   * @param how it is one, as in {@code "its margin is in BTC"}
   */
  default void inverse(String base, String quote, String how) {
    leftOut(base + "-" + quote, "it is an inverse contract: " + how);
  }

  /**
   * Reads the items of an array as rows, setting aside those that {@code reader} throws for and
   * leaving out those that it gives null for.
   *
   * @throws dev.colibri.connector.text.TextException when it is no array
   */
  default <T> List<T> read(Json array, Function<Json, @Nullable T> reader) {
    List<T> rows = Json.rows(array, reader, (row, problem) -> bad(row.toString(), problem));
    rows.removeIf(Objects::isNull);
    return rows;
  }

  /**
   * The same for rows that are the fields of an object, each under a name.
   *
   * @throws dev.colibri.connector.text.TextException when it is no object
   */
  default <T> List<T> named(Json object, BiFunction<String, Json, @Nullable T> reader) {
    List<T> rows = new ArrayList<>();
    object
        .fields()
        .forEach(
            (name, row) -> {
              try {
                T value = reader.apply(name, row);
                if (value != null) {
                  rows.add(value);
                }
              } catch (RuntimeException e) {
                bad(name + " " + row, e);
              }
            });
    return rows;
  }
}
