package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BatchResult;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.DeadMansSwitch;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.NativeAmend;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
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
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How the toy venue speaks: requests, signatures, refusals, limits. */
public class ToySpot implements SpotDialect, NativeBatch, NativeBatchCancel {
  static final String STREAM = "stream";

  /** The toy venue under its own name. */
  public static final Profile PROFILE =
      Profile.builder("toy-spot", "Toy")
          .host("live", "rest", "https://toy-spot.test")
          .host("live", STREAM, "wss://toy-spot.test")
          .fees("0.001", "0.001", FeeCharge.DEDUCTED_FROM_RETURNS)
          .clientIds(
              new ClientIdRule("toy", 32, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.REFUSED_WHILE_OPEN)
          .visibilityDelay(Duration.ofSeconds(14))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .apiPage("https://toy-spot.test/docs", "2026-11-22")
          .build();

  private static final String REQUESTS = "requests";

  private final Profile profile;

  /** What {@link #instruments} read last, by symbol: replies about many instruments need it. */
  private Map<String, Instrument> bySymbol = new TreeMap<>();

  /** The toy venue under its own name. */
  public ToySpot() {
    this(PROFILE);
  }

  /** The toy venue under the name of another, so that instruments carry that venue's name. */
  public ToySpot(Profile profile) {
    this.profile = profile;
  }

  /**
   * The profile of a toy venue that stands in for another: its name, fees and client ids, at a host
   * of its own.
   */
  public static Profile inPlaceOf(Profile other) {
    return Profile.builder(other.name(), other.displayName())
        .host("live", "rest", "https://" + other.name() + ".test")
        .host("live", STREAM, "wss://" + other.name() + ".test")
        .fees(
            other.defaultFees().maker().toPlainString(),
            other.defaultFees().taker().toPlainString(),
            FeeCharge.DEDUCTED_FROM_RETURNS)
        .clientIds(other.clientIds(), Profile.DuplicateIds.REFUSED_WHILE_OPEN)
        .visibilityDelay(PROFILE.visibilityDelay())
        .books(PROFILE.bookDiscipline())
        .apiPage(other.apiPage().toString(), other.checked().toString())
        .build();
  }

  @Override
  public Profile profile() {
    return profile;
  }

  @Override
  public List<Limit> limits() {
    return List.of(
        new Limit(REQUESTS, 6000, Limit.Kind.ROLLING, Duration.ofMinutes(1), Limit.Scope.IP));
  }

  @Override
  public Signed depart(Request request, SigningContext context) {
    Form form = new Form();
    request.params().forEach(p -> form.add(p.name(), p.value()));
    Signed signed = Signed.of(request).query(form.toString());
    String clientId = request.param("client");
    if (clientId != null) {
      signed = signed.identity(clientId);
    }
    return request.isSigned()
        ? signed
            .header("Key", context.credentials().apiKey())
            .header("Time", Long.toString(context.millis()))
            .header("Sign", sign(context, request.method() + request.path() + form))
        : signed;
  }

  /** The signature of a request, or of a login, whose payload is empty. */
  static String sign(SigningContext context, String payload) {
    return Hmac.sha256(context.credentials().secret()).hex(context.millis() + payload);
  }

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    if (reply.status() == 200) {
      return null;
    }
    String error;
    try {
      error = reply.json().text("error");
    } catch (TextException e) {
      return Fault.ofStatus(reply);
    }
    return fault(error);
  }

  static Fault fault(String error) {
    return Fault.of(
        switch (error) {
          case "INSUFFICIENT_BALANCE" -> Fault.Kind.INSUFFICIENT_FUNDS;
          case "WOULD_TAKE" -> Fault.Kind.WOULD_CROSS;
          case "PRICE", "PRICE_BAND" -> Fault.Kind.BAD_PRICE;
          case "QUANTITY", "MARKET_QUANTITY", "NOTIONAL", "NO_LIQUIDITY", "AMEND_QUANTITY" ->
              Fault.Kind.BAD_SIZE;
          case "UNKNOWN_MARKET", "MARKET_CLOSED" -> Fault.Kind.BAD_INSTRUMENT;
          case "DUPLICATE_CLIENT_ID" -> Fault.Kind.DUPLICATE_ID;
          case "UNKNOWN_ORDER" -> Fault.Kind.ORDER_NOT_FOUND;
          case "TIME" -> Fault.Kind.CLOCK_SKEW;
          case "KEY", "SIGN" -> Fault.Kind.UNAUTHORIZED;
          case "TOO_MANY_REQUESTS" -> Fault.Kind.RATE_LIMITED;
          case "MAINTENANCE" -> Fault.Kind.MAINTENANCE;
          default -> Fault.Kind.REJECTED;
        },
        error);
  }

  private static Request get(String path) {
    return Request.get(path).cost(REQUESTS, 1);
  }

  @Override
  public Call<Long> time() {
    return get("/time").read(reply -> reply.json().longValue("time"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return get("/markets")
        .read(
            reply -> {
              List<Instrument> all =
                  rows(reply.json(), rows, row -> ToyParser.instrument(row, profile.name()));
              Map<String, Instrument> map = new TreeMap<>();
              all.forEach(i -> map.put(i.symbol(), i));
              bySymbol = map;
              return all;
            });
  }

  private static <T> List<T> rows(
      Json array, BadRows rows, java.util.function.Function<Json, T> read) {
    return Json.rows(array, read, (row, problem) -> rows.bad(row.toString(), problem));
  }

  private Instrument known(String symbol) {
    Instrument i = bySymbol.get(symbol);
    if (i == null) {
      throw new TextException("an unknown market: " + symbol);
    }
    return i;
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return get("/book")
        .with("market", instrument.symbol())
        .with("depth", depth)
        .read(reply -> ToyParser.book(reply.json(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    return get("/tickers")
        .read(
            reply ->
                rows(reply.json(), rows, row -> ToyParser.ticker(row, known(row.text("market"))))
                    .stream()
                    .filter(t -> instruments.isEmpty() || instruments.contains(t.instrument()))
                    .toList());
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return get("/trades")
        .with("market", instrument.symbol())
        .with("limit", limit)
        .read(reply -> rows(reply.json(), rows, row -> ToyParser.trade(row, instrument)));
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return get("/fees")
        .signed()
        .read(
            reply ->
                reply.json().items().stream()
                    .map(row -> ToyParser.fees(row, known(row.text("market"))))
                    .filter(f -> instruments.isEmpty() || instruments.contains(f.instrument()))
                    .toList());
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return get("/balances").signed().read(reply -> rows(reply.json(), rows, ToyParser::balance));
  }

  @Override
  public Call<OrderUpdate> place(Order order) {
    return asParams(Request.post("/order"), order)
        .cost(REQUESTS, 1)
        .signed()
        .urgency(Urgency.ORDER)
        .read(reply -> ToyParser.order(reply.json(), order.instrument()));
  }

  private static Request asParams(Request request, Order order) {
    return request
        .with("client", String.valueOf(order.clientId()))
        .with("market", order.instrument().symbol())
        .with("side", order.side().name())
        .with("type", order.type().name())
        .with("tif", order.timeInForce().name())
        .withIf("price", plain(order.price()))
        .withIf("size", plain(order.size()))
        .withIf("quote", plain(order.quoteAmount()));
  }

  /** The same venue, which changes orders in place: not every venue that it stands for does. */
  public static class Amending extends ToySpot implements NativeAmend {
    /** The toy venue under its own name. */
    public Amending() {
      this(PROFILE);
    }

    /** The toy venue under the name of another. */
    public Amending(Profile profile) {
      super(profile);
    }

    @Override
    public Call<OrderUpdate> amend(Order order, Order changed) {
      return about(Request.put("/order"), order)
          .withIf("price", plain(changed.price()))
          .withIf("size", plain(changed.size()))
          .urgency(Urgency.ORDER)
          .read(reply -> ToyParser.order(reply.json(), order.instrument()));
    }
  }

  /** The same venue, which also cancels everything by itself after a silence. */
  public static final class WithDeadMansSwitch extends Amending implements DeadMansSwitch {
    @Override
    public Duration leastTimeout() {
      return Duration.ofSeconds(5);
    }

    @Override
    public Duration mostTimeout() {
      return Duration.ofMinutes(2);
    }

    @Override
    public Call<Boolean> arm(Duration timeout) {
      return Request.post("/silence")
          .with("timeout", timeout.toMillis())
          .cost(REQUESTS, 1)
          .signed()
          .urgency(Urgency.TRUTH)
          .read(reply -> reply.json().longValue("cancelsAt") > 0);
    }

    @Override
    public Call<Boolean> disarm() {
      return arm(Duration.ZERO);
    }
  }

  @Override
  public int mostPlaced() {
    return 5;
  }

  /** Each order travels as a form of its own, and is answered by one row. */
  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    Request request = Request.post("/orders").urgency(Urgency.ORDER);
    for (Order order : orders) {
      Form form = new Form();
      asParams(Request.post(""), order).params().forEach(p -> form.add(p.name(), p.value()));
      request = request.with("order", form.toString());
    }
    return batch(request, orders);
  }

  @Override
  public int mostCanceled() {
    return 5;
  }

  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    Request request =
        Request.delete("/orders")
            .urgency(Urgency.CANCEL)
            .with("market", orders.get(0).instrument().symbol());
    for (Order order : orders) {
      request = request.with("client", String.valueOf(order.clientId()));
    }
    return batch(request, orders);
  }

  private static Call<List<BatchResult>> batch(Request request, List<Order> orders) {
    Instrument instrument = orders.get(0).instrument();
    return request
        .cost(REQUESTS, orders.size())
        .signed()
        .read(
            reply ->
                reply.json().items().stream()
                    .map(
                        row ->
                            row.has("error")
                                ? BatchResult.refused(fault(row.text("error")))
                                : BatchResult.of(ToyParser.order(row, instrument)))
                    .toList());
  }

  private static @Nullable String plain(@Nullable BigDecimal n) {
    return n == null ? null : n.toPlainString();
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return about(Request.delete("/order"), order)
        .urgency(Urgency.CANCEL)
        .read(reply -> ToyParser.order(reply.json(), order.instrument()));
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return about(Request.get("/order"), order)
        .urgency(Urgency.TRUTH)
        .read(reply -> ToyParser.order(reply.json(), order.instrument()));
  }

  private static Request about(Request request, Order order) {
    return request
        .with("client", String.valueOf(order.clientId()))
        .with("market", order.instrument().symbol())
        .cost(REQUESTS, 1)
        .signed();
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return get("/orders")
        .withIf("market", instrument == null ? null : instrument.symbol())
        .signed()
        .urgency(Urgency.TRUTH)
        .read(
            reply ->
                rows(reply.json(), rows, row -> ToyParser.order(row, known(row.text("market")))));
  }

  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    Order order = query.order();
    return get("/fills")
        .with("market", query.instrument().symbol())
        .withIf("order", order == null ? null : order.venueId())
        .with("since", query.sinceMillis())
        .signed()
        .urgency(Urgency.TRUTH)
        .read(
            reply ->
                Page.last(
                    rows(reply.json(), rows, row -> ToyParser.fill(row, query.instrument()))));
  }

  @Override
  public List<Stream> streams() {
    return List.of(
        Stream.of(
            "market",
            EnumSet.of(Topic.Kind.BOOK, Topic.Kind.TRADES, Topic.Kind.TOP),
            ToyMarketSession::new),
        Stream.of("account", EnumSet.of(Topic.Kind.ACCOUNT), ToyAccountSession::new));
  }
}
