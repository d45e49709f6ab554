package dev.colibri.connector.engine;

import dev.colibri.connector.spi.ChainDialect;
import java.util.List;

/** Nonces below everything that waits for the chain, and that the chain waits for. */
final class NonceHoles {
  /** At how many looks the same nonce must be missing. */
  private static final int HOLE_LOOKS = 5;

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final KnownTransactions known;
  private final Nonces nonces;
  private final Preparation preparation;

  private long hole = -1;
  private int looks;

  NonceHoles(
      Context context,
      Calls calls,
      ChainDialect chain,
      KnownTransactions known,
      Nonces nonces,
      Preparation preparation) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.known = known;
    this.nonces = nonces;
    this.preparation = preparation;
  }

  /**
   * The chain waits for a nonce below everything that waits for the chain. What had it is sent
   * again, as when a branch was left deeper than was thought possible; where nothing is known of
   * it, what does nothing takes it.
   */
  void counted(long count) {
    long low = known.lowest();
    if (low == Long.MAX_VALUE || count >= low) {
      hole = -1;
      return;
    }
    if (hole != count) {
      hole = count;
      looks = 0;
    }
    if (++looks < HOLE_LOOKS) {
      return;
    }
    hole = -1;
    nonces.agree(count, this::fillAgreed);
  }

  /** What costs little is filled with nothing, and what would cost much with what is to be done. */
  private void fillAgreed(long count) {
    long low = known.lowest();
    if (low - count > Nonces.MOST_AHEAD && low < Long.MAX_VALUE) {
      long free = count;
      for (TrackedTransaction t : known.live()) {
        free = t.isIn() ? Math.max(free, t.nonce + 1) : free;
      }
      for (TrackedTransaction t : known.ended()) {
        free = t.mined != null ? Math.max(free, t.nonce + 1) : free;
      }
      nonces.lower(free, low);
      preparation.prepareAll();
      return;
    }
    for (long nonce = count; nonce < low && low < Long.MAX_VALUE; nonce++) {
      fillOne(nonce);
    }
  }

  private void fillOne(long nonce) {
    if (known.isTaken(nonce)) {
      return;
    }
    for (TrackedTransaction t : known.ended()) {
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
        known.register(known.idFor("nonce-" + nonce), "", chain.nothing(), List.of());
    t.nonce = nonce;
    known.tell(t);
    context.later(() -> preparation.prepare(t));
  }
}
