package dev.colibri.examples.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing that was measured, for everybody who does it, round by round. */
final class Figure {
  /** Whoever is compared with the others. */
  static final String OURS = "colibri";

  private final String name;
  private final String title;
  private final String unit;
  private final Map<String, List<Double>> values = new LinkedHashMap<>();
  private final Map<String, List<Double>> garbage = new LinkedHashMap<>();

  /**
   * Nothing yet.
   *
   * @param name one word
   * @param unit of its values, of which less is better
   */
  Figure(String name, String title, String unit) {
    this.name = name;
    this.title = title;
    this.unit = unit;
  }

  String name() {
    return name;
  }

  String title() {
    return title;
  }

  String unit() {
    return unit;
  }

  /** Somebody's value of one more round. */
  void add(String who, double value) {
    values.computeIfAbsent(who, w -> new ArrayList<>()).add(value);
  }

  /** The same, and the bytes it allocated. */
  void add(String who, double value, double bytes) {
    add(who, value);
    garbage.computeIfAbsent(who, w -> new ArrayList<>()).add(bytes);
  }

  /** Everybody, in the order they were first measured. */
  List<String> everybody() {
    return List.copyOf(values.keySet());
  }

  /** Somebody's value. */
  double value(String who) {
    return median(values, who);
  }

  /** How far somebody's rounds lie apart: the largest by the smallest. */
  double spread(String who) {
    List<Double> rounds = of(values, who);
    return rounds.stream().mapToDouble(v -> v).max().orElseThrow()
        / rounds.stream().mapToDouble(v -> v).min().orElseThrow();
  }

  /** The bytes that somebody allocates; null where nobody looked. */
  @Nullable Double garbage(String who) {
    return garbage.containsKey(who) ? (Double) median(garbage, who) : null;
  }

  /**
   * How many times one value is another: the median of the ratios of the rounds, because what
   * disturbs a round disturbs both of its sides.
   */
  double ratio(String of, String to) {
    List<Double> above = of(values, of);
    List<Double> below = of(values, to);
    double[] ratios = new double[Math.min(above.size(), below.size())];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = above.get(i) / below.get(i);
    }
    return Meter.median(ratios);
  }

  private static double median(Map<String, List<Double>> of, String who) {
    return Meter.median(of(of, who).stream().mapToDouble(v -> v).toArray());
  }

  private static List<Double> of(Map<String, List<Double>> of, String who) {
    List<Double> rounds = of.get(who);
    if (rounds == null) {
      throw new IllegalArgumentException(who + " was not measured: " + of.keySet());
    }
    return rounds;
  }

  /** For people: three digits that count. */
  static String text(double value) {
    double far = Math.abs(value);
    String form = far >= 100 ? "%,.0f" : far >= 10 ? "%.1f" : far >= 0.005 ? "%.2f" : "%.0f";
    return String.format(Locale.ROOT, form, value)
        .replaceAll("(\\.\\d*?)0+$", "$1")
        .replaceAll("\\.$", "");
  }
}
