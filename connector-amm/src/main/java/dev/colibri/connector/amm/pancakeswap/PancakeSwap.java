package dev.colibri.connector.amm.pancakeswap;

import dev.colibri.connector.amm.contracts.V2Contracts;
import dev.colibri.connector.amm.contracts.V3Contracts;
import dev.colibri.connector.amm.contracts.V3Router;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Signer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * PancakeSwap V2 and V3: Uniswap's with other fees, V3 with the first of its routers, pools that
 * another contract than the factory makes, and logs of swaps that say more.
 */
public final class PancakeSwap {
  /** 0.25 %, of which 8 of 25 parts are the protocol's. */
  private static final V2Fees FEES = new V2Fees(9975, 10_000, 8, 25);

  private static final List<Integer> TIERS = List.of(100, 500, 2500, 10_000);

  private static final List<V2Contracts> V2_ANYWHERE =
      List.of(
          v2(
              EvmNetwork.BSC,
              "0xcA143Ce32Fe78f1f7019d7d551a6402fC5350c73",
              "0x10ED43C718714eb63d5aA57B78B54704E256024E"),
          v2(
              EvmNetwork.MAINNET,
              "0x1097053Fd2ea711dad45caCcc45EfF7548fCB362",
              "0xEfF92A263d31888d860bD50809A8D171709b7b1c"),
          v2(
              EvmNetwork.ARBITRUM,
              "0x02a84c1b3BBD7401a5f7fa98a384EBC70bB5749E",
              "0x8cFe327CEc66d1C090Dd72bd0FF11d690C33a2Eb"),
          v2(
              EvmNetwork.BASE,
              "0x02a84c1b3BBD7401a5f7fa98a384EBC70bB5749E",
              "0x8cFe327CEc66d1C090Dd72bd0FF11d690C33a2Eb"));

  private static final List<V3Contracts> V3_ANYWHERE =
      List.of(
          v3(EvmNetwork.BSC), v3(EvmNetwork.MAINNET), v3(EvmNetwork.ARBITRUM), v3(EvmNetwork.BASE));

  private PancakeSwap() {}

  private static V2Contracts v2(EvmNetwork network, String factory, String router) {
    return V2Contracts.of("pancakeswap-v2", network.chainId(), factory, router, FEES);
  }

  /** At the same addresses everywhere. */
  private static V3Contracts v3(EvmNetwork network) {
    return V3Contracts.of(
        "pancakeswap-v3",
        network.chainId(),
        "0x0BFbCF9fa4f9C56B0F40a671Ad40E0805A091865",
        "0x1b81D678ffb9C0263b24A97847620C99d213eB14",
        V3Router.SWAP_ROUTER,
        "0x46A15B0b27311cedF172AB29E4f4766fbE7F4364",
        TIERS);
  }

  /**
   * V2 and V3 on a chain.
   *
   * @param signer the wallet; null for a connector that only looks
   * @throws IllegalArgumentException when it is not there
   */
  public static AmmVenue on(EvmNetwork network, @Nullable Signer signer) {
    if (V3_ANYWHERE.stream().noneMatch(c -> c.chainId() == network.chainId())) {
      throw new IllegalArgumentException("PancakeSwap is not known on " + network);
    }
    return EvmChain.on(network, signer).with(v2()).with(v3());
  }

  /** V2, for {@link AmmVenue#with}; refused by name on a chain that it is not on. */
  public static Function<ChainDialect, AmmDialect> v2() {
    return V2Contracts.on(V2_ANYWHERE);
  }

  /** V3, for {@link AmmVenue#with}; refused by name on a chain that it is not on. */
  public static Function<ChainDialect, AmmDialect> v3() {
    return V3Contracts.on(V3_ANYWHERE);
  }
}
