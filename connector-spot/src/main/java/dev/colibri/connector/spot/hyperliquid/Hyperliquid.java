package dev.colibri.connector.spot.hyperliquid;

import dev.colibri.connector.spi.SpotVenue;
import dev.colibri.connector.spi.SpotVenueProvider;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Secp256k1;
import org.jspecify.annotations.Nullable;

/**
 * Hyperliquid, for whoever opens a connector: {@code colibri.open(Hyperliquid.spot(credentials))}.
 * Needs BouncyCastle ({@code bcprov-jdk18on}) on the class path as soon as there are credentials.
 *
 * <p>The API key is the address of the account ({@code 0x} and 40 digits), the secret the private
 * key, in hexadecimal, of an API wallet that the account approved, or of the account itself. To
 * trade for a vault or a sub-account, its address is a further value: {@code
 * credentials.with("vault", "0x…")}, or {@code HYPERLIQUID_API_VAULT} in the environment.
 * Environments: {@code live}, {@code testnet}.
 */
public final class Hyperliquid {
  private Hyperliquid() {}

  /** Public data only. */
  public static SpotVenue spot() {
    return venue(null);
  }

  /**
   * An account.
   *
   * @throws dev.colibri.connector.text.TextException when the secret is no private key
   * @throws IllegalStateException saying what to add, without BouncyCastle
   */
  public static SpotVenue spot(Credentials credentials) {
    return venue(credentials);
  }

  private static SpotVenue venue(@Nullable Credentials credentials) {
    if (credentials != null) {
      // Fails here rather than with the first order.
      Secp256k1.hex(credentials.secret());
    }
    return SpotVenue.byEnvironment(HyperliquidSpot::new, credentials);
  }

  /** {@code hyperliquid-spot}, for the service loader. */
  public static final class Spot implements SpotVenueProvider {
    @Override
    public String name() {
      return HyperliquidSpot.PROFILE.name();
    }

    @Override
    public SpotVenue venue(@Nullable Credentials credentials) {
      return Hyperliquid.venue(credentials);
    }
  }
}
