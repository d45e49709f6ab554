package dev.colibri.connector.spot.binance;

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
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.NativeReplace;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Signed;
import dev.colibri.connector.spi.SigningContext;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Ed25519;
import dev.colibri.connector.text.Escape;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.Secret;
import dev.colibri.connector.text.TextException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How Binance speaks: requests, signatures, refusals, limits. */
abstract class BinanceSpot implements SpotDialect, NativeCancelAll, NativeReplace, Candles {
  static final String STREAM = "stream";
  static final String WS_API = "ws-api";
  static final long RECEIVE_WINDOW = 5000;

  private static final String WEIGHT = "weight";
  private static final String REQUESTS = "requests";
  private static final String ORDERS_10S = "orders-10s";
  private static final String ORDERS_1D = "orders-1d";
  private static final int PAGE = 1000;
  private static final int CANDLE_PAGES = 100;

  /** Errors are shorter; what is longer is an answer, and is not read twice. */
  private static final int LONGEST_ERROR = 16 << 10;

  private static final Map<Duration, String> INTERVALS = new LinkedHashMap<>();

  static {
    for (String name : "1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d".split(" ")) {
      INTERVALS.put(Duration.parse((name.endsWith("d") ? "P" : "PT") + name), name);
    }
    INTERVALS.put(Duration.ofDays(7), "1w");
  }

  static final Profile INTERNATIONAL =
      profile("binance-spot", "Binance")
          .host("live", "rest", "https://api.binance.com")
          .host("live", STREAM, "wss://stream.binance.com:9443")
          .host("live", WS_API, "wss://ws-api.binance.com")
          .host("testnet", "rest", "https://testnet.binance.vision")
          .host("testnet", STREAM, "wss://stream.testnet.binance.vision")
          .host("testnet", WS_API, "wss://ws-api.testnet.binance.vision")
          .host("demo", "rest", "https://demo-api.binance.com")
          .host("demo", STREAM, "wss://demo-stream.binance.com")
          .host("demo", WS_API, "wss://demo-ws-api.binance.com")
          .apiPage("https://developers.binance.com/docs/binance-spot-api-docs", "2026-11-22")
          .build();

  static final Profile UNITED_STATES =
      profile("binance-us-spot", "Binance.US")
          .host("live", "rest", "https://api.binance.us")
          .host("live", STREAM, "wss://stream.binance.us:9443")
          .host("live", WS_API, "wss://ws-api.binance.us")
          .apiPage("https://docs.binance.us", "2026-11-22")
          .build();

  private static Profile.Builder profile(String name, String displayName) {
    return Profile.builder(name, displayName)
        .fees("0.001", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS)
        .clientIds(
            new ClientIdRule("clbr", 36, ClientIdRule.ALPHANUMERIC),
            Profile.DuplicateIds.REFUSED_WHILE_OPEN)
        .visibilityDelay(Duration.ofSeconds(10))
        .clockTolerance(Duration.ofSeconds(1))
        .books(BookDiscipline.REST_SNAPSHOT_THEN_DIFFS);
  }

  /** binance.com. */
  static final class International extends BinanceSpot implements KeyPermissions {
    International() {
      super(INTERNATIONAL, 6000, 61_000);
    }

    /** Of the live venue only: its test network has no such page and refuses. */
    @Override
    public Call<Boolean> mayWithdraw() {
      return request(Request.get("/sapi/v1/account/apiRestrictions"), 0)
          .signed()
          .read(reply -> reply.json().bool("enableWithdrawals"));
    }

    @Override
    public Call<List<FeeRate>> fees(List<Instrument> instruments) {
      if (instruments.isEmpty()) {
        return super.fees(instruments);
      }
      List<Call<FeeRate>> calls = new ArrayList<>();
      for (Instrument i : instruments) {
        calls.add(
            request(Request.get("/api/v3/account/commission"), 20)
                .with("symbol", i.symbol())
                .signed()
                .read(reply -> BinanceParser.commission(reply.json(), i)));
      }
      return Call.all(calls);
    }
  }

  /**
   * binance.us. Its requests weigh no more than those of binance.com and its limits are a fifth, so
   * that what holds there is never exceeded. It has no pages for commissions and key permissions.
   */
  static final class Us extends BinanceSpot {
    Us() {
      super(UNITED_STATES, 1200, 6_100);
    }
  }

  private final Profile profile;
  private final List<Limit> limits;

  /** What {@link #instruments} read last, by symbol: replies about many instruments need it. */
  private Map<String, Instrument> bySymbol = new TreeMap<>();

  private BinanceSpot(Profile profile, long weight, long requests) {
    this.profile = profile;
    limits =
        List.of(
            limit(WEIGHT, weight, Duration.ofMinutes(1), Limit.Scope.IP),
            limit(REQUESTS, requests, Duration.ofMinutes(5), Limit.Scope.IP),
            limit(ORDERS_10S, 100, Duration.ofSeconds(10), Limit.Scope.ACCOUNT),
            limit(ORDERS_1D, 200_000, Duration.ofDays(1), Limit.Scope.ACCOUNT));
  }

  /** Windows begin at whole multiples of their length, by the venue's clock. */
  private static Limit limit(String bucket, long amount, Duration window, Limit.Scope scope) {
    return new Limit(bucket, amount, Limit.Kind.FIXED, window, scope);
  }

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public List<Limit> limits() {
    return limits;
  }

  /**
   * Used amounts stand in headers. A 429 or 418 tells how many seconds to keep still; without, it
   * is the order limit's own window, or the shortest ban of two minutes. Whatever is asked costs
   * weight, so that a pause of weight is a pause of everything.
   */
  @Override
  public void learn(Reply reply, LimitUpdates out) {
    used(reply, "X-MBX-USED-WEIGHT-1M", WEIGHT, out);
    used(reply, "X-MBX-ORDER-COUNT-10S", ORDERS_10S, out);
    used(reply, "X-MBX-ORDER-COUNT-1D", ORDERS_1D, out);
    if (reply.status() == 429 || reply.status() == 418) {
      long seconds = reply.number("Retry-After");
      if (seconds < 0) {
        seconds = reply.status() == 418 ? 120 : 10;
      }
      long millis = Math.min(seconds, 86_400) * 1000;
      out.pause(reply.text().contains("-1015") ? ORDERS_10S : WEIGHT, millis);
    }
  }

  private static void used(Reply reply, String header, String bucket, LimitUpdates out) {
    long used = reply.number(header);
    if (used >= 0) {
      out.used(bucket, used);
    }
  }

  // ---- requests as they leave

  /**
   * Parameters travel in the query, or as a form where there is a body. What is signed is that
   * text, byte for byte, and the signature follows it.
   */
  @Override
  public Signed depart(Request request, SigningContext context) {
    Form form = new Form();
    for (Request.Param p : request.params()) {
      form.add(p.name(), p.value());
    }
    Signed signed = Signed.of(request);
    if (request.isSigned()) {
      Credentials keys = context.credentials();
      form.add("recvWindow", RECEIVE_WINDOW).add("timestamp", context.millis());
      form.add("signature", sign(keys, form.toString()));
      signed = signed.header("X-MBX-APIKEY", keys.apiKey());
    }
    String clientId = request.param("newClientOrderId");
    if (clientId != null) {
      signed = signed.identity(clientId);
    }
    boolean body = request.method().equals("POST") || request.method().equals("PUT");
    return body
        ? signed.body(
            "application/x-www-form-urlencoded", form.toString().getBytes(StandardCharsets.UTF_8))
        : signed.query(form.toString());
  }

  /** HMAC SHA-256 in hexadecimal, or Ed25519 in Base64 where the secret is a PEM text. */
  static String sign(Credentials keys, String payload) {
    return isPem(keys.secret())
        ? Ed25519.pem(keys.secret()).base64(payload)
        : Hmac.sha256(keys.secret()).hex(payload);
  }

  /** PEM begins with hyphens, which no secret of the venue's making has. */
  private static boolean isPem(Secret secret) {
    byte[] bytes = secret.reveal();
    int start = 0;
    while (start < bytes.length && bytes[start] <= ' ') {
      start++;
    }
    boolean pem = start < bytes.length && bytes[start] == '-';
    Arrays.fill(bytes, (byte) 0);
    return pem;
  }

  // ---- refusals

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    int status = reply.status();
    boolean success = status >= 200 && status < 300;
    byte[] body = reply.body();
    Fault told = body.length > 0 && body[0] == '{' ? told(reply, success) : null;
    if (told != null) {
      return told;
    }
    if (success && body.length > 0 && (body[0] == '{' || body[0] == '[')) {
      return null;
    }
    Fault byStatus = Fault.ofStatus(reply);
    return switch (status) {
      case 401, 418, 429 -> byStatus;
      // The firewall, which looks at the address and at the words of a request.
      case 403 -> Fault.of(Fault.Kind.BANNED, byStatus.raw());
      case 451 -> Fault.of(Fault.Kind.UNAUTHORIZED, byStatus.raw());
      // A page that is not there: certain for a question, not for what changes something.
      case 404 -> request.isMutation() ? unknown(byStatus) : byStatus;
      default -> unknown(byStatus);
    };
  }

  private static Fault unknown(Fault byStatus) {
    return Fault.of(Fault.Kind.OUTCOME_UNKNOWN, byStatus.raw() + ", no answer of the venue");
  }

  /** What a body like {@code {"code":-1121,"msg":"Invalid symbol."}} means; null for any other. */
  private static @Nullable Fault told(Reply reply, boolean success) {
    if (reply.body().length > LONGEST_ERROR) {
      return null;
    }
    try {
      Json json = reply.json();
      boolean error = json.find("code") != null && !(success && json.longValue("code") >= 0);
      return error ? fault(reply.status(), json) : null;
    } catch (TextException e) {
      return null;
    }
  }

  /**
   * What an error means. A refused {@code cancelReplace} holds the errors of its halves: that of
   * the new order if it has one, because it is what was asked for, otherwise that of the cancel.
   *
   * @param status the HTTP status, or that of a WebSocket API reply
   * @param error with {@code code} and {@code msg}
   */
  static Fault fault(int status, Json error) {
    int code = error.intValue("code");
    Json data = error.find("data");
    if ((code == -2021 || code == -2022) && data != null && data.isObject()) {
      for (String half : List.of("newOrderResponse", "cancelResponse")) {
        Json response = data.find(half);
        if (response != null && response.isObject() && response.find("code") != null) {
          return fault(400, response);
        }
      }
    }
    String message = error.textOr("msg", "");
    return Fault.of(kind(status, code, message), code + " " + Escape.text(message));
  }

  private static Fault.Kind kind(int status, int code, String message) {
    if (status >= 500) {
      return Fault.Kind.OUTCOME_UNKNOWN;
    }
    return switch (code) {
      case -1000, -1001, -1006, -1007 -> Fault.Kind.OUTCOME_UNKNOWN;
      case -1003 -> message.contains("banned") ? Fault.Kind.BANNED : Fault.Kind.RATE_LIMITED;
      case -1015, -1034 -> Fault.Kind.RATE_LIMITED;
      case -1008, -1016 -> Fault.Kind.MAINTENANCE;
      case -1021 -> Fault.Kind.CLOCK_SKEW;
      case -1002, -1022, -2008, -2014, -2015 -> Fault.Kind.UNAUTHORIZED;
      case -1121 -> Fault.Kind.BAD_INSTRUMENT;
      case -2013, -2026 -> Fault.Kind.ORDER_NOT_FOUND;
      case -1010, -1013, -1111, -2010, -2011, -2038 -> kind(message);
      default ->
          switch (status) {
            case 418 -> Fault.Kind.BANNED;
            case 429 -> Fault.Kind.RATE_LIMITED;
            case 401, 403, 451 -> Fault.Kind.UNAUTHORIZED;
            default -> Fault.Kind.REJECTED;
          };
    };
  }

  /** One code for many refusals: the message tells which. The first that fits counts. */
  private static Fault.Kind kind(String message) {
    for (Map.Entry<String, Fault.Kind> word : MESSAGES.entrySet()) {
      if (message.contains(word.getKey())) {
        return word.getValue();
      }
    }
    return Fault.Kind.REJECTED;
  }

  private static final Map<String, Fault.Kind> MESSAGES = new LinkedHashMap<>();

  static {
    MESSAGES.put("insufficient balance", Fault.Kind.INSUFFICIENT_FUNDS);
    MESSAGES.put("immediately match and take", Fault.Kind.WOULD_CROSS);
    MESSAGES.put("Duplicate order sent", Fault.Kind.DUPLICATE_ID);
    MESSAGES.put("Unknown order sent", Fault.Kind.ORDER_NOT_FOUND);
    MESSAGES.put("Market is closed", Fault.Kind.BAD_INSTRUMENT);
    MESSAGES.put("This symbol is", Fault.Kind.BAD_INSTRUMENT);
    MESSAGES.put("disabled on this account", Fault.Kind.UNAUTHORIZED);
    MESSAGES.put("may not place or cancel", Fault.Kind.UNAUTHORIZED);
    MESSAGES.put("trading is not enabled", Fault.Kind.MAINTENANCE);
    MESSAGES.put("Price * QTY", Fault.Kind.BAD_SIZE);
    MESSAGES.put("Filter failure: PRICE_FILTER", Fault.Kind.BAD_PRICE);
    MESSAGES.put("Filter failure: PERCENT_PRICE", Fault.Kind.BAD_PRICE);
    MESSAGES.put("Filter failure: LOT_SIZE", Fault.Kind.BAD_SIZE);
    MESSAGES.put("Filter failure: MARKET_LOT_SIZE", Fault.Kind.BAD_SIZE);
    MESSAGES.put("Filter failure: MIN_NOTIONAL", Fault.Kind.BAD_SIZE);
    MESSAGES.put("Filter failure: NOTIONAL", Fault.Kind.BAD_SIZE);
    MESSAGES.put("Filter failure: MAX_POSITION", Fault.Kind.BAD_SIZE);
    MESSAGES.put("Filter failure: ICEBERG_PARTS", Fault.Kind.BAD_SIZE);
    MESSAGES.put("Filter failure: MAX_NUM_", Fault.Kind.RATE_LIMITED);
    MESSAGES.put("Filter failure: EXCHANGE_MAX_NUM_", Fault.Kind.RATE_LIMITED);
    MESSAGES.put("Invalid price", Fault.Kind.BAD_PRICE);
    MESSAGES.put("'price' has too much", Fault.Kind.BAD_PRICE);
    MESSAGES.put("Invalid quantity", Fault.Kind.BAD_SIZE);
    MESSAGES.put("'quantity' has too much", Fault.Kind.BAD_SIZE);
    MESSAGES.put("'quoteOrderQty' has too much", Fault.Kind.BAD_SIZE);
  }

  // ---- market data

  static Request request(Request request, long weight) {
    Request r = request.cost(REQUESTS, 1);
    return weight == 0 ? r : r.cost(WEIGHT, weight);
  }

  @Override
  public Call<Long> time() {
    return request(Request.get("/api/v3/time"), 1)
        .read(reply -> reply.json().longValue("serverTime"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return request(Request.get("/api/v3/exchangeInfo"), 20)
        .read(
            reply -> {
              Json symbols = reply.json().get("symbols");
              List<Instrument> all =
                  rows.read(symbols, row -> BinanceParser.instrument(row, profile.name()));
              Map<String, Instrument> map = new TreeMap<>();
              all.forEach(i -> map.put(i.symbol(), i));
              bySymbol = map;
              return all;
            });
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    int limit = depth <= 0 ? 5000 : Math.min(depth, 5000);
    long weight = limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
    return request(Request.get("/api/v3/depth"), weight)
        .with("symbol", instrument.symbol())
        .with("limit", limit)
        .read(reply -> BinanceParser.book(reply.body(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    int count = instruments.size();
    Map<String, Instrument> wanted = new TreeMap<>();
    instruments.forEach(i -> wanted.put(i.symbol(), i));
    long weight = count == 0 || count > 100 ? 80 : count > 20 ? 40 : 2;
    Request request = request(Request.get("/api/v3/ticker/24hr"), weight);
    if (count == 1) {
      request = request.with("symbol", instruments.get(0).symbol());
    } else if (count > 1) {
      JsonWriter symbols = new JsonWriter().array();
      wanted.keySet().forEach(symbols::value);
      request = request.with("symbols", symbols.end().toString());
    }
    return request.read(
        reply -> {
          Json json = reply.json();
          if (count == 1 && json.isObject()) {
            return List.of(BinanceParser.ticker(json, instruments.get(0)));
          }
          // Everything the venue has is told, whatever market it belongs to.
          Map<String, Instrument> known = count == 0 ? bySymbol : wanted;
          return rows.read(
              json,
              row -> {
                Instrument i = known.get(row.text("symbol"));
                return i == null ? null : BinanceParser.ticker(row, i);
              });
        });
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return request(Request.get("/api/v3/trades"), 25)
        .with("symbol", instrument.symbol())
        .with("limit", Math.max(1, Math.min(limit, PAGE)))
        .read(reply -> rows.read(reply.json(), row -> BinanceParser.trade(row, instrument)));
  }

  @Override
  public Set<Duration> intervals() {
    return Collections.unmodifiableSet(INTERVALS.keySet());
  }

  @Override
  public Call<List<Candle>> candles(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows) {
    String name = INTERVALS.get(interval);
    if (name == null) {
      throw new IllegalArgumentException("no candles of " + interval + ", only " + intervals());
    }
    Request request =
        request(Request.get("/api/v3/klines"), 2)
            .with("symbol", instrument.symbol())
            .with("interval", name);
    return Call.pages(
        cursor ->
            request
                .with("startTime", cursor == null ? Long.toString(fromMillis) : cursor)
                .with("endTime", toMillis - 1)
                .with("limit", PAGE)
                .read(reply -> candles(reply.json(), instrument, interval, rows)),
        CANDLE_PAGES);
  }

  private static Page<Candle> candles(
      Json json, Instrument instrument, Duration interval, BadRows rows) {
    List<Candle> candles = rows.read(json, row -> BinanceParser.candle(row, instrument, interval));
    boolean more = json.size() == PAGE && !candles.isEmpty();
    return new Page<>(
        candles, more ? Long.toString(candles.get(candles.size() - 1).openMillis() + 1) : null);
  }

  // ---- the account

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return account(json -> List.of(BinanceParser.rates(json.get("commissionRates"))));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return account(
        json ->
            rows.read(
                json.get("balances"),
                row -> {
                  Balance b = BinanceParser.balance(row, "asset", "free", "locked");
                  return b.total().signum() == 0 ? null : b;
                }));
  }

  private static <T> Call<T> account(Function<Json, T> read) {
    return request(Request.get("/api/v3/account"), 20)
        .signed()
        .read(reply -> read.apply(reply.json()));
  }

  @Override
  public Call<OrderUpdate> place(Order order) {
    Request request =
        ordering(request(Request.post("/api/v3/order"), 1))
            .with("symbol", order.instrument().symbol());
    return with(request, order)
        .read(reply -> BinanceParser.order(reply.json(), order.instrument()));
  }

  private static Request ordering(Request request) {
    return request.cost(ORDERS_10S, 1).cost(ORDERS_1D, 1).signed().urgency(Urgency.ORDER);
  }

  /** The new order's parameters; what the caller says in the venue's words replaces ours. */
  private static Request with(Request request, Order order) {
    Map<String, String> params = new LinkedHashMap<>();
    params.put("side", order.side().name());
    params.put("type", order.type().name());
    if (order.type() == OrderType.LIMIT) {
      params.put("timeInForce", order.timeInForce().name());
    }
    if (order.size() != null) {
      params.put("quantity", Decimal.plain(order.size()));
    }
    if (order.quoteAmount() != null) {
      params.put("quoteOrderQty", Decimal.plain(order.quoteAmount()));
    }
    if (order.price() != null) {
      params.put("price", Decimal.plain(order.price()));
    }
    if (order.clientId() != null) {
      params.put("newClientOrderId", order.clientId());
    }
    params.put("newOrderRespType", "FULL");
    params.putAll(order.params());
    for (Map.Entry<String, String> p : params.entrySet()) {
      request = request.with(p.getKey(), p.getValue());
    }
    return request;
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return update(request(Request.delete("/api/v3/order"), 1).urgency(Urgency.CANCEL), order);
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return update(request(Request.get("/api/v3/order"), 4).urgency(Urgency.TRUTH), order);
  }

  private static Call<OrderUpdate> update(Request request, Order order) {
    return identified(
            request.with("symbol", order.instrument().symbol()),
            order,
            "orderId",
            "origClientOrderId")
        .signed()
        .read(reply -> BinanceParser.order(reply.json(), order.instrument()));
  }

  /** By the venue's id when it is known, which is what the venue finds fastest. */
  private static Request identified(Request request, Order order, String venueId, String clientId) {
    return order.venueId() != null
        ? request.with(venueId, order.venueId())
        : request.withIf(clientId, order.clientId());
  }

  /**
   * {@code cancelReplace} that stops where the cancel fails. The fault of a refusal is the new
   * order's, which was not placed; the old one may be canceled nevertheless, as the account stream
   * or a question tells.
   */
  @Override
  public Call<OrderUpdate> replace(Order old, Order replacement) {
    Request request =
        ordering(request(Request.post("/api/v3/order/cancelReplace"), 1))
            .with("symbol", old.instrument().symbol())
            .with("cancelReplaceMode", "STOP_ON_FAILURE");
    request = identified(request, old, "cancelOrderId", "cancelOrigClientOrderId");
    return with(request, replacement)
        .read(
            reply ->
                BinanceParser.order(
                    reply.json().get("newOrderResponse"), replacement.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    Call<List<OrderUpdate>> call =
        request(Request.delete("/api/v3/openOrders"), 1)
            .with("symbol", instrument.symbol())
            .signed()
            .urgency(Urgency.CANCEL)
            .read(
                reply -> {
                  List<OrderUpdate> canceled = new ArrayList<>();
                  rows.read(reply.json(), item -> reports(item, instrument, rows))
                      .forEach(canceled::addAll);
                  return canceled;
                });
    // That is how it says that there was nothing to cancel.
    return call.otherwise(
        fault -> fault.kind() == Fault.Kind.ORDER_NOT_FOUND ? Call.of(List.of()) : null);
  }

  /** A list of orders that hang together has their reports inside. */
  private static List<OrderUpdate> reports(Json item, Instrument instrument, BadRows rows) {
    Json reports = item.find("orderReports");
    return reports == null
        ? List.of(BinanceParser.order(item, instrument))
        : rows.read(reports, row -> BinanceParser.order(row, instrument));
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return request(Request.get("/api/v3/openOrders"), instrument == null ? 80 : 6)
        .withIf("symbol", instrument == null ? null : instrument.symbol())
        .signed()
        .urgency(Urgency.TRUTH)
        .read(
            reply ->
                rows.read(
                    reply.json(),
                    row ->
                        BinanceParser.order(
                            row,
                            instrument == null ? instrumentOf(row.text("symbol")) : instrument)));
  }

  private Instrument instrumentOf(String symbol) {
    Instrument i = bySymbol.get(symbol);
    if (i == null) {
      throw new TextException("not an instrument: " + Escape.text(symbol));
    }
    return i;
  }

  /** By order, or from a time on; the pages after the first by the id of the trade. */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    Order order = query.order();
    String orderId =
        order == null ? null : Objects.requireNonNull(order.venueId(), "the order's venue id");
    String since =
        order == null && query.cursor() == null && query.sinceMillis() > 0
            ? Long.toString(query.sinceMillis())
            : null;
    return request(Request.get("/api/v3/myTrades"), order == null ? 20 : 5)
        .with("symbol", query.instrument().symbol())
        .withIf("orderId", orderId)
        .withIf("startTime", since)
        .withIf("fromId", query.cursor())
        .with("limit", PAGE)
        .signed()
        .urgency(Urgency.TRUTH)
        .read(
            reply -> {
              Json json = reply.json();
              List<Fill> fills =
                  rows.read(json, row -> BinanceParser.fill(row, query.instrument()));
              boolean more = json.size() == PAGE && !fills.isEmpty();
              String last = more ? fills.get(fills.size() - 1).tradeId() : "";
              return new Page<>(fills, more ? Long.toString(Long.parseLong(last) + 1) : null);
            });
  }

  // ---- streams

  @Override
  public List<Stream> streams() {
    return List.of(
        // Of five messages a second, one is left to pongs.
        Stream.of(
                "market",
                EnumSet.of(Topic.Kind.BOOK, Topic.Kind.TRADES, Topic.Kind.TOP),
                BinanceMarketSession::new)
            .topics(1024, 100)
            .sends(4, Duration.ofSeconds(1))
            .connects(300, Duration.ofMinutes(5)),
        Stream.of("account", EnumSet.of(Topic.Kind.ACCOUNT), BinanceAccountSession::new)
            .topics(1, 1)
            .sends(4, Duration.ofSeconds(1))
            .connects(300, Duration.ofMinutes(5)));
  }
}
