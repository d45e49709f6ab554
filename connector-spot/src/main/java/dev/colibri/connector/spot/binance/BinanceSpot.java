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
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.CandleRange;
import dev.colibri.connector.spi.Candles;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.Limits;
import dev.colibri.connector.spi.NativeCancelAll;
import dev.colibri.connector.spi.NativeReplace;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Refusals;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.SpotDialect;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How Binance speaks: requests, signatures, refusals, limits. */
abstract class BinanceSpot extends BinanceApi
    implements SpotDialect, NativeCancelAll, NativeReplace, Candles {
  static final String STREAM = "stream";
  static final String WS_API = "ws-api";
  private static final String REQUESTS = "requests";
  private static final int BOOK_DEPTH = 5000;

  static final Profile INTERNATIONAL =
      spot("binance-spot", "Binance")
          .hosts(
              "live",
              "rest https://api.binance.com",
              "stream wss://stream.binance.com:9443",
              "ws-api wss://ws-api.binance.com")
          .hosts(
              "testnet",
              "rest https://testnet.binance.vision",
              "stream wss://stream.testnet.binance.vision",
              "ws-api wss://ws-api.testnet.binance.vision")
          .hosts(
              "demo",
              "rest https://demo-api.binance.com",
              "stream wss://demo-stream.binance.com",
              "ws-api wss://demo-ws-api.binance.com")
          .apiPage("https://developers.binance.com/docs/binance-spot-api-docs", "2026-11-22")
          .build();

  static final Profile UNITED_STATES =
      spot("binance-us-spot", "Binance.US")
          .hosts(
              "live",
              "rest https://api.binance.us",
              "stream wss://stream.binance.us:9443",
              "ws-api wss://ws-api.binance.us")
          .apiPage("https://docs.binance.us", "2026-11-22")
          .build();

  private static Profile.Builder spot(String name, String displayName) {
    return profile(name, displayName)
        .fees("0.001", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS)
        .mostBookLevels(BOOK_DEPTH);
  }

  /** Where one code stands for many refusals it is the message that tells which. */
  private static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              "OUTCOME_UNKNOWN: -1000 -1001 -1006 -1007, RATE_LIMITED: -1015 -1034,"
                  + " MAINTENANCE: -1008 -1016, CLOCK_SKEW: -1021, BAD_INSTRUMENT: -1121,"
                  + " UNAUTHORIZED: -1002 -1022 -2008 -2014 -2015, ORDER_NOT_FOUND: -2013 -2026")
          .words(Fault.Kind.BANNED, "IP banned")
          .words(Fault.Kind.RATE_LIMITED, "Too many requests", "Too much request weight")
          .words(Fault.Kind.INSUFFICIENT_FUNDS, "insufficient balance")
          .words(Fault.Kind.WOULD_CROSS, "immediately match and take")
          .words(Fault.Kind.DUPLICATE_ID, "Duplicate order sent")
          .words(Fault.Kind.ORDER_NOT_FOUND, "Unknown order sent")
          .words(Fault.Kind.BAD_INSTRUMENT, "Market is closed", "This symbol is")
          .words(Fault.Kind.UNAUTHORIZED, "disabled on this account", "may not place or cancel")
          .words(Fault.Kind.MAINTENANCE, "trading is not enabled")
          .words(Fault.Kind.BAD_PRICE, "PRICE_FILTER", "PERCENT_PRICE", "Invalid price")
          .words(Fault.Kind.BAD_PRICE, "'price' has too much")
          .words(Fault.Kind.BAD_SIZE, "Price * QTY", "LOT_SIZE", "NOTIONAL", "MAX_POSITION")
          .words(Fault.Kind.BAD_SIZE, "ICEBERG_PARTS", "Invalid quantity")
          .words(Fault.Kind.BAD_SIZE, "'quantity' has too much", "'quoteOrderQty' has too much");

  private static final Intervals INTERVALS =
      Intervals.of("1s 1m 3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w", PAGE);

  /** What every new order begins with. */
  private final Request placing = ordering("order");

  /** Windows begin at whole multiples of their length, by the venue's clock. */
  private BinanceSpot(Profile profile, String minute, String fiveMinutes) {
    super(
        profile,
        Limits.of()
            .fixed(Duration.ofMinutes(1), Limit.Scope.IP, minute)
            .fixed(Duration.ofMinutes(5), Limit.Scope.IP, fiveMinutes)
            .fixed(Duration.ofSeconds(10), Limit.Scope.ACCOUNT, "orders-10s 100")
            .fixed(Duration.ofDays(1), Limit.Scope.ACCOUNT, "orders-1d 200000"),
        REFUSALS,
        "/api/v3/");
  }

  // ---- what it shares with other markets

  @Override
  protected Request request(Request request, long weight) {
    return super.request(request.cost(REQUESTS, 1), weight);
  }

  @Override
  protected Request ordering(Request request, long orders, long weight) {
    return super.ordering(request, orders, weight).cost(ORDERS_1D, orders);
  }

  private Request ordering(String page) {
    return ordering(Request.post("/api/v3/" + page), 1, 1);
  }

  @Override
  protected OrderUpdate order(Json json, Instrument instrument) {
    return BinanceParser.order(json, instrument);
  }

  @Override
  protected Fill fill(Json row, Instrument instrument) {
    return BinanceParser.fill(row, instrument);
  }

  // ---- refusals

  @Override
  protected Fault refused(int status, Json error) {
    return fault(status, error);
  }

  /**
   * What an error means. A refused {@code cancelReplace} holds the errors of its halves: that of
   * the new order if it has one, because it is what was asked for, otherwise that of the cancel. A
   * half without error was done, as an order is that the user's own mode places in any case.
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
        if (response != null && response.isObject()) {
          return response.has("code")
              ? fault(status, response)
              : Fault.of(Fault.Kind.OUTCOME_UNKNOWN, code + " with a half that was done");
        }
      }
    }
    return REFUSALS.fault(status, Integer.toString(code), error.textOr("msg", ""));
  }

  // ---- market data

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return get("exchangeInfo", 20)
        .rows("symbols", rows, row -> BinanceParser.instrument(row, profile().name()))
        .map(symbols::learn);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    int limit = depth <= 0 ? BOOK_DEPTH : Math.min(depth, BOOK_DEPTH);
    long weight = limit <= 100 ? 5 : limit <= 500 ? 25 : limit <= 1000 ? 50 : 250;
    return book(instrument, limit, weight);
  }

  /** Everything the venue has is told where all is asked for, whatever market it belongs to. */
  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    int count = instruments.size();
    long weight = count == 0 || count > 100 ? 80 : count > 20 ? 40 : 2;
    JsonWriter wanted = new JsonWriter().array();
    instruments.forEach(i -> wanted.value(i.symbol()));
    return get("ticker/24hr", weight)
        .withIf("symbols", count == 0 ? null : wanted.end().toString())
        .rows("", rows, row -> symbols.with(row.text("symbol"), i -> BinanceParser.ticker(row, i)));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return trades("trades", 25, instrument, limit)
        .rows("", rows, row -> BinanceParser.trade(row, instrument));
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    return candles(range, 2, rows);
  }

  // ---- the account

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return account().json(json -> List.of(BinanceParser.rates(json.get("commissionRates"))));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return account()
        .rows("balances", rows, row -> BinanceParser.balance(row, "asset", "free", "locked"))
        .map(all -> all.stream().filter(b -> b.total().signum() != 0).toList());
  }

  private Request account() {
    return get("account", 20).signed();
  }

  // ---- orders

  @Override
  public Call<OrderUpdate> place(Order order) {
    return with(placing.with("symbol", order.instrument()), order)
        .json(json -> BinanceParser.order(json, order.instrument()));
  }

  /** The new order's parameters; what the caller says in the venue's words replaces ours. */
  private static Request with(Request request, Order order) {
    boolean timed = order.type() == OrderType.LIMIT;
    return request
        .with("side", order.side().name())
        .with("type", order.type().name())
        .withIf("timeInForce", timed ? order.timeInForce().name() : null)
        .withIf("quantity", order.size())
        .withIf("quoteOrderQty", order.quoteAmount())
        .withIf("price", order.price())
        .withIf("newClientOrderId", order.clientId())
        .with("newOrderRespType", "FULL")
        .withAll(order.params());
  }

  /**
   * {@code cancelReplace} that stops where the cancel fails. The fault of a refusal is the new
   * order's, which was not placed; the old one may be canceled nevertheless, as the account stream
   * or a question tells.
   */
  @Override
  public Call<OrderUpdate> replace(Order old, Order replacement) {
    Request request =
        ordering("order/cancelReplace")
            .with("symbol", old.instrument())
            .with("cancelReplaceMode", "STOP_ON_FAILURE")
            .identify(old, "cancelOrderId", "cancelOrigClientOrderId");
    return with(request, replacement)
        .json(json -> BinanceParser.order(json.get("newOrderResponse"), replacement.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    return canceling("openOrders")
        .with("symbol", instrument)
        .rows("", rows, item -> reports(item, instrument, rows))
        .map(lists -> lists.stream().flatMap(List::stream).toList())
        // That is how it says that there was nothing to cancel.
        .otherwise(fault -> fault.kind() == Fault.Kind.ORDER_NOT_FOUND ? Call.of(List.of()) : null);
  }

  /** A list of orders that hang together has their reports inside. */
  private static List<OrderUpdate> reports(Json item, Instrument instrument, BadRows rows) {
    Json reports = item.find("orderReports");
    return reports == null
        ? List.of(BinanceParser.order(item, instrument))
        : rows.read(reports, row -> BinanceParser.order(row, instrument));
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return about(truth("order", 4), order);
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return truth("openOrders", instrument == null ? 80 : 6)
        .withIf("symbol", instrument)
        .rows("", rows, row -> BinanceParser.order(row, symbols.get(row.text("symbol"))));
  }

  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    return fills(truth("myTrades", query.order() == null ? 20 : 5), query, rows);
  }

  // ---- streams

  @Override
  public List<Stream> streams() {
    return List.of(
        // Of five messages a second, one is left to pongs.
        Stream.market(BinanceMarketSession::new)
            .topics(1024, 100)
            .sends(4, Duration.ofSeconds(1))
            .connects(300, Duration.ofMinutes(5)),
        Stream.account(BinanceAccountSession::new)
            .sends(4, Duration.ofSeconds(1))
            .connects(300, Duration.ofMinutes(5)));
  }

  // ---- the two venues

  /** binance.com. */
  static final class International extends BinanceSpot implements KeyPermissions {
    International() {
      super(INTERNATIONAL, "weight 6000", "requests 61000");
    }

    @Override
    public Call<Boolean> mayWithdraw() {
      return mayWithdraw(Request.get("/sapi/v1/account/apiRestrictions").cost(REQUESTS, 1));
    }

    @Override
    public Call<List<FeeRate>> fees(List<Instrument> instruments) {
      return instruments.isEmpty()
          ? super.fees(instruments)
          : Call.all(instruments.stream().map(this::commission).toList());
    }

    private Call<FeeRate> commission(Instrument instrument) {
      return get("account/commission", 20)
          .with("symbol", instrument)
          .signed()
          .json(json -> BinanceParser.commission(json, instrument));
    }
  }

  /**
   * binance.us. Its requests weigh no more than those of binance.com and its limits are a fifth, so
   * that what holds there is never exceeded. It has no pages for commissions and key permissions.
   */
  static final class Us extends BinanceSpot {
    Us() {
      super(UNITED_STATES, "weight 1200", "requests 6100");
    }
  }
}
