package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.TransactionStatus;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Receipt;
import java.util.Optional;

/**
 * Finds out what of what was signed is in the chain. A receipt counts when its block is one that
 * the latest block stands on, and ends a transaction when that is as deep as is wanted: its own, or
 * that of another which has its nonce.
 */
final class Inclusion {
  /**
   * At how many looks nothing that was signed must have a receipt, before another is looked for.
   */
  private static final int PASSED_LOOKS = 2;

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Heads heads;
  private final KnownTransactions known;
  private final Broadcasts broadcasts;
  private final int confirmations;
  private final Runnable changed;

  /**
   * @param confirmations how many blocks deep is deep enough, its own counted
   * @param changed told when more may be signed by what was found
   */
  Inclusion(
      Context context,
      Calls calls,
      ChainDialect chain,
      Heads heads,
      KnownTransactions known,
      Broadcasts broadcasts,
      int confirmations,
      Runnable changed) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.heads = heads;
    this.known = known;
    this.broadcasts = broadcasts;
    this.confirmations = confirmations;
    this.changed = changed;
  }

  /** Looks for a receipt of anything that was signed for it. */
  void find(TrackedTransaction t, boolean used) {
    if (!t.looking) {
      t.looking = true;
      find(t, t.copies.size() - 1, used, heads.looks());
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
            known.hold(t, "its nonce is used, and by what was not found");
          }
        });
  }

  /** Compares the receipt's block with the chain. */
  void place(TrackedTransaction t) {
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
        known.tell(t);
        broadcasts.send(t);
      }
    }
  }

  /** Too far down for every block between to be looked at: two answers at two looks. */
  private void placeDeep(TrackedTransaction t, Receipt r) {
    if (t.looking || t.deepLook == heads.looks()) {
      return;
    }
    t.looking = true;
    t.deepLook = heads.looks();
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
    t.used = 0;
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
      known.end(
          t,
          cancels || !ours
              ? TransactionStatus.REPLACED
              : r.succeeded() ? TransactionStatus.CONFIRMED : TransactionStatus.REVERTED,
          t.problem);
    }
    boolean first = t.told == null || t.told.block() == null;
    known.tell(t);
    if (first || t.isOver()) {
      context.later(changed);
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
              t.whyFailed =
                  a.value().raw().isEmpty() ? t.whyFailed : context.redactor.show(a.value().raw());
            }
            place(t);
          }
        });
  }
}
