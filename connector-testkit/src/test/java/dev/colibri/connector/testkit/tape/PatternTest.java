package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.text.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatternTest {
  private final Map<String, Json> named = new LinkedHashMap<>();

  private String difference(String expected, String actual) {
    return Pattern.difference(Json.parse(expected), Json.parse(actual), named);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"a\":1,\"b\":[true,null]}|{\"b\":[true,null],\"a\":1}",
        "{\"a\":\"*\"}|{\"a\":{\"any\":1}}",
        "{\"a\":\"***\"}|{\"a\":\"redacted before\"}",
        "{\"a\":1,\"*\":\"*\"}|{\"a\":1,\"b\":2}",
        "{\"a\":\"$x\",\"b\":\"$x\"}|{\"a\":7,\"b\":7}",
        "\"$5\"|\"$5\"",
      })
  void these_match(String expected, String actual) {
    assertNull(difference(expected, actual));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"a\":1}|{\"a\":2}|$.a: expected 1, is 2",
        "{\"a\":1}|{\"a\":\"1\"}|$.a: expected 1, is \"1\"",
        "{\"a\":1.0}|{\"a\":1}|$.a: expected 1.0, is 1",
        "{\"a\":1}|{}|$: no a, expected 1",
        "{}|{\"a\":{\"b\":1}}|$.a: not expected, is {\"b\":1}",
        "[1,2]|[1]|$: expected 2 items, has 1",
        "{\"a\":\"$x\",\"b\":\"$x\"}|{\"a\":7,\"b\":8}|$.b: $x was 7, is now 8",
      })
  void these_do_not_and_say_where(String expected, String actual, String where) {
    assertEquals(where, difference(expected, actual));
  }

  @Test
  void a_template_gives_back_what_was_named_as_it_was() {
    assertNull(difference("{\"id\":\"$id\"}", "{\"id\":12}"));

    assertEquals(
        "{\"id\":12,\"at\":1700,\"s\":1,\"list\":[\"12\"]}",
        Pattern.fill(
            Json.parse("{\"id\":\"$id\",\"at\":\"$now\",\"s\":\"$seconds\",\"list\":[\"12\"]}"),
            named,
            1700));
    assertThrows(
        IllegalArgumentException.class, () -> Pattern.fill(Json.parse("\"$nobody\""), named, 1700));
  }

  @Test
  void what_is_written_keeps_old_patterns_and_masks_stamps() {
    var stamps = new TreeSet<String>();
    stamps.add("timestamp");
    Json actual = Json.parse("{\"symbol\":\"X\",\"id\":9,\"timestamp\":1700,\"more\":[1,2]}");

    assertEquals(
        "{\"symbol\":\"X\",\"id\":9,\"timestamp\":\"*\",\"more\":[1,2]}",
        Pattern.generalised(actual, null, stamps));
    assertEquals(
        "{\"symbol\":\"X\",\"id\":\"$id\",\"timestamp\":\"*\",\"more\":[1,\"*\"]}",
        Pattern.generalised(
            actual, Json.parse("{\"symbol\":\"Y\",\"id\":\"$id\",\"more\":[1,\"*\"]}"), stamps));
    assertEquals(
        "{\"symbol\":\"X\",\"*\":\"*\"}",
        Pattern.generalised(actual, Json.parse("{\"symbol\":\"X\",\"*\":\"*\"}"), stamps));
  }
}
