package dev.colibri.connector.testkit.exchange.binance;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is asked of perpetuals, the answer is the venue's, and all money is where it was. */
class PerpFuzzTest {

  private static final List<String> TARGETS =
      List.of(
          "POST /fapi/v1/order symbol side type timeInForce quantity price",
          "POST /fapi/v1/order symbol side type timeInForce quantity price",
          "POST /fapi/v1/order symbol side type timeInForce quantity price",
          "POST /fapi/v1/order symbol side type timeInForce quantity price",
          "POST /fapi/v1/order symbol side type timeInForce quantity price newClientOrderId",
          "POST /fapi/v1/order symbol side market quantity reduceOnly",
          "POST /fapi/v1/order symbol side type timeInForce quantity price positionSide",
          "PUT /fapi/v1/order symbol side orderId quantity price",
          "DELETE /fapi/v1/order symbol orderId",
          "GET /fapi/v1/order symbol origClientOrderId",
          "POST /fapi/v1/batchOrders batchOrders",
          "DELETE /fapi/v1/batchOrders symbol orderIdList",
          "DELETE /fapi/v1/allOpenOrders symbol",
          "GET /fapi/v1/openOrders symbol",
          "GET /fapi/v1/allOrders symbol",
          "GET /fapi/v1/userTrades symbol",
          "GET /fapi/v1/income incomeType",
          "GET /fapi/v2/account",
          "GET /fapi/v3/account",
          "GET /fapi/v2/positionRisk",
          "GET /fapi/v3/positionRisk symbol",
          "GET /fapi/v1/forceOrders",
          "POST /fapi/v1/leverage symbol leverage",
          "POST /fapi/v1/marginType symbol marginType",
          "POST /fapi/v1/positionSide/dual dualSidePosition",
          "POST /fapi/v1/countdownCancelAll symbol countdownTime",
          "GET /fapi/v1/symbolConfig symbol",
          "GET /fapi/v1/leverageBracket");

  private static final Map<String, List<String>> VALUES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("symbol", List.of("BTCUSDT", "BTCUSDT", "ETHUSDT", "", "btcusdt")),
              Map.entry("side", List.of("BUY", "SELL", "SELL", "buy")),
              Map.entry("type", List.of("LIMIT", "LIMIT", "MARKET", "LIMIT_MAKER", "STOP")),
              Map.entry("market", List.of("MARKET", "MARKET")),
              Map.entry("timeInForce", List.of("GTC", "IOC", "FOK", "GTX", "GTD", "DAY")),
              Map.entry("quantity", List.of("1", "0.5", "7", "0", "-1", "9".repeat(20))),
              Map.entry("price", List.of("100", "101", "99.95", "", "0.00000001", "NaN")),
              Map.entry("positionSide", List.of("BOTH", "LONG", "SHORT", "long")),
              Map.entry("reduceOnly", List.of("true", "false", "yes")),
              Map.entry("newClientOrderId", List.of("a", "b", "c", "ü", "x".repeat(37))),
              Map.entry("newOrderRespType", List.of("RESULT", "ACK", "FULL")),
              Map.entry("orderId", List.of("1", "2", "3", "999999999999999999", "9".repeat(19))),
              Map.entry("origClientOrderId", List.of("a", "b", "c", "%zz")),
              Map.entry(
                  "orderIdList", List.of("%5B1%5D", "%5B2,3%5D", "%5B%5D", "1", "%5B%22a%22%5D")),
              Map.entry(
                  "batchOrders", List.of("%5B%7B%7D%5D", "%5B%5D", "%5B1%5D", "%7B%7D", "%5B")),
              Map.entry("incomeType", List.of("FUNDING_FEE", "COMMISSION", "?")),
              Map.entry("leverage", List.of("20", "1", "125", "126", "0")),
              Map.entry("marginType", List.of("CROSSED", "ISOLATED", "x")),
              Map.entry("dualSidePosition", List.of("false", "1")),
              Map.entry("countdownTime", List.of("0", "1000", "-1")),
              Map.entry("goodTillDate", List.of("0", "1700001000000", "1")),
              Map.entry("startTime", List.of("0", "1700000000000", "999999999999999999")),
              Map.entry("limit", List.of("5", "100000", "0")),
              Map.entry("recvWindow", List.of("5000", "0", "60000.5"))));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void restAnswersEverything(long seed) {
    var random = new Random(seed);
    var desk =
        Desk.perp(
            new RateLimits(10_000_000, 1_000_000, 1_000_000),
            Market.perp("BTC", "USDT", "0.1", "0.001"),
            Market.perp("ETH", "USDT", "0.01", "0.001"));
    var client = desk.connect("/stream?streams=btcusdt@depth@100ms/!markPrice@arr@1s");
    int good = 0;
    int refused = 0;
    for (int i = 0; i < 3_000; i++) {
      var target = TARGETS.get(random.nextInt(TARGETS.size())).split(" ");
      var names = new ArrayList<>(List.of(target).subList(2, target.length));
      VALUES.keySet().stream()
          .filter(n -> !names.contains(n) && !n.equals("market") && random.nextInt(100) == 0)
          .forEach(names::add);
      var params =
          names.stream()
              .map(n -> (n.equals("market") ? "type" : n) + "=" + value(random, VALUES.get(n)))
              .toArray(String[]::new);
      var key = random.nextBoolean() ? Desk.KEY : Desk.OTHER_KEY;
      var reply = desk.signedBy(key, target[0], target[1], params);
      if (i == 2_000) {
        // Late, because few of what is asked fits an account that is hedged.
        desk.exchange.cancelAll("ann", "BTC-USDT", "", desk.now);
        desk.exchange.cancelAll("ann", "ETH-USDT", "", desk.now);
        for (var p : desk.exchange.positions("ann")) {
          var size = p.size().abs();
          desk.exchange.deleverage("ann", p.market(), p.side(), size, desk.now);
        }
        desk.exchange.setHedged("ann", true, desk.now);
      }
      boolean ok = reply.status() == 200;
      var body = Json.parse(reply.body());
      assertTrue(
          ok || reply.status() < 500 && body.intValue("code") < 0,
          () -> String.join(" ", target) + " " + String.join("&", params) + ": " + reply);
      good += ok ? 1 : 0;
      refused += ok ? 0 : 1;
      if (random.nextInt(200) == 0) {
        var mark = BigDecimal.valueOf(50 + random.nextInt(100));
        desk.exchange.setMark("BTC-USDT", mark, mark, desk.now);
        desk.exchange.payFunding("BTC-USDT", desk.now);
        desk.exchange.followBook("BTC-USDT", desk.now);
      }
      desk.exchange.verify();
      desk.advance(random.nextInt(50));
      client.session.pong(desk.now);
      client.take();
    }
    assertTrue(good > 300 && refused > 300, good + " succeed, " + refused + " fail");
    int trades = desk.exchange.trades("BTC-USDT").size();
    assertTrue(trades > 10, trades + " trades");
  }

  /** Mostly a value that makes sense: they come first. */
  private static String value(Random random, List<String> values) {
    return values.get(random.nextInt(10) < 8 ? random.nextInt(2) : random.nextInt(values.size()));
  }
}
