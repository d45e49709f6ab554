package dev.colibri.connector.io;

import org.jspecify.annotations.Nullable;

/** The journal cannot be opened, read or written; the message names it and says what to do. */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public JournalException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  public JournalException(String message) {
    this(message, null);
  }
}
