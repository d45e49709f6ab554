package dev.colibri.connector.testkit.conformance;

import java.util.List;

/** The cards of spot venues: those of every venue with order books. */
final class SpotCards {
  /** Every card, in order of its number. */
  static final List<Card> ALL = Card.lettered("S", BookCards.ALL);

  private SpotCards() {}
}
