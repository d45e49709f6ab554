package dev.colibri.connector.amm.v3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class V3PositionTest {
  private static final BigInteger ZERO = BigInteger.ZERO;

  /** Opens as the contract does, whose positions begin with the growth of the moment. */
  private static V3Position open(V3State after, int lower, int upper, BigInteger liquidity) {
    Amounts inside = after.feeGrowthInsideX128(lower, upper);
    return new V3Position(lower, upper, liquidity, inside.amount0(), inside.amount1(), ZERO, ZERO);
  }

  @Test
  void what_went_in_and_the_fees_come_out_again_and_the_pool_keeps_only_crumbs() {
    SplittableRandom random = new SplittableRandom(31);
    int earned = 0;
    for (int i = 0; i < 60; i++) {
      Textbook.Pool oracle = Pools.pool(random);
      Textbook.Pool empty =
          new Textbook.Pool(oracle.fee, oracle.spacing, 0, 0, oracle.tick, oracle.price);
      V3State state = empty.state();
      BigInteger[] held = {ZERO, ZERO};
      List<V3Position> positions = new ArrayList<>();
      int steps = 0;
      for (int j = 0; j < 30; j++) {
        int spacing = oracle.spacing;
        int at = Math.floorDiv(state.tick(), spacing);
        if (positions.size() < 2 || random.nextInt(4) == 0) {
          int lower = (at - random.nextInt(0, 40)) * spacing;
          int upper = lower + random.nextInt(1, 80) * spacing;
          BigInteger liquidity = BigInteger.valueOf(random.nextLong(1, 1L << 60)).shiftLeft(20);
          Amounts in = LiquidityMath.amounts(state, lower, upper, liquidity, true);
          state = state.provide(lower, upper, liquidity);
          positions.add(open(state, lower, upper, liquidity));
          held[0] = held[0].add(in.amount0());
          held[1] = held[1].add(in.amount1());
        } else {
          boolean zeroForOne = random.nextBoolean();
          int to = (at + (zeroForOne ? -1 : 1) * random.nextInt(2, 60)) * spacing;
          V3Swap swap =
              state.exactIn(
                  zeroForOne,
                  BigInteger.ONE.shiftLeft(random.nextInt(30, 200)),
                  TickMath.sqrtRatio(to));
          held[zeroForOne ? 0 : 1] = held[zeroForOne ? 0 : 1].add(swap.amountIn());
          held[zeroForOne ? 1 : 0] = held[zeroForOne ? 1 : 0].subtract(swap.amountOut());
          state = swap.after();
          steps += 64;
        }
      }
      // All leave, one after the other, the first of them in two parts.
      for (V3Position p : positions) {
        BigInteger half = p.liquidity().shiftRight(1);
        for (BigInteger part : List.of(half, p.liquidity().subtract(half))) {
          p = p.changed(state, part.negate());
          state =
              part.signum() == 0
                  ? state
                  : state.provide(p.lowerTick(), p.upperTick(), part.negate());
        }
        earned += p.tokensOwed0().signum();
        held[0] = held[0].subtract(p.tokensOwed0());
        held[1] = held[1].subtract(p.tokensOwed1());
      }
      assertEquals(ZERO, state.liquidity());
      assertEquals(0, state.ticks().list().size());
      for (BigInteger rest : held) {
        assertTrue(rest.signum() >= 0, "the pool paid what it did not have: " + rest);
        // Every step of a swap leaves less than a part, and so does every payment.
        assertTrue(rest.compareTo(BigInteger.valueOf(steps + 200L)) < 0, "lost: " + rest);
      }
    }
    assertTrue(earned > 60, "few positions earn: " + earned);
  }

  @Test
  void a_deposit_changes_the_ticks_as_the_textbook_says() {
    SplittableRandom random = new SplittableRandom(32);
    for (int i = 0; i < 200; i++) {
      Textbook.Pool oracle = Pools.pool(random);
      int at = Math.floorDiv(oracle.tick, oracle.spacing);
      int lower = (at + random.nextInt(-30, 31)) * oracle.spacing;
      int upper = lower + random.nextInt(1, 50) * oracle.spacing;
      BigInteger liquidity = BigInteger.valueOf(random.nextLong(1, Long.MAX_VALUE));
      V3State state = oracle.state();
      V3State more = state.provide(lower, upper, liquidity);
      oracle.provide(lower, upper, liquidity);
      V3SwapTest.assertSame(oracle.state(), more, "pool " + i);
      V3SwapTest.assertSame(
          state, more.provide(lower, upper, liquidity.negate()), "pool " + i + " again");
    }
  }

  @Test
  void the_liquidity_of_some_tokens_never_asks_for_more_than_them() {
    SplittableRandom random = new SplittableRandom(33);
    for (int i = 0; i < 2000; i++) {
      V3State state = Pools.pool(random).state();
      int spacing = state.ticks().tickSpacing();
      int at = Math.floorDiv(state.tick(), spacing);
      int lower = (at + random.nextInt(-60, 61)) * spacing;
      int upper = lower + random.nextInt(1, 100) * spacing;
      BigInteger most0 = BigInteger.valueOf(random.nextLong(1, Long.MAX_VALUE)).shiftLeft(10);
      BigInteger most1 = BigInteger.valueOf(random.nextLong(1, Long.MAX_VALUE)).shiftLeft(10);
      BigInteger liquidity =
          LiquidityMath.liquidity(state.sqrtPriceX96(), lower, upper, most0, most1);
      Amounts in = LiquidityMath.amounts(state, lower, upper, liquidity, true);
      assertTrue(in.amount0().compareTo(most0) <= 0, () -> in + " of " + most0);
      assertTrue(in.amount1().compareTo(most1) <= 0, () -> in + " of " + most1);
      Amounts out = LiquidityMath.amounts(state, lower, upper, liquidity, false);
      assertTrue(in.amount0().subtract(out.amount0()).bitLength() <= 1);
      assertTrue(in.amount1().subtract(out.amount1()).bitLength() <= 1);
    }
  }

  @Test
  void growth_is_counted_over_the_overflow_of_its_256_bits() {
    V3State state =
        new Textbook.Pool(3000, 60, 0, 0, 0, FullMath.Q96)
            .state()
            .provide(-60, 60, BigInteger.TEN.pow(18));
    // The counters stand so near their end that the swap's fee takes them over it.
    BigInteger nearEnd = FullMath.MAX_256.subtract(BigInteger.TEN);
    V3State near =
        new V3State(
            state.feePips(),
            state.protocolFee(),
            state.sqrtPriceX96(),
            state.tick(),
            state.liquidity(),
            nearEnd,
            nearEnd,
            state.ticks());
    V3Position position = open(near, -60, 60, BigInteger.TEN.pow(18));
    V3Swap swap = near.exactIn(true, BigInteger.TEN.pow(12));
    assertEquals(BigInteger.valueOf(3_000_000_000L), swap.fee());
    assertTrue(swap.after().feeGrowthGlobal0X128().compareTo(nearEnd) < 0);
    assertEquals(
        new Amounts(BigInteger.valueOf(2_999_999_999L), ZERO), position.owed(swap.after()));
  }

  @Test
  void what_a_pool_does_not_take_is_refused() {
    V3State state = new Textbook.Pool(3000, 60, 0, 0, 0, FullMath.Q96).state();
    BigInteger one = BigInteger.ONE;
    assertThrows(IllegalArgumentException.class, () -> state.provide(60, 60, one));
    assertThrows(IllegalArgumentException.class, () -> state.provide(0, 61, one));
    assertThrows(IllegalArgumentException.class, () -> state.provide(0, 60, one.negate()));
    // 2^128 / 29575 ticks, as the contract's maxLiquidityPerTick() tells for this spacing.
    BigInteger most = new BigInteger("11505743598341114571880798222544994");
    assertEquals(2, state.provide(0, 60, most).ticks().list().size());
    assertThrows(IllegalArgumentException.class, () -> state.provide(0, 60, most.add(one)));
    V3Ticks few = V3Ticks.of(60, -1, 0, List.of());
    V3State known = V3State.of(3000, FullMath.Q96, 0, ZERO, few);
    assertThrows(TicksNotLoaded.class, () -> known.provide(0, 256 * 60, one));
  }
}
