package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.Refused;
import dev.colibri.connector.testkit.exchange.binance.Operation.Access;
import dev.colibri.connector.testkit.exchange.binance.Operation.Call;
import dev.colibri.connector.text.JsonWriter;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Binance spot over an {@link Exchange}: REST {@code /api/v3}, market streams {@code /ws} and
 * {@code /stream}, user data streams, and the WebSocket API {@code /ws-api/v3}.
 *
 * <p>Symbols are base and quote in one word: {@code BTCUSDT} for {@code BTC-USDT}.
 */
public final class BinanceSpotProtocol implements Protocol {

  private static final BigDecimal MAX_RECV_WINDOW = new BigDecimal(60_000);
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  private final Exchange exchange;
  private final Keys keys = new Keys();
  private final Faults faults = new Faults();
  private final Limits limits;
  private final UserStreams users;
  private final MarketStreams markets;
  private final Map<String, Operation> byTarget = new LinkedHashMap<>();
  private final Map<String, Operation> byMethod = new LinkedHashMap<>();
  private final Set<BinanceSession> connections = new LinkedHashSet<>();
  private final SplittableRandom random;
  private long lastWake = Long.MIN_VALUE;

  /** With the venue's own limits. */
  public BinanceSpotProtocol(Exchange exchange, long seed) {
    this(exchange, seed, RateLimits.VENUE);
  }

  /**
   * @param seed for the ids that callers leave to the venue
   */
  public BinanceSpotProtocol(Exchange exchange, long seed, RateLimits rateLimits) {
    this.exchange = exchange;
    this.random = new SplittableRandom(seed);
    this.limits = new Limits(rateLimits, faults);
    this.users = new UserStreams(exchange, faults);
    this.markets = new MarketStreams(exchange);
    exchange.listen(markets);
    exchange.listen(users);
    exchange.listen(limits);
    for (var operation : Operations.all(this, exchange)) {
      byTarget.put(operation.target(), operation);
      byMethod.put(operation.method(), operation);
    }
    byTarget.remove("");
    byMethod.remove("");
  }

  /** Registers an API key whose requests are signed with a shared secret. */
  public void addHmacKey(String apiKey, String secret, String account) {
    keys.addHmac(apiKey, secret, account);
  }

  /** Registers an API key whose requests are signed with the private half of this key. */
  public void addEd25519Key(String apiKey, PublicKey publicKey, String account) {
    keys.addEd25519(apiKey, publicKey, account);
  }

  @Override
  public Faults faults() {
    return faults;
  }

  Limits limits() {
    return limits;
  }

  UserStreams users() {
    return users;
  }

  MarketStreams markets() {
    return markets;
  }

  /** An id such as the venue makes when the caller does not: so many letters and digits. */
  String randomId(int length) {
    var id = new StringBuilder();
    for (int i = 0; i < length; i++) {
      id.append(LETTERS.charAt((int) ((random.nextLong() >>> 1) % LETTERS.length())));
    }
    return id.toString();
  }

  // REST

  @Override
  public Reply handle(Request request, long now) {
    var target = request.method() + " " + request.path();
    var down = faults.whileDown(now);
    if (down != null) {
      return down;
    }
    var fault = faults.take(target);
    var headers = new LinkedHashMap<String, String>();
    headers.put("Content-Type", "application/json;charset=UTF-8");
    var reply =
        fault == null || fault.kind().isCarriedOut()
            ? perform(target, request, headers, now)
            : Reply.DROPPED;
    return faults.late(
        target, fault == null ? reply : new Reply(fault.status(), headers, fault.body()));
  }

  private Reply perform(String target, Request request, Map<String, String> headers, long now) {
    var operation = byTarget.get(target);
    if (operation == null) {
      headers.put("Content-Type", "text/html");
      return new Reply(404, headers, "<html><body><h2>404 Not found</h2></body></html>");
    }
    boolean isPublic = operation.access() == Access.PUBLIC;
    var closed = isPublic ? null : faults.inMaintenance(now);
    if (closed != null) {
      return closed;
    }
    int status = 200;
    var out = new JsonWriter();
    try {
      var params = Params.of(request.query(), request.bodyText());
      limits.spend(request.remote(), operation.weight().applyAsInt(params), now);
      Keys.Key key = null;
      if (!isPublic) {
        requireNoMaintenance(now);
        key = keys.require(request.headers().get("x-mbx-apikey"));
      }
      if (operation.access() == Access.SIGNED && key != null) {
        var signature = params.text("signature");
        params.text("timestamp"); // a missing parameter is said before a wrong signature
        key.verify(unsigned(request.query()) + unsigned(request.bodyText()), signature);
        requireInTime(params, now);
      }
      run(operation, new Call(params, key, null, now), out);
      if (operation.ordering() && key != null) {
        headers.put(
            "X-MBX-ORDER-COUNT-10S",
            Integer.toString(limits.ordersInTenSeconds(key.account(), now)));
        headers.put(
            "X-MBX-ORDER-COUNT-1D", Integer.toString(limits.ordersToday(key.account(), now)));
      }
    } catch (ApiError e) {
      status = e.status();
      out = new JsonWriter();
      e.write(out);
      if (e.retryAt() > 0) {
        headers.put("Retry-After", Long.toString(Math.max(1, (e.retryAt() - now + 999) / 1_000)));
      }
    }
    var used = Integer.toString(limits.usedWeight(request.remote(), now));
    headers.put("X-MBX-USED-WEIGHT", used);
    headers.put("X-MBX-USED-WEIGHT-1M", used);
    return new Reply(status, headers, out.toString());
  }

  private void requireNoMaintenance(long now) {
    if (faults.isMaintained(now)) {
      faults.count(Faults.Effect.REFUSED_IN_MAINTENANCE);
      throw new ApiError(
          503,
          -1008,
          "Server is currently overloaded with other requests. Please try again in a few minutes.");
    }
  }

  /** A form without its signature, every other byte as it was sent. */
  private static String unsigned(String form) {
    var kept = new ArrayList<String>();
    for (var pair : form.split("&", -1)) {
      if (!pair.startsWith("signature=")) {
        kept.add(pair);
      }
    }
    return String.join("&", kept);
  }

  private static void requireInTime(Params params, long now) {
    long timestamp = params.number("timestamp");
    if (timestamp >= 100_000_000_000_000L) {
      timestamp /= 1_000; // microseconds are lawful
    }
    var window = params.findDecimal("recvWindow");
    if (window != null && window.compareTo(MAX_RECV_WINDOW) > 0) {
      throw new ApiError(
          -1102, "'recvWindow' contains unexpected value. Cannot be greater than 60000.");
    }
    if (timestamp >= now + 1_000) {
      throw new ApiError(
          -1021, "Timestamp for this request was 1000ms ahead of the server's time.");
    }
    if (now - timestamp > (window == null ? 5_000L : window.longValue())) {
      throw new ApiError(-1021, "Timestamp for this request is outside of the recvWindow.");
    }
  }

  private static void run(Operation operation, Call call, JsonWriter out) {
    try {
      operation.handler().handle(call, out);
    } catch (Refused e) {
      throw ApiError.of(e);
    }
  }

  // WebSocket

  @Override
  public @Nullable Session open(
      String target, String remote, Protocol.Connection connection, long now) {
    if (faults.isDown(now)) {
      faults.count(Faults.Effect.REFUSED_WHILE_DOWN);
      return null;
    }
    int mark = target.indexOf('?');
    var path = mark < 0 ? target : target.substring(0, mark);
    var query = mark < 0 ? "" : target.substring(mark + 1);
    // Some clients add a slash, or a path of their own after the base path.
    while (path.length() > 1 && path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    if (path.equals("/ws-api/v3")) {
      try {
        limits.spend(remote, 2, now);
      } catch (ApiError e) {
        return null;
      }
      boolean show = !query.contains("returnRateLimits=false");
      return new ApiSession(this, remote, show, connection, connections, now);
    }
    boolean combined = path.equals("/stream");
    if (!combined && !path.equals("/ws") && !path.startsWith("/ws/")) {
      return null;
    }
    var session = new StreamSession(markets, users, faults, combined, connection, connections, now);
    var names = combined ? streamsOf(query) : path.substring(Math.min(path.length(), 4));
    for (var name : names.split("/")) {
      if (!name.isEmpty()) {
        session.subscribe(name);
      }
    }
    return session;
  }

  private static String streamsOf(String query) {
    for (var pair : query.split("&")) {
      if (pair.startsWith("streams=")) {
        return URLDecoder.decode(pair.substring("streams=".length()), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  /**
   * What became of a WebSocket API request.
   *
   * @param account whose order counts the answer tells, or empty
   * @param instead what a fault answers in place of the result, empty for nothing; or null
   */
  record Outcome(String account, @Nullable String instead) {}

  /** Carries out a WebSocket API request; throws {@link ApiError}. */
  Outcome perform(
      String method, Params params, ApiSession session, String remote, long now, JsonWriter out) {
    var operation = byMethod.get(method);
    if (operation == null) {
      throw new ApiError(-1020, "This operation is not supported.");
    }
    var fault = faults.take(method);
    if (fault != null && !fault.kind().isCarriedOut()) {
      return new Outcome("", fault.body());
    }
    limits.spend(remote, operation.weight().applyAsInt(params), now);
    if (operation.access() != Access.PUBLIC) {
      requireNoMaintenance(now);
    }
    var key = operation.access() == Access.PUBLIC ? null : authenticate(operation, params, session);
    if (operation.access() == Access.SIGNED) {
      requireInTime(params, now);
    }
    run(operation, new Call(params, key, session, now), out);
    var account = operation.ordering() && key != null ? key.account() : "";
    return new Outcome(account, fault == null ? null : fault.body());
  }

  /** The key a request names and signs with, else the one its session is logged on with. */
  private Keys.Key authenticate(Operation operation, Params params, ApiSession session) {
    var ofSession = session.key();
    if (ofSession != null && !params.has("apiKey")) {
      return ofSession;
    }
    var key = keys.require(params.text("apiKey"));
    if (operation.access() == Access.SIGNED) {
      key.verify(params.sortedPayload(), params.text("signature"));
    }
    return key;
  }

  // What goes wrong for everybody

  @Override
  public void restart(long now, long downMillis, int closeCode, boolean losesOrders) {
    faults.goDown(now + downMillis, closeCode == 1006);
    List.copyOf(connections).forEach(c -> c.end(closeCode, "restart"));
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
    users.replay(count);
  }

  // Time

  @Override
  public void wake(long now) {
    if (exchange.isPaused() && !faults.isMaintained(now)) {
      exchange.setPaused(false, now);
    }
    markets.wake(now);
    users.wake(now);
    List.copyOf(connections).forEach(c -> c.wake(now));
    lastWake = now;
  }

  @Override
  public long nextWake() {
    return lastWake == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : (Math.floorDiv(lastWake, MarketStreams.TICK) + 1) * MarketStreams.TICK;
  }
}
