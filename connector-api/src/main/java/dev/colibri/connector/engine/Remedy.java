package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Request;

/** What is done about a refusal: one table for every venue. */
enum Remedy {
  /** It stands; whoever asked is told. */
  STAND,
  /** The same request later, signed anew; the limits were told already. */
  AGAIN_LATER,
  /** Ask the venue's time, then the same request signed anew, once. */
  LEARN_TIME,
  /** Learn the nonce anew, then the same request signed anew, once. */
  LEARN_NONCE,
  /** Nothing is known of a mutation; a query may be asked again. */
  UNKNOWN;

  /**
   * The table.
   *
   * <p>Only faults that say "nothing was done" lead to a second attempt of a mutation, and an order
   * is not kept back behind the user's back: it is refused, so that the strategy may think again.
   */
  static Remedy of(Fault.Kind kind, Request request) {
    boolean waits = request.urgency() != Request.Urgency.ORDER;
    return switch (kind) {
      case RATE_LIMITED, BANNED, MAINTENANCE -> waits ? AGAIN_LATER : STAND;
      case CLOCK_SKEW -> LEARN_TIME;
      case NONCE_STALE -> LEARN_NONCE;
      case OUTCOME_UNKNOWN -> UNKNOWN;
      case UNAUTHORIZED,
          INSUFFICIENT_FUNDS,
          WOULD_CROSS,
          REDUCE_ONLY,
          BAD_PRICE,
          BAD_SIZE,
          BAD_INSTRUMENT,
          ORDER_NOT_FOUND,
          DUPLICATE_ID,
          REJECTED ->
          STAND;
    };
  }
}
