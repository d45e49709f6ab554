package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.testkit.conformance.PerpConformance;
import dev.colibri.connector.text.Credentials;

class HyperliquidPerpTest extends PerpConformance {
  /** A key that nobody has, and its own address: funds may be moved. */
  static final Credentials KEYS =
      Credentials.of("0x1a642f0e3c3af545e7acbd38b07251b3990914f1", "01".repeat(32));

  HyperliquidPerpTest() {
    super("hyperliquid-perp", HyperliquidPerp.of(KEYS).allowWithdrawingKey());
  }
}
