package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapeTest {
  private static final String HEADER =
      "{\"tape\":1,\"venue\":\"toy\",\"kind\":\"spot\",\"source\":\"docs\",\"on\":\"2026-11-22\","
          + "\"scenario\":\"S00 nothing\"}";

  private static String problem(String text) {
    return assertThrows(TapeException.class, () -> Tape.parse("x.tape", text)).getMessage();
  }

  @Test
  void a_line_knows_its_kind_its_time_and_its_place() {
    Tape tape =
        Tape.parse(
            "x.tape",
            HEADER
                + "\n\n{\"t\":40,\"in\":\"reply\",\"body\":{\"price\":1.50}}\n"
                + "{\"event\":\"FILL\",\"anything\":1}\n");

    assertEquals("S00 nothing", tape.scenario());
    Tape.Line in = tape.lines().get(0);
    assertEquals(Tape.Kind.IN, in.kind());
    assertEquals("reply", in.what());
    assertEquals(40, in.millis());
    assertEquals(3, in.number());
    assertEquals("1.50", in.json().get("body").text("price"));
    assertNull(tape.lines().get(1).millis());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"do\":\"place\",\"prise\":\"1\"}|x.tape:2: a line with \"do\" has no field \"prise\"",
        "{\"dont\":\"place\"}|x.tape:2: a line begins with t or one of do, out, in, event, on; not"
            + " dont",
        "[]|x.tape:2: $: expected an object, found an array",
        "{\"in\":\"reply\",\"json\":{}}|x.tape:2: a reply is said by \"body\" or \"text\", and not"
            + " by \"json\"",
        "{\"in\":\"frame\",\"of\":\"a\",\"body\":{}}|x.tape:2: a frame is said by \"json\" or"
            + " \"text\", and not by \"body\"",
        "{\"on\":\"frame\",\"of\":\"a\",\"match\":{},\"reply\":{}}|x.tape:2: \"reply\" is a list of"
            + " frames, as [{…}], also of one",
      })
  void a_wrong_line_is_named_with_file_and_number(String line, String message) {
    assertEquals(message, problem(HEADER + "\n" + line));
  }

  @Test
  void a_broken_line_is_named_with_file_and_number() {
    assertEquals("x.tape:2: ", problem(HEADER + "\n{\"do\":").substring(0, 10));
  }

  @Test
  void the_header_must_say_where_the_tape_comes_from() {
    assertEquals("x.tape:1: an empty tape", problem(""));
    assertEquals(
        "x.tape:1: source must be one of [docs, embedded, recorded], is hearsay",
        problem(HEADER.replace("docs", "hearsay")));
    assertEquals(
        "x.tape:1: \"on\" must be a date as 2026-11-22, is yesterday",
        problem(HEADER.replace("2026-11-22", "yesterday")));
    assertEquals(
        "x.tape:1: the header needs \"venue\"", problem(HEADER.replace("\"venue\"", "\"value\"")));
  }
}
