package dev.colibri.connector.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Puts what a venue tells into the order in which it happened, whichever way the venue lists it.
 */
public final class OldestFirst {
  private OldestFirst() {}

  /**
   * A copy by time. What happened at the same time stays in the venue's order, turned around where
   * the venue lists the newest first.
   */
  public static <T> List<T> of(List<T> told, ToLongFunction<T> millis) {
    List<T> rows = new ArrayList<>(told);
    int last = rows.size() - 1;
    if (last > 0 && millis.applyAsLong(rows.get(0)) > millis.applyAsLong(rows.get(last))) {
      Collections.reverse(rows);
    }
    rows.sort(Comparator.comparingLong(millis));
    return rows;
  }
}
