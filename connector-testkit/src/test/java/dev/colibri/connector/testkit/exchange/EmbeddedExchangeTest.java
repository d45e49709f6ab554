package dev.colibri.connector.testkit.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.EmbeddedExchange.Options;
import dev.colibri.connector.text.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The exchange over real sockets, asked by the JDK's own clients. */
@Timeout(60)
class EmbeddedExchangeTest {

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void answersStreamsAndTradesOverSockets() throws Exception {
    try (var venue = EmbeddedExchange.start(Options.of(3))) {
      var time = http.send(get(venue, "/api/v3/time"), HttpResponse.BodyHandlers.ofString());
      assertEquals(200, time.statusCode());
      assertTrue(time.headers().firstValue("x-mbx-used-weight-1m").isPresent());

      var stream = new Frames();
      stream.open(venue.streamUrl() + "/stream?streams=btcusdt@depth@100ms/btcusdt@trade");
      assertTrue(stream.next().has("stream"), "the crowd moves the book");

      var api = new Frames();
      var socket = api.open(venue.wsApiUrl());
      var query = "timestamp=" + venue.now();
      var params = "apiKey=" + venue.apiKey() + "&" + query;
      socket.sendText(
          "{\"id\":1,\"method\":\"userDataStream.subscribe.signature\",\"params\":{\"apiKey\":\""
              + venue.apiKey()
              + "\","
              + query.replace("timestamp=", "\"timestamp\":")
              + ",\"signature\":\""
              + hmac(venue.secret(), params)
              + "\"}}",
          true);
      assertEquals(200, api.next().intValue("status"));

      var order = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=0.001&timestamp=" + venue.now();
      var placed = post(venue, "/api/v3/order", order);
      assertEquals(200, placed.statusCode(), placed.body());
      assertEquals("FILLED", Json.parse(placed.body()).text("status"));
      assertEquals("NEW", api.next().get("event").text("x"));
      assertEquals("TRADE", api.next().get("event").text("x"));
      venue.call(
          x -> {
            x.verify();
            return null;
          });

      venue.disconnectAll();
      assertEquals("closed", stream.ended.take());
    }
  }

  @Test
  void tradesPerpetualsOverSockets() throws Exception {
    try (var venue = EmbeddedExchange.start(Options.perps(3))) {
      var listenKey =
          http.send(
              HttpRequest.newBuilder(URI.create(venue.restUrl() + "/fapi/v1/listenKey"))
                  .header("X-MBX-APIKEY", venue.apiKey())
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      var user = new Frames();
      var key = Json.parse(listenKey.body()).text("listenKey");
      user.open(venue.streamUrl() + "/private/ws?listenKey=" + key);
      var order =
          "symbol=BTCUSDT&side=SELL&type=MARKET&quantity=0.001&newOrderRespType=RESULT&timestamp="
              + venue.now();
      var placed = post(venue, "/fapi/v1/order", order);
      assertEquals("FILLED", Json.parse(placed.body()).text("status"), placed.body());
      assertEquals("NEW", user.next().get("o").text("x"));
      assertEquals("TRADE_LITE", user.next().text("e"));
      assertEquals("TRADE", user.next().get("o").text("x"));
      assertEquals("ORDER", user.next().get("a").text("m"));
      venue.call(
          x -> {
            x.verify();
            assertEquals(1, x.positions(EmbeddedExchange.ACCOUNT).size());
            return null;
          });
    }
  }

  @Test
  void spotAndPerpetualsAreNotSpokenTogether() {
    var listings =
        List.of(
            new EmbeddedExchange.Listing(Market.of("ETH", "USDT", "0.01", "0.001"), "3000", "1"),
            new EmbeddedExchange.Listing(Market.perp("BTC", "USDT", "0.1", "0.001"), "1", "1"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Options.of(1).withListings(listings.get(0), listings.get(1)));
  }

  @Test
  void aDroppedReplyCutsTheConnection() throws Exception {
    try (var venue = EmbeddedExchange.start(Options.of(3).quiet())) {
      venue.configure(p -> p.faults().dropReply("POST /api/v3/order"));
      var order =
          "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&price=100&quantity=1&timestamp="
              + venue.now();
      assertThrows(IOException.class, () -> post(venue, "/api/v3/order", order));
      assertEquals(1, venue.call(x -> x.openOrders(EmbeddedExchange.ACCOUNT, null)).size());
    }
  }

  @Test
  void aClientThatDoesNotReadIsDisconnected() throws Exception {
    try (var venue = EmbeddedExchange.start(Options.of(3).quiet());
        var slow = new Socket()) {
      slow.setReceiveBufferSize(1_024);
      var address = URI.create(venue.streamUrl());
      slow.connect(new InetSocketAddress(address.getHost(), address.getPort()));
      slow.getOutputStream()
          .write(
              ("GET /ws/btcusdt@bookTicker HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                      + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                      + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      assertEquals('H', slow.getInputStream().read(), "HTTP/1.1 101");
      for (int i = 0; i < 12; i++) {
        venue.call(x -> flood(x, venue.now()));
      }
      slow.setSoTimeout(30_000);
      var all = slow.getInputStream().readAllBytes();
      assertTrue(all.length < 12 * 10_000 * 100, "it was cut before it had everything");
    }
  }

  /** Five thousand orders at the best price and their cancels: ten thousand frames. */
  private static boolean flood(Exchange x, long now) {
    var price = new BigDecimal("100");
    for (int i = 0; i < 5_000; i++) {
      var request = OrderRequest.limit("BTC-USDT", Order.Side.BUY, price, BigDecimal.ONE, "f");
      var order = x.place(EmbeddedExchange.ACCOUNT, request, now).order();
      x.cancel(EmbeddedExchange.ACCOUNT, "BTC-USDT", order.id(), "c", now);
    }
    return true;
  }

  @Test
  void closingEndsAllThreads() throws Exception {
    var before = threads();
    var venue = EmbeddedExchange.start(Options.of(3));
    new Frames().open(venue.streamUrl() + "/ws/btcusdt@trade");
    http.send(get(venue, "/api/v3/ping"), HttpResponse.BodyHandlers.ofString());
    assertFalse(before.equals(threads()));
    venue.close();
    for (var thread : Thread.getAllStackTraces().keySet()) {
      if (isOurs(thread)) {
        thread.join(10_000);
      }
    }
    // Those of an earlier exchange may have been dying when this began, and be gone by now.
    var left = new ArrayList<>(threads());
    before.forEach(left::remove);
    assertEquals(List.of(), left);
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(EmbeddedExchangeTest::isOurs)
        .map(Thread::getName)
        .sorted()
        .toList();
  }

  private static boolean isOurs(Thread t) {
    var name = t.getName();
    return name.startsWith("embedded-exchange")
        || name.startsWith("WebSocket")
        || name.startsWith("HTTP-Dispatcher")
        || name.startsWith("idle-timeout");
  }

  @Test
  void aTakenPortIsSaidAndNothingIsLeftRunning() throws Exception {
    var before = threads();
    try (var taken = new ServerSocket(0)) {
      var options = Options.of(1).withPort(taken.getLocalPort());
      assertThrows(IOException.class, () -> EmbeddedExchange.start(options));
    }
    assertEquals(before, threads());
  }

  private static HttpRequest get(EmbeddedExchange venue, String target) {
    return HttpRequest.newBuilder(URI.create(venue.restUrl() + target)).build();
  }

  private HttpResponse<String> post(EmbeddedExchange venue, String path, String form)
      throws Exception {
    var body = form + "&signature=" + hmac(venue.secret(), form);
    var request =
        HttpRequest.newBuilder(URI.create(venue.restUrl() + path))
            .header("X-MBX-APIKEY", venue.apiKey())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static String hmac(String secret, String payload) throws Exception {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
  }

  private final class Frames implements WebSocket.Listener {
    final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();

    WebSocket open(String url) {
      return http.newWebSocketBuilder().buildAsync(URI.create(url), this).join();
    }

    Json next() throws InterruptedException {
      var frame = received.poll(30, TimeUnit.SECONDS);
      if (frame == null) {
        throw new IllegalStateException("no frame");
      }
      return Json.parse(frame);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        received.add(partial.toString());
        partial.setLength(0);
      }
      socket.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      ended.add("closed");
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      ended.add("closed");
    }
  }
}
