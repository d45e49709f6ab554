package dev.colibri.connector.amm.anvil;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;

/**
 * What tests on a real chain need that is not Maven's: npm, which brings the rest. Without it they
 * are skipped, with a word; where {@code CI=true} they fail.
 */
final class Tools {
  /** The one platform whose node is pinned; on others {@code -Danvil=…} names one. */
  private static final String NODE = "@foundry-rs/anvil-linux-amd64@1.7.1";

  private static final String OWN_NODE = System.getProperty("anvil", "");

  /** Whoever could not fetch need not try for every test. */
  private static String notFetched = "";

  private Tools() {}

  /** The program of the node, once all is there. */
  static synchronized Path anvil() {
    try {
      if (!Npm.isComplete() && notFetched.isEmpty()) {
        Npm.fetch();
      }
    } catch (IOException e) {
      notFetched = "what tests on a real chain need could not be fetched: " + e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    if (!notFetched.isEmpty()) {
      missing(notFetched);
    }
    if (!OWN_NODE.isEmpty()) {
      return Path.of(OWN_NODE);
    }
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!system.toLowerCase(Locale.ROOT).equals("linux amd64")) {
      missing("no anvil is pinned for " + system + ": name one with -Danvil=PATH");
    }
    Path anvil = Npm.file(NODE, "bin/anvil");
    anvil.toFile().setExecutable(true);
    return anvil;
  }

  private static void missing(String what) {
    if ("true".equals(System.getenv("CI"))) {
      throw new IllegalStateException(what);
    }
    // JUnit counts a skipped test, and does not print why.
    System.err.println("skipped: " + what);
    Assumptions.abort(what);
  }
}
