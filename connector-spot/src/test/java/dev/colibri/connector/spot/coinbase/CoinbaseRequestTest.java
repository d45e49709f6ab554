package dev.colibri.connector.spot.coinbase;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Base64;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What leaves for each intent, byte for byte, and what conversations make of the answers. */
class CoinbaseRequestTest {
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  static final Instrument BTC =
      Instrument.builder(
              "coinbase-spot",
              "BTC-USD",
              "BTC",
              "USD",
              TradingRules.builder(new BigDecimal("0.01"), new BigDecimal("0.00000001")).build())
          .build();

  private final CoinbaseSpot venue = new CoinbaseSpot();
  private final Order buy = Order.buy(BTC).size("0.50").clientId("clbr1");
  private final Order known = buy.limit("67210.10").venueId("v-28");

  private static Request request(Call<?> call) {
    Call<?> first = call;
    while (first instanceof Call.Then<?, ?> then) {
      first = then.first();
    }
    return ((Call.Ask<?>) first).request();
  }

  private Signed depart(Call<?> call) {
    return venue.depart(
        request(call), new FrozenSigning(1_700_000_000_123L, CoinbaseSpotTest.KEYS));
  }

  /** Method, path, query or body; a star for a signature. */
  private String line(Call<?> call) {
    Signed s = depart(call);
    String text = s.query() == null ? "" : " " + s.query();
    text += s.body() == null ? "" : " " + new String(s.body(), StandardCharsets.UTF_8);
    assertEquals(s.request().isSigned(), s.headers().containsKey("Authorization"));
    return (s.request().isSigned() ? "* " : "") + s.request() + text;
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  @Test
  void orders() {
    String start = "* POST /api/v3/brokerage/orders {'client_order_id':'clbr1','product_id':";
    String rest = "'BTC-USD','side':'BUY','order_configuration':{%s}}";
    for (Map.Entry<Order, String> e :
        List.of(
            Map.entry(
                buy.limit("67210.10"),
                "'limit_limit_gtc':{'base_size':'0.5','limit_price':'67210.1','post_only':false}"),
            Map.entry(
                buy.limit("67210.10").postOnly(),
                "'limit_limit_gtc':{'base_size':'0.5','limit_price':'67210.1','post_only':true}"),
            Map.entry(
                buy.limit("67210.10").ioc(),
                "'sor_limit_ioc':{'base_size':'0.5','limit_price':'67210.1'}"),
            Map.entry(
                buy.limit("67210.10").fok(),
                "'limit_limit_fok':{'base_size':'0.5','limit_price':'67210.1'}"),
            Map.entry(buy.market(), "'market_market_ioc':{'base_size':'0.5'}"),
            Map.entry(
                Order.buy(BTC).market().quoteAmount("1000.0").clientId("clbr1"),
                "'market_market_ioc':{'quote_size':'1000'}"))) {
      assertEquals(quoted(start + rest.formatted(e.getValue())), line(venue.place(e.getKey())));
    }
    assertEquals("clbr1", depart(venue.place(buy.market())).identity());
    String own =
        line(venue.place(buy.market().with("side", "SELL").with("retail_portfolio_id", "p")));
    assertTrue(
        own.contains(quoted("'side':'SELL','retail_portfolio_id':'p','order_configuration'")), own);
  }

  @Test
  void requests() {
    String api = "GET /api/v3/brokerage";
    String batch = "* " + api + "/orders/historical/batch product_type=SPOT";
    String fills = "* " + api + "/orders/historical/fills ";
    assertEquals(api + "/time", line(venue.time()));
    assertEquals(api + "/market/products product_type=SPOT", line(venue.instruments(NONE)));
    assertEquals(
        api + "/market/product_book product_id=BTC-USD&limit=50", line(venue.book(BTC, 50)));
    assertEquals(
        api + "/market/products/BTC-USD/ticker limit=1", line(venue.tickers(List.of(BTC), NONE)));
    assertEquals(
        api + "/market/products/BTC-USD/ticker limit=1000", line(venue.trades(BTC, 5000, NONE)));
    assertEquals(
        api
            + "/market/products/BTC-USD/candles start=1700000000&end=1700017999&granularity=ONE_MINUTE",
        line(
            venue.candles(
                new CandleRange(
                    BTC,
                    Duration.ofMinutes(1),
                    venue.intervals().name(Duration.ofMinutes(1)),
                    1_700_000_000_000L,
                    1_700_018_000_000L),
                NONE)));
    assertEquals("* " + api + "/key_permissions", line(venue.mayWithdraw()));
    assertEquals(
        "* " + api + "/transaction_summary product_type=SPOT", line(venue.fees(List.of(BTC))));
    assertEquals("* " + api + "/accounts limit=250", line(venue.balances(NONE)));
    assertEquals("* " + api + "/orders/historical/v-28", line(venue.status(known)));
    assertEquals(batch + "&product_ids=BTC-USD&limit=250", line(venue.status(known.venueId(null))));
    assertEquals(batch + "&limit=250&order_status=OPEN", line(venue.openOrders(null, NONE)));
    assertEquals(fills + "order_ids=v-28&limit=250", line(venue.fills(FillQuery.of(known), NONE)));
    assertEquals(
        fills
            + "product_ids=BTC-USD&start_sequence_timestamp=2023-11-14T22%3A13%3A20.123Z&limit=250"
            + "&cursor=c",
        line(venue.fills(FillQuery.since(BTC, 1_700_000_000_123L).from("c"), NONE)));
    assertEquals(
        quoted("* POST /api/v3/brokerage/orders/batch_cancel {'order_ids':['v-28']}"),
        line(venue.cancel(known)));
    assertEquals(
        quoted(
            "* POST /api/v3/brokerage/orders/edit {'order_id':'v-28','price':'67000','size':'0.5'}"),
        line(venue.amend(known, known.limit("67000.00"))));
  }

  /** The token names the request without its query, by the venue's own clock. */
  @Test
  void aTokenForEachRequest() {
    String token =
        depart(venue.balances(NONE)).headers().get("Authorization").substring("Bearer ".length());
    String[] parts = token.split("\\.");
    assertEquals(
        quoted(
            "{'alg':'EdDSA','typ':'JWT','kid':'organizations/o/apiKeys/k','nonce':'1111111122223333'}"),
        new String(Base64.urlDecode(parts[0]), StandardCharsets.UTF_8));
    assertEquals(
        quoted(
            "{'sub':'organizations/o/apiKeys/k','iss':'cdp','nbf':1699999999,'exp':1700000119,"
                + "'uri':'GET api.coinbase.com/api/v3/brokerage/accounts'}"),
        new String(Base64.urlDecode(parts[1]), StandardCharsets.UTF_8));
  }

  /** Well before a negative answer counts: one that arrives late would be missed. */
  @Test
  void whatPlacesOrAmendsIsGoodForSeconds() {
    for (Call<?> call : List.of(venue.place(buy.market()), venue.amend(known, known.size("1")))) {
      String token = depart(call).headers().get("Authorization");
      String claims = new String(Base64.urlDecode(token.split("\\.")[1]), StandardCharsets.UTF_8);
      assertEquals(6, Json.parse(claims).longValue("exp") - Json.parse(claims).longValue("nbf"));
    }
    assertTrue(CoinbaseSpot.PROFILE.visibilityDelay().toSeconds() > 6);
  }

  // ---- conversations

  /** Performs a call with these answers, one after the other; a fault as its kind. */
  private Object perform(Call<?> call, String... replies) {
    int[] next = {0};
    return perform(call, next, replies);
  }

  private Object perform(Call<?> call, int[] next, String... replies) {
    if (call instanceof Call.Done<?> done) {
      return done.value();
    } else if (call instanceof Call.Failed<?> failed) {
      return failed.fault().kind();
    } else if (call instanceof Call.Then<?, ?> then) {
      return then(then, next, replies);
    }
    Call.Ask<?> ask = (Call.Ask<?>) call;
    Reply reply =
        new Reply(200, Map.of(), quoted(replies[next[0]++]).getBytes(StandardCharsets.UTF_8));
    Fault fault = venue.fault(ask.request(), reply);
    return fault == null ? ask.reader().apply(reply) : fault.kind();
  }

  private <A> Object then(Call.Then<A, ?> then, int[] next, String... replies) {
    Object value = perform(then.first(), next, replies);
    @SuppressWarnings("unchecked")
    A first = (A) value;
    return value instanceof Fault.Kind ? value : perform(then.next().apply(first), next, replies);
  }

  private static String order(String id, String clientId, String status) {
    return "{'order_id':'%s','client_order_id':'%s','product_id':'BTC-USD','side':'BUY',"
            .formatted(id, clientId)
        + "'status':'"
        + status
        + "','order_configuration':{'limit_limit_gtc':{'base_size':'0.5','limit_price':'67210.10'}}}";
  }

  /** A search that was not completed, or a row that cannot be read, is no negative answer. */
  @Test
  void aClientIdIsLookedForAmongTheNewestOrders() {
    Order lost = known.venueId(null);
    String other = "{'orders':[" + order("v-1", "x", "OPEN") + "],'has_next':true,'cursor':'c'}";
    String mine = "{'orders':[" + order("v-28", "clbr1", "FILLED") + "],'cursor':''}";
    OrderUpdate found = (OrderUpdate) perform(venue.status(lost), other, mine);
    assertEquals(OrderStatus.FILLED, found.status());
    assertEquals(
        Fault.Kind.ORDER_NOT_FOUND,
        perform(venue.status(lost), other, "{'orders':[],'cursor':''}"));
    String[] many = Collections.nCopies(20, other).toArray(new String[0]);
    assertEquals(Fault.Kind.OUTCOME_UNKNOWN, perform(venue.status(lost), many));
    assertEquals(
        Fault.Kind.RATE_LIMITED,
        perform(venue.status(lost), other, "{'errors':[{'id':'rate_limit_exceeded'}]}"));
    String unreadable = "{'orders':[{'client_order_id':'clbr1','status':'OPEN'}],'cursor':''}";
    assertThrows(TextException.class, () -> perform(venue.status(lost), unreadable));
  }

  /** Of an account with many orders, those that were made before it left need not be searched. */
  @Test
  void aClientIdIsLookedForBackToTheOrdersDeparture() {
    Order lost = known.venueId(null);
    String page =
        "{'orders':["
            + order("v-1", "x", "OPEN").replaceFirst("[{]", "{'created_time':'%s',")
            + "],'has_next':true,'cursor':'c'}";
    String early = page.formatted("2023-11-14T22:00:00Z");
    String late = page.formatted("2023-11-14T22:13:00Z");
    String none = "{'orders':[],'has_next':true,'cursor':'c'}";
    String mine = "{'orders':[" + order("v-28", "clbr1", "FILLED") + "],'cursor':''}";
    assertInstanceOf(OrderUpdate.class, perform(venue.status(lost), early, mine));
    Order left = lost.sentAt(1_700_000_000_123L);
    assertEquals(Fault.Kind.ORDER_NOT_FOUND, perform(venue.status(left), late, early, mine));
    assertInstanceOf(OrderUpdate.class, perform(venue.status(left), late, none, mine));
  }

  @Test
  void cancelsAreAnsweredOneByOne() {
    Order other = known.venueId("v-29");
    Order gone = known.venueId("v-30");
    String reply =
        "{'results':[{'success':false,'failure_reason':'COMMANDER_REJECTED_CANCEL_ORDER',"
            + "'order_id':'v-29'},{'success':true,'failure_reason':'UNKNOWN_CANCEL_FAILURE_REASON',"
            + "'order_id':'v-28'}]}";
    List<?> results = (List<?>) perform(venue.cancelEach(List.of(known, other, gone)), reply);
    assertEquals(
        List.of("PENDING_CANCEL", "REJECTED", "OUTCOME_UNKNOWN"),
        results.stream().map(r -> word((BatchResult) r)).toList());
    assertEquals(
        Fault.Kind.ORDER_NOT_FOUND,
        perform(
            venue.cancel(known),
            "{'results':[{'success':false,'failure_reason':'ORDER_IS_FULLY_FILLED','order_id':'v-28'}]}"));
    assertEquals(
        Fault.Kind.OUTCOME_UNKNOWN,
        perform(
            venue.cancel(known),
            "{'results':[{'success':false,'failure_reason':'','order_id':'v-28'}]}"));
    assertEquals(
        "OUTCOME_UNKNOWN",
        word((BatchResult) ((List<?>) perform(venue.cancelEach(List.of(buy)))).get(0)));
    OrderUpdate again =
        (OrderUpdate)
            perform(
                venue.cancel(known),
                "{'results':[{'success':false,'failure_reason':'DUPLICATE_CANCEL_REQUEST','order_id':'v-28'}]}");
    assertEquals(OrderStatus.PENDING_CANCEL, again.status());
  }

  private static String word(BatchResult result) {
    OrderUpdate update = result.update();
    Fault fault = result.fault();
    return update != null ? update.status().name() : fault == null ? "" : fault.kind().name();
  }

  @Test
  void accountsOfOneCurrencyAreOneBalance() {
    String account =
        "{'currency':'BTC','available_balance':{'value':'1.5'},'hold':{'value':'0.5'},'type':'%s'}";
    String page =
        "{'accounts':["
            + account.formatted("ACCOUNT_TYPE_CRYPTO")
            + "],'has_next':%s,'cursor':'c'}";
    String vault =
        "{'accounts':["
            + account.formatted("ACCOUNT_TYPE_VAULT")
            + ","
            + account.formatted("ACCOUNT_TYPE_CRYPTO")
            + "],'has_next':false,'cursor':'c'}";
    assertEquals(
        "[Balance[asset=BTC, total=4.0, available=3.0]]",
        perform(venue.balances(NONE), page.formatted("true"), vault).toString());
  }
}
