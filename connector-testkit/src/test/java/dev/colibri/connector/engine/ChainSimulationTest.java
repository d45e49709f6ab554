package dev.colibri.connector.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.TransactionStatus;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A wallet's transactions under fire. One seed is one world, and the same every time. */
class ChainSimulationTest {
  private static final long FROM = Long.getLong("sim.from", 1);
  private static final int SEEDS = Integer.getInteger("sim.seeds", 200);

  @Test
  void what_is_told_is_what_the_chain_has_and_nothing_is_done_twice() {
    Map<TransactionStatus, Integer> ends = new TreeMap<>();
    for (long seed = FROM; seed < FROM + SEEDS; seed++) {
      ChainWorld world = new ChainWorld(seed);
      try {
        world.run();
      } catch (AssertionError e) {
        new ChainWorld(seed).traced().run();
        throw e;
      }
      world.ends.forEach((end, n) -> ends.merge(end, n, Integer::sum));
    }
    System.out.printf("chain: seeds=%d %s doubled=0 lost=0%n", SEEDS, ends);
    for (TransactionStatus end : TransactionStatus.values()) {
      assertTrue(SEEDS < 20 || !end.isTerminal() || ends.containsKey(end), ends + " has no " + end);
    }
  }
}
