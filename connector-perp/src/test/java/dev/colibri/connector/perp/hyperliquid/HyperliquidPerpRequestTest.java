package dev.colibri.connector.perp.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.Transfers;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What leaves, byte for byte, and how answers to it are taken. */
class HyperliquidPerpRequestTest {
  static final Instrument BTC = instrument("BTC", "0");
  static final Instrument ETH = instrument("ETH", "1");
  static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };

  /** The key that the venue's own library tests its signatures with, and its address. */
  private static final String SECRET = "0x" + "0123456789".repeat(6) + "0123";

  private static final String ADDRESS = "0x14791697260e4c9a71f18484c9f997b308e59325";
  private static final Credentials AGENT =
      Credentials.of("0xAa00000000000000000000000000000000000001", SECRET);
  private static final Credentials OWNER = Credentials.of(ADDRESS, SECRET);
  private static final String ID = "0x0000000000000000000000000000000a";
  private static final HyperliquidPerpDialect VENUE = new HyperliquidPerpDialect("live");
  private static final Order BUY = Order.buy(BTC).size("0.010").clientId(ID);
  private static final Order SELL = Order.sell(BTC).size("0.01").clientId(ID).reduceOnly();
  private static final Order RESTING = BUY.limit("67000").venueId("28");

  private static Instrument instrument(String coin, String asset) {
    return Instrument.builder(
            "hyperliquid-perp",
            coin,
            coin,
            "USDC",
            TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.00001"))
                .maxPriceDigits(5)
                .triggers(EnumSet.of(Trigger.By.MARK))
                .build())
        .maxLeverage(new BigDecimal("40"))
        .attribute("asset", asset)
        .build();
  }

  static Stream<Arguments> requests() {
    return Stream.of(
        arguments(VENUE.place(BUY.limit("67000.0")), order("true", "67000", "false", "Gtc")),
        arguments(VENUE.place(BUY.limit("67000").ioc()), order("true", "67000", "false", "Ioc")),
        arguments(
            VENUE.place(BUY.limit("67000").postOnly()), order("true", "67000", "false", "Alo")),
        arguments(VENUE.place(SELL.limit("68000")), order("false", "68000", "true", "Gtc")),
        arguments(VENUE.place(SELL.market()), "{\"type\":\"l2Book\",\"coin\":\"BTC\"}"),
        arguments(
            VENUE.place(SELL.limit("59900").trigger(Trigger.stop("60000"))),
            waiting("false", "59900", "true", "false", "60000", "sl")),
        arguments(
            VENUE.place(SELL.limit("59900").ioc().trigger(Trigger.stop("60000"))),
            waiting("false", "59900", "true", "true", "60000", "sl")),
        arguments(
            VENUE.place(SELL.market().trigger(Trigger.stop("60001"))),
            waiting("false", "54001", "true", "true", "60001", "sl")),
        arguments(
            VENUE.place(BUY.market().trigger(Trigger.takeProfit("60001"))),
            waiting("true", "66001", "false", "true", "60001", "tp")),
        arguments(VENUE.cancel(RESTING), "{\"type\":\"cancel\",\"cancels\":[{\"a\":0,\"o\":28}]}"),
        arguments(
            VENUE.cancelEach(List.of(RESTING, RESTING.venueId(null))),
            "{\"type\":\"cancelByCloid\",\"cancels\":[{\"asset\":0,\"cloid\":\"%1$s\"},{\"asset\":0,\"cloid\":\"%1$s\"}]}"
                .formatted(ID)),
        arguments(
            VENUE.replace(RESTING, SELL.limit("68000")),
            "{\"type\":\"batchModify\",\"modifies\":[{\"oid\":28,\"order\":"
                + orders("false", "68000", "true", "{\"limit\":{\"tif\":\"Gtc\"}}")
                + "}]}"),
        arguments(
            VENUE.setLeverage(leverage("10", MarginMode.CROSS)),
            "{\"type\":\"updateLeverage\",\"asset\":0,\"isCross\":true,\"leverage\":10}"),
        arguments(
            VENUE.setLeverage(leverage("3.0", MarginMode.ISOLATED)),
            "{\"type\":\"updateLeverage\",\"asset\":0,\"isCross\":false,\"leverage\":3}"),
        arguments(
            VENUE.leverage(BTC, MarginMode.CROSS),
            question("\"type\":\"activeAssetData\",\"coin\":\"BTC\"")),
        arguments(VENUE.positions(NONE), question("\"type\":\"clearinghouseState\"")),
        arguments(VENUE.balances(NONE), question("\"type\":\"userAbstraction\"")),
        arguments(VENUE.fees(List.of()), question("\"type\":\"userFees\"")),
        arguments(
            VENUE.fundingPayments(FundingQuery.since(7), NONE),
            question("\"type\":\"userFunding\",\"startTime\":7")),
        arguments(
            VENUE.fundingPayments(FundingQuery.since(7).from("9"), NONE),
            question("\"type\":\"userFunding\",\"startTime\":9")),
        arguments(
            VENUE.fundingPayments(new FundingQuery(null, 7, 8, null), NONE),
            question("\"type\":\"userFunding\",\"startTime\":7,\"endTime\":8")),
        arguments(VENUE.status(RESTING), question("\"type\":\"orderStatus\",\"oid\":28")),
        arguments(VENUE.openOrders(BTC, NONE), question("\"type\":\"frontendOpenOrders\"")),
        arguments(
            VENUE.fills(FillQuery.since(BTC, 7), NONE),
            question("\"type\":\"userFillsByTime\",\"startTime\":7")),
        arguments(VENUE.time(), "{\"type\":\"exchangeStatus\"}"),
        arguments(VENUE.fundingRates(List.of(BTC), NONE), "{\"type\":\"exchangeStatus\"}"),
        arguments(VENUE.instruments(NONE), "{\"type\":\"metaAndAssetCtxs\"}"),
        arguments(VENUE.tickers(List.of(), NONE), "{\"type\":\"metaAndAssetCtxs\"}"),
        arguments(VENUE.book(BTC, 5), "{\"type\":\"l2Book\",\"coin\":\"BTC\"}"));
  }

  private static String orders(String buy, String price, String reduces, String type) {
    return "{\"a\":0,\"b\":%s,\"p\":\"%s\",\"s\":\"0.01\",\"r\":%s,\"t\":%s,\"c\":\"%s\"}"
        .formatted(buy, price, reduces, type, ID);
  }

  private static String action(String order) {
    return "{\"type\":\"order\",\"orders\":[" + order + "],\"grouping\":\"na\"}";
  }

  private static String order(String buy, String price, String reduces, String tif) {
    return action(orders(buy, price, reduces, "{\"limit\":{\"tif\":\"" + tif + "\"}}"));
  }

  private static String waiting(
      String buy, String price, String reduces, String market, String trigger, String kind) {
    return action(
        orders(
            buy,
            price,
            reduces,
            "{\"trigger\":{\"isMarket\":%s,\"triggerPx\":\"%s\",\"tpsl\":\"%s\"}}"
                .formatted(market, trigger, kind)));
  }

  private static String question(String fields) {
    return "{" + fields + ",\"user\":\"" + AGENT.apiKey() + "\"}";
  }

  private static Leverage leverage(String number, MarginMode mode) {
    return new Leverage(BTC, new BigDecimal(number), mode);
  }

  /** Of an action, what is signed; of a question, all of it. */
  @ParameterizedTest
  @MethodSource("requests")
  void leavesAsTheVenueWants(Call<?> call, String expected) {
    Json sent = sent(first(call), AGENT, VENUE);
    Json action = sent.find("action");
    assertEquals(expected, (action == null ? sent : action).toString());
  }

  private static Request first(Call<?> call) {
    Call<?> c = call;
    while (c instanceof Call.Then<?, ?> then) {
      c = then.first();
    }
    return ((Call.Ask<?>) c).request();
  }

  private static Json sent(Request request, Credentials keys, PerpDialect venue) {
    Signed signed = venue.depart(request, new FrozenSigning(0, keys));
    return Json.parse(new String(signed.body(), StandardCharsets.UTF_8));
  }

  /** What waits for a price cannot be post-only too: it never leaves. */
  @Test
  void postOnlyDoesNotWait() {
    Order both = SELL.limit("59900").postOnly().trigger(Trigger.stop("60000"));
    assertThrows(TextException.class, () -> VENUE.place(both));
    assertThrows(TextException.class, () -> VENUE.placeAll(List.of(SELL.limit("68000"), both)));
  }

  /** The signature of such an order that the venue's own library is tested by. */
  @ParameterizedTest
  @CsvSource({
    "live, 0x98343f2b5ae8e26bb2587daad3863bc70d8792b09af1841b6fdd530a2065a3f9,"
        + " 0x6b5bb6bb0633b710aa22b721dd9dee6d083646a5f8e581a20b545be6c1feb405, 27",
    "testnet, 0x971c554d917c44e0e1b6cc45d8f9404f32172a9d3b3566262347d0302896a2e4,"
        + " 0x206257b104788f80450f8e786c329daa589aa0b32ba96948201ae556d5637eac, 28"
  })
  void signsAStopAsTheVenuesOwnLibrary(String environment, String r, String s, int v) {
    String action =
        action(
            "{\"a\":1,\"b\":true,\"p\":\"100\",\"s\":\"100\",\"r\":false,\"t\":{\"trigger\":{\"isMarket\":true,"
                + "\"triggerPx\":\"103\",\"tpsl\":\"sl\"}}}");
    Order stop = Order.buy(ETH).size("100").limit("100").ioc().trigger(Trigger.stop("103"));
    Request placed = first(VENUE.place(stop));
    assertEquals(action, placed.body());
    // The library's has no end.
    Request endless = Request.post("/exchange").signed().body(placed.body());
    Json sent = sent(endless, AGENT, new HyperliquidPerpDialect(environment));
    assertEquals(
        "{\"r\":\"" + r + "\",\"s\":\"" + s + "\",\"v\":" + v + "}",
        sent.get("signature").toString());
  }

  // ---- transfers

  @ParameterizedTest
  @CsvSource({
    "SPOT_TO_PERP, live, Mainnet, 0xa4b1, true",
    "PERP_TO_SPOT, testnet, Testnet, 0x66eee, false"
  })
  void movesFundsByTheAccountsOwnKey(
      Transfers.Direction direction, String environment, String chain, String id, boolean toPerp) {
    PerpDialect venue = HyperliquidPerp.of(OWNER).environment(environment).dialect();
    Transfers transfers = assertInstanceOf(Transfers.class, venue);
    Call<String> call = transfers.transfer("USDC", new BigDecimal("12.50"), direction);
    Json sent = sent(first(call), OWNER, venue);
    assertEquals(
        ("{'type':'usdClassTransfer','hyperliquidChain':'%s','signatureChainId':'%s','amount':'12.5',"
                + "'toPerp':%s,'nonce':0}")
            .formatted(chain, id, toPerp)
            .replace('\'', '"'),
        sent.get("action").toString());
    assertEquals(ADDRESS, HyperliquidPerpVectors.signer(sent, environment.equals("live")));
    assertFalse(sent.has("vaultAddress") || sent.has("expiresAfter"));
    Reply taken = reply("{'status':'ok','response':{'type':'default'}}");
    assertNull(venue.fault(first(call), taken));
    assertEquals("", answered(call, "{'status':'ok','response':{'type':'default'}}"));
  }

  @Test
  void movesNothingElse() {
    Transfers venue = new HyperliquidPerpWallet("live");
    Call<String> call = venue.transfer("HYPE", BigDecimal.ONE, Transfers.Direction.SPOT_TO_PERP);
    assertEquals(Fault.Kind.REJECTED, ((Call.Failed<?>) call).fault().kind());
  }

  /** Another key may not, nor is it clear what a vault's may. */
  @Test
  void movesNothingByOtherKeys() {
    Credentials vault = OWNER.with("vault", "0x1719884eb866cb12b2287399b15f7db5e7d775ea");
    for (PerpDialect venue :
        List.of(
            HyperliquidPerp.of().dialect(),
            HyperliquidPerp.of(AGENT).dialect(),
            HyperliquidPerp.of(vault).dialect(),
            HyperliquidPerp.of(OWNER).withoutCredentials().dialect())) {
      assertFalse(venue instanceof Transfers);
    }
    assertThrows(TextException.class, () -> HyperliquidPerp.of(Credentials.of("0xaa", "not hex")));
  }

  // ---- answers

  private static Reply reply(String body) {
    return new Reply(200, Map.of(), body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** The value of a conversation, or what it failed with; the last request that was made. */
  private static final Request[] ASKED = new Request[1];

  @SuppressWarnings("unchecked")
  private static <T> Object answered(Call<T> call, String... replies) {
    if (call instanceof Call.Ask<T> ask) {
      ASKED[0] = ask.request();
      return ask.reader().apply(reply(replies[0]));
    }
    if (call instanceof Call.Failed<T> failed) {
      return failed.fault();
    }
    if (call instanceof Call.Done<T> done) {
      return done.value();
    }
    var then = (Call.Then<Object, T>) call;
    Object first = answered(then.first(), replies);
    int rest = then.first() instanceof Call.Done ? 0 : 1;
    return answered(then.next().apply(first), Arrays.copyOfRange(replies, rest, replies.length));
  }

  @Test
  void hasOnlyOneWay() {
    assertEquals(EnumSet.of(PositionMode.ONE_WAY), VENUE.positionModes());
    assertEquals(PositionMode.ONE_WAY, answered(VENUE.positionMode()));
    assertEquals(PositionMode.ONE_WAY, answered(VENUE.setPositionMode(PositionMode.ONE_WAY)));
    Fault fault = (Fault) answered(VENUE.setPositionMode(PositionMode.HEDGE));
    assertEquals(Fault.Kind.REJECTED, fault.kind());
  }

  /** Those of perpetuals, beside which those of pairs are told. */
  @Test
  void readsTheAccountsRates() {
    assertEquals(
        "[FeeRate[instrument=null, maker=0.000105, taker=0.000315]]",
        answered(
                VENUE.fees(List.of()),
                "{'userCrossRate':'0.000315','userAddRate':'0.000105','userSpotCrossRate':'9','userSpotAddRate':'9'}")
            .toString());
  }

  @Test
  void takesWholeLeverageOnly() {
    Leverage ten = leverage("10.0", MarginMode.CROSS);
    assertEquals(
        ten, answered(VENUE.setLeverage(ten), "{'status':'ok','response':{'type':'default'}}"));
    Fault fault = (Fault) answered(VENUE.setLeverage(leverage("2.5", MarginMode.CROSS)));
    assertEquals(Fault.Kind.REJECTED, fault.kind());
    assertEquals(
        "Leverage[instrument=BTC-USDC@hyperliquid-perp, leverage=20, mode=ISOLATED]",
        answered(
                VENUE.leverage(BTC, MarginMode.CROSS),
                "{'user':'0xaa','coin':'BTC','leverage':{'type':'isolated','value':20,'rawUsd':'-95.0'},"
                    + "'maxTradeSzs':['1','1'],'availableToTrade':['1','1'],'markPx':'67205.0'}")
            .toString());
  }

  /** Within five percent of the touch, and lawful. */
  @ParameterizedTest
  @CsvSource({"BUY, 67205.0, 70565", "SELL, 67205.0, 63845"})
  void aMarketOrderIsPricedByTheTouch(Side side, String touch, String price) {
    String level = "[{'px':'" + touch + "','sz':'1','n':1}]";
    Object update =
        answered(
            VENUE.place(Order.of(BTC, side).market().size("0.01").clientId(ID).reduceOnly()),
            "{'coin':'BTC','time':5,'levels':[" + level + "," + level + "]}",
            "{'status':'ok','response':{'type':'order','data':{'statuses':[{'filled':{'totalSz':'0.01',"
                + "'avgPx':'67205.0','oid':28}}]}}}");
    Json order = Json.parse(ASKED[0].body()).get("orders").at(0);
    assertEquals(price + " true", order.text("p") + " " + order.bool("r"));
    assertEquals("FILLED BTC-USDC [" + ID + "/28] filled 0.01", String.valueOf(update));
  }

  /** An account may have its collateral in one of two places. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "disabled | clearinghouseState | [Balance[asset=USDC, total=990.5, available=940.5]]",
        "default | clearinghouseState | [Balance[asset=USDC, total=990.5, available=940.5]]",
        "unifiedAccount | spotClearinghouseState | [Balance[asset=USDC, total=14.6, available=10.5]]",
        "portfolioMargin | spotClearinghouseState | [Balance[asset=USDC, total=14.6, available=10.5]]"
      })
  void findsTheCollateral(String mode, String type, String expected) {
    String both =
        "{'marginSummary':{'accountValue':'1000.5'},'withdrawable':'940.5','assetPositions':[{'position':"
            + "{'unrealizedPnl':'10.0'}}],'balances':[{'coin':'USDC','total':'14.6','hold':'4.1'},"
            + "{'coin':'HYPE','total':'5','hold':'0'}]}";
    assertEquals(expected, answered(VENUE.balances(NONE), "'" + mode + "'", both).toString());
    assertEquals(type, Json.parse(ASKED[0].body()).text("type"));
  }

  @Test
  void readsFundingRatesOfTheNextHour() {
    HyperliquidPerpDialect venue = new HyperliquidPerpDialect("live");
    String markets =
        "[{'universe':[{'name':'BTC','szDecimals':5,'maxLeverage':40},{'name':'ETH','szDecimals':4,"
            + "'maxLeverage':25}]},[{'funding':'0.0000125','oraclePx':'67201.0','markPx':'67205.0'},"
            + "{'funding':'-0.00001','oraclePx':'3100.0','markPx':'3101.0'}]]";
    answered(venue.instruments(NONE), markets);
    assertEquals(
        "[FundingRate[instrument=ETH-USDC@hyperliquid-perp, markPrice=3101.0, indexPrice=3100.0, rate=-0.00001,"
            + " nextMillis=1700002800000, venueMillis=1700000000123]]",
        answered(venue.fundingRates(List.of(ETH), NONE), "{'time':1700000000123}", markets)
            .toString());
    assertEquals(
        2, ((List<?>) answered(venue.fundingRates(List.of(), NONE), "{'time':1}", markets)).size());
    assertEquals(
        "67205.0",
        ((List<?>) answered(venue.tickers(List.of(), NONE), markets))
            .stream()
                .map(t -> ((dev.colibri.connector.model.Ticker) t).last().toString())
                .findFirst()
                .orElseThrow());
  }

  /** A full page is followed by what begins at its last payment. */
  @Test
  void readsPaymentsInPages() {
    HyperliquidPerpDialect venue = new HyperliquidPerpDialect("live");
    answered(
        venue.instruments(NONE),
        "[{'universe':[{'name':'BTC','szDecimals':5,'maxLeverage':40}]},[{}]]");
    String row =
        "{'time':%d,'hash':'0x00','delta':{'type':'funding','coin':'BTC','usdc':'-1','szi':'1','fundingRate':'0'}}";
    String full =
        IntStream.range(0, 500).mapToObj(i -> row.formatted(3_600_000L * i)).toList().toString();
    Page<?> page = (Page<?>) answered(venue.fundingPayments(FundingQuery.since(7), NONE), full);
    assertEquals("500 " + 3_600_000L * 499, page.items().size() + " " + page.next());
    Page<?> last =
        (Page<?>)
            answered(
                venue.fundingPayments(FundingQuery.since(7), NONE), "[" + row.formatted(9) + "]");
    assertEquals("1 null", last.items().size() + " " + last.next());
  }
}
