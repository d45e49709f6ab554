package dev.colibri.connector.perp.binance;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Binance USDⓈ-M futures, for whoever opens a connector: {@code
 * colibri.open(BinancePerp.of(credentials))}.
 *
 * <p>The secret is that of an HMAC key, or the PEM text (PKCS #8) of an Ed25519 key. Environments:
 * {@code live} and {@code testnet}.
 */
public final class BinancePerp {
  private BinancePerp() {}

  /** Public data only. */
  public static PerpVenue of() {
    return new Provider().venue(null);
  }

  /** An account. */
  public static PerpVenue of(Credentials credentials) {
    return new Provider().venue(credentials);
  }

  /** {@code binance-perp}, for the service loader. */
  public static final class Provider implements PerpVenueProvider {
    @Override
    public PerpVenue venue(@Nullable Credentials credentials) {
      return PerpVenue.of(venue -> new BinancePerpDialect(), credentials);
    }
  }
}
