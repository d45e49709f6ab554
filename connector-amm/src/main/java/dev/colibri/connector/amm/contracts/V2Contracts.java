package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.ChainDialect;
import java.util.List;
import java.util.function.Function;

/**
 * Where a market maker of V2's kind has its contracts on one chain.
 *
 * @param amm what it is called, as in {@code uniswap-v2}
 * @param chainId the chain's number
 * @param factory makes its pools
 * @param router swaps, and takes and gives liquidity
 * @param fees what its pools keep
 * @param checked whether somebody looked at what the chain has there. Whatever it says, a connector
 *     asks the contracts for one another before it lets them move anything.
 */
public record V2Contracts(
    String amm, long chainId, Address factory, Address router, V2Fees fees, boolean checked) {

  /** Those of a chain that nobody has checked. */
  public static V2Contracts of(
      String amm, long chainId, String factory, String router, V2Fees fees) {
    return new V2Contracts(amm, chainId, Address.of(factory), Address.of(router), fees, false);
  }

  /**
   * A market maker to trade with, by where it is.
   *
   * @param anywhere its contracts on every chain that it is on
   * @return makes its dialect on a connector's chain; refuses one that it is not on, by name
   */
  public static Function<ChainDialect, AmmDialect> on(List<V2Contracts> anywhere) {
    return chain ->
        Deployments.on(chain, anywhere, V2Contracts::chainId, V2Contracts::amm, V2Amm::new);
  }
}
