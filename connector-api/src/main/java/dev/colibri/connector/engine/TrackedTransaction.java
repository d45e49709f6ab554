package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.TransactionState;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Plan;
import dev.colibri.connector.spi.Receipt;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing that a wallet does, and all that is known of it. One thread at a time. */
final class TrackedTransaction {
  /** So long ago that no answer is as old. */
  static final long NO_ROUND = Long.MIN_VALUE / 2;

  /** Something that was signed with its nonce. */
  static final class Copy {
    final SignedTransaction signed;

    /** Whether it does nothing, in the place of what was to be done. */
    final boolean cancels;

    /** How often it was handed to a node. */
    int attempts;

    /** Whether it may have left this host. */
    boolean left;

    /** Whether a node has it, as far as was told. */
    boolean known;

    Copy(SignedTransaction signed, boolean cancels) {
      this.signed = signed;
      this.cancels = cancels;
    }
  }

  /** Orders what was registered, over all processes. */
  final long number;

  final String id;
  final String note;
  final TransactionDraft draft;
  final List<Plan.Allowance> allowances;
  final long createdNanos;

  /** What must be in the chain before this is looked at. */
  final List<TrackedTransaction> after = new ArrayList<>();

  /** What it lets a contract take, where that is what it does. */
  Plan.@Nullable Allowance sets;

  /** Everything signed for it, the latest last. */
  final List<Copy> copies = new ArrayList<>();

  /** Whether it has what it needs of allowances. */
  boolean granted;

  /** Given when it is signed, or before where a hole is filled. */
  long nonce = -1;

  /** Whether the chain is being asked something that it waits for. */
  boolean asking;

  int attempts;

  /** How much it may use: as the chain told, and before it did, as whoever wants it done thinks. */
  long gas;

  /** What the chain takes beside gas. */
  BigInteger dataFee = BigInteger.ZERO;

  /** When that was told. */
  long gasNanos = Long.MIN_VALUE;

  /** When it was begun to ask for all that it is signed by. */
  long roundNanos = NO_ROUND;

  /** At how many looks it would have failed. */
  int refusals;

  /** The look at which it was refused last. */
  long refusedAt = -1;

  boolean sending;
  boolean looking;
  boolean cancelAsked;
  boolean dropped;
  boolean reorged;
  Timers.@Nullable Timer again;
  Timers.@Nullable Timer deadline;

  /** When the latest copy was signed, and at which height. */
  long signedNanos;

  long signedHeight;

  /** The height at which anything was signed for it first. */
  long firstHeight;

  /** What a node shows of one of the copies; it counts when its block is in the chain. */
  @Nullable Receipt receipt;

  /** Its block, when it is in the chain that is known. */
  @Nullable Block block;

  /** Told directly of a height too far down to be linked: how often, and at which look. */
  int deepLooks;

  long deepLook = -1;
  int confirmations;

  /** Why it failed in its block; null while that is not known. */
  @Nullable String whyFailed;

  /** What the chain calls that; null where it was not asked. */
  @Nullable Fault fault;

  boolean askingWhy;

  /** At how many looks in a row a node said that its nonce is used, while it is in no block. */
  int used;

  /** At how many looks its nonce was used and nothing of it had a receipt; at which last. */
  int passed;

  long passedLook = -1;

  /** What holds it up, or why it ended. */
  @Nullable String problem;

  @Nullable TransactionStatus end;
  long endedNanos;
  @Nullable String mined;
  @Nullable BigInteger cost;

  /** The entry of the journal. */
  @Nullable String kept;

  @Nullable TransactionState told;

  TrackedTransaction(
      long number,
      String id,
      String note,
      TransactionDraft draft,
      List<Plan.Allowance> allowances,
      long createdNanos) {
    this.number = number;
    this.id = id;
    this.note = note;
    this.draft = draft;
    this.allowances = allowances;
    this.createdNanos = createdNanos;
    this.granted = allowances.isEmpty();
  }

  boolean isOver() {
    return end != null;
  }

  boolean isSigned() {
    return !copies.isEmpty();
  }

  /** Whether its deadline passed, by this host's clock. */
  boolean isLate(long now) {
    return draft.deadlineMillis() > 0 && now / 1_000_000 >= draft.deadlineMillis();
  }

  /** Whether something with its nonce is in the chain, as far as it is known. */
  boolean isIn() {
    return block != null;
  }

  /** Whether it waits in front of the chain with a nonce. */
  boolean isInFlight() {
    return isSigned() && !isOver() && !isIn();
  }

  /** Whether it may be in some block, though it is not known to be. */
  boolean mayBeIn() {
    return isInFlight() || end == TransactionStatus.DISMISSED && !isIn();
  }

  /** Whether it did what it was to do, as far as the chain is known. */
  boolean hasSucceeded() {
    return block != null
        && receipt != null
        && receipt.succeeded()
        && isOurs(receipt.hash())
        && !isCancel(receipt.hash());
  }

  /** Whether it was signed for this. */
  boolean isOurs(String hash) {
    return copies.stream().anyMatch(c -> c.signed.hash().equals(hash));
  }

  Copy latest() {
    return copies.get(copies.size() - 1);
  }

  boolean isCancel(String hash) {
    return copies.stream().anyMatch(c -> c.cancels && c.signed.hash().equals(hash));
  }

  boolean isKnown() {
    return copies.stream().anyMatch(c -> c.known);
  }

  boolean hasLeft() {
    return copies.stream().anyMatch(c -> c.left);
  }

  private TransactionStatus status() {
    if (end != null) {
      return end;
    }
    if (!isSigned()) {
      return TransactionStatus.WAITING;
    }
    if (isIn()) {
      return TransactionStatus.MINED;
    }
    if (dropped) {
      return TransactionStatus.DROPPED;
    }
    if (reorged && !isKnown()) {
      return TransactionStatus.REORGED;
    }
    if (isKnown()) {
      return TransactionStatus.PENDING;
    }
    return hasLeft() ? TransactionStatus.BROADCAST : TransactionStatus.SIGNED;
  }

  TransactionState state() {
    return new TransactionState(
        id,
        draft.what(),
        status(),
        nonce,
        copies.stream().map(c -> c.signed.hash()).toList(),
        mined,
        block,
        confirmations,
        cost,
        problem,
        createdNanos);
  }
}
