package dev.colibri.connector.spot.kraken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.DepthStage;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads and what they say. */
class KrakenParserTest {
  static final String PAIR =
      quoted(
          "{'altname':'XBTUSD','wsname':'XBT/USD','base':'XXBT','quote':'ZUSD','pair_decimals':1,"
              + "'lot_decimals':8,'ordermin':'0.00005','costmin':'0.5','tick_size':'0.1',"
              + "'status':'online'}");
  static final String ORDER =
      quoted(
          "{'userref':0,'cl_ord_id':'clbrA1','status':'open','opentm':1688666559.8974,'descr':{"
              + "'pair':'XBTUSD','type':'buy','ordertype':'limit','price':'30010.0'},"
              + "'vol':'1.25000000','vol_exec':'0.37500000','cost':'11253.7','oflags':'fciq,post',"
              + "'reason':null,'trades':['TCCCTY-WE2O6-P3NB37']}");
  private static final String TRADE =
      quoted(
          "{'order_id':'O28','cl_ord_id':'clbrA1','symbol':'BTC/USD','side':'sell',"
              + "'order_type':'limit','limit_price':26500.0,'order_qty':0.005,"
              + "'time_in_force':'GTC','exec_type':'trade','order_status':'partially_filled',"
              + "'exec_id':'TGBB7L-HT5LX-J3BZ4A','trade_id':62887576,'last_qty':0.005,"
              + "'last_price':26599.9,'liquidity_ind':'t','cum_qty':0.005,'cum_cost':132.9995,"
              + "'fees':[{'asset':'USD','qty':0.3458}],'timestamp':'2023-09-22T10:33:05.709993Z'}");
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  private static final Instrument BTC = KrakenParser.instrument("XXBTZUSD", Json.parse(PAIR));

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  private static Json json(String text) {
    return Json.parse(quoted(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|DOGE/USD TRADING tick 0.1|'wsname':'XBT/USD'|'wsname':'XDG/USD'",
        "|BTC/USD HALTED tick 0.1|online|limit_only",
        "|BTC/USD UNKNOWN tick 0.1|online|on_fire",
        "|BTC/USD TRADING tick 0.5|'tick_size':'0.1'|'tick_size':'0.5'",
        "|BTC/USD TRADING tick 0.1|,'tick_size':'0.1'|,'more':1",
        "|null|XBTUSD'|XBTUSD.d'",
        "|null|'wsname':'XBT/USD',|'more':1,"
      })
  void instruments(String none, String expected, String from, String to) {
    Instrument i = KrakenParser.instrument("K", Json.parse(PAIR.replace(quoted(from), quoted(to))));
    assertEquals(
        expected,
        i == null
            ? "null"
            : i.symbol() + " " + i.state() + " tick " + i.rules().tickSize().toPlainString());
  }

  @Test
  void aBookHasNoNumber() {
    String body =
        quoted(
            "{'error':[],'result':{'XXBTZUSD':{'asks':[['30384.10000','2.059',1688671659]],"
                + "'bids':[['30297.00000','1.115',1688671636]]}}}");
    BookSnapshot book = KrakenParser.BOOK.snapshot(body.getBytes(StandardCharsets.UTF_8), BTC);
    assertEquals(DepthStage.NONE, book.sequence());
    assertEquals(3029700000L, book.bids().price(0));
    assertEquals(5, book.bids().priceDigits(0));
    assertEquals(2059, book.asks().size(0));
  }

  @Test
  void marketData() {
    assertEquals(
        "Ticker[instrument=BTC-USD@kraken-spot, bid=Level[price=30300.0, size=1.000], ask=null,"
            + " last=30303.2, venueMillis=0]",
        KrakenParser.ticker(
                json("{'a':['0.0','0','0'],'b':['30300.0','1','1.000'],'c':['30303.2','0.00067']}"),
                BTC)
            .toString());
    Json trades =
        json("{'XXBTZUSD':[['30243.4','0.34',1688669597.8277369,'b','m','',61044952]],'last':'1'}");
    assertEquals(
        "Trade[instrument=BTC-USD@kraken-spot, id=61044952, taker=BUY, price=30243.4, size=0.34,"
            + " venueMillis=1688669597827]",
        KrakenParser.trade(KrakenParser.list(trades).at(0), BTC).toString());
    assertEquals(
        "Candle[instrument=BTC-USD@kraken-spot, openMillis=1688671200000, interval=PT1M,"
            + " open=30306.1, high=30306.2, low=30305.7, close=30305.7, volume=3.5,"
            + " quoteVolume=106071.35]",
        KrakenParser.candle(
                json("[1688671200,'30306.1','30306.2','30305.7','30305.7','30306.1','3.5',23]"),
                new CandleRange(BTC, Duration.ofMinutes(1), "", 0, 0))
            .toString());
  }

  @Test
  void balancesAreToldByAssetAndWhatMayBeTradedTogether() {
    List<String> bad = new ArrayList<>();
    assertEquals(
        "[Balance[asset=BTC, total=1.7, available=1.2], Balance[asset=DOGE, total=5, available=5],"
            + " Balance[asset=DOT.S, total=7, available=7], Balance[asset=USD, total=25, available=5],"
            + " Balance[asset=ZETA, total=2, available=2]]",
        KrakenParser.balances(
                json(
                    "{'ZUSD':{'balance':'25','hold_trade':'20'},'XXBT':{'balance':'1.2','hold_trade':'0.5'},"
                        + "'XBT.F':{'balance':'0.5','hold_trade':'0'},'DOT.S':{'balance':'7','hold_trade':'0'},"
                        + "'XXDG':{'balance':'5'},'ZETA':{'balance':'2','hold_trade':'0'},"
                        + "'ADA':{'balance':'0','hold_trade':'0'},'BAD':{'balance':'x'}}"),
                (row, problem) -> bad.add(row))
            .toString());
    assertEquals(List.of("BAD {\"balance\":\"x\"}"), bad);
  }

  @Test
  void ratesArePercent() {
    assertEquals(
        "FeeRate[instrument=BTC-USD@kraken-spot, maker=0.0006, taker=0.001000]",
        KrakenParser.fees(
                json(
                    "{'fees':{'XXBTZUSD':{'fee':'0.1000'}},'fees_maker':{'XXBTZUSD':{'fee':'0.06'}}}"),
                BTC)
            .toString());
    assertEquals(
        "FeeRate[instrument=BTC-USD@kraken-spot, maker=0.001000, taker=0.001000]",
        KrakenParser.fees(json("{'fees':{'XXBTZUSD':{'fee':'0.1000'}}}"), BTC).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "open|PARTIALLY_FILLED BTC-USD [clbrA1/O28] filled 0.37500000",
        "pending|PARTIALLY_FILLED BTC-USD [clbrA1/O28] filled 0.37500000",
        "closed|FILLED BTC-USD [clbrA1/O28] filled 0.37500000",
        "canceled|CANCELED BTC-USD [clbrA1/O28] filled 0.37500000",
        "expired|EXPIRED BTC-USD [clbrA1/O28] filled 0.37500000",
        "vaporized|UNKNOWN(vaporized) BTC-USD [clbrA1/O28] filled 0.37500000"
      })
  void statusOfAnOrder(String status, String expected) {
    OrderUpdate update =
        KrakenParser.order("O28", Json.parse(ORDER.replace("open\"", status + "\"")), BTC);
    assertEquals(expected, update.toString());
    assertEquals(1688666559897L, update.venueMillis());
    assertEquals("11253.7", String.valueOf(update.quoteFilled()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|BUY BTC-USD LIMIT_MAKER size 1.25000000 at 30010.0 [clbrA1]|x|x",
        "|BUY BTC-USD LIMIT size 1.25000000 at 30010.0 [clbrA1]|,post|,nompp",
        "|BUY BTC-USD MARKET amount 1.25000000 [clbrA1]|'limit','price':'30010.0'},|'market','price':'0'},",
        "|SELL BTC-USD LIMIT_MAKER size 1.25000000 at 30010.0|'cl_ord_id':'clbrA1',|'more':1,"
      })
  void whatAnOrderIs(String none, String expected, String from, String to) {
    String row = ORDER.replace(quoted(from), quoted(to));
    row = expected.contains("amount") ? row.replace("fciq,post", "fciq,viqc") : row;
    row = expected.startsWith("SELL") ? row.replace("buy", "sell") : row;
    assertEquals(expected, String.valueOf(KrakenParser.order("O28", Json.parse(row), BTC).order()));
  }

  /** By quote amount, what filled may be told in quote units: only fills tell it. */
  @Test
  void whatFilledOfAnAmountIsLeftToItsFills() {
    String row = ORDER.replace("fciq,post", "fciq,viqc").replace("open\"", "closed\"");
    OrderUpdate update = KrakenParser.order("O28", Json.parse(row), BTC);
    assertEquals("FILLED BTC-USD [clbrA1/O28]", update.toString());
    assertNull(update.quoteFilled());
  }

  @Test
  void aFillOfTheHistory() {
    String row =
        "{'ordertxid':'O28','pair':'XXBTZUSD','time':1688667796.8802,'type':'sell','price':'30010.0',"
            + "'cost':'600.2','fee':'0.96','vol':'0.02','maker':true}";
    Fill fill = KrakenParser.fill("T1", json(row), BTC);
    assertNotNull(fill);
    assertEquals("SELL 0.02 BTC-USD at 30010.0 (trade T1, fee 0.96 USD)", fill.toString());
    assertEquals(
        "O28 MAKER 1688667796880",
        fill.venueId() + " " + fill.liquidity() + " " + fill.venueMillis());
    assertNotNull(KrakenParser.fill("T1", json(row.replace("XXBTZUSD", "XBTUSD")), BTC));
    assertNull(KrakenParser.fill("T1", json(row.replace("XXBTZUSD", "XETHZUSD")), BTC));
  }

  @Test
  void aFillOfTheStream() {
    OrderUpdate update = KrakenParser.execution(Json.parse(TRADE), BTC);
    assertEquals(
        "PARTIALLY_FILLED BTC-USD [clbrA1/O28] filled 0.005 [SELL 0.005 BTC-USD at 26599.9 (trade"
            + " TGBB7L-HT5LX-J3BZ4A, fee 0.3458 USD)] SELL BTC-USD LIMIT size 0.005 at 26500.0 [clbrA1]",
        update + " " + update.fills() + " " + update.order());
    assertEquals(1695378785709L, update.venueMillis());
  }

  @Test
  void eventsLeaveOutWhatStayed() {
    Json event =
        json(
            "{'order_id':'O28','exec_type':'canceled','order_status':'canceled',"
                + "'reason':'Post only order','timestamp':'2023-09-22T10:33:06Z'}");
    OrderUpdate update = KrakenParser.execution(KrakenParser.merged(Json.parse(TRADE), event), BTC);
    assertEquals(
        "CANCELED BTC-USD [clbrA1/O28] filled 0.005 WouldCross[raw=Post only order] []",
        update + " " + update.fills());
    assertThrows(TextException.class, () -> KrakenParser.execution(event, BTC));
  }

  /** The fee of one fill is not that of the next, nor the reason of one event. */
  @Test
  void whatIsOfOneEventDoesNotStay() {
    Json first = Json.parse(TRADE.replaceFirst("[{]", "{\"reason\":\"x\","));
    Json next =
        json(
            "{'exec_id':'T2','exec_type':'trade','last_qty':0.001,'timestamp':'2023-09-22T10:33:06Z'}");
    OrderUpdate update = KrakenParser.execution(KrakenParser.merged(first, next), BTC);
    assertNull(update.fills().get(0).fee());
    assertNull(update.reject());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{'descr':{}}", "{'a':[],'b':[],'c':[]}", "[]", "{'vol_exec':'-1'}"})
  void whatCannotBeRead(String text) {
    Json row = json(text);
    assertThrows(TextException.class, () -> KrakenParser.order("O28", row, BTC));
    assertThrows(TextException.class, () -> KrakenParser.fill("T1", row, BTC));
    assertThrows(TextException.class, () -> KrakenParser.execution(row, BTC));
    assertThrows(TextException.class, () -> KrakenParser.ticker(row, BTC));
    assertThrows(TextException.class, () -> KrakenParser.trade(row, BTC));
    assertThrows(TextException.class, () -> KrakenParser.fees(row, BTC));
    assertThrows(RuntimeException.class, () -> KrakenParser.balances(json("{'X':1}"), NONE));
  }
}
