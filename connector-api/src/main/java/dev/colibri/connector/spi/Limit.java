package dev.colibri.connector.spi;

import java.time.Duration;

/**
 * How much of something a venue lets pass.
 *
 * @param bucket its name; requests say how much of which buckets they cost
 * @param amount how much passes in one window, at least 1
 * @param kind what the window does
 * @param window how long it is
 * @param scope what shares it
 */
public record Limit(String bucket, long amount, Kind kind, Duration window, Scope scope) {

  /** What the window does. */
  public enum Kind {
    /** It begins anew at whole multiples of its length, by the venue's clock. */
    FIXED,
    /** Any stretch of its length counts. */
    ROLLING,
    /** The amount flows back evenly; a full bucket may be spent at once. */
    TOKEN_BUCKET
  }

  /** What shares a limit. */
  public enum Scope {
    /** Everything from one address. */
    IP,
    /** One API key. */
    KEY,
    /** One account, whatever its keys. */
    ACCOUNT,
    /** One instrument of one account. */
    INSTRUMENT
  }

  /** Windows that begin at whole multiples of their length. */
  public static Limit fixed(String bucket, long amount, Duration window, Scope scope) {
    return new Limit(bucket, amount, Kind.FIXED, window, scope);
  }

  /** Any stretch of that length. */
  public static Limit rolling(String bucket, long amount, Duration window, Scope scope) {
    return new Limit(bucket, amount, Kind.ROLLING, window, scope);
  }

  /** A bucket that fills evenly, from empty to full in {@code window}. */
  public static Limit bucket(String bucket, long amount, Duration window, Scope scope) {
    return new Limit(bucket, amount, Kind.TOKEN_BUCKET, window, scope);
  }

  public Limit {
    if (amount < 1 || window.isNegative() || window.isZero()) {
      throw new IllegalArgumentException("limit " + bucket + " passes nothing");
    }
  }
}
