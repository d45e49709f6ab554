package dev.colibri.connector.spot.gate;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
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
import dev.colibri.connector.spi.DeadMansSwitch;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.JsonDialect;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Limits;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
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
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How Gate speaks: requests, signatures, refusals, limits. */
final class GateSpot extends JsonDialect
    implements SpotDialect, NativeAmend, NativeBatch, NativeCancelAll, DeadMansSwitch, Candles {
  static final String STREAM = "stream";

  private static final String API = "/api/v4/spot/";
  private static final String ORDERS = "orders";
  private static final String PAIR = "currency_pair";
  private static final int PAGE = 1000;
  private static final int ORDER_PAGE = 100;
  private static final int ENDED_PAGES = 10;
  private static final int CLOCK_SECONDS = 120;
  private static final int GOOD_MILLIS = 5000;
  private static final int LEVELS = 100;
  private static final int PAGES = 100;
  private static final Duration WINDOW = Duration.ofSeconds(10);
  private static final Duration SECOND = Duration.ofSeconds(1);

  static final Profile PROFILE =
      Profile.builder("gate-spot", "Gate")
          .hosts("live", "rest https://api.gateio.ws", "stream wss://api.gateio.ws/ws/v4/")
          .hosts(
              "testnet",
              "rest https://api-testnet.gateapi.io",
              "stream wss://ws-testnet.gate.com/v4/ws/spot")
          .fees("0.002", "0.002", FeeCharge.DEDUCTED_FROM_RETURNS)
          .clientIds(
              new ClientIdRule("t-clbr", 30, ClientIdRule.ALPHANUMERIC, "t-"),
              Profile.DuplicateIds.TAKEN)
          .visibilityDelay(Duration.ofSeconds(10))
          .clockTolerance(Duration.ofSeconds(30))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .bookDepths(50, 400)
          .mostBookLevels(LEVELS)
          .apiPage("https://www.gate.com/docs/developers/apiv4/en", "2026-11-22")
          .build();

  /** Of an order that was closed or canceled before, only its status tells how it ended. */
  static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              "RATE_LIMITED: TOO_MANY_REQUESTS TOO_FAST,"
                  + " CLOCK_SKEW: REQUEST_EXPIRED,"
                  + " UNAUTHORIZED: INVALID_CREDENTIALS INVALID_KEY INVALID_SIGNATURE IP_FORBIDDEN"
                  + " READ_ONLY FORBIDDEN MISSING_REQUIRED_HEADER ACCOUNT_LOCKED 4,"
                  + " INSUFFICIENT_FUNDS: BALANCE_NOT_ENOUGH MARGIN_BALANCE_NOT_ENOUGH,"
                  + " WOULD_CROSS: POC_FILL_IMMEDIATELY, BAD_PRICE: PRICE_TOO_DEVIATED,"
                  + " BAD_SIZE: AMOUNT_TOO_LITTLE AMOUNT_TOO_MUCH QUANTITY_NOT_ENOUGH,"
                  + " BAD_INSTRUMENT: INVALID_CURRENCY INVALID_CURRENCY_PAIR,"
                  + " ORDER_NOT_FOUND: ORDER_NOT_FOUND CLIENT_ID_NOT_FOUND,"
                  + " DUPLICATE_ID: REPEATED_CREATION ORDER_EXISTS DUPLICATE_REQUEST,"
                  + " OUTCOME_UNKNOWN: INTERNAL SERVER_ERROR INTERNAL_SERVER_ERROR TOO_BUSY"
                  + " SERVER_TIMEOUT 3 ORDER_CLOSED ORDER_CANCELLED CANCEL_FAIL");

  /** Every page has a limit of its own: public ones by address, others by account. */
  private static final Limits LIMITS =
      Limits.of()
          .rolling(WINDOW, Limit.Scope.IP, "time 200, currency_pairs 200, order_book 200")
          .rolling(WINDOW, Limit.Scope.IP, "tickers 200, trades 200, candlesticks 200")
          .rolling(WINDOW, Limit.Scope.ACCOUNT, "accounts 200, fee 200, order 200, orders 200")
          .rolling(WINDOW, Limit.Scope.ACCOUNT, "open_orders 200, my_trades 200")
          .rolling(WINDOW, Limit.Scope.ACCOUNT, "countdown_cancel_all 200")
          .rolling(SECOND, Limit.Scope.ACCOUNT, "cancel 200")
          .rolling(SECOND, Limit.Scope.INSTRUMENT, "place 10");

  private static final Intervals INTERVALS =
      Intervals.of("1s 10s 1m 5m 15m 30m 1h 4h 8h 1d 1w=7d", PAGE);

  private static final Fields BOOK =
      Fields.of().last("id").millis("update").bids("bids").asks("asks");

  GateSpot() {
    super(PROFILE, LIMITS, REFUSALS);
  }

  /** Headers speak of the page that was asked; when it is whole again counts after too much. */
  @Override
  public void learn(Request request, Reply reply, LimitUpdates out) {
    long limit = reply.number("X-Gate-RateLimit-Limit");
    long left = reply.number("X-Gate-RateLimit-Requests-Remain");
    long now = reply.number("X-Out-Time") / 1000;
    long reset = reply.number("X-Gate-RateLimit-Reset-Timestamp") * 1000;
    for (Request.Cost page : request.costs()) {
      if (limit > 0 && left >= 0) {
        out.amount(page.bucket(), limit);
        out.used(page.bucket(), Math.max(0, limit - left));
      }
      if (reply.status() == 429 && now > 0 && reset > now) {
        out.pause(page.bucket(), reset - now);
      }
    }
  }

  // ---- requests as they leave

  /** Method, path, query, hash of the body and seconds are signed, a line each. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    boolean bare = request.method().equals("GET") || request.method().equals("DELETE");
    String query = bare ? request.formText() : "";
    String body = bare ? "" : request.jsonText();
    Signed signed = bare ? Signed.of(request).query(query) : Signed.of(request).json(body);
    String clientId = request.param("text");
    signed = clientId == null ? signed : signed.identity(clientId);
    if (!request.isSigned()) {
      return signed;
    }
    Credentials keys = context.credentials();
    String time = Long.toString(context.millis() / 1000);
    String hash = Hex.encode(Digest.sha512(body));
    String lines = String.join("\n", request.method(), request.path(), query, hash, time);
    String signature = Hmac.sha512(keys.secret()).hex(lines);
    if (request.urgency() == Urgency.ORDER) {
      // What was not carried out by then never will be, so that its absence later is proof.
      signed = signed.header("X-Gate-Exptime", Long.toString(context.millis() + GOOD_MILLIS));
    }
    signed = signed.header("KEY", keys.apiKey()).header("Timestamp", time);
    return signed.header("SIGN", signature);
  }

  private static Request get(String page) {
    return Request.get(API + page).cost(page, 1);
  }

  private static Request get(String page, Instrument instrument) {
    return get(page).with(PAIR, instrument);
  }

  private static Request account(String page) {
    return get(page).signed().urgency(Urgency.TRUTH);
  }

  private static Request placing(Request request, Instrument instrument) {
    return request.cost("place", 1).signed().urgency(Urgency.ORDER).about(instrument);
  }

  /** A request about one order, by the venue's id when it is known. */
  private static Request one(Function<String, Request> method, Order order) {
    String id = order.venueId() == null ? order.clientId() : order.venueId();
    return method
        .apply(API + ORDERS + "/" + Form.encode(Objects.requireNonNull(id)))
        .with(PAIR, order.instrument())
        .signed();
  }

  private static Call<OrderUpdate> update(Request request, Order order) {
    return request.json(json -> GateParser.order(json, order.instrument()));
  }

  // ---- refusals

  /** {@code {"label":"BALANCE_NOT_ENOUGH","message":"Not enough balance"}}. */
  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    return answer.findText("label") == null ? null : told(status, answer);
  }

  private static Fault told(int status, Json error) {
    return REFUSALS.fault(status, error.textOr("label", ""), error.textOr("message", ""));
  }

  // ---- market data

  @Override
  public Call<Long> time() {
    return get("time").json(json -> json.longValue("server_time"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return get("currency_pairs")
        .rows("", rows, row -> GateParser.instrument(row, PROFILE.name()))
        .map(symbols::learn);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return get("order_book", instrument)
        .with("limit", depth <= 0 ? LEVELS : Math.min(depth, LEVELS))
        .with("with_id", "true")
        .read(reply -> BOOK.snapshot(reply.body(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    boolean one = instruments.size() == 1;
    Symbols wanted = symbols.among(instruments);
    return (one ? get("tickers", instruments.get(0)) : get("tickers"))
        .rows("", rows, row -> wanted.with(row.text(PAIR), i -> GateParser.ticker(row, i)));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return get("trades", instrument)
        .with("limit", Math.max(1, Math.min(limit, PAGE)))
        .rows("", rows, row -> GateParser.trade(row, instrument))
        .map(trades -> oldestFirst(trades, Trade::id));
  }

  private static <T> List<T> oldestFirst(List<T> items, Function<T, String> id) {
    Comparator<T> byNumber = Comparator.comparingLong(item -> Long.parseLong(id.apply(item)));
    return items.stream().sorted(byNumber).toList();
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  /** Both ends belong to a range. */
  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    return get("candlesticks", range.instrument())
        .with("interval", range.name())
        .with("from", range.fromSeconds())
        .with("to", range.lastSecond())
        .rows("", rows, row -> GateParser.candle(row, range));
  }

  // ---- the account

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return Request.get("/api/v4/wallet/fee")
        .cost("fee", 1)
        .signed()
        .json(json -> List.of(GateParser.rates(json)));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return account("accounts").rows("", rows, GateParser::balance);
  }

  // ---- orders

  @Override
  public Call<OrderUpdate> place(Order order) {
    return update(with(placing(Request.post(API + ORDERS), order.instrument()), order), order);
  }

  /** A new order; what the caller says in the venue's words replaces ours. */
  private static Request with(Request request, Order order) {
    boolean market = order.type() == OrderType.MARKET;
    return request
        .withIf("text", order.clientId())
        .with(PAIR, order.instrument())
        .with("type", market ? "market" : "limit")
        .with("account", "spot")
        .with("side", order.side() == Side.BUY ? "buy" : "sell")
        .withIf("amount", order.quoteAmount() == null ? order.size() : order.quoteAmount())
        .withIf("price", order.price())
        .with("time_in_force", market ? "ioc" : GateParser.KINDS.of(order))
        .withAll(order.params());
  }

  @Override
  public int mostPlaced() {
    return 10;
  }

  /** Each order succeeds or fails by itself. */
  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    return placing(Request.post(API + "batch_orders"), orders.get(0).instrument())
        .body(
            orders.stream()
                .map(order -> with(Request.post(""), order).jsonText())
                .collect(Collectors.joining(",", "[", "]")))
        .json(json -> BatchResult.each(orders, json, GateSpot::isOf, GateSpot::result));
  }

  private static BatchResult result(Json row, Order order) {
    return row.bool("succeeded")
        ? BatchResult.of(GateParser.order(row, order.instrument()))
        : BatchResult.refused(told(400, row));
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return update(one(Request::delete, order).cost("cancel", 1).urgency(Urgency.CANCEL), order);
  }

  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    Request request = placing(one(Request::patch, order), order.instrument());
    return update(request.withIf("amount", changed.size()).withIf("price", changed.price()), order);
  }

  /** Orders of margin accounts are left alone; each cancel succeeds or fails by itself. */
  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    return Request.delete(API + ORDERS)
        .with(PAIR, instrument)
        .with("account", "spot")
        .cost("cancel", 1)
        .signed()
        .urgency(Urgency.CANCEL)
        .rows(
            "",
            rows,
            row -> row.boolOr("succeeded", true) ? GateParser.order(row, instrument) : null);
  }

  @Override
  public Duration leastTimeout() {
    return Duration.ofSeconds(5);
  }

  /** The venue names none. */
  @Override
  public Duration mostTimeout() {
    return Duration.ofDays(1);
  }

  /** Of every pair: {@code {"triggerTime":"1700000060123"}}. */
  @Override
  public Call<Boolean> arm(Duration timeout) {
    return countdown(timeout).json(json -> json.longValue("triggerTime") > 0);
  }

  /** A countdown of 0 ends it; what the answer to that says is not told. */
  @Override
  public Call<Boolean> disarm() {
    return countdown(Duration.ZERO).json(json -> false);
  }

  private static Request countdown(Duration timeout) {
    return Request.post(API + "countdown_cancel_all")
        .body(JsonWriter.of("timeout", timeout.toSeconds()).toString())
        .cost("countdown_cancel_all", 1)
        .signed()
        .urgency(Urgency.TRUTH);
  }

  /**
   * By its client id an order is found only while it is open, so that one that is not found is
   * looked for among those that ended.
   */
  @Override
  public Call<OrderUpdate> status(Order order) {
    return update(one(Request::get, order).cost("order", 1).urgency(Urgency.TRUTH), order)
        .otherwise(
            fault ->
                order.venueId() == null && fault.kind() == Fault.Kind.ORDER_NOT_FOUND
                    ? ended(order, fault, 1)
                    : null);
  }

  /**
   * Newest first, from a little before the order left. Only where all were seen that can be the
   * order, it is not there.
   */
  private Call<OrderUpdate> ended(Order order, Fault notFound, int page) {
    long from = order.sentMillis() / 1000 - CLOCK_SECONDS;
    return account(ORDERS)
        .with(PAIR, order.instrument())
        .with("status", "finished")
        .withIf("from", from > 0 ? Long.toString(from) : null)
        .with("page", page)
        .with("limit", ORDER_PAGE)
        .json(Json::items)
        .then(
            rows -> {
              Optional<Json> row = rows.stream().filter(r -> isOf(r, order)).findFirst();
              if (row.isPresent()) {
                return Call.of(GateParser.order(row.get(), order.instrument()));
              } else if (rows.size() < ORDER_PAGE) {
                return Call.failed(notFound);
              } else if (page < ENDED_PAGES) {
                return ended(order, notFound, page + 1);
              }
              String words = "not among the latest that ended";
              return Call.failed(Fault.of(Fault.Kind.OUTCOME_UNKNOWN, words));
            });
  }

  private static boolean isOf(Json row, Order order) {
    return row.textOr("text", "").equals(order.clientId());
  }

  /** A page holds so many orders of each instrument. */
  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return Call.pages(
        cursor ->
            account("open_orders")
                .with("page", cursor == null ? "1" : cursor)
                .with("limit", ORDER_PAGE)
                .json(
                    pairs -> {
                      List<OrderUpdate> orders = new ArrayList<>();
                      boolean more = false;
                      for (Json pair : pairs.items()) {
                        more |= pair.get("orders").size() == ORDER_PAGE;
                        orders.addAll(rows.read(pair.get("orders"), row -> open(row, instrument)));
                      }
                      return new Page<>(orders, more ? next(cursor) : null);
                    }),
        PAGES);
  }

  /** Of the spot account, and of the only instrument that is wanted. */
  private @Nullable OrderUpdate open(Json row, @Nullable Instrument only) {
    Instrument instrument = symbols.get(row.text(PAIR));
    boolean wanted = GateParser.isSpot(row) && (only == null || only.equals(instrument));
    return wanted ? GateParser.order(row, instrument) : null;
  }

  private static String next(@Nullable String page) {
    return Long.toString(page == null ? 2 : Long.parseLong(page) + 1);
  }

  /** Pages begin with what is newest: what comes meanwhile shows some twice and hides none. */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    long since = query.order() == null ? query.sinceMillis() / 1000 : 0;
    return account("my_trades")
        .with(PAIR, query.instrument())
        .withIf("order_id", query.orderId())
        .withIf("from", since > 0 ? Long.toString(since) : null)
        .with("page", query.cursor() == null ? "1" : query.cursor())
        .with("limit", PAGE)
        .json(
            json -> {
              List<Fill> fills = rows.read(json, row -> GateParser.fill(row, query.instrument()));
              boolean more = json.size() == PAGE;
              return new Page<>(
                  oldestFirst(fills, Fill::tradeId), more ? next(query.cursor()) : null);
            });
  }

  // ---- streams

  @Override
  public List<Stream> streams() {
    return List.of(
        Stream.market(GateMarketSession::new).topics(100, 1),
        Stream.account(GateAccountSession::new));
  }
}
