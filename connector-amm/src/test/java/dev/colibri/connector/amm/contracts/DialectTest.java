package dev.colibri.connector.amm.contracts;

import static dev.colibri.connector.amm.contracts.Samples.A;
import static dev.colibri.connector.amm.contracts.Samples.B;
import static dev.colibri.connector.amm.contracts.Samples.BLOCK;
import static dev.colibri.connector.amm.contracts.Samples.W;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.evm.Abi;
import dev.colibri.connector.amm.evm.AbiFunction;
import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.EvmChain;
import dev.colibri.connector.amm.evm.EvmNetwork;
import dev.colibri.connector.amm.evm.EvmWallet;
import dev.colibri.connector.amm.evm.Talk;
import dev.colibri.connector.amm.evm.Tokens;
import dev.colibri.connector.amm.pancakeswap.PancakeSwap;
import dev.colibri.connector.amm.sushiswap.SushiSwap;
import dev.colibri.connector.amm.uniswap.Uniswap;
import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.amm.v3.TickMath;
import dev.colibri.connector.model.LiquidityPosition;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.PoolTooThin;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.AmmDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.ConcentratedLiquidity;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.PoolLiquidity;
import dev.colibri.connector.spi.SwapRouter;
import dev.colibri.connector.text.Secret;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What market makers are asked, and what is made of answers, without a node. */
class DialectTest {
  static final long CHAIN = 77;
  private static final Address FACTORY = Address.of("0x" + "f".repeat(40));
  private static final Address ROUTER = Address.of("0x" + "e".repeat(40));
  private static final Address MANAGER = Address.of("0x" + "d".repeat(40));
  private static final Address PAIR = Address.of("0x" + "c".repeat(40));
  private static final Address POOL = Address.of("0x" + "b".repeat(40));
  private static final Address TOKEN_A = Address.of(A.address());
  private static final Address TOKEN_B = Address.of(B.address());
  private static final EvmNetwork NETWORK =
      EvmNetwork.of("test", CHAIN, "ETH")
          .known("multicall3", Address.of("0xcA11bde05977b3631167028862bE2a173976CA11"), "")
          .wrapped("WETH", W.address(), "")
          .nodes("https://node.example");
  private static final EvmWallet WALLET = EvmWallet.of(Secret.of("46".repeat(32)));
  private static final V2Contracts V2 =
      V2Contracts.of(
          "v2", CHAIN, FACTORY.toString(), ROUTER.toString(), new V2Fees(997, 1000, 1, 6));
  private static final V3Contracts V3 =
      V3Contracts.of(
          "v3",
          CHAIN,
          FACTORY.toString(),
          ROUTER.toString(),
          V3Router.SWAP_ROUTER_02,
          MANAGER.toString(),
          List.of(500, 3000));
  private static final BigInteger Q96 = BigInteger.ONE.shiftLeft(96);
  private static final BigDecimal PER_CENT = new BigDecimal("0.01");
  private static final long DEADLINE = Samples.DEADLINE * 1000;

  private final ToldContracts contracts = new ToldContracts();
  private final EvmChain chain = (EvmChain) EvmChain.on(NETWORK, WALLET).dialect();
  private final Talk talk = new Talk(chain, contracts);
  private final Map<String, String> bad = new LinkedHashMap<>();

  @BeforeEach
  void pools() {
    contracts
        .on(FACTORY, GET_PAIR, List.of(TOKEN_A, TOKEN_B), word(PAIR))
        .on(FACTORY, GET_PAIR, List.of(TOKEN_B, TOKEN_A), word(PAIR))
        .on(FACTORY, GET_POOL, List.of(TOKEN_A, TOKEN_B, 500), word(POOL))
        .on(FACTORY, GET_POOL, List.of(TOKEN_A, TOKEN_B, 3000), word(Address.ZERO))
        .on(PAIR, "getReserves()", "(uint112,uint112,uint32)", 1_000_000, 3_000_000, 9)
        .on(POOL, "tickSpacing()", "(int24)", 10)
        .on(POOL, "liquidity()", "(uint128)", 1_000_000_000);
    price(Q96);
  }

  private static final AbiFunction GET_PAIR = AbiFunction.of("getPair(address a, address b)");
  private static final AbiFunction GET_POOL =
      AbiFunction.of("getPool(address a, address b, uint24 fee)");
  private static final AbiFunction BITMAP = AbiFunction.of("tickBitmap(int16 word)");
  private static final AbiFunction TICKS = AbiFunction.of("ticks(int24 tick)");

  private static byte[] word(Address address) {
    return Abi.of("(address)").encode(address);
  }

  private static byte[] number(Object number) {
    return Abi.of("(uint256)").encode(number);
  }

  private void price(BigInteger sqrt) {
    contracts.on(
        POOL,
        "slot0()",
        "(uint160,int24,uint16,uint16,uint16,uint8,bool)",
        sqrt,
        sqrt.signum() == 0 ? 0 : TickMath.tick(sqrt),
        0,
        1,
        1,
        0,
        true);
  }

  private void noTicks() {
    for (int word = -60; word <= 60; word++) {
      contracts.on(POOL, BITMAP, List.of(word), number(0));
    }
  }

  private <T> T amm(Class<T> kind, Function<ChainDialect, AmmDialect> amm) {
    return kind.cast(amm.apply(chain));
  }

  private SwapRouter v2() {
    return amm(SwapRouter.class, V2Contracts.on(List.of(V2)));
  }

  private SwapRouter v3() {
    return amm(SwapRouter.class, V3Contracts.on(List.of(V3)));
  }

  private Pool v2Pool() {
    return talk.value(v2().pools(B, A)).get(0);
  }

  private Pool v3Pool() {
    return talk.value(v3().pools(A, B)).get(0);
  }

  private List<PoolState> states(AmmDialect amm, Pool... pools) {
    return talk.value(
        amm.states(
            List.of(pools), BLOCK, (row, p) -> bad.put(row, String.valueOf(p.getMessage()))));
  }

  private String why(Call<?> call) {
    return talk.fault(call).raw();
  }

  // ---- tables

  @Test
  void every_network_has_what_is_there() {
    Map<String, List<String>> there = new LinkedHashMap<>();
    for (EvmNetwork network : EvmNetwork.all()) {
      ChainDialect on = EvmChain.on(network, null).dialect();
      List<String> names = new ArrayList<>();
      for (Function<ChainDialect, AmmDialect> amm :
          List.of(
              Uniswap.v2(),
              Uniswap.v3(),
              Uniswap.universalRouter(),
              PancakeSwap.v2(),
              PancakeSwap.v3(),
              SushiSwap.v2(),
              SushiSwap.v3())) {
        try {
          names.add(amm.apply(on).name());
        } catch (IllegalArgumentException e) {
          assertTrue(e.getMessage().contains(" is not on " + network + ", but on "), e.toString());
        }
      }
      there.put(network.name(), names);
    }
    assertEquals(List.of("uniswap-v3", "uniswap-universal"), there.get("celo"));
    assertEquals(
        List.of(
            "uniswap-v2",
            "uniswap-v3",
            "uniswap-universal",
            "pancakeswap-v2",
            "pancakeswap-v3",
            "sushiswap-v2",
            "sushiswap-v3"),
        there.get("ethereum"));
    assertEquals(5, there.get("bsc").size());
    assertEquals(3, there.get("polygon").size());
  }

  @Test
  void a_venue_has_what_is_on_its_chain() {
    assertEquals(2, Uniswap.on(EvmNetwork.BASE, null).amms(chain(EvmNetwork.BASE)).size());
    assertEquals(1, Uniswap.on(EvmNetwork.CELO, null).amms(chain(EvmNetwork.CELO)).size());
    assertEquals(2, PancakeSwap.on(EvmNetwork.BSC, null).amms(chain(EvmNetwork.BSC)).size());
    assertThrows(IllegalArgumentException.class, () -> Uniswap.on(NETWORK, null));
    assertThrows(IllegalArgumentException.class, () -> PancakeSwap.on(EvmNetwork.CELO, null));
  }

  private static ChainDialect chain(EvmNetwork network) {
    return EvmChain.on(network, null).dialect();
  }

  // ---- pools and states

  @Test
  void pools_are_those_that_there_are_and_that_have_a_price() {
    Pool pool = v2Pool();
    assertEquals(PAIR.toString(), pool.address());
    assertEquals(A, pool.token0());
    assertEquals(3000, pool.feeMillionths());
    assertEquals(500, v3Pool().feeMillionths());
    assertEquals(10, v3Pool().tickSpacing());
    price(BigInteger.ZERO);
    assertEquals(List.of(), talk.value(v3().pools(A, B)));
  }

  @Test
  void a_state_that_cannot_be_read_hides_no_other() {
    Pool gone = new Pool("v2", MANAGER.toString(), A, B, 3000, 0);
    List<PoolState> read = states(v2(), gone, v2Pool());
    assertEquals(List.of(v2Pool()), read.stream().map(PoolState::pool).toList());
    assertEquals(List.of(gone.toString()), List.copyOf(bad.keySet()));
    bad.clear();
    noTicks();
    Pool other = new Pool("v3", MANAGER.toString(), A, B, 500, 10);
    read = states(v3(), other, v3Pool());
    assertEquals(List.of(v3Pool()), read.stream().map(PoolState::pool).toList());
    assertEquals(List.of(other.toString()), List.copyOf(bad.keySet()));
  }

  @Test
  void a_tick_that_the_bitmap_names_must_be_told() {
    noTicks();
    contracts.on(POOL, BITMAP, List.of(0), number(BigInteger.ONE.shiftLeft(7)));
    assertEquals(List.of(), states(v3(), v3Pool()));
    assertTrue(bad.values().iterator().next().contains("ticks"), bad.toString());
    contracts.on(
        POOL, TICKS, List.of(70), Abi.of("(uint128,int128,uint256,uint256)").encode(5, -5, 0, 0));
    assertEquals(1, states(v3(), v3Pool()).size());
  }

  @Test
  void what_is_read_again_is_read_whole() {
    noTicks();
    SwapRouter amm = v3();
    Pool pool = v3Pool();
    PoolState first = states(amm, pool).get(0);
    BigInteger in = BigInteger.valueOf(1_000);
    BigInteger before = first.out(A, in);
    // The price moves by two words, liquidity comes and a tick with it.
    price(TickMath.sqrtRatio(5_200));
    contracts
        .on(POOL, "liquidity()", "(uint128)", 7_000_000)
        .on(POOL, BITMAP, List.of(2), number(BigInteger.ONE.shiftLeft(8)))
        .on(
            POOL,
            TICKS,
            List.of(5_200),
            Abi.of("(uint128,int128,uint256,uint256)").encode(6_000_000, 6_000_000, 0, 0));
    PoolState second = states(amm, pool).get(0);
    PoolState fresh = states(v3(), pool).get(0);
    assertEquals(fresh.toString(), second.toString());
    assertEquals(fresh.out(A, in), second.out(A, in));
    assertEquals(before, first.out(A, in), "a state does not change");
    // Price and liquidity, the seven words within reach, and the tick: not where the price was.
    int asked = contracts.asked;
    states(amm, pool);
    assertEquals(2 + 7 + 1, contracts.asked - asked);
    assertTrue(second.out(A, in).compareTo(before) != 0);
  }

  // ---- plans

  private static SwapQuote sale(Pool pool) {
    SwapQuote.Leg leg = Samples.leg(List.of(pool), List.of(A, B), Samples.IN, Samples.OUT);
    return Samples.quote(Side.SELL, leg);
  }

  @Test
  void nothing_is_planned_before_the_router_is_known_to_be_its_factory_s() {
    SwapRouter amm = v2();
    SwapQuote sale = sale(v2Pool());
    String why = why(amm.swap(sale, Samples.MIN, DEADLINE));
    assertTrue(why.startsWith("v2 is not what it is taken for: factory of"), why);
    contracts.on(ROUTER, "factory()", "(address)", MANAGER);
    why = why(amm.swap(sale, Samples.MIN, DEADLINE));
    assertTrue(why.endsWith("is " + MANAGER + ", not " + FACTORY), why);
    contracts.on(ROUTER, "factory()", "(address)", FACTORY);
    why = why(amm.swap(sale, Samples.MIN, DEADLINE));
    assertTrue(why.contains("WETH of"), why);
    contracts.on(ROUTER, "WETH()", "(address)", Samples.WRAPPED);
    Plan<SwapRouter.Swapped> plan = talk.value(amm.swap(sale, Samples.MIN, DEADLINE));
    assertEquals(ROUTER.toString(), plan.draft().to());
    int asked = contracts.asked;
    talk.value(amm.swap(sale, Samples.MIN, DEADLINE));
    assertEquals(asked, contracts.asked, "once is enough");
  }

  @Test
  void a_way_that_a_router_does_not_go_is_refused() {
    SwapQuote sale = sale(v3Pool());
    assertTrue(why(v2().swap(sale, Samples.MIN, DEADLINE)).startsWith("v2 cannot go the way of"));
    SwapQuote.Leg leg = sale.legs().get(0);
    SwapQuote split = Samples.quote(Side.SELL, sale(v2Pool()).legs().get(0), leg);
    assertTrue(v3().takes(sale));
    assertTrue(!v3().takes(split));
    SwapRouter both =
        amm(
            SwapRouter.class,
            UniversalContracts.on(
                List.of(
                    UniversalContracts.of("both", CHAIN, ROUTER.toString(), List.of("v2", "v3")))));
    assertTrue(both.takes(split));
    SwapQuote.Leg mixed =
        Samples.leg(
            List.of(Samples.v2(A, W), Samples.v3(W, B, 500)),
            List.of(A, W, B),
            Samples.IN,
            Samples.OUT);
    assertTrue(!both.takes(Samples.quote(Side.SELL, mixed)));
  }

  @Test
  void a_connector_that_only_looks_plans_nothing() {
    EvmChain looking = (EvmChain) EvmChain.on(NETWORK, null).dialect();
    SwapRouter amm = (SwapRouter) V2Contracts.on(List.of(V2)).apply(looking);
    String why =
        new Talk(looking, contracts).fault(amm.swap(sale(v2Pool()), Samples.MIN, DEADLINE)).raw();
    assertTrue(why.contains("without a wallet"), why);
  }

  @Test
  void a_token_that_takes_a_fee_is_refused_where_what_arrives_is_not_bounded() {
    EvmNetwork taxed = NETWORK.feeOnTransfer(B.address());
    EvmChain on = (EvmChain) EvmChain.on(taxed, WALLET).dialect();
    Talk with = new Talk(on, contracts);
    SwapRouter v2 = (SwapRouter) V2Contracts.on(List.of(V2)).apply(on);
    SwapRouter v3 = (SwapRouter) V3Contracts.on(List.of(V3)).apply(on);
    contracts
        .on(ROUTER, "factory()", "(address)", FACTORY)
        .on(ROUTER, "WETH()", "(address)", Samples.WRAPPED);
    with.value(v2.swap(sale(v2Pool()), Samples.MIN, DEADLINE));
    SwapQuote.Leg leg = sale(v2Pool()).legs().get(0);
    SwapQuote purchase = Samples.quote(Side.BUY, leg);
    String why = with.fault(v2.swap(purchase, Samples.MAX, DEADLINE)).raw();
    assertTrue(why.contains(TOKEN_B + ", which takes a fee when it is moved"), why);
    why = with.fault(v3.swap(sale(v3Pool()), Samples.MIN, DEADLINE)).raw();
    assertTrue(why.contains(TOKEN_B + ", which takes a fee when it is moved"), why);
  }

  @Test
  void liquidity_that_makes_no_sense_is_refused() {
    PoolLiquidity amm = amm(PoolLiquidity.class, V2Contracts.on(List.of(V2)));
    Pool pool = v2Pool();
    TokenAmount a = new TokenAmount(A, BigInteger.valueOf(1000));
    TokenAmount b = new TokenAmount(B, BigInteger.valueOf(3000));
    assertTrue(why(amm.add(pool, b, a, PER_CENT, DEADLINE)).contains("in its order"));
    TokenAmount none = new TokenAmount(B, BigInteger.ZERO);
    assertTrue(why(amm.add(pool, a, none, PER_CENT, DEADLINE)).contains("some of both"));
    assertTrue(why(amm.add(pool, a, b, BigDecimal.ONE, DEADLINE)).contains("slippage"));
    assertTrue(why(amm.remove(pool, BigInteger.ZERO, PER_CENT, DEADLINE)).contains("liquidity of"));
    contracts
        .on(PAIR, "totalSupply()", "(uint256)", 0)
        .on(PAIR, "kLast()", "(uint256)", 0)
        .on(FACTORY, "feeTo()", "(address)", Address.ZERO)
        .on(PAIR, Tokens.BALANCE_OF, List.of(Address.of(WALLET.address())), number(0));
    assertTrue(why(amm.add(pool, a, b, PER_CENT, DEADLINE)).contains("whoever is first"));
  }

  @Test
  void a_range_that_makes_no_sense_is_refused() {
    ConcentratedLiquidity amm = amm(ConcentratedLiquidity.class, V3Contracts.on(List.of(V3)));
    Pool pool = v3Pool();
    TokenAmount a = new TokenAmount(A, BigInteger.valueOf(1000));
    TokenAmount b = new TokenAmount(B, BigInteger.valueOf(3000));
    for (int[] range : new int[][] {{10, 10}, {20, 10}, {5, 10}, {-887_280, 0}}) {
      String why = why(amm.open(pool, range[0], range[1], a, b, PER_CENT, DEADLINE));
      assertTrue(why.contains("cannot be from tick " + range[0]), why);
    }
    TokenAmount none = new TokenAmount(A, BigInteger.ZERO);
    // Above the range only token1 counts.
    String why = why(amm.open(pool, 100, 200, none, b, PER_CENT, DEADLINE));
    assertTrue(why.contains("not worth any liquidity"), why);
    assertThrows(IllegalArgumentException.class, () -> amm.tick(pool, BigDecimal.ZERO));
    assertTrue(why(amm.position("seven", BLOCK)).contains("no position: seven"));
  }

  @Test
  void a_position_that_cannot_be_read_hides_no_other() {
    Address wallet = Address.of(WALLET.address());
    AbiFunction byIndex = AbiFunction.of("tokenOfOwnerByIndex(address owner, uint256 index)");
    AbiFunction positions = AbiFunction.of("positions(uint256 id)");
    byte[] told =
        Abi.of(
                "(uint96,address,address,address,uint24,int24,int24,uint128,uint256,uint256,"
                    + "uint128,uint128)")
            .encode(0, Address.ZERO, TOKEN_A, TOKEN_B, 500, -100, 100, 0, 0, 0, 11, 22);
    AbiFunction symbol = AbiFunction.of("symbol()");
    AbiFunction decimals = AbiFunction.of("decimals()");
    contracts
        .on(MANAGER, Tokens.BALANCE_OF, List.of(wallet), number(2))
        .on(MANAGER, byIndex, List.of(wallet, 0), number(5))
        .on(MANAGER, byIndex, List.of(wallet, 1), number(6))
        .on(MANAGER, positions, List.of(6), told)
        .on(POOL, "feeGrowthGlobal0X128()", "(uint256)", 0)
        .on(POOL, "feeGrowthGlobal1X128()", "(uint256)", 0)
        .on(TOKEN_A, decimals, List.of(), number(18))
        .on(TOKEN_B, decimals, List.of(), number(6))
        .on(TOKEN_A, symbol, List.of(), Abi.of("(string)").encode("AAA"))
        .on(TOKEN_B, symbol, List.of(), Abi.of("(string)").encode("BBB"));
    ConcentratedLiquidity amm = amm(ConcentratedLiquidity.class, V3Contracts.on(List.of(V3)));
    List<LiquidityPosition> all =
        talk.value(amm.positions(BLOCK, (row, p) -> bad.put(row, String.valueOf(p.getMessage()))));
    assertEquals(List.of("position 5"), List.copyOf(bad.keySet()));
    assertEquals(1, all.size());
    LiquidityPosition empty = all.get(0);
    assertEquals("6", empty.id());
    // What has no liquidity is still owed what it was, though its ends are gone.
    assertEquals(BigInteger.valueOf(11), empty.fees0().raw());
    assertEquals(BigInteger.valueOf(22), empty.fees1().raw());
    assertEquals(BigInteger.ZERO, empty.amount0().raw());
  }

  /**
   * Whatever contracts answer, a state that is given can be quoted from, or says that it cannot.
   */
  @Test
  void answers_that_make_no_sense_are_rows_that_cannot_be_read() {
    SplittableRandom random = new SplittableRandom(77);
    noTicks();
    Pool v3 = v3Pool();
    Pool v2 = v2Pool();
    int given = 0;
    for (int n = 0; n < 400; n++) {
      ToldContracts spoiled = new ToldContracts(contracts);
      for (int i = 0; i <= random.nextInt(3); i++) {
        spoiled.spoil(random);
      }
      EvmChain on = (EvmChain) EvmChain.on(NETWORK, WALLET).dialect();
      Talk with = new Talk(on, spoiled);
      for (Pool pool : List.of(v2, v3)) {
        AmmDialect amm =
            pool.isConcentrated()
                ? V3Contracts.on(List.of(V3)).apply(on)
                : V2Contracts.on(List.of(V2)).apply(on);
        for (int again = 0; again < 2; again++) {
          List<PoolState> read =
              with.value(amm.states(List.of(pool), BLOCK, (row, p) -> bad.put(row, "bad")));
          for (PoolState state : read) {
            given++;
            try {
              assertTrue(state.out(A, BigInteger.TEN.pow(5)).signum() >= 0);
              assertTrue(state.price().signum() >= 0);
            } catch (PoolTooThin e) {
              assertTrue(e.getMessage().length() > 0);
            }
          }
        }
      }
    }
    assertTrue(given > 400 && given < 1600, given + " of 1600 could be read");
  }
}
