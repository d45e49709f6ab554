package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Delivery;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A start succeeds, or says what is missing; either way the connector goes on trying. And what is
 * known stays known when the venue stops making sense.
 */
class StartTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration A_LOOK_AT_RULES = Duration.ofMinutes(31);

  private final ToyWorld world = new ToyWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private SpotConnector opened() {
    return world.open(ToyWorld.venue(ToySpot::new));
  }

  private String failure(CompletableFuture<?> start) {
    assertTrue(start.isCompletedExceptionally(), "it should have failed by now: " + start);
    return start.handle((value, error) -> error.getMessage()).join();
  }

  private boolean isFaulted(String request) {
    return world.events(ConnectorEvent.Faulted.class).stream()
        .anyMatch(f -> f.request().contains(request));
  }

  private static void assertContains(String part, String text) {
    assertTrue(text.contains(part), text);
  }

  @Test
  void a_key_that_the_venue_does_not_know_fails_at_once_and_is_tried_on() {
    world.protocol.removeKey("key");
    SpotConnector toy = opened();
    CompletableFuture<SpotConnector> start = toy.start();
    world.advance(ToyWorld.SECOND);
    assertContains("the venue refuses the key", failure(start));

    world.protocol.addKey("key", "a secret", ToyWorld.US);
    world.advance(MINUTE);
    assertTrue(toy.isReady());
  }

  @Test
  void a_connector_says_what_its_tests_have_shown_and_what_is_ready_now() {
    SpotConnector toy = opened();
    String earned = "toy-spot (live): " + toy.profile().status().name().toLowerCase(Locale.ROOT);
    assertContains(earned, toy.status().toString());
    assertContains("symbols, rules, balances, account stream missing", toy.status().toString());

    toy.start();
    world.advance(ToyWorld.SECOND);
    assertEquals(
        earned + ", read on " + toy.profile().checked() + "; ready", toy.status().toString());
  }

  @Test
  void a_venue_that_cannot_be_reached_is_named_after_a_minute_and_tried_on() {
    for (String path : List.of("/time", "/markets")) {
      world.network.replies("GET " + path, r -> new Delivery.NotSent("no route to toy-spot.test"));
    }
    SpotConnector toy = opened();
    CompletableFuture<SpotConnector> start = toy.start();
    world.advance(MINUTE);
    String why = failure(start);
    assertContains("no route to toy-spot.test", why);
    assertContains("symbols", why);
    assertTrue(isFaulted("instruments"), world.events.toString());
    assertTrue(isFaulted("time"), world.events.toString());

    world.network.repliesAsTheyAre("GET /time").repliesAsTheyAre("GET /markets");
    world.advance(MINUTE);
    assertTrue(toy.isReady());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"<html><body>Just a moment…</body></html>", "", "[", "{}", "[]", "[1,2]", "null"})
  void a_list_of_instruments_that_says_nothing_is_named_and_asked_for_again(String body) {
    world.network.bodies("GET /markets", good -> body);
    SpotConnector toy = opened();
    CompletableFuture<SpotConnector> start = toy.start();
    world.advance(MINUTE);
    assertContains("instruments", failure(start));
    assertTrue(isFaulted("instruments"), world.events.toString());

    world.network.repliesAsTheyAre("GET /markets");
    world.advance(MINUTE);
    assertTrue(toy.isReady());
  }

  @Test
  void one_instrument_that_cannot_be_read_hides_no_other() {
    world.network.bodies("GET /markets", StartTest::spoiled);
    SpotConnector toy = opened();
    toy.start().join();
    assertEquals(1, toy.instruments().size());
    assertTrue(
        world.events(ConnectorEvent.Quarantined.class).stream()
            .anyMatch(q -> q.where().equals("instruments")));
  }

  @Test
  void instruments_stay_known_when_the_venue_lists_none() {
    SpotConnector toy = world.started();
    world.network.bodies("GET /markets", good -> "[]");
    world.advance(A_LOOK_AT_RULES);
    assertEquals(2, toy.instruments().size());
    assertEquals(List.of(), world.events(ConnectorEvent.Delisted.class));
    assertTrue(isFaulted("instruments"), world.events.toString());
    assertTrue(toy.isReady());
  }

  @Test
  void an_instrument_whose_row_cannot_be_read_is_not_delisted() {
    SpotConnector toy = world.started();
    Instrument btc = toy.instrument("BTC-USDT");
    world.network.bodies("GET /markets", StartTest::spoiled);
    world.advance(A_LOOK_AT_RULES);
    assertEquals(List.of(), world.events(ConnectorEvent.Delisted.class));
    toy.place(Order.buy(btc).limit("90").size("1"));
    assertFalse(toy.openOrders(btc).isEmpty());
  }

  @Test
  void an_instrument_that_is_not_listed_any_more_is_delisted() {
    SpotConnector toy = world.started();
    Instrument eth = toy.instrument("ETH-USDT");
    world.network.bodies("GET /markets", good -> good.substring(0, good.indexOf("},{") + 1) + "]");
    world.advance(A_LOOK_AT_RULES);
    assertEquals(List.of(new ConnectorEvent.Delisted(eth)), delisted());
    Refused refused =
        assertThrows(Refused.class, () -> toy.place(Order.buy(eth).limit("90").size("1")));
    assertEquals(Rule.INSTRUMENT, refused.rule());
  }

  private List<ConnectorEvent.Delisted> delisted() {
    return world.events(ConnectorEvent.Delisted.class);
  }

  /** The first row has a tick size of no sense. */
  private static String spoiled(String good) {
    return good.replaceFirst("\"tick\":\"[^\"]*\"", "\"tick\":\"-1\"");
  }

  // ---------------------------------------------------------------- keys

  /** The toy tells whether a key may withdraw. */
  private static final class Permissions extends ToyVariant implements KeyPermissions {
    @Override
    public Call<Boolean> mayWithdraw() {
      return Request.get("/permissions").read(reply -> reply.json().bool("withdraw"));
    }
  }

  private SpotConnector permitted(Delivery answer) {
    world.network.replies("GET /permissions", r -> answer);
    return world.open(ToyWorld.venue(Permissions::new));
  }

  @Test
  void a_key_that_may_withdraw_is_refused() {
    SpotConnector toy = permitted(AlteredNetwork.reply(200, "{\"withdraw\":true}"));
    CompletableFuture<SpotConnector> start = toy.start();
    world.advance(ToyWorld.SECOND);
    assertContains("may withdraw", failure(start));
    assertEquals(0, world.network.count("GET /balances"), "nothing is done with it");
  }

  @Test
  void a_key_is_not_used_until_the_venue_has_told_what_it_may_do() {
    SpotConnector toy = permitted(new Delivery.NotSent("no route"));
    CompletableFuture<SpotConnector> start = toy.start();
    world.advance(MINUTE);
    assertContains("key permissions", failure(start));
    assertEquals(0, world.network.count("GET /balances"));

    world.network.replies(
        "GET /permissions", r -> AlteredNetwork.reply(200, "{\"withdraw\":false}"));
    world.advance(MINUTE);
    assertTrue(toy.isReady());
  }

  @Test
  void a_key_that_may_not_ask_what_it_may_do_is_used() {
    SpotConnector toy = permitted(AlteredNetwork.reply(400, "{\"error\":\"UNKNOWN_REQUEST\"}"));
    toy.start().join();
    assertTrue(toy.isReady());
    assertTrue(isFaulted("key permissions"), world.events.toString());
  }

  @Test
  void a_new_key_is_looked_at_before_it_is_used() {
    SpotConnector toy = permitted(AlteredNetwork.reply(200, "{\"withdraw\":false}"));
    toy.start().join();
    world.advance(ToyWorld.SECOND);
    world.protocol.addKey("second", "another secret", ToyWorld.US);
    world.network.replies(
        "GET /permissions", r -> AlteredNetwork.reply(200, "{\"withdraw\":true}"));
    int audits = world.network.count("GET /balances");
    toy.rotate(Credentials.of("second", "another secret"));
    world.advance(Duration.ofMinutes(2));
    assertTrue(isFaulted("key permissions"), world.events.toString());
    assertFalse(toy.isReady());
    assertEquals(audits, world.network.count("GET /balances"), "nothing is done with it");
    Instrument btc = toy.instrument("BTC-USDT");
    assertThrows(Refused.class, () -> toy.place(Order.buy(btc).limit("90").size("1")));

    world.network.replies(
        "GET /permissions", r -> AlteredNetwork.reply(200, "{\"withdraw\":false}"));
    toy.rotate(Credentials.of("second", "another secret"));
    world.advance(ToyWorld.SECOND);
    assertTrue(toy.isReady());
  }

  @Test
  void keys_are_swapped_without_losing_an_order() {
    SpotConnector toy = world.started();
    var order = toy.place(Order.buy(toy.instrument("BTC-USDT")).limit("90").size("1"));
    world.advance(ToyWorld.SECOND);
    world.protocol.addKey("second", "another secret", ToyWorld.US);
    toy.rotate(Credentials.of("second", "another secret"));
    world.protocol.removeKey("key");
    world.advance(MINUTE);
    assertTrue(toy.isReady());
    order.cancel();
    world.advance(ToyWorld.SECOND);
    assertTrue(order.status().isTerminal());
    assertEquals(List.of(), world.events(ConnectorEvent.Faulted.class));
  }

  @Test
  void there_are_no_keys_to_swap_where_none_were_given() {
    SpotConnector toy = world.open(world.venueWithoutAccount());
    toy.start().join();
    String why =
        assertThrows(
                IllegalStateException.class, () -> toy.rotate(Credentials.of("second", "secret")))
            .getMessage();
    assertContains("without credentials", why);
    assertTrue(toy.isReady());
  }
}
