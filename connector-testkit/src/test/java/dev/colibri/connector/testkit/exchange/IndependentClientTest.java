package dev.colibri.connector.testkit.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.binance.connector.client.exceptions.BinanceClientException;
import com.binance.connector.client.impl.SpotClientImpl;
import com.binance.connector.client.impl.WebSocketApiClientImpl;
import com.binance.connector.client.impl.WebSocketStreamClientImpl;
import com.binance.connector.client.utils.signaturegenerator.HmacSignatureGenerator;
import dev.colibri.connector.testkit.exchange.EmbeddedExchange.Options;
import dev.colibri.connector.text.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The venue's own old Java client trades, streams and reads here without noticing a difference. */
@Timeout(60)
class IndependentClientTest {

  private EmbeddedExchange venue;
  private SpotClientImpl client;

  @BeforeEach
  void start() throws IOException {
    venue = EmbeddedExchange.start(Options.of(11));
    client = new SpotClientImpl(venue.apiKey(), venue.secret(), venue.restUrl());
  }

  @AfterEach
  void stop() {
    venue.close();
  }

  private static Map<String, Object> params(Object... pairs) {
    var result = new LinkedHashMap<String, Object>();
    for (int i = 0; i < pairs.length; i += 2) {
      result.put(String.valueOf(pairs[i]), pairs[i + 1]);
    }
    return result;
  }

  private static Map<String, Object> order(String side, String type, Object... pairs) {
    var result = params("symbol", "BTCUSDT", "side", side, "type", type);
    result.putAll(params(pairs));
    return result;
  }

  @Test
  void readsMarketData() {
    var market = client.createMarket();
    var info = Json.parse(market.exchangeInfo(params("symbol", "BTCUSDT")));
    assertEquals("TRADING", info.get("symbols").at(0).text("status"));
    var depth = Json.parse(market.depth(params("symbol", "BTCUSDT", "limit", 5)));
    assertEquals(5, depth.get("bids").size());
    assertTrue(Json.parse(market.klines(params("symbol", "BTCUSDT", "interval", "1m"))).size() > 1);
    assertTrue(Json.parse(market.trades(params("symbol", "BTCUSDT"))).size() > 10);
    var two = new ArrayList<>(List.of("BTCUSDT", "ETHUSDT"));
    assertEquals(2, Json.parse(market.ticker24H(params("symbols", two))).size());
    assertTrue(Json.parse(market.time()).longValue("serverTime") > 0);
  }

  @Test
  void placesCancelsFillsAndReadsBalances() {
    var trade = client.createTrade();
    var best = bestBid();
    var resting =
        Json.parse(
            trade.newOrder(
                order(
                    "BUY",
                    "LIMIT",
                    "timeInForce",
                    "GTC",
                    "quantity",
                    "0.01",
                    "price",
                    best.multiply(new BigDecimal("0.9")).setScale(2, java.math.RoundingMode.DOWN),
                    "newClientOrderId",
                    "far")));
    assertEquals("NEW", resting.text("status"));
    assertEquals(1, Json.parse(trade.getOpenOrders(params("symbol", "BTCUSDT"))).size());
    var canceled =
        Json.parse(trade.cancelOrder(params("symbol", "BTCUSDT", "origClientOrderId", "far")));
    assertEquals("CANCELED", canceled.text("status"));
    var bought = Json.parse(trade.newOrder(order("BUY", "MARKET", "quantity", "0.01")));
    assertEquals("FILLED", bought.text("status"));
    var executed =
        Json.parse(trade.myTrades(params("symbol", "BTCUSDT"))).items().stream()
            .map(t -> t.decimal("qty"))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    assertEquals(0, executed.compareTo(new BigDecimal("0.01")));
    var balances = Json.parse(trade.account(params())).get("balances");
    var truth = venue.call(x -> x.ledger().balance(EmbeddedExchange.ACCOUNT, "BTC"));
    var btc = balances.items().stream().filter(b -> b.text("asset").equals("BTC")).findFirst();
    assertEquals(truth.free(), btc.orElseThrow().decimal("free"));
    var refused =
        assertThrows(
            BinanceClientException.class,
            () -> trade.cancelOrder(params("symbol", "BTCUSDT", "origClientOrderId", "far")));
    assertEquals(-2011, refused.getErrorCode());
  }

  private BigDecimal bestBid() {
    return venue.call(x -> x.depth("BTC-USDT", 1)).bids().get(0).price();
  }

  @Test
  void streamsTheMarketAndTheAccountByListenKey() throws InterruptedException {
    var streams = new WebSocketStreamClientImpl(venue.streamUrl());
    try {
      var trades = new LinkedBlockingQueue<String>();
      var diffs = new LinkedBlockingQueue<String>();
      var account = new LinkedBlockingQueue<String>();
      streams.tradeStream("btcusdt", trades::add);
      streams.diffDepthStream("btcusdt", 100, diffs::add);
      var key = Json.parse(client.createUserData().createListenKey()).text("listenKey");
      var opened = new LinkedBlockingQueue<Boolean>();
      streams.listenUserStream(
          key,
          response -> opened.add(true),
          account::add,
          (code, reason) -> {},
          (code, reason) -> {},
          (failure, response) -> {});
      assertEquals(Boolean.TRUE, opened.poll(30, TimeUnit.SECONDS));
      await(trades, f -> f.text("e").equals("trade"));
      var first = await(diffs, f -> f.text("e").equals("depthUpdate"));
      var second = await(diffs, f -> true);
      assertEquals(first.longValue("u") + 1, second.longValue("U"));
      client.createTrade().newOrder(order("BUY", "MARKET", "quantity", "0.001"));
      var fill = await(account, f -> f.textOr("x", "").equals("TRADE"));
      assertEquals("BTC", fill.text("N"));
      await(account, f -> f.text("e").equals("outboundAccountPosition"));
    } finally {
      streams.closeAllConnections();
    }
  }

  @Test
  void tradesOverTheWebSocketApi() throws InterruptedException {
    var api =
        new WebSocketApiClientImpl(
            venue.apiKey(), new HmacSignatureGenerator(venue.secret()), venue.wsApiUrl());
    var frames = new LinkedBlockingQueue<String>();
    api.connect(frames::add);
    try {
      var options =
          new JSONObject().put("timeInForce", "GTC").put("price", "20000").put("quantity", "0.01");
      api.trade().newOrder("BTCUSDT", "BUY", "LIMIT", options);
      var placed = await(frames, f -> true);
      assertEquals(200, placed.intValue("status"), placed.toString());
      var id = placed.get("result").longValue("orderId");
      api.trade().cancelOrder("BTCUSDT", new JSONObject().put("orderId", id));
      assertEquals("CANCELED", await(frames, f -> true).get("result").text("status"));
    } finally {
      api.close();
    }
  }

  private static Json await(BlockingQueue<String> frames, Predicate<Json> wanted)
      throws InterruptedException {
    while (true) {
      var text = frames.poll(30, TimeUnit.SECONDS);
      if (text == null) {
        throw new IllegalStateException("the frame did not come");
      }
      var frame = Json.parse(text);
      if (wanted.test(frame)) {
        return frame;
      }
    }
  }
}
