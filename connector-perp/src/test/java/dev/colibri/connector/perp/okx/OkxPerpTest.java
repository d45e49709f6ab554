package dev.colibri.connector.perp.okx;

import dev.colibri.connector.testkit.conformance.PerpConformance;
import dev.colibri.connector.text.Credentials;

class OkxPerpTest extends PerpConformance {
  OkxPerpTest() {
    super("okx-perp", OkxPerp.of(Credentials.of("key", "a secret").withPassphrase("a phrase")));
  }
}
