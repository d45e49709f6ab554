package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.ContractCall;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.text.TextException;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** Which contracts there are on a chain, and that they are what they are taken for. */
final class Deployments {
  private Deployments() {}

  /**
   * The dialect of what is on a chain.
   *
   * @throws IllegalArgumentException when it is not on that one, naming those that it is on
   */
  static <T> AmmDialect on(
      ChainDialect chain,
      List<T> anywhere,
      ToLongFunction<T> chainId,
      Function<T, String> name,
      BiFunction<EvmChain, T, AmmDialect> dialect) {
    String amm = anywhere.isEmpty() ? "what is nowhere" : name.apply(anywhere.get(0));
    if (!(chain instanceof EvmChain evm)) {
      throw new IllegalArgumentException(amm + " is on chains of the Ethereum virtual machine");
    }
    for (T contracts : anywhere) {
      if (chainId.applyAsLong(contracts) == evm.network().chainId()) {
        return dialect.apply(evm, contracts);
      }
    }
    List<String> on = anywhere.stream().map(c -> called(chainId.applyAsLong(c))).toList();
    throw new IllegalArgumentException(
        amm + " is not on " + evm.network() + ", but on " + String.join(", ", on));
  }

  private static String called(long chainId) {
    return EvmNetwork.all().stream()
        .filter(n -> n.chainId() == chainId)
        .map(EvmNetwork::name)
        .findFirst()
        .orElse("chain " + chainId);
  }

  /**
   * That contracts name one another, so that a table with a mistake, or another chain's, moves
   * nothing. It is asked once for every dialect.
   *
   * @param names what is asked of which contract, and what it must say; native names are left out
   *     where the chain wraps nothing
   */
  static Call<Boolean> agree(EvmChain chain, String amm, List<Named> names) {
    return chain
        .read(names.stream().map(n -> ContractCall.of(n.of, n.function)).toList(), null)
        .then(
            results -> {
              for (int i = 0; i < names.size(); i++) {
                Named named = names.get(i);
                String said;
                try {
                  Address address = results.get(i).values().address(0);
                  if (address.equals(named.expected)) {
                    continue;
                  }
                  said = "is " + address + ", not " + named.expected;
                } catch (TextException e) {
                  said = "cannot be read: " + e.getMessage();
                }
                return refused(
                    amm + " is not what it is taken for: " + results.get(i).call() + " " + said);
              }
              return Call.of(true);
            });
  }

  /**
   * What a contract must say of another.
   *
   * @param of who is asked
   */
  record Named(Address of, AbiFunction function, Address expected) {}

  /** A refusal without asking. */
  static <T> Call<T> refused(String why) {
    return Call.failed(Fault.of(Fault.Kind.REJECTED, why));
  }

  /** What is found to be wrong before anything is asked, as a refusal. */
  static <T> Call<T> refusing(Supplier<Call<T>> call) {
    try {
      return call.get();
    } catch (IllegalArgumentException | IllegalStateException | TextException e) {
      return refused(String.valueOf(e.getMessage()));
    }
  }
}
