package dev.colibri.connector.testkit.exchange.binance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Order;
import dev.colibri.connector.testkit.exchange.OrderRequest;
import dev.colibri.connector.text.Json;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What anybody hears of perpetuals. */
class PerpMarketDataTest {

  private static final String BTC = "BTC-USDT";

  private final Desk desk = Desk.perp();

  private Json get(String path) {
    return desk.ok(desk.get(path));
  }

  private void trade(String price, String quantity) {
    desk.ok(desk.limit(Desk.OTHER_KEY, "SELL", price, quantity));
    desk.ok(desk.limit(Desk.KEY, "BUY", price, quantity));
  }

  private static void assertNumber(String expected, Json object, String field) {
    assertEquals(
        0, new BigDecimal(expected).compareTo(object.decimal(field)), object + " " + field);
  }

  @Test
  void theRulesAreThoseOfTheMarket() {
    var info = get("/fapi/v1/exchangeInfo");
    assertEquals(2, info.get("symbols").size());
    var btc = info.get("symbols").at(0);
    assertEquals("PERPETUAL", btc.text("contractType"));
    assertEquals("TRADING", btc.text("status"));
    assertEquals("USDT", btc.text("marginAsset"));
    var filters = new TreeMap<String, Json>();
    btc.get("filters").items().forEach(f -> filters.put(f.text("filterType"), f));
    assertNumber("0.1", filters.get("PRICE_FILTER"), "tickSize");
    assertNumber("0.001", filters.get("LOT_SIZE"), "stepSize");
    assertNumber("5", filters.get("MIN_NOTIONAL"), "notional");
    assertEquals(200, filters.get("MAX_NUM_ORDERS").intValue("limit"));
    assertFalse(filters.containsKey("PERCENT_PRICE"), "this market has no band");
    desk.exchange.setStatus(BTC, Market.Status.BREAK, desk.now);
    assertEquals(
        "PENDING_TRADING", get("/fapi/v1/exchangeInfo").get("symbols").at(0).text("status"));
  }

  @Test
  void aBookFollowsItsStreamByTheVenuesRule() {
    var crowd = new Crowd(desk.exchange, 5).trade(BTC, "60000", "0.01");
    var stream = desk.connect("/public/stream?streams=btcusdt@depth@100ms");
    step(crowd, 20);
    stream.take();
    step(crowd, 5);
    var depth = get("/fapi/v1/depth?symbol=BTCUSDT&limit=1000");
    long snapshot = depth.longValue("lastUpdateId");
    step(crowd, 20);
    var bids = new TreeMap<BigDecimal, BigDecimal>(Comparator.reverseOrder());
    apply(bids, depth.get("bids"));
    long last = -1;
    for (var frame : stream.take()) {
      assertEquals("btcusdt@depth@100ms", frame.text("stream"));
      var update = frame.get("data");
      assertEquals("depthUpdate", update.text("e"));
      assertEquals(update.longValue("E"), update.longValue("T"));
      if (update.longValue("u") < snapshot) {
        continue;
      }
      assertTrue(
          last < 0
              ? update.longValue("U") <= snapshot + 1 && snapshot <= update.longValue("u")
              : update.longValue("pu") == last,
          update.toString());
      last = update.longValue("u");
      apply(bids, update.get("b"));
    }
    assertTrue(last > snapshot);
    var now = get("/fapi/v1/depth?symbol=BTCUSDT&limit=1000");
    assertEquals(last, now.longValue("lastUpdateId"));
    var truth = new TreeMap<BigDecimal, BigDecimal>(Comparator.reverseOrder());
    apply(truth, now.get("bids"));
    assertEquals(truth, bids);
  }

  private void step(Crowd crowd, int rounds) {
    for (int i = 0; i < rounds; i++) {
      crowd.step(desk.now);
      desk.advance(100);
    }
  }

  private static void apply(TreeMap<BigDecimal, BigDecimal> side, Json levels) {
    for (var level : levels.items()) {
      var quantity = new BigDecimal(level.at(1).asText());
      if (quantity.signum() == 0) {
        side.remove(new BigDecimal(level.at(0).asText()));
      } else {
        side.put(new BigDecimal(level.at(0).asText()), quantity);
      }
    }
  }

  @Test
  void depthHasOnlyTheVenuesLimits() {
    assertEquals(400, desk.get("/fapi/v1/depth?symbol=BTCUSDT&limit=7").status());
    assertEquals(400, desk.get("/fapi/v1/depth?symbol=BTCUSDT&limit=5000").status());
    assertEquals(200, desk.get("/fapi/v1/depth?symbol=BTCUSDT").status());
  }

  @Test
  void tradesAreToldOneByOneAndTogether() {
    var stream = desk.connect("/market/ws/btcusdt@aggTrade");
    var best = desk.connect("/public/ws/btcusdt@bookTicker");
    desk.ok(desk.limit(Desk.OTHER_KEY, "SELL", "60000", "0.1"));
    desk.ok(desk.limit(Desk.OTHER_KEY, "SELL", "60000", "0.2"));
    desk.ok(desk.limit(Desk.KEY, "BUY", "60000", "0.3"));
    var trade = stream.take().get(0);
    assertEquals("aggTrade", trade.text("e"));
    assertNumber("0.3", trade, "q");
    assertFalse(trade.bool("m"));
    assertEquals(2, trade.longValue("l"));
    var ticker = best.take().get(0);
    assertEquals("bookTicker", ticker.text("e"));
    assertNumber("60000", ticker, "a");
    assertEquals(desk.now, ticker.longValue("T"));
    assertEquals(2, get("/fapi/v1/trades?symbol=BTCUSDT").size());
    assertEquals(1, get("/fapi/v1/aggTrades?symbol=BTCUSDT").size());
    assertEquals(1, get("/fapi/v1/klines?symbol=BTCUSDT&interval=1m&limit=5").size());
    assertNumber("60000", get("/fapi/v1/ticker/24hr?symbol=BTCUSDT"), "lastPrice");
    assertNumber("60000", get("/fapi/v2/ticker/price?symbol=BTCUSDT"), "price");
    assertEquals(2, get("/fapi/v1/ticker/bookTicker").size());
  }

  @Test
  void markPriceAndFundingAreToldEverySecondAndWhenAsked() {
    trade("60000", "0.1");
    var stream = desk.connect("/market/stream?streams=btcusdt@markPrice@1s");
    desk.exchange.setFundingRate(BTC, new BigDecimal("-0.0003"), desk.now);
    desk.exchange.setMark(BTC, new BigDecimal("60001.25"), new BigDecimal("60002"), desk.now);
    desk.advance(2_100);
    var told = stream.take();
    assertEquals(2, told.size());
    var mark = told.get(1).get("data");
    assertEquals("markPriceUpdate", mark.text("e"));
    assertNumber("60001.25", mark, "p");
    assertNumber("60002", mark, "i");
    assertNumber("-0.0003", mark, "r");
    assertEquals(desk.exchange.mark(BTC).nextFunding(), mark.longValue("T"));
    var asked = get("/fapi/v1/premiumIndex?symbol=BTCUSDT");
    assertNumber("60001.25", asked, "markPrice");
    assertNumber("-0.0003", asked, "lastFundingRate");
    assertEquals(mark.longValue("T"), asked.longValue("nextFundingTime"));
    assertEquals(2, get("/fapi/v1/premiumIndex").size());
    assertEquals(8, get("/fapi/v1/fundingInfo").at(0).intValue("fundingIntervalHours"));
  }

  @Test
  void aLiquidationIsToldToEverybody() {
    desk.exchange.openAccount("carl");
    desk.exchange.deposit("carl", "USDT", new BigDecimal("3000"), desk.now);
    desk.ok(desk.limit(Desk.OTHER_KEY, "SELL", "60000", "0.5"));
    desk.ok(desk.limit(Desk.OTHER_KEY, "BUY", "55000", "0.5"));
    desk.exchange.place(
        "carl", OrderRequest.market(BTC, Order.Side.BUY, new BigDecimal("0.5"), "c"), desk.now);
    var stream = desk.connect("/market/ws/!forceOrder@arr");
    desk.exchange.setMark(BTC, new BigDecimal("54100"), new BigDecimal("54100"), desk.now);
    var order = stream.take().get(0).get("o");
    assertEquals("BTCUSDT", order.text("s"));
    assertEquals("SELL", order.text("S"));
    assertNumber("0.5", order, "z");
    desk.exchange.verify();
  }

  @Test
  void eachPathTellsItsOwnKindOfStream() {
    var wrong = desk.connect("/market/ws/btcusdt@depth@100ms");
    var listed = desk.connect("/ws/btcusdt@depth@100ms");
    trade("60000", "0.1");
    desk.ok(desk.limit(Desk.KEY, "BUY", "50000", "0.1"));
    desk.advance(200);
    assertEquals(List.of(), wrong.take());
    assertEquals(1, listed.take().size());
    wrong.send("{\"method\":\"SUBSCRIBE\",\"params\":[\"btcusdt@aggTrade\"],\"id\":1}");
    wrong.send("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":2}");
    assertEquals(
        List.of("btcusdt@depth@100ms", "btcusdt@aggTrade"),
        StreamSupport.stream(wrong.take().get(1).get("result").items().spliterator(), false)
            .map(Json::asText)
            .toList());
    trade("60000", "0.1");
    assertEquals(1, wrong.take().size());
  }

  @Test
  void spotMarketsOfTheSameExchangeAreNotShown() {
    var mixed =
        Desk.perp(
            RateLimits.PERP,
            Market.perp("BTC", "USDT", "0.1", "0.001"),
            Market.of("ETH", "BTC", "0.00001", "0.001"));
    assertEquals(1, mixed.ok(mixed.get("/fapi/v1/exchangeInfo")).get("symbols").size());
    assertEquals(400, mixed.get("/fapi/v1/depth?symbol=ETHBTC").status());
  }
}
