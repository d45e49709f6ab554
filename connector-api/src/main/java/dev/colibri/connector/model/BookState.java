package dev.colibri.connector.model;

/** Why an order book is, or is not, known to equal the venue's. */
public enum BookState {
  /** Equal to the venue's book at {@link OrderBook#sequence()}. */
  VALID,
  /** No snapshot has come since the subscription. */
  LOADING,
  /** A change is missing between two that came. */
  GAP,
  /** The venue's checksum does not match. */
  CHECKSUM,
  /** The best bid is not below the best ask. */
  CROSSED,
  /** Nothing has come for longer than the venue's data deadline. */
  STALE,
  /** The connection is down. */
  DISCONNECTED,
  /** A change could not be read, or holds a number that does not fit. */
  UNREADABLE,
  /** Nobody subscribes any more, or the connector is closed. */
  CLOSED
}
