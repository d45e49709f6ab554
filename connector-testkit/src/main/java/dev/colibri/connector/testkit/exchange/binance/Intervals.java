package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Bar;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The venue's names of kline intervals; case matters. */
final class Intervals {

  private static final Map<String, Bar.Interval> NAMES = new LinkedHashMap<>();

  static {
    var names = "1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w 1M".split(" ");
    for (var interval : Bar.Interval.values()) {
      NAMES.put(names[interval.ordinal()], interval);
    }
  }

  private Intervals() {}

  static Bar.@Nullable Interval find(String name) {
    return NAMES.get(name);
  }
}
