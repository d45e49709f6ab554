package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.ConnectorEvent.CancelOnSilence;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import dev.colibri.connector.text.Credentials;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The venue's dead man's switch: armed before orders, renewed, and let go of in the end. */
class DeadMansSwitchTest {
  private static final String SILENCE = "POST /silence";
  private static final Duration TIMEOUT = Duration.ofSeconds(15);

  private final ToyWorld world = new ToyWorld();
  private final SpotVenue venue =
      ToyWorld.venue(ToySpot.WithDeadMansSwitch::new).cancelOnSilence(TIMEOUT);

  @AfterEach
  void close() {
    world.close();
  }

  private Order buy(SpotConnector toy) {
    return Order.buy(toy.instrument("BTC-USDT")).limit("90").size("1");
  }

  private LiveOrder resting(SpotConnector toy) {
    LiveOrder order = toy.place(buy(toy));
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, order.status());
    return order;
  }

  private List<Boolean> armed() {
    return world.events(CancelOnSilence.class).stream().map(CancelOnSilence::armed).toList();
  }

  private int open() {
    return world.exchange.openOrders(ToyWorld.US, null).size();
  }

  @Test
  void it_is_off_unless_wanted() {
    SpotConnector toy = world.started(ToyWorld.venue(ToySpot.WithDeadMansSwitch::new));
    resting(toy);
    toy.close();
    assertEquals(0, world.network.count(SILENCE));
  }

  @Test
  void a_venue_without_it_or_with_other_bounds_is_not_opened() {
    SpotVenue without = ToyWorld.venue(ToySpot::new).cancelOnSilence(TIMEOUT);
    String why =
        assertThrows(IllegalArgumentException.class, () -> world.open(without)).getMessage();
    assertTrue(why.contains("toy-spot does not cancel on silence"), why);
    for (int seconds : new int[] {4, 121}) {
      SpotVenue other = venue.cancelOnSilence(Duration.ofSeconds(seconds));
      why = assertThrows(IllegalArgumentException.class, () -> world.open(other)).getMessage();
      assertTrue(why.contains("PT5S to PT2M"), why);
    }
    for (Duration odd : List.of(Duration.ZERO, Duration.ofSeconds(-5), Duration.ofMillis(5500))) {
      assertThrows(IllegalArgumentException.class, () -> venue.cancelOnSilence(odd));
    }
    SpotConnector open =
        world.started(SpotVenue.of(ToySpot.WithDeadMansSwitch::new, null).cancelOnSilence(TIMEOUT));
    assertEquals(0, world.network.count(SILENCE), "there is no account to guard");
    open.close();
  }

  @Test
  void it_is_armed_before_the_first_order_and_renewed_at_every_third_of_the_time_out() {
    SpotConnector toy = world.started(venue);
    assertEquals(List.of(true), armed());
    int before = world.network.count(SILENCE);
    LiveOrder order = resting(toy);
    world.advance(Duration.ofSeconds(60));
    int renewals = world.network.count(SILENCE) - before;
    assertTrue(renewals >= 12 && renewals <= 13, renewals + " renewals in 61 s");
    assertEquals(OrderStatus.OPEN, order.status());
    assertEquals(List.of(true), armed(), "it is told once");
  }

  @Test
  void no_order_leaves_before_the_venue_confirmed_it() {
    world.protocol.faults().dropReply(SILENCE);
    world.protocol.faults().dropReply(SILENCE);
    SpotConnector toy = world.started(venue);
    assertEquals(List.of(), armed(), "a lost answer is no answer");
    LiveOrder order = toy.place(buy(toy));
    assertEquals(0, world.network.count("POST /order"));
    world.advance(Duration.ofSeconds(4));
    assertEquals(List.of(true), armed());
    assertEquals(OrderStatus.OPEN, order.status(), "it waited");
    assertEquals(1, world.network.count("POST /order"));
  }

  @Test
  void an_order_does_not_wait_for_it_longer_than_its_patience() {
    world.network.replies(SILENCE, reply -> null);
    SpotConnector toy = world.started(venue);
    LiveOrder order = toy.place(buy(toy));
    world.advance(Duration.ofSeconds(6));
    assertRejected(order, "dead man's switch is not armed");
    assertEquals(0, world.network.count("POST /order"));
  }

  private static void assertRejected(LiveOrder order, String words) {
    assertEquals(OrderStatus.REJECTED, order.status());
    String why = order.state().reject().raw();
    assertTrue(why.contains(words), why);
  }

  @Test
  void an_order_does_not_wait_for_what_the_venue_refuses() {
    world.network.replies(SILENCE, r -> AlteredNetwork.reply(400, "{\"error\":\"VOLUME\"}"));
    SpotConnector toy = world.started(venue);
    LiveOrder order = toy.place(buy(toy));
    world.advance(Duration.ofMillis(1));
    assertRejected(order, "VOLUME");
    world.network.repliesAsTheyAre(SILENCE);
    world.advance(Duration.ofSeconds(6));
    resting(toy);
  }

  @Test
  void what_the_venue_canceled_in_a_silence_is_told_by_its_evidence_alone() {
    SpotConnector toy = world.started(venue);
    LiveOrder order = resting(toy);
    world.network.reachable(SILENCE, false);
    world.network.frames("/account", frame -> null);
    world.advance(Duration.ofSeconds(12));
    assertEquals(List.of(true), armed(), "the time-out is not over");
    assertEquals(OrderStatus.OPEN, order.status());
    world.advance(Duration.ofSeconds(4));
    assertEquals(List.of(true, false), armed());
    LiveOrder next = toy.place(buy(toy));
    world.advance(Duration.ofSeconds(4));
    assertEquals(OrderStatus.CANCELED, order.status(), "the venue was asked");
    assertEquals(1, world.network.count("POST /order"), "nothing leaves meanwhile");
    world.network.reachable(SILENCE, true);
    world.advance(Duration.ofSeconds(6));
    assertEquals(List.of(true, false, true), armed());
    assertFalse(next.status() == OrderStatus.PENDING_NEW, next::toString);
  }

  @Test
  void the_time_out_counts_from_when_the_request_left() {
    SpotConnector toy = world.open(venue);
    List<Long> told = new ArrayList<>();
    toy.events()
        .listen(
            e -> {
              if (e instanceof CancelOnSilence) {
                told.add(world.time.nanos());
                world.network.reachable(SILENCE, false);
              }
            });
    toy.start().join();
    world.advance(Duration.ofSeconds(20));
    Duration between = Duration.ofNanos(told.get(1) - told.get(0));
    assertEquals(TIMEOUT.minusMillis(10), between, "an answer takes ten milliseconds");
  }

  @Test
  void an_order_that_the_venue_did_not_cancel_lives_on() {
    SpotConnector toy = world.started(venue);
    LiveOrder order = resting(toy);
    world.network.replies(SILENCE, reply -> null);
    world.advance(Duration.ofSeconds(40));
    assertEquals(List.of(true, false), armed());
    assertEquals(OrderStatus.OPEN, order.status(), "requests arrived, only answers were lost");
    assertEquals(1, open());
  }

  @Test
  void a_process_that_is_gone_leaves_no_order() {
    SpotConnector toy = world.started(venue);
    resting(toy);
    world.network.reachable(SILENCE, false);
    world.network.reachable("DELETE /order", false);
    List<OrderState> left = toy.closeAsync().join();
    assertEquals(1, left.size());
    assertEquals(1, open());
    world.advance(Duration.ofSeconds(16));
    assertEquals(0, open(), "what could not be canceled was left to the switch");
  }

  @Test
  void it_is_disarmed_after_our_cancels() {
    SpotConnector toy = world.started(venue);
    resting(toy);
    theirs();
    int before = world.network.count(SILENCE);
    assertEquals(List.of(), toy.closeAsync().join());
    assertEquals(before + 1, world.network.count(SILENCE));
    world.advance(Duration.ofMinutes(1));
    assertEquals(1, open(), "that of another program stays");
    assertEquals(before + 1, world.network.count(SILENCE));
  }

  /** The same account, by another program. */
  private void theirs() {
    world.wire.atExchange(
        () ->
            world.exchange.place(
                ToyWorld.US,
                OrderRequest.limit(
                    "BTC-USDT",
                    dev.colibri.connector.testkit.exchange.Order.Side.BUY,
                    new BigDecimal("80"),
                    BigDecimal.ONE,
                    "theirs"),
                world.time.millis()));
  }

  @Test
  void it_is_disarmed_at_once_where_orders_stay() {
    SpotConnector toy = world.started(venue.cancelAtClose(false));
    resting(toy);
    world.protocol.faults().dropRequest(SILENCE);
    CompletableFuture<List<OrderState>> closed = toy.closeAsync();
    assertEquals(1, closed.join().size());
    world.advance(Duration.ofMinutes(1));
    assertEquals(1, open(), "it is asked again until the venue confirms it");
  }

  @Test
  void a_request_to_arm_that_hangs_does_not_keep_it_from_being_disarmed() {
    SpotConnector toy = world.started(venue.cancelAtClose(false));
    resting(toy);
    world.network.replies(SILENCE, reply -> null);
    world.advance(Duration.ofSeconds(5));
    world.network.repliesAsTheyAre(SILENCE);
    toy.closeAsync().join();
    world.advance(Duration.ofMinutes(1));
    assertEquals(1, open(), "the order is to stay");
  }

  @Test
  void a_request_to_arm_that_was_lost_is_given_time_to_arrive() {
    SpotConnector toy = world.started(venue.cancelAtClose(false));
    resting(toy);
    world.advance(Duration.ofSeconds(4));
    world.protocol.faults().dropRequest(SILENCE);
    world.advance(ToyWorld.SECOND);
    int before = world.network.count(SILENCE);
    toy.closeAsync().join();
    int disarmed = world.network.count(SILENCE) - before;
    assertTrue(disarmed >= 2, "once more when it cannot arrive any more, was " + disarmed);
    assertEquals(Long.MAX_VALUE, world.protocol.cancelsAt(ToyWorld.US));
  }

  @Test
  void a_close_that_cannot_disarm_it_is_bounded_and_says_so() {
    SpotConnector toy = world.started(venue.cancelAtClose(false));
    resting(toy);
    world.network.replies(SILENCE, reply -> null);
    long begun = world.time.nanos();
    toy.closeAsync().join();
    assertTrue(world.time.nanos() - begun <= Duration.ofSeconds(10).toNanos());
    List<CancelOnSilence> told = world.events(CancelOnSilence.class);
    assertTrue(told.get(told.size() - 1).reason().contains("may be armed"), told::toString);
  }

  @Test
  void other_keys_have_to_arm_it_anew() {
    SpotConnector toy = world.started(venue);
    LiveOrder order = resting(toy);
    world.protocol.addKey("other", "another secret", ToyWorld.US);
    toy.rotate(Credentials.of("other", "another secret"));
    LiveOrder next = toy.place(buy(toy));
    assertEquals(1, world.network.count("POST /order"), "not armed with these keys yet");
    world.advance(ToyWorld.SECOND);
    assertEquals(List.of(true, false, true), armed());
    assertEquals(OrderStatus.OPEN, next.status());
    assertEquals(OrderStatus.OPEN, order.status());
  }

  @Test
  void what_the_venue_refused_with_other_keys_keeps_no_order_from_waiting_for_these() {
    world.network.replies(SILENCE, r -> AlteredNetwork.reply(400, "{\"error\":\"VOLUME\"}"));
    SpotConnector toy = world.started(venue);
    world.advance(ToyWorld.SECOND);
    world.network.repliesAsTheyAre(SILENCE);
    world.protocol.addKey("other", "another secret", ToyWorld.US);
    toy.rotate(Credentials.of("other", "another secret"));
    resting(toy);
  }

  @Test
  void it_is_renewed_when_the_account_stream_is_back() {
    world.started(venue);
    world.advance(ToyWorld.SECOND);
    int before = world.network.count(SILENCE);
    world.network.cut("/account", 1006);
    world.advance(ToyWorld.SECOND);
    assertEquals(before + 1, world.network.count(SILENCE));
  }

  @Test
  void changes_wait_for_it_as_orders_do_and_cancels_do_not() {
    SpotConnector toy = world.started(venue);
    LiveOrder first = resting(toy);
    LiveOrder second = resting(toy);
    world.network.replies(SILENCE, reply -> null);
    world.advance(Duration.ofSeconds(16));
    assertEquals(List.of(true, false), armed());
    first.amend(first.order().limit("91")).orElseThrow();
    second.cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(0, world.network.count("PUT /order"));
    assertEquals(OrderStatus.CANCELED, second.status());
    world.network.repliesAsTheyAre(SILENCE);
    world.advance(Duration.ofSeconds(20));
  }
}
