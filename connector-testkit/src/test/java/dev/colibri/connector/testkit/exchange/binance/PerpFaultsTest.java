package dev.colibri.connector.testkit.exchange.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Protocol.Reply;
import dev.colibri.connector.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What goes wrong on spot goes wrong with perpetuals. */
class PerpFaultsTest {

  private static final String ORDER = "/fapi/v1/order";

  private final Desk desk = Desk.perp();

  private Faults faults() {
    return desk.protocol.faults();
  }

  private static void assertError(Reply reply, int status, int code) {
    assertEquals(status, reply.status(), reply.body());
    assertEquals(code, Json.parse(reply.body()).intValue("code"));
  }

  private Desk.Client user() {
    var reply = desk.send(Desk.KEY, "POST", "/fapi/v1/listenKey", "");
    return desk.connect("/private/ws?listenKey=" + Json.parse(reply.body()).text("listenKey"));
  }

  private static List<String> events(Desk.Client client) {
    return client.take().stream()
        .map(e -> e.has("o") ? e.get("o").text("x") : e.text("e"))
        .toList();
  }

  private void trade() {
    desk.ok(desk.limit(Desk.OTHER_KEY, "SELL", "60000", "0.1"));
    desk.ok(desk.limit(Desk.KEY, "BUY", "60000", "0.1"));
  }

  @Test
  void anOrderMayBeCarriedOutWithoutAnAnswer() {
    faults().dropReply("POST " + ORDER);
    assertTrue(desk.limit(Desk.KEY, "BUY", "50000", "0.1").isDropped());
    assertEquals(1, desk.exchange.openOrders("ann", "BTC-USDT").size());
    faults().dropRequest("POST " + ORDER);
    assertTrue(desk.limit(Desk.KEY, "BUY", "50000", "0.1").isDropped());
    assertEquals(1, desk.exchange.openOrders("ann", "BTC-USDT").size());
  }

  @Test
  void queriesMayNotSeeYoungOrdersAndFills() {
    faults().hideOrdersFor(500);
    trade();
    var order =
        new String[] {
          "symbol=BTCUSDT", "orderId=" + desk.exchange.orders("ann", "BTC-USDT").get(0).id()
        };
    assertError(desk.signed("GET", ORDER, order), 400, -2013);
    assertEquals(0, desk.ok(desk.signed("GET", "/fapi/v1/userTrades", "symbol=BTCUSDT")).size());
    assertEquals(1, desk.ok(desk.signed("GET", "/fapi/v3/positionRisk")).size());
    desk.advance(500);
    assertEquals("FILLED", desk.ok(desk.signed("GET", ORDER, order)).text("status"));
    assertEquals(1, desk.ok(desk.signed("GET", "/fapi/v1/userTrades", "symbol=BTCUSDT")).size());
  }

  @Test
  void theUserStreamLosesRepeatsAndSwapsFrames() {
    var user = user();
    faults().loseFrames(Faults.PRIVATE, 1);
    trade();
    assertEquals(List.of("TRADE_LITE", "TRADE", "ACCOUNT_UPDATE"), events(user));
    faults().repeatFrames(Faults.PRIVATE, 1);
    trade();
    assertEquals(List.of("NEW", "NEW", "TRADE_LITE", "TRADE", "ACCOUNT_UPDATE"), events(user));
    desk.ok(desk.limit(Desk.KEY, "BUY", "50000", "0.1"));
    user.take();
    faults().swapFrames(Faults.PRIVATE, 1);
    trade();
    assertEquals(List.of("TRADE_LITE", "NEW", "TRADE", "ACCOUNT_UPDATE"), events(user));
    desk.protocol.replay(2, desk.now);
    assertEquals(List.of("TRADE", "ACCOUNT_UPDATE"), events(user));
  }

  @Test
  void aRestartClosesSessionsAndMayLoseOrders() {
    var user = user();
    desk.ok(desk.limit(Desk.KEY, "BUY", "50000", "0.1"));
    desk.protocol.restart(desk.now, 5_000, 1006, true);
    assertEquals(1006, user.closed);
    assertTrue(desk.get("/fapi/v1/ping").isDropped());
    assertNull(desk.protocol.open("/ws", "127.0.0.1", user, desk.now));
    desk.advance(5_000);
    assertEquals(0, desk.ok(desk.signed("GET", "/fapi/v1/openOrders")).size());
  }

  @Test
  void maintenanceRefusesPrivateRequestsInTheVenuesWords() {
    desk.protocol.maintain(desk.now, 60_000, true);
    assertError(desk.signed("GET", "/fapi/v3/account"), 503, -1008);
    assertEquals(200, desk.get("/fapi/v1/time").status());
    assertEquals(
        "PENDING_TRADING",
        desk.ok(desk.get("/fapi/v1/exchangeInfo")).get("symbols").at(0).text("status"));
    desk.advance(60_100);
    assertEquals(200, desk.limit(Desk.KEY, "BUY", "50000", "0.1").status());
  }

  @Test
  void aListenKeyMayBeRefused() {
    faults().refuseSubscriptions(1);
    assertError(desk.send(Desk.KEY, "POST", "/fapi/v1/listenKey", ""), 429, -1003);
    assertEquals(200, desk.send(Desk.KEY, "POST", "/fapi/v1/listenKey", "").status());
  }
}
