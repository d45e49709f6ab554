package dev.colibri.connector.spot.bybit;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Bybit, for whoever opens a connector: {@code colibri.open(Bybit.spot(credentials))}.
 *
 * <p>Keys are system-generated ones, which sign by HMAC. Environments: {@code live}, {@code
 * testnet}, {@code demo}.
 */
public final class Bybit {
  private Bybit() {}

  /** Public data only. */
  public static SpotVenue spot() {
    return venue(null);
  }

  /** With an account. */
  public static SpotVenue spot(Credentials credentials) {
    return venue(credentials);
  }

  private static SpotVenue venue(@Nullable Credentials credentials) {
    return SpotVenue.byEnvironment(
        environment -> environment.equals("demo") ? new BybitSpot() : new BybitSpot.Batching(),
        credentials);
  }

  /** {@code bybit-spot}, for the service loader. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return BybitSpot.PROFILE.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return Bybit.venue(credentials);
    }
  }
}
