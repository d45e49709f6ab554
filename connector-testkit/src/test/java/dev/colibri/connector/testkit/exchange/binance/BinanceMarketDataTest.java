package dev.colibri.connector.testkit.exchange.binance;

import static dev.colibri.connector.testkit.exchange.binance.Desk.KEY;
import static dev.colibri.connector.testkit.exchange.binance.Desk.OTHER_KEY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.colibri.connector.testkit.exchange.Crowd;
import dev.colibri.connector.testkit.exchange.Exchange;
import dev.colibri.connector.testkit.exchange.Market;
import dev.colibri.connector.testkit.exchange.Protocol.Request;
import dev.colibri.connector.testkit.exchange.Timeline;
import dev.colibri.connector.text.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BinanceMarketDataTest {

  private final Desk desk = new Desk();

  /** The documented procedure for a local book, over a moving crowd, in virtual time. */
  @ParameterizedTest
  @ValueSource(strings = {"btcusdt@depth@100ms", "btcusdt@depth"})
  void aSnapshotAndItsDiffsReproduceTheBookWithoutAGap(String stream) {
    var exchange = new Exchange(List.of(Market.of("BTC", "USDT", "0.01", "0.00001")));
    var protocol = new BinanceSpotProtocol(exchange, 1, new RateLimits(1_000_000, 100, 100));
    var crowd = new Crowd(exchange, 5).trade("BTC-USDT", "60000", "0.01");
    var timeline = new Timeline(crowd, protocol, Desk.START);
    timeline.advance(Desk.START + 5_030);
    var frames = new java.util.ArrayList<Json>();
    var session =
        protocol.open(
            "/ws/" + stream,
            "127.0.0.1",
            new dev.colibri.connector.testkit.exchange.Protocol.Connection() {
              @Override
              public void text(String frame) {
                frames.add(Json.parse(frame));
              }

              @Override
              public void ping() {}

              @Override
              public void close(int code, String reason) {}
            },
            timeline.now());
    assertNotNull(session);
    timeline.advance(Desk.START + 7_370);
    var snapshot = depth(protocol, timeline.now());
    timeline.advance(Desk.START + 60_000);

    var bids = new TreeMap<String, String>();
    var asks = new TreeMap<String, String>();
    levels(snapshot.get("bids"), bids);
    levels(snapshot.get("asks"), asks);
    long last = snapshot.longValue("lastUpdateId");
    int applied = 0;
    assertTrue(frames.get(0).longValue("U") <= last, "the stream began before the snapshot");
    for (var frame : frames) {
      if (frame.longValue("u") <= last) {
        continue;
      }
      boolean first = applied++ == 0;
      long from = frame.longValue("U");
      assertTrue(first ? from <= last + 1 : from == last + 1, "no gap before " + frame);
      last = frame.longValue("u");
      levels(frame.get("b"), bids);
      levels(frame.get("a"), asks);
    }
    assertTrue(applied > 40, "many diffs: " + applied);
    var now = depth(protocol, timeline.now());
    assertEquals(now.longValue("lastUpdateId"), last);
    var trueBids = new TreeMap<String, String>();
    var trueAsks = new TreeMap<String, String>();
    levels(now.get("bids"), trueBids);
    levels(now.get("asks"), trueAsks);
    assertEquals(trueBids, bids);
    assertEquals(trueAsks, asks);
  }

  private static Json depth(BinanceSpotProtocol protocol, long now) {
    var request = Request.of("GET", "/api/v3/depth?symbol=BTCUSDT&limit=5000", Map.of());
    return Json.parse(protocol.handle(request, now).body());
  }

  private static void levels(Json array, Map<String, String> book) {
    for (var level : array.items()) {
      if (level.at(1).asText().equals("0.00000000")) {
        book.remove(level.at(0).asText());
      } else {
        book.put(level.at(0).asText(), level.at(1).asText());
      }
    }
  }

  private void trade(String price, String quantity) {
    desk.ok(desk.limit(OTHER_KEY, "SELL", price, quantity));
    desk.ok(desk.limit(KEY, "BUY", price, quantity));
  }

  @Test
  void tradesAreStreamedOneByOneAndAggregatedByTakerAndPrice() {
    var client = desk.connect("/stream?streams=btcusdt@trade/btcusdt@aggTrade");
    desk.ok(desk.limit(OTHER_KEY, "SELL", "100", "1"));
    desk.ok(desk.limit(OTHER_KEY, "SELL", "100", "2"));
    desk.ok(desk.limit(OTHER_KEY, "SELL", "101", "1"));
    desk.ok(desk.limit(KEY, "BUY", "101", "4"));
    var frames = client.take();
    assertEquals(
        "{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"trade\",\"E\":1700000000000,"
            + "\"s\":\"BTCUSDT\",\"t\":1,\"p\":\"100.00000000\",\"q\":\"1.00000000\","
            + "\"T\":1700000000000,\"m\":false,\"M\":true}}",
        frames.get(0).toString());
    assertEquals(
        List.of("trade", "trade", "aggTrade", "trade", "aggTrade"),
        frames.stream().map(f -> f.get("data").text("e")).toList());
    var aggregate = frames.get(2).get("data");
    assertEquals("3.00000000", aggregate.text("q"));
    assertEquals(1, aggregate.longValue("f"));
    assertEquals(2, aggregate.longValue("l"));
    var listed = desk.ok(desk.get("/api/v3/aggTrades?symbol=BTCUSDT"));
    assertEquals(2, listed.size());
    assertEquals("3.00000000", listed.at(0).text("q"));
    assertEquals(3, desk.ok(desk.get("/api/v3/trades?symbol=BTCUSDT")).size());
  }

  @Test
  void bookTickerSpeaksOnlyWhenTheBestChanges() {
    var client = desk.connect("/ws/btcusdt@bookTicker");
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    desk.ok(desk.limit(KEY, "BUY", "99", "1"));
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    var frames = client.take();
    assertEquals(
        "{\"u\":1,\"s\":\"BTCUSDT\",\"b\":\"100.00000000\",\"B\":\"1.00000000\","
            + "\"a\":\"0.00000000\",\"A\":\"0.00000000\"}",
        frames.get(0).toString());
    assertEquals(2, frames.size());
    assertEquals("2.00000000", frames.get(1).text("B"));
  }

  @Test
  void partialDepthTickersAndKlinesComeOnTheClock() {
    var client = desk.connect("/ws");
    client.send(
        "{\"method\":\"SUBSCRIBE\",\"params\":[\"btcusdt@depth5\",\"btcusdt@miniTicker\","
            + "\"btcusdt@kline_1m\",\"btcusdt@ticker\",\"btcusdt@avgPrice\"],\"id\":1}");
    assertEquals("{\"result\":null,\"id\":1}", client.take().get(0).toString());
    trade("100", "1");
    desk.ok(desk.limit(KEY, "BUY", "99", "1"));
    desk.advance(2_000);
    var frames = client.take();
    var partial = frames.stream().filter(f -> f.has("lastUpdateId")).toList();
    assertEquals(1, partial.size(), "unchanged books are not repeated");
    assertEquals("[[\"99.00000000\",\"1.00000000\"]]", partial.get(0).get("bids").toString());
    assertEquals(2, count(frames, "24hrMiniTicker"));
    assertEquals(2, count(frames, "24hrTicker"));
    assertEquals(2, count(frames, "avgPrice"));
    assertEquals(1, count(frames, "kline"));
    desk.advance(60_000);
    var closed =
        client.take().stream()
            .filter(f -> f.textOr("e", "").equals("kline"))
            .map(f -> f.get("k"))
            .filter(k -> k.bool("x"))
            .toList();
    assertEquals(1, closed.size());
    assertEquals("100.00000000", closed.get(0).text("c"));
    assertEquals("1.00000000", closed.get(0).text("v"));
  }

  private static long count(List<Json> frames, String type) {
    return frames.stream().filter(f -> f.textOr("e", "").equals(type)).count();
  }

  @Test
  void subscriptionsAreListedEndedAndLimited() {
    var client = desk.connect("/ws/btcusdt@trade");
    client.send("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":3}");
    client.send("{\"method\":\"UNSUBSCRIBE\",\"params\":[\"btcusdt@trade\"],\"id\":\"x\"}");
    client.send("{\"method\":\"FLY\",\"params\":[],\"id\":4}");
    var frames = client.take();
    assertEquals("{\"result\":[\"btcusdt@trade\"],\"id\":3}", frames.get(0).toString());
    assertEquals("{\"result\":null,\"id\":\"x\"}", frames.get(1).toString());
    assertEquals(2, frames.get(2).intValue("code"));
    trade("100", "1");
    assertEquals(List.of(), client.take());
    for (int i = 0; i < 3; i++) {
      client.send("{\"method\":\"LIST_SUBSCRIPTIONS\",\"id\":5}");
    }
    assertEquals(1008, client.closed, "more than five messages in a second");
  }

  @Test
  void theServerPingsAndGivesUpOnTheSilent() {
    var client = desk.connect("/ws/btcusdt@trade");
    desk.advance(20_000);
    assertEquals(1, client.pings);
    client.session.pong(desk.now);
    desk.advance(60_000);
    assertEquals(0, client.closed);
    desk.advance(1_000);
    assertEquals(1008, client.closed);
  }

  @Test
  void aListenKeyStreamsTheAccountUntilItExpires() {
    var reply =
        desk.protocol.handle(
            Request.of("POST", "/api/v3/userDataStream", Map.of("x-mbx-apikey", KEY)), desk.now);
    var key = desk.ok(reply).text("listenKey");
    var client = desk.connect("/ws/" + key);
    desk.ok(desk.limit(KEY, "BUY", "100", "1"));
    assertEquals(
        List.of("executionReport", "outboundAccountPosition"),
        client.take().stream().map(f -> f.text("e")).toList());
    for (int i = 0; i < 12; i++) {
      desk.advance(50_000);
      client.session.pong(desk.now);
    }
    var kept = desk.send(KEY, "PUT", "/api/v3/userDataStream", "listenKey=" + key);
    assertEquals("{}", kept.body());
    var unknown = desk.send(KEY, "PUT", "/api/v3/userDataStream", "listenKey=none");
    assertEquals(-1125, Json.parse(unknown.body()).intValue("code"));
    for (int i = 0; i < 72; i++) {
      desk.advance(50_000);
      client.session.pong(desk.now);
      assertEquals(List.of(), client.take());
    }
    desk.advance(1_000);
    assertEquals("listenKeyExpired", client.take().get(0).text("e"));
  }

  @Test
  void aStreamThatNothingAnswersToStaysSilentAndAPathThatIsNotThereIsRefused() {
    var client = desk.connect("/ws/xxxyyy@trade");
    trade("100", "1");
    assertEquals(List.of(), client.take());
    assertNull(desk.protocol.open("/elsewhere", "127.0.0.1", client, desk.now));
  }

  @Test
  void klinesAndTickersSummarise() {
    trade("100", "1");
    desk.advance(120_000);
    trade("110", "3");
    var klines = desk.ok(desk.get("/api/v3/klines?symbol=BTCUSDT&interval=1m"));
    assertEquals(3, klines.size());
    assertEquals("100.00000000", klines.at(1).at(4).asText(), "a pause repeats the close");
    assertEquals("0.00000000", klines.at(1).at(5).asText());
    assertEquals("3.00000000", klines.at(2).at(9).asText(), "the taker bought");
    long second = klines.at(1).at(0).asLong();
    var from =
        desk.ok(desk.get("/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1&startTime=" + second));
    assertEquals(second, from.at(0).at(0).asLong());
    assertEquals(
        -1120,
        Json.parse(desk.get("/api/v3/klines?symbol=BTCUSDT&interval=7m").body()).intValue("code"));
    var day = desk.ok(desk.get("/api/v3/ticker/24hr?symbol=BTCUSDT"));
    assertEquals("10.00000000", day.text("priceChange"));
    assertEquals("10.000", day.text("priceChangePercent"));
    assertEquals("107.50000000", day.text("weightedAvgPrice"));
    assertEquals(
        "107.50000000", desk.ok(desk.get("/api/v3/avgPrice?symbol=BTCUSDT")).text("price"));
    var all = desk.ok(desk.get("/api/v3/ticker/price"));
    assertEquals("[{\"symbol\":\"BTCUSDT\",\"price\":\"110.00000000\"}]", all.toString());
    var listed = desk.ok(desk.get("/api/v3/ticker/bookTicker?symbols=%5B%22BTCUSDT%22%5D"));
    assertEquals(1, listed.size());
  }

  @Test
  void rulesAreTold() {
    var info = desk.ok(desk.get("/api/v3/exchangeInfo?symbol=BTCUSDT"));
    assertEquals(3, info.get("rateLimits").size());
    var symbol = info.get("symbols").at(0);
    assertEquals("BTC", symbol.text("baseAsset"));
    assertEquals(
        List.of(
            "PRICE_FILTER",
            "LOT_SIZE",
            "ICEBERG_PARTS",
            "MARKET_LOT_SIZE",
            "NOTIONAL",
            "MAX_NUM_ORDERS"),
        symbol.get("filters").items().stream().map(f -> f.text("filterType")).toList());
    assertEquals("0.00001000", symbol.get("filters").at(1).text("stepSize"));
    assertEquals(
        -1121, Json.parse(desk.get("/api/v3/exchangeInfo?symbol=X").body()).intValue("code"));
  }
}
