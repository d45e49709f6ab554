package dev.colibri.connector.spot.gate;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Gate, for whoever opens a connector: {@code colibri.open(Gate.spot(credentials))}. Environments:
 * {@code live} and {@code testnet}, which have keys of their own.
 */
public final class Gate {
  private Gate() {}

  /** Public data only. */
  public static SpotVenue spot() {
    return venue(null);
  }

  /** With the key and secret of an APIv4 key. */
  public static SpotVenue spot(Credentials credentials) {
    return venue(credentials);
  }

  private static SpotVenue venue(@Nullable Credentials credentials) {
    return SpotVenue.of(GateSpot::new, credentials);
  }

  /** {@code gate-spot}, for the service loader. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return GateSpot.PROFILE.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return Gate.venue(credentials);
    }
  }
}
