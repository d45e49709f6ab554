package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Desk.KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Protocol.Reply;
import dev.colibri.connector.testkit.exchange.Protocol.Request;
import dev.colibri.connector.text.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys, signatures, time and limits. */
class BinanceAccessTest {

  private final Desk desk = new Desk();

  private static void assertError(Reply reply, int status, int code) {
    assertEquals(status, reply.status(), reply.body());
    assertEquals(code, Json.parse(reply.body()).intValue("code"));
  }

  @Test
  void theSignatureOfTheDocumentationsExampleIsAccepted() {
    // The example request of rest-api.md, "SIGNED Endpoint Examples", with its published key.
    var protocol = new BinanceSpotProtocol(desk.exchange, 2);
    var key = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A";
    protocol.addHmacKey(
        key, "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j", "ann");
    var query =
        "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
            + "&timestamp=1499827319559";
    var good = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
    var headers = Map.of("x-mbx-apikey", key);
    long then = 1_499_827_319_559L;
    var known = Request.of("POST", "/api/v3/order?" + query + "&signature=" + good, headers);
    // The signature passes; the symbol is not listed here.
    assertError(protocol.handle(known, then), 400, -1121);
    var mixed =
        new Request(
            "POST",
            "/api/v3/order",
            "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC",
            headers,
            ("quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559&signature="
                    + "0fd168b8ddb4876a0358a8d14d0c9f3da0e9b20c5d52b2a00fcf7d1c602f9a77")
                .getBytes(StandardCharsets.UTF_8),
            "127.0.0.1");
    assertError(protocol.handle(mixed, then), 400, -1121);
    var bad = Request.of("POST", "/api/v3/order?" + query + "0&signature=" + good, headers);
    assertError(protocol.handle(bad, then), 400, -1022);
  }

  @Test
  void keysAreChecked() {
    var none = desk.protocol.handle(Request.of("GET", "/api/v3/account", Map.of()), desk.now);
    assertError(none, 401, -2014);
    assertError(desk.send("no", "GET", "/api/v3/account", ""), 401, -2014);
    assertError(desk.send("zzzzzzzzzzzzzzzzzz", "GET", "/api/v3/account", ""), 401, -2015);
    assertError(desk.send(KEY, "GET", "/api/v3/account", "timestamp=" + desk.now), 400, -1102);
    var unsigned = "signature=" + "0".repeat(64);
    assertError(desk.send(KEY, "GET", "/api/v3/account", unsigned), 400, -1102);
    var wrong = "timestamp=" + desk.now + "&" + unsigned;
    assertError(desk.send(KEY, "GET", "/api/v3/account", wrong), 400, -1022);
  }

  @Test
  void aRequestMustBeNeitherOldNorFromTheFuture() {
    assertEquals(200, at(desk.now - 5_000, "").status());
    assertError(at(desk.now - 5_001, ""), 400, -1021);
    assertEquals(200, at(desk.now - 5_001, "recvWindow=6000&").status());
    assertEquals(200, at(desk.now + 999, "").status());
    assertError(at(desk.now + 1_000, ""), 400, -1021);
    assertEquals(200, at(desk.now * 1_000, "").status(), "microseconds");
  }

  private Reply at(long timestamp, String before) {
    var query = before + "timestamp=" + timestamp;
    return desk.send(KEY, "GET", "/api/v3/account", query + "&signature=" + Desk.hmac(query));
  }

  @Test
  void ed25519KeysSignRequestsAndLogSessionsOn() throws Exception {
    var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    var key = "edEdEdEdEdEdEdEdEd";
    desk.protocol.addEd25519Key(key, pair.getPublic(), "ann");
    var query = "timestamp=" + desk.now;
    var signature = URLEncoder.encode(sign(pair.getPrivate(), query), StandardCharsets.UTF_8);
    assertEquals(
        200, desk.send(key, "GET", "/api/v3/account", query + "&signature=" + signature).status());
    assertError(
        desk.send(key, "GET", "/api/v3/account", query + "1&signature=" + signature), 400, -1022);

    var client = desk.connect("/ws-api/v3?returnRateLimits=false");
    client.send("{\"id\":1,\"method\":\"userDataStream.subscribe\"}");
    assertEquals(-2015, client.take().get(0).get("error").intValue("code"));
    var payload = "apiKey=" + key + "&timestamp=" + desk.now;
    client.send(
        "{\"id\":2,\"method\":\"session.logon\",\"params\":{\"apiKey\":\""
            + key
            + "\",\"timestamp\":"
            + desk.now
            + ",\"signature\":\""
            + sign(pair.getPrivate(), payload)
            + "\"}}");
    assertEquals(key, client.take().get(0).get("result").text("apiKey"));
    client.send("{\"id\":3,\"method\":\"userDataStream.subscribe\"}");
    assertEquals(
        "{\"id\":3,\"status\":200,\"result\":{\"subscriptionId\":0}}", client.frames.get(0));
    client.take();
    client.send(
        "{\"id\":4,\"method\":\"order.place\",\"params\":{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\","
            + "\"type\":\"LIMIT\",\"timeInForce\":\"GTC\",\"price\":\"100\",\"quantity\":\"1\","
            + "\"timestamp\":"
            + desk.now
            + "}}");
    var frames = client.take();
    assertEquals("executionReport", frames.get(0).get("event").text("e"));
    assertEquals("NEW", frames.get(2).get("result").text("status"));
    client.send("{\"id\":5,\"method\":\"session.logout\"}");
    assertEquals("eventStreamTerminated", client.take().get(0).get("event").text("e"));
  }

  private static String sign(PrivateKey key, String payload) throws Exception {
    var signer = Signature.getInstance("Ed25519");
    signer.initSign(key);
    signer.update(payload.getBytes(StandardCharsets.UTF_8));
    return Base64.getEncoder().encodeToString(signer.sign());
  }

  @Test
  void theWebSocketApiSaysWhatIsWrong() {
    var client = desk.connect("/ws-api/v3");
    client.send("nonsense");
    client.send("{\"id\":1,\"method\":\"no.such\"}");
    client.send("{\"id\":2,\"method\":\"order.place\",\"params\":{\"symbol\":\"BTCUSDT\"}}");
    var frames = client.take();
    assertEquals(-1135, frames.get(0).get("error").intValue("code"));
    assertEquals(-1020, frames.get(1).get("error").intValue("code"));
    assertEquals(-1102, frames.get(2).get("error").intValue("code"));
  }

  @Test
  void weightIsCountedToldAndRefusedThenBanned() {
    var small = new Desk(new RateLimits(20, 100, 1_000), Market.of("BTC", "USDT", "0.01", "0.001"));
    assertEquals("20", small.get("/api/v3/exchangeInfo").headers().get("X-MBX-USED-WEIGHT-1M"));
    var refused = small.get("/api/v3/ping");
    assertError(refused, 429, -1003);
    // The clock's minute ends 40 seconds after START.
    assertEquals("40", refused.headers().get("Retry-After"));
    for (int i = 0; i < 9; i++) {
      assertEquals(429, small.get("/api/v3/ping").status());
    }
    var banned = small.get("/api/v3/ping");
    assertError(banned, 418, -1003);
    assertEquals("120", banned.headers().get("Retry-After"));
    small.advance(60_000);
    assertEquals(418, small.get("/api/v3/ping").status(), "a new minute does not lift a ban");
    small.advance(60_000);
    assertEquals("1", small.get("/api/v3/ping").headers().get("X-MBX-USED-WEIGHT-1M"));
  }

  @Test
  void unfilledOrdersAreCountedAndThoseThatTradeAreNot() {
    var small =
        new Desk(new RateLimits(6_000, 2, 1_000), Market.of("BTC", "USDT", "0.01", "0.001"));
    var first = small.limit(KEY, "BUY", "100", "1");
    assertEquals("1", first.headers().get("X-MBX-ORDER-COUNT-10S"));
    assertEquals("1", first.headers().get("X-MBX-ORDER-COUNT-1D"));
    assertError(small.limit(KEY, "BUY", "1", "1"), 400, -1013);
    small.limit(KEY, "BUY", "100", "1");
    var refused = small.limit(KEY, "BUY", "100", "1");
    assertError(refused, 429, -1015);
    assertEquals("10", refused.headers().get("Retry-After"));
    assertTrue(refused.body().contains("current limit is 2 orders per 10 SECOND"));
    small.ok(small.limit(Desk.OTHER_KEY, "SELL", "100", "1"));
    small.ok(small.limit(KEY, "BUY", "100", "1"));
    small.advance(10_000);
    small.ok(small.limit(KEY, "BUY", "100", "1"));
  }

  @Test
  void whatIsNotThereIsNotJson() {
    var reply = desk.get("/sapi/v1/system/status");
    assertEquals(404, reply.status());
    assertEquals("text/html", reply.headers().get("Content-Type"));
  }
}
