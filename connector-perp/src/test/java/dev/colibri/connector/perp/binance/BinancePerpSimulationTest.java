package dev.colibri.connector.perp.binance;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.binance.BinancePerpProtocol;
import dev.colibri.connector.testkit.sim.SimulatedVenue;
import dev.colibri.connector.testkit.sim.Simulation;
import dev.colibri.connector.text.Credentials;
import org.junit.jupiter.api.Test;

/**
 * The engine and Binance's dialect of perpetuals under fire, against a margin exchange that speaks
 * Binance's wire language and that nobody wrote from the dialect.
 */
class BinancePerpSimulationTest {
  private static final String AGAIN =
      "mvn -B -pl connector-testkit,connector-perp -am test -Dtest=BinancePerpSimulationTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.from=%d -Dsim.seeds=1";

  @Test
  void positions_funding_and_margin_are_the_exchanges_own() {
    Simulation.of(new BinancePerps()).runAsAsked(40, AGAIN);
  }

  /** Binance's testnet of perpetuals, as the embedded exchange plays it. */
  static final class BinancePerps implements SimulatedVenue {
    @Override
    public String name() {
      return "binance-perp";
    }

    @Override
    public Protocol protocol(
        Exchange exchange, long seed, String account, String key, String secret) {
      var protocol = new BinancePerpProtocol(exchange, seed);
      protocol.addHmacKey(key, secret, account);
      return protocol;
    }

    @Override
    public String books() {
      return "public";
    }

    @Override
    public int crowdMillis() {
      return 2_000;
    }

    @Override
    public PerpVenue venue(String key, String secret) {
      return BinancePerp.of(Credentials.of(key, secret)).testnet();
    }
  }
}
