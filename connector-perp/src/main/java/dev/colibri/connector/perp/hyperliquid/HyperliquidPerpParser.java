package dev.colibri.connector.perp.hyperliquid;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.spot.hyperliquid.HyperliquidApi;
import dev.colibri.connector.spot.hyperliquid.HyperliquidParser;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what Hyperliquid writes of perpetuals: one function for each payload. */
final class HyperliquidPerpParser {
  /** Of margin, profit, fees and funding. */
  static final String COLLATERAL = "USDC";

  /** Prices have at most so many decimals, less those of the size. */
  private static final int PRICE_DECIMALS = 6;

  private static final long HOUR_MILLIS = 3_600_000;

  private HyperliquidPerpParser() {}

  /**
   * The perpetual that a row is about, spelled {@code BTC}; null where it is about a pair
   * ({@code @107}, {@code PURR/USDC}), an outcome ({@code #40}), or a perpetual that somebody else
   * listed ({@code xyz:TSLA}).
   */
  static @Nullable Instrument traded(Json row, Function<String, @Nullable Instrument> known) {
    return HyperliquidParser.traded(
        row, known, "perpetual", coin -> coin.chars().noneMatch(c -> "@/#:".indexOf(c) >= 0));
  }

  // ---- market data

  /**
   * Everything listed and not delisted; orders name it by its place.
   *
   * <pre>{@code
   * {"universe":[{"name":"BTC","szDecimals":5,"maxLeverage":40,"marginTableId":56},
   *  {"name":"MATIC","szDecimals":1,"maxLeverage":20,"marginTableId":20,"isDelisted":true}],
   *  "marginTables":[…],"collateralToken":0}
   * }</pre>
   */
  static List<Instrument> instruments(Json meta, BadRows rows) {
    int[] place = {0};
    return rows.read(meta.get("universe"), row -> instrument(row, place[0]++));
  }

  private static @Nullable Instrument instrument(Json row, int place) {
    if (row.boolOr("isDelisted", false)) {
      return null;
    }
    String coin = row.text("name");
    return Instrument.builder(
            HyperliquidPerpDialect.PROFILE.name(),
            coin,
            coin,
            COLLATERAL,
            HyperliquidParser.rules(row, row.intValue("szDecimals"), PRICE_DECIMALS)
                .triggers(EnumSet.of(Trigger.By.MARK))
                .build())
        .maxLeverage(row.decimal("maxLeverage"))
        .attribute(HyperliquidApi.ASSET, Integer.toString(place))
        .build();
  }

  /**
   * What is read of the markets that are known, each listed in one array and told of at the same
   * place of another.
   *
   * <pre>{@code
   * [{"universe":[{"name":"BTC",…}]},[{"markPx":"67205.0",…}]]
   * }</pre>
   */
  static <T> List<T> markets(
      Json both, Symbols known, BadRows rows, BiFunction<Instrument, Json, T> reader) {
    Iterator<Json> markets = both.at(1).items().iterator();
    return rows.read(
        both.at(0).get("universe"),
        row -> {
          Json market = markets.next();
          return known.with(row.text("name"), i -> reader.apply(i, market));
        });
  }

  /** What the venue takes it to be worth. */
  static Ticker mark(Instrument instrument, Json market) {
    return new Ticker(instrument, null, null, market.findDecimal("markPx"), 0);
  }

  /**
   * Mark and oracle price, and the rate of the hour that ends next.
   *
   * <pre>{@code
   * {"funding":"0.0000125","openInterest":"688.11","prevDayPx":"66810.0","dayNtlVlm":"1169046.29",
   *  "premium":"0.00031774","oraclePx":"67201.0","markPx":"67205.0","midPx":"67204.5","impactPxs":["67204.0","67205.0"]}
   * }</pre>
   *
   * @param now the venue's time; 0 where it is not told
   */
  static FundingRate funding(Instrument instrument, Json market, long now) {
    return new FundingRate(
        instrument,
        market.findDecimal("markPx"),
        market.findDecimal("oraclePx"),
        market.findDecimal("funding"),
        now == 0 ? 0 : (now / HOUR_MILLIS + 1) * HOUR_MILLIS,
        now);
  }

  // ---- the account

  /** Of the balances of spot, the one that is collateral. */
  static List<Balance> collateral(List<Balance> spot) {
    return spot.stream().filter(b -> b.asset().equals(COLLATERAL)).toList();
  }

  /**
   * The wallet: what the account is worth, less the profit of what is open.
   *
   * <pre>{@code
   * {"marginSummary":{"accountValue":"13109.48","totalNtlPos":"100.02","totalRawUsd":"13009.45","totalMarginUsed":"4.96"},
   *  "crossMarginSummary":{…},"crossMaintenanceMarginUsed":"0.0","withdrawable":"13104.51","assetPositions":[…],
   *  "time":1708622398623}
   * }</pre>
   */
  static Balance margin(Json state) {
    BigDecimal total = state.get("marginSummary").decimal("accountValue");
    for (Json row : state.get("assetPositions").items()) {
      total = total.subtract(row.get("position").decimal("unrealizedPnl"));
    }
    BigDecimal available = state.decimal("withdrawable").min(total).max(BigDecimal.ZERO);
    return new Balance(COLLATERAL, total, available);
  }

  /**
   * Positions as of the time of the whole state.
   *
   * <pre>{@code
   * {"assetPositions":[{"type":"oneWay","position":{"coin":"ETH","szi":"0.0335","entryPx":"2986.3",
   *  "leverage":{"type":"isolated","value":20,"rawUsd":"-95.059824"},"liquidationPx":"2866.26936529",
   *  "marginUsed":"4.967826","maxLeverage":50,"positionValue":"100.02765","unrealizedPnl":"-0.0134",
   *  "returnOnEquity":"-0.0026789","cumFunding":{…}}}],…,"time":1708622398623}
   * }</pre>
   */
  static List<Position> positions(
      Json state, Function<String, @Nullable Instrument> known, BadRows rows) {
    long time = state.longOr("time", 0);
    return rows.read(state.get("assetPositions"), row -> position(row, known, time));
  }

  private static @Nullable Position position(
      Json row, Function<String, @Nullable Instrument> known, long time) {
    if (!row.text("type").equals("oneWay")) {
      throw new TextException("a position of another kind: " + Escape.text(row.text("type")));
    }
    Json told = row.get("position");
    Instrument instrument = traded(told, known);
    if (instrument == null) {
      return null;
    }
    Leverage leverage = leverage(told.get("leverage"), instrument);
    return Position.of(instrument, PositionSide.NET, told.decimal("szi"))
        .entryPrice(told.findDecimal("entryPx"))
        .liquidationPrice(told.findDecimal("liquidationPx"))
        .unrealisedProfit(told.findDecimal("unrealizedPnl"))
        .margin(told.findDecimal("marginUsed"))
        .leverage(leverage.leverage(), leverage.mode())
        .asOf(time)
        .build();
  }

  /**
   * How an instrument is margined.
   *
   * <pre>{@code
   * {"type":"cross","value":20}
   * }</pre>
   */
  static Leverage leverage(Json row, Instrument instrument) {
    MarginMode mode = MarginMode.valueOf(row.text("type").toUpperCase(Locale.ROOT));
    return new Leverage(instrument, row.decimal("value"), mode);
  }

  /**
   * A payment: there is one an hour. Its {@code hash} names nothing.
   *
   * <pre>{@code
   * {"time":1681222254710,"hash":"0xa1…","delta":{"type":"funding","coin":"ETH","usdc":"-3.625312","szi":"49.1477",
   *  "fundingRate":"0.0000417","nSamples":null}}
   * }</pre>
   */
  static @Nullable FundingPayment payment(Json row, Function<String, @Nullable Instrument> known) {
    Json delta = row.get("delta");
    if (!delta.text("type").equals("funding")) {
      throw new TextException("no funding: " + Escape.text(delta.text("type")));
    }
    Instrument instrument = traded(delta, known);
    return instrument == null
        ? null
        : new FundingPayment(
            instrument,
            row.text("time"),
            COLLATERAL,
            delta.decimal("usdc"),
            delta.findDecimal("fundingRate"),
            delta.findDecimal("szi"),
            row.longValue("time"));
  }
}
