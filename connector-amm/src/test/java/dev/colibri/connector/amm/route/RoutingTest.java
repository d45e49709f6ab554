package dev.colibri.connector.amm.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.amm.v2.V2Fees;
import dev.colibri.connector.amm.v2.V2Pool;
import dev.colibri.connector.amm.v2.V2State;
import dev.colibri.connector.amm.v3.TickMath;
import dev.colibri.connector.amm.v3.V3Pool;
import dev.colibri.connector.amm.v3.V3State;
import dev.colibri.connector.amm.v3.V3Ticks;
import dev.colibri.connector.engine.Routing;
import dev.colibri.connector.engine.Routing.Routed;
import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.Level;
import dev.colibri.connector.model.Pool;
import dev.colibri.connector.model.PoolState;
import dev.colibri.connector.model.PoolTooThin;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.SwapQuote;
import dev.colibri.connector.model.Token;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The best way through pools, against looking at all there are. */
class RoutingTest {
  private static final int SLICES = 16;
  private static final Block BLOCK = new Block(7, "0x7", "0x6", 1_000);
  private static final List<Token> TOKENS =
      List.of(
          new Token("0xa", "A", 18),
          new Token("0xb", "B", 18),
          new Token("0xc", "C", 6),
          new Token("0xd", "D", 18));
  private static final Token A = TOKENS.get(0);
  private static final Token B = TOKENS.get(1);
  private static final Function<List<Pool>, BigInteger> FREE = pools -> BigInteger.ZERO;

  private static BigInteger n(long units) {
    return BigInteger.valueOf(units).multiply(BigInteger.TEN.pow(18));
  }

  private static V2Pool v2(int number, Token a, Token b, BigInteger reserveA, BigInteger reserveB) {
    boolean ordered = a.address().compareTo(b.address()) < 0;
    return new V2Pool(
        new Pool("v2", "0x2" + number, ordered ? a : b, ordered ? b : a, 3000, 0),
        BLOCK,
        V2State.of(
            new V2Fees(997, 1000, 1, 6),
            ordered ? reserveA : reserveB,
            ordered ? reserveB : reserveA));
  }

  /** Prices of all about one, all tokens counted in their smallest parts. */
  private static PoolState pool(SplittableRandom random, int number, Token a, Token b) {
    if (random.nextBoolean()) {
      long deep = random.nextLong(100, 100_000);
      return v2(number, a, b, n(deep), n(deep + random.nextLong(deep / 20)));
    }
    boolean ordered = a.address().compareTo(b.address()) < 0;
    int tick = random.nextInt(-300, 300);
    V3State state =
        V3State.of(
            500, TickMath.sqrtRatio(tick), tick, BigInteger.ZERO, V3Ticks.all(10, List.of()));
    for (int i = 0; i < 4; i++) {
      int lower = tick / 10 * 10 - 10 * random.nextInt(1, 400);
      int upper = tick / 10 * 10 + 10 * random.nextInt(2, 400);
      state = state.provide(lower, upper, n(random.nextLong(100, 200_000)));
    }
    Pool pool = new Pool("v3", "0x3" + number, ordered ? a : b, ordered ? b : a, 500, 10);
    return new V3Pool(pool, BLOCK, state);
  }

  private static List<PoolState> pools(SplittableRandom random) {
    List<PoolState> pools = new ArrayList<>();
    int count = random.nextInt(2, 7);
    for (int i = 0; i < count; i++) {
      int a = random.nextInt(TOKENS.size());
      int b = (a + random.nextInt(1, TOKENS.size())) % TOKENS.size();
      pools.add(pool(random, i, TOKENS.get(a), TOKENS.get(b)));
    }
    return pools;
  }

  // ------------------------------------------------------------- looking at all there are

  private static void ways(
      List<PoolState> pools,
      Token at,
      List<PoolState> way,
      Set<String> seen,
      List<List<PoolState>> all) {
    if (at.equals(B)) {
      all.add(List.copyOf(way));
      return;
    }
    for (PoolState s : pools) {
      if (way.size() < 3 && s.pool().has(at) && seen.add(s.pool().other(at).address())) {
        way.add(s);
        ways(pools, s.pool().other(at), way, seen, all);
        way.remove(way.size() - 1);
        seen.remove(s.pool().other(at).address());
      }
    }
  }

  /** What comes out, or the negative of what goes in; null if the way does not carry it. */
  private static BigInteger worth(List<PoolState> way, boolean exactIn, BigInteger amount) {
    try {
      BigInteger x = amount;
      Token at = exactIn ? A : B;
      for (int i = 0; i < way.size(); i++) {
        PoolState s = way.get(exactIn ? i : way.size() - 1 - i);
        x = exactIn ? s.out(at, x) : s.in(at, x);
        at = s.pool().other(at);
      }
      return x.signum() == 0 ? null : exactIn ? x : x.negate();
    } catch (PoolTooThin e) {
      return null;
    }
  }

  private static BigInteger bestOfAll(
      List<List<PoolState>> ways, boolean exactIn, BigInteger amount, BigInteger cost) {
    List<BigInteger[]> tables = new ArrayList<>();
    for (List<PoolState> way : ways) {
      BigInteger[] table = new BigInteger[SLICES + 1];
      for (int j = 1; j <= SLICES; j++) {
        BigInteger part = amount.multiply(BigInteger.valueOf(j)).divide(BigInteger.valueOf(SLICES));
        table[j] = worth(way, exactIn, part);
      }
      tables.add(table);
    }
    return share(ways, tables, 0, SLICES, List.of(), cost);
  }

  private static BigInteger share(
      List<List<PoolState>> ways,
      List<BigInteger[]> tables,
      int from,
      int left,
      List<List<PoolState>> used,
      BigInteger cost) {
    if (left == 0) {
      return BigInteger.ZERO;
    }
    BigInteger best = null;
    for (int i = from; i < ways.size() && used.size() < 4; i++) {
      List<PoolState> way = ways.get(i);
      if (used.stream().anyMatch(u -> u.stream().anyMatch(way::contains))) {
        continue;
      }
      List<List<PoolState>> more = new ArrayList<>(used);
      more.add(way);
      for (int j = 1; j <= left; j++) {
        BigInteger mine = tables.get(i)[j];
        BigInteger rest = mine == null ? null : share(ways, tables, i + 1, left - j, more, cost);
        if (rest != null) {
          BigInteger all = mine.add(rest).subtract(cost);
          best = best == null ? all : best.max(all);
        }
      }
    }
    return best;
  }

  @Test
  void nothing_that_sixteenths_can_do_is_better() {
    SplittableRandom random = new SplittableRandom(51);
    int split = 0;
    int found = 0;
    for (int i = 0; i < 150; i++) {
      List<PoolState> pools = pools(random);
      List<List<PoolState>> ways = new ArrayList<>();
      ways(pools, A, new ArrayList<>(), new TreeSet<>(Set.of(A.address())), ways);
      boolean exactIn = random.nextBoolean();
      BigInteger amount =
          BigInteger.valueOf(random.nextLong(1, 5_000_000)).multiply(n(1)).shiftRight(10);
      BigInteger cost = random.nextBoolean() ? BigInteger.ZERO : n(random.nextLong(0, 20));
      BigInteger best = bestOfAll(ways, exactIn, amount, cost);
      Routed routed = new Routing(3).best(pools, A, B, exactIn, amount, legs -> true, way -> cost);
      if (best == null) {
        assertNull(routed, "pools " + i);
        continue;
      }
      assertNotNull(routed, "pools " + i);
      found++;
      split += routed.legs().size() > 1 ? 1 : 0;
      BigInteger got =
          (exactIn ? routed.out() : routed.in().negate())
              .subtract(cost.multiply(BigInteger.valueOf(routed.legs().size())));
      // Sixteenths are rounded down, which is a few parts less to pay for.
      BigInteger crumbs = BigInteger.valueOf(1000);
      assertTrue(
          got.add(crumbs).compareTo(best) >= 0,
          "pools " + i + " " + (exactIn ? "in " : "out ") + amount + ": " + got + " < " + best);
      assertEquals(amount, exactIn ? routed.in() : routed.out());
      carriedOut(pools, routed);
    }
    assertTrue(found > 60, "few have a way: " + found);
    assertTrue(split > 20, "few are split: " + split);
  }

  /** Legs one after the other, each changing the pools, give what was promised. */
  private static void carriedOut(List<PoolState> pools, Routed routed) {
    List<PoolState> now = new ArrayList<>(pools);
    BigInteger in = BigInteger.ZERO;
    BigInteger out = BigInteger.ZERO;
    for (SwapQuote.Leg leg : routed.legs()) {
      BigInteger x = leg.in();
      for (int i = 0; i < leg.pools().size(); i++) {
        Pool pool = leg.pools().get(i);
        Token at = leg.tokens().get(i);
        PoolState s = now.stream().filter(p -> p.pool().equals(pool)).findFirst().orElseThrow();
        assertEquals(leg.tokens().get(i + 1), pool.other(at));
        now.set(now.indexOf(s), s.after(at, x));
        x = s.out(at, x);
      }
      // What is rounded up on the way to an exact amount out may give a few parts more.
      assertTrue(x.compareTo(leg.out()) >= 0 && x.subtract(leg.out()).bitLength() <= 50);
      in = in.add(leg.in());
      out = out.add(leg.out());
    }
    assertEquals(in, routed.in());
    assertEquals(out, routed.out());
  }

  @Test
  void two_pools_share_as_a_fine_search_finds_it() {
    V2Pool one = v2(1, A, B, n(10_000), n(10_100));
    V2Pool two = v2(2, A, B, n(4_000), n(4_020));
    BigInteger amount = n(900);
    Routed routed = new Routing(3).best(List.of(one, two), A, B, true, amount, legs -> true, FREE);
    BigInteger best = BigInteger.ZERO;
    for (int j = 0; j <= 4096; j++) {
      BigInteger part = amount.multiply(BigInteger.valueOf(j)).shiftRight(12);
      BigInteger rest = amount.subtract(part);
      BigInteger out =
          (part.signum() == 0 ? part : one.out(A, part))
              .add(rest.signum() == 0 ? rest : two.out(A, rest));
      best = best.max(out);
    }
    assertEquals(2, routed.legs().size());
    // To a billionth.
    assertTrue(
        best.subtract(routed.out()).compareTo(best.divide(BigInteger.TEN.pow(9))) < 0,
        routed.out() + " of " + best);
  }

  @Test
  void a_leg_must_earn_what_it_costs() {
    List<PoolState> pools =
        List.of(v2(1, A, B, n(10_000), n(10_000)), v2(2, A, B, n(9_000), n(9_000)));
    Routing routing = new Routing(3);
    assertEquals(2, routing.best(pools, A, B, true, n(500), legs -> true, FREE).legs().size());
    assertEquals(
        1, routing.best(pools, A, B, true, n(500), legs -> true, p -> n(100)).legs().size());
    // With no cost told, a split for next to nothing is not made; one that gains much is.
    assertEquals(1, routing.best(pools, A, B, true, n(1), legs -> true).legs().size());
    assertEquals(2, routing.best(pools, A, B, true, n(500), legs -> true).legs().size());
    assertEquals(1, new Routing(3, 1).best(pools, A, B, true, n(500), legs -> true).legs().size());
  }

  @Test
  void a_dear_way_loses_to_one_that_gives_less() {
    PoolState direct = v2(1, A, B, n(10_000), n(9_990));
    Token c = TOKENS.get(3);
    List<PoolState> pools =
        List.of(direct, v2(2, A, c, n(900_000), n(910_000)), v2(3, B, c, n(900_000), n(900_000)));
    Function<List<Pool>, BigInteger> hop = way -> n(3).multiply(BigInteger.valueOf(way.size()));
    Routing routing = new Routing(3, 1);
    assertEquals(
        2, routing.best(pools, A, B, true, n(100), l -> true, FREE).legs().get(0).pools().size());
    assertEquals(
        List.of(direct.pool()),
        routing.best(pools, A, B, true, n(100), l -> true, hop).legs().get(0).pools());
  }

  @Test
  void only_what_somebody_carries_out_is_found() {
    List<PoolState> pools =
        List.of(v2(1, A, B, n(10_000), n(10_000)), v2(2, A, B, n(9_000), n(9_000)));
    Routing routing = new Routing(3);
    Routed single = routing.best(pools, A, B, true, n(500), legs -> legs.size() == 1, FREE);
    assertEquals(1, single.legs().size());
    assertNull(routing.best(pools, A, B, true, n(500), legs -> false, FREE));
    Routed second =
        routing.best(
            pools, A, B, true, n(500), legs -> legs.get(0).pools().contains(pools.get(1).pool()));
    assertEquals(List.of(pools.get(1).pool()), second.legs().get(0).pools());
  }

  @Test
  void what_no_pool_carries_alone_they_carry_together() {
    List<PoolState> pools = List.of(v2(1, A, B, n(1_000), n(1_000)), v2(2, A, B, n(900), n(900)));
    Routed routed = new Routing(3).best(pools, A, B, false, n(1_200), legs -> true);
    assertEquals(2, routed.legs().size());
    assertEquals(n(1_200), routed.out());
    assertNull(new Routing(3).best(pools, A, B, false, n(1_900), legs -> true));
    assertNull(new Routing(1).best(pools, A, TOKENS.get(2), true, n(1), legs -> true));
  }

  @Test
  void the_impact_is_how_much_worse_it_is_than_the_price_before_it_without_the_fee() {
    List<PoolState> pools = List.of(v2(1, A, B, n(1_000_000), n(2_000_000)));
    Routing routing = new Routing(3);
    BigDecimal small = routing.best(pools, A, B, true, n(1), legs -> true).priceImpact();
    assertTrue(small.compareTo(new BigDecimal("0.000002")) < 0, small + "");
    BigDecimal tenth = routing.best(pools, A, B, true, n(100_000), legs -> true).priceImpact();
    // 997 of 1000 of a tenth move it: 1 - 1 / 1.0997.
    assertEquals(0, tenth.compareTo(new BigDecimal("0.09066")), 1);
    assertTrue(
        tenth.subtract(new BigDecimal("0.0906610")).abs().compareTo(new BigDecimal("1e-6")) < 0,
        tenth + "");
    BigDecimal same = routing.best(pools, A, B, false, n(2), legs -> true).priceImpact();
    assertTrue(same.compareTo(new BigDecimal("0.000004")) < 0, same + "");
  }

  @Test
  void an_absurd_pool_does_not_keep_a_good_one_from_being_found() {
    Token c = TOKENS.get(2);
    Token d = TOKENS.get(3);
    List<PoolState> pools =
        List.of(
            v2(1, A, c, BigInteger.ONE.shiftLeft(111), BigInteger.valueOf(3)),
            v2(2, c, d, BigInteger.ONE.shiftLeft(111), BigInteger.valueOf(3)),
            v2(3, d, B, BigInteger.ONE.shiftLeft(111), n(10)),
            v2(4, A, B, n(1_000), n(1_000)));
    Routed routed = new Routing(3).best(pools, A, B, false, n(9), legs -> true);
    assertEquals(List.of(pools.get(3).pool()), routed.legs().get(0).pools());
  }

  @Test
  void the_same_question_has_the_same_answer_and_a_senseless_one_none() {
    SplittableRandom random = new SplittableRandom(52);
    List<PoolState> pools = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      pools.add(
          pool(
              random,
              i,
              TOKENS.get(i % 4),
              TOKENS.get((i + 1 + i / 4) % 4 == i % 4 ? (i + 2) % 4 : (i + 1 + i / 4) % 4)));
    }
    Routed once = new Routing(3).best(pools, A, B, true, n(700), legs -> true);
    assertEquals(once, new Routing(3).best(pools, A, B, true, n(700), legs -> true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Routing(3).best(pools, A, B, true, BigInteger.ZERO, legs -> true));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Routing(3).best(pools, A, A, true, n(1), legs -> true));
  }

  /** A pool that counts how often it is asked. */
  private record Counted(PoolState state, AtomicInteger asked) implements PoolState {
    @Override
    public Pool pool() {
      return state.pool();
    }

    @Override
    public Block block() {
      return state.block();
    }

    @Override
    public BigDecimal price() {
      return state.price();
    }

    @Override
    public BigInteger out(Token in, BigInteger amount) {
      asked.incrementAndGet();
      return state.out(in, amount);
    }

    @Override
    public BigInteger in(Token out, BigInteger amount) {
      asked.incrementAndGet();
      return state.in(out, amount);
    }

    @Override
    public PoolState after(Token in, BigInteger amount) {
      return state.after(in, amount);
    }

    @Override
    public List<Level> levels(Token base, Side side, int most) {
      return state.levels(base, side, most);
    }
  }

  @Test
  void however_many_pools_there_are_they_are_asked_a_bounded_number_of_times() {
    SplittableRandom random = new SplittableRandom(5);
    AtomicInteger asked = new AtomicInteger();
    List<PoolState> pools = new ArrayList<>();
    for (int i = 0; i < 240; i++) {
      Token a = TOKENS.get(i % 4);
      Token b = TOKENS.get((i % 4 + 1 + i / 4 % 3) % 4);
      long deep = random.nextLong(1_000, 100_000);
      pools.add(new Counted(v2(i, a, b, n(deep), n(deep)), asked));
    }
    for (boolean exactIn : new boolean[] {true, false}) {
      asked.set(0);
      Routed all = new Routing(3).best(pools, A, B, exactIn, n(1_000), legs -> true);
      assertNotNull(all);
      assertTrue(asked.get() < 20_000, "asked " + asked + " times");
      Routed direct = new Routing(1, 1).best(pools, A, B, exactIn, n(1_000), legs -> true);
      assertNotNull(direct);
      assertTrue(
          exactIn ? all.out().compareTo(direct.out()) > 0 : all.in().compareTo(direct.in()) < 0,
          "short ways are looked at first");
    }
  }
}
