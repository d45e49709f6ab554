package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Desk.KEY;
import static dev.colibri.connector.testkit.exchange.binance.Desk.OTHER_KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.Protocol.Reply;
import dev.colibri.connector.text.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the wire says when the venue misbehaves. */
class BinanceFaultsTest {
  private static final String DEPTH = "btcusdt@depth@100ms";

  private final Desk desk = new Desk();

  private Faults faults() {
    return desk.protocol.faults();
  }

  private Desk.Client account() {
    var client = desk.connect("/ws-api/v3");
    var reply = client.request("userDataStream.subscribe.signature", Map.of());
    assertEquals(200, reply.intValue("status"));
    return client;
  }

  private static List<String> events(Desk.Client client) {
    return client.take().stream()
        .map(f -> f.get("event"))
        .map(e -> e.textOr("x", e.text("e")))
        .toList();
  }

  private static List<Long> lasts(Desk.Client client) {
    return client.take().stream().map(f -> f.longValue("u")).toList();
  }

  private static void assertError(Reply reply, int status, int code) {
    assertEquals(status, reply.status(), reply.body());
    assertEquals(code, Json.parse(reply.body()).intValue("code"));
  }

  private Reply status(long id) {
    return desk.signed("GET", "/api/v3/order", "symbol=BTCUSDT", "orderId=" + id);
  }

  @Test
  void theFillMayComeBeforeTheAcknowledgement() {
    var client = account();
    desk.ok(desk.limit(OTHER_KEY, "SELL", "100", "1"));
    faults().swapFrames(Faults.PRIVATE, 1);
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    assertEquals(List.of("TRADE", "NEW", "outboundAccountPosition"), events(client));
  }

  @Test
  void aFrameHeldBackComesWithinTheSecondWhenNoneFollows() {
    var client = account();
    faults().swapFrames(Faults.PRIVATE, 2);
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    assertEquals(List.of("outboundAccountPosition", "NEW"), events(client));
    desk.exchange.expel("ann", "BTC-USDT", 1, desk.now);
    assertEquals(List.of("outboundAccountPosition", "EXPIRED"), events(client));
    faults().swapFrames(DEPTH, 1);
    var market = desk.connect("/ws/" + DEPTH);
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    desk.advance(400);
    assertEquals(List.of(), lasts(market));
    desk.advance(200);
    assertEquals(List.of(3L), lasts(market));
  }

  @Test
  void privateFramesMayBeRepeatedAndReplayed() {
    var client = account();
    faults().repeatFrames(Faults.PRIVATE, 1);
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    assertEquals(List.of("NEW", "NEW", "outboundAccountPosition"), events(client));
    client.close(1000, "");
    var next = account();
    desk.protocol.replay(2, desk.now);
    assertEquals(List.of("NEW", "outboundAccountPosition"), events(next));
  }

  @Test
  void listenKeysHearTheSameFaults() {
    var key = desk.ok(desk.send(KEY, "POST", "/api/v3/userDataStream", "")).text("listenKey");
    var client = desk.connect("/ws/" + key);
    faults().loseFrames(Faults.PRIVATE, 1);
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    assertEquals(
        List.of("outboundAccountPosition"), client.take().stream().map(f -> f.text("e")).toList());
  }

  @Test
  void depthFramesMayBeRepeatedAndSwapped() {
    var client = desk.connect("/ws/" + DEPTH);
    faults().swapFrames(DEPTH, 1).repeatFrames(DEPTH, 1);
    for (int i = 0; i < 2; i++) {
      desk.ok(desk.limit(KEY, "BUY", "90", "1"));
      desk.advance(100);
    }
    assertEquals(List.of(2L, 2L, 1L), lasts(client));
  }

  @Test
  void anAcknowledgementMayBeLostOrLateOrARefusal() {
    var subscribe = "{\"id\":1,\"method\":\"SUBSCRIBE\",\"params\":[\"" + DEPTH + "\"]}";
    var client = desk.connect("/ws");
    faults().loseFrames(Faults.ACKS, 1);
    client.send(subscribe);
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    desk.advance(100);
    assertEquals(List.of(1L), lasts(client));

    var late = desk.connect("/ws");
    faults().swapFrames(Faults.ACKS, 1);
    late.send(subscribe);
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    desk.advance(100);
    assertEquals(List.of(true, false), late.take().stream().map(f -> f.has("u")).toList());

    var refused = desk.connect("/ws");
    faults().refuseSubscriptions(1);
    refused.send(subscribe);
    assertEquals(2, refused.take().get(0).intValue("code"));
    refused.send(subscribe);
    assertEquals(List.of("{\"result\":null,\"id\":1}"), refused.frames);

    faults().refuseSubscriptions(1);
    var api = desk.connect("/ws-api/v3");
    var reply = api.request("userDataStream.subscribe.signature", Map.of());
    assertEquals(429, reply.intValue("status"));
    faults().loseFrames(Faults.ACKS, 1);
    desk.connect("/ws-api/v3").send("{\"id\":1,\"method\":\"ping\"}");
    assertEquals(1L, faults().counts().get(Faults.Effect.ACK_LOST), "a ping subscribes to nothing");
  }

  @Test
  void aRestartClosesEverySessionAndMayLoseTheOrdersInSilence() {
    var client = account();
    var market = desk.connect("/ws/" + DEPTH);
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    client.take();
    desk.protocol.restart(desk.now, 3_000, 1012, true);
    assertEquals(List.of(1012, 1012), List.of(client.closed, market.closed));
    assertEquals(List.of(), client.take());
    assertEquals(503, status(1).status());
    assertNull(desk.protocol.open("/ws", "127.0.0.1", client, desk.now));
    desk.advance(3_000);
    var order = desk.ok(status(1));
    assertEquals("EXPIRED", order.text("status"));
    assertEquals("EXCHANGE_CANCELED", order.text("expiryReason"));
    account();
    desk.protocol.restart(desk.now, 1_000, 1006, false);
    assertTrue(status(1).isDropped(), "a cut is without a word");
    desk.exchange.verify();
  }

  @Test
  void inMaintenancePrivateRequestsAreRefusedAndMarketsStandStill() {
    desk.protocol.maintain(desk.now, 2_000, true);
    assertError(status(1), 503, -1008);
    var info = desk.ok(desk.get("/api/v3/exchangeInfo"));
    assertEquals("BREAK", info.get("symbols").at(0).text("status"));
    desk.advance(2_000);
    info = desk.ok(desk.get("/api/v3/exchangeInfo"));
    assertEquals("TRADING", info.get("symbols").at(0).text("status"));
    assertError(status(1), 400, -2013);
    desk.protocol.maintain(desk.now, 2_000, false);
    assertTrue(status(1).body().startsWith("<html>"));
  }

  @Test
  void loweredLimitsAreToldAndEnforced() {
    faults().divideLimits(300);
    var info = desk.ok(desk.get("/api/v3/exchangeInfo"));
    assertEquals(20, info.get("rateLimits").at(0).intValue("limit"));
    assertEquals(429, desk.get("/api/v3/ping").status());
    for (int i = 0; i < 10; i++) {
      desk.get("/api/v3/ping");
    }
    var banned = desk.get("/api/v3/ping");
    assertEquals(418, banned.status(), "who does not listen is shut out");
    assertEquals("120", banned.headers().get("Retry-After"));
  }

  @Test
  void fillsMayBeListedLaterThanTheOrderSaysFilled() {
    faults().hideFillsFor(2_000);
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    desk.ok(desk.limit(OTHER_KEY, "SELL", "100", "1"));
    assertEquals("FILLED", desk.ok(status(1)).text("status"));
    assertEquals("[]", desk.signed("GET", "/api/v3/myTrades", "symbol=BTCUSDT").body());
    desk.advance(2_000);
    assertEquals(1, desk.ok(desk.signed("GET", "/api/v3/myTrades", "symbol=BTCUSDT")).size());
  }

  @Test
  void aSlowReplyIsOfTheTimeOfTheRequest() {
    faults().delayReplies("POST /api/v3/order", 30_000);
    var reply = desk.limit(KEY, "BUY", "90", "1");
    assertEquals(30_000, reply.delayMillis());
    assertEquals(1, desk.exchange.openOrders("ann", null).size());
  }

  @Test
  void theVenueMayTakeAnOrderOut() {
    var client = account();
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    client.take();
    desk.exchange.expel("ann", "BTC-USDT", 1, desk.now);
    var event = client.take().get(0).get("event");
    assertEquals(
        List.of("EXPIRED", "EXPIRED", "EXCHANGE_CANCELED"),
        List.of(event.text("x"), event.text("X"), event.text("eR")));
  }

  @Test
  void whoMeetsHimselfLosesTheOrderThatTheModeSays() {
    faults().preventSelfTrades(Order.SelfTrade.EXPIRE_BOTH);
    desk.ok(desk.limit(KEY, "SELL", "100", "1"));
    assertEquals("EXPIRED_IN_MATCH", desk.ok(desk.limit(KEY, "BUY", "100", "1")).text("status"));
    assertEquals("EXPIRED_IN_MATCH", desk.ok(status(1)).text("status"));
  }

  @Test
  void newRulesJudgeNewOrdersAndOldOnesStay() {
    desk.ok(desk.limit(KEY, "BUY", "90.01", "0.12345"));
    desk.exchange.setRules(
        Market.of("BTC", "USDT", "0.1", "0.001").withNotional("20", "9000000"), desk.now);
    assertError(desk.limit(KEY, "BUY", "90.01", "1"), 400, -1013);
    assertError(desk.limit(KEY, "BUY", "90.1", "0.12345"), 400, -1013);
    assertError(desk.limit(KEY, "BUY", "90.1", "0.2"), 400, -1013);
    var rules = desk.ok(desk.get("/api/v3/exchangeInfo")).get("symbols").at(0).get("filters");
    assertEquals("0.10000000", rules.at(0).text("tickSize"));
    assertEquals("0.00100000", rules.at(1).text("stepSize"));
    assertEquals("NEW", desk.ok(status(1)).text("status"));
    desk.ok(desk.limit(OTHER_KEY, "SELL", "90", "0.3"));
    assertEquals("FILLED", desk.ok(status(1)).text("status"));
    desk.exchange.verify();
  }

  @Test
  void aDelistedMarketVanishesAndItsOrdersExpire() {
    var client = account();
    var market = desk.connect("/ws/" + DEPTH + "/btcusdt@ticker");
    desk.ok(desk.limit(KEY, "BUY", "90", "1"));
    desk.advance(1_000);
    client.take();
    market.take();
    desk.exchange.delist("BTC-USDT", desk.now);
    assertEquals(List.of("EXPIRED", "outboundAccountPosition"), events(client));
    desk.advance(100);
    market.take();
    desk.advance(5_000);
    assertEquals(List.of(), market.take());
    assertEquals(0, desk.ok(desk.get("/api/v3/exchangeInfo")).get("symbols").size());
    assertError(desk.get("/api/v3/depth?symbol=BTCUSDT"), 400, -1121);
    assertError(desk.limit(KEY, "BUY", "90", "1"), 400, -1121);
    assertEquals("EXPIRED", desk.ok(status(1)).text("status"), "its past can be asked for");
    desk.exchange.verify();
  }
}
