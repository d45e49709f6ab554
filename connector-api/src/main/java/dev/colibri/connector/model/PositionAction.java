package dev.colibri.connector.model;

/** What an order is to do to a position. */
public enum PositionAction {
  /** Opens or enlarges one; where there is only one a side, it may reduce or turn it, too. */
  OPEN,
  /** Closes one or a part of it, and nothing else: reduce only. */
  CLOSE
}
