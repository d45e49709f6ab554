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
    return venue(null);
  }

  /** With an account. */
  public static PerpVenue of(Credentials credentials) {
    return venue(credentials);
  }

  private static PerpVenue venue(@Nullable Credentials credentials) {
    return PerpVenue.of(venue -> new BybitPerpDialect(), credentials);
  }

  /** {@code bybit-perp}, for the service loader. */
  public static final class Provider implements PerpVenueProvider {
    @Override
    public String name() {
      return BybitPerpDialect.PROFILE.name();
    }

    @Override
    public PerpVenue venue(@Nullable Credentials credentials) {
      return BybitPerp.venue(credentials);
    }
  }
}
