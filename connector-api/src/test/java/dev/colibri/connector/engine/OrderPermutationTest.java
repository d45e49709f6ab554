package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.BTC;
import static dev.colibri.connector.engine.OrderDesk.SECOND;
import static dev.colibri.connector.engine.OrderDesk.d;
import static dev.colibri.connector.engine.OrderDesk.fill;
import static dev.colibri.connector.engine.OrderDesk.fillOf;
import static dev.colibri.connector.engine.OrderDesk.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Reports about one order may come late, twice and in any order. Whatever the order, the same story
 * ends in the same state, with every fill told once, one terminal event, and nothing but fees after
 * it. The oracle is the venue's own ledger of the story.
 */
class OrderPermutationTest {

  /** Something that arrives. */
  private interface Arrival {
    void at(OrderDesk desk);
  }

  /**
   * What happened on the venue, and everything that is said about it.
   *
   * @param end how the order ended there
   * @param trades what it traded there
   * @param tellsTotals whether the venue's statuses carry the total filled
   */
  private record Story(
      OrderStatus end, List<Fill> trades, boolean tellsTotals, Map<String, Arrival> arrivals) {

    OrderUpdate status() {
      BigDecimal filled = sum();
      return says("a", end, tellsTotals ? filled.toPlainString() : null);
    }

    BigDecimal sum() {
      return trades.stream().map(Fill::size).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    BigDecimal quote() {
      return trades.stream().map(Fill::quoteSize).reduce(BigDecimal.ZERO, BigDecimal::add);
    }
  }

  private static Story story(OrderStatus end, boolean totals, Fill... trades) {
    return new Story(end, List.of(trades), totals, new LinkedHashMap<>());
  }

  private static final Fill F1 = fill("a", "1", "0.4", "100");
  private static final Fill F2 = fill("a", "2", "0.6", "99");

  private static Map<String, Story> stories() {
    Map<String, Story> all = new LinkedHashMap<>();

    Story filled = story(OrderStatus.FILLED, true, F1, F2);
    filled.arrivals.put("ack", desk -> desk.acks("a"));
    filled.arrivals.put("fill 1", desk -> desk.streams(F1));
    filled.arrivals.put("fill 2", desk -> desk.streams(F2));
    filled.arrivals.put("fill 1 again", desk -> desk.streams(F1));
    filled.arrivals.put(
        "partial", desk -> desk.streams(says("a", OrderStatus.PARTIALLY_FILLED, "0.4")));
    filled.arrivals.put("filled", desk -> desk.streams(says("a", OrderStatus.FILLED, "1")));
    filled.arrivals.put(
        "late open", desk -> desk.answers(says("a", OrderStatus.OPEN, "0"), desk.now));
    all.put("filled", filled);

    Story canceled = story(OrderStatus.CANCELED, true, F1);
    canceled.arrivals.put("ack", desk -> desk.acks("a"));
    canceled.arrivals.put("fill 1", desk -> desk.streams(F1));
    canceled.arrivals.put("cancel sent", desk -> desk.orders.cancelSent("a", desk.now));
    canceled.arrivals.put(
        "cancel answered",
        desk -> desk.orders.cancelAnswered("a", says("a", OrderStatus.CANCELED, "0.4"), desk.now));
    canceled.arrivals.put("canceled", desk -> desk.streams(says("a", OrderStatus.CANCELED, "0.4")));
    canceled.arrivals.put("fill 1 again", desk -> desk.streams(F1));
    canceled.arrivals.put(
        "late partial", desk -> desk.streams(says("a", OrderStatus.PARTIALLY_FILLED, "0.4")));
    all.put("canceled after a part", canceled);

    Story unknown = story(OrderStatus.FILLED, true, F1, F2);
    unknown.arrivals.put("place lost", desk -> desk.orders.outcomeUnknown("a", desk.now));
    unknown.arrivals.put("fill 1", desk -> desk.streams(F1));
    unknown.arrivals.put("fill 2", desk -> desk.streams(F2));
    unknown.arrivals.put("open", desk -> desk.streams(says("a", OrderStatus.OPEN, "0")));
    unknown.arrivals.put(
        "status", desk -> desk.answers(says("a", OrderStatus.FILLED, "1"), desk.now));
    unknown.arrivals.put("fill 2 again", desk -> desk.streams(F2));
    unknown.arrivals.put(
        "not visible yet", desk -> desk.orders.absent("a", desk.now - SECOND, desk.now));
    all.put("place lost, filled", unknown);

    Story refused = story(OrderStatus.REJECTED, true);
    refused.arrivals.put(
        "reply", desk -> desk.orders.accepted("a", says("a", OrderStatus.REJECTED, "0"), desk.now));
    refused.arrivals.put("stream", desk -> desk.streams(says("a", OrderStatus.REJECTED, "0")));
    refused.arrivals.put("cancel sent", desk -> desk.orders.cancelSent("a", desk.now));
    refused.arrivals.put("cancel lost", desk -> desk.orders.cancelUnknown("a", desk.now));
    all.put("rejected", refused);

    Fill bare = fillOf("a", "1", "0.4", "100").build();
    Story expired = story(OrderStatus.EXPIRED, true, F1);
    expired.arrivals.put(
        "reply",
        desk ->
            desk.orders.accepted(
                "a",
                OrderUpdate.of(BTC, OrderStatus.EXPIRED)
                    .order("a", "va")
                    .filled(d("0.4"))
                    .fills(List.of(bare))
                    .build(),
                desk.now));
    expired.arrivals.put("fill without fee", desk -> desk.streams(bare));
    expired.arrivals.put("fill with fee", desk -> desk.streams(F1));
    expired.arrivals.put("expired", desk -> desk.streams(says("a", OrderStatus.EXPIRED, "0.4")));
    expired.arrivals.put("new", desk -> desk.streams(says("a", OrderStatus.OPEN, "0")));
    expired.arrivals.put("fill with fee again", desk -> desk.streams(F1));
    all.put("immediate or cancel, fee later", expired);

    Story terse = story(OrderStatus.CANCELED, false, F1);
    terse.arrivals.put(
        "ack", desk -> desk.orders.accepted("a", says("a", OrderStatus.OPEN, null), desk.now));
    terse.arrivals.put("fill 1", desk -> desk.streams(F1));
    terse.arrivals.put("cancel sent", desk -> desk.orders.cancelSent("a", desk.now));
    terse.arrivals.put("cancel lost", desk -> desk.orders.cancelUnknown("a", desk.now));
    terse.arrivals.put("canceled", desk -> desk.streams(says("a", OrderStatus.CANCELED, null)));
    terse.arrivals.put("fill 1 again", desk -> desk.streams(F1));
    terse.arrivals.put("late open", desk -> desk.streams(says("a", OrderStatus.OPEN, null)));
    all.put("a venue that tells no totals", terse);

    Story unseen = story(OrderStatus.FILLED, true, F1, F2);
    unseen.arrivals.put("place lost", desk -> desk.orders.outcomeUnknown("a", desk.now));
    unseen.arrivals.put("cancel sent", desk -> desk.orders.cancelSent("a", desk.now));
    unseen.arrivals.put("cancel lost", desk -> desk.orders.cancelUnknown("a", desk.now));
    unseen.arrivals.put("fill 2", desk -> desk.streams(F2));
    all.put("place and cancel lost, stream mute", unseen);
    return all;
  }

  @TestFactory
  Stream<DynamicTest> everyOrderOfArrivalEndsTheSame() {
    return stories().entrySet().stream()
        .map(
            e ->
                DynamicTest.dynamicTest(
                    e.getKey(),
                    () -> {
                      List<String> names = new ArrayList<>(e.getValue().arrivals.keySet());
                      permute(names, 0, order -> tell(e.getValue(), order));
                    }));
  }

  @Test
  void randomRepetitionsAndOmissionsEndTheSame() {
    Random random = new Random(7);
    List<Story> all = new ArrayList<>(stories().values());
    for (int run = 0; run < 20_000; run++) {
      Story story = all.get(random.nextInt(all.size()));
      List<String> names = new ArrayList<>(story.arrivals.keySet());
      List<String> some = new ArrayList<>();
      for (int n = random.nextInt(12); n > 0; n--) {
        some.add(names.get(random.nextInt(names.size())));
      }
      tell(story, some);
    }
  }

  private interface Permutation {
    void run(List<String> order);
  }

  private static void permute(List<String> names, int from, Permutation test) {
    if (from == names.size()) {
      test.run(names);
    }
    for (int i = from; i < names.size(); i++) {
      Collections.swap(names, from, i);
      permute(names, from + 1, test);
      Collections.swap(names, from, i);
    }
  }

  /**
   * Tells a story in an order, then lets the venue answer what is asked, and checks the outcome.
   */
  private static void tell(Story story, List<String> order) {
    OrderDesk desk = new OrderDesk();
    desk.takes(Order.buy(BTC).limit("100").size("1").clientId("a"));
    for (String name : order) {
      story.arrivals.get(name).at(desk.later(1_000_000));
    }
    // Whatever was not told must come out by asking: a place without any reply is lost some day.
    desk.orders.outcomeUnknown("a", desk.now);
    heal(story, desk, order);
    if (desk.status("a").isLive()) {
      // It is not among the open orders, as the audit finds.
      desk.later(60 * SECOND).orders.openOrders(List.of(), null, desk.now - 1, desk.now);
      heal(story, desk, order);
    }
    check(story, desk, order);
  }

  private static void heal(Story story, OrderDesk desk, List<String> order) {
    for (int n = 0; desk.orders.nextQuestion() != Long.MAX_VALUE; n++) {
      if (n > 100) {
        fail("still asking after " + order + ": " + desk.events);
      }
      desk.now = Math.max(desk.now, desk.orders.nextQuestion());
      for (Questions.Question q : desk.orders.questions(desk.now, 10)) {
        long askedAt = desk.now;
        desk.later(50_000_000);
        switch (q.ask()) {
          case STATUS -> desk.answers(story.status(), askedAt);
          case FILLS -> {
            story.trades.forEach(desk::streams);
            desk.orders.fillsAnswered("a", askedAt, desk.now);
          }
          case CANCEL -> fail("an order that ended was to be canceled after " + order);
        }
      }
    }
  }

  private static void check(Story story, OrderDesk desk, List<String> order) {
    String told = order + " -> " + desk.events;
    OrderState state = desk.state("a");
    assertEquals(story.end, state.status(), told);
    assertEquals(0, story.sum().compareTo(state.filled()), told);
    assertEquals(0, story.quote().compareTo(state.quoteFilled()), told);
    // A fee that no report told is not asked for: the audit's list of fills brings it.
    story.trades.forEach(desk::streams);
    BigDecimal fees = d("0.1").multiply(BigDecimal.valueOf(story.trades.size()));
    assertEquals(0, fees.compareTo(desk.state("a").fees().getOrDefault("USD", d("0"))), told);
    assertEquals(List.of(), desk.anomalies, told);

    List<String> fills = new ArrayList<>();
    int terminals = 0;
    boolean shown = false;
    BigDecimal sum = BigDecimal.ZERO;
    OrderStatus status = OrderStatus.PENDING_NEW;
    for (OrderEvent e : desk.events) {
      switch (e.kind()) {
        case FILL -> {
          fills.add(e.fill().tradeId());
          sum = sum.add(e.fill().size());
          assertTrue(shown, "a fill before the order was shown: " + told);
          assertEquals(0, terminals, "a fill after the end: " + told);
          assertEquals(0, sum.compareTo(e.state().filled()), told);
        }
        case ACCEPTED, RESOLVED -> shown = true;
        case LATE_FILL, CORRECTED -> fail("not to be expected: " + told);
        case FEE -> {}
        default -> assertEquals(0, terminals, "after the end: " + told);
      }
      terminals += e.isTerminal() ? 1 : 0;
      assertLawful(status, e, told);
      status = e.state().status();
    }
    assertEquals(1, terminals, told);
    assertEquals(story.trades.size(), fills.size(), told);
    assertEquals(fills.size(), fills.stream().distinct().count(), told);
  }

  /** Every step that was told stands in the table. */
  private static void assertLawful(OrderStatus before, OrderEvent e, String told) {
    if (e.kind() == OrderEvent.Kind.FEE) {
      assertEquals(before, e.state().status(), told);
      return;
    }
    for (Transitions.Input input : Transitions.Input.values()) {
      Transitions.Step step = Transitions.of(before, input);
      if (step != null
          && step.event() == e.kind()
          && (step.next() == null || step.next() == e.state().status())) {
        return;
      }
    }
    fail("no step from " + before + " to " + e + ": " + told);
  }
}
