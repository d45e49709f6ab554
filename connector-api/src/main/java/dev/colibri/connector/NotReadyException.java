package dev.colibri.connector;

/** A connector did not become ready; the message names what is missing and why. */
public final class NotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The message names what is missing. */
  public NotReadyException(String message) {
    super(message);
  }
}
