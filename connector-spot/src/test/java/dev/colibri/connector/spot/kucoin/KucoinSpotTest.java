package dev.colibri.connector.spot.kucoin;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class KucoinSpotTest extends SpotConformance {
  KucoinSpotTest() {
    super("kucoin-spot", Kucoin.spot(Credentials.of("key", "secret").withPassphrase("passphrase")));
  }
}
