package dev.colibri.connector.spi;

import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/** Offers a venue of perpetual swaps by name, as {@link SpotVenueProvider} does a spot venue. */
public interface PerpVenueProvider {
  /** The name it is opened by, as in {@code binance-perp}: that of its profile. */
  default String name() {
    return venue(null).dialect().profile().name();
  }

  /** The venue; without credentials for public data only. */
  PerpVenue venue(@Nullable Credentials credentials);
}
