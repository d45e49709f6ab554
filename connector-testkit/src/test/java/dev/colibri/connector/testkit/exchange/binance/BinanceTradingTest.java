package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Desk.KEY;
import static dev.colibri.connector.testkit.exchange.binance.Desk.OTHER_KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Faults.Fault;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinanceTradingTest {

  private final Desk desk = new Desk();

  @Test
  void aLimitOrderIsPlacedShownFilledAndPaid() {
    var placed = desk.ok(desk.limit(KEY, "BUY", "100", "2", "newClientOrderId=mine"));
    assertEquals("NEW", placed.text("status"));
    assertEquals("2.00000000", placed.text("origQty"));
    assertEquals("0.00000000", placed.text("executedQty"));
    assertEquals(0, placed.get("fills").size());

    var sold = desk.ok(desk.limit(OTHER_KEY, "SELL", "99", "0.5"));
    assertEquals("FILLED", sold.text("status"));
    var fill = sold.get("fills").at(0);
    assertEquals("100.00000000", fill.text("price"), "the resting price");
    assertEquals("0.05000000", fill.text("commission"));
    assertEquals("USDT", fill.text("commissionAsset"));

    var shown =
        desk.ok(desk.signed("GET", "/api/v3/order", "symbol=BTCUSDT", "origClientOrderId=mine"));
    assertEquals("PARTIALLY_FILLED", shown.text("status"));
    assertEquals("0.50000000", shown.text("executedQty"));
    assertEquals("50.00000000", shown.text("cummulativeQuoteQty"));
    assertEquals(placed.longValue("orderId"), shown.longValue("orderId"));

    var trade = desk.ok(desk.signed("GET", "/api/v3/myTrades", "symbol=BTCUSDT")).at(0);
    assertEquals("0.00050000", trade.text("commission"));
    assertEquals("BTC", trade.text("commissionAsset"));
    assertTrue(trade.bool("isMaker"));

    var balances = desk.ok(desk.signed("GET", "/api/v3/account")).get("balances");
    assertEquals(
        "{\"asset\":\"BTC\",\"free\":\"1000.49950000\",\"locked\":\"0.00000000\"}",
        balances.at(0).toString());
    assertEquals(
        "{\"asset\":\"USDT\",\"free\":\"999800.00000000\",\"locked\":\"150.00000000\"}",
        balances.at(1).toString());
    desk.exchange.verify();
  }

  @Test
  void aCancelAnswersWithItsOwnIdAndTheOrdersId() {
    desk.ok(desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=mine"));
    var canceled =
        desk.ok(
            desk.signed(
                "DELETE",
                "/api/v3/order",
                "symbol=BTCUSDT",
                "origClientOrderId=mine",
                "newClientOrderId=goodbye"));
    assertEquals("CANCELED", canceled.text("status"));
    assertEquals("mine", canceled.text("origClientOrderId"));
    assertEquals("goodbye", canceled.text("clientOrderId"));
    assertEquals(0, desk.ok(desk.signed("GET", "/api/v3/openOrders")).size());
  }

  @Test
  void cancelAllCancelsOneSymbol() {
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    desk.ok(desk.limit(KEY, "BUY", "101", "1"));
    desk.ok(desk.limit(OTHER_KEY, "BUY", "101", "1"));
    var canceled = desk.ok(desk.signed("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT"));
    assertEquals(2, canceled.size());
    assertEquals(1, desk.exchange.openOrders("bob", null).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "symbol=XXXYYY&side=BUY&type=MARKET&quantity=1 | 400 | -1121 | Invalid symbol.",
        "side=BUY&type=MARKET&quantity=1 | 400 | -1102 | Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.",
        "symbol=BTCUSDT&side=UP&type=MARKET&quantity=1 | 400 | -1117 | Invalid side.",
        "symbol=BTCUSDT&side=BUY&type=ODD&quantity=1 | 400 | -1116 | Invalid orderType.",
        "symbol=BTCUSDT&side=BUY&type=STOP_LOSS&quantity=1 | 400 | -2010 | Stop loss orders are not supported for this symbol.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=100 | 400 | -1102 | Mandatory parameter 'timeInForce' was not sent, was empty/null, or malformed.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=100&timeInForce=GTX | 400 | -1115 | Invalid timeInForce.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=100 | 400 | -1102 | Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=1e2&quantity=1 | 400 | -1100 | Illegal characters found in parameter 'price'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=100&quantity=1.123456789 | 400 | -1111 | Parameter 'quantity' has too much precision.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=100.001&quantity=1 | 400 | -1013 | Filter failure: PRICE_FILTER",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=100&quantity=1.000001 | 400 | -1013 | Filter failure: LOT_SIZE",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=1&quantity=1 | 400 | -1013 | Filter failure: NOTIONAL",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=90001 | 400 | -1013 | Filter failure: MARKET_LOT_SIZE",
        "symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&price=100&quantity=1001 | 400 | -2010 | Account has insufficient balance for requested action.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&price=120&quantity=1 | 400 | -2010 | Order would immediately match and take.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&price=120&quantity=1&timeInForce=GTC | 400 | -1106 | Parameter 'timeInForce' sent when not required.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=100&quantity=1&newClientOrderId=taken | 400 | -2010 | Duplicate order sent.",
        "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=100&quantity=1&newClientOrderId=a%20b | 400 | -1100 | Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
        "symbol=BTCUSDT&side=BUY&type=MARKET | 400 | -1102 | Param 'quantity' or 'quoteOrderQty' must be sent, but both were empty/null!",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&price=3 | 400 | -1106 | Parameter 'price' sent when not required.",
        "symbol=BTCUSDT&side=SELL&type=MARKET&quoteOrderQty=50 | 400 | -2010 | Order book liquidity is less than symbol minimum quantity.",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&leverage=3 | 400 | -1104 | Not all sent parameters were read; read '6' parameter(s) but was sent '7'.",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&side=SELL | 400 | -1101 | Duplicate values for parameter 'side'.",
        "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&recvWindow=60001 | 400 | -1102 | 'recvWindow' contains unexpected value. Cannot be greater than 60000.",
      })
  void aBadOrderIsRefusedInTheVenuesWordsAndChangesNothing(
      String params, int status, int code, String message) {
    desk.ok(desk.limit(KEY, "SELL", "110", "1", "newClientOrderId=taken"));
    var before = desk.exchange.ledger().balances("ann");
    var reply = desk.signed("POST", "/api/v3/order", params);
    assertEquals(status, reply.status());
    assertEquals(
        "{\"code\":" + code + ",\"msg\":\"" + message.replace("\\", "\\\\") + "\"}", reply.body());
    assertEquals(before, desk.exchange.ledger().balances("ann"));
    assertEquals(1, desk.exchange.openOrders("ann", null).size());
  }

  @Test
  void aClosedMarketIsSaidToBeClosed() {
    desk.exchange.setStatus("BTC-USDT", Market.Status.BREAK, desk.now);
    assertError(desk.limit(KEY, "BUY", "100", "1"), 400, -1013);
    var symbol = desk.ok(desk.get("/api/v3/exchangeInfo")).get("symbols").at(0);
    assertEquals("BREAK", symbol.text("status"));
  }

  @Test
  void unknownOrdersHaveACodeForQueriesAndOneForCancels() {
    var path = "/api/v3/order";
    assertError(desk.signed("GET", path, "symbol=BTCUSDT", "orderId=77"), 400, -2013);
    assertError(desk.signed("DELETE", path, "symbol=BTCUSDT", "orderId=77"), 400, -2011);
    assertError(desk.signed("GET", path, "symbol=BTCUSDT"), 400, -1102);
    assertError(desk.signed("DELETE", "/api/v3/openOrders", "symbol=BTCUSDT"), 400, -2011);
    desk.ok(desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=mine"));
    var others = desk.signedBy(OTHER_KEY, "GET", path, "symbol=BTCUSDT", "orderId=1");
    assertError(others, 400, -2013);
    var both = desk.signed("DELETE", path, "symbol=BTCUSDT", "orderId=1", "origClientOrderId=no");
    assertError(both, 400, -2011);
  }

  @Test
  void immediateOrCancelAndFillOrKillExpire() {
    desk.ok(desk.limit(OTHER_KEY, "SELL", "100", "1"));
    var params = "symbol=BTCUSDT&side=BUY&type=LIMIT&price=100&quantity=2&timeInForce=";
    var fok = desk.ok(desk.signed("POST", "/api/v3/order", params + "FOK"));
    assertEquals("EXPIRED", fok.text("status"));
    assertEquals("0.00000000", fok.text("executedQty"));
    var ioc = desk.ok(desk.signed("POST", "/api/v3/order", params + "IOC"));
    assertEquals("EXPIRED", ioc.text("status"));
    assertEquals("1.00000000", ioc.text("executedQty"));
  }

  @Test
  void aMarketBuyByQuoteAmountSpendsAsMuchAsLotsAllow() {
    desk.ok(desk.limit(OTHER_KEY, "SELL", "100", "1"));
    desk.ok(desk.limit(OTHER_KEY, "SELL", "300", "1"));
    var bought =
        desk.ok(
            desk.signed(
                "POST", "/api/v3/order", "symbol=BTCUSDT&side=BUY&type=MARKET&quoteOrderQty=200"));
    assertEquals("FILLED", bought.text("status"));
    assertEquals("1.33333000", bought.text("executedQty"));
    assertEquals("199.99900000", bought.text("cummulativeQuoteQty"));
    assertEquals("200.00000000", bought.text("origQuoteOrderQty"));
  }

  @Test
  void ownOrdersDoNotTradeWithEachOther() {
    desk.ok(desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=resting"));
    var taker = desk.ok(desk.limit(KEY, "SELL", "100", "1"));
    assertEquals("NEW", taker.text("status"), "the taker rests");
    var maker =
        desk.ok(desk.signed("GET", "/api/v3/order", "symbol=BTCUSDT&origClientOrderId=resting"));
    assertEquals("EXPIRED_IN_MATCH", maker.text("status"));
    assertEquals("1.00000000", maker.text("preventedQuantity"));
  }

  @Test
  void cancelReplaceTellsBothHalves() {
    desk.ok(desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=first"));
    desk.ok(desk.limit(OTHER_KEY, "SELL", "110", "1"));
    var path = "/api/v3/order/cancelReplace";
    var order = "symbol=BTCUSDT&side=BUY&type=LIMIT_MAKER&quantity=1&price=";
    var stop = "&cancelReplaceMode=STOP_ON_FAILURE&cancelOrigClientOrderId=";
    var allow = "&cancelReplaceMode=ALLOW_FAILURE&cancelOrigClientOrderId=";

    var done =
        desk.ok(desk.signed("POST", path, order + "101&newClientOrderId=second" + stop + "first"));
    assertEquals("SUCCESS", done.text("cancelResult"));
    assertEquals("second", done.get("newOrderResponse").text("clientOrderId"));

    var stopped = desk.signed("POST", path, order + "102" + stop + "gone");
    assertError(stopped, 400, -2022);
    var data = Json.parse(stopped.body()).get("data");
    assertEquals("NOT_ATTEMPTED", data.text("newOrderResult"));
    assertTrue(data.get("newOrderResponse").isNull());
    assertEquals(-2011, data.get("cancelResponse").intValue("code"));

    var half = desk.signed("POST", path, order + "102" + allow + "gone");
    assertError(half, 409, -2021);
    assertEquals("SUCCESS", Json.parse(half.body()).get("data").text("newOrderResult"));

    var crossed = desk.signed("POST", path, order + "110" + stop + "second");
    assertError(crossed, 409, -2021);
    assertEquals(
        "Order would immediately match and take.",
        Json.parse(crossed.body()).get("data").get("newOrderResponse").text("msg"));
    assertEquals(1, desk.exchange.openOrders("ann", null).size());
  }

  @Test
  void anAmendKeepsTheOrderAndRenamesIt() {
    desk.ok(desk.limit(KEY, "BUY", "100", "2", "newClientOrderId=old"));
    var amended =
        desk.ok(
            desk.signed(
                "PUT",
                "/api/v3/order/amend/keepPriority",
                "symbol=BTCUSDT&origClientOrderId=old&newClientOrderId=new&newQty=1"));
    assertEquals("old", amended.get("amendedOrder").text("origClientOrderId"));
    assertEquals("1.00000000", amended.get("amendedOrder").text("qty"));
    assertError(
        desk.signed("PUT", "/api/v3/order/amend/keepPriority", "symbol=BTCUSDT&orderId=1&newQty=3"),
        400,
        -2038);
  }

  @Test
  void aTestOrderIsCheckedAndNotPlaced() {
    var good = "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=100&quantity=1";
    assertEquals("{}", desk.signed("POST", "/api/v3/order/test", good).body());
    var bad = good.replace("quantity=1", "quantity=0.000001");
    assertError(desk.signed("POST", "/api/v3/order/test", bad), 400, -1013);
    assertEquals(0, desk.exchange.openOrders("ann", null).size());
  }

  @Test
  void executionReportsAndPositionsTellTheWholeStoryInOrder() {
    var client = desk.connect("/ws-api/v3");
    var subscribed = client.request("userDataStream.subscribe.signature", Map.of());
    assertEquals(200, subscribed.intValue("status"));
    assertEquals(0, subscribed.get("result").intValue("subscriptionId"));
    desk.ok(desk.limit(KEY, "BUY", "100", "2", "newClientOrderId=mine"));
    desk.ok(desk.limit(OTHER_KEY, "SELL", "100", "0.5"));
    desk.ok(
        desk.signed(
            "DELETE", "/api/v3/order", "symbol=BTCUSDT&orderId=1&newClientOrderId=goodbye"));
    var events = client.take().stream().map(f -> f.get("event")).toList();
    assertEquals(
        List.of(
            "executionReport NEW NEW",
            "outboundAccountPosition",
            "executionReport TRADE PARTIALLY_FILLED",
            "outboundAccountPosition",
            "executionReport CANCELED CANCELED",
            "outboundAccountPosition"),
        events.stream()
            .map(e -> e.text("e") + (e.has("x") ? " " + e.text("x") + " " + e.text("X") : ""))
            .toList());
    var fresh = events.get(0);
    assertEquals("mine", fresh.text("c"));
    assertEquals("", fresh.text("C"));
    assertEquals(-1, fresh.longValue("t"));
    assertTrue(fresh.get("N").isNull());
    assertTrue(fresh.bool("w"));
    var trade = events.get(2);
    assertEquals("0.50000000", trade.text("l"));
    assertEquals("100.00000000", trade.text("L"));
    assertEquals("0.50000000", trade.text("z"));
    assertEquals("50.00000000", trade.text("Z"));
    assertEquals("50.00000000", trade.text("Y"));
    assertEquals("0.00050000", trade.text("n"));
    assertEquals("BTC", trade.text("N"));
    assertTrue(trade.bool("m"));
    assertEquals(1, trade.longValue("t"));
    assertEquals(
        "[{\"a\":\"BTC\",\"f\":\"1000.49950000\",\"l\":\"0.00000000\"},"
            + "{\"a\":\"USDT\",\"f\":\"999800.00000000\",\"l\":\"150.00000000\"}]",
        events.get(3).get("B").toString());
    var canceled = events.get(4);
    assertEquals("goodbye", canceled.text("c"));
    assertEquals("mine", canceled.text("C"));
    assertFalse(canceled.bool("w"));
    assertTrue(canceled.longValue("I") > trade.longValue("I"));

    desk.exchange.deposit("ann", "BTC", BigDecimal.TEN, desk.now);
    assertEquals("10.00000000", client.take().get(0).get("event").text("d"));
    client.take();
    client.send("{\"id\":7,\"method\":\"userDataStream.unsubscribe\"}");
    var last = client.take();
    assertEquals("eventStreamTerminated", last.get(0).get("event").text("e"));
    assertEquals("{}", last.get(1).get("result").toString());
    desk.ok(desk.limit(KEY, "BUY", "100", "2"));
    assertEquals(List.of(), client.take());
  }

  @Test
  void theWebSocketApiPlacesQueriesAndCancels() {
    var client = desk.connect("/ws-api/v3");
    var placed =
        client.request(
            "order.place",
            Map.of(
                "symbol",
                "BTCUSDT",
                "side",
                "BUY",
                "type",
                "LIMIT",
                "timeInForce",
                "GTC",
                "price",
                "100",
                "quantity",
                "1",
                "newClientOrderId",
                "mine"));
    assertEquals(200, placed.intValue("status"), placed.toString());
    assertEquals("q", placed.text("id"));
    var limits = placed.get("rateLimits");
    assertEquals("ORDERS", limits.at(0).text("rateLimitType"));
    assertEquals(1, limits.at(0).intValue("count"));
    assertEquals("REQUEST_WEIGHT", limits.at(2).text("rateLimitType"));
    var of = Map.of("symbol", "BTCUSDT", "origClientOrderId", "mine");
    assertEquals("NEW", client.request("order.status", of).get("result").text("status"));
    assertEquals("CANCELED", client.request("order.cancel", of).get("result").text("status"));
    var again = client.request("order.cancel", of);
    assertEquals(400, again.intValue("status"));
    assertEquals(-2011, again.get("error").intValue("code"));
  }

  @Test
  void aDroppedReplyIsCarriedOutAndADroppedRequestIsNot() {
    desk.protocol.faults().dropReply("POST /api/v3/order").dropRequest("POST /api/v3/order");
    assertTrue(desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=first").isDropped());
    assertTrue(desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=second").isDropped());
    desk.ok(desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=third"));
    assertEquals(
        List.of("first", "third"),
        desk.exchange.openOrders("ann", null).stream().map(o -> o.clientId()).toList());
  }

  @Test
  void aFailureMayComeBeforeOrAfterTheFact() {
    var target = "POST /api/v3/order";
    desk.protocol
        .faults()
        .add(new Fault(target, Faults.Kind.FAIL_BEFORE, 503, "{}"))
        .add(new Fault(target, Faults.Kind.FAIL_AFTER, 502, "<html>"));
    assertEquals(503, desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=first").status());
    assertEquals("<html>", desk.limit(KEY, "BUY", "100", "1", "newClientOrderId=second").body());
    assertTrue(desk.exchange.order("ann", "BTC-USDT", "first").isEmpty());
    assertTrue(desk.exchange.order("ann", "BTC-USDT", "second").isPresent());
  }

  @Test
  void framesCanBeLostWhileTheConnectionStays() {
    var market = desk.connect("/ws/btcusdt@depth@100ms");
    var api = desk.connect("/ws-api/v3");
    api.request("userDataStream.subscribe.signature", Map.of());
    desk.protocol.faults().loseFrames("btcusdt@depth@100ms", 1).loseFrames("userDataStream", 1);
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    desk.advance(100);
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    desk.advance(100);
    var diffs = market.take();
    assertEquals(1, diffs.size());
    assertEquals(2, diffs.get(0).longValue("U"), "the first change never came");
    assertEquals(
        List.of("outboundAccountPosition", "executionReport", "outboundAccountPosition"),
        api.take().stream().map(f -> f.get("event").text("e")).toList());
  }

  @Test
  void aYoungOrderCanBeHiddenFromQueriesWhileItAlreadyTrades() {
    desk.protocol.faults().hideOrdersFor(500);
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    var query = new String[] {"symbol=BTCUSDT", "orderId=1"};
    assertError(desk.signed("GET", "/api/v3/order", query), 400, -2013);
    assertEquals("FILLED", desk.ok(desk.limit(OTHER_KEY, "SELL", "100", "1")).text("status"));
    desk.advance(500);
    assertEquals("FILLED", desk.ok(desk.signed("GET", "/api/v3/order", query)).text("status"));
  }

  private static void assertError(
      dev.colibri.connector.testkit.exchange.Protocol.Reply reply, int status, int code) {
    assertEquals(status, reply.status(), reply.body());
    assertEquals(code, Json.parse(reply.body()).intValue("code"));
  }
}
