package dev.colibri.connector.perp.bybit;

import dev.colibri.connector.testkit.conformance.PerpConformance;
import dev.colibri.connector.text.Credentials;

class BybitPerpTest extends PerpConformance {
  BybitPerpTest() {
    super("bybit-perp", BybitPerp.of(Credentials.of("key", "a secret")));
  }
}
