package dev.colibri.connector.engine;

import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Rule;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.TransactionDraft;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is asked before something is handed to the wallet's line, and what goes on after it. */
final class WalletPlans {
  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Transactions transactions;
  private final GuardCheck guard;
  private final ClientIds ids;
  private final Supplier<@Nullable String> refusal;
  private final Sink sink;

  /** What was asked for and has no transaction yet, by id. */
  private final Map<String, TransactionState> planning = new LinkedHashMap<>();

  /** What goes on when a transaction is over, by its id. */
  private final Map<String, Consumer<TransactionState>> afterwards = new LinkedHashMap<>();

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
   */
  WalletPlans(
      Context context,
      Calls calls,
      ChainDialect chain,
      Transactions transactions,
      GuardCheck guard,
      ClientIds ids,
      Supplier<@Nullable String> refusal,
      Sink sink) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.transactions = transactions;
    this.guard = guard;
    this.ids = ids;
    this.refusal = refusal;
    this.sink = sink;
  }

  /** A transaction is over: what waits for it goes on. */
  void ended(TransactionState t) {
    Consumer<TransactionState> after = afterwards.remove(t.id());
    if (after != null) {
      context.later(() -> after.accept(t));
    }
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
    plan(id, what, "", plan, () -> {});
    return transaction(id);
  }

  /** Lets a spender take so much of a token, and no more. */
  TransactionState allow(Plan.Allowance allowance) {
    String what = "let " + allowance.spender() + " take " + allowance.amount();
    requireTransacting(what);
    String id = ids.next();
    begin(id, what);
    calls.perform(
        () ->
            chain
                .allowance(allowance.amount().token(), allowance.spender())
                .map(before -> chain.allow(allowance, before, false)),
        outcome -> {
          if (!planning.containsKey(id)) {
            return;
          }
          if (outcome instanceof Outcome.Answer<List<TransactionDraft>> a && !a.value().isEmpty()) {
            one(id, a.value(), 0);
          } else {
            unplanned(id, context.redactor.show(outcome.describe()));
          }
        });
    return transaction(id);
  }

  /** One draft after the other: the last has the id. */
  private void one(String id, List<TransactionDraft> drafts, int at) {
    Plan<Boolean> plan = new Plan<>(drafts.get(at), List.of(), receipt -> true);
    if (at == drafts.size() - 1) {
      submit(id, "", plan);
      return;
    }
    String before = ids.next();
    afterwards.put(
        before,
        t -> {
          if (!planning.containsKey(id)) {
            return;
          }
          if (t.status() == TransactionStatus.CONFIRMED) {
            one(id, drafts, at + 1);
          } else {
            unplanned(id, drafts.get(at) + ", which it needs, is " + t.status());
          }
        });
    sink.begun(transactions.submit(before, "", plan));
  }

  private void begin(String id, String what) {
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
            null,
            context.now);
    planning.put(id, state);
    sink.begun(state);
  }

  void plan(
      String id,
      String what,
      String note,
      Supplier<? extends Call<? extends Plan<?>>> plan,
      Runnable submitted) {
    begin(id, what);
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
              submit(id, note, a.value());
            }
          } else {
            unplanned(id, context.redactor.show(outcome.describe()));
          }
        });
  }

  private void submit(String id, String note, Plan<?> plan) {
    planning.remove(id);
    TransactionState t = transactions.submit(id, note, plan);
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
