package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.AmmVenue.Allow;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Sees to it that contracts may take what transactions need them to. What is allowed is set, not
 * added to, so that all who need the same contract to take the same token stand in one line: each
 * counts on what is left after those before it, and one approval is made for all that wait. What
 * the user wants allowed is set in the same line.
 */
final class Allowances {
  /** How deep what used an allowance must be for every node to count it. */
  private static final int SEEN_BY_ALL = 4;

  /** What this asks of the lane. */
  interface Lane {
    /** Sends an approval, after what it must wait for. */
    TrackedTransaction approve(
        TrackedTransaction user,
        TransactionDraft draft,
        Plan.Allowance sets,
        List<TrackedTransaction> after);

    void refuse(TrackedTransaction t, String why);

    void prepare(TrackedTransaction t);
  }

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Allow policy;
  private final Heads heads;
  private final KnownTransactions known;
  private final Lane lane;
  private final Map<String, Line> lines = new LinkedHashMap<>();

  Allowances(
      Context context,
      Calls calls,
      ChainDialect chain,
      Allow policy,
      Heads heads,
      KnownTransactions known,
      Lane lane) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.policy = policy;
    this.heads = heads;
    this.known = known;
    this.lane = lane;
  }

  /** Those who need one contract to take one token. */
  private static final class Line {
    final Plan.Allowance first;
    final Set<TrackedTransaction> waiting = new LinkedHashSet<>();

    /** Those whose need is met, by what was allowed or is being. */
    final Set<TrackedTransaction> met = new LinkedHashSet<>();

    /** Changes that the user wants, each in its turn before anybody who waits. */
    final Set<TrackedTransaction> changes = new LinkedHashSet<>();

    /** The last approval made. */
    List<TrackedTransaction> approvals = List.of();

    boolean asking;
    int failures;

    Line(Plan.Allowance first) {
      this.first = first;
    }

    boolean isApproving() {
      return approvals.stream().anyMatch(t -> !t.isOver() && !t.isIn());
    }
  }

  private static String key(Plan.Allowance a) {
    return a.amount().token().address() + " " + a.spender();
  }

  /** Counts what another process had met. */
  void restore(TrackedTransaction t) {
    t.allowances.forEach(a -> line(a).met.add(t));
    if (t.sets != null) {
      Line line = line(t.sets);
      line.approvals = new ArrayList<>(line.approvals);
      line.approvals.add(t);
    }
  }

  private Line line(Plan.Allowance a) {
    return lines.computeIfAbsent(key(a), k -> new Line(a));
  }

  /** Whether everything it needs is met; otherwise it is prepared again when there is more. */
  boolean granted(TrackedTransaction t) {
    if (!t.granted && t.sets != null) {
      Line line = line(t.sets);
      line.changes.add(t);
      ask(line);
    } else if (!t.granted) {
      boolean all = true;
      for (Plan.Allowance a : t.allowances) {
        Line line = line(a);
        if (!line.met.contains(t)) {
          all = false;
          line.waiting.add(t);
          ask(line);
        }
      }
      t.granted = all && !t.isOver();
    }
    return t.granted;
  }

  /** What is over needs nothing. */
  void ended(TrackedTransaction t) {
    if (t.sets != null) {
      line(t.sets).changes.remove(t);
    }
    for (Plan.Allowance a : t.allowances) {
      Line line = line(a);
      line.waiting.remove(t);
      if (!t.hasSucceeded()) {
        line.met.remove(t);
      }
    }
  }

  private void ask(Line line) {
    if (line.asking || line.isApproving()) {
      return;
    }
    line.asking = true;
    calls.perform(
        () -> chain.allowance(line.first.amount().token(), line.first.spender()),
        outcome -> {
          if (outcome instanceof Outcome.Answer<BigInteger> a) {
            line.asking = false;
            line.failures = 0;
            told(line, a.value());
          } else {
            context.faulted("allowance", outcome);
            for (Set<TrackedTransaction> all : List.of(line.waiting, line.changes)) {
              all.forEach(t -> known.hold(t, "allowance: " + outcome.describe()));
            }
            context.timers.set(
                context.now + context.backoff(line.failures++),
                () -> {
                  line.asking = false;
                  if (!line.waiting.isEmpty() || !line.changes.isEmpty()) {
                    ask(line);
                  }
                });
          }
        });
  }

  private BigInteger need(TrackedTransaction t, Line line) {
    BigInteger need = BigInteger.ZERO;
    for (Plan.Allowance a : t.allowances) {
      if (key(a).equals(key(line.first))) {
        need = need.add(a.amount().raw());
      }
    }
    return need;
  }

  private boolean isSettled(TrackedTransaction t) {
    Block in = t.block;
    Block tip = heads.tip();
    return t.isOver() && !t.hasSucceeded()
        || in != null && tip != null && tip.number() - in.number() >= SEEN_BY_ALL;
  }

  private void told(Line line, BigInteger now) {
    if (!line.changes.isEmpty()) {
      change(line, line.changes.iterator().next(), now);
      return;
    }
    List<TrackedTransaction> waiting = new ArrayList<>(line.waiting);
    waiting.removeIf(TrackedTransaction::isOver);
    line.waiting.clear();
    line.met.removeIf(this::isSettled);
    // What is deep enough was taken from what a node tells; what is not may be taken yet.
    BigInteger reserved = BigInteger.ZERO;
    BigInteger unsigned = BigInteger.ZERO;
    for (TrackedTransaction t : line.met) {
      reserved = reserved.add(need(t, line));
      unsigned = t.isSigned() ? unsigned : unsigned.add(need(t, line));
    }
    List<TrackedTransaction> poor = new ArrayList<>();
    List<TrackedTransaction> ready = new ArrayList<>();
    for (TrackedTransaction t : waiting) {
      BigInteger with = reserved.add(need(t, line));
      if (with.compareTo(now) <= 0) {
        reserved = with;
        line.met.add(t);
        ready.add(t);
        unsigned = unsigned.add(need(t, line));
      } else {
        poor.add(t);
      }
    }
    if (!poor.isEmpty() && policy == Allow.NEVER) {
      TokenAmount may = new TokenAmount(line.first.amount().token(), now);
      poor.forEach(
          t ->
              lane.refuse(
                  t,
                  line.first.spender()
                      + " may take "
                      + may
                      + ", and it needs "
                      + new TokenAmount(may.token(), need(t, line))));
    } else if (!poor.isEmpty()) {
      for (TrackedTransaction t : poor) {
        unsigned = unsigned.add(need(t, line));
      }
      approve(line, poor, unsigned, now);
    }
    Consumer<TrackedTransaction> on = t -> context.later(() -> lane.prepare(t));
    ready.forEach(on);
    poor.forEach(on);
  }

  /** What the user wants allowed; whoever counted on another amount is looked at again after it. */
  private void change(Line line, TrackedTransaction change, BigInteger now) {
    line.changes.remove(change);
    Plan.Allowance sets = Objects.requireNonNull(change.sets);
    List<TransactionDraft> drafts;
    try {
      drafts = chain.allow(sets, now, false);
    } catch (RuntimeException e) {
      lane.refuse(change, "no approval could be written: " + e.getMessage());
      return;
    }
    List<TrackedTransaction> approvals = new ArrayList<>();
    for (TransactionDraft first : drafts.subList(0, drafts.size() - 1)) {
      approvals.add(lane.approve(change, first, sets, List.copyOf(approvals)));
    }
    change.after.addAll(approvals);
    change.granted = true;
    approvals.add(change);
    line.approvals = approvals;
    for (TrackedTransaction t : List.copyOf(line.met)) {
      if (!t.isSigned()) {
        line.met.remove(t);
        t.granted = false;
      }
    }
    context.later(() -> lane.prepare(change));
  }

  private void approve(
      Line line, List<TrackedTransaction> users, BigInteger amount, BigInteger now) {
    Plan.Allowance all =
        new Plan.Allowance(
            new TokenAmount(line.first.amount().token(), amount), line.first.spender());
    List<TransactionDraft> drafts;
    try {
      drafts = chain.allow(all, now, policy == Allow.UNLIMITED);
    } catch (RuntimeException e) {
      users.forEach(t -> lane.refuse(t, "no approval could be written: " + e.getMessage()));
      return;
    }
    List<TrackedTransaction> approvals = new ArrayList<>();
    for (TransactionDraft d : drafts) {
      approvals.add(lane.approve(users.get(0), d, all, List.copyOf(approvals)));
    }
    line.approvals = approvals;
    line.met.addAll(users);
    // Those who counted on what was allowed before must not find it reset.
    line.met.stream().filter(t -> !t.isSigned()).forEach(t -> t.after.addAll(approvals));
  }
}
