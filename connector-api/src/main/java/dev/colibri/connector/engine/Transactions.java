package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.Token;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.AmmVenue;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigInteger;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 *
 * <p>What is remembered is in {@link KnownTransactions}. A transaction is brought to where it is
 * signed by {@link Preparation}, to the nodes by {@link Broadcasts}, and found in the chain by
 * {@link Inclusion}; {@link NonceHoles} fills what is missing below. Not thread-safe: the engine's
 * lock is held outside.
 */
final class Transactions {
  /** Between two looks whether nodes still have what they took. */
  private static final long CHECK_LOOKS = 3;

  /**
   * At how many looks in a row nodes must say that its nonce is used, before it may be given up for
   * want of a proof.
   */
  private static final int USED_LOOKS = 20;

  /** Why something is not dismissed of which nothing was signed. */
  static final String UNSIGNED = "not dismissed: nothing of it was signed, so cancel it";

  /** It should be in a block after so many. */
  private static final long OVERDUE_BLOCKS = 6;

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
  private final KnownTransactions known;
  private final Heads heads;
  private final Nonces nonces;
  private final Funds funds;
  private final GasPrices prices;
  private final Preparation preparation;
  private final Broadcasts broadcasts;
  private final Inclusion inclusion;
  private final NonceHoles holes;
  private boolean looking;

  Transactions(Context context, Calls calls, ChainDialect chain, AmmVenue venue, Sink sink) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    int confirmations =
        venue.confirmations() > 0 ? venue.confirmations() : Math.max(1, chain.confirmations());
    known = new KnownTransactions(context, sink, this::ended);
    heads = new Heads(context, calls, chain, this::look);
    nonces = new Nonces(context, calls, chain, heads, known, this::prepareAll);
    funds = new Funds(context, calls, chain, heads, known.live(), this::prepareAll);
    prices = new GasPrices(context, calls, chain, venue.mostGasPrice(), this::prepareAll);
    broadcasts = new Broadcasts(context, calls, chain, heads, known, funds, prices);
    preparation =
        new Preparation(
            context, calls, chain, venue.allow(), heads, known, nonces, funds, prices, broadcasts);
    inclusion =
        new Inclusion(
            context, calls, chain, heads, known, broadcasts, confirmations, this::prepareAll);
    holes = new NonceHoles(context, calls, chain, known, nonces, preparation);
  }

  private void prepareAll() {
    preparation.prepareAll();
  }

  private void ended(TrackedTransaction t) {
    preparation.ended(t);
    funds.ended(t);
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
    TrackedTransaction t = known.register(id, note, plan.draft(), plan.allowances());
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
    TrackedTransaction t = known.register(id, "", drafts.get(drafts.size() - 1), List.of());
    t.sets = allowance;
    t.granted = false;
    return submit(t);
  }

  private TransactionState submit(TrackedTransaction t) {
    String none = null;
    if (known.live().size() > context.settings.maxOpenOrders()) {
      none = (liveCount() - 1) + " transactions are unfinished";
    } else if (chain.wallet() == null) {
      none = "there is no wallet";
    } else if (context.closed) {
      none = Context.CLOSED;
    }
    if (none != null) {
      known.end(t, TransactionStatus.REFUSED, none);
      t.told = t.state();
    } else {
      t.told = t.state();
      if (t.draft.deadlineMillis() > 0) {
        long passed = t.draft.deadlineMillis() * 1_000_000 + 1;
        t.deadline = context.timers.set(passed, () -> deadlinePassed(t));
      }
      context.later(() -> preparation.prepare(t));
    }
    return t.state();
  }

  private void deadlinePassed(TrackedTransaction t) {
    if (!t.isSigned()) {
      preparation.prepare(t);
    } else if (!t.hasLeft()) {
      broadcasts.send(t);
    }
  }

  /**
   * Has nothing done in its place, if it can still be had. What was not signed is refused at once.
   */
  void cancel(String id) {
    TrackedTransaction t = known.tracked(id);
    if (t == null || t.isOver() || t.cancelAsked) {
      return;
    }
    if (!t.isSigned()) {
      known.end(t, TransactionStatus.REFUSED, "canceled before it was signed");
      known.tell(t);
      return;
    }
    t.cancelAsked = true;
    known.mark(t);
    if (!t.isIn()) {
      broadcasts.copy(t, true);
    }
  }

  /**
   * The user gives up finding out what became of it; nothing happens when it is over. Nothing else
   * ever takes its nonce, but what does nothing.
   *
   * @param why for people
   * @param mayHappen whether the user knows that it may still be carried out
   * @throws IllegalArgumentException when it is not known
   * @throws IllegalStateException when nothing was signed, it is in a block, or it may still be
   *     carried out and the user does not say so
   */
  void dismiss(String id, String why, boolean mayHappen) {
    TrackedTransaction t = known.tracked(id);
    if (t == null) {
      throw new IllegalArgumentException("no transaction " + id + " is known");
    }
    if (t.isOver()) {
      return;
    }
    if (!t.isSigned()) {
      throw new IllegalStateException(UNSIGNED);
    }
    if (t.isIn()) {
      throw new IllegalStateException("not dismissed: it is in a block: " + t.state());
    }
    boolean isUsed = t.used >= USED_LOOKS;
    if (!isUsed && !mayHappen) {
      throw new IllegalStateException(
          "not dismissed: it may still be carried out, as nodes do not say for long that nonce "
              + t.nonce
              + " is used: "
              + t.state());
    }
    String how = isUsed ? "dismissed: " : "dismissed though it may still be carried out: ";
    known.end(t, TransactionStatus.DISMISSED, context.redactor.show(how + why));
    known.tell(t);
    context.later(this::prepareAll);
  }

  /** Refuses everything that waits to be signed, but what only takes a nonce that is missing. */
  void refuseUnsigned(String why) {
    for (TrackedTransaction t : List.copyOf(known.live())) {
      if (!t.isSigned() && t.nonce < 0) {
        preparation.refuse(t, why);
      }
    }
  }

  /** Pays more for what waits in front of the chain. */
  void bump(String id) {
    TrackedTransaction t = known.tracked(id);
    if (t != null && t.isInFlight()) {
      broadcasts.copy(t, t.latest().cancels);
    }
  }

  /** A node tells what it thinks is the latest block. */
  void head(Block head) {
    if (context.closed) {
      return;
    }
    if (known.live().isEmpty()) {
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
    return !known.live().isEmpty();
  }

  @Nullable TransactionState find(String id) {
    TrackedTransaction t = known.tracked(id);
    return t == null ? null : t.state();
  }

  /** What was given along with it; null when it is not known. */
  @Nullable String note(String id) {
    TrackedTransaction t = known.tracked(id);
    return t == null ? null : t.note;
  }

  /** What the chain calls the failure of what it refused or reverted; null otherwise. */
  @Nullable Fault fault(String id) {
    TrackedTransaction t = known.tracked(id);
    return t == null ? null : t.fault;
  }

  /**
   * Whether it is the only one of those that are known in its block: none of the others is there,
   * or may be there for all that is known, or may have been and is forgotten.
   */
  boolean isAlone(String id) {
    TrackedTransaction t = known.tracked(id);
    Block in = t == null ? null : t.block;
    if (in == null
        || t.isOver() && context.now - t.endedNanos >= KnownTransactions.REMEMBERED_NANOS) {
      return false;
    }
    for (Collection<TrackedTransaction> some : List.of(known.live(), known.ended())) {
      for (TrackedTransaction other : some) {
        boolean mayBe =
            other.block == null
                ? other.mayBeIn() && other.firstHeight < in.number()
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
    return known.live().stream().map(TrackedTransaction::state).toList();
  }

  /** What may still be carried out, or was and not every node knows it. */
  List<TransactionDraft> drafts() {
    return known.live().stream()
        .filter(t -> !t.isIn() || t.hasSucceeded())
        .map(t -> t.draft)
        .toList();
  }

  /** What each that is not over may take of a token, by its id, in smallest parts. */
  Map<String, BigInteger> takes(Token token) {
    Map<String, BigInteger> takes = new LinkedHashMap<>();
    for (TrackedTransaction t : known.live()) {
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
    return known.live().size();
  }

  /** Why nothing can be signed now, whatever it is; null when something can. */
  @Nullable String doubt() {
    return nonces.doubt();
  }

  /** What gas costs, as far as it was asked for; null before. */
  @Nullable GasPrice gasPrice() {
    return prices.latest();
  }

  // ---------------------------------------------------------------- from process to process

  /** From now on remembers what is to be kept. */
  void keeps() {
    known.keeps();
  }

  /** Whether there may be something to keep. */
  boolean isUnkept() {
    return known.isKeeping() && (known.isUnkept() || nonces.isUnkept());
  }

  /** Adds what changed since it was last asked. */
  void keep(Map<String, @Nullable String> changes) {
    if (known.isKeeping()) {
      known.keep(changes);
      nonces.keep(changes);
    }
  }

  /**
   * Goes on where an earlier process ended. What that had not signed is refused: nobody knows
   * whether it is still wanted. Told at {@link #begin}.
   */
  void restore(Kept kept) {
    nonces.restore(kept);
    known.restore(kept.transactions());
    for (TrackedTransaction t : List.copyOf(known.live())) {
      if (t.isSigned()) {
        preparation.restore(t);
      } else {
        known.end(t, TransactionStatus.REFUSED, "the process ended before it was signed");
      }
    }
  }

  /** Begins to ask and to send. */
  void begin() {
    known.begin();
    for (TrackedTransaction t : List.copyOf(known.live())) {
      if (t.isSigned()) {
        t.signedNanos = context.now;
        broadcasts.send(t);
      } else {
        preparation.prepare(t);
      }
    }
  }

  // ---------------------------------------------------------------- at every head

  private void look() {
    known.forget();
    for (TrackedTransaction t : List.copyOf(known.live())) {
      inclusion.place(t);
    }
    if (known.isBegun() && nonces.doubt() != null) {
      nonces.learn();
    }
    boolean any = known.live().stream().anyMatch(TrackedTransaction::isInFlight);
    if (any && known.isBegun()) {
      funds.refresh(context.now - Preparation.FRESH_NANOS);
    }
    if (any && !looking && known.isBegun()) {
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
    if (context.closed) {
      return;
    }
    nonces.counted(count);
    GasPrice now = prices.since(context.now - Preparation.FRESH_NANOS);
    for (TrackedTransaction t : List.copyOf(known.live())) {
      if (t.isInFlight() && t.nonce < count) {
        t.used++;
        inclusion.find(t, true);
      } else if (t.isInFlight()) {
        t.used = 0;
        t.passed = 0;
        waits(t, count, now);
      }
    }
    holes.counted(count);
  }

  /** The chain has not come to its nonce, as far as is known. */
  private void waits(TrackedTransaction t, long count, @Nullable GasPrice now) {
    if (broadcasts.isStuck(t, count, now)) {
      boolean cancels = t.latest().cancels || t.cancelAsked || t.isLate(context.now);
      if (!broadcasts.copy(t, cancels)) {
        t.signedNanos = context.now;
      }
    } else if (t.cancelAsked && !t.latest().cancels && broadcasts.copy(t, true)) {
      return; // That is sent.
    } else if (heads.looks() % CHECK_LOOKS == t.number % CHECK_LOOKS) {
      broadcasts.check(t);
    } else if (heads.looks() % CHECK_LOOKS == (t.number + 1) % CHECK_LOOKS && isOverdue(t)) {
      inclusion.find(t, false); // Whoever counts too few may know that it is in a block.
    }
  }

  private boolean isOverdue(TrackedTransaction t) {
    Block tip = heads.tip();
    return tip != null && tip.number() - t.firstHeight >= OVERDUE_BLOCKS;
  }
}
