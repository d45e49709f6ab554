package dev.colibri.connector.amm.anvil;

import static dev.colibri.connector.amm.anvil.Contracts.ALPHA;
import static dev.colibri.connector.amm.anvil.Contracts.E18;
import static dev.colibri.connector.amm.anvil.Contracts.E6;
import static dev.colibri.connector.amm.anvil.Contracts.MAX;
import static dev.colibri.connector.amm.anvil.Contracts.PANCAKE_V2_FACTORY;
import static dev.colibri.connector.amm.anvil.Contracts.PANCAKE_V2_ROUTER;
import static dev.colibri.connector.amm.anvil.Contracts.PANCAKE_V3_FACTORY;
import static dev.colibri.connector.amm.anvil.Contracts.PANCAKE_V3_ROUTER;
import static dev.colibri.connector.amm.anvil.Contracts.TAXED;
import static dev.colibri.connector.amm.anvil.Contracts.UNIVERSAL_ROUTER;
import static dev.colibri.connector.amm.anvil.Contracts.USDC;
import static dev.colibri.connector.amm.anvil.Contracts.USDT;
import static dev.colibri.connector.amm.anvil.Contracts.V2_FACTORY;
import static dev.colibri.connector.amm.anvil.Contracts.V2_ROUTER;
import static dev.colibri.connector.amm.anvil.Contracts.V3_FACTORY;
import static dev.colibri.connector.amm.anvil.Contracts.V3_POSITIONS;
import static dev.colibri.connector.amm.anvil.Contracts.V3_SWAP_ROUTER;
import static dev.colibri.connector.amm.anvil.Contracts.V3_SWAP_ROUTER_02;
import static dev.colibri.connector.amm.anvil.Contracts.WETH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.contracts.UniversalContracts;
import dev.colibri.connector.amm.contracts.V2Contracts;
import dev.colibri.connector.amm.contracts.V3Contracts;
import dev.colibri.connector.amm.contracts.V3Router;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.amm.v3.TickMath;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.LiquidityChange;
import dev.colibri.connector.model.LiquidityPosition;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolShare;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.ConcentratedLiquidity;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.PoolLiquidity;
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.spi.SwapRouter.Swapped;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Swaps and liquidity on the real contracts: what is quoted is what is got, and what is reported is
 * what receipts and balances show, to the smallest part.
 */
@Timeout(300)
class PoolContractsTest {
  private static final BigInteger FAR = BigInteger.valueOf(4_102_444_800L);
  private static final BigDecimal PER_CENT = new BigDecimal("0.01");
  private static final V2Fees UNISWAP = new V2Fees(997, 1000, 1, 6);
  private static final V2Fees PANCAKE = new V2Fees(9975, 10_000, 8, 25);
  private static final BadRows THROWN =
      (row, problem) -> {
        throw problem;
      };

  private static Contracts.Chain world;
  private static Trader trader;
  private static String clean;
  private static Token alpha;
  private static Token usdc;
  private static Token weth;
  private static Token eth;
  private static V2Contracts v2;
  private static V3Contracts v3;
  private static V3Contracts v3First;
  private static V2Contracts pancakeV2;
  private static V3Contracts pancakeV3;
  private static UniversalContracts universal;

  @BeforeAll
  static void start() {
    world = Contracts.start();
    trader = new Trader(world);
    world.fund(trader.address, E18.multiply(BigInteger.valueOf(10_000)));
    for (Contracts token : List.of(ALPHA, USDC, USDT, TAXED)) {
      BigInteger unit = token == USDC || token == USDT ? E6 : E18;
      world.give(token, trader.address, unit.multiply(BigInteger.valueOf(10_000_000)));
      for (Contracts spender :
          List.of(V2_ROUTER, V3_POSITIONS, PANCAKE_V2_ROUTER, PANCAKE_V3_ROUTER)) {
        world.anvil.send(world.at(token), "approve(address,uint256)", world.at(spender), MAX);
      }
    }
    world.fund(world.anvil.rich, E18.multiply(BigInteger.valueOf(1_000_000)));
    world.anvil.send(
        world.anvil.rich,
        world.at(WETH),
        E18.multiply(BigInteger.valueOf(100_000)),
        Abi.call("deposit()"));
    for (Contracts spender :
        List.of(V2_ROUTER, V3_POSITIONS, PANCAKE_V2_ROUTER, PANCAKE_V3_ROUTER)) {
      world.anvil.send(world.at(WETH), "approve(address,uint256)", world.at(spender), MAX);
    }
    alpha = trader.token(ALPHA);
    usdc = trader.token(USDC);
    weth = trader.token(WETH);
    eth = trader.chain.nativeToken();
    pools();
    String factory = world.at(V3_FACTORY);
    List<Integer> tiers = List.of(100, 500, 3000, 10_000);
    String positions = world.at(V3_POSITIONS);
    v2 = V2Contracts.of("v2", Anvil.CHAIN, world.at(V2_FACTORY), world.at(V2_ROUTER), UNISWAP);
    v3 =
        V3Contracts.of(
            "v3",
            Anvil.CHAIN,
            factory,
            world.at(V3_SWAP_ROUTER_02),
            V3Router.SWAP_ROUTER_02,
            positions,
            tiers);
    v3First =
        V3Contracts.of(
            "v3",
            Anvil.CHAIN,
            factory,
            world.at(V3_SWAP_ROUTER),
            V3Router.SWAP_ROUTER,
            positions,
            tiers);
    pancakeV2 =
        V2Contracts.of(
            "pancake-v2",
            Anvil.CHAIN,
            world.at(PANCAKE_V2_FACTORY),
            world.at(PANCAKE_V2_ROUTER),
            PANCAKE);
    pancakeV3 =
        V3Contracts.of(
            "pancake-v3",
            Anvil.CHAIN,
            world.at(PANCAKE_V3_FACTORY),
            world.at(PANCAKE_V3_ROUTER),
            V3Router.SWAP_ROUTER,
            positions,
            List.of(100, 500, 2500, 10_000));
    universal =
        UniversalContracts.of(
            "universal", Anvil.CHAIN, world.at(UNIVERSAL_ROUTER), List.of("v2", "v3"));
    clean = world.anvil.snapshot();
  }

  /** 1 ALPHA is 2 USDC, 1 WETH is 2000 USDC, about. */
  private static void pools() {
    for (Contracts router : List.of(V2_ROUTER, PANCAKE_V2_ROUTER)) {
      addV2(router, ALPHA, units(E18, 1_000_000), USDC, units(E6, 2_000_000));
      addV2(router, USDC, units(E6, 2_000_000), WETH, units(E18, 1_000));
    }
    addV2(V2_ROUTER, TAXED, units(E18, 1_000_000), USDC, units(E6, 1_000_000));
    addV2(V2_ROUTER, USDT, units(E6, 1_000_000), USDC, units(E6, 1_000_000));
    for (boolean pancake : new boolean[] {false, true}) {
      int fee = pancake ? 2500 : 3000;
      addV3(pancake, ALPHA, USDC, fee, units(E18, 1_000_000), units(E6, 2_000_000));
      addV3(pancake, USDC, WETH, 500, units(E6, 2_000_000), units(E18, 1_000));
    }
  }

  private static BigInteger units(BigInteger unit, long count) {
    return unit.multiply(BigInteger.valueOf(count));
  }

  private static void addV2(
      Contracts router, Contracts a, BigInteger amountA, Contracts b, BigInteger amountB) {
    world.anvil.send(
        world.at(router),
        "addLiquidity(address,address,uint256,uint256,uint256,uint256,address,uint256)",
        world.at(a),
        world.at(b),
        amountA,
        amountB,
        0,
        0,
        world.anvil.rich,
        FAR);
  }

  /** With several ranges about the price that the amounts say, so that swaps cross their ends. */
  private static void addV3(
      boolean isPancake,
      Contracts a,
      Contracts b,
      int fee,
      BigInteger amountA,
      BigInteger amountB) {
    boolean sorted = Address.of(world.at(a)).compareTo(Address.of(world.at(b))) < 0;
    String token0 = world.at(sorted ? a : b);
    String token1 = world.at(sorted ? b : a);
    BigInteger amount0 = sorted ? amountA : amountB;
    BigInteger amount1 = sorted ? amountB : amountA;
    BigInteger sqrt = amount1.shiftLeft(192).divide(amount0).sqrt();
    String factory = world.at(isPancake ? PANCAKE_V3_FACTORY : V3_FACTORY);
    world.anvil.send(factory, "createPool(address,address,uint24)", token0, token1, fee);
    String pool =
        world.rpc.address(factory, "getPool(address,address,uint24)", token0, token1, fee);
    world.anvil.send(pool, "initialize(uint160)", sqrt);
    int spacing = fee == 500 ? 10 : isPancake ? 50 : 60;
    int tick = Math.floorDiv(TickMath.tick(sqrt), spacing) * spacing;
    for (int reach : new int[] {200, 20, 5}) {
      int from = tick - reach * spacing;
      int to = tick + reach * spacing;
      String rich = world.anvil.rich;
      if (isPancake) {
        world.anvil.send(
            world.at(PANCAKE_V3_ROUTER),
            "mint((address,address,uint24,address,int24,int24,uint256,uint256,uint256,uint256))",
            List.of(token0, token1, fee, rich, from, to, amount0, amount1, 0, 0));
      } else {
        world.anvil.send(
            world.at(V3_POSITIONS),
            "mint((address,address,uint24,int24,int24,uint256,uint256,uint256,uint256,address,"
                + "uint256))",
            List.of(token0, token1, fee, from, to, amount0, amount1, 0, 0, rich, FAR));
      }
    }
  }

  @AfterAll
  static void stop() {
    if (world != null) {
      world.close();
    }
  }

  @BeforeEach
  void afresh() {
    world.anvil.revert(clean);
    clean = world.anvil.snapshot();
  }

  // ---- swaps

  private static SwapRouter router(V2Contracts contracts) {
    return trader.amm(SwapRouter.class, V2Contracts.on(List.of(contracts)));
  }

  private static SwapRouter router(V3Contracts contracts) {
    return trader.amm(SwapRouter.class, V3Contracts.on(List.of(contracts)));
  }

  private static Pool pool(AmmDialect amm, Token a, Token b) {
    List<Pool> pools = trader.talk.value(amm.pools(a, b));
    assertEquals(1, pools.size(), amm.name());
    return pools.get(0);
  }

  private static PoolState state(AmmDialect amm, Pool pool) {
    Block head = trader.head();
    PoolState state = trader.talk.value(amm.states(List.of(pool), head, THROWN)).get(0);
    assertEquals(head, state.block());
    return state;
  }

  /** A way through pools of one market maker, quoted by their states. */
  private static SwapQuote.Leg leg(AmmDialect amm, Side side, BigInteger amount, Token... tokens) {
    List<Pool> pools = new ArrayList<>();
    List<PoolState> states = new ArrayList<>();
    List<Token> wrapped = new ArrayList<>();
    for (Token token : tokens) {
      wrapped.add(token.isNative() ? weth : token);
    }
    for (int i = 0; i + 1 < tokens.length; i++) {
      pools.add(pool(amm, tokens[i], tokens[i + 1]));
      states.add(state(amm, pools.get(i)));
    }
    BigInteger at = amount;
    if (side == Side.SELL) {
      for (int i = 0; i < pools.size(); i++) {
        at = states.get(i).out(wrapped.get(i), at);
      }
      return new SwapQuote.Leg(pools, List.of(tokens), amount, at);
    }
    for (int i = pools.size() - 1; i >= 0; i--) {
      at = states.get(i).in(wrapped.get(i + 1), at);
    }
    return new SwapQuote.Leg(pools, List.of(tokens), at, amount);
  }

  private static SwapQuote quote(Side side, SwapQuote.Leg... legs) {
    List<Token> tokens = legs[0].tokens();
    Token in = tokens.get(0);
    Token out = tokens.get(tokens.size() - 1);
    BigInteger allIn = BigInteger.ZERO;
    BigInteger allOut = BigInteger.ZERO;
    for (SwapQuote.Leg leg : legs) {
      allIn = allIn.add(leg.in());
      allOut = allOut.add(leg.out());
    }
    TradingRules rules = TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE).build();
    Instrument instrument =
        Instrument.builder("anvil", in + "/" + out, in.symbol(), out.symbol(), rules).build();
    return new SwapQuote(
        "q",
        instrument,
        side,
        new TokenAmount(in, allIn),
        new TokenAmount(out, allOut),
        List.of(legs),
        List.of(),
        BigDecimal.ZERO,
        0,
        null,
        trader.head(),
        Long.MAX_VALUE);
  }

  private static long deadline() {
    return (world.anvil.time() + 600) * 1000;
  }

  /** Carries out a quote at exactly what it says, and holds the report against the balances. */
  private static Trader.Done<Swapped> exactly(SwapRouter router, SwapQuote quote) {
    assertTrue(router.takes(quote));
    BigInteger bound = quote.side() == Side.SELL ? quote.out().raw() : quote.in().raw();
    Plan<Swapped> plan = trader.talk.value(router.swap(quote, bound, deadline()));
    Token in = quote.in().token();
    Token out = quote.out().token();
    Trader.Done<Swapped> done = trader.carryOut(plan, List.of(alpha, usdc, weth, eth, in, out));
    assertEquals(done.change(in).negate(), done.result().in().raw());
    assertEquals(done.change(out), done.result().out().raw());
    assertEquals(done.result(), router.swapped(done.receipt(), quote.legs()));
    done.changes()
        .forEach(
            (token, change) -> {
              if (!token.equals(in.address()) && !token.equals(out.address())) {
                assertEquals(BigInteger.ZERO, change, "nothing else was moved");
              }
            });
    assertEquals(
        BigInteger.ZERO,
        world.rpc.number("eth_getBalance", plan.draft().to(), "latest"),
        "nothing is left with the router");
    return done;
  }

  private static void asQuoted(SwapRouter router, SwapQuote quote) {
    Swapped swapped = exactly(router, quote).result();
    assertEquals(quote.in(), swapped.in());
    assertEquals(quote.out(), swapped.out());
  }

  /** Every way that a router is told, both sides, tokens and the chain's own asset. */
  private static void everyWay(SwapRouter router, AmmDialect pools) {
    for (Side side : Side.values()) {
      BigInteger some = side == Side.SELL ? units(E18, 1_234) : units(E6, 2_468);
      asQuoted(router, quote(side, leg(pools, side, some, alpha, usdc)));
      BigInteger path = side == Side.SELL ? units(E18, 777) : E18.shiftRight(2);
      asQuoted(router, quote(side, leg(pools, side, path, alpha, usdc, weth)));
      BigInteger in = side == Side.SELL ? E18.shiftRight(1) : units(E6, 500);
      asQuoted(router, quote(side, leg(pools, side, in, eth, usdc)));
      asQuoted(
          router,
          quote(side, leg(pools, side, side == Side.SELL ? in : units(E18, 9), eth, usdc, alpha)));
      BigInteger out = side == Side.SELL ? units(E6, 500) : E18.shiftRight(3);
      asQuoted(router, quote(side, leg(pools, side, out, usdc, eth)));
      asQuoted(
          router, quote(side, leg(pools, side, side == Side.SELL ? some : out, alpha, usdc, eth)));
    }
  }

  @Test
  void every_swap_of_v2() {
    everyWay(router(v2), router(v2));
  }

  @Test
  void every_swap_of_v3_by_the_second_router() {
    everyWay(router(v3), router(v3));
  }

  @Test
  void every_swap_of_v3_by_the_first_router() {
    everyWay(router(v3First), router(v3First));
  }

  @Test
  void every_swap_of_pancake_v2() {
    everyWay(router(pancakeV2), router(pancakeV2));
  }

  @Test
  void every_swap_of_pancake_v3() {
    everyWay(router(pancakeV3), router(pancakeV3));
  }

  private static SwapRouter universal() {
    return trader.amm(SwapRouter.class, UniversalContracts.on(List.of(universal)));
  }

  @Test
  void every_swap_of_v3_by_the_universal_router() {
    everyWay(universal(), router(v3));
  }

  /** A purchase may give a part more than was asked for, which the report shows. */
  @Test
  void every_sale_of_v2_by_the_universal_router() {
    SwapRouter pools = router(v2);
    Side sell = Side.SELL;
    asQuoted(universal(), quote(sell, leg(pools, sell, units(E18, 1_234), alpha, usdc)));
    asQuoted(universal(), quote(sell, leg(pools, sell, units(E18, 55), alpha, usdc, eth)));
    asQuoted(universal(), quote(sell, leg(pools, sell, E18, eth, usdc, alpha)));
    SwapQuote purchase = quote(Side.BUY, leg(pools, Side.BUY, E18, usdc, alpha));
    Swapped bought = exactly(universal(), purchase).result();
    assertEquals(purchase.in(), bought.in());
    assertTrue(bought.out().raw().subtract(E18).longValueExact() >= 0, bought.toString());
  }

  @ParameterizedTest
  @EnumSource(Side.class)
  void a_split_over_both_kinds_in_one_transaction(Side side) {
    BigInteger amount = side == Side.SELL ? units(E18, 5_000) : units(E6, 10_000);
    SwapQuote quote =
        quote(
            side,
            leg(router(v3), side, amount, alpha, usdc),
            leg(router(v2), side, amount.shiftRight(1), alpha, usdc));
    Swapped swapped = exactly(universal(), quote).result();
    assertEquals(quote.in(), swapped.in());
    BigInteger more = swapped.out().raw().subtract(quote.out().raw());
    assertTrue(more.signum() >= 0 && more.bitLength() <= 1, "at most a part more: " + more);
  }

  @ParameterizedTest
  @EnumSource(Side.class)
  void a_split_of_v3(Side side) {
    BigInteger amount = side == Side.SELL ? units(E18, 2_000) : units(E18, 1);
    SwapRouter router = router(v3);
    // Twice the same way: the second leg finds what the first one left.
    SwapQuote.Leg whole = leg(router, side, amount, alpha, usdc, weth);
    SwapQuote.Leg half = leg(router, side, amount.shiftRight(1), alpha, usdc, weth);
    BigInteger restIn = whole.in().subtract(half.in());
    BigInteger restOut = whole.out().subtract(half.out());
    SwapQuote quote =
        quote(side, half, new SwapQuote.Leg(half.pools(), half.tokens(), restIn, restOut));
    BigInteger bound =
        side == Side.SELL
            ? quote.out().raw().multiply(BigInteger.valueOf(99)).divide(BigInteger.valueOf(100))
            : quote.in().raw().multiply(BigInteger.valueOf(101)).divide(BigInteger.valueOf(100));
    Plan<Swapped> plan = trader.talk.value(router.swap(quote, bound, deadline()));
    Trader.Done<Swapped> done = trader.carryOut(plan, List.of(alpha, usdc, weth));
    assertEquals(done.change(alpha).negate(), done.result().in().raw());
    assertEquals(done.change(weth), done.result().out().raw());
    assertEquals(BigInteger.ZERO, done.change(usdc));
  }

  @Test
  void a_token_that_takes_a_fee_is_sold_with_what_arrives_as_the_bound() {
    Token taxed = trader.token(TAXED);
    SwapRouter router = router(v2);
    BigInteger amount = units(E18, 1_000);
    SwapQuote sale = quote(Side.SELL, leg(router, Side.SELL, amount, taxed, usdc));
    BigInteger most = sale.out().raw();
    String refused = refused(router, sale, most);
    assertTrue(refused.contains("INSUFFICIENT_OUTPUT_AMOUNT"), refused);
    Plan<Swapped> plan =
        trader.talk.value(
            router.swap(sale, most.multiply(BigInteger.valueOf(98)).divide(hundred()), deadline()));
    Trader.Done<Swapped> done = trader.carryOut(plan, List.of(taxed, usdc));
    assertEquals(amount, done.result().in().raw());
    assertEquals(done.change(usdc), done.result().out().raw());
    assertTrue(done.result().out().raw().compareTo(most) < 0);

    // What is bought arrives with less than the pool gave: that, too, is what the bound is of.
    SwapQuote back = quote(Side.SELL, leg(router, Side.SELL, units(E6, 100), usdc, taxed));
    refused = refused(router, back, back.out().raw());
    assertTrue(refused.contains("INSUFFICIENT_OUTPUT_AMOUNT"), refused);
    plan =
        trader.talk.value(
            router.swap(
                back,
                back.out().raw().multiply(BigInteger.valueOf(99)).divide(hundred()),
                deadline()));
    done = trader.carryOut(plan, List.of(taxed, usdc));
    assertEquals(done.change(taxed), done.result().out().raw());
  }

  private static BigInteger hundred() {
    return BigInteger.valueOf(100);
  }

  /** What carrying it out would be refused with, as a bad price, before anything is signed. */
  private static String refused(SwapRouter router, SwapQuote quote, BigInteger bound) {
    Fault fault = fault(router, quote, bound);
    assertEquals(Fault.Kind.BAD_PRICE, fault.kind(), fault.raw());
    return fault.raw();
  }

  private static Fault fault(SwapRouter router, SwapQuote quote, BigInteger bound) {
    Plan<Swapped> plan = trader.talk.value(router.swap(quote, bound, deadline()));
    trader.carryOut(
        new Plan<>(trader.chain.nothing(), plan.allowances(), receipt -> "only what must be let"),
        List.of());
    return trader.talk.fault(trader.chain.estimate(plan.draft()));
  }

  @Test
  void what_the_wallet_does_not_have_is_refused_before_it_is_signed() {
    BigInteger spare = world.balance(ALPHA, trader.address).subtract(E18.shiftRight(1));
    trader.send(
        new TransactionDraft(
            "give nearly all away",
            world.at(ALPHA),
            BigInteger.ZERO,
            Abi.call("transfer(address,uint256)", world.anvil.rich, spare),
            0,
            0));
    for (SwapRouter router : List.of(router(v2), router(v3), universal())) {
      AmmDialect pools = router.name().equals("v2") ? router : router(v3);
      SwapQuote sale = quote(Side.SELL, leg(pools, Side.SELL, E18, alpha, usdc));
      Fault fault = fault(router, sale, BigInteger.ONE);
      assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, fault.kind(), fault.raw());
    }
  }

  @Test
  void a_token_that_returns_nothing_is_like_any_other() {
    Token usdt = trader.token(USDT);
    SwapRouter router = router(v2);
    asQuoted(router, quote(Side.SELL, leg(router, Side.SELL, units(E6, 10), usdt, usdc)));
    asQuoted(router, quote(Side.BUY, leg(router, Side.BUY, units(E6, 10), usdc, usdt)));
  }

  @Test
  void what_is_worse_than_the_bound_is_refused_before_it_is_signed() {
    for (SwapRouter router : List.of(router(v2), router(v3), router(v3First))) {
      SwapQuote sale = quote(Side.SELL, leg(router, Side.SELL, E18, alpha, usdc));
      String why = refused(router, sale, sale.out().raw().add(BigInteger.ONE));
      assertTrue(
          why.contains("Too little received") || why.contains("INSUFFICIENT_OUTPUT_AMOUNT"), why);
      SwapQuote purchase = quote(Side.BUY, leg(router, Side.BUY, E6, alpha, usdc));
      why = refused(router, purchase, purchase.in().raw().subtract(BigInteger.ONE));
      assertTrue(why.contains("Too much requested") || why.contains("EXCESSIVE_INPUT_AMOUNT"), why);
    }
    SwapQuote sale = quote(Side.SELL, leg(router(v3), Side.SELL, E18, alpha, usdc));
    String why = refused(universal(), sale, sale.out().raw().add(BigInteger.ONE));
    assertTrue(why.contains("V3TooLittleReceived"), why);
  }

  @Test
  void what_comes_too_late_is_refused() {
    for (SwapRouter router : List.of(router(v2), router(v3), router(v3First), universal())) {
      SwapRouter pools = router == router(v2) ? router : router(v3);
      AmmDialect of = router.name().equals("v2") ? router : pools;
      SwapQuote sale = quote(Side.SELL, leg(of, Side.SELL, E18, alpha, usdc));
      BigInteger bound = sale.out().raw().shiftRight(1);
      Plan<Swapped> plan =
          trader.talk.value(router.swap(sale, bound, (world.anvil.time() - 1) * 1000));
      String why = trader.talk.fault(trader.chain.estimate(plan.draft())).raw();
      assertTrue(
          why.contains("EXPIRED")
              || why.contains("Transaction too old")
              || why.contains("TransactionDeadlinePassed"),
          why);
    }
  }

  // ---- which contracts

  @Test
  void a_router_of_another_factory_is_refused_by_name() {
    V2Contracts wrong =
        V2Contracts.of(
            "wrong", Anvil.CHAIN, world.at(PANCAKE_V2_FACTORY), world.at(V2_ROUTER), PANCAKE);
    SwapRouter router = router(wrong);
    SwapQuote sale = quote(Side.SELL, leg(router, Side.SELL, E18, alpha, usdc));
    Fault fault = trader.talk.fault(router.swap(sale, BigInteger.ONE, deadline()));
    assertTrue(fault.raw().startsWith("wrong is not what it is taken for: factory"), fault.raw());
    UniversalContracts nobody =
        UniversalContracts.of(
            "nobody", Anvil.CHAIN, world.at(V3_SWAP_ROUTER_02), List.of("v2", "v3"));
    SwapRouter none = trader.amm(SwapRouter.class, UniversalContracts.on(List.of(nobody)));
    sale = quote(Side.SELL, leg(router(v3), Side.SELL, E18, alpha, usdc));
    fault = trader.talk.fault(none.swap(sale, BigInteger.ONE, deadline()));
    assertTrue(fault.raw().startsWith("nobody is not what it is taken for"), fault.raw());
  }

  @Test
  void a_pool_is_known_by_its_address_when_it_is_the_factory_s() {
    for (SwapRouter amm : List.of(router(v2), router(v3))) {
      Pool pool = pool(amm, usdc, alpha);
      assertEquals(pool.toString(), trader.talk.value(amm.pool(pool.address())).toString());
    }
    Pool foreign = pool(router(pancakeV2), usdc, alpha);
    Fault fault = trader.talk.fault(router(v2).pool(foreign.address()));
    assertTrue(fault.raw().endsWith("is no pool of v2"), fault.raw());
    fault = trader.talk.fault(router(v3).pool(world.at(USDC)));
    assertTrue(fault.raw().contains("token0"), fault.raw());
    assertEquals(List.of(), trader.talk.value(router(v3).pools(alpha, weth)));
  }

  @Test
  void a_second_swap_by_permit_waits_for_the_first() {
    SwapRouter router = universal();
    SwapQuote sale = quote(Side.SELL, leg(router(v3), Side.SELL, E18, alpha, usdc));
    trader.talk.value(router.swap(sale, BigInteger.ONE, deadline()));
    Fault fault = trader.talk.fault(router.swap(sale, BigInteger.ONE, deadline()));
    assertTrue(fault.raw().contains("permit of that number"), fault.raw());
    world.anvil.pass(700);
    world.anvil.mine();
    asQuoted(router, sale);
    asQuoted(router, quote(Side.SELL, leg(router(v3), Side.SELL, E18, alpha, usdc)));
  }

  @Test
  void whichever_process_signed_a_permit_the_next_swap_waits_for_it() {
    Trader before = new Trader(world);
    Trader next = new Trader(world);
    SwapQuote sale = quote(Side.SELL, leg(router(v3), Side.SELL, E18, alpha, usdc));
    var contracts = UniversalContracts.on(List.of(universal));
    SwapRouter first = before.amm(SwapRouter.class, contracts);
    var signed = before.talk.value(first.swap(sale, BigInteger.ONE, deadline())).draft();
    SwapRouter router = next.amm(SwapRouter.class, contracts);
    next.chain.unfinished(() -> List.of(signed));
    Fault fault = next.talk.fault(router.swap(sale, BigInteger.ONE, deadline()));
    assertEquals(Fault.Kind.NONCE_STALE, fault.kind(), "it is planned again");
    assertTrue(fault.raw().contains("permit of that number"), fault.raw());
    SwapQuote other = quote(Side.SELL, leg(router(v3), Side.SELL, E6, usdc, alpha));
    next.talk.value(router.swap(other, BigInteger.ONE, deadline()));
    next.chain.unfinished(List::of);
    next.talk.value(router.swap(sale, BigInteger.ONE, deadline()));
    next.talk.value(router.swap(sale, BigInteger.ONE, deadline()));
  }

  // ---- states

  @Test
  void a_state_that_is_read_again_takes_one_question() {
    SwapRouter amm = router(v3);
    Pool pool = pool(amm, alpha, usdc);
    assertEquals(3, questions(() -> state(amm, pool)));
    assertEquals(1, questions(() -> state(amm, pool)));
    // Swaps move the price, and whoever opens a position makes ticks.
    asQuoted(amm, quote(Side.SELL, leg(amm, Side.SELL, units(E18, 300_000), alpha, usdc)));
    assertTrue(questions(() -> state(amm, pool)) <= 3);
    asQuoted(amm, quote(Side.SELL, leg(amm, Side.SELL, E18, alpha, usdc)));
  }

  private static int questions(Runnable read) {
    long before = trader.talk.asked.stream().filter(a -> a.endsWith("eth_call")).count();
    read.run();
    long after = trader.talk.asked.stream().filter(a -> a.endsWith("eth_call")).count();
    return (int) (after - before);
  }

  // ---- liquidity at every price

  @Test
  void liquidity_of_v2_is_given_and_taken_back() {
    PoolLiquidity amm = trader.amm(PoolLiquidity.class, V2Contracts.on(List.of(v2)));
    Pool pool = pool(amm, alpha, usdc);
    assertEquals(BigInteger.ZERO, trader.talk.value(amm.share(pool, trader.head())).liquidity());
    TokenAmount most0 = new TokenAmount(pool.token0(), most(pool.token0()));
    TokenAmount most1 = new TokenAmount(pool.token1(), most(pool.token1()));
    Trader.Done<LiquidityChange> given =
        carryOut(pool, trader.talk.value(amm.add(pool, most0, most1, PER_CENT, deadline())));
    PoolShare share = trader.talk.value(amm.share(pool, trader.head()));
    assertEquals(share.liquidity(), given.result().liquidity());
    assertTrue(share.amount0().raw().compareTo(most0.raw()) <= 0);
    asQuoted((SwapRouter) amm, quote(Side.SELL, leg(amm, Side.SELL, units(E18, 999), alpha, usdc)));
    BigInteger half = share.liquidity().shiftRight(1);
    Trader.Done<LiquidityChange> taken =
        carryOut(pool, trader.talk.value(amm.remove(pool, half, BigDecimal.ZERO, deadline())));
    assertEquals(half.negate(), taken.result().liquidity());
    PoolShare rest = trader.talk.value(amm.share(pool, trader.head()));
    assertEquals(share.liquidity().subtract(half), rest.liquidity());
    Fault fault = trader.talk.fault(amm.remove(pool, share.liquidity(), PER_CENT, deadline()));
    assertTrue(fault.raw().contains("the wallet has " + rest.liquidity()), fault.raw());
  }

  /** 1000 ALPHA, or 3000 USDC, which is more than as many are worth. */
  private static BigInteger most(Token token) {
    return token.equals(alpha) ? units(E18, 1_000) : units(E6, 3_000);
  }

  private static Trader.Done<LiquidityChange> carryOut(Pool pool, Plan<LiquidityChange> plan) {
    Trader.Done<LiquidityChange> done =
        trader.carryOut(plan, List.of(pool.token0(), pool.token1()));
    assertEquals(done.change(pool.token0()), done.result().amount0().raw());
    assertEquals(done.change(pool.token1()), done.result().amount1().raw());
    assertEquals(BigInteger.ZERO, done.changes().get(""));
    return done;
  }

  // ---- positions

  @Test
  void a_position_lives() {
    ConcentratedLiquidity amm =
        trader.amm(ConcentratedLiquidity.class, V3Contracts.on(List.of(v3)));
    SwapRouter router = (SwapRouter) amm;
    Pool pool = pool(amm, alpha, usdc);
    assertEquals(List.of(), trader.talk.value(amm.positions(trader.head(), THROWN)));
    BigDecimal price = state(amm, pool).price();
    int lower = amm.tick(pool, price.multiply(new BigDecimal("0.9")));
    int upper = amm.tick(pool, price.multiply(new BigDecimal("1.1")));
    TokenAmount most0 = new TokenAmount(pool.token0(), most(pool.token0()));
    TokenAmount most1 = new TokenAmount(pool.token1(), most(pool.token1()));
    Trader.Done<LiquidityChange> opened =
        carryOut(
            pool,
            trader.talk.value(amm.open(pool, lower, upper, most0, most1, PER_CENT, deadline())));
    LiquidityPosition position = position(amm, pool);
    assertEquals(position.id(), opened.result().position());
    assertEquals(position.liquidity(), opened.result().liquidity());
    assertEquals(lower, position.lowerTick());
    assertEquals(upper, position.upperTick());
    // What is given is rounded up, what would be got is rounded down.
    BigInteger gave = opened.result().amount0().raw().negate();
    assertTrue(gave.subtract(position.amount0().raw()).bitLength() <= 1);

    // Swaps both ways make fees of both tokens.
    asQuoted(router, quote(Side.SELL, leg(amm, Side.SELL, units(E18, 9_999), alpha, usdc)));
    asQuoted(router, quote(Side.SELL, leg(amm, Side.SELL, units(E6, 9_999), usdc, alpha)));
    LiquidityPosition earned = position(amm, pool);
    assertTrue(earned.fees0().raw().signum() > 0);
    assertTrue(earned.fees1().raw().signum() > 0);
    Trader.Done<LiquidityChange> collected =
        carryOut(pool, trader.talk.value(amm.collect(earned, deadline())));
    assertEquals(earned.fees0(), collected.result().fees0());
    assertEquals(earned.fees1(), collected.result().fees1());
    assertEquals(earned.fees0(), collected.result().amount0());
    assertEquals(BigInteger.ZERO, position(amm, pool).fees0().raw());

    Trader.Done<LiquidityChange> added =
        carryOut(
            pool,
            trader.talk.value(amm.add(position(amm, pool), most0, most1, PER_CENT, deadline())));
    BigInteger all = position.liquidity().add(added.result().liquidity());
    assertEquals(all, position(amm, pool).liquidity());

    asQuoted(router, quote(Side.SELL, leg(amm, Side.SELL, units(E18, 55), alpha, usdc)));
    LiquidityPosition before = position(amm, pool);
    BigInteger third = all.divide(BigInteger.valueOf(3));
    Trader.Done<LiquidityChange> removed =
        carryOut(pool, trader.talk.value(amm.remove(before, third, BigDecimal.ZERO, deadline())));
    assertEquals(third.negate(), removed.result().liquidity());
    assertEquals(before.fees0(), removed.result().fees0());
    assertEquals(before.fees1(), removed.result().fees1());

    asQuoted(router, quote(Side.BUY, leg(amm, Side.BUY, units(E18, 44), usdc, alpha)));
    LiquidityPosition last = position(amm, pool);
    Trader.Done<LiquidityChange> closed =
        carryOut(pool, trader.talk.value(amm.close(last, BigDecimal.ZERO, deadline())));
    assertEquals(last.liquidity().negate(), closed.result().liquidity());
    assertEquals(last.fees0(), closed.result().fees0());
    assertEquals(last.amount0().raw().add(last.fees0().raw()), closed.result().amount0().raw());
    assertEquals(last.amount1().raw().add(last.fees1().raw()), closed.result().amount1().raw());
    assertEquals(List.of(), trader.talk.value(amm.positions(trader.head(), THROWN)));
    Fault gone = trader.talk.fault(amm.position(last.id(), trader.head()));
    assertTrue(gone.raw().length() > 0);
  }

  private static LiquidityPosition position(ConcentratedLiquidity amm, Pool pool) {
    Block head = trader.head();
    List<LiquidityPosition> all = trader.talk.value(amm.positions(head, THROWN));
    assertEquals(1, all.size());
    assertEquals(pool, all.get(0).pool());
    assertEquals(all.get(0), trader.talk.value(amm.position(all.get(0).id(), head)));
    return all.get(0);
  }

  @Test
  void the_tick_of_a_price_is_the_nearest_that_liquidity_may_end_at() {
    ConcentratedLiquidity amm =
        trader.amm(ConcentratedLiquidity.class, V3Contracts.on(List.of(v3)));
    Pool pool = new Pool("v3", world.at(ALPHA), alpha, weth, 3000, 60);
    assertEquals(0, amm.tick(pool, BigDecimal.ONE));
    assertEquals(60, amm.tick(pool, new BigDecimal("1.0031")));
    assertEquals(0, amm.tick(pool, new BigDecimal("1.0029")));
    assertEquals(-60, amm.tick(pool, new BigDecimal("0.9969")));
    assertEquals(887220, amm.tick(pool, new BigDecimal("1e60")));
    assertEquals(-887220, amm.tick(pool, new BigDecimal("1e-60")));
  }

  @Test
  void a_position_of_somebody_else_is_refused_by_name() {
    ConcentratedLiquidity amm =
        trader.amm(ConcentratedLiquidity.class, V3Contracts.on(List.of(v3)));
    Fault fault = trader.talk.fault(amm.position("1", trader.head()));
    assertEquals("position 1 is not the wallet's", fault.raw());
  }
}
