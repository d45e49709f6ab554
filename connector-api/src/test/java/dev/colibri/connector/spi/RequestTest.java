package dev.colibri.connector.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
