package dev.colibri.connector.spot.okx;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class OkxSpotTest extends SpotConformance {
  OkxSpotTest() {
    super("okx-spot", Okx.spot(Credentials.of("key", "a secret").withPassphrase("a phrase")));
  }
}
