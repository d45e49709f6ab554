package dev.colibri.connector.testkit.exchange.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Position;
import dev.colibri.connector.testkit.exchange.Protocol.Reply;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Orders, positions and settings of perpetuals, as a client sees them. */
class PerpTradingTest {

  private static final String BTC = "BTC-USDT";
  private static final String ORDER = "/fapi/v1/order";

  private final Desk desk = Desk.perp();

  @AfterEach
  void everythingAddsUp() {
    desk.exchange.verify();
  }

  private Json placed(String side, String price, String quantity, String... more) {
    return desk.ok(desk.limit(Desk.KEY, side, price, quantity, more));
  }

  private void bob(String side, String price, String quantity) {
    desk.ok(desk.limit(Desk.OTHER_KEY, side, price, quantity));
  }

  private Json market(String side, String quantity, String... more) {
    var params =
        new ArrayList<>(
            List.of("symbol=BTCUSDT", "side=" + side, "type=MARKET", "quantity=" + quantity));
    params.add("newOrderRespType=RESULT");
    params.addAll(List.of(more));
    return desk.ok(desk.signed("POST", ORDER, params.toArray(String[]::new)));
  }

  private static int code(Reply reply) {
    assertEquals(400, reply.status(), reply.body());
    return Json.parse(reply.body()).intValue("code");
  }

  private Json risk() {
    return desk.ok(desk.signed("GET", "/fapi/v3/positionRisk"));
  }

  private static void assertNumber(String expected, Json object, String field) {
    assertEquals(
        0, new BigDecimal(expected).compareTo(object.decimal(field)), object + " " + field);
  }

  private Desk.Client user() {
    var key = Json.parse(send("POST").body()).text("listenKey");
    return desk.connect("/private/ws?listenKey=" + key);
  }

  private Reply send(String method) {
    return desk.send(Desk.KEY, method, "/fapi/v1/listenKey", "");
  }

  private static List<String> kinds(List<Json> events) {
    return events.stream()
        .map(
            e ->
                e.has("o") && e.get("o").has("x")
                    ? e.get("o").text("x") + " " + e.get("o").text("X")
                    : e.has("a") && e.get("a").has("m")
                        ? e.text("e") + " " + e.get("a").text("m")
                        : e.text("e"))
        .toList();
  }

  @Test
  void anOrderRestsIsSeenAndIsCanceled() {
    var order = placed("BUY", "60000", "0.01", "newClientOrderId=mine.1:a/b");
    assertEquals("NEW", order.text("status"));
    assertEquals("BOTH", order.text("positionSide"));
    assertFalse(order.has("avgPrice"), "not told since July 2026");
    var seen = desk.ok(desk.signed("GET", ORDER, "symbol=BTCUSDT", "origClientOrderId=mine.1:a/b"));
    assertEquals(order.longValue("orderId"), seen.longValue("orderId"));
    assertNumber("0", seen, "avgPrice");
    assertEquals(1, desk.ok(desk.signed("GET", "/fapi/v1/openOrders")).size());
    var canceled =
        desk.ok(desk.signed("DELETE", ORDER, "symbol=BTCUSDT", "origClientOrderId=mine.1:a/b"));
    assertEquals("CANCELED", canceled.text("status"));
    assertEquals("mine.1:a/b", canceled.text("clientOrderId"));
    assertEquals(-2011, code(desk.signed("DELETE", ORDER, "symbol=BTCUSDT", "orderId=1")));
    assertEquals(-2013, code(desk.signed("GET", ORDER, "symbol=BTCUSDT", "orderId=99")));
  }

  @Test
  void anAcknowledgementDoesNotTellWhatTheOrderTradedAndAResultDoes() {
    bob("SELL", "60000", "1");
    var ack = placed("BUY", "60000", "0.5");
    assertEquals("NEW", ack.text("status"));
    assertNumber("0", ack, "executedQty");
    var result = market("BUY", "0.5");
    assertEquals("FILLED", result.text("status"));
    assertNumber("0.5", result, "cumQty");
  }

  @Test
  void aTradeMovesPositionWalletAndMargin() {
    bob("SELL", "60000", "1");
    market("BUY", "0.2");
    var position = risk().at(0);
    assertEquals(1, risk().size(), "only what is open");
    assertNumber("0.2", position, "positionAmt");
    assertNumber("60000", position, "entryPrice");
    assertNumber("60000", position, "markPrice");
    assertNumber("600", position, "initialMargin"); // 12,000 at 20
    assertNumber("48", position, "maintMargin");
    assertEquals(desk.now, position.longValue("updateTime"));
    var account = desk.ok(desk.signed("GET", "/fapi/v3/account"));
    assertNumber("999994", account, "totalWalletBalance"); // less 0.05 % of 12,000
    assertNumber("999394", account, "availableBalance");

    bob("BUY", "61000", "0.2");
    var closed = market("SELL", "0.2", "reduceOnly=true");
    assertTrue(closed.bool("reduceOnly"));
    assertEquals(0, risk().size());
    var fills = desk.ok(desk.signed("GET", "/fapi/v1/userTrades", "symbol=BTCUSDT"));
    assertNumber("200", fills.at(1), "realizedPnl");
    assertEquals("USDT", fills.at(1).text("commissionAsset"));
    var old = desk.ok(desk.signed("GET", "/fapi/v2/positionRisk", "symbol=BTCUSDT")).at(0);
    assertNumber("0", old, "positionAmt");
    assertEquals("20", old.text("leverage"));
  }

  @Test
  void theUserStreamTellsOrdersFillsAndPositions() {
    var user = user();
    bob("SELL", "60000", "1");
    placed("BUY", "60000", "0.2", "newClientOrderId=mine");
    var events = user.take();
    assertEquals(
        List.of("NEW NEW", "TRADE_LITE", "TRADE FILLED", "ACCOUNT_UPDATE ORDER"), kinds(events));
    var fill = events.get(2).get("o");
    assertEquals("mine", fill.text("c"));
    assertNumber("0.2", fill, "l");
    assertNumber("6", fill, "n");
    assertEquals("USDT", fill.text("N"));
    assertEquals("BOTH", fill.text("ps"));
    assertEquals(1, fill.longValue("t"));
    var update = events.get(3).get("a");
    assertNumber("999994", update.get("B").at(0), "wb");
    assertNumber("0.2", update.get("P").at(0), "pa");
    assertNumber("60000", update.get("P").at(0), "ep");
    assertEquals(events.get(2).longValue("T"), events.get(3).longValue("T"));

    placed("BUY", "50000", "0.1", "newClientOrderId=rest");
    desk.ok(desk.signed("DELETE", ORDER, "symbol=BTCUSDT", "origClientOrderId=rest"));
    var ends = user.take();
    assertEquals(List.of("NEW NEW", "CANCELED CANCELED"), kinds(ends));
    assertEquals("rest", ends.get(1).get("o").text("c"), "the order's own id");
    assertFalse(ends.get(1).get("o").has("N"), "no fee, no asset of it");
  }

  @Test
  void anOneWayOrderFlipsAPosition() {
    bob("BUY", "60000", "1");
    bob("SELL", "60000.1", "1");
    market("BUY", "0.2");
    market("SELL", "0.5");
    var p = desk.exchange.position("ann", BTC, Position.Side.BOTH);
    assertEquals(0, new BigDecimal("-0.3").compareTo(p.size()));
    assertEquals(0, new BigDecimal("60000").compareTo(p.entryPrice()));
    assertEquals(0, new BigDecimal("-0.02").compareTo(p.realised()));
  }

  @Test
  void reduceOnlyOrdersOnlyReduce() {
    assertEquals(-2022, code(desk.limit(Desk.KEY, "SELL", "60000", "0.1", "reduceOnly=true")));
    bob("SELL", "60000", "1");
    market("BUY", "0.2");
    assertEquals(-2022, code(desk.limit(Desk.KEY, "BUY", "50000", "0.1", "reduceOnly=true")));
    var user = user();
    placed("SELL", "60100", "0.1", "reduceOnly=true", "newClientOrderId=first");
    placed("SELL", "60200", "0.2", "reduceOnly=true", "newClientOrderId=second");
    user.take();
    bob("BUY", "60200", "1");
    // The second finds half of itself, and ends when nothing is left to reduce.
    assertEquals(
        List.of(
            "TRADE_LITE",
            "TRADE FILLED",
            "TRADE_LITE",
            "TRADE PARTIALLY_FILLED",
            "EXPIRED EXPIRED",
            "ACCOUNT_UPDATE ORDER"),
        kinds(user.take()));
    var second = desk.ok(desk.signed("GET", ORDER, "symbol=BTCUSDT", "origClientOrderId=second"));
    assertEquals("EXPIRED", second.text("status"));
    assertNumber("0.1", second, "executedQty");
    assertEquals(0, risk().size());
  }

  @Test
  void aReduceOnlyOrderEndsWhenAnotherOrderClosesThePosition() {
    bob("SELL", "60000", "1");
    market("BUY", "0.2");
    placed("SELL", "70000", "0.2", "reduceOnly=true", "newClientOrderId=stop");
    bob("BUY", "59000", "1");
    var user = user();
    market("SELL", "0.2");
    var events = user.take();
    assertTrue(kinds(events).contains("EXPIRED EXPIRED"), kinds(events).toString());
    var expired = events.get(kinds(events).indexOf("EXPIRED EXPIRED")).get("o");
    assertEquals("stop", expired.text("c"));
    assertEquals("4", expired.text("er"));
  }

  @Test
  void hedgeModeHasALongAndAShortPosition() {
    var dual = "/fapi/v1/positionSide/dual";
    assertEquals(-4059, code(desk.signed("POST", dual, "dualSidePosition=false")));
    assertEquals(200, desk.ok(desk.signed("POST", dual, "dualSidePosition=true")).intValue("code"));
    assertTrue(desk.ok(desk.signed("GET", dual)).bool("dualSidePosition"));
    assertEquals(-4061, code(desk.limit(Desk.KEY, "BUY", "60000", "0.1")));
    bob("SELL", "60000", "1");
    bob("BUY", "59999", "1");
    market("BUY", "0.3", "positionSide=LONG");
    market("SELL", "0.1", "positionSide=SHORT");
    assertEquals(2, risk().size());
    assertEquals(
        List.of("LONG", "SHORT"),
        StreamSupport.stream(risk().items().spliterator(), false)
            .map(p -> p.text("positionSide"))
            .toList());
    assertEquals(
        -1106,
        code(desk.limit(Desk.KEY, "SELL", "61000", "0.1", "positionSide=LONG", "reduceOnly=true")));
    assertEquals(-4068, code(desk.signed("POST", dual, "dualSidePosition=false")));
    market("SELL", "0.3", "positionSide=LONG");
    market("BUY", "0.1", "positionSide=SHORT");
    assertEquals(-2022, code(desk.limit(Desk.KEY, "SELL", "61000", "0.1", "positionSide=LONG")));
    placed("BUY", "50000", "0.1", "positionSide=LONG");
    assertEquals(-4067, code(desk.signed("POST", dual, "dualSidePosition=false")));
    desk.ok(desk.signed("DELETE", "/fapi/v1/allOpenOrders", "symbol=BTCUSDT"));
    desk.ok(desk.signed("POST", dual, "dualSidePosition=false"));
  }

  @Test
  void whatTheVenueRefusesItRefusesInItsWords() {
    bob("SELL", "60000", "1");
    market("BUY", "0.001");
    assertEquals(-5022, refused("BUY", "60000", "0.01", "timeInForce=GTX"));
    assertEquals(-5021, refused("BUY", "60000", "2", "timeInForce=FOK"));
    assertEquals(-4164, refused("BUY", "1000", "0.001", "timeInForce=GTC"));
    assertEquals(-4014, refused("BUY", "60000.05", "0.01", "timeInForce=GTC"));
    assertEquals(-4023, refused("BUY", "60000", "0.0015", "timeInForce=GTC"));
    assertEquals(-4003, refused("BUY", "60000", "0", "timeInForce=GTC"));
    desk.ok(desk.signed("POST", "/fapi/v1/leverage", "symbol=BTCUSDT", "leverage=1"));
    assertEquals(-2019, refused("BUY", "50000", "20", "timeInForce=GTC"));
    assertEquals(-1115, refused("BUY", "60000", "1", "timeInForce=DAY"));
    assertEquals(
        -4120,
        code(
            desk.signed(
                "POST", ORDER, "symbol=BTCUSDT", "side=BUY", "type=STOP_MARKET", "stopPrice=1")));
    assertEquals(-1121, code(desk.signed("POST", ORDER, "symbol=DOGEUSDT", "side=BUY")));
    placed("BUY", "50000", "0.01", "newClientOrderId=twice");
    assertEquals(
        -4116, code(desk.limit(Desk.KEY, "BUY", "50000", "0.01", "newClientOrderId=twice")));
    assertEquals(
        -4028, code(desk.signed("POST", "/fapi/v1/leverage", "symbol=BTCUSDT", "leverage=126")));
    assertEquals(
        -4046,
        code(desk.signed("POST", "/fapi/v1/marginType", "symbol=BTCUSDT", "marginType=CROSSED")));
  }

  private int refused(String side, String price, String quantity, String time) {
    return code(
        desk.signed(
            "POST",
            ORDER,
            "symbol=BTCUSDT",
            "side=" + side,
            "type=LIMIT",
            "price=" + price,
            "quantity=" + quantity,
            time));
  }

  @Test
  void leverageSetsWhatAnOrderNeeds() {
    var user = user();
    var set = desk.ok(desk.signed("POST", "/fapi/v1/leverage", "symbol=BTCUSDT", "leverage=5"));
    assertEquals(5, set.intValue("leverage"));
    var event = user.take().get(0);
    assertEquals("ACCOUNT_CONFIG_UPDATE", event.text("e"));
    assertEquals(5, event.get("ac").intValue("l"));
    placed("BUY", "50000", "1");
    assertNumber("990000", desk.ok(desk.signed("GET", "/fapi/v2/account")), "availableBalance");
    assertEquals(
        5,
        desk.ok(desk.signed("GET", "/fapi/v1/symbolConfig", "symbol=BTCUSDT"))
            .at(0)
            .intValue("leverage"));
  }

  @Test
  void anOrderIsModifiedLosesItsPlaceAndMayTrade() {
    bob("SELL", "60000", "1");
    var id = placed("BUY", "59000", "0.2").longValue("orderId");
    var user = user();
    var same = List.of("symbol=BTCUSDT", "side=BUY", "orderId=" + id);
    assertEquals(-5027, code(modify(same, "59000", "0.2")));
    assertEquals("NEW", desk.ok(modify(same, "59100", "0.3")).text("status"));
    var event = user.take().get(0).get("o");
    assertEquals("AMENDMENT", event.text("x"));
    assertNumber("59100", event, "p");
    assertEquals("FILLED", desk.ok(modify(same, "60000", "0.4")).text("status"));
    assertEquals(-2013, code(modify(same, "60000", "0.5")));
  }

  private Reply modify(List<String> order, String price, String quantity) {
    var params = new ArrayList<>(order);
    params.add("price=" + price);
    params.add("quantity=" + quantity);
    return desk.signed("PUT", ORDER, params.toArray(String[]::new));
  }

  @Test
  void batchesAnswerEachOrderForItself() {
    var batch =
        "[{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\",\"type\":\"LIMIT\",\"timeInForce\":\"GTC\","
            + "\"price\":\"50000\",\"quantity\":\"0.1\",\"newClientOrderId\":\"one\"},"
            + "{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\",\"type\":\"LIMIT\",\"timeInForce\":\"GTC\","
            + "\"price\":\"0\",\"quantity\":\"0.1\"}]";
    var answers =
        desk.ok(
            desk.signed(
                "POST",
                "/fapi/v1/batchOrders",
                "batchOrders=" + URLEncoder.encode(batch, StandardCharsets.UTF_8)));
    assertEquals("one", answers.at(0).text("clientOrderId"));
    assertEquals(-4001, answers.at(1).intValue("code"));
    var ends =
        desk.ok(
            desk.signed(
                "DELETE",
                "/fapi/v1/batchOrders",
                "symbol=BTCUSDT",
                "origClientOrderIdList=%5B%22one%22,%22two%22%5D"));
    assertEquals("CANCELED", ends.at(0).text("status"));
    assertEquals(-2011, ends.at(1).intValue("code"));
  }

  @Test
  void fundingReachesTheWalletAndTheIncomeAndIsNoTrade() {
    bob("SELL", "60000", "1");
    market("BUY", "1");
    desk.exchange.setFundingRate(BTC, new BigDecimal("0.001"), desk.now);
    long due = desk.exchange.mark(BTC).nextFunding();
    desk.advance(due - desk.now - 1);
    var user = user();
    desk.advance(1);
    var event = user.take().stream().filter(e -> e.text("e").equals("ACCOUNT_UPDATE")).findFirst();
    assertEquals("FUNDING_FEE", event.orElseThrow().get("a").text("m"));
    assertNumber("-60", event.orElseThrow().get("a").get("B").at(0), "bc");
    assertEquals(0, event.orElseThrow().get("a").get("P").size());
    var income = desk.ok(desk.signed("GET", "/fapi/v1/income", "incomeType=FUNDING_FEE"));
    assertEquals(1, income.size());
    assertNumber("-60", income.at(0), "income");
    assertEquals(due, income.at(0).longValue("time"));
    assertEquals(1, desk.exchange.fills("ann", BTC).size());
    assertNumber(
        "60",
        desk.ok(desk.signedBy(Desk.OTHER_KEY, "GET", "/fapi/v1/income", "incomeType=FUNDING_FEE"))
            .at(0),
        "income");
  }

  @Test
  void aPositionThatItsMarginDoesNotBearIsLiquidated() {
    bob("SELL", "60000", "100");
    desk.ok(desk.signed("POST", "/fapi/v1/leverage", "symbol=BTCUSDT", "leverage=100"));
    market("BUY", "100");
    placed("BUY", "1000", "1", "newClientOrderId=rests");
    bob("BUY", "50040", "10");
    var user = user();
    desk.exchange.setMark(BTC, new BigDecimal("50275"), new BigDecimal("50275"), desk.now);
    assertEquals(List.of("MARGIN_CALL"), kinds(user.take()));
    desk.exchange.setMark(BTC, new BigDecimal("50100"), new BigDecimal("50100"), desk.now);
    var events = user.take();
    assertEquals(
        List.of(
            "EXPIRED EXPIRED",
            "NEW NEW",
            "TRADE_LITE",
            "TRADE PARTIALLY_FILLED",
            "CALCULATED FILLED",
            "ACCOUNT_UPDATE ORDER"),
        kinds(events));
    assertEquals("5", events.get(0).get("o").text("er"));
    var taken = events.get(4).get("o");
    assertTrue(taken.text("c").startsWith("autoclose-"), taken.toString());
    assertEquals("LIQUIDATION", taken.text("o"));
    assertTrue(desk.exchange.positions("ann").isEmpty());
    assertTrue(desk.exchange.equity("ann", "USDT").wallet().compareTo(BigDecimal.TEN) < 0);
    assertEquals(1, desk.exchange.positions(Exchange.HOUSE).size());
    var forced = desk.ok(desk.signed("GET", "/fapi/v1/forceOrders", "autoCloseType=LIQUIDATION"));
    assertEquals("FILLED", forced.at(0).text("status"));
  }

  @Test
  void theExchangeClosesAPositionAgainstItself() {
    bob("SELL", "60000", "1");
    market("BUY", "1");
    var user = user();
    desk.exchange.deleverage("ann", BTC, Position.Side.BOTH, new BigDecimal("0.4"), desk.now);
    var events = user.take();
    assertEquals(List.of("NEW NEW", "CALCULATED FILLED", "ACCOUNT_UPDATE ORDER"), kinds(events));
    assertEquals("adl_autoclose", events.get(1).get("o").text("c"));
    assertNumber("0.6", risk().at(0), "positionAmt");
  }

  @Test
  void aCountdownCancelsWhatNobodyAsksFor() {
    placed("BUY", "50000", "0.1");
    var params = new String[] {"symbol=BTCUSDT", "countdownTime=1000"};
    desk.ok(desk.signed("POST", "/fapi/v1/countdownCancelAll", params));
    desk.advance(900);
    desk.ok(desk.signed("POST", "/fapi/v1/countdownCancelAll", params));
    desk.advance(900);
    assertEquals(1, desk.exchange.openOrders("ann", BTC).size());
    desk.advance(200);
    assertEquals(0, desk.exchange.openOrders("ann", BTC).size());
  }

  @Test
  void anOrderGoodTillADateExpiresThen() {
    var order =
        desk.ok(
            desk.signed(
                "POST",
                ORDER,
                "symbol=BTCUSDT",
                "side=BUY",
                "type=LIMIT",
                "timeInForce=GTD",
                "goodTillDate=" + (desk.now + 700_999),
                "price=50000",
                "quantity=0.1"));
    assertEquals(desk.now + 700_000, order.longValue("goodTillDate"));
    assertEquals("GTD", order.text("timeInForce"));
    desk.advance(699_900);
    assertEquals(1, desk.exchange.openOrders("ann", BTC).size());
    desk.advance(200);
    assertEquals(0, desk.exchange.openOrders("ann", BTC).size());
  }
}
