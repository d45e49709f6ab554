package dev.colibri.connector.spot.okx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.text.Json;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is read from payloads. */
class OkxParserTest {
  private static final String ORDER =
      "{'instId':'BTC-USDT','ordId':'28','clOrdId':'a1','side':'buy','ordType':'limit','px':'67210.1',"
          + "'sz':'0.5','tgtCcy':'','state':'partially_filled','accFillSz':'0.2','avgPx':'67210.1',"
          + "'cancelSource':'','tradeId':'56','fillPx':'67210.1','fillSz':'0.2','fee':'-0.0002',"
          + "'feeCcy':'BTC','uTime':'1700000000123'}";
  private static final String PUSH =
      ORDER.replace(
          "'uTime'",
          "'fillFee':'-0.0002','fillFeeCcy':'BTC','fillTime':'7','execType':'M','uTime'");

  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  private static OrderUpdate order(String text) {
    return OkxParser.order(json(text), OkxRequestTest.BTC);
  }

  @ParameterizedTest
  @CsvSource({
    "live, '', PARTIALLY_FILLED BTC-USDT [a1/28] filled 0.2",
    "partially_filled, '', PARTIALLY_FILLED BTC-USDT [a1/28] filled 0.2",
    "filled, '', FILLED BTC-USDT [a1/28] filled 0.2",
    "canceled, '', CANCELED BTC-USDT [a1/28] filled 0.2",
    "canceled, 1, CANCELED BTC-USDT [a1/28] filled 0.2",
    "mmp_canceled, 1, CANCELED BTC-USDT [a1/28] filled 0.2",
    "canceled, 13, EXPIRED BTC-USDT [a1/28] filled 0.2",
    "canceled, 14, EXPIRED BTC-USDT [a1/28] filled 0.2",
    "canceled, 31, REJECTED BTC-USDT [a1/28] filled 0.2 WouldCross[raw=cancelSource 31]",
    "canceled, 20, CANCELED BTC-USDT [a1/28] filled 0.2 Other[raw=cancelSource 20]",
    "new_word, '', UNKNOWN(new_word) BTC-USDT [a1/28] filled 0.2",
  })
  void readsAState(String state, String source, String expected) {
    String text =
        ORDER
            .replace("partially_filled", state)
            .replace("'cancelSource':''", "'cancelSource':'" + source + "'");
    assertEquals(expected, order(text).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "limit, 67210.1, '', BUY BTC-USDT LIMIT size 0.5 at 67210.1 [a1]",
    "post_only, 67210.1, '', BUY BTC-USDT LIMIT_MAKER size 0.5 at 67210.1 [a1]",
    "ioc, 67210.1, '', BUY BTC-USDT LIMIT size 0.5 at 67210.1 IOC [a1]",
    "fok, 67210.1, '', BUY BTC-USDT LIMIT size 0.5 at 67210.1 FOK [a1]",
    "market, '', base_ccy, BUY BTC-USDT MARKET size 0.5 [a1]",
    "market, '', quote_ccy, BUY BTC-USDT MARKET amount 0.5 [a1]",
    "market, '', '', BUY BTC-USDT MARKET amount 0.5 [a1]",
    "optimal_limit_ioc, '', '', BUY BTC-USDT MARKET size 0.5 [a1]",
  })
  void describesAnOrder(String type, String price, String unit, String expected) {
    String text =
        ORDER
            .replace(
                "'ordType':'limit','px':'67210.1'", "'ordType':'" + type + "','px':'" + price + "'")
            .replace("'tgtCcy':''", "'tgtCcy':'" + unit + "'");
    assertEquals(expected, String.valueOf(order(text).order()));
  }

  /** The last fill of an order asked for comes without its own fee, and is asked for. */
  @Test
  void onlyTheStreamTellsFills() {
    assertEquals(List.of(), order(ORDER).fills());
    assertEquals("13442.02", order(ORDER).quoteFilled().toPlainString());
    assertEquals(
        "[BUY 0.2 BTC-USDT at 67210.1 (trade 56, fee 0.0002 BTC)]", order(PUSH).fills().toString());
    assertEquals(List.of(), order(PUSH.replace("'56'", "''")).fills());
    assertEquals(List.of(), order(PUSH.replace("'fillSz':'0.2'", "'fillSz':'0'")).fills());
  }

  /** A charge is negative there and positive here; a rebate the other way round. */
  @ParameterizedTest
  @CsvSource({"-0.0002, 0.0002, 0.0002", "0.0001, -0.0001, -0.0001", "'', '', "})
  void turnsTheSignOfAFee(String theirs, String ours, String told) {
    var fill =
        order(PUSH.replace("'fillFee':'-0.0002'", "'fillFee':'" + theirs + "'")).fills().get(0);
    assertEquals(told, fill.fee() == null ? null : fill.fee().amount().toPlainString());
  }

  @Test
  void readsTheRest() {
    each(
        row -> OkxParser.balance(row),
        "{'ccy':'BTC','eq':'5.1','availBal':'4.5','frozenBal':'0.5'}",
        "Balance[asset=BTC, total=5.0, available=4.5]");
    each(
        row -> OkxParser.fee(row, null),
        "{'maker':'-0.0008','taker':'-0.001'}",
        "FeeRate[instrument=null, maker=0.0008, taker=0.001]");
    each(
        row -> OkxParser.fee(row, null),
        "{'maker':'-1','taker':'-1','feeGroup':[{'groupId':'2','maker':'0.0001','taker':'-0.001'}]}",
        "FeeRate[instrument=null, maker=-0.0001, taker=0.001]");
    each(
        row -> OkxParser.ticker(row, OkxRequestTest.BTC),
        "{'instId':'BTC-USDT','last':'','askPx':'','askSz':'','bidPx':'9','bidSz':'1','ts':'7'}",
        "Ticker[instrument=BTC-USDT@okx-spot, bid=Level[price=9, size=1], ask=null, last=null,"
            + " venueMillis=7]");
    each(
        row -> OkxParser.fill(row, OkxRequestTest.BTC),
        "{'tradeId':'56','ordId':'28','clOrdId':'','side':'sell','fillPx':'9','fillSz':'1','fee':'-2',"
            + "'feeCcy':'USDT','execType':'T','fillTime':'7'}",
        "SELL 1 BTC-USDT at 9 (trade 56, fee 2 USDT)");
    each(
        row ->
            OkxParser.candle(
                    row, new CandleRange(OkxRequestTest.BTC, Duration.ofMinutes(1), "", 0, 0))
                .volume(),
        "['7','1','2','0.5','1.5','10','11','15','0']",
        "10");
  }

  private static void each(Function<Json, Object> read, String text, String expected) {
    assertEquals(expected, String.valueOf(read.apply(json(text))));
  }

  @ParameterizedTest
  @CsvSource({
    "live, TRADING",
    "preopen, PRE_OPEN",
    "suspend, HALTED",
    "test, HALTED",
    "x, UNKNOWN"
  })
  void readsWhetherAnInstrumentTrades(String state, String expected) {
    assertEquals(expected, OkxParser.instrument(json(row(state))).state().name());
  }

  private static String row(String state) {
    return "{'instId':'BTC-USDT','baseCcy':'BTC','quoteCcy':'USDT','tickSz':'0.1','lotSz':'0.01',"
        + "'minSz':'0.02','maxLmtSz':'9','maxMktSz':'1000000','state':'"
        + state
        + "'}";
  }

  @Test
  void leavesRoomForPricesOfATickThatWas() {
    var instrument = OkxParser.instrument(json(row("live")));
    assertEquals(3, instrument.priceDigits());
    assertEquals(2, instrument.sizeDigits());
  }

  /** The largest market order is an amount of USDT there, which bounds no size. */
  @Test
  void takesNoAmountForASize() {
    var rules = OkxParser.instrument(json(row("live"))).rules();
    assertEquals(null, rules.maxMarketSize());
    assertEquals("9", rules.maxSize().toPlainString());
  }

  @ParameterizedTest
  @CsvSource({"sz, x", "side, both", "accFillSz, -1", "uTime, soon", "px, 1e99"})
  void refusesWhatMakesNoSense(String field, String value) {
    String text = ORDER.replaceFirst("'" + field + "':'[^']*'", "'" + field + "':'" + value + "'");
    assertThrows(RuntimeException.class, () -> order(text));
  }
}
