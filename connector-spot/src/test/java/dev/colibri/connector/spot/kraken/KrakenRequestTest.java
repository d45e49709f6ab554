package dev.colibri.connector.spot.kraken;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What leaves for each intent, byte for byte, and what it costs. */
class KrakenRequestTest {
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  private static final Instrument BTC =
      KrakenParser.instrument("XXBTZUSD", Json.parse(KrakenParserTest.PAIR));

  private final KrakenSpot venue = new KrakenSpot();
  private final Order limit = Order.buy(BTC).limit("67210.50").size("0.0100").clientId("clbr1");
  private final Order known = limit.venueId("O28");

  private static Call.Ask<?> ask(Call<?> call) {
    while (!(call instanceof Call.Ask<?>)) {
      call = ((Call.Then<?, ?>) call).first();
    }
    return (Call.Ask<?>) call;
  }

  private Signed depart(Call<?> call) {
    Credentials keys = Credentials.of("a-key", "c2VjcmV0");
    return venue.depart(ask(call).request(), new FrozenSigning(1_700_000_000_123L, keys));
  }

  /** Path, parameters but for the nonce, costs. */
  private String line(Call<?> call) {
    Request r = ask(call).request();
    Signed s = depart(call);
    String text = s.query() == null ? "" : s.query();
    if (r.isSigned()) {
      assertEquals("a-key", s.headers().get("API-Key"));
      text = new String(s.body(), StandardCharsets.UTF_8);
      assertEquals(0, text.replace("{\"", "").replace("\":", "=").indexOf("nonce=1700000000123"));
      text = text.replaceFirst("^nonce=1700000000123&?", "");
    }
    String costs = r.costs().toString().replaceAll("Cost\\[bucket=(\\w+), amount=(\\d+)]", "$1 $2");
    return r.path().replaceFirst("/0/\\w+/", "") + " " + text + " " + costs;
  }

  @Test
  void publicPages() {
    String pair = "pair=XXBTZUSD";
    assertEquals("Time  [public 1]", line(venue.time()));
    assertEquals("AssetPairs  [public 1]", line(venue.instruments(NONE)));
    assertEquals("Depth " + pair + "&count=500 [public 1]", line(venue.book(BTC, 1000)));
    assertEquals("Ticker  [public 1]", line(venue.tickers(List.of(), NONE)));
    assertEquals("Ticker " + pair + " [public 1]", line(venue.tickers(List.of(BTC), NONE)));
    assertEquals("Trades " + pair + "&count=10 [public 1]", line(venue.trades(BTC, 10, NONE)));
    assertEquals(
        "OHLC " + pair + "&interval=60&since=1767225599 [public 1]",
        line(
            venue.candles(
                new CandleRange(
                    BTC,
                    Duration.ofHours(1),
                    venue.intervals().name(Duration.ofHours(1)),
                    1_767_225_600_000L,
                    Long.MAX_VALUE),
                NONE)));
  }

  @Test
  void orders() {
    String order = "AddOrder pair=XXBTZUSD&type=";
    String costs = " [trading 1]";
    assertEquals(
        order + "buy&ordertype=limit&volume=0.01&price=67210.5&oflags=fciq&cl_ord_id=clbr1" + costs,
        line(venue.place(limit)));
    assertEquals(
        order
            + "buy&ordertype=limit&volume=0.01&price=67210.5&oflags=post%2Cfciq&cl_ord_id=clbr1"
            + costs,
        line(venue.place(limit.postOnly())));
    assertEquals(
        order
            + "buy&ordertype=limit&volume=0.01&price=67210.5&timeinforce=IOC&oflags=fciq"
            + "&cl_ord_id=clbr1"
            + costs,
        line(venue.place(limit.ioc())));
    assertEquals(
        order
            + "buy&ordertype=limit&volume=0.01&price=67210.5&timeinforce=FOK&oflags=fciq"
            + "&cl_ord_id=clbr1"
            + costs,
        line(venue.place(limit.fok())));
    assertEquals(
        order + "sell&ordertype=market&volume=0.01&oflags=fciq" + costs,
        line(venue.place(Order.sell(BTC).market().size("0.01"))));
    assertEquals(
        order + "buy&ordertype=market&volume=1000&oflags=fciq%2Cviqc" + costs,
        line(venue.place(Order.buy(BTC).market().quoteAmount("1000"))));
    assertEquals(
        order + "sell&ordertype=market&volume=0.01&oflags=fcib&stptype=cancel-both" + costs,
        line(
            venue.place(
                Order.sell(BTC)
                    .market()
                    .size("0.01")
                    .with("oflags", "fcib")
                    .with("stptype", "cancel-both"))));
    assertEquals("clbr1", depart(venue.place(limit)).identity());
  }

  @Test
  void aboutOrders() {
    String query = "&trades=true&consolidate_taker=false [counter 1]";
    assertEquals("CancelOrder txid=O28 [trading 1]", line(venue.cancel(known)));
    assertEquals("CancelOrder cl_ord_id=clbr1 [trading 1]", line(venue.cancel(limit)));
    assertEquals("QueryOrders txid=O28" + query, line(venue.status(known)));
    assertEquals("OpenOrders cl_ord_id=clbr1 [counter 1]", line(venue.status(limit)));
    assertEquals("OpenOrders  [counter 1]", line(venue.openOrders(BTC, NONE)));
    assertEquals("QueryOrders txid=O28" + query, line(venue.fills(FillQuery.of(known), NONE)));
    assertEquals(
        "TradesHistory start=1767225599&ofs=0&consolidate_taker=false [counter 1, counter 1]",
        line(venue.fills(FillQuery.since(BTC, 1_767_225_600_123L), NONE)));
    assertEquals(
        "AmendOrder order_id=O28&order_qty=0.02&limit_price=67210.5&post_only=true [trading 4]",
        line(venue.amend(known.postOnly(), known.postOnly().size("0.02"))));
  }

  @Test
  void theAccount() {
    assertEquals("BalanceEx  [counter 1]", line(venue.balances(NONE)));
    assertEquals("TradeVolume pair=XXBTZUSD [counter 1]", line(venue.fees(List.of(BTC))));
    assertEquals("GetWebSocketsToken  [counter 1]", line(KrakenSpot.token()));
    assertEquals("GetApiKeyInfo  [counter 1]", line(venue.mayWithdraw()));
  }

  @Test
  void aSilence() {
    Call<Boolean> arm = venue.arm(Duration.ofMinutes(1));
    assertEquals("CancelAllOrdersAfter timeout=60 [counter 1]", line(arm));
    assertEquals("CancelAllOrdersAfter timeout=0 [counter 1]", line(venue.disarm()));
    String now = "{\"currentTime\":\"2026-11-22T09:30:59Z\",\"triggerTime\":";
    assertEquals(true, read(arm, now + "\"2026-11-22T09:31:59Z\"}"));
    assertEquals(false, read(venue.disarm(), now + "\"0\"}"));
    assertThrows(TextException.class, () -> read(arm, "{}"), "says nothing");
  }

  @Test
  void severalOrdersAtOnce() {
    Call<List<BatchResult>> call = venue.placeAll(List.of(limit, limit.clientId("clbr2").ioc()));
    assertEquals(
        "AddOrderBatch {\"nonce\":1700000000123,\"pair\":\"XXBTZUSD\",\"orders\":[{\"type\":\"buy\","
            + "\"ordertype\":\"limit\",\"volume\":\"0.01\",\"price\":\"67210.5\",\"oflags\":\"fciq\","
            + "\"cl_ord_id\":\"clbr1\"},{\"type\":\"buy\",\"ordertype\":\"limit\",\"volume\":\"0.01\","
            + "\"price\":\"67210.5\",\"timeinforce\":\"IOC\",\"oflags\":\"fciq\","
            + "\"cl_ord_id\":\"clbr2\"}]} [trading 2]",
        line(call));
    assertEquals("application/json", depart(call).contentType());
    assertNull(depart(call).query());
    String rows = "{\"txid\":\"O28\",\"descr\":{}},{\"error\":\"EOrder:Insufficient funds\"}";
    assertEquals(
        "[BatchResult[update=OPEN BTC-USD [clbr1/O28], fault=null], BatchResult[update=null,"
            + " fault=Fault[kind=INSUFFICIENT_FUNDS, raw=EOrder:Insufficient funds]]]",
        String.valueOf(read(call, "{\"orders\":[" + rows + "]}")));
    assertThrows(TextException.class, () -> read(call, "{\"orders\":[{\"txid\":\"O28\"}]}"));
  }

  private static Object read(Call<?> call, String result) {
    byte[] body = ("{\"error\":[],\"result\":" + result + "}").getBytes(StandardCharsets.UTF_8);
    return ask(call).reader().apply(new Reply(200, Collections.emptyMap(), body));
  }

  /** What follows a first answer. */
  private static <A> Call<?> next(Call<?> call, Class<A> type, String result) {
    @SuppressWarnings("unchecked")
    Call.Then<A, ?> then = (Call.Then<A, ?>) call;
    return then.next().apply(type.cast(read(call, result)));
  }

  @Test
  void aCancelThatReachedNothingIsNoSuccess() {
    assertEquals(
        "Done[value=PENDING_CANCEL BTC-USD [clbr1/O28]]",
        next(venue.cancel(known), Long.class, "{\"count\":1}").toString());
    assertEquals(
        "Failed[fault=Fault[kind=ORDER_NOT_FOUND, raw=0 orders canceled]]",
        next(venue.cancel(known), Long.class, "{\"count\":0}").toString());
  }

  @Test
  void anOrderWithoutItsIdIsSoughtAmongTheOpenOnesAndThenAmongTheOthers() {
    String row = KrakenParserTest.ORDER.replace("clbrA1", "clbr1");
    Call<?> found = next(venue.status(limit), Json.class, "{\"open\":{\"O28\":" + row + "}}");
    OrderUpdate update = (OrderUpdate) ((Call.Done<?>) found).value();
    assertEquals("O28", update.venueId());

    Call<?> closed = next(venue.status(limit), Json.class, "{\"open\":{}}");
    assertEquals("ClosedOrders cl_ord_id=clbr1 [counter 1]", line(closed));
    // Of pages that do not heed the id, nothing is believed.
    String others = "{\"open\":{\"O27\":" + KrakenParserTest.ORDER + "}}";
    assertEquals(line(closed), line(next(venue.status(limit), Json.class, others)));
    others = others.replace("{\"open\":{", "{\"closed\":{");
    assertEquals(
        "Failed[fault=Fault[kind=ORDER_NOT_FOUND, raw=not among the account's orders]]",
        next(closed, Json.class, others).toString());
    // Of fifty rows, which is all that it shows, an order that is not among them may be further on.
    String rows =
        IntStream.range(0, 50)
            .mapToObj(i -> "\"O" + i + "\":" + KrakenParserTest.ORDER)
            .collect(Collectors.joining(","));
    assertEquals(
        "Failed[fault=Fault[kind=OUTCOME_UNKNOWN, raw=not among the account's orders]]",
        next(closed, Json.class, "{\"closed\":{" + rows + "}}").toString());
  }

  /** Capitals are refused by the venue. */
  @Test
  void clientIdsAreInSmallLetters() {
    assertTrue(venue.profile().clientIds().allows("clbr-9z"));
    assertFalse(venue.profile().clientIds().allows("clbrZ"));
  }

  @Test
  void fillsOfAnOrderAreAskedForByTheirIds() {
    Call<?> trades =
        next(
            venue.fills(FillQuery.of(known), NONE),
            Json.class,
            "{\"O28\":{\"trades\":[\"T1\",\"T2\"]}}");
    assertEquals("QueryTrades txid=T1%2CT2 [counter 1]", line(trades));
  }

  @Test
  void isFoundByItsName() {
    assertEquals(
        "kraken-spot",
        ServiceLoader.load(SpotVenueProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(p -> p.name().equals("kraken-spot"))
            .map(p -> p.venue(null).dialect().profile().name())
            .findFirst()
            .orElse("none"));
  }
}
