package dev.colibri.connector.perp.okx;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
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
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Limit.Scope;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spot.okx.OkxApi;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How OKX speaks of linear perpetual swaps. */
final class OkxPerpDialect extends OkxApi implements PerpDialect {
  static final String TYPE = "SWAP";

  static final Profile PROFILE =
      profile("okx-perp").fees("0.0002", "0.0005", FeeCharge.ADDED_TO_COST).build();

  private static final Duration WINDOW = Duration.ofSeconds(2);

  private List<Instrument> listed = List.of();

  /** For one of the environments of {@link #PROFILE}. */
  OkxPerpDialect(String environment) {
    super(
        PROFILE,
        LIMITS
            .rolling(WINDOW, Scope.ACCOUNT, "positions 10, leverage 20, set-leverage 20")
            .rolling(WINDOW, Scope.ACCOUNT, "position-mode 5, bills-archive 5")
            .rolling(WINDOW, Scope.IP, "funding-rate 10, mark-price 10, index 20"),
        TYPE,
        environment);
  }

  // ---- as on spot, but for

  @Override
  protected @Nullable Instrument instrument(Json row, BadRows rows) {
    return OkxPerpParser.instrument(row, rows);
  }

  @Override
  protected List<Instrument> listed(List<Instrument> instruments) {
    listed = instruments;
    return super.listed(instruments);
  }

  @Override
  protected @Nullable Instrument instrumentOf(Json row) {
    return OkxPerpParser.isInverse(row.text("instId")) ? null : super.instrumentOf(row);
  }

  @Override
  protected String tradeMode(Order order) {
    return OkxPerpParser.word(order.marginMode());
  }

  /** In hedge mode the venue wants to know which position, and closes no more than that. */
  @Override
  protected Request sized(Request request, Order order) {
    PositionSide side = order.positionSide();
    boolean hedged = side != null && side != PositionSide.NET;
    return request
        .with(
            "sz", Decimal.plain(order.instrument().contracts(Objects.requireNonNull(order.size()))))
        .withIf("posSide", hedged ? side.name().toLowerCase(Locale.ROOT) : null)
        .withIf("reduceOnly", order.isReduceOnly() && !hedged ? "true" : null);
  }

  @Override
  protected Balance balance(Json row) {
    return OkxPerpParser.balance(row);
  }

  @Override
  protected OrderUpdate order(Json row, Instrument instrument) {
    return OkxPerpParser.order(row, instrument);
  }

  @Override
  protected Fill fill(Json row, Instrument instrument) {
    return OkxPerpParser.fill(row, instrument);
  }

  @Override
  protected List<Stream> sessions() {
    return List.of(
        Stream.perpMarket(OkxPerpMarketSession::new).topics(100, 20),
        Stream.account(OkxPerpAccountSession::new));
  }

  /** Rates are told for groups of instruments, all of them at once. */
  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return one(
        get("/account/trade-fee", "fees").signed().with("instType", TYPE),
        row ->
            (instruments.isEmpty() ? listed : instruments)
                .stream().map(i -> OkxPerpParser.fee(row, i)).filter(Objects::nonNull).toList());
  }

  // ---- positions

  @Override
  public Set<PositionMode> positionModes() {
    return EnumSet.allOf(PositionMode.class);
  }

  @Override
  public Call<PositionMode> positionMode() {
    return one(get("/account/config", "config").signed(), OkxPerpParser::positionMode);
  }

  /** {@code {"code":"0","msg":"","data":[{"posMode":"long_short_mode"}]}}. */
  @Override
  public Call<PositionMode> setPositionMode(PositionMode mode) {
    return one(
        post("/account/set-position-mode", "position-mode")
            .with("posMode", mode == PositionMode.HEDGE ? "long_short_mode" : "net_mode"),
        OkxPerpParser::positionMode);
  }

  private static Request post(String path, String bucket) {
    return Request.post("/api/v5" + path).signed().cost(bucket, 1);
  }

  @Override
  public Call<List<Position>> positions(BadRows rows) {
    return get("/account/positions", "positions")
        .signed()
        .urgency(Urgency.TRUTH)
        .with("instType", TYPE)
        .rows(
            "data",
            rows,
            row -> {
              Instrument of = instrumentOf(row);
              return of == null ? null : OkxPerpParser.position(row, of);
            })
        .map(all -> OkxPerpParser.together(all, all));
  }

  @Override
  public Call<Leverage> leverage(Instrument instrument, MarginMode mode) {
    return get("/account/leverage-info", "leverage")
        .signed()
        .with("instId", instrument)
        .with("mgnMode", OkxPerpParser.word(mode))
        .json(json -> OkxPerpParser.leverage(json.get("data").items(), instrument, mode));
  }

  /** The two isolated positions of hedge mode have each their own, which are set alike. */
  @Override
  public Call<Leverage> setLeverage(Leverage wanted) {
    Request request =
        post("/account/set-leverage", "set-leverage")
            .with("instId", wanted.instrument())
            .withIf("lever", wanted.leverage())
            .with("mgnMode", OkxPerpParser.word(wanted.mode()));
    Call<Leverage> both =
        set(request.with("posSide", "long"), wanted)
            .then(done -> set(request.with("posSide", "short"), wanted));
    return wanted.mode() == MarginMode.CROSS
        ? set(request, wanted)
        : positionMode().then(mode -> mode == PositionMode.HEDGE ? both : set(request, wanted));
  }

  private static Call<Leverage> set(Request request, Leverage wanted) {
    return request.json(
        json ->
            OkxPerpParser.leverage(json.get("data").items(), wanted.instrument(), wanted.mode()));
  }

  // ---- funding

  /**
   * Three questions: for rates, for mark prices, and for the indices, of an instrument or of all.
   * The venue has no question for some.
   */
  @Override
  public Call<List<FundingRate>> fundingRates(List<Instrument> instruments, BadRows rows) {
    boolean one = instruments.size() == 1;
    List<Instrument> of = one ? instruments : listed;
    List<Request> parts = new ArrayList<>();
    parts.add(
        get("/public/funding-rate", "funding-rate")
            .with("instId", one ? of.get(0).symbol() : "ANY"));
    parts.add(
        get("/public/mark-price", "mark-price")
            .with("instType", TYPE)
            .withIf("instId", one ? of.get(0) : null));
    Request index = get("/market/index-tickers", "index");
    if (one) {
      parts.add(index.with("instId", OkxPerpParser.index(of.get(0))));
    } else {
      of.stream()
          .map(Instrument::quote)
          .distinct()
          .forEach(q -> parts.add(index.with("quoteCcy", q)));
    }
    return Call.all(parts.stream().map(p -> p.rows("data", rows, row -> told(row, of))).toList())
        .map(OkxPerpDialect::joined);
  }

  private static @Nullable FundingRate told(Json row, List<Instrument> among) {
    String name = row.text("instId");
    for (Instrument i : among) {
      if (i.symbol().equals(name) || OkxPerpParser.index(i).equals(name)) {
        return OkxPerpParser.funding(row, i);
      }
    }
    return null;
  }

  private static List<FundingRate> joined(List<List<FundingRate>> parts) {
    Map<Instrument, FundingRate> all = new LinkedHashMap<>();
    parts.forEach(part -> part.forEach(r -> all.merge(r.instrument(), r, FundingRate::with)));
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
        .withIf("begin", query.sinceMillis() > 0 ? Long.toString(query.sinceMillis()) : null)
        .withIf("end", query.untilMillis() > 0 ? Long.toString(query.untilMillis()) : null)
        .withIf("after", query.cursor())
        .with("limit", PAGE)
        .page(
            "data",
            rows,
            row -> {
              Instrument of = symbols.find(row.text("instId"));
              return of == null ? null : OkxPerpParser.payment(row, of);
            },
            json -> {
              Json data = json.get("data");
              return data.size() < PAGE ? null : data.at(PAGE - 1).text("billId");
            });
  }
}
