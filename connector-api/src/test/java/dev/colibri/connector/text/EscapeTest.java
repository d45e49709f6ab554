package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EscapeTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "plain \"text\" é 😀 ıİ,plain \"text\" é 😀 ıİ",
        "a\u001b[31mb,a\\u001b[31mb",
        "a\u0000b\u007f\u009b,a\\u0000b\\u007f\\u009b",
        "a\u202eb\u200b,a\\u202eb\\u200b",
        "a\u2028b,a\\u2028b",
        "a\ud83d!,a\\ud83d!",
      })
  void escapesWhatWouldActOnATerminal(String text, String shown) {
    assertEquals(shown, Escape.text(text));
  }

  @Test
  void keepsALogLineOneLine() {
    assertEquals("a\\r\\n\\tb", Escape.text("a\r\n\tb"));
  }

  @Test
  void cutsWhatIsTooLong() {
    assertEquals("x".repeat(512), Escape.text("x".repeat(512)));
    assertEquals("x".repeat(512) + "… (488 more)", Escape.text("x".repeat(1000)));
    assertEquals("a… (1 more)", Escape.text("a\n", 2));
    assertEquals("ab… (2 more)", Escape.text("ab😀", 3));
  }
}
