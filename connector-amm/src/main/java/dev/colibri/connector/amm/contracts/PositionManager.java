package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.model.Pool;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the manager of V3 positions is told (NonfungiblePositionManager). */
final class PositionManager {
  private static final AbiFunction MINT =
      AbiFunction.of(
          "mint((address token0, address token1, uint24 fee, int24 tickLower, int24 tickUpper,"
              + " uint256 amount0Desired, uint256 amount1Desired, uint256 amount0Min, uint256"
              + " amount1Min, address recipient, uint256 deadline) params)");
  private static final AbiFunction INCREASE =
      AbiFunction.of(
          "increaseLiquidity((uint256 tokenId, uint256 amount0Desired, uint256 amount1Desired,"
              + " uint256 amount0Min, uint256 amount1Min, uint256 deadline) params)");
  private static final AbiFunction DECREASE =
      AbiFunction.of(
          "decreaseLiquidity((uint256 tokenId, uint128 liquidity, uint256 amount0Min, uint256"
              + " amount1Min, uint256 deadline) params)");
  private static final AbiFunction COLLECT =
      AbiFunction.of(
          "collect((uint256 tokenId, address recipient, uint128 amount0Max, uint128 amount1Max)"
              + " params)");
  private static final AbiFunction BURN = AbiFunction.of("burn(uint256 tokenId)");
  private static final AbiFunction MULTICALL = AbiFunction.of("multicall(bytes[] data)");
  private static final BigInteger ALL = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

  private PositionManager() {}

  static byte[] open(
      Pool pool,
      int lowerTick,
      int upperTick,
      PoolAmounts most,
      PoolAmounts least,
      Address wallet,
      long deadline) {
    return MINT.encode(
        Arrays.asList(
            Address.of(pool.token0().address()),
            Address.of(pool.token1().address()),
            pool.feeMillionths(),
            lowerTick,
            upperTick,
            most.amount0(),
            most.amount1(),
            least.amount0(),
            least.amount1(),
            wallet,
            deadline));
  }

  static byte[] add(BigInteger id, PoolAmounts most, PoolAmounts least, long deadline) {
    return INCREASE.encode(
        Arrays.asList(
            id, most.amount0(), most.amount1(), least.amount0(), least.amount1(), deadline));
  }

  /** Takes liquidity back, and all that is owed with it. */
  static byte[] remove(
      BigInteger id, BigInteger liquidity, PoolAmounts least, Address wallet, long deadline) {
    return MULTICALL.encode(List.of(decrease(id, liquidity, least, deadline), collect(id, wallet)));
  }

  /** Takes all that is owed. */
  static byte[] collect(BigInteger id, Address wallet) {
    return COLLECT.encode(Arrays.asList(id, wallet, ALL, ALL));
  }

  /** Takes everything back, and ends the position. */
  static byte[] close(
      BigInteger id, BigInteger liquidity, PoolAmounts least, Address wallet, long deadline) {
    List<byte[]> calls = new ArrayList<>();
    if (liquidity.signum() > 0) {
      calls.add(decrease(id, liquidity, least, deadline));
    }
    calls.add(collect(id, wallet));
    calls.add(BURN.encode(id));
    return MULTICALL.encode(calls);
  }

  private static byte[] decrease(
      BigInteger id, BigInteger liquidity, PoolAmounts least, long deadline) {
    return DECREASE.encode(
        Arrays.asList(id, liquidity, least.amount0(), least.amount1(), deadline));
  }
}
