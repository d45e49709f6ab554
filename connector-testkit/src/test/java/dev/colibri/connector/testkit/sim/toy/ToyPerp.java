package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.Fee;
import dev.colibri.connector.model.FeeCharge;
import dev.colibri.connector.model.FeeRate;
import dev.colibri.connector.model.Fill;
import dev.colibri.connector.model.FundingPayment;
import dev.colibri.connector.model.FundingRate;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderStatus;
import dev.colibri.connector.model.OrderUpdate;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Side;
import dev.colibri.connector.model.TimeInForce;
import dev.colibri.connector.model.TradingRules;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.BadRows;
import dev.colibri.connector.spi.BookDiscipline;
import dev.colibri.connector.spi.Call;
import dev.colibri.connector.spi.ClientIdRule;
import dev.colibri.connector.spi.Endpoint;
import dev.colibri.connector.spi.Fault;
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.FundingQuery;
import dev.colibri.connector.spi.Page;
import dev.colibri.connector.spi.PerpDialect;
import dev.colibri.connector.spi.Profile;
import dev.colibri.connector.spi.Reply;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Request.Urgency;
import dev.colibri.connector.spi.Session;
import dev.colibri.connector.spi.SessionContext;
import dev.colibri.connector.spi.Stream;
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.spi.Transfers;
import dev.colibri.connector.text.Frame;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a toy venue of perpetuals speaks, which counts contracts: what the toy venue says, and
 * positions, leverage and funding. It may have a fault, one that a real dialect could have.
 */
public final class ToyPerp extends ToySpot implements PerpDialect, Transfers {
  private static final Profile PERP =
      Profile.builder("toy-perp", "Toy perpetuals")
          .host("live", "rest", "https://toy-perp.test")
          .host("live", STREAM, "wss://toy-perp.test")
          .fees("0.001", "0.001", FeeCharge.ADDED_TO_COST)
          .clientIds(
              new ClientIdRule("toy", 32, ClientIdRule.ALPHANUMERIC),
              Profile.DuplicateIds.REFUSED_WHILE_OPEN)
          .visibilityDelay(Duration.ofSeconds(14))
          .books(BookDiscipline.STREAM_SNAPSHOT_THEN_DIFFS)
          .apiPage("https://toy-perp.test/docs", "2026-11-22")
          .build();

  /** A fault of a dialect. */
  public enum Plant {
    NONE,
    /** Sizes that leave are base units and not contracts. */
    ORDERS_IN_BASE_UNITS,
    /** Sizes of fills are read as they stand. */
    FILLS_IN_CONTRACTS,
    /** Sizes of positions are read as they stand. */
    POSITIONS_IN_CONTRACTS,
    /** A short position is read as a long one. */
    POSITIONS_UNSIGNED,
    /** A payment in the list of fills is read as one. */
    FUNDING_AS_FILL,
    /** The cause of a fill is not read. */
    CAUSE_IGNORED,
    /** Fills of orders without our id are left out. */
    OTHERS_LEFT_OUT,
    /** Which position a fill is of is told by its side. */
    SIDE_OF_FILL,
    /** An order that may only close is sent as any other. */
    REDUCE_ONLY_FORGOTTEN,
    /** The refusal of one is not named. */
    REDUCE_ONLY_UNNAMED,
    /** How an order is margined is not sent. */
    MARGIN_FORGOTTEN,
    /** What an order waits for is not sent. */
    TRIGGER_FORGOTTEN,
    /** The account's position mode is not asked for. */
    MODE_ASSUMED,
    /** That it is in the mode already is a fault. */
    SAME_MODE_A_FAULT,
    /** A refusal of another mode is taken for success. */
    MODE_REFUSAL_A_SUCCESS,
    /** What was asked for is answered, and not what holds. */
    LEVERAGE_AS_ASKED,
    /** The most leverage of the venue is read as that of an instrument, ten times too much. */
    MOST_LEVERAGE_WRONG,
    /** Unrealised profit is counted as money. */
    PROFIT_AS_BALANCE,
    /** Payments are told apart by their time alone. */
    PAYMENTS_BY_TIME,
    /** A payment has another id each time it is asked for. */
    PAYMENTS_BY_ASKING,
    /** What a message does not say of funding is zero. */
    FUNDING_PARTS_ZERO,
    /** An inverse contract is left out without a word. */
    INVERSE_UNSAID,
    /** A dated contract is listed by the name of the perpetual. */
    DATED_LISTED,
    /** A transfer may be sent again. */
    TRANSFER_A_QUERY
  }

  private final Plant plant;
  private final Symbols symbols = new Symbols();
  private int asked;

  /** The venue, read faithfully. */
  public ToyPerp() {
    this(Plant.NONE);
  }

  /** The venue, read with a fault. */
  public ToyPerp(Plant plant) {
    super(PERP);
    this.plant = plant;
  }

  private boolean is(Plant which) {
    return plant == which;
  }

  private static Request signed(Request request, Urgency urgency) {
    return request.cost("requests", 1).signed().urgency(urgency);
  }

  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    Fault fault = super.fault(request, reply);
    boolean named = fault != null && fault.raw().equals("REDUCE_ONLY");
    return named && !is(Plant.REDUCE_ONLY_UNNAMED)
        ? Fault.of(Fault.Kind.REDUCE_ONLY, fault.raw())
        : fault;
  }

  // ---------------------------------------------------------------- instruments

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return Request.get("/markets")
        .cost("requests", 1)
        .read(reply -> symbols.learn(rows.read(reply.json(), r -> market(r, rows))));
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    BigDecimal rate = new BigDecimal("0.001");
    return Call.of(instruments.stream().map(i -> new FeeRate(i, rate, rate)).toList());
  }

  /**
   * A market; rules are in contracts.
   *
   * <pre>{@code
   * {"market":"BTC-P","base":"BTC","quote":"USDT","kind":"linear","contract":"0.01",
   *  "maxLeverage":"50","tick":"0.1","lot":"1",…}
   * }</pre>
   */
  private @Nullable Instrument market(Json row, BadRows rows) {
    String name = row.text("base") + "-" + row.text("quote");
    if (row.text("kind").equals("inverse")) {
      if (!is(Plant.INVERSE_UNSAID)) {
        rows.leftOut(name, "it is an inverse contract: " + row.text("market"));
      }
      return null;
    }
    if (row.text("kind").equals("dated") && !is(Plant.DATED_LISTED)) {
      return null;
    }
    BigDecimal contract = row.decimal("contract");
    TradingRules rules =
        TradingRules.builder(row.decimal("tick"), row.decimal("lot").multiply(contract))
            .size(
                row.decimal("minSize").multiply(contract),
                row.decimal("maxSize").multiply(contract))
            .notional(row.decimal("minNotional"), null)
            .timesInForce(
                EnumSet.of(TimeInForce.GTC, TimeInForce.IOC, TimeInForce.FOK, TimeInForce.GTD))
            .triggers(Set.of(Trigger.By.MARK))
            .build();
    BigDecimal most = row.decimal("maxLeverage");
    return Instrument.builder(
            "toy-perp", row.text("market"), row.text("base"), row.text("quote"), rules)
        .contractSize(contract)
        .maxLeverage(is(Plant.MOST_LEVERAGE_WRONG) ? most.multiply(BigDecimal.TEN) : most)
        .build();
  }

  // ---------------------------------------------------------------- orders

  @Override
  public Call<OrderUpdate> place(Order order) {
    Instrument i = order.instrument();
    BigDecimal size = order.size();
    Trigger trigger = is(Plant.TRIGGER_FORGOTTEN) ? null : order.trigger();
    boolean closes = order.isReduceOnly() && !is(Plant.REDUCE_ONLY_FORGOTTEN);
    Request request =
        Request.post("/order")
            .with("client", String.valueOf(order.clientId()))
            .with("market", i)
            .with("side", order.side().name())
            .with("type", order.type().name())
            .with("tif", order.timeInForce().name())
            .withIf("price", order.price())
            .withIf("contracts", is(Plant.ORDERS_IN_BASE_UNITS) ? size : i.contracts(size))
            .withIf("position", String.valueOf(order.positionSide()))
            .withIf(
                "margin", is(Plant.MARGIN_FORGOTTEN) ? null : String.valueOf(order.marginMode()))
            .withIf("reduceOnly", closes ? "true" : null)
            .withIf("stop", trigger == null ? null : trigger.price())
            .withIf("till", order.goodTillMillis() == 0 ? null : order.goodTillMillis() + "");
    return signed(request, Urgency.ORDER).read(reply -> order(reply.json(), i));
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return about(Request.delete("/order"), order, Urgency.CANCEL);
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return about(Request.get("/order"), order, Urgency.TRUTH);
  }

  private Call<OrderUpdate> about(Request request, Order order, Urgency urgency) {
    return signed(
            request
                .with("client", String.valueOf(order.clientId()))
                .with("market", order.instrument()),
            urgency)
        .read(reply -> order(reply.json(), order.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return signed(Request.get("/orders").withIf("market", instrument), Urgency.TRUTH)
        .read(reply -> rows.read(reply.json(), r -> order(r, symbols.get(r.text("market")))));
  }

  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    Order order = query.order();
    return signed(
            Request.get("/fills")
                .with("market", query.instrument())
                .withIf("order", order == null ? null : order.venueId())
                .with("since", query.sinceMillis()),
            Urgency.TRUTH)
        .read(reply -> Page.last(rows.read(reply.json(), r -> fill(r, query.instrument()))));
  }

  /** An order, as the toy venue writes it; sizes are contracts. */
  private OrderUpdate order(Json row, Instrument i) {
    OrderStatus status =
        switch (row.text("status")) {
          case "NEW" -> OrderStatus.OPEN;
          case "FILLED" -> OrderStatus.FILLED;
          case "CANCELED" -> OrderStatus.CANCELED;
          case "EXPIRED" -> OrderStatus.EXPIRED;
          default -> OrderStatus.UNKNOWN;
        };
    Json fills = row.find("fills");
    List<Fill> made =
        fills == null ? List.of() : fills.items().stream().map(f -> trade(f, i)).toList();
    return OrderUpdate.of(i, status)
        .order(row.text("client"), row.text("order"))
        .filled(fillSize(i, row.decimalOr("filled", BigDecimal.ZERO)))
        .fills(made)
        .at(row.longValue("time"))
        .build();
  }

  private BigDecimal fillSize(Instrument i, BigDecimal contracts) {
    return is(Plant.FILLS_IN_CONTRACTS) ? contracts : i.baseSize(contracts);
  }

  /** A row of the list of fills; null for one that is none. */
  private @Nullable Fill fill(Json row, Instrument i) {
    boolean payment = row.textOr("cause", "").equals("FUNDING");
    return payment && !is(Plant.FUNDING_AS_FILL) || isLeftOut(row) ? null : trade(row, i);
  }

  private boolean isLeftOut(Json row) {
    return is(Plant.OTHERS_LEFT_OUT) && row.findText("client") == null;
  }

  /**
   * A fill.
   *
   * <pre>{@code
   * {"trade":7,"order":12,"client":"a1","side":"BUY","price":"100","contracts":"40",
   *  "cause":"ADL","position":"LONG","time":1700000000123}
   * }</pre>
   */
  private Fill trade(Json row, Instrument i) {
    Side side = Side.valueOf(row.text("side"));
    String cause = row.textOr("cause", "ORDER");
    String position = row.findText("position");
    if (is(Plant.SIDE_OF_FILL)) {
      position = side == Side.BUY ? "LONG" : "SHORT";
    }
    Fill.Builder fill =
        Fill.of(i, row.text("trade"))
            .order(row.findText("client"), row.findText("order"))
            .side(side)
            .price(row.decimal("price"))
            .size(fillSize(i, row.decimal("contracts")))
            .fee(fee(row))
            .liquidity(Liquidity.TAKER)
            .at(row.longValue("time"));
    if (!is(Plant.CAUSE_IGNORED) && !cause.equals("FUNDING")) {
      fill.cause(Fill.Cause.valueOf(cause));
    }
    return position == null ? fill.build() : fill.position(PositionSide.valueOf(position)).build();
  }

  private static Fee fee(Json row) {
    return new Fee("USDT", row.decimalOr("fee", BigDecimal.ZERO));
  }

  // ---------------------------------------------------------------- the account

  /** With the profit of open positions beside what is free and locked. */
  private Balance balance(Json row) {
    BigDecimal profit = row.decimalOr("profit", BigDecimal.ZERO);
    BigDecimal free = row.decimal("free");
    BigDecimal locked = row.decimal("locked");
    return Balance.of(
        row.text("asset"), free, is(Plant.PROFIT_AS_BALANCE) ? locked.add(profit) : locked);
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return signed(Request.get("/balances"), Urgency.QUERY)
        .read(reply -> rows.read(reply.json(), this::balance));
  }

  @Override
  public Set<PositionMode> positionModes() {
    return new LinkedHashSet<>(List.of(PositionMode.ONE_WAY, PositionMode.HEDGE));
  }

  @Override
  public Call<PositionMode> positionMode() {
    return is(Plant.MODE_ASSUMED)
        ? Call.of(PositionMode.ONE_WAY)
        : signed(Request.get("/mode"), Urgency.QUERY)
            .read(reply -> PositionMode.valueOf(reply.json().text("mode")));
  }

  @Override
  public Call<PositionMode> setPositionMode(PositionMode mode) {
    return signed(Request.put("/mode").with("mode", mode.name()), Urgency.QUERY)
        .read(reply -> mode)
        .otherwise(
            fault -> {
              boolean same =
                  fault.raw().equals("SAME_MODE") && !is(Plant.SAME_MODE_A_FAULT)
                      || is(Plant.MODE_REFUSAL_A_SUCCESS);
              return same ? Call.of(mode) : null;
            });
  }

  @Override
  public Call<List<Position>> positions(BadRows rows) {
    return signed(Request.get("/positions"), Urgency.QUERY)
        .read(reply -> rows.read(reply.json(), r -> position(r, symbols.get(r.text("market")))));
  }

  /**
   * A position.
   *
   * <pre>{@code
   * {"market":"BTC-P","contracts":"-300","entry":"100","liquidation":"190","profit":"-2",
   *  "leverage":"10","margin":"CROSS","changed":1700000000123}
   * }</pre>
   */
  private Position position(Json row, Instrument i) {
    BigDecimal contracts = row.decimal("contracts");
    BigDecimal signed = is(Plant.POSITIONS_UNSIGNED) ? contracts.abs() : contracts;
    String margin = row.findText("margin");
    return Position.of(
            i,
            PositionSide.valueOf(row.textOr("side", "NET")),
            is(Plant.POSITIONS_IN_CONTRACTS) ? signed : i.baseSize(signed))
        .entryPrice(row.findDecimal("entry"))
        .markPrice(row.findDecimal("mark"))
        .liquidationPrice(row.findDecimal("liquidation"))
        .unrealisedProfit(row.findDecimal("profit"))
        .leverage(row.findDecimal("leverage"), margin == null ? null : MarginMode.valueOf(margin))
        .asOf(row.longOr("changed", 0))
        .build();
  }

  @Override
  public Call<Leverage> leverage(Instrument instrument, MarginMode mode) {
    return signed(Request.get("/leverage").with("market", instrument), Urgency.QUERY)
        .read(reply -> leverage(reply.json(), instrument));
  }

  private static Leverage leverage(Json row, Instrument instrument) {
    return new Leverage(
        instrument, row.decimal("leverage"), MarginMode.valueOf(row.text("margin")));
  }

  @Override
  public Call<Leverage> setLeverage(Leverage wanted) {
    return signed(
            Request.put("/leverage")
                .with("market", wanted.instrument())
                .withIf("leverage", wanted.leverage())
                .with("margin", wanted.mode().name()),
            Urgency.QUERY)
        .read(
            reply ->
                is(Plant.LEVERAGE_AS_ASKED) ? wanted : leverage(reply.json(), wanted.instrument()))
        .otherwise(fault -> is(Plant.LEVERAGE_AS_ASKED) ? Call.of(wanted) : null);
  }

  // ---------------------------------------------------------------- funding and transfers

  @Override
  public Call<List<FundingRate>> fundingRates(List<Instrument> instruments, BadRows rows) {
    return Request.get("/funding")
        .cost("requests", 1)
        .read(reply -> rows.read(reply.json(), r -> funding(r, symbols.get(r.text("market")))));
  }

  private FundingRate funding(Json row, Instrument i) {
    BigDecimal none = is(Plant.FUNDING_PARTS_ZERO) ? BigDecimal.ZERO : null;
    return new FundingRate(
        i,
        row.findDecimal("mark"),
        row.has("index") ? row.decimal("index") : none,
        row.has("rate") ? row.decimal("rate") : none,
        row.longOr("next", 0),
        row.longOr("time", 0));
  }

  @Override
  public Call<Page<FundingPayment>> fundingPayments(FundingQuery query, BadRows rows) {
    asked++;
    return signed(Request.get("/payments").with("since", query.sinceMillis()), Urgency.QUERY)
        .read(reply -> Page.last(rows.read(reply.json(), this::payment)));
  }

  private FundingPayment payment(Json row) {
    String id = row.text("id");
    if (is(Plant.PAYMENTS_BY_TIME)) {
      id = row.text("time");
    } else if (is(Plant.PAYMENTS_BY_ASKING)) {
      id += "-" + asked;
    }
    return new FundingPayment(
        symbols.get(row.text("market")),
        id,
        "USDT",
        row.decimal("amount"),
        row.findDecimal("rate"),
        null,
        row.longValue("time"));
  }

  @Override
  public Call<String> transfer(String asset, BigDecimal amount, Direction direction) {
    Request request =
        Request.post("/transfer")
            .with("asset", asset)
            .withIf("amount", amount)
            .with("to", direction.name());
    return signed(is(Plant.TRANSFER_A_QUERY) ? request.readOnly() : request, Urgency.QUERY)
        .read(reply -> reply.json().text("id"));
  }

  // ---------------------------------------------------------------- streams

  @Override
  public List<Stream> streams() {
    return List.of(
        super.streams().get(0),
        Stream.of("funding", EnumSet.of(Topic.Kind.FUNDING), FundingSession::new),
        Stream.account(AccountSession::new));
  }

  private final class FundingSession implements Session {
    @Override
    public Call<Endpoint> endpoint() {
      return Call.of(Endpoint.at(STREAM, "/funding"));
    }

    @Override
    public void subscribe(List<Topic> topics, SessionContext context) {
      for (Topic topic : topics) {
        String market = topic.requireInstrument().symbol();
        context.send(s -> new JsonWriter().object().put("op", market).end().toString());
        context.accepted(topic);
      }
    }

    @Override
    public void unsubscribe(List<Topic> topics, SessionContext context) {}

    @Override
    public void received(Frame frame, SessionContext context) {
      Json row = frame.json();
      context.funding(funding(row, context.requireInstrument(row.text("market"))));
    }
  }

  private final class AccountSession implements Session {
    @Override
    public Call<Endpoint> endpoint() {
      return Call.of(Endpoint.at(STREAM, "/account"));
    }

    @Override
    public void opened(SessionContext context) {
      context.send(
          signing ->
              new JsonWriter()
                  .object()
                  .put("op", "login")
                  .put("key", signing.credentials().apiKey())
                  .put("time", signing.millis())
                  .put("sign", sign(signing, ""))
                  .end()
                  .toString());
    }

    @Override
    public void subscribe(List<Topic> topics, SessionContext context) {
      topics.forEach(context::accepted);
    }

    @Override
    public void unsubscribe(List<Topic> topics, SessionContext context) {}

    @Override
    public void received(Frame frame, SessionContext context) {
      Json message = frame.json();
      if (message.has("ok")) {
        context.ready();
        return;
      }
      switch (message.text("e")) {
        case "order" -> context.order(order(message, instrument(message, context)));
        case "fill" -> {
          if (!isLeftOut(message)) {
            context.fill(trade(message, instrument(message, context)));
          }
        }
        case "balance" ->
            context.balances(List.of(balance(message)), false, message.longValue("time"));
        case "position" ->
            context.positions(List.of(position(message, instrument(message, context))), false);
        case "leverage" -> context.leverage(leverage(message, instrument(message, context)));
        case "paid" -> context.fundingPaid();
        default -> throw new TextException("an unknown event");
      }
    }

    private Instrument instrument(Json message, SessionContext context) {
      return context.requireInstrument(message.text("market"));
    }
  }
}
