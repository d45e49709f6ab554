package dev.colibri.connector.engine;

import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;

/**
 * Brings what is to be done to where it is signed: its allowances, its nonce, the price and the
 * amount of gas, and that it can be paid.
 */
final class Preparation implements Allowances.Lane {
  /** For how long an answer is used before anything is signed by it. */
  static final long FRESH_NANOS = Duration.ofSeconds(10).toNanos();

  /** More than nodes take of one wallet. */
  private static final int MOST_IN_FLIGHT = 64;

  /** For how long answers are waited for that are to be used together, however old some get. */
  private static final long ROUND_NANOS = Duration.ofSeconds(30).toNanos();

  /** At how many looks something must be refused, while the chain may yet change to its favour. */
  private static final int REFUSALS = 3;

  /** How often what was not signed is asked about. */
  private static final int ATTEMPTS = 20;

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Heads heads;
  private final KnownTransactions known;
  private final Nonces nonces;
  private final Funds funds;
  private final GasPrices prices;
  private final Broadcasts broadcasts;
  private final Allowances allowances;

  Preparation(
      Context context,
      Calls calls,
      ChainDialect chain,
      AmmVenue.Allow policy,
      Heads heads,
      KnownTransactions known,
      Nonces nonces,
      Funds funds,
      GasPrices prices,
      Broadcasts broadcasts) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.heads = heads;
    this.known = known;
    this.nonces = nonces;
    this.funds = funds;
    this.prices = prices;
    this.broadcasts = broadcasts;
    this.allowances = new Allowances(context, calls, chain, policy, heads, known, this);
  }

  /** Counts what another process had signed. */
  void restore(TrackedTransaction t) {
    allowances.restore(t);
  }

  /** What is over needs nothing. */
  void ended(TrackedTransaction t) {
    allowances.ended(t);
  }

  @Override
  public TrackedTransaction approve(
      TrackedTransaction user,
      TransactionDraft draft,
      Plan.Allowance sets,
      List<TrackedTransaction> after) {
    TrackedTransaction t = known.register(known.idFor(user.id), "", draft, List.of());
    t.sets = sets;
    t.after.addAll(after);
    known.tell(t);
    context.later(() -> prepare(t));
    return t;
  }

  /** Brings everything nearer to being signed. */
  void prepareAll() {
    for (TrackedTransaction t : List.copyOf(known.live())) {
      prepare(t);
    }
  }

  /**
   * Brings it one step nearer to being signed. To be called whenever that may have got possible.
   */
  @Override
  public void prepare(TrackedTransaction t) {
    if (context.closed || !known.isBegun() || t.isOver() || t.isSigned()) {
      return;
    }
    if (t.isLate(context.now)) {
      refuse(t, "its deadline passed before it was signed");
      return;
    }
    if (t.asking) {
      return;
    }
    for (TrackedTransaction first : t.after) {
      if (first.isOver() && first.end != TransactionStatus.CONFIRMED) {
        t.fault = first.fault;
        refuse(t, first.draft + ", which it needs, is " + first.end + ": " + first.problem);
        return;
      }
      if (!first.hasSucceeded() && !first.isOver()) {
        known.hold(t, "it waits for this: " + first.draft);
        return;
      }
    }
    if (!allowances.granted(t)) {
      return;
    }
    if (heads.tip() == null) {
      known.hold(t, "no block is known");
      return;
    }
    if (t.nonce < 0 && known.inFlight() >= MOST_IN_FLIGHT) {
      known.hold(t, MOST_IN_FLIGHT + " transactions wait to be mined");
      return;
    }
    askAndSign(t);
  }

  /**
   * Asks for everything at once that it is signed by, and signs it when all of that is there. What
   * was asked for together is used together: where nodes are slow, some of it would always be too
   * old otherwise.
   */
  private void askAndSign(TrackedTransaction t) {
    if (context.now - t.roundNanos > ROUND_NANOS) {
      t.roundNanos = context.now;
    }
    long since = Math.min(context.now - FRESH_NANOS, t.roundNanos);
    boolean counted = nonces.isKnown(since);
    if (!counted) {
      nonces.learn();
      String doubt = nonces.doubt();
      if (doubt != null) {
        holdRound(t, doubt);
        return;
      }
    }
    boolean held = funds.isFresh(since);
    funds.refresh(since);
    GasPrice now = prices.since(since);
    String tooMuch = now == null ? null : prices.tooMuch(now);
    if (tooMuch != null) {
      holdRound(t, "gas costs " + tooMuch);
      return;
    }
    boolean estimated = t.draft.gasLimit() > 0 || t.gasNanos >= since;
    if (!estimated && t.refusedAt != heads.looks()) {
      estimate(t);
    } else if (estimated && counted && now != null && held) {
      t.roundNanos = TrackedTransaction.NO_ROUND;
      long gas = t.draft.gasLimit() == 0 ? t.gas : t.draft.gasLimit();
      if (canPay(t, gas, now)) {
        sign(t, gas, now);
      }
    }
  }

  /** What it waits for now is no answer: all is asked for anew after it. */
  private void holdRound(TrackedTransaction t, String why) {
    t.roundNanos = TrackedTransaction.NO_ROUND;
    known.hold(t, why);
  }

  /** Where nothing on its way may change that it cannot be paid, it is refused. */
  private boolean canPay(TrackedTransaction t, long gas, GasPrice now) {
    String missing = funds.missing(t, gas, now, t.draft.value(), costAfter(t, gas, now));
    if (missing == null) {
      return true;
    }
    if (t.nonce < 0 && funds.isLatest() && funds.reserved(t).signum() == 0) {
      t.fault = Fault.of(Fault.Kind.INSUFFICIENT_FUNDS, missing);
      refuse(t, missing);
    } else {
      known.hold(t, missing);
    }
    return false;
  }

  /**
   * What must be there for something to be done after an approval, or it would be paid for nothing:
   * for the other approvals of the same leave, and for the cheapest of those that need it.
   */
  private BigInteger costAfter(TrackedTransaction approval, long gas, GasPrice now) {
    BigInteger approvals = BigInteger.ZERO;
    BigInteger least = null;
    for (TrackedTransaction t : known.live()) {
      if (t.isSigned() || !t.after.contains(approval)) {
        continue;
      }
      boolean approves = t.sets != null;
      BigInteger cost = Funds.cost(approves ? gas : t.gas, now, t.draft.value());
      cost = cost.add(approval.dataFee);
      if (approves) {
        approvals = approvals.add(cost);
      } else {
        least = least == null ? cost : least.min(cost);
      }
    }
    return least == null ? approvals : approvals.add(least);
  }

  @Override
  public void refuse(TrackedTransaction t, String why) {
    if (!t.isOver()) {
      known.end(t, TransactionStatus.REFUSED, context.redactor.show(why));
      known.tell(t);
      if (t.sets != null) {
        context.later(this::prepareAll); // What needs it is refused as well.
      }
    }
  }

  private record Needed(long gas, BigInteger dataFee) {}

  private void estimate(TrackedTransaction t) {
    long look = heads.looks();
    t.asking = true;
    // What is on its way, or just came, may make possible what is not possible yet.
    boolean alone = t.after.isEmpty() && known.inFlight() == 0;
    calls.perform(
        () ->
            chain
                .estimate(t.draft)
                .then(gas -> chain.dataFee(t.draft).map(fee -> new Needed(gas, fee))),
        outcome -> {
          t.asking = false;
          if (t.isOver()) {
            return;
          }
          if (outcome instanceof Outcome.Answer<Needed> a && a.value().gas > 0) {
            t.gas = a.value().gas;
            t.dataFee = a.value().dataFee;
            t.gasNanos = context.now;
            t.problem = null;
            prepare(t);
          } else if (outcome instanceof Outcome.Refusal<Needed> r
              && !r.fault().kind().isPassing()) {
            String why = "it would fail: " + r.fault().raw();
            if (alone || ++t.refusals >= REFUSALS) {
              t.fault = r.fault();
              refuse(t, why);
            } else {
              known.hold(t, why);
              askAgainAfter(look, t);
            }
          } else if (++t.attempts >= ATTEMPTS) {
            refuse(t, "how much gas it uses was not told: " + outcome.describe());
          } else {
            known.hold(t, "gas: " + outcome.describe());
            t.asking = true;
            context.timers.set(
                context.now + context.backoff(t.attempts),
                () -> {
                  t.asking = false;
                  prepare(t);
                });
          }
        });
  }

  /** The next head prepares it again; unless that came already. */
  private void askAgainAfter(long look, TrackedTransaction t) {
    if (heads.looks() != look) {
      context.later(() -> prepare(t));
    } else {
      t.refusedAt = look;
    }
  }

  private void sign(TrackedTransaction t, long gas, GasPrice now) {
    long nonce = t.nonce >= 0 ? t.nonce : nonces.next();
    SignedTransaction signed;
    try {
      signed = chain.sign(t.draft, nonce, gas, now);
    } catch (RuntimeException e) {
      refuse(t, "it was not signed: " + e.getMessage());
      return;
    }
    t.nonce = nonce;
    nonces.used(nonce);
    t.problem = null;
    broadcasts.signed(t, signed, false);
  }
}
