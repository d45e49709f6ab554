package dev.colibri.connector.spi;

import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Instrument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An ability: The venue keeps candles. */
public interface Candles {
  /** The intervals it keeps, shortest first. */
  Set<Duration> intervals();

  /** How many candles one request brings at the most. */
  default int mostCandles() {
    return Integer.MAX_VALUE;
  }

  /**
   * Every candle that opens in a range of venue time, oldest first, in as many requests as that
   * takes.
   *
   * @throws IllegalArgumentException when it takes more than {@value #MOST_REQUESTS}
   */
  default Call<List<Candle>> range(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows) {
    long window =
        mostCandles() == Integer.MAX_VALUE
            ? Math.max(1, toMillis - fromMillis)
            : Math.multiplyExact(interval.toMillis(), mostCandles());
    if ((toMillis - fromMillis) / window >= MOST_REQUESTS) {
      throw new IllegalArgumentException(
          "more than " + (long) MOST_REQUESTS * mostCandles() + " candles of " + interval);
    }
    List<Call<List<Candle>>> calls = new ArrayList<>();
    for (long at = fromMillis; at < toMillis; at += window) {
      calls.add(candles(instrument, interval, at, Math.min(at + window, toMillis), rows));
    }
    return Call.all(calls)
        .map(
            windows -> {
              Map<Long, Candle> byTime = new TreeMap<>();
              windows.forEach(w -> w.forEach(candle -> byTime.put(candle.openMillis(), candle)));
              byTime.keySet().removeIf(open -> open < fromMillis || open >= toMillis);
              return List.copyOf(byTime.values());
            });
  }

  /** How many requests one range may take. */
  int MOST_REQUESTS = 1000;

  /**
   * Candles that open in a range of venue time, of at most {@link #mostCandles()}, in any order;
   * the last may be unfinished, and those outside of the range are left out.
   *
   * @param fromMillis in milliseconds since the epoch, inclusive
   * @param toMillis in milliseconds since the epoch, exclusive
   */
  Call<List<Candle>> candles(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows);
}
