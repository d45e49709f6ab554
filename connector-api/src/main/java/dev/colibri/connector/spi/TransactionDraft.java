package dev.colibri.connector.spi;

import java.math.BigInteger;
import java.util.Objects;

/**
 * What a wallet is to do on its chain, before it is signed. Immutable.
 *
 * @param what for people, and for the one who signs
 * @param to the contract or wallet, in the chain's spelling
 * @param value of the chain's own asset that goes along, in its smallest parts
 * @param data what the contract is told; not copied, and must not be changed
 * @param gasLimit how much gas it may use; 0 to ask the chain
 * @param deadlineMillis until when the contract carries it out, in milliseconds since the epoch; 0
 *     where it has no such bound and moves no money at a price
 */
public record TransactionDraft(
    String what, String to, BigInteger value, byte[] data, long gasLimit, long deadlineMillis) {
  public TransactionDraft {
    Objects.requireNonNull(to);
    if (value.signum() < 0 || gasLimit < 0 || deadlineMillis < 0) {
      throw new IllegalArgumentException(
          what + ": value " + value + ", gas " + gasLimit + ", deadline " + deadlineMillis);
    }
  }

  /** The same with another bound of gas. */
  public TransactionDraft gasLimit(long gasLimit) {
    return new TransactionDraft(what, to, value, data, gasLimit, deadlineMillis);
  }

  @Override
  public String toString() {
    return what;
  }
}
