package dev.colibri.connector.spi;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a venue that tells no more than a stretch of time at once: windows, one after
 * the other, and pages within each. They go forwards from the time that is asked for; without one
 * backwards, from the time that bounds it, or from now.
 *
 * @param length of a window, at most
 * @param untimed how far back the venue tells without being told a time
 * @param kept how far back it tells at all
 */
public record TimeWindows(Duration length, Duration untimed, Duration kept) {

  /** The window that a question asks for. */
  public Window at(FundingQuery query) {
    long first = query.untilMillis() == 0 ? 0 : query.untilMillis() - kept.toMillis();
    long begin =
        query.sinceMillis() > 0 ? Math.max(query.sinceMillis(), first) : -query.untilMillis();
    String[] at = (query.cursor() == null ? Long.toString(begin) : query.cursor()).split(" ", 2);
    return new Window(
        this, Long.parseLong(at[0]), query.untilMillis(), at.length < 2 ? null : at[1]);
  }

  /**
   * A window.
   *
   * @param of the windows that it is one of
   * @param place its first time in milliseconds since the epoch where later windows follow it, its
   *     last one as a negative number where earlier ones do, 0 where no time is said
   * @param untilMillis the time not after which something is wanted; 0 for no bound
   * @param cursor the venue's own, of the page in it; null for the first
   */
  public record Window(TimeWindows of, long place, long untilMillis, @Nullable String cursor) {

    private long bound() {
      return untilMillis > 0 ? untilMillis : Long.MAX_VALUE;
    }

    private long length() {
      return of.length.toMillis();
    }

    private long first() {
      return place > 0 ? place : 1 - place - length();
    }

    /** The first millisecond that is asked for; null where no time is said. */
    public @Nullable String from() {
      return place == 0 ? null : Long.toString(first());
    }

    /** The last millisecond that is asked for; null where no time is said. */
    public @Nullable String until() {
      return place == 0 ? null : Long.toString(Math.min(bound(), first() + length() - 1));
    }

    /**
     * {@link Page#next()}.
     *
     * @param more the venue's cursor of the next page of this window; null after the last
     * @param now the venue's time
     */
    public @Nullable String next(@Nullable String more, long now) {
      if (more != null) {
        return place + " " + more;
      }
      if (place > 0) {
        long next = place + length();
        return next > Math.min(bound(), now) ? null : Long.toString(next);
      }
      long last = place == 0 ? now - of.untimed.toMillis() : -place - length();
      return last < now - of.kept.toMillis() ? null : Long.toString(-last);
    }
  }
}
