package dev.colibri.connector.spi;

import java.math.BigDecimal;

/**
 * An ability: the venue moves funds between the account's own wallets. Nothing leaves the account.
 * Not used unless the user said {@link PerpVenue#allowTransfers()}.
 */
public interface Transfers {

  /** Between which of the account's wallets. */
  enum Direction {
    SPOT_TO_PERP,
    PERP_TO_SPOT
  }

  /**
   * Moves funds. A lost reply is an unknown outcome: what came of it shows in the balances.
   *
   * @param amount positive, in units of the asset
   * @return the venue's id of the transfer, or an empty text where it gives none
   */
  Call<String> transfer(String asset, BigDecimal amount, Direction direction);
}
