package dev.colibri.connector.spot.binance;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.binance.BinanceSpotProtocol;
import dev.colibri.connector.testkit.exchange.binance.RateLimits;
import dev.colibri.connector.testkit.sim.SimulatedVenue;
import dev.colibri.connector.testkit.sim.Simulation;
import dev.colibri.connector.text.Credentials;
import org.junit.jupiter.api.Test;

/**
 * The engine and Binance's dialect under fire, against an exchange that speaks Binance's wire
 * language and that nobody wrote from the dialect.
 */
class BinanceSimulationTest {
  private static final String AGAIN =
      "mvn -B -pl connector-spot -am test -Dtest=BinanceSimulationTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.from=%d -Dsim.seeds=1";

  @Test
  void orders_fills_balances_and_books_are_the_exchanges_own() {
    Simulation.of(new BinanceVenue()).runAsAsked(100, AGAIN);
  }

  /** Binance's testnet, as the embedded exchange plays it. */
  static final class BinanceVenue implements SimulatedVenue {
    @Override
    public String name() {
      return "binance";
    }

    @Override
    public Protocol protocol(
        Exchange exchange, long seed, String account, String key, String secret) {
      var protocol = new BinanceSpotProtocol(exchange, seed, RateLimits.VENUE);
      protocol.addHmacKey(key, secret, account);
      return protocol;
    }

    @Override
    public SpotVenue venue(String key, String secret) {
      return Binance.spot(Credentials.of(key, secret)).testnet();
    }
  }
}
