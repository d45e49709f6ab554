package dev.colibri.connector.testkit.sim.toy;

import dev.colibri.connector.testkit.exchange.Depth;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.ExchangeListener;
import dev.colibri.connector.testkit.exchange.Execution;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Fill;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.testkit.exchange.Outbox;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.Refused;
import dev.colibri.connector.testkit.exchange.Trade;
import dev.colibri.connector.text.Form;
import dev.colibri.connector.text.Hmac;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.Secret;
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The other end of the toy venue's wire, over an {@link Exchange}. */
public final class ToyProtocol implements Protocol {
  /** How far a signed request's time may be off. */
  private static final long WINDOW_MILLIS = 5_000;

  private static final int BOOK_LEVELS = 1_000;
  private static final int REQUESTS_A_MINUTE = 6_000;
  private static final int REPLAYED = 50;
  private static final String TOO_MANY = "TOO_MANY_REQUESTS";
  private static final long NEVER = Long.MAX_VALUE;
  private static final long MINUTE = 60_000;

  private record Key(String account, Secret secret) {}

  private final Exchange exchange;
  private final Map<String, Key> keys = new TreeMap<>();
  private final Set<ToySession> sessions = new LinkedHashSet<>();
  private final Faults faults = new Faults();

  /** By account: when everything of it is canceled unless it is heard of before. */
  private final Map<String, Long> silences = new TreeMap<>();

  private final Map<String, Deque<String>> recent = new TreeMap<>();
  private long now;
  private long minute;
  private int requests;

  /** A protocol over an exchange; it hears what happens there from now on. */
  public ToyProtocol(Exchange exchange) {
    this.exchange = exchange;
    exchange.listen(new Events());
  }

  /** Lets a key act for an account. */
  public ToyProtocol addKey(String key, String secret, String account) {
    keys.put(key, new Key(account, Secret.of(secret)));
    return this;
  }

  /**
   * When everything of an account is canceled unless it asks for more time, in milliseconds since
   * the epoch; {@link Long#MAX_VALUE} for never.
   */
  public long cancelsAt(String account) {
    return silences.getOrDefault(account, NEVER);
  }

  /** Takes a key back. */
  public void removeKey(String key) {
    keys.remove(key);
  }

  @Override
  public Faults faults() {
    return faults;
  }

  @Override
  public void wake(long now) {
    this.now = now;
    if (exchange.isPaused() && !faults.isMaintained(now)) {
      exchange.setPaused(false, now);
    }
    sessions.forEach(s -> s.outbox.wake(now));
    cancelSilent(now);
  }

  @Override
  public long nextWake() {
    long next = silences.values().stream().min(Long::compare).orElse(NEVER);
    for (ToySession session : sessions) {
      next = Math.min(next, session.outbox.nextWake());
    }
    return next;
  }

  private void cancelSilent(long now) {
    for (Map.Entry<String, Long> silence : new TreeMap<>(silences).entrySet()) {
      if (silence.getValue() <= now) {
        String account = silence.getKey();
        silences.remove(account);
        for (Order o : exchange.openOrders(account, null)) {
          exchange.cancel(account, o.market(), o.id(), o.clientId(), now);
        }
      }
    }
  }

  @Override
  public void restart(long now, long downMillis, int closeCode, boolean losesOrders) {
    faults.goDown(now + downMillis, closeCode == 1006);
    for (ToySession session : List.copyOf(sessions)) {
      session.connection.close(closeCode, "restart");
      session.closed();
    }
    if (losesOrders) {
      exchange.expelAll(now);
    }
  }

  @Override
  public void maintain(long now, long millis, boolean inWords) {
    faults.closeForMaintenance(now + millis, inWords);
    exchange.setPaused(true, now);
  }

  @Override
  public void replay(int count, long now) {
    recent.forEach(
        (account, events) ->
            events.stream()
                .skip(Math.max(0, events.size() - count))
                .forEach(text -> replay(account, text, now)));
  }

  private void replay(String account, String text, long now) {
    for (ToySession s : List.copyOf(sessions)) {
      if (account.equals(s.account)) {
        faults.count(Faults.Effect.FRAME_REPLAYED);
        s.outbox.send(Faults.PRIVATE, text, now);
      }
    }
  }

  // ---------------------------------------------------------------- requests

  /** A refusal in the venue's words. */
  private static final class No extends RuntimeException {
    private static final long serialVersionUID = 1;

    No(String error) {
      super(error, null, false, false);
    }
  }

  @Override
  public Reply handle(Request request, long now) {
    this.now = now;
    Reply down = faults.whileDown(now);
    if (down != null) {
      return down;
    }
    String target = request.method() + " " + request.path();
    Faults.Fault fault = faults.take(target);
    Reply reply =
        fault == null || fault.kind().isCarriedOut() ? answer(target, request) : Reply.DROPPED;
    return faults.late(target, fault == null ? reply : reply(fault.status(), fault.body()));
  }

  private Reply answer(String target, Request request) {
    Reply closed = request.headers().containsKey("key") ? faults.inMaintenance(now) : null;
    if (closed != null) {
      return closed;
    }
    try {
      requireLimit();
      return reply(200, dispatch(target, request, Form.parse(request.query())));
    } catch (No | Refused e) {
      return reply(e.getMessage().equals(TOO_MANY) ? 429 : 400, error(e));
    } catch (TextException | IllegalArgumentException e) {
      return reply(400, "{\"error\":\"REQUEST\"}");
    }
  }

  private void requireLimit() {
    long current = Math.floorDiv(now, MINUTE);
    requests = current == minute ? requests + 1 : 1;
    minute = current;
    if (requests > faults.limit(REQUESTS_A_MINUTE)) {
      faults.count(Faults.Effect.RATE_LIMITED);
      throw new No(TOO_MANY);
    }
  }

  private static Reply reply(int status, String body) {
    return new Reply(status, new LinkedHashMap<>(), body);
  }

  private String dispatch(String target, Request request, Form form) {
    return switch (target) {
      case "GET /time" -> new JsonWriter().object().put("time", now).end().toString();
      case "GET /markets" -> list(exchange.markets(), this::market);
      case "GET /book" -> book(need(form, "market"), Integer.parseInt(need(form, "depth")));
      case "GET /tickers" -> list(exchange.markets(), this::ticker);
      case "GET /trades" -> {
        List<Trade> trades = exchange.trades(need(form, "market"));
        int limit = Integer.parseInt(need(form, "limit"));
        yield list(
            trades.subList(Math.max(0, trades.size() - limit), trades.size()), ToyProtocol::trade);
      }
      case "GET /fees" -> {
        signed(request);
        yield list(exchange.markets(), ToyProtocol::fees);
      }
      case "GET /balances" -> {
        JsonWriter w = new JsonWriter();
        balances(w.array(), signed(request), null);
        yield w.end().toString();
      }
      case "POST /order" -> place(signed(request), form);
      case "DELETE /order" -> cancel(signed(request), form);
      case "PUT /order" -> {
        String account = signed(request);
        Order order = find(account, form);
        BigDecimal price = new BigDecimal(need(form, "price"));
        BigDecimal size = new BigDecimal(need(form, "size"));
        Order now = exchange.change(account, order.market(), order.id(), price, size, this.now);
        yield order(new JsonWriter().object(), now, List.of()).end().toString();
      }
      case "POST /orders" -> {
        String account = signed(request);
        yield batch(form, "order", text -> place(account, Form.parse(text)));
      }
      case "DELETE /orders" -> {
        String account = signed(request);
        String market = need(form, "market");
        yield batch(
            form,
            "client",
            client -> cancel(account, Form.of("market", market).add("client", client)));
      }
      case "GET /order" ->
          order(new JsonWriter().object(), see(signed(request), form), List.of()).end().toString();
      case "GET /orders" -> {
        String account = signed(request);
        yield list(
            exchange.openOrders(account, form.find("market")).stream()
                .filter(o -> faults.isVisible(o.created(), now))
                .toList(),
            (w, o) -> order(w, o, List.of()));
      }
      case "POST /silence" -> silence(signed(request), Long.parseLong(need(form, "timeout")));
      case "GET /fills" -> list(fills(signed(request), form), ToyProtocol::fill);
      default -> throw new No("UNKNOWN_REQUEST");
    };
  }

  /** Writes one row of a list. */
  private interface Row<T> {
    void write(JsonWriter w, T item);
  }

  private static <T> String list(List<T> items, Row<T> row) {
    JsonWriter w = new JsonWriter().array();
    for (T item : items) {
      w.object();
      row.write(w, item);
      w.end();
    }
    return w.end().toString();
  }

  private static String need(Form form, String name) {
    String value = form.find(name);
    if (value == null) {
      throw new No("MISSING_" + name);
    }
    return value;
  }

  private static @Nullable BigDecimal decimal(Form form, String name) {
    String value = form.find(name);
    return value == null ? null : new BigDecimal(value);
  }

  /** The account that a request is signed for. */
  private String signed(Request request) {
    return account(
        request.headers().getOrDefault("key", ""),
        request.headers().getOrDefault("time", "0"),
        request.headers().getOrDefault("sign", ""),
        request.method() + request.path() + request.query());
  }

  private String account(String key, String time, String sign, String payload) {
    Key known = keys.get(key);
    if (known == null) {
      throw new No("KEY");
    }
    if (!Hmac.sha256(known.secret()).hex(time + payload).equals(sign)) {
      throw new No("SIGN");
    }
    if (Math.abs(Long.parseLong(time) - now) > WINDOW_MILLIS) {
      throw new No("TIME");
    }
    if (faults.isMaintained(now)) {
      faults.count(Faults.Effect.REFUSED_IN_MAINTENANCE);
      throw new No("MAINTENANCE");
    }
    return known.account();
  }

  private Order find(String account, Form form) {
    return exchange
        .order(account, need(form, "market"), need(form, "client"))
        .orElseThrow(() -> new No("UNKNOWN_ORDER"));
  }

  /** As queries see it: too young an order is not there. */
  private Order see(String account, Form form) {
    Order order = find(account, form);
    if (!faults.isVisible(order.created(), now)) {
      throw new No("UNKNOWN_ORDER");
    }
    return order;
  }

  private List<Fill> fills(String account, Form form) {
    String order = form.find("order");
    long since = Long.parseLong(need(form, "since"));
    List<Fill> all = new ArrayList<>(exchange.fills(account, need(form, "market")));
    all.removeIf(
        f ->
            f.time() < since
                || order != null && !order.equals(Long.toString(f.orderId()))
                || !faults.isFillVisible(f.time(), now));
    return all;
  }

  private String place(String account, Form form) {
    Exchange.Placed placed =
        exchange.place(
            account,
            new OrderRequest(
                need(form, "market"),
                Order.Side.valueOf(need(form, "side")),
                Order.Type.valueOf(need(form, "type")),
                Order.TimeInForce.valueOf(need(form, "tif")),
                faults.selfTrade(),
                decimal(form, "price"),
                decimal(form, "size"),
                decimal(form, "quote"),
                need(form, "client")),
            now);
    return order(new JsonWriter().object(), placed.order(), placed.fills()).end().toString();
  }

  private String cancel(String account, Form form) {
    Order order = find(account, form);
    Order gone = exchange.cancel(account, order.market(), order.id(), order.clientId(), now);
    return order(new JsonWriter().object(), gone, List.of()).end().toString();
  }

  /** Cancels everything of an account when it is not asked again in time; never for 0. */
  private String silence(String account, long timeout) {
    if (timeout > 0) {
      silences.put(account, now + timeout);
    } else {
      silences.remove(account);
    }
    long at = silences.getOrDefault(account, 0L);
    return new JsonWriter().object().put("cancelsAt", at).end().toString();
  }

  /** One answer for each of several things, where any may be refused. */
  private static String batch(Form form, String name, Function<String, String> each) {
    List<String> answers = new ArrayList<>();
    for (Map.Entry<String, String> pair : form.pairs()) {
      if (pair.getKey().equals(name)) {
        try {
          answers.add(each.apply(pair.getValue()));
        } catch (No | Refused e) {
          answers.add(error(e));
        }
      }
    }
    return "[" + String.join(",", answers) + "]";
  }

  private static String error(RuntimeException e) {
    return new JsonWriter().object().put("error", e.getMessage()).end().toString();
  }

  // ---------------------------------------------------------------- payloads

  private void market(JsonWriter w, Market m) {
    w.put("market", m.name())
        .put("base", m.base())
        .put("quote", m.quote())
        .put("tick", plain(m.tick()))
        .put("lot", plain(m.lot()))
        .put("minSize", plain(m.quantity().min()))
        .put("maxSize", plain(m.quantity().max()))
        .put("maxMarket", plain(m.maxMarket()))
        .put("minNotional", plain(m.notional().min()))
        .put("maxNotional", plain(m.notional().max()))
        .put("trading", exchange.status(m.name()) == Market.Status.TRADING);
  }

  private static String plain(BigDecimal n) {
    return n.stripTrailingZeros().toPlainString();
  }

  private static void fees(JsonWriter w, Market m) {
    w.put("market", m.name()).put("maker", plain(m.makerFee())).put("taker", plain(m.takerFee()));
  }

  private String book(String market, int depth) {
    Depth d = exchange.depth(market, depth);
    JsonWriter w = new JsonWriter().object().put("id", d.lastUpdateId()).put("time", now);
    return levels(w, d).end().toString();
  }

  private static JsonWriter levels(JsonWriter w, Depth d) {
    w.array("bids");
    d.bids().forEach(l -> level(w, l.price(), l.quantity()));
    w.end().array("asks");
    d.asks().forEach(l -> level(w, l.price(), l.quantity()));
    return w.end();
  }

  private static void level(JsonWriter w, BigDecimal price, BigDecimal size) {
    w.array().value(plain(price)).value(plain(size)).end();
  }

  private void ticker(JsonWriter w, Market m) {
    Depth d = exchange.depth(m.name(), 1);
    List<Trade> trades = exchange.trades(m.name());
    w.put("market", m.name()).put("time", now);
    side(w, "bid", d.bids());
    side(w, "ask", d.asks());
    if (!trades.isEmpty()) {
      w.put("last", plain(trades.get(trades.size() - 1).price()));
    }
  }

  private static void side(JsonWriter w, String name, List<Depth.Level> levels) {
    if (!levels.isEmpty()) {
      level(w.name(name), levels.get(0).price(), levels.get(0).quantity());
    }
  }

  private static void trade(JsonWriter w, Trade t) {
    w.put("id", t.id())
        .put("taker", t.buyerIsMaker() ? "SELL" : "BUY")
        .put("price", plain(t.price()))
        .put("size", plain(t.quantity()))
        .put("time", t.time());
  }

  private void balances(JsonWriter w, String account, @Nullable List<String> assets) {
    exchange
        .ledger()
        .balances(account)
        .forEach(
            (asset, b) -> {
              if (assets == null || assets.contains(asset)) {
                w.object()
                    .put("asset", asset)
                    .put("free", plain(b.free()))
                    .put("locked", plain(b.locked()))
                    .end();
              }
            });
  }

  private static JsonWriter order(JsonWriter w, Order o, List<Fill> fills) {
    w.put("order", o.id())
        .put("client", o.clientId())
        .put("market", o.market())
        .put("side", o.side().name())
        .put("status", o.status().name())
        .put("size", plain(o.quantity()))
        .put("filled", plain(o.executed()))
        .put("quoteFilled", plain(o.quoteExecuted()))
        .put("time", o.updated());
    if (o.price().signum() > 0) {
      w.put("price", plain(o.price()));
    }
    if (!fills.isEmpty()) {
      w.array("fills");
      for (Fill f : fills) {
        w.object();
        fill(w, f);
        w.end();
      }
      w.end();
    }
    return w;
  }

  private static void fill(JsonWriter w, Fill f) {
    w.put("trade", f.tradeId())
        .put("order", f.orderId())
        .put("client", f.clientId())
        .put("side", f.side().name())
        .put("price", plain(f.price()))
        .put("size", plain(f.quantity()))
        .put("fee", plain(f.fee()))
        .put("feeAsset", f.feeAsset())
        .put("maker", f.maker())
        .put("time", f.time());
  }

  // ---------------------------------------------------------------- streams

  @Override
  public @Nullable Session open(String target, String remote, Connection connection, long now) {
    if (faults.isDown(now)) {
      faults.count(Faults.Effect.REFUSED_WHILE_DOWN);
      return null;
    }
    if (!target.equals("/market") && !target.equals("/account")) {
      return null;
    }
    ToySession session = new ToySession(connection);
    sessions.add(session);
    return session;
  }

  private final class ToySession implements Session {
    final Connection connection;
    final Outbox outbox;
    final Set<String> topics = new LinkedHashSet<>();
    @Nullable String account;

    ToySession(Connection connection) {
      this.connection = connection;
      this.outbox = new Outbox(faults, connection::text);
    }

    @Override
    public void text(String frame, long time) {
      now = time;
      if (!sessions.contains(this)) {
        return;
      }
      Json message;
      try {
        message = Json.parse(frame);
        switch (message.text("op")) {
          case "login" -> login(message);
          case "subscribe" -> subscribe(message.text("topic"), message.text("market"));
          case "unsubscribe" -> topics.remove(message.text("topic") + " " + message.text("market"));
          default -> throw new No("UNKNOWN_REQUEST");
        }
      } catch (TextException e) {
        connection.close(1008, "not a request");
      }
    }

    private void login(Json m) {
      try {
        String of = account(m.text("key"), m.text("time"), m.text("sign"), "");
        if (faults.refusesSubscription()) {
          throw new No(TOO_MANY);
        }
        account = of;
        outbox.send(Faults.ACKS, JsonWriter.of("ok", "login").toString(), now);
      } catch (No e) {
        connection.text(error(e));
      }
    }

    private void subscribe(String topic, String market) {
      String name = topic + " " + market;
      String error =
          exchange.market(market).isEmpty()
              ? "UNKNOWN_MARKET"
              : faults.refusesSubscription() ? TOO_MANY : null;
      if (error != null) {
        connection.text(JsonWriter.of("error", error, "for", name).toString());
        return;
      }
      topics.add(name);
      outbox.send(Faults.ACKS, JsonWriter.of("ok", name).toString(), now);
      if (topic.equals("BOOK")) {
        depth(name, "snapshot", market, exchange.depth(market, BOOK_LEVELS));
      } else if (topic.equals("TOP")) {
        depth(name, "top", market, exchange.depth(market, 1));
      }
    }

    void depth(String stream, String event, String market, Depth d) {
      JsonWriter w =
          new JsonWriter()
              .object()
              .put("e", event)
              .put("market", market)
              .put("last", d.lastUpdateId())
              .put("time", now);
      outbox.send(stream, levels(w, d).end().toString(), now);
    }

    @Override
    public void pong(long time) {}

    @Override
    public void closed() {
      sessions.remove(this);
    }
  }

  /** What happens on the exchange, told to the sessions at the end of the request that did it. */
  private final class Events implements ExchangeListener {
    private final Map<String, Changes> changed = new LinkedHashMap<>();

    @Override
    public void level(
        Market market,
        long updateId,
        Order.Side side,
        BigDecimal price,
        BigDecimal quantity,
        long at) {
      if (sessions.isEmpty()) {
        return;
      }
      Changes c = changed.computeIfAbsent(market.name(), m -> new Changes(updateId));
      c.last = updateId;
      (side == Order.Side.BUY ? c.bids : c.asks).put(price, quantity);
    }

    @Override
    public void trade(Trade trade) {
      tell(
          "TRADES " + trade.market(),
          trade.time(),
          () -> {
            JsonWriter w =
                new JsonWriter().object().put("e", "trade").put("market", trade.market());
            ToyProtocol.trade(w, trade);
            return w.end().toString();
          });
    }

    private void tell(String topic, long at, Supplier<String> event) {
      String text = null;
      for (ToySession s : List.copyOf(sessions)) {
        if (s.topics.contains(topic)) {
          text = text == null ? event.get() : text;
          s.outbox.send(topic, text, at);
        }
      }
    }

    @Override
    public void execution(Execution e) {
      Fill fill = e.fill();
      tellAccount(
          e.order().account(),
          e.order().updated(),
          () ->
              order(
                      new JsonWriter().object().put("e", "order"),
                      e.order(),
                      fill == null ? List.of() : List.of(fill))
                  .end()
                  .toString());
    }

    @Override
    public void balances(String account, List<String> assets, long at) {
      tellAccount(
          account,
          at,
          () -> {
            JsonWriter w =
                new JsonWriter().object().put("e", "balances").put("time", at).array("balances");
            ToyProtocol.this.balances(w, account, assets);
            return w.end().end().toString();
          });
    }

    private void tellAccount(String account, long at, Supplier<String> event) {
      String text = null;
      for (ToySession s : List.copyOf(sessions)) {
        if (account.equals(s.account)) {
          if (text == null) {
            text = event.get();
            remember(account, text);
          }
          s.outbox.send(Faults.PRIVATE, text, at);
        }
      }
    }

    private void remember(String account, String text) {
      Deque<String> events = recent.computeIfAbsent(account, a -> new ArrayDeque<>());
      if (events.size() == REPLAYED) {
        events.removeFirst();
      }
      events.addLast(text);
    }

    @Override
    public void settled(long at) {
      now = Math.max(now, at);
      changed.forEach(
          (market, c) -> {
            tell("BOOK " + market, at, () -> c.text(market, at));
            for (ToySession s : List.copyOf(sessions)) {
              if (s.topics.contains("TOP " + market)) {
                s.depth("TOP " + market, "top", market, exchange.depth(market, 1));
              }
            }
          });
      changed.clear();
    }
  }

  /** The levels of one market that changed since they were told. */
  private static final class Changes {
    final long first;
    long last;
    final Map<BigDecimal, BigDecimal> bids = new TreeMap<>();
    final Map<BigDecimal, BigDecimal> asks = new TreeMap<>();

    Changes(long first) {
      this.first = first;
    }

    String text(String market, long now) {
      JsonWriter w =
          new JsonWriter()
              .object()
              .put("e", "diff")
              .put("market", market)
              .put("first", first)
              .put("last", last)
              .put("time", now)
              .array("bids");
      bids.forEach((price, size) -> level(w, price, size));
      w.end().array("asks");
      asks.forEach((price, size) -> level(w, price, size));
      return w.end().end().toString();
    }
  }
}
