package dev.colibri.connector.spi;

import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Offers a spot venue by name. Registered through {@link java.util.ServiceLoader}, so that a third
 * party adds a connector without touching this project.
 */
public interface SpotVenueProvider {
  /** The name it is opened by, as in {@code binance-spot}. */
  default String name() {
    return venue(null).dialect().profile().name();
  }

  /** The venue; without credentials for public data only. */
  SpotVenue venue(@Nullable Credentials credentials);
}
