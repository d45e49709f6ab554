package dev.colibri.connector.engine;

import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Page;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What became of the rows of one answer: tells of those that could not be read, and whether the
 * answer is everything that was asked for. A row that could not be read, or a part beyond the last
 * that was asked for, is not a row that is absent.
 */
final class Rows implements BadRows {
  /** Of how many bad rows of one answer the user is told. */
  static final int MOST_TOLD = 20;

  private final Context context;
  private final String what;
  private final Map<String, String> leftOut = new LinkedHashMap<>();
  private int bad;
  private boolean more;

  Rows(Context context, String what) {
    this.context = context;
    this.what = what;
  }

  @Override
  public void bad(String row, RuntimeException problem) {
    bad++;
    if (bad < MOST_TOLD) {
      context.quarantined(what, problem, row);
    } else if (bad == MOST_TOLD) {
      context.quarantined(what + ", and perhaps more rows of the answer", problem, row);
    }
  }

  @Override
  public void leftOut(String name, String why) {
    leftOut.putIfAbsent(name, why);
  }

  /** By name: what was left out on purpose, and why. */
  Map<String, String> leftOut() {
    return leftOut;
  }

  /** Passes a page on; only the last one counts, which ought to have no next. */
  <T> Page<T> page(Page<T> page) {
    more = page.next() != null;
    return page;
  }

  /** Whether the last part was asked for; there may be rows that could not be read. */
  boolean isToTheEnd() {
    return !more;
  }

  boolean isWhole() {
    return bad == 0 && !more;
  }
}
