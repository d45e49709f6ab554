package dev.colibri.connector.engine;

import dev.colibri.connector.model.GasPrice;
import dev.colibri.connector.spi.ChainDialect;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** What gas costs, as the chain tells, and how much is paid for it at the most. */
final class GasPrices {
  private final Context context;
  private final Calls calls;
  private final ChainDialect chain;
  private final @Nullable BigInteger mostPaid;
  private final Runnable known;

  private @Nullable GasPrice latest;
  private long latestNanos;
  private boolean asking;
  private int failures;

  /**
   * Nothing is known yet.
   *
   * @param mostPaid what is paid at the most; null for any price
   * @param known told when the price may have got known
   */
  GasPrices(
      Context context,
      Calls calls,
      ChainDialect chain,
      @Nullable BigInteger mostPaid,
      Runnable known) {
    this.context = context;
    this.calls = calls;
    this.chain = chain;
    this.mostPaid = mostPaid;
    this.known = known;
  }

  /** What was told last, however long ago; null before. */
  @Nullable GasPrice latest() {
    return latest;
  }

  /** Why so much is not paid, in words that begin with the price; null where it is. */
  @Nullable String tooMuch(GasPrice price) {
    BigInteger limit = mostPaid;
    return limit == null || price.most().compareTo(limit) <= 0
        ? null
        : price.most() + ", and " + limit + " are paid at the most";
  }

  /** A price, or what is paid at the most where it is more. */
  GasPrice atMost(GasPrice price) {
    BigInteger limit = mostPaid;
    return limit == null || price.most().compareTo(limit) <= 0
        ? price
        : new GasPrice(limit, price.tip().min(limit));
  }

  /** What gas costs, as was told at that time or later; null while it is asked for. */
  @Nullable GasPrice since(long since) {
    if (latest != null && latestNanos >= since) {
      return latest;
    }
    if (!asking) {
      asking = true;
      calls.perform(
          chain::gasPrice,
          outcome -> {
            if (outcome instanceof Outcome.Answer<GasPrice> a) {
              asking = false;
              failures = 0;
              latest = a.value();
              latestNanos = context.now;
              known.run();
            } else {
              context.faulted("gas price", outcome);
              context.timers.set(
                  context.now + context.backoff(failures++),
                  () -> {
                    asking = false;
                    known.run();
                  });
            }
          });
    }
    return null;
  }

  /** An eighth more at the least, or what gas costs now. */
  GasPrice more(GasPrice before) {
    BigInteger most = eighthMore(before.most());
    BigInteger tip = eighthMore(before.tip());
    GasPrice now = latest;
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
}
