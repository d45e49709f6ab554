package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Reply;

/** What became of a request that was handed to the transport: exactly one of these, once. */
public sealed interface Delivery {

  /** A whole reply came, whatever its status. */
  record Replied(Reply reply) implements Delivery {}

  /** Not one byte of it left this host: the venue cannot have seen it. */
  record NotSent(String why) implements Delivery {}

  /** Some of it may have left, and no whole reply came: the outcome is unknown. */
  record Lost(String why) implements Delivery {}
}
