package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Form;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** What leaves for each intent, byte for byte, and what it costs. */
class BinanceRequestTest {
  private static final long NOW = 1_700_000_000_123L;
  private static final String SECRET = "not-a-secret";
  private static final Credentials HMAC = Credentials.of("a-key", SECRET);
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  private static final Instrument BTC =
      Instrument.builder(
              "binance-spot",
              "BTCUSDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.01"), new BigDecimal("0.00001")).build())
          .build();

  private final BinanceSpot venue = new BinanceSpot.International();
  private final Order limit = Order.buy(BTC).limit("67210.50").size("0.0100").clientId("clbr1");

  private static Request request(Call<?> call) {
    while (!(call instanceof Call.Ask<?>)) {
      call = call instanceof Call.Then<?, ?> t ? t.first() : ((Call.Otherwise<?>) call).first();
    }
    return ((Call.Ask<?>) call).request();
  }

  private Signed depart(Call<?> call, Credentials keys) {
    return venue.depart(request(call), new FrozenSigning(NOW, keys));
  }

  /** Method, path and parameters, without those of every signed request. */
  private String line(Call<?> call) {
    Request r = request(call);
    Signed s = depart(call, HMAC);
    String text = s.query();
    if (s.body() != null) {
      assertNull(text, "parameters travel in one place");
      assertEquals("application/x-www-form-urlencoded", s.contentType());
      text = new String(s.body(), StandardCharsets.US_ASCII);
    }
    text = text == null ? "" : text;
    int end = text.indexOf("recvWindow=");
    assertEquals(r.isSigned(), end >= 0);
    assertEquals(r.isSigned() ? "a-key" : null, s.headers().get("X-MBX-APIKEY"));
    text = end < 0 ? text : text.substring(0, Math.max(0, end - 1));
    return r + (text.isEmpty() ? "" : " " + text);
  }

  @Test
  void requestsOfMarketData() {
    assertEquals("GET /api/v3/time", line(venue.time()));
    assertEquals("GET /api/v3/exchangeInfo", line(venue.instruments(NONE)));
    assertEquals("GET /api/v3/depth symbol=BTCUSDT&limit=100", line(venue.book(BTC, 100)));
    assertEquals("GET /api/v3/depth symbol=BTCUSDT&limit=5000", line(venue.book(BTC, 0)));
    assertEquals(
        "GET /api/v3/trades symbol=BTCUSDT&limit=1000", line(venue.trades(BTC, 9999, NONE)));
    assertEquals("GET /api/v3/ticker/24hr", line(venue.tickers(List.of(), NONE)));
    assertEquals(
        "GET /api/v3/ticker/24hr symbols=%5B%22BTCUSDT%22%5D",
        line(venue.tickers(List.of(BTC), NONE)));
    Instrument odd =
        Instrument.builder("binance-spot", "币安USDT", "币安", "USDT", BTC.rules()).build();
    assertEquals(
        "GET /api/v3/ticker/24hr symbols=%5B%22BTCUSDT%22%2C%22%E5%B8%81%E5%AE%89USDT%22%5D",
        line(venue.tickers(List.of(BTC, odd), NONE)));
    assertEquals(
        "GET /api/v3/klines symbol=BTCUSDT&interval=1m&startTime=5&endTime=9&limit=1000",
        line(
            venue.candles(
                new CandleRange(
                    BTC,
                    Duration.ofMinutes(1),
                    venue.intervals().name(Duration.ofMinutes(1)),
                    5,
                    10),
                NONE)));
  }

  @Test
  void requestsOfTheAccount() {
    Order known = limit.venueId("77");
    assertEquals("GET /api/v3/account", line(venue.balances(NONE)));
    assertEquals("GET /api/v3/account", line(venue.fees(List.of())));
    assertEquals("GET /api/v3/account/commission symbol=BTCUSDT", line(venue.fees(List.of(BTC))));
    assertEquals("GET /api/v3/account", line(new BinanceSpot.Us().fees(List.of(BTC))));
    assertEquals("GET /api/v3/openOrders", line(venue.openOrders(null, NONE)));
    assertEquals("GET /api/v3/openOrders symbol=BTCUSDT", line(venue.openOrders(BTC, NONE)));
    assertEquals("DELETE /api/v3/openOrders symbol=BTCUSDT", line(venue.cancelAll(BTC, NONE)));
    assertEquals(
        "DELETE /api/v3/order symbol=BTCUSDT&origClientOrderId=clbr1", line(venue.cancel(limit)));
    assertEquals("DELETE /api/v3/order symbol=BTCUSDT&orderId=77", line(venue.cancel(known)));
    assertEquals("GET /api/v3/order symbol=BTCUSDT&orderId=77", line(venue.status(known)));
    assertEquals(
        "GET /api/v3/myTrades symbol=BTCUSDT&orderId=77&limit=1000",
        line(venue.fills(FillQuery.of(known), NONE)));
    assertEquals(
        "GET /api/v3/myTrades symbol=BTCUSDT&orderId=77&fromId=9&limit=1000",
        line(venue.fills(FillQuery.of(known).from("9"), NONE)));
    assertEquals(
        "GET /api/v3/myTrades symbol=BTCUSDT&startTime=5&limit=1000",
        line(venue.fills(FillQuery.since(BTC, 5), NONE)));
    // The venue takes a time or an id, not both.
    assertEquals(
        "GET /api/v3/myTrades symbol=BTCUSDT&fromId=9&limit=1000",
        line(venue.fills(FillQuery.since(BTC, 5).from("9"), NONE)));
    assertEquals(
        "GET /sapi/v1/account/apiRestrictions", line(((KeyPermissions) venue).mayWithdraw()));
    assertFalse(Binance.us().dialect() instanceof KeyPermissions);
  }

  @Test
  void ordersOfEveryKind() {
    String head = "POST /api/v3/order symbol=BTCUSDT&side=";
    String tail = "&newClientOrderId=clbr1&newOrderRespType=FULL";
    Order sell = Order.sell(BTC).clientId("clbr1");
    assertEquals(
        head + "BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=67210.5" + tail,
        line(venue.place(limit)));
    assertEquals(
        head + "BUY&type=LIMIT&timeInForce=IOC&quantity=0.01&price=67210.5" + tail,
        line(venue.place(limit.ioc())));
    assertEquals(
        head + "BUY&type=LIMIT&timeInForce=FOK&quantity=0.01&price=67210.5" + tail,
        line(venue.place(limit.fok())));
    assertEquals(
        head + "BUY&type=LIMIT_MAKER&quantity=0.01&price=67210.5" + tail,
        line(venue.place(limit.postOnly())));
    assertEquals(
        head + "SELL&type=MARKET&quantity=100" + tail,
        line(venue.place(sell.market().size("1E+2"))));
    assertEquals(
        head + "SELL&type=MARKET&quoteOrderQty=0.0000001" + tail,
        line(venue.place(sell.market().quoteAmount("1e-7"))));
    assertEquals(
        head + "SELL&type=MARKET&quantity=1&newClientOrderId=clbr1&newOrderRespType=ACK&x=y%20z",
        line(
            venue.place(sell.market().size("1").with("newOrderRespType", "ACK").with("x", "y z"))));
    assertEquals("clbr1", depart(venue.place(limit), HMAC).identity());
  }

  @Test
  void replaceNamesBothOrders() {
    assertEquals(
        "POST /api/v3/order/cancelReplace symbol=BTCUSDT&cancelReplaceMode=STOP_ON_FAILURE"
            + "&cancelOrderId=77&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&price=1"
            + "&newClientOrderId=clbr2&newOrderRespType=FULL",
        line(venue.replace(limit.venueId("77"), limit.limit("1").clientId("clbr2"))));
  }

  @Test
  void whatARequestCostsAndHowItLeaves() {
    assertEquals("[requests 1, weight 1]", costs(venue.time()));
    assertEquals("[requests 1, weight 20]", costs(venue.instruments(NONE)));
    assertEquals("[requests 1, weight 5]", costs(venue.book(BTC, 100)));
    assertEquals("[requests 1, weight 25]", costs(venue.book(BTC, 500)));
    assertEquals("[requests 1, weight 50]", costs(venue.book(BTC, 1000)));
    assertEquals("[requests 1, weight 250]", costs(venue.book(BTC, 1001)));
    assertEquals("[requests 1, weight 80]", costs(venue.tickers(List.of(), NONE)));
    assertEquals("[requests 1, weight 80]", costs(venue.openOrders(null, NONE)));
    assertEquals("[requests 1, weight 6]", costs(venue.openOrders(BTC, NONE)));
    assertEquals("[requests 1, weight 1]", costs(venue.cancel(limit)));
    assertEquals("[requests 1, weight 1, orders-10s 1, orders-1d 1]", costs(venue.place(limit)));
    for (BinanceSpot each : List.of(venue, new BinanceSpot.Us())) {
      List<String> known = new ArrayList<>();
      each.limits().forEach(l -> known.add(l.bucket()));
      request(each.place(limit)).costs().forEach(c -> assertTrue(known.contains(c.bucket())));
    }
    assertEquals(Request.Urgency.CANCEL, request(venue.cancel(limit)).urgency());
    assertEquals(Request.Urgency.CANCEL, request(venue.cancelAll(BTC, NONE)).urgency());
    assertEquals(Request.Urgency.ORDER, request(venue.place(limit)).urgency());
    assertEquals(Request.Urgency.TRUTH, request(venue.status(limit)).urgency());
    assertTrue(request(venue.cancel(limit)).isMutation());
    assertFalse(request(venue.status(limit)).isMutation());
  }

  private static String costs(Call<?> call) {
    List<String> costs = new ArrayList<>();
    request(call).costs().forEach(c -> costs.add(c.bucket() + " " + c.amount()));
    return costs.toString();
  }

  @Test
  void signsTheBytesThatLeaveWithHmac() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    for (Call<OrderUpdate> call : List.of(venue.place(limit), venue.cancel(limit))) {
      String wire = wire(depart(call, HMAC));
      int end = wire.lastIndexOf("&signature=");
      assertTrue(wire.substring(0, end).endsWith("&recvWindow=5000&timestamp=1700000000123"), wire);
      String expected =
          HexFormat.of()
              .formatHex(mac.doFinal(wire.substring(0, end).getBytes(StandardCharsets.US_ASCII)));
      assertEquals(expected, wire.substring(end + "&signature=".length()));
    }
  }

  @Test
  void signsTheBytesThatLeaveWithEd25519() throws Exception {
    // Any key will do: a seed of 32 equal bytes, and its public half from the platform.
    byte[] pkcs8 = HexFormat.of().parseHex("302e020100300506032b657004220420" + "07".repeat(32));
    String pem =
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getEncoder().encodeToString(pkcs8)
            + "\n-----END PRIVATE KEY-----\n";
    var key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    String wire = wire(depart(venue.place(limit), Credentials.of("a-key", pem)));
    int end = wire.lastIndexOf("&signature=");
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(key);
    signature.update(wire.substring(0, end).getBytes(StandardCharsets.US_ASCII));
    String sent = wire.substring(end + "&signature=".length());
    assertEquals(Base64.getEncoder().encodeToString(signature.sign()), Form.decode(sent));
    assertFalse(sent.contains("+") || sent.contains("/") || sent.contains("="), sent);
  }

  @Test
  void anRsaKeyIsRefusedWithoutShowingIt() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    KeyPair pair = generator.generateKeyPair();
    String body = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
    String pem = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----";
    RuntimeException refused =
        assertThrows(
            RuntimeException.class, () -> depart(venue.place(limit), Credentials.of("a-key", pem)));
    assertFalse(refused.toString().contains(body.substring(40, 60)));
  }

  private static String wire(Signed signed) {
    return signed.body() == null
        ? String.valueOf(signed.query())
        : new String(signed.body(), StandardCharsets.US_ASCII);
  }

  @Test
  void learnsFromHeadersWhatIsUsed() {
    assertEquals(
        "[weight 37 used, orders-10s 4 used, orders-1d 12 used]",
        learnt(
            200,
            "[]",
            Map.of(
                "x-mbx-used-weight-1m", "37",
                "X-MBX-ORDER-COUNT-10S", "4",
                "x-mbx-order-count-1d", "12")));
    assertEquals("[]", learnt(200, "[]", Map.of("x-mbx-used-weight-1m", "many")));
  }

  @Test
  void keepsStillForAsLongAsItIsTold() {
    assertEquals(
        "[weight pause 7000]", learnt(429, "{\"code\":-1003}", Map.of("Retry-After", "7")));
    assertEquals("[weight pause 600000]", learnt(418, "", Map.of("retry-after", "600")));
    assertEquals("[weight pause 120000]", learnt(418, "", Map.of()));
    assertEquals(
        "[weight pause 86400000]", learnt(418, "", Map.of("Retry-After", "999999999999999999")));
    assertEquals(
        "[orders-10s pause 10000]", learnt(429, "{\"code\":-1015,\"msg\":\"\"}", Map.of()));
    assertEquals("[weight pause 10000]", learnt(429, "", Map.of("Retry-After", "tomorrow")));
  }

  private String learnt(int status, String body, Map<String, String> headers) {
    List<String> said = new ArrayList<>();
    venue.learn(
        new Reply(status, headers, body.getBytes(StandardCharsets.UTF_8)),
        new LimitUpdates() {
          @Override
          public void used(String bucket, long amount) {
            said.add(bucket + " " + amount + " used");
          }

          @Override
          public void amount(String bucket, long amount) {
            said.add(bucket + " amount " + amount);
          }

          @Override
          public void pause(String bucket, long millis) {
            said.add(bucket + " pause " + millis);
          }
        });
    return said.toString();
  }

  @Test
  void isFoundByName() {
    List<String> names = new ArrayList<>();
    for (SpotVenueProvider p : ServiceLoader.load(SpotVenueProvider.class)) {
      names.add(p.name());
      assertEquals(p.name(), p.venue(null).dialect().profile().name());
    }
    assertTrue(names.containsAll(List.of("binance-spot", "binance-us-spot")), names.toString());
  }
}
