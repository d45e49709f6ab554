package dev.colibri.connector.spot.coinbase;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class CoinbaseSpotTest extends SpotConformance {
  /** An Ed25519 seed of zeros. */
  static final Credentials KEYS = Credentials.of("organizations/o/apiKeys/k", "A".repeat(43) + "=");

  CoinbaseSpotTest() {
    super("coinbase-spot", Coinbase.spot(KEYS));
  }
}
