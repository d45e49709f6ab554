package dev.colibri.connector.engine;

import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The life of an order, as one table: what an order in some status becomes when something gets
 * known, and what is told about it. {@code docs/order-states.md} publishes the same text.
 */
final class Transitions {
  private Transitions() {}

  /** What can get known about an order, after evidence has been weighed. */
  enum Input {
    /** For the first time, the venue showed that it has or had the order. */
    PLACED,
    /** The place request was refused, or never left, before the venue showed the order. */
    REFUSED,
    /** The outcome of the place request is not known, and the venue has not shown the order. */
    LOST,
    /** A fill was counted. */
    FILL,
    CANCEL_SENT,
    CANCEL_REFUSED,
    /** A cancel was lost, or refused for want of the order: it may have taken effect or not. */
    CANCEL_LOST,
    /** A status asked for long after the cancel's end says that the order rests. */
    STILL_LIVE,
    /** The venue showed the price and size that an amendment asked for. */
    AMENDED,
    /** The venue refused an amendment, or it never left. */
    AMEND_REFUSED,
    /** An amendment was lost: either price and size may hold. */
    AMEND_LOST,
    /** A status asked for long after the amendment shows that it took no effect. */
    NOT_AMENDED,
    /** The venue ended the order, and every fill that it counts is known. */
    END_FILLED,
    END_CANCELED,
    END_EXPIRED,
    END_REJECTED,
    /** The user gave up finding out. */
    DISMISSED
  }

  /**
   * What follows.
   *
   * @param next the status that follows; null for the one that the order has when nothing is
   *     pending: PENDING_NEW, OPEN or PARTIALLY_FILLED
   * @param event what is told; null for nothing
   */
  record Step(@Nullable OrderStatus next, OrderEvent.@Nullable Kind event) {}

  /**
   * "same" keeps the status; "resting" is the status of an order with nothing pending, by what is
   * known of it; "never" cannot happen, because evidence is weighed first: PLACED is said once and
   * precedes fills and ends, REFUSED and LOST are not said of an order that the venue has shown,
   * and only such an order is amended.
   */
  static final String TABLE =
      """
      | gets known     | PENDING_NEW                 | OPEN                           | PARTIALLY_FILLED               | PENDING_CANCEL              | UNKNOWN              | terminal        |
      |----------------|-----------------------------|--------------------------------|--------------------------------|-----------------------------|----------------------|-----------------|
      | PLACED         | OPEN: ACCEPTED              | never                          | never                          | same: ACCEPTED              | resting: RESOLVED    | same            |
      | REFUSED        | REJECTED: REJECTED          | never                          | never                          | REJECTED: REJECTED          | same                 | same            |
      | LOST           | UNKNOWN: UNKNOWN            | never                          | never                          | UNKNOWN: UNKNOWN            | same                 | same            |
      | FILL           | never                       | PARTIALLY_FILLED: FILL         | same: FILL                     | same: FILL                  | never                | same: LATE_FILL |
      | CANCEL_SENT    | PENDING_CANCEL: CANCEL_SENT | PENDING_CANCEL: CANCEL_SENT    | PENDING_CANCEL: CANCEL_SENT    | same: CANCEL_SENT           | same: CANCEL_SENT    | same            |
      | CANCEL_REFUSED | same: CANCEL_REFUSED        | same: CANCEL_REFUSED           | same: CANCEL_REFUSED           | resting: CANCEL_REFUSED     | same: CANCEL_REFUSED | same            |
      | CANCEL_LOST    | PENDING_CANCEL: UNKNOWN     | PENDING_CANCEL: UNKNOWN        | PENDING_CANCEL: UNKNOWN        | same: UNKNOWN               | same                 | same            |
      | STILL_LIVE     | same                        | same                           | same                           | resting: RESOLVED           | same                 | same            |
      | AMENDED        | never                       | same: AMENDED                  | same: AMENDED                  | same: AMENDED               | never                | same            |
      | AMEND_REFUSED  | never                       | same: AMEND_REFUSED            | same: AMEND_REFUSED            | same: AMEND_REFUSED         | never                | same            |
      | AMEND_LOST     | never                       | same: UNKNOWN                  | same: UNKNOWN                  | same: UNKNOWN               | never                | same            |
      | NOT_AMENDED    | never                       | same: RESOLVED                 | same: RESOLVED                 | same: RESOLVED              | never                | same            |
      | END_FILLED     | never                       | FILLED: FILLED                 | FILLED: FILLED                 | FILLED: FILLED              | never                | same            |
      | END_CANCELED   | never                       | CANCELED: CANCELED             | CANCELED: CANCELED             | CANCELED: CANCELED          | never                | same            |
      | END_EXPIRED    | never                       | EXPIRED: EXPIRED               | EXPIRED: EXPIRED               | EXPIRED: EXPIRED            | never                | same            |
      | END_REJECTED   | REJECTED: REJECTED          | REJECTED: REJECTED             | never                          | REJECTED: REJECTED          | REJECTED: REJECTED   | same            |
      | DISMISSED      | DISMISSED: DISMISSED        | DISMISSED: DISMISSED           | DISMISSED: DISMISSED           | DISMISSED: DISMISSED        | DISMISSED: DISMISSED | same            |
      """;

  private static final Map<OrderStatus, Map<Input, Step>> STEPS = read();

  /** What follows; null where the table says never. */
  static @Nullable Step of(OrderStatus from, Input input) {
    return STEPS.get(from).get(input);
  }

  private static Map<OrderStatus, Map<Input, Step>> read() {
    List<String> rows = TABLE.lines().toList();
    List<String> heads = cells(rows.get(0));
    Map<OrderStatus, Map<Input, Step>> steps = new EnumMap<>(OrderStatus.class);
    for (OrderStatus from : OrderStatus.values()) {
      int column = heads.indexOf(from.isTerminal() ? "terminal" : from.name());
      Map<Input, Step> row = new EnumMap<>(Input.class);
      for (String line : rows.subList(2, rows.size())) {
        List<String> cells = cells(line);
        String cell = cells.get(column);
        if (!cell.equals("never")) {
          row.put(Input.valueOf(cells.get(0)), step(from, cell));
        }
      }
      steps.put(from, row);
    }
    return steps;
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    for (String cell : Arrays.asList(line.split("\\|", -1))) {
      cells.add(cell.strip());
    }
    return cells.subList(1, cells.size() - 1);
  }

  private static Step step(OrderStatus from, String cell) {
    String[] parts = cell.split(": ", -1);
    OrderStatus next =
        switch (parts[0]) {
          case "same" -> from;
          case "resting" -> null;
          default -> OrderStatus.valueOf(parts[0]);
        };
    return new Step(next, parts.length == 1 ? null : OrderEvent.Kind.valueOf(parts[1]));
  }
}
