package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.spi.PerpVenue;
import dev.colibri.connector.spi.PerpVenueProvider;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Secp256k1;
import org.jspecify.annotations.Nullable;

/**
 * Hyperliquid's perpetuals, for whoever opens a connector: {@code
 * colibri.open(HyperliquidPerp.of(credentials))}. Needs BouncyCastle ({@code bcprov-jdk18on}) on
 * the class path as soon as there are credentials.
 *
 * <p>The credentials are those of {@link dev.colibri.connector.spot.hyperliquid.Hyperliquid}: the
 * address of the account, the private key of an API wallet or of the account itself, and, to trade
 * for a vault or a sub-account, its address as {@code vault}. Only the account's own key moves
 * funds between its wallets. Environments: {@code live}, {@code testnet}.
 */
public final class HyperliquidPerp {
  private HyperliquidPerp() {}

  /** Public data only. */
  public static PerpVenue of() {
    return new Provider().venue(null);
  }

  /**
   * An account.
   *
   * @throws dev.colibri.connector.text.TextException when the secret is no private key
   * @throws IllegalStateException saying what to add, without BouncyCastle
   */
  public static PerpVenue of(Credentials credentials) {
    return new Provider().venue(credentials);
  }

  /** Whether the key is the account's own, and no vault is in between. */
  private static boolean isOfAccount(Credentials keys) {
    String signer = Secp256k1.hex(keys.secret()).address();
    return signer.equalsIgnoreCase(keys.apiKey()) && keys.find("vault") == null;
  }

  /** {@code hyperliquid-perp}, for the service loader. */
  public static final class Provider implements PerpVenueProvider {
    @Override
    public PerpVenue venue(@Nullable Credentials credentials) {
      // Fails here rather than with the first order.
      boolean ofAccount = credentials != null && isOfAccount(credentials);
      return PerpVenue.of(
          v ->
              ofAccount && v.credentials() != null
                  ? new HyperliquidPerpWallet(v.environment())
                  : new HyperliquidPerpDialect(v.environment()),
          credentials);
    }
  }
}
