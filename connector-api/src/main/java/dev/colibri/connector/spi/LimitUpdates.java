package dev.colibri.connector.spi;

/** What a reply may say about limits. */
public interface LimitUpdates {
  /** How much of a bucket the venue counts as used in its present window. */
  void used(String bucket, long amount);

  /** The same, as a header says it; nothing where it does not. */
  default void used(String bucket, Reply reply, String header) {
    long amount = reply.number(header);
    if (amount >= 0) {
      used(bucket, amount);
    }
  }

  /** The bucket passes another amount than documented. */
  void amount(String bucket, long amount);

  /**
   * Nothing of the bucket may leave for so long.
   *
   * @param millis from now; at most a day is believed
   */
  void pause(String bucket, long millis);

  /**
   * The same, as a header like {@code Retry-After} says it in seconds.
   *
   * @param fallback seconds where the header does not say
   */
  default void pause(String bucket, Reply reply, String header, long fallback) {
    long seconds = reply.number(header);
    pause(bucket, 1000 * Math.min(seconds < 0 ? fallback : seconds, 86_400));
  }
}
