package dev.colibri.connector.testkit.tape;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderEvent.Kind;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionEvent;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TradingRules;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a witness takes offence at. */
class TapeWitnessTest {
  private static final Instrument BTC =
      Instrument.builder(
              "toy-spot",
              "BTC-USDT",
              "BTC",
              "USDT",
              TradingRules.builder(BigDecimal.ONE, BigDecimal.ONE).build())
          .build();
  private static final Order ORDER =
      Order.buy(BTC).limit("100").size("2").clientId("a1").venueId("12");

  private final List<String> problems = new ArrayList<>();
  private final TapeWitness clean = new TapeWitness(null, false, false, problems::add);

  private static OrderEvent event(Kind kind, OrderStatus status, int filled, String trade) {
    BigDecimal size = BigDecimal.valueOf(filled);
    Fill fill =
        trade.isEmpty()
            ? null
            : Fill.of(BTC, trade)
                .order("a1", "12")
                .side(Side.BUY)
                .price(BigDecimal.TEN)
                .size(BigDecimal.ONE)
                .build();
    return new OrderEvent(
        kind,
        new OrderState(
            ORDER, status, size, size.multiply(BigDecimal.TEN), Map.of(), null, true, 0, 0),
        fill);
  }

  private static final OrderEvent ACCEPTED = event(Kind.ACCEPTED, OrderStatus.OPEN, 0, "");
  private static final OrderEvent FILL = event(Kind.FILL, OrderStatus.PARTIALLY_FILLED, 1, "t1");
  private static final OrderEvent SECOND = event(Kind.FILL, OrderStatus.PARTIALLY_FILLED, 2, "t2");
  private static final OrderEvent FILLED = event(Kind.FILLED, OrderStatus.FILLED, 2, "");
  private static final OrderEvent CANCELED = event(Kind.CANCELED, OrderStatus.CANCELED, 0, "");

  private static void tell(TapeWitness witness, OrderEvent... events) {
    for (OrderEvent e : events) {
      witness.told(e);
    }
  }

  private List<String> laws() {
    return problems.stream().map(p -> p.substring(0, p.indexOf(':'))).distinct().toList();
  }

  @Test
  void a_lawful_life_offends_nobody() {
    tell(clean, ACCEPTED, FILL, SECOND, FILLED);
    assertEquals(List.of(), problems);
  }

  @Test
  void a_fill_is_told_once() {
    tell(clean, ACCEPTED, FILL, event(Kind.FILL, OrderStatus.PARTIALLY_FILLED, 2, "t1"));
    assertEquals(List.of("a fill is told once"), laws());
  }

  @Test
  void totals_are_the_sum_of_the_fills() {
    tell(clean, ACCEPTED, event(Kind.FILL, OrderStatus.PARTIALLY_FILLED, 2, "t1"));
    assertEquals(List.of("what is filled is the sum of its fills"), laws());
  }

  @Test
  void an_order_ends_once_and_with_all_of_it_if_filled() {
    tell(clean, ACCEPTED, FILL, event(Kind.FILLED, OrderStatus.FILLED, 1, ""));
    assertEquals(List.of("filled is all of it"), laws());
    problems.clear();
    tell(clean, event(Kind.CANCELED, OrderStatus.CANCELED, 1, ""));
    assertEquals(List.of("lawful step from FILLED", "one end, after the last fill"), laws());
  }

  @Test
  void an_end_that_only_comes_when_things_go_wrong_has_no_evidence() {
    tell(clean, ACCEPTED);
    var witness = new TapeWitness(clean, false, false, problems::add);
    tell(witness, ACCEPTED, CANCELED);
    assertEquals(List.of("an end needs evidence, and was null"), laws());
  }

  @Test
  void a_fill_comes_after_the_order_is_shown() {
    tell(clean, FILL);
    assertEquals(List.of("lawful step from PENDING_NEW"), laws());
  }

  private static Position held(String size) {
    return Position.of(BTC, PositionSide.NET, new BigDecimal(size)).build();
  }

  private static PositionEvent moved(PositionEvent.Kind kind, String before, String now, int fill) {
    return new PositionEvent(
        kind,
        held(before),
        held(now),
        fill == 0 ? null : event(Kind.FILL, OrderStatus.PARTIALLY_FILLED, fill, "t" + fill).fill());
  }

  @Test
  void a_position_that_is_the_sum_of_its_changes_offends_nobody() {
    clean.told(moved(PositionEvent.Kind.START, "0", "5", 0));
    clean.told(moved(PositionEvent.Kind.TRADE, "5", "6", 1));
    clean.told(moved(PositionEvent.Kind.ADOPTED, "6", "4", 0));
    assertEquals(List.of(), problems);
  }

  @Test
  void a_fill_is_taken_back_once() {
    clean.told(moved(PositionEvent.Kind.TRADE, "5", "6", 1));
    clean.told(moved(PositionEvent.Kind.CORRECTED, "6", "5", 1));
    assertEquals(List.of(), problems);
    clean.told(moved(PositionEvent.Kind.CORRECTED, "5", "4", 1));
    assertEquals(List.of("a position changes by a fill once"), laws());
  }

  @Test
  void a_position_is_the_sum_of_its_changes() {
    clean.told(moved(PositionEvent.Kind.TRADE, "5", "6", 1));
    clean.told(moved(PositionEvent.Kind.TRADE, "5", "6", 2));
    assertEquals(List.of("a position is what it was and what changed it"), laws());
  }

  @Test
  void a_position_changes_by_a_fill_once_and_as_much() {
    clean.told(moved(PositionEvent.Kind.TRADE, "5", "6", 1));
    clean.told(moved(PositionEvent.Kind.EXTERNAL, "6", "7", 1));
    clean.told(moved(PositionEvent.Kind.TRADE, "7", "9", 2));
    assertEquals(
        List.of("a position changes by a fill once", "a position changes by as much as its fill"),
        laws());
  }

  @Test
  void a_position_begins_once() {
    clean.told(moved(PositionEvent.Kind.TRADE, "-1", "0", 1));
    clean.told(moved(PositionEvent.Kind.START, "0", "3", 0));
    assertEquals(List.of("a position is known for the first time once"), laws());
  }

  @Test
  void a_payment_is_told_once() {
    FundingPayment paid = new FundingPayment(BTC, "7", "USDT", BigDecimal.ONE, null, null, 1);
    clean.told(paid);
    clean.told(paid);
    assertEquals(List.of("a payment is told once"), laws());
  }
}
