package dev.colibri.connector.spot.gate;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class GateSpotTest extends SpotConformance {
  GateSpotTest() {
    super("gate-spot", Gate.spot(Credentials.of("key", "a secret")));
  }
}
