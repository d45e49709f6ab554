package dev.colibri.connector.perp.okx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What leaves, byte for byte, and how it is answered. */
class OkxPerpRequestTest {
  static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };

  /** A contract is 0.01 BTC, and a hundredth of it may be traded. */
  static final Instrument BTC = OkxPerpParserTest.instrument("{}", NONE);

  static final Credentials KEYS =
      Credentials.of("test-api-key-0001", "test-api-secret-0001")
          .withPassphrase("test-passphrase-0001");

  private static final OkxPerpDialect VENUE = new OkxPerpDialect("live");

  private static Order order(Order said) {
    return said.size("0.05")
        .clientId("a1")
        .positionSide(PositionSide.NET)
        .marginMode(MarginMode.CROSS);
  }

  private static final Order BUY = order(Order.buy(BTC));
  private static final Order SELL = order(Order.sell(BTC));
  private static final Order RESTING = BUY.limit("67210.10").venueId("28");

  static Stream<Arguments> requests() {
    String order = "POST /api/v5/trade/order {\"instId\":\"BTC-USDT-SWAP\",\"tdMode\":\"cross\",";
    String buy = order + "\"clOrdId\":\"a1\",\"side\":\"buy\",\"ordType\":";
    String sell = order + "\"clOrdId\":\"a1\",\"side\":\"sell\",\"ordType\":";
    return Stream.of(
        arguments(
            VENUE.place(BUY.limit("67210.10")), buy + "\"limit\",\"sz\":\"5\",\"px\":\"67210.1\"}"),
        arguments(
            VENUE.place(BUY.limit("67210.10").size("0.0512").ioc()),
            buy + "\"ioc\",\"sz\":\"5.12\",\"px\":\"67210.1\"}"),
        arguments(
            VENUE.place(BUY.limit("67210.10").postOnly()),
            buy + "\"post_only\",\"sz\":\"5\",\"px\":\"67210.1\"}"),
        arguments(
            VENUE.place(BUY.limit("67210.10").fok()),
            buy + "\"fok\",\"sz\":\"5\",\"px\":\"67210.1\"}"),
        arguments(VENUE.place(BUY.market()), buy + "\"market\",\"sz\":\"5\"}"),
        arguments(
            VENUE.place(SELL.market().reduceOnly()),
            sell + "\"market\",\"sz\":\"5\",\"reduceOnly\":true}"),
        arguments(
            VENUE.place(SELL.limit("67210.1").reduceOnly().with("tag", "t1")),
            sell + "\"limit\",\"sz\":\"5\",\"reduceOnly\":true,\"px\":\"67210.1\",\"tag\":\"t1\"}"),
        arguments(
            VENUE.place(BUY.market().marginMode(MarginMode.ISOLATED)),
            (buy + "\"market\",\"sz\":\"5\"}").replace("cross", "isolated")),
        // In hedge mode the position says all.
        arguments(
            VENUE.place(BUY.market().positionSide(PositionSide.LONG)),
            buy + "\"market\",\"sz\":\"5\",\"posSide\":\"long\"}"),
        arguments(
            VENUE.place(SELL.market().positionSide(PositionSide.SHORT)),
            sell + "\"market\",\"sz\":\"5\",\"posSide\":\"short\"}"),
        arguments(
            VENUE.place(BUY.market().positionSide(PositionSide.SHORT).reduceOnly()),
            buy + "\"market\",\"sz\":\"5\",\"posSide\":\"short\"}"),
        arguments(
            VENUE.placeAll(List.of(BUY.limit("1"), SELL.limit("2").clientId("a2"))),
            "POST /api/v5/trade/batch-orders [{\"instId\":\"BTC-USDT-SWAP\",\"tdMode\":\"cross\",\"clOrdId\":"
                + "\"a1\",\"side\":\"buy\",\"ordType\":\"limit\",\"sz\":\"5\",\"px\":\"1\"},"
                + "{\"instId\":\"BTC-USDT-SWAP\",\"tdMode\":\"cross\",\"clOrdId\":\"a2\",\"side\":\"sell\","
                + "\"ordType\":\"limit\",\"sz\":\"5\",\"px\":\"2\"}]"),
        arguments(
            VENUE.cancel(RESTING),
            "POST /api/v5/trade/cancel-order {\"instId\":\"BTC-USDT-SWAP\",\"ordId\":\"28\"}"),
        arguments(
            VENUE.cancelEach(List.of(RESTING, RESTING.venueId(null))),
            "POST /api/v5/trade/cancel-batch-orders [{\"instId\":\"BTC-USDT-SWAP\",\"ordId\":\"28\"},"
                + "{\"instId\":\"BTC-USDT-SWAP\",\"clOrdId\":\"a1\"}]"),
        arguments(
            VENUE.amend(RESTING, RESTING.limit("67000").size("0.07")),
            "POST /api/v5/trade/amend-order {\"instId\":\"BTC-USDT-SWAP\",\"ordId\":\"28\",\"newSz\":\"7\","
                + "\"newPx\":\"67000\"}"),
        arguments(VENUE.status(RESTING), "GET /api/v5/trade/order?instId=BTC-USDT-SWAP&ordId=28"),
        arguments(
            VENUE.openOrders(null, NONE),
            "GET /api/v5/trade/orders-pending?instType=SWAP&limit=100"),
        arguments(
            VENUE.fills(FillQuery.of(RESTING), NONE),
            "GET /api/v5/trade/fills?instType=SWAP&instId=BTC-USDT-SWAP&ordId=28&limit=100"),
        arguments(
            VENUE.fills(FillQuery.since(BTC, 1700).from("9"), NONE),
            "GET /api/v5/trade/fills-history?instType=SWAP&instId=BTC-USDT-SWAP&begin=1700&after=9&limit=100"),
        arguments(
            VENUE.candles(new CandleRange(BTC, Duration.ofHours(1), "1H", 1000, 2000), NONE),
            "GET /api/v5/market/history-candles?instId=BTC-USDT-SWAP&bar=1H&before=999&after=2000&limit=100"),
        arguments(VENUE.book(BTC, 1000), "GET /api/v5/market/books?instId=BTC-USDT-SWAP&sz=400"),
        arguments(VENUE.tickers(List.of(), NONE), "GET /api/v5/market/tickers?instType=SWAP"),
        arguments(VENUE.instruments(NONE), "GET /api/v5/public/instruments?instType=SWAP"),
        arguments(VENUE.balances(NONE), "GET /api/v5/account/balance"),
        arguments(VENUE.mayWithdraw(), "GET /api/v5/account/config"),
        arguments(
            VENUE.arm(Duration.ofMinutes(1)),
            "POST /api/v5/trade/cancel-all-after {\"timeOut\":\"60\"}"),
        arguments(VENUE.fees(List.of()), "GET /api/v5/account/trade-fee?instType=SWAP"),
        arguments(VENUE.fees(List.of(BTC)), "GET /api/v5/account/trade-fee?instType=SWAP"),
        arguments(VENUE.positionMode(), "GET /api/v5/account/config"),
        arguments(
            VENUE.setPositionMode(PositionMode.HEDGE),
            "POST /api/v5/account/set-position-mode {\"posMode\":\"long_short_mode\"}"),
        arguments(
            VENUE.setPositionMode(PositionMode.ONE_WAY),
            "POST /api/v5/account/set-position-mode {\"posMode\":\"net_mode\"}"),
        arguments(VENUE.positions(NONE), "GET /api/v5/account/positions?instType=SWAP"),
        arguments(
            VENUE.leverage(BTC, MarginMode.ISOLATED),
            "GET /api/v5/account/leverage-info?instId=BTC-USDT-SWAP&mgnMode=isolated"),
        arguments(
            VENUE.setLeverage(new Leverage(BTC, new BigDecimal("10.0"), MarginMode.CROSS)),
            "POST /api/v5/account/set-leverage {\"instId\":\"BTC-USDT-SWAP\",\"lever\":\"10\","
                + "\"mgnMode\":\"cross\"}"),
        arguments(
            VENUE.fundingPayments(new FundingQuery(BTC, 1000, 2000, "9"), NONE),
            "GET /api/v5/account/bills-archive?instType=SWAP&ctType=linear&type=8&instId=BTC-USDT-SWAP"
                + "&begin=1000&end=2000&after=9&limit=100"),
        arguments(
            VENUE.fundingPayments(FundingQuery.since(0), NONE),
            "GET /api/v5/account/bills-archive?instType=SWAP&ctType=linear&type=8&limit=100"));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void leavesAs(Call<?> call, String expected) {
    assertEquals(expected, text(first(call)));
  }

  private static Request first(Call<?> call) {
    return call instanceof Call.Then<?, ?> then
        ? first(then.first())
        : ((Call.Ask<?>) call).request();
  }

  private static String text(Request request) {
    Signed signed = VENUE.depart(request, new FrozenSigning(0, KEYS));
    byte[] body = signed.body();
    return signed.request()
        + (signed.query() == null ? "" : "?" + signed.query())
        + (body == null ? "" : " " + new String(body, StandardCharsets.UTF_8));
  }

  /** What a conversation says, and what it ends with, when its questions are answered so. */
  static Conversation said(OkxPerpDialect venue, Call<?> call, String... answers) {
    List<String> asked = new ArrayList<>();
    return new Conversation(asked, perform(venue, call, asked, List.of(answers)));
  }

  record Conversation(List<String> asked, @Nullable Object value) {}

  private static <A> @Nullable Object perform(
      OkxPerpDialect venue, Call<A> call, List<String> asked, List<String> answers) {
    if (call instanceof Call.Ask<A> ask) {
      asked.add(text(ask.request()));
      Reply reply = reply(answers.get(asked.size() - 1));
      assertNull(venue.fault(ask.request(), reply));
      return ask.reader().apply(reply);
    }
    if (call instanceof Call.Then<?, A> then) {
      return next(venue, then, asked, answers);
    }
    return ((Call.Done<A>) call).value();
  }

  @SuppressWarnings("unchecked")
  private static <A, B> @Nullable Object next(
      OkxPerpDialect venue, Call.Then<A, B> then, List<String> asked, List<String> answers) {
    A value = (A) perform(venue, then.first(), asked, answers);
    return perform(venue, then.next().apply(value), asked, answers);
  }

  static Reply reply(String rows) {
    String body = "{'code':'0','msg':'','data':[" + rows + "]}";
    return new Reply(200, Map.of(), body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** A size that is no decimal number of contracts is refused, and never rounded. */
  @Test
  void convertsExactlyOrRefuses() {
    Instrument odd = OkxPerpParserTest.instrument("{'ctVal':'3','lotSz':'1','minSz':'1'}", NONE);
    Order order = order(Order.buy(odd)).market();
    assertThrows(Refused.class, () -> VENUE.place(order.size("1")));
    assertTrue(text(first(VENUE.place(order.size("6")))).contains("\"sz\":\"2\""));
  }

  /** A cross leverage is one of the instrument; isolated ones of hedge mode are two. */
  @Test
  void setsTheLeverageOfBothIsolatedPositions() {
    Leverage wanted = new Leverage(BTC, BigDecimal.TEN, MarginMode.ISOLATED);
    String set =
        "POST /api/v5/account/set-leverage {\"instId\":\"BTC-USDT-SWAP\",\"lever\":\"10\",";
    String answer = "{'lever':'10','mgnMode':'isolated','instId':'BTC-USDT-SWAP','posSide':'long'}";
    Conversation hedged =
        said(VENUE, VENUE.setLeverage(wanted), "{'posMode':'long_short_mode'}", answer, answer);
    assertEquals(
        List.of(
            "GET /api/v5/account/config",
            set + "\"mgnMode\":\"isolated\",\"posSide\":\"long\"}",
            set + "\"mgnMode\":\"isolated\",\"posSide\":\"short\"}"),
        hedged.asked());
    assertEquals(wanted, hedged.value());
    Conversation oneWay = said(VENUE, VENUE.setLeverage(wanted), "{'posMode':'net_mode'}", answer);
    assertEquals(set + "\"mgnMode\":\"isolated\"}", oneWay.asked().get(1));
  }

  /** Rate, mark price and index are three questions, and one answer. */
  @Test
  void asksForTheFundingOfOneInstrument() {
    Conversation one =
        said(
            VENUE,
            VENUE.fundingRates(List.of(BTC), NONE),
            "{'instId':'BTC-USDT-SWAP','fundingRate':'0.0001','fundingTime':'9','nextFundingTime':'99','ts':'5'}",
            "{'instId':'BTC-USDT-SWAP','markPx':'67210.1','ts':'7'}",
            "{'instId':'BTC-USDT','idxPx':'67209.8','ts':'6'}");
    assertEquals(
        List.of(
            "GET /api/v5/public/funding-rate?instId=BTC-USDT-SWAP",
            "GET /api/v5/public/mark-price?instType=SWAP&instId=BTC-USDT-SWAP",
            "GET /api/v5/market/index-tickers?instId=BTC-USDT"),
        one.asked());
    assertEquals(
        "[FundingRate[instrument=BTC-USDT@okx-perp, markPrice=67210.1, indexPrice=67209.8, rate=0.0001,"
            + " nextMillis=9, venueMillis=7]]",
        String.valueOf(one.value()));
  }

  @Test
  void asksForTheFundingOfAllThatAreListed() {
    OkxPerpDialect venue = new OkxPerpDialect("live");
    said(venue, venue.instruments(NONE), OkxPerpParserTest.row("{}"));
    Conversation all =
        said(
            venue,
            venue.fundingRates(List.of(), NONE),
            "{'instId':'BTC-USD-SWAP','fundingRate':'0.1','fundingTime':'9','ts':'5'},"
                + "{'instId':'BTC-USDT-SWAP','fundingRate':'0.0001','fundingTime':'9','ts':'5'}",
            "{'instId':'BTC-USD-SWAP','markPx':'1','ts':'7'},{'instId':'BTC-USDT-SWAP','markPx':'2','ts':'7'}",
            "{'instId':'BTC-USDT','idxPx':'3','ts':'6'},{'instId':'ETH-USDT','idxPx':'4','ts':'6'}");
    assertEquals(
        List.of(
            "GET /api/v5/public/funding-rate?instId=ANY",
            "GET /api/v5/public/mark-price?instType=SWAP",
            "GET /api/v5/market/index-tickers?quoteCcy=USDT"),
        all.asked());
    assertEquals(
        "[FundingRate[instrument=BTC-USDT@okx-perp, markPrice=2, indexPrice=3, rate=0.0001,"
            + " nextMillis=9, venueMillis=7]]",
        String.valueOf(all.value()));
  }

  /** Each instrument belongs to a group, and the answer tells the rates of all groups. */
  @Test
  void knowsEveryInstrumentsFeesByOneQuestion() {
    OkxPerpDialect venue = new OkxPerpDialect("live");
    said(venue, venue.instruments(NONE), OkxPerpParserTest.row("{'groupId':'4'}"));
    String rates =
        "{'maker':'-1','taker':'-1','feeGroup':[{'groupId':'2','maker':'-0.0002','taker':'-0.0005'},"
            + "{'groupId':'4','maker':'0.0001','taker':'-0.0003'}]}";
    assertEquals(
        "[FeeRate[instrument=BTC-USDT@okx-perp, maker=-0.0001, taker=0.0003]]",
        String.valueOf(said(venue, venue.fees(List.of()), rates).value()));
  }

  /** What is inverse is passed over; what is not known is told of, and hides no other. */
  @Test
  void readsListsOfTheAccount() {
    OkxPerpDialect venue = new OkxPerpDialect("live");
    said(venue, venue.instruments(NONE), OkxPerpParserTest.row("{}"));
    List<String> bad = new ArrayList<>();
    BadRows rows = (row, problem) -> bad.add(String.valueOf(problem.getMessage()));
    String position = "{'instId':'%s','posSide':'net','pos':'%s','mgnMode':'cross','uTime':'7'}";
    Conversation positions =
        said(
            venue,
            venue.positions(rows),
            position.formatted("BTC-USD-SWAP", "1")
                + ","
                + position.formatted("XYZ-USDT-SWAP", "1")
                + ","
                + position.formatted("BTC-USDT-SWAP", "x")
                + ","
                + position.formatted("BTC-USDT-SWAP", "-5"));
    assertEquals("[short 0.05 BTC-USDT]", String.valueOf(positions.value()));
    assertEquals(2, bad.size());
    assertEquals("not an instrument: XYZ-USDT-SWAP", bad.get(0));
    String bill =
        "{'instId':'%s','billId':'%s','type':'8','ccy':'USDT','pnl':'-0.5','balChg':'-0.5','sz':'5','ts':'7'}";
    assertEquals(
        "Page[items=[FundingPayment[instrument=BTC-USDT@okx-perp, id=12, asset=USDT, amount=-0.5,"
            + " rate=null, size=null, venueMillis=7]], next=null]",
        String.valueOf(
            said(
                    venue,
                    venue.fundingPayments(FundingQuery.since(0), rows),
                    bill.formatted("BTC-USD-SWAP", "11")
                        + ","
                        + bill.formatted("BTC-USDT-SWAP", "12"))
                .value()));
  }

  /** A cross and an isolated position of one instrument are one here. */
  @Test
  void addsWhatStandsSideBySide() {
    OkxPerpDialect venue = new OkxPerpDialect("live");
    said(venue, venue.instruments(NONE), OkxPerpParserTest.row("{}"));
    String position =
        "{'instId':'BTC-USDT-SWAP','posSide':'net','pos':'%s','mgnMode':'%s','avgPx':'1','uTime':'%s'}";
    assertEquals(
        "[long 0.02 BTC-USDT]",
        String.valueOf(
            said(
                    venue,
                    venue.positions(NONE),
                    position.formatted("5", "cross", "7")
                        + ","
                        + position.formatted("-3", "isolated", "9"))
                .value()));
  }

  @Test
  void isFoundByItsName() {
    assertTrue(
        ServiceLoader.load(PerpVenueProvider.class).stream()
            .anyMatch(p -> p.get().name().equals("okx-perp")));
    assertThrows(IllegalStateException.class, () -> OkxPerp.of(Credentials.of("key", "secret")));
    assertFalse(OkxPerp.of().dialect().positionModes().isEmpty());
  }
}
