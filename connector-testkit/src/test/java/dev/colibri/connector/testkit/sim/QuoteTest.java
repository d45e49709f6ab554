package dev.colibri.connector.testkit.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.Hedge;
import dev.colibri.connector.Inventory;
import dev.colibri.connector.Quote;
import dev.colibri.connector.SpotConnector;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.testkit.sim.toy.ToySpot;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What quotes and what hedges: one order at a time, until its end was told. */
class QuoteTest {
  private static final Duration MOMENT = Duration.ofMillis(100);
  private static final BigDecimal ONE = BigDecimal.ONE;

  private final ToyWorld world = new ToyWorld();
  private final SpotConnector toy = world.started(ToyWorld.venue(ToySpot::new));
  private final Instrument btc = toy.instrument("BTC-USDT");
  private final Inventory inventory = new Inventory();
  private final Quote bid = new Quote(inventory, toy, btc, Side.BUY, new BigDecimal("0.01"));
  private final Hedge hedge = new Hedge(inventory, toy, btc, new BigDecimal("0.01"));

  @AfterEach
  void close() {
    world.close();
  }

  private void bid(String price, String size) {
    bid.at(new BigDecimal(price), new BigDecimal(size));
    world.advance(MOMENT);
  }

  /** Ours, by the exchange's own word. */
  private List<String> resting() {
    return world.exchange.openOrders(ToyWorld.US, null).stream()
        .map(
            o ->
                o.side()
                    + " "
                    + o.remaining().stripTrailingZeros().toPlainString()
                    + " at "
                    + o.price().stripTrailingZeros().toPlainString())
        .toList();
  }

  /** What our account gained in sum, by the exchange's own word. */
  private BigDecimal gained() {
    return world
        .exchange
        .ledger()
        .balance(ToyWorld.US, "BTC")
        .total()
        .subtract(new BigDecimal(100_000));
  }

  // ---------------------------------------------------------------- quotes

  @Test
  void a_quote_is_moved_when_it_rests_too_far_away() {
    bid("90.04", "1");
    assertEquals(List.of("BUY 1 at 90"), resting());
    bid("90.9", "2");
    assertEquals(List.of("BUY 1 at 90"), resting(), "within the tolerance");
    bid("91", "2");
    assertEquals(List.of(), resting(), "canceled");
    bid("91", "2");
    assertEquals(List.of("BUY 2 at 91"), resting());
    bid.at(null, ONE);
    world.advance(MOMENT);
    assertEquals(List.of(), resting());
  }

  @Test
  void another_is_placed_only_when_the_end_of_the_one_before_was_told() {
    bid("90", "1");
    world.virtual.busy(ToyWorld.SECOND);
    world.sell(btc, "90", "1");
    world.advance(MOMENT);
    assertEquals(List.of(), toy.openOrders(), "the connector knows that it is through");
    bid("90", "1");
    assertEquals(List.of(), resting());

    world.advance(ToyWorld.SECOND);
    bid("90", "1");
    assertEquals(List.of("BUY 1 at 90"), resting());
  }

  @Test
  void what_is_of_unknown_outcome_is_not_quoted_again() {
    world.protocol.faults().dropRequest("POST /order");
    bid("90", "1");
    bid("80", "1");
    assertEquals(List.of(), resting());
    world.advance(Duration.ofMinutes(1));
    bid("80", "1");
    assertEquals(List.of("BUY 1 at 80"), resting());
  }

  @Test
  void orders_of_others_are_left_alone() {
    toy.place(Order.buy(btc).limit("70").size("3"));
    new Inventory().place(toy, Order.buy(btc).limit("71").size("3"));
    inventory.place(toy, Order.sell(btc).limit("120").size("3"));
    bid("90", "1");
    bid.cancel();
    world.advance(MOMENT);
    assertEquals(3, resting().size(), resting().toString());
  }

  @Test
  void a_refusal_is_told_and_the_next_call_tries_again() {
    toy.halt();
    bid("90", "1");
    assertEquals(Rule.NOT_READY, bid.refusal().rule());
    assertFalse(inventory.isLive());
    toy.resume();
    bid("90", "1");
    assertNull(bid.refusal());
    assertEquals(List.of("BUY 1 at 90"), resting());
  }

  @Test
  void what_the_venue_rejects_is_not_sent_again_at_once() {
    world.quote(btc);
    for (int i = 0; i < 5; i++) {
      bid("150", "1");
    }
    assertEquals(1, world.network.count("POST /order"));
    assertFalse(inventory.isLive());

    world.advance(ToyWorld.SECOND);
    bid("90", "1");
    assertEquals(List.of("BUY 1 at 90"), resting());
  }

  @Test
  void too_little_for_the_venue_is_not_quoted() {
    bid("90", "0.0009");
    bid("0.01", "1");
    assertEquals(List.of(), resting());
    assertNull(bid.refusal());
  }

  // ---------------------------------------------------------------- hedges

  private boolean offset(String open) {
    boolean done = hedge.offset(new BigDecimal(open));
    world.advance(MOMENT);
    return done;
  }

  private void quoted() {
    toy.books(btc).listen(book -> {});
    world.quote(btc);
    world.advance(MOMENT);
  }

  @Test
  void what_is_open_is_sold_and_what_is_short_is_bought() {
    quoted();
    assertFalse(offset("0.3"));
    assertEquals(0, new BigDecimal("-0.3").compareTo(gained()));
    assertFalse(offset("-0.2"));
    assertEquals(
        0,
        new BigDecimal("0.2")
            .compareTo(gained().add(new BigDecimal("0.3")).add(inventory.fees().get("BTC"))));
    assertTrue(offset("0.0009"), "less than a lot");
    assertTrue(offset("0"));
  }

  @Test
  void more_than_the_book_shows_is_traded_away_in_parts() {
    quoted();
    assertFalse(offset("1.5"));
    assertEquals(0, new BigDecimal("-1").compareTo(gained()));
    world.quote(btc, dev.colibri.connector.testkit.exchange.Order.Side.BUY, "98");
    world.advance(MOMENT);
    assertFalse(offset("0.5"));
    assertEquals(0, new BigDecimal("-1.5").compareTo(gained()));
  }

  @Test
  void nothing_is_traded_away_twice_when_its_fill_is_heard_late() {
    quoted();
    world.virtual.busy(ToyWorld.SECOND);
    assertFalse(offset("0.3"));
    assertEquals(List.of(), toy.openOrders(), "the connector knows that it is through");
    assertFalse(offset("0.3"));
    world.advance(ToyWorld.SECOND);
    assertEquals(0, new BigDecimal("-0.3").compareTo(gained()));
    assertEquals(0, new BigDecimal("-0.3").compareTo(inventory.held(btc)));
  }

  @Test
  void nothing_is_traded_away_twice_when_a_reply_is_lost() {
    quoted();
    world.protocol.faults().dropReply("POST /order");
    for (int i = 0; i < 100; i++) {
      hedge.offset(inventory.held(btc).add(new BigDecimal("0.3")));
      world.advance(MOMENT);
    }
    assertEquals(0, new BigDecimal("-0.3").compareTo(gained()));
  }

  @Test
  void without_a_valid_book_nothing_is_traded_and_nothing_called_done() {
    assertFalse(offset("0.3"));
    assertEquals(0, gained().signum());
  }

  @Test
  void what_nobody_takes_stays_open() {
    toy.books(btc).listen(book -> {});
    world.advance(MOMENT);
    assertFalse(offset("0.3"));
    assertNull(hedge.refusal());
  }
}
