package com.example.larkspur;

import dev.colibri.connector.testkit.conformance.MarketOnPaper;
import dev.colibri.connector.text.Credentials;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The cards about the market again, on a simulated account. */
class LarkspurPaperTest {
  @TestFactory
  Stream<DynamicTest> cards() {
    return MarketOnPaper.cards(Larkspur.spot(Credentials.of("a-key", "a secret")));
  }
}
