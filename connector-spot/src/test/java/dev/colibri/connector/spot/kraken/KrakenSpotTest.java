package dev.colibri.connector.spot.kraken;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class KrakenSpotTest extends SpotConformance {
  KrakenSpotTest() {
    super("kraken-spot", Kraken.spot(Credentials.of("key", "c2VjcmV0")));
  }
}
