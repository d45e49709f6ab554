package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.testkit.conformance.AmmBench;
import dev.colibri.connector.testkit.conformance.AmmConformance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** The cards on a market maker's own contracts: one node, and every card begins as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AnvilCards extends AmmConformance {
  private final MarketMaker maker;
  private Contracts.Chain chain;
  private String clean;

  AnvilCards(MarketMaker maker) {
    this.maker = maker;
  }

  @BeforeAll
  void start() {
    chain = Contracts.start();
    AnvilBench.deploy(chain, maker);
    clean = chain.anvil.snapshot();
  }

  @AfterAll
  void stop() {
    if (chain != null) {
      chain.close();
    }
  }

  @Override
  protected AmmBench bench() {
    chain.anvil.revert(clean);
    clean = chain.anvil.snapshot();
    return new AnvilBench(chain, maker);
  }
}
