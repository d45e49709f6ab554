package dev.colibri.connector.spot.kucoin;

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
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.JsonDialect;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Limits;
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
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How KuCoin speaks: requests, signatures, refusals, limits. */
final class KucoinSpot extends JsonDialect
    implements SpotDialect, Candles, KeyPermissions, NativeBatch, NativeCancelAll, DeadMansSwitch {
  static final String STREAM = "stream";

  private static final String PUBLIC = "public";
  private static final String SPOT = "spot";
  private static final String MANAGEMENT = "management";
  private static final String ORDERS = "/api/v1/hf/orders";
  private static final int PAGE = 100;
  private static final int BOOK_DEPTH = 100;
  private static final Duration WINDOW = Duration.ofSeconds(30);

  /** For an account, which is told whole books. */
  static final Profile PROFILE = describe().build();

  private static final Profile WITHOUT_KEYS = describe().mostBookLevels(BOOK_DEPTH).build();

  private static Profile.Builder describe() {
    return Profile.builder("kucoin-spot", "KuCoin")
        // Streams are at whichever name under its own the venue hands out.
        .hosts("live", "rest https://api.kucoin.com", "stream wss://kucoin.com")
        .fees("0.001", "0.001", FeeCharge.ADDED_TO_COST)
        .clientIds(
            new ClientIdRule("clbr", 40, ClientIdRule.ALPHANUMERIC), Profile.DuplicateIds.TAKEN)
        .visibilityDelay(Duration.ofSeconds(10))
        .books(BookDiscipline.REST_SNAPSHOT_THEN_DIFFS)
        .apiPage("https://www.kucoin.com/docs-new", "2026-11-22");
  }

  static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              "OUTCOME_UNKNOWN: 408000 500000, RATE_LIMITED: 429000 1015 200003 509,"
                  + " CLOCK_SKEW: 400002,"
                  + " UNAUTHORIZED: 400001 400003 400004 400005 400006 400007 400008 400009 400010"
                  + " 400303 200009 411100 401 403,"
                  + " INSUFFICIENT_FUNDS: 200004 230003, BAD_PRICE: 400330 400370 400760,"
                  + " BAD_SIZE: 400350, BAD_INSTRUMENT: 200001 400600 600203 900001 404")
          .words(
              Fault.Kind.ORDER_NOT_FOUND, "rder not exist", "rder_not_exist", "rder does not exist")
          .words(Fault.Kind.OUTCOME_UNKNOWN, "imeout", "imed out", "ystem error", "nternal")
          .words(Fault.Kind.DUPLICATE_ID, "uplicate")
          .words(Fault.Kind.INSUFFICIENT_FUNDS, "nsufficient", "account.available.amount")
          .words(Fault.Kind.RATE_LIMITED, "oo many requests", "access frequency")
          .words(Fault.Kind.BAD_INSTRUMENT, "symbolNotAvailable", "trading pair")
          .words(Fault.Kind.BAD_SIZE, "rder size", "he quantity", "rder funds")
          .words(Fault.Kind.BAD_PRICE, "rder price", "rice increment")
          .words(Fault.Kind.MAINTENANCE, "maintenance");

  /** Pools of the lowest level; replies tell those of the account. */
  private static final Limits LIMITS =
      Limits.of()
          .rolling(WINDOW, Limit.Scope.IP, "public 2000")
          .rolling(WINDOW, Limit.Scope.ACCOUNT, "spot 4000, management 2000");

  private static final Intervals INTERVALS =
      Intervals.of(
          "1m=1min 3m=3min 5m=5min 15m=15min 30m=30min 1h=1hour 2h=2hour 4h=4hour 6h=6hour"
              + " 8h=8hour 12h=12hour 1d=1day 1w=1week",
          1500);

  /** The passphrase of a key as every request says it. */
  private record Passphrase(Credentials keys, String signed) {}

  private final boolean hasKeys;

  /** Of the keys that signed last; null before. */
  private @Nullable Passphrase passphrase;

  /**
   * A dialect.
   *
   * @param hasKeys whole books are told to accounts only
   */
  KucoinSpot(boolean hasKeys) {
    super(hasKeys ? PROFILE : WITHOUT_KEYS, LIMITS, REFUSALS);
    this.hasKeys = hasKeys;
  }

  /** Headers tell of the pool that the request took from, which is all that it costs. */
  @Override
  public void learn(Request request, Reply reply, LimitUpdates out) {
    String pool = request.costs().isEmpty() ? PUBLIC : request.costs().get(0).bucket();
    long amount = reply.number("gw-ratelimit-limit");
    long left = reply.number("gw-ratelimit-remaining");
    long millis = reply.number("gw-ratelimit-reset");
    if (amount > 0 && left >= 0) {
      out.amount(pool, amount);
      out.used(pool, amount - left);
    }
    if (reply.status() == 429) {
      // Without the header it is the firewall, which shuts an address out for 30 s.
      out.pause(millis < 0 ? "*" : pool, millis < 0 ? WINDOW.toMillis() : millis);
    }
  }

  // ---- requests as they leave

  /** Signed is the query as it is before it is URL-encoded; what travels is encoded. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    boolean post = request.method().equals("POST");
    String body = post ? request.jsonText() : "";
    Signed signed = Signed.of(request).query(post ? null : request.formText());
    signed = body.isEmpty() ? signed : signed.json(body);
    if (!request.isSigned()) {
      return signed;
    }
    Credentials keys = context.credentials();
    Hmac hmac = Hmac.sha256(keys.secret());
    String time = Long.toString(context.millis());
    String query = post ? "" : Form.decode(request.formText());
    String target = query.isEmpty() ? request.path() : request.path() + "?" + query;
    String clientId = request.param("clientOid");
    return (clientId == null ? signed : signed.identity(clientId))
        .header("KC-API-KEY", keys.apiKey())
        .header("KC-API-SIGN", hmac.base64(time + request.method() + target + body))
        .header("KC-API-TIMESTAMP", time)
        .header("KC-API-PASSPHRASE", passphrase(keys, hmac))
        .header("KC-API-KEY-VERSION", "2");
  }

  /** Signed once for as long as the keys stay. */
  private String passphrase(Credentials keys, Hmac hmac) {
    Passphrase held = passphrase;
    if (held == null || held.keys() != keys) {
      held = new Passphrase(keys, hmac.base64(keys.passphrase().revealText()));
      passphrase = held;
    }
    return held.signed();
  }

  private static Request market(String path, long weight) {
    return Request.get("/api/" + path).cost(PUBLIC, weight);
  }

  private static Request account(String path, String pool, long weight) {
    return Request.get("/api/" + path).cost(pool, weight).signed();
  }

  private static Request order(Request request, Urgency urgency, long weight) {
    return request.signed().cost(SPOT, weight).urgency(urgency);
  }

  // ---- refusals

  /** An answer has the code 200000, whatever the HTTP status of a refusal. */
  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    String code = answer.text("code");
    boolean taken = code.equals("200000");
    return taken ? null : REFUSALS.fault(status, code, answer.textOr("msg", ""));
  }

  // ---- market data

  @Override
  public Call<Long> time() {
    return market("v1/timestamp", 3).json(json -> json.longValue("data"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return market("v2/symbols", 4)
        .rows("data", rows, row -> KucoinParser.instrument(row, PROFILE.name()))
        .map(symbols::learn);
  }

  /** Without keys no more than a hundred levels a side are to be had. */
  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    boolean few = depth > 0 && depth <= 20;
    Request request =
        few || !hasKeys
            ? market("v1/market/orderbook/level2_" + (few ? 20 : BOOK_DEPTH), 2)
            : account("v3/market/orderbook/level2", SPOT, 3);
    return request
        .with("symbol", instrument)
        .read(reply -> KucoinParser.book(reply.body(), instrument));
  }

  /** The venue tells those of all. */
  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    return market("v1/market/allTickers", 15)
        .json(
            json -> {
              Json data = json.get("data");
              long millis = data.longValue("time");
              return rows.read(
                  data.get("ticker"),
                  row ->
                      symbols.with(row.text("symbol"), i -> KucoinParser.ticker(row, i, millis)));
            });
  }

  /** The venue tells the last hundred. */
  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return market("v1/market/histories", 3)
        .with("symbol", instrument)
        .rows("data", rows, row -> KucoinParser.trade(row, instrument))
        .map(all -> all.subList(Math.max(0, all.size() - Math.max(1, limit)), all.size()));
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    return market("v1/market/candles", 3)
        .with("symbol", range.instrument())
        .with("type", range.name())
        .with("startAt", range.fromSeconds())
        .with("endAt", range.lastSecond())
        .rows("data", rows, row -> KucoinParser.candle(row, range));
  }

  // ---- the account

  /** Withdrawals are the permission "Transfer"; "InnerTransfer" stays within the account. */
  @Override
  public Call<Boolean> mayWithdraw() {
    return account("v1/user/api-key", MANAGEMENT, 20)
        .json(json -> json.get("data").text("permission").matches("(.*,)?(Transfer|Withdraw).*"));
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return instruments.isEmpty()
        ? account("v1/base-fee", SPOT, 3)
            .json(json -> List.of(KucoinParser.fees(json.get("data"), null)))
        : Call.all(instruments.stream().map(KucoinSpot::fees).toList());
  }

  private static Call<FeeRate> fees(Instrument instrument) {
    return account("v1/trade-fees", SPOT, 3)
        .with("symbols", instrument)
        .json(json -> KucoinParser.fees(json.get("data").at(0), instrument));
  }

  /** Of the account that high-frequency orders are paid from. */
  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return account("v1/accounts", MANAGEMENT, 5)
        .with("type", "trade_hf")
        .rows("data", rows, row -> KucoinParser.balance(row, "balance"));
  }

  // ---- orders

  @Override
  public Call<OrderUpdate> place(Order order) {
    return order(with(Request.post(ORDERS), order), Urgency.ORDER, 1)
        .json(json -> KucoinParser.taken(json.get("data"), order));
  }

  /** The new order's parameters; what the caller says in the venue's words replaces ours. */
  private static Request with(Request request, Order order) {
    boolean patient = order.timeInForce() == TimeInForce.GTC;
    return request
        .withIf("clientOid", order.clientId())
        .with("side", order.side().name().toLowerCase(Locale.ROOT))
        .with("symbol", order.instrument())
        .with("type", order.type() == OrderType.MARKET ? "market" : "limit")
        .withIf("size", order.size())
        .withIf("funds", order.quoteAmount())
        .withIf("price", order.price())
        .withIf("timeInForce", patient ? null : order.timeInForce().name())
        .withIf("postOnly", order.type() == OrderType.LIMIT_MAKER ? "true" : null)
        .withAll(order.params());
  }

  @Override
  public int mostPlaced() {
    return 5;
  }

  /** Each succeeds or fails by itself, in the order asked; a failed one has no id. */
  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    return order(Request.post(ORDERS + "/multi"), Urgency.ORDER, 1)
        .body(
            orders.stream()
                .map(order -> with(Request.post(""), order).jsonText())
                .collect(Collectors.joining(",", "{\"orderList\":[", "]}")))
        .json(json -> BatchResult.inOrder(orders, json.get("data"), KucoinSpot::result));
  }

  private static BatchResult result(Json row, Order order) {
    return row.bool("success")
        ? BatchResult.of(KucoinParser.taken(row, order))
        : BatchResult.refused(REFUSALS.fault(200, "failed", row.textOr("failMsg", "")));
  }

  private static String path(Order order) {
    return order.venueId() != null
        ? ORDERS + "/" + Form.encode(order.venueId())
        : ORDERS + "/client-order/" + Form.encode(String.valueOf(order.clientId()));
  }

  /** The venue takes the request, and tells what came of it on the account stream. */
  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return order(Request.delete(path(order)), Urgency.CANCEL, 1)
        .with("symbol", order.instrument())
        .json(json -> KucoinParser.canceling(json.get("data"), order));
  }

  /** The reply names no order: the account stream does. */
  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    return order(Request.delete(ORDERS), Urgency.CANCEL, 2)
        .with("symbol", instrument)
        .json(json -> List.of());
  }

  @Override
  public Duration leastTimeout() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Duration mostTimeout() {
    return Duration.ofDays(1);
  }

  /**
   * Of every pair, up to ten seconds later: {@code
   * {"code":"200000","data":{"currentTime":1700000000,"triggerTime":1700000060}}}.
   */
  @Override
  public Call<Boolean> arm(Duration timeout) {
    return silence(timeout.toSeconds()).json(json -> json.get("data").longValue("triggerTime") > 0);
  }

  @Override
  public Call<Boolean> disarm() {
    return silence(-1).json(json -> false);
  }

  private static Request silence(long seconds) {
    return order(Request.post(ORDERS + "/dead-cancel-all"), Urgency.TRUTH, 2)
        .body(JsonWriter.of("timeout", seconds).toString());
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return order(Request.get(path(order)), Urgency.TRUTH, 2)
        .with("symbol", order.instrument())
        .json(json -> KucoinParser.order(json.get("data"), order.instrument()));
  }

  /** Of the account: of every symbol that has one. */
  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    if (instrument != null) {
      return order(Request.get(ORDERS + "/active"), Urgency.TRUTH, 2)
          .with("symbol", instrument)
          .json(json -> rows.read(some(json, "data"), row -> KucoinParser.order(row, instrument)));
    }
    return order(Request.get(ORDERS + "/active/symbols"), Urgency.TRUTH, 2)
        .json(json -> rows.read(some(json.get("data"), "symbols"), s -> symbols.get(s.asText())))
        .then(all -> Call.all(all.stream().map(i -> openOrders(i, rows)).toList()))
        .map(lists -> lists.stream().flatMap(List::stream).toList());
  }

  /** An array, for which the venue may write null when it is empty. */
  private static Json some(Json json, String field) {
    return json.get(field).isNull() ? Json.parse("[]") : json.get(field);
  }

  /** The venue begins with the newest. */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    return order(Request.get("/api/v1/hf/fills"), Urgency.TRUTH, 2)
        .with("symbol", query.instrument())
        .withIf("orderId", query.orderId())
        .withIf("startAt", query.since())
        .withIf("lastId", query.cursor())
        .with("limit", PAGE)
        .json(
            json -> {
              Json data = json.get("data");
              Json items = data.get("items");
              List<Fill> fills =
                  rows.read(items, row -> KucoinParser.fill(row, query.instrument()));
              // Many have the same time: their order is only in the list.
              Collections.reverse(fills);
              // Asked about an order, the venue may overlook from where to go on.
              boolean more = items.size() == PAGE && !data.text("lastId").equals(query.cursor());
              return new Page<>(fills, more ? data.text("lastId") : null);
            });
  }

  // ---- streams

  /** A token, and where to go with it. */
  static Call<Endpoint> endpoint(boolean own) {
    Request bullet = Request.post("/api/v1/bullet-" + (own ? "private" : "public")).readOnly();
    return (own ? bullet.cost(SPOT, 10).signed() : bullet.cost(PUBLIC, 10))
        .urgency(Urgency.TRUTH)
        .json(KucoinParser::endpoint);
  }

  /** What every frame begins with. */
  static JsonWriter begin(SigningContext signing, String type) {
    String id = Long.toString(signing.requestId());
    return new JsonWriter().object().put("id", id).put("type", type);
  }

  /** The venue wants pings every 18 s, takes 100 messages in 10 s and 30 connections a minute. */
  @Override
  public List<Stream> streams() {
    Stream.Heartbeat heartbeat =
        new Stream.Heartbeat(
            Duration.ofSeconds(15),
            signing -> begin(signing, "ping").end().toString(),
            Duration.ofSeconds(40));
    return List.of(
        Stream.market(KucoinMarketSession::new)
            .topics(300, 100)
            .sends(90, Duration.ofSeconds(10))
            .connects(14, Duration.ofMinutes(1))
            .heartbeat(heartbeat),
        Stream.account(KucoinAccountSession::new)
            .connects(14, Duration.ofMinutes(1))
            .heartbeat(heartbeat));
  }
}
