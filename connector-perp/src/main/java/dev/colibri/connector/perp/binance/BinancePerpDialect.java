package dev.colibri.connector.perp.binance;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.Limits;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.TimeWindows;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.Transfers;
import dev.colibri.connector.spot.binance.BinanceApi;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How Binance's USDⓈ-M futures speak: requests, refusals, limits. */
final class BinancePerpDialect extends BinanceApi
    implements PerpDialect,
        NativeAmend,
        NativeBatch,
        NativeBatchCancel,
        NativeCancelAll,
        Candles,
        KeyPermissions,
        Transfers {
  static final String STREAM = "stream";

  /** Where the whole company's wallets and keys are told of. */
  private static final String SAPI = "sapi";

  private static final String LISTEN_KEY = "/fapi/v1/listenKey";
  private static final List<Integer> BOOK_DEPTHS = List.of(5, 10, 20, 50, 100, 500, 1000);

  static final Profile PROFILE =
      profile("binance-perp", "Binance USDⓈ-M Futures")
          .hosts(
              "live",
              "rest https://fapi.binance.com",
              "stream wss://fstream.binance.com",
              "sapi https://api.binance.com")
          .hosts(
              "testnet",
              "rest https://demo-fapi.binance.com",
              "stream wss://fstream.binancefuture.com",
              "sapi https://demo-api.binance.com")
          .fees("0.0002", "0.0005", FeeCharge.ADDED_TO_COST)
          .mostBookLevels(PAGE)
          .apiPage(
              "https://developers.binance.com/docs/derivatives/usds-margined-futures", "2026-11-22")
          .build();

  private static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              "OUTCOME_UNKNOWN: -1000 -1001 -1006 -1007, RATE_LIMITED: -1015,"
                  + " MAINTENANCE: -1008 -1016, CLOCK_SKEW: -1021 -5028,"
                  + " UNAUTHORIZED: -1002 -1011 -1022 -2014 -2015 -2017 -4088 -4189 -4192 -4402,"
                  + " BAD_INSTRUMENT: -1121 -1122 -4140 -4141, ORDER_NOT_FOUND: -2013,"
                  + " INSUFFICIENT_FUNDS: -2018 -2019 -2028 -4050 -4051, DUPLICATE_ID: -4116,"
                  + " WOULD_CROSS: -5022, REDUCE_ONLY: -2022 -2024 -4118,"
                  + " BAD_PRICE: -4001 -4002 -4013 -4014 -4016 -4024 -4029 -4183 -4184,"
                  + " BAD_SIZE: -2027 -4003 -4004 -4005 -4023 -4030 -4164 -5029")
          .words(Fault.Kind.BANNED, "IP banned")
          .words(Fault.Kind.RATE_LIMITED, "Too many requests", "Too much request weight")
          .words(Fault.Kind.ORDER_NOT_FOUND, "Unknown order sent");

  /** Of payments it tells a week at once, and no more than three months. */
  private static final TimeWindows WEEKS =
      new TimeWindows(Duration.ofDays(7), Duration.ofDays(7), Duration.ofDays(90));

  private static final Intervals INTERVALS =
      Intervals.of("1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w", PAGE);

  /** What every new order begins with. */
  private final Request placing = ordering(Request.post("/fapi/v1/order"), 1, 0);

  /** What was heard of each instrument last: the stream tells leverage and margin mode apart. */
  private final Map<String, Leverage> leverages = new TreeMap<>();

  BinancePerpDialect() {
    super(
        PROFILE,
        Limits.of()
            .fixed(Duration.ofMinutes(1), Limit.Scope.IP, "weight 2400")
            .fixed(Duration.ofSeconds(10), Limit.Scope.ACCOUNT, "orders-10s 300")
            .fixed(Duration.ofMinutes(1), Limit.Scope.ACCOUNT, "orders-1m 1200"),
        REFUSALS,
        "/fapi/v1/");
  }

  // ---- requests as they leave

  /** Listen keys are asked for with the key alone. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    Signed signed = super.depart(request, context);
    return request.path().equals(LISTEN_KEY)
        ? signed.header("X-MBX-APIKEY", context.credentials().apiKey())
        : signed;
  }

  /** Orders weigh nothing but in a batch; a pause of weight holds them all the same. */
  @Override
  protected Request ordering(Request request, long orders, long weight) {
    return super.ordering(request, orders, weight).cost(ORDERS_1M, 1);
  }

  @Override
  protected OrderUpdate order(Json json, Instrument instrument) {
    return BinancePerpParser.order(json, instrument);
  }

  @Override
  protected Fill fill(Json row, Instrument instrument) {
    return BinancePerpParser.fill(row, instrument);
  }

  private static Request setting(String page) {
    return Request.post("/fapi/v1/" + page).cost(WEIGHT, 1).signed();
  }

  // ---- market data

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return get("exchangeInfo", 1)
        .rows("symbols", rows, row -> BinancePerpParser.instrument(row, PROFILE.name(), rows))
        .map(symbols::learn);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    int limit = BOOK_DEPTHS.stream().filter(d -> depth > 0 && d >= depth).findFirst().orElse(PAGE);
    return book(instrument, limit, limit <= 50 ? 2 : limit <= 100 ? 5 : limit <= 500 ? 10 : 20);
  }

  /** Two questions: neither page tells both the last price and the touch. */
  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    Map<Instrument, BigDecimal> last = new LinkedHashMap<>();
    return each(
            get("ticker/24hr", instruments.size() == 1 ? 1 : 40),
            instruments,
            rows,
            (row, i) -> last.put(i, row.decimal("lastPrice")))
        .then(
            told ->
                each(
                    get("ticker/bookTicker", instruments.size() == 1 ? 2 : 5),
                    instruments,
                    rows,
                    (row, i) -> BinancePerpParser.ticker(row, last.get(i), i)));
  }

  /** One instrument is asked for by name, and answered without an array; several are all. */
  private <T> Call<List<T>> each(
      Request request,
      List<Instrument> instruments,
      BadRows rows,
      BiFunction<Json, Instrument, @Nullable T> reader) {
    Function<Json, @Nullable T> known =
        row -> symbols.with(row.text("symbol"), i -> reader.apply(row, i));
    return request
        .withIf("symbol", only(instruments))
        .json(
            json ->
                json.isArray()
                    ? rows.read(json, known)
                    : Optional.ofNullable(known.apply(json)).stream().toList());
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return trades("aggTrades", 20, instrument, limit)
        .rows("", rows, row -> BinancePerpParser.trade(row, instrument));
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    return candles(range, 5, rows);
  }

  @Override
  public Call<List<FundingRate>> fundingRates(List<Instrument> instruments, BadRows rows) {
    return each(
        get("premiumIndex", instruments.size() == 1 ? 1 : 10),
        instruments,
        rows,
        BinancePerpParser.PREMIUM_INDEX::read);
  }

  // ---- the account

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return Call.all(instruments.stream().map(this::commission).toList());
  }

  private Call<FeeRate> commission(Instrument instrument) {
    return get("commissionRate", 20)
        .with("symbol", instrument)
        .signed()
        .json(json -> BinancePerpParser.commission(json, instrument));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return request(Request.get("/fapi/v3/account"), 5)
        .signed()
        .rows("assets", rows, BinancePerpParser::balance)
        .map(all -> all.stream().filter(b -> b.total().signum() != 0).toList());
  }

  /** Those of dated futures are passed over. */
  @Override
  public Call<List<Position>> positions(BadRows rows) {
    return request(Request.get("/fapi/v3/positionRisk"), 5)
        .signed()
        .urgency(Urgency.TRUTH)
        .rows(
            "",
            rows,
            row -> symbols.with(row.text("symbol"), i -> BinancePerpParser.positionRisk(row, i)));
  }

  @Override
  public Call<PositionMode> positionMode() {
    return get("positionSide/dual", 30)
        .signed()
        .json(json -> json.bool("dualSidePosition") ? PositionMode.HEDGE : PositionMode.ONE_WAY);
  }

  @Override
  public Call<PositionMode> setPositionMode(PositionMode mode) {
    return unlessSo(
        "-4059",
        mode,
        setting("positionSide/dual")
            .with("dualSidePosition", Boolean.toString(mode == PositionMode.HEDGE))
            .json(json -> mode));
  }

  /** That no change was needed is a success. */
  private static <T> Call<T> unlessSo(String code, T value, Call<T> call) {
    return call.otherwise(f -> f.raw().startsWith(code + " ") ? Call.of(value) : null);
  }

  @Override
  public Call<Leverage> leverage(Instrument instrument, MarginMode mode) {
    return get("symbolConfig", 5)
        .with("symbol", instrument)
        .signed()
        .json(
            json ->
                json.items().stream()
                    .filter(row -> row.text("symbol").equals(instrument.symbol()))
                    .findFirst()
                    .map(row -> known(BinancePerpParser.symbolConfig(row, instrument)))
                    .orElseThrow(() -> new TextException("no leverage of " + instrument)));
  }

  /** The margin mode first, which a position or an order that is open keeps from changing. */
  @Override
  public Call<Leverage> setLeverage(Leverage wanted) {
    Call<Boolean> mode =
        setting("marginType")
            .with("symbol", wanted.instrument())
            .with("marginType", BinancePerpParser.MARGIN_MODES.word(wanted.mode()))
            .json(json -> true);
    Call<Leverage> leverage =
        setting("leverage")
            .with("symbol", wanted.instrument())
            .withIf("leverage", wanted.leverage())
            .json(
                json ->
                    known(
                        new Leverage(
                            wanted.instrument(), json.decimal("leverage"), wanted.mode())));
    return unlessSo("-4046", true, mode).then(done -> leverage);
  }

  private Leverage known(Leverage leverage) {
    leverages.put(leverage.instrument().symbol(), leverage);
    return leverage;
  }

  /** An instrument's leverage as it was heard last; null where it was not. */
  @Nullable BigDecimal leverageOf(Instrument instrument) {
    Leverage known = leverages.get(instrument.symbol());
    return known == null ? null : known.leverage();
  }

  /** What holds when the stream tells a leverage; nothing where the margin mode is not known. */
  Optional<Leverage> leverageIs(Instrument instrument, BigDecimal leverage) {
    return Optional.ofNullable(leverages.get(instrument.symbol()))
        .map(known -> known(new Leverage(instrument, leverage, known.mode())));
  }

  /**
   * A week at once, and without a time the last one. Oldest first; a page after the first begins
   * with the last millisecond of the one before.
   */
  @Override
  public Call<Page<FundingPayment>> fundingPayments(FundingQuery query, BadRows rows) {
    TimeWindows.Window week = WEEKS.at(query);
    boolean bounded = query.untilMillis() > 0;
    return get("income", 30)
        .withIf("symbol", query.instrument())
        .with("incomeType", "FUNDING_FEE")
        .withIf("startTime", week.cursor() == null ? week.from() : week.cursor())
        .withIf("endTime", bounded ? week.until() : null)
        .with("limit", PAGE)
        .signed()
        .page(
            "",
            rows,
            row -> BinancePerpParser.fundingPayment(row, symbols.get(row.text("symbol"))),
            all -> {
              int size = all.size();
              String more = size < PAGE ? null : all.at(size - 1).text("time");
              return more == null && !bounded ? null : week.next(more, query.untilMillis());
            });
  }

  @Override
  public Call<Boolean> mayWithdraw() {
    return mayWithdraw(Request.get("/sapi/v1/account/apiRestrictions").at(SAPI));
  }

  @Override
  public Call<String> transfer(String asset, BigDecimal amount, Direction direction) {
    boolean in = direction == Direction.SPOT_TO_PERP;
    return Request.post("/sapi/v1/asset/transfer")
        .at(SAPI)
        .with("type", in ? "MAIN_UMFUTURE" : "UMFUTURE_MAIN")
        .with("asset", asset)
        .withIf("amount", amount)
        .signed()
        .json(json -> json.text("tranId"));
  }

  // ---- orders

  @Override
  public Call<OrderUpdate> place(Order order) {
    return with(placing, order).json(json -> BinancePerpParser.order(json, order.instrument()));
  }

  /** The new order's parameters; what the caller says in the venue's words replaces ours. */
  private static Request with(Request request, Order order) {
    boolean market = order.type() == OrderType.MARKET;
    boolean maker = order.type() == OrderType.LIMIT_MAKER;
    boolean hedged = order.isHedged();
    return request
        .with("symbol", order.instrument())
        .with("side", order.side().name())
        .withIf("positionSide", hedged ? String.valueOf(order.positionSide()) : null)
        .with("type", market ? "MARKET" : "LIMIT")
        .withIf("timeInForce", market ? null : maker ? "GTX" : order.timeInForce().name())
        .withIf("quantity", order.size())
        // In hedge mode the position says it, and the word is refused.
        .withIf("reduceOnly", order.isReduceOnly() && !hedged ? "true" : null)
        .withIf("price", order.price())
        .withIf("newClientOrderId", order.clientId())
        .withIf(
            "goodTillDate",
            order.goodTillMillis() == 0 ? null : Long.toString(order.goodTillMillis()))
        .with("newOrderRespType", "RESULT")
        .withAll(order.params());
  }

  @Override
  public int mostPlaced() {
    return 5;
  }

  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    JsonWriter list = new JsonWriter().array();
    for (Order order : orders) {
      list.object();
      with(Request.post(""), order).params().forEach(p -> list.put(p.name(), p.value()));
      list.end();
    }
    return ordering(Request.post("/fapi/v1/batchOrders"), 5, 5)
        .with("batchOrders", list.end().toString())
        .json(json -> BatchResult.inOrder(orders, json, this::result));
  }

  @Override
  public int mostCanceled() {
    return 10;
  }

  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    boolean known = orders.stream().allMatch(o -> o.venueId() != null);
    JsonWriter list = new JsonWriter().array();
    orders.forEach(o -> list.value(known ? o.venueId() : o.clientId()));
    String ids = list.end().toString();
    return canceling("batchOrders")
        .with("symbol", orders.get(0).instrument())
        .with(known ? "orderIdList" : "origClientOrderIdList", known ? ids.replace("\"", "") : ids)
        .json(json -> BatchResult.inOrder(orders, json, this::result));
  }

  /** The results stand in the order of the request: one of another order is not readable. */
  private BatchResult result(Json row, Order order) {
    if (row.has("code")) {
      return BatchResult.refused(refused(400, row));
    }
    OrderUpdate update = BinancePerpParser.order(row, order.instrument());
    String id = order.venueId();
    boolean other =
        id == null
            ? !Objects.equals(update.clientId(), order.clientId())
            : !id.equals(update.venueId());
    if (other) {
      throw new TextException("an answer about another order than " + order);
    }
    return BatchResult.of(update);
  }

  /**
   * The whole size, what has filled included. A change after which a post-only order would trade
   * cancels it: that refusal leaves open what became of the order.
   */
  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    return ordering(Request.put("/fapi/v1/order"), 1, 0)
        .with("symbol", order.instrument())
        .identify(order, "orderId", "origClientOrderId")
        .with("side", order.side().name())
        .withIf("quantity", changed.size())
        .withIf("price", changed.price())
        .json(json -> BinancePerpParser.order(json, order.instrument()))
        .otherwise(
            fault ->
                fault.kind() == Fault.Kind.WOULD_CROSS
                    ? Call.failed(Fault.of(Fault.Kind.OUTCOME_UNKNOWN, fault.raw()))
                    : null);
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return about(truth("order", 1), order);
  }

  /** The answer names no order: the stream does. */
  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    return canceling("allOpenOrders").with("symbol", instrument).json(json -> List.of());
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return truth("openOrders", instrument == null ? 40 : 1)
        .withIf("symbol", instrument)
        .rows(
            "",
            rows,
            row -> symbols.with(row.text("symbol"), i -> BinancePerpParser.order(row, i)));
  }

  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    return fills(truth("userTrades", 5), query, rows);
  }

  // ---- streams

  /** The account's present listen key, or a new one; renewed as long as the connection lasts. */
  Call<Endpoint> listenKey() {
    return Request.post(LISTEN_KEY)
        .cost(WEIGHT, 1)
        .readOnly()
        .urgency(Urgency.TRUTH)
        .json(json -> Endpoint.at(STREAM, "/private/ws?listenKey=" + json.text("listenKey")))
        .map(endpoint -> endpoint.every(Duration.ofMinutes(30), renewal()));
  }

  private static Call<Boolean> renewal() {
    return Request.put(LISTEN_KEY)
        .cost(WEIGHT, 1)
        .readOnly()
        .urgency(Urgency.TRUTH)
        .json(json -> true);
  }

  @Override
  public List<Stream> streams() {
    EnumSet<Topic.Kind> fast = EnumSet.of(Topic.Kind.BOOK, Topic.Kind.TOP);
    EnumSet<Topic.Kind> regular = EnumSet.of(Topic.Kind.TRADES, Topic.Kind.FUNDING);
    return List.of(
        market(Stream.of("public", fast, () -> new BinancePerpMarketSession("/public/ws"))),
        market(Stream.of("market", regular, () -> new BinancePerpMarketSession("/market/ws"))),
        limited(Stream.account(() -> new BinancePerpAccountSession(this))));
  }

  private static Stream market(Stream stream) {
    return limited(stream.topics(1024, 100));
  }

  /** Of ten messages a second, one is left to pongs. */
  private static Stream limited(Stream stream) {
    return stream.sends(9, Duration.ofSeconds(1)).connects(300, Duration.ofMinutes(5));
  }
}
