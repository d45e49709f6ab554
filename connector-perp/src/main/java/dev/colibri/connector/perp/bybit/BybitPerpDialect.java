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
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Fault;
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
import dev.colibri.connector.spot.bybit.BybitApi;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
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

  /** Whether a position of that number is one of hedge mode. */
  private static final Predicate<Integer> HEDGED = side -> side != 0;

  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long WEEK = 7 * DAY;

  /** For so long the venue keeps what it paid. */
  private static final long KEPT = 730 * DAY;

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
            json -> {
              long millis = json.longOr("time", 0);
              return rows.read(
                  json.get("result").get("list"),
                  row ->
                      asked.with(row.text("symbol"), i -> BybitPerpParser.funding(row, i, millis)));
            });
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
    Request said =
        request
            .with("positionIdx", BybitPerpParser.index(order.positionSide()))
            .withIf("reduceOnly", order.isReduceOnly() ? "true" : null);
    Trigger trigger = order.trigger();
    return trigger == null
        ? said
        : said.withIf("triggerPrice", trigger.price())
            .with("triggerBy", BybitPerpParser.watched(trigger.by()))
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
    boolean hedged = instrument.settle().equals(USDT);
    return BybitPerpParser.fill(row, instrument, hedged ? positionMode : PositionMode.ONE_WAY);
  }

  // ---- the account

  @Override
  public Set<PositionMode> positionModes() {
    return Collections.unmodifiableSet(EnumSet.allOf(PositionMode.class));
  }

  /** It is one of each instrument: that of those where something is open, or of one. */
  @Override
  public Call<PositionMode> positionMode() {
    return sides("settleCoin", USDT)
        .then(open -> open.isEmpty() ? sides("symbol", ANCHOR) : Call.of(open))
        .map(sides -> learned(sides.stream().anyMatch(HEDGED)));
  }

  private Call<List<Integer>> sides(String by, String what) {
    return positionList()
        .with(by, what)
        .with("limit", 200)
        .rows(LIST, row -> row.intValue("positionIdx"));
  }

  private PositionMode learned(boolean hedge) {
    positionMode = hedge ? PositionMode.HEDGE : PositionMode.ONE_WAY;
    return positionMode;
  }

  /** Instruments with something open the venue leaves as they are: then it is no success. */
  @Override
  public Call<PositionMode> setPositionMode(PositionMode mode) {
    boolean hedge = mode == PositionMode.HEDGE;
    return change("position/switch-mode", Urgency.QUERY, 1)
        .with("coin", USDT)
        .with("mode", hedge ? 3 : 0)
        .json(json -> mode)
        .then(taken -> sides("settleCoin", USDT))
        .then(
            open ->
                open.stream().allMatch(side -> HEDGED.test(side) == hedge)
                    ? Call.of(learned(hedge))
                    : refused("positions are open that are not in mode " + mode));
  }

  private static <T> Call<T> refused(String why) {
    return Call.failed(Fault.of(Fault.Kind.REJECTED, why));
  }

  private Request positionList() {
    return truth("position/list");
  }

  @Override
  public Call<List<Position>> positions(BadRows rows) {
    return each(
            everywhere(positionList()),
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
   * The margin mode, one of the whole account. In portfolio margin the account stands behind
   * everything, too.
   *
   * <pre>{@code
   * {"retCode":0,"retMsg":"OK","result":{"marginMode":"REGULAR_MARGIN","updatedTime":"1697078946000","unifiedMarginStatus":5}}
   * }</pre>
   */
  private Call<MarginMode> accountMode() {
    return account("account/info")
        .json(
            json -> {
              String name = json.get("result").text("marginMode");
              boolean isolated = name.equals("ISOLATED_MARGIN");
              marginMode = isolated ? MarginMode.ISOLATED : MarginMode.CROSS;
              return marginMode;
            });
  }

  /** The smaller one where long and short have their own; 1 in portfolio margin, which has none. */
  @Override
  public Call<Leverage> leverage(Instrument instrument, MarginMode mode) {
    return positionList()
        .with("symbol", instrument)
        .rows(LIST, row -> row.findDecimal("leverage"))
        .map(all -> all.stream().filter(Objects::nonNull).min(Comparator.naturalOrder()))
        .then(
            least ->
                accountMode()
                    .map(is -> new Leverage(instrument, least.orElse(BigDecimal.ONE), is)));
  }

  /** The margin mode of the whole account is not changed for one instrument's sake. */
  @Override
  public Call<Leverage> setLeverage(Leverage wanted) {
    MarginMode is = marginMode;
    if (is != null && is != wanted.mode()) {
      return refused("the margin mode of the whole account is " + is + ", not " + wanted.mode());
    }
    String leverage = wanted.leverage().stripTrailingZeros().toPlainString();
    return change("position/set-leverage", Urgency.QUERY, 1)
        .with("symbol", wanted.instrument())
        .with("buyLeverage", leverage)
        .with("sellLeverage", leverage)
        .json(json -> wanted);
  }

  /**
   * A week at most is told at once, and a day without times. Forwards from the time that is asked
   * for, or without one backwards: the cursor has the first time of a week, or its last one as a
   * negative number, and the venue's own cursor within it.
   */
  @Override
  public Call<Page<FundingPayment>> fundingPayments(FundingQuery query, BadRows rows) {
    Instrument only = query.instrument();
    long until = query.untilMillis() > 0 ? query.untilMillis() : Long.MAX_VALUE;
    long begin = query.sinceMillis() > 0 ? query.sinceMillis() : -query.untilMillis();
    String[] at = (query.cursor() == null ? Long.toString(begin) : query.cursor()).split(" ", 2);
    long week = Long.parseLong(at[0]);
    long from = week > 0 ? week : -week - WEEK + 1;
    Request request =
        account("account/transaction-log")
            .with("accountType", "UNIFIED")
            .with("category", CATEGORY)
            .with("type", "SETTLEMENT")
            .withIf("baseCoin", only == null ? null : only.base());
    if (week != 0) {
      request = request.with("startTime", from).with("endTime", Math.min(until, from + WEEK - 1));
    }
    return request
        .withIf("cursor", at.length < 2 ? null : at[1])
        .with("limit", 50)
        .page(
            LIST,
            rows,
            row -> undated(row, symbol -> payment(row, symbol, only)),
            json -> {
              String more = next(json, 50);
              return more == null
                  ? nextWeek(week, until, json.longOr("time", 0))
                  : week + " " + more;
            });
  }

  private static @Nullable String nextWeek(long week, long until, long now) {
    if (week > 0) {
      return week + WEEK > Math.min(until, now) ? null : Long.toString(week + WEEK);
    }
    long last = week == 0 ? now - DAY : -week - WEEK;
    return last < now - KEPT ? null : Long.toString(-last);
  }

  private @Nullable FundingPayment payment(Json row, String symbol, @Nullable Instrument only) {
    if (only == null) {
      return BybitPerpParser.payment(row, symbols.get(symbol));
    }
    return only.symbol().equals(symbol) ? BybitPerpParser.payment(row, only) : null;
  }
}
