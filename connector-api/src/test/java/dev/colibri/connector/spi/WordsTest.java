package dev.colibri.connector.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Small words that venues share. */
class WordsTest {
  private static final Instrument BTC =
      Instrument.builder(
              "a",
              "BTC_USDT",
              "BTC",
              "USDT",
              TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE).build())
          .build();

  @Test
  void what_the_caller_says_replaces_a_parameter_in_its_place() {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("b", "9 &");
    own.put("d", "4");
    Request request = Request.post("/a").with("a", 1).with("b", "2").with("c", "3").withAll(own);
    assertEquals("a=1&b=9%20%26&c=3&d=4", request.formText());
    assertEquals("{\"a\":\"1\",\"b\":\"9 &\",\"c\":\"3\",\"d\":\"4\"}", request.jsonText());
    assertEquals("", Request.get("/a").jsonText());
    assertEquals("", Request.get("/a").formText());
    assertEquals("[1]", request.body("[1]").jsonText());
  }

  @Test
  void client_ids_begin_as_the_venue_wants() {
    ClientIdRule rule = new ClientIdRule("t-clbr", 30, ClientIdRule.ALPHANUMERIC, "t-");
    assertTrue(rule.allows("t-1"));
    assertFalse(rule.allows("t-"));
    assertFalse(rule.allows("a1"));
    ClientIdRule hex = new ClientIdRule("0xc011b2", 34, ClientIdRule.HEX, "0x");
    assertTrue(hex.allows("0x1f"), "the beginning need not be of the alphabet");
    assertFalse(hex.allows("0x1x"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ClientIdRule("clbr", 30, ClientIdRule.ALPHANUMERIC, "t-"));
  }

  @Test
  void intervals_have_the_names_of_the_venue() {
    Intervals intervals = Intervals.of("1s 1m=1min 90m 1h=60 1d=D 1w");
    assertEquals("[PT1S, PT1M, PT1H30M, PT1H, PT24H, PT168H]", intervals.all().toString());
    assertEquals("1min", intervals.name(Duration.ofSeconds(60)));
    assertEquals("60", intervals.name(Duration.ofHours(1)));
    assertEquals("1w", intervals.name(Duration.ofDays(7)));
    assertEquals(
        "no candles of PT5M, only [PT1S, PT1M, PT1H30M, PT1H, PT24H, PT168H]",
        assertThrows(IllegalArgumentException.class, () -> intervals.name(Duration.ofMinutes(5)))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Intervals.of("1x"));
  }

  @Test
  void a_page_that_may_be_followed_has_the_cursor_of_its_last_item() {
    assertEquals(new Page<>(List.of(1, 2), "2"), Page.of(List.of(1, 2), true, String::valueOf));
    assertNull(Page.of(List.of(1, 2), false, String::valueOf).next());
    assertNull(Page.of(List.<Integer>of(), true, String::valueOf).next());
  }

  @Test
  void symbols_are_those_of_the_last_listing() {
    Symbols symbols = new Symbols();
    assertNull(symbols.find("BTC_USDT"));
    assertEquals(List.of(BTC), symbols.learn(List.of(BTC)));
    assertEquals(BTC, symbols.get("BTC_USDT"));
    symbols.learn(List.of());
    TextException e = assertThrows(TextException.class, () -> symbols.get("BTC_USDT"));
    assertEquals("not an instrument: BTC_USDT", e.getMessage());
  }

  @Test
  void a_side_is_named_in_any_case_and_nothing_else_is_a_side() {
    assertEquals(Side.BUY, Side.named("Buy"));
    assertEquals(Side.SELL, Side.named("SELL"));
    assertThrows(IllegalArgumentException.class, () -> Side.named("b"));
  }

  @Test
  void the_venues_word_for_a_status_is_kept_where_nobody_knows_it() {
    assertEquals("odd", update(OrderStatus.UNKNOWN).rawStatus());
    assertNull(update(OrderStatus.OPEN).rawStatus());
  }

  private static OrderUpdate update(OrderStatus status) {
    return OrderUpdate.of(BTC, status).order("a", null).rawStatus("odd").build();
  }
}
