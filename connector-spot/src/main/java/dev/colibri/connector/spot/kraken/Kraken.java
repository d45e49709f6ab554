package dev.colibri.connector.spot.kraken;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Kraken, for whoever opens a connector: {@code colibri.open(Kraken.spot(credentials))}.
 *
 * <p>The secret is the private key as the venue shows it, in Base64. The only environment is {@code
 * live}: the venue has no test network for spot.
 */
public final class Kraken {
  private Kraken() {}

  /** kraken.com, public data only. */
  public static SpotVenue spot() {
    return venue(null);
  }

  /** kraken.com. */
  public static SpotVenue spot(Credentials credentials) {
    return venue(credentials);
  }

  private static SpotVenue venue(@Nullable Credentials credentials) {
    return SpotVenue.of(KrakenSpot::new, credentials);
  }

  /** {@code kraken-spot}, for the service loader. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return KrakenSpot.PROFILE.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return Kraken.venue(credentials);
    }
  }
}
