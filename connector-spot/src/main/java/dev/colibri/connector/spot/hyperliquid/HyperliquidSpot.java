package dev.colibri.connector.spot.hyperliquid;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.text.Json;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How Hyperliquid speaks of spot pairs. */
final class HyperliquidSpot extends HyperliquidApi implements SpotDialect {
  static final Profile PROFILE =
      profile("hyperliquid-spot").fees("0.0004", "0.0007", FeeCharge.DEDUCTED_FROM_RETURNS).build();

  /** For one of the environments of {@link #PROFILE}. */
  HyperliquidSpot(String environment) {
    super(PROFILE, environment);
  }

  @Override
  protected @Nullable Instrument traded(Json row, Function<String, @Nullable Instrument> known) {
    return HyperliquidParser.pair(row, known);
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return info(20, "type", "spotMetaAndAssetCtxs")
        .json(json -> symbols.learn(HyperliquidParser.instruments(json.at(0), rows)));
  }

  /** Of all pairs only the mark is told; of those that are named, the touch and the last trade. */
  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    return instruments.isEmpty()
        ? info(20, "type", "spotMetaAndAssetCtxs")
            .json(json -> rows.read(json.at(1), row -> HyperliquidParser.mark(row, symbols)))
        : touches(instruments, rows);
  }

  /**
   * Volume and staking are counted in, a referrer's discount is not.
   *
   * <pre>{@code
   * {"userCrossRate":"0.000315","userAddRate":"0.000105","userSpotCrossRate":"0.00049",
   *  "userSpotAddRate":"0.00028","activeReferralDiscount":"0.0",…}
   * }</pre>
   */
  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return fees("userSpotAddRate", "userSpotCrossRate");
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return spotBalances(rows);
  }

  @Override
  public List<Stream> streams() {
    return streams(
        Stream.market(HyperliquidMarketSession::new),
        Stream.account(HyperliquidAccountSession::new));
  }
}
