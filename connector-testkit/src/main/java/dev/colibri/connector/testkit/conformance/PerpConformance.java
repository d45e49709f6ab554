package dev.colibri.connector.testkit.conformance;

import dev.colibri.connector.spi.PerpVenue;

/**
 * What every connector of perpetuals must do, as numbered cards, in the way of {@link
 * SpotConformance}: P01 and so on demand what the spot cards of the same number do, and those from
 * P101 on are about positions, leverage, margin and funding.
 *
 * <pre>{@code
 * class OkxPerpTest extends PerpConformance {
 *   OkxPerpTest() {
 *     super("okx-perp", OkxPerp.of(Credentials.of("key", "secret").withPassphrase("phrase")));
 *   }
 * }
 * }</pre>
 */
public abstract class PerpConformance extends Conformance {
  /**
   * The cards, for a venue.
   *
   * @param name the folder of its tapes, which is the venue's name
   * @param venue with keys that are no secret
   */
  protected PerpConformance(String name, PerpVenue venue) {
    super(name, venue, PerpCards.ALL);
  }
}
