package dev.colibri.connector.spot.hyperliquid;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What leaves, byte for byte, and how answers to it are taken. */
class HyperliquidRequestTest {
  static final Instrument HYPE =
      Instrument.builder(
              "hyperliquid-spot",
              "@107",
              "HYPE",
              "USDC",
              TradingRules.builder(new BigDecimal("0.000001"), new BigDecimal("0.01"))
                  .maxPriceDigits(5)
                  .build())
          .attribute(HyperliquidSpot.ASSET, "10107")
          .build();
  static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };

  /** The key that the venue's own library tests its signatures with. */
  private static final Credentials KEYS =
      Credentials.of(
          "0xAa00000000000000000000000000000000000001", "0x" + "0123456789".repeat(6) + "0123");

  private static final String VAULT = "0x1719884eb866cb12b2287399b15f7db5e7d775ea";
  private static final String ID = "0x0000000000000000000000000000000a";
  private static final HyperliquidSpot VENUE = new HyperliquidSpot("live");
  private static final Order BUY = Order.buy(HYPE).size("5.0").clientId(ID);
  private static final Order RESTING = BUY.limit("25.120").venueId("28");

  static Stream<Arguments> requests() {
    String order = "{\"type\":\"order\",\"orders\":[";
    String buy =
        "{\"a\":10107,\"b\":true,\"p\":\"25.12\",\"s\":\"5\",\"r\":false,\"t\":{\"limit\":{\"tif\":";
    String end = "}},\"c\":\"" + ID + "\"}";
    String user = "\"user\":\"" + KEYS.apiKey() + "\"}";
    return Stream.of(
        arguments(
            VENUE.place(BUY.limit("25.12")),
            order + buy + "\"Gtc\"" + end + "],\"grouping\":\"na\"}"),
        arguments(
            VENUE.place(BUY.limit("25.12").ioc()),
            order + buy + "\"Ioc\"" + end + "],\"grouping\":\"na\"}"),
        arguments(
            VENUE.place(BUY.limit("25.12").postOnly()),
            order + buy + "\"Alo\"" + end + "],\"grouping\":\"na\"}"),
        arguments(
            VENUE.place(BUY.limit("25.12").with("builder", "{\"b\":\"0xbb\",\"f\":10}")),
            order
                + buy
                + "\"Gtc\""
                + end
                + "],\"grouping\":\"na\",\"builder\":{\"b\":\"0xbb\",\"f\":10}}"),
        arguments(
            VENUE.placeAll(List.of(BUY.limit("25.12"), BUY.limit("25.12").ioc())),
            order + buy + "\"Gtc\"" + end + "," + buy + "\"Ioc\"" + end + "],\"grouping\":\"na\"}"),
        arguments(VENUE.place(BUY.market()), "{\"type\":\"l2Book\",\"coin\":\"@107\"}"),
        arguments(
            VENUE.cancel(RESTING), "{\"type\":\"cancel\",\"cancels\":[{\"a\":10107,\"o\":28}]}"),
        arguments(
            VENUE.cancel(BUY.limit("1")),
            "{\"type\":\"cancelByCloid\",\"cancels\":[{\"asset\":10107,\"cloid\":\""
                + ID
                + "\"}]}"),
        arguments(
            VENUE.cancelEach(List.of(RESTING, RESTING.venueId("29"))),
            "{\"type\":\"cancel\",\"cancels\":[{\"a\":10107,\"o\":28},{\"a\":10107,\"o\":29}]}"),
        arguments(
            VENUE.cancelEach(List.of(RESTING, RESTING.venueId(null))),
            "{\"type\":\"cancelByCloid\",\"cancels\":[{\"asset\":10107,\"cloid\":\""
                + ID
                + "\"},{\"asset\":10107,\"cloid\":\""
                + ID
                + "\"}]}"),
        arguments(
            VENUE.replace(RESTING, BUY.limit("25.12")),
            "{\"type\":\"batchModify\",\"modifies\":[{\"oid\":28,\"order\":"
                + buy
                + "\"Gtc\""
                + end
                + "}]}"),
        arguments(
            VENUE.replace(RESTING, BUY.limit("25.12").ioc()),
            "{\"type\":\"cancel\",\"cancels\":[{\"a\":10107,\"o\":28}]}"),
        arguments(
            VENUE.arm(Duration.ofSeconds(30)), "{\"type\":\"scheduleCancel\",\"time\":30000}"),
        arguments(VENUE.disarm(), "{\"type\":\"scheduleCancel\"}"),
        arguments(VENUE.status(RESTING), "{\"type\":\"orderStatus\",\"oid\":28," + user),
        arguments(
            VENUE.status(BUY.limit("1")),
            "{\"type\":\"orderStatus\",\"oid\":\"" + ID + "\"," + user),
        arguments(VENUE.openOrders(HYPE, NONE), "{\"type\":\"frontendOpenOrders\"," + user),
        arguments(VENUE.fills(FillQuery.of(RESTING), NONE), "{\"type\":\"userFills\"," + user),
        arguments(
            VENUE.fills(FillQuery.since(HYPE, 7), NONE),
            "{\"type\":\"userFillsByTime\",\"startTime\":7," + user),
        arguments(
            VENUE.fills(FillQuery.since(HYPE, 7).from("9"), NONE),
            "{\"type\":\"userFillsByTime\",\"startTime\":9," + user),
        arguments(VENUE.balances(NONE), "{\"type\":\"spotClearinghouseState\"," + user),
        arguments(VENUE.fees(List.of()), "{\"type\":\"userFees\"," + user),
        arguments(
            VENUE.mayWithdraw(),
            "{\"type\":\"userRole\",\"user\":\"0x14791697260e4c9a71f18484c9f997b308e59325\"}"),
        arguments(VENUE.time(), "{\"type\":\"exchangeStatus\"}"),
        arguments(VENUE.instruments(NONE), "{\"type\":\"spotMetaAndAssetCtxs\"}"),
        arguments(VENUE.tickers(List.of(), NONE), "{\"type\":\"spotMetaAndAssetCtxs\"}"),
        arguments(VENUE.book(HYPE, 100), "{\"type\":\"l2Book\",\"coin\":\"@107\"}"),
        arguments(VENUE.trades(HYPE, 5, NONE), "{\"type\":\"recentTrades\",\"coin\":\"@107\"}"),
        arguments(
            VENUE.candles(
                new CandleRange(
                    HYPE,
                    Duration.ofHours(1),
                    VENUE.intervals().name(Duration.ofHours(1)),
                    1000,
                    2000),
                NONE),
            "{\"type\":\"candleSnapshot\",\"req\":{\"coin\":\"@107\",\"interval\":\"1h\",\"startTime\":1000,"
                + "\"endTime\":1999}}"));
  }

  /** Of an action, what is signed; of a question, all of it. */
  @ParameterizedTest
  @MethodSource("requests")
  void leavesAsTheVenueWants(Call<?> call, String expected) {
    Json sent = sent(first(call), KEYS, VENUE);
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

  private static Json sent(Request request, Credentials keys, HyperliquidSpot venue) {
    Signed signed = venue.depart(request, new FrozenSigning(0, keys));
    return Json.parse(new String(signed.body(), StandardCharsets.UTF_8));
  }

  private static Json dummy(Credentials keys, String environment) {
    Request request =
        Request.post("/exchange").signed().body("{\"type\":\"dummy\",\"num\":100000000000}");
    return sent(request, keys, new HyperliquidSpot(environment));
  }

  /** The signatures that the venue's own library is tested by. */
  @ParameterizedTest
  @CsvSource({
    "live, '',"
        + " 0x053749d5b30552aeb2fca34b530185976545bb22d0b3ce6f62e31be961a59298,"
        + " 0x755c40ba9bf05223521753995abb2f73ab3229be8ec921f350cb447e384d8ed8, 27",
    "testnet, '',"
        + " 0x542af61ef1f429707e3c76c5293c80d01f74ef853e34b76efffcb57e574f9510,"
        + " 0x17b8b32f086e8cdede991f1e2c529f5dd5297cbe8128500e00cbaf766204a613, 28",
    "live, 0x1719884eb866cb12b2287399b15f7db5e7d775ea,"
        + " 0x03c548db75e479f8012acf3000ca3a6b05606bc2ec0c29c50c515066a326239,"
        + " 0x4d402be7396ce74fbba3795769cda45aec00dc3125a984f2a9f23177b190da2c, 28"
  })
  void signsAsTheVenuesOwnLibrary(String environment, String vault, String r, String s, int v) {
    Json sent = dummy(vault.isEmpty() ? KEYS : KEYS.with("vault", vault), environment);
    String padded = "0x" + "0".repeat(66 - r.length()) + r.substring(2);
    assertEquals(
        "{\"r\":\"" + padded + "\",\"s\":\"" + s + "\",\"v\":" + v + "}",
        sent.get("signature").toString());
  }

  /** Likewise; no time ends it. */
  @ParameterizedTest
  @CsvSource({
    "live, 0,"
        + " 0x6cdfb286702f5917e76cd9b3b8bf678fcc49aec194c02a73e6d4f16891195df9,"
        + " 0x6557ac307fa05d25b8d61f21fb8a938e703b3d9bf575f6717ba21ec61261b2a0, 27",
    "testnet, 0,"
        + " 0xc75bb195c3f6a4e06b7d395acc20bbb224f6d23ccff7c6a26d327304e6efaeed,"
        + " 0x342f8ede109a29f2c0723bd5efb9e9100e3bbb493f8fb5164ee3d385908233df, 28",
    "live, 123456789,"
        + " 0x609cb20c737945d070716dcc696ba030e9976fcf5edad87afa7d877493109d55,"
        + " 0x16c685d63b5c7a04512d73f183b3d7a00da5406ff1f8aad33f8ae2163bab758b, 28"
  })
  void signsASilenceAsTheVenuesOwnLibrary(
      String environment, long millis, String r, String s, int v) {
    HyperliquidSpot venue = new HyperliquidSpot(environment);
    Call<Boolean> call = millis == 0 ? venue.disarm() : venue.arm(Duration.ofMillis(millis));
    assertEquals(
        "{\"r\":\"" + r + "\",\"s\":\"" + s + "\",\"v\":" + v + "}",
        sent(first(call), KEYS, venue).get("signature").toString());
  }

  @Test
  void aSilenceIsTakenOrRefused() {
    Call.Ask<Boolean> arm = (Call.Ask<Boolean>) VENUE.arm(Duration.ofSeconds(30));
    Reply taken = reply("{'status':'ok','response':{'type':'default'}}");
    assertNull(VENUE.fault(arm.request(), taken));
    assertEquals(true, arm.reader().apply(taken));
    Call.Ask<Boolean> disarm = (Call.Ask<Boolean>) VENUE.disarm();
    assertNull(VENUE.fault(disarm.request(), taken));
    assertEquals(false, disarm.reader().apply(taken));
    String words =
        "Cannot set scheduled cancel time until enough volume traded. Required: $1000000. Traded:"
            + " $373.47205.";
    Fault fault = VENUE.fault(arm.request(), reply("{'status':'err','response':'" + words + "'}"));
    assertEquals(Fault.Kind.REJECTED, fault.kind());
    assertFalse(fault.kind().isPassing(), "asking again does not help");
  }

  /** A vault is who trades and who is asked about, however its address is written. */
  @Test
  void tradesForAVault() {
    Credentials keys = KEYS.with("vault", " 0x" + VAULT.substring(2).toUpperCase(Locale.ROOT));
    Json sent = dummy(keys, "live");
    assertEquals(VAULT, sent.text("vaultAddress"));
    String signer = HyperliquidVectors.signer(sent, "a");
    assertEquals("0x14791697260e4c9a71f18484c9f997b308e59325", signer);
    assertEquals(VAULT, sent(first(VENUE.balances(NONE)), keys, VENUE).text("user"));
  }

  /** Well before a negative answer counts: one that is carried out late would be missed. */
  @Test
  void whatPlacesIsGoodForSeconds() {
    for (Call<?> call :
        List.of(
            VENUE.place(BUY.limit("25.12")),
            VENUE.placeAll(List.of(BUY.limit("25.12"), BUY.limit("25"))),
            VENUE.replace(RESTING, BUY.limit("25.12")))) {
      Json sent = sent(first(call), KEYS.with("vault", VAULT), VENUE);
      assertEquals(5000, sent.longValue("expiresAfter"));
      assertEquals(
          "0x14791697260e4c9a71f18484c9f997b308e59325", HyperliquidVectors.signer(sent, "a"));
    }
    assertFalse(sent(first(VENUE.cancel(RESTING)), KEYS, VENUE).has("expiresAfter"));
    assertTrue(HyperliquidSpot.PROFILE.visibilityDelay().toMillis() > 5000);
  }

  @Test
  void aKeyThatIsNoneIsRefusedWhenTheVenueIsOpened() {
    assertThrows(TextException.class, () -> Hyperliquid.spot(Credentials.of("0xaa", "not hex")));
  }

  // ---- answers

  private static Reply reply(String body) {
    return new Reply(200, Map.of(), body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** The value of a conversation, or what it failed with. */
  @SuppressWarnings("unchecked")
  private static <T> Object answered(Call<T> call, Request[] asked, String... replies) {
    if (call instanceof Call.Ask<T> ask) {
      asked[0] = ask.request();
      return ask.reader().apply(reply(replies[0]));
    }
    if (call instanceof Call.Failed<T> failed) {
      return failed.fault();
    }
    if (call instanceof Call.Done<T> done) {
      return done.value();
    }
    var then = (Call.Then<Object, T>) call;
    Object first = answered(then.first(), asked, replies);
    String[] rest =
        replies.length == 1
            ? replies
            : List.of(replies).subList(1, replies.length).toArray(new String[0]);
    return answered(then.next().apply(first), asked, rest);
  }

  private static String statuses(String statuses) {
    return "{'status':'ok','response':{'type':'order','data':{'statuses':[" + statuses + "]}}}";
  }

  /** Within five percent of the touch, and lawful. */
  @ParameterizedTest
  @CsvSource({
    "BUY, 25.13, 26.386, Ioc",
    "SELL, 25.12, 23.864, Ioc",
    "BUY, 99999, 104998, Ioc",
    "SELL, 0.012345, 0.011728, Ioc"
  })
  void aMarketOrderIsPricedByTheTouch(Side side, String touch, String price, String tif) {
    Request[] asked = new Request[1];
    String level = "[{'px':'" + touch + "','sz':'1','n':1}]";
    Object update =
        answered(
            VENUE.place(Order.of(HYPE, side).market().size("5").clientId(ID)),
            asked,
            "{'coin':'@107','time':5,'levels':[" + level + "," + level + "]}",
            statuses("{'filled':{'totalSz':'2.0','avgPx':'25.13','oid':28}}"));
    Json order = Json.parse(asked[0].body()).get("orders").at(0);
    assertEquals(price, order.text("p"));
    assertEquals(tif, order.get("t").get("limit").text("tif"));
    assertEquals("CANCELED HYPE-USDC [" + ID + "/28] filled 2.0", String.valueOf(update));
  }

  @Test
  void aMarketOrderThatNobodyMeetsIsRefused() {
    Object fault =
        answered(
            VENUE.place(BUY.market()), new Request[1], "{'coin':'@107','time':5,'levels':[[],[]]}");
    assertEquals(Fault.Kind.REJECTED, ((Fault) fault).kind());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'resting':{'oid':28}} | OPEN HYPE-USDC [%s/28]",
        "{'filled':{'totalSz':'5.0','avgPx':'25.1','oid':28}} | FILLED HYPE-USDC [%s/28] filled 5.0",
        "{'filled':{'totalSz':'2.0','avgPx':'25.1','oid':28}} | PARTIALLY_FILLED HYPE-USDC [%s/28] filled 2.0",
        "'waitingForFill' | OPEN HYPE-USDC [%s/null]",
        "{'error':'Order could not immediately match against any resting orders. asset=10107'}"
            + " | CANCELED HYPE-USDC [%s/null] filled 0"
      },
      quoteCharacter = '"')
  void readsWhatBecameOfAnOrder(String status, String expected) {
    OrderUpdate update =
        (OrderUpdate) answered(VENUE.place(BUY.limit("25.12")), new Request[1], statuses(status));
    assertEquals(expected.formatted(ID), update.toString());
  }

  /** A batch of success may hold refusals, and an end that is none. */
  @Test
  void readsEveryStatusOfABatch() {
    var results =
        (List<?>)
            answered(
                VENUE.placeAll(List.of(BUY.limit("25.12"), BUY.limit("25"), BUY.limit("24").ioc())),
                new Request[1],
                statuses(
                    "{'resting':{'oid':28}},{'error':'Order has zero size.'},"
                        + "{'error':'Order could not immediately match against any resting orders.'}"));
    assertEquals(
        "OPEN HYPE-USDC [" + ID + "/28]", ((BatchResult) results.get(0)).update().toString());
    assertEquals(Fault.Kind.BAD_SIZE, ((BatchResult) results.get(1)).fault().kind());
    assertEquals(
        "CANCELED HYPE-USDC [" + ID + "/null] filled 0",
        ((BatchResult) results.get(2)).update().toString());
  }

  /** Only the word says that an order was canceled. */
  @Test
  void takesNothingElseForACancel() {
    String[] words = {"'success'", "'somethingElse'"};
    assertEquals(
        "CANCELED HYPE-USDC [" + ID + "/28]",
        String.valueOf(answered(VENUE.cancel(RESTING), new Request[1], statuses(words[0]))));
    assertEquals(
        "UNKNOWN(\"somethingElse\") HYPE-USDC [" + ID + "/28]",
        String.valueOf(answered(VENUE.cancel(RESTING), new Request[1], statuses(words[1]))));
  }

  /** What cannot rest takes the place of an order only when that one is certainly gone. */
  @Test
  void placesInsteadOnlyOfWhatIsCanceled() {
    Order instead = BUY.limit("25.12").ioc();
    String filled = statuses("{'filled':{'totalSz':'5','avgPx':'25','oid':29}}");
    assertEquals(
        "FILLED HYPE-USDC [" + ID + "/29] filled 5",
        String.valueOf(
            answered(
                VENUE.replace(RESTING, instead), new Request[1], statuses("'success'"), filled)));
    Request[] asked = new Request[1];
    Object fault =
        answered(VENUE.replace(RESTING, instead), asked, statuses("'somethingElse'"), filled);
    assertEquals(Fault.Kind.REJECTED, ((Fault) fault).kind());
    assertEquals("cancel", Json.parse(asked[0].body()).text("type"));
  }

  /** Those of pairs, beside which those of perpetuals are told. */
  @Test
  void readsTheAccountsRates() {
    assertEquals(
        "[FeeRate[instrument=null, maker=0.00028, taker=0.00049]]",
        String.valueOf(
            answered(
                VENUE.fees(List.of()),
                new Request[1],
                "{'userCrossRate':'9','userAddRate':'9','userSpotCrossRate':'0.00049','userSpotAddRate':'0.00028'}")));
  }

  /** Whoever signs is an API wallet, somebody with everything, or nobody. */
  @ParameterizedTest
  @CsvSource({"agent, false", "user, true", "vault, true", "subAccount, true"})
  void tellsWhatAKeyMayDo(String role, String withdraws) {
    assertEquals(
        withdraws,
        String.valueOf(
            answered(VENUE.mayWithdraw(), new Request[1], "{'role':'" + role + "','data':{}}")));
  }

  @Test
  void aKeyOfNobodyIsUnauthorized() {
    Fault fault = (Fault) answered(VENUE.mayWithdraw(), new Request[1], "{'role':'missing'}");
    assertEquals(Fault.Kind.UNAUTHORIZED, fault.kind());
  }

  /** Fills of others are left out; a full page is followed by what begins at its last fill. */
  @Test
  void readsFillsInPages() {
    String fill =
        "{'coin':'%s','px':'25','sz':'1','side':'B','time':%d,'oid':28,'crossed':true,'fee':'0','tid':%d,"
            + "'feeToken':'HYPE'}";
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      rows.append(i == 0 ? "" : ",")
          .append(fill.formatted(i % 2 == 0 ? "@107" : "BTC", 100 + i, i));
    }
    var page =
        (Page<?>)
            answered(VENUE.fills(FillQuery.since(HYPE, 7), NONE), new Request[1], "[" + rows + "]");
    assertEquals(1000, page.items().size());
    assertEquals("2099", page.next());
    var stuck =
        (Page<?>)
            answered(
                VENUE.fills(FillQuery.since(HYPE, 2099), NONE), new Request[1], "[" + rows + "]");
    assertEquals("2100", stuck.next(), "must go on where a page does not");
    List<String> unordered = new ArrayList<>(List.of(rows.toString().split("(?<=}),")));
    Collections.reverse(unordered);
    unordered.set(1999, "{'coin':'BTC'}");
    page =
        (Page<?>)
            answered(
                VENUE.fills(FillQuery.since(HYPE, 7), (row, problem) -> {}),
                new Request[1],
                unordered.toString());
    assertEquals("2099", page.next(), "must go on from the latest, wherever it stands");
  }

  @Test
  void readsABook() {
    BookSnapshot book =
        (BookSnapshot)
            answered(
                VENUE.book(HYPE, 5),
                new Request[1],
                "{'coin':'@107','time':5,'levels':[[{'px':'25.12','sz':'3.50','n':2}],[]]}");
    assertEquals(5, book.venueMillis());
    assertEquals(1, book.bids().count());
    assertEquals(2512, book.bids().price(0));
    assertEquals(0, book.asks().count());
  }
}
