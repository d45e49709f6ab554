package com.example.larkspur;

import dev.colibri.connector.testkit.conformance.SpotConformance;
import dev.colibri.connector.text.Credentials;

class LarkspurSpotTest extends SpotConformance {
  LarkspurSpotTest() {
    super("larkspur-spot", Larkspur.spot(Credentials.of("a-key", "a secret")));
  }
}
