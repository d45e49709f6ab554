package dev.colibri.connector.testkit.exchange.binance;

import dev.colibri.connector.testkit.exchange.Faults;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.text.Json;
import dev.colibri.connector.text.JsonWriter;
import dev.colibri.connector.text.TextException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A connection to the WebSocket API: requests, and events of the accounts it subscribes to. */
final class ApiSession extends BinanceSession {

  /** Subscriptions a connection may ever make, as the venue's documentation says. */
  private static final int MAX_SUBSCRIPTION_IDS = 65_535;

  private final BinanceProtocol protocol;
  private final String remote;
  private final boolean showRateLimits;
  private final Map<Integer, Subscription> subscriptions = new LinkedHashMap<>();
  private int nextSubscription;
  private Keys.@Nullable Key key;
  private long authorizedSince;

  private final class Subscription implements UserStreams.Subscriber {
    final int id;
    final String account;
    final boolean ofSession;

    Subscription(int id, String account, boolean ofSession) {
      this.id = id;
      this.account = account;
      this.ofSession = ofSession;
    }

    @Override
    public void event(String json) {
      send(Faults.PRIVATE, "{\"subscriptionId\":" + id + ",\"event\":" + json + "}");
    }
  }

  ApiSession(
      BinanceProtocol protocol,
      String remote,
      boolean showRateLimits,
      Protocol.Connection connection,
      Set<BinanceSession> all,
      long now) {
    super(
        connection,
        protocol.faults(),
        all,
        StreamSession.Rules.SPOT.pingMillis(),
        StreamSession.Rules.SPOT.pongMillis(),
        now);
    this.protocol = protocol;
    this.remote = remote;
    this.showRateLimits = showRateLimits;
  }

  /** The key this session is logged on with, or null. */
  Keys.@Nullable Key key() {
    return key;
  }

  @Override
  void leave() {
    subscriptions.values().forEach(s -> protocol.users().unsubscribe(s.account, s));
    subscriptions.clear();
  }

  @Override
  void received(String frame, long now) {
    Json request;
    String method;
    Params params;
    try {
      request = Json.parse(frame);
      method = request.text("method");
      params = Params.of(request.find("params"));
    } catch (TextException e) {
      var error = new JsonWriter();
      new ApiError(-1135, "Invalid JSON Request").write(error);
      send(reply(null, 400, "error", error, showRateLimits ? "" : null, now));
      return;
    }
    var id = request.find("id");
    boolean limits = showRateLimits;
    try {
      limits = params.flag("returnRateLimits", showRateLimits);
      var plain = method.startsWith("v3/") ? method.substring(3) : method;
      var result = new JsonWriter();
      var outcome = protocol.perform(plain, params, this, remote, now, result);
      var instead = outcome.instead();
      if (instead == null) {
        var text = reply(id, 200, "result", result, limits ? outcome.account() : null, now);
        if (plain.startsWith("userDataStream.subscribe")) {
          send(Faults.ACKS, text);
        } else {
          send(text);
        }
      } else if (!instead.isEmpty()) {
        send(instead);
      }
    } catch (ApiError e) {
      var error = new JsonWriter();
      e.writeWithTimes(error, now);
      send(reply(id, e.status(), "error", error, limits ? "" : null, now));
    }
  }

  /**
   * An answer; {@code account} is whose order counts to tell, empty for none, null for no counts.
   */
  private String reply(
      @Nullable Json id,
      int status,
      String name,
      JsonWriter body,
      @Nullable String account,
      long now) {
    var text = new StringBuilder();
    text.append("{\"id\":").append(id).append(",\"status\":").append(status);
    text.append(",\"").append(name).append("\":").append(body);
    if (account != null) {
      var counts = new JsonWriter().array();
      if (!account.isEmpty()) {
        protocol.limits().writeOrders(counts, account, now);
      }
      protocol.limits().writeWeight(counts, remote, now);
      text.append(",\"rateLimits\":").append(counts.end());
    }
    return text.append('}').toString();
  }

  // What only a session can do

  void logOn(Keys.Key with, JsonWriter out, long now) {
    if (!with.isEd25519()) {
      throw new ApiError(-1022, "Signature for this request is not valid.");
    }
    key = with;
    authorizedSince = now;
    status(out, now);
  }

  void logOut(JsonWriter out, long now) {
    key = null;
    List.copyOf(subscriptions.values()).stream().filter(s -> s.ofSession).forEach(s -> end(s, now));
    status(out, now);
  }

  void status(JsonWriter out, long now) {
    var current = key;
    out.object();
    if (current == null) {
      out.name("apiKey").nullValue().name("authorizedSince").nullValue();
    } else {
      out.put("apiKey", current.apiKey()).put("authorizedSince", authorizedSince);
    }
    out.put("connectedSince", opened())
        .put("returnRateLimits", showRateLimits)
        .put("serverTime", now)
        .put("userDataStream", !subscriptions.isEmpty())
        .end();
  }

  /** Begins to tell an account's events; {@code ofSession} ends with the session's log-on. */
  void subscribe(String account, boolean ofSession, JsonWriter out) {
    if (protocol.faults().refusesSubscription()) {
      throw new ApiError(429, -1003, "Too many requests; please try again later.");
    }
    if (subscriptions.values().stream().anyMatch(s -> s.account.equals(account))) {
      throw new ApiError(-2035, "User Data Stream subscription already active.");
    }
    if (nextSubscription == MAX_SUBSCRIPTION_IDS) {
      throw new ApiError(-2042, "Maximum subscription ID reached for this connection.");
    }
    var subscription = new Subscription(nextSubscription++, account, ofSession);
    subscriptions.put(subscription.id, subscription);
    protocol.users().subscribe(account, subscription);
    out.object().put("subscriptionId", subscription.id).end();
  }

  /** Ends one subscription, or all of them if {@code id} is null. */
  void unsubscribe(@Nullable Long id, JsonWriter out, long now) {
    if (id == null) {
      List.copyOf(subscriptions.values()).forEach(s -> end(s, now));
    } else {
      var subscription = subscriptions.get((int) Math.min(id, Integer.MAX_VALUE));
      if (subscription == null) {
        throw new ApiError(-2036, "User Data Stream subscription not active.");
      }
      end(subscription, now);
    }
    out.object().end();
  }

  void list(JsonWriter out) {
    out.array();
    subscriptions.keySet().forEach(id -> out.object().put("subscriptionId", id).end());
    out.end();
  }

  private void end(Subscription subscription, long now) {
    subscriptions.remove(subscription.id);
    protocol.users().unsubscribe(subscription.account, subscription);
    subscription.event(
        new JsonWriter().object().put("e", "eventStreamTerminated").put("E", now).end().toString());
  }
}
