package dev.colibri.connector.text;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormTest {
  @Test
  void keepsTheOrderAndRepeatedNames() {
    var form = Form.of("symbol", "BTCUSDT").add("id", 2).add("id", 1).add("empty", "");
    assertEquals("symbol=BTCUSDT&id=2&id=1&empty=", form.toString());
    assertEquals("2", form.find("id"));
    assertNull(form.find("ID"));
    assertEquals("", new Form().toString());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "AZaz09-._~,AZaz09-._~",
        "a b,a%20b",
        "+/=&?%,%2B%2F%3D%26%3F%25",
        "*'(),%2A%27%28%29",
        "{\"a\":[1]},%7B%22a%22%3A%5B1%5D%7D",
        "é,%C3%A9",
        "aé😀b,a%C3%A9%F0%9F%98%80b",
        "Iıİi,I%C4%B1%C4%B0i",
      })
  void keepsUnreservedCharactersOnly(String text, String encoded) {
    assertEquals(encoded, Form.encode(text));
    assertEquals(text, Form.decode(encoded));
  }

  @Test
  void keepsNamesApartThatAreKnownByTheSameNumber() {
    // Both have the same hash, and so has every text made of such pairs.
    for (int i = 0; i < 3; i++) {
      assertEquals("Aa=1&BB=2&a%20=3", Form.of("Aa", "1").add("BB", 2).add("a ", "3").toString());
    }
  }

  @Test
  void readsWhatOthersWrite() {
    assertEquals(
        List.of(
            Map.entry("a", "x y"), Map.entry("b", ""), Map.entry("c", "1=2"), Map.entry("", "z")),
        Form.parse("a=x+y&&b&c=1=2&=z&").pairs());
    assertEquals("%", Form.parse("a=%25").find("a"));
    assertEquals(List.of(), Form.parse("").pairs());
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "%=1", "a=%ff", "a=%c3", "a=%C0%80"})
  void refusesBrokenEscapes(String text) {
    assertThrows(TextException.class, () -> Form.parse(text));
  }

  @Test
  void refusesAnUnpairedSurrogate() {
    assertThrows(TextException.class, () -> Form.of("a", "\ud83d").toString());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 9, 10, 99, 1_700_000_000_000L, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void writesNumbersAsTheyAre(long number) {
    assertEquals("a=1&n=" + number, new FormText(0).add("a", "1").add("n", number).toString());
  }

  @Test
  void writesNumbersOfAllLengths() {
    Random random = new Random(3);
    for (long power = 1; power > 0 && power <= 1_000_000_000_000_000_000L; power *= 10) {
      for (long number : new long[] {power - 1, power, power + 1}) {
        writesNumbersAsTheyAre(number);
      }
      for (int i = 0; i < 1_000; i++) {
        writesNumbersAsTheyAre(random.nextLong() % power);
      }
    }
  }

  @Test
  void aValueTakesThePlaceOfAnother() {
    FormText text = new FormText(0).add("a", "12").add("b", "x");
    FormText copy = text.copy(0);
    copy.replace(2, 2, "345");
    copy.replace(2, 3, "");
    copy.replace(2, 0, "6");
    assertFalse(copy.replace(2, 1, "&"), "what is to be escaped");
    copy.add("c", "y");
    assertEquals("a=6&b=x&c=y", copy.toString());
    assertEquals("a=12&b=x", text.toString());
  }

  @Test
  void whatIsSignedIsWhatIsSent() {
    Hmac key = Hmac.sha256(Secret.of("Jefe"));
    for (int room : new int[] {0, 1, 70, 96, 1000}) {
      FormText text =
          new FormText(room).add("what", "do ya want").add("é", "x").addHex("sign", key);
      String said = "what=do%20ya%20want&%C3%A9=x";
      assertEquals(said + "&sign=" + key.hex(said), text.toString());
      assertArrayEquals(text.toString().getBytes(US_ASCII), text.toBytes());
    }
  }

  @Test
  void bytesThatWereGivenStayAsTheyAre() {
    for (int room = 3; room < 12; room++) {
      FormText text = new FormText(room).add("a", "1");
      byte[] given = text.toBytes();
      text.replace(2, 1, "7");
      text.add("b", "2");
      assertEquals("a=7&b=2", text.toString());
      assertEquals("a=1", new String(given, US_ASCII));
    }
    FormText exact = new FormText(3).add("a", "1");
    assertSame(exact.toBytes(), exact.toBytes(), "a copy");
  }
}
