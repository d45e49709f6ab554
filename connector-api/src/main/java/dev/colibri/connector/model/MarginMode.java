package dev.colibri.connector.model;

/** What stands behind a position. */
public enum MarginMode {
  /** Everything in the account. */
  CROSS,
  /** Only what was put aside for it. */
  ISOLATED
}
