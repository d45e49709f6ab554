package dev.colibri.connector.engine;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.spi.NativeReplace;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Places orders in the place of others: when the venue has shown that these are gone. */
final class Replacements {
  private final Context context;
  private final OrderCalls calls;
  private final OrderEntry entry;
  private final Cancels cancels;
  private final Orders orders;
  private final Money money;

  /** By the order that must be gone first: what takes its place. */
  private final Map<String, Replacement> waiting = new LinkedHashMap<>();

  /** An order that waits for the end of another. */
  private record Replacement(Order order, Replaced told) {}

  Replacements(
      Context context,
      OrderCalls calls,
      OrderEntry entry,
      Cancels cancels,
      Orders orders,
      Money money) {
    this.context = context;
    this.calls = calls;
    this.entry = entry;
    this.cancels = cancels;
    this.orders = orders;
    this.money = money;
  }

  /**
   * Places an order when the venue has shown that another is gone.
   *
   * @param placed told the new order, or null and why there is none
   * @throws Refused when the new order breaks a rule; the old one stays as it is
   */
  void replace(String clientId, Order replacement, Replaced placed) {
    OrderState old = orders.find(clientId);
    if (old == null || old.status().isTerminal()) {
      placed.done(null, "order " + clientId + " is not live");
      return;
    }
    if (waiting.containsKey(clientId)) {
      placed.done(null, "order " + clientId + " is being replaced already");
      return;
    }
    // Before the old order is touched.
    entry.check(replacement);
    money.checkReplacement(old, replacement);
    if (context.books() instanceof NativeReplace venue
        && old.order().venueId() != null
        && old.instrument().equals(replacement.instrument())) {
      OrderState state = entry.registerIfRoom(replacement);
      if (state != null) {
        replaceAtOnce(venue, old, state);
        placed.done(state, "");
        return;
      }
    }
    placeAfter(clientId, replacement, placed);
  }

  private void replaceAtOnce(NativeReplace venue, OrderState old, OrderState state) {
    entry.sent(state.clientId());
    orders.cancelSent(old.clientId(), context.now);
    calls.perform(
        state.clientId(),
        () -> venue.replace(old.order(), state.order()),
        outcome -> {
          entry.placed(state.clientId(), outcome);
          // Whatever came back speaks of the new order; the old one is asked about.
          orders.cancelUnknown(old.clientId(), context.now);
        });
  }

  private void placeAfter(String clientId, Order replacement, Replaced placed) {
    Replacement next = new Replacement(replacement, placed);
    waiting.put(clientId, next);
    // What it takes to cancel on a bad day; an order placed later is not what its strategy meant.
    Duration patience = context.settings.requestTimeout().plus(context.settings.patience());
    context.timers.set(
        context.now + patience.toNanos(),
        () -> {
          if (waiting.remove(clientId, next)) {
            placed.done(null, "the old order is not gone after " + patience);
          }
        });
    cancels.cancel(clientId);
  }

  /** An order has moved on: it may be gone, or be there to stay. */
  void noticed(OrderEvent event) {
    if (event.isTerminal() || event.kind() == OrderEvent.Kind.CANCEL_REFUSED) {
      over(event.state());
    }
  }

  private void over(OrderState old) {
    Replacement next = waiting.remove(old.clientId());
    if (next == null) {
      return;
    }
    if (old.status() != OrderStatus.CANCELED) {
      next.told().done(null, "the old order is " + old.status());
      return;
    }
    try {
      next.told().done(entry.place(next.order()), "");
    } catch (Refused e) {
      next.told().done(null, String.valueOf(e.getMessage()));
    }
  }

  /** Whoever waits is told that it is over. */
  void close() {
    List<Replacement> told = List.copyOf(waiting.values());
    waiting.clear();
    told.forEach(r -> r.told().done(null, Context.CLOSED));
  }
}
