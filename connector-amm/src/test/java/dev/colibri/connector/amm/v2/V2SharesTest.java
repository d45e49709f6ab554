package dev.colibri.connector.amm.v2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class V2SharesTest {
  private static final V2Fees SIXTH = new V2Fees(997, 1000, 1, 6);
  private static final V2Fees EIGHT_OF_25 = new V2Fees(9975, 10_000, 8, 25);
  private static final BigInteger ZERO = BigInteger.ZERO;

  private static BigInteger n(String s) {
    return new BigInteger(s);
  }

  private static V2State empty(V2Fees fees, boolean protocolFeeOn) {
    return new V2State(fees, ZERO, ZERO, ZERO, protocolFeeOn, ZERO);
  }

  @Test
  void the_first_deposit_makes_the_root_of_the_product_and_locks_a_thousand_for_ever() {
    V2State.Change first = empty(SIXTH, true).deposit(n("1000000"), n("4000000"));
    assertEquals(n("1999000"), first.shares());
    assertEquals(n("2000000"), first.after().totalSupply());
    assertEquals(n("4000000000000"), first.after().kLast());
    assertEquals(ZERO, empty(SIXTH, false).deposit(n("1000000"), n("4000000")).after().kLast());
    assertThrows(
        IllegalArgumentException.class, () -> empty(SIXTH, true).deposit(n("1000"), n("1000")));
  }

  @Test
  void later_ones_are_paid_by_the_scarcer_token_and_the_router_asks_for_no_more() {
    V2State pool = empty(SIXTH, false).deposit(n("1000000"), n("4000000")).after();
    assertEquals(n("2000"), pool.deposit(n("1000"), n("9000")).shares());
    V2State.Change fit = pool.fit(n("1000"), n("9000"));
    assertEquals(n("4000"), fit.amount1());
    assertEquals(n("2000"), fit.shares());
    V2State.Change other = pool.fit(n("5000"), n("4000"));
    assertEquals(n("1000"), other.amount0());
    V2State.Change out = fit.after().withdraw(n("2000"));
    assertEquals(n("1000"), out.amount0());
    assertEquals(n("4000"), out.amount1());
    assertThrows(IllegalArgumentException.class, () -> pool.withdraw(n("2000001")));
    assertThrows(IllegalArgumentException.class, () -> pool.deposit(n("0"), n("10")));
  }

  @Test
  void the_protocol_gets_its_part_of_the_growth_and_nobody_else_loses_more_than_that() {
    SplittableRandom random = new SplittableRandom(22);
    for (int i = 0; i < 500; i++) {
      V2Fees fees = random.nextBoolean() ? SIXTH : EIGHT_OF_25;
      BigInteger r0 = BigInteger.valueOf(random.nextLong(1L << 40, 1L << 60));
      BigInteger r1 = BigInteger.valueOf(random.nextLong(1L << 40, 1L << 60));
      V2State before = empty(fees, true).deposit(r0, r1).after();
      assertEquals(ZERO, before.protocolShares());
      V2State grown = before;
      for (int j = 0; j < 10; j++) {
        boolean zeroForOne = random.nextBoolean();
        BigInteger reserve = zeroForOne ? grown.reserve0() : grown.reserve1();
        grown = grown.exactIn(zeroForOne, reserve.shiftRight(random.nextInt(1, 5))).after();
      }
      BigInteger shares = grown.protocolShares();
      // Growth of a share's worth in all, and what of it the new shares take.
      BigDecimal root = new BigDecimal(grown.reserve0().multiply(grown.reserve1()).sqrt());
      BigDecimal growth = root.subtract(new BigDecimal(before.kLast().sqrt()));
      BigDecimal taken =
          root.multiply(new BigDecimal(shares))
              .divide(new BigDecimal(grown.totalSupply().add(shares)), MathContext.DECIMAL128);
      BigDecimal part =
          growth
              .multiply(BigDecimal.valueOf(fees.protocolPart()))
              .divide(BigDecimal.valueOf(fees.protocolWhole()), MathContext.DECIMAL128);
      assertTrue(
          taken.subtract(part).abs().compareTo(BigDecimal.valueOf(3)) < 0,
          taken + " is not about " + part);
      // Whoever leaves now leaves after the protocol was paid.
      V2State.Change all = grown.withdraw(grown.totalSupply().shiftRight(1));
      assertEquals(
          grown.totalSupply().add(shares).subtract(all.shares()), all.after().totalSupply());
      assertEquals(ZERO, all.after().protocolShares());
    }
  }

  @Test
  void without_somebody_to_pay_the_protocol_takes_nothing() {
    V2State off = new V2State(SIXTH, n("2000000"), n("8000000"), n("2000000"), false, n("9"));
    assertEquals(ZERO, off.protocolShares());
  }
}
