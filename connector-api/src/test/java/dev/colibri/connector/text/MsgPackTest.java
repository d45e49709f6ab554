package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds of every form, as the format's page draws them; the first is its own example. */
class MsgPackTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"compact\":true,\"schema\":0} | 82a7636f6d70616374c3a6736368656d6100",
        "[null,false,true] | 93c0c2c3",
        "{\"b\":1,\"a\":2} | 82a16201a16102",
        "[] | 90",
        "\"\" | a0",
        "\"é\" | a2c3a9",
        "127 | 7f",
        "128 | cc80",
        "255 | ccff",
        "256 | cd0100",
        "65535 | cdffff",
        "65536 | ce00010000",
        "4294967295 | ceffffffff",
        "4294967296 | cf0000000100000000",
        "1700000000123 | cf0000018bcfe5687b",
        "18446744073709551615 | cfffffffffffffffff",
        "-1 | ff",
        "-32 | e0",
        "-33 | d0df",
        "-128 | d080",
        "-129 | d1ff7f",
        "-32768 | d18000",
        "-32769 | d2ffff7fff",
        "-2147483648 | d280000000",
        "-2147483649 | d3ffffffff7fffffff",
        "-9223372036854775808 | d38000000000000000"
      })
  void shortestForms(String json, String hex) {
    assertEquals(hex, Hex.encode(MsgPack.encode(Json.parse(json))));
  }

  @ParameterizedTest
  @CsvSource({
    "31, bf",
    "32, d920",
    "255, d9ff",
    "256, da0100",
    "65535, daffff",
    "65536, db00010000"
  })
  void lengthsOfTexts(int length, String header) {
    String text = "x".repeat(length);
    String hex = Hex.encode(MsgPack.encode(Json.parse("\"" + text + "\"")));
    assertEquals(header + "78".repeat(length), hex);
  }

  @ParameterizedTest
  @CsvSource({"15, 9f", "16, dc0010", "65535, dcffff", "65536, dd00010000"})
  void lengthsOfArrays(int length, String header) {
    String hex = Hex.encode(MsgPack.encode(Json.parse("[1" + ",1".repeat(length - 1) + "]")));
    assertEquals(header + "01".repeat(length), hex);
  }

  @Test
  void sixteenFields() {
    StringBuilder json = new StringBuilder("{");
    for (char c = 'a'; c < 'q'; c++) {
      json.append(c == 'a' ? "" : ",").append('"').append(c).append("\":1");
    }
    String hex = Hex.encode(MsgPack.encode(Json.parse(json.append('}').toString())));
    assertTrue(hex.startsWith("de0010a16101a16201"), hex);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.5", "1e3", "18446744073709551616", "-9223372036854775809", "[1,{\"a\":0.1}]"})
  void whatIsNotWholeIsRefused(String json) {
    assertThrows(TextException.class, () -> MsgPack.encode(Json.parse(json)));
  }
}
