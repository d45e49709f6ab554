package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.ConnectorEvent;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ChainDialect;
import dev.colibri.connector.spi.Receipt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which nonce is the next one. One that is too low costs nothing, as no chain takes it; each that
 * is left out below one that is too high must be filled, and paid for. So a node's word that there
 * are more transactions of the wallet than is known here is not believed for itself:
 *
 * <ul>
 *   <li>That the last of them is found in a block of the chain proves it.
 *   <li>At the start, when nothing is on its way, most nodes are believed that agree at a block:
 *       the wallet may have been used elsewhere for long.
 *   <li>Later most nodes are believed when they say the same at several blocks, and it is few more.
 *       What is known here is a vote among theirs.
 * </ul>
 *
 * <p>Otherwise nothing is signed, and why is told. No doubt is for ever: after many blocks most
 * nodes are believed as at the start, and where there is no such, whoever counts fewest.
 */
final class Nonces {
  /** How many more are believed without proof, and how many holes are filled with nothing. */
  static final long MOST_AHEAD = 16;

  private static final String LANE = "lane";

  /** At how many blocks most nodes must say the same. */
  private static final int ALIKE = 3;

  /** The same where only one node says anything. */
  private static final int ALIKE_ALONE = 8;

  /** How far back a proof is looked for at first; few nodes know more. */
  private static final long PROOF_BLOCKS = 64;

  /** How often that is doubled, before it is looked for among the latest again. */
  private static final int PROOF_RANGES = 17;

  /** How long a doubt lasts at the most, in blocks and at the least. */
  private static final int DOUBT_BLOCKS = 64;

  private static final long DOUBT_NANOS = Duration.ofMinutes(10).toNanos();

  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Heads heads;
  private final KnownTransactions transactions;
  private final Runnable learned;

  /** Everything that was signed, or is proven, is below. */
  private long next;

  private long nextKept = -1;

  /** What was believed last, when, and at which height; negative before anything was. */
  private long believed = -1;

  private long believedNanos;
  private long believedHeight;

  private boolean asking;
  private boolean proving;
  private int proofs;
  private int failures;

  /** What most nodes said last, at how many blocks, and at which last. */
  private long candidate = -1;

  private int alike;
  private long candidateHeight = -1;

  private @Nullable String doubt;
  private long doubtHeight;

  /** At how many blocks in a row there was a doubt, and since when. */
  private int doubts;

  private long doubtNanos;

  /** A proof too far down for every block between to be looked at: it must be told twice. */
  private @Nullable String deepProof;

  /**
   * Nothing is known yet.
   *
   * @param learned told when the next nonce may have got known
   */
  Nonces(
      Context context,
      Calls calls,
      ChainDialect chain,
      Heads heads,
      KnownTransactions transactions,
      Runnable learned) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.heads = heads;
    this.transactions = transactions;
    this.learned = learned;
  }

  // ---------------------------------------------------------------- from process to process

  void restore(Kept kept) {
    next = kept.nonces().getOrDefault(LANE, 0L);
    nextKept = next;
    if (!kept.nonces().containsKey(LANE)) {
      // Otherwise it may have been lowered since, below what waits for it.
      kept.transactions().forEach(t -> used(t.nonce));
    }
  }

  boolean isUnkept() {
    return nextKept != next;
  }

  void keep(Map<String, @Nullable String> changes) {
    if (nextKept != next) {
      nextKept = next;
      changes.put(NonceKeeper.KEPT + LANE, Long.toString(next));
    }
  }

  // ---------------------------------------------------------------- what others ask for

  /**
   * Whether something can be signed by what was told at that time or later: in a quiet lane the
   * wallet may have been used elsewhere.
   */
  boolean isKnown(long since) {
    return believed >= 0
        && doubt == null
        && (transactions.inFlight() > 0 || believedNanos >= since);
  }

  /** Why nothing can be signed; null where it can, or was not asked about yet. */
  @Nullable String doubt() {
    return doubt;
  }

  /** The nonce of what is signed next. */
  long next() {
    long nonce = Math.max(next, believed);
    while (transactions.isTaken(nonce)) {
      nonce++;
    }
    return nonce;
  }

  /** Something was signed with a nonce. */
  void used(long nonce) {
    next = Math.max(next, nonce + 1);
  }

  /** A node told a count while something was on its way. */
  void counted(long count) {
    if (count > next) {
      prove(count);
    }
  }

  /** Has it done when most nodes say the same count now. */
  void agree(long count, LongConsumer then) {
    calls.perform(
        chain::nonceOfEach,
        outcome -> {
          if (outcome instanceof Outcome.Answer<List<Long>> a) {
            Long most = most(a.value());
            if (most != null && most == count && !context.closed) {
              then.accept(count);
            }
          }
        });
  }

  /**
   * More than may be filled is free below what waits: what is to be done takes it. That was signed
   * by a count that no chain had.
   */
  void lower(long free, long waits) {
    if (free < Math.max(next, believed)) {
      next = free;
      believed = free;
      event((waits - free) + " nonces are free below " + waits + ", which waits for them");
    }
  }

  // ---------------------------------------------------------------- what nodes say

  /** Asks for the next nonce. */
  void learn() {
    Block at = heads.tip();
    if (asking || at == null || context.closed || doubt != null && doubtHeight == at.number()) {
      return;
    }
    asking = true;
    calls.perform(
        chain::nonce,
        outcome -> {
          asking = false;
          if (!(outcome instanceof Outcome.Answer<Long> a)) {
            failed(outcome);
          } else if (!agrees(a.value())) {
            vote();
          }
        });
  }

  /** Whether a count says no more than is known here; then that is believed. */
  private boolean agrees(long count) {
    boolean agrees = count == believed || next > 0 && count <= next;
    if (agrees && Math.max(next, count) >= believed) {
      believe(Math.max(next, count));
      return true;
    }
    return false;
  }

  private void failed(Outcome<?> outcome) {
    context.faulted("nonce", outcome);
    asking = true;
    context.timers.set(
        context.now + context.backoff(failures++),
        () -> {
          asking = false;
          learned.run();
        });
  }

  private void vote() {
    Block at = heads.tip();
    if (at == null || context.closed) {
      return;
    }
    asking = true;
    calls.perform(
        chain::nonceOfEach,
        outcome -> {
          asking = false;
          if (outcome instanceof Outcome.Answer<List<Long>> a && !a.value().isEmpty()) {
            told(at, a.value());
          } else {
            failed(outcome);
          }
        });
  }

  private void told(Block at, List<Long> counts) {
    long known = Math.max(next, believed);
    List<Long> votes = new ArrayList<>(counts);
    if (believed >= 0 && counts.stream().distinct().count() > 1) {
      votes.add(known);
    }
    Long most = most(votes);
    if (most != null && agrees(most)) {
      return;
    }
    long asked = most == null ? counts.stream().mapToLong(c -> c).max().orElse(known) : most;
    boolean same = asked == candidate;
    boolean first = candidate < 0;
    alike = !same || most == null ? 0 : alike;
    alike += most != null && (!same || candidateHeight != at.number()) ? 1 : 0;
    candidate = asked;
    candidateHeight = at.number();
    int enough = counts.size() == 1 ? ALIKE_ALONE : ALIKE;
    boolean starts = believed < 0 && transactions.inFlight() == 0;
    if (most != null && starts && first) {
      vote(); // Once more.
    } else if (most != null
        && (starts && same || most < believed || alike >= enough && most - known <= MOST_AHEAD)) {
      believe(most);
    } else if (doubts >= DOUBT_BLOCKS && context.now - doubtNanos >= DOUBT_NANOS) {
      believe(most == null ? Math.max(known, Collections.min(counts)) : most);
    } else {
      doubt(at, counts);
      prove(asked);
    }
  }

  /** What more than half of them are; null where there is no such. */
  private static @Nullable Long most(List<Long> votes) {
    Map<Long, Integer> ballots = new TreeMap<>();
    votes.forEach(v -> ballots.merge(v, 1, Integer::sum));
    for (Map.Entry<Long, Integer> b : ballots.entrySet()) {
      if (2 * b.getValue() > votes.size()) {
        return b.getKey();
      }
    }
    return null;
  }

  private void believe(long count) {
    Block tip = heads.tip();
    believed = count;
    believedNanos = context.now;
    believedHeight = tip == null ? 0 : tip.number();
    candidate = -1;
    alike = 0;
    failures = 0;
    proofs = 0;
    doubts = 0;
    doubt = null;
    deepProof = null;
    learned.run();
  }

  private void doubt(Block at, List<Long> counts) {
    doubtHeight = at.number();
    doubtNanos = doubts++ == 0 ? context.now : doubtNanos;
    String why =
        "nodes count "
            + counts.stream().sorted().toList()
            + " transactions of the wallet, where "
            + Math.max(next, believed)
            + " are known: nothing is signed by that";
    if (!why.equals(doubt)) {
      doubt = why;
      event(why);
      learned.run();
    }
  }

  private void event(String what) {
    context.event(new ConnectorEvent.Faulted("nonce", what));
  }

  // ---------------------------------------------------------------- proof

  /** Looks for the last of so many, in blocks since the count was known. */
  private void prove(long count) {
    Block tip = heads.tip();
    if (proving || tip == null || count <= 0) {
      return;
    }
    proving = true;
    long back = PROOF_BLOCKS << proofs++ % PROOF_RANGES;
    long from = Math.max(Math.max(0, believedHeight), tip.number() - back);
    calls.perform(
        () -> chain.sentWith(count - 1, from, tip.number()).then(this::receipt),
        outcome -> {
          proving = false;
          Receipt r =
              outcome instanceof Outcome.Answer<Optional<Receipt>> a
                  ? a.value().orElse(null)
                  : null;
          if (r == null || count <= next || context.closed) {
            return;
          }
          Block in = heads.at(r.blockNumber());
          if (in == null && heads.isTooDeep(r.blockNumber())) {
            proveDeep(count, r);
          } else if (in == null) {
            heads.reach(r.blockNumber()); // The next look asks again.
          } else if (in.hash().equals(r.blockHash())) {
            next = count;
            believe(count);
          }
        });
  }

  private void proveDeep(long count, Receipt r) {
    calls.perform(
        () -> chain.block(r.blockNumber()),
        outcome -> {
          Block in =
              outcome instanceof Outcome.Answer<Optional<Block>> a ? a.value().orElse(null) : null;
          if (in == null || !in.hash().equals(r.blockHash()) || count <= next || context.closed) {
            return;
          }
          if (r.hash().equals(deepProof)) {
            next = count;
            believe(count);
          } else {
            deepProof = r.hash();
          }
        });
  }

  private Call<Optional<Receipt>> receipt(Optional<String> hash) {
    return hash.isEmpty() ? Call.of(Optional.empty()) : chain.receipt(hash.get());
  }
}
