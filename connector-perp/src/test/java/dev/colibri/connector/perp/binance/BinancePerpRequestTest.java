package dev.colibri.connector.perp.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.DeadMansSwitch;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.Transfers.Direction;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Form;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What leaves for each intent, byte for byte, what it costs, and in what order. */
class BinancePerpRequestTest {
  private static final long NOW = 1_700_000_000_123L;
  private static final Credentials KEYS = Credentials.of("a-key", "not-a-secret");
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  static final Instrument BTC =
      Instrument.builder(
              "binance-perp",
              "BTCUSDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.10"), new BigDecimal("0.001")).build())
          .build();

  private final BinancePerpDialect venue = new BinancePerpDialect();

  /** As the engine hands it over in one-way mode. */
  private final Order limit =
      Order.buy(BTC)
          .limit("67210.50")
          .size("0.0100")
          .clientId("clbr1")
          .positionSide(PositionSide.NET)
          .marginMode(MarginMode.CROSS);

  private static Request request(Call<?> call) {
    while (!(call instanceof Call.Ask<?>)) {
      call = call instanceof Call.Then<?, ?> t ? t.first() : ((Call.Otherwise<?>) call).first();
    }
    return ((Call.Ask<?>) call).request();
  }

  private Signed depart(Request request) {
    return venue.depart(request, new FrozenSigning(NOW, KEYS));
  }

  private String line(Call<?> call) {
    return line(request(call));
  }

  /** Method, path and parameters, without those of every signed request. */
  private String line(Request r) {
    Signed s = depart(r);
    String text = s.query();
    if (s.body() != null) {
      assertNull(text, "parameters travel in one place");
      assertEquals("application/x-www-form-urlencoded", s.contentType());
      text = new String(s.body(), StandardCharsets.US_ASCII);
    }
    text = text == null ? "" : text;
    int end = text.indexOf("recvWindow=");
    assertEquals(r.isSigned(), end >= 0);
    boolean named = r.isSigned() || r.path().endsWith("listenKey");
    assertEquals(named ? "a-key" : null, s.headers().get("X-MBX-APIKEY"));
    text = end < 0 ? text : text.substring(0, Math.max(0, end - 1));
    return r + (text.isEmpty() ? "" : " " + Form.decode(text));
  }

  /** Performs a call; every request is answered by what the function makes of its line. */
  @SuppressWarnings("unchecked")
  private <T> T perform(Call<T> call, List<String> asked, Function<String, String> answers) {
    if (call instanceof Call.Ask<T> ask) {
      asked.add(line(ask.request()));
      String body = answers.apply(line(ask.request()));
      int status = body.startsWith("{\"code\":-") ? 400 : 200;
      Reply reply = new Reply(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
      Fault fault = venue.fault(ask.request(), reply);
      if (fault != null) {
        throw new Refusal(fault);
      }
      return ask.reader().apply(reply);
    }
    if (call instanceof Call.Done<T> done) {
      return done.value();
    }
    if (call instanceof Call.Failed<T> failed) {
      throw new Refusal(failed.fault());
    }
    if (call instanceof Call.Otherwise<T> other) {
      try {
        return perform(other.first(), asked, answers);
      } catch (Refusal e) {
        Call<T> rescue = other.rescue().apply(e.fault);
        if (rescue == null) {
          throw e;
        }
        return perform(rescue, asked, answers);
      }
    }
    Call.Then<Object, T> then = (Call.Then<Object, T>) call;
    return perform(then.next().apply(perform(then.first(), asked, answers)), asked, answers);
  }

  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    final transient Fault fault;

    Refusal(Fault fault) {
      super(fault.raw());
      this.fault = fault;
    }
  }

  private static final String INFO = "{\"symbols\":[" + BinancePerpParserTest.BTC_ROW + "]}";

  @Test
  void requestsOfMarketData() {
    assertEquals("GET /fapi/v1/time", line(venue.time()));
    assertEquals("GET /fapi/v1/exchangeInfo", line(venue.instruments(NONE)));
    // Only some numbers of levels are lawful.
    assertEquals("GET /fapi/v1/depth symbol=BTCUSDT&limit=5", line(venue.book(BTC, 1)));
    assertEquals("GET /fapi/v1/depth symbol=BTCUSDT&limit=100", line(venue.book(BTC, 51)));
    assertEquals("GET /fapi/v1/depth symbol=BTCUSDT&limit=1000", line(venue.book(BTC, 501)));
    assertEquals("GET /fapi/v1/depth symbol=BTCUSDT&limit=1000", line(venue.book(BTC, 0)));
    assertEquals("GET /fapi/v1/depth symbol=BTCUSDT&limit=1000", line(venue.book(BTC, 9999)));
    assertEquals(
        "GET /fapi/v1/aggTrades symbol=BTCUSDT&limit=1000", line(venue.trades(BTC, 9999, NONE)));
    assertEquals(
        "GET /fapi/v1/klines symbol=BTCUSDT&interval=1m&startTime=5&endTime=9&limit=1000",
        line(
            venue.candles(
                new CandleRange(
                    BTC,
                    Duration.ofMinutes(1),
                    venue.intervals().name(Duration.ofMinutes(1)),
                    5,
                    10),
                NONE)));
    assertEquals(
        "GET /fapi/v1/premiumIndex symbol=BTCUSDT", line(venue.fundingRates(List.of(BTC), NONE)));
    assertEquals("GET /fapi/v1/premiumIndex", line(venue.fundingRates(List.of(), NONE)));
  }

  @Test
  void aTickerIsTwoQuestions() {
    perform(venue.instruments(NONE), new ArrayList<>(), line -> INFO);
    List<String> asked = new ArrayList<>();
    Function<String, String> one =
        line ->
            line.contains("24hr")
                ? "{\"symbol\":\"BTCUSDT\",\"lastPrice\":\"67210.10\",\"closeTime\":5}"
                : "{\"symbol\":\"BTCUSDT\",\"bidPrice\":\"67210\",\"bidQty\":\"1\","
                    + "\"askPrice\":\"67211\",\"askQty\":\"2\",\"time\":7}";
    assertEquals(
        "[Ticker[instrument=BTC-USDT@binance-perp, bid=Level[price=67210, size=1],"
            + " ask=Level[price=67211, size=2], last=67210.10, venueMillis=7]]",
        perform(venue.tickers(List.of(BTC), NONE), asked, one).toString());
    assertEquals(
        List.of(
            "GET /fapi/v1/ticker/24hr symbol=BTCUSDT",
            "GET /fapi/v1/ticker/bookTicker symbol=BTCUSDT"),
        asked);
    asked.clear();
    assertEquals(
        1,
        perform(venue.tickers(List.of(), NONE), asked, line -> "[" + one.apply(line) + "]").size());
    assertEquals(List.of("GET /fapi/v1/ticker/24hr", "GET /fapi/v1/ticker/bookTicker"), asked);
  }

  @Test
  void requestsOfTheAccount() {
    Order known = limit.venueId("77");
    assertEquals("GET /fapi/v3/account", line(venue.balances(NONE)));
    assertEquals("GET /fapi/v3/positionRisk", line(venue.positions(NONE)));
    assertEquals("GET /fapi/v1/commissionRate symbol=BTCUSDT", line(venue.fees(List.of(BTC))));
    assertEquals("GET /fapi/v1/openOrders", line(venue.openOrders(null, NONE)));
    assertEquals("GET /fapi/v1/openOrders symbol=BTCUSDT", line(venue.openOrders(BTC, NONE)));
    assertEquals("DELETE /fapi/v1/allOpenOrders symbol=BTCUSDT", line(venue.cancelAll(BTC, NONE)));
    assertEquals(
        "DELETE /fapi/v1/order symbol=BTCUSDT&origClientOrderId=clbr1", line(venue.cancel(limit)));
    assertEquals("DELETE /fapi/v1/order symbol=BTCUSDT&orderId=77", line(venue.cancel(known)));
    assertEquals("GET /fapi/v1/order symbol=BTCUSDT&orderId=77", line(venue.status(known)));
    assertEquals(
        "GET /fapi/v1/userTrades symbol=BTCUSDT&orderId=77&limit=1000",
        line(venue.fills(FillQuery.of(known), NONE)));
    assertEquals(
        "GET /fapi/v1/userTrades symbol=BTCUSDT&startTime=5&limit=1000",
        line(venue.fills(FillQuery.since(BTC, 5), NONE)));
    // The venue takes a time or an id, not both.
    assertEquals(
        "GET /fapi/v1/userTrades symbol=BTCUSDT&fromId=9&limit=1000",
        line(venue.fills(FillQuery.since(BTC, 5).from("9"), NONE)));
    assertEquals(
        "GET /fapi/v1/income incomeType=FUNDING_FEE&startTime=5&limit=1000",
        line(venue.fundingPayments(FundingQuery.since(5), NONE)));
    assertEquals(
        "GET /fapi/v1/income symbol=BTCUSDT&incomeType=FUNDING_FEE&startTime=7&endTime=9&limit=1000",
        line(venue.fundingPayments(new FundingQuery(BTC, 5, 9, "5 7"), NONE)));
    // A week at once: 604,800,000 milliseconds.
    assertEquals(
        "GET /fapi/v1/income incomeType=FUNDING_FEE&startTime=5&endTime=604800004&limit=1000",
        line(venue.fundingPayments(new FundingQuery(null, 5, 900_000_000, null), NONE)));
    assertEquals(
        "GET /fapi/v1/income"
            + " incomeType=FUNDING_FEE&startTime=604800005&endTime=900000000&limit=1000",
        line(venue.fundingPayments(new FundingQuery(null, 5, 900_000_000, "604800005"), NONE)));
    assertEquals("GET /sapi/v1/account/apiRestrictions", line(venue.mayWithdraw()));
    assertEquals("sapi", request(venue.mayWithdraw()).part());
    assertEquals(
        "POST /sapi/v1/asset/transfer type=MAIN_UMFUTURE&asset=USDT&amount=12.5",
        line(venue.transfer("USDT", new BigDecimal("12.50"), Direction.SPOT_TO_PERP)));
    assertEquals(
        "POST /sapi/v1/asset/transfer type=UMFUTURE_MAIN&asset=USDT&amount=1",
        line(venue.transfer("USDT", BigDecimal.ONE, Direction.PERP_TO_SPOT)));
    assertEquals(
        "sapi", request(venue.transfer("USDT", BigDecimal.ONE, Direction.PERP_TO_SPOT)).part());
    // The venue's countdown is one for each instrument.
    assertFalse(DeadMansSwitch.class.isAssignableFrom(BinancePerpDialect.class));
  }

  @Test
  void ordersOfEveryKind() {
    String head = "POST /fapi/v1/order symbol=BTCUSDT&side=";
    String tail = "&newClientOrderId=clbr1&newOrderRespType=RESULT";
    String at = "&quantity=0.01&price=67210.5";
    Order market = Order.sell(BTC).market().size("1E+2").clientId("clbr1");
    Order closing = limit.reduceOnly();
    assertEquals(head + "BUY&type=LIMIT&timeInForce=GTC" + at + tail, line(venue.place(limit)));
    assertEquals(
        head + "BUY&type=LIMIT&timeInForce=IOC" + at + tail, line(venue.place(limit.ioc())));
    assertEquals(
        head + "BUY&type=LIMIT&timeInForce=FOK" + at + tail, line(venue.place(limit.fok())));
    assertEquals(
        head + "BUY&type=LIMIT&timeInForce=GTX" + at + tail, line(venue.place(limit.postOnly())));
    assertEquals(
        head
            + "BUY&type=LIMIT&timeInForce=GTD"
            + at
            + "&newClientOrderId=clbr1&goodTillDate=1700003600000&newOrderRespType=RESULT",
        line(venue.place(limit.goodTill(Instant.ofEpochMilli(1_700_003_600_000L)))));
    assertEquals(
        head + "SELL&type=MARKET&quantity=100" + tail,
        line(venue.place(market.positionSide(PositionSide.NET))));
    assertEquals(
        head + "BUY&type=LIMIT&timeInForce=GTC&quantity=0.01&reduceOnly=true&price=67210.5" + tail,
        line(venue.place(closing)));
    // Both sides of hedge mode: what closes is told by the position alone.
    assertEquals(
        head + "BUY&positionSide=LONG&type=LIMIT&timeInForce=GTC" + at + tail,
        line(venue.place(limit.positionSide(PositionSide.LONG))));
    assertEquals(
        head + "BUY&positionSide=SHORT&type=LIMIT&timeInForce=GTC" + at + tail,
        line(venue.place(closing.positionSide(PositionSide.SHORT))));
    assertEquals(
        head + "SELL&positionSide=SHORT&type=MARKET&quantity=100" + tail,
        line(venue.place(market.positionSide(PositionSide.SHORT))));
    assertEquals(
        head + "SELL&positionSide=LONG&type=MARKET&quantity=100" + tail,
        line(venue.place(market.positionSide(PositionSide.LONG).reduceOnly())));
    assertEquals(
        head + "SELL&type=MARKET&quantity=100&newClientOrderId=clbr1&newOrderRespType=ACK&x=y z",
        line(venue.place(market.with("newOrderRespType", "ACK").with("x", "y z"))));
    assertEquals("clbr1", depart(request(venue.place(limit))).identity());
  }

  @Test
  void severalOrdersInOneRequest() {
    Order other = limit.postOnly().clientId("clbr2");
    String one = "{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\",\"type\":\"LIMIT\",\"timeInForce\":\"";
    String rest =
        "\",\"quantity\":\"0.01\",\"price\":\"67210.5\",\"newClientOrderId\":\"%s\","
            + "\"newOrderRespType\":\"RESULT\"}";
    assertEquals(
        "POST /fapi/v1/batchOrders batchOrders=["
            + one
            + "GTC"
            + rest.formatted("clbr1")
            + ","
            + one
            + "GTX"
            + rest.formatted("clbr2")
            + "]",
        line(venue.placeAll(List.of(limit, other))));
    assertEquals(
        "DELETE /fapi/v1/batchOrders symbol=BTCUSDT&orderIdList=[7,8]",
        line(venue.cancelEach(List.of(limit.venueId("7"), other.venueId("8")))));
    assertEquals(
        "DELETE /fapi/v1/batchOrders symbol=BTCUSDT&origClientOrderIdList=[\"clbr1\",\"clbr2\"]",
        line(venue.cancelEach(List.of(limit.venueId("7"), other))));
    assertEquals(5, venue.mostPlaced());
    assertEquals(10, venue.mostCanceled());
  }

  @Test
  void everyOrderOfSeveralHasItsOwnResult() {
    Order other = limit.clientId("clbr2");
    String row = BinancePerpParserTest.order("clbr1", 7, "NEW", "0");
    String refused = "{\"code\":-2022,\"msg\":\"ReduceOnly Order is rejected.\"}";
    assertEquals(
        "[OPEN, REDUCE_ONLY]",
        perform(
                venue.placeAll(List.of(limit, other)),
                new ArrayList<>(),
                line -> "[" + row + "," + refused + "]")
            .stream()
            .map(r -> r.update() == null ? r.fault().kind().name() : r.update().status().name())
            .toList()
            .toString());
    // Of another order than was asked about, an answer says nothing.
    assertEquals(
        "an answer about another order than",
        assertThrows(
                RuntimeException.class,
                () ->
                    perform(
                        venue.cancelEach(List.of(other, limit)),
                        new ArrayList<>(),
                        line -> "[" + row + "," + row + "]"))
            .getMessage()
            .substring(0, 34));
  }

  @Test
  void aChangeTellsTheWholeSize() {
    Order known = limit.venueId("77");
    assertEquals(
        "PUT /fapi/v1/order symbol=BTCUSDT&orderId=77&side=BUY&quantity=0.02&price=67000",
        line(venue.amend(known, known.limit("67000").size("0.02"))));
    Function<String, String> crossing = line -> "{\"code\":-5022,\"msg\":\"as maker\"}";
    Refusal refusal =
        assertThrows(
            Refusal.class,
            () -> perform(venue.amend(known, known.limit("1")), new ArrayList<>(), crossing));
    assertEquals(Fault.Kind.OUTCOME_UNKNOWN, refusal.fault.kind(), "it may be canceled");
  }

  @Test
  void positionModeAndLeverage() {
    assertEquals("GET /fapi/v1/positionSide/dual", line(venue.positionMode()));
    assertEquals(
        "POST /fapi/v1/positionSide/dual dualSidePosition=true",
        line(venue.setPositionMode(PositionMode.HEDGE)));
    assertEquals(
        "POST /fapi/v1/positionSide/dual dualSidePosition=false",
        line(venue.setPositionMode(PositionMode.ONE_WAY)));
    assertEquals(
        PositionMode.HEDGE,
        perform(
            venue.setPositionMode(PositionMode.HEDGE),
            new ArrayList<>(),
            line -> "{\"code\":-4059,\"msg\":\"No need to change position side.\"}"));
    assertEquals(
        "-4068 Position side cannot be changed if there exists position.",
        assertThrows(
                Refusal.class,
                () ->
                    perform(
                        venue.setPositionMode(PositionMode.HEDGE),
                        new ArrayList<>(),
                        line ->
                            "{\"code\":-4068,\"msg\":\"Position side cannot be changed if there"
                                + " exists position.\"}"))
            .getMessage());
    List<String> asked = new ArrayList<>();
    Leverage wanted = new Leverage(BTC, new BigDecimal("20.0"), MarginMode.ISOLATED);
    assertEquals(
        new Leverage(BTC, new BigDecimal("20"), MarginMode.ISOLATED),
        perform(
            venue.setLeverage(wanted),
            asked,
            line ->
                line.contains("marginType")
                    ? "{\"code\":-4046,\"msg\":\"No need to change margin type.\"}"
                    : "{\"symbol\":\"BTCUSDT\",\"leverage\":20,\"maxNotionalValue\":\"1000000\"}"));
    assertEquals(
        List.of(
            "POST /fapi/v1/marginType symbol=BTCUSDT&marginType=ISOLATED",
            "POST /fapi/v1/leverage symbol=BTCUSDT&leverage=20"),
        asked);
    assertEquals(
        "GET /fapi/v1/symbolConfig symbol=BTCUSDT", line(venue.leverage(BTC, MarginMode.CROSS)));
    assertEquals(
        new Leverage(BTC, new BigDecimal("21"), MarginMode.CROSS),
        perform(
            venue.leverage(BTC, MarginMode.ISOLATED),
            new ArrayList<>(),
            line ->
                "[{\"symbol\":\"BTCUSDT\",\"marginType\":\"CROSSED\",\"isAutoAddMargin\":false,"
                    + "\"leverage\":21,\"maxNotionalValue\":\"1000000\"}]"));
  }

  @Test
  void theListenKeyIsAskedForWithTheKeyAlone() {
    List<String> asked = new ArrayList<>();
    Endpoint endpoint =
        perform(venue.listenKey(), asked, line -> "{\"listenKey\":\"a-listen-key\"}");
    assertEquals(List.of("POST /fapi/v1/listenKey"), asked);
    assertEquals("/private/ws?listenKey=a-listen-key", endpoint.path());
    assertFalse(endpoint.toString().contains("a-listen-key"));
    assertEquals(Duration.ofMinutes(30), endpoint.chores().get(0).every());
    assertEquals("PUT /fapi/v1/listenKey", line(endpoint.chores().get(0).call()));
  }

  @Test
  void whatARequestCostsAndHowItLeaves() {
    assertEquals("[weight 1]", costs(venue.time()));
    assertEquals("[weight 2]", costs(venue.book(BTC, 50)));
    assertEquals("[weight 5]", costs(venue.book(BTC, 100)));
    assertEquals("[weight 10]", costs(venue.book(BTC, 500)));
    assertEquals("[weight 20]", costs(venue.book(BTC, 1000)));
    assertEquals("[weight 40]", costs(venue.openOrders(null, NONE)));
    assertEquals("[weight 30]", costs(venue.positionMode()));
    assertEquals("[weight 30]", costs(venue.fundingPayments(FundingQuery.since(5), NONE)));
    assertEquals("[weight 1]", costs(venue.cancel(limit)));
    // A pause of weight is a pause of orders, too, though they weigh nothing.
    assertEquals("[weight 0, orders-10s 1, orders-1m 1]", costs(venue.place(limit)));
    assertEquals(
        "[weight 5, orders-10s 5, orders-1m 1]", costs(venue.placeAll(List.of(limit, limit))));
    List<String> known = new ArrayList<>();
    venue.limits().forEach(l -> known.add(l.bucket()));
    request(venue.place(limit)).costs().forEach(c -> assertTrue(known.contains(c.bucket())));
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
  void cancelsOfEverythingNameNoOrder() {
    List<OrderUpdate> none =
        perform(
            venue.cancelAll(BTC, NONE),
            new ArrayList<>(),
            line -> "{\"code\":200,\"msg\":\"The operation of cancel all open order is done.\"}");
    assertEquals(List.of(), none);
  }

  @Test
  void itIsFoundByName() {
    PerpVenueProvider found =
        ServiceLoader.load(PerpVenueProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("binance-perp"))
            .findFirst()
            .orElseThrow();
    assertEquals(BinancePerpDialect.PROFILE, found.venue(null).dialect().profile());
    assertEquals("binance-perp", BinancePerp.of().dialect().profile().name());
    assertTrue(BinancePerp.of(KEYS).dialect() instanceof BinancePerpDialect);
  }
}
