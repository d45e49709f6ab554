package dev.colibri.connector.testkit.tape;

import dev.colibri.connector.BookConnector;
import dev.colibri.connector.LiveOrder;
import dev.colibri.connector.PerpConnector;
import dev.colibri.connector.Subscription;
import dev.colibri.connector.model.Guard;
import dev.colibri.connector.model.Instrument;
import dev.colibri.connector.model.Leverage;
import dev.colibri.connector.model.Liquidity;
import dev.colibri.connector.model.MarginMode;
import dev.colibri.connector.model.Order;
import dev.colibri.connector.model.OrderState;
import dev.colibri.connector.model.Position;
import dev.colibri.connector.model.PositionMode;
import dev.colibri.connector.model.PositionSide;
import dev.colibri.connector.model.Refused;
import dev.colibri.connector.model.Trigger;
import dev.colibri.connector.spi.Request;
import dev.colibri.connector.spi.Transfers;
import dev.colibri.connector.testkit.tape.Tape.Line;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Performs {@code do} lines on a connector, as a user would, and tells what comes of it. */
final class Acts {
  private final BookConnector connector;
  private final Events events;
  private final Consumer<String> told;
  private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

  /**
   * Acts.
   *
   * @param told takes every event, as a line of a tape
   */
  Acts(BookConnector connector, Events events, Consumer<String> told) {
    this.connector = connector;
    this.events = events;
    this.told = told;
  }

  /** A duration as tapes write it: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}. */
  static Duration duration(Line line, String text) {
    try {
      return text.endsWith("ms")
          ? Duration.ofMillis(Long.parseLong(text.substring(0, text.length() - 2)))
          : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
    } catch (RuntimeException e) {
      throw line.problem("a duration is 500ms, 30s, 2m or 1h, not " + text);
    }
  }

  /** Performs a line; what the user would be told at once is told at once. */
  void perform(Line line) {
    try {
      act(line);
    } catch (Refused e) {
      told.accept(events.refused(e));
    } catch (IllegalArgumentException | IllegalStateException e) {
      told.accept(Events.of("impossible", "why", String.valueOf(e.getMessage())));
    }
  }

  private void act(Line line) {
    Json json = line.json();
    switch (line.what()) {
      case "start" -> start();
      case "close" -> close();
      case "place" -> connector.place(order(line, json));
      case "placeAll" ->
          connector.placeAll(json.get("orders").items().stream().map(o -> order(line, o)).toList());
      case "cancel" -> connector.cancel(json.text("id"));
      case "cancelAll" -> {
        if (json.has("of")) {
          connector.cancelAll(instrument(json.text("of")));
        } else {
          connector.cancelAll();
        }
      }
      case "cancelEverything" ->
          connector
              .cancelEverything(instrument(line.of()))
              .ifPresentOrElse(
                  stage -> answer(line, stage, n -> tell(Events.of("canceled", "orders", "" + n))),
                  () -> tell(Events.of("absent")));
      case "amend" -> {
        LiveOrder order = known(line);
        Order changed = order.order();
        changed = json.has("limit") ? changed.limit(json.text("limit")) : changed;
        changed = json.has("size") ? changed.size(json.text("size")) : changed;
        order
            .amend(changed)
            .ifPresentOrElse(
                stage ->
                    answer(
                        line, stage, same -> tell(Events.of("amended", "order", same.clientId()))),
                () -> tell(Events.of("absent")));
      }
      case "replace" -> {
        LiveOrder old = known(line);
        answer(
            line,
            old.replace(order(line, json.get("by"))),
            next -> tell(Events.of("replaced", "order", next.clientId())));
      }
      case "subscribe" -> subscribe(line, json.text("to"));
      case "unsubscribe" -> {
        Subscription s = subscriptions.remove(json.text("to") + json.textOr("of", ""));
        if (s == null) {
          throw line.problem("not subscribed");
        }
        s.close();
      }
      case "ask" -> ask(line, json.text("for"));
      case "halt" -> connector.halt();
      case "resume" -> connector.resume();
      case "audit" -> connector.audit();
      case "guard" -> connector.guard(guard(line, json.get("guard")));
      case "rotate" -> connector.rotate(Credentials.of("another key", "another secret"));
      case "call" -> call(line, json);
      case "positionMode" ->
          answer(
              line,
              perp(line).positionMode(PositionMode.valueOf(json.text("to"))),
              mode -> tell(Events.of("positionMode", "mode", mode.name())));
      case "leverage" ->
          answer(
              line,
              perp(line)
                  .leverage(
                      new Leverage(
                          instrument(line.of()), json.decimal("to"), marginMode(line, json))),
              l -> tell(events.leverage(l)));
      case "transfer" ->
          perp(line)
              .transfers()
              .ifPresentOrElse(
                  wallets ->
                      answer(
                          line,
                          wallets.move(
                              line.of(),
                              json.decimal("size"),
                              Transfers.Direction.valueOf(json.text("to"))),
                          id -> tell(Events.of("transferred", "id", id))),
                  () -> tell(Events.of("absent")));
      case "advance" -> throw line.problem("advance is the player's");
      default -> throw line.problem("nobody can do \"" + line.what() + "\"");
    }
  }

  private PerpConnector perp(Line line) {
    if (connector instanceof PerpConnector perp) {
      return perp;
    }
    throw line.problem("this is of perpetuals");
  }

  private MarginMode marginMode(Line line, Json json) {
    String said = json.findText("margin");
    return said == null ? perp(line).marginMode() : MarginMode.valueOf(said);
  }

  private static PositionSide side(Json json) {
    return PositionSide.valueOf(json.textOr("side", "NET"));
  }

  private LiveOrder known(Line line) {
    String id = line.json().text("id");
    return connector.order(id).orElseThrow(() -> line.problem("no order " + id));
  }

  private void tell(String event) {
    told.accept(event);
  }

  private Instrument instrument(String name) {
    return connector.instrument(name);
  }

  private void start() {
    connector
        .start()
        .whenComplete(
            (c, e) ->
                tell(
                    e == null
                        ? Events.of("started")
                        : Events.of("notStarted", "why", String.valueOf(e.getMessage()))));
  }

  private void close() {
    connector
        .closeAsync()
        .whenComplete(
            (left, e) ->
                tell(
                    events.list(
                        "closed", "live", left.stream().map(OrderState::clientId).toList())));
  }

  private <T> void answer(Line line, CompletableFuture<T> stage, Consumer<T> tell) {
    stage.whenComplete(
        (value, e) -> {
          if (e == null) {
            tell.accept(value);
          } else {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            tell(Events.of("failed", "why", String.valueOf(cause.getMessage())));
          }
        });
  }

  /** What an order begins with: its side and instrument, or the position that it closes. */
  private Order begun(Line line, Json json) {
    if (Stream.of("buy", "sell", "close").filter(json::has).count() != 1) {
      throw line.problem("an order has one of \"buy\", \"sell\" and \"close\"");
    }
    if (json.has("close")) {
      return Order.close(perp(line).position(instrument(json.text("close")), side(json)));
    }
    return json.has("buy")
        ? Order.buy(instrument(json.text("buy")))
        : Order.sell(instrument(json.text("sell")));
  }

  /** An order: {@code {"buy":"BTC-USDT","limit":"99.5","size":"1","postOnly":true,"id":"a1"}}. */
  private Order order(Line line, Json json) {
    Order order = begun(line, json);
    if (json.has("limit")) {
      order = order.limit(json.text("limit"));
    }
    if (json.boolOr("market", false)) {
      order = order.market();
    }
    if (json.has("size")) {
      order = order.size(json.text("size"));
    }
    if (json.has("quote")) {
      order = order.quoteAmount(json.text("quote"));
    }
    if (json.boolOr("postOnly", false)) {
      order = order.postOnly();
    }
    order =
        switch (json.textOr("tif", "GTC")) {
          case "IOC" -> order.ioc();
          case "FOK" -> order.fok();
          default -> order;
        };
    if (json.has("goodTill")) {
      order = order.goodTill(Instant.parse(json.text("goodTill")));
    }
    if (json.boolOr("reduceOnly", false)) {
      order = order.reduceOnly();
    }
    if (json.has("trigger")) {
      order = order.trigger(trigger(line, json.get("trigger")));
    }
    if (json.boolOr("rounded", false)) {
      order = order.rounded();
    }
    if (json.has("id")) {
      order = order.clientId(json.text("id"));
    }
    if (json.has("with")) {
      for (Map.Entry<String, Json> e : json.get("with").fields().entrySet()) {
        order = order.with(e.getKey(), e.getValue().asText());
      }
    }
    return order;
  }

  /** A trigger: {@code {"stop":"60000","by":"LAST"}}, or with {@code takeProfit}. */
  private static Trigger trigger(Line line, Json json) {
    if (json.has("stop") == json.has("takeProfit")) {
      throw line.problem("a trigger has either \"stop\" or \"takeProfit\"");
    }
    Trigger trigger =
        json.has("stop")
            ? Trigger.stop(json.text("stop"))
            : Trigger.takeProfit(json.text("takeProfit"));
    return trigger.by(Trigger.By.valueOf(json.textOr("by", trigger.by().name())));
  }

  private Guard guard(Line line, Json json) {
    Guard guard = Guard.none();
    for (Map.Entry<String, Json> e : json.fields().entrySet()) {
      String value = e.getValue().asText();
      guard =
          switch (e.getKey()) {
            case "maxOrderNotional" -> guard.maxOrderNotional(value);
            case "maxExposure" -> guard.maxExposure(value);
            case "priceBand" -> guard.priceBand(value);
            case "maxOrdersPerSecond" -> guard.maxOrdersPerSecond(Integer.parseInt(value));
            case "maxOrdersPerMinute" -> guard.maxOrdersPerMinute(Integer.parseInt(value));
            default -> throw line.problem("a guard has no " + e.getKey());
          };
    }
    return guard;
  }

  private void call(Line line, Json json) {
    Request request =
        switch (json.text("method")) {
          case "GET" -> Request.get(json.text("path"));
          case "POST" -> Request.post(json.text("path"));
          case "DELETE" -> Request.delete(json.text("path"));
          default -> throw line.problem("a method is GET, POST or DELETE");
        };
    if (json.has("params")) {
      for (Map.Entry<String, Json> e : json.get("params").fields().entrySet()) {
        request = request.with(e.getKey(), e.getValue().asText());
      }
    }
    if (json.boolOr("signed", false)) {
      request = request.signed();
    }
    answer(line, connector.call(request), reply -> tell(Events.of("called", "text", reply.text())));
  }

  private void subscribe(Line line, String to) {
    String key = to + line.json().textOr("of", "");
    Subscription s =
        switch (to) {
          case "balances" -> connector.balanceUpdates().listen(b -> tell(events.balance(b)));
          case "book" -> connector.books(instrument(line.of())).listen(b -> tell(events.book(b)));
          case "trades" ->
              connector.trades(instrument(line.of())).listen(t -> tell(events.trade(t.toTrade())));
          case "top" ->
              connector
                  .tops(instrument(line.of()))
                  .listen(t -> tell(events.ticker("top", t.toTicker())));
          case "funding" ->
              perp(line).funding(instrument(line.of())).listen(r -> tell(events.funding(r)));
          default -> throw line.problem("nobody can subscribe to \"" + to + "\"");
        };
    if (subscriptions.put(key, s) != null) {
      throw line.problem("subscribed already");
    }
  }

  private void ask(Line line, String what) {
    Json json = line.json();
    switch (what) {
      case "balances" -> connector.balances().values().forEach(b -> tell(events.balance(b)));
      case "available" ->
          tell(Events.of("available", line.of(), connector.available(line.of()).toPlainString()));
      case "book" -> tell(events.book(connector.book(instrument(line.of()))));
      case "exposure" -> tell(events.exposure(connector.exposure(instrument(line.of()))));
      case "fee" -> {
        Order order = order(line, json);
        BigDecimal price = order.price();
        if (price == null) {
          throw line.problem("a fee is asked for a limit order");
        }
        Liquidity as = json.boolOr("postOnly", false) ? Liquidity.MAKER : Liquidity.TAKER;
        tell(events.fee(connector.estimateFee(order, price, as)));
      }
      case "order" ->
          connector
              .order(json.text("id"))
              .ifPresentOrElse(o -> tell(events.order(o.state())), () -> tell(Events.of("absent")));
      case "openOrders" ->
          tell(
              events.list(
                  "openOrders",
                  "orders",
                  connector.openOrders().stream()
                      .map(o -> o.clientId() + " " + o.status())
                      .toList()));
      case "instruments" ->
          tell(
              events.list(
                  "instruments",
                  "names",
                  connector.instruments().stream().map(Instrument::name).toList()));
      case "instrument" -> tell(events.instrument(instrument(line.of())));
      case "readiness" -> tell(Events.of("readiness", "missing", connector.readiness().missing()));
      case "tickers" ->
          answer(
              line,
              connector.tickers(json.has("of") ? List.of(instrument(line.of())) : List.of()),
              all -> all.forEach(t -> tell(events.ticker("ticker", t))));
      case "trades" ->
          answer(
              line,
              connector.recentTrades(instrument(line.of()), 10),
              all -> all.forEach(t -> tell(events.trade(t))));
      case "candles" -> {
        Instrument of = instrument(line.of());
        connector
            .candles()
            .ifPresentOrElse(
                candles ->
                    answer(
                        line,
                        candles.between(
                            of,
                            duration(line, json.text("interval")),
                            Instant.ofEpochMilli(json.longValue("from")),
                            Instant.ofEpochMilli(json.longValue("until"))),
                        all -> all.forEach(c -> tell(events.candle(c)))),
                () -> tell(Events.of("absent")));
      }
      case "positionMode" ->
          tell(
              perp(line)
                  .positionMode()
                  .map(mode -> Events.of("positionMode", "mode", mode.name()))
                  .orElseGet(() -> Events.of("absent")));
      case "positions" -> {
        List<Position> all = perp(line).positions();
        all.forEach(p -> tell(events.held(p)));
        if (all.isEmpty()) {
          tell(Events.of("absent"));
        }
      }
      case "position" ->
          tell(
              events.held(
                  json.has("side")
                      ? perp(line).position(instrument(line.of()), side(json))
                      : perp(line).position(instrument(line.of()))));
      case "leverage" ->
          answer(line, perp(line).leverage(instrument(line.of())), l -> tell(events.leverage(l)));
      case "funding" ->
          tell(
              perp(line)
                  .fundingRate(instrument(line.of()))
                  .map(events::funding)
                  .orElseGet(() -> Events.of("absent")));
      case "fundingRates" ->
          answer(
              line,
              perp(line).fundingRates(json.has("of") ? List.of(instrument(line.of())) : List.of()),
              all -> all.forEach(r -> tell(events.funding(r))));
      case "fundingPayments" ->
          answer(
              line,
              perp(line)
                  .fundingPayments(
                      Instant.ofEpochMilli(json.longValue("from")),
                      Instant.ofEpochMilli(json.longValue("until"))),
              all -> all.forEach(p -> tell(events.payment(p))));
      default -> throw line.problem("nobody can ask for \"" + what + "\"");
    }
  }
}
