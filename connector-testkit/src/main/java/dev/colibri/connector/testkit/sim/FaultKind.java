package dev.colibri.connector.testkit.sim;

/**
 * What can go wrong around a connector. Each kind is one word of a {@link FaultMenu}; a simulation
 * counts how often each took effect.
 */
public enum FaultKind {
  // The network, for requests.
  /** A request does not arrive, and the connection is reset. */
  REQUEST_LOST,
  /** A request does not arrive, and nothing ever comes back. */
  REQUEST_HANGS,
  /** The connection is reset, and the request arrives all the same, some seconds later. */
  REQUEST_LATE,
  /** A request takes long on its way. */
  REQUEST_SLOW,
  /** A request is carried out, and the connection is reset before the reply. */
  REPLY_LOST,
  /** A request is carried out, and nothing ever comes back. */
  REPLY_HANGS,
  /** A reply takes long on its way. */
  REPLY_SLOW,
  /** The name of the host cannot be resolved, for a while. */
  DNS_FAILURE,
  /** Connections for requests are refused, for a while. */
  CONNECTION_REFUSED,
  /** Requests of one path go unanswered, for a while. */
  PATH_OUTAGE,
  /** All requests go unanswered, for a while. */
  REST_OUTAGE,
  /** Nothing gets through in either direction, for a while. */
  OUTAGE,
  /** Everything takes a while longer, each thing another, so that connections overtake others. */
  LATENCY,

  // HTTP, as gateways and venues answer it.
  /** Too many requests, with a time to wait; not carried out. */
  HTTP_429,
  /** Banned until some time; not carried out. */
  HTTP_418,
  /** Forbidden, by a firewall; not carried out. */
  HTTP_403,
  /** Not available here; not carried out. */
  HTTP_451,
  /** A redirect to another host; not carried out. */
  HTTP_REDIRECT,
  /** An error of the server; not carried out. */
  HTTP_5XX_BEFORE,
  /** An error of the server; carried out all the same. */
  HTTP_5XX_AFTER,
  /** A page of HTML with a good status; carried out or not. */
  HTML,
  /** Half of the reply, as if it were whole. */
  TRUNCATED,

  // Streams.
  /** The venue closes a connection, with any code there is. */
  STREAM_CLOSED,
  /** All connections are cut, and none opens for a while. */
  STREAM_OUTAGE,
  /** A connection stays open and carries nothing any more, in either direction. */
  STREAM_SILENT,
  /** A connection answers pings, and tells nothing any more. */
  STREAM_MUTE,
  /** A connection is not accepted. */
  CONNECT_REFUSED,
  /** A connection never opens. */
  CONNECT_HANGS,
  /** The first message on a connection, which accepts a login or a subscription, is lost. */
  ACK_LOST,
  /** The first message on a connection comes after those that follow it. */
  ACK_LATE,
  /** A message is lost. */
  FRAME_LOST,
  /** A message comes twice. */
  FRAME_TWICE,
  /** A message comes after some that follow it. */
  FRAME_LATE,
  /** Half of a message, as if it were whole. */
  FRAME_CUT,

  // The venue.
  /** Queries do not see new orders for a while. */
  ORDERS_INVISIBLE,
  /** Queries see fills later than the orders that they belong to. */
  FILLS_LATE,
  /** The account's stream tells a fill before the order. */
  ACK_AFTER_FILL,
  /** The account's stream tells old events again. */
  EVENTS_REPLAYED,
  /** The venue restarts: connections end, and nothing is accepted for a while. */
  RESTART,
  /** The venue restarts, and its resting orders are gone without a word. */
  RESTART_LOSING_ORDERS,
  /** The venue is in maintenance for a while. */
  MAINTENANCE,
  /** The venue takes half as many requests as it says, for a while. */
  LIMITS_LOWERED,
  /** The venue takes its time for replies. */
  VENUE_SLOW,
  /** A market gets another tick size. */
  TICK_CHANGED,
  /** A market is delisted. */
  DELISTED,
  /** An order of the account meets another of the same account. */
  SELF_TRADE,
  /** The venue cancels an order by itself. */
  EXPELLED,

  // The host.
  /** Nothing of the host runs for a while. */
  PAUSE,
  /** Nothing of the host runs for a while, and its clock stands still. */
  SLEEP,
  /** The venue's clock is set forward, beside the host's. */
  CLOCK_JUMP,
  /** The host's clock runs fast or slow. */
  CLOCK_DRIFT,
  /** The process is killed, and another one begins a while later. */
  KILL,
  /** The journal cannot be written for a while. */
  DISK_FULL,

  // The user's code.
  /** A listener throws. */
  LISTENER_THROWS,
  /** A listener takes long. */
  LISTENER_SLOW,

  // An account of perpetuals.
  /** Another program of the same account trades. */
  TRADED_BY_HAND,
  /** The account's owner changes the leverage of a market, elsewhere. */
  LEVERAGE_BY_HAND,
  /** The account's owner closes everything, elsewhere, and takes the other position mode. */
  MODE_BY_HAND,
  /** The account's owner moves money in or out. */
  MONEY_MOVED,
  /** The mark price leaps, and positions may be liquidated. */
  PRICE_LEAP,
  /** The venue closes a position against one that it liquidated. */
  DELEVERAGED
}
