package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.spot.hyperliquid.HyperliquidApi;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How Hyperliquid speaks of the perpetuals that it lists itself. */
class HyperliquidPerpDialect extends HyperliquidApi implements PerpDialect {
  static final Profile PROFILE =
      profile("hyperliquid-perp").fees("0.00015", "0.00045", FeeCharge.ADDED_TO_COST).build();

  private static final String MARKETS = "metaAndAssetCtxs";
  private static final String STATE = "clearinghouseState";
  private static final List<String> UNIFIED = List.of("unifiedAccount", "portfolioMargin");

  /** Payments of a page. */
  private static final int PAYMENTS = 500;

  /** Whether the collateral is the spot balance, as it was told last; null before. */
  private @Nullable Boolean unified;

  /** For one of the environments of {@link #PROFILE}. */
  HyperliquidPerpDialect(String environment) {
    super(PROFILE, environment);
  }

  @Override
  protected @Nullable Instrument traded(Json row, Function<String, @Nullable Instrument> known) {
    return HyperliquidPerpParser.traded(row, known);
  }

  // ---- market data

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return info(20, "type", MARKETS)
        .json(json -> symbols.learn(HyperliquidPerpParser.instruments(json.at(0), rows)));
  }

  /** Of all only the mark is told; of those that are named, the touch and the last trade. */
  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    return instruments.isEmpty()
        ? markets(symbols, rows, HyperliquidPerpParser::mark)
        : touches(instruments, rows);
  }

  /** Funding is every hour by the venue's clock, which is asked for. */
  @Override
  public Call<List<FundingRate>> fundingRates(List<Instrument> instruments, BadRows rows) {
    Symbols wanted = symbols.among(instruments);
    return time()
        .then(
            now -> markets(wanted, rows, (i, told) -> HyperliquidPerpParser.funding(i, told, now)));
  }

  private static <T> Call<List<T>> markets(
      Symbols of, BadRows rows, BiFunction<Instrument, Json, T> reader) {
    return info(20, "type", MARKETS)
        .json(json -> HyperliquidPerpParser.markets(json, of, rows, reader));
  }

  // ---- the account

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return fees("userAddRate", "userCrossRate");
  }

  /** An account whose balances are one has its collateral among those of spot. */
  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return info(20, "type", "userAbstraction")
        .signed()
        .json(Json::asText)
        .then(
            mode -> {
              unified = UNIFIED.contains(mode);
              return unified
                  ? spotBalances(rows).map(HyperliquidPerpParser::collateral)
                  : info(2, "type", STATE)
                      .signed()
                      .json(json -> List.of(HyperliquidPerpParser.margin(json)));
            });
  }

  @Override
  public Set<PositionMode> positionModes() {
    return EnumSet.of(PositionMode.ONE_WAY);
  }

  /** The only one there is. */
  @Override
  public Call<PositionMode> positionMode() {
    return Call.of(PositionMode.ONE_WAY);
  }

  @Override
  public Call<PositionMode> setPositionMode(PositionMode mode) {
    return mode == PositionMode.ONE_WAY
        ? positionMode()
        : Call.refused("the venue has one-way positions only");
  }

  @Override
  public Call<List<Position>> positions(BadRows rows) {
    return info(2, "type", STATE)
        .signed()
        .urgency(Urgency.TRUTH)
        .json(json -> HyperliquidPerpParser.positions(json, symbols::find, rows));
  }

  @Override
  public Call<Leverage> leverage(Instrument instrument, MarginMode mode) {
    return info(20, "type", "activeAssetData", "coin", instrument.symbol())
        .signed()
        .json(json -> HyperliquidPerpParser.leverage(json.get("leverage"), instrument));
  }

  /** In whole numbers. */
  @Override
  public Call<Leverage> setLeverage(Leverage wanted) {
    BigDecimal number = wanted.leverage().stripTrailingZeros();
    if (number.scale() > 0) {
      return Call.refused("leverage is a whole number here");
    }
    long asset = asset(wanted.instrument());
    boolean cross = wanted.mode() == MarginMode.CROSS;
    long to = number.longValueExact();
    return action("type", "updateLeverage", "asset", asset, "isCross", cross, "leverage", to)
        .about(wanted.instrument())
        .json(json -> wanted);
  }

  /** The next page begins with the time of the latest payment, whose own may be told twice. */
  @Override
  public Call<Page<FundingPayment>> fundingPayments(FundingQuery query, BadRows rows) {
    String cursor = query.cursor();
    long since = cursor == null ? query.sinceMillis() : Long.parseLong(cursor);
    Request request =
        query.untilMillis() == 0
            ? info(25, "type", "userFunding", "startTime", since)
            : info(25, "type", "userFunding", "startTime", since, "endTime", query.untilMillis());
    return request
        .signed()
        .json(
            json ->
                page(
                    rows.read(json, row -> HyperliquidPerpParser.payment(row, symbols::find)),
                    json,
                    PAYMENTS,
                    since));
  }

  @Override
  public List<Stream> streams() {
    return streams(
        Stream.perpMarket(HyperliquidPerpMarketSession::new),
        Stream.account(() -> new HyperliquidPerpAccountSession(() -> unified)));
  }
}
