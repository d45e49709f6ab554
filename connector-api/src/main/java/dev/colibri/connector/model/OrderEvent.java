package dev.colibri.connector.model;

import org.jspecify.annotations.Nullable;

/**
 * Something happened to an order. Events of one order come in the order in which they were learnt:
 * fills before the terminal event, and exactly one terminal event.
 *
 * @param kind what happened
 * @param state the order afterwards; totals are its, not to be summed over events
 * @param fill the fill, for {@link Kind#FILL}, {@link Kind#LATE_FILL}, {@link Kind#FEE} and {@link
 *     Kind#CORRECTED}; null otherwise
 * @param refusal why not, for {@link Kind#CANCEL_REFUSED} and {@link Kind#AMEND_REFUSED}; null
 *     otherwise: why an order itself was rejected is in its state
 */
public record OrderEvent(
    Kind kind, OrderState state, @Nullable Fill fill, @Nullable Reject refusal) {

  /** An event by which nothing was refused. */
  public OrderEvent(Kind kind, OrderState state, @Nullable Fill fill) {
    this(kind, state, fill, null);
  }

  /** What happened. */
  public enum Kind {
    /**
     * The journal of an earlier process knows it as live: it is of unknown outcome until the venue
     * has shown where it stands. The state has the fills that were known then; they are not told
     * again, and those since are.
     */
    RECOVERED,
    /** The venue has the order. Comes before its first fill, whatever came first on the wire. */
    ACCEPTED,
    /** Some of it traded. */
    FILL,
    /**
     * A fill that came after the terminal event: counted, and told apart because it should not be.
     */
    LATE_FILL,
    /** The fee of a fill became known after the fill. */
    FEE,
    /**
     * A fill of the venue's own took the place of a provisional one: price and fee are known now.
     * What is filled grows only where it is larger than the provisional one.
     */
    CORRECTED,
    /** A cancel was sent. */
    CANCEL_SENT,
    /** The venue refused a cancel; the order stands as it did. */
    CANCEL_REFUSED,
    /**
     * The venue shows the price and size that an amendment asked for: the state's order has them.
     */
    AMENDED,
    /** The venue refused an amendment; the order stands as it did. */
    AMEND_REFUSED,
    /** A request's outcome is not known; the order counts as live while the engine finds out. */
    UNKNOWN,
    /**
     * The outcome became known: the venue has the order, or the cancel or the amendment did not
     * take effect.
     */
    RESOLVED,
    /** Terminal: all of it filled. */
    FILLED,
    /** Terminal: canceled. */
    CANCELED,
    /** Terminal: refused by the venue, or never sent. */
    REJECTED,
    /** Terminal: expired. */
    EXPIRED,
    /**
     * Terminal: given up by the user, who was told nothing of what became of it. The state's reason
     * has his, and whether it may still trade.
     */
    DISMISSED
  }

  /** Whether nothing follows but late fills, corrections and fees. */
  public boolean isTerminal() {
    return kind == Kind.FILLED
        || kind == Kind.CANCELED
        || kind == Kind.REJECTED
        || kind == Kind.EXPIRED
        || kind == Kind.DISMISSED;
  }

  @Override
  public String toString() {
    return kind
        + (fill == null ? "" : " " + fill)
        + (refusal == null ? "" : " (" + refusal.raw() + ")")
        + ": "
        + state;
  }
}
