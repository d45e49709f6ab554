package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Plan;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Lets the contracts of a market maker move something once they are known to be its own. */
final class Agreement {
  private final EvmChain chain;
  private final String amm;
  private final Address factory;
  private final AbiFunction wrapper;

  /** Those that named the factory, and what wraps the chain's own asset. */
  private final Set<Address> agreed = new LinkedHashSet<>();

  /**
   * Of nobody yet.
   *
   * @param wrapper how contracts of this kind are asked what they take for the chain's own asset
   */
  Agreement(EvmChain chain, String amm, Address factory, AbiFunction wrapper) {
    this.chain = chain;
    this.amm = amm;
    this.factory = factory;
    this.wrapper = wrapper;
  }

  /** A plan, once the contract that carries it out is known to be this market maker's. */
  <T> Call<Plan<T>> of(Address contract, Plan<T> plan) {
    if (agreed.contains(contract)) {
      return Call.of(plan);
    }
    List<Deployments.Named> names = new ArrayList<>();
    names.add(new Deployments.Named(contract, PoolContracts.FACTORY, factory));
    Address wraps = PoolContracts.wrapper(chain);
    if (!wraps.isZero()) {
      names.add(new Deployments.Named(contract, wrapper, wraps));
    }
    return Deployments.agree(chain, amm, names)
        .map(
            yes -> {
              agreed.add(contract);
              return plan;
            });
  }
}
