package dev.colibri.connector.perp.binance;

import dev.colibri.connector.testkit.conformance.PerpConformance;
import dev.colibri.connector.text.Credentials;

/** What every connector of perpetuals must do. */
class BinancePerpTest extends PerpConformance {
  BinancePerpTest() {
    super("binance-perp", BinancePerp.of(Credentials.of("key", "not-a-secret")));
  }
}
