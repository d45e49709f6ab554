package dev.colibri.connector.engine;

import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Has the venue do something with one order, or with several at once: each is told what became of
 * its part.
 */
final class OrderCalls {
  /** The smallest batch: one order leaves by its own request. */
  private static final int LEAST_OF_A_BATCH = 2;

  private final Context context;
  private final Calls calls;

  OrderCalls(Context context, Calls calls) {
    this.context = context;
    this.calls = calls;
  }

  /** Has something done with one order. */
  void perform(String id, Supplier<Call<OrderUpdate>> call, Consumer<Outcome<OrderUpdate>> told) {
    calls.perform(call, outcome -> told.accept(own(id, outcome)));
  }

  /** Has one thing done with several orders. */
  void perform(
      List<OrderState> batch,
      Function<List<Order>, Call<List<BatchResult>>> call,
      BiConsumer<String, Outcome<OrderUpdate>> told) {
    List<Order> some = batch.stream().map(OrderState::order).toList();
    calls.perform(
        () -> call.apply(some),
        outcome -> {
          for (int i = 0; i < batch.size(); i++) {
            String id = batch.get(i).clientId();
            told.accept(id, own(id, part(outcome, i, batch.size())));
          }
        });
  }

  /**
   * Parts of one instrument and of a bounded size, in the order of the first of each instrument.
   *
   * @param alone gets what is alone in its part
   * @param together gets every other part
   */
  static void inBatches(
      List<OrderState> all,
      int most,
      Consumer<OrderState> alone,
      Consumer<List<OrderState>> together) {
    Map<Instrument, List<OrderState>> of = new LinkedHashMap<>();
    all.forEach(s -> of.computeIfAbsent(s.instrument(), i -> new ArrayList<>()).add(s));
    for (List<OrderState> some : of.values()) {
      for (int from = 0; from < some.size(); from += most) {
        List<OrderState> batch = some.subList(from, Math.min(some.size(), from + most));
        if (batch.size() < LEAST_OF_A_BATCH) {
          batch.forEach(alone);
        } else {
          together.accept(batch);
        }
      }
    }
  }

  private static Outcome<OrderUpdate> part(Outcome<List<BatchResult>> whole, int i, int size) {
    if (!(whole instanceof Outcome.Answer<List<BatchResult>> a)) {
      return whole.withoutValue();
    }
    if (a.value().size() != size) {
      return new Outcome.Unknown<>(a.value().size() + " results for " + size + " orders");
    }
    BatchResult result = a.value().get(i);
    return result.update() != null
        ? new Outcome.Answer<>(result.update())
        : new Outcome.Refusal<>(result.fault());
  }

  /** An answer that speaks of another order says nothing about the one that was asked about. */
  private Outcome<OrderUpdate> own(String id, Outcome<OrderUpdate> outcome) {
    if (!(outcome instanceof Outcome.Answer<OrderUpdate> a)
        || a.value().clientId() == null
        || id.equals(a.value().clientId())) {
      return outcome;
    }
    String why = "an answer about " + a.value().clientId();
    context.quarantined("order " + id, new IllegalStateException(why), a.value().toString());
    return new Outcome.Unknown<>(why);
  }
}
