package dev.colibri.connector.model;

/**
 * An order book was read while it is not known to equal the venue's. Ask {@link
 * OrderBook#isValid()} first, or listen to its invalidation.
 */
public final class InvalidBook extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** The message names the instrument, the reason, and since when. */
  public InvalidBook(String message) {
    super(message);
  }
}
