package dev.colibri.connector.spot.kucoin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What leaves, byte for byte. */
class KucoinRequestTest {
  private static final Instrument BTC =
      Instrument.builder(
              "kucoin-spot",
              "BTC-USDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.00000001")).build())
          .build();
  private static final Order ORDER = Order.buy(BTC).limit("67210.10").size("0.50").clientId("a-1");
  private static final Order KNOWN = ORDER.venueId("670f");
  private static final Order MARKET = Order.sell(BTC).market().clientId("a-1");
  private static final String PLAIN =
      "\"symbol\":\"BTC-USDT\",\"type\":\"limit\",\"size\":\"0.5\",\"price\":\"67210.1\"";
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };

  private static Signed leaves(Call<?> call) {
    if (call instanceof Call.Ask<?> ask) {
      Credentials keys =
          Credentials.of("test-api-key-0001", "test-api-secret-0001")
              .withPassphrase("test-passphrase-0001");
      return new KucoinSpot(true)
          .depart(ask.request(), new FrozenSigning(1_700_000_000_123L, keys));
    }
    return leaves(((Call.Then<?, ?>) call).first());
  }

  static Stream<Arguments> requests() {
    KucoinSpot venue = new KucoinSpot(true);
    KucoinSpot open = new KucoinSpot(false);
    String book = "/api/v1/market/orderbook/level2_";
    String hf = "/api/v1/hf/orders";
    String buy = "{\"clientOid\":\"a-1\",\"side\":\"buy\",";
    String sell = "{\"clientOid\":\"a-1\",\"side\":\"sell\",\"symbol\":\"BTC-USDT\",\"type\":";
    Order second = ORDER.clientId("a-2").postOnly();
    return Stream.of(
        row(venue.time(), "GET /api/v1/timestamp public 3"),
        row(venue.instruments(NONE), "GET /api/v2/symbols public 4"),
        row(venue.book(BTC, 5), "GET " + book + "20?symbol=BTC-USDT public 2"),
        row(open.book(BTC, 500), "GET " + book + "100?symbol=BTC-USDT public 2"),
        row(
            venue.book(BTC, 500),
            "GET /api/v3/market/orderbook/level2?symbol=BTC-USDT spot 3 signed"),
        row(venue.tickers(List.of(BTC), NONE), "GET /api/v1/market/allTickers public 15"),
        row(venue.trades(BTC, 10, NONE), "GET /api/v1/market/histories?symbol=BTC-USDT public 3"),
        row(
            venue.candles(
                new CandleRange(
                    BTC,
                    Duration.ofHours(1),
                    venue.intervals().name(Duration.ofHours(1)),
                    1_700_000_000_000L,
                    1_700_007_200_000L),
                NONE),
            "GET /api/v1/market/candles?symbol=BTC-USDT&type=1hour&startAt=1700000000"
                + "&endAt=1700007199 public 3"),
        row(venue.mayWithdraw(), "GET /api/v1/user/api-key management 20 signed"),
        row(venue.fees(List.of()), "GET /api/v1/base-fee spot 3 signed"),
        row(venue.fees(List.of(BTC)), "GET /api/v1/trade-fees?symbols=BTC-USDT spot 3 signed"),
        row(venue.balances(NONE), "GET /api/v1/accounts?type=trade_hf management 5 signed"),
        row(venue.place(ORDER), "POST " + hf + " " + buy + PLAIN + "} spot 1 signed"),
        row(
            venue.place(ORDER.ioc()),
            "POST " + hf + " " + buy + PLAIN + ",\"timeInForce\":\"IOC\"} spot 1 signed"),
        row(
            venue.place(ORDER.fok().with("remark", "mine").with("price", "1")),
            "POST "
                + hf
                + " "
                + buy
                + PLAIN.replace("67210.1", "1")
                + ",\"timeInForce\":\"FOK\",\"remark\":\"mine\"} spot 1 signed"),
        row(
            venue.place(ORDER.postOnly()),
            "POST " + hf + " " + buy + PLAIN + ",\"postOnly\":true} spot 1 signed"),
        row(
            venue.place(MARKET.size("2")),
            "POST " + hf + " " + sell + "\"market\",\"size\":\"2\"} spot 1 signed"),
        row(
            venue.place(MARKET.quoteAmount("100")),
            "POST " + hf + " " + sell + "\"market\",\"funds\":\"100\"} spot 1 signed"),
        row(
            venue.placeAll(List.of(ORDER, second)),
            "POST "
                + hf
                + "/multi {\"orderList\":["
                + buy
                + PLAIN
                + "},"
                + buy.replace("a-1", "a-2")
                + PLAIN
                + ",\"postOnly\":true}]} spot 1 signed"),
        row(venue.cancel(KNOWN), "DELETE " + hf + "/670f?symbol=BTC-USDT spot 1 signed"),
        row(
            venue.cancel(ORDER),
            "DELETE " + hf + "/client-order/a-1?symbol=BTC-USDT spot 1 signed"),
        row(venue.status(KNOWN), "GET " + hf + "/670f?symbol=BTC-USDT spot 2 signed"),
        row(venue.status(ORDER), "GET " + hf + "/client-order/a-1?symbol=BTC-USDT spot 2 signed"),
        row(venue.cancelAll(BTC, NONE), "DELETE " + hf + "?symbol=BTC-USDT spot 2 signed"),
        row(
            venue.arm(Duration.ofSeconds(30)),
            "POST " + hf + "/dead-cancel-all {\"timeout\":30} spot 2 signed"),
        row(venue.disarm(), "POST " + hf + "/dead-cancel-all {\"timeout\":-1} spot 2 signed"),
        row(venue.openOrders(BTC, NONE), "GET " + hf + "/active?symbol=BTC-USDT spot 2 signed"),
        row(venue.openOrders(null, NONE), "GET " + hf + "/active/symbols spot 2 signed"),
        row(
            venue.fills(FillQuery.of(KNOWN), NONE),
            "GET /api/v1/hf/fills?symbol=BTC-USDT&orderId=670f&limit=100 spot 2 signed"),
        row(
            venue.fills(FillQuery.since(BTC, 1_700_000_000_000L), NONE),
            "GET /api/v1/hf/fills?symbol=BTC-USDT&startAt=1700000000000&limit=100 spot 2 signed"),
        row(
            venue.fills(FillQuery.since(BTC, 1_700_000_000_000L).from("7"), NONE),
            "GET /api/v1/hf/fills?symbol=BTC-USDT&lastId=7&limit=100 spot 2 signed"),
        row(KucoinSpot.endpoint(false), "POST /api/v1/bullet-public public 10"),
        row(KucoinSpot.endpoint(true), "POST /api/v1/bullet-private spot 10 signed"));
  }

  private static Arguments row(Call<?> call, String leaves) {
    return Arguments.of(call, leaves);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("requests")
  void leave(Call<?> call, String expected) {
    Signed sent = leaves(call);
    String query = sent.query() == null ? "" : "?" + sent.query();
    String body = sent.body() == null ? "" : " " + new String(sent.body(), StandardCharsets.UTF_8);
    String cost =
        sent.request().costs().stream()
            .map(c -> " " + c.bucket() + " " + c.amount())
            .reduce("", String::concat);
    String signed = sent.headers().containsKey("KC-API-SIGN") ? " signed" : "";
    assertEquals(
        expected,
        sent.request().method() + " " + sent.request().path() + query + body + cost + signed);
    assertEquals(sent.body() == null ? null : "application/json", sent.contentType());
  }

  @Test
  void theVenueSaysWhenItWillCancel() {
    KucoinSpot venue = new KucoinSpot(true);
    assertTrue(read(venue.arm(Duration.ofSeconds(30)), "{\"currentTime\":7,\"triggerTime\":37}"));
    assertFalse(read(venue.disarm(), "null"));
    assertThrows(TextException.class, () -> read(venue.arm(Duration.ofSeconds(30)), "null"));
  }

  private static boolean read(Call<Boolean> call, String data) {
    String body = "{\"code\":\"200000\",\"data\":" + data + "}";
    Reply reply = new Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    return ((Call.Ask<Boolean>) call).reader().apply(reply);
  }

  @Test
  void whatIsSignedIsNotUrlEncoded() {
    Signed sent = leaves(new KucoinSpot(true).fees(List.of(symbol("A,B"))));
    assertEquals("symbols=A%2CB", sent.query());
    assertEquals("IT3p9gM8rvqS4b+1mD3ZjA678IHvR3+I6vdYMCkOC/A=", sent.headers().get("KC-API-SIGN"));
  }

  private static Instrument symbol(String symbol) {
    return Instrument.builder("kucoin-spot", symbol, "A", "B", BTC.rules()).build();
  }

  @Test
  void theClientIdIsKnownBeforeTheOrderLeaves() {
    assertEquals("a-1", leaves(new KucoinSpot(true).place(ORDER)).identity());
    assertNull(leaves(new KucoinSpot(true).cancel(ORDER)).identity());
  }

  @Test
  void headersOfTheVenue() {
    Signed sent = leaves(new KucoinSpot(true).status(ORDER.venueId("64f0a1b2c3d4e5f607182930")));
    assertEquals("test-api-key-0001", sent.headers().get("KC-API-KEY"));
    assertEquals("1700000000123", sent.headers().get("KC-API-TIMESTAMP"));
    assertEquals("2", sent.headers().get("KC-API-KEY-VERSION"));
    // Both made by an independent client.
    assertEquals("tSjWc1vfTSs6aZVxcDlD2MYCbTsLIijuoNNSv739eeo=", sent.headers().get("KC-API-SIGN"));
    assertEquals(
        "CmV+CuuhBMve1kqyxR4xgaiezJli02VpyuAcB7AcqKA=", sent.headers().get("KC-API-PASSPHRASE"));
  }

  @Test
  void the_passphrase_is_signed_once_for_a_key_and_anew_for_the_next() {
    KucoinSpot venue = new KucoinSpot(true);
    Credentials keys = Credentials.of("a-key", "a secret").withPassphrase("a phrase");
    Credentials next = Credentials.of("a-key", "a secret").withPassphrase("another");

    String signed = passphrase(venue, keys);

    assertSame(signed, passphrase(venue, keys));
    assertEquals(passphrase(new KucoinSpot(true), next), passphrase(venue, next));
    assertEquals(signed, passphrase(venue, keys));
  }

  private static String passphrase(KucoinSpot venue, Credentials keys) {
    return venue
        .depart(Request.get("/api/v1/accounts").signed(), new FrozenSigning(1L, keys))
        .headers()
        .get("KC-API-PASSPHRASE");
  }
}
