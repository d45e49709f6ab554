package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.ChainDialect;
import java.util.List;
import java.util.function.Function;

/**
 * Where a market maker of V3's kind has its contracts on one chain.
 *
 * @param amm what it is called, as in {@code uniswap-v3}
 * @param chainId the chain's number
 * @param factory makes its pools
 * @param router swaps
 * @param kind how the router is told to
 * @param positions manages positions
 * @param fees of the pools that are looked for, in millionths; there may be others
 * @param checked whether somebody looked at what the chain has there. Whatever it says, a connector
 *     asks the contracts for one another before it lets them move anything.
 */
public record V3Contracts(
    String amm,
    long chainId,
    Address factory,
    Address router,
    V3Router kind,
    Address positions,
    List<Integer> fees,
    boolean checked) {
  public V3Contracts {
    fees = List.copyOf(fees);
  }

  /** Those of a chain that nobody has checked. */
  public static V3Contracts of(
      String amm,
      long chainId,
      String factory,
      String router,
      V3Router kind,
      String positions,
      List<Integer> fees) {
    return new V3Contracts(
        amm,
        chainId,
        Address.of(factory),
        Address.of(router),
        kind,
        Address.of(positions),
        fees,
        false);
  }

  /**
   * A market maker to trade with, by where it is.
   *
   * @param anywhere its contracts on every chain that it is on
   * @return makes its dialect on a connector's chain; refuses one that it is not on, by name
   */
  public static Function<ChainDialect, AmmDialect> on(List<V3Contracts> anywhere) {
    return chain ->
        Deployments.on(chain, anywhere, V3Contracts::chainId, V3Contracts::amm, V3Amm::new);
  }
}
