package dev.colibri.connector.spi;

import dev.colibri.connector.text.Credentials;

/** What is known only when a request or a frame leaves. */
public interface SigningContext {
  /** The venue's time, as far as it is known here, in milliseconds since the epoch. */
  long millis();

  /** The number drawn from the request's {@link NonceSequence}; 0 without one. */
  long nonce();

  /** A number that no other request of this connector has; correlates replies on a stream. */
  long requestId();

  /** 64 random bits, new at every call. */
  long random();

  /**
   * The account's keys, those of now.
   *
   * @throws IllegalStateException when the connector was opened without
   */
  Credentials credentials();
}
