package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.spi.SpotVenue;

/**
 * What every spot connector must do, as numbered cards. A connector's test says which venue, and
 * has a tape for every card in {@code src/test/tapes/<venue>}:
 *
 * <pre>{@code
 * class KrakenSpotTest extends SpotConformance {
 *   KrakenSpotTest() {
 *     super("kraken-spot", Kraken.spot(Credentials.of("key", "c2VjcmV0")));
 *   }
 * }
 * }</pre>
 *
 * <p>A card of an ability that the dialect does not implement is skipped; a missing tape fails.
 * With {@code TAPE_UPDATE=1} in the environment the {@code out} and {@code event} lines are written
 * anew before they are compared; the cards' own demands are checked all the same.
 */
public abstract class SpotConformance extends Conformance {
  /**
   * The cards, for a venue.
   *
   * @param name the folder of its tapes, which is the venue's name
   * @param venue with keys that are no secret
   */
  protected SpotConformance(String name, SpotVenue venue) {
    super(name, venue, SpotCards.ALL);
  }
}
