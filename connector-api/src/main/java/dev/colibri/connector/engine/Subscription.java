package dev.colibri.connector.engine;

import dev.colibri.connector.spi.Topic;

/** A topic that is wanted on a connection, and where that stands. */
final class Subscription {
  /** Where a subscription stands. */
  enum Stage {
    /** Not asked for on the present connection. */
    WANTED,
    ASKED,
    LIVE,
    REFUSED
  }

  final Topic topic;
  Stage stage = Stage.WANTED;

  /** When the message that asks for it left; not before it did. */
  long askedAt = Long.MAX_VALUE;

  Subscription(Topic topic) {
    this.topic = topic;
  }
}
