package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapeLintTest {
  private static final String HEADER =
      "{\"tape\":1,\"venue\":\"toy\",\"kind\":\"spot\",\"source\":\"recorded\",\"on\":\"2026-11-22\","
          + "\"scenario\":\"a day\"}\n";

  /** No secret of anybody, in the shape of one. */
  private static final String LIKE_A_KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zv";

  private static List<String> found(String lines) {
    return TapeLint.check("x.tape", HEADER + lines).stream().map(Object::toString).toList();
  }

  @Test
  void a_tape_with_nothing_wrong_has_no_findings() {
    assertEquals(
        List.of(),
        found(
            "{\"t\":0,\"do\":\"start\"}\n"
                + "{\"out\":\"GET /time\",\"query\":{\"signature\":\"*\"}}\n"
                + "{\"t\":5,\"in\":\"reply\",\"body\":{\"price\":\"1.5\"}}\n"
                + "{\"event\":\"FILL\",\"order\":\"a1\"}\n"
                + "{\"on\":\"ping\",\"of\":\"market\",\"fault\":\"silence\"}\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"do\":\"fly\"}|2: \"do\" has no word \"fly\"",
        "{\"in\":\"smoke\",\"of\":\"market\"}|2: \"in\" has no word \"smoke\"",
        "{\"out\":\"SHOUT\"}|2: \"out\" has no word \"SHOUT\"",
        "{\"event\":\"Sunrise\"}|2: \"event\" has no word \"Sunrise\"",
        "{\"do\":\"start\",\"wings\":2}|2: a line with \"do\" has no field \"wings\"",
        "{\"in\":\"frame\",\"json\":{}}|2: does not say of which connection: it needs \"of\"",
      })
  void a_word_that_no_player_knows_is_named(String line, String finding) {
    assertEquals(List.of("x.tape:" + finding), found(line));
  }

  @Test
  void what_is_no_json_is_named_and_what_follows_is_read_all_the_same() {
    List<String> found = found("{\"t\":\n{\"do\":\"fly\"}\n");

    assertEquals(2, found.size(), found::toString);
    assertEquals("x.tape:2: ", found.get(0).substring(0, 10));
    assertEquals("x.tape:3: \"do\" has no word \"fly\"", found.get(1));
  }

  @Test
  void a_header_that_is_none_is_named() {
    assertEquals("x.tape:1: an empty tape", TapeLint.check("x.tape", "").get(0).toString());
    assertEquals(
        "x.tape:1: the header needs \"venue\"",
        TapeLint.check("x.tape", "{\"tape\":1}\n").get(0).toString());
  }

  @Test
  void time_does_not_go_back() {
    assertEquals(
        List.of("x.tape:3: its time is 4, and there was 5 before"),
        found(
            "{\"t\":5,\"do\":\"start\"}\n{\"t\":4,\"do\":\"audit\"}\n{\"t\":5,\"do\":\"audit\"}\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"in\":\"reply\",\"body\":{\"listenKey\":\"KEY\"}}|a secret was left in \"listenKey\"",
        "{\"out\":\"GET /x\",\"query\":{\"signature\":\"KEY\"}}|a secret was left in \"signature\"",
        "{\"out\":\"POST /x\",\"text\":\"a=b&apiKey=KEY&c=d\"}|a secret was left in the text in \"text\"",
        "{\"out\":\"connect\",\"of\":\"a\",\"uri\":\"wss://x.test/?token=KEY\"}|a secret was left in the text in \"uri\"",
        "{\"in\":\"reply\",\"text\":\"eyJhbGciOiJub25lIn0.eyJub2JvZHkiOjF9.x\"}|a signed token in \"text\"",
        "{\"in\":\"reply\",\"text\":\"-----BEGIN EC PRIVATE KEY-----\"}|a private key in \"text\"",
      })
  void a_secret_that_looks_real_is_an_error(String line, String finding) {
    assertEquals(
        List.of("x.tape:2: " + finding),
        found(line.replace("KEY\"", LIKE_A_KEY + "\"").replace("KEY&", LIKE_A_KEY + "&")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "a.person@example.test|an e-mail address",
        "address 203.0.113.9 is not allowed|the address of a computer, or a version,",
        "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgw|what may be a key",
      })
  void what_may_be_personal_is_worth_a_look(String text, String finding) {
    assertEquals(
        List.of("x.tape:2: look at this: " + finding + " in \"msg\""),
        found("{\"in\":\"reply\",\"body\":{\"msg\":\"" + text + "\"}}"));
  }

  @Test
  void placeholders_are_no_secrets() {
    assertEquals(
        List.of(),
        found(
            "{\"in\":\"reply\",\"body\":{\"apiKey\":\"key\",\"token\":\"a-token\",\"sign\":\"$sign\","
                + "\"signature\":\"0000000000000000000000000000000000\"}}"));
  }
}
