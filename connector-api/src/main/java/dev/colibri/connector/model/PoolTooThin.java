package dev.colibri.connector.model;

/** A pool cannot carry out so large a swap, or not within what is known of it. */
public final class PoolTooThin extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says of which pool, and what it can do. */
  public PoolTooThin(String message) {
    super(message);
  }
}
