package dev.colibri.connector.spot.hyperliquid;

import dev.colibri.connector.model.Balance;
import dev.colibri.connector.model.BookSnapshot;
import dev.colibri.connector.model.Candle;
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
import dev.colibri.connector.model.Trigger;
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
import dev.colibri.connector.spi.Limit.Scope;
import dev.colibri.connector.spi.LimitUpdates;
import dev.colibri.connector.spi.Limits;
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
import dev.colibri.connector.spi.Stream;
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
import dev.colibri.connector.text.TextException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How Hyperliquid speaks, of spot pairs and of perpetuals: requests, signatures, refusals, limits.
 */
public abstract class HyperliquidApi extends JsonDialect
    implements NativeBatch,
        NativeBatchCancel,
        NativeReplace,
        DeadMansSwitch,
        Candles,
        KeyPermissions {
  /** The attribute of an instrument that orders name it by. */
  public static final String ASSET = "asset";

  /** The parameter that says in how many milliseconds the venue is to cancel. */
  private static final String AFTER = "after";

  /** The parameters of a transfer. */
  private static final String AMOUNT = "amount";

  private static final String TO_PERP = "toPerp";

  private static final String INFO = "/info";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  static final Refusals REFUSALS =
      Refusals.of()
          // Numbers are drawn once: what came twice may be this very action, done the first time.
          .words(Fault.Kind.OUTCOME_UNKNOWN, "duplicate nonce")
          .words(Fault.Kind.CLOCK_SKEW, "Invalid nonce", "Nonce error", "xpired")
          .words(Fault.Kind.RATE_LIMITED, "Too many cumulative requests", "Too many requests")
          .words(Fault.Kind.RATE_LIMITED, "Cannot send more than", "rate limit")
          .words(Fault.Kind.DUPLICATE_ID, "uplicate cloid", "loid already")
          .words(Fault.Kind.ORDER_NOT_FOUND, "never placed", "Cannot modify canceled or filled")
          .words(
              Fault.Kind.UNAUTHORIZED, "does not exist", "deposit before", "Vault not registered")
          .words(Fault.Kind.REDUCE_ONLY, "educe only")
          .words(Fault.Kind.INSUFFICIENT_FUNDS, "nsufficient")
          .words(Fault.Kind.WOULD_CROSS, "would have immediately matched")
          .words(
              Fault.Kind.BAD_PRICE,
              "divisible by tick size",
              "invalid price",
              "Invalid TP/SL price",
              "away from",
              "far from")
          .words(Fault.Kind.BAD_SIZE, "minimum value", "invalid size", "zero size")
          .words(Fault.Kind.BAD_INSTRUMENT, "halted", "delisted")
          .words(Fault.Kind.MAINTENANCE, "Only post-only orders allowed");

  /**
   * The weight is that of an address on the network. An account earns a request with every dollar
   * that it trades, which nobody here can count: of its actions there may be as many as the weight
   * lets pass, until the venue says that they are used up.
   */
  private static final Limits LIMITS =
      Limits.of()
          .rolling(MINUTE, Scope.IP, "weight 1200")
          .rolling(MINUTE, Scope.ACCOUNT, "actions 1200");

  private static final Intervals INTERVALS =
      Intervals.of("1m 3m 5m 15m 30m 1h 2h 4h 8h 12h 1d 3d 1w", 5000);

  /** A batch below 40 weighs no more than one action. */
  private static final int BATCH = 39;

  private static final int FILLS = 2000;
  private static final long GOOD_MILLIS = 5000;

  /** How far from the touch a market order may trade. */
  private static final BigDecimal SLIPPAGE = new BigDecimal("0.05");

  /** How far from its trigger one that waits may, as the venue's own page has it. */
  private static final BigDecimal TRIGGERED_SLIPPAGE = new BigDecimal("0.1");

  private final boolean testnet;

  /** For one of the environments of a profile. */
  protected HyperliquidApi(Profile profile, String environment) {
    super(profile, LIMITS, REFUSALS);
    testnet = environment.equals("testnet");
  }

  /** What all markets of the venue share. */
  protected static Profile.Builder profile(String name) {
    return Profile.builder(name, "Hyperliquid")
        .hosts("live", "rest https://api.hyperliquid.xyz", "ws wss://api.hyperliquid.xyz")
        .hosts(
            "testnet",
            "rest https://api.hyperliquid-testnet.xyz",
            "ws wss://api.hyperliquid-testnet.xyz")
        .clientIds(
            new ClientIdRule("0xc011b21000000000", 34, ClientIdRule.HEX, "0x"),
            Profile.DuplicateIds.TAKEN)
        .visibilityDelay(Duration.ofSeconds(10))
        .clockTolerance(Duration.ofSeconds(5))
        .books(BookDiscipline.FULL_SNAPSHOTS)
        .bookDepths(5)
        .mostBookLevels(20)
        .apiPage(
            "https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api", "2026-11-22");
  }

  /**
   * The instrument that a row is about; null where it is about another kind of market.
   *
   * @throws dev.colibri.connector.text.TextException when it is of this kind, and not known
   */
  protected abstract @Nullable Instrument traded(
      Json row, Function<String, @Nullable Instrument> known);

  /** An account whose requests are used up still has one every ten seconds; cancels have more. */
  @Override
  public void learn(Reply reply, LimitUpdates out) {
    if (reply.body().length < 1024 && reply.text().contains("Too many cumulative requests")) {
      out.pause("actions", 10_000);
    }
  }

  /** Nonces are milliseconds, of which the venue keeps the highest 20 to 100 of each signer. */
  @Override
  public List<NonceSequence> nonces() {
    return List.of(NonceSequence.clocked("nonce", 1));
  }

  // ---- requests as they leave

  /** Questions about an account name it; actions are signed. */
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
    if (request.param(TO_PERP) != null) {
      return signed.json(transferred(request, context));
    }
    String after = request.param(AFTER);
    Json action =
        Json.parse(after == null ? body : schedule(context.millis() + Long.parseLong(after)));
    String vault = vault(keys);
    // What was not carried out by then never will be, so that its absence later is proof.
    boolean hurries = request.urgency() == Urgency.ORDER;
    Long expires = hurries ? context.millis() + GOOD_MILLIS : null;
    Secp256k1.Signature by =
        Secp256k1.hex(keys.secret()).sign(hash(action, context.nonce(), vault, expires, testnet));
    JsonWriter out = signed(action, context.nonce(), by);
    String clientId = request.param("cloid");
    signed = clientId == null ? signed : signed.identity(clientId);
    out = vault == null ? out : out.put("vaultAddress", vault);
    return signed.json((hurries ? out.put("expiresAfter", expires) : out).end().toString());
  }

  /** A transfer is signed as what it says, and not as a hash of it; only the account itself may. */
  private String transferred(Request request, SigningContext context) {
    String network = testnet ? "Testnet" : "Mainnet";
    int chain = testnet ? 421_614 : 42_161;
    String amount = request.param(AMOUNT);
    boolean toPerp = Boolean.parseBoolean(request.param(TO_PERP));
    Eip712.Struct said =
        Eip712.struct(
                "HyperliquidTransaction:UsdClassTransfer(string hyperliquidChain,string amount,"
                    + "bool toPerp,uint64 nonce)")
            .text(network)
            .text(amount)
            .bool(toPerp)
            .number(context.nonce());
    JsonWriter action =
        JsonWriter.of(
            "type",
            "usdClassTransfer",
            "hyperliquidChain",
            network,
            "signatureChainId",
            "0x" + Integer.toHexString(chain),
            AMOUNT,
            amount,
            TO_PERP,
            toPerp,
            "nonce",
            context.nonce());
    byte[] hash = typed("HyperliquidSignTransaction", chain, said);
    Secp256k1.Signature by = Secp256k1.hex(context.credentials().secret()).sign(hash);
    return signed(Json.parse(action.toString()), context.nonce(), by).end().toString();
  }

  /** The body of an action, to which more may be added. */
  private static JsonWriter signed(Json action, long nonce, Secp256k1.Signature by) {
    JsonWriter out = new JsonWriter().object().put("action", action).put("nonce", nonce);
    return out.object("signature").put("r", by.rHex()).put("s", by.sHex()).put("v", by.v()).end();
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
   * MessagePack, the nonce in 8 bytes, 0, or 1 and the 20 bytes of the vault, and, of one that
   * expires, 0 and when in 8 bytes.
   */
  private static byte[] hash(
      Json action, long nonce, @Nullable String vault, @Nullable Long expires, boolean testnet) {
    String hex =
        Hex.encode(MsgPack.encode(action))
            + HexFormat.of().toHexDigits(nonce)
            + (vault == null ? "00" : "01" + vault.substring(2))
            + (expires == null ? "" : "00" + HexFormat.of().toHexDigits(expires));
    return typed(
        "Exchange",
        1337,
        Eip712.struct("Agent(string source,bytes32 connectionId)")
            .text(testnet ? "b" : "a")
            .fixed(Digest.keccak256(Hex.decode(hex))));
  }

  /** What is signed of a struct, in one of the venue's domains. */
  private static byte[] typed(String domain, long chain, Eip712.Struct message) {
    byte[] of =
        Eip712.struct(
                "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
            .text(domain)
            .text("1")
            .number(chain)
            .address("0x" + "00".repeat(20))
            .hash();
    return Eip712.digest(of, message.hash());
  }

  /** A question. */
  protected static Request info(long weight, @Nullable Object... question) {
    return Request.post(INFO)
        .readOnly()
        .cost("weight", weight)
        .body(JsonWriter.of(question).toString());
  }

  private static String schedule(long millis) {
    return JsonWriter.of("type", "scheduleCancel", "time", millis).toString();
  }

  /** An action that is about no order. */
  protected static Request action(@Nullable Object... action) {
    return acting(Urgency.QUERY, 1).body(JsonWriter.of(action).toString());
  }

  /** Moves dollars between the account's wallets, where the key is the account's own. */
  protected static Request moving(BigDecimal amount, boolean toPerp) {
    return action("type", "usdClassTransfer")
        .with(AMOUNT, Decimal.plain(amount))
        .with(TO_PERP, Boolean.toString(toPerp));
  }

  /** An action of so many orders, all of one instrument. */
  private static Request action(List<Order> orders, Urgency urgency, @Nullable Object... action) {
    return acting(urgency, orders.size())
        .about(orders.get(0).instrument())
        .body(JsonWriter.of(action).toString());
  }

  private static Request acting(Urgency urgency, int actions) {
    Request request =
        Request.post("/exchange").signed().nonce("nonce").urgency(urgency).cost("weight", 1);
    return urgency == Urgency.CANCEL ? request : request.cost("actions", actions);
  }

  // ---- refusals

  /**
   * A body that the venue cannot read is answered by 422 and plain text; nothing was done. Among
   * the questions is one that is answered by a word.
   */
  @Override
  public @Nullable Fault fault(Request request, Reply reply) {
    byte[] body = reply.body();
    if (reply.status() == 200 && !request.isMutation() && body.length > 0 && body[0] == '"') {
      return null;
    }
    if (reply.status() == 422) {
      boolean address = request.isSigned() && !request.isMutation();
      return REFUSALS.fault(address ? 401 : 400, "HTTP 422", reply.text());
    }
    return super.fault(request, reply);
  }

  /**
   * What is said against the whole request, or against the only order it is about.
   *
   * <pre>{@code
   * {"status":"err","response":"User or API Wallet 0x… does not exist."}
   * {"status":"ok","response":{"type":"order","data":{"statuses":[{"error":"Order has invalid size."}]}}}
   * {"status":"unknownOid"}
   * }</pre>
   */
  @Override
  protected @Nullable Fault told(Request request, int status, Json answer) {
    String word = answer.textOr("status", "");
    if (word.equals("unknownOid")) {
      return Fault.of(Fault.Kind.ORDER_NOT_FOUND, word);
    }
    if (word.equals("err")) {
      return REFUSALS.fault(status, word, answer.text("response"));
    }
    // {"status":"ok","response":{"type":"default"}}: taken, and there is no more to say.
    boolean told = word.equals("ok") && !answer.get("response").text("type").equals("default");
    Json statuses = told ? statuses(answer) : null;
    return statuses != null && statuses.size() == 1 ? refusal(statuses.at(0)) : null;
  }

  private static Json statuses(Json answer) {
    return answer.get("response").get("data").get("statuses");
  }

  /** What is said against one order; that it met nobody is an end and no refusal. */
  private static @Nullable Fault refusal(Json status) {
    String error = status.isObject() ? status.findText("error") : null;
    return error == null || HyperliquidParser.metNobody(error)
        ? null
        : REFUSALS.fault(200, "error", error);
  }

  // ---- market data

  @Override
  public Call<Long> time() {
    return info(2, "type", "exchangeStatus").json(json -> json.longValue("time"));
  }

  @Override
  public Call<BookSnapshot> book(Instrument instrument, int depth) {
    return book(instrument, Urgency.QUERY);
  }

  private static Call<BookSnapshot> book(Instrument instrument, Urgency urgency) {
    return info(2, "type", "l2Book", "coin", instrument.symbol())
        .urgency(urgency)
        .read(reply -> HyperliquidParser.BOOK.snapshot(reply.body(), instrument));
  }

  /** The touch and the last trade of each. */
  protected final Call<List<Ticker>> touches(List<Instrument> instruments, BadRows rows) {
    return Call.all(
        instruments.stream()
            .map(
                i ->
                    book(i, 1)
                        .then(
                            book ->
                                trades(i, 1, rows)
                                    .map(last -> HyperliquidParser.ticker(i, book, last))))
            .toList());
  }

  @Override
  public Call<List<Trade>> trades(Instrument instrument, int limit, BadRows rows) {
    return info(21, "type", "recentTrades", "coin", instrument.symbol())
        .rows("", rows, row -> HyperliquidParser.trade(row, instrument));
  }

  @Override
  public Intervals intervals() {
    return INTERVALS;
  }

  /** The venue keeps no more of an interval than these. */
  @Override
  public Call<List<Candle>> candles(CandleRange range, BadRows rows) {
    long from = range.fromMillis();
    long last = range.toMillis() - 1;
    String coin = range.instrument().symbol();
    JsonWriter asked =
        JsonWriter.of("coin", coin, "interval", range.name(), "startTime", from, "endTime", last);
    long weight = 20 + (last + 1 - from) / range.interval().toMillis() / 60;
    return info(weight, "type", "candleSnapshot", "req", asked)
        .rows("", rows, row -> HyperliquidParser.candle(row, range));
  }

  // ---- the account

  /** An API wallet may trade only; the account's own key may do everything. */
  @Override
  public Call<Boolean> mayWithdraw() {
    Fault nobody = Fault.of(Fault.Kind.UNAUTHORIZED, "the key is of no account and no API wallet");
    return info(60, "type", "userRole")
        .signed()
        .with("of", "signer")
        .json(json -> json.text("role"))
        .then(
            role -> role.equals("missing") ? Call.failed(nobody) : Call.of(!role.equals("agent")));
  }

  /** The account's rates, of which the venue's fields are these. */
  protected final Call<List<FeeRate>> fees(String maker, String taker) {
    return info(20, "type", "userFees")
        .signed()
        .json(json -> List.of(new FeeRate(null, json.decimal(maker), json.decimal(taker))));
  }

  /** What is in the wallet of spot. */
  protected final Call<List<Balance>> spotBalances(BadRows rows) {
    return info(2, "type", "spotClearinghouseState")
        .signed()
        .rows("balances", rows, HyperliquidParser::balance);
  }

  // ---- orders

  /**
   * The venue has no market orders: what trades at once at the touch or a little worse is one, and
   * what waits is priced by its trigger.
   */
  @Override
  public Call<OrderUpdate> place(Order order) {
    if (order.type() != OrderType.MARKET) {
      return submit(order, order);
    }
    Trigger trigger = order.trigger();
    if (trigger != null) {
      return submit(order, order.limit(worst(order, trigger.price())).ioc());
    }
    Fault nobody = Fault.of(Fault.Kind.REJECTED, "nobody to trade with: that side is empty");
    return book(order.instrument(), Urgency.ORDER)
        .then(
            book -> {
              BigDecimal worst = book.worst(order.side(), SLIPPAGE);
              return worst == null ? Call.failed(nobody) : submit(order, order.limit(worst).ioc());
            });
  }

  private static BigDecimal worst(Order order, BigDecimal price) {
    boolean buy = order.side() == Side.BUY;
    BigDecimal slip = price.multiply(TRIGGERED_SLIPPAGE);
    return order
        .instrument()
        .rules()
        .roundPrice(
            buy ? price.add(slip) : price.subtract(slip),
            buy ? RoundingMode.FLOOR : RoundingMode.CEILING);
  }

  private static Call<OrderUpdate> submit(Order asked, Order sent) {
    return action(List.of(sent), Urgency.ORDER, orders(List.of(sent)))
        .withIf("cloid", sent.clientId())
        .json(json -> HyperliquidParser.placed(statuses(json).at(0), asked));
  }

  /** Parameters of the user's own, as {@code builder}, are fields of the action. */
  private static @Nullable Object[] orders(List<Order> orders) {
    Map<String, String> own = new LinkedHashMap<>();
    orders.forEach(order -> own.putAll(order.params()));
    List<@Nullable Object> action = new ArrayList<>();
    action.addAll(
        List.of("type", "order", "orders", orders.stream().map(HyperliquidApi::wire).toList()));
    action.addAll(List.of("grouping", "na"));
    own.forEach(
        (name, value) ->
            action.addAll(List.of(name, value.startsWith("{") ? Json.parse(value) : value)));
    return action.toArray();
  }

  /**
   * The fields in the order in which the venue hashes them; what trades at once is a market one.
   */
  private static JsonWriter wire(Order order) {
    JsonWriter out =
        new JsonWriter()
            .object()
            .put("a", asset(order.instrument()))
            .put("b", order.side() == Side.BUY)
            .put("p", Decimal.plain(order.price()))
            .put("s", Decimal.plain(order.size()))
            .put("r", order.isReduceOnly())
            .object("t");
    Trigger trigger = order.trigger();
    if (trigger == null) {
      out.object("limit").put("tif", HyperliquidParser.KINDS.of(order));
    } else if (order.type() == OrderType.LIMIT_MAKER) {
      throw new TextException("what waits for a price cannot be post-only here: " + order);
    } else {
      out.object("trigger")
          .put("isMarket", order.timeInForce() == TimeInForce.IOC)
          .put("triggerPx", Decimal.plain(trigger.price()))
          .put("tpsl", trigger.kind() == Trigger.Kind.STOP ? "sl" : "tp");
    }
    out.end().end();
    return (order.clientId() == null ? out : out.put("c", order.clientId())).end();
  }

  /** What actions name an instrument by. */
  protected static long asset(Instrument instrument) {
    return Long.parseLong(Objects.requireNonNull(instrument.attribute(ASSET)));
  }

  @Override
  public int mostPlaced() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> placeAll(List<Order> orders) {
    return each(action(orders, Urgency.ORDER, orders(orders)), orders, HyperliquidParser::placed);
  }

  @Override
  public int mostCanceled() {
    return BATCH;
  }

  @Override
  public Call<List<BatchResult>> cancelEach(List<Order> orders) {
    return each(canceling(orders), orders, HyperliquidParser::canceled);
  }

  /** Statuses stand in the order of the action. */
  private static Call<List<BatchResult>> each(
      Request request, List<Order> orders, BiFunction<Json, Order, OrderUpdate> reader) {
    return request.json(
        json ->
            BatchResult.inOrder(
                orders,
                statuses(json),
                (row, order) -> {
                  Fault fault = refusal(row);
                  return fault == null
                      ? BatchResult.of(reader.apply(row, order))
                      : BatchResult.refused(fault);
                }));
  }

  /** By the venue's id where it is known, otherwise by ours. */
  private static Request canceling(List<Order> orders) {
    boolean known = orders.stream().allMatch(order -> order.venueId() != null);
    return action(
        orders,
        Urgency.CANCEL,
        "type",
        known ? "cancel" : "cancelByCloid",
        "cancels",
        orders.stream()
            .map(
                order ->
                    known
                        ? JsonWriter.of("a", asset(order.instrument()), "o", id(order))
                        : JsonWriter.of(
                            "asset", asset(order.instrument()), "cloid", order.clientId()))
            .toList());
  }

  private static @Nullable Object id(Order order) {
    String id = order.venueId();
    return id == null ? order.clientId() : (Object) Long.parseLong(id);
  }

  @Override
  public Call<OrderUpdate> cancel(Order order) {
    return canceling(List.of(order))
        .json(json -> HyperliquidParser.canceled(statuses(json).at(0), order));
  }

  /**
   * The venue cancels the old order and, if that succeeded, places the new one, under an id of its
   * own; only one that rests is replaced so.
   */
  @Override
  public Call<OrderUpdate> replace(Order old, Order replacement) {
    if (replacement.type() == OrderType.MARKET || replacement.timeInForce() == TimeInForce.IOC) {
      Fault rests = Fault.of(Fault.Kind.REJECTED, "not placed: the old order may not be canceled");
      return cancel(old)
          .then(
              gone ->
                  gone.status() == OrderStatus.CANCELED ? place(replacement) : Call.failed(rests));
    }
    JsonWriter change = JsonWriter.of("oid", id(old), "order", wire(replacement));
    return action(
            List.of(replacement), Urgency.ORDER, "type", "batchModify", "modifies", List.of(change))
        .withIf("cloid", replacement.clientId())
        .json(json -> HyperliquidParser.placed(statuses(json).at(0), replacement));
  }

  @Override
  public Duration leastTimeout() {
    return Duration.ofSeconds(5);
  }

  /** The venue names none. */
  @Override
  public Duration mostTimeout() {
    return Duration.ofDays(1);
  }

  /**
   * Of every order of the account, perpetuals too, at a time by the venue's clock. An account must
   * have traded a million dollars before it may, and has it act ten times a day at the most.
   */
  @Override
  public Call<Boolean> arm(Duration timeout) {
    return acting(Urgency.TRUTH, 1).with(AFTER, timeout.toMillis()).json(json -> true);
  }

  /** Without a time it cancels nothing. */
  @Override
  public Call<Boolean> disarm() {
    return acting(Urgency.TRUTH, 1).body("{\"type\":\"scheduleCancel\"}").json(json -> false);
  }

  @Override
  public Call<OrderUpdate> status(Order order) {
    return info(2, "type", "orderStatus", "oid", id(order))
        .signed()
        .urgency(Urgency.TRUTH)
        .json(json -> HyperliquidParser.update(json.get("order"), order.instrument()));
  }

  @Override
  public Call<List<OrderUpdate>> openOrders(@Nullable Instrument instrument, BadRows rows) {
    return info(20, "type", "frontendOpenOrders")
        .signed()
        .urgency(Urgency.TRUTH)
        .rows(
            "",
            rows,
            row -> {
              Instrument of = traded(row, symbols::find);
              boolean wanted = of != null && (instrument == null || of.equals(instrument));
              return wanted ? HyperliquidParser.open(row, of) : null;
            });
  }

  /**
   * Fills of the whole account, the latest 2000, or so many from a time on; the venue keeps 10000.
   * The next page begins with the time of the latest fill, whose own may be told twice.
   */
  @Override
  public Call<Page<Fill>> fills(FillQuery query, BadRows rows) {
    String cursor = query.cursor();
    long since = cursor == null ? query.sinceMillis() : Long.parseLong(cursor);
    Request request =
        since > 0
            ? info(30, "type", "userFillsByTime", "startTime", since)
            : info(20 + FILLS / 20, "type", "userFills");
    return request
        .signed()
        .urgency(Urgency.TRUTH)
        .json(
            json -> {
              List<Fill> fills = rows.read(json, row -> HyperliquidParser.fill(row, query));
              return since > 0 ? page(fills, json, FILLS, since) : new Page<>(fills, null);
            });
  }

  /** A page of rows since a time: where it is full, another begins with the latest of them. */
  protected static <T> Page<T> page(List<T> items, Json rows, int full, long since) {
    long latest = since + 1;
    for (Json row : rows.items()) {
      latest = Math.max(latest, row.isObject() ? row.longOr("time", 0) : 0);
    }
    return new Page<>(items, rows.size() < full ? null : Long.toString(latest));
  }

  // ---- streams

  /** The venue hangs up after 60 seconds in which it had nothing to say. */
  protected static List<Stream> streams(Stream market, Stream account) {
    return List.of(kept(market.topics(200, 1)), kept(account));
  }

  private static Stream kept(Stream stream) {
    return stream
        .sends(10, Duration.ofSeconds(1))
        .connects(30, MINUTE)
        .pings(Duration.ofSeconds(20), "{\"method\":\"ping\"}");
  }
}
