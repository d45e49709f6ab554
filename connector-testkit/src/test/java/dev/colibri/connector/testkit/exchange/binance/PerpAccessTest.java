package dev.colibri.connector.testkit.exchange.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Protocol.Reply;
import dev.colibri.connector.text.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Keys, limits and listen keys of perpetuals. */
class PerpAccessTest {

  private static final String LISTEN_KEY = "/fapi/v1/listenKey";

  private final Desk desk = Desk.perp();

  private static void assertError(Reply reply, int status, int code) {
    assertEquals(status, reply.status(), reply.body());
    assertEquals(code, Json.parse(reply.body()).intValue("code"));
  }

  private Reply listenKey(String method) {
    return desk.send(Desk.KEY, method, LISTEN_KEY, "");
  }

  @Test
  void privateRequestsAreSignedAndInTime() {
    assertError(desk.get("/fapi/v3/account"), 401, -2014);
    assertError(desk.send(Desk.KEY, "GET", "/fapi/v3/account", ""), 400, -1102);
    assertError(
        desk.send(Desk.KEY, "GET", "/fapi/v3/account", "timestamp=" + desk.now + "&signature=00"),
        400,
        -1022);
    var old = "timestamp=" + (desk.now - 5_001);
    assertError(
        desk.send(Desk.KEY, "GET", "/fapi/v3/account", old + "&signature=" + Desk.hmac(old)),
        400,
        -1021);
    assertEquals(200, desk.signed("GET", "/fapi/v3/account").status());
    assertEquals(404, desk.signed("GET", "/api/v3/account").status(), "that is spot");
  }

  @Test
  void weightAndOrdersAreCountedAsTheVenueDoes() {
    var small = Desk.perp(new RateLimits(45, 3, 5), Market.perp("BTC", "USDT", "0.1", "0.001"));
    var first = small.limit(Desk.KEY, "BUY", "50000", "0.001");
    assertEquals("0", first.headers().get("X-MBX-USED-WEIGHT-1M"));
    assertEquals("1", first.headers().get("X-MBX-ORDER-COUNT-10S"));
    assertEquals("1", first.headers().get("X-MBX-ORDER-COUNT-1M"));
    small.limit(Desk.KEY, "BUY", "50000", "0.001");
    assertError(small.limit(Desk.KEY, "BUY", "0.01", "0.001"), 400, -4013);
    small.limit(Desk.KEY, "BUY", "50000.05", "0.001"); // refused, and counted all the same
    var refused = small.limit(Desk.KEY, "BUY", "50000", "0.001");
    assertError(refused, 429, -1015);
    assertEquals("10", refused.headers().get("Retry-After"));
    small.advance(10_000);
    assertEquals(200, small.limit(Desk.KEY, "BUY", "50000", "0.001").status());
    assertEquals(200, small.limit(Desk.KEY, "BUY", "50000", "0.001").status());
    assertError(small.limit(Desk.KEY, "BUY", "50000", "0.001"), 429, -1015);
    assertEquals(
        "40", small.signed("GET", "/fapi/v1/openOrders").headers().get("X-MBX-USED-WEIGHT-1M"));
    assertError(small.signed("GET", "/fapi/v1/income"), 429, -1003);
  }

  @Test
  void anAccountHasOneListenKeyThatLivesAnHour() {
    assertError(listenKey("PUT"), 400, -1125);
    var key = Json.parse(listenKey("POST").body()).text("listenKey");
    assertEquals(key, Json.parse(listenKey("POST").body()).text("listenKey"));
    var user = desk.connect("/private/ws?listenKey=" + key);
    for (int i = 0; i < 10; i++) {
      desk.advance(300_000);
      user.session.pong(desk.now);
    }
    assertEquals(key, Json.parse(listenKey("PUT").body()).text("listenKey"));
    for (int i = 0; i < 11; i++) {
      desk.advance(300_000);
      user.session.pong(desk.now);
    }
    desk.ok(desk.limit(Desk.KEY, "BUY", "50000", "0.001"));
    assertEquals(1, user.take().size());
    desk.advance(400_000);
    assertEquals("listenKeyExpired", user.take().get(0).text("e"));
    desk.ok(desk.limit(Desk.KEY, "BUY", "50000", "0.001"));
    assertEquals(List.of(), user.take());
    var next = Json.parse(listenKey("POST").body()).text("listenKey");
    assertNotEquals(key, next);
    assertEquals(200, listenKey("DELETE").status());
    assertError(listenKey("DELETE"), 400, -1125);
  }

  @Test
  void theUserStreamIsFoundByEveryPathThatClientsUse() {
    var key = Json.parse(listenKey("POST").body()).text("listenKey");
    var clients =
        List.of(
            desk.connect("/private/ws?listenKey=" + key),
            desk.connect("/private/ws/" + key),
            desk.connect("/private/stream?streams=" + key),
            desk.connect("/private/stream?listenKey=" + key),
            desk.connect("/ws/" + key),
            desk.connect("/stream?streams=" + key));
    var elsewhere = desk.connect("/public/ws/" + key);
    desk.ok(desk.limit(Desk.KEY, "BUY", "50000", "0.001"));
    clients.forEach(client -> assertEquals(1, client.take().size()));
    assertEquals(List.of(), elsewhere.take());
  }

  @Test
  void pingsComeEveryThreeMinutesAndSilenceEndsAfterTen() {
    var client = desk.connect("/market/ws/btcusdt@aggTrade");
    desk.advance(181_000);
    assertEquals(1, client.pings);
    desk.advance(420_000);
    assertEquals(1008, client.closed);
  }

  @Test
  void tenMessagesASecondAreHeard() {
    var client = desk.connect("/market/ws");
    for (int i = 0; i < 10; i++) {
      client.send("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":" + i + "}");
    }
    assertEquals(0, client.closed);
    client.send("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":11}");
    assertEquals(1008, client.closed);
  }
}
