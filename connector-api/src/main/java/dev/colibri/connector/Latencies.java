package dev.colibri.connector;

import dev.colibri.connector.model.Latency;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.AtomicHistogram;

/**
 * How long it takes from the socket to listeners. The one class that sees HdrHistogram, which is an
 * optional dependency: {@link #begin} comes before anything else of it. Thread-safe; recording
 * makes nothing.
 */
final class Latencies {
  /** Who is told of what. */
  enum Way {
    BOOKS,
    BOOKS_DIRECT,
    TOPS,
    TOPS_DIRECT,
    TRADES,
    TRADES_DIRECT,
    CHANGES,
    CHANGES_DIRECT,
    ORDERS;

    private final String text = name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static final long LONGEST = TimeUnit.MINUTES.toNanos(1);
  private static final int DIGITS = 2;

  private final Map<Way, AtomicHistogram> histograms = new EnumMap<>(Way.class);

  private Latencies() {
    for (Way way : Way.values()) {
      histograms.put(way, new AtomicHistogram(LONGEST, DIGITS));
    }
  }

  /**
   * Nothing recorded yet.
   *
   * @throws IllegalStateException saying what to add, when the library is absent
   */
  static Latencies begin() {
    try {
      Class.forName("org.HdrHistogram.Histogram", false, Latencies.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          """
          Latencies are kept by HdrHistogram. Add to your pom.xml:
            <dependency>
              <groupId>org.hdrhistogram</groupId>
              <artifactId>HdrHistogram</artifactId>
              <version>2.2.2</version>
            </dependency>""",
          e);
    }
    return new Latencies();
  }

  void record(Way way, long nanos) {
    AtomicHistogram h = histograms.get(way);
    if (h != null) {
      h.recordValue(Math.max(0, Math.min(nanos, LONGEST)));
    }
  }

  /** What was recorded, by way; without those on which nothing was told. */
  Map<String, Latency> show() {
    Map<String, Latency> shown = new TreeMap<>();
    for (Map.Entry<Way, AtomicHistogram> e : histograms.entrySet()) {
      AtomicHistogram h = e.getValue().copy();
      if (h.getTotalCount() > 0) {
        shown.put(
            e.getKey().text,
            new Latency(
                h.getTotalCount(),
                h.getValueAtPercentile(50),
                h.getValueAtPercentile(90),
                h.getValueAtPercentile(99),
                h.getValueAtPercentile(99.9),
                h.getMaxValue()));
      }
    }
    return Collections.unmodifiableMap(shown);
  }
}
