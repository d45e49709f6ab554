package dev.colibri.connector.spot.okx;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * OKX, for whoever opens a connector: {@code colibri.open(Okx.spot(credentials))}.
 *
 * <p>Credentials need the key's passphrase: {@link Credentials#withPassphrase}. Environments:
 * {@code live}, {@code us} and {@code eea} for the accounts of those regions, and the demo trading
 * of each: {@code demo}, {@code us-demo}, {@code eea-demo}.
 */
public final class Okx {
  private Okx() {}

  /** Public data only. */
  public static SpotVenue spot() {
    return venue(null);
  }

  /**
   * With an account.
   *
   * @throws IllegalStateException when the credentials have no passphrase
   */
  public static SpotVenue spot(Credentials credentials) {
    return venue(credentials);
  }

  private static SpotVenue venue(@Nullable Credentials credentials) {
    if (credentials != null) {
      credentials.passphrase(); // Better missed now than with every request.
    }
    return SpotVenue.byEnvironment(OkxSpot::new, credentials);
  }

  /** {@code okx-spot}, for the service loader. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return OkxSpot.PROFILE.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return Okx.venue(credentials);
    }
  }
}
