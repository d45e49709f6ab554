package dev.colibri.connector.amm.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.PoolTooThin;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class V2SwapTest {
  private static final V2Fees THREE_PER_MILLE = new V2Fees(997, 1000, 1, 6);
  private static final V2Fees QUARTER_PER_CENT = new V2Fees(9975, 10_000, 8, 25);

  private static BigInteger n(String s) {
    return new BigInteger(s);
  }

  @Test
  void a_swap_gives_what_the_formula_says_rounded_down_and_costs_it_rounded_up() {
    V2State pool = V2State.of(THREE_PER_MILLE, n("1000000"), n("2000000"));
    // 1000 * 997 * 2000000 / (1000000 * 1000 + 1000 * 997) = 1992.01...
    assertEquals(n("1992"), pool.exactIn(true, n("1000")).amountOut());
    // 1000000 * 1992 * 1000 / ((2000000 - 1992) * 997) = 999.99..., and one more
    assertEquals(n("1000"), pool.exactOut(true, n("1992")).amountIn());
    assertEquals(n("3"), pool.exactIn(true, n("1000")).fee());
    assertEquals(n("1001000"), pool.exactIn(true, n("1000")).after().reserve0());
    assertEquals(n("1998008"), pool.exactIn(true, n("1000")).after().reserve1());
  }

  @Test
  void what_is_got_is_the_most_that_the_pair_lets_go_for_what_is_paid() {
    SplittableRandom random = new SplittableRandom(21);
    for (int i = 0; i < 2000; i++) {
      V2Fees fees = random.nextBoolean() ? THREE_PER_MILLE : QUARTER_PER_CENT;
      BigInteger r0 = new BigInteger(String.valueOf(random.nextLong(1000, Long.MAX_VALUE)));
      BigInteger r1 = new BigInteger(String.valueOf(random.nextLong(1000, Long.MAX_VALUE)));
      V2State pool = V2State.of(fees, r0, r1);
      boolean zeroForOne = random.nextBoolean();
      BigInteger in = BigInteger.valueOf(random.nextLong(1, 1L << random.nextInt(1, 62)));
      V2Swap swap = pool.exactIn(zeroForOne, in);
      assertTrue(pairAgrees(pool, zeroForOne, in, swap.amountOut()));
      assertFalse(pairAgrees(pool, zeroForOne, in, swap.amountOut().add(BigInteger.ONE)));

      BigInteger reserve = zeroForOne ? r1 : r0;
      BigInteger out = BigInteger.valueOf(random.nextLong(1, reserve.longValueExact()));
      BigInteger cost = pool.exactOut(zeroForOne, out).amountIn();
      assertTrue(pairAgrees(pool, zeroForOne, cost, out));
      // The contract adds one even where the quotient is whole.
      assertFalse(pairAgrees(pool, zeroForOne, cost.subtract(BigInteger.TWO), out));
    }
  }

  /** The pair's own condition: the product does not fall, the fee taken off what came in. */
  private static boolean pairAgrees(V2State p, boolean zeroForOne, BigInteger in, BigInteger out) {
    BigInteger whole = BigInteger.valueOf(p.fees().whole());
    BigInteger taken = BigInteger.valueOf(p.fees().whole() - p.fees().kept());
    BigInteger rIn = zeroForOne ? p.reserve0() : p.reserve1();
    BigInteger rOut = zeroForOne ? p.reserve1() : p.reserve0();
    BigInteger a = rIn.add(in).multiply(whole).subtract(in.multiply(taken));
    BigInteger b = rOut.subtract(out).multiply(whole);
    return a.multiply(b).compareTo(rIn.multiply(rOut).multiply(whole.pow(2))) >= 0;
  }

  @Test
  void what_a_pool_does_not_hold_has_no_price() {
    V2State pool = V2State.of(THREE_PER_MILLE, n("1000000"), n("2000000"));
    assertThrows(PoolTooThin.class, () -> pool.exactOut(true, n("2000000")));
    assertTrue(pool.exactOut(true, n("1999999")).amountIn().signum() > 0);
    V2State empty = V2State.of(THREE_PER_MILLE, BigInteger.ZERO, BigInteger.ZERO);
    assertThrows(PoolTooThin.class, () -> empty.exactIn(true, BigInteger.ONE));
    assertThrows(IllegalArgumentException.class, () -> pool.exactIn(true, BigInteger.ZERO));
    assertThrows(
        IllegalArgumentException.class,
        () -> V2State.of(THREE_PER_MILLE, BigInteger.ONE.shiftLeft(112), BigInteger.ONE));
  }
}
