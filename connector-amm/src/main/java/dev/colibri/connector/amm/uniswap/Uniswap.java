package dev.colibri.connector.amm.uniswap;

import dev.colibri.connector.amm.contracts.UniversalContracts;
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
 * Uniswap V2 and V3, and its Universal Router.
 *
 * <pre>{@code
 * colibri.open(Uniswap.on(EvmNetwork.BASE, wallet).with(PancakeSwap.v3()));
 * }</pre>
 */
public final class Uniswap {
  private static final String V2 = "uniswap-v2";
  private static final String V3 = "uniswap-v3";

  /** 0.3 %, of which a sixth is the protocol's where it is taken. */
  private static final V2Fees FEES = new V2Fees(997, 1000, 1, 6);

  private static final List<Integer> TIERS = List.of(100, 500, 3000, 10_000);

  private static final List<V2Contracts> V2_ANYWHERE =
      List.of(
          v2(
              EvmNetwork.MAINNET,
              "0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f",
              "0x7a250d5630B4cF539739dF2C5dAcb4c659F2488D"),
          v2(
              EvmNetwork.ARBITRUM,
              "0xf1D7CC64Fb4452F05c498126312eBE29f30Fbcf9",
              "0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24"),
          v2(
              EvmNetwork.OPTIMISM,
              "0x0c3c1c532F1e39EdF36BE9Fe0bE1410313E074Bf",
              "0x4A7b5Da61326A6379179b40d00F57E5bbDC962c2"),
          v2(
              EvmNetwork.BASE,
              "0x8909Dc15e40173Ff4699343b6eB8132c65e18eC6",
              "0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24"),
          v2(
              EvmNetwork.SEPOLIA,
              "0xF62c03E08ada871A0bEb309762E260a7a6a880E6",
              "0xeE567Fe1712Faf6149d80dA1E6934E354124CfE3"),
          // The same factory as on Base, as both are deployed by the same steps.
          v2(
              EvmNetwork.BSC,
              "0x8909Dc15e40173Ff4699343b6eB8132c65e18eC6",
              "0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24"),
          v2(
              EvmNetwork.AVALANCHE,
              "0x9e5A52f57b3038F1B8EeE45F28b3C1967e22799C",
              "0x4752ba5dbc23f44d87826276bf6fd6b1c372ad24"),
          v2(
              EvmNetwork.POLYGON,
              "0x9e5A52f57b3038F1B8EeE45F28b3C1967e22799C",
              "0xedf6066a2b290C185783862C7F4776A2C8077AD1"));

  private static final List<V3Contracts> V3_ANYWHERE =
      List.of(
          v3(
              EvmNetwork.MAINNET,
              "0x1F98431c8aD98523631AE4a59f267346ea31F984",
              "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45",
              "0xC36442b4a4522E871399CD717aBDD847Ab11FE88"),
          v3(
              EvmNetwork.ARBITRUM,
              "0x1F98431c8aD98523631AE4a59f267346ea31F984",
              "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45",
              "0xC36442b4a4522E871399CD717aBDD847Ab11FE88"),
          v3(
              EvmNetwork.OPTIMISM,
              "0x1F98431c8aD98523631AE4a59f267346ea31F984",
              "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45",
              "0xC36442b4a4522E871399CD717aBDD847Ab11FE88"),
          v3(
              EvmNetwork.BASE,
              "0x33128a8fC17869897dcE68Ed026d694621f6FDfD",
              "0x2626664c2603336E57B271c5C0b26F421741e481",
              "0x03a520b32C04BF3bEEf7BEb72E919cf822Ed34f1"),
          v3(
              EvmNetwork.SEPOLIA,
              "0x0227628f3F023bb0B980b67D528571c95c6DaC1c",
              "0x3bFA4769FB09eefC5a80d6E87c3B9C650f7Ae48E",
              "0x1238536071E1c677A632429e3655c799b22cDA52"),
          v3(
              EvmNetwork.BSC,
              "0xdB1d10011AD0Ff90774D0C6Bb92e5C5c8b4461F7",
              "0xB971eF87ede563556b2ED4b1C0b0019111Dd85d2",
              "0x7b8A01B39D58278b5DE7e48c8449c9f4F5170613"),
          v3(
              EvmNetwork.AVALANCHE,
              "0x740b1c1de25031C31FF4fC9A62f554A55cdC1baD",
              "0xbb00FF08d01D300023C629E8fFfFcb65A5a578cE",
              "0x655C406EBFa14EE2006250925e54ec43AD184f8B"),
          v3(
              EvmNetwork.CELO,
              "0xAfE208a311B21f13EF87E33A90049fC17A7acDEc",
              "0x5615CDAb10dc425a742d643d949a7F474C01abc4",
              "0x3d79EdAaBC0EaB6F08ED885C05Fc0B014290D95A"),
          v3(
              EvmNetwork.POLYGON,
              "0x1F98431c8aD98523631AE4a59f267346ea31F984",
              "0x68b3465833fb72A70ecDF485E0e4C7bD8665Fc45",
              "0xC36442b4a4522E871399CD717aBDD847Ab11FE88"));

  private static final List<UniversalContracts> UNIVERSAL_ANYWHERE =
      List.of(
          universal(EvmNetwork.MAINNET, "0x66a9893cc07d91d95644aedd05d03f95e1dba8af"),
          universal(EvmNetwork.ARBITRUM, "0xa51afafe0263b40edaef0df8781ea9aa03e381a3"),
          universal(EvmNetwork.OPTIMISM, "0x851116d9223fabed8e56c0e6b8ad0c31d98b3507"),
          universal(EvmNetwork.BASE, "0x6ff5693b99212da76ad316178a184ab56d299b43"),
          universal(EvmNetwork.SEPOLIA, "0x3a9d48ab9751398bbfa63ad67599bb04e4bdf98b"),
          universal(EvmNetwork.BSC, "0x1906c1d672b88cd1b9ac7593301ca990f94eae07"),
          universal(EvmNetwork.AVALANCHE, "0x94b75331ae8d42c1b61065089b7d48fe14aa73b7"),
          universal(EvmNetwork.CELO, "0x643770e279d5d0733f21d6dc03a8efbabf3255b4"),
          universal(EvmNetwork.POLYGON, "0x1095692a6237d83c6a72f3f5efedb9a670c49223"));

  private Uniswap() {}

  private static V2Contracts v2(EvmNetwork network, String factory, String router) {
    return V2Contracts.of(V2, network.chainId(), factory, router, FEES);
  }

  private static V3Contracts v3(
      EvmNetwork network, String factory, String router, String positions) {
    return V3Contracts.of(
        V3, network.chainId(), factory, router, V3Router.SWAP_ROUTER_02, positions, TIERS);
  }

  private static UniversalContracts universal(EvmNetwork network, String router) {
    return UniversalContracts.of("uniswap-universal", network.chainId(), router, List.of(V2, V3));
  }

  /**
   * V2 and V3 on a chain, each where it is there.
   *
   * @param signer the wallet; null for a connector that only looks
   * @throws IllegalArgumentException when neither is there
   */
  public static AmmVenue on(EvmNetwork network, @Nullable Signer signer) {
    AmmVenue venue = EvmChain.on(network, signer);
    boolean v2 = V2_ANYWHERE.stream().anyMatch(c -> c.chainId() == network.chainId());
    boolean v3 = V3_ANYWHERE.stream().anyMatch(c -> c.chainId() == network.chainId());
    if (!v2 && !v3) {
      throw new IllegalArgumentException("Uniswap is not known on " + network);
    }
    if (v2) {
      venue = venue.with(v2());
    }
    return v3 ? venue.with(v3()) : venue;
  }

  /** V2, for {@link AmmVenue#with}; refused by name on a chain that it is not on. */
  public static Function<ChainDialect, AmmDialect> v2() {
    return V2Contracts.on(V2_ANYWHERE);
  }

  /** V3, for {@link AmmVenue#with}; refused by name on a chain that it is not on. */
  public static Function<ChainDialect, AmmDialect> v3() {
    return V3Contracts.on(V3_ANYWHERE);
  }

  /**
   * The Universal Router, for {@link AmmVenue#with} beside V2 and V3: it carries out what goes
   * through both at once, and takes tokens by signed leave. Refused by name on a chain that it is
   * not on.
   */
  public static Function<ChainDialect, AmmDialect> universalRouter() {
    return UniversalContracts.on(UNIVERSAL_ANYWHERE);
  }
}
