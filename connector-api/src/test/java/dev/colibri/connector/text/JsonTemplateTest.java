package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents that differ from one that was read in what they say only are not read again. */
class JsonTemplateTest {
  /** More than a template waits for before it gives its place to another one. */
  private static final int MANY = 100;

  private static final String NESTED =
      "{\"a\":[1,-20,3.50,1e-05,0],\"b\":{\"c\":{},\"d\":\"\"}, \"e\" : [null,true,\"x y!\"]}";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Reads a document so often that it is known afterwards, whatever was known before. */
  private static void learn(String document) {
    for (int i = 0; i < MANY; i++) {
      Json.parse(document);
    }
    assertNotNull(known(document), document);
  }

  private static JsonTemplate known(String document) {
    byte[] b = bytes(document);
    return JsonTemplate.of(b, 0, b.length);
  }

  /** What a document says, or that it is refused. */
  private static String outcome(byte[] document, boolean byJackson) {
    try {
      int to = document.length;
      Json json = byJackson ? Json.parseAny(document, 0, to) : Json.parse(document, 0, to);
      return json.toString();
    } catch (TextException e) {
      return "refused: " + e.getMessage();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id":"a1","p":"67210.10"}    | {"id":"~#","p":"98.76543"}
          {"n":67210.10,"m":-12,"z":0}  | {"n":90000.01,"m":-90,"z":7}
          {"list":[{"x":1},{"x":"abc"}]}| {"list":[{"x":9},{"x":"]}:"}]}
          """)
  void other_texts_and_digits_of_the_same_length_fit(String document, String other) {
    learn(document);
    assertNotNull(known(other));
    assertEquals(other, Json.parse(other).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"id":"a1","p":"67210.10"}    | {"id":"a1","q":"67210.10"}
          {"id":"a1","p":"67210.10"}    | {"id":"a","p":"67210.100"}
          {"id":"a1","p":"67210.10"}    | {"id":"a\\","p":"67210.10"}
          {"id":"a1","p":"67210.10"}    | {"id":"aé","p":"67210.10"}
          {"n":67210.10,"m":-12,"z":0}  | {"n":07210.10,"m":-12,"z":0}
          {"n":67210.10,"m":-12,"z":0}  | {"n":67210.10,"m":-02,"z":0}
          {"n":67210.10,"m":-12,"z":0}  | {"n":6721.010,"m":-12,"z":0}
          {"n":67210.10,"m":-12,"z":0}  | {"n":67210.10,"m":-12,"z":-}
          {"n":null,"some":"text here"} | {"n":true,"some":"text here"}
          """)
  void what_differs_in_anything_else_does_not(String document, String other) {
    learn(document);
    assertNull(known(other));
    assertEquals(outcome(bytes(other), true), outcome(bytes(other), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NESTED,
        "{\"e\":\"executionReport\",\"E\":1499405658658,\"q\":\"1.00\",\"g\":-1,\"N\":null,\"w\":true}",
        "[\"12345678\"]",
        "[123456]",
        " { \"p\" : 1 } "
      })
  void whatever_byte_is_changed_the_outcome_is_what_jackson_reads(String document) {
    learn(document);
    byte[] changed = bytes(document);
    for (int at = 0; at < changed.length; at++) {
      byte before = changed[at];
      for (int value = 0; value < 256; value++) {
        changed[at] = (byte) value;
        String jackson = outcome(changed, true);
        assertEquals(jackson, outcome(changed, false), () -> "beside " + document);
      }
      changed[at] = before;
    }
  }

  @Test
  void what_a_document_says_is_not_kept() {
    learn("{\"key\":\"one of many\"}");
    Json first = Json.parse("{\"key\":\"the first!!\"}");
    Json second = Json.parse("{\"key\":\"the second!\"}");
    assertEquals("the first!!", first.text("key"));
    assertEquals("the second!", second.text("key"));
  }

  @Test
  void a_template_gives_its_place_to_what_comes_instead() {
    learn("{\"one\":12345}");
    String other = "{\"two\":12345}";
    Json.parse(other);
    assertNull(known(other));
    learn(other);
    assertNull(known("{\"one\":12345}"));
  }

  @Test
  void what_is_very_short_or_long_has_none() {
    for (String text : new String[] {"12", "{\"a\":1}", "[" + "1,".repeat(1100) + "1]"}) {
      Json.parse(text);
      assertNull(known(text));
      assertTrue(Json.parse(text).toString().endsWith(text.substring(1)));
    }
  }
}
