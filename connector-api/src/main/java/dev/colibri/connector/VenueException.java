package dev.colibri.connector;

/**
 * A question to a venue got no answer: it was refused, never sent, or its reply was lost. About
 * orders this says nothing; their events do.
 */
public final class VenueException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The message names the request and what the venue said. */
  public VenueException(String message) {
    super(message);
  }
}
