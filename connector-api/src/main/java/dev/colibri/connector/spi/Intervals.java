package dev.colibri.connector.spi;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The intervals of a venue's candles, and what it calls them. Immutable. */
public final class Intervals {
  private final Map<Duration, String> names = new LinkedHashMap<>();

  private final int most;

  private Intervals(int most) {
    this.most = most;
  }

  /**
   * A table in one line, shortest first: {@code "1m=1min 1h=60 1d=D"}. On the left stand a number
   * and one of s, m, h, d, w; on the right the venue's name, left out where it is the same.
   *
   * @param most how many candles one request brings at the most; {@link Integer#MAX_VALUE} where it
   *     brings all there are
   */
  public static Intervals of(String table, int most) {
    Intervals intervals = new Intervals(most);
    for (String row : table.trim().split("\\s+")) {
      String[] sides = row.split("=", 2);
      String length = sides[0].substring(0, sides[0].length() - 1);
      long number = Long.parseLong(length);
      Duration interval =
          switch (sides[0].charAt(sides[0].length() - 1)) {
            case 's' -> Duration.ofSeconds(number);
            case 'm' -> Duration.ofMinutes(number);
            case 'h' -> Duration.ofHours(number);
            case 'd' -> Duration.ofDays(number);
            case 'w' -> Duration.ofDays(7 * number);
            default -> throw new IllegalArgumentException("not an interval: " + row);
          };
      intervals.names.put(interval, sides[sides.length - 1]);
    }
    return intervals;
  }

  /** How many candles one request brings at the most. */
  public int most() {
    return most;
  }

  /** All of them, shortest first. */
  public Set<Duration> all() {
    return Collections.unmodifiableSet(names.keySet());
  }

  /**
   * The venue's name of an interval.
   *
   * @throws IllegalArgumentException naming the intervals there are, for another one
   */
  public String name(Duration interval) {
    String name = names.get(interval);
    if (name == null) {
      throw new IllegalArgumentException("no candles of " + interval + ", only " + all());
    }
    return name;
  }
}
