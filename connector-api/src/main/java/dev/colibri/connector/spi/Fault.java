package dev.colibri.connector.spi;

/**
 * A refusal, named. What is done about it stands in one table in the engine.
 *
 * @param kind what it means
 * @param raw the venue's own code and message
 */
public record Fault(Kind kind, String raw) {

  /** What a refusal means. */
  public enum Kind {
    /** Too much of a limit; nothing was done. */
    RATE_LIMITED,
    /** The address or key is shut out for a while; nothing was done. */
    BANNED,
    /** The request's time was outside what the venue takes; nothing was done. */
    CLOCK_SKEW,
    /** The nonce was used or too low; nothing was done. */
    NONCE_STALE,
    /** The key, its signature or its permissions; nothing was done. */
    UNAUTHORIZED,
    INSUFFICIENT_FUNDS,
    WOULD_CROSS,
    /** An order that may only reduce a position found none that it could. */
    REDUCE_ONLY,
    BAD_PRICE,
    BAD_SIZE,
    /** The instrument is not known or does not trade. */
    BAD_INSTRUMENT,
    /**
     * The venue knows no such order. Evidence only when older than its visibility delay, and twice.
     */
    ORDER_NOT_FOUND,
    /** An order of this client id exists: it says that the earlier request arrived. */
    DUPLICATE_ID,
    /** The venue takes no requests now; nothing was done. */
    MAINTENANCE,
    /** Refused for any other reason; nothing was done. */
    REJECTED,
    /** The venue itself does not know, or what came is no answer of the venue. */
    OUTCOME_UNKNOWN;

    /** Whether it says something of the moment, and nothing of what was asked. */
    public boolean isPassing() {
      return switch (this) {
        case RATE_LIMITED, BANNED, CLOCK_SKEW, NONCE_STALE, MAINTENANCE, OUTCOME_UNKNOWN -> true;
        default -> false;
      };
    }
  }

  /** A refusal with the venue's own words. */
  public static Fault of(Kind kind, String raw) {
    return new Fault(kind, raw);
  }

  /** What an HTTP status says by itself, where the body says nothing that is known. */
  public static Fault ofStatus(Reply reply) {
    int status = reply.status();
    String raw = "HTTP " + status;
    if (status == 429) {
      return of(Kind.RATE_LIMITED, raw);
    }
    if (status == 418) {
      return of(Kind.BANNED, raw);
    }
    if (status == 401 || status == 403) {
      return of(Kind.UNAUTHORIZED, raw);
    }
    // A redirect, a proxy's page, a server's failure, a time-out on the way (408, 499): none of
    // them says what became of the request.
    boolean refused = status >= 400 && status < 500 && status != 408 && status != 499;
    return of(refused ? Kind.REJECTED : Kind.OUTCOME_UNKNOWN, raw);
  }
}
