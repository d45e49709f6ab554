package dev.colibri.connector.perp.bybit;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Bybit's linear perpetuals, for whoever opens a connector: {@code
 * colibri.open(BybitPerp.of(credentials))}.
 *
 * <p>Keys are system-generated ones, which sign by HMAC. Environments: {@code live}, {@code
 * testnet}, {@code demo}.
 */
public final class BybitPerp {
  private BybitPerp() {}

  /** Public data only. */
  public static PerpVenue of() {
    return new Provider().venue(null);
  }

  /** With an account. */
  public static PerpVenue of(Credentials credentials) {
    return new Provider().venue(credentials);
  }

  /** {@code bybit-perp}, for the service loader. */
  public static final class Provider implements PerpVenueProvider {
    @Override
    public PerpVenue venue(@Nullable Credentials credentials) {
      return PerpVenue.of(venue -> new BybitPerpDialect(), credentials);
    }
  }
}
