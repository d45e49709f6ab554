package com.example.firstbot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.spot.binance.Binance;
import dev.colibri.connector.testkit.Simulated;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class JoinTheBidTest {
  @Test
  void its_bid_is_filled_and_paid_for() {
    try (var sim =
        Simulated.seeded(42).market("BTC-USDT", "0.1", "0.001").balance("USDT", "1000")) {
      var strategy = new JoinTheBid(sim.colibri(), Binance.spot(Credentials.of("key", "a secret")));
      sim.book(strategy.btc).bid("59990", "5").ask("60010", "5");
      sim.advance(Duration.ofSeconds(3));
      sim.trade(strategy.btc, "59990", "6");
      sim.advance(Duration.ofMillis(500));

      var bitcoin = strategy.connector.balances().get("BTC").total();
      assertEquals(0, new BigDecimal("0.000999").compareTo(bitcoin)); // 0.001 less the fee
    }
  }
}
