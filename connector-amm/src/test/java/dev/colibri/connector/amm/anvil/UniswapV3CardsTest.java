package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.testkit.conformance.AmmBench;
import dev.colibri.connector.testkit.conformance.AmmConformance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Uniswap V3 meets the cards, on its own contracts. */
class UniswapV3CardsTest extends AmmConformance {
  private static Contracts.Chain chain;
  private static String clean;

  @BeforeAll
  static void start() {
    chain = Contracts.start();
    AnvilBench.deploy(chain, AnvilBench.Kind.V3);
    clean = chain.anvil.snapshot();
  }

  @AfterAll
  static void stop() {
    if (chain != null) {
      chain.close();
    }
  }

  @Override
  protected AmmBench bench() {
    chain.anvil.revert(clean);
    clean = chain.anvil.snapshot();
    return new AnvilBench(chain, AnvilBench.Kind.V3);
  }
}
