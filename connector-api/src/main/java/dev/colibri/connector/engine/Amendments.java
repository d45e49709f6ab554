package dev.colibri.connector.engine;

import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.NativeAmend;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Changes orders in place, where the venue can. */
final class Amendments {
  private final Context context;
  private final OrderCalls calls;
  private final OrderEntry entry;
  private final Cancels cancels;
  private final Orders orders;
  private final Money money;

  /** By the order that is being changed: who is told what became of it. */
  private final Map<String, Replaced> waiting = new LinkedHashMap<>();

  Amendments(
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
   * Changes the price or the size of an order in place.
   *
   * @param changed the order with another price, another size, or both
   * @param told the order as changed, or null and why it is not
   * @throws IllegalArgumentException when anything else differs, or the order has no price
   * @throws Refused when the order as changed breaks a rule; it stays as it is
   */
  void amend(NativeAmend venue, String clientId, Order changed, Replaced told) {
    OrderState state = orders.find(clientId);
    if (state == null || state.status().isTerminal()) {
      told.done(null, "order " + clientId + " is not live");
      return;
    }
    Order order = state.order();
    BigDecimal price = changed.price();
    BigDecimal size = changed.size();
    if (price == null || size == null || !isSameBut(order, changed)) {
      throw new IllegalArgumentException(
          "an amendment changes the price and size of a limit order, and nothing else; "
              + order
              + " cannot become "
              + changed);
    }
    String why = whyNot(state);
    if (why != null) {
      told.done(null, "order " + clientId + " " + why);
      return;
    }
    if (price.compareTo(order.price()) == 0 && size.compareTo(order.size()) == 0) {
      told.done(state, "");
      return;
    }
    Order wanted = order.limit(price).size(size);
    check(state, wanted);
    money.placed();
    waiting.put(clientId, told);
    int amendment = orders.amendSent(clientId, wanted, context.now);
    calls.perform(
        clientId,
        () -> venue.amend(order, wanted),
        outcome -> amended(clientId, amendment, outcome));
  }

  private static boolean isSameBut(Order a, Order b) {
    return a.price() != null
        && a.size() != null
        && a.instrument().equals(b.instrument())
        && a.side() == b.side()
        && a.type() == b.type()
        && a.timeInForce() == b.timeInForce()
        && a.isReduceOnly() == b.isReduceOnly()
        && Objects.equals(a.trigger(), b.trigger())
        && b.quoteAmount() == null
        && (b.clientId() == null || b.clientId().equals(a.clientId()))
        && (b.params().isEmpty() || b.params().equals(a.params()));
  }

  private @Nullable String whyNot(OrderState order) {
    String id = order.clientId();
    if (orders.isAmending(id)) {
      return "is being changed already";
    }
    if (cancels.isWanted(id)) {
      return "is being canceled";
    }
    return order.status().isResting() ? null : "is " + order.status();
  }

  private void check(OrderState state, Order wanted) {
    entry.checkLawful(wanted);
    BigDecimal filled = state.filled();
    if (wanted.size().compareTo(filled) <= 0) {
      throw new Refused(
          Rule.MIN_SIZE,
          wanted.size().toPlainString(),
          wanted.instrument().rules().roundSize(filled).add(wanted.instrument().rules().lotSize()),
          "%s has filled, and the size includes that; cancel it instead"
              .formatted(filled.toPlainString()));
    }
    money.checkAmended(state, wanted);
  }

  private void amended(String id, int amendment, Outcome<OrderUpdate> outcome) {
    if (outcome instanceof Outcome.Answer<OrderUpdate> a) {
      orders.amendAnswered(id, amendment, a.value(), context.now);
    } else if (outcome instanceof Outcome.Refusal<OrderUpdate> r) {
      orders.amendRefused(id, amendment, r.fault(), context.now);
    } else if (outcome instanceof Outcome.NotSent<OrderUpdate> n) {
      orders.amendRefused(id, amendment, Fault.of(Fault.Kind.REJECTED, n.why()), context.now);
    } else {
      orders.amendUnknown(id, amendment, context.now);
    }
    if (!orders.isAmending(id) && !(outcome instanceof Outcome.Answer)) {
      // After the event that says so.
      String why = context.redactor.show(outcome.describe());
      context.later(() -> over(id, null, why));
    }
  }

  private void over(String id, @Nullable OrderState as, String why) {
    Replaced told = waiting.remove(id);
    if (told != null) {
      told.done(as, why);
    }
  }

  /** Tells who waits for an amendment, if an event says what became of it. */
  void noticed(OrderEvent event) {
    String id = event.state().clientId();
    if (event.kind() == OrderEvent.Kind.AMENDED) {
      over(id, event.state(), "");
    } else if (event.isTerminal()) {
      over(id, null, "the order is " + event.state().status());
    } else if (event.kind() == OrderEvent.Kind.RESOLVED && !orders.isAmending(id)) {
      over(id, null, "the venue did not change it");
    }
  }

  /** Whoever waits is told that it is over. */
  void close() {
    List<Replaced> told = List.copyOf(waiting.values());
    waiting.clear();
    told.forEach(r -> r.done(null, Context.CLOSED));
  }
}
