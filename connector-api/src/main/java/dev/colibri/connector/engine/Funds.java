package dev.colibri.connector.engine;

import dev.colibri.connector.model.Block;
import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.model.TokenAmount;
import dev.colibri.connector.spi.ChainDialect;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the wallet holds of the chain's own asset, and what of that transactions may cost which the
 * balance does not show yet. Each counts with the most that it may cost: all of its gas at its
 * highest price, what it brings along, and what the chain takes beside.
 */
final class Funds {
  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final Heads heads;
  private final Iterable<TrackedTransaction> live;
  private final Runnable known;

  private @Nullable BigInteger balance;

  /** The height that it is of, and when it was asked for; no time where it is too old for all. */
  private long height;

  private long askedNanos = Long.MIN_VALUE;
  private boolean asking;

  /** Whether something ended since that the answer may not show. */
  private boolean late;

  private @Nullable String untold;
  private int failures;

  /**
   * Nothing is known yet.
   *
   * @param live what is not over
   * @param known told when the balance got known
   */
  Funds(
      Context context,
      Calls calls,
      ChainDialect chain,
      Heads heads,
      Iterable<TrackedTransaction> live,
      Runnable known) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.heads = heads;
    this.live = live;
    this.known = known;
  }

  /**
   * Whether what is missing can be told by what was asked for at that time or later; of a block
   * that nobody has, nothing can.
   */
  boolean isFresh(long since) {
    Block tip = heads.tip();
    return balance != null && askedNanos >= since || tip != null && tip.hash().equals(untold);
  }

  /** Asks for the balance, unless what was asked for at that time or later will do. */
  void refresh(long since) {
    Block at = heads.tip();
    if (asking || isFresh(since) || at == null) {
      return;
    }
    asking = true;
    late = false;
    long now = context.now;
    calls.perform(
        () -> chain.balances(List.of(chain.nativeToken()), at),
        outcome -> {
          asking = false;
          if (outcome instanceof Outcome.Answer<List<TokenAmount>> a && a.value().size() == 1) {
            failures = 0;
            balance = a.value().get(0).raw();
            height = at.number();
            askedNanos = late ? Long.MIN_VALUE : now;
            known.run();
          } else if (outcome instanceof Outcome.Refusal) {
            untold = at.hash();
            known.run();
          } else {
            context.faulted("balance", outcome);
            asking = true;
            context.timers.set(
                context.now + context.backoff(failures++),
                () -> {
                  asking = false;
                  known.run();
                });
          }
        });
  }

  /** What is over is not counted any more: where the balance does not show it, that is too old. */
  void ended(TrackedTransaction t) {
    Block in = t.block;
    if (in != null && in.number() > height) {
      askedNanos = Long.MIN_VALUE;
      late = true;
    }
  }

  /** What is kept for others than one, beside what the balance shows. */
  BigInteger reserved(TrackedTransaction but) {
    BigInteger all = BigInteger.ZERO;
    for (TrackedTransaction t : live) {
      Block in = t.block;
      if (t != but && t.isSigned() && (in == null || in.number() > height)) {
        all = all.add(most(t));
      }
    }
    return all;
  }

  private static BigInteger most(TrackedTransaction t) {
    BigInteger most = BigInteger.ZERO;
    for (TrackedTransaction.Copy c : t.copies) {
      BigInteger value = c.cancels ? BigInteger.ZERO : t.draft.value();
      most = most.max(cost(c.signed.gasLimit(), c.signed.price(), value));
    }
    return most.add(t.dataFee);
  }

  /** The most that something may cost, beside what the chain takes for its data. */
  static BigInteger cost(long gas, GasPrice price, BigInteger value) {
    return price.most().multiply(BigInteger.valueOf(gas)).add(value);
  }

  /**
   * What is missing, in words.
   *
   * @param value what it brings along
   * @param after what must be left for what it is done for
   * @return null where it can be paid, or the balance is not known
   */
  @Nullable String missing(
      TrackedTransaction t, long gas, GasPrice price, BigInteger value, BigInteger after) {
    BigInteger have = balance;
    BigInteger most = cost(gas, price, value).add(t.dataFee).add(after);
    if (have == null) {
      return null;
    }
    BigInteger reserved = reserved(t);
    if (most.add(reserved).compareTo(have) <= 0) {
      return null;
    }
    String kept = reserved.signum() == 0 ? "" : ", and others may cost " + amount(reserved);
    refreshAt(heads.tip());
    String all = after.signum() == 0 ? "" : ", with what it is done for";
    return "it may cost " + amount(most) + all + ": there are " + amount(have) + kept;
  }

  /** What was missing a while ago may be there now. */
  private void refreshAt(@Nullable Block tip) {
    if (tip != null && tip.number() > height) {
      askedNanos = Long.MIN_VALUE;
      refresh(context.now);
    }
  }

  /** Whether what is known is of the latest block. */
  boolean isLatest() {
    Block tip = heads.tip();
    return tip != null && tip.number() <= height;
  }

  private TokenAmount amount(BigInteger raw) {
    return new TokenAmount(chain.nativeToken(), raw);
  }
}
