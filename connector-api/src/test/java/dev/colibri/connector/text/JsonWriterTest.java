package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
  @Test
  void writesFieldsInTheirOrder() {
    var writer =
        new JsonWriter()
            .object()
            .put("id", 7)
            .put("op", "subscribe")
            .put("size", new BigDecimal("1.50"))
            .put("tiny", new BigDecimal("1E-8"))
            .put("live", true)
            .name("none")
            .nullValue()
            .array("args")
            .value("a")
            .value(-1)
            .object()
            .end()
            .array()
            .value(false)
            .end()
            .end()
            .put("copy", Json.parse("{\"x\":[1e2]}"))
            .object("o")
            .end()
            .end();
    assertEquals(
        "{\"id\":7,\"op\":\"subscribe\",\"size\":1.5,\"tiny\":0.00000001,\"live\":true,\"none\":null,"
            + "\"args\":[\"a\",-1,{},[false]],\"copy\":{\"x\":[1e2]},\"o\":{}}",
        writer.toString());
    assertArrayEquals(writer.toString().getBytes(StandardCharsets.UTF_8), writer.toBytes());
  }

  @Test
  void whateverTextIsWrittenIsReadBack() {
    for (String text : List.of("", "\"\\/", "\n\r\t\b\f\u0000\u001f", "é😀ıİ", "\u2028")) {
      assertEquals(text, Json.parse(new JsonWriter().value(text).toString()).asText());
    }
    assertEquals("\"\\ud83d!\\ude00\"", new JsonWriter().value("\ud83d!\ude00").toString());
  }

  @Test
  void refusesWordsOutOfOrder() {
    List<Consumer<JsonWriter>> wrong =
        List.of(
            w -> w.name("a"),
            JsonWriter::end,
            w -> w.value(1).value(2),
            w -> w.object().value(1),
            w -> w.object().object(),
            w -> w.object().name("a").name("b"),
            w -> w.object().name("a").end(),
            w -> w.array().name("a"),
            w -> w.object().end().object(),
            JsonWriter::toString,
            w -> w.object().toString(),
            w -> w.array().toBytes());
    for (var words : wrong) {
      assertThrows(IllegalStateException.class, () -> words.accept(new JsonWriter()));
    }
  }

  @Test
  void isAsDeepAsTheReader() {
    var writer = new JsonWriter();
    for (int i = 0; i < Json.MAX_DEPTH; i++) {
      writer.array();
    }
    assertThrows(IllegalStateException.class, writer::array);
  }
}
