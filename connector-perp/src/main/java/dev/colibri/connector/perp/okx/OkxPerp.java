package dev.colibri.connector.perp.okx;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * OKX's linear perpetual swaps, for whoever opens a connector: {@code
 * colibri.open(OkxPerp.of(credentials))}.
 *
 * <p>Credentials need the key's passphrase: {@link Credentials#withPassphrase}. Environments are
 * those of spot: {@code live}, {@code us} and {@code eea}, and the demo trading of each: {@code
 * demo}, {@code us-demo}, {@code eea-demo}.
 */
public final class OkxPerp {
  private OkxPerp() {}

  /** Public data only. */
  public static PerpVenue of() {
    return new Provider().venue(null);
  }

  /**
   * With an account.
   *
   * @throws IllegalStateException when the credentials have no passphrase
   */
  public static PerpVenue of(Credentials credentials) {
    return new Provider().venue(credentials);
  }

  /** {@code okx-perp}, for the service loader. */
  public static final class Provider implements PerpVenueProvider {
    @Override
    public PerpVenue venue(@Nullable Credentials credentials) {
      if (credentials != null) {
        credentials.passphrase(); // Better missed now than with every request.
      }
      return PerpVenue.of(venue -> new OkxPerpDialect(venue.environment()), credentials);
    }
  }
}
