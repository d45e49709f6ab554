package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents read by their places are what Jackson reads. */
class JsonTapeTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 25_000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);

  private static final String[] DOCUMENTS = {
    "{\"e\":\"executionReport\",\"E\":1499405658658,\"s\":\"BTCUSDT\",\"c\":\"clbrA1\",\"S\":\"BUY\","
        + "\"q\":\"1.00000000\",\"p\":\"67210.10\",\"g\":-1,\"C\":\"\",\"i\":4293153,\"w\":true,"
        + "\"m\":false,\"N\":null,\"Z\":\"0.00\",\"W\":1499405658657,\"V\":\"NONE\"}",
    "{\"a\":[1,-2.50,1e3,0,-0,0.0],\"b\":{\"c\":{},\"d\":[],\"e\":[[],[{}]]},\"f\":\"x y\"}",
    " [ true , false , null , \"true\" , \"007\" , \"-\" , \"1.\" , \".5\" , \"-0.0\" , \"1.50\" ] ",
    "{\"Aa\":1,\"BB\":2,\"AaAa\":3,\"BBBB\":4,\"AaBB\":5,\"BBAa\":6,\"a\":7,\"b\":8,\"\":9}",
    "{\"arg\":{\"channel\":\"orders\",\"instType\":\"SPOT\",\"uid\":\"77982378738415879\"},\"data\":[{"
        + "\"accFillSz\":\"0.001\",\"avgPx\":\"31527.1\",\"clOrdId\":\"clbrA1\",\"fee\":\"-0.000001\","
        + "\"linkedAlgoOrd\":{\"algoId\":\"\"},\"ordId\":\"452197707845865472\",\"px\":\"\",\"sz\":\"0.001\","
        + "\"state\":\"filled\",\"tags\":[],\"uTime\":\"1654084334977\"}]}",
    "{\"channel\": \"executions\", \"type\": \"update\", \"data\": [{\"order_id\": \"OK4GJX-KSTLS-7DZZO5\","
        + " \"exec_type\" : \"filled\", \"cum_qty\": 0.0050, \"fees\": [{\"asset\":\"USD\",\"qty\":1.5e-4}]},"
        + " {\"order_id\": \"O\", \"exec_type\": \"new\"}], \"sequence\": 10}",
    "\"a single text that is longer than eight bytes\"",
    "12345678901234567890.123456789",
    "{\"escaped\":\"a\\\"b\",\"beyond\":\"ürün\",\"n\":9223372036854775807,\"m\":1234567890123456789}",
  };

  private final SplittableRandom random = new SplittableRandom(SEED);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** What a read gives, or how it is refused. */
  private static String outcome(Function<Json, Object> read, Json of) {
    try {
      return String.valueOf(read.apply(of));
    } catch (TextException e) {
      return "refused: " + e.getMessage();
    }
  }

  private static final List<Function<Json, Object>> READS =
      List.of(
          Json::toString,
          Json::path,
          Json::size,
          Json::asText,
          Json::asDecimal,
          Json::asLong,
          Json::asInt,
          Json::asBool,
          Json::isNull,
          j -> j.at(1));

  private static final List<String> NAMES =
      List.of("e", "E", "s", "q", "p", "C", "w", "N", "g", "Z", "a", "Aa", "BB", "", "absent", "n");

  private static void assertSame(Json one, Json other) {
    for (Function<Json, Object> read : READS) {
      assertEquals(outcome(read, one), outcome(read, other));
    }
    if (!one.isObject() || !other.isObject()) {
      for (int i = 0; one.isArray() && i < one.size(); i++) {
        assertSame(one.at(i), other.at(i));
      }
      assertEquals(outcome(j -> j.has("a"), one), outcome(j -> j.has("a"), other));
      return;
    }
    List<String> names = new ArrayList<>(NAMES);
    names.addAll(one.fields().keySet());
    for (String name : names) {
      List<Function<Json, Object>> reads =
          List.of(
              j -> j.get(name),
              j -> j.find(name),
              j -> j.has(name),
              j -> j.text(name),
              j -> j.textOr(name, "none"),
              j -> j.findText(name),
              j -> j.decimal(name).toString() + j.decimal(name).scale(),
              j -> j.findDecimal(name),
              j -> j.longValue(name),
              j -> j.longOr(name, 5),
              j -> j.boolOr(name, true));
      for (Function<Json, Object> read : reads) {
        assertEquals(outcome(read, one), outcome(read, other), name);
      }
    }
    assertEquals(new ArrayList<>(one.fields().keySet()), new ArrayList<>(other.fields().keySet()));
    one.fields().forEach((name, value) -> assertSame(value, other.get(name)));
    one.fields().forEach((name, value) -> assertSame(value, other.fields().get(name)));
  }

  /** Jackson must take what there is a tape of, and read the same; gives whether there is. */
  private static boolean compare(byte[] document, int from, int to) {
    if (JsonTape.of(document, from, to) == null) {
      return false;
    }
    assertSame(Json.parseAny(document, from, to), Json.parse(document, from, to));
    return true;
  }

  @Test
  void usual_documents_have_a_tape_and_others_have_none() {
    for (int i = 0; i < DOCUMENTS.length; i++) {
      byte[] document = bytes(DOCUMENTS[i]);
      assertEquals(i < DOCUMENTS.length - 1, compare(document, 0, document.length), DOCUMENTS[i]);
    }
  }

  @Test
  void mutated_documents_are_what_jackson_reads() {
    String pieces = "{}[]\",:\\ \n0123456789.-+eEtrufalsn\u0001é";
    int read = 0;
    for (int n = 0; n < COUNT; n++) {
      byte[] document = bytes(DOCUMENTS[random.nextInt(DOCUMENTS.length)]);
      byte[] piece = bytes(pieces);
      for (int i = random.nextInt(3); i >= 0; i--) {
        document[random.nextInt(document.length)] = piece[random.nextInt(piece.length)];
      }
      int from = random.nextInt(20) == 0 ? random.nextInt(3) : 0;
      int to = random.nextInt(10) == 0 ? from + random.nextInt(document.length - from) : 0;
      read += compare(document, from, to == 0 ? document.length : to) ? 1 : 0;
    }
    int count = read;
    assertTrue(read > COUNT / 10, () -> "only " + count + " were read");
  }

  @ParameterizedTest
  @MethodSource("dev.colibri.connector.text.JsonTest#malformed")
  void there_is_no_tape_of_what_is_malformed(String text) {
    byte[] document = bytes(text);
    assertNull(JsonTape.of(document, 0, document.length));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6, 7, 8, 15, 16, 17, 63, 64, 65, 127, 128, 129, 1000})
  void every_field_is_found_and_none_is_taken_twice(int fields) {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < fields; i++) {
      text.append(i == 0 ? "" : ",").append("\"f").append(i).append("\":").append(i);
    }
    byte[] once = bytes(text + "}");
    assertTrue(compare(once, 0, once.length));
    Json json = Json.parse(once, 0, once.length);
    for (int i = 0; i < fields; i++) {
      assertEquals(i, json.longValue("f" + i));
    }
    byte[] twice = bytes(text + ",\"f" + fields / 2 + "\":0}");
    assertNull(JsonTape.of(twice, 0, twice.length));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 29, 30, 31, 32, 33, 63, 64})
  void values_of_every_length_end_where_they_do(int length) {
    String digits = "1234567890".repeat(7);
    String text = "x".repeat(length);
    String number = digits.substring(0, length);
    String negative = "-" + digits.substring(0, Math.max(1, length - 1));
    String[] values = {'"' + text + '"', number, negative, '"' + number + '"', "0.00", "[[\"\"]]"};
    StringBuilder object = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      object.append(i == 0 ? "{" : ",").append("\"f").append(i).append("\":").append(values[i]);
    }
    byte[] one = bytes(object + "}");
    assertTrue(compare(one, 0, one.length));
    byte[] nested = bytes("[" + object + "}," + String.join(" , ", values) + ",{\"a\":{}}]");
    assertTrue(compare(nested, 0, nested.length));
    assertEquals(text, Json.parse(nested, 0, nested.length).at(1).asText());
    assertEquals(number, Json.parse(nested, 0, nested.length).at(2).asText());
  }

  @Test
  void as_many_values_as_are_lawful_are_read_with_or_without_a_tape() {
    byte[] most = bytes("[" + "1,".repeat(Json.MAX_VALUES - 3) + "1]");
    assertNotNull(JsonTape.of(most, 0, most.length));
    assertEquals(Json.MAX_VALUES - 2, Json.parse(most, 0, most.length).size());
    byte[] arrays = bytes("[" + "[],".repeat(Json.MAX_VALUES / 2) + "[]]");
    assertNull(JsonTape.of(arrays, 0, arrays.length));
    assertEquals(Json.MAX_VALUES / 2 + 1, Json.parse(arrays, 0, arrays.length).size());
    byte[] more = bytes("[" + "1,".repeat(Json.MAX_VALUES) + "1]");
    assertNull(JsonTape.of(more, 0, more.length));
  }

  @Test
  void a_tape_keeps_what_it_was_made_of() {
    byte[] document = bytes("{\"a\":\"b\"}");
    Json json = Json.parse(document, 0, document.length);
    document[6] = 'c';
    assertEquals("b", json.text("a"));
    assertNotNull(JsonTape.of(document, 0, document.length));
  }

  @Test
  void more_shapes_than_are_known_at_a_time_are_read_alike() {
    for (int i = 0; i < 12_000; i++) {
      byte[] document =
          bytes("{\"a" + i + "\":" + i + ",\"b\":{\"c" + i % 7 + "\":\"x\"},\"d\":1}");
      Json json = Json.parse(document, 0, document.length);
      assertEquals(i, json.longValue("a" + i));
      assertEquals("x", json.get("b").text("c" + i % 7));
      assertFalse(json.has("a" + (i + 1)));
    }
  }

  @Test
  void threads_that_learn_the_same_shapes_read_alike() {
    List<Integer> sums =
        IntStream.range(0, 8)
            .parallel()
            .map(thread -> sumOfMany(new SplittableRandom(thread % 2)))
            .boxed()
            .toList();
    for (int thread = 0; thread < sums.size(); thread++) {
      assertEquals(sums.get(thread % 2), sums.get(thread));
    }
  }

  /** What is in documents whose fields come in any order. */
  private static int sumOfMany(SplittableRandom random) {
    int sum = 0;
    for (int n = 0; n < 2_000; n++) {
      StringBuilder text = new StringBuilder();
      int fields = 1 + random.nextInt(6);
      int first = random.nextInt(100);
      for (int i = 0; i < fields; i++) {
        text.append(i == 0 ? '{' : ',')
            .append("\"field")
            .append(first + i * 7)
            .append("\":")
            .append(i);
      }
      byte[] document = bytes(text.append('}').toString());
      Json json = Json.parse(document, 0, document.length);
      for (int i = 0; i < fields; i++) {
        sum += json.intValue("field" + (first + i * 7)) * (first + i);
        assertEquals(i, json.intValue("field" + (first + i * 7)));
      }
    }
    return sum;
  }

  @Test
  void texts_that_come_again_are_told_apart_by_all_their_letters() {
    List<String> texts = new ArrayList<>();
    String letters = "abcdefghijklmnopqrstuvwxyz";
    for (int length = 0; length <= 20; length++) {
      texts.add(letters.substring(0, length));
      texts.add("x".repeat(length));
      if (length > 0) {
        texts.add("x".repeat(length - 1) + "y");
        texts.add("y" + "x".repeat(length - 1));
        texts.add("x".repeat(length / 2) + "1" + "x".repeat((length - 1) / 2));
      }
    }
    for (int round = 0; round < 2; round++) {
      for (String text : texts) {
        byte[] document = bytes("[\"" + text + "\"]");
        assertEquals(text, Json.parse(document, 0, document.length).at(0).asText());
      }
    }
  }
}
