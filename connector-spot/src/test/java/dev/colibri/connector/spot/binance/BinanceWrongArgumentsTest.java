package dev.colibri.connector.spot.binance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.InvalidBook;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderBook;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a strategy gets wrong fails at once, with words that say what to do, and sends nothing. */
class BinanceWrongArgumentsTest {
  private final BinanceWorld world = new BinanceWorld();

  @AfterEach
  void close() {
    world.close();
  }

  // ---------------------------------------------------------------- orders

  /**
   * An order that is wrong.
   *
   * @param says what the message must contain
   */
  private record Wrong(String name, UnaryOperator<Order> order, Rule rule, String... says) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Wrong> orders() {
    return Stream.of(
        new Wrong("no size", o -> o.limit("50000"), Rule.INCOMPLETE, "size("),
        new Wrong("no price", o -> o.size("1"), Rule.INCOMPLETE, "limit(price)", "market()"),
        new Wrong(
            "post-only without price", o -> o.postOnly().size("1"), Rule.INCOMPLETE, "limit("),
        new Wrong(
            "size and amount",
            o -> o.market().size("1").quoteAmount("100"),
            Rule.INCOMPLETE,
            "both"),
        new Wrong(
            "a limit order by amount",
            o -> o.limit("50000").quoteAmount("100"),
            Rule.INCOMPLETE,
            "size("),
        new Wrong("size zero", o -> o.limit("50000").size("0"), Rule.MIN_SIZE, "positive", "0"),
        new Wrong("size negative", o -> o.limit("50000").size("-1"), Rule.MIN_SIZE, "positive"),
        new Wrong("amount zero", o -> o.market().quoteAmount("0"), Rule.MIN_NOTIONAL, "positive"),
        new Wrong("price zero", o -> o.limit("0").size("1"), Rule.PRICE_RANGE, "positive"),
        new Wrong("price negative", o -> o.limit("-5").size("1"), Rule.PRICE_RANGE, "positive"),
        new Wrong(
            "price off the tick",
            o -> o.limit("50000.005").size("0.01"),
            Rule.TICK_SIZE,
            "multiple of 0.01",
            "nearest lawful value is 50000.00"),
        new Wrong(
            "size off the lot",
            o -> o.limit("50000").size("0.010001"),
            Rule.LOT_SIZE,
            "multiple of 0.00001",
            "nearest lawful value is 0.01000"),
        new Wrong(
            "too little",
            o -> o.limit("50000").size("0.00001"),
            Rule.MIN_NOTIONAL,
            "at least 5",
            "at 50000 the least size is 0.00010"),
        new Wrong("more than there is", o -> o.limit("50000").size("100"), Rule.BUDGET, "USDT"),
        new Wrong(
            "a client id with a space",
            o -> o.limit("50000").size("0.01").clientId("my order"),
            Rule.CLIENT_ID,
            "36"),
        new Wrong(
            "a client id that is too long",
            o -> o.limit("50000").size("0.01").clientId("x".repeat(37)),
            Rule.CLIENT_ID,
            "36"),
        new Wrong(
            "an empty client id",
            o -> o.limit("50000").size("0.01").clientId(""),
            Rule.CLIENT_ID,
            "36"));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void an_order_that_is_wrong_is_refused_here(Wrong wrong) {
    SpotConnector c = world.started();
    int before = world.network.count("POST /api/v3/order");
    Order order = wrong.order().apply(Order.buy(c.instrument("BTC-USDT")));
    Refused refused = assertThrows(Refused.class, () -> c.place(order));
    assertEquals(wrong.rule(), refused.rule(), refused::getMessage);
    for (String part : wrong.says()) {
      assertTrue(refused.getMessage().contains(part), refused::getMessage);
    }
    world.advance(BinanceWorld.SECOND);
    assertEquals(before, world.network.count("POST /api/v3/order"));
    assertEquals(List.of(), c.openOrders());
  }

  @Test
  void a_client_id_is_used_once() {
    SpotConnector c = world.started();
    Order order = Order.buy(c.instrument("BTC-USDT")).limit("50000").size("0.01").clientId("mine");
    c.place(order);
    refused(Rule.CLIENT_ID, "use another", () -> c.place(order));
  }

  @Test
  void an_order_is_placed_where_its_instrument_is_traded() {
    SpotConnector us = world.colibri.open(Binance.us());
    us.start().join();
    SpotConnector c = world.started();
    Instrument elsewhere = us.instrument("BTC-USDT");
    Order order = Order.buy(elsewhere).limit("50000").size("0.01");
    refused(Rule.INSTRUMENT, "does not trade BTC-USDT@binance-us-spot", () -> c.place(order));
    String why = "BTC-USDT@binance-us-spot is not an instrument of binance-spot";
    assertAll(
        () -> fails(IllegalArgumentException.class, why, () -> c.book(elsewhere)),
        () -> fails(IllegalArgumentException.class, why, () -> c.books(elsewhere)),
        () -> fails(IllegalArgumentException.class, why, () -> c.trades(elsewhere)),
        () -> fails(IllegalArgumentException.class, why, () -> c.tops(elsewhere)),
        () -> fails(IllegalArgumentException.class, why, () -> c.changes(elsewhere)),
        () -> fails(IllegalArgumentException.class, why, () -> c.recentTrades(elsewhere, 5)),
        () -> fails(IllegalArgumentException.class, why, () -> c.tickers(List.of(elsewhere))),
        () -> fails(IllegalArgumentException.class, why, () -> c.cancelAll(elsewhere)),
        () -> fails(IllegalArgumentException.class, why, () -> c.cancelEverything(elsewhere)),
        () -> fails(IllegalArgumentException.class, why, () -> c.openOrders(elsewhere)),
        () -> fails(IllegalArgumentException.class, why, () -> c.exposure(elsewhere)));
  }

  @Test
  void an_order_is_placed_when_the_connector_is_ready() {
    SpotConnector c = world.started();
    Order order = Order.buy(c.instrument("BTC-USDT")).limit("50000").size("0.01");
    SpotConnector idle = world.open(BinanceWorld.venue());
    SpotConnector open = world.open(Binance.spot());
    open.start().join();
    refused(Rule.NOT_READY, "await start()", () -> idle.place(order));
    refused(Rule.NOT_READY, "without credentials", () -> open.place(order));
    c.close();
    refused(Rule.NOT_READY, "closed", () -> c.place(order));
    String late = "not known yet; await start()";
    fails(IllegalArgumentException.class, late, () -> idle.instrument("BTC-USDT"));
  }

  @Test
  void a_market_order_needs_a_book_to_be_priced_by() {
    SpotConnector c = world.open(BinanceWorld.venue());
    c.start().join();
    Instrument btc = c.instrument("BTC-USDT");
    refused(Rule.BUDGET, "book", () -> c.place(Order.buy(btc).market().size("0.01")));
  }

  private static void refused(Rule rule, String says, Executable what) {
    Refused refused = assertThrows(Refused.class, what);
    assertEquals(rule, refused.rule(), refused::getMessage);
    assertTrue(refused.getMessage().contains(says), refused::getMessage);
  }

  private static void fails(Class<? extends Exception> how, String says, Executable what) {
    Exception e = assertThrows(how, what);
    assertTrue(String.valueOf(e.getMessage()).contains(says), e::getMessage);
  }

  // ---------------------------------------------------------------- everything else

  @Test
  void an_instrument_that_is_not_listed_is_answered_with_the_names_that_come_close() {
    SpotConnector c = world.started();
    for (String name : List.of("BTCUSDT", "BTC/USDT", "btc_usdt", "BTC-USD")) {
      fails(IllegalArgumentException.class, "among them [BTC-USDT]", () -> c.instrument(name));
    }
    fails(
        IllegalArgumentException.class,
        "among them [BTC-USDT, ETH-USDT]",
        () -> c.instrument("DOGE-USDT"));
  }

  @Test
  void an_address_for_a_part_that_the_venue_does_not_have_is_refused() {
    var venue = Binance.spot().host("reset", URI.create("https://api.example"));
    fails(
        IllegalArgumentException.class,
        "no host reset; it has [rest, stream, ws-api",
        () -> world.open(venue));
  }

  @Test
  void what_keeps_a_connector_from_being_ready_is_named_with_its_reason() {
    world.network.frames(BinanceWorld.ACCOUNT, frame -> null);
    SpotConnector c = world.open(BinanceWorld.venue());
    fails(
        CompletionException.class,
        "not ready after 30 s, for want of: account stream (stream account: ",
        () -> c.start().join());
  }

  @Test
  void words_that_are_no_numbers_are_named() {
    SpotConnector c = world.started();
    Order order = Order.buy(c.instrument("BTC-USDT"));
    for (String bad : List.of("", "12,5", "NaN", "ten", "1e10000000", "1".repeat(65))) {
      fails(IllegalArgumentException.class, "price", () -> order.limit(bad));
      fails(IllegalArgumentException.class, "size", () -> order.size(bad));
      fails(IllegalArgumentException.class, "amount", () -> order.quoteAmount(bad));
    }
    fails(NullPointerException.class, "price", () -> order.limit((BigDecimal) null));
    fails(NullPointerException.class, "size", () -> order.size((BigDecimal) null));
  }

  @Test
  void names_that_nobody_knows_are_answered_with_those_that_are_known() {
    SpotConnector c = world.started();
    fails(IllegalArgumentException.class, "BTC-USDT", () -> c.instrument("BTC-EUR"));
    fails(IllegalArgumentException.class, "lists 2", () -> c.instrument("btcusdt"));
    fails(IllegalArgumentException.class, "no order nope", () -> c.cancel("nope"));
    assertTrue(c.order("nope").isEmpty());
    fails(
        IllegalArgumentException.class,
        "binance-spot",
        () -> world.colibri.open("binanse-spot", null));
    fails(
        IllegalArgumentException.class,
        "testnet",
        () -> world.colibri.open(Binance.spot().environment("sandbox")));
    fails(
        IllegalArgumentException.class,
        "PT1M",
        () ->
            c.candles()
                .orElseThrow()
                .between(
                    c.instrument("BTC-USDT"), Duration.ofSeconds(7), Instant.EPOCH, Instant.EPOCH));
  }

  @Test
  void a_withdrawal_is_refused() {
    SpotConnector c = world.started();
    fails(
        IllegalArgumentException.class,
        "does not withdraw",
        () -> c.call(Request.post("/sapi/v1/capital/Withdraw/apply").signed()));
  }

  @Test
  void a_book_that_is_not_valid_says_why_and_since_when() {
    SpotConnector c = world.open(Binance.spot());
    c.start().join();
    OrderBook book = c.book(c.instrument("BTC-USDT"));
    List<Executable> reads =
        List.of(
            book::bestBid,
            book::bestAsk,
            book::mid,
            book::spread,
            () -> book.depth(Side.BUY),
            () -> book.price(Side.BUY, 0));
    for (Executable read : reads) {
      fails(InvalidBook.class, "LOADING", read);
    }
  }

  @Test
  void waiting_on_the_strategy_thread_fails_at_once() {
    SpotConnector c = world.started();
    LiveOrder order = c.place(Order.buy(c.instrument("BTC-USDT")).limit("50000").size("0.01"));
    List<Executable> waits =
        List.of(
            () -> c.tickers(List.of()).join(),
            () -> order.done().join(),
            () -> order.done().get(),
            () -> order.done().get(1, TimeUnit.SECONDS),
            () -> order.done().thenApply(s -> s).join(),
            () -> c.call(Request.get("/api/v3/time")).join(),
            () -> world.colibri.awaitShutdown());
    List<Throwable> failures = new ArrayList<>();
    world.colibri.execute(
        () -> {
          for (Executable wait : waits) {
            try {
              wait.execute();
            } catch (Throwable e) {
              failures.add(e);
            }
          }
        });
    world.advance(Duration.ofMinutes(1));
    assertEquals(waits.size(), failures.size());
    for (Throwable e : failures) {
      assertEquals(IllegalStateException.class, e.getClass(), e.toString());
      assertTrue(e.getMessage().contains("strategy thread"), e.getMessage());
    }
  }

  @Test
  void a_question_that_fails_says_why() throws InterruptedException {
    SpotConnector c = world.started();
    var reply = c.call(Request.get("/api/v3/nothing"));
    world.advance(Duration.ofMinutes(1));
    try {
      reply.get();
      throw new AssertionError("it should have failed");
    } catch (ExecutionException e) {
      assertTrue(e.getCause().getMessage().contains("404"), e.getCause().getMessage());
    }
  }

  @Test
  void clocks_and_keys_that_make_no_sense_are_refused() {
    fails(
        IllegalArgumentException.class,
        "positive",
        () -> world.colibri.every(Duration.ZERO, () -> {}));
    fails(
        IllegalArgumentException.class,
        "positive",
        () -> world.colibri.every(Duration.ofSeconds(-1), () -> {}));
    assertThrows(IllegalArgumentException.class, () -> Credentials.of("", "secret"));
    assertThrows(IllegalArgumentException.class, () -> Credentials.of("key", ""));
  }
}
