package dev.colibri.connector.model;

/** Why a venue refused or ended an order, as far as it said; {@link #raw()} has its own words. */
public sealed interface Reject {
  /** The venue's own code and message, escaped and without secrets. */
  String raw();

  /** The account does not have enough. */
  record InsufficientFunds(String raw) implements Reject {}

  /** A post-only order would have traded at once. */
  record WouldCross(String raw) implements Reject {}

  /** The venue does not take the price. */
  record BadPrice(String raw) implements Reject {}

  /** The venue does not take the size or the notional. */
  record BadSize(String raw) implements Reject {}

  /** An order that may only reduce a position found none, or one that others reduce already. */
  record ReduceOnly(String raw) implements Reject {}

  /** Too many orders or requests. */
  record RateLimited(String raw) implements Reject {}

  /** The key, its signature or its permissions. */
  record Auth(String raw) implements Reject {}

  /** The venue or the instrument does not trade now. */
  record Maintenance(String raw) implements Reject {}

  /** Anything else. */
  record Other(String raw) implements Reject {}
}
