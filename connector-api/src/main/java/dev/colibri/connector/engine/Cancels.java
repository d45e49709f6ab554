package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.OrderEvent;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.NativeBatchCancel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cancels orders. What was asked to be canceled stays so until it ends or the venue refuses: its
 * cancel leaves when the venue shows that it has the order, and again where one was lost.
 */
final class Cancels {
  private final Context context;
  private final OrderCalls calls;
  private final Orders orders;

  /** Orders to be canceled as soon as the venue shows that it has them. */
  private final Set<String> wanted = new LinkedHashSet<>();

  Cancels(Context context, OrderCalls calls, Orders orders) {
    this.context = context;
    this.calls = calls;
    this.orders = orders;
  }

  /**
   * Cancels an order of ours, or one of somebody else's that the user names.
   *
   * @throws IllegalArgumentException when no such order is known
   */
  void cancel(String clientId) {
    OrderState state = orders.find(clientId);
    if (state == null) {
      throw new IllegalArgumentException("no order " + clientId + " is known");
    }
    if (state.status().isTerminal()) {
      return;
    }
    // A cancel that overtakes its order is told "not found", and the order would live on.
    want(clientId);
    if (isDue(state)) {
      send(state);
    }
  }

  /**
   * Cancels every live order of ours, of one instrument or of all, in few requests where the venue
   * takes several in one; returns how many.
   */
  int cancelAll(@Nullable Instrument instrument) {
    List<OrderState> all =
        orders.live().stream()
            .filter(s -> instrument == null || s.instrument().equals(instrument))
            .toList();
    if (!(context.books() instanceof NativeBatchCancel venue)) {
      all.forEach(s -> cancel(s.clientId()));
      return all.size();
    }
    all.forEach(s -> want(s.clientId()));
    OrderCalls.inBatches(
        all.stream().filter(this::isDue).toList(),
        venue.mostCanceled(),
        this::send,
        batch -> {
          batch.forEach(s -> orders.cancelSent(s.clientId(), context.now));
          calls.perform(batch, venue::cancelEach, this::canceledInBatch);
        });
    return all.size();
  }

  /**
   * Takes on that an order of an earlier process was to be canceled, as if it had been asked now.
   */
  void restore(String clientId) {
    wanted.add(clientId);
  }

  private void want(String clientId) {
    wanted.add(clientId);
    orders.cancelAsked(clientId, true);
  }

  /** Whether an order is to be canceled. */
  boolean isWanted(String clientId) {
    return wanted.contains(clientId);
  }

  /** Whether a cancel may leave now: the venue may have the order, and no cancel is on its way. */
  private boolean isDue(OrderState state) {
    return state.status() != OrderStatus.PENDING_NEW && !orders.isCancelPending(state.clientId());
  }

  /** Sends a cancel, wanted or not. */
  void send(OrderState state) {
    orders.cancelSent(state.clientId(), context.now);
    perform(state);
  }

  private void perform(OrderState state) {
    String id = state.clientId();
    calls.perform(
        id, () -> context.books().cancel(state.order()), outcome -> canceled(id, outcome));
  }

  private void canceled(String id, Outcome<OrderUpdate> outcome) {
    if (outcome instanceof Outcome.Answer<OrderUpdate> a) {
      orders.cancelAnswered(id, a.value(), context.now);
    } else if (outcome instanceof Outcome.Refusal<OrderUpdate> r) {
      orders.cancelRefused(id, r.fault(), context.now);
    } else if (outcome instanceof Outcome.NotSent<OrderUpdate> n && context.closed) {
      orders.cancelRefused(id, Fault.of(Fault.Kind.REJECTED, n.why()), context.now);
    } else {
      // Not sent is no refusal either: where the order lives, its cancel leaves again.
      orders.cancelUnknown(id, context.now);
    }
  }

  /** What the venue puts off goes on alone, as a cancel that was put off whole would. */
  private void canceledInBatch(String id, Outcome<OrderUpdate> outcome) {
    OrderState state = orders.find(id);
    if (state != null
        && !state.status().isTerminal()
        && outcome instanceof Outcome.Refusal<OrderUpdate> r
        && r.fault().kind().isPassing()
        && r.fault().kind() != Fault.Kind.OUTCOME_UNKNOWN) {
      perform(state);
    } else {
      canceled(id, outcome);
    }
  }

  /** An order has moved on: its cancel may be due, or over. */
  void noticed(OrderEvent event) {
    String id = event.state().clientId();
    if (event.isTerminal()) {
      wanted.remove(id);
    } else if (wanted.contains(id) && showsWhatToCancel(event)) {
      // As it stands now: a cancel may have left between the event and its telling.
      OrderState now = orders.find(id);
      if (now != null && !isBeingCanceled(now, event.kind())) {
        send(now);
      }
    } else if (event.kind() == OrderEvent.Kind.CANCEL_REFUSED) {
      wanted.remove(id);
      orders.cancelAsked(id, false);
    }
  }

  private boolean isBeingCanceled(OrderState order, OrderEvent.Kind after) {
    return order.status() == OrderStatus.PENDING_CANCEL
        && (after == OrderEvent.Kind.ACCEPTED || orders.isCancelPending(order.clientId()));
  }

  /**
   * Whether a cancel that was asked for should leave now: the venue has the order, or may have it,
   * or has it still although a cancel was sent.
   */
  private static boolean showsWhatToCancel(OrderEvent event) {
    return switch (event.kind()) {
      case ACCEPTED, RESOLVED -> true;
      case UNKNOWN -> event.state().status() == OrderStatus.UNKNOWN;
      default -> false;
    };
  }
}
