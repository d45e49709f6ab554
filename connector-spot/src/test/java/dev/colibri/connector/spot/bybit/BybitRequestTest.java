package dev.colibri.connector.spot.bybit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;

/** What leaves for each intent, byte for byte, what it costs, and how its pages follow. */
class BybitRequestTest {
  private static final long NOW = 1_700_000_000_123L;
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  private static final Instrument BTC =
      Instrument.builder(
              "bybit-spot",
              "BTCUSDT",
              "BTC",
              "USDT",
              TradingRules.builder(new BigDecimal("0.1"), new BigDecimal("0.000001")).build())
          .build();

  private final BybitSpot.Batching venue = new BybitSpot.Batching();
  private final Order buy = Order.buy(BTC).clientId("clbr1");
  private final Order limit = buy.limit("67210.50").size("0.0100");

  private static Call.Ask<?> ask(Call<?> call) {
    while (call instanceof Call.Then<?, ?> then) {
      call = then.first();
    }
    return (Call.Ask<?>) call;
  }

  /** Method, path and parameters. */
  private String line(Call<?> call) {
    Request r = ask(call).request();
    Signed s = venue.depart(r, new FrozenSigning(NOW, Credentials.of("a-key", "not-a-secret")));
    assertEquals(r.isSigned() ? "a-key" : null, s.headers().get("X-BAPI-API-KEY"));
    byte[] body = s.body();
    String text = body == null ? s.query() : new String(body, StandardCharsets.UTF_8);
    return r.method() + " " + r.path().substring(4) + (text == null ? "" : " " + text);
  }

  private void leaves(String line, Call<?> call) {
    assertEquals(line.replace('\'', '"'), line(call));
  }

  @Test
  void requestsOfMarketData() {
    leaves("GET market/time", venue.time());
    leaves("GET market/instruments-info category=spot", venue.instruments(NONE));
    leaves("GET market/orderbook category=spot&symbol=BTCUSDT&limit=1000", venue.book(BTC, 0));
    leaves("GET market/orderbook category=spot&symbol=BTCUSDT&limit=7", venue.book(BTC, 7));
    leaves("GET market/tickers category=spot", venue.tickers(List.of(), NONE));
    leaves("GET market/tickers category=spot&symbol=BTCUSDT", venue.tickers(List.of(BTC), NONE));
    leaves(
        "GET market/recent-trade category=spot&symbol=BTCUSDT&limit=60",
        venue.trades(BTC, 500, NONE));
    leaves(
        "GET market/kline category=spot&symbol=BTCUSDT&interval=D&start=0&end=86399999&limit=1000",
        venue.candles(
            new CandleRange(
                BTC, Duration.ofDays(1), venue.intervals().name(Duration.ofDays(1)), 0, 86_400_000),
            NONE));
    assertEquals(1000, venue.intervals().most());
  }

  @Test
  void requestsOfTheAccount() {
    leaves("GET user/query-api", venue.mayWithdraw());
    leaves("GET account/fee-rate category=spot", venue.fees(List.of()));
    leaves("GET account/wallet-balance accountType=UNIFIED", venue.balances(NONE));
    leaves(
        "GET order/realtime category=spot&orderFilter=Order&limit=50",
        venue.openOrders(null, NONE));
    leaves(
        "GET order/realtime category=spot&symbol=BTCUSDT&orderId=28",
        venue.status(limit.venueId("28")));
    leaves(
        "GET order/realtime category=spot&symbol=BTCUSDT&orderLinkId=clbr1", venue.status(limit));
    leaves(
        "GET execution/list category=spot&symbol=BTCUSDT&orderId=28&limit=100",
        venue.fills(FillQuery.of(limit.venueId("28")), NONE));
  }

  @Test
  void requestsThatChangeSomething() {
    String begin = "POST order/create {'category':'spot','symbol':'BTCUSDT',";
    String id = ",'orderLinkId':'clbr1'}";
    leaves(
        begin
            + "'side':'Buy','orderType':'Limit','qty':'0.01','price':'67210.5','timeInForce':'GTC'"
            + id,
        venue.place(limit));
    leaves(
        begin
            + "'side':'Buy','orderType':'Limit','qty':'0.01','price':'67210.5','timeInForce':'PostOnly'"
            + id,
        venue.place(limit.postOnly()));
    leaves(
        begin + "'side':'Buy','orderType':'Market','qty':'0.5','marketUnit':'baseCoin'" + id,
        venue.place(buy.market().size("0.5")));
    leaves(
        begin + "'side':'Buy','orderType':'Market','qty':'1000','marketUnit':'quoteCoin'" + id,
        venue.place(buy.market().quoteAmount("1000")));
    leaves(
        "POST order/cancel {'category':'spot','symbol':'BTCUSDT','orderId':'28','orderFilter':'Order'}",
        venue.cancel(limit.venueId("28")));
    leaves(
        "POST order/cancel-all {'category':'spot','symbol':'BTCUSDT'}", venue.cancelAll(BTC, NONE));
    leaves(
        "POST order/amend {'category':'spot','symbol':'BTCUSDT','orderId':'28','price':'67000'}",
        venue.amend(limit.venueId("28"), limit.venueId("28").limit("67000")));
    leaves(
        "POST order/amend {'category':'spot','symbol':'BTCUSDT','orderId':'28','qty':'0.02'}",
        venue.amend(limit.venueId("28"), limit.venueId("28").size("0.02")));
    leaves(
        "POST order/cancel-batch {'category':'spot','request':[{'symbol':'BTCUSDT','orderId':'28'},"
            + "{'symbol':'BTCUSDT','orderLinkId':'clbr1'}]}",
        venue.cancelEach(List.of(limit.venueId("28"), limit)));
  }

  @Test
  void demoModeHasNoBatchesOfSpot() {
    assertTrue(Bybit.spot().dialect() instanceof NativeBatchCancel);
    assertFalse(Bybit.spot().environment("demo").dialect() instanceof NativeBatchCancel);
    assertFalse(Bybit.spot().environment("demo").dialect() instanceof NativeBatch);
  }

  /** Every order of a batch counts against the limit, and has an answer of its own. */
  @Test
  void batches() {
    Call<List<BatchResult>> call = venue.placeAll(List.of(limit, limit.clientId("clbr2")));
    assertEquals(
        List.of(new Request.Cost("ip", 1), new Request.Cost("/v5/order/create-batch", 2)),
        ask(call).request().costs());
    List<BatchResult> results =
        read(
            call,
            "{'result':{'list':[{'orderId':'28','orderLinkId':'clbr1'},{'orderId':'','orderLinkId':''}]},"
                + "'retExtInfo':{'list':[{'code':0,'msg':'OK'},{'code':170131,'msg':'Balance insufficient'}]}}");
    assertEquals("OPEN BTC-USDT [clbr1/28]", String.valueOf(results.get(0).update()));
    assertEquals(
        "Fault[kind=INSUFFICIENT_FUNDS, raw=170131 Balance insufficient]",
        String.valueOf(results.get(1).fault()));
    assertThrows(
        TextException.class,
        () -> read(call, "{'result':{'list':[]},'retExtInfo':{'list':[{'code':0,'msg':'OK'}]}}"));
  }

  private static <T> T read(Call<T> call, String json) {
    byte[] body = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return value(call, new Reply(200, Map.of(), body));
  }

  private static <T> T value(Call<T> call, Reply reply) {
    if (call instanceof Call.Ask<T> ask) {
      return ask.reader().apply(reply);
    }
    return call instanceof Call.Then<?, T> then ? next(then, reply) : ((Call.Done<T>) call).value();
  }

  private static <A, T> T next(Call.Then<A, T> then, Reply reply) {
    return value(then.next().apply(value(then.first(), reply)), reply);
  }

  /**
   * The venue tells the newest first, of the last seven days, with a cursor on the last page, too.
   */
  @Test
  void fillsFollowInPagesUntilTheTimeThatIsAskedFor() {
    String row =
        "{'symbol':'BTCUSDT','orderId':'28','orderLinkId':'clbr1','side':'Buy','execId':'%d',"
            + "'execPrice':'67210.1','execQty':'0.2','execFee':'0.0002','feeCurrency':'BTC',"
            + "'isMaker':true,'execTime':'%d'}";
    StringJoiner full =
        new StringJoiner(",", "{'result':{'list':[", "],'nextPageCursor':'132766%3A2'}}");
    for (int i = 100; i > 0; i--) {
      full.add(row.formatted(i, NOW + i));
    }
    FillQuery query = FillQuery.since(BTC, NOW);
    leaves(
        "GET execution/list category=spot&symbol=BTCUSDT&startTime=" + NOW + "&limit=100",
        venue.fills(query, NONE));
    Page<Fill> page = read(venue.fills(query, NONE), full.toString());
    assertEquals(100, page.items().size());
    assertEquals("132766:2", page.next());
    leaves(
        "GET execution/list category=spot&symbol=BTCUSDT&startTime="
            + NOW
            + "&cursor=132766%3A2&limit=100",
        venue.fills(query.from("132766:2"), NONE));
    page = read(venue.fills(FillQuery.since(BTC, NOW + 2), NONE), full.toString());
    assertEquals("2", page.items().get(98).tradeId());
    assertNull(page.next());
    String last = "{'result':{'list':[%s],'nextPageCursor':'132766%%3A2'}}";
    page = read(venue.fills(query, NONE), last.formatted(row.formatted(7, NOW)));
    assertEquals(1, page.items().size());
    assertNull(page.next());
  }

  @Test
  void limitsAreLearntFromHeadersAndBans() {
    List<String> told = new ArrayList<>();
    LimitUpdates out =
        new LimitUpdates() {
          @Override
          public void used(String bucket, long amount) {
            told.add(bucket + " used " + amount);
          }

          @Override
          public void amount(String bucket, long amount) {
            told.add(bucket + " passes " + amount);
          }

          @Override
          public void pause(String bucket, long millis) {
            told.add(bucket + " pauses " + millis);
          }
        };
    Map<String, String> headers =
        Map.of("X-Bapi-Limit", "100", "X-Bapi-Limit-Status", "98", "X-Bapi-Limit-Reset", "1");
    Request order = ask(venue.place(limit)).request();
    venue.learn(order, new Reply(200, headers, new byte[0]), out);
    venue.learn(order, new Reply(403, Map.of(), new byte[0]), out);
    assertEquals(
        List.of("/v5/order/create passes 100", "/v5/order/create used 2", "ip pauses 600000"),
        told);
  }
}
