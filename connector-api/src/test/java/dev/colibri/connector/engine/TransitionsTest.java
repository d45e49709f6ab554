package dev.colibri.connector.engine;

import static dev.colibri.connector.engine.OrderDesk.SECOND;
import static dev.colibri.connector.engine.OrderDesk.fill;
import static dev.colibri.connector.engine.OrderDesk.says;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.engine.Transitions.Input;
import dev.colibri.connector.engine.Transitions.Step;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.spi.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TransitionsTest {

  @Test
  void thePublishedTableIsTheOneInForce() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "order-states.md"));
    assertTrue(page.contains(Transitions.TABLE), "docs/order-states.md must hold the table");
  }

  @Test
  void aTerminalOrderNeverMovesAndTellsNothingButLateFills() {
    for (OrderStatus from : OrderStatus.values()) {
      for (Input input : Input.values()) {
        Step step = Transitions.of(from, input);
        if (from.isTerminal()) {
          assertNotNull(step);
          assertEquals(from, step.next());
          assertEquals(input == Input.FILL ? OrderEvent.Kind.LATE_FILL : null, step.event());
        }
      }
    }
  }

  @Test
  void onlyAnEndARefusalOrADismissalIsTerminalAndItIsToldAsSuch() {
    for (OrderStatus from : OrderStatus.values()) {
      for (Input input : Input.values()) {
        Step step = Transitions.of(from, input);
        if (from.isLive() && step != null && step.next() != null && step.next().isTerminal()) {
          assertTrue(
              input == Input.REFUSED || input == Input.DISMISSED || input.name().startsWith("END_"),
              from + " " + input);
          assertEquals(step.next().name(), String.valueOf(step.event()));
        }
      }
    }
  }

  @Test
  void nothingEndsAnUnknownOrderButTheVenueAndWhoDismissesIt() {
    assertEquals(
        new Step(OrderStatus.UNKNOWN, null), Transitions.of(OrderStatus.UNKNOWN, Input.REFUSED));
    assertEquals(
        new Step(OrderStatus.UNKNOWN, null), Transitions.of(OrderStatus.UNKNOWN, Input.LOST));
    // Fills and ends prove that the venue has it, which comes first.
    assertNull(Transitions.of(OrderStatus.UNKNOWN, Input.FILL));
    assertNull(Transitions.of(OrderStatus.UNKNOWN, Input.END_FILLED));
  }

  private static Map<String, Consumer<OrderDesk>> states() {
    Map<String, Consumer<OrderDesk>> states = new LinkedHashMap<>();
    states.put("PENDING_NEW", desk -> {});
    states.put("OPEN", desk -> desk.acks("a"));
    states.put("PARTIALLY_FILLED", desk -> desk.acks("a").streams(fill("a", "1", "0.4", "100")));
    states.put(
        "PENDING_CANCEL",
        desk -> {
          desk.acks("a");
          desk.orders.cancelSent("a", desk.now);
        });
    states.put("UNKNOWN", desk -> desk.orders.outcomeUnknown("a", desk.now));
    states.put("FILLED", desk -> desk.streams(fill("a", "1", "1", "100")));
    states.put("CANCELED", desk -> desk.streams(says("a", OrderStatus.CANCELED, "0")));
    states.put("EXPIRED", desk -> desk.streams(says("a", OrderStatus.EXPIRED, "0")));
    states.put("REJECTED", desk -> desk.streams(says("a", OrderStatus.REJECTED, "0")));
    return states;
  }

  private static Map<String, Consumer<OrderDesk>> inputs() {
    Map<String, Consumer<OrderDesk>> inputs = new LinkedHashMap<>();
    inputs.put("place accepted", desk -> desk.acks("a"));
    inputs.put(
        "place refused",
        desk -> desk.orders.refused("a", Fault.of(Fault.Kind.BAD_PRICE, "no"), desk.now));
    inputs.put(
        "place refused, id taken",
        desk -> desk.orders.refused("a", Fault.of(Fault.Kind.DUPLICATE_ID, "no"), desk.now));
    inputs.put("place not sent", desk -> desk.orders.notSent("a", "no route", desk.now));
    inputs.put("place lost", desk -> desk.orders.outcomeUnknown("a", desk.now));
    inputs.put("cancel sent", desk -> desk.orders.cancelSent("a", desk.now));
    inputs.put(
        "cancel accepted, still open",
        desk -> desk.orders.cancelAnswered("a", says("a", OrderStatus.OPEN, "0"), desk.now));
    inputs.put(
        "cancel refused",
        desk -> desk.orders.cancelRefused("a", Fault.of(Fault.Kind.RATE_LIMITED, "no"), desk.now));
    inputs.put(
        "cancel refused, not found",
        desk ->
            desk.orders.cancelRefused("a", Fault.of(Fault.Kind.ORDER_NOT_FOUND, "no"), desk.now));
    inputs.put("cancel lost", desk -> desk.orders.cancelUnknown("a", desk.now));
    inputs.put("stream: open", desk -> desk.streams(says("a", OrderStatus.OPEN, "0")));
    inputs.put(
        "status: open, late",
        desk -> {
          desk.orders.cancelRefused("a", Fault.of(Fault.Kind.ORDER_NOT_FOUND, "no"), desk.now);
          desk.events.clear();
          long asked = desk.later(10 * SECOND).now;
          desk.answers(says("a", OrderStatus.OPEN, "0"), asked);
        });
    inputs.put("fill of a part", desk -> desk.streams(fill("a", "7", "0.2", "100")));
    inputs.put(
        "fills, filled",
        desk -> {
          desk.streams(fill("a", "7", "0.6", "100")).streams(fill("a", "8", "0.4", "100"));
          desk.streams(says("a", OrderStatus.FILLED, "1"));
        });
    inputs.put("canceled", desk -> desk.streams(says("a", OrderStatus.CANCELED, "0")));
    inputs.put("expired", desk -> desk.streams(says("a", OrderStatus.EXPIRED, "0")));
    inputs.put("rejected", desk -> desk.streams(says("a", OrderStatus.REJECTED, "0")));
    inputs.put("a word not known", desk -> desk.streams(says("a", OrderStatus.UNKNOWN, "0")));
    inputs.put(
        "absent once", desk -> desk.orders.absent("a", desk.later(9 * SECOND).now, desk.now));
    return inputs;
  }

  /** What each input does to an order in each state, driven through {@link Orders} itself. */
  @Test
  void everyInputInEveryState() throws IOException {
    StringBuilder table = new StringBuilder();
    inputs()
        .forEach(
            (input, act) -> {
              table.append(input).append('\n');
              states()
                  .forEach(
                      (state, prepare) -> {
                        OrderDesk desk = new OrderDesk().buys("a");
                        prepare.accept(desk);
                        assertEquals(state, desk.status("a").name());
                        desk.events.clear();
                        act.accept(desk);
                        String events =
                            desk.kinds().stream().map(Enum::name).collect(Collectors.joining(" "));
                        table
                            .append("  ")
                            .append(state)
                            .append(" -> ")
                            .append(desk.status("a"))
                            .append(events.isEmpty() ? "" : ": " + events)
                            .append('\n');
                      });
            });
    try (var golden = getClass().getResourceAsStream("order-inputs.txt")) {
      assertNotNull(golden, table.toString());
      assertEquals(
          new String(golden.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8),
          table.toString());
    }
  }
}
