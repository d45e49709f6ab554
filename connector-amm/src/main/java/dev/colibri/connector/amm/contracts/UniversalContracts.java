package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.ChainDialect;
import java.util.List;
import java.util.function.Function;

/**
 * Where a Universal Router is on one chain.
 *
 * @param amm what it is called, as in {@code uniswap-universal}
 * @param chainId the chain's number
 * @param router swaps
 * @param pools the names of the market makers whose pools it goes through
 * @param checked whether somebody looked at what the chain has there
 */
public record UniversalContracts(
    String amm, long chainId, Address router, List<String> pools, boolean checked) {
  public UniversalContracts {
    pools = List.copyOf(pools);
  }

  /** That of a chain that nobody has checked. */
  public static UniversalContracts of(String amm, long chainId, String router, List<String> pools) {
    return new UniversalContracts(amm, chainId, Address.of(router), pools, false);
  }

  /**
   * A router to trade by, by where it is.
   *
   * @param anywhere where it is, on every chain that it is on
   * @return makes its dialect on a connector's chain; refuses one that it is not on, by name
   */
  public static Function<ChainDialect, AmmDialect> on(List<UniversalContracts> anywhere) {
    return chain ->
        Deployments.on(
            chain,
            anywhere,
            UniversalContracts::chainId,
            UniversalContracts::amm,
            UniversalRouter::new);
  }
}
