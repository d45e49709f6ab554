package dev.colibri.connector.engine;

import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is asked before something is handed to the wallet's line, and what goes on after it. */
final class WalletPlans {
  /** What is thought of as used by whatever was not reckoned: little more than an approval. */
  private static final long GAS = 100_000;

  private final Context context;
  private final Calls calls;
  private final Transactions transactions;
  private final GuardCheck guard;
  private final ClientIds ids;
  private final Supplier<@Nullable String> refusal;
  private final Duration pause;
  private final Sink sink;

  /** What was asked for and has no transaction yet, by id. */
  private final Map<String, TransactionState> planning = new LinkedHashMap<>();

  /** Told what becomes of plans. */
  interface Sink {
    /** It begins. */
    void begun(TransactionState state);

    /** It is over, and nothing was signed. */
    void ended(TransactionState state);
  }

  /**
   * No plans.
   *
   * @param refusal why nothing is taken now; null where it is
   * @param pause until what waits for something on its way is planned again
   */
  WalletPlans(
      Context context,
      Calls calls,
      Transactions transactions,
      GuardCheck guard,
      ClientIds ids,
      Supplier<@Nullable String> refusal,
      Duration pause,
      Sink sink) {
    this.context = context;
    this.calls = calls;
    this.transactions = transactions;
    this.guard = guard;
    this.ids = ids;
    this.refusal = refusal;
    this.pause = pause;
    this.sink = sink;
  }

  /** Whether it was asked for, and has no transaction yet. */
  boolean isPlanned(String id) {
    return planning.containsKey(id);
  }

  /** Everything that has no transaction yet comes to nothing. */
  void refuseAll(String why) {
    List.copyOf(planning.keySet()).forEach(id -> unplanned(id, why));
  }

  private void requireTransacting(String what) {
    String none = refusal.get();
    if (none == null && guard.isHalted()) {
      none = GuardCheck.HALTED;
    }
    if (none != null) {
      throw new Refused(Rule.NOT_READY, what, null, none);
    }
  }

  /**
   * Does something on the chain, once.
   *
   * @param what for people
   * @param plan what is asked first, and what is sent then
   * @return as it stands now, under an id of its own
   * @throws Refused when nothing is taken now
   */
  TransactionState transact(String what, Supplier<? extends Call<? extends Plan<?>>> plan) {
    requireTransacting(what);
    String id = ids.next();
    plan(id, what, "", GAS, plan, () -> {});
    return transaction(id);
  }

  /** Lets a spender take so much of a token, and no more. */
  TransactionState allow(Plan.Allowance allowance) {
    String what = "let " + allowance.spender() + " take " + allowance.amount();
    requireTransacting(what);
    String id = ids.next();
    TransactionState t;
    try {
      t = transactions.allow(id, allowance);
    } catch (RuntimeException e) {
      String why = "no approval could be written: " + e.getMessage();
      throw new Refused(Rule.NOT_READY, what, null, context.redactor.show(why));
    }
    if (t.status().isTerminal()) {
      sink.ended(t);
    } else {
      sink.begun(t);
    }
    return t;
  }

  private void begin(String id, String what, @Nullable String problem) {
    TransactionState before = planning.get(id);
    if (before != null && Objects.equals(before.problem(), problem)) {
      return;
    }
    TransactionState state =
        new TransactionState(
            id,
            what,
            TransactionStatus.WAITING,
            -1,
            List.of(),
            null,
            null,
            0,
            null,
            problem,
            before == null ? context.now : before.createdNanos());
    planning.put(id, state);
    sink.begun(state);
  }

  /**
   * Plans something and has it done.
   *
   * @param gas how much it may use, as far as that is known before the chain is asked
   * @param submitted run when it is about to be handed on
   */
  void plan(
      String id,
      String what,
      String note,
      long gas,
      Supplier<? extends Call<? extends Plan<?>>> plan,
      Runnable submitted) {
    begin(id, what, null);
    ask(id, what, note, gas, plan, submitted);
  }

  private void ask(
      String id,
      String what,
      String note,
      long gas,
      Supplier<? extends Call<? extends Plan<?>>> plan,
      Runnable submitted) {
    if (!planning.containsKey(id)) {
      return; // Canceled meanwhile.
    }
    calls.perform(
        () -> plan.get().<Plan<?>>map(p -> p),
        outcome -> {
          if (!planning.containsKey(id)) {
            return; // Canceled meanwhile.
          }
          if (outcome instanceof Outcome.Answer<Plan<?>> a) {
            if (guard.isHalted()) {
              unplanned(id, GuardCheck.HALTED);
            } else {
              submitted.run();
              submit(id, note, a.value(), gas);
            }
          } else if (outcome instanceof Outcome.Refusal<Plan<?>> r
              && r.fault().kind() == Fault.Kind.NONCE_STALE) {
            // Something on its way has what it would be signed with.
            begin(id, what, context.redactor.show(r.fault().raw()));
            context.timers.set(
                context.now + pause.toNanos(), () -> ask(id, what, note, gas, plan, submitted));
          } else {
            unplanned(id, context.redactor.show(outcome.describe()));
          }
        });
  }

  private void submit(String id, String note, Plan<?> plan, long gas) {
    planning.remove(id);
    TransactionState t = transactions.submit(id, note, plan, gas);
    if (t.status().isTerminal()) {
      sink.ended(t);
    }
  }

  /** What was asked for comes to nothing: nothing was signed. */
  void unplanned(String id, String why) {
    TransactionState was = planning.remove(id);
    if (was == null) {
      return;
    }
    TransactionState state =
        new TransactionState(
            id,
            was.what(),
            TransactionStatus.REFUSED,
            -1,
            List.of(),
            null,
            null,
            0,
            null,
            context.redactor.show(why),
            was.createdNanos());
    sink.ended(state);
  }

  /** A transaction of the wallet; null when it is not known, or not any more. */
  @Nullable TransactionState transaction(String id) {
    TransactionState t = planning.get(id);
    return t != null ? t : transactions.find(id);
  }

  /** Every transaction that is not over, oldest first. */
  List<TransactionState> liveTransactions() {
    List<TransactionState> all = new ArrayList<>(transactions.live());
    all.addAll(planning.values());
    return all;
  }
}
