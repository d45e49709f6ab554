package dev.colibri.connector.perp.bybit;

import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.spi.TimeWindows;
import dev.colibri.connector.spot.bybit.BybitApi;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is the perpetuals' own of how Bybit speaks. */
final class BybitPerpDialect extends BybitApi
    implements PerpDialect, NativeBatch, NativeBatchCancel {
  static final String CATEGORY = "linear";

  static final Profile PROFILE =
      profile("bybit-perp").fees("0.0002", "0.00055", FeeCharge.ADDED_TO_COST).build();

  /** The settlement asset whose contracts know hedge mode. */
  private static final String USDT = "USDT";

  /** Of what most lists must be asked for one by one. */
  private static final List<String> SETTLED = List.of(USDT, "USDC");

  /** Tells the position mode where nothing is open; it is there wherever there are perpetuals. */
  private static final String ANCHOR = "BTCUSDT";

  /** Of payments it tells a week at once, a day where no time is asked for, and two years. */
  private static final TimeWindows WEEKS =
      new TimeWindows(Duration.ofDays(7), Duration.ofDays(1), Duration.ofDays(730));

  /** As the venue told it last. */
  private volatile @Nullable PositionMode positionMode;

  private volatile @Nullable MarginMode marginMode;

  BybitPerpDialect() {
    super(
        PROFILE,
        CATEGORY,
        CATEGORY,
        "order/create 10, order/cancel 10, order/cancel-all 10, order/create-batch 10,"
            + "order/cancel-batch 10, order/amend 10, position/list 50,"
            + "position/set-leverage 10, position/switch-mode 10, account/info 50,"
            + "account/transaction-log 25",
        1000);
  }

  // ---- market data

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    List<Request> both = List.of(market("instruments-info"), market("instruments-info", "inverse"));
    return each(both, 1000, rows, row -> BybitPerpParser.instrument(row, PROFILE.name(), rows))
        .map(symbols::learn);
  }

  @Override
  public Call<List<FundingRate>> fundingRates(List<Instrument> instruments, BadRows rows) {
    Symbols asked = symbols.among(instruments);
    return market("tickers")
        .withIf("symbol", only(instruments))
        .json(
            json ->
                rows.read(
                    json.get("result").get("list"),
                    row ->
                        asked.with(
                            row.text("symbol"),
                            i -> BybitPerpParser.FUNDING.read(row, i, json.longOr("time", 0)))));
  }

  @Override
  public List<Stream> streams() {
    return List.of(
        // The topics of a connection may have 21,000 characters.
        paced(Stream.perpMarket(BybitPerpMarketSession::new).topics(500, 10)),
        paced(Stream.account(() -> new BybitPerpAccountSession(this))));
  }

  // ---- orders

  @Override
  protected Request terms(Request request, Order order) {
    PositionSide side = Objects.requireNonNullElse(order.positionSide(), PositionSide.NET);
    Request said =
        request
            .with("positionIdx", BybitPerpParser.SIDES.word(side))
            .withIf("reduceOnly", order.isReduceOnly() ? "true" : null);
    Trigger trigger = order.trigger();
    return trigger == null
        ? said
        : said.withIf("triggerPrice", trigger.price())
            .with("triggerBy", BybitPerpParser.WATCHED.word(trigger.by()))
            .with("triggerDirection", trigger.isAbove(order.side()) ? 1 : 2);
  }

  @Override
  protected List<Request> everywhere(Request request) {
    return SETTLED.stream().map(asset -> request.with("settleCoin", asset)).toList();
  }

  @Override
  protected OrderUpdate order(Json row, Instrument instrument) {
    return BybitPerpParser.order(row, instrument);
  }

  @Override
  protected @Nullable Fill fill(Json row, Instrument instrument) {
    return BybitPerpParser.fill(
        row, instrument, isHedgeable(instrument) ? positionMode : PositionMode.ONE_WAY);
  }

  @Override
  public boolean isHedgeable(Instrument instrument) {
    return instrument.settle().equals(USDT);
  }

  // ---- the account

  /** It is one of each instrument: that of those where something is open, or of one. */
  @Override
  public Call<PositionMode> positionMode() {
    return modes("settleCoin", USDT)
        .then(open -> open.isEmpty() ? modes("symbol", ANCHOR) : Call.of(open))
        .map(all -> all.contains(PositionMode.HEDGE) ? PositionMode.HEDGE : PositionMode.ONE_WAY)
        .map(mode -> positionMode = mode);
  }

  private Call<List<PositionMode>> modes(String by, String what) {
    return truth("position/list")
        .with(by, what)
        .with("limit", 200)
        .rows(LIST, row -> BybitPerpParser.POSITION_MODES.of(row.text("positionIdx")));
  }

  /** Instruments with something open the venue leaves as they are: then it is no success. */
  @Override
  public Call<PositionMode> setPositionMode(PositionMode mode) {
    return change("position/switch-mode", Urgency.QUERY, 1)
        .with("coin", USDT)
        .with("mode", mode == PositionMode.HEDGE ? 3 : 0)
        .json(json -> mode)
        .then(taken -> modes("settleCoin", USDT))
        .then(
            open ->
                open.stream().allMatch(mode::equals)
                    ? Call.of(positionMode = mode)
                    : Call.refused("positions are open that are not in mode " + mode));
  }

  @Override
  public Call<List<Position>> positions(BadRows rows) {
    return each(
            everywhere(truth("position/list")),
            200,
            rows,
            row -> undated(row, symbol -> position(row, symbols.get(symbol))))
        .then(
            told -> accountMode().map(mode -> told.stream().map(p -> margined(p, mode)).toList()));
  }

  private static Position margined(Position position, MarginMode mode) {
    return position.but(position.size()).leverage(position.leverage(), mode).build();
  }

  /** A position of a reply or of the stream. */
  Position position(Json row, Instrument instrument) {
    return BybitPerpParser.position(row, instrument, marginMode);
  }

  /**
   * The margin mode, one of the whole account.
   *
   * <pre>{@code
   * {"retCode":0,"retMsg":"OK","result":{"marginMode":"REGULAR_MARGIN","updatedTime":"1697078946000","unifiedMarginStatus":5}}
   * }</pre>
   */
  private Call<MarginMode> accountMode() {
    return account("account/info")
        .json(json -> BybitPerpParser.MARGIN_MODES.of(json.get("result").text("marginMode")))
        .map(mode -> marginMode = mode);
  }

  /** The smaller one where long and short have their own; 1 in portfolio margin, which has none. */
  @Override
  public Call<Leverage> leverage(Instrument instrument, MarginMode mode) {
    return truth("position/list")
        .with("symbol", instrument)
        .rows(LIST, row -> row.decimalOr("leverage", BigDecimal.ONE))
        .map(all -> all.stream().min(Comparator.naturalOrder()).orElse(BigDecimal.ONE))
        .then(least -> accountMode().map(is -> new Leverage(instrument, least, is)));
  }

  /** The margin mode of the whole account is not changed for one instrument's sake. */
  @Override
  public Call<Leverage> setLeverage(Leverage wanted) {
    MarginMode is = marginMode;
    if (is != null && is != wanted.mode()) {
      return Call.refused(
          "the margin mode of the whole account is " + is + ", not " + wanted.mode());
    }
    return change("position/set-leverage", Urgency.QUERY, 1)
        .with("symbol", wanted.instrument())
        .withIf("buyLeverage", wanted.leverage())
        .withIf("sellLeverage", wanted.leverage())
        .json(json -> wanted);
  }

  /** In weeks, and pages within them. */
  @Override
  public Call<Page<FundingPayment>> fundingPayments(FundingQuery query, BadRows rows) {
    Instrument only = query.instrument();
    TimeWindows.Window week = WEEKS.at(query);
    return account("account/transaction-log")
        .with("accountType", "UNIFIED")
        .with("category", CATEGORY)
        .with("type", "SETTLEMENT")
        .withIf("baseCoin", only == null ? null : only.base())
        .withIf("startTime", week.from())
        .withIf("endTime", week.until())
        .withIf("cursor", week.cursor())
        .with("limit", 50)
        .page(
            LIST,
            rows,
            row -> undated(row, symbol -> payment(row, symbol, only)),
            json -> week.next(next(json, 50), json.longOr("time", 0)));
  }

  private @Nullable FundingPayment payment(Json row, String symbol, @Nullable Instrument only) {
    boolean other = only != null && !only.symbol().equals(symbol);
    return other ? null : BybitPerpParser.payment(row, only == null ? symbols.get(symbol) : only);
  }
}
