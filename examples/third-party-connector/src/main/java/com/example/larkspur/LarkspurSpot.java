package com.example.larkspur;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.Ticker;
import dev.colibri.connector.model.Trade;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.Fields;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.JsonDialect;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Limits;
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
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How Larkspur speaks: requests, signatures, refusals, limits. */
final class LarkspurSpot extends JsonDialect implements SpotDialect, NativeCancelAll {
  static final String STREAM = "stream";

  private static final int FILLS = 200;

  static final Profile PROFILE =
      Profile.builder("larkspur-spot", "Larkspur")
          .hosts("live", "rest https://api.larkspur.example", "stream wss://live.larkspur.example")
          .fees("0.001", "0.002", FeeCharge.DEDUCTED_FROM_RETURNS)
          .clientIds(
              new ClientIdRule("clbr", 24, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.REFUSED_WHILE_OPEN)
          .visibilityDelay(Duration.ofSeconds(10))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .apiPage("https://docs.larkspur.example/v2", "2026-11-22")
          .maintainer("third party", Profile.Status.YELLOW)
          .build();

  private static final Limits LIMITS =
      Limits.of()
          .rolling(Duration.ofMinutes(1), Limit.Scope.IP, "requests 1200")
          .rolling(Duration.ofSeconds(10), Limit.Scope.ACCOUNT, "orders 100");

  private static final Refusals REFUSALS =
      Refusals.of()
          .codes(
              "CLOCK_SKEW: E-101, UNAUTHORIZED: E-102 E-103, RATE_LIMITED: E-110,"
                  + " MAINTENANCE: E-120, BAD_INSTRUMENT: E-201, BAD_PRICE: E-202,"
                  + " BAD_SIZE: E-203, INSUFFICIENT_FUNDS: E-204, WOULD_CROSS: E-205,"
                  + " DUPLICATE_ID: E-206, ORDER_NOT_FOUND: E-207, OUTCOME_UNKNOWN: E-900");

  private static final Fields BOOK =
      Fields.of().inside("data", Fields.of().last("rev").millis("at").bids("bids").asks("asks"));

  LarkspurSpot() {
    super(PROFILE, LIMITS, REFUSALS);
  }

  /** What is left of a limit is not told, only for how long nothing more is wanted. */
  @Override
  public void learn(Request request, Reply reply, LimitUpdates out) {
    if (reply.status() == 429) {
      request.costs().forEach(cost -> out.pause(cost.bucket(), reply, "Retry-After", 1));
    }
  }

  // ---- requests as they leave

  /** What cancels has its parameters in the query as what asks has; what places, in the body. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    boolean places = request.method().equals("POST");
    String query = places ? "" : request.formText();
    String body = places ? request.jsonText() : "";
    Signed signed = places ? Signed.of(request).json(body) : Signed.of(request).query(query);
    String tag = request.param("tag");
    signed = tag == null ? signed : signed.identity(tag);
    if (!request.isSigned()) {
      return signed;
    }
    String address = query.isEmpty() ? request.path() : request.path() + "?" + query;
    String time = Long.toString(context.millis());
    return signed
        .header("Lark-Key", context.credentials().apiKey())
        .header("Lark-Time", time)
        .header("Lark-Mac", mac(context, request.method(), address, time, body));
  }

  /** Over lines of text; a login of a stream signs fewer of them. */
  static String mac(SigningContext context, String... lines) {
    return Hmac.sha256(context.credentials().secret()).base64(String.join("\n", lines));
  }

  private static Request get(String path) {
    return Request.get("/v2" + path).cost("requests", 1);
  }

  private static Request account(String path) {
    return get(path).signed().urgency(Urgency.TRUTH);
  }

  private static Request delete(String path) {
    return Request.delete("/v2" + path).cost("requests", 1).signed().urgency(Urgency.CANCEL);
  }

  private static Call<OrderUpdate> update(Request request, Order order) {
    return request.json(json -> LarkspurParser.order(json.get("data"), order.instrument()));
  }

  // ---- refusals

  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    Json fault = answer.find("fault");
    return fault == null ? null : fault(status, fault);
  }

  /** {@code {"code":"E-204","says":"not enough USDT"}}. */
  static Fault fault(int status, Json fault) {
    return REFUSALS.fault(status, fault.text("code"), fault.text("says"));
  }

  // ---- market data

  @Override
  public Call<Long> time() {
    return get("/clock").json(json -> json.get("data").longValue("now"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return get("/markets")
        .rows("data", rows, row -> LarkspurParser.instrument(row, PROFILE.name()))
        .map(symbols::learn);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return get("/markets/book")
        .with("market", instrument)
        .with("levels", depth)
        .read(reply -> BOOK.snapshot(reply.body(), instrument));
  }

  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    return get("/markets/prices")
        .withIf("market", only(instruments))
        .rows("data", rows, this::ticker);
  }

  /** Of a market that was listed; a new one is left out until it is. */
  private @Nullable Ticker ticker(Json row) {
    return symbols.with(row.text("market"), i -> LarkspurParser.ticker(row, i));
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return get("/markets/trades")
        .with("market", instrument)
        .with("most", limit)
        .rows("data", rows, row -> LarkspurParser.trade(row, instrument));
  }

  // ---- the account

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return account("/account/rates").json(json -> List.of(LarkspurParser.rates(json.get("data"))));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return account("/account/funds").rows("data", rows, LarkspurParser::balance);
  }

  // ---- orders

  /** What the caller says in the venue's words replaces ours. */
  @Override
  public Call<OrderUpdate> place(Order order) {
    Request request =
        Request.post("/v2/orders")
            .withIf("tag", order.clientId())
            .with("market", order.instrument())
            .with("side", order.side() == Side.BUY ? "buy" : "sell")
            .with("kind", LarkspurParser.KINDS.of(order))
            .withIf("price", order.price())
            .withIf("size", order.size())
            .withAll(order.params())
            .cost("requests", 1)
            .cost("orders", 1)
            .signed()
            .urgency(Urgency.ORDER);
    return update(request, order);
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return update(delete("/orders/one").identify(order, "id", "tag"), order);
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return update(account("/orders/one").identify(order, "id", "tag"), order);
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return account("/orders").withIf("market", instrument).rows("data", rows, this::order);
  }

  private OrderUpdate order(Json row) {
    return LarkspurParser.order(row, symbols.get(row.text("market")));
  }

  @Override
  public Call<List<OrderUpdate>> cancelAll(Instrument instrument, BadRows rows) {
    return delete("/orders").with("market", instrument).rows("data", rows, this::order);
  }

  /** Oldest first; {@code after} is the last one of the page before. */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    return account("/fills")
        .with("market", query.instrument())
        .withIf("order", query.orderId())
        .withIf("since", query.since())
        .withIf("after", query.cursor())
        .page(
            "data",
            rows,
            FILLS,
            row -> LarkspurParser.fill(row, query.instrument()),
            Fill::tradeId);
  }

  // ---- streams

  @Override
  public List<Stream> streams() {
    return List.of(
        Stream.market(LarkspurMarketSession::new).topics(100, 1),
        Stream.account(LarkspurAccountSession::new));
  }
}
