package dev.colibri.connector.spot.coinbase;

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
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.JsonDialect;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Limits;
import dev.colibri.connector.spi.NativeAmend;
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
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.Jwt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How Coinbase speaks: requests, tokens, refusals, limits. */
final class CoinbaseSpot extends JsonDialect
    implements SpotDialect, NativeAmend, NativeBatchCancel, Candles, KeyPermissions {
  private static final String API = "/api/v3/brokerage";
  private static final int PAGE = 250;
  private static final int PAGES = 100;
  private static final int SEARCHED_PAGES = 20;

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long MINUTE = 60_000;

  static final Profile PROFILE =
      Profile.builder("coinbase-spot", "Coinbase Advanced Trade")
          .hosts(
              "live",
              "rest https://api.coinbase.com",
              "market wss://advanced-trade-ws.coinbase.com",
              "account wss://advanced-trade-ws-user.coinbase.com")
          .fees("0.006", "0.012", FeeCharge.ADDED_TO_COST)
          .clientIds(
              new ClientIdRule("clbr", 32, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.RETURNS_FIRST)
          .visibilityDelay(Duration.ofSeconds(10))
          .clockTolerance(Duration.ofSeconds(30))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .apiPage("https://docs.cdp.coinbase.com/advanced-trade/docs/welcome", "2026-11-22")
          .build();

  /** Where a refusal may name its reason. */
  private static final String[] REASONS =
      "id error preview_failure_reason new_order_failure_reason edit_failure_reason".split(" ");

  private static final Refusals REFUSALS =
      Refusals.of()
          // What cannot be canceled because it is over is gone: the status tells how.
          .codes(
              "RATE_LIMITED: rate_limit_exceeded RESOURCE_EXHAUSTED,"
                  + " OUTCOME_UNKNOWN: INTERNAL UNKNOWN UNAVAILABLE DEADLINE_EXCEEDED,"
                  + " UNAUTHORIZED: unauthorized PERMISSION_DENIED,"
                  + " DUPLICATE_ID: DUPLICATE_CLIENT_ORDER_ID,"
                  + " MAINTENANCE: ORDER_ENTRY_DISABLED,"
                  + " ORDER_NOT_FOUND: UNKNOWN_CANCEL_ORDER ORDER_IS_FULLY_FILLED")
          .words(Fault.Kind.ORDER_NOT_FOUND, "ORDER_NOT_FOUND", "orderID was not found")
          // UNKNOWN_FAILURE_REASON and its kin.
          .words(Fault.Kind.OUTCOME_UNKNOWN, "FAILURE_REASON")
          .words(Fault.Kind.INSUFFICIENT_FUNDS, "INSUFFICIENT_FUND", "INSUFFICIENT_LEDGER")
          .words(Fault.Kind.WOULD_CROSS, "PRICE_POST_ONLY")
          .words(Fault.Kind.BAD_PRICE, "_PRICE")
          .words(Fault.Kind.BAD_SIZE, "_SIZE")
          .words(Fault.Kind.BAD_INSTRUMENT, "PRODUCT", "_PAIR", "TRADING_DISABLED")
          .words(Fault.Kind.CLOCK_SKEW, "timestamp expired")
          .words(Fault.Kind.RATE_LIMITED, "Too many requests");

  private static final Limits LIMITS =
      Limits.of()
          .rolling(SECOND, Limit.Scope.IP, "public 10")
          .rolling(SECOND, Limit.Scope.ACCOUNT, "private 30");

  private static final Intervals INTERVALS =
      Intervals.of(
          "1m=ONE_MINUTE 5m=FIVE_MINUTE 15m=FIFTEEN_MINUTE 30m=THIRTY_MINUTE 1h=ONE_HOUR"
              + " 2h=TWO_HOUR 6h=SIX_HOUR 1d=ONE_DAY",
          300);

  private static final Fields BOOK =
      Fields.of()
          .inside(
              "pricebook",
              Fields.of().bids("bids").asks("asks").levels("price", "size").iso("time"));

  CoinbaseSpot() {
    super(PROFILE, LIMITS, REFUSALS);
  }

  /** Who asks too much is told so, without saying for how long. 403 without JSON is a firewall. */
  @Override
  public void learn(Request request, Reply reply, LimitUpdates out) {
    boolean banned = reply.status() == 403 && !reply.text().startsWith("{");
    if (reply.status() == 429 || banned) {
      out.pause(request.isSigned() ? "private" : "public", reply, "Retry-After", banned ? 60 : 1);
    }
  }

  // ---- requests as they leave

  /** Every signed request has a token of its own, which names it; the query is left out. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    Signed signed = Signed.of(request);
    if (request.isSigned()) {
      String uri = request.method() + " api.coinbase.com" + request.path();
      // What has not arrived by then is refused, so that its absence later is proof.
      int seconds = request.urgency() == Urgency.ORDER ? 6 : 120;
      signed = signed.header("Authorization", "Bearer " + token(context, uri, seconds));
    }
    String clientId = request.param("client_order_id");
    signed = clientId == null ? signed : signed.identity(clientId);
    return request.method().equals("POST")
        ? signed.json(request.jsonText())
        : signed.query(request.formText());
  }

  /** A token, for two minutes at the most. Without {@code uri} it is for a subscription. */
  static String token(SigningContext context, @Nullable String uri, int seconds) {
    String key = context.credentials().apiKey();
    // A second back: by however little a clock is off, no token is of the future.
    long now = context.millis() / 1000 - 1;
    return Jwt.of(context.credentials().secret())
        .sign(
            header -> header.put("kid", key).put("nonce", Long.toHexString(context.random())),
            claims -> {
              claims.put("sub", key).put("iss", "cdp").put("nbf", now).put("exp", now + seconds);
              if (uri != null) {
                claims.put("uri", uri);
              }
            });
  }

  private static Request market(String path) {
    return Request.get(API + path).cost("public", 1);
  }

  private static Request account(String path) {
    return Request.get(API + path).cost("private", 1).signed().urgency(Urgency.TRUTH);
  }

  private static Request change(String path, Urgency urgency) {
    return Request.post(API + path).cost("private", 1).signed().urgency(urgency);
  }

  // ---- refusals

  /**
   * The error of a reply, whose HTTP status may be 200.
   *
   * <pre>{@code
   * {"error":"NOT_FOUND","code":5,"message":"order with this orderID was not found"}
   * {"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]}
   * {"success":false,"failure_reason":"UNKNOWN_FAILURE_REASON","order_id":"","error_response":
   *  {"error":"INSUFFICIENT_FUND","message":"Insufficient balance in source account","error_details":"",
   *  "preview_failure_reason":"PREVIEW_INSUFFICIENT_FUND"}}
   * {"success":false,"errors":[{"edit_failure_reason":"ORDER_NOT_FOUND"}]}
   * }</pre>
   */
  @Override
  protected @Nullable Fault told(Request request, int status, Json json) {
    Json errors = json.find("errors");
    Json first = errors != null && errors.size() > 0 ? errors.at(0) : json;
    boolean refused = !json.boolOr("success", true);
    if (!refused && json.find("error") == null && first.findText("id") == null) {
      return null;
    }
    Json inner = json.find("error_response");
    Json error = inner == null ? first : inner;
    String code = "UNKNOWN_FAILURE_REASON";
    for (String field : REASONS) {
      String reason = error.textOr(field, "");
      code = reason.isEmpty() || reason.startsWith("UNKNOWN_") ? code : reason;
    }
    return REFUSALS.fault(status, code, error.textOr("message", ""));
  }

  // ---- market data

  @Override
  public Call<Long> time() {
    return market("/time").json(json -> json.longValue("epochMillis"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return Call.<Instrument>pages(
            cursor ->
                products()
                    .withIf("cursor", cursor)
                    .page("products", rows, CoinbaseParser::instrument, CoinbaseSpot::nextProducts),
            PAGES)
        .map(symbols::learn);
  }

  private static Request products() {
    return market("/market/products").with("product_type", "SPOT");
  }

  private static @Nullable String nextProducts(Json json) {
    Json page = json.find("pagination");
    return page != null && page.boolOr("has_next", false) ? page.findText("next_cursor") : null;
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return touch(instrument, depth).read(reply -> BOOK.snapshot(reply.body(), instrument));
  }

  private static Request touch(Instrument instrument, int depth) {
    return market("/market/product_book")
        .with("product_id", instrument)
        .withIf("limit", depth > 0 ? Integer.toString(depth) : null);
  }

  /**
   * Two requests an instrument: one has the last trade, the other the sizes of the touch. For all
   * of them, the last prices only.
   */
  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    if (instruments.isEmpty()) {
      return products().rows("products", rows, this::lastPrice);
    }
    return Call.all(instruments.stream().map(i -> ticker(i, rows)).toList());
  }

  private Call<Ticker> ticker(Instrument instrument, BadRows rows) {
    return trades(instrument, 1, rows)
        .then(
            last ->
                touch(instrument, 1).json(json -> CoinbaseParser.ticker(json, instrument, last)));
  }

  private @Nullable Ticker lastPrice(Json row) {
    return symbols.with(
        row.text("product_id"), i -> new Ticker(i, null, null, row.findDecimal("price"), 0));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return market("/market/products/" + instrument.symbol() + "/ticker")
        .with("limit", Math.max(1, Math.min(limit, 1000)))
        .rows("trades", rows, row -> CoinbaseParser.trade(row, instrument));
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    return market("/market/products/" + range.instrument().symbol() + "/candles")
        .with("start", range.fromSeconds())
        .with("end", range.lastSecond())
        .with("granularity", range.name())
        .rows("candles", rows, row -> CoinbaseParser.candle(row, range));
  }

  // ---- the account

  @Override
  public Call<Boolean> mayWithdraw() {
    return account("/key_permissions").json(json -> json.bool("can_transfer"));
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return account("/transaction_summary")
        .with("product_type", "SPOT")
        .json(json -> List.of(CoinbaseParser.fees(json.get("fee_tier"))));
  }

  /** A currency may have several accounts. */
  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return Call.<Balance>pages(
            cursor ->
                account("/accounts")
                    .with("limit", PAGE)
                    .withIf("cursor", cursor)
                    .page("accounts", rows, CoinbaseParser::balance, CoinbaseSpot::next),
            PAGES)
        .map(
            accounts -> {
              Map<String, Balance> sums = new TreeMap<>();
              accounts.forEach(
                  account -> sums.merge(account.asset(), account, CoinbaseParser::sum));
              return List.copyOf(sums.values());
            });
  }

  private static @Nullable String next(Json json) {
    return json.boolOr("has_next", true) ? json.findText("cursor") : null;
  }

  // ---- orders

  /** The reply says that the order was taken, and nothing of what became of it. */
  @Override
  public Call<OrderUpdate> place(Order order) {
    Request request =
        change("/orders", Urgency.ORDER)
            .withIf("client_order_id", order.clientId())
            .with("product_id", order.instrument())
            .with("side", order.side().name())
            .withAll(order.params());
    JsonWriter body = new JsonWriter().object();
    request.params().forEach(param -> body.put(param.name(), param.value()));
    body.object("order_configuration").put(CoinbaseParser.TYPES.of(order), terms(order)).end();
    return request
        .body(body.end().toString())
        .json(
            json -> taken(order, OrderStatus.OPEN, json.get("success_response").text("order_id")));
  }

  /** What stands under the name of type and time in force. */
  private static Json terms(Order order) {
    boolean rests = CoinbaseParser.TYPES.of(order).equals("limit_limit_gtc");
    boolean maker = order.type() == OrderType.LIMIT_MAKER;
    return Json.parse(
        Request.post("")
            .withIf("quote_size", order.quoteAmount())
            .withIf("base_size", order.size())
            .withIf("limit_price", order.price())
            .withIf("post_only", rests ? Boolean.toString(maker) : null)
            .jsonText());
  }

  /** The venue took a request for an order. */
  private static OrderUpdate taken(Order order, OrderStatus status, @Nullable String venueId) {
    return OrderUpdate.of(order.instrument(), status).order(order.clientId(), venueId).build();
  }

  /** Orders are canceled by the venue's id only. */
  @Override
  public Call<OrderUpdate> cancel(Order order) {
    if (order.venueId() == null) {
      return status(order)
          .then(u -> u.status().isTerminal() ? Call.of(u) : cancel(order.venueId(u.venueId())));
    }
    return cancelEach(List.of(order))
        .then(
            results -> {
              Fault fault = results.get(0).fault();
              return fault == null
                  ? Call.of(taken(order, OrderStatus.PENDING_CANCEL, order.venueId()))
                  : Call.failed(fault);
            });
  }

  @Override
  public int mostCanceled() {
    return 100;
  }

  /**
   * Success says that the request was taken; the end of the order is told by its status. Of an
   * order that the answer does not name, or has no id to be named by, nothing is known.
   */
  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    List<String> ids = orders.stream().map(Order::venueId).filter(Objects::nonNull).toList();
    if (ids.isEmpty()) {
      return Call.of(orders.stream().map(o -> canceled(o, null)).toList());
    }
    return change("/orders/batch_cancel", Urgency.CANCEL)
        .body(JsonWriter.of("order_ids", ids).toString())
        .json(
            json -> {
              Map<String, Json> results = new TreeMap<>();
              json.get("results").items().forEach(r -> results.put(r.text("order_id"), r));
              return orders.stream().map(o -> canceled(o, results.get("" + o.venueId()))).toList();
            });
  }

  private static BatchResult canceled(Order order, @Nullable Json result) {
    String none = "UNKNOWN_CANCEL_FAILURE_REASON";
    String reason = result == null ? none : result.textOr("failure_reason", none);
    boolean accepted =
        result != null && result.bool("success") || reason.equals("DUPLICATE_CANCEL_REQUEST");
    return accepted
        ? BatchResult.of(taken(order, OrderStatus.PENDING_CANCEL, order.venueId()))
        : BatchResult.refused(REFUSALS.fault(200, reason, ""));
  }

  /** Resting limit orders keep their ids; size is the whole of it. */
  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    return change("/orders/edit", Urgency.ORDER)
        .withIf("order_id", order.venueId())
        .withIf("price", changed.price())
        .withIf("size", changed.size())
        .json(json -> taken(order, OrderStatus.OPEN, order.venueId()));
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return order.venueId() == null
        ? search(order, null, SEARCHED_PAGES)
        : account("/orders/historical/" + order.venueId())
            .json(json -> CoinbaseParser.order(json.get("order"), order.instrument()));
  }

  /**
   * The venue does not look for client ids: they are looked for among the newest orders, as far
   * back as where all were made before this one left. A search that ends before says nothing.
   */
  private Call<OrderUpdate> search(Order order, @Nullable String cursor, int left) {
    return orders(order.instrument(), cursor)
        .json(json -> new Page<>(found(json, order), isBefore(json, order) ? null : next(json)))
        .then(
            page -> {
              if (!page.items().isEmpty()) {
                return Call.of(page.items().get(0));
              }
              if (page.next() != null && left > 1) {
                return search(order, page.next(), left - 1);
              }
              Fault.Kind kind =
                  page.next() == null ? Fault.Kind.ORDER_NOT_FOUND : Fault.Kind.OUTCOME_UNKNOWN;
              return Call.failed(Fault.of(kind, "not among the orders searched"));
            });
  }

  private static boolean isBefore(Json json, Order order) {
    long left = order.sentMillis();
    List<Json> rows = json.get("orders").items();
    return left > 0
        && !rows.isEmpty()
        && rows.stream().allMatch(r -> r.isoMillisOr("created_time", left) < left - MINUTE);
  }

  private static List<OrderUpdate> found(Json json, Order order) {
    return json.get("orders").items().stream()
        .filter(row -> row.textOr("client_order_id", "").equals(order.clientId()))
        .map(row -> CoinbaseParser.order(row, order.instrument()))
        .toList();
  }

  private static Request orders(@Nullable Instrument instrument, @Nullable String cursor) {
    return account("/orders/historical/batch")
        .with("product_type", "SPOT")
        .withIf("product_ids", instrument)
        .with("limit", PAGE)
        .withIf("cursor", cursor);
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return Call.pages(
        cursor ->
            orders(instrument, cursor)
                .with("order_status", "OPEN")
                .page(
                    "orders",
                    rows,
                    row ->
                        CoinbaseParser.order(
                            row,
                            instrument == null ? symbols.get(row.text("product_id")) : instrument),
                    CoinbaseSpot::next),
        PAGES);
  }

  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    String order = query.orderId();
    boolean since = order == null && query.sinceMillis() > 0;
    return account("/orders/historical/fills")
        .withIf("order_ids", order)
        .withIf("product_ids", order == null ? query.instrument() : null)
        .withIf(
            "start_sequence_timestamp",
            since ? Instant.ofEpochMilli(query.sinceMillis()).toString() : null)
        .with("limit", PAGE)
        .withIf("cursor", query.cursor())
        .page(
            "fills", rows, row -> CoinbaseParser.fill(row, query.instrument()), CoinbaseSpot::next);
  }

  // ---- streams

  @Override
  public List<Stream> streams() {
    return List.of(
        Stream.market(CoinbaseMarketSession::new).sends(8, SECOND).connects(8, SECOND),
        Stream.account(CoinbaseAccountSession::new).sends(8, SECOND).connects(8, SECOND));
  }
}
