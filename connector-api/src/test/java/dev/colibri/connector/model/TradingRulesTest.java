package dev.colibri.connector.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TradingRulesTest {
  private static TradingRules rules(String lot, String minSize, String minNotional) {
    return TradingRules.builder(new BigDecimal("0.01"), new BigDecimal(lot))
        .size(new BigDecimal(minSize), null)
        .notional(new BigDecimal(minNotional), null)
        .build();
  }

  @ParameterizedTest
  @CsvSource({
    // lot, least size, least notional, price, what may be ordered at the least
    "0.001, 0,      0,  100, 0.001",
    "0.001, 0.01,   0,  100, 0.01",
    "0.01,  0.001,  0,  100, 0.01",
    "0.01,  0.015,  0,  100, 0.02",
    "0.001, 0,      5,  100, 0.05",
    "0.001, 0,      5,  99,  0.051",
    "0.001, 0.2,    5,  100, 0.2",
    "10,    0,      1,  0.03, 40",
  })
  void the_least_size_is_a_lawful_one(
      String lot, String minSize, String minNotional, BigDecimal price, BigDecimal least) {
    assertEquals(0, least.compareTo(rules(lot, minSize, minNotional).leastSize(price)));
  }

  @Test
  void the_least_size_may_be_ordered_and_a_lot_less_may_not() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 1_000; i++) {
      TradingRules rules =
          rules(
              BigDecimal.valueOf(1 + random.nextInt(20), 4).toPlainString(),
              BigDecimal.valueOf(random.nextInt(50), 4).toPlainString(),
              BigDecimal.valueOf(random.nextInt(100), 1).toPlainString());
      Instrument btc =
          Instrument.builder("toy-spot", "BTCUSDT", "BTC", "USDT", rules).digits(2, 4).build();
      BigDecimal price = BigDecimal.valueOf(1 + random.nextInt(100_000), 2);
      BigDecimal least = rules.leastSize(price);
      Order order = Order.buy(btc).limit(price);
      assertDoesNotThrow(order.size(least)::check, () -> rules + " at " + price);
      Order less = order.size(least.subtract(rules.lotSize()));
      assertThrows(Refused.class, less::check, () -> rules + " at " + price);
    }
  }
}
