package dev.colibri.connector.spot.okx;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.DeadMansSwitch;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.JsonDialect;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit.Scope;
import dev.colibri.connector.spi.Limits;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How OKX speaks of whatever trades on its order books: requests, signatures, refusals, limits.
 * What is special to a kind of instrument its dialect says.
 */
public abstract class OkxApi extends JsonDialect
    implements NativeAmend,
        NativeBatch,
        NativeBatchCancel,
        DeadMansSwitch,
        Candles,
        KeyPermissions {
  static final String STREAM = "stream";

  /** How many rows a page has at most. */
  protected static final int PAGE = 100;

  private static final int BOOK_DEPTH = 400;
  private static final int OPEN_ORDER_PAGES = 100;
  private static final int BATCH = 20;

  /** Of most limits. */
  protected static final Duration WINDOW = Duration.ofSeconds(2);

  private static final Duration GOOD_FOR = Duration.ofSeconds(5);

  protected static final Limits LIMITS =
      Limits.of()
          .rolling(WINDOW, Scope.INSTRUMENT, "place 60, amend 60, cancel 60, status 60")
          .rolling(WINDOW, Scope.INSTRUMENT, "batch-place 300, batch-cancel 300")
          .rolling(WINDOW, Scope.ACCOUNT, "orders 1000, open-orders 60, fills 60, balance 10")
          .rolling(WINDOW, Scope.ACCOUNT, "fills-history 10, fees 5, config 5")
          .rolling(Duration.ofSeconds(1), Scope.ACCOUNT, "cancel-all-after 1")
          .rolling(WINDOW, Scope.IP, "time 10, instruments 20, books 40, tickers 20")
          .rolling(WINDOW, Scope.IP, "trades 100, candles 20");

  /** What every kind of instrument has, but for fees. */
  protected static Profile.Builder profile(String name) {
    // Demo trading has streams of its own, and the hosts of the real thing for the rest.
    return Profile.builder(name, "OKX")
        .hosts("live", "rest https://www.okx.com", "stream wss://ws.okx.com:8443")
        .hosts("demo", "rest https://www.okx.com", "stream wss://wspap.okx.com:8443")
        .hosts("us", "rest https://us.okx.com", "stream wss://wsus.okx.com:8443")
        .hosts("us-demo", "rest https://us.okx.com", "stream wss://wsuspap.okx.com:8443")
        .hosts("eea", "rest https://eea.okx.com", "stream wss://wseea.okx.com:8443")
        .hosts("eea-demo", "rest https://eea.okx.com", "stream wss://wseeapap.okx.com:8443")
        .clientIds(
            new ClientIdRule("clbr", 32, ClientIdRule.ALPHANUMERIC),
            Profile.DuplicateIds.REFUSED_WHILE_OPEN)
        .visibilityDelay(Duration.ofSeconds(10))
        .clockTolerance(Duration.ofSeconds(30))
        .books(BookDiscipline.REST_SNAPSHOT_THEN_DIFFS)
        .bookDepths(BOOK_DEPTH)
        .mostBookLevels(BOOK_DEPTH)
        .apiPage("https://www.okx.com/docs-v5/en/", "2026-11-22");
  }

  static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              "RATE_LIMITED: 50011 50040 50061 60014, CLOCK_SKEW: 50102 50112 60004 60006,"
                  + " UNAUTHORIZED: 50007 50100 50101 50103 50104 50105 50106 50107 50108 50110"
                  + " 50111 50113 50114 50119 50120 50121 59113 60005 60007 60009 60011 60024"
                  + " 60032,"
                  + " INSUFFICIENT_FUNDS: 51008 51119 51127 51131 51502,"
                  + " BAD_PRICE: 51006 51116 51122 51137 51138,"
                  + " BAD_SIZE: 51004 51005 51007 51020 51120 51121 51201 51202 51203,"
                  + " BAD_INSTRUMENT: 51001 51015 51021 51022 51027 51028 51087 51155 60018,"
                  + " ORDER_NOT_FOUND: 51400 51401 51402 51410 51503 51509 51510 51603,"
                  + " REDUCE_ONLY: 51023 51112 51134 51169 51170 51521 51522,"
                  + " DUPLICATE_ID: 51016 50071,"
                  + " OUTCOME_UNKNOWN: 2 50001 50004 50005 50013 50026 51054 51149");

  /** A day begins at midnight in Hong Kong unless its name says otherwise. */
  private static final Intervals INTERVALS =
      Intervals.of(
          "1s 1m 3m 5m 15m 30m 1h=1H 2h=2H 4h=4H 6h=6Hutc 12h=12Hutc 1d=1Dutc 2d=2Dutc 3d=3Dutc"
              + " 1w=1Wutc",
          PAGE);

  /** Always with milliseconds, which {@link Instant#toString} leaves out when they are zero. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  /**
   * How the rows of a type of instrument are read.
   *
   * @param instrument null for one that is not offered
   */
  public record Rows(
      BiFunction<Json, BadRows, @Nullable Instrument> instrument,
      Function<Json, Balance> balance,
      BiFunction<Json, Instrument, OrderUpdate> order,
      BiFunction<Json, Instrument, Fill> fill) {}

  private final String type;
  private final boolean demo;

  /** What is read of a row. */
  final Rows reader;

  /**
   * For one of the environments.
   *
   * @param type of instruments, in the venue's word
   */
  protected OkxApi(Profile profile, Limits limits, String type, String environment, Rows reader) {
    super(profile, limits, REFUSALS);
    this.type = type;
    this.reader = reader;
    demo = environment.endsWith("demo");
  }

  /** Of instruments, in the venue's word. */
  final String type() {
    return type;
  }

  // ---- what a kind of instrument has of its own

  /** Whether what is spelled so is offered; rows of the account about others are passed over. */
  protected boolean isOffered(String symbol) {
    return true;
  }

  /** What is read of a row of the account; null where its instrument is not offered. */
  protected final <T> @Nullable T of(Json row, BiFunction<Json, Instrument, T> reader) {
    return of(row, symbols::get, reader);
  }

  /** The same among these instruments. */
  final <T> @Nullable T of(
      Json row, Function<String, Instrument> known, BiFunction<Json, Instrument, T> reader) {
    String symbol = row.text("instId");
    return isOffered(symbol) ? reader.apply(row, known.apply(symbol)) : null;
  }

  /** How an order is paid or margined. */
  protected abstract String tradeMode(Order order);

  /** Adds what else a new order says, its size first. */
  protected abstract Request sized(Request request, Order order);

  /** The streams of market data and of the account. */
  protected abstract List<Stream> sessions();

  // ---- requests as they leave

  /** What is signed is time, method, path with query, and body, byte for byte. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    boolean get = request.method().equals("GET");
    String query = get ? request.formText() : "";
    String body = get ? "" : request.jsonText();
    Signed signed = Signed.of(request).query(query);
    signed = body.isEmpty() ? signed : signed.json(body);
    signed = demo ? signed.header("x-simulated-trading", "1") : signed;
    if (!request.isSigned()) {
      return signed;
    }
    Credentials keys = context.credentials();
    String time = TIME.format(Instant.ofEpochMilli(context.millis()));
    String target = query.isEmpty() ? request.path() : request.path() + "?" + query;
    String clientId = request.param("clOrdId");
    signed = clientId == null ? signed : signed.identity(clientId);
    if (request.urgency() == Urgency.ORDER) {
      // What was not carried out by then never will be, so that its absence later is proof.
      signed = signed.header("expTime", Long.toString(context.millis() + GOOD_FOR.toMillis()));
    }
    return signed
        .header("OK-ACCESS-KEY", keys.apiKey())
        .header("OK-ACCESS-PASSPHRASE", keys.passphrase().revealText())
        .header("OK-ACCESS-TIMESTAMP", time)
        .header("OK-ACCESS-SIGN", sign(keys, time + request.method() + target + body));
  }

  /** The signature of a text. */
  static String sign(Credentials keys, String payload) {
    return Hmac.sha256(keys.secret()).base64(payload);
  }

  /** A question, which costs one of a bucket. */
  protected static Request get(String path, String bucket) {
    return Request.get("/api/v5" + path).cost(bucket, 1);
  }

  /** A question about what the account has of this type of instrument. */
  protected final Request truth(String path, String bucket) {
    return get(path, bucket).signed().urgency(Urgency.TRUTH).with("instType", type);
  }

  /** A request that changes something of the account. */
  protected static Request post(String path, String bucket) {
    return Request.post("/api/v5" + path).signed().cost(bucket, 1);
  }

  /** The same about an instrument. */
  private static Request post(String path, Instrument instrument, String bucket, long cost) {
    return Request.post("/api/v5/trade" + path).signed().about(instrument).cost(bucket, cost);
  }

  /** An answer of one row. */
  protected static <T> Call<T> one(Request request, Function<Json, T> reader) {
    return request.json(json -> reader.apply(json.get("data").at(0)));
  }

  // ---- refusals

  /**
   * What an envelope says: its own code, or that of the only order it is about.
   *
   * <pre>{@code
   * {"code":"1","msg":"All operations failed","data":[{"clOrdId":"clbrA1","ordId":"","tag":"","ts":"1700000000123",
   *  "sCode":"51008","sMsg":"Order failed. Insufficient USDT balance in account"}]}
   * {"code":"50113","msg":"Invalid Sign","data":[]}
   * }</pre>
   */
  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    List<Json> rows = answer.has("data") ? answer.get("data").items() : List.of();
    if (rows.isEmpty() || !rows.get(0).isObject() || !rows.get(0).has("sCode")) {
      return refusal(status, answer, "code", "msg");
    }
    // Each order of a batch has its own answer, whatever the envelope says of all of them.
    boolean each = request.path().contains("batch");
    return each ? null : refusal(status, rows.get(0), "sCode", "sMsg");
  }

  private static @Nullable Fault refusal(int status, Json json, String code, String message) {
    return json.text(code).equals("0")
        ? null
        : REFUSALS.fault(status, json.text(code), json.textOr(message, ""));
  }

  // ---- market data

  @Override
  public Call<Long> time() {
    return one(get("/public/time", "time"), row -> row.longValue("ts"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return get("/public/instruments", "instruments")
        .with("instType", type)
        .rows("data", rows, row -> reader.instrument().apply(row, rows))
        .map(symbols::learn);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return get("/market/books", "books")
        .with("instId", instrument)
        .with("sz", depth <= 0 ? BOOK_DEPTH : Math.min(depth, BOOK_DEPTH))
        .read(reply -> OkxParser.book(reply.body(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    if (instruments.size() == 1) {
      Instrument only = instruments.get(0);
      return get("/market/ticker", "tickers")
          .with("instId", only)
          .rows("data", rows, row -> OkxParser.ticker(row, only));
    }
    return get("/market/tickers", "tickers")
        .with("instType", type)
        .rows("data", rows, row -> symbols.with(row.text("instId"), i -> OkxParser.ticker(row, i)));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return get("/market/trades", "trades")
        .with("instId", instrument)
        .with("limit", Math.max(1, Math.min(limit, 500)))
        .rows("data", rows, row -> OkxParser.trade(row, instrument));
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    return get("/market/history-candles", "candles")
        .with("instId", range.instrument())
        .with("bar", range.name())
        .with("before", range.fromMillis() - 1)
        .with("after", range.toMillis())
        .with("limit", PAGE)
        .rows("data", rows, row -> OkxParser.candle(row, range));
  }

  // ---- the account

  @Override
  public Call<Boolean> mayWithdraw() {
    return one(
        get("/account/config", "config").signed(), row -> row.text("perm").contains("withdraw"));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return one(
        get("/account/balance", "balance").signed(),
        account -> rows.read(account.get("details"), reader.balance()));
  }

  @Override
  public Call<OrderUpdate> place(Order order) {
    return one(
        placing(post("/order", order.instrument(), "place", 1), order)
            .cost("orders", 1)
            .urgency(Urgency.ORDER),
        row -> OkxParser.taken(row, order, OrderStatus.OPEN));
  }

  /** The new order's parameters; what the caller says in the venue's words replaces ours. */
  private Request placing(Request request, Order order) {
    Request said =
        request
            .with("instId", order.instrument())
            .with("tdMode", tradeMode(order))
            .withIf("clOrdId", order.clientId())
            .with("side", order.side().name().toLowerCase(Locale.ROOT))
            .with("ordType", OkxParser.KINDS.of(order));
    return sized(said, order).withIf("px", order.price()).withAll(order.params());
  }

  /** By the venue's id when it is known: of orders with the same client id it takes the latest. */
  private static Request identified(Request request, Order order) {
    return request.with("instId", order.instrument()).identify(order, "ordId", "clOrdId");
  }

  /** The answer says that the venue took the request; that the order is gone, the stream says. */
  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return one(
        identified(post("/cancel-order", order.instrument(), "cancel", 1), order)
            .urgency(Urgency.CANCEL),
        row -> OkxParser.taken(row, order, OrderStatus.PENDING_CANCEL));
  }

  /** The answer says that the venue took the request; the stream shows the change. */
  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    return one(
        identified(post("/amend-order", order.instrument(), "amend", 1), order)
            .with("newSz", Decimal.plain(order.instrument().contracts(changed.size())))
            .with("newPx", Decimal.plain(changed.price()))
            .cost("orders", 1)
            .urgency(Urgency.ORDER),
        row -> OkxParser.taken(row, order, OrderStatus.OPEN));
  }

  @Override
  public Duration leastTimeout() {
    return Duration.ofSeconds(10);
  }

  @Override
  public Duration mostTimeout() {
    return Duration.ofSeconds(120);
  }

  /**
   * Of every order book of the account, derivatives too, as no tag is named: {@code
   * {"code":"0","msg":"","data":[{"triggerTime":"1700000060123","tag":"","ts":"1700000000123"}]}},
   * with a time of 0 where it is off.
   */
  @Override
  public Call<Boolean> arm(Duration timeout) {
    return one(
        post("/trade/cancel-all-after", "cancel-all-after")
            .with("timeOut", timeout.toSeconds())
            .urgency(Urgency.TRUTH),
        row -> row.longValue("triggerTime") > 0);
  }

  @Override
  public Call<Boolean> disarm() {
    return arm(Duration.ZERO);
  }

  @Override
  public int mostPlaced() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    Request request =
        post("/batch-orders", orders.get(0).instrument(), "batch-place", orders.size());
    return each(
        request.cost("orders", orders.size()).urgency(Urgency.ORDER),
        orders,
        order -> placing(Request.post(""), order),
        OrderStatus.OPEN);
  }

  @Override
  public int mostCanceled() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    return each(
        post("/cancel-batch-orders", orders.get(0).instrument(), "batch-cancel", orders.size())
            .urgency(Urgency.CANCEL),
        orders,
        order -> identified(Request.post(""), order),
        OrderStatus.PENDING_CANCEL);
  }

  /** Several orders in a request, each said as it would be alone, and answered by itself. */
  private static Call<List<BatchResult>> each(
      Request request, List<Order> orders, Function<Order, Request> alone, OrderStatus taken) {
    return request
        .body(
            orders.stream()
                .map(order -> alone.apply(order).jsonText())
                .collect(Collectors.joining(",", "[", "]")))
        .json(
            json ->
                BatchResult.each(
                    orders,
                    json.get("data"),
                    OkxParser::isAbout,
                    (row, order) -> {
                      Fault fault = refusal(200, row, "sCode", "sMsg");
                      return fault == null
                          ? BatchResult.of(OkxParser.taken(row, order, taken))
                          : BatchResult.refused(fault);
                    }));
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return one(
        identified(get("/trade/order", "status").about(order.instrument()), order)
            .signed()
            .urgency(Urgency.TRUTH),
        row -> reader.order().apply(row, order.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    Request request =
        truth("/trade/orders-pending", "open-orders")
            .withIf("instId", instrument)
            .with("limit", PAGE);
    return Call.pages(
        cursor ->
            request
                .withIf("after", cursor)
                .page("data", rows, PAGE, row -> of(row, reader.order()), "ordId"),
        OPEN_ORDER_PAGES);
  }

  /** Of an order those of three days, or else of three months; of an instrument the latter. */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    Call<Page<Fill>> history = fills("fills-history", query, rows);
    return query.order() == null
        ? history
        : fills("fills", query, rows)
            .then(page -> page.items().isEmpty() ? history : Call.of(page));
  }

  /** Pages go back in time, by the number of the bill, so that each has the bound. */
  private Call<Page<Fill>> fills(String which, FillQuery query, BadRows rows) {
    return truth("/trade/" + which, which)
        .with("instId", query.instrument())
        .withIf("ordId", query.orderId())
        .withIf("begin", query.sinceMillis() > 0 ? Long.toString(query.sinceMillis()) : null)
        .withIf("after", query.cursor())
        .with("limit", PAGE)
        .page("data", rows, PAGE, row -> reader.fill().apply(row, query.instrument()), "billId");
  }

  // ---- streams

  /**
   * Three connections a second from an address. Each may subscribe 480 times an hour; pings, which
   * do not count there, count here.
   */
  @Override
  public final List<Stream> streams() {
    Stream.Heartbeat heartbeat =
        new Stream.Heartbeat(Duration.ofSeconds(10), signing -> "ping", Duration.ofSeconds(25));
    return sessions().stream()
        .map(
            stream ->
                stream.sends(480 + 360, Duration.ofHours(1)).connects(3, Duration.ofSeconds(1)))
        .map(stream -> stream.heartbeat(heartbeat))
        .toList();
  }
}
