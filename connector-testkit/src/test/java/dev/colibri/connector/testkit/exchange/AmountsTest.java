package dev.colibri.connector.testkit.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AmountsTest {

  /** The quick way in longs and the way of BigDecimal agree, whatever the size. */
  @Test
  void productsCountsAndMultiplesAreThoseOfBigDecimal() {
    var random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      int tickDecimals = random.nextInt(9);
      var a = amount(random, tickDecimals);
      var b = amount(random, 8 - tickDecimals);
      var product = a.multiply(b);
      assertEquals(0, product.compareTo(Amounts.times(a, b)), () -> a + " times " + b);
      assertEquals(8, Amounts.times(a, b).scale());
      assertEquals(a.remainder(b).signum() == 0, Amounts.isMultiple(a, b));
      if (a.divideToIntegralValue(b).compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) < 0) {
        assertEquals(a.divideToIntegralValue(b).longValueExact(), Amounts.count(a, b));
      }
    }
  }

  private static BigDecimal amount(Random random, int decimals) {
    var digits = new BigInteger(1 + random.nextInt(70), random).add(BigInteger.ONE);
    return Amounts.exact(new BigDecimal(digits, decimals));
  }

  @Test
  void whatIsNotExactIsRefused() {
    var tiny = new BigDecimal("0.00000001");
    assertThrows(IllegalArgumentException.class, () -> Amounts.times(tiny, tiny));
    assertThrows(IllegalArgumentException.class, () -> Amounts.exact("0.000000001"));
  }

  @Test
  void feesAreRoundedDown() {
    assertEquals(
        new BigDecimal("0.00000001"),
        Amounts.share(new BigDecimal("0.00001999"), new BigDecimal("0.001")));
  }
}
