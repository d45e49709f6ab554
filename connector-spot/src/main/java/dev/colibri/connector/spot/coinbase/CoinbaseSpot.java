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
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
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
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.Jwt;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How Coinbase speaks: requests, tokens, refusals, limits. */
final class CoinbaseSpot
    implements SpotDialect, NativeAmend, NativeBatchCancel, Candles, KeyPermissions {
  static final String MARKET = "market";
  static final String USER = "user";

  private static final String API = "/api/v3/brokerage";
  private static final String PUBLIC = "public";
  private static final String PRIVATE = "private";
  private static final int PAGE = 250;
  private static final int PAGES = 20;

  /** A thousand orders, which take half a minute to place: a younger one is among them. */
  private static final int SEARCHED_PAGES = 4;

  private static final int CANDLES = 300;
  private static final int CANDLE_REQUESTS = 100;
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static final Intervals INTERVALS =
      Intervals.of(
          "1m=ONE_MINUTE 5m=FIVE_MINUTE 15m=FIFTEEN_MINUTE 30m=THIRTY_MINUTE 1h=ONE_HOUR"
              + " 2h=TWO_HOUR 6h=SIX_HOUR 1d=ONE_DAY");

  private static final Fields BOOK =
      Fields.of()
          .inside(
              "pricebook",
              Fields.of().bids("bids").asks("asks").levels("price", "size").iso("time"));

  static final Profile PROFILE =
      Profile.builder("coinbase-spot", "Coinbase Advanced Trade")
          .host("live", "rest", "https://api.coinbase.com")
          .host("live", MARKET, "wss://advanced-trade-ws.coinbase.com")
          .host("live", USER, "wss://advanced-trade-ws-user.coinbase.com")
          .fees("0.006", "0.012", FeeCharge.ADDED_TO_COST)
          .clientIds(
              new ClientIdRule("clbr", 32, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.RETURNS_FIRST)
          .visibilityDelay(Duration.ofSeconds(10))
          .clockTolerance(Duration.ofSeconds(30))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .apiPage("https://docs.cdp.coinbase.com/advanced-trade/docs/welcome", "2026-11-22")
          .build();

  private static final Refusals REFUSALS =
      Refusals.of()
          .codes(Fault.Kind.RATE_LIMITED, "rate_limit_exceeded", "RESOURCE_EXHAUSTED")
          .codes(
              Fault.Kind.OUTCOME_UNKNOWN,
              "INTERNAL",
              "UNKNOWN",
              "UNAVAILABLE",
              "DEADLINE_EXCEEDED",
              "UNKNOWN_FAILURE_REASON",
              "UNKNOWN_CANCEL_FAILURE_REASON",
              "UNKNOWN_EDIT_ORDER_FAILURE_REASON")
          .codes(Fault.Kind.UNAUTHORIZED, "unauthorized", "PERMISSION_DENIED")
          .codes(
              Fault.Kind.INSUFFICIENT_FUNDS,
              "INSUFFICIENT_FUND",
              "INSUFFICIENT_FUNDS",
              "INSUFFICIENT_LEDGER_BALANCE")
          .codes(Fault.Kind.WOULD_CROSS, "INVALID_LIMIT_PRICE_POST_ONLY")
          .codes(
              Fault.Kind.BAD_PRICE,
              "INVALID_PRICE_PRECISION",
              "INVALID_LIMIT_PRICE",
              "INVALID_LIMIT_PRICE_PRECISION",
              "INVALID_PRICE_TOO_LARGE",
              "LIMIT_PRICE_TOO_FAR_FROM_MARKET",
              "LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_BUY",
              "LIMIT_ORDER_PRICE_EXCEEDS_PRICE_BAND_ON_SELL",
              "INVALID_EDITED_PRICE")
          .codes(
              Fault.Kind.BAD_SIZE,
              "INVALID_SIZE_PRECISION",
              "INVALID_QUOTE_SIZE_PRECISION",
              "INVALID_BASE_SIZE_TOO_LARGE",
              "INVALID_BASE_SIZE_TOO_SMALL",
              "INVALID_QUOTE_SIZE_TOO_LARGE",
              "INVALID_QUOTE_SIZE_TOO_SMALL",
              "INVALID_EDITED_SIZE",
              "CANNOT_EDIT_TO_BELOW_FILLED_SIZE")
          .codes(
              Fault.Kind.BAD_INSTRUMENT,
              "INVALID_PRODUCT_ID",
              "INELIGIBLE_PAIR",
              "UNTRADABLE_PRODUCT",
              "PRODUCT_TRADING_HALTED",
              "TRADING_DISABLED",
              "ORDER_ENTRY_DISABLED")
          .codes(Fault.Kind.DUPLICATE_ID, "DUPLICATE_CLIENT_ORDER_ID")
          // What cannot be canceled because it is over is gone: the status tells how.
          .codes(
              Fault.Kind.ORDER_NOT_FOUND,
              "UNKNOWN_CANCEL_ORDER",
              "ORDER_IS_FULLY_FILLED",
              "ORDER_NOT_FOUND")
          .words(Fault.Kind.ORDER_NOT_FOUND, "order with this orderID was not found")
          .words(Fault.Kind.CLOCK_SKEW, "timestamp expired")
          .words(Fault.Kind.RATE_LIMITED, "Too many requests");

  private final Symbols symbols = new Symbols();

  @Override
  public Profile profile() {
    return PROFILE;
  }

  @Override
  public List<Limit> limits() {
    return List.of(
        Limit.rolling(PUBLIC, 10, SECOND, Limit.Scope.IP),
        Limit.rolling(PRIVATE, 30, SECOND, Limit.Scope.ACCOUNT));
  }

  /** Who asks too much is told so, without saying for how long. 403 without JSON is a firewall. */
  @Override
  public void learn(Request request, Reply reply, LimitUpdates out) {
    boolean banned = reply.status() == 403 && !reply.text().startsWith("{");
    if (reply.status() == 429 || banned) {
      long seconds = reply.number("Retry-After");
      seconds = seconds >= 0 ? seconds : banned ? 60 : 1;
      out.pause(request.isSigned() ? PRIVATE : PUBLIC, Math.min(seconds, 86_400) * 1000);
    }
  }

  // ---- requests as they leave

  private static Request open(String path) {
    return Request.get(API + path).cost(PUBLIC, 1);
  }

  private static Request signed(Request request, Urgency urgency) {
    return request.signed().cost(PRIVATE, 1).urgency(urgency);
  }

  private static Request ask(String path) {
    return signed(Request.get(API + path), Urgency.TRUTH);
  }

  /** Every signed request has a token of its own, which names it; the query is left out. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    Signed signed = Signed.of(request);
    if (request.isSigned()) {
      String uri = request.method() + " api.coinbase.com" + request.path();
      signed = signed.header("Authorization", "Bearer " + token(context, uri));
    }
    String clientId = request.param("client_order_id");
    signed = clientId == null ? signed : signed.identity(clientId);
    return request.body() == null
        ? signed.query(request.formText())
        : signed.json(request.jsonText());
  }

  /** A token for two minutes. Without {@code uri} it is for a subscription. */
  static String token(SigningContext context, @Nullable String uri) {
    String key = context.credentials().apiKey();
    long now = context.millis() / 1000;
    return Jwt.of(context.credentials().secret())
        .sign(
            header -> header.put("kid", key).put("nonce", Long.toHexString(context.random())),
            claims -> {
              claims.put("sub", key).put("iss", "cdp").put("nbf", now).put("exp", now + 120);
              if (uri != null) {
                claims.put("uri", uri);
              }
            });
  }

  // ---- refusals

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    return REFUSALS.judge(request, reply, json -> told(reply.status(), json));
  }

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
  private static @Nullable Fault told(int status, Json json) {
    Json errors = json.find("errors");
    Json first = errors != null && errors.size() > 0 ? errors.at(0) : json;
    boolean refused = !json.boolOr("success", true);
    if (!refused && json.find("error") == null && first.findText("id") == null) {
      return null;
    }
    Json error = json.find("error_response");
    error = error == null ? first : error;
    String code = json.textOr("failure_reason", "UNKNOWN_FAILURE_REASON");
    for (String field :
        List.of(
            "id",
            "error",
            "preview_failure_reason",
            "new_order_failure_reason",
            "edit_failure_reason")) {
      String reason = error.textOr(field, "").replace("PREVIEW_", "");
      code = reason.isEmpty() || reason.startsWith("UNKNOWN_") ? code : reason;
    }
    return REFUSALS.fault(
        status, code, error.textOr("message", "") + " " + error.textOr("error_details", ""));
  }

  // ---- market data

  @Override
  public Call<Long> time() {
    return open("/time").read(reply -> reply.json().longValue("epochMillis"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return products(rows).map(symbols::learn);
  }

  private static Call<List<Instrument>> products(BadRows rows) {
    return Call.pages(
        cursor ->
            open("/market/products")
                .with("product_type", "SPOT")
                .withIf("cursor", cursor)
                .read(
                    reply -> {
                      Json json = reply.json();
                      Json page = json.find("pagination");
                      boolean more = page != null && page.boolOr("has_next", false);
                      return new Page<>(
                          rows.read(json.get("products"), CoinbaseParser::instrument),
                          more && page != null ? page.findText("next_cursor") : null);
                    }),
        PAGES);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return open("/market/product_book")
        .with("product_id", instrument.symbol())
        .withIf("limit", depth > 0 ? Integer.toString(depth) : null)
        .read(reply -> BOOK.snapshot(reply.body(), instrument));
  }

  /** Two requests an instrument: one has the last trade, the other the sizes of the touch. */
  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    if (instruments.isEmpty()) {
      return open("/market/products")
          .with("product_type", "SPOT")
          .read(reply -> rows.read(reply.json().get("products"), this::lastPrice));
    }
    List<Call<Ticker>> calls = new ArrayList<>();
    for (Instrument i : instruments) {
      calls.add(
          trades(i, 1, rows)
              .then(
                  last ->
                      open("/market/product_book")
                          .with("product_id", i.symbol())
                          .with("limit", 1)
                          .read(reply -> ticker(reply.json(), i, last))));
    }
    return Call.all(calls);
  }

  private @Nullable Ticker lastPrice(Json row) {
    Instrument i = symbols.find(row.text("product_id"));
    return i == null ? null : new Ticker(i, null, null, row.findDecimal("price"), 0);
  }

  private static Ticker ticker(Json json, Instrument i, List<Trade> last) {
    Trade trade = last.isEmpty() ? null : last.get(last.size() - 1);
    return new Ticker(
        i,
        CoinbaseParser.best(json, "bids"),
        CoinbaseParser.best(json, "asks"),
        trade == null ? null : trade.price(),
        json.get("pricebook").isoMillisOr("time", 0));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return open("/market/products/" + instrument.symbol() + "/ticker")
        .with("limit", Math.max(1, Math.min(limit, 1000)))
        .read(
            reply ->
                oldestFirst(
                    rows.read(
                        reply.json().get("trades"), row -> CoinbaseParser.trade(row, instrument))));
  }

  private static <T> List<T> oldestFirst(List<T> newestFirst) {
    List<T> list = new ArrayList<>(newestFirst);
    Collections.reverse(list);
    return list;
  }

  @Override
  public Set<Duration> intervals() {
    return INTERVALS.all();
  }

  @Override
  public Call<List<Candle>> candles(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows) {
    long step = interval.toMillis() * CANDLES;
    List<Call<List<Candle>>> calls = new ArrayList<>();
    for (long at = fromMillis; at < toMillis && calls.size() < CANDLE_REQUESTS; at += step) {
      long start = at;
      long end = Math.min(at + step, toMillis);
      calls.add(
          open("/market/products/" + instrument.symbol() + "/candles")
              .with("start", start / 1000)
              .with("end", (end - 1) / 1000)
              .with("granularity", INTERVALS.name(interval))
              .read(
                  reply ->
                      rows.read(
                          reply.json().get("candles"),
                          row -> within(row, instrument, interval, start, end))));
    }
    return Call.all(calls)
        .map(
            parts -> {
              List<Candle> all = new ArrayList<>();
              parts.forEach(part -> all.addAll(oldestFirst(part)));
              return all;
            });
  }

  private static @Nullable Candle within(
      Json row, Instrument instrument, Duration interval, long start, long end) {
    Candle candle = CoinbaseParser.candle(row, instrument, interval);
    return candle.openMillis() >= start && candle.openMillis() < end ? candle : null;
  }

  // ---- the account

  @Override
  public Call<Boolean> mayWithdraw() {
    return ask("/key_permissions").read(reply -> reply.json().bool("can_transfer"));
  }

  /** One tier for everything that is spot. */
  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return ask("/transaction_summary")
        .with("product_type", "SPOT")
        .read(
            reply -> {
              Json tier = reply.json().get("fee_tier");
              return List.of(
                  new FeeRate(
                      null, tier.decimal("maker_fee_rate"), tier.decimal("taker_fee_rate")));
            });
  }

  /** A currency may have several accounts. */
  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    Call<List<Balance>> accounts =
        Call.pages(
            cursor ->
                ask("/accounts")
                    .with("limit", PAGE)
                    .withIf("cursor", cursor)
                    .read(
                        reply ->
                            page(
                                reply.json(),
                                rows.read(reply.json().get("accounts"), CoinbaseParser::balance))),
            PAGES);
    return accounts.map(
        all -> {
          Map<String, Balance> sums = new TreeMap<>();
          all.forEach(
              b ->
                  sums.merge(
                      b.asset(),
                      b,
                      (x, y) ->
                          Balance.of(
                              x.asset(),
                              x.available().add(y.available()),
                              x.locked().add(y.locked()))));
          return List.copyOf(sums.values());
        });
  }

  private static <T> Page<T> page(Json json, List<T> items) {
    return new Page<>(items, json.boolOr("has_next", true) ? json.findText("cursor") : null);
  }

  // ---- orders

  /** The reply says that the order was taken, and nothing of what became of it. */
  @Override
  public Call<OrderUpdate> place(Order order) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("client_order_id", String.valueOf(order.clientId()));
    fields.put("product_id", order.instrument().symbol());
    fields.put("side", order.side().name());
    fields.putAll(order.params());
    JsonWriter body = new JsonWriter().object();
    fields.forEach(body::put);
    configuration(order, body.object("order_configuration"));
    return signed(Request.post(API + "/orders"), Urgency.ORDER)
        .withIf("client_order_id", order.clientId())
        .body(body.end().end().toString())
        .read(
            reply -> {
              Json taken = reply.json().get("success_response");
              return OrderUpdate.of(order.instrument(), OrderStatus.OPEN)
                  .order(taken.findText("client_order_id"), taken.text("order_id"))
                  .build();
            });
  }

  /** One object, whose name is type and time in force. */
  private static void configuration(Order order, JsonWriter out) {
    boolean market = order.type() == OrderType.MARKET;
    boolean rests = !market && order.timeInForce() == TimeInForce.GTC;
    out.object(
        market
            ? "market_market_ioc"
            : rests
                ? "limit_limit_gtc"
                : order.timeInForce() == TimeInForce.IOC ? "sor_limit_ioc" : "limit_limit_fok");
    putIf(out, "quote_size", order.quoteAmount());
    putIf(out, "base_size", order.size());
    putIf(out, "limit_price", order.price());
    if (rests) {
      out.put("post_only", order.type() == OrderType.LIMIT_MAKER);
    }
    out.end();
  }

  private static void putIf(JsonWriter out, String field, @Nullable BigDecimal number) {
    if (number != null) {
      out.put(field, Decimal.plain(number));
    }
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
              BatchResult result = results.get(0);
              OrderUpdate update = result.update();
              Fault fault = result.fault();
              return update != null || fault == null ? Call.of(update) : Call.failed(fault);
            });
  }

  @Override
  public int mostCanceled() {
    return 100;
  }

  /** Success says that the request was taken; the end of the order is told by its status. */
  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    JsonWriter ids = new JsonWriter().object().array("order_ids");
    orders.stream().filter(o -> o.venueId() != null).forEach(o -> ids.value("" + o.venueId()));
    return signed(Request.post(API + "/orders/batch_cancel"), Urgency.CANCEL)
        .body(ids.end().end().toString())
        .read(
            reply -> {
              Map<String, Json> results = new TreeMap<>();
              reply.json().get("results").items().forEach(r -> results.put(r.text("order_id"), r));
              List<BatchResult> all = new ArrayList<>();
              orders.forEach(o -> all.add(canceled(o, results.get(String.valueOf(o.venueId())))));
              return all;
            });
  }

  private static BatchResult canceled(Order order, @Nullable Json result) {
    String reason = result == null ? "UNKNOWN_CANCEL_ORDER" : result.textOr("failure_reason", "");
    boolean taken =
        result != null && result.bool("success") || reason.equals("DUPLICATE_CANCEL_REQUEST");
    return taken
        ? BatchResult.of(
            OrderUpdate.of(order.instrument(), OrderStatus.PENDING_CANCEL)
                .order(order.clientId(), order.venueId())
                .build())
        : BatchResult.refused(REFUSALS.fault(200, reason, ""));
  }

  /** Resting limit orders keep their ids; size is the whole of it. */
  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    JsonWriter body = new JsonWriter().object().put("order_id", String.valueOf(order.venueId()));
    putIf(body, "price", changed.price());
    putIf(body, "size", changed.size());
    return signed(Request.post(API + "/orders/edit"), Urgency.ORDER)
        .body(body.end().toString())
        .read(
            reply ->
                OrderUpdate.of(order.instrument(), OrderStatus.OPEN)
                    .order(order.clientId(), order.venueId())
                    .build());
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return order.venueId() == null
        ? search(order, null, SEARCHED_PAGES)
        : ask("/orders/historical/" + order.venueId())
            .read(reply -> CoinbaseParser.order(reply.json().get("order"), order.instrument()));
  }

  /** The venue does not look for client ids: they are looked for among the newest orders. */
  private Call<OrderUpdate> search(Order order, @Nullable String cursor, int left) {
    return orders(order.instrument(), cursor)
        .read(
            reply -> {
              Json json = reply.json();
              for (Json row : json.get("orders").items()) {
                if (row.textOr("client_order_id", "").equals(order.clientId())) {
                  return Page.last(List.of(CoinbaseParser.order(row, order.instrument())));
                }
              }
              return page(json, List.<OrderUpdate>of());
            })
        .then(
            page -> {
              if (!page.items().isEmpty()) {
                return Call.of(page.items().get(0));
              }
              return page.next() == null || left == 1
                  ? Call.failed(Fault.of(Fault.Kind.ORDER_NOT_FOUND, "no order of this client id"))
                  : search(order, page.next(), left - 1);
            });
  }

  private static Request orders(@Nullable Instrument instrument, @Nullable String cursor) {
    return ask("/orders/historical/batch")
        .with("product_type", "SPOT")
        .withIf("product_ids", instrument == null ? null : instrument.symbol())
        .with("limit", PAGE)
        .withIf("cursor", cursor);
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return Call.pages(
        cursor ->
            orders(instrument, cursor)
                .with("order_status", "OPEN")
                .read(
                    reply ->
                        page(
                            reply.json(),
                            rows.read(
                                reply.json().get("orders"),
                                row ->
                                    CoinbaseParser.order(
                                        row,
                                        instrument == null
                                            ? symbols.get(row.text("product_id"))
                                            : instrument)))),
        PAGES);
  }

  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    Order order = query.order();
    long since = query.sinceMillis();
    return ask("/orders/historical/fills")
        .withIf("order_ids", order == null ? null : order.venueId())
        .withIf("product_ids", order == null ? query.instrument().symbol() : null)
        .withIf(
            "start_sequence_timestamp",
            order == null && since > 0 ? Instant.ofEpochMilli(since).toString() : null)
        .with("limit", PAGE)
        .withIf("cursor", query.cursor())
        .read(
            reply ->
                page(
                    reply.json(),
                    oldestFirst(
                        rows.read(
                            reply.json().get("fills"),
                            row -> CoinbaseParser.fill(row, query.instrument())))));
  }

  // ---- streams

  @Override
  public List<Stream> streams() {
    return List.of(
        Stream.of(
                MARKET,
                EnumSet.of(Topic.Kind.BOOK, Topic.Kind.TRADES, Topic.Kind.TOP),
                CoinbaseMarketSession::new)
            .sends(8, SECOND)
            .connects(8, SECOND),
        Stream.of(USER, EnumSet.of(Topic.Kind.ACCOUNT), CoinbaseAccountSession::new)
            .topics(1, 1)
            .sends(8, SECOND)
            .connects(8, SECOND));
  }
}
