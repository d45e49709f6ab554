package dev.colibri.connector.spot.bybit;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
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
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.JsonDialect;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Limits;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How Bybit speaks of instruments of any category: requests, signatures, refusals, limits. The
 * dialects of spot and of perpetuals are this one and what is their own; nobody else needs it.
 */
public abstract class BybitApi extends JsonDialect
    implements NativeAmend, NativeCancelAll, Candles, KeyPermissions {
  private static final int BOOK_DEPTH = 1000;

  /** Where the rows of an answer stand. */
  protected static final String LIST = "result.list";

  /**
   * What a cancel is told of an order that has ended is "not found", too: it is asked for then. A
   * time-out or failure inside the venue says nothing, nor does an order that is being worked on.
   */
  private static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              "RATE_LIMITED: 429 10006 10429 170005 170222, BANNED: 10018,"
                  + "CLOCK_SKEW: -1 10002,"
                  + "UNAUTHORIZED: 10003 10004 10005 10007 10008 10009 10010 10024 10027 10028"
                  + " 10029 33004 -2015 170219 170348,"
                  + "INSUFFICIENT_FUNDS: 170131 170033 110004 110006 110007 110012 110044 110045"
                  + " 110051 110052 110053,"
                  + "WOULD_CROSS: 170218, REDUCE_ONLY: 110017 110034,"
                  + "BAD_PRICE: 170132 170133 170134 170192 170193 170194 170371 170372 30208"
                  + " 30209 110003 110092 110093 110120 110121,"
                  + "BAD_SIZE: 170124 170136 170137 170140 170148 170197 170198 170228 170229"
                  + " 170341 170381 170382 110094,"
                  + "BAD_INSTRUMENT: 170121 170151 170157 170209 170221 110063 110074,"
                  + "ORDER_NOT_FOUND: 170213 170143 170139 170142 170190 110001 110008 110010,"
                  + "DUPLICATE_ID: 170141 110072, MAINTENANCE: 170031 110066 3100197,"
                  + "OUTCOME_UNKNOWN: 10000 10014 10016 40004 170001 170007 170032 170035 170146"
                  + " 170147 170191 170212 170234 170310 110079")
          .words(Fault.Kind.BANNED, "access too frequent");

  /** It is done, or position mode or leverage were so already. */
  private static final List<String> DONE = List.of("0", "110025", "110043");

  private static final Intervals INTERVALS =
      Intervals.of(
          "1m=1 3m=3 5m=5 15m=15 30m=30 1h=60 2h=120 4h=240 6h=360 12h=720 1d=D 1w=W", 1000);

  private static final String WINDOW = "5000";

  /** Parameters that are numbers in JSON; all others are texts and truths. */
  private static final String[] NUMBERS = {"positionIdx", "triggerDirection", "mode"};

  private final String category;
  private final String prefix;
  private final int mostTrades;

  /**
   * A dialect of a category.
   *
   * @param category as the venue calls it
   * @param prefix of its limits' names: each category has its own
   * @param perSecond what an account may ask beside what is the same everywhere, by path and amount
   * @param mostTrades how many public trades are told at once
   */
  protected BybitApi(
      Profile profile, String category, String prefix, String perSecond, int mostTrades) {
    super(profile, limits(prefix, perSecond), REFUSALS);
    this.category = category;
    this.prefix = prefix;
    this.mostTrades = mostTrades;
  }

  /** A profile that lacks fees. */
  protected static Profile.Builder profile(String name) {
    return Profile.builder(name, "Bybit")
        .hosts(
            "live",
            "rest https://api.bybit.com",
            "public wss://stream.bybit.com",
            "private wss://stream.bybit.com")
        .hosts(
            "testnet",
            "rest https://api-testnet.bybit.com",
            "public wss://stream-testnet.bybit.com",
            "private wss://stream-testnet.bybit.com")
        .hosts(
            "demo",
            "rest https://api-demo.bybit.com",
            "public wss://stream.bybit.com",
            "private wss://stream-demo.bybit.com")
        .apiPage("https://bybit-exchange.github.io/docs/v5/intro", "2026-11-22")
        .clientIds(
            new ClientIdRule("clbr", 36, ClientIdRule.ALPHANUMERIC),
            Profile.DuplicateIds.REFUSED_ALWAYS)
        .visibilityDelay(Duration.ofSeconds(10))
        .clockTolerance(Duration.ofSeconds(1))
        .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
        .bookDepths(50, 200, 1000)
        .mostBookLevels(BOOK_DEPTH);
  }

  /** An account's are named by the path that they are for. Beyond the address's lies a ban. */
  private static Limits limits(String prefix, String perSecond) {
    String paths =
        perSecond
            + ", order/realtime 50, order/history 50, execution/list 50,"
            + "account/wallet-balance 50, account/fee-rate 5, user/query-api 10";
    return Limits.of()
        .rolling(Duration.ofSeconds(5), Limit.Scope.IP, "ip 550")
        .rolling(
            Duration.ofSeconds(1),
            Limit.Scope.ACCOUNT,
            paths.replaceAll("([a-z]+/)", prefix + "/v5/$1"));
  }

  /**
   * An account may have more than the documented amount. An address is shut out for ten minutes.
   */
  @Override
  public void learn(Request request, Reply reply, LimitUpdates out) {
    long amount = reply.number("X-Bapi-Limit");
    long left = reply.number("X-Bapi-Limit-Status");
    if (reply.status() == 403) {
      out.pause("ip", Duration.ofMinutes(10).toMillis());
    } else if (amount > 0 && left >= 0) {
      out.amount(prefix + request.path(), amount);
      out.used(prefix + request.path(), amount - left);
    }
  }

  // ---- requests as they leave

  /** What is signed is time, key, window, and the query or the body as they travel. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    boolean body = request.method().equals("POST");
    String text = body ? request.jsonText(NUMBERS) : request.formText();
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

  /** {@code {"retCode":170131,"retMsg":"Balance insufficient","result":{},"time":…}}. */
  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    return told(status, answer.textOr("retCode", "0"), answer.textOr("retMsg", ""));
  }

  private static @Nullable Fault told(int status, String code, String message) {
    return DONE.contains(code) ? null : REFUSALS.fault(status, code, message);
  }

  // ---- market data

  private static Request get(String path) {
    return Request.get("/v5/" + path).cost("ip", 1);
  }

  /** A question about the market, of this category. */
  protected final Request market(String path) {
    return market(path, category);
  }

  /** The same of another one. */
  protected static Request market(String path, String category) {
    return get("market/" + path).with("category", category);
  }

  @Override
  public Call<Long> time() {
    return get("market/time").json(json -> json.longValue("time"));
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return market("orderbook")
        .with("symbol", instrument)
        .with("limit", depth <= 0 ? BOOK_DEPTH : Math.min(depth, BOOK_DEPTH))
        .read(reply -> BybitMarketSession.SNAPSHOT.snapshot(reply.body(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    Symbols asked = symbols.among(instruments);
    return market("tickers")
        .withIf("symbol", only(instruments))
        .rows(LIST, rows, row -> asked.with(row.text("symbol"), i -> BybitParser.ticker(row, i)));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return market("recent-trade")
        .with("symbol", instrument)
        .with("limit", Math.max(1, Math.min(limit, mostTrades)))
        .rows(LIST, rows, row -> BybitParser.trade(row, instrument));
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    return market("kline")
        .with("symbol", range.instrument())
        .with("interval", range.name())
        .with("start", range.fromMillis())
        .with("end", range.toMillis() - 1)
        .with("limit", 1000)
        .rows(LIST, rows, row -> BybitParser.candle(row, range));
  }

  // ---- the account

  /** A question about the account. */
  protected final Request account(String path) {
    Request request = get(path).signed();
    return request.cost(prefix + request.path(), 1);
  }

  /** The same, of this category, and what is known of orders hangs on it. */
  protected final Request truth(String path) {
    return account(path).with("category", category).urgency(Urgency.TRUTH);
  }

  @Override
  public Call<Boolean> mayWithdraw() {
    return account("user/query-api")
        .rows("result.permissions.Wallet", Json::asText)
        .map(granted -> granted.contains("Withdraw"));
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    Symbols asked = symbols.among(instruments);
    return truth("account/fee-rate")
        .withIf("symbol", only(instruments))
        .rows(LIST, row -> asked.with(row.text("symbol"), i -> BybitParser.feeRate(row, i)));
  }

  /** There is one wallet, the unified one. */
  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return account("account/wallet-balance")
        .with("accountType", "UNIFIED")
        .rows(LIST, wallet -> rows.read(wallet.get("coin"), BybitParser::balance))
        .map(wallets -> wallets.stream().flatMap(List::stream).toList());
  }

  /** A request that changes something of this category. */
  protected final Request change(String path, Urgency urgency, int cost) {
    String whole = "/v5/" + path;
    return Request.post(whole)
        .cost("ip", 1)
        .cost(prefix + whole, cost)
        .with("category", category)
        .signed()
        .urgency(urgency);
  }

  /** The venue took a request about an order. */
  private static Call<OrderUpdate> taken(Request request, Order order, OrderStatus status) {
    return request.json(json -> BybitParser.taken(json.get("result"), order.instrument(), status));
  }

  @Override
  public Call<OrderUpdate> place(Order order) {
    return taken(with(change("order/create", Urgency.ORDER, 1), order), order, OrderStatus.OPEN);
  }

  /** The new order's parameters; what the caller says in the venue's words replaces ours. */
  private Request with(Request request, Order order) {
    boolean market = order.type() == OrderType.MARKET;
    Request said =
        request
            .with("symbol", order.instrument())
            .with("side", order.side() == Side.BUY ? "Buy" : "Sell")
            .with("orderType", market ? "Market" : "Limit")
            .withIf("qty", order.quoteAmount() != null ? order.quoteAmount() : order.size());
    return terms(said, order)
        .withIf("price", order.price())
        .withIf("timeInForce", market ? null : BybitParser.KINDS.of(order))
        .withIf("orderLinkId", order.clientId())
        .withAll(order.params());
  }

  /** Adds the parameters of a new order that are the category's own. */
  protected abstract Request terms(Request request, Order order);

  private static Request known(Request request, Order order) {
    return request.with("symbol", order.instrument()).identify(order, "orderId", "orderLinkId");
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    Request request = known(change("order/cancel", Urgency.CANCEL, 1), order);
    return taken(plain(request), order, OrderStatus.PENDING_CANCEL);
  }

  /**
   * Says where it has to be said that orders are meant that are on the book. Elsewhere those that
   * wait for a trigger are orders like others.
   */
  protected Request plain(Request request) {
    return request;
  }

  /** What does not change is not said. */
  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    Request request =
        known(change("order/amend", Urgency.ORDER, 1), order)
            .withIf("price", other(order.price(), changed.price()))
            .withIf("qty", other(order.size(), changed.size()));
    return taken(request, order, OrderStatus.OPEN);
  }

  private static @Nullable BigDecimal other(@Nullable BigDecimal is, @Nullable BigDecimal wanted) {
    return is != null && wanted != null && is.compareTo(wanted) == 0 ? null : wanted;
  }

  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    return change("order/cancel-all", Urgency.CANCEL, 1)
        .with("symbol", instrument)
        .rows(LIST, rows, row -> BybitParser.taken(row, instrument, OrderStatus.PENDING_CANCEL));
  }

  /** That both lists have no such order is how the venue says that it knows none. */
  @Override
  public Call<OrderUpdate> status(Order order) {
    Fault unknown = Fault.of(Fault.Kind.ORDER_NOT_FOUND, "in no list");
    return find("order/realtime", order)
        .then(now -> now.isEmpty() ? find("order/history", order) : Call.of(now))
        .then(found -> found.isEmpty() ? Call.failed(unknown) : Call.of(found.get(0)));
  }

  private Call<List<OrderUpdate>> find(String path, Order order) {
    return known(truth(path), order).rows(LIST, row -> order(row, order.instrument()));
  }

  /** An order, of a reply or of the stream. */
  protected abstract OrderUpdate order(Json row, Instrument instrument);

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    List<Instrument> one = instrument == null ? List.of() : List.of(instrument);
    Symbols asked = symbols.among(one);
    Request request = truth("order/realtime").withIf("symbol", instrument);
    List<Request> requests = instrument == null ? everywhere(request) : List.of(request);
    return each(
        requests.stream().map(this::plain).toList(),
        50,
        rows,
        row -> undated(row, symbol -> order(row, asked.get(symbol))));
  }

  /** A question about all instruments, as the one or several that the venue takes. */
  protected abstract List<Request> everywhere(Request request);

  /**
   * Every row of the answers to several requests.
   *
   * @param most how many rows a page has
   */
  protected static <T> Call<List<T>> each(
      List<Request> requests, int most, BadRows rows, Function<Json, @Nullable T> reader) {
    return Call.all(
            requests.stream()
                .map(request -> request.with("limit", most))
                .map(
                    request ->
                        Call.pages(
                            (String cursor) ->
                                request
                                    .withIf("cursor", cursor)
                                    .page(LIST, rows, reader, json -> next(json, most)),
                            100))
                .toList())
        .map(lists -> lists.stream().flatMap(List::stream).toList());
  }

  /** What is read of a row; null where it is of a dated future, whose name has a dash. */
  protected static <T> @Nullable T undated(Json row, Function<String, T> reader) {
    String symbol = row.text("symbol");
    return symbol.indexOf('-') < 0 ? reader.apply(symbol) : null;
  }

  /** A cursor stands on the last page, too; it is encoded already. */
  protected static @Nullable String next(Json json, int most) {
    Json result = json.get("result");
    String cursor = result.textOr("nextPageCursor", "");
    boolean last = cursor.isEmpty() || result.get("list").size() < most;
    return last ? null : Form.decode(cursor);
  }

  /** The venue tells seven days from a time on, and the last seven where none is said. */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    boolean timed = query.order() == null && query.sinceMillis() > 0;
    return truth("execution/list")
        .with("symbol", query.instrument())
        .withIf("orderId", query.orderId())
        .withIf("startTime", timed ? Long.toString(query.sinceMillis()) : null)
        .withIf("cursor", query.cursor())
        .with("limit", 100)
        .page(LIST, rows, row -> fill(row, query.instrument()), json -> next(json, 100))
        .map(page -> since(page, query.sinceMillis()));
  }

  private static Page<Fill> since(Page<Fill> page, long millis) {
    List<Fill> asked = page.items().stream().filter(f -> f.venueMillis() >= millis).toList();
    return asked.size() < page.items().size() ? Page.last(asked) : page;
  }

  /** A fill, of a reply or of the stream; null where the row is of something else. */
  protected abstract @Nullable Fill fill(Json row, Instrument instrument);

  // ---- streams

  /** A stream as the venue wants its connections: not too many, and never silent. */
  protected static Stream paced(Stream stream) {
    return stream
        .connects(500, Duration.ofMinutes(5))
        .pings(Duration.ofSeconds(20), "{\"op\":\"ping\"}");
  }

  // ---- several orders in a request: NativeBatch and NativeBatchCancel, where there are such

  /**
   * Two lists of one order: what was taken, with blank ids where it was not, and the codes.
   *
   * <pre>{@code
   * {"retCode":0,"retMsg":"OK","result":{"list":[{"category":"spot","symbol":"BTCUSDT","orderId":"1666…","orderLinkId":"clbrA1","createAt":"1713434102752"}]},
   *  "retExtInfo":{"list":[{"code":0,"msg":"OK"}]},"time":1713434102753}
   * }</pre>
   */
  private Call<List<BatchResult>> batch(
      Request request,
      List<Order> orders,
      BiFunction<Request, Order, Request> write,
      OrderStatus status) {
    Instrument instrument = orders.get(0).instrument();
    String head = "{\"category\":\"" + category + "\",\"request\":[";
    return request
        .body(
            orders.stream()
                .map(order -> write.apply(Request.post(""), order).jsonText(NUMBERS))
                .collect(Collectors.joining(",", head, "]}")))
        .json(
            json -> {
              Json told = json.get("result").get("list");
              List<BatchResult> results = new ArrayList<>();
              for (Json code : json.get("retExtInfo").get("list").items()) {
                Fault fault = told(200, code.text("code"), code.textOr("msg", ""));
                results.add(
                    fault == null
                        ? BatchResult.of(
                            BybitParser.taken(told.at(results.size()), instrument, status))
                        : BatchResult.refused(fault));
              }
              return results;
            });
  }

  public final int mostPlaced() {
    return 10;
  }

  public final Call<List<BatchResult>> placeAll(List<Order> orders) {
    Request request = change("order/create-batch", Urgency.ORDER, orders.size());
    return batch(request, orders, this::with, OrderStatus.OPEN);
  }

  public final int mostCanceled() {
    return 10;
  }

  public final Call<List<BatchResult>> cancelEach(List<Order> orders) {
    Request request = change("order/cancel-batch", Urgency.CANCEL, orders.size());
    return batch(request, orders, BybitApi::known, OrderStatus.PENDING_CANCEL);
  }
}
