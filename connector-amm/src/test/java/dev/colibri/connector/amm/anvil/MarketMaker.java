package dev.colibri.connector.amm.anvil;

import dev.colibri.connector.amm.contracts.V2Contracts;
import dev.colibri.connector.amm.contracts.V3Contracts;
import dev.colibri.connector.amm.contracts.V3Router;
import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.SwapRouter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** A market maker on the chain of these tests: how it is reached, and what others do there. */
public enum MarketMaker {
  UNISWAP_V2(Contracts.V2_FACTORY, Contracts.V2_ROUTER, new V2Fees(997, 1000, 1, 6)),
  UNISWAP_V3(Contracts.V3_FACTORY, Contracts.V3_SWAP_ROUTER_02, 3000, 60),
  PANCAKE_V2(
      Contracts.PANCAKE_V2_FACTORY, Contracts.PANCAKE_V2_ROUTER, new V2Fees(9975, 10_000, 8, 25)),
  /** Without positions: its manager of them is not there. */
  PANCAKE_V3(Contracts.PANCAKE_V3_FACTORY, Contracts.PANCAKE_V3_ROUTER, 2500, 50);

  private static final BigInteger FAR = BigInteger.valueOf(4_102_444_800L);
  private static final BigInteger GAS_PRICE = BigInteger.TEN.pow(12);
  private static final BigInteger TIP = BigInteger.TEN.pow(11);
  private static final int HIGHEST_TICK = 887_272;

  /** What swaps let take tokens. */
  public final Contracts router;

  private final Contracts factory;
  private final V2Fees fees;
  private final int fee;
  private final int spacing;

  MarketMaker(Contracts factory, Contracts router, V2Fees fees) {
    this(factory, router, fees, 0, 0);
  }

  MarketMaker(Contracts factory, Contracts router, int fee, int spacing) {
    this(factory, router, null, fee, spacing);
  }

  MarketMaker(Contracts factory, Contracts router, V2Fees fees, int fee, int spacing) {
    this.factory = factory;
    this.router = router;
    this.fees = fees;
    this.fee = fee;
    this.spacing = spacing;
  }

  private boolean isV2() {
    return fees != null;
  }

  /** As in {@code uniswap-v2}. */
  public String amm() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** For a connector. */
  public Function<ChainDialect, AmmDialect> on(Contracts.Chain chain) {
    String maker = chain.at(factory);
    if (isV2()) {
      return V2Contracts.on(
          List.of(V2Contracts.of(amm(), Anvil.CHAIN, maker, chain.at(router), fees)));
    }
    boolean second = router == Contracts.V3_SWAP_ROUTER_02;
    Function<ChainDialect, AmmDialect> all =
        V3Contracts.on(
            List.of(
                V3Contracts.of(
                    amm(),
                    Anvil.CHAIN,
                    maker,
                    chain.at(router),
                    second ? V3Router.SWAP_ROUTER_02 : V3Router.SWAP_ROUTER,
                    chain.at(Contracts.V3_POSITIONS),
                    List.of(fee))));
    return this == PANCAKE_V3 ? connector -> swapsOnly(all.apply(connector)) : all;
  }

  private static SwapRouter swapsOnly(AmmDialect all) {
    return (SwapRouter)
        Proxy.newProxyInstance(
            SwapRouter.class.getClassLoader(),
            new Class<?>[] {SwapRouter.class},
            (proxy, method, values) -> {
              try {
                return method.invoke(all, values);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** A pool of two tokens, over all prices, with as much of each of the rich account's. */
  public void pool(
      Contracts.Chain chain, Contracts a, Contracts b, BigInteger amountA, BigInteger amountB) {
    boolean sorted = chain.at(a).compareTo(chain.at(b)) < 0;
    String token0 = chain.at(sorted ? a : b);
    String token1 = chain.at(sorted ? b : a);
    BigInteger amount0 = sorted ? amountA : amountB;
    BigInteger amount1 = sorted ? amountB : amountA;
    Contracts taker = this == UNISWAP_V3 ? Contracts.V3_POSITIONS : router;
    for (String token : List.of(token0, token1)) {
      for (Contracts spender : List.of(taker, router)) {
        chain.anvil.send(token, "approve(address,uint256)", chain.at(spender), Contracts.MAX);
      }
    }
    String rich = chain.anvil.rich;
    if (isV2()) {
      chain.anvil.send(
          chain.at(router),
          "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
          token0,
          token1,
          amount0,
          amount1,
          0,
          0,
          rich,
          FAR);
      return;
    }
    String maker = chain.at(factory);
    chain.anvil.send(maker, "createPool(address,address,uint24)", token0, token1, fee);
    String pool = chain.rpc.address(maker, "getPool(address,address,uint24)", token0, token1, fee);
    chain.anvil.send(pool, "initialize(uint160)", amount1.shiftLeft(192).divide(amount0).sqrt());
    int upper = HIGHEST_TICK / spacing * spacing;
    if (this == UNISWAP_V3) {
      chain.anvil.send(
          chain.at(taker),
          "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,"
              + "uint256))",
          List.of(token0, token1, fee, -upper, upper, amount0, amount1, 0, 0, rich, FAR));
    } else {
      chain.anvil.send(
          chain.at(taker),
          "mint((address,address,uint24,address,int24,int24,uint256,uint256,uint256,uint256))",
          List.of(token0, token1, fee, rich, -upper, upper, amount0, amount1, 0, 0));
    }
  }

  /**
   * The rich account sells, at any price, and pays so much for it that it comes before whatever
   * waits for a block.
   */
  public void sell(Contracts.Chain chain, Contracts base, Contracts quote, BigInteger amount) {
    String rich = chain.anvil.rich;
    String in = chain.at(base);
    String out = chain.at(quote);
    BigInteger none = BigInteger.ZERO;
    String one = "exactInputSingle((address,address,uint24,address,";
    byte[] swap =
        switch (this) {
          case UNISWAP_V2, PANCAKE_V2 ->
              Abi.call(
                  "swapExactTokensForTokens(uint256,uint256,address[],address,uint256)",
                  amount,
                  none,
                  List.of(in, out),
                  rich,
                  FAR);
          case UNISWAP_V3 ->
              Abi.call(
                  one + "uint256,uint256,uint160))",
                  List.of(in, out, fee, rich, amount, none, none));
          case PANCAKE_V3 ->
              Abi.call(
                  one + "uint256,uint256,uint256,uint160))",
                  List.of(in, out, fee, rich, FAR, amount, none, none));
        };
    chain.rpc.send(
        "eth_sendTransaction",
        Map.of(
            "from",
            rich,
            "to",
            chain.at(router),
            "data",
            Rpc.hex(swap),
            "gas",
            Rpc.hex(1_000_000),
            "maxFeePerGas",
            Rpc.hex(GAS_PRICE),
            "maxPriorityFeePerGas",
            Rpc.hex(TIP)));
  }
}
