package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents read by their places are what Jackson reads. */
class JsonTapeTest {
  private static final int COUNT = Integer.getInteger("fuzz.count", 100_000);
  private static final long SEED = Long.getLong("fuzz.seed", 1);

  private static final String[] DOCUMENTS = {
    "{\"e\":\"executionReport\",\"E\":1499405658658,\"s\":\"BTCUSDT\",\"c\":\"clbrA1\",\"S\":\"BUY\","
        + "\"q\":\"1.00000000\",\"p\":\"67210.10\",\"g\":-1,\"C\":\"\",\"i\":4293153,\"w\":true,"
        + "\"m\":false,\"N\":null,\"Z\":\"0.00\",\"W\":1499405658657,\"V\":\"NONE\"}",
    "{\"a\":[1,-2.50,1e3,0,-0,0.0],\"b\":{\"c\":{},\"d\":[],\"e\":[[],[{}]]},\"f\":\"x y\"}",
    " [ true , false , null , \"true\" , \"007\" , \"-\" , \"1.\" , \".5\" , \"-0.0\" , \"1.50\" ] ",
    "{\"Aa\":1,\"BB\":2,\"AaAa\":3,\"BBBB\":4,\"AaBB\":5,\"BBAa\":6,\"a\":7,\"b\":8,\"\":9}",
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
  @ValueSource(ints = {1, 6, 7, 8, 15, 16, 17, 63, 64, 65, 1000})
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

  @Test
  void a_tape_keeps_what_it_was_made_of() {
    byte[] document = bytes("{\"a\":\"b\"}");
    Json json = Json.parse(document, 0, document.length);
    document[6] = 'c';
    assertEquals("b", json.text("a"));
    assertNotNull(JsonTape.of(document, 0, document.length));
  }
}
