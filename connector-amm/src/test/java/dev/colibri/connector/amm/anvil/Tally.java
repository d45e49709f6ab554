package dev.colibri.connector.amm.anvil;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Counts what was tried on real contracts, and says so when all tests of the module are over. */
public final class Tally implements BeforeAllCallback {
  private static final AtomicInteger QUOTES = new AtomicInteger();
  private static final AtomicInteger CASES = new AtomicInteger();
  private static final AtomicInteger DOUBLES = new AtomicInteger();

  public static void quotes(int equal) {
    QUOTES.addAndGet(equal);
  }

  /** A lifecycle that was tried, and how many effects it had that nobody asked for. */
  public static void lifecycle(int doubles) {
    CASES.incrementAndGet();
    doubled(doubles);
  }

  /** Effects that nobody asked for, of cases that were counted. */
  public static void doubled(int effects) {
    DOUBLES.addAndGet(effects);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(Tally.class, c -> (AutoCloseable) Tally::print, AutoCloseable.class);
  }

  private static void print() {
    System.out.println(
        "evm: "
            + QUOTES
            + " quotes equal, "
            + CASES
            + " lifecycle cases, "
            + DOUBLES
            + " double effects");
  }
}
