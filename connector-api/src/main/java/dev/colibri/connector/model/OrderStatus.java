package dev.colibri.connector.model;

/**
 * Where an order stands.
 *
 * <p>{@link #UNKNOWN} is a state of its own: a request whose reply was lost says nothing about the
 * order, which may be live. It stays exposure until the venue's own evidence ends it.
 */
public enum OrderStatus {
  /** Registered here; the venue has not answered. */
  PENDING_NEW,
  /** Resting on the venue's book, nothing filled. */
  OPEN,
  /** Resting on the venue's book, some of it filled. */
  PARTIALLY_FILLED,
  /** A cancel was sent; the venue has not said that the order is gone. */
  PENDING_CANCEL,
  /** Everything filled. Terminal. */
  FILLED,
  /** Ended by a cancel, ours or the venue's. Terminal. */
  CANCELED,
  /** Refused by the venue; it never rested. Terminal. */
  REJECTED,
  /** Ended by its own time in force or by the venue's rules. Terminal. */
  EXPIRED,
  /**
   * Given up by the user, as nobody could prove what became of it. Terminal here; it says nothing
   * of what the venue did with it, or may do yet.
   */
  DISMISSED,
  /** The outcome of a request is not known; the engine is finding out. Counts as live. */
  UNKNOWN;

  /** Whether nothing can follow, except a fill that the venue reports late. */
  public boolean isTerminal() {
    return this == FILLED
        || this == CANCELED
        || this == REJECTED
        || this == EXPIRED
        || this == DISMISSED;
  }

  /** Whether the venue showed it on its book, and nothing of ours is to change that. */
  public boolean isResting() {
    return this == OPEN || this == PARTIALLY_FILLED;
  }

  /** Whether the order may still trade: everything that is not terminal. */
  public boolean isLive() {
    return !isTerminal();
  }
}
