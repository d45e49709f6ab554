package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

  /**
   * What seeds 1 to 5 come to, on every JDK. It changes with every change of what the engine does,
   * and then only: look at what changed, and write the new number here.
   */
  private static final String TRACE = "a28640bf3764f30f";

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

        @Override
        public int crowdMillis() {
          return 2_000;
        }
      };

  @Test
  void orders_fills_balances_and_books_are_the_exchanges_own() {
    Simulation.of(TOY).runAsAsked(200, AGAIN);
  }

  @Test
  void the_same_seeds_are_the_same_simulation_everywhere() {
    Simulation.Summary first = Simulation.of(TOY).run(1, 5, AGAIN);
    assertEquals(first.toString(), Simulation.of(TOY).run(1, 5, AGAIN).toString());
    assertNotEquals(first.hash(), Simulation.of(TOY).run(2, 5, AGAIN).hash());
    assertEquals(TRACE, Long.toHexString(first.hash()));
  }

  @Test
  void without_faults_nothing_goes_wrong_and_much_is_traded() {
    Simulation.Summary quiet = Simulation.of(TOY).faults(FaultMenu.NONE).run(1, 2, AGAIN);
    assertEquals("", quiet.faults().toString());
    assertTrue(quiet.orders() > 2 * 100, quiet.toString());
    assertTrue(quiet.violations().isEmpty(), () -> quiet.violations().get(0));
  }
}
