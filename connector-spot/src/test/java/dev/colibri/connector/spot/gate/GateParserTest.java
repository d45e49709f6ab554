package dev.colibri.connector.spot.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Reject;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.text.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads and what they say. */
class GateParserTest {
  private static final String PAIR =
      "{'id':'BTC_USDT','base':'BTC','quote':'USDT','precision':2,'amount_precision':5,"
          + "'min_base_amount':'0.0001','min_quote_amount':'3','trade_status':'tradable'}";
  private static final String ORDER =
      "{'id':'28','text':'t-a1','update_time_ms':1700000000456,'status':'open','event':'put',"
          + "'type':'limit','side':'buy','amount':'0.5','price':'67210.1','time_in_force':'gtc',"
          + "'left':'0.5','filled_amount':'9','filled_total':'0','finish_as':'open'}";
  private static final String FILL =
      "{'id':'56','create_time_ms':'1700000000123.457000','side':'buy','role':'maker',"
          + "'amount':'0.2','price':'67210.1','order_id':'28','fee':'0.0004','fee_currency':'BTC',"
          + "'point_fee':'0','gt_fee':'0','text':'t-a1'}";

  private final Instrument btc = GateParser.instrument(json(PAIR), "gate-spot");

  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  private OrderUpdate order(String... changes) {
    String text = ORDER;
    for (int i = 0; i < changes.length; i += 2) {
      String field = "'" + changes[i] + "':'";
      text = text.replaceFirst(field + "[^']*'", field + changes[i + 1] + "'");
    }
    return GateParser.order(json(text), btc);
  }

  @Test
  void an_instrument_has_rules_and_room_for_older_prices() {
    assertEquals("BTC-USDT", btc.name());
    assertEquals(
        "tick 0.01, lot 0.00001, price .., size 0.0001.., market size .., notional 3..,"
            + " price digits 0, [LIMIT, LIMIT_MAKER, MARKET], [GTC, IOC, FOK],"
            + " market by size [SELL], market by quote [BUY]",
        btc.rules().toString());
    assertEquals(6, btc.priceDigits());
    assertEquals(9, btc.sizeDigits());
  }

  @ParameterizedTest
  @CsvSource({
    "tradable, TRADING",
    "untradable, HALTED",
    "buyable, HALTED",
    "sellable, HALTED",
    "new, UNKNOWN"
  })
  void a_state_is_told_in_words(String word, Instrument.State state) {
    Json row = json(PAIR.replace("'tradable'", "'" + word + "'"));
    assertEquals(state, GateParser.instrument(row, "gate-spot").state());
  }

  @ParameterizedTest
  @CsvSource({
    "open, open, 0.5, OPEN",
    "open, open, 0.3, PARTIALLY_FILLED",
    "closed, filled, 0, FILLED",
    "closed, '', 0, FILLED",
    "closed, of_tomorrow, 0, FILLED",
    "cancelled, cancelled, 0.3, CANCELED",
    "cancelled, '', 0.3, CANCELED",
    "cancelled, liquidate_cancelled, 0.3, CANCELED",
    "cancelled, of_tomorrow, 0.3, CANCELED",
    "cancelled, ioc, 0.3, EXPIRED",
    "cancelled, fok, 0.5, EXPIRED",
    "cancelled, poc, 0.5, REJECTED",
    "cancelled, stp, 0.5, EXPIRED",
    "of_tomorrow, open, 0.5, UNKNOWN",
  })
  void a_reply_tells_where_an_order_stands(
      String status, String finish, String left, OrderStatus expected) {
    OrderUpdate u = order("status", status, "finish_as", finish, "left", left);
    assertEquals(expected, u.status());
    assertEquals(expected == OrderStatus.UNKNOWN ? status + " " + finish : null, u.rawStatus());
  }

  @ParameterizedTest
  @CsvSource({
    "put, open, 0.5, OPEN",
    "update, open, 0.3, PARTIALLY_FILLED",
    "finish, filled, 0, FILLED",
    "finish, cancelled, 0.3, CANCELED",
    "finish, ioc, 0.3, EXPIRED",
    "finish, -, 0.3, UNKNOWN",
    "finish, of_tomorrow, 0.3, UNKNOWN",
    "of_tomorrow, open, 0.5, UNKNOWN",
  })
  void the_stream_tells_by_events(String event, String finish, String left, OrderStatus expected) {
    Json row =
        json(
            ORDER
                .replace("'status':'open',", "")
                .replace("'put'", "'" + event + "'")
                .replace("'finish_as':'open'", "'finish_as':'" + finish + "'")
                .replace("'left':'0.5'", "'left':'" + left + "'"));
    assertEquals(expected, GateParser.order(row, btc).status());
  }

  @Test
  void an_order_is_described_as_it_is_now() {
    OrderUpdate u = order("left", "0.3", "filled_total", "13442.02", "time_in_force", "poc");
    assertEquals("t-a1", u.clientId());
    assertEquals("0.2", u.filled().toPlainString());
    assertEquals("13442.02", u.quoteFilled().toPlainString());
    assertEquals("BUY BTC-USDT LIMIT_MAKER size 0.5 at 67210.1 [t-a1]", u.order().toString());
    assertEquals("28", u.order().venueId());
    assertEquals(1700000000456L, u.venueMillis());
    assertNull(order("text", "apiv4").clientId());
  }

  @Test
  void a_market_buy_is_told_in_quote_units() {
    String[] buy = {
      "type", "market", "amount", "1000", "left", "0.6", "price", "0", "filled_amount", "0.01487"
    };
    OrderUpdate reply = order(buy);
    assertEquals("0.01487", reply.filled().toPlainString());
    assertEquals("BUY BTC-USDT MARKET amount 1000 [t-a1]", reply.order().toString());
    String stream = ORDER.replace("'status':'open',", "").replace("limit", "market");
    assertNull(GateParser.order(json(stream), btc).filled());
    Json old = json(ORDER.replace("limit", "market").replace("'filled_amount':'9',", ""));
    assertNull(GateParser.order(old, btc).filled());
    String sell =
        ORDER
            .replace("limit", "market")
            .replace("buy", "sell")
            .replace("'left':'0.5'", "'left':'0.1'");
    assertEquals("0.4", GateParser.order(json(sell), btc).filled().toPlainString());
  }

  @Test
  void a_post_only_order_that_would_have_crossed_says_so() {
    OrderUpdate u = order("status", "cancelled", "finish_as", "poc");
    assertEquals(new Reject.WouldCross("poc"), u.reject());
    assertNull(order("status", "cancelled", "finish_as", "cancelled").reject());
    assertEquals(
        new Reject.Other("stp"), order("status", "cancelled", "finish_as", "stp").reject());
  }

  @ParameterizedTest
  @CsvSource({
    "0.0004, 0, 0, 0.0004 BTC",
    "0, 1.5, 0, 1.5 GT",
    "0, 0, 2.5, 2.5 POINT",
    "0, 0, 0, 0 BTC",
    "-0.0001, 0, 0, -0.0001 BTC",
  })
  void a_fee_is_paid_in_what_was_received_in_gt_or_in_points(
      String fee, String gt, String points, String expected) {
    Fill fill =
        GateParser.fill(
            json(
                FILL.replace("'0.0004'", "'" + fee + "'")
                    .replace("'gt_fee':'0'", "'gt_fee':'" + gt + "'")
                    .replace("'point_fee':'0'", "'point_fee':'" + points + "'")),
            btc);
    assertEquals(expected, fill.fee().amount().toPlainString() + " " + fill.fee().asset());
    assertEquals(1700000000123L, fill.venueMillis());
  }

  @Test
  void a_fee_without_an_asset_is_of_what_was_received() {
    String bare = FILL.replace("'fee_currency':'BTC',", "");
    assertEquals("BTC", GateParser.fill(json(bare), btc).fee().asset());
    assertEquals("USDT", GateParser.fill(json(bare.replace("buy", "sell")), btc).fee().asset());
  }

  @Test
  void a_candle_has_its_fields_in_the_venues_order() {
    Json row = json("['1700000000','840126.25','67210.1','67220','67190','67200','12.5','true']");
    assertEquals(
        "Candle[instrument=BTC-USDT@gate-spot, openMillis=1700000000000, interval=PT1M, open=67200,"
            + " high=67220, low=67190, close=67210.1, volume=12.5, quoteVolume=840126.25]",
        GateParser.candle(row, new CandleRange(btc, Duration.ofMinutes(1), "", 0, 0)).toString());
  }

  @Test
  void margin_accounts_are_others() {
    assertEquals(true, GateParser.isSpot(json("{}")));
    assertEquals(true, GateParser.isSpot(json("{'account':'unified'}")));
    assertEquals(false, GateParser.isSpot(json("{'account':'margin'}")));
    assertEquals(false, GateParser.isSpot(json("{'account':'cross_margin'}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"id", "type", "side", "amount", "left"})
  void an_order_without_one_of_these_is_not_read(String field) {
    String text = ORDER.replaceAll("'" + field + "':'[^']*',", "");
    assertThrows(RuntimeException.class, () -> GateParser.order(json(text), btc));
  }
}
