package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.ContractCall;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.v3.Amounts;
import dev.colibri.connector.amm.v3.LiquidityMath;
import dev.colibri.connector.amm.v3.TickMath;
import dev.colibri.connector.amm.v3.V3State;
import dev.colibri.connector.amm.v3.V3Ticks;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.LiquidityPosition;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ConcentratedLiquidity;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A market maker of V3's kind: pools with liquidity in ranges, a router, a manager of positions.
 */
final class V3Amm implements SwapRouter, ConcentratedLiquidity {
  private static final AbiFunction GET_POOL =
      AbiFunction.of("getPool(address tokenA, address tokenB, uint24 fee)(address pool)");
  private static final AbiFunction FEE = AbiFunction.of("fee()(uint24 fee)");
  private static final AbiFunction TICK_SPACING = AbiFunction.of("tickSpacing()(int24 spacing)");
  private static final AbiFunction WETH = AbiFunction.of("WETH9()(address wrapped)");
  private static final int PRICE_BITS = 192;

  private final EvmChain chain;
  private final V3Contracts contracts;
  private final V3Loader loader;
  private final Positions positions;

  private final Agreement agreement;

  V3Amm(EvmChain chain, V3Contracts contracts) {
    this.chain = chain;
    this.contracts = contracts;
    agreement = new Agreement(chain, contracts.amm(), contracts.factory(), WETH);
    loader = new V3Loader(chain);
    positions = new Positions(chain, contracts);
  }

  @Override
  public String name() {
    return contracts.amm();
  }

  // ---- pools

  @Override
  public Call<List<Pool>> pools(Token a, Token b) {
    Address one = PoolContracts.contract(chain, a);
    Address other = PoolContracts.contract(chain, b);
    List<ContractCall> calls = new ArrayList<>();
    for (int fee : contracts.fees()) {
      calls.add(ContractCall.of(contracts.factory(), GET_POOL, one, other, fee));
    }
    return chain
        .read(calls, null)
        .then(
            results -> {
              List<Address> addresses = new ArrayList<>();
              List<Integer> fees = new ArrayList<>();
              for (int i = 0; i < results.size(); i++) {
                Address address = results.get(i).values().address("pool");
                if (!address.isZero()) {
                  addresses.add(address);
                  fees.add(contracts.fees().get(i));
                }
              }
              return known(addresses, fees, a, b);
            });
  }

  /** Those of them that have a price. */
  private Call<List<Pool>> known(List<Address> addresses, List<Integer> fees, Token a, Token b) {
    List<ContractCall> calls = new ArrayList<>();
    for (Address address : addresses) {
      calls.add(ContractCall.of(address, TICK_SPACING));
      calls.add(ContractCall.of(address, V3Loader.SLOT_0));
    }
    return chain
        .read(calls, null)
        .map(
            results -> {
              List<Pool> pools = new ArrayList<>();
              for (int i = 0; i < addresses.size(); i++) {
                int spacing = results.get(2 * i).values().intValue("spacing");
                AbiValues slot0 = results.get(2 * i + 1).values();
                if (slot0.number("sqrtPriceX96").signum() > 0) {
                  pools.add(
                      PoolContracts.pool(
                          chain, name(), addresses.get(i), a, b, fees.get(i), spacing));
                }
              }
              return List.copyOf(pools);
            });
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
                      ContractCall.of(pool, PoolContracts.TOKEN_1),
                      ContractCall.of(pool, FEE),
                      ContractCall.of(pool, TICK_SPACING)),
                  null)
              .then(results -> Deployments.refusing(() -> pool(pool, results)));
        });
  }

  private Call<Pool> pool(Address address, List<ContractCall.Result> results) {
    Address token0 = results.get(0).values().address(0);
    Address token1 = results.get(1).values().address(0);
    int fee = results.get(2).values().intValue(0);
    int spacing = results.get(3).values().intValue(0);
    return chain
        .read(ContractCall.of(contracts.factory(), GET_POOL, token0, token1, fee), null)
        .then(
            values ->
                values.address("pool").equals(address)
                    ? chain
                        .tokens(List.of(token0, token1))
                        .map(
                            tokens ->
                                PoolContracts.pool(
                                    chain,
                                    name(),
                                    address,
                                    tokens.get(0),
                                    tokens.get(1),
                                    fee,
                                    spacing))
                    : Deployments.refused(address + " is no pool of " + name()));
  }

  @Override
  public Call<List<PoolState>> states(List<Pool> pools, Block at, BadRows rows) {
    return loader.states(pools, at, rows);
  }

  // ---- swaps

  @Override
  public boolean takes(SwapQuote quote) {
    return quote.legs().stream()
        .allMatch(leg -> leg.pools().stream().allMatch(p -> p.amm().equals(name())));
  }

  @Override
  public Call<Plan<Swapped>> swap(SwapQuote quote, BigInteger bound, long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          V2Amm.requireTaken(this, quote);
          Address wrapper = PoolContracts.wrapper(chain);
          Swap swap =
              new Swap(quote, bound, deadlineMillis, chain.requireWallet(), wrapper)
                  .whole(chain.network());
          Address router = contracts.router();
          return agreement.of(
              router,
              new Plan<>(
                  swap.draft(router, contracts.kind().swap(swap)),
                  swap.allowances(router),
                  receipt -> swapped(receipt, swap.quote.legs())));
        });
  }

  @Override
  public Swapped swapped(Receipt receipt, List<SwapQuote.Leg> legs) {
    return new Moves(receipt, chain.requireWallet())
        .swapped(legs, contracts.router(), PoolContracts.wrapper(chain));
  }

  // ---- liquidity

  @Override
  public Call<List<LiquidityPosition>> positions(Block at, BadRows rows) {
    return positions.all(at, rows);
  }

  @Override
  public Call<LiquidityPosition> position(String id, Block at) {
    return Deployments.refusing(() -> positions.one(Positions.number(id), at));
  }

  @Override
  public int tick(Pool pool, BigDecimal price) {
    if (price.signum() <= 0) {
      throw new IllegalArgumentException("a price of " + price.toPlainString());
    }
    int spacing = pool.tickSpacing();
    int shift = pool.token1().decimals() - pool.token0().decimals();
    BigInteger sqrt =
        price
            .movePointRight(shift)
            .multiply(new BigDecimal(BigInteger.ONE.shiftLeft(PRICE_BITS)))
            .setScale(0, RoundingMode.FLOOR)
            .toBigInteger()
            .sqrt();
    int last = TickMath.MAX_TICK / spacing * spacing;
    if (sqrt.compareTo(TickMath.sqrtRatio(-last)) <= 0) {
      return -last;
    }
    if (sqrt.compareTo(TickMath.sqrtRatio(last)) >= 0) {
      return last;
    }
    int below = Math.floorDiv(TickMath.tick(sqrt), spacing) * spacing;
    int above = Math.min(below + spacing, last);
    // The nearer by the ratio of prices: where the square of one is less than the product of both.
    BigInteger middle = TickMath.sqrtRatio(below).multiply(TickMath.sqrtRatio(above));
    return sqrt.multiply(sqrt).compareTo(middle) < 0 ? below : above;
  }

  @Override
  public Call<Plan<LiquidityChange>> open(
      Pool pool,
      int lowerTick,
      int upperTick,
      TokenAmount most0,
      TokenAmount most1,
      BigDecimal slippage,
      long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          PoolAmounts most = PoolAmounts.of(pool, most0, most1);
          requireRange(pool, lowerTick, upperTick);
          long deadline = PoolAmounts.seconds(deadlineMillis);
          return given(pool, lowerTick, upperTick, most, slippage)
              .then(
                  least -> {
                    byte[] data =
                        PositionManager.open(
                            pool,
                            lowerTick,
                            upperTick,
                            most,
                            least,
                            chain.requireWallet(),
                            deadline);
                    String what =
                        "open a position in "
                            + pool
                            + " from tick "
                            + lowerTick
                            + " to "
                            + upperTick
                            + " with at most "
                            + most.text(pool);
                    return agreement.of(
                        contracts.positions(),
                        new Plan<>(
                            draft(what, data, deadlineMillis),
                            most.allowances(pool, contracts.positions()),
                            receipt -> moves(pool, receipt).added(contracts.positions(), null)));
                  });
        });
  }

  private static void requireRange(Pool pool, int lowerTick, int upperTick) {
    int spacing = pool.tickSpacing();
    if (lowerTick >= upperTick
        || lowerTick % spacing != 0
        || upperTick % spacing != 0
        || lowerTick < TickMath.MIN_TICK
        || upperTick > TickMath.MAX_TICK) {
      throw new IllegalArgumentException(
          "a position in "
              + pool
              + " cannot be from tick "
              + lowerTick
              + " to "
              + upperTick
              + ": they are multiples of "
              + spacing);
    }
  }

  /** The least that goes in of both, by the pool's price now. */
  private Call<PoolAmounts> given(
      Pool pool, int lowerTick, int upperTick, PoolAmounts most, BigDecimal slippage) {
    most.less(slippage);
    return chain
        .read(ContractCall.of(Address.of(pool.address()), V3Loader.SLOT_0), null)
        .then(
            slot0 ->
                Deployments.refusing(
                    () -> {
                      V3State state = price(pool, slot0);
                      BigInteger liquidity =
                          LiquidityMath.liquidity(
                              state.sqrtPriceX96(),
                              lowerTick,
                              upperTick,
                              most.amount0(),
                              most.amount1());
                      if (liquidity.signum() == 0) {
                        throw new IllegalArgumentException(
                            most.text(pool) + " are not worth any liquidity at the price now");
                      }
                      return Call.of(
                          pair(LiquidityMath.amounts(state, lowerTick, upperTick, liquidity, true))
                              .less(slippage));
                    }));
  }

  static PoolAmounts pair(Amounts amounts) {
    return new PoolAmounts(amounts.amount0(), amounts.amount1());
  }

  /** A state that knows the price, and nothing else. */
  private static V3State price(Pool pool, AbiValues slot0) {
    return V3State.of(
        pool.feeMillionths(),
        slot0.number("sqrtPriceX96"),
        slot0.intValue("tick"),
        BigInteger.ZERO,
        V3Ticks.all(pool.tickSpacing(), List.of()));
  }

  @Override
  public Call<Plan<LiquidityChange>> add(
      LiquidityPosition position,
      TokenAmount most0,
      TokenAmount most1,
      BigDecimal slippage,
      long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          Pool pool = position.pool();
          PoolAmounts most = PoolAmounts.of(pool, most0, most1);
          BigInteger id = Positions.number(position.id());
          long deadline = PoolAmounts.seconds(deadlineMillis);
          return given(pool, position.lowerTick(), position.upperTick(), most, slippage)
              .then(
                  least ->
                      agreement.of(
                          contracts.positions(),
                          new Plan<>(
                              draft(
                                  "give at most " + most.text(pool) + " to position " + id,
                                  PositionManager.add(id, most, least, deadline),
                                  deadlineMillis),
                              most.allowances(pool, contracts.positions()),
                              receipt -> moves(pool, receipt).added(contracts.positions(), id))));
        });
  }

  @Override
  public Call<Plan<LiquidityChange>> remove(
      LiquidityPosition position, BigInteger liquidity, BigDecimal slippage, long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          PoolAmounts.requireShare(liquidity);
          if (liquidity.compareTo(position.liquidity()) > 0) {
            throw new IllegalArgumentException(
                "position "
                    + position.id()
                    + " has liquidity of "
                    + position.liquidity()
                    + ", not "
                    + liquidity);
          }
          return taken(position, liquidity, slippage, deadlineMillis, false);
        });
  }

  @Override
  public Call<Plan<LiquidityChange>> close(
      LiquidityPosition position, BigDecimal slippage, long deadlineMillis) {
    return Deployments.refusing(
        () -> taken(position, position.liquidity(), slippage, deadlineMillis, true));
  }

  private Call<Plan<LiquidityChange>> taken(
      LiquidityPosition position,
      BigInteger liquidity,
      BigDecimal slippage,
      long deadlineMillis,
      boolean close) {
    Pool pool = position.pool();
    BigInteger id = Positions.number(position.id());
    long deadline = PoolAmounts.seconds(deadlineMillis);
    new PoolAmounts(BigInteger.ZERO, BigInteger.ZERO).less(slippage);
    return chain
        .read(ContractCall.of(Address.of(pool.address()), V3Loader.SLOT_0), null)
        .then(
            slot0 ->
                Deployments.refusing(
                    () -> {
                      PoolAmounts least =
                          pair(LiquidityMath.amounts(
                                  price(pool, slot0),
                                  position.lowerTick(),
                                  position.upperTick(),
                                  liquidity,
                                  false))
                              .less(slippage);
                      Address wallet = chain.requireWallet();
                      byte[] data =
                          close
                              ? PositionManager.close(id, liquidity, least, wallet, deadline)
                              : PositionManager.remove(id, liquidity, least, wallet, deadline);
                      String what =
                          (close ? "close position " : "take from position ")
                              + id
                              + " at least "
                              + least.text(pool)
                              + " and what it is owed";
                      return agreement.of(
                          contracts.positions(),
                          new Plan<LiquidityChange>(
                              draft(what, data, deadlineMillis),
                              List.of(),
                              receipt ->
                                  moves(pool, receipt)
                                      .taken(contracts.positions(), id, liquidity.signum() > 0)));
                    }));
  }

  /**
   * What is owed has no price that could move, and the contract knows no deadline for it: it bounds
   * when this is signed, and for how long more is paid for it.
   */
  @Override
  public Call<Plan<LiquidityChange>> collect(LiquidityPosition position, long deadlineMillis) {
    return Deployments.refusing(
        () -> {
          BigInteger id = Positions.number(position.id());
          byte[] data = PositionManager.collect(id, chain.requireWallet());
          return agreement.of(
              contracts.positions(),
              new Plan<>(
                  new TransactionDraft(
                      "take what position " + id + " is owed",
                      contracts.positions().toString(),
                      BigInteger.ZERO,
                      data,
                      0,
                      deadlineMillis),
                  List.of(),
                  receipt ->
                      moves(position.pool(), receipt).taken(contracts.positions(), id, false)));
        });
  }

  private LiquidityMoves moves(Pool pool, Receipt receipt) {
    return new LiquidityMoves(pool, receipt, chain.requireWallet());
  }

  private TransactionDraft draft(String what, byte[] data, long deadlineMillis) {
    return new TransactionDraft(
        what + " until " + Instant.ofEpochSecond(PoolAmounts.seconds(deadlineMillis)),
        contracts.positions().toString(),
        BigInteger.ZERO,
        data,
        0,
        deadlineMillis);
  }
}
