package dev.colibri.connector.testkit.exchange.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Protocol;
import dev.colibri.connector.testkit.exchange.Protocol.Reply;
import dev.colibri.connector.testkit.exchange.Protocol.Request;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A protocol in virtual time with two funded accounts, and what a client would send. */
final class Desk {

  static final long START = 1_700_000_000_000L;
  static final String KEY = "annAnnAnnAnnAnnAnn";
  static final String SECRET = "not a secret";
  static final String OTHER_KEY = "bobBobBobBobBobBob";

  final Exchange exchange;
  final BinanceProtocol protocol;
  long now = START;

  Desk(RateLimits limits, Market... markets) {
    this(exchange -> new BinanceSpotProtocol(exchange, 1, limits), markets);
  }

  /** Perpetuals instead of spot. */
  static Desk perp(RateLimits limits, Market... markets) {
    return new Desk(exchange -> new BinancePerpProtocol(exchange, 1, limits), markets);
  }

  /** A perpetual of BTC and one of ETH. */
  static Desk perp() {
    return perp(
        RateLimits.PERP,
        Market.perp("BTC", "USDT", "0.1", "0.001"),
        Market.perp("ETH", "USDT", "0.01", "0.001"));
  }

  private Desk(Function<Exchange, BinanceProtocol> speaks, Market... markets) {
    exchange = new Exchange(List.of(markets));
    protocol = speaks.apply(exchange);
    for (var account : List.of("ann", "bob")) {
      exchange.openAccount(account);
      for (var market : markets) {
        if (!market.isMargined()) {
          exchange.deposit(account, market.base(), new BigDecimal("1000"), now);
        }
      }
      exchange.deposit(account, "USDT", new BigDecimal("1000000"), now);
    }
    protocol.addHmacKey(KEY, SECRET, "ann");
    protocol.addHmacKey(OTHER_KEY, SECRET, "bob");
    protocol.wake(now);
  }

  Desk() {
    this(RateLimits.VENUE, Market.of("BTC", "USDT", "0.01", "0.00001"));
  }

  /** Lets time pass, with everything due in it. */
  void advance(long millis) {
    long end = now + millis;
    while (protocol.nextWake() <= end) {
      now = Math.max(now, protocol.nextWake());
      protocol.wake(now);
    }
    now = end;
  }

  Reply get(String target) {
    return protocol.handle(Request.of("GET", target, Map.of()), now);
  }

  Json ok(Reply reply) {
    assertEquals(200, reply.status(), reply.body());
    return Json.parse(reply.body());
  }

  /** Signed by ann: method, path and {@code name=value} parameters. */
  Reply signed(String method, String path, String... params) {
    return signedBy(KEY, method, path, params);
  }

  Reply signedBy(String key, String method, String path, String... params) {
    var query = String.join("&", params);
    query += (query.isEmpty() ? "" : "&") + "timestamp=" + now;
    return send(key, method, path, query + "&signature=" + hmac(query));
  }

  Reply send(String key, String method, String path, String query) {
    return protocol.handle(
        Request.of(method, path + "?" + query, Map.of("x-mbx-apikey", key)), now);
  }

  /** A GTC limit order of BTCUSDT; the given parameters come on top. */
  Reply limit(String key, String side, String price, String quantity, String... more) {
    var params =
        new ArrayList<>(
            List.of(
                "symbol=BTCUSDT",
                "side=" + side,
                "type=LIMIT",
                "timeInForce=GTC",
                "price=" + price,
                "quantity=" + quantity));
    params.addAll(List.of(more));
    boolean perp = protocol instanceof BinancePerpProtocol;
    var path = perp ? "/fapi/v1/order" : "/api/v3/order";
    return signedBy(key, "POST", path, params.toArray(String[]::new));
  }

  static String hmac(String payload) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A WebSocket client of this protocol. */
  final class Client implements Protocol.Connection {

    final List<String> frames = new ArrayList<>();
    final Protocol.Session session;
    int pings;
    int closed;

    Client(String target) {
      var opened = protocol.open(target, "127.0.0.1", this, now);
      if (opened == null) {
        throw new IllegalStateException("nothing at " + target);
      }
      session = opened;
    }

    void send(String frame) {
      session.text(frame, now);
    }

    /** A signed request of the WebSocket API by ann; its answer, events left aside. */
    Json request(String method, Map<String, String> params) {
      var all = new TreeMap<>(params);
      all.put("apiKey", KEY);
      all.put("timestamp", Long.toString(now));
      var payload = new ArrayList<String>();
      var fields = new ArrayList<String>();
      all.forEach(
          (name, value) -> {
            payload.add(name + "=" + value);
            boolean bare = name.equals("timestamp");
            fields.add("\"" + name + "\":" + (bare ? value : "\"" + value + "\""));
          });
      fields.add("\"signature\":\"" + hmac(String.join("&", payload)) + "\"");
      send(
          "{\"id\":\"q\",\"method\":\""
              + method
              + "\",\"params\":{"
              + String.join(",", fields)
              + "}}");
      for (int i = 0; i < frames.size(); i++) {
        var frame = Json.parse(frames.get(i));
        if (frame.has("id")) {
          frames.remove(i);
          return frame;
        }
      }
      throw new IllegalStateException("no answer among " + frames);
    }

    /** The frames so far, which are forgotten. */
    List<Json> take() {
      var result = frames.stream().map(Json::parse).toList();
      frames.clear();
      return result;
    }

    @Override
    public void text(String frame) {
      frames.add(frame);
    }

    @Override
    public void ping() {
      pings++;
    }

    @Override
    public void close(int code, String reason) {
      closed = code;
      session.closed();
    }
  }

  Client connect(String target) {
    return new Client(target);
  }
}
