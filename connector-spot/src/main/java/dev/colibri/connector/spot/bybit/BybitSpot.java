package dev.colibri.connector.spot.bybit;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderType;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
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
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.NativeCancelAll;
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
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How Bybit speaks: requests, signatures, refusals, limits. */
final class BybitSpot
    implements SpotDialect,
        NativeAmend,
        NativeBatch,
        NativeBatchCancel,
        NativeCancelAll,
        Candles,
        KeyPermissions {
  static final String PUBLIC = "public";
  static final String PRIVATE = "private";

  static final Profile PROFILE =
      Profile.builder("bybit-spot", "Bybit")
          .host("live", "rest", "https://api.bybit.com")
          .host("live", PUBLIC, "wss://stream.bybit.com")
          .host("live", PRIVATE, "wss://stream.bybit.com")
          .host("testnet", "rest", "https://api-testnet.bybit.com")
          .host("testnet", PUBLIC, "wss://stream-testnet.bybit.com")
          .host("testnet", PRIVATE, "wss://stream-testnet.bybit.com")
          .host("demo", "rest", "https://api-demo.bybit.com")
          .host("demo", PUBLIC, "wss://stream.bybit.com")
          .host("demo", PRIVATE, "wss://stream-demo.bybit.com")
          .apiPage("https://bybit-exchange.github.io/docs/v5/intro", "2026-11-22")
          .fees("0.001", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS)
          .clientIds(
              new ClientIdRule("clbr", 36, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.REFUSED_ALWAYS)
          .visibilityDelay(Duration.ofSeconds(10))
          .clockTolerance(Duration.ofSeconds(1))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .bookDepths(50, 200, 1000)
          .build();

  private static final String IP = "ip";
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  /** A bucket is named by the path that it is for. What is beyond the first is shut out. */
  private static final List<Limit> LIMITS =
      List.of(
          Limit.rolling(IP, 550, Duration.ofSeconds(5), Limit.Scope.IP),
          perSecond("/v5/order/create", 20),
          perSecond("/v5/order/create-batch", 20),
          perSecond("/v5/order/amend", 10),
          perSecond("/v5/order/cancel", 20),
          perSecond("/v5/order/cancel-batch", 20),
          perSecond("/v5/order/cancel-all", 20),
          perSecond("/v5/order/realtime", 50),
          perSecond("/v5/order/history", 50),
          perSecond("/v5/execution/list", 50),
          perSecond("/v5/account/wallet-balance", 50),
          perSecond("/v5/account/fee-rate", 5));

  private static final Intervals INTERVALS =
      Intervals.of("1m=1 3m=3 5m=5 15m=15 30m=30 1h=60 2h=120 4h=240 6h=360 12h=720 1d=D 1w=W");

  private static final String LIST = "result.list";
  private static final String WINDOW = "5000";
  private static final int CANDLES = 1000;
  private static final int FILLS = 100;
  private static final int ORDERS = 50;
  private static final int BATCH = 10;
  private static final long FILL_RANGE_MILLIS = Duration.ofDays(7).toMillis();

  private final Symbols symbols = new Symbols();

  private static Limit perSecond(String path, long amount) {
    return Limit.rolling(path, amount, Duration.ofSeconds(1), Limit.Scope.ACCOUNT);
  }

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public List<Limit> limits() {
    return LIMITS;
  }

  /**
   * An account may have more than the documented amount. An address is shut out for ten minutes.
   */
  @Override
  public void learn(Request request, Reply reply, LimitUpdates out) {
    long amount = reply.number("X-Bapi-Limit");
    long left = reply.number("X-Bapi-Limit-Status");
    if (reply.status() == 403) {
      out.pause(IP, Duration.ofMinutes(10).toMillis());
    } else if (amount > 0 && left >= 0 && left <= amount && isLimited(request.path())) {
      out.amount(request.path(), amount);
      out.used(request.path(), amount - left);
    }
  }

  private static boolean isLimited(String path) {
    return LIMITS.stream().anyMatch(limit -> limit.bucket().equals(path));
  }

  // ---- requests as they leave

  /** What is signed is time, key, window, and the query or the body as they travel. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    boolean body = request.method().equals("POST");
    String text = body ? request.jsonText() : request.formText();
    Signed signed = body ? Signed.of(request).json(text) : Signed.of(request).query(text);
    String clientId = request.param("orderLinkId");
    signed = clientId == null ? signed : signed.identity(clientId);
    if (!request.isSigned()) {
      return signed;
    }
    Credentials keys = context.credentials();
    String millis = Long.toString(context.millis());
    return signed
        .header("X-BAPI-API-KEY", keys.apiKey())
        .header("X-BAPI-TIMESTAMP", millis)
        .header("X-BAPI-RECV-WINDOW", WINDOW)
        .header("X-BAPI-SIGN", sign(keys, millis + keys.apiKey() + WINDOW + text));
  }

  static String sign(Credentials keys, String text) {
    return Hmac.sha256(keys.secret()).hex(text);
  }

  // ---- refusals

  /**
   * What a cancel is told of an order that has ended is "not found", too: it is asked for then. A
   * time-out or failure inside the venue says nothing, nor does an order that is being worked on.
   */
  private static final Refusals REFUSALS =
      Refusals.of()
          .codes(Fault.Kind.RATE_LIMITED, "429", "10006", "170005", "170222", "170810")
          .codes(Fault.Kind.BANNED, "10018")
          .codes(Fault.Kind.CLOCK_SKEW, "-1", "10002")
          .codes(Fault.Kind.UNAUTHORIZED, "10003", "10004", "10005", "10007", "10008", "10009")
          .codes(Fault.Kind.UNAUTHORIZED, "10010", "10024", "10027", "10028", "10029", "33004")
          .codes(Fault.Kind.UNAUTHORIZED, "-2015", "170219", "170348")
          .codes(Fault.Kind.INSUFFICIENT_FUNDS, "170131", "170033", "110004", "110007", "110012")
          .codes(Fault.Kind.WOULD_CROSS, "170218")
          .codes(Fault.Kind.BAD_PRICE, "170132", "170133", "170134", "170192", "170193", "170194")
          .codes(Fault.Kind.BAD_PRICE, "170371", "170372", "30208", "30209", "110003")
          .codes(Fault.Kind.BAD_SIZE, "170124", "170136", "170137", "170140", "170148", "170341")
          .codes(Fault.Kind.BAD_SIZE, "170197", "170198", "170228", "170229", "170381", "170382")
          .codes(Fault.Kind.BAD_INSTRUMENT, "170121", "170151", "170157", "170209", "170221")
          .codes(Fault.Kind.ORDER_NOT_FOUND, "170213", "170143", "170139", "170142", "170190")
          .codes(Fault.Kind.ORDER_NOT_FOUND, "110001", "110008", "110010")
          .codes(Fault.Kind.DUPLICATE_ID, "170141", "110072")
          .codes(Fault.Kind.MAINTENANCE, "170031", "110066", "3100197")
          .codes(Fault.Kind.OUTCOME_UNKNOWN, "10000", "10014", "10016", "170001", "170007")
          .codes(Fault.Kind.OUTCOME_UNKNOWN, "170032", "170035", "170146", "170147", "170234")
          .codes(Fault.Kind.OUTCOME_UNKNOWN, "170191", "170212", "170310", "110079")
          .words(Fault.Kind.BANNED, "access too frequent");

  /** {@code {"retCode":170131,"retMsg":"Balance insufficient","result":{},"time":…}}. */
  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    return REFUSALS.judge(request, reply, json -> fault(reply.status(), json, "retCode", "retMsg"));
  }

  private static @Nullable Fault fault(int status, Json json, String code, String message) {
    String told = json.textOr(code, "0");
    return told.equals("0") ? null : REFUSALS.fault(status, told, json.textOr(message, ""));
  }

  // ---- market data

  private static Request get(String path) {
    return counted(Request.get("/v5/" + path), 1);
  }

  private static Request counted(Request request, long orders) {
    Request r = request.cost(IP, 1);
    return isLimited(r.path()) ? r.cost(r.path(), orders) : r;
  }

  private static Request spot(String path) {
    return get(path).with("category", "spot");
  }

  @Override
  public Call<Long> time() {
    return get("market/time").json(json -> json.longValue("time"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return spot("market/instruments-info")
        .rows(LIST, rows, row -> BybitParser.instrument(row, PROFILE.name()))
        .map(symbols::learn);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return spot("market/orderbook")
        .with("symbol", instrument.symbol())
        .with("limit", depth <= 0 ? 1000 : Math.min(depth, 1000))
        .read(reply -> BybitMarketSession.SNAPSHOT.snapshot(reply.body(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    Symbols wanted = new Symbols();
    wanted.learn(instruments);
    return spot("market/tickers")
        .withIf("symbol", only(instruments))
        .rows(
            LIST,
            rows,
            row ->
                (instruments.isEmpty() ? symbols : wanted)
                    .with(row.text("symbol"), i -> BybitParser.ticker(row, i)));
  }

  private static @Nullable String only(List<Instrument> instruments) {
    return instruments.size() == 1 ? instruments.get(0).symbol() : null;
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return spot("market/recent-trade")
        .with("symbol", instrument.symbol())
        .with("limit", Math.max(1, Math.min(limit, 60)))
        .rows(LIST, rows, row -> BybitParser.trade(row, instrument))
        .map(BybitSpot::oldestFirst);
  }

  private static <T> List<T> oldestFirst(List<T> rows) {
    List<T> reversed = new ArrayList<>(rows);
    Collections.reverse(reversed);
    return reversed;
  }

  @Override
  public Set<Duration> intervals() {
    return INTERVALS.all();
  }

  /** A page is as long as the longest answer, so that no end of it can be cut off. */
  @Override
  public Call<List<Candle>> candles(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows) {
    Request request =
        spot("market/kline")
            .with("symbol", instrument.symbol())
            .with("interval", INTERVALS.name(interval));
    return Call.pages(
        cursor -> {
          long start = cursor == null ? fromMillis : Long.parseLong(cursor);
          long end = Math.min(toMillis, start + CANDLES * interval.toMillis());
          return request
              .with("start", start)
              .with("end", end - 1)
              .with("limit", CANDLES)
              .rows(LIST, rows, row -> BybitParser.candle(row, instrument, interval))
              .map(all -> new Page<>(oldestFirst(all), end < toMillis ? "" + end : null));
        },
        100);
  }

  // ---- the account

  @Override
  public Call<Boolean> mayWithdraw() {
    return get("user/query-api")
        .signed()
        .json(json -> json.get("result").get("permissions").get("Wallet").items().stream())
        .map(granted -> granted.anyMatch(permission -> permission.asText().equals("Withdraw")));
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return spot("account/fee-rate")
        .withIf("symbol", only(instruments))
        .signed()
        .rows(
            LIST,
            (row, problem) -> {
              throw problem;
            },
            row -> symbols.with(row.text("symbol"), i -> BybitParser.feeRate(row, i)));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return get("account/wallet-balance")
        .with("accountType", "UNIFIED")
        .signed()
        .json(
            json ->
                rows.read(json.get("result").get("list").at(0).get("coin"), BybitParser::balance));
  }

  private static Request change(String action, Urgency urgency, int orders) {
    return counted(Request.post("/v5/order/" + action), orders)
        .with("category", "spot")
        .signed()
        .urgency(urgency);
  }

  /** The venue took a request about an order. */
  private static Call<OrderUpdate> taken(Request request, Order order, OrderStatus status) {
    return request.json(json -> BybitParser.taken(json.get("result"), order.instrument(), status));
  }

  @Override
  public Call<OrderUpdate> place(Order order) {
    return taken(with(change("create", Urgency.ORDER, 1), order), order, OrderStatus.OPEN);
  }

  /** The new order's parameters; what the caller says in the venue's words replaces ours. */
  private static Request with(Request request, Order order) {
    boolean market = order.type() == OrderType.MARKET;
    boolean byValue = order.quoteAmount() != null;
    boolean maker = order.type() == OrderType.LIMIT_MAKER;
    return request
        .with("symbol", order.instrument().symbol())
        .with("side", order.side() == Side.BUY ? "Buy" : "Sell")
        .with("orderType", market ? "Market" : "Limit")
        .withIf("qty", byValue ? order.quoteAmount() : order.size())
        .withIf("marketUnit", !market ? null : byValue ? "quoteCoin" : "baseCoin")
        .withIf("price", order.price())
        .withIf("timeInForce", market ? null : maker ? "PostOnly" : order.timeInForce().name())
        .withIf("orderLinkId", order.clientId())
        .withAll(order.params());
  }

  private static Request known(Request request, Order order) {
    return request
        .with("symbol", order.instrument().symbol())
        .identify(order, "orderId", "orderLinkId");
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    Request request = known(change("cancel", Urgency.CANCEL, 1), order);
    return taken(request.with("orderFilter", "Order"), order, OrderStatus.PENDING_CANCEL);
  }

  /** What does not change is not said. */
  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    boolean moved = changed.price().compareTo(order.price()) != 0;
    boolean sized = changed.size().compareTo(order.size()) != 0;
    return taken(
        known(change("amend", Urgency.ORDER, 1), order)
            .withIf("price", moved ? changed.price() : null)
            .withIf("qty", sized ? changed.size() : null),
        order,
        OrderStatus.OPEN);
  }

  @Override
  public int mostPlaced() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    return batch("create-batch", Urgency.ORDER, orders, BybitSpot::with, OrderStatus.OPEN);
  }

  @Override
  public int mostCanceled() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    return batch(
        "cancel-batch", Urgency.CANCEL, orders, BybitSpot::known, OrderStatus.PENDING_CANCEL);
  }

  /**
   * Two lists of one order: what was taken, with blank ids where it was not, and the codes.
   *
   * <pre>{@code
   * {"retCode":0,"retMsg":"OK","result":{"list":[{"category":"spot","symbol":"BTCUSDT","orderId":"1666…","orderLinkId":"clbrA1","createAt":"1713434102752"}]},
   *  "retExtInfo":{"list":[{"code":0,"msg":"OK"}]},"time":1713434102753}
   * }</pre>
   */
  private static Call<List<BatchResult>> batch(
      String action,
      Urgency urgency,
      List<Order> orders,
      BiFunction<Request, Order, Request> write,
      OrderStatus status) {
    String all =
        orders.stream()
            .map(order -> write.apply(Request.post(""), order).jsonText())
            .collect(Collectors.joining(",", "{\"category\":\"spot\",\"request\":[", "]}"));
    return change(action, urgency, orders.size())
        .body(all)
        .json(
            json -> {
              Json told = json.get("result").get("list");
              Instrument of = orders.get(0).instrument();
              List<BatchResult> results = new ArrayList<>();
              for (Json code : json.get("retExtInfo").get("list").items()) {
                Fault fault = fault(200, code, "code", "msg");
                results.add(
                    fault == null
                        ? BatchResult.of(BybitParser.taken(told.at(results.size()), of, status))
                        : BatchResult.refused(fault));
              }
              return results;
            });
  }

  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    return change("cancel-all", Urgency.CANCEL, 1)
        .with("symbol", instrument.symbol())
        .rows(LIST, rows, row -> BybitParser.taken(row, instrument, OrderStatus.PENDING_CANCEL));
  }

  /** That both lists have no such order is how the venue says that it knows none. */
  @Override
  public Call<OrderUpdate> status(Order order) {
    return find("order/realtime", order)
        .then(now -> now.isEmpty() ? find("order/history", order) : Call.of(now))
        .then(
            found ->
                found.isEmpty()
                    ? Call.failed(Fault.of(Fault.Kind.ORDER_NOT_FOUND, "in no list"))
                    : Call.of(found.get(0)));
  }

  private static Call<List<OrderUpdate>> find(String path, Order order) {
    return known(spot(path), order)
        .signed()
        .urgency(Urgency.TRUTH)
        .rows(
            LIST,
            (row, problem) -> {
              throw problem;
            },
            row -> BybitParser.order(row, order.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    Request request =
        spot("order/realtime")
            .withIf("symbol", instrument == null ? null : instrument.symbol())
            .with("orderFilter", "Order")
            .with("limit", ORDERS)
            .signed()
            .urgency(Urgency.TRUTH);
    return Call.pages(
        cursor ->
            request
                .withIf("cursor", cursor)
                .json(
                    json ->
                        new Page<>(
                            rows.read(
                                json.get("result").get("list"),
                                row ->
                                    BybitParser.order(
                                        row,
                                        instrument == null
                                            ? symbols.get(row.text("symbol"))
                                            : instrument)),
                            next(json, ORDERS))),
        20);
  }

  /** A cursor stands after the last page, too; it is encoded already. */
  private static @Nullable String next(Json json, int page) {
    String cursor = json.get("result").findText("nextPageCursor");
    boolean more = cursor != null && json.get("result").get("list").size() >= page;
    return more ? Form.decode(cursor) : null;
  }

  /** A cursor is the beginning of seven days in milliseconds, a space, and the venue's own. */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    String cursor = query.cursor() == null ? query.sinceMillis() + " " : query.cursor();
    String[] at = cursor.split(" ", 2);
    long since = query.order() == null ? Long.parseLong(at[0]) : 0;
    return spot("execution/list")
        .with("symbol", query.instrument().symbol())
        .withIf("orderId", query.orderId())
        .withIf("startTime", since > 0 ? at[0] : null)
        .with("limit", FILLS)
        .withIf("cursor", at[1].isEmpty() ? null : at[1])
        .signed()
        .urgency(Urgency.TRUTH)
        .json(
            json -> {
              List<Fill> fills =
                  rows.read(
                      json.get("result").get("list"),
                      row -> BybitParser.fill(row, query.instrument()));
              String next = next(json, FILLS);
              long end = since + FILL_RANGE_MILLIS;
              String later = since > 0 && end <= json.longValue("time") ? end + " " : null;
              return new Page<>(oldestFirst(fills), next == null ? later : since + " " + next);
            });
  }

  // ---- streams

  @Override
  public List<Stream> streams() {
    Stream.Heartbeat ping =
        new Stream.Heartbeat(
            Duration.ofSeconds(20), signing -> "{\"op\":\"ping\"}", Duration.ofSeconds(45));
    return List.of(
        // The topics of a connection may have 21,000 characters.
        Stream.market(BybitMarketSession::new)
            .topics(500, 10)
            .connects(500, FIVE_MINUTES)
            .heartbeat(ping),
        Stream.account(BybitAccountSession::new).connects(500, FIVE_MINUTES).heartbeat(ping));
  }
}
