package dev.colibri.connector.spot.bybit;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class BybitSpotTest extends SpotConformance {
  BybitSpotTest() {
    super("bybit-spot", Bybit.spot(Credentials.of("key", "a secret")));
  }
}
