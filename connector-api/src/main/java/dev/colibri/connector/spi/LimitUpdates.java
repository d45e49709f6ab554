package dev.colibri.connector.spi;

/** What a reply may say about limits. */
public interface LimitUpdates {
  /** How much of a bucket the venue counts as used in its present window. */
  void used(String bucket, long amount);

  /** The bucket passes another amount than documented. */
  void amount(String bucket, long amount);

  /**
   * Nothing of the bucket may leave for so long.
   *
   * @param millis from now; at most a day is believed
   */
  void pause(String bucket, long millis);
}
