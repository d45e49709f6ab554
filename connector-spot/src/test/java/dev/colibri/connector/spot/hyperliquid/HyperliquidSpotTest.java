package dev.colibri.connector.spot.hyperliquid;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class HyperliquidSpotTest extends SpotConformance {
  /** An address and a key that nobody has. */
  static final Credentials KEYS =
      Credentials.of("0x00000000000000000000000000000000000000aa", "01".repeat(32));

  HyperliquidSpotTest() {
    super("hyperliquid-spot", Hyperliquid.spot(KEYS));
  }
}
