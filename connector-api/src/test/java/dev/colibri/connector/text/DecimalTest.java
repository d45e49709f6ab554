package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecimalTest {
  /** What no reader of numbers in this package may take, bare or quoted. */
  static String[] unreadable() {
    return new String[] {
      "",
      " ",
      " 1",
      "1 ",
      "+1",
      ".5",
      "5.",
      "-",
      "-.5",
      "--1",
      "01",
      "-00.1",
      "1_000",
      "1,000",
      "1,5",
      "1e",
      "1e+",
      "1e1.5",
      "1.2.3",
      "0x10",
      "1f",
      "NaN",
      "Infinity",
      "-Infinity",
      "abc",
      "١٢٣",
      "１２",
      "1\u0000",
      "1e007",
      "1e41",
      "1e-41",
      "1e10000000",
      "1e-10000000",
      "1e99999999999999999999",
      "1".repeat(41),
      "0." + "0".repeat(40) + "1",
      "1".repeat(1_000_000),
      "0." + "1".repeat(1_000_000),
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "1",
        "-1",
        "0.10",
        "67123.44000000",
        "9007199254740993",
        "0.12345678901234567890123",
        "1e5",
        "1E-8",
        "1.5e+3",
        "1e40",
        "1e-40",
        "1234567890123456789012345678901234567890",
      })
  void readsExactly(String text) {
    assertEquals(new BigDecimal(text), Decimal.parse(text));
    byte[] padded = ("[" + text + "]").getBytes(StandardCharsets.UTF_8);
    assertEquals(new BigDecimal(text), Decimal.parse(padded, 1, padded.length - 1));
  }

  @ParameterizedTest
  @MethodSource("unreadable")
  void refuses(String text) {
    assertThrows(TextException.class, () -> Decimal.parse(text));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThrows(TextException.class, () -> Decimal.parse(bytes, 0, bytes.length));
  }

  @Test
  void theRefusalOfALongTextIsShort() {
    var e = assertThrows(TextException.class, () -> Decimal.parse("7".repeat(1_000_000)));
    assertEquals(
        "expected a decimal, found \"" + "7".repeat(48) + "\"…: longer than 64 characters",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "0.000,0",
    "-0.0,0",
    "1.50,1.5",
    "100,100",
    "1e3,1000",
    "1E-8,0.00000001",
    "-12.340,-12.34"
  })
  void writesPlainDigits(BigDecimal value, String text) {
    assertEquals(text, Decimal.plain(value));
  }

  @Test
  void writesWhatTheJdkWritesWithoutZerosAtTheEnd() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      long unscaled = random.nextLong() >> random.nextInt(64);
      long zeros = Decimal.power(random.nextInt(4));
      BigDecimal value = BigDecimal.valueOf(unscaled / zeros * zeros, random.nextInt(60) - 15);
      assertEquals(value.stripTrailingZeros().toPlainString(), Decimal.plain(value));
    }
  }

  @Test
  void refusesToWriteWhatWouldFillTheMemory() {
    assertThrows(TextException.class, () -> Decimal.plain(new BigDecimal("1e10000000")));
    assertThrows(TextException.class, () -> Decimal.plain(new BigDecimal("1e-10000000")));
    assertThrows(
        TextException.class, () -> Decimal.plain(BigDecimal.valueOf(1, Integer.MIN_VALUE)));
  }

  @ParameterizedTest
  @CsvSource({
    "15,1,3,1500",
    "-15,1,3,-1500",
    "1500,3,1,15",
    "0,30,2,0",
    "7,2,2,7",
    "922337203685477580,0,1,9223372036854775800",
    "-9223372036854775808,18,18,-9223372036854775808",
    "1000000000000000000,18,0,1",
  })
  void rescalesExactly(long mantissa, int digits, int to, long expected) {
    assertEquals(expected, Decimal.rescale(mantissa, digits, to));
  }

  @ParameterizedTest
  @CsvSource({
    "1501,3,1",
    "922337203685477581,0,1",
    "-922337203685477581,0,1",
    "1,0,19",
    "1,40,0",
    "9223372036854775807,0,18",
    "-9223372036854775808,1,0",
  })
  void neverRoundsWhenItRescales(long mantissa, int digits, int to) {
    assertThrows(TextException.class, () -> Decimal.rescale(mantissa, digits, to));
  }

  @Test
  void aMantissaAndItsDigitsAreADecimalOfThatScale() {
    assertEquals(new BigDecimal("1.500"), Decimal.of(1500, 3));
    assertEquals(1_000_000_000_000_000_000L, Decimal.power(18));
  }
}
