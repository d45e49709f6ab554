package dev.colibri.connector.testkit.exchange.binance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.text.Json;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is asked, the answer is the venue's, nothing breaks, and the ledger adds up. */
class BinanceFuzzTest {

  /** Method, path, and the parameters that usually make sense there. */
  private static final List<String> TARGETS =
      List.of(
          "POST /api/v3/order symbol side type timeInForce quantity price",
          "POST /api/v3/order symbol side type timeInForce quantity price newClientOrderId",
          "POST /api/v3/order/test symbol side type timeInForce quantity price",
          "DELETE /api/v3/order symbol orderId",
          "GET /api/v3/order symbol origClientOrderId",
          "POST /api/v3/order/cancelReplace symbol side type timeInForce quantity price"
              + " cancelReplaceMode cancelOrderId",
          "PUT /api/v3/order/amend/keepPriority symbol orderId newQty",
          "GET /api/v3/openOrders symbol",
          "DELETE /api/v3/openOrders symbol",
          "GET /api/v3/allOrders symbol",
          "GET /api/v3/myTrades symbol",
          "GET /api/v3/account",
          "GET /api/v3/klines symbol interval",
          "GET /api/v3/depth symbol limit",
          "GET /api/v3/aggTrades symbol",
          "GET /api/v3/ticker/24hr symbols",
          "GET /api/v3/exchangeInfo");

  private static final Map<String, List<String>> VALUES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("symbol", List.of("BTCUSDT", "BTCUSDT", "", "btcusdt")),
              Map.entry("side", List.of("BUY", "SELL", "SELL", "buy")),
              Map.entry(
                  "type", List.of("LIMIT", "LIMIT", "MARKET", "LIMIT_MAKER", "OCO", "STOP_LOSS")),
              Map.entry("timeInForce", List.of("GTC", "IOC", "FOK", "GTX")),
              Map.entry("quantity", List.of("1", "0.5", "0", "-1", "1e5", "99999999999999999999")),
              Map.entry("price", List.of("100", "101", "99.995", "", "0.00000001", "NaN")),
              Map.entry("quoteOrderQty", List.of("500", "0.000000001", "99999999999999999999")),
              Map.entry("newClientOrderId", List.of("a", "b", "c", "ü", "x".repeat(37))),
              Map.entry("selfTradePreventionMode", List.of("NONE", "EXPIRE_BOTH", "DECREMENT")),
              Map.entry("orderId", List.of("1", "2", "3", "999999999999999999", "9".repeat(19))),
              Map.entry("origClientOrderId", List.of("a", "b", "c", "%zz")),
              Map.entry("cancelReplaceMode", List.of("STOP_ON_FAILURE", "ALLOW_FAILURE", "X")),
              Map.entry("cancelOrderId", List.of("1", "5", "-5")),
              Map.entry("newQty", List.of("0.1", "0.00001", "7")),
              Map.entry("limit", List.of("5", "100000", "0")),
              Map.entry("startTime", List.of("0", "1700000000000", "999999999999999999")),
              Map.entry("interval", List.of("1m", "1M", "1s", "2m")),
              Map.entry("symbols", List.of("[\"BTCUSDT\"]", "[]", "[1", "{}")),
              Map.entry("recvWindow", List.of("5000", "0", "60000.5"))));

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void restAnswersEverything(long seed) {
    var random = new Random(seed);
    var desk = new Desk(new RateLimits(10_000_000, 1_000_000, 1_000_000), markets());
    var client = desk.connect("/stream?streams=btcusdt@depth@100ms/btcusdt@kline_1m/!ticker@arr");
    var families = new EnumMap<Family, Integer>(Family.class);
    for (int i = 0; i < 3_000; i++) {
      var target = TARGETS.get(random.nextInt(TARGETS.size())).split(" ");
      var names = new ArrayList<>(List.of(target).subList(2, target.length));
      VALUES.keySet().stream()
          .filter(n -> !names.contains(n) && random.nextInt(100) == 0)
          .forEach(names::add);
      var params =
          names.stream().map(n -> n + "=" + value(random, VALUES.get(n))).toArray(String[]::new);
      var key = random.nextBoolean() ? Desk.KEY : Desk.OTHER_KEY;
      boolean open = target[1].matches(".*(klines|depth|aggTrades|24hr|exchangeInfo)");
      var reply =
          open
              ? desk.get(target[1] + "?" + String.join("&", params))
              : desk.signedBy(key, target[0], target[1], params);
      var body = Json.parse(reply.body());
      boolean good = reply.status() == 200;
      assertTrue(
          good || reply.status() < 500 && body.intValue("code") < 0,
          () -> String.join(" ", target) + " " + String.join("&", params) + ": " + reply);
      families.merge(good ? Family.GOOD : Family.REFUSED, 1, Integer::sum);
      desk.exchange.verify();
      desk.advance(random.nextInt(50));
      client.session.pong(desk.now);
      client.take();
    }
    assertTrue(families.get(Family.GOOD) > 300, "many succeed: " + families);
    assertTrue(families.get(Family.REFUSED) > 300, "many fail: " + families);
    assertTrue(desk.exchange.trades("BTC-USDT").size() > 10, "some trade");
  }

  /** Mostly a value that makes sense: they come first. */
  private static String value(Random random, List<String> values) {
    return values.get(random.nextInt(10) < 8 ? random.nextInt(2) : random.nextInt(values.size()));
  }

  private enum Family {
    GOOD,
    REFUSED
  }

  private static Market[] markets() {
    return new Market[] {Market.of("BTC", "USDT", "0.01", "0.00001")};
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void sessionsSurviveAnyFrame(long seed) {
    var random = new Random(seed);
    var desk = new Desk();
    var pieces =
        List.of(
            "{",
            "}",
            "[",
            "]",
            "\"id\"",
            ":",
            ",",
            "1",
            "null",
            "true",
            "\"method\"",
            "\"SUBSCRIBE\"",
            "\"params\"",
            "\"btcusdt@trade\"",
            "\"order.place\"",
            "\"x\"",
            "{}",
            "[]",
            "\"session.logon\"",
            "\"userDataStream.unsubscribe\"",
            "\"SET_PROPERTY\"");
    var whole = List.of("{\"id\":%s,\"method\":%s,\"params\":%s}", "{\"method\":%s,\"id\":%s}");
    for (int i = 0; i < 1_000; i++) {
      var api = desk.connect("/ws-api/v3");
      var stream = desk.connect("/ws");
      String frame;
      if (random.nextBoolean()) {
        frame =
            String.format(
                Locale.ROOT,
                whole.get(random.nextInt(2)),
                pieces.get(random.nextInt(pieces.size())),
                pieces.get(random.nextInt(pieces.size())),
                pieces.get(random.nextInt(pieces.size())));
      } else {
        var text = new StringBuilder();
        for (int n = random.nextInt(8); n >= 0; n--) {
          text.append(pieces.get(random.nextInt(pieces.size())));
        }
        frame = text.toString();
      }
      for (var client : List.of(api, stream)) {
        client.send(frame);
        assertTrue(client.take().size() == 1, () -> "one answer to " + frame);
        client.close(1000, "");
      }
      desk.advance(1_000);
    }
  }
}
