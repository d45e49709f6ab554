package dev.colibri.connector.amm.anvil;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.anvil.RandomPools.V2Pool;
import dev.colibri.connector.amm.anvil.RandomPools.V3Pool;
import dev.colibri.connector.amm.v3.V3Swap;
import dev.colibri.connector.model.PoolTooThin;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Quotes from states that are held here, against those of the contracts themselves: equal to the
 * last digit, and refused where they refuse. {@code -Dquotes.seed=S -Dquotes.count=N} asks others.
 */
@Timeout(3_600)
@ExtendWith(Tally.class)
class QuotesTest {
  private static final long SEED = Long.getLong("quotes.seed", 1);
  private static final int COUNT = Integer.getInteger("quotes.count", 500);
  private static final int A_ROUND = 125;
  private static final int ROUNDS_A_WORLD = 8;

  /**
   * A question for a contract, and what is the answer here.
   *
   * @param what for people
   * @param read what to compare of what the contract says
   * @param here the same reckoned here; empty for a refusal
   */
  private record Question(
      String kind,
      String what,
      String to,
      byte[] data,
      Function<byte[], List<BigInteger>> read,
      List<BigInteger> here) {}

  private final Map<String, Integer> equal = new TreeMap<>();
  private int refused;
  private int mostCrossed;

  @Test
  void quotes_are_those_of_the_contracts() {
    SplittableRandom random = new SplittableRandom(SEED);
    int asked = 0;
    int executed = 0;
    try (Contracts.Chain chain = Contracts.start()) {
      String clean = chain.anvil.snapshot();
      while (asked < COUNT) {
        chain.anvil.revert(clean);
        clean = chain.anvil.snapshot();
        RandomPools pools = new RandomPools(chain, random.split());
        for (int round = 0; round < ROUNDS_A_WORLD && asked < COUNT; round++) {
          if (round > 0) {
            pools.change();
          }
          List<Question> questions = new ArrayList<>();
          while (questions.size() < A_ROUND && asked + questions.size() < COUNT) {
            questions.add(question(chain, pools, random));
          }
          compare(chain, pools.block, questions);
          asked += questions.size();
        }
        executed += pools.executed;
      }
    }
    Tally.quotes(asked);
    System.out.printf(
        "quotes: %d equal (seed %d; %s; %d refused by both; up to %d ticks crossed),"
            + " %d swaps executed as reckoned%n",
        asked, SEED, equal, refused, mostCrossed, executed);
    assertTrue(mostCrossed >= 2, "the amounts were too small to cross ticks");
    assertTrue(refused < asked / 4, refused + " refusals prove little");
  }

  private void compare(Contracts.Chain chain, long block, List<Question> questions) {
    String at = Rpc.hex(block);
    List<Rpc.Answer> answers =
        chain.rpc.batch(questions.stream().map(q -> Rpc.viewing(at, q.to, q.data)).toList());
    for (int i = 0; i < questions.size(); i++) {
      Question q = questions.get(i);
      Rpc.Answer answer = answers.get(i);
      List<BigInteger> there =
          answer.refusal() != null ? List.of() : q.read.apply(Rpc.bytes(answer.value()));
      String why = answer.refusal() == null ? "" : answer.refusal().getMessage();
      assertEquals(there, q.here, () -> "seed " + SEED + ": " + q.what + " " + why);
      equal.merge(q.kind, 1, Integer::sum);
      refused += there.isEmpty() ? 1 : 0;
    }
  }

  private Question question(Contracts.Chain chain, RandomPools pools, SplittableRandom random) {
    boolean down = random.nextBoolean();
    boolean exactIn = random.nextBoolean();
    switch (random.nextInt(10)) {
      case 0:
        return v2(chain, pools, random, exactIn);
      case 1:
        return path(chain, pools, random, exactIn);
      default:
        V3Pool pool = pools.v3.get(random.nextInt(pools.v3.size()));
        // Rounding shows most where there is little.
        boolean tiny = random.nextInt(10) == 0;
        BigInteger amount =
            tiny ? BigInteger.valueOf(random.nextInt(1, 2_000)) : pools.amount(pool, down, exactIn);
        return single(chain, pool, down, exactIn, amount);
    }
  }

  private Question single(
      Contracts.Chain chain, V3Pool pool, boolean down, boolean exactIn, BigInteger amount) {
    byte[] data =
        Abi.call(
            (exactIn ? "quoteExactInputSingle" : "quoteExactOutputSingle")
                + "((address,address,uint256,uint24,uint160))",
            List.of(
                down ? pool.token0 : pool.token1,
                down ? pool.token1 : pool.token0,
                amount,
                pool.fee,
                0));
    V3Swap here = exactIn ? pool.state.exactIn(down, amount) : pool.state.exactOut(down, amount);
    mostCrossed = Math.max(mostCrossed, here.ticksCrossed());
    return new Question(
        (pool.isPancake ? "pancake-v3-" : "uniswap-v3-") + pool.fee,
        (exactIn ? "exact in " : "exact out ") + amount + (down ? " down " : " up ") + pool,
        quoter(chain, pool.isPancake),
        data,
        said ->
            Abi.decode("(uint256,uint160)", said).all().stream().map(n -> (BigInteger) n).toList(),
        isRefused(here)
            ? List.of()
            : List.of(exactIn ? here.amountOut() : here.amountIn(), here.sqrtPriceAfterX96()));
  }

  /** A pool takes less than it is offered, but does not give less than it is asked for. */
  private static boolean isRefused(V3Swap swap) {
    return swap.isExactIn() ? swap.amountIn().signum() == 0 : !swap.isWhole();
  }

  private static String quoter(Contracts.Chain chain, boolean isPancake) {
    return chain.at(isPancake ? Contracts.PANCAKE_V3_QUOTER : Contracts.V3_QUOTER);
  }

  /** Through two or three pools of one market maker, no pool twice. */
  private Question path(
      Contracts.Chain chain, RandomPools pools, SplittableRandom random, boolean exactIn) {
    boolean isPancake = random.nextBoolean();
    List<V3Pool> way = new ArrayList<>();
    List<String> tokens = new ArrayList<>();
    List<V3Pool> rest =
        new ArrayList<>(pools.v3.stream().filter(p -> p.isPancake == isPancake).toList());
    V3Pool first = rest.remove(random.nextInt(rest.size()));
    way.add(first);
    tokens.add(random.nextBoolean() ? first.token0 : first.token1);
    tokens.add(other(first, tokens.get(0)));
    for (int i = 0; i < 2; i++) {
      String at = tokens.get(tokens.size() - 1);
      List<V3Pool> next =
          rest.stream().filter(p -> p.token0.equals(at) || p.token1.equals(at)).toList();
      if (!next.isEmpty()) {
        V3Pool hop = next.get(random.nextInt(next.size()));
        rest.remove(hop);
        way.add(hop);
        tokens.add(other(hop, at));
      }
    }
    // An exact output is written from its end.
    byte[] path = Abi.encode("()");
    for (int i = 0; i < tokens.size(); i++) {
      int at = exactIn ? i : tokens.size() - 1 - i;
      path = Abi.concat(path, packed(tokens.get(at)));
      if (i < way.size()) {
        int fee = way.get(exactIn ? i : way.size() - 1 - i).fee;
        path = Abi.concat(path, new byte[] {(byte) (fee >> 16), (byte) (fee >> 8), (byte) fee});
      }
    }
    V3Pool from = exactIn ? way.get(0) : way.get(way.size() - 1);
    boolean down =
        exactIn
            ? tokens.get(0).equals(from.token0)
            : from.token1.equals(tokens.get(tokens.size() - 1));
    BigInteger amount = pools.amount(from, down, exactIn);
    return new Question(
        isPancake ? "pancake-v3-path" : "uniswap-v3-path",
        (exactIn ? "exact in " : "exact out ") + amount + " through " + way,
        quoter(chain, isPancake),
        Abi.call(
            (exactIn ? "quoteExactInput" : "quoteExactOutput") + "(bytes,uint256)", path, amount),
        said -> List.of(Abi.decode("(uint256)", said).number(0)),
        through(way, tokens, exactIn, amount));
  }

  private static List<BigInteger> through(
      List<V3Pool> way, List<String> tokens, boolean exactIn, BigInteger amount) {
    BigInteger flow = amount;
    for (int i = 0; i < way.size(); i++) {
      int at = exactIn ? i : way.size() - 1 - i;
      boolean down = tokens.get(at).equals(way.get(at).token0);
      if (flow.signum() == 0) {
        return List.of();
      }
      V3Swap swap =
          exactIn ? way.get(at).state.exactIn(down, flow) : way.get(at).state.exactOut(down, flow);
      if (isRefused(swap)) {
        return List.of();
      }
      flow = exactIn ? swap.amountOut() : swap.amountIn();
    }
    return List.of(flow);
  }

  private static String other(V3Pool pool, String token) {
    return token.equals(pool.token0) ? pool.token1 : pool.token0;
  }

  private static byte[] packed(String address) {
    return Arrays.copyOfRange(Abi.encode("(address)", address), 12, 32);
  }

  /** Through one or two pools with a constant product. */
  private Question v2(
      Contracts.Chain chain, RandomPools pools, SplittableRandom random, boolean exactIn) {
    boolean isPancake = random.nextBoolean();
    Map<String, V2Pool> byTokens = new LinkedHashMap<>();
    List<String> tokens = new ArrayList<>();
    for (V2Pool pool : pools.v2) {
      if (pool.isPancake == isPancake) {
        byTokens.put(pool.token0 + pool.token1, pool);
        byTokens.put(pool.token1 + pool.token0, pool);
        tokens.add(pool.token0);
        tokens.add(pool.token1);
      }
    }
    List<String> way = new ArrayList<>(new TreeSet<>(tokens));
    way.remove(random.nextInt(way.size()));
    way.add(random.nextInt(way.size() + 1), chain.at(Contracts.GAMMA));
    List<String> distinct = new ArrayList<>(new LinkedHashSet<>(way));
    V2Pool end =
        exactIn
            ? byTokens.get(distinct.get(0) + distinct.get(1))
            : byTokens.get(distinct.get(distinct.size() - 2) + distinct.get(distinct.size() - 1));
    boolean zero = end.token0.equals(exactIn ? distinct.get(0) : distinct.get(distinct.size() - 1));
    BigInteger amount = pools.part(zero ? end.state.reserve0() : end.state.reserve1());
    List<BigInteger> here = new ArrayList<>(List.of(amount));
    try {
      for (int i = 0; i + 1 < distinct.size(); i++) {
        int at = exactIn ? i : distinct.size() - 2 - i;
        V2Pool pool = byTokens.get(distinct.get(at) + distinct.get(at + 1));
        boolean down = distinct.get(at).equals(pool.token0);
        BigInteger flow = here.get(exactIn ? i : 0);
        if (exactIn) {
          here.add(pool.state.exactIn(down, flow).amountOut());
        } else {
          here.add(0, pool.state.exactOut(down, flow).amountIn());
        }
      }
    } catch (PoolTooThin | IllegalArgumentException e) {
      here.clear();
    }
    String signature = exactIn ? "getAmountsOut" : "getAmountsIn";
    return new Question(
        isPancake ? "pancake-v2" : "uniswap-v2",
        signature + " " + amount + " through " + distinct,
        chain.at(isPancake ? Contracts.PANCAKE_V2_ROUTER : Contracts.V2_ROUTER),
        Abi.call(signature + "(uint256,address[])", amount, distinct),
        said -> Abi.decode("(uint256[])", said).numbers(0),
        here);
  }
}
