package dev.colibri.connector.spot.coinbase;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Coinbase Advanced Trade, for whoever opens a connector: {@code
 * colibri.open(Coinbase.spot(credentials))}.
 *
 * <p>The key is the name of a CDP key, {@code organizations/…/apiKeys/…}. The secret is its private
 * key: the PEM text of a P-256 key, or an Ed25519 key in Base64 or PEM.
 */
public final class Coinbase {
  private Coinbase() {}

  /** Public data only. */
  public static SpotVenue spot() {
    return SpotVenue.of(CoinbaseSpot::new, null);
  }

  /** With an account. */
  public static SpotVenue spot(Credentials credentials) {
    return SpotVenue.of(CoinbaseSpot::new, credentials);
  }

  /** {@code coinbase-spot}, for the service loader. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return CoinbaseSpot.PROFILE.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return SpotVenue.of(CoinbaseSpot::new, credentials);
    }
  }
}
