package dev.colibri.connector.spot.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.testkit.vectors.FrozenSigning;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What leaves, byte for byte, and what is asked when the first answer is not enough. */
class GateRequestTest {
  private static final BadRows NONE =
      (row, problem) -> {
        throw problem;
      };
  private static final String ORDER =
      "{\"id\":\"28\",\"text\":\"t-a1\",\"update_time_ms\":1,\"status\":\"%s\",\"type\":\"limit\","
          + "\"side\":\"buy\",\"amount\":\"0.5\",\"price\":\"10\",\"left\":\"0\",\"filled_total\":\"5\","
          + "\"finish_as\":\"%s\"}";

  private final GateSpot gate = new GateSpot();
  private final Instrument btc =
      GateParser.instrument(
          Json.parse(
              "{\"id\":\"BTC_USDT\",\"base\":\"BTC\",\"quote\":\"USDT\",\"precision\":2,"
                  + "\"amount_precision\":5,\"trade_status\":\"tradable\"}"),
          "gate-spot");
  private final Order limit = Order.buy(btc).limit("67210.10").size("0.5").clientId("t-a1");

  private Signed sent(Call<?> call) {
    return gate.depart(
        ask(call).request(), new FrozenSigning(1700000000123L, Credentials.of("a-key", "s")));
  }

  private static Call.Ask<?> ask(Call<?> call) {
    if (call instanceof Call.Then<?, ?> then) {
      return ask(then.first());
    }
    return call instanceof Call.Otherwise<?> otherwise
        ? ask(otherwise.first())
        : assertInstanceOf(Call.Ask.class, call);
  }

  private String wire(Call<?> call) {
    Signed s = sent(call);
    byte[] body = s.body();
    return s.request()
        + (s.query() == null ? "" : "?" + s.query())
        + (body == null ? "" : " " + new String(body, StandardCharsets.UTF_8));
  }

  private static Reply reply(int status, String body) {
    return new Reply(status, new TreeMap<>(), body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void orders_leave_in_the_words_of_the_venue() {
    String head = "POST /api/v4/spot/orders {\"text\":\"t-a1\",\"currency_pair\":\"BTC_USDT\",";
    String spot = "\"type\":\"limit\",\"account\":\"spot\",\"side\":\"buy\",\"amount\":\"0.5\",";
    String price = "\"price\":\"67210.1\",\"time_in_force\":";
    assertEquals(head + spot + price + "\"gtc\"}", wire(gate.place(limit)));
    assertEquals(head + spot + price + "\"poc\"}", wire(gate.place(limit.postOnly())));
    assertEquals(head + spot + price + "\"ioc\"}", wire(gate.place(limit.ioc())));
    assertEquals(head + spot + price + "\"fok\"}", wire(gate.place(limit.fok())));
    assertEquals(
        head + spot + price + "\"gtc\",\"stp_act\":\"co\"}",
        wire(gate.place(limit.with("stp_act", "co"))));
    assertEquals("t-a1", sent(gate.place(limit)).identity());
  }

  @Test
  void a_countdown_runs_when_the_venue_says_when_it_ends() {
    Call.Ask<?> arm = ask(gate.arm(Duration.ofSeconds(30)));
    assertEquals(true, arm.reader().apply(reply(200, "{\"triggerTime\":\"1700000030123\"}")));
    assertEquals(true, arm.reader().apply(reply(200, "{\"triggerTime\":1700000030123}")));
    assertEquals(false, arm.reader().apply(reply(200, "{\"triggerTime\":\"0\"}")));
    assertThrows(TextException.class, () -> arm.reader().apply(reply(200, "{}")));
    assertEquals(false, ask(gate.disarm()).reader().apply(reply(200, "{\"triggerTime\":0}")));
  }

  @Test
  void a_market_buy_says_what_it_spends_and_a_market_sell_its_size() {
    Order spend = Order.buy(btc).market().quoteAmount("1000").clientId("t-a1");
    Order sell = Order.sell(btc).market().size("0.5").clientId("t-a1");
    String head = "POST /api/v4/spot/orders {\"text\":\"t-a1\",\"currency_pair\":\"BTC_USDT\",";
    assertEquals(
        head
            + "\"type\":\"market\",\"account\":\"spot\",\"side\":\"buy\",\"amount\":\"1000\","
            + "\"time_in_force\":\"ioc\"}",
        wire(gate.place(spend)));
    assertEquals(
        head
            + "\"type\":\"market\",\"account\":\"spot\",\"side\":\"sell\",\"amount\":\"0.5\","
            + "\"time_in_force\":\"ioc\"}",
        wire(gate.place(sell)));
    spend.check();
    sell.check();
    assertThrows(Refused.class, Order.buy(btc).market().size("0.5")::check);
    assertThrows(Refused.class, Order.sell(btc).market().quoteAmount("1000")::check);
  }

  @Test
  void questions_and_changes_leave_as_documented() {
    Order known = limit.venueId("28");
    String of = "?currency_pair=BTC_USDT";
    Map<String, Call<?>> calls = new TreeMap<>();
    calls.put("DELETE /api/v4/spot/orders/28" + of, gate.cancel(known));
    calls.put("DELETE /api/v4/spot/orders/t-a1" + of, gate.cancel(limit));
    calls.put("GET /api/v4/spot/orders/28" + of, gate.status(known));
    calls.put(
        "PATCH /api/v4/spot/orders/28 {\"currency_pair\":\"BTC_USDT\",\"amount\":\"0.5\","
            + "\"price\":\"67000\"}",
        gate.amend(known, known.limit("67000")));
    calls.put("DELETE /api/v4/spot/orders" + of + "&account=spot", gate.cancelAll(btc, NONE));
    String countdown = "POST /api/v4/spot/countdown_cancel_all ";
    calls.put(countdown + "{\"timeout\":30}", gate.arm(Duration.ofSeconds(30)));
    calls.put(countdown + "{\"timeout\":0}", gate.disarm());
    calls.put("GET /api/v4/spot/open_orders?page=1&limit=100", gate.openOrders(btc, NONE));
    calls.put(
        "GET /api/v4/spot/my_trades" + of + "&order_id=28&page=1&limit=1000",
        gate.fills(FillQuery.of(known), NONE));
    calls.put(
        "GET /api/v4/spot/my_trades" + of + "&from=1700000000&page=3&limit=1000",
        gate.fills(FillQuery.since(btc, 1700000000999L).from("3"), NONE));
    calls.put(
        "GET /api/v4/spot/candlesticks" + of + "&interval=7d&from=1700000001&to=1700604799",
        gate.candles(
            new CandleRange(
                btc,
                Duration.ofDays(7),
                gate.intervals().name(Duration.ofDays(7)),
                1700000000001L,
                1700604800000L),
            NONE));
    calls.put("GET /api/v4/spot/order_book" + of + "&limit=100&with_id=true", gate.book(btc, 0));
    calls.put("GET /api/v4/wallet/fee", gate.fees(List.of()));
    calls.forEach((expected, call) -> assertEquals(expected, wire(call)));
  }

  @Test
  void every_order_of_a_batch_succeeds_or_fails_by_itself() {
    Order second = limit.clientId("t-a2");
    Call<List<BatchResult>> call = gate.placeAll(List.of(limit, second));
    String one = wire(gate.place(limit)).substring("POST /api/v4/spot/orders ".length());
    assertEquals(
        "POST /api/v4/spot/batch_orders [" + one + "," + one.replace("t-a1", "t-a2") + "]",
        wire(call));
    String taken = ORDER.formatted("open", "open").replace("}", ",\"succeeded\":true}");
    String refused =
        "{\"text\":\"t-a2\",\"succeeded\":false,\"label\":\"BALANCE_NOT_ENOUGH\",\"message\":\"no\"}";
    List<BatchResult> results = read(call, "[" + refused + "," + taken + "]");
    assertEquals("28", results.get(0).update().venueId());
    assertEquals(Fault.Kind.INSUFFICIENT_FUNDS, results.get(1).fault().kind());
  }

  @ParameterizedTest
  @CsvSource({"closed, filled, FILLED", "cancelled, ioc, EXPIRED"})
  void an_order_not_found_by_its_client_id_is_looked_for_among_those_that_ended(
      String status, String finish, OrderStatus expected) {
    Fault absent = Fault.of(Fault.Kind.ORDER_NOT_FOUND, "ORDER_NOT_FOUND");
    Call<OrderUpdate> further = rescue(limit, absent);
    assertEquals(
        "GET /api/v4/spot/orders?currency_pair=BTC_USDT&status=finished&page=1&limit=100",
        wire(further));
    String other = ORDER.formatted("closed", "filled").replace("t-a1", "apiv4");
    String rows = "[" + other + "," + ORDER.formatted(status, finish) + "]";
    assertEquals(expected, value(next(further, rows)).status());
    Call<?> nothing = next(further, "[" + other + "]");
    assertEquals(absent, assertInstanceOf(Call.Failed.class, nothing).fault());
  }

  @Test
  void an_order_is_missing_only_where_every_one_that_ended_since_was_seen() {
    String other = ORDER.formatted("closed", "filled").replace("t-a1", "apiv4");
    String most = "[" + (other + ",").repeat(98) + other + "]";
    String full = "[" + (other + ",").repeat(99) + other + "]";
    Fault absent = Fault.of(Fault.Kind.ORDER_NOT_FOUND, "ORDER_NOT_FOUND");
    Call<OrderUpdate> call = rescue(limit, absent);
    for (int page = 1; page <= 10; page++) {
      assertEquals(Integer.toString(page), ask(call).request().param("page"));
      assertEquals(absent, assertInstanceOf(Call.Failed.class, next(call, most)).fault());
      call = next(call, full);
    }
    Fault.Kind kind = assertInstanceOf(Call.Failed.class, call).fault().kind();
    assertEquals(Fault.Kind.OUTCOME_UNKNOWN, kind);
  }

  /** Well before a negative answer counts: one that is carried out late would be missed. */
  @Test
  void what_places_or_amends_is_good_for_seconds() {
    Order known = limit.venueId("28");
    List<Order> two = List.of(limit, limit.clientId("t-a2"));
    for (Call<?> call :
        List.of(gate.place(limit), gate.placeAll(two), gate.amend(known, known.size("1")))) {
      assertEquals("1700000005123", sent(call).headers().get("X-Gate-Exptime"));
    }
    assertNull(sent(gate.cancel(known)).headers().get("X-Gate-Exptime"));
    assertTrue(gate.profile().visibilityDelay().toMillis() > 5000);
  }

  /** A clock that is off by more than a minute is refused by the venue. */
  @Test
  void only_those_that_ended_after_an_order_can_have_left_are_looked_through() {
    Fault absent = Fault.of(Fault.Kind.ORDER_NOT_FOUND, "ORDER_NOT_FOUND");
    Order left = limit.sentAt(1_700_000_000_123L);
    assertEquals("1699999880", ask(rescue(left, absent)).request().param("from"));
    assertNull(ask(rescue(limit, absent)).request().param("from"), "it is not known when it left");
  }

  @Test
  void what_is_not_found_by_the_venues_id_or_refused_otherwise_is_not_looked_for() {
    Fault absent = Fault.of(Fault.Kind.ORDER_NOT_FOUND, "");
    Fault busy = Fault.of(Fault.Kind.OUTCOME_UNKNOWN, "");
    assertNull(rescue(limit.venueId("28"), absent));
    assertNull(rescue(limit, busy));
  }

  private @Nullable Call<OrderUpdate> rescue(Order order, Fault fault) {
    if (gate.status(order) instanceof Call.Otherwise<OrderUpdate> call) {
      return call.rescue().apply(fault);
    }
    throw new AssertionError("a status whose refusal stands");
  }

  private static <T> T read(Call<T> call, String body) {
    if (call instanceof Call.Ask<T> ask) {
      return ask.reader().apply(reply(200, body));
    }
    throw new AssertionError("not one request: " + call);
  }

  private static <T> T value(Call<T> call) {
    if (call instanceof Call.Done<T> done) {
      return done.value();
    }
    throw new AssertionError("no value: " + call);
  }

  private static <T> Call<T> next(Call<T> call, String body) {
    if (call instanceof Call.Then<?, T> then) {
      return next(then, body);
    }
    throw new AssertionError("nothing follows: " + call);
  }

  private static <A, T> Call<T> next(Call.Then<A, T> then, String body) {
    return then.next().apply(read(then.first(), body));
  }

  @Test
  void headers_tell_of_the_limit_of_the_page_that_was_asked() {
    List<String> told = new ArrayList<>();
    LimitUpdates updates =
        new LimitUpdates() {
          @Override
          public void used(String bucket, long amount) {
            told.add("used " + amount + " of " + bucket);
          }

          @Override
          public void amount(String bucket, long amount) {
            told.add(amount + " of " + bucket);
          }

          @Override
          public void pause(String bucket, long millis) {
            told.add(bucket + " pauses " + millis);
          }
        };
    Map<String, String> headers = new TreeMap<>();
    headers.put("X-Gate-RateLimit-Limit", "10");
    headers.put("X-Gate-RateLimit-Requests-Remain", "0");
    headers.put("X-Gate-RateLimit-Reset-Timestamp", "1700000003");
    headers.put("X-Out-Time", "1700000001500000");
    Request place = ask(gate.place(limit)).request();
    gate.learn(place, new Reply(429, headers, new byte[0]), updates);
    gate.learn(place, reply(200, "{}"), updates);
    gate.learn(Request.get("/of/the/users/own"), new Reply(429, headers, new byte[0]), updates);
    assertEquals(List.of("10 of place", "used 10 of place", "place pauses 1500"), told);
  }
}
