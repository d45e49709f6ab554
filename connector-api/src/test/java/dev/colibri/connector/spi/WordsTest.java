package dev.colibri.connector.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Small words that venues share. */
class WordsTest {
  private static final Instrument BTC =
      Instrument.builder(
              "a",
              "BTC_USDT",
              "BTC",
              "USDT",
              TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE).build())
          .build();

  @Test
  void what_the_caller_says_replaces_a_parameter_in_its_place() {
    Map<String, String> own = new LinkedHashMap<>();
    own.put("b", "9 &");
    own.put("d", "4");
    Request request = Request.post("/a").with("a", 1).with("b", "2").with("c", "3").withAll(own);
    assertEquals("a=1&b=9%20%26&c=3&d=4", request.formText());
    assertEquals("{\"a\":\"1\",\"b\":\"9 &\",\"c\":\"3\",\"d\":\"4\"}", request.jsonText());
    assertEquals(
        "{\"a\":true,\"b\":\"truth\",\"c\":false}",
        Request.post("/a").with("a", "true").with("b", "truth").with("c", "false").jsonText());
    assertEquals("", Request.get("/a").jsonText());
    assertEquals("", Request.get("/a").formText());
    assertEquals("[1]", request.body("[1]").jsonText());
  }

  @Test
  void client_ids_begin_as_the_venue_wants() {
    ClientIdRule rule = new ClientIdRule("t-clbr", 30, ClientIdRule.ALPHANUMERIC, "t-");
    assertTrue(rule.allows("t-1"));
    assertFalse(rule.allows("t-"));
    assertFalse(rule.allows("a1"));
    ClientIdRule hex = new ClientIdRule("0xc011b2", 34, ClientIdRule.HEX, "0x");
    assertTrue(hex.allows("0x1f"), "the beginning need not be of the alphabet");
    assertFalse(hex.allows("0x1x"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ClientIdRule("clbr", 30, ClientIdRule.ALPHANUMERIC, "t-"));
  }

  @Test
  void intervals_have_the_names_of_the_venue() {
    Intervals intervals = Intervals.of("1s 1m=1min 90m 1h=60 1d=D 1w", 300);
    assertEquals("[PT1S, PT1M, PT1H30M, PT1H, PT24H, PT168H]", intervals.all().toString());
    assertEquals(300, intervals.most());
    assertEquals("1min", intervals.name(Duration.ofSeconds(60)));
    assertEquals("60", intervals.name(Duration.ofHours(1)));
    assertEquals("1w", intervals.name(Duration.ofDays(7)));
    assertEquals(
        "no candles of PT5M, only [PT1S, PT1M, PT1H30M, PT1H, PT24H, PT168H]",
        assertThrows(IllegalArgumentException.class, () -> intervals.name(Duration.ofMinutes(5)))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> Intervals.of("1x", 1));
  }

  @Test
  void a_page_that_may_be_followed_has_the_cursor_of_its_last_item() {
    assertEquals(new Page<>(List.of(1, 2), "2"), Page.of(List.of(1, 2), true, String::valueOf));
    assertNull(Page.of(List.of(1, 2), false, String::valueOf).next());
    assertNull(Page.of(List.<Integer>of(), true, String::valueOf).next());
  }

  @Test
  void rows_and_pages_are_read_from_where_they_stand() {
    List<String> bad = new ArrayList<>();
    BadRows rows = (row, problem) -> bad.add(row);
    Request request = Request.get("/a");
    String body = "{\"a\":{\"b\":[1,\"x\",3,4]}}";
    assertEquals(
        List.of(1L, 4L),
        read(request.rows("a.b", rows, r -> r.asLong() == 3 ? null : r.asLong()), body));
    assertEquals(List.of("\"x\""), bad);
    assertEquals(
        new Page<>(List.of(1L, 3L, 4L), "5"),
        read(request.page("a.b", rows, 4, Json::asLong, last -> "" + (last + 1)), body));
    assertEquals(
        Page.last(List.of(1L, 3L, 4L)),
        read(request.page("a.b", rows, 5, Json::asLong, last -> "" + (last + 1)), body));
    String ids = "{\"a\":[{\"id\":\"7\"},{\"id\":\"8\"}]}";
    assertEquals(
        new Page<>(List.of("7", "8"), "8"),
        read(request.page("a", rows, 2, r -> r.text("id"), "id"), ids));
    assertNull(read(request.page("a", rows, 3, r -> r.text("id"), "id"), ids).next());
    assertEquals(List.of(7L), read(request.rows("", rows, Json::asLong), "[7]"));
    assertEquals(List.of(7L), read(request.rows("", Json::asLong), "[7]"));
    assertThrows(TextException.class, () -> read(request.rows("a.b", Json::asLong), body));
    assertThrows(TextException.class, () -> read(request.rows("a.c", rows, Json::asLong), body));
    assertThrows(TextException.class, () -> read(request.rows("a", rows, Json::asLong), body));
  }

  private static <T> T read(Call<T> call, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return ((Call.Ask<T>) call).reader().apply(new Reply(200, Map.of(), bytes));
  }

  @Test
  void an_order_is_named_by_the_venues_id_when_it_is_known() {
    Order order = Order.buy(BTC).limit("1").size("2").clientId("c");
    Request request = Request.get("/a");
    assertEquals("own=c", request.identify(order, "id", "own").formText());
    assertEquals("id=7", request.identify(order.venueId("7"), "id", "own").formText());
    assertEquals("p=1.5", request.withIf("p", new BigDecimal("1.50")).formText());
  }

  @Test
  void fills_are_asked_for_by_order_or_from_a_time_on() {
    Order order = Order.buy(BTC).limit("1").size("2").clientId("c");
    FillQuery of = FillQuery.of(order.venueId("7"));
    assertEquals("7", of.orderId());
    assertNull(of.since());
    assertThrows(NullPointerException.class, () -> FillQuery.of(order).orderId());
    FillQuery since = FillQuery.since(BTC, 5);
    assertNull(since.orderId());
    assertEquals("5", since.since());
    assertNull(since.from("9").since());
    assertNull(FillQuery.since(BTC, 0).since());
  }

  @Test
  void an_order_is_what_the_venue_tells() {
    Order order = Order.buy(BTC);
    BigDecimal zero = BigDecimal.ZERO;
    BigDecimal two = new BigDecimal("2");
    Order limit = order.told(OrderType.LIMIT, TimeInForce.IOC, two, two, zero);
    assertEquals(OrderType.LIMIT, limit.type());
    assertEquals(TimeInForce.IOC, limit.timeInForce());
    assertEquals(two, limit.price());
    assertEquals(two, limit.size());
    assertNull(limit.quoteAmount());
    Order market = order.told(OrderType.MARKET, TimeInForce.GTC, two, zero, two);
    assertEquals(OrderType.MARKET, market.type());
    assertNull(market.price());
    assertNull(market.size());
    assertEquals(two, market.quoteAmount());
    assertEquals(OrderType.LIMIT, order.told(null, null, two, two, null).type());
    assertEquals(OrderType.MARKET, order.told(null, null, zero, two, null).type());
    assertEquals(
        OrderType.LIMIT_MAKER, order.told(OrderType.LIMIT_MAKER, null, two, two, null).type());
  }

  @Test
  void an_order_that_is_described_has_the_ids_of_its_update() {
    Order told =
        OrderUpdate.of(BTC, OrderStatus.OPEN)
            .order("c", "7")
            .describes(Order.buy(BTC).limit("1").size("2"))
            .build()
            .order();
    assertEquals("c", told.clientId());
    assertEquals("7", told.venueId());
  }

  @Test
  void words_of_a_venue_have_meanings_and_any_other_word_has_none() {
    Words<OrderStatus> words =
        Words.of(OrderStatus.UNKNOWN, "OPEN: live new, CANCELED: canceled , FILLED : filled");
    assertEquals(OrderStatus.OPEN, words.of("new"));
    assertEquals(OrderStatus.CANCELED, words.of("canceled"));
    assertEquals(OrderStatus.FILLED, words.of("filled"));
    assertEquals(OrderStatus.UNKNOWN, words.of("LIVE"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Words.of(OrderStatus.UNKNOWN, "OPEN: live, FILLED: live"));
    assertThrows(IllegalArgumentException.class, () -> Words.of(OrderStatus.UNKNOWN, "ODD: live"));
  }

  @Test
  void words_are_said_too_and_none_other_may_be_heard() {
    Words<PositionSide> words = Words.only(PositionSide.class, "side", "NET: BOTH net, LONG: LONG");
    assertEquals("BOTH", words.word(PositionSide.NET));
    assertEquals(PositionSide.NET, words.of("net"));
    assertNull(words.find("SHORT"));
    assertEquals(
        "no side: SHORT", assertThrows(TextException.class, () -> words.of("SHORT")).getMessage());
    assertThrows(IllegalArgumentException.class, () -> words.word(PositionSide.SHORT));
  }

  @Test
  void an_inverse_contract_is_left_out_by_name() {
    List<String> out = new ArrayList<>();
    BadRows rows =
        new BadRows() {
          @Override
          public void bad(String row, RuntimeException problem) {
            throw problem;
          }

          @Override
          public void leftOut(String name, String why) {
            out.add(name + ": " + why);
          }
        };
    rows.inverse("BTC", "USD", "its margin is in BTC");
    assertEquals(List.of("BTC-USD: it is an inverse contract: its margin is in BTC"), out);
  }

  @Test
  void funding_is_read_from_the_fields_that_a_row_has() {
    FundingFields fields = new FundingFields("mark", "index", "rate", "next", "ts");
    BigDecimal two = new BigDecimal("2");
    Json row = Json.parse("{\"mark\":\"2\",\"rate\":\"\",\"next\":\"9\",\"ts\":7}");
    assertEquals(new FundingRate(BTC, two, null, null, 9, 7), fields.read(row, BTC));
    assertEquals(new FundingRate(BTC, two, null, null, 9, 5), fields.read(row, BTC, 5));
    assertTrue(fields.areIn(row));
    assertFalse(fields.areIn(Json.parse("{\"ts\":7,\"last\":\"3\"}")));
  }

  @Test
  void payments_of_funding_are_asked_for_between_two_times() {
    assertEquals("5", FundingQuery.since(5).since());
    assertNull(FundingQuery.since(5).until());
    assertNull(FundingQuery.since(0).since());
    assertEquals("9", new FundingQuery(BTC, 0, 9, "c").until());
  }

  @Test
  void a_long_time_is_asked_for_in_windows_forwards_from_where_it_begins() {
    TimeWindows tens = new TimeWindows(Duration.ofMillis(10), Duration.ofMillis(3), KEPT);
    TimeWindows.Window first = tens.at(new FundingQuery(null, 100, 115, null));
    assertEquals("100..109 null", window(first));
    assertEquals("100 7 8", first.next("7 8", 1000));
    assertEquals("100..109 7 8", window(tens.at(new FundingQuery(null, 100, 115, "100 7 8"))));
    assertEquals("110", first.next(null, 1000));
    assertNull(first.next(null, 109));
    TimeWindows.Window last = tens.at(new FundingQuery(null, 100, 115, "110"));
    assertEquals("110..115 null", window(last));
    assertNull(last.next(null, 1000));
  }

  @Test
  void a_time_without_a_beginning_is_asked_for_backwards_as_far_as_is_kept() {
    TimeWindows tens = new TimeWindows(Duration.ofMillis(10), Duration.ofMillis(3), KEPT);
    TimeWindows.Window first = tens.at(FundingQuery.since(0));
    assertEquals("null..null null", window(first));
    assertEquals("0 7", first.next("7", 1000));
    assertEquals("-997", first.next(null, 1000));
    assertEquals("988..997 null", window(tens.at(FundingQuery.since(0).from("-997"))));
    TimeWindows.Window bounded = tens.at(new FundingQuery(null, 0, 975, null));
    assertEquals("966..975 null", window(bounded));
    assertEquals("-965", bounded.next(null, 1000));
    assertNull(bounded.next(null, 1066));
  }

  private static final Duration KEPT = Duration.ofMillis(100);

  private static String window(TimeWindows.Window window) {
    return window.from() + ".." + window.until() + " " + window.cursor();
  }

  /** Where long and short stand side by side, what sells the long one closes it. */
  @Test
  void an_order_of_a_perpetual_is_what_the_venue_tells() {
    Order sell = Order.sell(BTC).limit("1").size("2");
    assertTrue(sell.told(PositionSide.LONG, false).isReduceOnly());
    assertTrue(sell.told(PositionSide.LONG, false).isHedged());
    assertFalse(sell.told(PositionSide.SHORT, false).isReduceOnly());
    assertFalse(sell.told(PositionSide.NET, false).isReduceOnly());
    assertFalse(sell.told(PositionSide.NET, false).isHedged());
    assertTrue(sell.told(PositionSide.NET, true).isReduceOnly());
    assertNull(sell.told(null, false).positionSide());
    assertFalse(sell.isHedged());
  }

  @Test
  void kinds_of_order_have_words_that_are_said_and_heard() {
    OrderWords words = OrderWords.of("market", "limit", "post_only", "ioc", "fok");
    Order limit = Order.sell(BTC).limit("2").size("3");
    for (Order order :
        List.of(
            Order.sell(BTC).market().size("3"),
            limit,
            limit.postOnly(),
            limit.ioc(),
            limit.fok())) {
      Order told = words.told(Order.sell(BTC), words.of(order), order.price(), order.size(), null);
      assertEquals(order.toString(), told.toString());
    }
    Order odd = words.told(Order.sell(BTC), "stop", limit.price(), limit.size(), null);
    assertEquals("stop", odd.params().get("type"));
    assertEquals(OrderType.LIMIT, odd.type());
  }

  @Test
  void a_stream_that_says_a_text_is_dead_when_two_of_them_had_no_answer() {
    Stream.Heartbeat ping =
        Stream.account(
                () -> {
                  throw new AssertionError("not opened");
                })
            .pings(Duration.ofSeconds(20), "ping")
            .heartbeat();
    assertEquals(Duration.ofSeconds(20), ping.every());
    assertEquals(Duration.ofSeconds(45), ping.silence());
  }

  @Test
  void limits_are_tables() {
    assertEquals(
        List.of(
            Limit.rolling("place", 60, Duration.ofSeconds(2), Limit.Scope.ACCOUNT),
            Limit.rolling("cancel", 30, Duration.ofSeconds(2), Limit.Scope.ACCOUNT),
            Limit.fixed("weight", 6000, Duration.ofMinutes(1), Limit.Scope.IP),
            Limit.bucket("calls", 15, Duration.ofSeconds(45), Limit.Scope.KEY)),
        Limits.of()
            .rolling(Duration.ofSeconds(2), Limit.Scope.ACCOUNT, "place 60, cancel 30")
            .fixed(Duration.ofMinutes(1), Limit.Scope.IP, "weight 6000")
            .buckets(Duration.ofSeconds(45), Limit.Scope.KEY, "calls 15")
            .all());
  }

  @Test
  void a_long_range_of_candles_is_asked_for_in_windows() {
    List<String> asked = new ArrayList<>();
    Candles venue =
        new Candles() {
          @Override
          public Intervals intervals() {
            return Intervals.of("1m", 2);
          }

          /** Newest first, and one too many on either side. */
          @Override
          public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
            long from = range.fromMillis();
            long to = range.toMillis();
            asked.add(from + ".." + to);
            List<Candle> all = new ArrayList<>();
            for (long open = to; open >= from - 60_000; open -= 60_000) {
              all.add(
                  new Candle(
                      range.instrument(),
                      open,
                      range.interval(),
                      BigDecimal.ONE,
                      BigDecimal.ONE,
                      BigDecimal.ONE,
                      BigDecimal.ONE,
                      BigDecimal.ONE,
                      BigDecimal.ONE));
            }
            return Call.of(all);
          }
        };
    BadRows none = (row, problem) -> {};
    Duration minute = Duration.ofMinutes(1);
    Call<List<Candle>> range = venue.between(BTC, minute, 60_000, 360_000, none);
    assertEquals(List.of("60000..180000", "180000..300000", "300000..360000"), asked);
    assertEquals(
        List.of(60_000L, 120_000L, 180_000L, 240_000L, 300_000L),
        done(range).stream().map(Candle::openMillis).toList());
    assertEquals(List.of(), done(venue.between(BTC, minute, 60_000, 60_000, none)));
    assertThrows(
        IllegalArgumentException.class,
        () -> venue.between(BTC, minute, 0, Duration.ofDays(2).toMillis(), none));
  }

  @Test
  void an_endpoint_does_not_print_its_token() {
    assertEquals(
        "ws wss://a.example/endpoint",
        Endpoint.handedOut("ws", "wss://a.example/endpoint?token=t").header("h", "t").toString());
    assertEquals("ws /private", Endpoint.at("ws", "/private?token=t").toString());
  }

  @Test
  void a_candle_is_read_from_its_places_or_its_fields() {
    CandleRange range = new CandleRange(BTC, Duration.ofMinutes(1), "1", 1001, 61_000);
    assertEquals(2, range.fromSeconds());
    assertEquals(60, range.lastSecond());
    Candle full = range.candle(5, Json.parse("[5,1,2,3,4,6,7]"), 1, 2, 3, 4, 5, 6);
    assertEquals(
        new Candle(
            BTC,
            5,
            Duration.ofMinutes(1),
            new BigDecimal(1),
            new BigDecimal(2),
            new BigDecimal(3),
            new BigDecimal(4),
            new BigDecimal(6),
            new BigDecimal(7)),
        full);
    assertNull(range.candle(5, Json.parse("[5,1,2,3,4,6]"), 1, 2, 3, 4, 5).quoteVolume());
    Json row = Json.parse("{\"o\":1,\"h\":2,\"l\":3,\"c\":4,\"v\":6}");
    assertEquals(
        range.candle(5, Json.parse("[5,1,2,3,4,6]"), 1, 2, 3, 4, 5),
        range.candle(5, row, "o h l c v"));
  }

  private static <T> T done(Call<T> call) {
    return call instanceof Call.Then<?, T> then ? doneThen(then) : ((Call.Done<T>) call).value();
  }

  private static <A, T> T doneThen(Call.Then<A, T> then) {
    return done(then.next().apply(done(then.first())));
  }

  @Test
  void a_batch_has_a_result_for_each_order_or_none_at_all() {
    List<Order> orders =
        List.of(
            Order.buy(BTC).limit("1").size("2").clientId("a"),
            Order.buy(BTC).limit("1").size("2").clientId("b"));
    Json rows = Json.parse("[{\"id\":\"b\",\"ok\":false},{\"id\":\"a\",\"ok\":true}]");
    List<BatchResult> results = results(orders, rows);
    assertEquals("a", results.get(0).update().clientId());
    assertEquals(Fault.Kind.REJECTED, results.get(1).fault().kind());
    assertThrows(TextException.class, () -> results(orders, Json.parse("[{\"id\":\"b\"}]")));
  }

  private static List<BatchResult> results(List<Order> orders, Json rows) {
    return BatchResult.each(
        orders,
        rows,
        (row, order) -> row.text("id").equals(order.clientId()),
        (row, order) ->
            row.bool("ok")
                ? BatchResult.of(
                    OrderUpdate.of(BTC, OrderStatus.OPEN).order(order.clientId(), null).build())
                : BatchResult.refused(Fault.of(Fault.Kind.REJECTED, "no")));
  }

  @Test
  void a_ticker_of_bare_numbers_has_none_where_they_are_0() {
    BigDecimal one = BigDecimal.ONE;
    Ticker ticker = Ticker.of(BTC, one, one, BigDecimal.ZERO, one, null, 5);
    assertEquals(one, ticker.bid().price());
    assertNull(ticker.ask());
    assertNull(ticker.last());
    assertNull(Ticker.of(BTC, null, one, one, BigDecimal.ZERO, one, 5).bid());
    assertEquals(one, Ticker.of(BTC, null, one, one, one, one, 5).last());
  }

  @Test
  void an_object_is_written_of_names_and_values() {
    assertEquals(
        "{\"op\":\"a\",\"n\":7,\"x\":null,\"t\":true,\"d\":1.5,\"l\":[\"b\",{\"c\":8}],\"j\":[1]}",
        JsonWriter.of(
                "op",
                "a",
                "n",
                7,
                "x",
                null,
                "t",
                true,
                "d",
                new BigDecimal("1.50"),
                "l",
                List.of("b", JsonWriter.of("c", 8L)),
                "j",
                Json.parse("[1]"))
            .toString());
    assertThrows(IllegalArgumentException.class, () -> JsonWriter.of("d", 1.5));
  }

  @Test
  void headers_tell_what_is_used_and_how_long_to_pause() {
    List<String> heard = new ArrayList<>();
    LimitUpdates out =
        new LimitUpdates() {
          @Override
          public void used(String bucket, long amount) {
            heard.add(bucket + " used " + amount);
          }

          @Override
          public void amount(String bucket, long amount) {
            heard.add(bucket + " of " + amount);
          }

          @Override
          public void pause(String bucket, long millis) {
            heard.add(bucket + " pauses " + millis);
          }
        };
    Reply reply = new Reply(429, Map.of("Used", "7", "Odd", "x", "Retry-After", "3"), new byte[0]);
    out.used("a", reply, "Used");
    out.used("a", reply, "Odd");
    out.used("a", reply, "Absent");
    out.pause("a", reply, "Retry-After", 10);
    out.pause("a", reply, "Absent", 10);
    out.pause("a", reply, "Absent", 1_000_000);
    assertEquals(
        List.of("a used 7", "a pauses 3000", "a pauses 10000", "a pauses 86400000"), heard);
  }

  @Test
  void symbols_are_those_of_the_last_listing() {
    Symbols symbols = new Symbols();
    assertNull(symbols.find("BTC_USDT"));
    assertEquals(List.of(BTC), symbols.learn(List.of(BTC), "spelling"));
    assertEquals(List.of(BTC), symbols.all());
    assertEquals(BTC, symbols.get("BTC_USDT"));
    symbols.learn(List.of());
    TextException e = assertThrows(TextException.class, () -> symbols.get("BTC_USDT"));
    assertEquals("not an instrument: BTC_USDT", e.getMessage());
  }

  @Test
  void a_side_is_named_in_any_case_and_nothing_else_is_a_side() {
    assertEquals(Side.BUY, Side.named("Buy"));
    assertEquals(Side.SELL, Side.named("SELL"));
    assertThrows(IllegalArgumentException.class, () -> Side.named("b"));
  }

  @Test
  void the_venues_word_for_a_status_is_kept_where_nobody_knows_it() {
    assertEquals("odd", update(OrderStatus.UNKNOWN).rawStatus());
    assertNull(update(OrderStatus.OPEN).rawStatus());
  }

  private static OrderUpdate update(OrderStatus status) {
    return OrderUpdate.of(BTC, status).order("a", null).rawStatus("odd").build();
  }
}
