package dev.colibri.connector.engine;

import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.Fault;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks the venue what {@link Questions} want to know about orders, when it is due. */
final class OrderQueries {
  /** How many orders are asked about at once; the others follow when these were. */
  private static final int AT_ONCE = 20;

  private final Context context;
  private final Calls calls;
  private final Orders orders;
  private final Cancels cancels;
  private final FillHistory fills;

  /** Orders whose status is being asked. */
  private final Set<String> asking = new LinkedHashSet<>();

  private long nextAt = Long.MAX_VALUE;
  private Timers.@Nullable Timer next;

  OrderQueries(Context context, Calls calls, Orders orders, Cancels cancels, FillHistory fills) {
    this.context = context;
    this.calls = calls;
    this.orders = orders;
    this.cancels = cancels;
    this.fills = fills;
  }

  /** Asks what is due; called at the end of every verb. */
  void askDue() {
    if (context.closed) {
      return;
    }
    long at = orders.nextQuestion();
    if (at <= context.now) {
      for (Questions.Question q : orders.questions(context.now, AT_ONCE)) {
        ask(q);
      }
      at = orders.nextQuestion();
    }
    if (at != nextAt) {
      if (next != null) {
        next.cancel();
      }
      nextAt = at;
      next = at == Long.MAX_VALUE ? null : context.timers.set(at, () -> {});
    }
  }

  private void ask(Questions.Question q) {
    switch (q.ask()) {
      case STATUS -> askStatus(q.order());
      case FILLS -> fills.ask(q.order());
      case CANCEL -> cancels.send(q.order());
    }
  }

  private void askStatus(OrderState state) {
    String id = state.clientId();
    if (!asking.add(id)) {
      return;
    }
    long askedAt = context.now;
    calls.perform(
        () -> context.books().status(state.order()),
        outcome -> {
          asking.remove(id);
          if (outcome instanceof Outcome.Answer<OrderUpdate> a) {
            orders.update(a.value(), askedAt, context.now);
          } else if (outcome instanceof Outcome.Refusal<OrderUpdate> r
              && r.fault().kind() == Fault.Kind.ORDER_NOT_FOUND) {
            orders.absent(id, askedAt, context.now);
          } else {
            // Says nothing about the order.
            context.faulted("status of " + id, outcome);
          }
        });
  }

  /** Asks no more. */
  void close() {
    if (next != null) {
      next.cancel();
    }
  }
}
