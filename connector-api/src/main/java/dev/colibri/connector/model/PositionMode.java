package dev.colibri.connector.model;

/** How an account holds positions of an instrument. */
public enum PositionMode {
  /** One position, long or short: a sell reduces a long one, and may turn it. */
  ONE_WAY,
  /** A long and a short position side by side; every order says which it works on. */
  HEDGE
}
