package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.ContractCall;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.Tokens;
import dev.colibri.connector.amm.v2.V2Pool;
import dev.colibri.connector.amm.v2.V2State;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolShare;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.PoolLiquidity;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.spi.TransactionDraft;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A market maker of V2's kind: pools with a constant product, and one router. */
final class V2Amm implements SwapRouter, PoolLiquidity {
  private static final AbiFunction GET_PAIR =
      AbiFunction.of("getPair(address tokenA, address tokenB)(address pair)");
  private static final AbiFunction FEE_TO = AbiFunction.of("feeTo()(address to)");
  private static final AbiFunction RESERVES =
      AbiFunction.of("getReserves()(uint112 reserve0, uint112 reserve1, uint32 at)");
  private static final AbiFunction TOTAL_SUPPLY = AbiFunction.of("totalSupply()(uint256 total)");
  private static final AbiFunction K_LAST = AbiFunction.of("kLast()(uint256 product)");
  private static final AbiFunction WETH = AbiFunction.of("WETH()(address wrapped)");

  /** Shares of a pool are counted as a token of its own. */
  private static final int SHARE_DECIMALS = 18;

  private final EvmChain chain;
  private final V2Contracts contracts;
  private final int feeMillionths;
  private final Agreement agreement;

  V2Amm(EvmChain chain, V2Contracts contracts) {
    this.chain = chain;
    this.contracts = contracts;
    agreement = new Agreement(chain, contracts.amm(), contracts.factory(), WETH);
    int whole = contracts.fees().whole();
    feeMillionths = (int) ((whole - contracts.fees().kept()) * 1_000_000L / whole);
  }

  @Override
  public String name() {
    return contracts.amm();
  }

  // ---- pools

  @Override
  public Call<List<Pool>> pools(Token a, Token b) {
    return chain
        .read(
            ContractCall.of(
                contracts.factory(),
                GET_PAIR,
                PoolContracts.contract(chain, a),
                PoolContracts.contract(chain, b)),
            null)
        .map(
            values -> {
              Address pair = values.address("pair");
              return pair.isZero() ? List.of() : List.of(pool(pair, a, b));
            });
  }

  private Pool pool(Address address, Token a, Token b) {
    return PoolContracts.pool(chain, name(), address, a, b, feeMillionths, 0);
  }

  @Override
  public Call<Pool> pool(String address) {
    return Deployments.refusing(
        () -> {
          Address pool = Address.of(address);
          return chain
              .read(
                  List.of(
                      ContractCall.of(pool, PoolContracts.TOKEN_0),
                      ContractCall.of(pool, PoolContracts.TOKEN_1)),
                  null)
              .then(results -> Deployments.refusing(() -> pool(pool, results)));
        });
  }

  private Call<Pool> pool(Address address, List<ContractCall.Result> results) {
    Address token0 = results.get(0).values().address(0);
    Address token1 = results.get(1).values().address(0);
    return chain
        .read(ContractCall.of(contracts.factory(), GET_PAIR, token0, token1), null)
        .then(
            values ->
                values.address("pair").equals(address)
                    ? chain
                        .tokens(List.of(token0, token1))
                        .map(tokens -> pool(address, tokens.get(0), tokens.get(1)))
                    : Deployments.refused(address + " is no pool of " + name()));
  }

  @Override
  public Call<List<PoolState>> states(List<Pool> pools, Block at, BadRows rows) {
    return chain
        .read(pools.stream().map(p -> ContractCall.of(address(p), RESERVES)).toList(), at)
        .map(
            results -> {
              List<PoolState> states = new ArrayList<>();
              for (int i = 0; i < pools.size(); i++) {
                try {
                  AbiValues told = results.get(i).values();
                  V2State state =
                      V2State.of(
                          contracts.fees(), told.number("reserve0"), told.number("reserve1"));
                  states.add(new V2Pool(pools.get(i), at, state));
                } catch (TextException | IllegalArgumentException e) {
                  rows.bad(pools.get(i).toString(), e);
                }
              }
              return List.copyOf(states);
            });
  }

  private static Address address(Pool pool) {
    return Address.of(pool.address());
  }

  // ---- swaps

  @Override
  public boolean takes(SwapQuote quote) {
    return quote.legs().size() == 1
        && quote.legs().get(0).pools().stream().allMatch(p -> p.amm().equals(name()));
  }

  @Override
  public Call<Plan<Swapped>> swap(SwapQuote quote, BigInteger bound, long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          requireTaken(this, quote);
          Address wrapper = PoolContracts.wrapper(chain);
          Swap swap =
              new Swap(quote, bound, deadlineMillis, chain.requireWallet(), wrapper)
                  .whole(chain.network());
          Address router = contracts.router();
          return agreement.of(
              contracts.router(),
              new Plan<>(
                  swap.draft(router, V2Router.swap(swap)),
                  swap.allowances(router),
                  receipt -> swapped(receipt, swap.quote.legs())));
        });
  }

  static void requireTaken(SwapRouter router, SwapQuote quote) {
    if (!router.takes(quote)) {
      throw new IllegalArgumentException(router.name() + " cannot go the way of " + quote.legs());
    }
  }

  @Override
  public Swapped swapped(Receipt receipt, List<SwapQuote.Leg> legs) {
    return new Moves(receipt, chain.requireWallet())
        .swapped(legs, contracts.router(), PoolContracts.wrapper(chain));
  }

  // ---- liquidity

  @Override
  public Call<PoolShare> share(Pool pool, Block at) {
    return held(pool, at).map(held -> held.share(held.shares, at));
  }

  /** A pool, and how many shares of it the wallet has. */
  private record Held(Pool pool, V2State state, BigInteger shares) {

    PoolAmounts worth(BigInteger liquidity) {
      V2State.Change change = state.withdraw(liquidity);
      return new PoolAmounts(change.amount0(), change.amount1());
    }

    PoolShare share(BigInteger liquidity, Block at) {
      PoolAmounts worth =
          liquidity.signum() == 0
              ? new PoolAmounts(BigInteger.ZERO, BigInteger.ZERO)
              : worth(liquidity);
      return new PoolShare(
          pool,
          liquidity,
          state.totalSupply(),
          new TokenAmount(pool.token0(), worth.amount0()),
          new TokenAmount(pool.token1(), worth.amount1()),
          at);
    }
  }

  private Call<Held> held(Pool pool, @Nullable Block at) {
    Address address = address(pool);
    return chain
        .read(
            List.of(
                ContractCall.of(address, RESERVES),
                ContractCall.of(address, TOTAL_SUPPLY),
                ContractCall.of(address, K_LAST),
                ContractCall.of(contracts.factory(), FEE_TO),
                ContractCall.of(address, Tokens.BALANCE_OF, chain.requireWallet())),
            at)
        .map(
            told ->
                new Held(
                    pool,
                    new V2State(
                        contracts.fees(),
                        told.get(0).values().number("reserve0"),
                        told.get(0).values().number("reserve1"),
                        told.get(1).values().number(0),
                        !told.get(3).values().address(0).isZero(),
                        told.get(2).values().number(0)),
                    told.get(4).values().number(0)));
  }

  @Override
  public Call<Plan<LiquidityChange>> add(
      Pool pool, TokenAmount most0, TokenAmount most1, BigDecimal slippage, long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          PoolAmounts most = PoolAmounts.of(pool, most0, most1);
          PoolAmounts.requireBoth(most);
          most.less(slippage);
          return held(pool, null)
              .then(
                  held ->
                      Deployments.refusing(
                          () ->
                              agreement.of(
                                  contracts.router(), add(held, most, slippage, deadlineMillis))));
        });
  }

  private Plan<LiquidityChange> add(
      Held held, PoolAmounts most, BigDecimal slippage, long deadlineMillis) {
    if (held.state.totalSupply().signum() == 0) {
      throw new IllegalArgumentException(held.pool + " is empty: whoever is first makes its price");
    }
    V2State.Change now = held.state.fit(most.amount0(), most.amount1());
    PoolAmounts least = new PoolAmounts(now.amount0(), now.amount1()).less(slippage);
    byte[] data =
        V2Router.add(
            Address.of(held.pool.token0().address()),
            Address.of(held.pool.token1().address()),
            most,
            least,
            chain.requireWallet(),
            PoolAmounts.seconds(deadlineMillis));
    return new Plan<>(
        draft("give at most " + most.text(held.pool) + " to " + held.pool, data, deadlineMillis),
        most.allowances(held.pool, contracts.router()),
        receipt -> new LiquidityMoves(held.pool, receipt, chain.requireWallet()).addedToPool());
  }

  @Override
  public Call<Plan<LiquidityChange>> remove(
      Pool pool, BigInteger liquidity, BigDecimal slippage, long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          PoolAmounts.requireShare(liquidity);
          return held(pool, null)
              .then(
                  held ->
                      Deployments.refusing(
                          () ->
                              agreement.of(
                                  contracts.router(),
                                  remove(held, liquidity, slippage, deadlineMillis))));
        });
  }

  private Plan<LiquidityChange> remove(
      Held held, BigInteger liquidity, BigDecimal slippage, long deadlineMillis) {
    if (liquidity.compareTo(held.shares) > 0) {
      throw new IllegalArgumentException(
          "the wallet has " + held.shares + " shares of " + held.pool + ", not " + liquidity);
    }
    PoolAmounts least = held.worth(liquidity).less(slippage);
    byte[] data =
        V2Router.remove(
            Address.of(held.pool.token0().address()),
            Address.of(held.pool.token1().address()),
            liquidity,
            least,
            chain.requireWallet(),
            PoolAmounts.seconds(deadlineMillis));
    Token shares = new Token(held.pool.address(), "LP", SHARE_DECIMALS);
    return new Plan<>(
        draft(
            "take at least " + least.text(held.pool) + " back from " + held.pool,
            data,
            deadlineMillis),
        List.of(
            new Plan.Allowance(new TokenAmount(shares, liquidity), contracts.router().toString())),
        receipt -> new LiquidityMoves(held.pool, receipt, chain.requireWallet()).removedFromPool());
  }

  private TransactionDraft draft(String what, byte[] data, long deadlineMillis) {
    return new TransactionDraft(
        what + " until " + Instant.ofEpochSecond(PoolAmounts.seconds(deadlineMillis)),
        contracts.router().toString(),
        BigInteger.ZERO,
        data,
        0,
        deadlineMillis);
  }
}
