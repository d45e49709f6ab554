package dev.colibri.connector.spot.kucoin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from the venue's payloads, and what is not. */
class KucoinParserTest {
  private static final Instrument BTC =
      Instrument.builder(
              "kucoin-spot",
              "BTC-USDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.00000001")).build())
          .build();

  private static final String ORDER =
      "{'id':'670f','clientOid':'a1','type':'limit','side':'buy','price':'70000','size':'0.5',"
          + "'funds':'35000','dealSize':'%s','dealFunds':'0','cancelExist':%s,'active':%s,"
          + "'lastUpdatedAt':1729577515481}";

  private static Json json(String text) {
    return Json.parse(text.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource({
    "0, false, true, OPEN",
    "0.2, false, true, PARTIALLY_FILLED",
    // A part was canceled, the rest rests.
    "0.2, true, true, PARTIALLY_FILLED",
    "0.5, false, false, FILLED",
    "0.50, true, false, FILLED",
    "0, true, false, CANCELED",
    "0.2, true, false, CANCELED",
    "0.2, false, false, 'UNKNOWN(done, and neither filled nor canceled)'",
    "0, false, false, 'UNKNOWN(done, and neither filled nor canceled)'"
  })
  void whereAnOrderStands(String filled, boolean canceled, boolean active, String status) {
    OrderUpdate update = KucoinParser.order(json(ORDER.formatted(filled, canceled, active)), BTC);
    assertEquals(
        status + " BTC-USDT [a1/670f] filled " + new BigDecimal(filled).toPlainString(),
        update.toString());
    assertEquals("BUY BTC-USDT LIMIT size 0.5 at 70000 [a1]", String.valueOf(update.order()));
  }

  /** It has no size, be it 0 or left out, and may end without a fill. */
  @ParameterizedTest
  @CsvSource({
    "0, false, true, OPEN",
    "0, true, false, CANCELED",
    "0.2, true, false, CANCELED",
    "0.2, false, false, FILLED"
  })
  void whereAnOrderByQuoteAmountStands(
      String filled, boolean canceled, boolean active, String status) {
    String row =
        ORDER.formatted(filled, canceled, active).replace("'price':'70000'", "'price':'0'");
    for (String size : new String[] {"'size':'0'", "'size':''", "'size':null"}) {
      OrderUpdate update = KucoinParser.order(json(row.replace("'size':'0.5'", size)), BTC);
      assertEquals(status, update.status().name().replace("PARTIALLY_FILLED", "OPEN"));
      assertEquals("BUY BTC-USDT MARKET amount 35000 [a1]", String.valueOf(update.order()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "received, new, , OPEN",
    "open, open, 0, OPEN",
    "open, open, 0.2, PARTIALLY_FILLED",
    "match, match, 0.2, PARTIALLY_FILLED",
    "match, open, 0.2, PARTIALLY_FILLED",
    "update, open, 0, OPEN",
    "update, match, 0.2, PARTIALLY_FILLED",
    "update, done, 0.2, UNKNOWN(update done)",
    "filled, done, 0.5, FILLED",
    "canceled, done, 0.2, CANCELED",
    "teleported, open, 0, UNKNOWN(teleported open)"
  })
  void whatHappenedToAnOrder(String type, String status, String filled, String expected) {
    String told = filled == null ? "" : "'filledSize':'" + filled + "',";
    OrderUpdate update =
        KucoinParser.orderChange(
            json(
                "{'type':'%s','status':'%s',%s'orderId':'670f','clientOid':'a1','orderType':'market',"
                        .formatted(type, status, told)
                    + "'side':'sell','originSize':'0.5','symbol':'BTC-USDT','matchPrice':'70000',"
                    + "'matchSize':'0.2','tradeId':'11116472408358913','liquidity':'maker',"
                    + "'feeType':'makerFee','ts':1730206271616000000}"),
            BTC);
    assertEquals(
        expected + " BTC-USDT [a1/670f]" + (filled == null ? "" : " filled " + filled),
        update.toString());
    assertEquals(1_730_206_271_616L, update.venueMillis());
    assertEquals("SELL BTC-USDT MARKET size 0.5 [a1]", String.valueOf(update.order()));
    assertEquals(
        type.equals("match") ? "[SELL 0.2 BTC-USDT at 70000 (trade 11116472408358913)]" : "[]",
        update.fills().toString());
  }

  @Test
  void aMarketOrderByQuoteAmount() {
    OrderUpdate update =
        KucoinParser.orderChange(
            json(
                "{'clientOid':'a1','filledSize':'0.1493','funds':'12','orderId':'696e','orderType':"
                    + "'market','remainFunds':'0','remainSize':'0','side':'buy','status':'done',"
                    + "'symbol':'DASH-USDT','ts':1768824042548000000,'type':'canceled'}"),
            BTC);
    assertEquals("CANCELED BTC-USDT [a1/696e] filled 0.1493", update.toString());
    assertEquals("BUY BTC-USDT MARKET amount 12 [a1]", String.valueOf(update.order()));
  }

  @Test
  void aFillHasItsFeeInWhateverAsset() {
    Fill fill =
        KucoinParser.fill(
            json(
                "{'id':1,'orderId':'670f','tradeId':11029373945659392,'side':'buy','liquidity':"
                    + "'taker','price':'67717.6','size':'0.00001','fee':'-0.000677176',"
                    + "'feeCurrency':'USDT','createdAt':1729577515473}"),
            BTC);
    assertEquals(
        "BUY 0.00001 BTC-USDT at 67717.6 (trade 11029373945659392, fee -0.000677176 USDT)",
        fill.toString());
    assertEquals(Liquidity.TAKER, fill.liquidity());
  }

  @Test
  void whatNeverTradedHasNoPrices() {
    Ticker ticker =
        KucoinParser.ticker(
            json("{'buy':null,'bestBidSize':null,'sell':'1','bestAskSize':'0','last':null}"),
            BTC,
            5);
    assertNull(ticker.bid());
    assertNull(ticker.ask());
    assertNull(ticker.last());
  }

  @Test
  void aBook() {
    String reply =
        "{'code':'200000','data':{'time':1729176273859,'sequence':'14610502970',"
            + "'bids':[['66976.4','0.69109872']],'asks':[['66976.5','0.05408199'],['66977','1']]}}";
    BookSnapshot book = KucoinParser.book(bytes(reply), BTC);
    assertEquals(14_610_502_970L, book.sequence());
    assertEquals(1_729_176_273_859L, book.venueMillis());
    assertEquals(1, book.bids().count());
    assertEquals(2, book.asks().count());
    assertThrows(
        TextException.class, () -> KucoinParser.book(bytes(reply.replace("'bids'", "'bid'")), BTC));
  }

  private static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aTokenBelongsInTheAddress() {
    Endpoint endpoint =
        KucoinParser.endpoint(
            json(
                "{'code':'200000','data':{'token':'a/b==','instanceServers':[{'endpoint':"
                    + "'wss://ws-api-spot.kucoin.com/','pingInterval':18000}]}}"));
    assertEquals("wss://ws-api-spot.kucoin.com/?token=a%2Fb%3D%3D", endpoint.url());
  }

  @Test
  void eachOrderOfABatchHasItsOwnAnswer() {
    String taken = "{'orderId':'6710','clientOid':'a','success':true}";
    String refused = "{'success':false,'failMsg':'The order funds should more then 0.1.'}";
    List<BatchResult> results = batch(taken, refused);
    assertEquals("OPEN BTC-USDT [a/6710]", String.valueOf(results.get(0).update()));
    assertEquals(
        Fault.of(Fault.Kind.BAD_SIZE, "failed The order funds should more then 0.1."),
        results.get(1).fault());
    // More answers than orders say nothing of any, and what names another order is not about ours.
    assertEquals(3, batch(taken, refused, refused).size());
    assertEquals("a", batch(refused, taken).get(1).update().clientId());
  }

  /** Asked about an order, the venue may overlook from where to go on, and begin anew. */
  @Test
  void aPageThatComesAgainIsTheLast() {
    String fill =
        "{'orderId':'670f','tradeId':1,'side':'buy','liquidity':'taker','price':'1','size':'1',"
            + "'fee':'0','feeCurrency':'USDT','createdAt':1}";
    String rows = String.join(",", Collections.nCopies(100, fill));
    FillQuery query = FillQuery.of(Order.buy(BTC).limit("1").size("1").venueId("670f"));
    assertEquals("7", fills(query, rows).next());
    assertEquals("7", fills(query.from("8"), rows).next());
    assertNull(fills(query.from("7"), rows).next());
    assertNull(fills(query, fill).next());
  }

  private static Page<Fill> fills(FillQuery query, String rows) {
    Call.Ask<Page<Fill>> ask =
        (Call.Ask<Page<Fill>>) new KucoinSpot(true).fills(query, (row, problem) -> {});
    String body = "{'code':'200000','data':{'items':[%s],'lastId':7}}".formatted(rows);
    return ask.reader().apply(new Reply(200, Map.of(), bytes(body)));
  }

  private static List<BatchResult> batch(String... rows) {
    Order a = Order.buy(BTC).limit("1").size("1").clientId("a");
    Call.Ask<List<BatchResult>> ask =
        (Call.Ask<List<BatchResult>>) new KucoinSpot(true).placeAll(List.of(a, a.clientId("b")));
    String body = "{'code':'200000','data':[%s]}".formatted(String.join(",", rows));
    return ask.reader().apply(new Reply(200, Map.of(), bytes(body)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'type':'match','status':'match','orderId':'1','side':'buy','ts':1,'tradeId':'1'}",
        "{'type':'open','status':'open','orderId':'1','side':'both','ts':1}",
        "{'type':'open','status':'open','orderId':'1','side':'buy','ts':1,'filledSize':'-1'}",
        "{'type':'open','status':'open','side':'buy','ts':1}"
      })
  void whatMakesNoSenseIsNotRead(String data) {
    assertThrows(RuntimeException.class, () -> KucoinParser.orderChange(json(data), BTC));
  }
}
