package dev.colibri.connector.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstrumentTest {
  private final Instrument btc =
      Instrument.builder(
              "toy-spot",
              "BTCUSDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.05"), new BigDecimal("0.001")).build())
          .digits(7, 8)
          .build();

  @ParameterizedTest
  @CsvSource({
    "599463100000, 7, 59946.31",
    "599463000000, 7, 59946.30",
    "599460000000, 7, 59946.00",
    "599463100010, 7, 59946.310001",
    "59946, 0, 59946",
    "0, 7, 0.00",
  })
  void a_price_is_written_with_the_digits_of_the_tick_where_they_suffice(
      long scaled, int digits, String text) {
    assertEquals(text, btc.price(scaled, digits).toPlainString());
  }

  @ParameterizedTest
  @CsvSource({"FLOOR, 0.10", "CEILING, 0.15"})
  void a_floating_point_price_becomes_lawful(RoundingMode mode, String text) {
    assertEquals(new BigDecimal(text), btc.price(0.1234, mode));
    assertEquals(new BigDecimal("0.123"), btc.size(0.1239));
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "0", "-1"})
  void what_is_no_positive_number_becomes_no_price(double price) {
    assertThrows(IllegalArgumentException.class, () -> btc.price(price, RoundingMode.FLOOR));
  }

  @ParameterizedTest
  @CsvSource({"BUY, size, true", "BUY, amount, false", "SELL, size, false", "SELL, amount, true"})
  void a_market_order_is_given_in_what_the_venue_counts(Side side, String by, boolean refused) {
    TradingRules rules =
        TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE)
            .market(EnumSet.of(Side.SELL), EnumSet.of(Side.BUY))
            .build();
    Order order = Order.of(btc, side).market();
    Order said = by.equals("size") ? order.size("10") : order.quoteAmount("10");
    if (refused) {
      assertEquals(Rule.ORDER_TYPE, assertThrows(Refused.class, () -> rules.check(said)).rule());
    } else {
      rules.check(said);
    }
  }

  @Test
  void an_instrument_is_its_venue_and_symbol_whatever_its_rules() {
    Instrument other =
        Instrument.builder(
                "toy-spot",
                "BTCUSDT",
                "BTC",
                "USDT",
                TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE).build())
            .build();
    assertEquals(btc, other);
    assertEquals(btc.hashCode(), other.hashCode());
    assertEquals("BTC-USDT@toy-spot", btc.toString());
  }

  /** Five significant figures, and any whole price. */
  @ParameterizedTest
  @CsvSource({
    "0.0123456, FLOOR, 0.012345",
    "0.0123456, CEILING, 0.012346",
    "123.456, FLOOR, 123.45",
    "99999.6, CEILING, 100000",
    "123456.7, FLOOR, 123456",
    "123456, FLOOR, 123456",
    "9.99996, CEILING, 10"
  })
  void pricesOfSoManyDigits(String price, RoundingMode mode, String rounded) {
    TradingRules rules =
        TradingRules.builder(new BigDecimal("0.000001"), BigDecimal.ONE).maxPriceDigits(5).build();
    BigDecimal lawful = rules.roundPrice(new BigDecimal(price), mode);
    assertEquals(0, new BigDecimal(rounded).compareTo(lawful), lawful::toString);
    Instrument coin = Instrument.builder("toy", "COIN", "COIN", "USD", rules).build();
    rules.check(Order.buy(coin).limit(lawful).size("1"));
    if (new BigDecimal(price).compareTo(lawful) != 0) {
      assertThrows(Refused.class, () -> rules.check(Order.buy(coin).limit(price).size("1")));
    }
  }

  @Test
  void what_only_closes_may_be_as_small_as_what_is_left() {
    TradingRules rules =
        TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.001"))
            .notional(new BigDecimal("5"), null)
            .build();
    Instrument perpetual = Instrument.builder("toy-perp", "BTCUSDT", "BTC", "USDT", rules).build();
    Order small = Order.sell(perpetual).limit("100").size("0.001");
    assertEquals(Rule.MIN_NOTIONAL, assertThrows(Refused.class, small::check).rule());
    small.reduceOnly().check();
  }
}
