package dev.colibri.connector.amm.sushiswap;

import dev.colibri.connector.amm.contracts.V2Contracts;
import dev.colibri.connector.amm.contracts.V3Contracts;
import dev.colibri.connector.amm.contracts.V3Router;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.ChainDialect;
import java.util.List;
import java.util.function.Function;

/** SushiSwap V2 and V3, on Ethereum. */
public final class SushiSwap {
  private static final List<V2Contracts> V2_ANYWHERE =
      List.of(
          V2Contracts.of(
              "sushiswap-v2",
              EvmNetwork.MAINNET.chainId(),
              "0xC0AEe478e3658e2610c5F7A4A2E1777cE9e4f2Ac",
              "0xd9e1cE17f2641f24aE83637ab66a2cca9C378B9F",
              new V2Fees(997, 1000, 1, 6)));

  private static final List<V3Contracts> V3_ANYWHERE =
      List.of(
          V3Contracts.of(
              "sushiswap-v3",
              EvmNetwork.MAINNET.chainId(),
              "0xbACEB8eC6b9355Dfc0269C18bac9d6E2Bdc29C4F",
              "0x2E6cd2d30aa43f40aa81619ff4b6E0a41479B13F",
              V3Router.SWAP_ROUTER,
              "0x2214A42d8e2A1d20635c2cb0664422c528B6A432",
              List.of(100, 500, 3000, 10_000)));

  private SushiSwap() {}

  /** V2, for {@link AmmVenue#with}; refused by name on a chain that it is not on. */
  public static Function<ChainDialect, AmmDialect> v2() {
    return V2Contracts.on(V2_ANYWHERE);
  }

  /** V3, for {@link AmmVenue#with}; refused by name on a chain that it is not on. */
  public static Function<ChainDialect, AmmDialect> v3() {
    return V3Contracts.on(V3_ANYWHERE);
  }
}
