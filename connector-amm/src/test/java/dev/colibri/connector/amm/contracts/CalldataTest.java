package dev.colibri.connector.amm.contracts;

import static dev.colibri.connector.amm.contracts.Samples.A;
import static dev.colibri.connector.amm.contracts.Samples.B;
import static dev.colibri.connector.amm.contracts.Samples.DEADLINE;
import static dev.colibri.connector.amm.contracts.Samples.IN;
import static dev.colibri.connector.amm.contracts.Samples.IN_1;
import static dev.colibri.connector.amm.contracts.Samples.IN_2;
import static dev.colibri.connector.amm.contracts.Samples.MAX;
import static dev.colibri.connector.amm.contracts.Samples.MIN;
import static dev.colibri.connector.amm.contracts.Samples.NATIVE;
import static dev.colibri.connector.amm.contracts.Samples.OUT;
import static dev.colibri.connector.amm.contracts.Samples.OUT_1;
import static dev.colibri.connector.amm.contracts.Samples.OUT_2;
import static dev.colibri.connector.amm.contracts.Samples.ROUTER;
import static dev.colibri.connector.amm.contracts.Samples.W;
import static dev.colibri.connector.amm.contracts.Samples.WALLET;
import static dev.colibri.connector.amm.contracts.Samples.WRAPPED;
import static dev.colibri.connector.amm.contracts.Samples.leg;
import static dev.colibri.connector.amm.contracts.Samples.quote;
import static dev.colibri.connector.amm.contracts.Samples.swap;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.evm.Address;
import dev.colibri.connector.amm.evm.Bytes;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What contracts are told, as ethers 6 writes it of the interfaces that the contracts' authors
 * publish ({@code @uniswap/v2-periphery} 1.1.0-beta.0, {@code v3-periphery} 1.4.4, {@code
 * swap-router-contracts} 1.3.1, {@code universal-router} 2.1.0).
 */
class CalldataTest {
  private static final Map<String, String> GOLDEN = Samples.golden("calldata.txt");
  private static final Address PERMIT2 = Address.of("0x000000000022D473030F116dDEE9F6B43aC78BA3");

  private static SwapQuote single(Side side, Token in, Token out, int fee) {
    Token from = in.isNative() ? W : in;
    Token to = out.isNative() ? W : out;
    Pool pool = fee == 0 ? Samples.v2(from, to) : Samples.v3(from, to, fee);
    return quote(side, leg(List.of(pool), List.of(in, out), IN, OUT));
  }

  private static SwapQuote path(Side side, int fee1, int fee2) {
    return quote(side, byWay(fee1, fee2, IN, OUT));
  }

  private static SwapQuote.Leg byWay(int fee1, int fee2, BigInteger in, BigInteger out) {
    List<Pool> pools =
        fee1 == 0
            ? List.of(Samples.v2(A, W), Samples.v2(W, B))
            : List.of(Samples.v3(A, W, fee1), Samples.v3(W, B, fee2));
    return leg(pools, List.of(A, W, B), in, out);
  }

  private static SwapQuote split(Side side, boolean v2) {
    return quote(
        side,
        leg(List.of(Samples.v3(A, B, 500)), List.of(A, B), IN_1, OUT_1),
        byWay(v2 ? 0 : 500, v2 ? 0 : 3000, IN_2, OUT_2));
  }

  private static byte[] r1(SwapQuote quote) {
    return V3Router.SWAP_ROUTER.swap(swap(quote));
  }

  private static byte[] r2(SwapQuote quote) {
    return V3Router.SWAP_ROUTER_02.swap(swap(quote));
  }

  private static byte[] universal(SwapQuote quote) {
    return UniversalCalls.swap(swap(quote), null);
  }

  private static byte[] permitted(SwapQuote quote) {
    TokenAmount most = new TokenAmount(A, swap(quote).mostIn());
    byte[] domain = Permit2.domain(31337, PERMIT2);
    byte[] permit =
        Permit2.permit(
            Samples.signer(new ArrayList<>()),
            domain,
            most,
            ROUTER,
            BigInteger.valueOf(7),
            DEADLINE);
    return UniversalCalls.swap(swap(quote), permit);
  }

  private static Map<String, byte[]> ours() {
    Map<String, byte[]> ours = new LinkedHashMap<>();
    Side sell = Side.SELL;
    Side buy = Side.BUY;
    ours.put("v2-sell", V2Router.swap(swap(path(sell, 0, 0))));
    ours.put("v2-sell-native-in", V2Router.swap(swap(single(sell, NATIVE, B, 0))));
    ours.put("v2-sell-native-out", V2Router.swap(swap(single(sell, A, NATIVE, 0))));
    ours.put("v2-buy", V2Router.swap(swap(path(buy, 0, 0))));
    ours.put("v2-buy-native-in", V2Router.swap(swap(single(buy, NATIVE, B, 0))));
    ours.put("v2-buy-native-out", V2Router.swap(swap(single(buy, A, NATIVE, 0))));
    Address a = Address.of(A.address());
    Address b = Address.of(B.address());
    PoolAmounts most = amounts(1000, 2000);
    PoolAmounts least = amounts(990, 1980);
    ours.put("v2-add", V2Router.add(a, b, most, least, WALLET, DEADLINE));
    ours.put(
        "v2-remove",
        V2Router.remove(a, b, BigInteger.valueOf(700), amounts(490, 980), WALLET, DEADLINE));
    ours.put("r2-sell", r2(single(sell, A, B, 500)));
    ours.put("r2-sell-path", r2(path(sell, 500, 3000)));
    ours.put("r2-buy", r2(single(buy, A, B, 500)));
    ours.put("r2-buy-path", r2(path(buy, 500, 3000)));
    ours.put("r2-sell-native-in", r2(single(sell, NATIVE, B, 500)));
    ours.put("r2-buy-native-in", r2(single(buy, NATIVE, B, 500)));
    ours.put("r2-sell-native-out", r2(single(sell, A, NATIVE, 500)));
    ours.put("r2-buy-native-out", r2(single(buy, A, NATIVE, 500)));
    ours.put("r2-sell-split", r2(split(sell, false)));
    ours.put("r2-buy-split", r2(split(buy, false)));
    ours.put("r1-sell", r1(single(sell, A, B, 2500)));
    ours.put("r1-sell-path", r1(path(sell, 500, 2500)));
    ours.put("r1-buy", r1(single(buy, A, B, 2500)));
    ours.put("r1-buy-path", r1(path(buy, 500, 2500)));
    ours.put("r1-sell-native-in", r1(single(sell, NATIVE, B, 500)));
    ours.put("r1-buy-native-in", r1(single(buy, NATIVE, B, 500)));
    ours.put("r1-sell-native-out", r1(single(sell, A, NATIVE, 500)));
    ours.put("r1-buy-native-out", r1(single(buy, A, NATIVE, 500)));
    BigInteger id = BigInteger.valueOf(77);
    BigInteger liquidity = BigInteger.valueOf(5000);
    Pool pool = Samples.v3(A, B, 3000);
    ours.put("npm-mint", PositionManager.open(pool, -60, 120, most, least, WALLET, DEADLINE));
    ours.put("npm-increase", PositionManager.add(id, most, least, DEADLINE));
    ours.put("npm-remove", PositionManager.remove(id, liquidity, least, WALLET, DEADLINE));
    ours.put("npm-collect", PositionManager.collect(id, WALLET));
    ours.put("npm-close", PositionManager.close(id, liquidity, least, WALLET, DEADLINE));
    ours.put(
        "npm-close-empty", PositionManager.close(id, BigInteger.ZERO, least, WALLET, DEADLINE));
    ours.put("ur-owner", Samples.owner().bytes());
    ours.put("ur-sell-permit", permitted(path(sell, 500, 3000)));
    ours.put("ur-sell", universal(path(sell, 500, 3000)));
    ours.put("ur-buy-permit", permitted(path(buy, 500, 3000)));
    ours.put("ur-sell-v2", universal(path(sell, 0, 0)));
    ours.put("ur-buy-v2", universal(path(buy, 0, 0)));
    ours.put("ur-sell-split", universal(split(sell, true)));
    ours.put("ur-buy-split", universal(split(buy, true)));
    ours.put("ur-sell-native-in", universal(single(sell, NATIVE, B, 500)));
    ours.put("ur-buy-native-in", universal(single(buy, NATIVE, B, 500)));
    ours.put("ur-sell-native-out", universal(single(sell, A, NATIVE, 500)));
    ours.put("ur-buy-native-out", universal(single(buy, A, NATIVE, 500)));
    return ours;
  }

  private static PoolAmounts amounts(long amount0, long amount1) {
    return new PoolAmounts(BigInteger.valueOf(amount0), BigInteger.valueOf(amount1));
  }

  @TestFactory
  Stream<DynamicTest> calldata_is_what_another_implementation_writes() {
    Map<String, byte[]> ours = ours();
    return GOLDEN.entrySet().stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.getKey(),
                    () ->
                        assertEquals(
                            golden.getValue().toLowerCase(java.util.Locale.ROOT),
                            Bytes.hex(ours.get(golden.getKey())))));
  }

  @Test
  void everything_that_is_written_is_compared() {
    assertEquals(List.copyOf(GOLDEN.keySet()), List.copyOf(ours().keySet()));
  }

  @Test
  void a_signer_is_told_what_a_permit_lets_whom_take() {
    List<String> told = new ArrayList<>();
    Permit2.permit(
        Samples.signer(told),
        Permit2.domain(1, PERMIT2),
        new TokenAmount(A, IN),
        ROUTER,
        BigInteger.ZERO,
        DEADLINE);
    assertEquals(
        List.of("let " + ROUTER + " take at most 1.000000000000000000 AAA once, by Permit2"), told);
  }

  @Test
  void a_draft_says_what_it_does() {
    Swap sale = swap(single(Side.SELL, A, B, 500));
    TransactionDraft draft = sale.draft(ROUTER, Bytes.none());
    assertEquals(
        "sell 1.000000000000000000 AAA for at least 2475.000000 BBB by v3 until"
            + " 2027-01-15T08:00:00Z",
        draft.what());
    assertEquals(BigInteger.ZERO, draft.value());
    assertEquals(DEADLINE * 1000, draft.deadlineMillis());
    assertEquals(
        List.of(new Plan.Allowance(new TokenAmount(A, IN), ROUTER.toString())),
        sale.allowances(ROUTER));
    Swap purchase = swap(split(Side.BUY, true));
    assertEquals(
        "buy 2500.000000 BBB for at most 1.010000000000000000 AAA by v3 and v2 until"
            + " 2027-01-15T08:00:00Z",
        purchase.draft(ROUTER, Bytes.none()).what());
    assertEquals(
        List.of(new Plan.Allowance(new TokenAmount(A, MAX), ROUTER.toString())),
        purchase.allowances(ROUTER));
  }

  @Test
  void what_goes_in_natively_goes_along_and_needs_no_leave() {
    Swap sale = swap(single(Side.SELL, NATIVE, B, 500));
    assertEquals(IN, sale.draft(ROUTER, Bytes.none()).value());
    assertEquals(List.of(), sale.allowances(ROUTER));
    Swap purchase = swap(single(Side.BUY, NATIVE, B, 500));
    assertEquals(MAX, purchase.draft(ROUTER, Bytes.none()).value());
  }

  @Test
  void the_shares_of_a_bound_are_never_worse_than_the_bound() {
    java.util.SplittableRandom random = new java.util.SplittableRandom(6);
    for (int n = 0; n < 500; n++) {
      List<SwapQuote.Leg> legs = new ArrayList<>();
      for (int i = 0; i <= random.nextInt(4); i++) {
        BigInteger in = BigInteger.valueOf(random.nextLong(1, 1L << random.nextInt(1, 60)));
        BigInteger out = BigInteger.valueOf(random.nextLong(1, 1L << random.nextInt(1, 60)));
        legs.add(leg(List.of(Samples.v3(A, B, 500)), List.of(A, B), in, out));
      }
      SwapQuote.Leg[] all = legs.toArray(SwapQuote.Leg[]::new);
      SwapQuote sale = quote(Side.SELL, all);
      BigInteger least =
          sale.out()
              .raw()
              .multiply(BigInteger.valueOf(99))
              .divide(BigInteger.valueOf(100))
              .max(BigInteger.ONE);
      Swap sell = new Swap(sale, least, DEADLINE * 1000, WALLET, WRAPPED);
      assertTrue(sum(sell).compareTo(least) >= 0, sale.toString());
      SwapQuote purchase = quote(Side.BUY, all);
      BigInteger most =
          purchase.in().raw().multiply(BigInteger.valueOf(101)).divide(BigInteger.valueOf(100));
      Swap buy = new Swap(purchase, most, DEADLINE * 1000, WALLET, WRAPPED);
      assertTrue(sum(buy).compareTo(most) <= 0, purchase.toString());
      for (int i = 0; i < all.length; i++) {
        // A pool that gives what was quoted is within its share.
        assertTrue(sell.legs.get(i).bound().compareTo(all[i].out()) <= 0);
        assertTrue(buy.legs.get(i).bound().compareTo(all[i].in()) >= 0);
      }
    }
  }

  private static BigInteger sum(Swap swap) {
    return swap.legs.stream().map(Swap.Leg::bound).reduce(BigInteger.ZERO, BigInteger::add);
  }

  @Test
  void a_quote_that_does_not_hang_together_is_refused() {
    SwapQuote good = single(Side.SELL, A, B, 500);
    refused("no deadline", () -> new Swap(good, MIN, 999, WALLET, WRAPPED));
    refused("bound of 0", () -> new Swap(good, BigInteger.ZERO, DEADLINE * 1000, WALLET, WRAPPED));
    BigInteger all = BigInteger.ONE.shiftLeft(255);
    refused("bound of " + all, () -> new Swap(good, all, DEADLINE * 1000, WALLET, WRAPPED));
    SwapQuote.Leg nothing =
        leg(List.of(Samples.v3(A, B, 500)), List.of(A, B), BigInteger.ZERO, OUT);
    refused("amount in of 0", () -> swap(quote(Side.SELL, nothing)));
    SwapQuote.Leg other = leg(List.of(Samples.v3(A, W, 500)), List.of(A, B), IN, OUT);
    refused("which has other tokens", () -> swap(quote(Side.SELL, other)));
    SwapQuote.Leg elsewhere = leg(List.of(Samples.v3(W, B, 500)), List.of(W, B), IN, OUT);
    SwapQuote.Leg leg = good.legs().get(0);
    refused("a leg from elsewhere", () -> swap(quote(Side.SELL, leg, elsewhere)));
    SwapQuote.Leg astray = leg(List.of(Samples.v3(A, W, 500)), List.of(A, W), IN, OUT);
    refused("a leg to elsewhere", () -> swap(quote(Side.SELL, leg, astray)));
    SwapQuote part =
        new SwapQuote(
            "q",
            good.instrument(),
            Side.SELL,
            new TokenAmount(A, IN.add(BigInteger.ONE)),
            good.out(),
            good.legs(),
            List.of(),
            BigDecimal.ZERO,
            0,
            null,
            good.block(),
            0);
    refused("legs that take", () -> swap(part));
  }

  private static void refused(String problem, org.junit.jupiter.api.function.Executable swap) {
    String message = assertThrows(IllegalArgumentException.class, swap).getMessage();
    assertTrue(message.contains(problem), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.001", "1", "1.5"})
  void slippage_is_a_part_of_the_whole(String slippage) {
    PoolAmounts amounts = amounts(1000, 2000);
    assertThrows(IllegalArgumentException.class, () -> amounts.less(new BigDecimal(slippage)));
  }

  @Test
  void the_least_is_rounded_down() {
    assertEquals(amounts(994, 0), amounts(999, 1).less(new BigDecimal("0.005")));
    assertEquals(amounts(999, 1), amounts(999, 1).less(BigDecimal.ZERO));
  }
}
