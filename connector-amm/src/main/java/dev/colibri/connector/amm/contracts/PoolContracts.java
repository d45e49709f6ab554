package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;

/** What factories and pools of both kinds are asked. */
final class PoolContracts {
  static final AbiFunction FACTORY = AbiFunction.of("factory()(address factory)");
  static final AbiFunction TOKEN_0 = AbiFunction.of("token0()(address token)");
  static final AbiFunction TOKEN_1 = AbiFunction.of("token1()(address token)");

  private PoolContracts() {}

  /** The contract of a token; of the chain's own asset, that which wraps it. */
  static Address contract(EvmChain chain, Token token) {
    return token.isNative() ? chain.requireWrapped() : Address.of(token.address());
  }

  /** The same token, or the one that the chain's own asset is wrapped in. */
  static Token wrapped(EvmChain chain, Token token) {
    return token.isNative()
        ? new Token(
            chain.requireWrapped().toString(), chain.network().wrappedSymbol(), token.decimals())
        : token;
  }

  /** A pool of two tokens, whichever is said first: its own order is that of their addresses. */
  static Pool pool(
      EvmChain chain, String amm, Address address, Token a, Token b, int fee, int spacing) {
    Token one = wrapped(chain, a);
    Token other = wrapped(chain, b);
    boolean sorted = Address.of(one.address()).compareTo(Address.of(other.address())) < 0;
    return new Pool(
        amm, address.toString(), sorted ? one : other, sorted ? other : one, fee, spacing);
  }

  /** What wraps the chain's own asset; nobody where nothing does. */
  static Address wrapper(EvmChain chain) {
    Address wrapper = chain.network().find("wrapped");
    return wrapper == null ? Address.ZERO : wrapper;
  }
}
