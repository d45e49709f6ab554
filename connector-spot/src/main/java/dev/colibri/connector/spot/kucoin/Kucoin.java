package dev.colibri.connector.spot.kucoin;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * KuCoin, for whoever opens a connector: {@code colibri.open(Kucoin.spot(credentials))}.
 *
 * <p>Credentials have the passphrase that was chosen with the key: {@code Credentials.of(key,
 * secret).withPassphrase(passphrase)}. The only environment is {@code live}.
 */
public final class Kucoin {
  private Kucoin() {}

  /** kucoin.com, public data only. */
  public static SpotVenue spot() {
    return venue(null);
  }

  /** kucoin.com. */
  public static SpotVenue spot(Credentials credentials) {
    return venue(credentials);
  }

  private static SpotVenue venue(@Nullable Credentials credentials) {
    return SpotVenue.byKeys(KucoinSpot::new, credentials);
  }

  /** {@code kucoin-spot}, for the service loader. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return KucoinSpot.PROFILE.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return Kucoin.venue(credentials);
    }
  }
}
