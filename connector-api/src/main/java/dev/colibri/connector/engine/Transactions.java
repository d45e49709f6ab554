package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one wallet does on its chain: one line of nonces, and every transaction until nothing more
 * can become of it.
 *
 * <ul>
 *   <li>What is to be done has one nonce for ever. It is sent again as the same bytes; what is
 *       signed anew, for more gas or to cancel it, has the same nonce, so that the chain takes one.
 *   <li>What was signed is kept before it leaves, so that the next process sends the same bytes.
 *   <li>A node's refusal, or that it knows nothing, is never an end. What ends a transaction is a
 *       receipt whose block the latest block stands on, as deep as is wanted: its own, or that of
 *       another which has its nonce.
 *   <li>A deadline that passes before anything was signed refuses it. Afterwards it is left to the
 *       chain, which carries out nothing that is late; but no more is paid for it: where it would
 *       need a higher price, or no node knows it any more, what does nothing takes its nonce.
 * </ul>
 */
final class Transactions {
  /** More than nodes take of one wallet. */
  private static final int MOST_IN_FLIGHT = 64;

  private static final int MOST_ENDED = 10_000;
  private static final long REMEMBERED_NANOS = Duration.ofHours(1).toNanos();

  /** How often one nonce is signed for unasked: 3.6 times the price. */
  private static final int MOST_COPIES = 12;

  /** For how long an answer is used before anything is signed by it. */
  private static final long FRESH_NANOS = Duration.ofSeconds(10).toNanos();

  /** For how long answers are waited for that are to be used together, however old some get. */
  private static final long ROUND_NANOS = Duration.ofSeconds(30).toNanos();

  private static final long BUMP_BLOCKS = 3;
  private static final long BUMP_NANOS = Duration.ofSeconds(20).toNanos();

  /** Between two looks whether nodes still have what they took. */
  private static final long CHECK_LOOKS = 3;

  /** At how many looks something must be refused, while the chain may yet change to its favour. */
  private static final int REFUSALS = 3;

  /**
   * At how many looks nothing that was signed must have a receipt, before another is looked for.
   */
  private static final int PASSED_LOOKS = 2;

  /** At how many looks the same nonce must be missing. */
  private static final int HOLE_LOOKS = 5;

  /** It should be in a block after so many. */
  private static final long OVERDUE_BLOCKS = 6;

  /** How often what was not signed is asked about. */
  private static final int ATTEMPTS = 20;

  /** Told everything. */
  interface Sink {
    /**
     * Something changed. What is terminal is told once, and last.
     *
     * @param receipt of what is in the chain; null while nothing is, and of what ended in an
     *     earlier process
     */
    void changed(TransactionState state, @Nullable Receipt receipt);

    /** Whether somebody still asks what became of it, so that it must not be forgotten. */
    default boolean wants(String id) {
      return false;
    }
  }

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Sink sink;
  private final Heads heads;
  private final Allowances allowances;
  private final int confirmations;
  private final @Nullable BigInteger mostGasPrice;

  /** What is not over, by id, in the order of registration. */
  private final Map<String, TrackedTransaction> live = new LinkedHashMap<>();

  /** What is over, oldest first. */
  private final Map<String, TrackedTransaction> ended = new LinkedHashMap<>();

  private @Nullable Set<TrackedTransaction> unkept;
  private final ArrayDeque<TrackedTransaction> untold = new ArrayDeque<>();
  private long registered;
  private boolean begun;
  private boolean closed;

  private final Nonces nonces;
  private final Funds funds;

  private boolean looking;
  private long looks;

  private long hole = -1;
  private int holeLooks;

  private @Nullable GasPrice price;
  private long priceNanos;
  private boolean pricing;
  private int priceFailures;

  Transactions(Context context, Calls calls, ChainDialect chain, AmmVenue venue, Sink sink) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.sink = sink;
    this.confirmations =
        venue.confirmations() > 0 ? venue.confirmations() : Math.max(1, chain.confirmations());
    this.mostGasPrice = venue.mostGasPrice();
    this.heads = new Heads(context, calls, chain, this::look);
    this.nonces = new Nonces(context, calls, chain, heads, new Line());
    this.funds = new Funds(context, calls, chain, heads, live.values(), this::prepareAll);
    this.allowances = new Allowances(context, calls, chain, venue.allow(), new Lane());
  }

  // ---------------------------------------------------------------- what others ask for

  /**
   * Does something, once.
   *
   * @param id unique within the wallet, over all processes
   * @param note kept along with it for whoever wants it done
   * @param gas how much it may use; the chain tells it, but not before contracts may take what they
   *     are to take
   * @throws IllegalArgumentException when the id was used
   */
  TransactionState submit(String id, String note, Plan<?> plan, long gas) {
    TrackedTransaction t = register(id, note, plan.draft(), plan.allowances());
    t.gas = gas;
    return submit(t);
  }

  /**
   * Lets a contract take so much of a token and no more, in line with all who need it to.
   *
   * @throws IllegalArgumentException when the id was used
   * @throws RuntimeException when the chain has no such approval
   */
  TransactionState allow(String id, Plan.Allowance allowance) {
    List<TransactionDraft> drafts = chain.allow(allowance, BigInteger.ZERO, false);
    TrackedTransaction t = register(id, "", drafts.get(drafts.size() - 1), List.of());
    t.sets = allowance;
    t.granted = false;
    return submit(t);
  }

  private TransactionState submit(TrackedTransaction t) {
    String none = null;
    if (live.size() > context.settings.maxOpenOrders()) {
      none = (live.size() - 1) + " transactions are unfinished";
    } else if (chain.wallet() == null) {
      none = "there is no wallet";
    } else if (closed) {
      none = "the connector is closed";
    }
    if (none != null) {
      end(t, TransactionStatus.REFUSED, none);
      t.told = t.state();
    } else {
      t.told = t.state();
      context.later(() -> prepare(t));
    }
    return t.state();
  }

  private TrackedTransaction register(
      String id, String note, TransactionDraft draft, List<Plan.Allowance> needs) {
    if (find(id) != null) {
      throw new IllegalArgumentException("there is a transaction " + id);
    }
    TrackedTransaction t =
        new TrackedTransaction(registered++, id, note, draft, needs, context.now);
    live.put(id, t);
    mark(t);
    if (draft.deadlineMillis() > 0) {
      t.deadline =
          context.timers.set(draft.deadlineMillis() * 1_000_000 + 1, () -> deadlinePassed(t));
    }
    return t;
  }

  private void deadlinePassed(TrackedTransaction t) {
    if (!t.isSigned()) {
      prepare(t);
    } else if (!t.hasLeft()) {
      send(t);
    }
  }

  /**
   * Has nothing done in its place, if it can still be had. What was not signed is refused at once.
   */
  void cancel(String id) {
    TrackedTransaction t = live.get(id);
    if (t == null || t.cancelAsked) {
      return;
    }
    if (!t.isSigned()) {
      end(t, TransactionStatus.REFUSED, "canceled before it was signed");
      tell(t);
      return;
    }
    t.cancelAsked = true;
    mark(t);
    if (!t.isIn()) {
      copy(t, true);
    }
  }

  /** Refuses everything that waits to be signed, but what only takes a nonce that is missing. */
  void refuseUnsigned(String why) {
    for (TrackedTransaction t : List.copyOf(live.values())) {
      if (!t.isSigned() && t.nonce < 0) {
        refuse(t, why);
      }
    }
  }

  /** Pays more for what waits in front of the chain. */
  void bump(String id) {
    TrackedTransaction t = live.get(id);
    if (t != null && t.isInFlight()) {
      copy(t, t.latest().cancels);
    }
  }

  /** A node tells what it thinks is the latest block. */
  void head(Block head) {
    if (closed) {
      return;
    }
    if (live.isEmpty()) {
      heads.rest();
    }
    heads.head(head);
  }

  /** The latest block, as far as it is known; null before the first. */
  @Nullable Block head() {
    return heads.tip();
  }

  /** Whether anything is unfinished, so that every head should be told. */
  boolean wantsHeads() {
    return !live.isEmpty();
  }

  @Nullable TransactionState find(String id) {
    TrackedTransaction t = tracked(id);
    return t == null ? null : t.state();
  }

  private @Nullable TrackedTransaction tracked(String id) {
    TrackedTransaction t = live.get(id);
    return t == null ? ended.get(id) : t;
  }

  /** What was given along with it; null when it is not known. */
  @Nullable String note(String id) {
    TrackedTransaction t = tracked(id);
    return t == null ? null : t.note;
  }

  /** What the chain calls the failure of what it refused or reverted; null otherwise. */
  @Nullable Fault fault(String id) {
    TrackedTransaction t = tracked(id);
    return t == null ? null : t.fault;
  }

  /**
   * Whether it is the only one of those that are known in its block: none of the others is there,
   * or may be there for all that is known, or may have been and is forgotten.
   */
  boolean isAlone(String id) {
    TrackedTransaction t = tracked(id);
    Block in = t == null ? null : t.block;
    if (in == null || t.isOver() && context.now - t.endedNanos >= REMEMBERED_NANOS) {
      return false;
    }
    for (Map<String, TrackedTransaction> some : List.of(live, ended)) {
      for (TrackedTransaction other : some.values()) {
        boolean mayBe =
            other.block == null
                ? other.isInFlight() && other.firstHeight < in.number()
                : other.block.number() == in.number();
        if (other != t && mayBe) {
          return false;
        }
      }
    }
    return true;
  }

  /** What is not over, oldest first. */
  List<TransactionState> live() {
    return live.values().stream().map(TrackedTransaction::state).toList();
  }

  /** What may still be carried out, or was and not every node knows it. */
  List<TransactionDraft> drafts() {
    return live.values().stream()
        .filter(t -> !t.isIn() || t.hasSucceeded())
        .map(t -> t.draft)
        .toList();
  }

  /** What each that is not over may take of a token, by its id, in smallest parts. */
  Map<String, BigInteger> takes(Token token) {
    Map<String, BigInteger> takes = new LinkedHashMap<>();
    for (TrackedTransaction t : live.values()) {
      BigInteger most = token.isNative() ? t.draft.value() : BigInteger.ZERO;
      for (Plan.Allowance a : t.allowances) {
        most = a.amount().token().equals(token) ? most.add(a.amount().raw()) : most;
      }
      if (most.signum() > 0) {
        takes.put(t.id, most);
      }
    }
    return takes;
  }

  int liveCount() {
    return live.size();
  }

  /** Why nothing can be signed now, whatever it is; null when something can. */
  @Nullable String doubt() {
    return nonces.doubt();
  }

  /** What gas costs, as far as it was asked for; null before. */
  @Nullable GasPrice gasPrice() {
    return price;
  }

  // ---------------------------------------------------------------- from process to process

  /** From now on remembers what is to be kept. */
  void keeps() {
    unkept = new LinkedHashSet<>();
  }

  private void mark(TrackedTransaction t) {
    if (unkept != null) {
      unkept.add(t);
    }
  }

  /** Whether there may be something to keep. */
  boolean isUnkept() {
    return unkept != null && (!unkept.isEmpty() || nonces.isUnkept());
  }

  /** Adds what changed since it was last asked. */
  void keep(Map<String, @Nullable String> changes) {
    if (unkept == null) {
      return;
    }
    for (TrackedTransaction t : unkept) {
      if (tracked(t.id) == t) {
        KeptTransaction.keep(t, changes);
      } else {
        KeptTransaction.forget(t, changes);
      }
    }
    unkept.clear();
    nonces.keep(changes);
  }

  /**
   * Goes on where an earlier process ended. What that had not signed is refused: nobody knows
   * whether it is still wanted. Told at {@link #begin}.
   */
  void restore(Kept kept) {
    nonces.restore(kept);
    for (TrackedTransaction t : kept.transactions()) {
      registered = Math.max(registered, t.number + 1);
      t.endedNanos = Math.min(t.endedNanos, context.now);
      if (t.isOver()) {
        ended.put(t.id, t);
      } else {
        live.put(t.id, t);
        untold.add(t);
      }
    }
    for (TrackedTransaction t : List.copyOf(live.values())) {
      if (t.isSigned()) {
        allowances.restore(t);
      } else {
        end(t, TransactionStatus.REFUSED, "the process ended before it was signed");
      }
    }
  }

  /** Begins to ask and to send. */
  void begin() {
    begun = true;
    for (TrackedTransaction t = untold.poll(); t != null; t = untold.poll()) {
      tell(t);
    }
    for (TrackedTransaction t : List.copyOf(live.values())) {
      if (t.isSigned()) {
        t.signedNanos = context.now;
        send(t);
      } else {
        prepare(t);
      }
    }
  }

  /** Ends everything; nothing is asked or told any more. */
  void close() {
    closed = true;
  }

  // ---------------------------------------------------------------- before it is signed

  private final class Line implements Nonces.Lane {
    @Override
    public int inFlight() {
      return Transactions.this.inFlight();
    }

    @Override
    public boolean isTaken(long nonce) {
      return live.values().stream().anyMatch(t -> t.nonce == nonce);
    }

    @Override
    public void known() {
      prepareAll();
    }
  }

  private final class Lane implements Allowances.Lane {
    @Override
    public long height() {
      Block tip = heads.tip();
      return tip == null ? -1 : tip.number();
    }

    @Override
    public TrackedTransaction approve(
        TrackedTransaction user,
        TransactionDraft draft,
        Plan.Allowance sets,
        List<TrackedTransaction> after) {
      TrackedTransaction t = register(user.id + "~" + registered, "", draft, List.of());
      t.sets = sets;
      t.after.addAll(after);
      tell(t);
      context.later(() -> prepare(t));
      return t;
    }

    @Override
    public void hold(TrackedTransaction t, String why) {
      Transactions.this.hold(t, why);
    }

    @Override
    public void refuse(TrackedTransaction t, String why) {
      Transactions.this.refuse(t, why);
    }

    @Override
    public void prepare(TrackedTransaction t) {
      Transactions.this.prepare(t);
    }
  }

  /**
   * Brings it one step nearer to being signed. To be called whenever that may have got possible.
   */
  private void prepare(TrackedTransaction t) {
    if (closed || !begun || t.isOver() || t.isSigned()) {
      return;
    }
    if (isLate(t.draft)) {
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
        hold(t, "it waits for this: " + first.draft);
        return;
      }
    }
    if (!allowances.granted(t)) {
      return;
    }
    if (heads.tip() == null) {
      hold(t, "no block is known");
      return;
    }
    if (t.nonce < 0 && inFlight() >= MOST_IN_FLIGHT) {
      hold(t, MOST_IN_FLIGHT + " transactions wait to be mined");
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
    GasPrice now = price(since);
    if (now != null && mostGasPrice != null && now.most().compareTo(mostGasPrice) > 0) {
      holdRound(t, "gas costs " + now.most() + ", and " + mostGasPrice + " are paid at the most");
      return;
    }
    boolean estimated = t.draft.gasLimit() > 0 || t.gasNanos >= since;
    if (!estimated && t.refusedAt != looks) {
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
    hold(t, why);
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
      hold(t, missing);
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
    for (TrackedTransaction t : live.values()) {
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

  private boolean isLate(TransactionDraft draft) {
    return draft.deadlineMillis() > 0 && context.now / 1_000_000 >= draft.deadlineMillis();
  }

  private int inFlight() {
    int n = 0;
    for (TrackedTransaction t : live.values()) {
      n += t.isInFlight() ? 1 : 0;
    }
    return n;
  }

  private void prepareAll() {
    for (TrackedTransaction t : List.copyOf(live.values())) {
      prepare(t);
    }
  }

  private void hold(TrackedTransaction t, String why) {
    if (!why.equals(t.problem) && !t.isOver()) {
      t.problem = show(why);
      tell(t);
    }
  }

  private String show(String text) {
    return context.redactor.show(text);
  }

  private void refuse(TrackedTransaction t, String why) {
    if (!t.isOver()) {
      end(t, TransactionStatus.REFUSED, show(why));
      tell(t);
      if (t.sets != null) {
        context.later(this::prepareAll); // What needs it is refused as well.
      }
    }
  }

  /** What gas costs, as was told at that time or later; null while it is asked for. */
  private @Nullable GasPrice price(long since) {
    if (price != null && priceNanos >= since) {
      return price;
    }
    if (!pricing) {
      pricing = true;
      calls.perform(
          chain::gasPrice,
          outcome -> {
            if (outcome instanceof Outcome.Answer<GasPrice> a) {
              pricing = false;
              priceFailures = 0;
              price = a.value();
              priceNanos = context.now;
              prepareAll();
            } else {
              context.faulted("gas price", outcome);
              context.timers.set(
                  context.now + context.backoff(priceFailures++),
                  () -> {
                    pricing = false;
                    prepareAll();
                  });
            }
          });
    }
    return null;
  }

  private record Needed(long gas, BigInteger dataFee) {}

  private void estimate(TrackedTransaction t) {
    long look = looks;
    t.asking = true;
    // What is on its way, or just came, may make possible what is not possible yet.
    boolean alone = t.after.isEmpty() && inFlight() == 0;
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
              hold(t, why);
              askAgainAfter(look, t);
            }
          } else if (++t.attempts >= ATTEMPTS) {
            refuse(t, "how much gas it uses was not told: " + outcome.describe());
          } else {
            hold(t, "gas: " + outcome.describe());
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
    if (looks != look) {
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
    signed(t, signed, false);
  }

  private void signed(TrackedTransaction t, SignedTransaction signed, boolean cancels) {
    t.copies.add(new TrackedTransaction.Copy(signed, cancels));
    t.signedNanos = context.now;
    Block tip = heads.tip();
    t.signedHeight = tip == null ? 0 : tip.number();
    t.firstHeight = t.copies.size() == 1 ? t.signedHeight : t.firstHeight;
    mark(t);
    tell(t);
    send(t);
  }

  // ---------------------------------------------------------------- on its way

  /** Signs for the same nonce again, for more; false when it must not cost so much. */
  private boolean copy(TrackedTransaction t, boolean cancels) {
    if (t.copies.size() >= 2 * MOST_COPIES && t.latest().cancels == cancels) {
      hold(t, "it was signed " + t.copies.size() + " times already");
      return false;
    }
    SignedTransaction before = t.latest().signed;
    GasPrice more = more(before.price());
    if (mostGasPrice != null && more.most().compareTo(mostGasPrice) > 0) {
      if (cancels && !t.isKnown()) {
        // A node that does not have it takes this at any price.
        more = new GasPrice(mostGasPrice, more.tip().min(mostGasPrice));
      } else {
        hold(
            t,
            "it would take a gas price of "
                + more.most()
                + ", and "
                + mostGasPrice
                + " are paid at the most");
        return false;
      }
    }
    TransactionDraft draft = cancels ? chain.nothing() : t.draft;
    long gas = cancels ? draft.gasLimit() : before.gasLimit();
    String missing = funds.missing(t, gas, more, draft.value(), BigInteger.ZERO);
    if (missing != null) {
      hold(t, "not signed again for more: " + missing);
      return false;
    }
    SignedTransaction signed;
    try {
      signed = chain.sign(draft, t.nonce, gas, more);
    } catch (RuntimeException e) {
      hold(t, "it was not signed again: " + e.getMessage());
      return false;
    }
    signed(t, signed, cancels);
    return true;
  }

  /** An eighth more at the least, or what gas costs now. */
  private GasPrice more(GasPrice before) {
    BigInteger most = eighthMore(before.most());
    BigInteger tip = eighthMore(before.tip());
    GasPrice now = price;
    if (now != null) {
      tip = tip.max(now.tip());
      most = most.max(now.most());
    }
    return new GasPrice(most.max(tip), tip);
  }

  private static BigInteger eighthMore(BigInteger price) {
    BigInteger nine = price.multiply(BigInteger.valueOf(9));
    return nine.add(BigInteger.valueOf(7)).shiftRight(3).max(BigInteger.ONE);
  }

  /** Hands it to a node, unless that is being done. */
  private void send(TrackedTransaction t) {
    if (closed || !begun || t.sending || !t.isInFlight()) {
      return;
    }
    if (t.again != null) {
      t.again.cancel();
      t.again = null;
    }
    boolean isUseless = isLate(t.draft) && (!t.hasLeft() || t.dropped);
    if (!t.latest().cancels && (t.cancelAsked || isUseless)) {
      copy(t, true); // Sends that; where it must not cost so much, nothing is sent.
      return;
    }
    TrackedTransaction.Copy copy = toSend(t);
    t.sending = true;
    calls.perform(
        () -> chain.broadcast(copy.signed, copy.attempts++), outcome -> sent(t, copy, outcome));
  }

  /**
   * The latest; where nodes do not take that, what was signed before has its turn, too. What is to
   * be canceled is not sent again.
   */
  private TrackedTransaction.Copy toSend(TrackedTransaction t) {
    TrackedTransaction.Copy latest = t.latest();
    if (latest.attempts % 2 == 0 || t.isKnown()) {
      return latest;
    }
    int n = t.copies.size();
    TrackedTransaction.Copy other = t.copies.get(n - 1 - latest.attempts / 2 % n);
    if (other != latest && other.cancels == latest.cancels) {
      latest.attempts++;
      return other;
    }
    return latest;
  }

  private void sent(TrackedTransaction t, TrackedTransaction.Copy copy, Outcome<String> outcome) {
    t.sending = false;
    if (outcome instanceof Outcome.Answer<String> a && a.value().equals(copy.signed.hash())) {
      copy.left = true;
      copy.known = true;
      t.dropped = false;
      t.reorged = false;
      if (!t.isIn() && !t.isOver()) {
        t.problem = null;
      }
    } else {
      // Nothing of it left where it was not sent; a refusal says that a node saw it.
      copy.left |= !(outcome instanceof Outcome.NotSent);
      if (!t.isOver() && !t.isIn()) {
        t.problem = show("not taken: " + outcome.describe());
      }
    }
    tell(t);
    if (t.isInFlight() && !t.latest().known) {
      t.again =
          context.timers.set(
              context.now + context.backoff(Math.min(10, copy.attempts)),
              () -> {
                t.again = null;
                send(t);
              });
    }
  }

  // ---------------------------------------------------------------- at every head

  private void look() {
    looks++;
    forget();
    for (TrackedTransaction t : List.copyOf(live.values())) {
      place(t);
    }
    if (begun && nonces.doubt() != null) {
      nonces.learn();
    }
    boolean any = live.values().stream().anyMatch(TrackedTransaction::isInFlight);
    if (any && begun) {
      funds.refresh(context.now - FRESH_NANOS);
    }
    if (any && !looking && begun) {
      looking = true;
      calls.perform(
          chain::nonce,
          outcome -> {
            looking = false;
            if (outcome instanceof Outcome.Answer<Long> a) {
              counted(a.value());
            } else {
              context.faulted("nonce", outcome);
            }
          });
    }
    prepareAll();
  }

  /** How many of the wallet's transactions are in the chain, as a node sees it. */
  private void counted(long count) {
    if (closed) {
      return;
    }
    nonces.counted(count);
    GasPrice now = price(context.now - FRESH_NANOS);
    for (TrackedTransaction t : List.copyOf(live.values())) {
      if (!t.isInFlight()) {
        continue;
      }
      if (t.nonce < count) {
        find(t, true);
      } else {
        t.passed = 0;
        if (isStuck(t, count, now)) {
          boolean cancels = t.latest().cancels || t.cancelAsked || isLate(t.draft);
          if (!copy(t, cancels)) {
            t.signedNanos = context.now;
          }
        } else if (t.cancelAsked && !t.latest().cancels && copy(t, true)) {
          continue;
        } else if (looks % CHECK_LOOKS == t.number % CHECK_LOOKS) {
          check(t);
        } else if (looks % CHECK_LOOKS == (t.number + 1) % CHECK_LOOKS && isOverdue(t)) {
          find(t, false); // Whoever counts too few may know that it is in a block.
        }
      }
    }
    fill(count);
  }

  /** Whether it waited for long, and its own price may be why. */
  private boolean isStuck(TrackedTransaction t, long count, @Nullable GasPrice now) {
    Block tip = heads.tip();
    boolean isLow = now != null && t.latest().signed.price().most().compareTo(now.most()) < 0;
    return tip != null
        && tip.number() - t.signedHeight >= BUMP_BLOCKS
        && context.now - t.signedNanos >= BUMP_NANOS
        && (t.nonce == count || isLow)
        && t.copies.size() < MOST_COPIES;
  }

  private boolean isOverdue(TrackedTransaction t) {
    Block tip = heads.tip();
    return tip != null && tip.number() - t.firstHeight >= OVERDUE_BLOCKS;
  }

  /** Looks for a receipt of anything that was signed for it. */
  private void find(TrackedTransaction t, boolean used) {
    if (!t.looking) {
      t.looking = true;
      find(t, t.copies.size() - 1, used, looks);
    }
  }

  private void find(TrackedTransaction t, int index, boolean used, long look) {
    if (index < 0) {
      if (used) {
        findTaker(t, look);
      } else {
        t.looking = false;
      }
      return;
    }
    String hash = t.copies.get(index).signed.hash();
    calls.perform(
        () -> chain.receipt(hash),
        outcome -> {
          if (!(outcome instanceof Outcome.Answer<Optional<Receipt>> a)) {
            t.looking = false;
          } else if (a.value().isEmpty()) {
            find(t, index - 1, used, look);
          } else {
            t.looking = false;
            if (!t.isOver() && a.value().get().hash().equals(hash)) {
              t.passed = 0;
              t.receipt = a.value().get();
              place(t);
            }
          }
        });
  }

  /**
   * There is no receipt of anything, which proves nothing: a node may be behind, or not have kept
   * it. That something else has its nonce is a proof, if that is in the chain.
   */
  private void findTaker(TrackedTransaction t, long look) {
    Block tip = heads.tip();
    if (tip == null || t.passedLook == look || ++t.passed < PASSED_LOOKS) {
      t.passedLook = look;
      t.looking = false;
      return;
    }
    t.passedLook = look;
    // It may have been used before anything was signed here; not every node knows what is old.
    long from = Math.max(0, t.firstHeight - (1L << t.passed % 16));
    calls.perform(
        () ->
            chain
                .sentWith(t.nonce, from, tip.number())
                .then(
                    hash -> hash.isEmpty() ? Call.of(Optional.empty()) : chain.receipt(hash.get())),
        outcome -> {
          t.looking = false;
          Receipt r =
              outcome instanceof Outcome.Answer<Optional<Receipt>> a
                  ? a.value().orElse(null)
                  : null;
          if (r != null && t.isInFlight()) {
            t.receipt = r;
            place(t);
          } else if (t.isInFlight()) {
            hold(t, "its nonce is used, and by what was not found");
          }
        });
  }

  /** Whether a node still has it; if not, the same bytes are sent again. */
  private void check(TrackedTransaction t) {
    if (!t.looking && t.isKnown()) {
      t.looking = true;
      check(t, t.copies.size() - 1);
    }
  }

  private void check(TrackedTransaction t, int index) {
    if (index < 0) {
      t.looking = false;
      if (t.isInFlight()) {
        t.copies.forEach(c -> c.known = false);
        t.dropped = true;
        tell(t);
        send(t);
      }
      return;
    }
    calls.perform(
        () -> chain.isKnown(t.copies.get(index).signed.hash()),
        outcome -> {
          if (outcome instanceof Outcome.Answer<Boolean> a && !a.value()) {
            check(t, index - 1);
          } else {
            t.looking = false;
          }
        });
  }

  /** Compares the receipt's block with the chain. */
  private void place(TrackedTransaction t) {
    Receipt r = t.receipt;
    Block tip = heads.tip();
    if (t.isOver() || r == null || tip == null || r.blockNumber() > tip.number()) {
      return;
    }
    Block there = heads.at(r.blockNumber());
    if (there == null) {
      if (heads.isTooDeep(r.blockNumber())) {
        placeDeep(t, r);
      } else {
        heads.reach(r.blockNumber());
      }
    } else if (there.hash().equals(r.blockHash())) {
      mined(t, r, there, tip);
    } else {
      boolean was = t.isIn();
      t.receipt = null;
      t.block = null;
      t.mined = null;
      t.cost = null;
      t.confirmations = 0;
      t.whyFailed = null;
      t.fault = null;
      if (was) {
        t.problem = null;
        t.reorged = true;
        t.copies.forEach(c -> c.known = false);
        t.signedNanos = context.now;
        tell(t);
        send(t);
      }
    }
  }

  /** Too far down for every block between to be looked at: two answers at two looks. */
  private void placeDeep(TrackedTransaction t, Receipt r) {
    if (t.looking || t.deepLook == looks) {
      return;
    }
    t.looking = true;
    t.deepLook = looks;
    calls.perform(
        () -> chain.block(r.blockNumber()),
        outcome -> {
          t.looking = false;
          Block tip = heads.tip();
          Block b =
              outcome instanceof Outcome.Answer<Optional<Block>> a ? a.value().orElse(null) : null;
          if (t.isOver() || t.receipt != r || b == null || tip == null) {
            return;
          }
          if (!b.hash().equals(r.blockHash())) {
            t.receipt = null;
            t.deepLooks = 0;
          } else if (++t.deepLooks >= 2) {
            mined(t, r, b, tip);
          }
        });
  }

  private void mined(TrackedTransaction t, Receipt r, Block in, Block tip) {
    boolean ours = t.isOurs(r.hash());
    t.block = in;
    t.mined = ours ? r.hash() : null;
    t.cost = ours ? r.cost() : null;
    t.dropped = false;
    t.reorged = false;
    t.confirmations = (int) Math.min(Integer.MAX_VALUE, tip.number() - in.number() + 1);
    if (t.again != null) {
      t.again.cancel();
      t.again = null;
    }
    boolean cancels = t.isCancel(r.hash());
    if (!ours) {
      t.problem = "another transaction of the wallet has its nonce: " + r.hash();
    } else if (cancels) {
      t.problem = t.cancelAsked ? "canceled" : "its deadline passed before it was mined";
    } else if (r.succeeded()) {
      t.problem = null;
    } else if (t.whyFailed == null) {
      t.problem = "it failed in its block";
      learnWhy(t, r);
    } else {
      t.problem = t.whyFailed;
    }
    if (t.confirmations >= confirmations && !t.askingWhy) {
      end(
          t,
          cancels || !ours
              ? TransactionStatus.REPLACED
              : r.succeeded() ? TransactionStatus.CONFIRMED : TransactionStatus.REVERTED,
          t.problem);
    }
    boolean first = t.told == null || t.told.block() == null;
    tell(t);
    if (first || t.isOver()) {
      context.later(this::prepareAll);
    }
  }

  private void learnWhy(TrackedTransaction t, Receipt r) {
    if (t.askingWhy) {
      return;
    }
    t.askingWhy = true;
    calls.perform(
        () -> chain.whyFailed(t.draft, r),
        outcome -> {
          t.askingWhy = false;
          if (t.receipt == r && !t.isOver()) {
            t.whyFailed = "it failed in its block, and why was not told";
            if (outcome instanceof Outcome.Answer<Fault> a) {
              t.fault = a.value();
              t.whyFailed = a.value().raw().isEmpty() ? t.whyFailed : show(a.value().raw());
            }
            place(t);
          }
        });
  }

  /**
   * The chain waits for a nonce below everything that waits for the chain. What had it is sent
   * again, as when a branch was left deeper than was thought possible; where nothing is known of
   * it, what does nothing takes it.
   */
  private void fill(long count) {
    long low = lowest();
    if (low == Long.MAX_VALUE || count >= low) {
      hole = -1;
      return;
    }
    if (hole != count) {
      hole = count;
      holeLooks = 0;
    }
    if (++holeLooks < HOLE_LOOKS) {
      return;
    }
    hole = -1;
    nonces.agree(count, this::fillAgreed);
  }

  /** What costs little is filled with nothing, and what would cost much with what is to be done. */
  private void fillAgreed(long count) {
    long low = lowest();
    if (low - count > Nonces.MOST_AHEAD && low < Long.MAX_VALUE) {
      long free = count;
      for (TrackedTransaction t : live.values()) {
        free = t.isIn() ? Math.max(free, t.nonce + 1) : free;
      }
      for (TrackedTransaction t : ended.values()) {
        free = t.mined != null ? Math.max(free, t.nonce + 1) : free;
      }
      nonces.lower(free, low);
      prepareAll();
      return;
    }
    for (long nonce = count; nonce < low && low < Long.MAX_VALUE; nonce++) {
      fillOne(nonce);
    }
  }

  /** The lowest nonce that waits in front of the chain. */
  private long lowest() {
    long low = Long.MAX_VALUE;
    for (TrackedTransaction t : live.values()) {
      low = t.isInFlight() ? Math.min(low, t.nonce) : low;
    }
    return low;
  }

  private void fillOne(long nonce) {
    for (TrackedTransaction t : live.values()) {
      if (t.nonce == nonce) {
        return;
      }
    }
    for (TrackedTransaction t : ended.values()) {
      if (t.nonce == nonce && t.mined != null) {
        for (TrackedTransaction.Copy c : t.copies) {
          if (c.signed.hash().equals(t.mined)) {
            calls.perform(() -> chain.broadcast(c.signed, c.attempts++), outcome -> {});
            return;
          }
        }
      }
    }
    TrackedTransaction t =
        register("nonce-" + nonce + "~" + registered, "", chain.nothing(), List.of());
    t.nonce = nonce;
    tell(t);
    context.later(() -> prepare(t));
  }

  // ---------------------------------------------------------------- ends

  private void end(TrackedTransaction t, TransactionStatus status, @Nullable String problem) {
    t.end = status;
    t.endedNanos = context.now;
    t.problem = problem;
    for (Timers.Timer timer : new Timers.Timer[] {t.again, t.deadline}) {
      if (timer != null) {
        timer.cancel();
      }
    }
    live.remove(t.id);
    ended.put(t.id, t);
    mark(t);
    allowances.ended(t);
    funds.ended(t);
    forget();
  }

  private void forget() {
    if (!begun) {
      return; // Who may still ask is not restored yet.
    }
    Iterator<TrackedTransaction> oldestFirst = ended.values().iterator();
    while (oldestFirst.hasNext()) {
      TrackedTransaction oldest = oldestFirst.next();
      if (ended.size() <= MOST_ENDED && context.now - oldest.endedNanos < REMEMBERED_NANOS) {
        return;
      }
      if (!sink.wants(oldest.id)) {
        oldestFirst.remove();
        mark(oldest);
      }
    }
  }

  private void tell(TrackedTransaction t) {
    TransactionState state = t.state();
    if (!closed && !state.equals(t.told)) {
      t.told = state;
      sink.changed(state, t.mined == null ? null : t.receipt);
    }
  }
}
