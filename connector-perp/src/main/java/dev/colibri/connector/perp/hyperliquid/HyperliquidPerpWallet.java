package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Transfers;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Eip712;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.Secp256k1;
import java.math.BigDecimal;

/**
 * The same for whoever signs with the account's own key, which may move funds: such an action is
 * signed as what it says, and not as a hash of it.
 */
final class HyperliquidPerpWallet extends HyperliquidPerpDialect implements Transfers {
  private static final String AMOUNT = "amount";
  private static final String TO_PERP = "toPerp";

  HyperliquidPerpWallet(String environment) {
    super(environment);
  }

  @Override
  public Call<String> transfer(String asset, BigDecimal amount, Direction direction) {
    return asset.equals(HyperliquidPerpParser.COLLATERAL)
        ? action("type", "usdClassTransfer")
            .with(AMOUNT, Decimal.plain(amount))
            .with(TO_PERP, Boolean.toString(direction == Direction.SPOT_TO_PERP))
            .json(json -> "")
        : Call.failed(
            Fault.of(
                Fault.Kind.REJECTED, "only USDC is in both wallets, and " + asset + " is not"));
  }

  @Override
  public Signed depart(Request request, SigningContext context) {
    String amount = request.param(AMOUNT);
    if (amount == null) {
      return super.depart(request, context);
    }
    boolean toPerp = Boolean.parseBoolean(request.param(TO_PERP));
    String network = isTestnet() ? "Testnet" : "Mainnet";
    int chain = isTestnet() ? 421_614 : 42_161;
    byte[] hash =
        typed(
            "HyperliquidSignTransaction",
            chain,
            Eip712.struct(
                    "HyperliquidTransaction:UsdClassTransfer(string hyperliquidChain,string amount,"
                        + "bool toPerp,uint64 nonce)")
                .text(network)
                .text(amount)
                .bool(toPerp)
                .number(context.nonce()));
    Json action =
        Json.parse(
            JsonWriter.of(
                    "type",
                    "usdClassTransfer",
                    "hyperliquidChain",
                    network,
                    "signatureChainId",
                    "0x" + Integer.toHexString(chain),
                    AMOUNT,
                    amount,
                    TO_PERP,
                    toPerp,
                    "nonce",
                    context.nonce())
                .toString());
    Secp256k1.Signature by = Secp256k1.hex(context.credentials().secret()).sign(hash);
    return Signed.of(request).json(signed(action, context.nonce(), by).end().toString());
  }
}
