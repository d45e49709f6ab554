package dev.colibri.connector.testkit.tape;

/** A tape that cannot be read, or a connector that does not do what a tape says. */
public final class TapeException extends AssertionError {
  private static final long serialVersionUID = 1;

  /** The message begins with the file and the line. */
  public TapeException(String message) {
    super(message);
  }
}
