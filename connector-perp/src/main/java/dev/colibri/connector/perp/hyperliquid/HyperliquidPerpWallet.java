package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Transfers;
import java.math.BigDecimal;

/** The same for whoever signs with the account's own key, which may move funds. */
final class HyperliquidPerpWallet extends HyperliquidPerpDialect implements Transfers {
  HyperliquidPerpWallet(String environment) {
    super(environment);
  }

  @Override
  public Call<String> transfer(String asset, BigDecimal amount, Direction direction) {
    return asset.equals(HyperliquidPerpParser.COLLATERAL)
        ? moving(amount, direction == Direction.SPOT_TO_PERP).json(json -> "")
        : Call.refused("not in both wallets: " + asset);
  }
}
