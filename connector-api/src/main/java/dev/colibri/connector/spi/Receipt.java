package dev.colibri.connector.spi;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a chain shows of a transaction that is in a block.
 *
 * @param hash of the transaction
 * @param blockNumber the height of its block
 * @param blockHash of its block
 * @param succeeded whether it did what it was to do; one that did not left nothing but its cost
 * @param gasUsed how much gas it used
 * @param cost what that cost, with everything, in the smallest parts of the chain's own asset
 * @param logs what contracts told, in order
 */
public record Receipt(
    String hash,
    long blockNumber,
    String blockHash,
    boolean succeeded,
    long gasUsed,
    BigInteger cost,
    List<Log> logs) {

  /**
   * Something that a contract told.
   *
   * @param address the contract's, in the chain's spelling
   * @param topics what it is found by, the first being the kind of event where it has one
   * @param data the rest; not copied, and must not be changed
   */
  public record Log(String address, List<String> topics, byte[] data) {
    public Log {
      topics = List.copyOf(topics);
    }

    /** The first topic; null where there is none. */
    public @Nullable String kind() {
      return topics.isEmpty() ? null : topics.get(0);
    }
  }

  public Receipt {
    logs = List.copyOf(logs);
  }
}
