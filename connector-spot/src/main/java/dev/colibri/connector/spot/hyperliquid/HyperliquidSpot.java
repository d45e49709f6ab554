package dev.colibri.connector.spot.hyperliquid;

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
import dev.colibri.connector.model.Side;
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
import dev.colibri.connector.spi.FillQuery;
import dev.colibri.connector.spi.Intervals;
import dev.colibri.connector.spi.KeyPermissions;
import dev.colibri.connector.spi.Limit;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.NativeBatch;
import dev.colibri.connector.spi.NativeBatchCancel;
import dev.colibri.connector.spi.NativeReplace;
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
import dev.colibri.connector.spi.Symbols;
import dev.colibri.connector.spi.Topic;
import dev.colibri.connector.text.Credentials;
import dev.colibri.connector.text.Decimal;
import dev.colibri.connector.text.Digest;
import dev.colibri.connector.text.Eip712;
import dev.colibri.connector.text.Hex;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.MsgPack;
import dev.colibri.connector.text.Secp256k1;
import dev.colibri.connector.text.Secret;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** How Hyperliquid speaks: requests, signatures, refusals, limits. */
final class HyperliquidSpot
    implements SpotDialect, NativeBatch, NativeBatchCancel, NativeReplace, Candles, KeyPermissions {
  static final String WS = "ws";

  /** The attribute of an instrument that orders name it by. */
  static final String ASSET = "asset";

  private static final String INFO = "/info";
  private static final String WEIGHT = "weight";
  private static final String ACTIONS = "actions";
  private static final String NONCE = "nonce";
  private static final String SIGNER = "signer";
  private static final String NOBODY = "0x0000000000000000000000000000000000000000";

  /** A batch below 40 weighs no more than one action. */
  private static final int BATCH = 39;

  private static final int FILLS = 2000;

  /** How far from the touch a market order may trade. */
  private static final BigDecimal SLIPPAGE = new BigDecimal("0.05");

  private static final Intervals INTERVALS =
      Intervals.of("1m 3m 5m 15m 30m 1h 2h 4h 8h 12h 1d 3d 1w");

  static final Profile PROFILE =
      Profile.builder("hyperliquid-spot", "Hyperliquid")
          .host("live", "rest", "https://api.hyperliquid.xyz")
          .host("live", WS, "wss://api.hyperliquid.xyz")
          .host("testnet", "rest", "https://api.hyperliquid-testnet.xyz")
          .host("testnet", WS, "wss://api.hyperliquid-testnet.xyz")
          .fees("0.0004", "0.0007", FeeCharge.DEDUCTED_FROM_RETURNS)
          .clientIds(
              new ClientIdRule("0xc011b21000000000", 34, ClientIdRule.HEX, "0x"),
              Profile.DuplicateIds.TAKEN)
          .visibilityDelay(Duration.ofSeconds(10))
          .clockTolerance(Duration.ofHours(1))
          .books(BookDiscipline.FULL_SNAPSHOTS)
          .bookDepths(5)
          .apiPage(
              "https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api", "2026-11-22")
          .build();

  static final Refusals REFUSALS =
      Refusals.of()
          .words(Fault.Kind.NONCE_STALE, "duplicate nonce")
          .words(Fault.Kind.CLOCK_SKEW, "Invalid nonce", "Nonce error")
          .words(Fault.Kind.RATE_LIMITED, "Too many", "Cannot send more than", "rate limit")
          .words(Fault.Kind.DUPLICATE_ID, "uplicate cloid", "loid already")
          .words(Fault.Kind.ORDER_NOT_FOUND, "never placed", "Cannot modify canceled or filled")
          .words(
              Fault.Kind.UNAUTHORIZED, "does not exist", "deposit before", "Vault not registered")
          .words(Fault.Kind.INSUFFICIENT_FUNDS, "Insufficient")
          .words(Fault.Kind.WOULD_CROSS, "would have immediately matched")
          .words(Fault.Kind.BAD_PRICE, "divisible by tick size", "invalid price", "away from")
          .words(Fault.Kind.BAD_SIZE, "minimum value", "invalid size", "zero size")
          .words(Fault.Kind.BAD_INSTRUMENT, "halted", "delisted")
          .words(Fault.Kind.MAINTENANCE, "Only post-only orders allowed");

  private final String network;
  private final Symbols symbols = new Symbols();

  /** For one of the environments of {@link #PROFILE}. */
  HyperliquidSpot(String environment) {
    network = environment.equals("testnet") ? "b" : "a";
  }

  @Override
  public Profile profile() {
    return PROFILE;
  }

  /**
   * The weight is that of an address on the network. An account earns a request with every dollar
   * that it trades, which nobody here can count: of its actions there may be as many as the weight
   * lets pass, until the venue says that they are used up.
   */
  @Override
  public List<Limit> limits() {
    return List.of(
        Limit.rolling(WEIGHT, 1200, Duration.ofMinutes(1), Limit.Scope.IP),
        Limit.rolling(ACTIONS, 1200, Duration.ofMinutes(1), Limit.Scope.ACCOUNT));
  }

  /** An account whose requests are used up still has one every ten seconds; cancels have more. */
  @Override
  public void learn(Reply reply, LimitUpdates out) {
    if (reply.body().length < 1024 && reply.text().contains("Too many cumulative requests")) {
      out.pause(ACTIONS, 10_000);
    }
  }

  /** Nonces are milliseconds, of which the venue keeps the highest 20 to 100 of each signer. */
  @Override
  public List<NonceSequence> nonces() {
    return List.of(NonceSequence.clocked(NONCE, 1));
  }

  // ---- requests as they leave

  /** Questions name the account they are about; actions are signed. */
  @Override
  public Signed depart(Request request, SigningContext context) {
    Signed signed = Signed.of(request);
    String body = request.jsonText();
    if (!request.isSigned()) {
      return signed.json(body);
    }
    Credentials keys = context.credentials();
    if (request.path().equals(INFO)) {
      boolean signer = request.param("of") != null;
      String user = signer ? Secp256k1.hex(keys.secret()).address() : account(keys);
      return signed.json(body.substring(0, body.length() - 1) + ",\"user\":\"" + user + "\"}");
    }
    Json action = Json.parse(body);
    String vault = vault(keys);
    Secp256k1.Signature signature =
        Secp256k1.hex(keys.secret()).sign(hash(action, context.nonce(), vault, network));
    JsonWriter out =
        new JsonWriter()
            .object()
            .put("action", action)
            .put("nonce", context.nonce())
            .object("signature")
            .put("r", signature.rHex())
            .put("s", signature.sHex())
            .put("v", signature.v())
            .end();
    String sent = (vault == null ? out : out.put("vaultAddress", vault)).end().toString();
    String clientId = request.param("cloid");
    return clientId == null ? signed.json(sent) : signed.json(sent).identity(clientId);
  }

  /** Whom questions and subscriptions are about: the vault, or else the account. */
  static String account(Credentials keys) {
    String vault = vault(keys);
    return vault == null ? keys.apiKey() : vault;
  }

  private static @Nullable String vault(Credentials keys) {
    Secret vault = keys.find("vault");
    return vault == null ? null : "0x" + Hex.encode(Hex.decode(vault.revealText().strip()));
  }

  /**
   * What is signed of an action: a "phantom agent" whose id is the hash of the action as
   * MessagePack, the nonce in 8 bytes, and 0, or 1 and the 20 bytes of the vault.
   */
  private static byte[] hash(Json action, long nonce, @Nullable String vault, String network) {
    String hex =
        Hex.encode(MsgPack.encode(action))
            + HexFormat.of().toHexDigits(nonce)
            + (vault == null ? "00" : "01" + vault.substring(2));
    byte[] domain =
        Eip712.struct(
                "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
            .text("Exchange")
            .text("1")
            .number(1337)
            .address(NOBODY)
            .hash();
    byte[] agent =
        Eip712.struct("Agent(string source,bytes32 connectionId)")
            .text(network)
            .fixed(Digest.keccak256(Hex.decode(hex)))
            .hash();
    return Eip712.digest(domain, agent);
  }

  private static JsonWriter ask(String type) {
    return new JsonWriter().object().put("type", type);
  }

  private static Request info(JsonWriter question, long weight) {
    return Request.post(INFO).readOnly().cost(WEIGHT, weight).body(question.end().toString());
  }

  /** An action of so many orders, all of one instrument. */
  private static Request action(JsonWriter action, List<Order> orders, Urgency urgency) {
    Request request =
        Request.post("/exchange")
            .signed()
            .nonce(NONCE)
            .urgency(urgency)
            .about(orders.get(0).instrument())
            .cost(WEIGHT, 1)
            .body(action.end().toString());
    return urgency == Urgency.CANCEL ? request : request.cost(ACTIONS, orders.size());
  }

  // ---- refusals

  /** A body that the venue cannot read is answered by 422 and plain text; nothing was done. */
  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    if (reply.status() == 422) {
      boolean address = request.isSigned() && !request.isMutation();
      return REFUSALS.fault(address ? 401 : 400, "HTTP 422", reply.text());
    }
    return REFUSALS.judge(request, reply, json -> fault(reply.status(), json));
  }

  /**
   * What an object says against the whole request, or against the only order it is about.
   *
   * <pre>{@code
   * {"status":"err","response":"User or API Wallet 0x… does not exist."}
   * {"status":"ok","response":{"type":"order","data":{"statuses":[{"error":"Order has invalid size."}]}}}
   * {"status":"unknownOid"}
   * }</pre>
   */
  private static @Nullable Fault fault(int status, Json json) {
    String word = json.textOr("status", "");
    if (word.equals("unknownOid")) {
      return Fault.of(Fault.Kind.ORDER_NOT_FOUND, word);
    }
    if (word.equals("err")) {
      return REFUSALS.fault(status, word, json.text("response"));
    }
    if (word.equals("ok") && json.get("response").isObject()) {
      Json statuses = statuses(json);
      return statuses.size() == 1 ? refusal(statuses.at(0)) : null;
    }
    return null;
  }

  private static Json statuses(Json json) {
    return json.get("response").get("data").get("statuses");
  }

  /** What is said against one order; that it met nobody is an end and no refusal. */
  private static @Nullable Fault refusal(Json status) {
    String error = error(status);
    return error == null || metNobody(error) ? null : REFUSALS.fault(200, "error", error);
  }

  private static @Nullable String error(Json status) {
    return status.isObject() ? status.findText("error") : null;
  }

  private static boolean metNobody(String error) {
    return error.contains("could not immediately match");
  }

  // ---- market data

  @Override
  public Call<Long> time() {
    return info(ask("exchangeStatus"), 2).read(reply -> reply.json().longValue("time"));
  }

  @Override
  public Call<List<Instrument>> instruments(BadRows rows) {
    return info(ask("spotMetaAndAssetCtxs"), 20)
        .read(reply -> symbols.learn(HyperliquidParser.instruments(reply.json().at(0), rows)));
  }

  private static Request book(Instrument instrument) {
    return info(ask("l2Book").put("coin", instrument.symbol()), 2);
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return book(instrument)
        .read(reply -> HyperliquidMarketSession.BOOK.snapshot(reply.body(), instrument));
  }

  /** Of all pairs only the mark is told; of those that are named, the touch and the last trade. */
  @Override
  public Call<List<Ticker>> tickers(List<Instrument> instruments, BadRows rows) {
    if (instruments.isEmpty()) {
      return info(ask("spotMetaAndAssetCtxs"), 20)
          .read(
              reply -> rows.read(reply.json().at(1), row -> HyperliquidParser.mark(row, symbols)));
    }
    List<Call<Ticker>> calls = new ArrayList<>();
    for (Instrument i : instruments) {
      calls.add(
          book(i, 1)
              .then(
                  book -> trades(i, 1, rows).map(last -> HyperliquidParser.ticker(i, book, last))));
    }
    return Call.all(calls);
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return info(ask("recentTrades").put("coin", instrument.symbol()), 21)
        .read(
            reply -> {
              List<Trade> trades =
                  rows.read(reply.json(), row -> HyperliquidParser.trade(row, instrument));
              trades.sort(Comparator.comparingLong(Trade::venueMillis));
              return trades.subList(Math.max(0, trades.size() - limit), trades.size());
            });
  }

  @Override
  public Set<Duration> intervals() {
    return INTERVALS.all();
  }

  /** The venue keeps the latest 5000 of an interval, and gives them all at once. */
  @Override
  public Call<List<Candle>> candles(
      Instrument instrument, Duration interval, long fromMillis, long toMillis, BadRows rows) {
    JsonWriter question =
        ask("candleSnapshot")
            .object("req")
            .put("coin", instrument.symbol())
            .put("interval", INTERVALS.name(interval))
            .put("startTime", fromMillis)
            .put("endTime", toMillis - 1)
            .end();
    long count = Math.min(5000, (toMillis - fromMillis) / interval.toMillis());
    return info(question, 20 + count / 60)
        .read(
            reply ->
                rows.read(
                    reply.json(), row -> HyperliquidParser.candle(row, instrument, interval)));
  }

  // ---- the account

  /** An API wallet may trade only; the account's own key may do everything. */
  @Override
  public Call<Boolean> mayWithdraw() {
    return info(ask("userRole"), 60)
        .signed()
        .with("of", SIGNER)
        .read(reply -> reply.json().text("role"))
        .then(
            role ->
                role.equals("missing")
                    ? Call.failed(
                        Fault.of(
                            Fault.Kind.UNAUTHORIZED, "the key is of no account and no API wallet"))
                    : Call.of(!role.equals("agent")));
  }

  @Override
  public Call<List<FeeRate>> fees(List<Instrument> instruments) {
    return info(ask("userFees"), 20)
        .signed()
        .read(reply -> List.of(HyperliquidParser.fees(reply.json())));
  }

  @Override
  public Call<List<Balance>> balances(BadRows rows) {
    return info(ask("spotClearinghouseState"), 2)
        .signed()
        .read(reply -> rows.read(reply.json().get("balances"), HyperliquidParser::balance));
  }

  // ---- orders

  @Override
  public Call<OrderUpdate> place(Order order) {
    if (order.type() != OrderType.MARKET) {
      return submit(order, order);
    }
    return book(order.instrument())
        .urgency(Urgency.ORDER)
        .read(reply -> HyperliquidMarketSession.BOOK.snapshot(reply.body(), order.instrument()))
        .then(
            book -> {
              BigDecimal worst = worst(order, book);
              return worst == null
                  ? Call.failed(
                      Fault.of(Fault.Kind.REJECTED, "nobody to trade with: that side is empty"))
                  : submit(order, order.limit(worst).ioc());
            });
  }

  /** The venue has no market orders: what trades at once at the touch or a little worse is one. */
  private static @Nullable BigDecimal worst(Order order, BookSnapshot book) {
    boolean buy = order.side() == Side.BUY;
    BookSnapshot.Levels levels = buy ? book.asks() : book.bids();
    if (levels.count() == 0) {
      return null;
    }
    BigDecimal factor = buy ? BigDecimal.ONE.add(SLIPPAGE) : BigDecimal.ONE.subtract(SLIPPAGE);
    return order
        .instrument()
        .rules()
        .roundPrice(
            Decimal.of(levels.price(0), levels.priceDigits(0)).multiply(factor),
            buy ? RoundingMode.FLOOR : RoundingMode.CEILING);
  }

  private static Call<OrderUpdate> submit(Order asked, Order sent) {
    return action(orders(List.of(sent)), List.of(sent), Urgency.ORDER)
        .withIf("cloid", sent.clientId())
        .read(reply -> placed(statuses(reply.json()).at(0), asked));
  }

  private static OrderUpdate placed(Json status, Order order) {
    return error(status) == null
        ? HyperliquidParser.placed(status, order)
        : OrderUpdate.of(order.instrument(), OrderStatus.EXPIRED)
            .order(order.clientId(), null)
            .filled(BigDecimal.ZERO)
            .build();
  }

  /** Parameters of the user's own, as {@code builder}, are fields of the action. */
  private static JsonWriter orders(List<Order> orders) {
    JsonWriter out = ask("order").array("orders");
    orders.forEach(order -> write(out, order));
    out.end().put("grouping", "na");
    orders.stream()
        .flatMap(order -> order.params().entrySet().stream())
        .distinct()
        .forEach(
            p -> {
              if (p.getValue().startsWith("{")) {
                out.put(p.getKey(), Json.parse(p.getValue()));
              } else {
                out.put(p.getKey(), p.getValue());
              }
            });
    return out;
  }

  /** The fields in the order in which the venue hashes them. */
  private static void write(JsonWriter out, Order order) {
    String tif =
        order.type() == OrderType.LIMIT_MAKER
            ? "Alo"
            : order.timeInForce() == TimeInForce.IOC ? "Ioc" : "Gtc";
    out.object()
        .put("a", asset(order))
        .put("b", order.side() == Side.BUY)
        .put("p", Decimal.plain(Objects.requireNonNull(order.price())))
        .put("s", Decimal.plain(Objects.requireNonNull(order.size())))
        .put("r", false)
        .object("t")
        .object("limit")
        .put("tif", tif)
        .end()
        .end();
    (order.clientId() == null ? out : out.put("c", order.clientId())).end();
  }

  private static long asset(Order order) {
    return Long.parseLong(Objects.requireNonNull(order.instrument().attribute(ASSET)));
  }

  /** By the venue's id where it is known, otherwise by ours. */
  private static JsonWriter cancels(List<Order> orders) {
    boolean known = orders.stream().allMatch(order -> order.venueId() != null);
    JsonWriter out = ask(known ? "cancel" : "cancelByCloid").array("cancels");
    for (Order order : orders) {
      out.object().put(known ? "a" : "asset", asset(order));
      (known
              ? out.put("o", Long.parseLong(order.venueId()))
              : out.put("cloid", Objects.requireNonNull(order.clientId())))
          .end();
    }
    return out.end();
  }

  /** Taken for canceled by the word {@code success} alone. */
  private static OrderUpdate canceled(Json status, Order order) {
    boolean success = status.isString() && status.asText().equals("success");
    return OrderUpdate.of(order.instrument(), success ? OrderStatus.CANCELED : OrderStatus.UNKNOWN)
        .rawStatus(status.toString())
        .order(order.clientId(), order.venueId())
        .build();
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return action(cancels(List.of(order)), List.of(order), Urgency.CANCEL)
        .read(reply -> canceled(statuses(reply.json()).at(0), order));
  }

  @Override
  public int mostPlaced() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    return action(orders(orders), orders, Urgency.ORDER)
        .read(reply -> each(reply, orders, HyperliquidSpot::placed));
  }

  @Override
  public int mostCanceled() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    return action(cancels(orders), orders, Urgency.CANCEL)
        .read(reply -> each(reply, orders, HyperliquidSpot::canceled));
  }

  /** Statuses stand in the order of the action. */
  private static List<BatchResult> each(
      Reply reply, List<Order> orders, BiFunction<Json, Order, OrderUpdate> reader) {
    List<BatchResult> results = new ArrayList<>();
    for (Json status : statuses(reply.json()).items()) {
      Fault fault = refusal(status);
      Order order = orders.get(Math.min(results.size(), orders.size() - 1));
      results.add(
          fault == null ? BatchResult.of(reader.apply(status, order)) : BatchResult.refused(fault));
    }
    return results;
  }

  /**
   * The venue cancels the old order and, if that succeeded, places the new one, under an id of its
   * own; only one that rests is replaced so.
   */
  @Override
  public Call<OrderUpdate> replace(Order old, Order replacement) {
    if (replacement.type() == OrderType.MARKET || replacement.timeInForce() == TimeInForce.IOC) {
      return cancel(old).then(gone -> place(replacement));
    }
    JsonWriter out = ask("batchModify").array("modifies").object();
    write(id(out.name("oid"), old).name("order"), replacement);
    return action(out.end().end(), List.of(replacement), Urgency.ORDER)
        .withIf("cloid", replacement.clientId())
        .read(reply -> placed(statuses(reply.json()).at(0), replacement));
  }

  private static JsonWriter id(JsonWriter out, Order order) {
    String id = order.venueId();
    return id == null
        ? out.value(Objects.requireNonNull(order.clientId()))
        : out.value(Long.parseLong(id));
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return info(id(ask("orderStatus").name("oid"), order), 2)
        .signed()
        .urgency(Urgency.TRUTH)
        .read(reply -> HyperliquidParser.update(reply.json().get("order"), order.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return info(ask("frontendOpenOrders"), 20)
        .signed()
        .urgency(Urgency.TRUTH)
        .read(
            reply ->
                rows.read(
                    reply.json(),
                    row -> {
                      Instrument of = pair(row);
                      boolean wanted = of != null && (instrument == null || of.equals(instrument));
                      return wanted ? HyperliquidParser.open(row, of) : null;
                    }));
  }

  /** The pair that a row is about; null where it is about a perpetual swap or an outcome. */
  private @Nullable Instrument pair(Json row) {
    String coin = row.text("coin");
    return HyperliquidParser.isSpot(coin) ? symbols.get(coin) : null;
  }

  /**
   * Fills of the whole account, the latest 2000, or so many from a time on; the venue keeps 10000.
   * The next page begins with the time of the last fill, whose own may be told twice.
   */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    String cursor = query.cursor();
    long since = cursor == null ? query.sinceMillis() : Long.parseLong(cursor);
    Request request =
        since > 0
            ? info(ask("userFillsByTime").put("startTime", since), 30)
            : info(ask("userFills"), 20 + FILLS / 20);
    return request
        .signed()
        .urgency(Urgency.TRUTH)
        .read(
            reply -> {
              List<Json> all = reply.json().items();
              List<Fill> fills = rows.read(reply.json(), row -> fill(row, query));
              fills.sort(Comparator.comparingLong(Fill::venueMillis));
              boolean more = since > 0 && all.size() >= FILLS;
              long last = more ? all.get(all.size() - 1).longValue("time") : 0;
              return new Page<>(fills, more ? Long.toString(Math.max(last, since + 1)) : null);
            });
  }

  private static @Nullable Fill fill(Json row, FillQuery query) {
    Order order = query.order();
    boolean wanted =
        row.text("coin").equals(query.instrument().symbol())
            && (order == null || row.text("oid").equals(order.venueId()));
    return wanted ? HyperliquidParser.fill(row, query.instrument()) : null;
  }

  // ---- streams

  /** The venue hangs up after 60 seconds in which it had nothing to say. */
  @Override
  public List<Stream> streams() {
    Stream.Heartbeat ping =
        new Stream.Heartbeat(
            Duration.ofSeconds(20), signing -> "{\"method\":\"ping\"}", Duration.ofSeconds(45));
    return List.of(
        Stream.of(
                "market",
                EnumSet.of(Topic.Kind.BOOK, Topic.Kind.TRADES, Topic.Kind.TOP),
                HyperliquidMarketSession::new)
            .topics(200, 20)
            .sends(10, Duration.ofSeconds(1))
            .connects(30, Duration.ofMinutes(1))
            .heartbeat(ping),
        Stream.of("account", EnumSet.of(Topic.Kind.ACCOUNT), HyperliquidAccountSession::new)
            .connects(30, Duration.ofMinutes(1))
            .heartbeat(ping));
  }
}
