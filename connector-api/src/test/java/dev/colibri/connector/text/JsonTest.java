package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static Json json(String singleQuoted) {
    return Json.parse(singleQuoted.replace('\'', '"'));
  }

  private static String refusal(Runnable read) {
    return assertThrows(TextException.class, read::run).getMessage();
  }

  @Test
  void readsFieldsByKind() {
    Json order =
        json(
            "{'id':9007199254740993,'px':'0.10','qty':1.50,'live':true,'tags':['a','b'],'x':null}");
    assertEquals(9007199254740993L, order.longValue("id"));
    assertEquals("9007199254740993", order.text("id"));
    assertEquals(new BigDecimal("0.10"), order.decimal("px"));
    assertEquals(new BigDecimal("1.50"), order.decimal("qty"));
    assertEquals("1.50", order.text("qty"));
    assertTrue(order.bool("live"));
    assertEquals("b", order.get("tags").at(1).asText());
    assertEquals(2, order.get("tags").size());
    assertEquals(6, order.size());
    assertTrue(order.get("x").isNull());
    assertEquals(
        List.of("id", "px", "qty", "live", "tags", "x"), new ArrayList<>(order.fields().keySet()));
  }

  @Test
  void numbersNeverPassThroughDouble() {
    assertEquals(
        new BigDecimal("0.12345678901234567890123"),
        json("[0.12345678901234567890123]").at(0).asDecimal());
    assertEquals("1e-8", json("1e-8").toString());
  }

  @Test
  void aWholeNumberHasOneText() {
    Json ids = json("{'a':56,'b':'56','c':-1,'d':'-0','e':0,'f':9223372036854775807}");
    assertEquals(
        List.of("56", "56", "-1", "0", "0", "9223372036854775807"),
        ids.fields().keySet().stream().map(ids::wholeText).toList());
    for (String other : List.of("56.0", "5e1", "'056'", "' 56'", "'id'", "null", "true", "''")) {
      assertThrows(TextException.class, () -> json("{'a':" + other + "}").wholeText("a"), other);
    }
  }

  @Test
  void absentNullAndEmptyHoldNoValue() {
    Json o = json("{'null':null,'empty':'','zero':'0'}");
    for (String field : List.of("absent", "null", "empty")) {
      assertNull(o.findDecimal(field));
      assertNull(o.findText(field));
      assertEquals(BigDecimal.TEN, o.decimalOr(field, BigDecimal.TEN));
      assertEquals("none", o.textOr(field, "none"));
      assertEquals(7, o.longOr(field, 7));
      assertTrue(o.boolOr(field, true));
    }
    assertEquals(BigDecimal.ZERO, o.findDecimal("zero"));
    assertEquals(0, o.longOr("zero", 7));
    assertNull(o.find("null"));
    assertTrue(o.has("null"));
    assertFalse(o.has("absent"));
  }

  @Test
  void aFallbackNeverHidesAValueThatCannotBeRead() {
    Json o = json("{'px':'abc'}");
    assertThrows(TextException.class, () -> o.decimalOr("px", BigDecimal.ONE));
    assertThrows(TextException.class, () -> o.findDecimal("px"));
    assertThrows(TextException.class, () -> o.longOr("px", 1));
    assertThrows(TextException.class, () -> o.boolOr("px", true));
  }

  @Test
  void errorsNameThePath() {
    Json info = json("{'symbols':[{},{'filters':[{'tickSize':'abc','n':1.5,'s':true}]}]}");
    Json filter = info.get("symbols").at(1).get("filters").at(0);
    assertEquals(
        "$.symbols[1].filters[0].tickSize: expected a decimal, found \"abc\": not a decimal",
        refusal(() -> filter.decimal("tickSize")));
    assertEquals(
        "$.symbols[1].filters[0].n: expected a whole number, found 1.5",
        refusal(() -> filter.longValue("n")));
    assertEquals(
        "$.symbols[1].filters[0].s: expected a string, found true",
        refusal(() -> filter.text("s")));
    assertEquals("$.symbols[1].filters[0]: no field \"lot\"", refusal(() -> filter.decimal("lot")));
    assertEquals("$.symbols: no item 2 among 2", refusal(() -> info.get("symbols").at(2)));
    assertEquals("$: expected an array, found an object", refusal(() -> info.at(0)));
    assertEquals(
        "$.symbols: expected an object, found an array",
        refusal(() -> info.get("symbols").get("a")));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0,0",
    "'\"42\"',42",
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808",
  })
  void readsLongsBareOrQuoted(String text, long expected) {
    assertEquals(expected, Json.parse(text).asLong());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "99999999999999999999",
        "1.0",
        "1e3",
        "\"\"",
        "\"-\"",
        "\"007\"",
        "\"+1\"",
        "\"١\"",
        "true",
        "null",
        "[]",
      })
  void refusesOtherLongs(String text) {
    assertThrows(TextException.class, () -> Json.parse(text).asLong());
  }

  @Test
  void intsAreBounded() {
    assertEquals(Integer.MIN_VALUE, json("-2147483648").asInt());
    assertThrows(TextException.class, () -> json("2147483648").asInt());
  }

  @Test
  void truthIsBareOrQuotedAndNothingElse() {
    assertTrue(json("'true'").asBool());
    assertFalse(json("false").asBool());
    for (String other : List.of("1", "'TRUE'", "'yes'", "null", "'' ")) {
      assertThrows(TextException.class, () -> json(other).asBool());
    }
  }

  @ParameterizedTest
  @MethodSource("dev.colibri.connector.text.DecimalTest#unreadable")
  void refusesUnreadableNumbersBareAndQuoted(String number) {
    if (number.equals(number.strip())) { // white space around a bare number is JSON's own
      assertThrows(TextException.class, () -> Json.parse("{\"n\":" + number + "}").decimal("n"));
    }
    String quoted = new JsonWriter().value(number).toString();
    assertThrows(TextException.class, () -> Json.parse(quoted).asDecimal());
  }

  /** Documents that neither reader of this package may take. */
  static String[] malformed() {
    return new String[] {
      "",
      "  ",
      "\uFEFF{}",
      "<html>",
      "{",
      "[",
      "[1",
      "[1,",
      "[1,]",
      "[,1]",
      "[1 2]",
      "[1}",
      "{\"a\"}",
      "{\"a\":}",
      "{\"a\":1,}",
      "{\"a\":1",
      "{\"a\" 1}",
      "{a:1}",
      "{'a':1}",
      "{\"a\":1]",
      "{,}",
      "\"",
      "\"abc",
      "\"a\nb\"",
      "\"a\u0000b\"",
      "\"\\x\"",
      "\"\\u12\"",
      "\"\\u12g4\"",
      "\"\\",
      "tru",
      "truex",
      "True",
      "nul",
      "NaN",
      "-",
      "01",
      "-01",
      "1.",
      ".1",
      "+1",
      "1e",
      "[1.e3]",
      "0x1",
      "{} {}",
      "1 2",
      "[] x",
      "// comment\n1",
      "/* c */1",
      "\u00a01",
      "[".repeat(65) + "]".repeat(65),
      "{\"a\":".repeat(65) + "1" + "}".repeat(65),
      "[".repeat(1_000_000),
      "1".repeat(65),
      "\"" + "a".repeat((1 << 20) + 1) + "\"",
      "{\"" + "a".repeat(257) + "\":1}",
    };
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void refusesMalformedDocuments(String text) {
    var e = assertThrows(TextException.class, () -> Json.parse(text));
    assertTrue(e.getMessage().length() < 300, e.getMessage());
  }

  static byte[][] malformedUtf8() {
    int[][] bytes = {
      {0x80},
      {0xff},
      {0xc0, 0x80},
      {0xc3},
      {0xe0, 0x80, 0x80},
      {0xed, 0xa0, 0x80},
      {0xf4, 0x90, 0x80, 0x80},
      {0xf0, 0x9f, 0x98},
      {0xf8, 0x88, 0x80, 0x80, 0x80}
    };
    var documents = new byte[bytes.length][];
    for (int i = 0; i < bytes.length; i++) {
      documents[i] = new byte[bytes[i].length + 2];
      documents[i][0] = '"';
      for (int k = 0; k < bytes[i].length; k++) {
        documents[i][k + 1] = (byte) bytes[i][k];
      }
      documents[i][bytes[i].length + 1] = '"';
    }
    return documents;
  }

  @ParameterizedTest
  @MethodSource("malformedUtf8")
  void refusesMalformedUtf8(byte[] document) {
    assertThrows(TextException.class, () -> Json.parse(document, 0, document.length));
  }

  @Test
  void acceptsUpToItsLimits() {
    Json.parse("[".repeat(64) + "]".repeat(64));
    Json.parse("{\"" + "a".repeat(256) + "\":" + "1".repeat(64) + "}");
    assertEquals(1 << 20, Json.parse("\"" + "a".repeat(1 << 20) + "\"").asText().length());
  }

  @Test
  void theCallerLimitsTheDocument() {
    byte[] bytes = "[1,2,3]".getBytes(StandardCharsets.UTF_8);
    assertEquals(3, Json.parse(bytes, 0, bytes.length, 7).size());
    assertThrows(TextException.class, () -> Json.parse(bytes, 0, bytes.length, 6));
  }

  @Test
  void limitsTheNumberOfValues() {
    byte[] zeros = ("[" + "0,".repeat(Json.MAX_VALUES) + "0]").getBytes(StandardCharsets.UTF_8);
    assertThrows(TextException.class, () -> Json.parse(zeros, 0, zeros.length));
  }

  @Test
  void refusesAFieldGivenTwice() {
    assertEquals("$[0].px: given twice", refusal(() -> json("[{'px':1,'px':2}]")));
    assertEquals("$.px: given twice", refusal(() -> json("{'px':1,'\\u0070x':2}")));
  }

  @Test
  void anHtmlPageIsShownEscapedAndShort() {
    String message = refusal(() -> Json.parse("<html>\u001b[31m" + "x".repeat(1000)));
    assertTrue(message.startsWith("byte 0: "), message);
    assertTrue(message.contains("\"<html>\\u001b[31mxxx"), message);
    assertFalse(message.contains("\u001b"), message);
    assertTrue(message.length() < 300, message);
  }

  @Test
  void readsItsPartOfTheArrayOnly() {
    byte[] bytes = "x[1,22]y".getBytes(StandardCharsets.UTF_8);
    assertEquals("[1,22]", Json.parse(bytes, 1, 7).toString());
    assertThrows(TextException.class, () -> Json.parse(bytes, 1, 6));
  }

  @Test
  void oneBadRowNeverHidesTheOthers() {
    var bad = new ArrayList<String>();
    List<BigDecimal> prices =
        Json.rows(
            json("[{'px':'1'},{'px':'oops'},{'px':'3'}]"),
            row -> row.decimal("px"),
            (row, error) -> bad.add(row.path() + " " + error.getClass().getSimpleName()));
    assertEquals(List.of(BigDecimal.ONE, new BigDecimal(3)), prices);
    assertEquals(List.of("$[1] TextException"), bad);
  }

  @Test
  void anUnpairedSurrogateSpoilsItsOwnTextOnly() {
    Json o = json("{'bad':'\\ud83d','good':'\\ud83d\\ude00'}");
    assertEquals("😀", o.text("good"));
    assertEquals(
        "$.bad: expected a string without unpaired surrogates, found \"\\ud83d\"",
        refusal(() -> o.text("bad")));
    assertEquals("{\"bad\":\"\\ud83d\",\"good\":\"😀\"}", o.toString());
    assertThrows(TextException.class, () -> Json.parse("\"\ud83d\""));
  }

  @Test
  void printsCompactJsonWithNumbersAsWritten() {
    Json o =
        json(" { 'a' : [ 1.50 , -0, 1E+2, true, false, null ] , 'b' : { } , 'c':'x\\n\\'y' } ");
    String compact = "{\"a\":[1.50,-0,1E+2,true,false,null],\"b\":{},\"c\":\"x\\n\\\"y\"}";
    assertEquals(compact, o.toString());
    assertEquals(compact, Json.parse(compact).toString());
  }

  @Test
  void cannotBeChanged() {
    Json o = json("{'a':[1]}");
    assertThrows(UnsupportedOperationException.class, () -> o.fields().clear());
    assertThrows(UnsupportedOperationException.class, () -> o.get("a").items().clear());
  }
}
