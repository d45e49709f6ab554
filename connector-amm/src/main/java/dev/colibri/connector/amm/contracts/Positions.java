package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.AbiValues;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.ContractCall;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.Tokens;
import dev.colibri.connector.amm.v3.ProtocolFee;
import dev.colibri.connector.amm.v3.V3Position;
import dev.colibri.connector.amm.v3.V3State;
import dev.colibri.connector.amm.v3.V3Tick;
import dev.colibri.connector.amm.v3.V3Ticks;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.LiquidityPosition;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.text.TextException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads the V3 positions of a wallet, with what they are owed now. All of it is of one block. */
final class Positions {
  private static final AbiFunction OF_OWNER =
      AbiFunction.of("tokenOfOwnerByIndex(address owner, uint256 index)(uint256 id)");
  private static final AbiFunction OWNER_OF = AbiFunction.of("ownerOf(uint256 id)(address owner)");
  private static final AbiFunction POSITIONS =
      AbiFunction.of(
          "positions(uint256 id)(uint96 nonce, address operator, address token0, address token1,"
              + " uint24 fee, int24 tickLower, int24 tickUpper, uint128 liquidity, uint256"
              + " feeGrowthInside0LastX128, uint256 feeGrowthInside1LastX128, uint128 tokensOwed0,"
              + " uint128 tokensOwed1)");
  private static final AbiFunction GET_POOL =
      AbiFunction.of("getPool(address tokenA, address tokenB, uint24 fee)(address pool)");
  private static final AbiFunction TICK_SPACING = AbiFunction.of("tickSpacing()(int24 spacing)");
  private static final AbiFunction GROWTH_0 =
      AbiFunction.of("feeGrowthGlobal0X128()(uint256 growth)");
  private static final AbiFunction GROWTH_1 =
      AbiFunction.of("feeGrowthGlobal1X128()(uint256 growth)");

  /** The latest ones of a wallet that has more. */
  private static final int MOST = 1_000;

  private final EvmChain chain;
  private final V3Contracts contracts;

  Positions(EvmChain chain, V3Contracts contracts) {
    this.chain = chain;
    this.contracts = contracts;
  }

  /** A position's number. */
  static BigInteger number(String id) {
    if (!id.matches("[0-9]{1,78}")) {
      throw new IllegalArgumentException("no position: " + id);
    }
    return new BigInteger(id);
  }

  Call<List<LiquidityPosition>> all(Block at, BadRows rows) {
    Address wallet = chain.requireWallet();
    return chain
        .read(ContractCall.of(contracts.positions(), Tokens.BALANCE_OF, wallet), at)
        .then(
            held -> {
              int count = held.number(0).min(BigInteger.valueOf(Integer.MAX_VALUE)).intValue();
              List<ContractCall> calls = new ArrayList<>();
              for (int i = Math.max(0, count - MOST); i < count; i++) {
                calls.add(ContractCall.of(contracts.positions(), OF_OWNER, wallet, i));
              }
              if (count > MOST) {
                rows.bad(
                    contracts.amm(),
                    new TextException(
                        "the wallet has "
                            + count
                            + " positions: only the last "
                            + MOST
                            + " are read"));
              }
              return chain.read(calls, at);
            })
        .then(
            results -> told(results.stream().map(r -> r.values().number("id")).toList(), at, rows));
  }

  Call<LiquidityPosition> one(BigInteger id, Block at) {
    return chain
        .read(ContractCall.of(contracts.positions(), OWNER_OF, id), at)
        .then(
            owner ->
                owner.address("owner").equals(chain.requireWallet())
                    ? told(List.of(id), at, Positions::thrown).map(all -> all.get(0))
                    : Deployments.refused("position " + id + " is not the wallet's"));
  }

  private static void thrown(String row, RuntimeException problem) {
    throw problem;
  }

  /** What pools of the wallet's positions are known by: their tokens and fee. */
  private record Key(Address token0, Address token1, int fee) {
    static Key of(AbiValues position) {
      return new Key(
          position.address("token0"), position.address("token1"), position.intValue("fee"));
    }
  }

  private Call<List<LiquidityPosition>> told(List<BigInteger> ids, Block at, BadRows rows) {
    return chain
        .read(
            ids.stream().map(id -> ContractCall.of(contracts.positions(), POSITIONS, id)).toList(),
            at)
        .then(
            results -> {
              Map<BigInteger, AbiValues> told = new LinkedHashMap<>();
              for (int i = 0; i < ids.size(); i++) {
                try {
                  told.put(ids.get(i), results.get(i).values());
                } catch (TextException e) {
                  rows.bad("position " + ids.get(i), e);
                }
              }
              List<Key> keys = told.values().stream().map(Key::of).distinct().toList();
              return pools(keys, at).then(pools -> owed(told, pools, at, rows));
            });
  }

  private Call<Map<Key, Pool>> pools(List<Key> keys, Block at) {
    List<Address> tokens =
        keys.stream().flatMap(k -> Stream.of(k.token0, k.token1)).distinct().toList();
    return chain
        .tokens(tokens)
        .then(
            named -> {
              Map<Address, Token> byAddress = new LinkedHashMap<>();
              for (int i = 0; i < tokens.size(); i++) {
                byAddress.put(tokens.get(i), named.get(i));
              }
              return addresses(keys, at).then(found -> spaced(keys, byAddress, found, at));
            });
  }

  private Call<List<Address>> addresses(List<Key> keys, Block at) {
    return chain
        .read(
            keys.stream()
                .map(k -> ContractCall.of(contracts.factory(), GET_POOL, k.token0, k.token1, k.fee))
                .toList(),
            at)
        .map(results -> results.stream().map(r -> r.values().address("pool")).toList());
  }

  private Call<Map<Key, Pool>> spaced(
      List<Key> keys, Map<Address, Token> tokens, List<Address> addresses, Block at) {
    return chain
        .read(addresses.stream().map(a -> ContractCall.of(a, TICK_SPACING)).toList(), at)
        .map(
            results -> {
              Map<Key, Pool> pools = new LinkedHashMap<>();
              for (int i = 0; i < keys.size(); i++) {
                Key key = keys.get(i);
                pools.put(
                    key,
                    new Pool(
                        contracts.amm(),
                        addresses.get(i).toString(),
                        tokens.get(key.token0),
                        tokens.get(key.token1),
                        key.fee,
                        results.get(i).values().intValue("spacing")));
              }
              return pools;
            });
  }

  /** With the fees that came since they were last touched. */
  private Call<List<LiquidityPosition>> owed(
      Map<BigInteger, AbiValues> told, Map<Key, Pool> pools, Block at, BadRows rows) {
    List<ContractCall> calls = new ArrayList<>();
    for (AbiValues position : told.values()) {
      Address pool = Address.of(pools.get(Key.of(position)).address());
      calls.add(ContractCall.of(pool, V3Loader.SLOT_0));
      calls.add(ContractCall.of(pool, GROWTH_0));
      calls.add(ContractCall.of(pool, GROWTH_1));
      calls.add(ContractCall.of(pool, V3Loader.TICKS, position.intValue("tickLower")));
      calls.add(ContractCall.of(pool, V3Loader.TICKS, position.intValue("tickUpper")));
    }
    return chain
        .read(calls, at)
        .map(
            results -> {
              List<LiquidityPosition> positions = new ArrayList<>();
              int next = 0;
              for (Map.Entry<BigInteger, AbiValues> e : told.entrySet()) {
                List<ContractCall.Result> of = results.subList(next, next + 5);
                next += 5;
                try {
                  Pool pool = pools.get(Key.of(e.getValue()));
                  positions.add(position(e.getKey(), e.getValue(), pool, of, at));
                } catch (TextException | IllegalArgumentException problem) {
                  rows.bad("position " + e.getKey(), problem);
                }
              }
              return List.copyOf(positions);
            });
  }

  private static LiquidityPosition position(
      BigInteger id, AbiValues told, Pool pool, List<ContractCall.Result> results, Block at) {
    V3Position position =
        new V3Position(
            told.intValue("tickLower"),
            told.intValue("tickUpper"),
            told.number("liquidity"),
            told.number("feeGrowthInside0LastX128"),
            told.number("feeGrowthInside1LastX128"),
            told.number("tokensOwed0"),
            told.number("tokensOwed1"));
    V3State state = state(position, pool, results);
    PoolAmounts amounts = V3Amm.pair(position.amounts(state));
    // What has no liquidity earns nothing, and its ends may be gone.
    PoolAmounts owed =
        position.liquidity().signum() == 0
            ? new PoolAmounts(position.tokensOwed0(), position.tokensOwed1())
            : V3Amm.pair(position.owed(state));
    return new LiquidityPosition(
        id.toString(),
        pool,
        position.lowerTick(),
        position.upperTick(),
        position.liquidity(),
        new TokenAmount(pool.token0(), amounts.amount0()),
        new TokenAmount(pool.token1(), amounts.amount1()),
        new TokenAmount(pool.token0(), owed.amount0()),
        new TokenAmount(pool.token1(), owed.amount1()),
        at);
  }

  /** Of all ticks only the position's ends: enough for what it is owed, and for nothing else. */
  private static V3State state(V3Position position, Pool pool, List<ContractCall.Result> results) {
    AbiValues slot0 = results.get(0).values();
    List<V3Tick> ends = new ArrayList<>();
    if (position.liquidity().signum() > 0) {
      ends.add(tick(position.lowerTick(), results.get(3).values()));
      ends.add(tick(position.upperTick(), results.get(4).values()));
    }
    return new V3State(
        pool.feeMillionths(),
        ProtocolFee.NONE,
        slot0.number("sqrtPriceX96"),
        slot0.intValue("tick"),
        BigInteger.ZERO,
        results.get(1).values().number("growth"),
        results.get(2).values().number("growth"),
        V3Ticks.all(pool.tickSpacing(), ends));
  }

  private static V3Tick tick(int index, AbiValues told) {
    return new V3Tick(
        index,
        told.number("liquidityGross"),
        told.number("liquidityNet"),
        told.number("feeGrowthOutside0X128"),
        told.number("feeGrowthOutside1X128"));
  }
}
