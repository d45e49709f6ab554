package dev.colibri.connector.amm.v3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class V3SwapTest {
  private static final BigInteger LOWEST = TickMath.MIN_SQRT_RATIO.add(BigInteger.ONE);
  private static final BigInteger HIGHEST = TickMath.MAX_SQRT_RATIO.subtract(BigInteger.ONE);

  @Test
  void a_swap_is_the_textbook_s_to_the_last_unit_and_so_is_the_pool_after_it() {
    SplittableRandom random = new SplittableRandom(11);
    int crossed = 0;
    int dry = 0;
    for (int i = 0; i < 100; i++) {
      Textbook.Pool oracle = Pools.pool(random);
      V3State state = oracle.state();
      for (int j = 0; j < 6; j++) {
        boolean zeroForOne = random.nextBoolean();
        boolean exactIn = random.nextBoolean();
        BigInteger amount = Pools.amount(random, oracle, zeroForOne == exactIn);
        V3Swap swap =
            exactIn ? state.exactIn(zeroForOne, amount) : state.exactOut(zeroForOne, amount);
        oracle.swap(zeroForOne, exactIn, amount, zeroForOne ? LOWEST : HIGHEST);
        String which = "pool " + i + ", swap " + j + ": " + swap;
        assertEquals(oracle.in, swap.amountIn(), which);
        assertEquals(oracle.out, swap.amountOut(), which);
        assertEquals(oracle.price, swap.sqrtPriceAfterX96(), which);
        assertEquals((exactIn ? oracle.in : oracle.out).equals(amount), swap.isWhole(), which);
        crossed += swap.ticksCrossed();
        state = swap.after();
        assertSame(oracle.state(), state, which);
        if (!swap.isWhole()) {
          dry++;
          // The textbook takes long for the way back.
          break;
        }
      }
    }
    assertTrue(crossed > 300, "the amounts cross few ticks: " + crossed);
    assertTrue(dry > 3, "few pools run dry: " + dry);
  }

  static void assertSame(V3State expected, V3State got, String which) {
    assertEquals(expected.sqrtPriceX96(), got.sqrtPriceX96(), which);
    assertEquals(expected.tick(), got.tick(), which);
    assertEquals(expected.liquidity(), got.liquidity(), which);
    assertEquals(expected.feeGrowthGlobal0X128(), got.feeGrowthGlobal0X128(), which);
    assertEquals(expected.feeGrowthGlobal1X128(), got.feeGrowthGlobal1X128(), which);
    assertEquals(expected.ticks().list(), got.ticks().list(), which);
  }

  @Test
  void a_swap_with_a_limit_stops_there_and_not_before() {
    SplittableRandom random = new SplittableRandom(12);
    int stopped = 0;
    for (int i = 0; i < 300; i++) {
      Textbook.Pool oracle = Pools.pool(random);
      V3State state = oracle.state();
      boolean zeroForOne = random.nextBoolean();
      boolean exactIn = random.nextBoolean();
      BigInteger amount = Pools.amount(random, oracle, zeroForOne == exactIn);
      int distance = random.nextInt(1, 3000);
      BigInteger limit = Textbook.sqrtRatio(oracle.tick + (zeroForOne ? -distance : 1 + distance));
      V3Swap swap =
          exactIn
              ? state.exactIn(zeroForOne, amount, limit)
              : state.exactOut(zeroForOne, amount, limit);
      oracle.swap(zeroForOne, exactIn, amount, limit);
      assertEquals(oracle.in, swap.amountIn());
      assertEquals(oracle.out, swap.amountOut());
      assertSame(oracle.state(), swap.after(), "pool " + i);
      stopped += swap.isWhole() ? 0 : 1;
    }
    assertTrue(stopped > 20, "limits stop few: " + stopped);
  }

  @Test
  void the_ends_of_the_bitmap_s_words_are_steps_of_their_own() {
    // One position over many words: without the stops this swap would round once, not 40 times.
    Textbook.Pool oracle = new Textbook.Pool(3000, 1, 0, 0, 0, FullMath.Q96);
    oracle.provide(-6000, 6000, new BigInteger("123456789"));
    V3Swap swap = oracle.state().exactIn(true, new BigInteger("30000000"));
    oracle.swap(true, true, new BigInteger("30000000"), LOWEST);
    assertEquals(oracle.out, swap.amountOut());
    assertEquals(0, swap.ticksCrossed());
    BigInteger once =
        SwapMath.step(
                FullMath.Q96,
                TickMath.sqrtRatio(-6000),
                new BigInteger("123456789"),
                new BigInteger("30000000"),
                true,
                true,
                3000)
            .out();
    assertFalse(once.equals(swap.amountOut()), "the stops make no difference here");
  }

  @Test
  void a_swap_that_is_stopped_at_the_end_of_a_word_has_left_its_tick_even_among_nothing() {
    for (int end : new int[] {-2560, 2550}) {
      Textbook.Pool oracle = new Textbook.Pool(500, 10, 0, 0, 0, FullMath.Q96);
      oracle.provide(-100, 100, BigInteger.TEN.pow(18));
      V3State state = oracle.state();
      BigInteger limit = TickMath.sqrtRatio(end);
      BigInteger amount = BigInteger.TEN.pow(20);
      oracle.swap(end < 0, true, amount, limit);
      assertSame(oracle.state(), state.exactIn(end < 0, amount, limit).after(), "to " + end);
    }
  }

  @Test
  void what_was_not_read_is_asked_for_by_name_and_never_taken_for_empty() {
    V3Ticks known =
        V3Ticks.of(
            60,
            -1,
            0,
            List.of(
                V3Tick.of(-600, BigInteger.TEN.pow(18), BigInteger.TEN.pow(18)),
                V3Tick.of(600, BigInteger.TEN.pow(18), BigInteger.TEN.pow(18).negate())));
    V3State state = V3State.of(3000, FullMath.Q96, 0, BigInteger.TEN.pow(18), known);
    assertTrue(state.exactIn(true, BigInteger.TEN.pow(15)).isWhole());
    TicksNotLoaded down =
        assertThrows(TicksNotLoaded.class, () -> state.exactIn(true, BigInteger.TEN.pow(19)));
    assertEquals(-2, down.word());
    TicksNotLoaded up =
        assertThrows(TicksNotLoaded.class, () -> state.exactOut(false, BigInteger.TEN.pow(19)));
    assertEquals(1, up.word());
    // Within a limit that is known, the same amounts are answered.
    BigInteger limit = TickMath.sqrtRatio(-15_000);
    assertFalse(state.exactIn(true, BigInteger.TEN.pow(19), limit).isWhole());
  }

  @Test
  void amounts_too_wide_for_the_exact_formula_are_reckoned_by_the_contract_s_coarser_one() {
    // 2^100 of token0 at a root of 2^158: their product has more than 256 bits.
    BigInteger root = BigInteger.ONE.shiftLeft(158);
    BigInteger liquidity = BigInteger.ONE.shiftLeft(127);
    BigInteger in = BigInteger.ONE.shiftLeft(100).subtract(BigInteger.ONE);
    BigInteger n = liquidity.shiftLeft(96);
    BigInteger coarse = Textbook.up(n, n.divide(root).add(in));
    assertEquals(coarse, SqrtPriceMath.afterInput(root, liquidity, in, true));
  }

  @Test
  void amounts_limits_and_states_that_no_contract_takes_are_refused() {
    V3State state = new Textbook.Pool(3000, 60, 0, 0, 0, FullMath.Q96).state();
    assertThrows(IllegalArgumentException.class, () -> state.exactIn(true, BigInteger.ZERO));
    assertThrows(
        IllegalArgumentException.class, () -> state.exactOut(true, BigInteger.ONE.shiftLeft(255)));
    assertThrows(
        IllegalArgumentException.class, () -> state.exactIn(true, BigInteger.ONE, FullMath.Q96));
    assertThrows(
        IllegalArgumentException.class,
        () -> state.exactIn(false, BigInteger.ONE, TickMath.MAX_SQRT_RATIO));
    assertThrows(
        IllegalArgumentException.class,
        () -> V3State.of(3000, FullMath.Q96, 1, BigInteger.ZERO, V3Ticks.all(60, List.of())));
    V3Tick off = V3Tick.of(61, BigInteger.ONE, BigInteger.ONE);
    assertThrows(IllegalArgumentException.class, () -> V3Ticks.all(60, List.of(off)));
    V3Tick twice = V3Tick.of(60, BigInteger.ONE, BigInteger.ONE);
    assertThrows(IllegalArgumentException.class, () -> V3Ticks.all(60, List.of(twice, twice)));
    assertThrows(IllegalArgumentException.class, () -> V3Ticks.of(60, 5, 6, List.of(twice)));
  }

  @Test
  void a_pool_without_liquidity_gives_nothing_and_takes_nothing() {
    V3State state = new Textbook.Pool(3000, 60, 0, 0, 0, FullMath.Q96).state();
    V3Swap swap = state.exactIn(true, BigInteger.TEN);
    assertEquals(BigInteger.ZERO, swap.amountIn());
    assertEquals(BigInteger.ZERO, swap.amountOut());
    assertFalse(swap.isWhole());
    assertEquals(LOWEST, swap.sqrtPriceAfterX96());
    // And once there, it stays there.
    assertFalse(swap.after().exactIn(true, BigInteger.TEN).isWhole());
  }

  @Test
  void the_protocol_s_part_is_read_as_each_family_of_contracts_writes_it() {
    assertEquals(ProtocolFee.NONE, ProtocolFee.parts(0));
    assertEquals(new ProtocolFee(1, 4, 1, 10), ProtocolFee.parts(4 + (10 << 4)));
    assertEquals(
        new ProtocolFee(3200, 10_000, 3400, 10_000), ProtocolFee.basisPoints(3200 + (3400L << 16)));
    BigInteger fee = BigInteger.valueOf(101);
    assertEquals(BigInteger.valueOf(76), ProtocolFee.parts(4).less(fee, true));
    assertEquals(fee, ProtocolFee.parts(4).less(fee, false));
    assertEquals(BigInteger.valueOf(69), ProtocolFee.basisPoints(3200).less(fee, true));
  }
}
