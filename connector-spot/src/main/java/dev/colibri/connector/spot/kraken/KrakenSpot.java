package dev.colibri.connector.spot.kraken;

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
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.DeadMansSwitch;
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
import dev.colibri.connector.spi.NonceSequence;
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
import dev.colibri.connector.text.Base64;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How Kraken speaks: requests, signatures, refusals, limits. */
final class KrakenSpot extends JsonDialect
    implements SpotDialect, NativeAmend, NativeBatch, DeadMansSwitch, Candles, KeyPermissions {
  private static final int BOOK_DEPTH = 500;

  static final Profile PROFILE =
      Profile.builder("kraken-spot", "Kraken")
          .hosts(
              "live",
              "rest https://api.kraken.com",
              "ws wss://ws.kraken.com",
              "ws-auth wss://ws-auth.kraken.com")
          .fees("0.0025", "0.004", FeeCharge.ADDED_TO_COST)
          .clientIds(
              new ClientIdRule("clbr", 18, "0123456789abcdefghijklmnopqrstuvwxyz"),
              Profile.DuplicateIds.REFUSED_WHILE_OPEN)
          .visibilityDelay(Duration.ofSeconds(10))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .bookDepths(10, 25, 100, 500, 1000)
          .mostBookLevels(BOOK_DEPTH)
          .bookChecksum(KrakenMarketSession::checksum)
          .apiPage("https://docs.kraken.com/api/", "2026-11-22")
          .build();

  /**
   * The pages call {@code EService:Unavailable} "offline", and {@code EService:Deadline elapsed} a
   * request that timed out: neither says that nothing was done.
   */
  private static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              Fault.Kind.RATE_LIMITED,
              "EAPI:Rate limit exceeded",
              "EAuth:Rate limit exceeded",
              "EAuth:Too many requests",
              "EGeneral:Too many requests",
              "EOrder:Rate limit exceeded",
              "EOrder:Domain rate limit exceeded")
          .codes(Fault.Kind.BANNED, "EGeneral:Temporary lockout")
          .codes(Fault.Kind.NONCE_STALE, "EAPI:Invalid nonce")
          .codes(Fault.Kind.INSUFFICIENT_FUNDS, "EOrder:Insufficient funds")
          .codes(Fault.Kind.WOULD_CROSS, "EOrder:Post only order")
          .codes(Fault.Kind.ORDER_NOT_FOUND, "EOrder:Unknown order")
          .words(Fault.Kind.RATE_LIMITED, "EService:Throttled")
          .words(Fault.Kind.MAINTENANCE, "EService:Market in ")
          .words(Fault.Kind.OUTCOME_UNKNOWN, "EService:", "EGeneral:Internal error")
          .words(Fault.Kind.UNAUTHORIZED, "EAPI:Invalid key", "EAPI:Invalid signature", "EAuth:")
          .words(Fault.Kind.UNAUTHORIZED, "EGeneral:Permission denied", "EAccount:", "ESession:")
          .words(
              Fault.Kind.BAD_PRICE, "EOrder:Invalid price", "EOrder:Tick size", "arguments:price")
          .words(Fault.Kind.BAD_SIZE, "EOrder:Order minimum", "EOrder:Cost minimum", "volume")
          .words(Fault.Kind.BAD_INSTRUMENT, "EQuery:Unknown asset pair", "Currency pair not")
          .words(Fault.Kind.DUPLICATE_ID, "cl_ord_id not unique", "cl_ord_id already", "uplicate");

  /** Those of the lowest tier. A counter falls evenly; orders are counted for each pair. */
  private static final Limits LIMITS =
      Limits.of()
          .buckets(Duration.ofSeconds(5), Limit.Scope.IP, "public 5")
          .buckets(Duration.ofSeconds(45), Limit.Scope.KEY, "counter 15")
          .buckets(Duration.ofSeconds(60), Limit.Scope.INSTRUMENT, "trading 60");

  private static final Intervals INTERVALS =
      Intervals.of(
          "1m=1 5m=5 15m=15 30m=30 1h=60 4h=240 1d=1440 1w=10080 15d=21600", Integer.MAX_VALUE);

  private static final int TRADES_ASKED = 20;

  /** How many orders that ended are shown at a time. */
  private static final int CLOSED = 50;

  KrakenSpot() {
    super(PROFILE, LIMITS, REFUSALS);
  }

  /**
   * Whoever asks while the key is locked out, for a quarter of an hour, is locked out anew. What is
   * counted against orders falls by one a second.
   */
  @Override
  public void learn(Reply reply, LimitUpdates out) {
    String text = reply.body().length < 200 ? reply.text() : "";
    if (text.contains("EGeneral:Temporary lockout")) {
      out.pause("counter", 900_000);
    } else if (text.contains("EOrder:Rate limit exceeded")) {
      out.pause("trading", 10_000);
    }
  }

  @Override
  public List<NonceSequence> nonces() {
    return List.of(NonceSequence.clocked("key", 1));
  }

  // ---- requests as they leave

  /**
   * What is signed is the path and the hash of the nonce and the body, in which the nonce stands
   * first: of a form, or of JSON where the request has a body.
   */
  @Override
  public Signed depart(Request request, SigningContext context) {
    if (!request.isSigned()) {
      return Signed.of(request).query(request.formText());
    }
    String nonce = Long.toString(context.nonce());
    String json = request.body();
    String form = "nonce=" + nonce + (request.params().isEmpty() ? "" : "&" + request.formText());
    String body = json == null ? form : "{\"nonce\":" + nonce + "," + json.substring(1);
    byte[] hash = Digest.sha256(nonce + body);
    byte[] path = request.path().getBytes(StandardCharsets.UTF_8);
    byte[] message = Arrays.copyOf(path, path.length + hash.length);
    System.arraycopy(hash, 0, message, path.length, hash.length);
    byte[] signature = Hmac.sha512(context.credentials().secret().base64Decoded()).sign(message);
    Signed signed =
        Signed.of(request)
            .header("API-Key", context.credentials().apiKey())
            .header("API-Sign", Base64.encode(signature));
    String clientId = request.param("cl_ord_id");
    signed = clientId == null ? signed : signed.identity(clientId);
    return json == null ? signed.form(body) : signed.json(body);
  }

  // ---- refusals

  /**
   * Every answer is {@code {"error":[…],"result":…}}, with HTTP 200 whatever the errors. Those that
   * begin with W only warn; beside a result, it is not told what an error is about.
   */
  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    Json errors = answer.find("error");
    for (Json error : errors == null || !errors.isArray() ? List.<Json>of() : errors.items()) {
      String text = error.asText();
      if (!text.startsWith("W")) {
        Json result = answer.find("result");
        boolean partial = result != null && result.isObject() && !result.fields().isEmpty();
        return partial
            ? Fault.of(Fault.Kind.OUTCOME_UNKNOWN, Escape.text(text) + ", and a result")
            : fault(status, text);
      }
    }
    return null;
  }

  static Fault fault(int status, String error) {
    return REFUSALS.fault(status, error, error);
  }

  // ---- market data

  private static Request market(String page) {
    return Request.get("/0/public/" + page).cost("public", 1);
  }

  private static Request market(String page, Instrument instrument) {
    return market(page).with("pair", pair(instrument));
  }

  /** What the venue calls it in requests. */
  static String pair(Instrument instrument) {
    return instrument.attributes().getOrDefault("pair", instrument.symbol());
  }

  private static String pairs(List<Instrument> instruments) {
    return instruments.stream().map(KrakenSpot::pair).collect(Collectors.joining(","));
  }

  private static <T> Call<T> result(Request request, Function<Json, T> reader) {
    return request.json(json -> reader.apply(json.get("result")));
  }

  @Override
  public Call<Long> time() {
    return result(market("Time"), result -> 1000 * result.longValue("unixtime"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return result(market("AssetPairs"), result -> rows.named(result, KrakenParser::instrument))
        .map(all -> symbols.learn(all, "pair", "altname"));
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return market("Depth", instrument)
        .with("count", depth <= 0 ? BOOK_DEPTH : Math.min(depth, BOOK_DEPTH))
        .read(reply -> KrakenParser.BOOK.snapshot(reply.body(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    return result(
        market("Ticker").withIf("pair", instruments.isEmpty() ? null : pairs(instruments)),
        result ->
            rows.named(result, (id, row) -> symbols.with(id, i -> KrakenParser.ticker(row, i))));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return result(
        market("Trades", instrument).with("count", Math.max(1, Math.min(limit, 1000))),
        result -> rows.read(KrakenParser.list(result), row -> KrakenParser.trade(row, instrument)));
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  /** The venue keeps 720 candles of each interval, and shows all of them at once. */
  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    return result(
        market("OHLC", range.instrument())
            .with("interval", range.name())
            .with("since", range.fromSeconds() - 1),
        result -> rows.read(KrakenParser.list(result), row -> KrakenParser.candle(row, range)));
  }

  // ---- the account

  private static Request post(String page) {
    return Request.post("/0/private/" + page).signed().nonce("key");
  }

  private static Request account(String page) {
    return post(page).readOnly().cost("counter", 1).urgency(Urgency.TRUTH);
  }

  @Override
  public Call<Boolean> mayWithdraw() {
    return result(
        account("GetApiKeyInfo"),
        result ->
            result.get("permissions").items().stream()
                .anyMatch(word -> word.asText().startsWith("withdraw")));
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return instruments.isEmpty()
        ? Call.of(List.of())
        : result(
            account("TradeVolume").with("pair", pairs(instruments)),
            result -> instruments.stream().map(i -> KrakenParser.fees(result, i)).toList());
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return result(account("BalanceEx"), result -> KrakenParser.balances(result, rows));
  }

  // ---- silence

  /** The venue names none; at a third of less, the counter would have no room for questions. */
  @Override
  public Duration leastTimeout() {
    return Duration.ofSeconds(15);
  }

  @Override
  public Duration mostTimeout() {
    return Duration.ofDays(1).minusSeconds(1);
  }

  /**
   * Of every order of the account: {@code
   * {"error":[],"result":{"currentTime":"2026-11-22T09:30:59Z","triggerTime":"2026-11-22T09:31:59Z"}}},
   * with a time of "0" where it is off.
   */
  @Override
  public Call<Boolean> arm(Duration timeout) {
    return result(
        post("CancelAllOrdersAfter")
            .with("timeout", timeout.toSeconds())
            .cost("counter", 1)
            .urgency(Urgency.TRUTH),
        result -> !result.text("triggerTime").equals("0"));
  }

  @Override
  public Call<Boolean> disarm() {
    return arm(Duration.ZERO);
  }

  // ---- orders

  private static Request change(String page, Instrument instrument, int cost) {
    return post(page).about(instrument).cost("trading", cost).urgency(Urgency.ORDER);
  }

  private static OrderUpdate taken(Order order, OrderStatus status, @Nullable String venueId) {
    return OrderUpdate.of(order.instrument(), status).order(order.clientId(), venueId).build();
  }

  @Override
  public Call<OrderUpdate> place(Order order) {
    Instrument instrument = order.instrument();
    return result(
        with(change("AddOrder", instrument, 1).with("pair", pair(instrument)), order),
        result -> taken(order, OrderStatus.OPEN, result.get("txid").at(0).asText()));
  }

  /**
   * The new order's parameters; what the caller says in the venue's words replaces ours. Fees are
   * asked to be taken in the quote asset, always: replies tell an amount, and no asset.
   */
  private static Request with(Request request, Order order) {
    boolean market = order.type() == OrderType.MARKET;
    boolean rests = market || order.timeInForce() == TimeInForce.GTC;
    BigDecimal amount = order.quoteAmount();
    String flags =
        (order.type() == OrderType.LIMIT_MAKER ? "post,fciq" : "fciq")
            + (amount == null ? "" : ",viqc");
    return request
        .with("type", order.side().name().toLowerCase(Locale.ROOT))
        .with("ordertype", market ? "market" : "limit")
        .withIf("volume", amount == null ? order.size() : amount)
        .withIf("price", order.price())
        .withIf("timeinforce", rests ? null : order.timeInForce().name())
        .with("oflags", flags)
        .withIf("cl_ord_id", order.clientId())
        .withAll(order.params());
  }

  @Override
  public int mostPlaced() {
    return 15;
  }

  /** The reply has a row for each, in the order in which they were sent. */
  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    Instrument instrument = orders.get(0).instrument();
    String start = "{\"pair\":\"" + pair(instrument) + "\",\"orders\":[";
    String body =
        orders.stream()
            .map(order -> with(Request.post(""), order).jsonText())
            .collect(Collectors.joining(",", start, "]}"));
    return result(
        change("AddOrderBatch", instrument, orders.size()).body(body),
        result -> placed(result.get("orders"), orders));
  }

  private static List<BatchResult> placed(Json rows, List<Order> orders) {
    if (rows.size() != orders.size()) {
      throw new TextException(rows.size() + " answers to " + orders.size() + " orders");
    }
    return BatchResult.inOrder(
        orders,
        rows,
        (row, order) -> {
          String error = row.findText("error");
          return error == null
              ? BatchResult.of(taken(order, OrderStatus.OPEN, row.text("txid")))
              : BatchResult.refused(fault(200, error));
        });
  }

  /**
   * The reply tells how many orders it reached; that the order is gone, and what had filled, is for
   * the stream to tell.
   */
  @Override
  public Call<OrderUpdate> cancel(Order order) {
    Fault none = Fault.of(Fault.Kind.ORDER_NOT_FOUND, "0 orders canceled");
    return result(
            change("CancelOrder", order.instrument(), 1)
                .urgency(Urgency.CANCEL)
                .identify(order, "txid", "cl_ord_id"),
            result -> result.longValue("count"))
        .then(
            count ->
                count > 0
                    ? Call.of(taken(order, OrderStatus.PENDING_CANCEL, order.venueId()))
                    : Call.failed(none));
  }

  /**
   * The whole size, what has filled included; both ids stay. A post-only order says so again, or it
   * would trade where it crosses. The reply has an id of the change, which the stream shows.
   */
  @Override
  public Call<OrderUpdate> amend(Order order, Order changed) {
    Request request =
        change("AmendOrder", order.instrument(), 4)
            .identify(order, "order_id", "cl_ord_id")
            .withIf("order_qty", changed.size())
            .withIf("limit_price", changed.price())
            .withIf("post_only", changed.type() == OrderType.LIMIT_MAKER ? "true" : null);
    return result(request, result -> result.text("amend_id"))
        .map(id -> taken(order, OrderStatus.OPEN, order.venueId()));
  }

  /** By the venue's id; without, among the open orders, then among those that ended. */
  @Override
  public Call<OrderUpdate> status(Order order) {
    if (order.venueId() != null) {
      return queried(order).then(rows -> found(rows, order));
    }
    return named("OpenOrders", "open", order)
        .then(
            open ->
                among(open, order) != null
                    ? found(open, order)
                    : named("ClosedOrders", "closed", order).then(closed -> found(closed, order)));
  }

  private static Call<Json> queried(Order order) {
    return result(
        account("QueryOrders")
            .withIf("txid", order.venueId())
            .with("trades", "true")
            .with("consolidate_taker", "false"),
        result -> result);
  }

  private static Call<Json> named(String page, String rows, Order order) {
    return result(account(page).withIf("cl_ord_id", order.clientId()), result -> result.get(rows));
  }

  private static Call<OrderUpdate> found(Json rows, Order order) {
    OrderUpdate update = among(rows, order);
    boolean all = rows.fields().size() < CLOSED;
    Fault.Kind absent = all ? Fault.Kind.ORDER_NOT_FOUND : Fault.Kind.OUTCOME_UNKNOWN;
    return update == null
        ? Call.failed(Fault.of(absent, "not among the account's orders"))
        : Call.of(update);
  }

  /** The order among rows that came; the ids of orders that ended are free again: newest first. */
  private static @Nullable OrderUpdate among(Json rows, Order order) {
    for (Map.Entry<String, Json> row : rows.fields().entrySet()) {
      OrderUpdate update = KrakenParser.order(row.getKey(), row.getValue(), order.instrument());
      if (order.venueId() != null
          ? order.venueId().equals(update.venueId())
          : String.valueOf(order.clientId()).equals(update.clientId())) {
        return update;
      }
    }
    return null;
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return result(account("OpenOrders"), result -> rows.named(result.get("open"), this::order))
        .map(
            all ->
                all.stream()
                    .filter(row -> instrument == null || instrument.equals(row.instrument()))
                    .toList());
  }

  private OrderUpdate order(String id, Json row) {
    return KrakenParser.order(id, row, symbols.get(row.get("descr").text("pair")));
  }

  /**
   * Of an order, by the ids of its trades. Of an instrument, out of the account's trades, of which
   * the venue shows fifty at a time, the newest first.
   */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    int from = query.cursor() == null ? 0 : Integer.parseInt(query.cursor());
    Order order = query.order();
    if (order != null) {
      return queried(order).then(result -> fills(KrakenParser.trades(result), from, query, rows));
    }
    long since = query.sinceMillis() / 1000 - 1;
    return result(
        account("TradesHistory")
            .cost("counter", 1)
            .withIf("start", since > 0 ? Long.toString(since) : null)
            .with("ofs", from)
            .with("consolidate_taker", "false"),
        result -> {
          Json trades = result.get("trades");
          int to = from + trades.size();
          boolean more = to > from && to < result.longValue("count");
          return page(trades, more, to, query, rows);
        });
  }

  private static Call<Page<Fill>> fills(List<String> ids, int from, FillQuery query, BadRows rows) {
    int to = Math.min(ids.size(), from + TRADES_ASKED);
    return from >= to
        ? Call.of(Page.last(List.of()))
        : result(
            account("QueryTrades").with("txid", String.join(",", ids.subList(from, to))),
            result -> page(result, to < ids.size(), to, query, rows));
  }

  private static Page<Fill> page(Json trades, boolean more, int to, FillQuery query, BadRows rows) {
    List<Fill> fills =
        rows.named(trades, (id, row) -> KrakenParser.fill(id, row, query.instrument()));
    fills.sort(Comparator.comparingLong(Fill::venueMillis));
    return new Page<>(fills, more ? Integer.toString(to) : null);
  }

  // ---- streams

  /** What the account's stream is subscribed to with; it must be used within 15 minutes. */
  static Call<String> token() {
    return result(account("GetWebSocketsToken"), result -> result.text("token"));
  }

  @Override
  public List<Stream> streams() {
    Duration window = Duration.ofMinutes(10);
    return List.of(
        Stream.market(KrakenMarketSession::new).topics(200, 1).connects(100, window),
        Stream.account(KrakenAccountSession::new).connects(100, window));
  }
}
