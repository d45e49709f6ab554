package dev.colibri.connector.model;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a wallet does on its chain, at one moment: everything that is known. Immutable. It
 * has one nonce, and so at most one effect, however often it is sent and at whatever price.
 *
 * @param id ours, unique within the wallet
 * @param what it does, for people
 * @param status where it stands
 * @param nonce -1 before it has one
 * @param hashes of everything that was signed for it, the latest last; empty before
 * @param mined the hash that is in the chain; null while none is
 * @param block where that is; null while none is
 * @param confirmations how many blocks the chain has from there on, that one included; 0 before
 * @param cost what it cost in the chain's own asset, in its smallest parts; null before it is mined
 * @param problem why it failed, or is held up; null otherwise
 * @param createdNanos when it was registered, in nanoseconds since the epoch by this host's clock
 */
public record TransactionState(
    String id,
    String what,
    TransactionStatus status,
    long nonce,
    List<String> hashes,
    @Nullable String mined,
    @Nullable Block block,
    int confirmations,
    @Nullable BigInteger cost,
    @Nullable String problem,
    long createdNanos) {

  public TransactionState {
    hashes = List.copyOf(hashes);
  }

  @Override
  public String toString() {
    return status
        + " "
        + what
        + " ["
        + id
        + (nonce < 0 ? "" : ", nonce " + nonce)
        + (hashes.isEmpty() ? "" : ", " + hashes.get(hashes.size() - 1))
        + "]"
        + (problem == null ? "" : " (" + problem + ")");
  }
}
