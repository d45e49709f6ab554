package dev.colibri.connector.spi;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.FormText;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RequestTest {
  private static final Request ORDER =
      Request.post("/order").with("symbol", "BTC/USDT").with("size", "2").with("post", "true");

  @Test
  void aWordLeavesTheRequestThatItWasSaidOfAsItWas() {
    Request buy = ORDER.with("side", "buy");
    Request sell = ORDER.with("side", "sell");
    assertEquals("symbol=BTC%2FUSDT&size=2&post=true", ORDER.formText());
    assertEquals("symbol=BTC%2FUSDT&size=2&post=true&side=buy", buy.formText());
    assertEquals("symbol=BTC%2FUSDT&size=2&post=true&side=sell", sell.formText());
    assertNull(ORDER.param("side"));
    assertEquals("buy", buy.param("side"));
  }

  @Test
  void aFormTakesMoreAndItsRequestDoesNot() {
    assertEquals("symbol=BTC%2FUSDT&size=2&post=true&t=1", ORDER.form(4).add("t", 1).toString());
    assertEquals("t=1", Request.get("/time").form(4).add("t", 1).toString());
    assertEquals("", Request.get("/time").formText());
    assertEquals("symbol=BTC%2FUSDT&size=2&post=true", ORDER.formText());
  }

  /** What recurs is copied from a form that was written before, and nothing else is. */
  @Test
  void aFormIsTheSameWhateverWasWrittenBefore() {
    Random random = new Random(7);
    String[] names = {"symbol", "price", "size", new String("price"), "größe"};
    String[] values = {
      "", "1", "2.5", "67123.45", "a-b_c.d~e", "BTC/USDT", "ü", "\ud83d\ude00", "a b"
    };
    Request beginning = Request.post("/order").with("kind", "new");
    Map<byte[], String> given = new IdentityHashMap<>();
    Request last = beginning;
    for (int i = 0; i < 20_000; i++) {
      Request request = beginning;
      // Most often the names of the last one, so that there is something to go by.
      int count = random.nextInt(5) > 0 ? last.params().size() - 1 : random.nextInt(5);
      Form expected = Form.of("kind", "new");
      for (int k = 0; k < count; k++) {
        String name = names[(k + random.nextInt(8) / 7) % names.length];
        String value = values[random.nextInt(values.length)];
        request = request.with(name, value);
        expected.add(name, value);
      }
      last = request;
      FormText form = request.form(random.nextInt(40)).add("t", i);
      assertEquals(expected.add("t", i).toString(), form.toString());
      given.put(form.toBytes(), form.toString());
    }
    given.forEach((bytes, text) -> assertEquals(text, new String(bytes, US_ASCII)));
  }

  @Test
  @SuppressWarnings("NullAway") // Whoever does not check for null may say it.
  void aParameterHasANameAndAValue() {
    assertThrows(NullPointerException.class, () -> ORDER.with((String) null, "x"));
    assertThrows(NullPointerException.class, () -> ORDER.with("x", (String) null));
  }

  @Test
  void numbersOfJsonAreNamed() {
    Request odd = ORDER.with("mode", "").with("index", "007").with("count", "0");
    assertEquals(
        "{\"symbol\":\"BTC/USDT\",\"size\":\"2\",\"post\":true}",
        ORDER.jsonText("index", "mode", "symbol"));
    assertEquals(
        "{\"symbol\":\"BTC/USDT\",\"size\":2,\"post\":true,"
            + "\"mode\":\"\",\"index\":\"007\",\"count\":0}",
        odd.jsonText("size", "mode", "index", "count"));
    assertEquals("{}", ORDER.body("{}").jsonText("size"));
  }

  @Test
  void headersStandInTheOrderInWhichTheyWereSaidAndTheLastOfANameCounts() {
    Map<String, String> expected = new LinkedHashMap<>();
    expected.put("Accept", "json");
    expected.put("Key", "k2");
    expected.put("Sign", "s");
    Signed signed =
        Signed.of(ORDER.header("Accept", "json"))
            .header("Key", "k1")
            .header("Sign", "s")
            .header("Key", "k2");
    assertEquals(List.copyOf(expected.entrySet()), List.copyOf(signed.headers().entrySet()));
    assertEquals(Map.of("Key", "k"), Signed.of(ORDER).header("Key", "k").headers());
    assertThrows(UnsupportedOperationException.class, () -> signed.headers().put("Key", "another"));
  }
}
