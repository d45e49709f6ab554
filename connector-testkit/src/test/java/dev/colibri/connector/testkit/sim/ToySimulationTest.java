package dev.colibri.connector.testkit.sim;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.sim.toy.ToyProtocol;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import org.junit.jupiter.api.Test;

/** The engine under fire, by the toy venue's wire: the quickest way to many seeds. */
class ToySimulationTest {
  private static final String AGAIN =
      "mvn -B -pl connector-testkit -am test -Dtest=ToySimulationTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.from=%d -Dsim.seeds=1";

  private static final SimulatedVenue TOY =
      new SimulatedVenue() {
        @Override
        public String name() {
          return "toy";
        }

        @Override
        public Protocol protocol(
            Exchange exchange, long seed, String account, String key, String secret) {
          return new ToyProtocol(exchange).addKey(key, secret, account);
        }

        @Override
        public SpotVenue venue(String key, String secret) {
          return SpotVenue.of(ToySpot.Amending::new, Credentials.of(key, secret));
        }
      };

  @Test
  void orders_fills_balances_and_books_are_the_exchanges_own() {
    Simulation.of(TOY).runAsAsked(200, AGAIN);
  }
}
