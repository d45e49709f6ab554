package dev.colibri.connector.amm.contracts;

import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.Bytes;
import dev.colibri.connector.model.Pool;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * What a router of V3 pools is told. There are two: the first has a deadline in every swap, the
 * second only around several calls in one, so that it is always told several.
 */
public enum V3Router {
  /** {@code SwapRouter}, which PancakeSwap and SushiSwap deploy. */
  SWAP_ROUTER(true),
  /** {@code SwapRouter02}. */
  SWAP_ROUTER_02(false);

  private static final AbiFunction MULTICALL = AbiFunction.of("multicall(bytes[] data)");
  private static final AbiFunction MULTICALL_UNTIL =
      AbiFunction.of("multicall(uint256 deadline, bytes[] data)");
  private static final AbiFunction REFUND = AbiFunction.of("refundETH()");
  private static final AbiFunction UNWRAP =
      AbiFunction.of("unwrapWETH9(uint256 amountMinimum, address recipient)");

  /** No bound of the price: the bound of the amount is what counts. */
  private static final BigInteger NO_LIMIT = BigInteger.ZERO;

  private final boolean deadlines;
  private final AbiFunction sellOne;
  private final AbiFunction sell;
  private final AbiFunction buyOne;
  private final AbiFunction buy;

  /** What stands for the router itself as the one who gets what comes out. */
  private final Address itself;

  V3Router(boolean deadlines) {
    this.deadlines = deadlines;
    String deadline = deadlines ? " uint256 deadline," : "";
    String one = "((address tokenIn, address tokenOut, uint24 fee, address recipient,";
    String path = "((bytes path, address recipient,";
    String sale = " uint256 amountIn, uint256 amountOutMinimum";
    String purchase = " uint256 amountOut, uint256 amountInMaximum";
    String limit = ", uint160 sqrtPriceLimitX96) params)";
    sellOne = AbiFunction.of("exactInputSingle" + one + deadline + sale + limit);
    buyOne = AbiFunction.of("exactOutputSingle" + one + deadline + purchase + limit);
    sell = AbiFunction.of("exactInput" + path + deadline + sale + ") params)");
    buy = AbiFunction.of("exactOutput" + path + deadline + purchase + ") params)");
    byte[] address = new byte[Address.LENGTH];
    address[Address.LENGTH - 1] = (byte) (deadlines ? 0 : 2);
    itself = Address.of(address);
  }

  /** A swap of any number of legs. */
  byte[] swap(Swap swap) {
    List<byte[]> calls = new ArrayList<>();
    for (Swap.Leg leg : swap.legs) {
      calls.add(leg(swap, leg));
    }
    if (swap.nativeOut()) {
      calls.add(UNWRAP.encode(swap.leastOut(), swap.wallet));
    }
    if (swap.nativeIn()) {
      // Whatever is left with the router belongs to whoever comes next.
      calls.add(REFUND.encode());
    }
    if (!deadlines) {
      return MULTICALL_UNTIL.encode(swap.deadline, calls);
    }
    return calls.size() == 1 ? calls.get(0) : MULTICALL.encode(calls);
  }

  private byte[] leg(Swap swap, Swap.Leg leg) {
    List<Object> values = new ArrayList<>();
    boolean one = leg.pools().size() == 1;
    if (one) {
      values.add(leg.path().get(0));
      values.add(leg.path().get(1));
      values.add(leg.pools().get(0).feeMillionths());
    } else {
      values.add(path(leg, !swap.isSale()));
    }
    values.add(swap.nativeOut() ? itself : swap.wallet);
    if (deadlines) {
      values.add(swap.deadline);
    }
    values.add(leg.amount());
    values.add(leg.bound());
    if (one) {
      values.add(NO_LIMIT);
    }
    if (swap.isSale()) {
      return (one ? sellOne : sell).encode(values);
    }
    return (one ? buyOne : buy).encode(values);
  }

  /** Tokens, and between them the fees of the pools; a purchase is told from its end. */
  static byte[] path(Swap.Leg leg, boolean backward) {
    int pools = leg.pools().size();
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i <= pools; i++) {
      parts.add(leg.path().get(backward ? pools - i : i).bytes());
      if (i < pools) {
        parts.add(fee(leg.pools().get(backward ? pools - 1 - i : i)));
      }
    }
    return Bytes.concat(parts.toArray(byte[][]::new));
  }

  private static byte[] fee(Pool pool) {
    int fee = pool.feeMillionths();
    return new byte[] {(byte) (fee >> 16), (byte) (fee >> 8), (byte) fee};
  }
}
