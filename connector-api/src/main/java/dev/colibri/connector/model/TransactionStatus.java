package dev.colibri.connector.model;

/**
 * Where a transaction stands. Only what the chain shows, or who dismisses it, ends one that was
 * signed, and a chain may take back what it showed: until it is {@link #isTerminal() terminal} any
 * of them may follow any.
 */
public enum TransactionStatus {
  /** It waits for its turn, an allowance, or a price of gas. Nothing was signed. */
  WAITING,
  /** Signed and kept; it is on its way to a node, or about to be. */
  SIGNED,
  /** Sent, and no node has said that it has it. */
  BROADCAST,
  /** A node has it, and it is in no block. */
  PENDING,
  /** No node knows it any more, though it may be mined yet: the same bytes are sent again. */
  DROPPED,
  /**
   * In a block, not yet as deep as is wanted. Where it failed there, or where it is what cancels it
   * that is there, the problem says so.
   */
  MINED,
  /** The block it was in is not in the chain any more; it may be mined again. */
  REORGED,
  /** Terminal: succeeded, as deep as is wanted. */
  CONFIRMED,
  /**
   * Terminal: in a block as deep as is wanted, where it failed; it cost gas and did nothing else.
   */
  REVERTED,
  /**
   * Terminal: something else has its nonce, as deep as is wanted: ours to cancel it, or another's.
   */
  REPLACED,
  /** Terminal: nothing was ever signed. */
  REFUSED,
  /**
   * Terminal: given up by the user, as nobody could prove what became of it. It may have been
   * carried out; the problem says whether it may be yet.
   */
  DISMISSED;

  /** Whether nothing follows. */
  public boolean isTerminal() {
    return this == CONFIRMED
        || this == REVERTED
        || this == REPLACED
        || this == REFUSED
        || this == DISMISSED;
  }
}
