package dev.colibri.connector.testkit.vectors;

import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/** A signing context whose clock stands still and whose numbers are known. */
public final class FrozenSigning implements SigningContext {
  private final long millis;
  private final @Nullable Credentials credentials;
  private long requestId;

  /**
   * A context.
   *
   * @param millis the venue's time, in milliseconds since the epoch; the nonce, too
   * @param credentials null for none
   */
  public FrozenSigning(long millis, @Nullable Credentials credentials) {
    this.millis = millis;
    this.credentials = credentials;
  }

  /** The same, one request later. */
  FrozenSigning next() {
    FrozenSigning next = new FrozenSigning(millis, credentials);
    next.requestId = requestId + 1;
    return next;
  }

  @Override
  public long millis() {
    return millis;
  }

  @Override
  public long nonce() {
    return millis;
  }

  @Override
  public long requestId() {
    return requestId;
  }

  @Override
  public long random() {
    return 0x1111111122223333L;
  }

  @Override
  public Credentials credentials() {
    if (credentials == null) {
      throw new IllegalStateException("opened without credentials");
    }
    return credentials;
  }
}
