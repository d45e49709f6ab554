package dev.colibri.connector.perp;

import dev.colibri.connector.testkit.conformance.MarketOnPaper;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** On paper the market of every venue is what it is beside an account. */
class PaperTapesTest {
  @TestFactory
  Stream<DynamicTest> the_market_is_the_venues_own() {
    return TapesSimulationTest.venues().flatMap(MarketOnPaper::cards);
  }
}
