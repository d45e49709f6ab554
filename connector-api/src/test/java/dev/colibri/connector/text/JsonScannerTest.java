package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
  private static final byte[] DATA = ascii("data");
  private static final byte[] TYPE = ascii("type");

  private final JsonScanner scanner = new JsonScanner();

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private JsonScanner open(String text) {
    scanner.open(Frame.of(text.replace('\'', '"')));
    return scanner;
  }

  /** Everything in the depth message of a combined stream, in any order of its fields. */
  private long depth(byte[] message, int from, int to) {
    long sum = 0;
    scanner.open(message, from, to);
    scanner.enterObject();
    while (scanner.nextField()) {
      if (scanner.nameIs(DATA)) {
        scanner.enterObject();
        while (scanner.nextField()) {
          if (scanner.nameIs('b') || scanner.nameIs('a')) {
            sum += levels();
          } else if (scanner.nameIs('u') || scanner.nameIs('U') || scanner.nameIs('E')) {
            sum += scanner.longValue();
          } else {
            scanner.skip();
          }
        }
      } else {
        scanner.skip();
      }
    }
    scanner.end();
    return sum;
  }

  private long levels() {
    long sum = 0;
    scanner.enterArray();
    while (scanner.nextItem()) {
      scanner.enterArray();
      while (scanner.nextItem()) {
        scanner.decimal();
        sum += scanner.mantissa() + scanner.digits();
      }
    }
    return sum;
  }

  private static byte[] depthMessage(int levels, SplittableRandom random) {
    var out = new JsonWriter().object().put("stream", "btcusdt@depth").object("data");
    out.put("e", "depthUpdate").put("E", 1700000000123L).put("s", "BTCUSDT");
    out.put("U", 157L).put("u", 160L);
    for (String side : new String[] {"b", "a"}) {
      out.array(side);
      for (int i = 0; i < levels; i++) {
        out.array();
        out.value(Decimal.of(6_712_344_000_000L + random.nextInt(1_000_000), 8).toPlainString());
        out.value(Decimal.of(random.nextInt(100_000_000), 8).toPlainString());
        out.end();
      }
      out.end();
    }
    return out.end().end().toBytes();
  }

  @Test
  void readsADepthMessage() {
    byte[] message =
        ascii(
            "{\"stream\":\"btcusdt@depth\",\"data\":{\"u\":160,\"x\":{\"y\":[1,{}]},"
                + "\"b\":[[\"1.50\",\"2\"]],\"a\":[]}}");
    assertEquals(160 + 150 + 2 + 2, depth(message, 0, message.length));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "-0,0,0",
    "7,7,0",
    "-7.50,-750,2",
    "0.00000001,1,8",
    "67123.44000000,6712344000000,8",
    "1.12345678,112345678,8",
    "1.123456789012345678,1123456789012345678,18",
    "0.0000000000000000000000000000000000000001,1,40",
    "1e-7,1,7",
    "1.50E+1,150,1",
    "15e2,1500,0",
    "0e40,0,0",
    "9223372036854775807,9223372036854775807,0",
    "-9223372036854775808,-9223372036854775808,0",
    "-922337203685.4775808,-9223372036854775808,7",
    "143000000000.00000000,143000000000000000,6",
    "1.0000000000000000000,100000000000000000,17",
    "9223372036854775807.00,9223372036854775807,0",
  })
  void decimalsKeepTheDigitsThatWereWritten(String text, long mantissa, int digits) {
    for (String written : new String[] {text, "'" + text + "'", " " + text + " "}) {
      open(written).decimal();
      assertEquals(mantissa, scanner.mantissa(), written);
      assertEquals(digits, scanner.digits(), written);
      scanner.end();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "92233720368547758070",
        "1e19",
        "92345678901234567.89",
      })
  void refusesDecimalsThatDoNotFitALong(String text) {
    assertThrows(TextException.class, () -> open(text).decimal());
    assertThrows(TextException.class, () -> open("'" + text + "'").decimal());
  }

  @ParameterizedTest
  @MethodSource("dev.colibri.connector.text.DecimalTest#unreadable")
  void refusesUnreadableNumbers(String text) {
    String quoted = new JsonWriter().value(text).toString();
    assertThrows(TextException.class, () -> open(quoted).decimal());
    assertThrows(TextException.class, () -> open(quoted).longValue());
    if (text.equals(text.strip())) { // white space around a bare number is JSON's own
      open("{'n':" + text + "}").enterObject();
      assertTrue(scanner.nextField());
      assertThrows(
          TextException.class,
          () -> {
            scanner.decimal();
            scanner.nextField();
          });
    }
  }

  @Test
  void readsTheLevelsOfABook() {
    open("[['67123.440','0.5'],[ 7 , 1e-3 ,'0',{'x':1}],[3,4]]").enterArray();
    var read = new StringBuilder();
    while (scanner.nextLevel()) {
      read.append(Decimal.of(scanner.price(), scanner.priceDigits()).toPlainString());
      read.append(" for ");
      read.append(Decimal.of(scanner.size(), scanner.sizeDigits()).toPlainString()).append("; ");
    }
    scanner.end();
    assertEquals("67123.440 for 0.5; 7 for 0.001; 3 for 4; ", read.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[[]]", "[['1']]", "[{}]", "['1','2']", "[['1','2'", "[['1','2'],", "[1]"})
  void refusesOtherLevels(String text) {
    open(text).enterArray();
    assertThrows(
        TextException.class,
        () -> {
          while (scanner.nextLevel()) {
            assertEquals(1, scanner.price());
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-5,-5",
    "1700000000123,1700000000123",
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808"
  })
  void readsLongsBareOrQuoted(String text, long expected) {
    assertEquals(expected, open(text).longValue());
    assertEquals(expected, open("'" + text + "'").longValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "-9223372036854775809",
        "1.0",
        "1e3",
        "'1.5'",
        "true",
        "''"
      })
  void refusesOtherLongs(String text) {
    assertThrows(TextException.class, () -> open(text).longValue());
  }

  @Test
  void readsStringsAsTheyAreWritten() {
    open("['abc','a\\\\u0062c','é😀']").enterArray();
    assertTrue(scanner.nextItem());
    scanner.string();
    assertTrue(scanner.valueIs(ascii("abc")));
    assertFalse(scanner.valueIs(ascii("abcd")));
    assertFalse(scanner.isEscaped());
    assertTrue(scanner.nextItem());
    scanner.string();
    assertTrue(scanner.isEscaped());
    assertEquals("a\\u0062c", scanner.valueText());
    assertTrue(scanner.nextItem());
    scanner.string();
    assertFalse(scanner.isEscaped());
    assertEquals(6, scanner.valueTo() - scanner.valueFrom());
    assertEquals("é😀", scanner.valueText());
    assertFalse(scanner.nextItem());
    scanner.end();
  }

  @Test
  void tellsWhatComesNext() {
    open("[{},[],'',null,true]").enterArray();
    scanner.nextItem();
    assertTrue(scanner.isObject());
    scanner.skip();
    scanner.nextItem();
    assertTrue(scanner.isArray());
    scanner.skip();
    scanner.nextItem();
    assertTrue(scanner.isString());
    scanner.skip();
    scanner.nextItem();
    assertTrue(scanner.isNull());
    scanner.skip();
    scanner.nextItem();
    assertTrue(scanner.bool());
    assertFalse(scanner.nextItem());
  }

  @Test
  void comesBackToAValueWhoseTypeStandsBehindIt() {
    open("{'data':[1,2],'type':'trade'}").enterObject();
    long data = -1;
    boolean trade = false;
    while (scanner.nextField()) {
      if (scanner.nameIs(DATA)) {
        data = scanner.mark();
        scanner.skip();
      } else if (scanner.nameIs(TYPE)) {
        scanner.string();
        trade = scanner.valueIs(ascii("trade"));
      }
    }
    scanner.end();
    assertTrue(trade);
    scanner.rewind(data);
    scanner.enterArray();
    assertTrue(scanner.nextItem());
    assertEquals(1, scanner.longValue());
    assertTrue(scanner.nextItem());
    assertEquals(2, scanner.longValue());
    assertFalse(scanner.nextItem());
  }

  @ParameterizedTest
  @MethodSource("dev.colibri.connector.text.JsonTest#malformed")
  void refusesMalformedDocumentsThatItSkips(String text) {
    scanner.open(Frame.of(text));
    assertThrows(
        TextException.class,
        () -> {
          scanner.skip();
          scanner.end();
        });
  }

  @ParameterizedTest
  @MethodSource("dev.colibri.connector.text.JsonTest#malformed")
  void refusesMalformedDocumentsThatItEnters(String text) {
    byte[] bytes = ascii(text);
    assertThrows(TextException.class, () -> copy(bytes, 0, bytes.length));
  }

  @ParameterizedTest
  @MethodSource("dev.colibri.connector.text.JsonTest#malformedUtf8")
  void refusesMalformedUtf8(byte[] document) {
    scanner.open(document, 0, document.length);
    assertThrows(TextException.class, scanner::string);
  }

  @Test
  void refusesEscapedNamesWhereItEnters() {
    open("{'\\u0061':1}").enterObject();
    assertThrows(TextException.class, scanner::nextField);
    open("{'\\u0061':1}").skip();
    scanner.end();
  }

  @Test
  void refusesAFieldThatWasNotConsumed() {
    open("{'a':1,'b':2}").enterObject();
    assertTrue(scanner.nextField());
    assertThrows(TextException.class, scanner::nextField);
  }

  private static final List<String> NAMES =
      List.of("a", "price", "a-name-of-sixteen", "x".repeat(30));

  /** The places of the names of an object, whose values are passed over. */
  private List<Integer> places(FieldNames names, String document) {
    open(document).enterObject();
    List<Integer> places = new ArrayList<>();
    for (int place; (place = scanner.nextField(names)) != FieldNames.END; ) {
      places.add(place);
      scanner.skip();
    }
    scanner.end();
    return places;
  }

  @Test
  void findsNamesInAnyOrderWhateverCameBefore() {
    FieldNames names = FieldNames.of(NAMES);
    String usual = "{'a':1,'other':{'a':[]},'price':2,'a-name-of-sixteen':3,'z':4}";
    for (int i = 0; i < 3; i++) {
      assertEquals(List.of(0, -1, 1, 2, -1), places(names, usual));
    }
    assertEquals(List.of(2, 1, 0), places(names, "{'a-name-of-sixteen':3,'price':2,'a':1}"));
    assertEquals(List.of(0, -1, 1), places(names, "{ 'a' : 1 , 'other' : 2 , 'price' : 3 } "));
    assertEquals(List.of(), places(names, "{}"));
    assertEquals(List.of(0, -1, -1), places(names, "{'a':1,'othe':1,'pricf':2}"));
    assertEquals(
        List.of(3, 3), places(names, "{'" + "x".repeat(30) + "':1,'" + "x".repeat(30) + "':1}"));
    assertEquals(List.of(0, -1, 1, 2, -1), places(names, usual));
  }

  @Test
  void remembersNoMoreNamesThanItHasRoomFor() {
    FieldNames names = FieldNames.of(NAMES);
    for (int i = 0; i < 1000; i++) {
      assertEquals(List.of(0, -1, 1), places(names, "{'a':1,'n" + i + "':2,'price':3}"));
    }
  }

  @Test
  void expectsAFirstNameAfterARestart() {
    FieldNames names = FieldNames.of(NAMES);
    places(names, "{'a':1,'price':2}");
    open("{'kind':1,'price':2,'a':3}").enterObject();
    assertTrue(scanner.nextField());
    scanner.skip();
    names.restart();
    assertEquals(1, scanner.nextField(names));
    scanner.skip();
    assertEquals(0, scanner.nextField(names));
    scanner.skip();
    assertEquals(FieldNames.END, scanner.nextField(names));
    scanner.end();
  }

  @Test
  void neverReadsPastItsPartOfTheArray() {
    byte[] bytes = ascii("{\"a\":[12345678.12345678,true],\"b\":\"xyz\"}}}]]\"\"1234567812345678");
    int whole = bytes.length - "}}]]\"\"1234567812345678".length();
    copy(bytes, 0, whole);
    for (int to = 0; to < whole; to++) {
      int cut = to;
      assertThrows(TextException.class, () -> copy(bytes, 0, cut), () -> "cut at " + cut);
      assertThrows(
          TextException.class,
          () -> {
            scanner.open(bytes, 0, cut);
            scanner.skip();
          });
    }
  }

  @Test
  void aNumberEndsWhereItsPartOfTheArrayEnds() {
    byte[] bytes = ascii("12.345678,[[[[[[[[[[[[[[[[[[[[[[");
    scanner.open(bytes, 0, 5);
    scanner.decimal();
    assertEquals(1234, scanner.mantissa());
    scanner.end();
    byte[] quoted = ascii("\"12.345678\",[[[[[[[[[[[[[[[[[[[[[[");
    scanner.open(quoted, 0, 5);
    assertThrows(TextException.class, scanner::decimal);
  }

  @Test
  void countsTheLevelsItIsInWhenItSkips() {
    open("[".repeat(64) + "]".repeat(64)).enterArray();
    scanner.nextItem();
    scanner.skip();
    open("[".repeat(65) + "]".repeat(65)).enterArray();
    scanner.nextItem();
    assertThrows(TextException.class, scanner::skip);
  }

  private String copy(byte[] bytes, int from, int to) {
    return copy(scanner, bytes, from, to);
  }

  /** The document written again from what the scanner reads; numbers by mantissa and digits. */
  static String copy(JsonScanner scanner, byte[] bytes, int from, int to) {
    return copy(scanner, FieldNames.of(List.of("price")), bytes, from, to);
  }

  /**
   * The same.
   *
   * @param names of the fields of all objects; what is remembered of them may be of other documents
   */
  static String copy(JsonScanner scanner, FieldNames names, byte[] bytes, int from, int to) {
    scanner.open(bytes, from, to);
    var out = new JsonWriter();
    value(scanner, names, out);
    scanner.end();
    return out.toString();
  }

  private static void value(JsonScanner scanner, FieldNames names, JsonWriter out) {
    if (scanner.isObject()) {
      scanner.enterObject();
      out.object();
      for (int place; (place = scanner.nextField(names)) != FieldNames.END; ) {
        String name = scanner.nameText();
        assertEquals(name.equals("price"), place == 0);
        out.name(name);
        value(scanner, names, out);
      }
      out.end();
    } else if (scanner.isArray()) {
      scanner.enterArray();
      out.array();
      while (scanner.nextItem()) {
        value(scanner, names, out);
      }
      out.end();
    } else if (scanner.isString()) {
      scanner.string();
      out.value(scanner.valueText());
    } else if (scanner.isNull()) {
      scanner.skip();
      out.nullValue();
    } else if (scanner.isNumber()) {
      scanner.decimal();
      out.value(Decimal.of(scanner.mantissa(), scanner.digits()));
    } else {
      out.value(scanner.bool());
    }
  }

  @Test
  void doesNotAllocate() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    byte[] message = depthMessage(25, new SplittableRandom(1));
    long sum = 0;
    for (int i = 0; i < 20_000; i++) {
      sum += depth(message, 0, message.length);
    }
    // The question itself may allocate; ask once for that, and once for the work.
    long before = threads.getThreadAllocatedBytes(thread);
    long question = threads.getThreadAllocatedBytes(thread) - before;
    before = threads.getThreadAllocatedBytes(thread);
    for (int i = 0; i < 100_000; i++) {
      sum += depth(message, 0, message.length);
    }
    long allocated = threads.getThreadAllocatedBytes(thread) - before - question;
    // The compiler may leave a few bytes; garbage of ours would come with every message.
    assertTrue(allocated < 100_000, allocated + " bytes; " + sum);
  }
}
