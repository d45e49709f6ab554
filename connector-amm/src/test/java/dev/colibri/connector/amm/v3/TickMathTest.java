package dev.colibri.connector.amm.v3;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TickMathTest {
  private static final MathContext DIGITS = new MathContext(80);

  @ParameterizedTest
  @CsvSource({
    "-887272, 4295128739",
    "-1, 79224201403219477170569942574",
    "0, 79228162514264337593543950336",
    "1, 79232123823359799118286999568",
    "887272, 1461446703485210103287273052203988822378723970342",
  })
  void the_root_at_a_tick_is_the_contract_s(int tick, BigInteger root) {
    assertEquals(root, TickMath.sqrtRatio(tick));
  }

  @Test
  void a_root_is_the_textbook_product_at_every_tick_tried() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 20_000; i++) {
      int tick = random.nextInt(TickMath.MIN_TICK, TickMath.MAX_TICK + 1);
      assertEquals(Textbook.sqrtRatio(tick), TickMath.sqrtRatio(tick), "tick " + tick);
    }
    for (int tick = -3000; tick <= 3000; tick++) {
      assertEquals(Textbook.sqrtRatio(tick), TickMath.sqrtRatio(tick), "tick " + tick);
    }
  }

  @Test
  void a_root_is_close_to_what_the_price_is_by_definition() {
    for (int tick : new int[] {-700_000, -200_311, -60, 7, 1_000, 201_240, 650_000}) {
      BigDecimal price = new BigDecimal("1.0001").pow(Math.abs(tick), DIGITS);
      BigDecimal root = price.sqrt(DIGITS);
      root = tick < 0 ? BigDecimal.ONE.divide(root, DIGITS) : root;
      BigDecimal got =
          new BigDecimal(TickMath.sqrtRatio(tick))
              .divide(new BigDecimal(BigInteger.ONE.shiftLeft(96)), DIGITS);
      BigDecimal error = got.subtract(root).abs().divide(root, DIGITS);
      assertTrue(error.compareTo(new BigDecimal("1e-13")) < 0, tick + " is off by " + error);
    }
  }

  @Test
  void a_price_has_the_greatest_tick_that_is_not_above_it() {
    SplittableRandom random = new SplittableRandom(2);
    for (int i = 0; i < 5_000; i++) {
      int tick = random.nextInt(TickMath.MIN_TICK + 1, TickMath.MAX_TICK);
      BigInteger root = TickMath.sqrtRatio(tick);
      assertEquals(tick, TickMath.tick(root));
      assertEquals(tick - 1, TickMath.tick(root.subtract(BigInteger.ONE)));
      BigInteger next = TickMath.sqrtRatio(tick + 1);
      assertEquals(tick, TickMath.tick(root.add(next).shiftRight(1)));
    }
    assertEquals(TickMath.MIN_TICK, TickMath.tick(TickMath.MIN_SQRT_RATIO));
    assertEquals(
        TickMath.MAX_TICK - 1, TickMath.tick(TickMath.MAX_SQRT_RATIO.subtract(BigInteger.ONE)));
  }

  @Test
  void what_no_pool_can_have_is_refused() {
    assertThrows(IllegalArgumentException.class, () -> TickMath.sqrtRatio(887273));
    assertThrows(IllegalArgumentException.class, () -> TickMath.sqrtRatio(Integer.MIN_VALUE));
    assertThrows(IllegalArgumentException.class, () -> TickMath.tick(TickMath.MAX_SQRT_RATIO));
    assertThrows(
        IllegalArgumentException.class,
        () -> TickMath.tick(TickMath.MIN_SQRT_RATIO.subtract(BigInteger.ONE)));
  }
}
