package dev.colibri.connector.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values are read from the places where they stood in another document. */
class PlacesTest {
  private static final String KNOWN =
      "{\"s\":\"BTCUSDT\",\"p\":\"67122.45000000\",\"t\":1763800000123,\"i\":9,\"x\":[1, 2]}";

  private final Places.Builder builder = new Places.Builder(Frame.of(KNOWN));

  private static int at(String value) {
    return KNOWN.lastIndexOf(value);
  }

  private Places.Number number(String value) {
    Places.Number number = builder.number(at(value), at(value) + value.length(), true);
    assertNotNull(number, value);
    return number;
  }

  private Places all() {
    number("\"67122.45000000\"");
    number("1763800000123");
    number("9");
    assertTrue(builder.text(at("\"BTC"), at("\"BTC") + 9));
    builder.any(at("[1"), at("]") + 1);
    return builder.build();
  }

  private static boolean isIn(Places places, String document) {
    byte[] bytes = ("...." + document + "..").getBytes(StandardCharsets.UTF_8);
    return places.in(new Frame().wrap(bytes, 4, bytes.length - 2, true));
  }

  @Test
  void numbers_of_another_document_are_read_from_their_places() {
    Places.Number price = number("\"67122.45000000\"");
    Places.Number time = number("1763800000123");
    Places.Number one = number("9");
    Places places = builder.build();
    String other = KNOWN.replace("67122.45", "98765.01").replace("0123,", "9876,");
    byte[] bytes = other.getBytes(StandardCharsets.UTF_8);
    assertTrue(isIn(places, other));
    assertEquals(9_876_501_000_000L, price.of(bytes, 0));
    assertEquals(8, price.fraction());
    assertEquals(1_763_800_009_876L, time.of(bytes, 0));
    assertEquals(0, time.fraction());
    assertEquals(9, one.of(bytes, 0));
  }

  @Test
  void everything_else_must_be_the_same() {
    Places places = all();
    assertTrue(isIn(places, KNOWN));
    for (int i = 0; i < KNOWN.length(); i++) {
      String changed = KNOWN.substring(0, i) + '\u001f' + KNOWN.substring(i + 1);
      boolean any = i >= at("[1") && i <= at("]");
      assertEquals(any, isIn(places, changed), changed);
    }
    assertFalse(isIn(places, KNOWN + " "));
    assertFalse(isIn(places, KNOWN.substring(1)));
  }

  @Test
  void digits_stand_where_digits_stood() {
    Places places = all();
    String price = "67122.45000000";
    for (char c = ' '; c < 0x7f; c++) {
      boolean digit = c >= '0' && c <= '9';
      assertEquals(digit, isIn(places, KNOWN.replace(price, "6712" + c + ".45000000")), "" + c);
      assertEquals(digit, isIn(places, KNOWN.replace(price, "67122.4500000" + c)), "" + c);
    }
  }

  @Test
  void numbers_of_several_digits_do_not_begin_with_zero() {
    Places places = all();
    assertFalse(isIn(places, KNOWN.replace("67122.45", "07122.45")));
    assertFalse(isIn(places, KNOWN.replace("1763800000123", "0763800000123")));
    assertTrue(isIn(places, KNOWN.replace("\"i\":9", "\"i\":0")));
  }

  @Test
  void texts_are_plain() {
    Places places = all();
    assertTrue(isIn(places, KNOWN.replace("BTCUSDT", "ETH-USD")));
    for (String odd : new String[] {"\"", "\\", "\n", "\u0000"}) {
      assertFalse(isIn(places, KNOWN.replace("BTCUSDT", odd + "TCUSDT")));
      assertFalse(isIn(places, KNOWN.replace("BTCUSDT", "BTCUSD" + odd)));
    }
    assertFalse(isIn(places, KNOWN.replace("BTCUSDT", "BTCUS\u00e9")));
  }

  @Test
  void a_text_of_any_length_ends_where_the_bytes_end() {
    for (int length = 6; length < 40; length++) {
      byte[] bytes = ("{\"s\":\"" + "x".repeat(length) + "\"}").getBytes(StandardCharsets.UTF_8);
      Frame frame = new Frame().wrap(bytes, 0, bytes.length, true);
      Places.Builder document = new Places.Builder(frame);
      assertTrue(document.text(5, bytes.length - 1));
      Places places = document.build();
      assertTrue(places.in(frame));
      for (int at = 6; at < bytes.length - 2; at++) {
        bytes[at] = '\\';
        assertFalse(places.in(frame), length + " letters, " + at);
        bytes[at] = 'x';
      }
    }
  }

  @Test
  void a_text_with_an_escape_has_no_place() {
    for (String text : new String[] {"\"a\\\"b\"", "\"a\\u0041\"", "1"}) {
      assertFalse(
          new Places.Builder(Frame.of("[" + text + ", 1, 2, 3]")).text(1, 1 + text.length()));
    }
  }

  @Test
  void what_is_no_simple_number_has_no_place() {
    for (String other : new String[] {"-1", "1e5", "\"12", "1.", ".5", "x", "\"\"", "true"}) {
      assertNull(ofValue(other, true), other);
    }
    assertNull(ofValue("12345678901234567", true), "17 digits");
    assertNull(ofValue("123456789.5", true), "9 digits before the point");
    assertNull(ofValue("1.123456789", true), "9 digits behind the point");
    assertNull(ofValue("1.5", false), "a fraction");
    assertNotNull(ofValue("\"1234567890123456\"", false));
    assertNotNull(ofValue("12345678.12345678", true));
  }

  private static Places.@Nullable Number ofValue(String value, boolean broken) {
    Places.Builder document = new Places.Builder(Frame.of("[" + value + ", 1, 2, 3]"));
    return document.number(1, 1 + value.length(), broken);
  }
}
