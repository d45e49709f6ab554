package dev.colibri.connector.spot.okx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.BookDialect;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What leaves, byte for byte. */
class OkxRequestTest {
  static final Instrument BTC =
      Instrument.builder(
              "okx-spot",
              "BTC-USDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.00000001")).build())
          .build();
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  private static final Order BUY = Order.buy(BTC).size("0.50").clientId("a1");
  private static final Order RESTING = BUY.limit("67210.10").venueId("28");
  private static final Credentials KEYS =
      Credentials.of("test-api-key-0001", "test-api-secret-0001")
          .withPassphrase("test-passphrase-0001");

  private static final OkxSpot VENUE = new OkxSpot("live");

  static Stream<Arguments> requests() {
    String order = "POST /api/v5/trade/order {\"instId\":\"BTC-USDT\",\"tdMode\":\"cash\",";
    String buy = order + "\"clOrdId\":\"a1\",\"side\":\"buy\",\"ordType\":";
    return Stream.of(
        arguments(
            VENUE.place(BUY.limit("67210.10")),
            buy + "\"limit\",\"sz\":\"0.5\",\"tgtCcy\":\"base_ccy\",\"px\":\"67210.1\"}"),
        arguments(
            VENUE.place(BUY.limit("67210.10").ioc()),
            buy + "\"ioc\",\"sz\":\"0.5\",\"tgtCcy\":\"base_ccy\",\"px\":\"67210.1\"}"),
        arguments(
            VENUE.place(BUY.limit("67210.10").fok()),
            buy + "\"fok\",\"sz\":\"0.5\",\"tgtCcy\":\"base_ccy\",\"px\":\"67210.1\"}"),
        arguments(
            VENUE.place(BUY.limit("67210.10").postOnly()),
            buy + "\"post_only\",\"sz\":\"0.5\",\"tgtCcy\":\"base_ccy\",\"px\":\"67210.1\"}"),
        arguments(
            VENUE.place(BUY.market()), buy + "\"market\",\"sz\":\"0.5\",\"tgtCcy\":\"base_ccy\"}"),
        arguments(
            VENUE.place(Order.sell(BTC).market().quoteAmount("1000").clientId("a1")),
            order
                + "\"clOrdId\":\"a1\",\"side\":\"sell\",\"ordType\":\"market\",\"sz\":\"1000\","
                + "\"tgtCcy\":\"quote_ccy\"}"),
        arguments(
            VENUE.place(BUY.market().with("tdMode", "cross").with("banAmend", "true")),
            "POST /api/v5/trade/order {\"instId\":\"BTC-USDT\",\"tdMode\":\"cross\",\"clOrdId\":\"a1\","
                + "\"side\":\"buy\",\"ordType\":\"market\",\"sz\":\"0.5\",\"tgtCcy\":\"base_ccy\","
                + "\"banAmend\":true}"),
        arguments(
            VENUE.placeAll(List.of(BUY.limit("1"), BUY.limit("2").clientId("a2"))),
            "POST /api/v5/trade/batch-orders [{\"instId\":\"BTC-USDT\",\"tdMode\":\"cash\",\"clOrdId\":"
                + "\"a1\",\"side\":\"buy\",\"ordType\":\"limit\",\"sz\":\"0.5\",\"tgtCcy\":\"base_ccy\","
                + "\"px\":\"1\"},{\"instId\":\"BTC-USDT\",\"tdMode\":\"cash\",\"clOrdId\":\"a2\","
                + "\"side\":\"buy\",\"ordType\":\"limit\",\"sz\":\"0.5\",\"tgtCcy\":\"base_ccy\","
                + "\"px\":\"2\"}]"),
        arguments(
            VENUE.cancel(RESTING),
            "POST /api/v5/trade/cancel-order {\"instId\":\"BTC-USDT\",\"ordId\":\"28\"}"),
        arguments(
            VENUE.cancel(BUY.limit("1")),
            "POST /api/v5/trade/cancel-order {\"instId\":\"BTC-USDT\",\"clOrdId\":\"a1\"}"),
        arguments(
            VENUE.cancelEach(List.of(RESTING, RESTING.venueId(null))),
            "POST /api/v5/trade/cancel-batch-orders [{\"instId\":\"BTC-USDT\",\"ordId\":\"28\"},"
                + "{\"instId\":\"BTC-USDT\",\"clOrdId\":\"a1\"}]"),
        arguments(
            VENUE.amend(RESTING, RESTING.limit("67000").size("0.7")),
            "POST /api/v5/trade/amend-order {\"instId\":\"BTC-USDT\",\"ordId\":\"28\",\"newSz\":\"0.7\","
                + "\"newPx\":\"67000\"}"),
        arguments(VENUE.status(RESTING), "GET /api/v5/trade/order?instId=BTC-USDT&ordId=28"),
        arguments(
            VENUE.openOrders(null, NONE),
            "GET /api/v5/trade/orders-pending?instType=SPOT&limit=100"),
        arguments(
            VENUE.openOrders(BTC, NONE),
            "GET /api/v5/trade/orders-pending?instType=SPOT&instId=BTC-USDT&limit=100"),
        arguments(
            VENUE.fills(FillQuery.of(RESTING), NONE),
            "GET /api/v5/trade/fills?instType=SPOT&instId=BTC-USDT&ordId=28&limit=100"),
        arguments(
            VENUE.fills(FillQuery.since(BTC, 1700).from("9"), NONE),
            "GET /api/v5/trade/fills-history?instType=SPOT&instId=BTC-USDT&begin=1700&after=9&limit=100"),
        arguments(
            VENUE.candles(
                new CandleRange(
                    BTC,
                    Duration.ofDays(1),
                    VENUE.intervals().name(Duration.ofDays(1)),
                    1000,
                    2000),
                NONE),
            "GET /api/v5/market/history-candles?instId=BTC-USDT&bar=1Dutc&before=999&after=2000&limit=100"),
        arguments(VENUE.book(BTC, 1000), "GET /api/v5/market/books?instId=BTC-USDT&sz=400"),
        arguments(VENUE.tickers(List.of(BTC), NONE), "GET /api/v5/market/ticker?instId=BTC-USDT"),
        arguments(VENUE.tickers(List.of(), NONE), "GET /api/v5/market/tickers?instType=SPOT"),
        arguments(
            VENUE.arm(Duration.ofMinutes(1)),
            "POST /api/v5/trade/cancel-all-after {\"timeOut\":\"60\"}"),
        arguments(VENUE.disarm(), "POST /api/v5/trade/cancel-all-after {\"timeOut\":\"0\"}"),
        arguments(
            VENUE.fees(List.of(BTC)),
            "GET /api/v5/account/trade-fee?instType=SPOT&instId=BTC-USDT"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void leavesAs(Call<?> call, String expected) {
    assertEquals(expected, text(VENUE.depart(first(call), new FrozenSigning(0, KEYS))));
  }

  private static Request first(Call<?> call) {
    return call instanceof Call.Then<?, ?> then
        ? first(then.first())
        : ((Call.Ask<?>) call).request();
  }

  private static String text(Signed signed) {
    byte[] body = signed.body();
    return signed.request()
        + (signed.query() == null ? "" : "?" + signed.query())
        + (body == null ? "" : " " + new String(body, StandardCharsets.UTF_8));
  }

  /** The signature is that of an independent client. */
  @Test
  void signsTimeMethodTargetAndBody() {
    Signed signed =
        VENUE.depart(first(VENUE.balances(NONE)), new FrozenSigning(1_700_000_000_123L, KEYS));
    assertEquals(
        Map.of(
            "OK-ACCESS-KEY",
            "test-api-key-0001",
            "OK-ACCESS-PASSPHRASE",
            "test-passphrase-0001",
            "OK-ACCESS-TIMESTAMP",
            "2023-11-14T22:13:20.123Z",
            "OK-ACCESS-SIGN",
            "dAIuPyj6Q9LlYf3uDP8aVyOZxlF5MjS55pko6vVWsMQ="),
        signed.headers());
  }

  /** Well before a negative answer counts: one that is carried out late would be missed. */
  @Test
  void whatPlacesOrAmendsIsGoodForSeconds() {
    FrozenSigning signing = new FrozenSigning(1_700_000_000_123L, KEYS);
    Order second = RESTING.clientId("a2");
    for (Call<?> call :
        List.of(
            VENUE.place(RESTING),
            VENUE.placeAll(List.of(RESTING, second)),
            VENUE.amend(RESTING, RESTING.size("2")))) {
      assertEquals("1700000005123", VENUE.depart(first(call), signing).headers().get("expTime"));
    }
    assertNull(VENUE.depart(first(VENUE.cancel(RESTING)), signing).headers().get("expTime"));
    assertTrue(OkxSpot.PROFILE.visibilityDelay().toMillis() > 5000);
  }

  @Test
  void writesMillisecondsAlways() {
    Signed signed =
        VENUE.depart(first(VENUE.balances(NONE)), new FrozenSigning(1_700_000_000_000L, KEYS));
    assertEquals("2023-11-14T22:13:20.000Z", signed.headers().get("OK-ACCESS-TIMESTAMP"));
  }

  @Test
  void credentialsWithoutPassphraseAreRefusedAtOnce() {
    assertThrows(IllegalStateException.class, () -> Okx.spot(Credentials.of("key", "secret")));
  }

  @Test
  void signsNothingPublic() {
    assertEquals(Map.of(), VENUE.depart(first(VENUE.time()), new FrozenSigning(0, null)).headers());
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "us-demo", "eea-demo"})
  void onlyDemoTradingIsMarkedSo(String environment) {
    Request order = first(VENUE.place(BUY.market()));
    FrozenSigning signing = new FrozenSigning(0, KEYS);
    String header = "x-simulated-trading";
    BookDialect demo = Okx.spot(KEYS).environment(environment).dialect();
    assertEquals("1", demo.depart(order, signing).headers().get(header));
    String real = environment.equals("demo") ? "live" : environment.replace("-demo", "");
    BookDialect live = Okx.spot(KEYS).environment(real).dialect();
    assertNull(live.depart(order, signing).headers().get(header));
    assertEquals(
        OkxSpot.PROFILE.hosts().get(real).get("rest"),
        OkxSpot.PROFILE.hosts().get(environment).get("rest"));
  }

  @ParameterizedTest
  @CsvSource({"1700000060123, true", "0, false"})
  void readsWhetherTheVenueWillCancel(String time, boolean armed) {
    Call.Ask<Boolean> call = (Call.Ask<Boolean>) VENUE.arm(Duration.ofMinutes(1));
    String body =
        "{\"code\":\"0\",\"msg\":\"\",\"data\":[{\"triggerTime\":\""
            + time
            + "\",\"tag\":\"\",\"ts\":\"1700000000123\"}]}";
    Reply reply = new Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    assertNull(VENUE.fault(call.request(), reply));
    assertEquals(armed, call.reader().apply(reply));
  }

  /** Each order of a batch has its own answer, in whatever order they come. */
  @Test
  void readsABatchByItsIds() {
    Call.Ask<List<BatchResult>> call =
        (Call.Ask<List<BatchResult>>)
            VENUE.placeAll(List.of(BUY.limit("1"), BUY.limit("2").clientId("a2")));
    String body =
        "{\"code\":\"2\",\"msg\":\"Bulk operation partially succeeded.\",\"data\":["
            + "{\"clOrdId\":\"a2\",\"ordId\":\"\",\"ts\":\"7\",\"sCode\":\"51008\",\"sMsg\":\"No.\"},"
            + "{\"clOrdId\":\"a1\",\"ordId\":\"28\",\"ts\":\"7\",\"sCode\":\"0\",\"sMsg\":\"\"}]}";
    Reply reply = new Reply(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    assertNull(VENUE.fault(call.request(), reply));
    assertEquals(
        "[BatchResult[update=OPEN BTC-USDT [a1/28], fault=null], BatchResult[update=null,"
            + " fault=Fault[kind=INSUFFICIENT_FUNDS, raw=51008 No.]]]",
        call.reader().apply(reply).toString());
  }
}
