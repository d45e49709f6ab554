package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.BTC;
import static dev.colibri.connector.engine.OrderDesk.SECOND;
import static dev.colibri.connector.engine.OrderDesk.VISIBILITY;
import static dev.colibri.connector.engine.OrderDesk.d;
import static dev.colibri.connector.engine.OrderDesk.fill;
import static dev.colibri.connector.engine.OrderDesk.says;
import static dev.colibri.connector.model.OrderEvent.Kind.AMENDED;
import static dev.colibri.connector.model.OrderEvent.Kind.AMEND_REFUSED;
import static dev.colibri.connector.model.OrderEvent.Kind.CANCELED;
import static dev.colibri.connector.model.OrderEvent.Kind.CANCEL_SENT;
import static dev.colibri.connector.model.OrderEvent.Kind.FILL;
import static dev.colibri.connector.model.OrderEvent.Kind.FILLED;
import static dev.colibri.connector.model.OrderEvent.Kind.RESOLVED;
import static dev.colibri.connector.model.OrderEvent.Kind.UNKNOWN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.Fault;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** An order of 1 at 100 that is to be changed: what holds is what the venue shows. */
class AmendmentTest {
  private static final Order PLACED = Order.buy(BTC).limit("100").size("1").clientId("a");

  private final OrderDesk desk = new OrderDesk().takes(PLACED).acks("a");

  AmendmentTest() {
    desk.events.clear();
  }

  private static Order order(String price, String size) {
    return Order.buy(BTC).limit(price).size(size).clientId("a").venueId("va");
  }

  /** A report that describes the order. */
  private static OrderUpdate shows(
      OrderStatus status, String filled, String price, String size, long millis) {
    return OrderUpdate.of(BTC, status)
        .order("a", "va")
        .filled(d(filled))
        .describes(order(price, size))
        .at(millis)
        .build();
  }

  private static OrderUpdate shows(OrderStatus status, String filled, String price, String size) {
    return shows(status, filled, price, size, 0);
  }

  private static void amends(OrderDesk desk, String price, String size) {
    desk.orders.amendSent("a", order(price, size), desk.now);
  }

  private void holds(String price, String size) {
    Order now = desk.state("a").order();
    assertEquals(price + " " + size, now.price().toPlainString() + " " + now.size());
  }

  private void told(OrderEvent.Kind... kinds) {
    assertEquals(List.of(kinds), desk.kinds());
    assertEquals(List.of(), desk.anomalies);
  }

  @Test
  void the_change_holds_when_the_answer_describes_it() {
    amends(desk, "101", "2");
    holds("100", "1");
    desk.orders.amendAnswered("a", 1, shows(OrderStatus.OPEN, "0", "101", "2"), desk.now);
    holds("101", "2");
    told(AMENDED);
    assertEquals(List.of(), desk.asksWithin(60 * SECOND));
  }

  @Test
  void an_answer_without_a_description_leaves_it_to_the_stream() {
    amends(desk, "101", "2");
    desk.orders.amendAnswered("a", 1, says("a", OrderStatus.OPEN, "0"), desk.now);
    holds("100", "1");
    told();
    desk.streams(shows(OrderStatus.OPEN, "0", "101", "2"));
    holds("101", "2");
    told(AMENDED);
  }

  @Test
  void an_answer_without_a_description_is_followed_by_a_question_when_the_stream_is_silent() {
    amends(desk, "101", "2");
    desk.orders.amendAnswered("a", 1, says("a", OrderStatus.OPEN, "0"), desk.now);
    assertEquals(List.of(), desk.asksWithin(Questions.PATIENCE_NANOS - 1));
    assertEquals("STATUS a", desk.asksWithin(SECOND).get(0));
    // The first answers may be older than the change.
    desk.answers(shows(OrderStatus.OPEN, "0", "100", "1"), desk.now);
    told();
    desk.later(VISIBILITY + SECOND).answers(shows(OrderStatus.OPEN, "0", "100", "1"), desk.now);
    told(RESOLVED);
    holds("100", "1");
  }

  @Test
  void both_count_until_one_is_shown() {
    amends(desk, "90", "2");
    assertEquals("2", desk.orders.exposure(BTC).buy().most().toPlainString());
    assertEquals("200", desk.orders.exposure(BTC).buyQuote().most().toPlainString());
    desk.orders.amendUnknown("a", 1, desk.now);
    assertEquals("200", desk.orders.exposure(BTC).buyQuote().most().toPlainString());
    desk.streams(shows(OrderStatus.OPEN, "0", "90", "2"));
    assertEquals("180", desk.orders.exposure(BTC).buyQuote().most().toPlainString());
  }

  @Test
  void a_refusal_leaves_the_order_as_it_was() {
    amends(desk, "101", "2");
    desk.orders.amendRefused("a", 1, Fault.of(Fault.Kind.BAD_PRICE, "no"), desk.now);
    holds("100", "1");
    told(AMEND_REFUSED);
    assertEquals("1", desk.orders.exposure(BTC).buy().most().toPlainString());
    assertEquals(List.of(), desk.asksWithin(60 * SECOND));
  }

  @Test
  void that_no_such_order_was_found_is_a_question() {
    amends(desk, "101", "2");
    desk.orders.amendRefused("a", 1, Fault.of(Fault.Kind.ORDER_NOT_FOUND, "no"), desk.now);
    told(AMEND_REFUSED);
    assertEquals("STATUS a", desk.asksWithin(SECOND).get(0));
  }

  @Test
  void a_lost_reply_is_a_question_about_the_change_and_never_an_end() {
    amends(desk, "101", "2");
    desk.orders.amendUnknown("a", 1, desk.now);
    told(UNKNOWN);
    assertEquals(OrderStatus.OPEN, desk.status("a"));
    assertEquals("STATUS a", desk.asksWithin(SECOND).get(0));
    desk.answers(shows(OrderStatus.OPEN, "0", "100", "1"), desk.now);
    told(UNKNOWN);
    desk.later(VISIBILITY).answers(shows(OrderStatus.OPEN, "0", "100", "1"), desk.now);
    told(UNKNOWN, RESOLVED);
    assertFalse(desk.orders.isAmending("a"));
  }

  @Test
  void what_takes_effect_although_it_did_not_seem_to_counts() {
    amends(desk, "101", "2");
    desk.orders.amendUnknown("a", 1, desk.now);
    desk.later(VISIBILITY).answers(shows(OrderStatus.OPEN, "0", "100", "1"), desk.now);
    desk.streams(shows(OrderStatus.OPEN, "0", "101", "2"));
    told(UNKNOWN, RESOLVED, AMENDED);
    holds("101", "2");
  }

  @Test
  void what_the_venue_made_of_it_counts_when_it_is_asked_late_enough() {
    amends(desk, "101", "2");
    desk.orders.amendUnknown("a", 1, desk.now);
    desk.later(VISIBILITY).answers(shows(OrderStatus.OPEN, "0", "101", "1.5"), desk.now);
    told(UNKNOWN, AMENDED);
    holds("101", "1.5");
  }

  @Test
  void a_report_of_before_the_change_does_not_undo_it() {
    amends(desk, "101", "1");
    desk.orders.amendAnswered("a", 1, shows(OrderStatus.OPEN, "0", "101", "1", 200), desk.now);
    amends(desk, "100", "1");
    desk.orders.amendUnknown("a", 1, desk.now);
    desk.streams(shows(OrderStatus.OPEN, "0", "100", "1", 100));
    assertTrue(desk.orders.isAmending("a"), "that was the order before the first change");
    desk.streams(shows(OrderStatus.OPEN, "0", "100", "1", 300));
    told(AMENDED, AMENDED);
    desk.streams(shows(OrderStatus.OPEN, "0", "101", "1", 200));
    holds("100", "1");
  }

  @Test
  void fills_to_the_old_size_end_nothing_while_a_larger_one_may_hold() {
    amends(desk, "100", "2");
    desk.streams(fill("a", "1", "1", "100"));
    assertEquals(OrderStatus.PARTIALLY_FILLED, desk.status("a"));
    desk.orders.amendRefused("a", 1, Fault.of(Fault.Kind.ORDER_NOT_FOUND, "filled"), desk.now);
    told(FILL, AMEND_REFUSED, FILLED);
  }

  @Test
  void fills_beyond_the_old_size_prove_the_change() {
    amends(desk, "100", "2");
    desk.streams(fill("a", "1", "1.5", "100"));
    told(FILL, AMENDED);
    desk.streams(fill("a", "2", "0.5", "100"));
    told(FILL, AMENDED, FILL, FILLED);
  }

  @Test
  void a_cancel_may_overtake_it() {
    amends(desk, "101", "2");
    desk.orders.cancelSent("a", desk.now);
    desk.orders.cancelAnswered("a", says("a", OrderStatus.CANCELED, "0"), desk.now);
    desk.orders.amendRefused("a", 1, Fault.of(Fault.Kind.ORDER_NOT_FOUND, "gone"), desk.now);
    told(CANCEL_SENT, CANCELED);
    assertEquals(List.of(), desk.asksWithin(60 * SECOND));
  }

  @Test
  void what_a_larger_order_locks_is_not_available_before_the_balance_says_so() {
    Balances balances = new Balances(desk.profile, desk.orders, new Fees(desk.profile));
    balances.answered(List.of(Balance.of("USD", d("900"), d("100"))), true, desk.now, desk.now);
    assertEquals("900", available(balances));
    desk.later(SECOND);
    amends(desk, "110", "2");
    assertEquals("780", available(balances));
    desk.orders.amendAnswered("a", 1, shows(OrderStatus.OPEN, "0", "110", "2"), desk.now);
    assertEquals("780", available(balances));
    desk.later(SECOND);
    balances.answered(List.of(Balance.of("USD", d("780"), d("220"))), true, desk.now, desk.now);
    assertEquals("780", available(balances));
    desk.later(SECOND);
    // Two changes before the next balance are both taken off.
    amends(desk, "110", "3");
    desk.orders.amendAnswered("a", 2, shows(OrderStatus.OPEN, "0", "110", "3"), desk.now);
    amends(desk, "110", "4");
    desk.orders.amendAnswered("a", 3, shows(OrderStatus.OPEN, "0", "110", "4"), desk.now);
    assertEquals("560", available(balances));
    // A smaller order frees nothing before the balance says so, and takes nothing.
    desk.later(SECOND);
    balances.answered(List.of(Balance.of("USD", d("560"), d("440"))), true, desk.now, desk.now);
    amends(desk, "110", "1");
    desk.orders.amendAnswered("a", 4, shows(OrderStatus.OPEN, "0", "110", "1"), desk.now);
    assertEquals("560", available(balances));
  }

  @Test
  void what_filled_before_the_price_fell_is_not_known_to_be_cheaper() {
    amends(desk, "50", "1");
    desk.orders.amendAnswered(
        "a", 1, shows(OrderStatus.PARTIALLY_FILLED, "0.4", "50", "1"), desk.now);
    assertEquals(
        "70", desk.orders.exposure(BTC).buyQuote().most().stripTrailingZeros().toPlainString());
    desk.orders.fill(fill("a", "t1", "0.4", "100"), desk.now);
    assertEquals(
        "30", desk.orders.exposure(BTC).buyQuote().most().stripTrailingZeros().toPlainString());
  }

  private static String available(Balances balances) {
    return balances.available("USD").stripTrailingZeros().toPlainString();
  }

  // ---------------------------------------------------------------- every order of arrival

  /**
   * @param size what the order is changed to
   * @param made whether the venue made the change
   * @param end how it ended there
   */
  private record Story(
      String size,
      boolean made,
      OrderStatus end,
      List<Fill> trades,
      Map<String, Consumer<OrderDesk>> arrivals) {
    OrderUpdate status() {
      BigDecimal filled = trades.stream().map(Fill::size).reduce(BigDecimal.ZERO, BigDecimal::add);
      return shows(end, filled.toPlainString(), made ? "101" : "100", made ? size : "1");
    }
  }

  private static Story story(String size, boolean made, OrderStatus end, Fill... trades) {
    return new Story(size, made, end, List.of(trades), new LinkedHashMap<>());
  }

  private static final Fill F1 = fill("a", "1", "0.4", "100");

  private static Map<String, Story> stories() {
    Map<String, Story> all = new LinkedHashMap<>();
    Fill rest = fill("a", "2", "1.6", "101");
    Story larger = story("2", true, OrderStatus.FILLED, F1, rest);
    larger.arrivals.put("fill before the reply", desk -> desk.streams(F1));
    larger.arrivals.put(
        "reply",
        desk ->
            desk.orders.amendAnswered(
                "a", 1, shows(OrderStatus.PARTIALLY_FILLED, "0.4", "101", "2"), desk.now));
    larger.arrivals.put(
        "open, older", desk -> desk.streams(shows(OrderStatus.OPEN, "0", "100", "1")));
    larger.arrivals.put(
        "open, changed",
        desk -> desk.streams(shows(OrderStatus.PARTIALLY_FILLED, "0.4", "101", "2")));
    larger.arrivals.put("last fill", desk -> desk.streams(rest));
    larger.arrivals.put("filled", desk -> desk.streams(says("a", OrderStatus.FILLED, "2")));
    all.put("larger, then filled", larger);

    Fill small = fill("a", "2", "0.2", "101");
    Story smaller = story("0.6", true, OrderStatus.FILLED, F1, small);
    smaller.arrivals.putAll(larger.arrivals);
    smaller.arrivals.put("reply", desk -> desk.orders.amendUnknown("a", 1, desk.now));
    smaller.arrivals.put(
        "open, changed",
        desk -> desk.streams(shows(OrderStatus.PARTIALLY_FILLED, "0.4", "101", "0.6")));
    smaller.arrivals.put("last fill", desk -> desk.streams(small));
    smaller.arrivals.put("filled", desk -> desk.streams(says("a", OrderStatus.FILLED, "0.6")));
    all.put("smaller, the reply lost, then filled", smaller);

    Fill all1 = fill("a", "2", "0.6", "100");
    Story late = story("2", false, OrderStatus.FILLED, F1, all1);
    late.arrivals.put("fill", desk -> desk.streams(F1));
    late.arrivals.put("last fill", desk -> desk.streams(all1));
    late.arrivals.put(
        "refused",
        desk ->
            desk.orders.amendRefused(
                "a", 1, Fault.of(Fault.Kind.ORDER_NOT_FOUND, "gone"), desk.now));
    late.arrivals.put("filled", desk -> desk.streams(says("a", OrderStatus.FILLED, "1")));
    late.arrivals.put(
        "open, older", desk -> desk.streams(shows(OrderStatus.OPEN, "0", "100", "1")));
    all.put("filled before it arrived", late);

    Story canceled = story("2", true, OrderStatus.CANCELED, F1);
    canceled.arrivals.put("fill", desk -> desk.streams(F1));
    canceled.arrivals.put("reply", desk -> desk.orders.amendUnknown("a", 1, desk.now));
    canceled.arrivals.put("cancel sent", desk -> desk.orders.cancelSent("a", desk.now));
    canceled.arrivals.put("cancel lost", desk -> desk.orders.cancelUnknown("a", desk.now));
    canceled.arrivals.put(
        "open, changed", desk -> desk.streams(shows(OrderStatus.OPEN, "0", "101", "2")));
    canceled.arrivals.put("canceled", desk -> desk.streams(says("a", OrderStatus.CANCELED, "0.4")));
    all.put("changed, the reply lost, and canceled", canceled);
    return all;
  }

  @TestFactory
  Stream<DynamicTest> every_order_of_arrival_ends_the_same() {
    return stories().entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () ->
                        permute(new ArrayList<>(e.getValue().arrivals.keySet()), 0, e.getValue())));
  }

  private static void permute(List<String> names, int from, Story story) {
    // Every order, and of every order every beginning: the rest is never told.
    for (int length = 0; from == names.size() && length <= from; length++) {
      tell(story, names.subList(0, length));
    }
    for (int i = from; i < names.size(); i++) {
      Collections.swap(names, from, i);
      permute(names, from + 1, story);
      Collections.swap(names, from, i);
    }
  }

  private static void tell(Story story, List<String> order) {
    OrderDesk desk = new OrderDesk().takes(PLACED).acks("a");
    amends(desk, "101", story.size);
    for (String name : order) {
      story.arrivals.get(name).accept(desk.later(1_000_000));
    }
    desk.orders.amendUnknown("a", 1, desk.now);
    heal(story, desk);
    if (desk.status("a").isLive()) {
      desk.later(60 * SECOND).orders.openOrders(List.of(), null, desk.now - 1, desk.now);
      heal(story, desk);
    }
    String told = order + " -> " + desk.events;
    assertEquals(story.end, desk.status("a"), told);
    assertEquals(story.trades.size(), count(desk, FILL), told);
    assertEquals(1, desk.events.stream().filter(OrderEvent::isTerminal).count(), told);
    assertTrue(desk.events.get(desk.events.size() - 1).isTerminal(), told);
    assertTrue(count(desk, AMENDED) <= (story.made ? 1 : 0), told);
    assertFalse(desk.orders.isAmending("a"), told);
    assertEquals(List.of(), desk.anomalies, told);
    String size = count(desk, AMENDED) == 1 ? story.size : "1";
    assertEquals(size, desk.state("a").order().size().toPlainString(), told);
    if (story.end == OrderStatus.FILLED && story.made) {
      assertEquals(1, count(desk, AMENDED), told);
    }
  }

  private static long count(OrderDesk desk, OrderEvent.Kind kind) {
    return desk.kinds().stream().filter(k -> k == kind).count();
  }

  private static void heal(Story story, OrderDesk desk) {
    for (int n = 0; desk.orders.nextQuestion() != Long.MAX_VALUE; n++) {
      assertTrue(n < 100, "still asking: " + desk.events);
      desk.now = Math.max(desk.now, desk.orders.nextQuestion());
      for (Questions.Question q : desk.orders.questions(desk.now, 10)) {
        long askedAt = desk.now;
        desk.later(50_000_000);
        if (q.ask() == Questions.Ask.STATUS) {
          desk.answers(story.status(), askedAt);
        } else {
          story.trades.forEach(desk::streams);
          desk.orders.fillsAnswered("a", askedAt, desk.now);
        }
      }
    }
  }
}
