package dev.colibri.connector.spot.binance;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * Binance, for whoever opens a connector: {@code colibri.open(Binance.spot(credentials))}.
 *
 * <p>The secret is that of an HMAC key, or the PEM text (PKCS #8) of an Ed25519 key. Environments:
 * {@code live}, {@code testnet}, and {@code demo} of binance.com; {@code live} of binance.us.
 */
public final class Binance {
  private Binance() {}

  /** binance.com, public data only. */
  public static SpotVenue spot() {
    return new Spot().venue(null);
  }

  /** binance.com. */
  public static SpotVenue spot(Credentials credentials) {
    return new Spot().venue(credentials);
  }

  /** binance.us, public data only. */
  public static SpotVenue us() {
    return new Us().venue(null);
  }

  /** binance.us. */
  public static SpotVenue us(Credentials credentials) {
    return new Us().venue(credentials);
  }

  /** {@code binance-spot}, for the service loader. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return BinanceSpot.INTERNATIONAL.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return SpotVenue.of(BinanceSpot.International::new, credentials);
    }
  }

  /** {@code binance-us-spot}, for the service loader. */
  public static final class Us implements SpotVenueProvider {
    @Override
    public String name() {
      return BinanceSpot.UNITED_STATES.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return SpotVenue.of(BinanceSpot.Us::new, credentials);
    }
  }
}
