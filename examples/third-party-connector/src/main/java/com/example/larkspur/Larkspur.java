package com.example.larkspur;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/** Larkspur, for whoever opens a connector: {@code colibri.open(Larkspur.spot(credentials))}. */
public final class Larkspur {
  private Larkspur() {}

  /** Public data only. */
  public static SpotVenue spot() {
    return SpotVenue.of(LarkspurSpot::new, null);
  }

  /** With an account's key and secret. */
  public static SpotVenue spot(Credentials credentials) {
    return SpotVenue.of(LarkspurSpot::new, credentials);
  }

  /** {@code colibri.open("larkspur-spot", credentials)} finds it by this. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return LarkspurSpot.PROFILE.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return SpotVenue.of(LarkspurSpot::new, credentials);
    }
  }
}
