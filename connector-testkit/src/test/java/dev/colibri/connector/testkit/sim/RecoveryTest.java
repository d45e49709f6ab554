package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.model.BookState;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the engine does by itself when a venue is silent, says stop, or takes something away. */
class RecoveryTest {
  private static final String MARKET = "/market";
  private static final String ACCOUNT = "/account";
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration A_LOOK_AT_RULES = Duration.ofMinutes(31);

  private final ToyWorld world = new ToyWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private static Delivery stop(int status, String seconds) {
    return AlteredNetwork.reply(status, Map.of("Retry-After", seconds), "");
  }

  // ---------------------------------------------------------------- a book that is silent

  private long stale() {
    return world.events(ConnectorEvent.BookInvalid.class).stream()
        .filter(e -> e.state() == BookState.STALE)
        .count();
  }

  private void mute() {
    world.network.frames(MARKET, frame -> null);
  }

  @Test
  void a_silent_book_that_cannot_be_compared_is_stale_in_time_however_often() {
    SpotConnector toy = world.started();
    Instrument btc = toy.instrument("BTC-USDT");
    world.quote(btc);
    toy.books(btc).listen(book -> {});
    world.advance(ToyWorld.SECOND);
    world.network.replies("GET /book", r -> stop(429, "1800"));
    for (int i = 0; i < 3; i++) {
      assertTrue(toy.book(btc).isValid(), "silence " + i);
      mute();
      world.advance(Duration.ofSeconds(45));
      assertFalse(toy.book(btc).isValid(), "silence " + i);
      assertEquals(i + 1, stale(), "silence " + i);
      world.network.framesAsTheyAre(MARKET);
      world.advance(Duration.ofSeconds(15));
    }
    assertEquals(1, world.network.count("GET /book"), "the venue said stop");
  }

  @Test
  void a_silent_book_that_the_venue_confirms_stays_valid() {
    SpotConnector toy = world.started();
    Instrument btc = toy.instrument("BTC-USDT");
    world.quote(btc);
    toy.books(btc).listen(book -> {});
    world.advance(ToyWorld.SECOND);
    world.advance(Duration.ofMinutes(5));
    assertTrue(toy.book(btc).isValid());
    assertEquals(List.of(), world.events(ConnectorEvent.BookInvalid.class));
    assertTrue(world.network.count("GET /book") >= 8, "it was asked at every silence");
  }

  // ---------------------------------------------------------------- a login refused for its time

  private static String refusedForItsTime(String frame) {
    return frame.contains("\"ok\"") ? "{\"error\":\"TIME\"}" : frame;
  }

  @Test
  void a_login_refused_for_its_time_is_tried_again_as_soon_as_the_time_is_learnt() {
    SpotConnector toy = world.started();
    int times = world.network.count("GET /time");
    boolean[] refused = new boolean[1];
    world.network.frames(
        ACCOUNT,
        frame -> {
          if (refused[0] || !frame.contains("\"ok\"")) {
            return frame;
          }
          refused[0] = true;
          return refusedForItsTime(frame);
        });
    world.network.cut(ACCOUNT, 1006);
    assertTrue(world.time.advanceUntil(() -> refused[0], Duration.ofSeconds(5)));
    assertFalse(toy.isReady());
    // Two questions of the time, a connection, and a login: each there and back.
    world.advance(Duration.ofMillis(50));
    assertTrue(toy.isReady());
    assertEquals(times + 2, world.network.count("GET /time"));
  }

  @Test
  void a_login_that_is_refused_for_its_time_whatever_it_is_is_tried_ever_more_seldom() {
    world.started();
    world.network.frames(ACCOUNT, RecoveryTest::refusedForItsTime);
    int before = world.network.count("CONNECT " + ACCOUNT);
    world.network.cut(ACCOUNT, 1006);
    world.advance(MINUTE);
    int tried = world.network.count("CONNECT " + ACCOUNT) - before;
    assertTrue(tried > 3 && tried < 20, tried + " logins in a minute");
  }

  @Test
  void a_time_that_the_venue_does_not_tell_is_asked_for_until_it_does() {
    world.network.replies("GET /time", r -> new Delivery.NotSent("no route"));
    SpotConnector toy = world.started();
    Instrument btc = toy.instrument("BTC-USDT");
    LiveOrder order = toy.place(Order.buy(btc).limit("100").size("1"));
    world.network.frames(ACCOUNT, frame -> null);
    world.advance(MINUTE);
    int first = world.network.count("GET /time");
    world.advance(MINUTE);
    int asked = world.network.count("GET /time");
    assertTrue(asked > first && asked - first < 20, asked + " questions, " + first + " at first");
    world.sell(btc, "100", "0.4");
    // Nothing but the fills themselves tells of them.
    world.network.bodies(
        "GET /orders", good -> good.replaceAll("\"filled\":\"[^\"]*\"", "\"filled\":\"0\""));
    world.network.repliesAsTheyAre("GET /time");
    world.advance(MINUTE);
    assertEquals("0.4", order.filled().stripTrailingZeros().toPlainString());
    assertEquals(2, world.network.count("GET /time") - asked, "it is known");
  }

  // ---------------------------------------------------------------- an account's stream that is
  // mute

  private LiveOrder restingWhere(SpotConnector toy) {
    Instrument btc = toy.instrument("BTC-USDT");
    LiveOrder order = toy.place(Order.buy(btc).limit("100").size("1"));
    world.advance(Duration.ofSeconds(5));
    return order;
  }

  private static String filled(LiveOrder order) {
    return order.filled().stripTrailingZeros().toPlainString();
  }

  @Test
  void an_account_stream_that_does_not_tell_what_questions_bring_is_replaced() {
    SpotConnector toy = world.started();
    LiveOrder order = restingWhere(toy);
    world.network.frames(
        ACCOUNT, frame -> world.network.count("CONNECT " + ACCOUNT) == 1 ? null : frame);
    world.sell(order.order().instrument(), "100", "0.4");
    world.advance(Duration.ofSeconds(45));
    assertEquals("0.4", filled(order));
    assertEquals(2, world.network.count("CONNECT " + ACCOUNT));
    world.sell(order.order().instrument(), "100", "0.2");
    world.advance(Duration.ofMillis(100));
    assertEquals("0.6", filled(order));
    world.advance(MINUTE);
    assertEquals(2, world.network.count("CONNECT " + ACCOUNT));
  }

  @Test
  void an_account_stream_that_goes_on_to_tell_is_kept() {
    SpotConnector toy = world.started();
    LiveOrder order = restingWhere(toy);
    world.network.frames(ACCOUNT, frame -> null);
    world.sell(order.order().instrument(), "100", "0.4");
    assertTrue(world.time.advanceUntil(() -> filled(order).equals("0.4"), Duration.ofSeconds(35)));
    world.network.framesAsTheyAre(ACCOUNT);
    world.sell(order.order().instrument(), "100", "0.2");
    world.advance(MINUTE);
    assertEquals("0.6", filled(order));
    assertEquals(1, world.network.count("CONNECT " + ACCOUNT), "one message was lost");
  }

  @Test
  void an_account_stream_need_not_tell_what_happened_before_it_was_live() {
    SpotConnector toy = world.started();
    LiveOrder order = restingWhere(toy);
    world.network.cut(ACCOUNT, 1006);
    world.sell(order.order().instrument(), "100", "0.4");
    world.advance(MINUTE);
    assertEquals("0.4", filled(order));
    assertEquals(2, world.network.count("CONNECT " + ACCOUNT));
  }

  // ---------------------------------------------------------------- a venue that says stop

  private int requests() {
    return world.network.count("GET *") + world.network.count("POST *");
  }

  @ParameterizedTest
  @ValueSource(ints = {418, 429, 503})
  void the_engine_waits_for_as_long_as_the_venue_says(int status) {
    SpotConnector toy = world.started();
    world.network.replies("GET /tickers", r -> stop(status, "20"));
    toy.tickers(List.of());
    world.advance(Duration.ofMillis(20));
    world.network.repliesAsTheyAre("GET /tickers");
    int before = requests();
    LiveOrder order = toy.place(Order.buy(toy.instrument("BTC-USDT")).limit("90").size("1"));
    world.advance(Duration.ofMillis(19_900));
    assertEquals(before, requests(), "nothing leaves meanwhile");
    assertEquals(OrderStatus.REJECTED, order.status(), "its patience was over");
    world.advance(Duration.ofSeconds(2));
    assertTrue(requests() > before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-5", "soon", "99999999999999999999"})
  void what_makes_no_sense_as_a_time_to_wait_is_not_believed(String seconds) {
    SpotConnector toy = world.started();
    world.network.replies("GET /tickers", r -> stop(429, seconds));
    toy.tickers(List.of());
    world.advance(Duration.ofMillis(20));
    world.network.repliesAsTheyAre("GET /tickers");
    world.advance(Duration.ofSeconds(10));
    LiveOrder order = toy.place(Order.buy(toy.instrument("BTC-USDT")).limit("90").size("1"));
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, order.status());
  }

  @Test
  void a_server_in_trouble_does_not_keep_cancels_back_for_longer_than_a_minute() {
    SpotConnector toy = world.started();
    LiveOrder order = toy.place(Order.buy(toy.instrument("BTC-USDT")).limit("90").size("1"));
    world.advance(ToyWorld.SECOND);
    world.network.replies("GET /tickers", r -> stop(503, "86400"));
    toy.tickers(List.of());
    world.advance(Duration.ofMillis(20));
    world.network.repliesAsTheyAre("GET /tickers");
    order.cancel();
    world.advance(Duration.ofSeconds(61));
    assertEquals(OrderStatus.CANCELED, order.status());
  }

  // ---------------------------------------------------------------- fills that are asked for

  /** Takes note of the times from which fills are asked for, and of how the venue tells them. */
  private static class Noting extends ToyVariant {
    final List<Long> since = new ArrayList<>();

    @Override
    public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
      if (query.order() == null) {
        since.add(query.sinceMillis());
      }
      return super.fills(query, rows);
    }
  }

  private long last(List<Long> all) {
    return all.get(all.size() - 1);
  }

  @Test
  void fills_of_orders_that_are_long_forgotten_are_not_asked_for_again() {
    Noting noting = new Noting();
    SpotConnector toy = world.started(ToyWorld.venue(() -> noting));
    Instrument btc = toy.instrument("BTC-USDT");
    world.quote(btc);
    LiveOrder order = toy.place(Order.buy(btc).limit("101").size("0.1"));
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.FILLED, order.status());
    world.advance(Duration.ofMinutes(10));
    long past = world.time.millis() - last(noting.since);
    assertTrue(past < 120_000, "asked for fills of the last " + past + " ms");
  }

  @Test
  void a_fill_that_stands_for_others_says_nothing_of_the_time() {
    Noting noting =
        new Noting() {
          @Override
          public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
            return super.fills(query, rows).map(page -> Page.<Fill>last(List.of()));
          }
        };
    SpotConnector toy = world.started(ToyWorld.venue(() -> noting));
    Instrument btc = toy.instrument("BTC-USDT");
    world.quote(btc);
    world.network.frames(ACCOUNT, frame -> frame.contains("\"order\"") ? null : frame);
    world.network.bodies(
        "POST /order", all -> all.replaceAll("\"fills\":\\[[^\\]]*\\]", "\"fills\":[]"));
    world.advance(ToyWorld.SECOND);
    List<Fill> told = new ArrayList<>();
    toy.orders()
        .listen(
            e -> {
              if (e.fill() != null) {
                told.add(e.fill());
              }
            });
    LiveOrder order = toy.place(Order.buy(btc).limit("101").size("0.1"));
    world.advance(MINUTE);
    assertEquals(OrderStatus.FILLED, order.status());
    assertEquals(1, told.size());
    assertTrue(told.get(0).isProvisional());
    assertFalse(noting.since.isEmpty());
    noting.since.forEach(millis -> assertTrue(millis > 0, noting.since.toString()));
  }

  // ---------------------------------------------------------------- an instrument that is gone

  private void takeOff() {
    world.network.bodies(
        "GET /markets", all -> all.replaceFirst("\\{[^{}]*\"BTC-USDT\"[^{}]*\\},?", ""));
    world.network.frames(MARKET, frame -> frame.contains("BTC-USDT") ? null : frame);
  }

  private List<ConnectorEvent.Delisted> delisted() {
    return world.events(ConnectorEvent.Delisted.class);
  }

  @Test
  void a_delisted_instrument_ends_its_book_and_holds_nothing_up_until_it_is_listed_again() {
    SpotConnector toy = world.started();
    Instrument btc = toy.instrument("BTC-USDT");
    world.quote(btc);
    int[] changes = new int[1];
    toy.changes(btc).listen(change -> changes[0]++);
    toy.trades(btc).listen(trade -> {});
    world.advance(ToyWorld.SECOND);
    assertTrue(toy.book(btc).isValid());
    takeOff();
    world.advance(A_LOOK_AT_RULES);
    assertEquals(List.of(new ConnectorEvent.Delisted(btc)), delisted());
    assertEquals(BookState.CLOSED, toy.book(btc).state());
    assertTrue(toy.isReady());
    toy.tops(btc).listen(top -> {});
    world.advance(MINUTE);
    assertTrue(toy.isReady(), "nor does what is wanted of it now");

    world.network.repliesAsTheyAre("GET /markets");
    world.network.framesAsTheyAre(MARKET);
    int before = changes[0];
    world.advance(A_LOOK_AT_RULES);
    world.quote(btc);
    world.advance(ToyWorld.SECOND);
    assertEquals(
        List.of(new ConnectorEvent.Listed(btc)), world.events(ConnectorEvent.Listed.class));
    assertTrue(toy.book(btc).isValid());
    assertTrue(changes[0] > before, "who heard its changes hears them again");
    assertTrue(toy.isReady());
  }

  @Test
  void a_book_that_is_wanted_first_while_its_instrument_is_gone_comes_with_the_instrument() {
    SpotConnector toy = world.started();
    Instrument btc = toy.instrument("BTC-USDT");
    world.quote(btc);
    takeOff();
    world.advance(A_LOOK_AT_RULES);
    world.network.framesAsTheyAre(MARKET);
    toy.books(btc).listen(book -> {});
    world.advance(ToyWorld.SECOND);
    assertEquals(BookState.CLOSED, toy.book(btc).state());
    assertTrue(toy.isReady());
    world.network.repliesAsTheyAre("GET /markets");
    world.advance(A_LOOK_AT_RULES);
    assertTrue(toy.book(btc).isValid());
    assertTrue(toy.isReady());
  }

  @Test
  void a_refusal_that_names_the_instrument_has_it_looked_for_within_a_minute() {
    SpotConnector toy = world.started();
    Instrument btc = toy.instrument("BTC-USDT");
    takeOff();
    world.network.replies(
        "POST /order", r -> AlteredNetwork.reply(400, "{\"error\":\"UNKNOWN_MARKET\"}"));
    world.advance(Duration.ofSeconds(20));
    toy.place(Order.buy(btc).limit("90").size("1"));
    world.advance(MINUTE);
    assertEquals(List.of(new ConnectorEvent.Delisted(btc)), delisted());
    assertThrows(Refused.class, () -> toy.place(Order.buy(btc).limit("90").size("1")));
  }
}
