package dev.colibri.examples.benchmarks;

/** The benchmarks, by JMH's own command line. */
public final class Main {
  private Main() {}

  /** Measures. */
  public static void main(String[] args) throws Exception {
    org.openjdk.jmh.Main.main(args);
  }
}
