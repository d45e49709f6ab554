package dev.colibri.examples.benchmarks;

import java.util.Locale;

/**
 * What is wanted of a figure, and what was measured.
 *
 * @param path what it is about, for people
 * @param name one word
 * @param rival one word: with whom, or with what
 * @param value what was measured
 * @param enough from where on it is enough
 * @param dream from where on there is nothing left to wish for; the same as enough where that is so
 * @param less whether less is better
 * @param unit behind a value, for people
 */
record Goal(
    String path,
    String name,
    String rival,
    double value,
    double enough,
    double dream,
    boolean less,
    String unit) {

  /** How many times better than a rival; more is better. */
  static Goal times(
      String path, String name, String rival, double value, double enough, double dream) {
    return new Goal(path, name, rival, value, enough, dream, false, "×");
  }

  /** Something of which less is better. */
  static Goal most(
      String path,
      String name,
      String rival,
      double value,
      double enough,
      double dream,
      String unit) {
    return new Goal(path, name, rival, value, enough, dream, true, unit);
  }

  /** Nothing is wanted, and it is told all the same. */
  static Goal told(String path, String name, String rival, double value, String unit) {
    return new Goal(path, name, rival, value, Double.NaN, Double.NaN, false, unit);
  }

  /** Whether it is as it must be. */
  boolean isMet() {
    return less ? value <= enough : value >= enough;
  }

  /** Whether anything is wanted. */
  boolean isWanted() {
    return !Double.isNaN(enough);
  }

  /** What was measured, for people. */
  String measured() {
    return Figure.text(value) + unit;
  }

  /** A bound, for people. */
  String bound(double at) {
    return isWanted() ? (less ? "≤ " : "≥ ") + Figure.text(at) + unit : "";
  }

  /** For programs. */
  String line() {
    return String.format(Locale.ROOT, "ratio %s %s %.3f", name, rival, value);
  }
}
