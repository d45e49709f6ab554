package dev.colibri.connector.spot.planted;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.List;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/**
 * A process of its own for one bug that no simulation can reach: runs a test class. Prints {@code
 * caught 0 <test> <what>}, or {@code none}.
 */
final class TestRun {
  private TestRun() {}

  public static void main(String[] args) {
    var listener = new SummaryGeneratingListener();
    var request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(args[0])).build();
    LauncherFactory.create().execute(request, listener);
    List<Failure> failures = listener.getSummary().getFailures();
    if (Boolean.getBoolean("bugs.verbose")) {
      listener.getSummary().printFailuresTo(new PrintWriter(System.err, true));
    }
    if (listener.getSummary().getTestsFoundCount() == 0) {
      throw new IllegalArgumentException("no tests in " + args[0]);
    }
    System.out.println(
        failures.isEmpty()
            ? "none"
            : "caught 0 - " + failures.get(0).getTestIdentifier().getDisplayName());
    System.out.flush();
    // Whatever threads the mistake left behind.
    Runtime.getRuntime().halt(0);
  }
}
