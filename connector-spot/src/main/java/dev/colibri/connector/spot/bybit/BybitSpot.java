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
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.OrderWords;
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
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How Bybit speaks: requests, signatures, refusals, limits. */
class BybitSpot extends JsonDialect
    implements SpotDialect, NativeAmend, NativeCancelAll, Candles, KeyPermissions {
  private static final int BOOK_DEPTH = 1000;

  static final Profile PROFILE =
      Profile.builder("bybit-spot", "Bybit")
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
          .fees("0.001", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS)
          .clientIds(
              new ClientIdRule("clbr", 36, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.REFUSED_ALWAYS)
          .visibilityDelay(Duration.ofSeconds(10))
          .clockTolerance(Duration.ofSeconds(1))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .bookDepths(50, 200, 1000)
          .mostBookLevels(BOOK_DEPTH)
          .build();

  /** An account's are named by the path that they are for. Beyond the address's lies a ban. */
  private static final Limits LIMITS =
      Limits.of()
          .rolling(Duration.ofSeconds(5), Limit.Scope.IP, "ip 550")
          .rolling(
              Duration.ofSeconds(1),
              Limit.Scope.ACCOUNT,
              "/v5/order/create 20, /v5/order/cancel 20, /v5/order/cancel-all 20,"
                  + "/v5/order/create-batch 20, /v5/order/cancel-batch 20, /v5/order/amend 10,"
                  + "/v5/order/realtime 50, /v5/order/history 50, /v5/execution/list 50,"
                  + "/v5/account/wallet-balance 50, /v5/account/fee-rate 5, /v5/user/query-api 10");

  /**
   * What a cancel is told of an order that has ended is "not found", too: it is asked for then. A
   * time-out or failure inside the venue says nothing, nor does an order that is being worked on.
   */
  private static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              "RATE_LIMITED: 429 10006 10429 170005 170222 170810, BANNED: 10018,"
                  + "CLOCK_SKEW: -1 10002,"
                  + "UNAUTHORIZED: 10003 10004 10005 10007 10008 10009 10010 10024 10027 10028"
                  + " 10029 33004 -2015 170219 170348,"
                  + "INSUFFICIENT_FUNDS: 170131 170033 110004 110007 110012, WOULD_CROSS: 170218,"
                  + "BAD_PRICE: 170132 170133 170134 170192 170193 170194 170371 170372 30208"
                  + " 30209 110003,"
                  + "BAD_SIZE: 170124 170136 170137 170140 170148 170197 170198 170228 170229"
                  + " 170341 170381 170382,"
                  + "BAD_INSTRUMENT: 170121 170151 170157 170209 170221,"
                  + "ORDER_NOT_FOUND: 170213 170143 170139 170142 170190 110001 110008 110010,"
                  + "DUPLICATE_ID: 170141 110072, MAINTENANCE: 170031 110066 3100197,"
                  + "OUTCOME_UNKNOWN: 10000 10014 10016 40004 170001 170007 170032 170035 170146"
                  + " 170147 170191 170212 170234 170310 110079")
          .words(Fault.Kind.BANNED, "access too frequent");

  static final OrderWords KINDS = OrderWords.of("Market", "GTC", "PostOnly", "IOC", "FOK");

  private static final Intervals INTERVALS =
      Intervals.of(
          "1m=1 3m=3 5m=5 15m=15 30m=30 1h=60 2h=120 4h=240 6h=360 12h=720 1d=D 1w=W", 1000);

  private static final String LIST = "result.list";
  private static final String WINDOW = "5000";

  BybitSpot() {
    super(PROFILE, LIMITS, REFUSALS);
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
      out.amount(request.path(), amount);
      out.used(request.path(), amount - left);
    }
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

  /** {@code {"retCode":170131,"retMsg":"Balance insufficient","result":{},"time":…}}. */
  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    return told(status, answer.textOr("retCode", "0"), answer.textOr("retMsg", ""));
  }

  private static @Nullable Fault told(int status, String code, String message) {
    return code.equals("0") ? null : REFUSALS.fault(status, code, message);
  }

  // ---- market data

  private static Request get(String path) {
    return Request.get("/v5/" + path).cost("ip", 1);
  }

  private static Request market(String path) {
    return get("market/" + path).with("category", "spot");
  }

  @Override
  public Call<Long> time() {
    return get("market/time").json(json -> json.longValue("time"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return market("instruments-info")
        .rows(LIST, rows, row -> BybitParser.instrument(row, PROFILE.name()))
        .map(symbols::learn);
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

  private static @Nullable Instrument only(List<Instrument> instruments) {
    return instruments.size() == 1 ? instruments.get(0) : null;
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return market("recent-trade")
        .with("symbol", instrument)
        .with("limit", Math.max(1, Math.min(limit, 60)))
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

  private static Request account(String path) {
    Request request = get(path).signed();
    return request.cost(request.path(), 1);
  }

  private static Request spot(String path) {
    return account(path).with("category", "spot").urgency(Urgency.TRUTH);
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
    return spot("account/fee-rate")
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

  private static Request change(String action, Urgency urgency, int orders) {
    String path = "/v5/order/" + action;
    return Request.post(path)
        .cost("ip", 1)
        .cost(path, orders)
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
    return request
        .with("symbol", order.instrument())
        .with("side", order.side() == Side.BUY ? "Buy" : "Sell")
        .with("orderType", market ? "Market" : "Limit")
        .withIf("qty", byValue ? order.quoteAmount() : order.size())
        .withIf("marketUnit", !market ? null : byValue ? "quoteCoin" : "baseCoin")
        .withIf("price", order.price())
        .withIf("timeInForce", market ? null : KINDS.of(order))
        .withIf("orderLinkId", order.clientId())
        .withAll(order.params());
  }

  private static Request known(Request request, Order order) {
    return request.with("symbol", order.instrument()).identify(order, "orderId", "orderLinkId");
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
    Request request =
        known(change("amend", Urgency.ORDER, 1), order)
            .withIf("price", moved ? changed.price() : null)
            .withIf("qty", sized ? changed.size() : null);
    return taken(request, order, OrderStatus.OPEN);
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
      Request request,
      List<Order> orders,
      BiFunction<Request, Order, Request> write,
      OrderStatus status) {
    Instrument instrument = orders.get(0).instrument();
    return request
        .body(
            orders.stream()
                .map(order -> write.apply(Request.post(""), order).jsonText())
                .collect(Collectors.joining(",", "{\"category\":\"spot\",\"request\":[", "]}")))
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

  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    return change("cancel-all", Urgency.CANCEL, 1)
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

  private static Call<List<OrderUpdate>> find(String path, Order order) {
    return known(spot(path), order).rows(LIST, row -> BybitParser.order(row, order.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    List<Instrument> one = instrument == null ? List.of() : List.of(instrument);
    Symbols asked = symbols.among(one);
    Request request =
        spot("order/realtime")
            .withIf("symbol", instrument)
            .with("orderFilter", "Order")
            .with("limit", 50);
    return Call.pages(
        cursor ->
            request
                .withIf("cursor", cursor)
                .page(
                    LIST,
                    rows,
                    row -> BybitParser.order(row, asked.get(row.text("symbol"))),
                    json -> next(json, 50)),
        20);
  }

  /** A cursor stands on the last page, too; it is encoded already. */
  private static @Nullable String next(Json json, int most) {
    Json result = json.get("result");
    String cursor = result.textOr("nextPageCursor", "");
    boolean last = cursor.isEmpty() || result.get("list").size() < most;
    return last ? null : Form.decode(cursor);
  }

  /** The venue tells seven days when no time is asked for, and only seven days from one on. */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    return spot("execution/list")
        .with("symbol", query.instrument())
        .withIf("orderId", query.orderId())
        .withIf("cursor", query.cursor())
        .with("limit", 100)
        .page(LIST, rows, row -> BybitParser.fill(row, query.instrument()), json -> next(json, 100))
        .map(page -> since(page, query.sinceMillis()));
  }

  private static Page<Fill> since(Page<Fill> page, long millis) {
    List<Fill> asked = page.items().stream().filter(f -> f.venueMillis() >= millis).toList();
    return asked.size() < page.items().size() ? Page.last(asked) : page;
  }

  // ---- streams

  @Override
  public List<Stream> streams() {
    Duration every = Duration.ofSeconds(20);
    Duration window = Duration.ofMinutes(5);
    String ping = "{\"op\":\"ping\"}";
    return List.of(
        // The topics of a connection may have 21,000 characters.
        Stream.market(BybitMarketSession::new)
            .topics(500, 10)
            .connects(500, window)
            .pings(every, ping),
        Stream.account(BybitAccountSession::new).connects(500, window).pings(every, ping));
  }

  // ---- several orders in a request

  /** Outside of demo mode, which has batches of derivatives only. */
  static final class Batching extends BybitSpot implements NativeBatch, NativeBatchCancel {
    @Override
    public int mostPlaced() {
      return 10;
    }

    @Override
    public Call<List<BatchResult>> placeAll(List<Order> orders) {
      Request request = change("create-batch", Urgency.ORDER, orders.size());
      return batch(request, orders, BybitSpot::with, OrderStatus.OPEN);
    }

    @Override
    public int mostCanceled() {
      return 10;
    }

    @Override
    public Call<List<BatchResult>> cancelEach(List<Order> orders) {
      Request request = change("cancel-batch", Urgency.CANCEL, orders.size());
      return batch(request, orders, BybitSpot::known, OrderStatus.PENDING_CANCEL);
    }
  }
}
