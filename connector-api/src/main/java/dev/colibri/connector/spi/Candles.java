package dev.colibri.connector.spi;

import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Instrument;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An ability: The venue keeps candles. */
public interface Candles {
  /** How many requests one answer may take. */
  int MOST_REQUESTS = 1000;

  /** The intervals it keeps, shortest first, and how many candles one request brings. */
  Intervals intervals();

  /**
   * Candles of a range that holds no more than one request brings, in any order; those outside of
   * the range are left out by the engine.
   */
  Call<List<Candle>> candles(CandleRange range, BadRows rows);

  /**
   * Every candle that opens in a range of venue time, oldest first, in as many requests as that
   * takes; the last may be unfinished.
   *
   * @throws IllegalArgumentException when it takes more than {@value #MOST_REQUESTS}, or for an
   *     interval that the venue does not keep
   */
  default Call<List<Candle>> between(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows) {
    String name = intervals().name(interval);
    int most = intervals().most();
    long window =
        most == Integer.MAX_VALUE
            ? Math.max(1, toMillis - fromMillis)
            : Math.multiplyExact(interval.toMillis(), most);
    if ((toMillis - fromMillis) / window >= MOST_REQUESTS) {
      throw new IllegalArgumentException(
          "more than " + (long) MOST_REQUESTS * most + " candles of " + interval);
    }
    List<Call<List<Candle>>> calls = new ArrayList<>();
    for (long at = fromMillis; at < toMillis; at += window) {
      long end = Math.min(at + window, toMillis);
      calls.add(candles(new CandleRange(instrument, interval, name, at, end), rows));
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
}
