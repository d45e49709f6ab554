package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.InvalidBook;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.testkit.exchange.Order.Side;
import dev.colibri.connector.testkit.sim.AlteredNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever a venue, or somebody on the way, may write instead of what it should. Each time the user
 * is told by name, nothing else is lost, nothing hangs, and all is well when the venue is.
 */
@Timeout(30)
class BinanceBadInputTest {
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final BinanceWorld world = new BinanceWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private LiveOrder rest(SpotConnector c) {
    LiveOrder order = c.place(buy(c, "50000"));
    world.advance(BinanceWorld.SECOND);
    assertEquals(OrderStatus.OPEN, order.status(), order::toString);
    world.events.clear();
    return order;
  }

  private static Order buy(SpotConnector c, String price) {
    return Order.buy(c.instrument("BTC-USDT")).limit(price).size("0.01");
  }

  // ---------------------------------------------------------------- replies that are no answers

  /** Something else instead of a reply. */
  private record Body(String name, UnaryOperator<Delivery> change) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Body instead(String name, int status, String body) {
    return new Body(name, good -> AlteredNetwork.reply(status, body));
  }

  private static final List<Body> BODIES =
      List.of(
          instead("broken JSON", 200, "{"),
          instead("two documents", 200, "{}{}"),
          new Body("half of it", BinanceBadInputTest::half),
          instead("a page", 200, "<!DOCTYPE html><html><body>Checking your browser</body></html>"),
          instead("a page of a failed proxy", 502, "<html><body>502 Bad Gateway</body></html>"),
          instead("a failure without a word", 500, ""),
          instead("a failure in JSON", 503, "{\"code\":-1001,\"msg\":\"Internal error\"}"),
          instead("nothing", 200, ""),
          instead("null", 200, "null"),
          instead("a number", 200, "17"),
          instead("an empty object", 200, "{}"),
          instead("arrays in arrays", 200, "[".repeat(100_000)),
          instead("objects in objects", 200, "{\"a\":".repeat(100_000)),
          instead("bytes that are no text", 200, "{\"\uFFFD\u0000\":\uFFFF}"),
          new Body(
              "a redirect",
              good ->
                  AlteredNetwork.reply(
                      302, Map.of("Location", "https://elsewhere.test/login"), "")),
          new Body("silence", good -> null));

  private static Delivery half(Delivery good) {
    String text = ((Delivery.Replied) good).reply().text();
    return AlteredNetwork.reply(200, text.substring(0, text.length() / 2));
  }

  /**
   * A question.
   *
   * @param fault what the event about it is called
   * @param provoke makes the connector ask it
   */
  private record Question(String target, String fault, Consumer<BinanceBadInputTest> provoke) {
    @Override
    public String toString() {
      return target;
    }
  }

  private static final List<Question> QUESTIONS =
      List.of(
          new Question("GET /api/v3/time", "time", t -> {}),
          new Question("GET /api/v3/exchangeInfo", "instruments", t -> {}),
          new Question("GET /api/v3/depth", "book of BTC-USDT", t -> t.cut()),
          new Question("GET /api/v3/account", "balances", t -> {}),
          new Question("GET /api/v3/openOrders", "open orders", t -> {}),
          new Question("GET /api/v3/myTrades", "fills of BTC-USDT", t -> {}),
          new Question("GET /api/v3/order", "status of ", t -> t.loseTheReplyToAnOrder()));

  private SpotConnector binance;

  private void cut() {
    world.network.cut(BinanceWorld.MARKET, 1006);
  }

  private void loseTheReplyToAnOrder() {
    world.network.frames(BinanceWorld.ACCOUNT, frame -> null);
    world.protocol.faults().dropReply("POST /api/v3/order");
    binance.place(buy(binance, "50001"));
  }

  static Stream<Arguments> questionsAndBodies() {
    return QUESTIONS.stream().flatMap(q -> BODIES.stream().map(b -> Arguments.of(q, b)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("questionsAndBodies")
  void a_question_without_an_answer_is_told_and_asked_again(Question question, Body body) {
    binance = world.started();
    LiveOrder resting = rest(binance);
    boolean books = question.target().endsWith("/depth");
    world.network.replies(question.target(), body.change());
    question.provoke().accept(this);
    assertTrue(
        world.time.advanceUntil(() -> world.isFaulted(question.fault()), BOUND),
        () -> "nobody was told: " + world.events);
    assertEquals(OrderStatus.OPEN, resting.status(), resting::toString);
    for (Instrument i : binance.instruments()) {
      assertEquals(books, world.wasInvalid(i), () -> i + ": " + world.events);
    }
    assertEquals(2, binance.instruments().size());

    world.network.repliesAsTheyAre(question.target());
    world.network.framesAsTheyAre(BinanceWorld.ACCOUNT);
    world.assertWell(binance);
    assertEquals(OrderStatus.OPEN, resting.status(), resting::toString);
  }

  static List<Body> bodies() {
    return BODIES;
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void an_order_whose_reply_says_nothing_is_unknown_and_found(Body body) {
    binance = world.started();
    Set<OrderStatus> seen = new LinkedHashSet<>();
    binance.orders().listen(e -> seen.add(e.state().status()));
    world.network.replies("POST /api/v3/order", body.change());
    world.network.frames(BinanceWorld.ACCOUNT, frame -> null);
    LiveOrder order = binance.place(buy(binance, "50000"));
    world.advance(Duration.ofSeconds(30));
    assertEquals(OrderStatus.OPEN, order.status(), order::toString);
    assertTrue(Set.of(OrderStatus.UNKNOWN, OrderStatus.OPEN).containsAll(seen), seen.toString());
    assertEquals(1, world.exchange.openOrders(BinanceWorld.US, null).size());
    world.network.repliesAsTheyAre("POST /api/v3/order");
    world.network.framesAsTheyAre(BinanceWorld.ACCOUNT);
    world.assertWell(binance);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void an_order_that_never_arrived_is_ended_only_by_what_the_venue_says(Body body) {
    binance = world.started();
    world.protocol.faults().dropRequest("POST /api/v3/order");
    world.network.replies("GET /api/v3/order", body.change());
    LiveOrder order = binance.place(buy(binance, "50000"));
    world.advance(Duration.ofMinutes(5));
    assertEquals(OrderStatus.UNKNOWN, order.status(), order::toString);
    assertTrue(world.isFaulted("status of " + order.clientId()), () -> world.events.toString());
    world.network.repliesAsTheyAre("GET /api/v3/order");
    world.advance(BOUND);
    assertEquals(OrderStatus.REJECTED, order.status(), order::toString);
    world.assertWell(binance);
  }

  @ParameterizedTest
  @MethodSource("bodies")
  void a_cancel_whose_reply_says_nothing_takes_effect_all_the_same(Body body) {
    binance = world.started();
    LiveOrder order = rest(binance);
    world.network.replies("DELETE /api/v3/order", body.change());
    world.network.frames(BinanceWorld.ACCOUNT, frame -> null);
    order.cancel();
    assertTrue(
        world.time.advanceUntil(() -> order.status() == OrderStatus.CANCELED, BOUND),
        order::toString);
    world.network.repliesAsTheyAre("DELETE /api/v3/order");
    world.network.framesAsTheyAre(BinanceWorld.ACCOUNT);
    world.assertWell(binance);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"orderId\":7", "\"executedQty\":\"1e10000000\"", "\"executedQty\":\"-1\"",
        "\"executedQty\":\"NaN\"", "\"status\":\"NOT_YET_INVENTED\"", "\"side\":\"BOTH\"",
        "\"clientOrderId\":\"somebodyElses\"", "\"clientOrderId\":null", "\"price\":\"-5\"",
        "\"transactTime\":99999999999999999999", "\"status\":17"
      })
  void an_answer_to_an_order_with_one_wrong_field_loses_no_order(String field) {
    binance = world.started();
    String name = field.substring(0, field.indexOf(':'));
    world.network.bodies(
        "POST /api/v3/order",
        good -> good.replaceFirst(name + ":(\"[^\"]*\"|[0-9]+)", field.replace("$", "")));
    LiveOrder order = binance.place(buy(binance, "50000"));
    world.advance(Duration.ofMinutes(1));
    assertEquals(OrderStatus.OPEN, order.status(), order::toString);
    world.network.repliesAsTheyAre("POST /api/v3/order");
    order.cancel();
    world.advance(Duration.ofSeconds(30));
    assertEquals(OrderStatus.CANCELED, order.status(), order::toString);
    world.assertWell(binance);
  }

  // ---------------------------------------------------------------- one bad row among good ones

  /**
   * A row that is wrong.
   *
   * @param where what the event about it is called
   */
  private record Row(String target, String where, String name, UnaryOperator<String> spoil) {
    @Override
    public String toString() {
      return where + ": " + name;
    }
  }

  private static Row added(String target, String where, String row) {
    return new Row(
        target,
        where,
        row,
        good -> good.replaceFirst("^\\[(.*)]$", "[" + row + ",$1]").replaceFirst(",]$", "]"));
  }

  static Stream<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (String n : List.of("1e10000000", "-0.01", "NaN", "0x1F", "1e-41", "9".repeat(50))) {
      rows.add(
          new Row(
              "GET /api/v3/exchangeInfo", "instruments", "tickSize " + n, good -> tick(good, n)));
    }
    for (String n : List.of("1e10000000", "NaN", "", "0x1F", "1e-41", "9".repeat(50), "1,5")) {
      rows.add(
          new Row(
              "GET /api/v3/account",
              "balances",
              "free " + n,
              good ->
                  good.replaceFirst(
                      "\"asset\":\"ETH\",\"free\":\"[^\"]*\"",
                      "\"asset\":\"ETH\",\"free\":\"" + n + "\"")));
    }
    for (String row :
        List.of(
            "7",
            "null",
            "\"ETHUSDT\"",
            "[]",
            "{}",
            "{\"symbol\":\"NOSUCHUSDT\"}",
            "{\"symbol\":\"BTCUSDT\",\"orderId\":1,\"side\":\"UP\",\"type\":\"LIMIT\"}",
            "{\"symbol\":{\"symbol\":1}}")) {
      rows.add(added("GET /api/v3/openOrders", "open orders", row));
      rows.add(added("GET /api/v3/myTrades", "fills", row));
      rows.add(
          new Row(
              "GET /api/v3/account",
              "balances",
              row,
              good -> good.replace("\"balances\":[", "\"balances\":[" + row + ",")));
      // What says no word of the spot market is another market's.
      if (!row.startsWith("{")) {
        rows.add(
            new Row(
                "GET /api/v3/exchangeInfo",
                "instruments",
                row,
                good -> good.replace("\"symbols\":[", "\"symbols\":[" + row + ",")));
      }
    }
    return rows.stream();
  }

  private static String tick(String info, String tick) {
    int at = info.indexOf("\"tickSize\":", info.indexOf("\"symbol\":\"ETHUSDT\""));
    return info.substring(0, at)
        + info.substring(at)
            .replaceFirst("\"tickSize\":\"[^\"]*\"", "\"tickSize\":\"" + tick + "\"");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void a_row_that_cannot_be_read_hides_no_other(Row row) {
    binance = world.started();
    LiveOrder resting = rest(binance);
    world.network.bodies(row.target(), row.spoil());
    assertTrue(
        world.time.advanceUntil(() -> world.isQuarantined(row.where()), BOUND),
        () -> "nobody was told: " + world.events);
    world.advance(Duration.ofSeconds(40));
    assertTrue(binance.isReady(), () -> binance.readiness().missing());
    assertEquals(List.of(), world.events(ConnectorEvent.BookInvalid.class));
    assertEquals(List.of(), world.events(ConnectorEvent.Delisted.class));
    assertEquals(List.of(), world.events(ConnectorEvent.BalanceDrift.class));
    assertEquals(OrderStatus.OPEN, resting.status(), resting::toString);
    world.network.repliesAsTheyAre(row.target());
    world.assertWell(binance);
  }

  @Test
  void thousands_of_bad_rows_make_no_flood() {
    binance = world.started();
    LiveOrder resting = rest(binance);
    world.network.bodies(
        "GET /api/v3/openOrders",
        good -> "[" + "{\"symbol\":\"BTCUSDT\"},".repeat(20_000) + good.substring(1));
    world.advance(Duration.ofSeconds(31));
    int told = world.events(ConnectorEvent.Quarantined.class).size();
    assertTrue(told > 0 && told <= 50, told + " events");
    assertEquals(OrderStatus.OPEN, resting.status());
    world.network.repliesAsTheyAre("GET /api/v3/openOrders");
    world.assertWell(binance);
  }

  @Test
  void thousands_of_good_rows_are_read() {
    binance = world.started();
    rest(binance);
    world.network.bodies(
        "GET /api/v3/exchangeInfo",
        good -> {
          String row = good.substring(good.indexOf("\"symbols\":[") + 11, good.length() - 2);
          String btc = row.substring(0, row.indexOf(",{\"symbol\":\"ETHUSDT\""));
          StringBuilder more = new StringBuilder();
          for (int i = 0; i < 5_000; i++) {
            more.append(
                btc.replace("BTCUSDT", "C" + i + "USDT").replace("\"BTC\"", "\"C" + i + "\""));
            more.append(',');
          }
          return good.replace("\"symbols\":[", "\"symbols\":[" + more);
        });
    world.advance(Duration.ofSeconds(31));
    assertEquals(5_002, binance.instruments().size());
    assertEquals(5_000, world.events(ConnectorEvent.Listed.class).size());
    world.network.repliesAsTheyAre("GET /api/v3/exchangeInfo");
    world.assertWell(binance);
    assertEquals(5_000, world.events(ConnectorEvent.Delisted.class).size());
  }

  // ---------------------------------------------------------------- what a later version may say

  @Test
  void fields_that_nobody_knows_are_passed_over() {
    String field = "{\"aNewField\":[{},[1e5,null,\"\"]],";
    for (Question q : QUESTIONS) {
      world.network.bodies(q.target(), good -> widened(good, field));
    }
    for (String target : List.of("POST /api/v3/order", "DELETE /api/v3/order")) {
      world.network.bodies(target, good -> widened(good, field));
    }
    world.network.frames(BinanceWorld.MARKET, good -> widened(good, field));
    world.network.frames(BinanceWorld.ACCOUNT, good -> widened(good, field));
    binance = world.started();
    LiveOrder resting = rest(binance);
    world.advance(Duration.ofMinutes(2));
    world.assertWell(binance);
    assertEquals(OrderStatus.OPEN, resting.status());
    assertEquals(List.of(), world.events(ConnectorEvent.Quarantined.class));
    assertEquals(List.of(), world.events(ConnectorEvent.Faulted.class));
    assertEquals(List.of(), world.events(ConnectorEvent.Disconnected.class));
  }

  private static String widened(String json, String field) {
    return json.replaceAll("\\{(?!})", field);
  }

  @Test
  void a_status_that_nobody_knows_is_told_and_ends_no_order() {
    binance = world.started();
    LiveOrder resting = rest(binance);
    for (String target : List.of("GET /api/v3/openOrders", "GET /api/v3/order")) {
      world.network.bodies(
          target, good -> good.replace("\"status\":\"NEW\"", "\"status\":\"FROZEN\""));
    }
    world.advance(Duration.ofMinutes(2));
    assertEquals(OrderStatus.OPEN, resting.status());
    assertTrue(
        world.events(ConnectorEvent.Quarantined.class).stream()
            .anyMatch(q -> q.reason().contains("FROZEN")),
        () -> world.events.toString());
    world.network.repliesAsTheyAre("GET /api/v3/openOrders").repliesAsTheyAre("GET /api/v3/order");
    world.assertWell(binance);
  }

  @Test
  void an_instrument_of_a_state_that_nobody_knows_does_not_trade_and_others_do() {
    binance = world.started();
    Instrument eth = binance.instrument("ETH-USDT");
    world.network.bodies(
        "GET /api/v3/exchangeInfo",
        good -> {
          int at = good.indexOf("\"symbol\":\"ETHUSDT\"");
          return good.substring(0, at)
              + good.substring(at)
                  .replaceFirst("\"status\":\"TRADING\"", "\"status\":\"DREAMING\"");
        });
    world.advance(Duration.ofSeconds(31));
    assertEquals(1, world.events(ConnectorEvent.RulesChanged.class).size());
    Refused refused =
        assertThrows(
            Refused.class, () -> binance.place(Order.buy(eth).limit("50000").size("0.01")));
    assertEquals(Rule.NOT_TRADING, refused.rule());
    assertTrue(binance.book(eth).isValid());
    world.network.repliesAsTheyAre("GET /api/v3/exchangeInfo");
    world.assertWell(binance);
  }

  // ---------------------------------------------------------------- frames of market data

  /**
   * A frame that the venue should not have said.
   *
   * @param text with {@code $n} for the number after the book's
   * @param told whether it is an event of its own
   * @param breaks whether it makes the book of BTC invalid
   */
  private record Bad(String text, boolean told, boolean breaks) {
    @Override
    public String toString() {
      return text.length() > 60 ? text.substring(0, 60) : text;
    }
  }

  private static Bad told(String text) {
    return new Bad(text, true, false);
  }

  private static Bad ignored(String text) {
    return new Bad(text, false, false);
  }

  private static Bad breaking(String text) {
    return new Bad(text, true, true);
  }

  private static String depth(String symbol, String first, String last, String bids, String asks) {
    return "{\"e\":\"depthUpdate\",\"E\":1700000000123,\"s\":\"%s\",\"U\":%s,\"u\":%s,\"b\":%s,\"a\":%s}"
        .formatted(symbol, first, last, bids, asks);
  }

  private static String level(String price, String size) {
    return "[[\"" + price + "\",\"" + size + "\"]]";
  }

  static List<Bad> frames() {
    List<Bad> all =
        new ArrayList<>(
            List.of(
                told("garbage"),
                told(""),
                told("{"),
                told("[".repeat(50_000)),
                told("{\"data\":".repeat(50_000)),
                told("null"),
                told("[]"),
                told("\"\""),
                told("17"),
                told("<html></html>"),
                told("{}{}"),
                ignored("{}"),
                ignored("{\"e\":\"aNewEvent\",\"s\":\"BTCUSDT\",\"x\":{}}"),
                ignored("{\"result\":null,\"id\":1}"),
                ignored("{\"result\":null,\"id\":99999}"),
                ignored("{\"result\":[\"btcusdt@depth@100ms\"],\"id\":99999}"),
                told("{\"error\":{\"code\":2,\"msg\":\"Invalid request\"},\"id\":99999}"),
                told("{\"code\":2,\"msg\":\"Invalid request\"}"),
                told("{\"result\":null,\"id\":\"one\"}"),
                told(depth("NOSUCHUSDT", "$n", "$n", level("1", "1"), "[]")),
                told(depth("", "$n", "$n", level("1", "1"), "[]")),
                ignored(depth("BTCUSDT", "1", "2", level("59999", "0"), "[]")),
                ignored(depth("BTCUSDT", "$n", "3", level("59999", "0"), "[]")),
                breaking(depth("BTCUSDT", "99999999", "99999999", level("59998", "3"), "[]")),
                breaking(depth("BTCUSDT", "$n", "$n", level("70000", "1"), "[]")),
                breaking(depth("BTCUSDT", "$n", "$n", "[]", level("50000", "1"))),
                breaking(
                    depth("BTCUSDT", "$n", "$n", level("59998.123456789012345678901", "3"), "[]")),
                breaking("{\"e\":\"depthUpdate\",\"s\":\"BTCUSDT\"}"),
                breaking(
                    "{\"e\":\"depthUpdate\",\"s\":\"BTCUSDT\",\"U\":$n,\"u\":$n,\"b\":[[\"59998\""),
                breaking(depth("BTCUSDT", "$n", "99999999999999999999", level("59998", "3"), "[]")),
                told(
                    "{\"e\":\"trade\",\"E\":1,\"s\":\"NOSUCHUSDT\",\"t\":1,\"p\":\"1\",\"q\":\"1\",\"T\":1,\"m\":true}"),
                told(
                    "{\"u\":1,\"s\":\"NOSUCHUSDT\",\"b\":\"1\",\"B\":\"1\",\"a\":\"2\",\"A\":\"1\"}")));
    for (String n :
        List.of("1e10000000", "-1", "NaN", "Infinity", "0x1F", "", "1,5", "9".repeat(60))) {
      all.add(breaking(depth("BTCUSDT", "$n", "$n", level(n, "1"), "[]")));
      all.add(breaking(depth("BTCUSDT", "$n", "$n", "[]", level("60007", n))));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("frames")
  void a_frame_that_makes_no_sense_harms_no_other_book(Bad frame) {
    binance = world.started();
    LiveOrder resting = rest(binance);
    Instrument btc = binance.instrument("BTC-USDT");
    Instrument eth = binance.instrument("ETH-USDT");
    List<String> trades = new ArrayList<>();
    binance.trades(eth).listen(t -> trades.add(t.toTrade().id()));
    world.advance(BinanceWorld.SECOND);
    long next = binance.book(btc).sequence() + 1;
    world.network.say(BinanceWorld.MARKET, frame.text().replace("$n", Long.toString(next)));
    world.advance(Duration.ofMillis(1));
    if (frame.breaks()) {
      assertFalse(binance.book(btc).isValid());
      assertThrows(InvalidBook.class, () -> binance.book(btc).bestBid());
    }
    world.place(BinanceWorld.US, "ETH-USDT", Side.BUY, "60001", "0.5");
    world.advance(Duration.ofSeconds(5));
    assertEquals(1, trades.size(), "the trades of another instrument go on");
    assertEquals(
        frame.told(),
        world.wasInvalid(btc) || world.isQuarantined("stream market"),
        () -> world.events.toString());
    assertEquals(frame.breaks(), world.wasInvalid(btc), () -> world.events.toString());
    assertFalse(world.wasInvalid(eth), () -> world.events.toString());
    assertEquals(List.of(), world.events(ConnectorEvent.Disconnected.class));
    // The venue's book goes on to the number that was claimed, and beyond it.
    world.quote("BTC-USDT", Side.BUY, 58_000);
    world.advance(Duration.ofMinutes(1));
    assertTrue(binance.book(btc).isValid(), () -> "it recovers: " + world.events);
    assertEquals(OrderStatus.OPEN, resting.status());
    world.assertWell(binance);
  }

  // ---------------------------------------------------------------- frames of the account

  private static String report(String fields) {
    return "{\"subscriptionId\":0,\"event\":{\"e\":\"executionReport\"," + fields + "}}";
  }

  private static String position(String balances) {
    return "{\"event\":{\"e\":\"outboundAccountPosition\",\"E\":1,\"u\":1,\"B\":" + balances + "}}";
  }

  static List<Bad> accountFrames() {
    String fill =
        "\"E\":1,\"s\":\"BTCUSDT\",\"c\":\"$c\",\"S\":\"BUY\",\"o\":\"LIMIT\",\"f\":\"GTC\",\"q\":\"0.01\","
            + "\"p\":\"50000\",\"C\":\"\",\"r\":\"NONE\",\"i\":$i,\"T\":1700000000123,\"m\":true,";
    List<Bad> all =
        new ArrayList<>(
            List.of(
                told("garbage"),
                told(""),
                told("{"),
                told("[".repeat(50_000)),
                told("[]"),
                told("null"),
                ignored("{}"),
                ignored("{\"id\":\"99999\",\"status\":200,\"result\":{}}"),
                ignored(
                    "{\"id\":\"99999\",\"status\":401,\"error\":{\"code\":-2015,\"msg\":\"\"}}"),
                ignored("{\"event\":{\"e\":\"aNewEvent\",\"x\":1}}"),
                ignored("{\"event\":{\"e\":\"balanceUpdate\",\"a\":\"BTC\",\"d\":\"NaN\"}}"),
                told("{\"event\":{}}"),
                told("{\"event\":7}"),
                told(report("\"s\":\"NOSUCHUSDT\"")),
                told(report("\"s\":\"BTCUSDT\"")),
                told(report(fill + "\"x\":\"NEW\",\"X\":\"FROZEN\",\"z\":\"0\",\"Z\":\"0\"")),
                told(position("[7]")),
                told(position("[{\"a\":\"ETH\",\"f\":\"1e10000000\",\"l\":\"0\"}]")),
                told(position("{}"))));
    for (String n : List.of("1e10000000", "-1", "NaN", "9".repeat(60))) {
      all.add(
          told(
              report(
                  fill
                      + "\"x\":\"TRADE\",\"X\":\"PARTIALLY_FILLED\",\"t\":77,\"l\":\"%s\",\"z\":\"%s\",\"L\":\"50000\",\"n\":\"0\",\"Z\":\"1\""
                          .formatted(n, n))));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("accountFrames")
  void a_frame_of_the_account_that_makes_no_sense_harms_no_order(Bad frame) {
    binance = world.started();
    LiveOrder resting = rest(binance);
    world.network.say(
        BinanceWorld.ACCOUNT,
        frame
            .text()
            .replace("$c", resting.clientId())
            .replace("$i", String.valueOf(resting.venueId())));
    world.advance(BinanceWorld.SECOND);
    assertEquals(
        frame.told(),
        !world.events(ConnectorEvent.Quarantined.class).isEmpty(),
        () -> world.events.toString());
    assertEquals(OrderStatus.OPEN, resting.status());
    assertEquals(0, resting.filled().signum());
    assertEquals(List.of(), world.events(ConnectorEvent.Disconnected.class));
    assertEquals(List.of(), world.events(ConnectorEvent.BookInvalid.class));
    world.assertWell(binance);
  }

  // ---------------------------------------------------------------- keys, clocks, refusals

  @ParameterizedTest
  @CsvSource({
    "401, -2015, 'Invalid API-key, IP, or permissions for action.'",
    "401, -2014, 'API-key format invalid.'",
    "400, -2008, 'Invalid Api-Key ID.'",
    "400, -1022, 'Signature for this request is not valid.'",
    "401, 0, ''"
  })
  void a_bad_key_is_named_at_the_start_and_tried_on(int status, int code, String message) {
    String body =
        code == 0 ? "<html></html>" : "{\"code\":" + code + ",\"msg\":\"" + message + "\"}";
    for (String target : List.of("GET /api/v3/account", "GET /api/v3/openOrders")) {
      world.network.replies(target, good -> AlteredNetwork.reply(status, body));
    }
    SpotConnector c = world.open(BinanceWorld.venue());
    CompletableFuture<SpotConnector> start = c.start();
    world.advance(Duration.ofSeconds(5));
    assertTrue(start.isCompletedExceptionally(), "it should have failed by now");
    String why = start.handle((ok, e) -> e.getMessage()).join();
    assertTrue(why.contains("refuses the key") && why.contains(code == 0 ? "401" : message), why);
    for (String target : List.of("GET /api/v3/account", "GET /api/v3/openOrders")) {
      world.network.repliesAsTheyAre(target);
    }
    world.advance(Duration.ofMinutes(1));
    assertTrue(c.isReady(), () -> c.readiness().missing());
  }

  private static final String SKEW =
      "{\"code\":-1021,\"msg\":\"Timestamp for this request is outside of the recvWindow.\"}";

  @Test
  void an_order_refused_for_its_time_leaves_once_more_when_the_time_is_known() {
    binance = world.started();
    world.fail("POST /api/v3/order", 400, SKEW, 1);
    LiveOrder order = binance.place(buy(binance, "50000"));
    world.advance(BinanceWorld.SECOND);
    assertEquals(OrderStatus.OPEN, order.status(), order::toString);
    world.assertWell(binance);
  }

  @Test
  void an_order_refused_for_its_time_twice_is_refused() {
    binance = world.started();
    world.fail("POST /api/v3/order", 400, SKEW, 2);
    LiveOrder order = binance.place(buy(binance, "50000"));
    world.advance(BinanceWorld.SECOND);
    assertEquals(OrderStatus.REJECTED, order.status(), order::toString);
    assertTrue(String.valueOf(order.state().reject()).contains("-1021"));
    world.assertWell(binance);
  }

  @ParameterizedTest
  @ValueSource(longs = {3_600_000, -3_600_000, 2_000})
  void a_venue_that_tells_a_wrong_time_is_named_and_believed_again_when_it_does_not(long off) {
    binance = world.started();
    LiveOrder resting = rest(binance);
    world.network.bodies(
        "GET /api/v3/time", good -> "{\"serverTime\":" + (world.time.millis() + off) + "}");
    world.advance(Duration.ofMinutes(5));
    assertFalse(world.events(ConnectorEvent.ClockSkewed.class).isEmpty(), world.events.toString());
    assertEquals(OrderStatus.OPEN, resting.status(), resting::toString);
    assertEquals(List.of(), world.events(ConnectorEvent.BookInvalid.class));
    world.network.repliesAsTheyAre("GET /api/v3/time");
    world.advance(Duration.ofMinutes(2));
    world.assertWell(binance);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"serverTime\":-1}", "{\"serverTime\":99999999999999999}", "{\"serverTime\":1e10000000}",
        "{\"serverTime\":\"soon\"}", "{\"serverTime\":null}", "{\"serverTime\":1.5}"
      })
  void a_time_that_is_none_is_told_and_changes_nothing(String body) {
    binance = world.started();
    rest(binance);
    world.network.bodies("GET /api/v3/time", good -> body);
    world.advance(Duration.ofMinutes(2));
    assertTrue(world.isFaulted("time"), () -> world.events.toString());
    assertEquals(List.of(), world.events(ConnectorEvent.ClockSkewed.class));
    world.assertWell(binance);
  }

  @Test
  void a_book_that_is_crossed_in_its_snapshot_is_not_shown() {
    binance = world.started();
    rest(binance);
    Instrument btc = binance.instrument("BTC-USDT");
    world.network.bodies("GET /api/v3/depth", good -> good.replace("\"59999", "\"69999"));
    cut();
    world.advance(Duration.ofSeconds(10));
    assertTrue(
        world.events(ConnectorEvent.BookInvalid.class).stream()
            .anyMatch(b -> b.state() == BookState.CROSSED),
        () -> world.events.toString());
    assertFalse(binance.book(btc).isValid());
    world.network.repliesAsTheyAre("GET /api/v3/depth");
    world.assertWell(binance);
  }

  @Test
  void a_subscription_that_is_refused_is_told_and_asked_for_again() {
    binance = world.started();
    rest(binance);
    Instrument btc = binance.instrument("BTC-USDT");
    world.network.frames(
        BinanceWorld.MARKET,
        good ->
            good.contains("\"result\"")
                ? "{\"error\":{\"code\":2,\"msg\":\"Invalid request: no\"},"
                    + good.substring(good.indexOf("\"id\""))
                : good);
    binance.trades(btc).listen(t -> {});
    world.advance(BinanceWorld.SECOND);
    assertTrue(world.isFaulted("subscribe"), () -> world.events.toString());
    assertTrue(binance.book(btc).isValid());
    world.network.framesAsTheyAre(BinanceWorld.MARKET);
    List<String> trades = new ArrayList<>();
    binance.trades(btc).listen(t -> trades.add(t.toTrade().id()));
    world.advance(Duration.ofSeconds(35));
    world.place(BinanceWorld.US, "BTC-USDT", Side.BUY, "60001", "0.5");
    world.advance(BinanceWorld.SECOND);
    assertEquals(1, trades.size());
    world.assertWell(binance);
  }
}
