package dev.colibri.connector.perp.okx;

import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Limit.Scope;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spot.okx.OkxApi;
import dev.colibri.connector.text.Decimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How OKX speaks of linear perpetual swaps. */
final class OkxPerpDialect extends OkxApi implements PerpDialect {
  static final String TYPE = "SWAP";

  static final Profile PROFILE =
      profile("okx-perp").fees("0.0002", "0.0005", FeeCharge.ADDED_TO_COST).build();

  /** For one of the environments of {@link #PROFILE}. */
  OkxPerpDialect(String environment) {
    super(
        PROFILE,
        LIMITS
            .rolling(WINDOW, Scope.ACCOUNT, "positions 10, leverage 20, set-leverage 20")
            .rolling(WINDOW, Scope.ACCOUNT, "position-mode 5, bills-archive 5")
            .rolling(WINDOW, Scope.IP, "funding-rate 10, mark-price 10, index 20"),
        TYPE,
        environment,
        new Rows(
            OkxPerpParser::instrument,
            OkxPerpParser::balance,
            OkxPerpParser::order,
            OkxPerpParser::fill));
  }

  // ---- as on spot, but for

  @Override
  protected boolean isOffered(String symbol) {
    return !OkxPerpParser.isInverse(symbol);
  }

  @Override
  protected String tradeMode(Order order) {
    return OkxPerpParser.MARGIN_MODES.word(
        Objects.requireNonNullElse(order.marginMode(), MarginMode.CROSS));
  }

  /** In hedge mode the venue wants to know which position, and closes no more than that. */
  @Override
  protected Request sized(Request request, Order order) {
    boolean hedged = order.isHedged();
    return request
        .with("sz", Decimal.plain(order.instrument().contracts(order.size())))
        .withIf("posSide", hedged ? OkxPerpParser.SIDES.word(order.positionSide()) : null)
        .withIf("reduceOnly", order.isReduceOnly() && !hedged ? "true" : null);
  }

  @Override
  protected List<Stream> sessions() {
    return List.of(
        Stream.perpMarket(OkxPerpMarketSession::new).topics(100, 20),
        Stream.account(() -> new OkxPerpAccountSession(this)));
  }

  /** Rates are told for groups of instruments, all of them at once. */
  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    List<Instrument> of = symbols.among(instruments).all();
    return one(
        get("/account/trade-fee", "fees").signed().with("instType", TYPE),
        row -> of.stream().flatMap(i -> OkxPerpParser.fees(row, i).stream()).toList());
  }

  // ---- positions

  @Override
  public Call<PositionMode> positionMode() {
    return mode(get("/account/config", "config").signed());
  }

  /** {@code {"code":"0","msg":"","data":[{"posMode":"long_short_mode"}]}}. */
  @Override
  public Call<PositionMode> setPositionMode(PositionMode mode) {
    return mode(
        post("/account/set-position-mode", "position-mode")
            .with("posMode", OkxPerpParser.POSITION_MODES.word(mode)));
  }

  private static Call<PositionMode> mode(Request request) {
    return one(request, row -> OkxPerpParser.POSITION_MODES.of(row.text("posMode")));
  }

  @Override
  public Call<List<Position>> positions(BadRows rows) {
    return truth("/account/positions", "positions")
        .rows("data", rows, row -> of(row, OkxPerpParser::position))
        .map(all -> OkxPerpParser.together(all, all));
  }

  @Override
  public Call<Leverage> leverage(Instrument instrument, MarginMode mode) {
    return get("/account/leverage-info", "leverage")
        .signed()
        .with("instId", instrument)
        .with("mgnMode", OkxPerpParser.MARGIN_MODES.word(mode))
        .json(json -> OkxPerpParser.leverage(json.get("data").items(), instrument, mode));
  }

  /** The two isolated positions of hedge mode have each their own, which are set alike. */
  @Override
  public Call<Leverage> setLeverage(Leverage wanted) {
    Call<Leverage> both = set(wanted, "long").then(done -> set(wanted, "short"));
    return wanted.mode() == MarginMode.CROSS
        ? set(wanted, null)
        : positionMode().then(mode -> mode == PositionMode.HEDGE ? both : set(wanted, null));
  }

  private static Call<Leverage> set(Leverage wanted, @Nullable String side) {
    Instrument of = wanted.instrument();
    return post("/account/set-leverage", "set-leverage")
        .with("instId", of)
        .withIf("lever", wanted.leverage())
        .with("mgnMode", OkxPerpParser.MARGIN_MODES.word(wanted.mode()))
        .withIf("posSide", side)
        .json(json -> OkxPerpParser.leverage(json.get("data").items(), of, wanted.mode()));
  }

  // ---- funding

  /**
   * Three questions: for rates, for mark prices, and for the indices, of an instrument or of all.
   * The venue has no question for some.
   */
  @Override
  public Call<List<FundingRate>> fundingRates(List<Instrument> instruments, BadRows rows) {
    List<Instrument> of = symbols.among(instruments).all();
    Instrument only = only(instruments);
    List<Request> parts = new ArrayList<>();
    parts.add(
        get("/public/funding-rate", "funding-rate")
            .with("instId", only == null ? "ANY" : only.symbol()));
    parts.add(
        get("/public/mark-price", "mark-price").with("instType", TYPE).withIf("instId", only));
    Request index = get("/market/index-tickers", "index");
    if (only != null) {
      parts.add(index.with("instId", OkxPerpParser.index(only)));
    } else {
      List<String> quotes = of.stream().map(Instrument::quote).distinct().toList();
      quotes.forEach(quote -> parts.add(index.with("quoteCcy", quote)));
    }
    return Call.all(
            parts.stream()
                .map(part -> part.rows("data", rows, row -> OkxPerpParser.funding(row, of)))
                .toList())
        .map(OkxPerpDialect::joined);
  }

  private static List<FundingRate> joined(List<List<List<FundingRate>>> parts) {
    Map<Instrument, FundingRate> all = new LinkedHashMap<>();
    parts.stream()
        .flatMap(List::stream)
        .flatMap(List::stream)
        .forEach(told -> all.merge(told.instrument(), told, FundingRate::with));
    return List.copyOf(all.values());
  }

  /** Pages go back in time, by the number of the bill, so that each has the bounds. */
  @Override
  public Call<Page<FundingPayment>> fundingPayments(FundingQuery query, BadRows rows) {
    return get("/account/bills-archive", "bills-archive")
        .signed()
        .with("instType", TYPE)
        .with("ctType", "linear")
        .with("type", "8")
        .withIf("instId", query.instrument())
        .withIf("begin", query.since())
        .withIf("end", query.until())
        .withIf("after", query.cursor())
        .with("limit", PAGE)
        .page("data", rows, PAGE, row -> of(row, OkxPerpParser::payment), "billId");
  }
}
