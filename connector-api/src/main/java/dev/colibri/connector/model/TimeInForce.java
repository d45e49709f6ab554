package dev.colibri.connector.model;

/** How long an order lives. */
public enum TimeInForce {
  /** Good till canceled. */
  GTC,
  /** Immediate or cancel: what does not trade at once expires. */
  IOC,
  /** Fill or kill: all of it trades at once, or none of it does. */
  FOK,
  /** Good till date: what has not traded by a time expires. */
  GTD
}
