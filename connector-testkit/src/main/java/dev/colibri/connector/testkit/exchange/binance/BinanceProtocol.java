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
 * What Binance's kinds of markets share over an {@link Exchange}: keys and signatures, limits,
 * errors, listen keys and sessions of streams.
 *
 * <p>Symbols are base and quote in one word: {@code BTCUSDT} for {@code BTC-USDT}.
 */
public abstract sealed class BinanceProtocol implements Protocol
    permits BinanceSpotProtocol, BinancePerpProtocol {

  private static final BigDecimal MAX_RECV_WINDOW = new BigDecimal(60_000);
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

  final Exchange exchange;
  private final Keys keys = new Keys();
  final Faults faults;
  private final Limits limits;
  private final UserStreams users;
  private final MarketStreams markets;
  private final Map<String, Operation> byTarget = new LinkedHashMap<>();
  private final Map<String, Operation> byMethod = new LinkedHashMap<>();
  final Set<BinanceSession> connections = new LinkedHashSet<>();
  private final SplittableRandom random;
  private long lastWake = Long.MIN_VALUE;

  /**
   * @param seed for the ids that callers leave to the venue
   */
  BinanceProtocol(
      Exchange exchange,
      long seed,
      Faults faults,
      Limits limits,
      UserStreams users,
      MarketStreams markets) {
    this.exchange = exchange;
    this.random = new SplittableRandom(seed);
    this.faults = faults;
    this.limits = limits;
    this.users = users;
    this.markets = markets;
    exchange.listen(markets);
    exchange.listen(users);
    exchange.listen(limits);
  }

  /** What callers may ask; called once, by the constructor of each kind. */
  final void answer(List<Operation> operations) {
    for (var operation : operations) {
      byTarget.put(operation.target(), operation);
      byMethod.put(operation.method(), operation);
    }
    byTarget.remove("");
    byMethod.remove("");
  }

  /** Registers an API key whose requests are signed with a shared secret. */
  public final void addHmacKey(String apiKey, String secret, String account) {
    keys.addHmac(apiKey, secret, account);
  }

  /** Registers an API key whose requests are signed with the private half of this key. */
  public final void addEd25519Key(String apiKey, PublicKey publicKey, String account) {
    keys.addEd25519(apiKey, publicKey, account);
  }

  @Override
  public final Faults faults() {
    return faults;
  }

  final Limits limits() {
    return limits;
  }

  final UserStreams users() {
    return users;
  }

  final MarketStreams markets() {
    return markets;
  }

  /** An id such as the venue makes when the caller does not: so many letters and digits. */
  final String randomId(int length) {
    var id = new StringBuilder();
    for (int i = 0; i < length; i++) {
      id.append(LETTERS.charAt((int) ((random.nextLong() >>> 1) % LETTERS.length())));
    }
    return id.toString();
  }

  // REST

  @Override
  public final Reply handle(Request request, long now) {
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
        limits.tellOrders(headers, key.account(), now);
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

  private void run(Operation operation, Call call, JsonWriter out) {
    try {
      operation.handler().handle(call, out);
    } catch (Refused e) {
      throw error(e);
    }
  }

  /** The venue's words for what the matcher refuses. */
  abstract ApiError error(Refused refused);

  // WebSocket

  @Override
  public final @Nullable Session open(
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
    return open(path, query, remote, connection, now);
  }

  /** Opens a session at a path without trailing slashes, or answers null. */
  abstract @Nullable Session open(
      String path, String query, String remote, Protocol.Connection connection, long now);

  /** A session at {@code /stream}, {@code /ws}, or a path below. */
  final @Nullable Session openStreams(
      String path,
      String query,
      StreamSession.Rules rules,
      Protocol.Connection connection,
      long now) {
    boolean combined = path.equals("/stream");
    if (!combined && !path.equals("/ws") && !path.startsWith("/ws/")) {
      return null;
    }
    var session =
        new StreamSession(markets, users, faults, rules, combined, connection, connections, now);
    var names = combined ? parameter(query, "streams") : path.substring(Math.min(path.length(), 4));
    for (var name : names.split("/")) {
      if (!name.isEmpty()) {
        session.subscribe(name);
      }
    }
    return session;
  }

  static String parameter(String query, String name) {
    for (var pair : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
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

  // The WebSocket API

  /** Carries out a WebSocket API request; throws {@link ApiError}. */
  final Outcome perform(
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
  public final void restart(long now, long downMillis, int closeCode, boolean losesOrders) {
    faults.goDown(now + downMillis, closeCode == 1006);
    List.copyOf(connections).forEach(c -> c.end(closeCode, "restart"));
    if (losesOrders) {
      exchange.expelAll(now);
    }
  }

  @Override
  public final void maintain(long now, long millis, boolean inWords) {
    faults.closeForMaintenance(now + millis, inWords);
    exchange.setPaused(true, now);
  }

  @Override
  public final void replay(int count, long now) {
    users.replay(count);
  }

  // Time

  @Override
  public final void wake(long now) {
    exchange.wake(now);
    if (exchange.isPaused() && !faults.isMaintained(now)) {
      exchange.setPaused(false, now);
    }
    due(now);
    markets.wake(now);
    users.wake(now);
    List.copyOf(connections).forEach(c -> c.wake(now));
    lastWake = now;
  }

  /** What else time alone causes; nothing unless a kind of market says so. */
  void due(long now) {}

  @Override
  public final long nextWake() {
    return lastWake == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : (Math.floorDiv(lastWake, MarketStreams.TICK) + 1) * MarketStreams.TICK;
  }
}
