package dev.colibri.connector.spot.binance;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class BinanceSpotTest extends SpotConformance {
  BinanceSpotTest() {
    super("binance-spot", Binance.spot(Credentials.of("key", "a secret")));
  }
}
