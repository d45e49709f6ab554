package dev.colibri.connector.spot.okx;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How OKX speaks: requests, signatures, refusals, limits. */
final class OkxSpot
    implements SpotDialect, NativeAmend, NativeBatch, NativeBatchCancel, Candles, KeyPermissions {
  static final String STREAM = "stream";

  private static final int BOOK_DEPTH = 400;

  static final Profile PROFILE =
      hosts()
          .clientIds(
              new ClientIdRule("clbr", 32, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.REFUSED_WHILE_OPEN)
          .fees("0.0008", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS)
          .visibilityDelay(Duration.ofSeconds(10))
          .clockTolerance(Duration.ofSeconds(30))
          .books(BookDiscipline.REST_SNAPSHOT_THEN_DIFFS)
          .bookDepths(BOOK_DEPTH)
          .apiPage("https://www.okx.com/docs-v5/en/", "2026-11-22")
          .build();

  /** Demo trading has streams of its own, and the hosts of the real thing for the rest. */
  private static Profile.Builder hosts() {
    return Profile.builder("okx-spot", "OKX")
        .host("live", "rest", "https://www.okx.com")
        .host("live", STREAM, "wss://ws.okx.com:8443")
        .host("demo", "rest", "https://www.okx.com")
        .host("demo", STREAM, "wss://wspap.okx.com:8443")
        .host("us", "rest", "https://us.okx.com")
        .host("us", STREAM, "wss://wsus.okx.com:8443")
        .host("us-demo", "rest", "https://us.okx.com")
        .host("us-demo", STREAM, "wss://wsuspap.okx.com:8443")
        .host("eea", "rest", "https://eea.okx.com")
        .host("eea", STREAM, "wss://wseea.okx.com:8443")
        .host("eea-demo", "rest", "https://eea.okx.com")
        .host("eea-demo", STREAM, "wss://wseeapap.okx.com:8443");
  }

  static final Refusals REFUSALS =
      Refusals.of()
          .codes(Fault.Kind.RATE_LIMITED, "50011", "50040", "50061", "60014")
          .codes(Fault.Kind.CLOCK_SKEW, "50102", "50112", "60004", "60006")
          .codes(Fault.Kind.UNAUTHORIZED, "50007", "50100", "50101", "50103", "50104", "50105")
          .codes(Fault.Kind.UNAUTHORIZED, "50106", "50107", "50108", "50110", "50111", "50113")
          .codes(Fault.Kind.UNAUTHORIZED, "50114", "50119", "50120", "50121", "59113", "60005")
          .codes(Fault.Kind.UNAUTHORIZED, "60007", "60009", "60011", "60024", "60032")
          .codes(Fault.Kind.INSUFFICIENT_FUNDS, "51008", "51119", "51127", "51131", "51502")
          .codes(Fault.Kind.BAD_PRICE, "51006", "51116", "51122", "51137", "51138")
          .codes(Fault.Kind.BAD_SIZE, "51004", "51005", "51007", "51020", "51120", "51121")
          .codes(Fault.Kind.BAD_SIZE, "51201", "51202", "51203")
          .codes(Fault.Kind.BAD_INSTRUMENT, "51001", "51015", "51021", "51022", "51027", "51028")
          .codes(Fault.Kind.BAD_INSTRUMENT, "51087", "51155", "60018")
          .codes(Fault.Kind.ORDER_NOT_FOUND, "51400", "51401", "51402", "51410", "51503", "51509")
          .codes(Fault.Kind.ORDER_NOT_FOUND, "51510", "51603")
          .codes(Fault.Kind.DUPLICATE_ID, "51016")
          .codes(Fault.Kind.OUTCOME_UNKNOWN, "50001", "50004", "50013", "50026", "51149");

  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int PAGE = 100;
  private static final int CANDLE_PAGES = 1000;
  private static final int OPEN_ORDER_PAGES = 100;
  private static final int BATCH = 20;

  /** A day begins at midnight in Hong Kong unless its name says otherwise. */
  private static final Intervals INTERVALS =
      Intervals.of(
          "1s 1m 3m 5m 15m 30m 1h=1H 2h=2H 4h=4H 6h=6Hutc 12h=12Hutc 1d=1Dutc 2d=2Dutc 3d=3Dutc"
              + " 1w=1Wutc");

  /** Always with milliseconds, which {@link Instant#toString} leaves out when they are zero. */
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private final boolean demo;
  private final Symbols symbols = new Symbols();

  /** For one of the environments of {@link #PROFILE}. */
  OkxSpot(String environment) {
    demo = environment.endsWith("demo");
  }

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public List<Limit> limits() {
    return List.of(
        Limit.rolling("orders", 1000, WINDOW, Limit.Scope.ACCOUNT),
        Limit.rolling("place", 60, WINDOW, Limit.Scope.INSTRUMENT),
        Limit.rolling("amend", 60, WINDOW, Limit.Scope.INSTRUMENT),
        Limit.rolling("cancel", 60, WINDOW, Limit.Scope.INSTRUMENT),
        Limit.rolling("status", 60, WINDOW, Limit.Scope.INSTRUMENT),
        Limit.rolling("batch-place", 300, WINDOW, Limit.Scope.INSTRUMENT),
        Limit.rolling("batch-cancel", 300, WINDOW, Limit.Scope.INSTRUMENT),
        Limit.rolling("open-orders", 60, WINDOW, Limit.Scope.ACCOUNT),
        Limit.rolling("fills", 60, WINDOW, Limit.Scope.ACCOUNT),
        Limit.rolling("fills-history", 10, WINDOW, Limit.Scope.ACCOUNT),
        Limit.rolling("balance", 10, WINDOW, Limit.Scope.ACCOUNT),
        Limit.rolling("fees", 5, WINDOW, Limit.Scope.ACCOUNT),
        Limit.rolling("config", 5, WINDOW, Limit.Scope.ACCOUNT),
        Limit.rolling("time", 10, WINDOW, Limit.Scope.IP),
        Limit.rolling("instruments", 20, WINDOW, Limit.Scope.IP),
        Limit.rolling("books", 40, WINDOW, Limit.Scope.IP),
        Limit.rolling("tickers", 20, WINDOW, Limit.Scope.IP),
        Limit.rolling("trades", 100, WINDOW, Limit.Scope.IP),
        Limit.rolling("candles", 20, WINDOW, Limit.Scope.IP));
  }

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
    return signed
        .header("OK-ACCESS-KEY", keys.apiKey())
        .header("OK-ACCESS-PASSPHRASE", keys.passphrase().revealText())
        .header("OK-ACCESS-TIMESTAMP", time)
        .header("OK-ACCESS-SIGN", sign(keys, time + request.method() + target + body));
  }

  static String sign(Credentials keys, String payload) {
    return Hmac.sha256(keys.secret()).base64(payload);
  }

  private static Request get(String path, String bucket) {
    return Request.get("/api/v5" + path).cost(bucket, 1);
  }

  /** A request of the account about an instrument. */
  private static Request post(String path, Instrument instrument, String bucket, long cost) {
    return Request.post("/api/v5/trade" + path).signed().about(instrument).cost(bucket, cost);
  }

  // ---- refusals

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    // Each order of a batch has its own answer, whatever the envelope says of all of them.
    boolean each = request.path().contains("batch");
    return REFUSALS.judge(request, reply, json -> fault(reply.status(), json, each));
  }

  /**
   * What an envelope says: its own code, or that of the only order it is about.
   *
   * <pre>{@code
   * {"code":"1","msg":"All operations failed","data":[{"clOrdId":"clbrA1","ordId":"","tag":"","ts":"1700000000123",
   *  "sCode":"51008","sMsg":"Order failed. Insufficient USDT balance in account"}]}
   * {"code":"50113","msg":"Invalid Sign","data":[]}
   * }</pre>
   */
  private static @Nullable Fault fault(int status, Json json, boolean each) {
    Json data = json.find("data");
    Json row = data != null && data.isArray() && data.size() > 0 ? data.at(0) : null;
    if (row != null && row.isObject() && row.has("sCode")) {
      return each ? null : refusal(status, row);
    }
    String code = json.text("code");
    return code.equals("0") ? null : REFUSALS.fault(status, code, json.textOr("msg", ""));
  }

  /** What the answer about one order says against it, or null. */
  private static @Nullable Fault refusal(int status, Json row) {
    String code = row.text("sCode");
    return code.equals("0") ? null : REFUSALS.fault(status, code, row.textOr("sMsg", ""));
  }

  // ---- market data

  private static Json data(Reply reply) {
    return reply.json().get("data");
  }

  private static <T> List<T> oldestFirst(List<T> newestFirst) {
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  @Override
  public Call<Long> time() {
    return get("/public/time", "time").read(reply -> data(reply).at(0).longValue("ts"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return get("/public/instruments", "instruments")
        .with("instType", "SPOT")
        .read(reply -> symbols.learn(rows.read(data(reply), OkxParser::instrument)));
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return get("/market/books", "books")
        .with("instId", instrument.symbol())
        .with("sz", depth <= 0 ? BOOK_DEPTH : Math.min(depth, BOOK_DEPTH))
        .read(reply -> OkxParser.book(reply.body(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    Request request =
        instruments.size() == 1
            ? get("/market/ticker", "tickers").with("instId", instruments.get(0).symbol())
            : get("/market/tickers", "tickers").with("instType", "SPOT");
    Symbols wanted = new Symbols();
    wanted.learn(instruments);
    Symbols known = instruments.isEmpty() ? symbols : wanted;
    return request.read(reply -> rows.read(data(reply), row -> OkxParser.ticker(row, known)));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return get("/market/trades", "trades")
        .with("instId", instrument.symbol())
        .with("limit", Math.max(1, Math.min(limit, 500)))
        .read(
            reply -> oldestFirst(rows.read(data(reply), row -> OkxParser.trade(row, instrument))));
  }

  @Override
  public Set<Duration> intervals() {
    return INTERVALS.all();
  }

  /** Newest first, in pages that go back in time. */
  @Override
  public Call<List<Candle>> candles(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows) {
    Request request =
        get("/market/history-candles", "candles")
            .with("instId", instrument.symbol())
            .with("bar", INTERVALS.name(interval))
            .with("before", fromMillis - 1)
            .with("limit", PAGE);
    Call<List<Candle>> all =
        Call.pages(
            cursor ->
                request
                    .with("after", cursor == null ? Long.toString(toMillis) : cursor)
                    .read(
                        reply ->
                            Page.of(
                                rows.read(
                                    data(reply),
                                    row -> OkxParser.candle(row, instrument, interval)),
                                data(reply).size() == PAGE,
                                candle -> Long.toString(candle.openMillis()))),
            CANDLE_PAGES);
    return all.map(candles -> oldestFirst(new ArrayList<>(candles)));
  }

  // ---- the account

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    Request request = get("/account/trade-fee", "fees").signed().with("instType", "SPOT");
    if (instruments.isEmpty()) {
      return request.read(reply -> List.of(OkxParser.fee(data(reply).at(0), null)));
    }
    return Call.all(
        instruments.stream()
            .map(
                i ->
                    request
                        .with("instId", i.symbol())
                        .read(reply -> OkxParser.fee(data(reply).at(0), i)))
            .toList());
  }

  @Override
  public Call<Boolean> mayWithdraw() {
    return get("/account/config", "config")
        .signed()
        .read(reply -> data(reply).at(0).text("perm").contains("withdraw"));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return get("/account/balance", "balance")
        .signed()
        .read(reply -> rows.read(data(reply).at(0).get("details"), OkxParser::balance));
  }

  @Override
  public Call<OrderUpdate> place(Order order) {
    return placing(post("/order", order.instrument(), "place", 1), order)
        .cost("orders", 1)
        .urgency(Urgency.ORDER)
        .read(reply -> OkxParser.taken(data(reply).at(0), order, OrderStatus.OPEN));
  }

  /** The new order's parameters; what the caller says in the venue's words replaces ours. */
  private static Request placing(Request request, Order order) {
    BigDecimal amount = order.quoteAmount();
    return request
        .with("instId", order.instrument().symbol())
        .with("tdMode", "cash")
        .withIf("clOrdId", order.clientId())
        .with("side", order.side().name().toLowerCase(Locale.ROOT))
        .with("ordType", type(order))
        .with("sz", Decimal.plain(amount == null ? order.size() : amount))
        // Without it the size of a market order to buy would be an amount of the quote asset.
        .with("tgtCcy", amount == null ? "base_ccy" : "quote_ccy")
        .withIf("px", order.price() == null ? null : Decimal.plain(order.price()))
        .withAll(order.params());
  }

  private static String type(Order order) {
    return switch (order.type()) {
      case MARKET -> "market";
      case LIMIT_MAKER -> "post_only";
      case LIMIT ->
          order.timeInForce() == TimeInForce.GTC
              ? "limit"
              : order.timeInForce().name().toLowerCase(Locale.ROOT);
    };
  }

  /** By the venue's id when it is known: of orders with the same client id it takes the latest. */
  private static Request identified(Request request, Order order) {
    Request of = request.with("instId", order.instrument().symbol());
    return order.venueId() != null
        ? of.with("ordId", order.venueId())
        : of.withIf("clOrdId", order.clientId());
  }

  /** The answer says that the venue took the request; that the order is gone, the stream says. */
  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return identified(post("/cancel-order", order.instrument(), "cancel", 1), order)
        .urgency(Urgency.CANCEL)
        .read(reply -> OkxParser.taken(data(reply).at(0), order, OrderStatus.PENDING_CANCEL));
  }

  /** The answer says that the venue took the request; the stream shows the change. */
  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    return identified(post("/amend-order", order.instrument(), "amend", 1), order)
        .with("newSz", Decimal.plain(changed.size()))
        .with("newPx", Decimal.plain(changed.price()))
        .cost("orders", 1)
        .urgency(Urgency.ORDER)
        .read(reply -> OkxParser.taken(data(reply).at(0), order, OrderStatus.OPEN));
  }

  @Override
  public int mostPlaced() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    Instrument instrument = orders.get(0).instrument();
    return post("/batch-orders", instrument, "batch-place", orders.size())
        .cost("orders", orders.size())
        .urgency(Urgency.ORDER)
        .body(array(orders, order -> placing(Request.post(""), order)))
        .read(reply -> results(data(reply), orders, OrderStatus.OPEN));
  }

  @Override
  public int mostCanceled() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    Instrument instrument = orders.get(0).instrument();
    return post("/cancel-batch-orders", instrument, "batch-cancel", orders.size())
        .urgency(Urgency.CANCEL)
        .body(array(orders, order -> identified(Request.post(""), order)))
        .read(reply -> results(data(reply), orders, OrderStatus.PENDING_CANCEL));
  }

  private static String array(List<Order> orders, Function<Order, Request> one) {
    return orders.stream()
        .map(order -> one.apply(order).jsonText())
        .collect(Collectors.joining(",", "[", "]"));
  }

  /** The answer about each order, found by its ids. */
  private static List<BatchResult> results(Json rows, List<Order> orders, OrderStatus taken) {
    return orders.stream()
        .map(
            order -> {
              Json row =
                  rows.items().stream()
                      .filter(r -> OkxParser.isAbout(r, order))
                      .findFirst()
                      .orElseThrow(() -> new TextException("no answer about " + order));
              Fault fault = refusal(200, row);
              return fault == null
                  ? BatchResult.of(OkxParser.taken(row, order, taken))
                  : BatchResult.refused(fault);
            })
        .toList();
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return identified(get("/trade/order", "status").about(order.instrument()), order)
        .signed()
        .urgency(Urgency.TRUTH)
        .read(reply -> OkxParser.order(data(reply).at(0), order.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    Request request =
        get("/trade/orders-pending", "open-orders")
            .signed()
            .urgency(Urgency.TRUTH)
            .with("instType", "SPOT")
            .withIf("instId", instrument == null ? null : instrument.symbol())
            .with("limit", PAGE);
    return Call.pages(
        cursor ->
            request
                .withIf("after", cursor)
                .read(
                    reply ->
                        Page.of(
                            rows.read(
                                data(reply),
                                row -> OkxParser.order(row, symbols.get(row.text("instId")))),
                            data(reply).size() == PAGE,
                            order -> String.valueOf(order.venueId()))),
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

  /** Pages go back in time, by the number of the bill. */
  private static Call<Page<Fill>> fills(String which, FillQuery query, BadRows rows) {
    Order order = query.order();
    return get("/trade/" + which, which)
        .signed()
        .urgency(Urgency.TRUTH)
        .with("instType", "SPOT")
        .with("instId", query.instrument().symbol())
        .withIf("ordId", order == null ? null : order.venueId())
        .withIf("begin", query.sinceMillis() > 0 ? Long.toString(query.sinceMillis()) : null)
        .withIf("after", query.cursor())
        .with("limit", PAGE)
        .read(
            reply -> {
              Json data = data(reply);
              boolean more = data.size() == PAGE;
              return new Page<>(
                  oldestFirst(rows.read(data, row -> OkxParser.fill(row, query.instrument()))),
                  more ? data.at(PAGE - 1).text("billId") : null);
            });
  }

  // ---- streams

  /** Three connections a second from an address; 480 frames an hour on each. */
  @Override
  public List<Stream> streams() {
    Stream.Heartbeat heartbeat =
        new Stream.Heartbeat(Duration.ofSeconds(20), signing -> "ping", Duration.ofSeconds(29));
    return List.of(
        Stream.of(
                "market",
                EnumSet.of(Topic.Kind.BOOK, Topic.Kind.TRADES, Topic.Kind.TOP),
                OkxMarketSession::new)
            .topics(200, 20)
            .sends(480, Duration.ofHours(1))
            .connects(3, Duration.ofSeconds(1))
            .heartbeat(heartbeat),
        Stream.of("account", EnumSet.of(Topic.Kind.ACCOUNT), OkxAccountSession::new)
            .topics(1, 1)
            .sends(480, Duration.ofHours(1))
            .connects(3, Duration.ofSeconds(1))
            .heartbeat(heartbeat));
  }
}
