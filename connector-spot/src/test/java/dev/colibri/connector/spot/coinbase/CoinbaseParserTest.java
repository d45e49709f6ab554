package dev.colibri.connector.spot.coinbase;

import static dev.colibri.connector.spot.coinbase.CoinbaseRequestTest.BTC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.text.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoinbaseParserTest {
  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  private static final String PRODUCT =
      "{'product_id':'BTC-USDC','base_increment':'0.00000001','quote_increment':'0.01',"
          + "'quote_min_size':'1','base_min_size':'0.00001','base_max_size':'3400','status':'online',"
          + "'product_type':'SPOT','quote_currency_id':'USDC','base_currency_id':'BTC',"
          + "'alias':'BTC-USD','price_increment':'0.1'}";

  private static Instrument instrument(String more) {
    return CoinbaseParser.instrument(json(PRODUCT.replace("}", more + "}")));
  }

  @Test
  void products() {
    Instrument i = instrument("");
    assertEquals("BTC-USDC", i.name());
    assertEquals("BTC-USD", i.attribute("alias"));
    assertEquals("0.1", i.rules().tickSize().toPlainString());
    assertEquals(2, i.priceDigits(), "older orders have the digits of the currency");
    assertEquals("[LIMIT, LIMIT_MAKER, MARKET]", i.rules().orderTypes().toString());
    assertEquals("[LIMIT_MAKER]", instrument(",'post_only':true").rules().orderTypes().toString());
    assertEquals(
        "[LIMIT, LIMIT_MAKER]", instrument(",'limit_only':true").rules().orderTypes().toString());
    assertNull(CoinbaseParser.instrument(json("{'product_type':'FUTURE'}")));
  }

  @ParameterizedTest
  @CsvSource({
    "trading_disabled,online,HALTED",
    "cancel_only,online,HALTED",
    "auction_mode,online,HALTED",
    "watched,offline,HALTED",
    "watched,delisted,DELISTED",
    "watched,resting,UNKNOWN",
    "watched,online,TRADING",
  })
  void states(String flag, String status, Instrument.State state) {
    String row = PRODUCT.replace("online", status).replace("}", ",'" + flag + "':true}");
    assertEquals(state, CoinbaseParser.instrument(json(row)).state());
  }

  private static final String ORDER =
      "{'order_id':'v-28','client_order_id':'a1','product_id':'BTC-USD','side':'SELL','status':'%s',"
          + "'time_in_force':'%s','filled_size':'%s','filled_value':'13442.02','pending_cancel':%s,"
          + "'order_configuration':{'limit_limit_gtc':{'base_size':'0.5','limit_price':'67210.10',"
          + "'post_only':true}},'created_time':'2026-01-01T00:00:00Z','last_fill_time':null,"
          + "'reject_reason':'REJECT_REASON_UNSPECIFIED'}";

  @ParameterizedTest
  @CsvSource({
    "PENDING,GOOD_UNTIL_CANCELLED,0,false,OPEN",
    "OPEN,GOOD_UNTIL_CANCELLED,0,false,OPEN",
    "OPEN,GOOD_UNTIL_CANCELLED,0.2,false,PARTIALLY_FILLED",
    "OPEN,GOOD_UNTIL_CANCELLED,0.2,true,PENDING_CANCEL",
    "CANCEL_QUEUED,GOOD_UNTIL_CANCELLED,0.2,false,PENDING_CANCEL",
    "EDIT_QUEUED,GOOD_UNTIL_CANCELLED,0,false,OPEN",
    "FILLED,GOOD_UNTIL_CANCELLED,0.5,false,FILLED",
    "CANCELLED,GOOD_UNTIL_CANCELLED,0.2,true,CANCELED",
    "CANCELLED,IMMEDIATE_OR_CANCEL,0.2,false,CANCELED",
    "EXPIRED,GOOD_UNTIL_DATE_TIME,0,false,EXPIRED",
    "FAILED,GOOD_UNTIL_CANCELLED,0,false,REJECTED",
    "UNKNOWN_ORDER_STATUS,GOOD_UNTIL_CANCELLED,0,false,UNKNOWN(UNKNOWN_ORDER_STATUS)",
  })
  void statuses(String word, String force, String filled, String cancel, String status) {
    OrderUpdate u = CoinbaseParser.order(json(ORDER.formatted(word, force, filled, cancel)), BTC);
    assertEquals(status, u.toString().split(" ")[0]);
    assertEquals("SELL BTC-USD LIMIT_MAKER size 0.5 at 67210.10 [a1]", String.valueOf(u.order()));
    assertEquals("v-28", u.venueId());
    assertEquals(1_767_225_600_000L, u.venueMillis());
  }

  /** The order's description is that of the latest edit, wherever it stands. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "'limit_limit_gtc':{'base_size':'0.5','limit_price':'7'}|LIMIT size 0.5 at 7",
        "'sor_limit_ioc':{'base_size':'0.5','limit_price':'7'}|LIMIT size 0.5 at 7 IOC",
        "'limit_limit_fok':{'base_size':'0.5','limit_price':'7'}|LIMIT size 0.5 at 7 FOK",
        "'market_market_ioc':{'base_size':'0.5'}|MARKET size 0.5",
        "'market_market_ioc':{'quote_size':'100'}|MARKET amount 100",
        "'stop_limit_stop_limit_gtc':{'base_size':'0.5','limit_price':'7'}|LIMIT size 0.5 at 7",
        "'limit_limit_gtc':{'base_size':'0.5','limit_price':'7'}},'edit_history':[{'price':'9',"
            + "'size':'0.3','replace_accept_timestamp':'2026-01-02T00:00:00Z'},{'price':'8','size':'0.4',"
            + "'replace_accept_timestamp':'2026-01-01T00:00:00Z'}],'x':{|LIMIT size 0.3 at 9",
      })
  void descriptions(String configuration, String words) {
    Json row =
        json(
            "{'order_id':'v','side':'BUY','status':'OPEN','order_configuration':{"
                + configuration
                + "}}");
    Order order = CoinbaseParser.order(row, BTC).order();
    assertEquals("BUY BTC-USD " + words, String.valueOf(order));
    assertEquals(configuration.startsWith("'stop"), order.params().containsKey("type"));
  }

  private static final String EVENT =
      "{'order_id':'v-28','client_order_id':'a1','cumulative_quantity':'0.2','leaves_quantity':'0.3',"
          + "'filled_value':'13442.02','status':'%s','product_id':'BTC-USD','order_side':'BUY',"
          + "'order_type':'%s','limit_price':'%s','reject_reason':'%s',"
          + "'time_in_force':'GOOD_UNTIL_CANCELLED'}";

  /** What is left of an order that ended is nothing: only that of a resting one tells its size. */
  @Test
  void events() {
    OrderUpdate open =
        CoinbaseParser.event(json(EVENT.formatted("OPEN", "Limit", "67210.10", "")), BTC);
    assertEquals("PARTIALLY_FILLED BTC-USD [a1/v-28] filled 0.2", open.toString());
    assertEquals("BUY BTC-USD LIMIT size 0.5 at 67210.10 [a1]", String.valueOf(open.order()));
    assertNull(
        CoinbaseParser.event(json(EVENT.formatted("CANCELLED", "Limit", "67210.10", "")), BTC)
            .order());
    assertNull(CoinbaseParser.event(json(EVENT.formatted("OPEN", "Limit", "", "")), BTC).order());
    OrderUpdate failed =
        CoinbaseParser.event(json(EVENT.formatted("FAILED", "Limit", "1", "NO_FUNDS")), BTC);
    assertEquals("NO_FUNDS", String.valueOf(failed.reject() == null ? "" : failed.reject().raw()));
  }

  private static final String FILL =
      "{'trade_id':'t-1','order_id':'v-28','trade_time':'2026-01-01T00:00:00.123456Z',"
          + "'trade_type':'%s','price':'50000','size':'%s','commission':'-0.5','side':'BUY',"
          + "'liquidity_indicator':'MAKER','size_in_quote':%s}";

  @Test
  void fills() {
    Fill fill = CoinbaseParser.fill(json(FILL.formatted("FILL", "0.2", "false")), BTC);
    assertEquals("BUY 0.2 BTC-USD at 50000 (trade t-1, fee -0.5 USD)", fill.toString());
    assertEquals(1_767_225_600_123L, fill.venueMillis());
    Fill inQuote = CoinbaseParser.fill(json(FILL.formatted("FILL", "100.01", "true")), BTC);
    assertEquals("0.00200020", inQuote.size().toPlainString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"REVERSAL", "CORRECTION", "SYNTHETIC"})
  void whatIsNoFillIsNotCounted(String type) {
    Json row = json(FILL.formatted(type, "0.2", "false"));
    assertThrows(RuntimeException.class, () -> CoinbaseParser.fill(row, BTC));
  }
}
