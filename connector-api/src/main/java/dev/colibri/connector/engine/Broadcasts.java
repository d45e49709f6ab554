package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.SignedTransaction;
import dev.colibri.connector.spi.TransactionDraft;
import java.math.BigInteger;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hands what was signed to nodes until it is in the chain: the same bytes again, more for the same
 * nonce, or nothing in its place. A node's refusal, or that it knows nothing, is never an end.
 */
final class Broadcasts {
  /** How often one nonce is signed for unasked: 3.6 times the price. */
  private static final int MOST_COPIES = 12;

  private static final long BUMP_BLOCKS = 3;
  private static final long BUMP_NANOS = Duration.ofSeconds(20).toNanos();

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Heads heads;
  private final KnownTransactions known;
  private final Funds funds;
  private final GasPrices prices;

  Broadcasts(
      Context context,
      Calls calls,
      ChainDialect chain,
      Heads heads,
      KnownTransactions known,
      Funds funds,
      GasPrices prices) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.heads = heads;
    this.known = known;
    this.funds = funds;
    this.prices = prices;
  }

  /** Something was signed: it is kept, and sent. */
  void signed(TrackedTransaction t, SignedTransaction signed, boolean cancels) {
    t.copies.add(new TrackedTransaction.Copy(signed, cancels));
    t.signedNanos = context.now;
    Block tip = heads.tip();
    t.signedHeight = tip == null ? 0 : tip.number();
    t.firstHeight = t.copies.size() == 1 ? t.signedHeight : t.firstHeight;
    known.mark(t);
    known.tell(t);
    send(t);
  }

  /** Signs for the same nonce again, for more; false when it must not cost so much. */
  boolean copy(TrackedTransaction t, boolean cancels) {
    if (t.copies.size() >= 2 * MOST_COPIES && t.latest().cancels == cancels) {
      known.hold(t, "it was signed " + t.copies.size() + " times already");
      return false;
    }
    SignedTransaction before = t.latest().signed;
    GasPrice more = prices.more(before.price());
    String tooMuch = prices.tooMuch(more);
    if (tooMuch != null && cancels && !t.isKnown()) {
      more = prices.atMost(more); // A node that does not have it takes this at any price.
    } else if (tooMuch != null) {
      known.hold(t, "it would take a gas price of " + tooMuch);
      return false;
    }
    TransactionDraft draft = cancels ? chain.nothing() : t.draft;
    long gas = cancels ? draft.gasLimit() : before.gasLimit();
    String missing = funds.missing(t, gas, more, draft.value(), BigInteger.ZERO);
    if (missing != null) {
      known.hold(t, "not signed again for more: " + missing);
      return false;
    }
    SignedTransaction signed;
    try {
      signed = chain.sign(draft, t.nonce, gas, more);
    } catch (RuntimeException e) {
      known.hold(t, "it was not signed again: " + e.getMessage());
      return false;
    }
    signed(t, signed, cancels);
    return true;
  }

  /** Whether it waited for long, and its own price may be why. */
  boolean isStuck(TrackedTransaction t, long count, @Nullable GasPrice now) {
    Block tip = heads.tip();
    boolean isLow = now != null && t.latest().signed.price().most().compareTo(now.most()) < 0;
    return tip != null
        && tip.number() - t.signedHeight >= BUMP_BLOCKS
        && context.now - t.signedNanos >= BUMP_NANOS
        && (t.nonce == count || isLow)
        && t.copies.size() < MOST_COPIES;
  }

  /** Hands it to a node, unless that is being done. */
  void send(TrackedTransaction t) {
    if (context.closed || !known.isBegun() || t.sending || !t.isInFlight()) {
      return;
    }
    if (t.again != null) {
      t.again.cancel();
      t.again = null;
    }
    boolean isUseless = t.isLate(context.now) && (!t.hasLeft() || t.dropped);
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
        t.problem = context.redactor.show("not taken: " + outcome.describe());
      }
    }
    known.tell(t);
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

  /** Whether a node still has it; if not, the same bytes are sent again. */
  void check(TrackedTransaction t) {
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
        known.tell(t);
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
}
