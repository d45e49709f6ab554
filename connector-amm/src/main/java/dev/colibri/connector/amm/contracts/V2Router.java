package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import java.math.BigInteger;
import java.util.List;

/**
 * What the router of V2 pools is told (UniswapV2Router02). Sales are told as for tokens that take a
 * fee when they are moved: then the router bounds what arrives at the wallet, whatever the token
 * does, and not what its pools were told to send.
 */
final class V2Router {
  private static final AbiFunction SELL =
      AbiFunction.of(
          "swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256 amountIn, uint256"
              + " amountOutMin, address[] path, address to, uint256 deadline)");
  private static final AbiFunction SELL_NATIVE =
      AbiFunction.of(
          "swapExactETHForTokensSupportingFeeOnTransferTokens(uint256 amountOutMin, address[]"
              + " path, address to, uint256 deadline)");
  private static final AbiFunction SELL_FOR_NATIVE =
      AbiFunction.of(
          "swapExactTokensForETHSupportingFeeOnTransferTokens(uint256 amountIn, uint256"
              + " amountOutMin, address[] path, address to, uint256 deadline)");
  private static final AbiFunction BUY =
      AbiFunction.of(
          "swapTokensForExactTokens(uint256 amountOut, uint256 amountInMax, address[] path,"
              + " address to, uint256 deadline)");
  private static final AbiFunction BUY_WITH_NATIVE =
      AbiFunction.of(
          "swapETHForExactTokens(uint256 amountOut, address[] path, address to, uint256"
              + " deadline)");
  private static final AbiFunction BUY_NATIVE =
      AbiFunction.of(
          "swapTokensForExactETH(uint256 amountOut, uint256 amountInMax, address[] path, address"
              + " to, uint256 deadline)");
  private static final AbiFunction ADD =
      AbiFunction.of(
          "addLiquidity(address tokenA, address tokenB, uint256 amountADesired, uint256"
              + " amountBDesired, uint256 amountAMin, uint256 amountBMin, address to, uint256"
              + " deadline)");
  private static final AbiFunction REMOVE =
      AbiFunction.of(
          "removeLiquidity(address tokenA, address tokenB, uint256 liquidity, uint256 amountAMin,"
              + " uint256 amountBMin, address to, uint256 deadline)");

  private V2Router() {}

  /** A swap of one leg. */
  static byte[] swap(Swap swap) {
    Swap.Leg leg = swap.legs.get(0);
    BigInteger amount = leg.amount();
    BigInteger bound = leg.bound();
    List<Address> path = leg.path();
    if (swap.isSale()) {
      if (swap.nativeIn()) {
        return SELL_NATIVE.encode(bound, path, swap.wallet, swap.deadline);
      }
      AbiFunction sell = swap.nativeOut() ? SELL_FOR_NATIVE : SELL;
      return sell.encode(amount, bound, path, swap.wallet, swap.deadline);
    }
    if (swap.nativeIn()) {
      return BUY_WITH_NATIVE.encode(amount, path, swap.wallet, swap.deadline);
    }
    AbiFunction buy = swap.nativeOut() ? BUY_NATIVE : BUY;
    return buy.encode(amount, bound, path, swap.wallet, swap.deadline);
  }

  static byte[] add(
      Address token0,
      Address token1,
      PoolAmounts most,
      PoolAmounts least,
      Address wallet,
      long deadline) {
    return ADD.encode(
        token0,
        token1,
        most.amount0(),
        most.amount1(),
        least.amount0(),
        least.amount1(),
        wallet,
        deadline);
  }

  static byte[] remove(
      Address token0,
      Address token1,
      BigInteger liquidity,
      PoolAmounts least,
      Address wallet,
      long deadline) {
    return REMOVE.encode(
        token0, token1, liquidity, least.amount0(), least.amount1(), wallet, deadline);
  }
}
