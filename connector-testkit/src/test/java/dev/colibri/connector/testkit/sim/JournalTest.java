package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Colibri;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.engine.Settings;
import dev.colibri.connector.io.JournalException;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.PaperAccount;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One process after another, on one journal: what a strategy sees of it. */
class JournalTest {
  private static final String PART = "toy-spot/live/";

  private final ToyWorld world = new ToyWorld();
  private final MemoryJournal journal = new MemoryJournal();
  private final List<String> heard = new ArrayList<>();
  private final List<ConnectorEvent> events = new ArrayList<>();
  private VirtualHost host;
  private Colibri colibri;
  private SpotConnector toy;
  private int life;

  @AfterEach
  void close() {
    colibri.close();
    world.close();
  }

  private static SpotVenue venue() {
    return ToyWorld.venue(ToySpot.Amending::new);
  }

  private Colibri runtime() {
    host = new VirtualHost(world.time, world.network, ++life);
    colibri = Colibri.on(host, Settings.DEFAULT, venue -> venue).journal(journal);
    return colibri;
  }

  private Instrument begin(SpotVenue venue) {
    heard.clear();
    events.clear();
    toy = runtime().open(venue);
    toy.orders().listen(e -> heard.add(e.kind() + " " + e.state().status()));
    toy.events().listen(events::add);
    toy.start().join();
    return toy.instrument("BTC-USDT");
  }

  private void kill() {
    host.kill();
    journal.kill();
  }

  private static Order buy(Instrument btc, String price) {
    return Order.buy(btc).limit(price).size("1");
  }

  private int open() {
    return world.exchange.openOrders(ToyWorld.US, null).size();
  }

  @Test
  void an_order_that_rests_is_recovered_under_its_own_ids() {
    LiveOrder order = toyOrder();
    kill();
    begin(venue());
    assertEquals("RECOVERED UNKNOWN", heard.get(0), "before anything else");
    world.advance(ToyWorld.SECOND);
    assertEquals(List.of("RECOVERED UNKNOWN", "RESOLVED OPEN"), heard);
    LiveOrder found = toy.openOrders().get(0);
    assertEquals(order.clientId(), found.clientId());
    assertEquals(order.venueId(), found.venueId());
    assertEquals(order.state().createdNanos(), found.state().createdNanos());
    assertEquals(1, open());
    found.cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.CANCELED, found.done().join().status());
  }

  private LiveOrder toyOrder() {
    LiveOrder order = toyOrderOf(begin(venue()));
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, order.status());
    return order;
  }

  private LiveOrder toyOrderOf(Instrument btc) {
    return toy.place(buy(btc, "90"));
  }

  @Test
  void what_filled_while_no_process_looked_is_told_after_the_recovery() {
    LiveOrder order = toyOrder();
    world.sell(order.order().instrument(), "90", "0.3");
    world.advance(ToyWorld.SECOND);
    kill();
    world.sell(order.order().instrument(), "90", "0.7");
    world.advance(Duration.ofHours(3));
    begin(venue());
    world.advance(Duration.ofSeconds(10));
    assertEquals(
        List.of(
            "RECOVERED UNKNOWN",
            "RESOLVED PARTIALLY_FILLED",
            "FILL PARTIALLY_FILLED",
            "FILLED FILLED"),
        heard);
  }

  @Test
  void an_order_that_was_kept_and_never_left_is_rejected_after_two_negative_answers() {
    Instrument btc = begin(venue());
    journal.at(journal.size(), true, this::kill);
    toyOrderOf(btc);
    assertEquals(0, open());
    begin(venue());
    assertEquals(1, toy.openOrders().size());
    assertEquals("1", toy.exposure(btc).buy().most().toPlainString(), "it may live");
    world.advance(Duration.ofSeconds(20));
    assertEquals(List.of("RECOVERED UNKNOWN", "REJECTED REJECTED"), heard);
  }

  @Test
  void an_order_that_filled_at_once_is_known_though_its_answer_came_to_nobody() {
    Instrument btc = begin(venue());
    world.quote(btc);
    LiveOrder order = toy.place(buy(btc, "101").size("0.5"));
    kill();
    world.advance(Duration.ofMinutes(10));
    begin(venue());
    world.advance(Duration.ofSeconds(10));
    assertEquals("FILLED FILLED", heard.get(heard.size() - 1));
    assertEquals("0.5", toy.order(order.clientId()).orElseThrow().filled().toPlainString());
  }

  @Test
  void a_cancel_that_was_asked_for_is_asked_for_again() {
    LiveOrder order = toyOrder();
    world.protocol.faults().dropRequest("DELETE /order");
    order.cancel();
    kill();
    world.advance(ToyWorld.SECOND);
    assertEquals(1, open());
    begin(venue());
    world.advance(Duration.ofSeconds(5));
    assertEquals("CANCELED CANCELED", heard.get(heard.size() - 1));
    assertEquals(0, open());
  }

  @Test
  void orders_that_are_recovered_are_canceled_where_that_is_wanted() {
    toyOrder();
    kill();
    begin(venue().atStart(SpotVenue.AtStart.CANCEL));
    world.advance(Duration.ofSeconds(5));
    assertEquals("CANCELED CANCELED", heard.get(heard.size() - 1));
    assertEquals(0, open());
  }

  @Test
  void orders_that_are_ignored_stay_in_the_journal_and_keep_their_ids() {
    LiveOrder order = toyOrder();
    kill();
    Instrument btc = begin(venue().atStart(SpotVenue.AtStart.IGNORE).cancelAtClose(false));
    world.advance(Duration.ofSeconds(40));
    assertEquals(List.of(), heard);
    assertEquals(List.of(), toy.openOrders());
    Order same = buy(btc, "91").clientId(order.clientId());
    assertThrows(Refused.class, () -> toy.place(same));
    kill();
    begin(venue());
    world.advance(ToyWorld.SECOND);
    assertEquals(List.of("RECOVERED UNKNOWN", "RESOLVED OPEN"), heard);
  }

  @Test
  void an_order_of_an_instrument_that_is_gone_is_shown_and_named() {
    LiveOrder order = toyOrder();
    kill();
    world.network.bodies("GET /markets", all -> all.replaceAll("\"BTC-USDT\"", "\"NEW-USDT\""));
    heard.clear();
    toy = runtime().open(venue());
    toy.orders().listen(e -> heard.add(e.kind() + " " + e.state().instrument().name()));
    toy.events().listen(events::add);
    toy.start().join();
    assertEquals("RECOVERED BTC-USDT", heard.get(0));
    assertEquals(order.clientId(), toy.openOrders().get(0).clientId());
    assertTrue(
        events.stream()
            .anyMatch(
                e ->
                    e instanceof ConnectorEvent.Delisted d
                        && d.instrument().name().equals("BTC-USDT")),
        events.toString());
    toy.openOrders().get(0).cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(0, open());
  }

  @Test
  void an_order_that_ended_is_remembered_and_not_announced() {
    LiveOrder order = toyOrder();
    order.cancel();
    world.advance(ToyWorld.SECOND);
    kill();
    begin(venue());
    world.advance(Duration.ofSeconds(40));
    assertEquals(List.of(), heard);
    assertEquals(OrderStatus.CANCELED, toy.order(order.clientId()).orElseThrow().status());
  }

  @Test
  void an_orderly_close_leaves_what_it_was_told_to_leave() {
    begin(venue().cancelAtClose(false));
    toyOrderOf(toy.instrument("BTC-USDT"));
    world.advance(ToyWorld.SECOND);
    colibri.close();
    begin(venue());
    world.advance(ToyWorld.SECOND);
    assertEquals(List.of("RECOVERED UNKNOWN", "RESOLVED OPEN"), heard);
  }

  // ---------------------------------------------------------------- a disk that fails

  @Test
  void while_nothing_can_be_kept_no_order_leaves_and_cancels_do() {
    LiveOrder resting = toyOrder();
    int before = world.network.count("POST /order");
    journal.room(0);
    LiveOrder refused = toyOrderOf(resting.order().instrument());
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.REJECTED, refused.status());
    assertEquals(
        "not sent: journal: no space left", refused.state().reject().raw(), "says what is wrong");
    assertTrue(events.contains(new ConnectorEvent.Journal(false, "no space left")));
    var amended = resting.amend(resting.order().size("2")).orElseThrow();
    world.advance(ToyWorld.SECOND);
    assertTrue(amended.isCompletedExceptionally());
    assertEquals(0, world.network.count("PUT /order"));
    assertEquals("1", resting.order().size().toPlainString());
    resting.cancel();
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.CANCELED, resting.status());
    assertEquals(before, world.network.count("POST /order"));
  }

  @Test
  void orders_that_wait_their_turn_do_not_leave_either() {
    Instrument btc = begin(venue());
    journal.room(0);
    List<LiveOrder> orders = toy.placeAll(List.of(buy(btc, "90"), buy(btc, "91"), buy(btc, "92")));
    world.advance(ToyWorld.SECOND);
    orders.forEach(o -> assertEquals(OrderStatus.REJECTED, o.status()));
    assertEquals(0, open());
  }

  @Test
  void orders_that_travel_on_a_stream_do_not_leave_either() {
    Instrument btc = begin(ToyWorld.venue(OnStream::new));
    Request onStream = Request.post("/x").via("account").cost("requests", 1);
    journal.room(0);
    toyOrderOf(btc);
    CompletableFuture<Reply> order = toy.call(onStream.urgency(Urgency.ORDER));
    CompletableFuture<Reply> cancel = toy.call(onStream.urgency(Urgency.CANCEL));
    world.advance(Duration.ofSeconds(30));
    assertEquals(
        "journal: no space left",
        assertThrows(CompletionException.class, order::join).getCause().getMessage());
    assertEquals(
        "outcome unknown: no answer in time",
        assertThrows(CompletionException.class, cancel::join).getCause().getMessage());
  }

  @Test
  void when_there_is_room_again_everything_missing_is_kept_first() {
    LiveOrder filled = toyOrder();
    journal.room(0);
    world.sell(filled.order().instrument(), "90", "0.4");
    world.advance(ToyWorld.SECOND);
    assertEquals("0.4", filled.filled().toPlainString());
    journal.room(Long.MAX_VALUE);
    world.advance(Duration.ofSeconds(40));
    assertTrue(events.contains(new ConnectorEvent.Journal(true, "")), "by itself");
    LiveOrder next = toyOrderOf(filled.order().instrument());
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, next.status());
    kill();
    begin(venue());
    world.advance(Duration.ofSeconds(5));
    assertEquals(2, toy.openOrders().size());
    assertFalse(heard.toString().contains("FILL "), "it was told before");
  }

  @Test
  void an_attempt_is_made_once_a_second_at_most_and_an_order_leaves_when_it_succeeds() {
    LiveOrder resting = toyOrder();
    journal.room(0);
    toyOrderOf(resting.order().instrument());
    journal.room(Long.MAX_VALUE);
    LiveOrder early = toyOrderOf(resting.order().instrument());
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.REJECTED, early.status());
    LiveOrder next = toyOrderOf(resting.order().instrument());
    world.advance(ToyWorld.SECOND);
    assertEquals(OrderStatus.OPEN, next.status());
  }

  @Test
  void what_is_missing_is_kept_at_the_close_at_the_latest() {
    LiveOrder resting = toyOrder();
    journal.room(0);
    resting.cancel();
    world.advance(Duration.ofMillis(100));
    assertEquals(OrderStatus.CANCELED, resting.status());
    journal.room(Long.MAX_VALUE);
    colibri.close();
    begin(venue());
    assertEquals(List.of(), heard, "it ended");
    assertEquals(OrderStatus.CANCELED, toy.order(resting.clientId()).orElseThrow().status());
  }

  // ---------------------------------------------------------------- what is refused

  @Test
  void an_entry_that_cannot_be_read_is_named_and_nothing_is_opened() {
    LiveOrder order = toyOrder();
    kill();
    Map<String, @Nullable String> bad = new LinkedHashMap<>();
    bad.put("order/" + order.clientId(), "{\"number\":0}");
    try (var part = journal.open(PART)) {
      part.keep(bad);
    }
    Colibri next = runtime();
    JournalException e = assertThrows(JournalException.class, () -> next.open(venue()));
    assertTrue(e.getMessage().contains(PART), e.getMessage());
    assertTrue(e.getMessage().contains("order/" + order.clientId()), e.getMessage());
    assertThrows(JournalException.class, () -> next.open(venue()), "and still is");
  }

  @Test
  void a_journal_comes_before_the_first_connector_and_once() {
    begin(venue());
    assertThrows(IllegalStateException.class, () -> colibri.journal(new MemoryJournal()));
    assertThrows(JournalException.class, () -> colibri.open(venue()), "two of one account");
    colibri.open(venue().account("mm-2"));
  }

  @Test
  void simulated_accounts_are_not_kept() {
    begin(venue());
    Colibri paper =
        Colibri.paper(
            new VirtualHost(world.time, world.network, 9),
            Settings.DEFAULT,
            venue -> venue,
            PaperAccount.of(Map.of("USDT", "1000")));
    assertThrows(IllegalStateException.class, () -> paper.journal(new MemoryJournal()));
  }

  @Test
  void public_data_needs_no_part_of_the_journal() {
    begin(venue());
    colibri.open(world.venueWithoutAccount());
    colibri.open(world.venueWithoutAccount());
  }

  @Test
  void what_is_forgotten_is_forgotten_in_the_journal_too() {
    Instrument btc = begin(venue());
    for (int i = 0; i < 50; i++) {
      toyOrderOf(btc).cancel();
      world.advance(ToyWorld.SECOND);
    }
    assertTrue(journal.entries(PART).size() > 50);
    world.advance(Duration.ofMinutes(61));
    toyOrderOf(btc);
    world.advance(ToyWorld.SECOND);
    assertEquals(2, journal.entries(PART).size(), "the format, and the order that lives");
  }

  /** A venue that takes requests on its account stream, and does not answer them. */
  private static final class OnStream extends ToySpot {
    @Override
    public Signed depart(Request request, SigningContext context) {
      return request.via() == null
          ? super.depart(request, context)
          : Signed.of(request).json("{\"op\":\"unsubscribe\",\"topic\":\"x\",\"market\":\"y\"}");
    }
  }
}
